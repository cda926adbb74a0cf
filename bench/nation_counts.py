"""The schools of the bench with figures counted from the rows of teachers in plain Python: the other side of the comparison of
verdicts. Nothing of the plan is used."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import duckdb

_DEGREES = {"专科": "college", "本科": "bachelor", "硕士": "master", "博士": "doctor"}
_STAGES = {"小学": "primary", "初中": "junior"}
_SUBJECTS = {"体育": "pe_teachers", "音乐": "music_teachers", "美术": "fine_art_teachers", "艺术": "arts_teachers"}
_NAMES = (
    *("college_primary", "bachelor_primary", "master_primary", "doctor_primary", "bachelor_junior", "master_junior", "doctor_junior"),
    *("backbone", "backbone_primary", "backbone_junior", "pe_art_primary", "pe_art_junior", *_SUBJECTS.values()),
)


def schools_with_counts(folder: Path) -> list[dict[str, object]]:
    """A dict a school: the columns of its file and its counts; -1 where a teacher's row cannot be used."""
    with duckdb.connect(config={"threads": "2", "memory_limit": "1GB", "temp_directory": str(folder)}) as engine:
        counts: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(_NAMES, 0.0))
        engine.execute(f"SELECT school_code, stage, degree, subject, backbone, certified FROM '{folder}/teachers.parquet'")
        while batch := engine.fetchmany(100_000):
            for code, *cells in batch:
                _add(counts[code], *cells)
        reader = engine.execute(f"SELECT * FROM '{folder}/schools.parquet'")
        names = [column[0] for column in reader.description]
        rows = [dict(zip(names, line, strict=True)) for line in reader.fetchall()]
    for row in rows:
        own = counts.get(str(row["school_code"]), {})
        row.update(dict.fromkeys(_NAMES, -1.0) if own.get("unsound") else own)
    return rows


def _add(count: dict[str, float], stage: str, degree: str, subject: str, backbone: bool, certified: bool | None) -> None:
    """One teacher."""
    if certified is None:
        count["unsound"] = 1.0
    where = _STAGES.get(stage)
    if where and degree in _DEGREES and f"{_DEGREES[degree]}_{where}" in count:
        count[f"{_DEGREES[degree]}_{where}"] += 1
    if backbone:
        count["backbone"] += 1
        if where:
            count[f"backbone_{where}"] += 1
    if subject in _SUBJECTS:
        count[_SUBJECTS[subject]] += 1
        if where:
            count[f"pe_art_{where}"] += 1
