"""Intake (填报数据读取): from files as they were handed in to one Intake a county, every figure with its file, sheet and cell.

    read(inputs, standard)   folders, archives, workbooks, CSV and Parquet of one or several counties
    read_file(name, data)    one uploaded file
    assemble(returns)        one county: duplicates, checks, order
    files(inputs)            name and bytes of every file, under the names that ``read`` uses

Collects issues and shows all; raises IntakeRefused only when there is nothing to evaluate. Modules: ``sources``, ``archive``, ``kinds``
(what files there are) · ``workbook``, ``marks``, ``markup``, ``tabular`` (bytes to sheets) · ``vertical``, ``wide``, ``labels`` (sheets to
forms) · ``figures``, ``returns`` (forms to figures) · ``county`` (figures to intakes) · ``messages`` · ``checks`` · ``template``,
``annotate``. Not here: computing and judging (``dudao.indicators``, ``dudao.evaluation``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dudao.intake import sources
from dudao.intake.archive import Budget
from dudao.intake.county import IntakeRefused, Piece, Reading, assemble, counties
from dudao.intake.forms import reading
from dudao.intake.labels import Labels
from dudao.standards.model import Standard
from dudao.tables import Intake

__all__ = ["IntakeRefused", "Reading", "assemble", "files", "read", "read_file"]


def read(
    inputs: Sequence[Path],
    standard: Standard,
    *,
    county: str | None = None,
    every: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Intake, ...]:
    """Everything in the INPUTs (files, folders, archives, in any mix), one intake a county in order of code.

    ``county``: its code, where no county return names it or several are there. ``every``: all counties, each for itself.
    ``progress``: called with files done and files known (an archive's members are known once it is opened).
    IntakeRefused: an INPUT that does not exist, nothing read, or no single county.
    """
    absent = [str(path) for path in inputs if not path.is_symlink() and not path.exists()]
    if absent or not inputs:
        raise IntakeRefused(f"没有 {'、'.join(absent)}。" if absent else "没有指明要读的文件。")
    known, budget = Labels(standard), Budget()
    entries = sources.entries(inputs)
    pieces: list[Piece] = []
    total = len(entries)
    for entry in entries:
        for number, source in enumerate(sources.unfold(entry, budget)):
            pieces.append(Piece(source.folder, reading(source, known, budget)))
            total += 0 if number else source.siblings - 1
            if progress is not None:
                progress(len(pieces), total)
    return counties(pieces, standard, county, every)


def read_file(name: str, data: bytes, standard: Standard) -> Reading:
    """One file given as bytes: a workbook, CSV, Parquet or an archive of them. Never raises for what is in it."""
    known, budget = Labels(standard), Budget()
    readings = [reading(source, known, budget) for source in sources.contents(name, data, budget)]
    return Reading(
        tuple(unit for one in readings for unit in one.returns),
        tuple(found for one in readings for found in one.issues),
        tuple(file for one in readings for file in one.unreadable),
        hashlib.sha256(data).hexdigest(),
    )


def files(inputs: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file in the INPUTs, members of archives too; no bytes of a file that cannot be had."""
    budget = Budget()
    for entry in sources.entries(inputs):
        for source in sources.unfold(entry, budget):
            yield source.file, source.data
