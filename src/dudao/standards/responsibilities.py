"""Who answers for what (职责分解表): ``responsibilities.yaml`` of a standard's folder, from indicators to tasks and units.

Here live the table, its strict reading and the look from a unit to its duties. Not here: phases (``phases``), what a unit has
done about a duty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dudao.standards.folder import attached, contents
from dudao.standards.model import Standard
from dudao.standards.nodes import Entry, Keys, Problem, StandardError

FILE = "responsibilities.yaml"


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One row of the table: ``indicators`` (codes), the task (工作任务), the responsible units (责任单位) in the document's order,
    the remark (备注). ``line``: of the row in its file."""

    indicators: tuple[str, ...]
    task: str
    units: tuple[str, ...]
    note: str
    line: int


def responsibilities(standard: Standard) -> tuple[Responsibility, ...]:
    """The rows of a standard's table in document order; none where its folder has no table. StandardError with every problem.

    >>> from dudao.standards import load_standard
    >>> responsibilities(load_standard("wenling-2020"))[0].units
    ('市委编办', '市教育局')
    """
    problems: list[Problem] = []
    found = read(contents(standard.path), {item.code for item in standard.indicators}, problems)
    if problems:
        raise StandardError(problems)
    return found


def by_unit(rows: Iterable[Responsibility]) -> Mapping[str, tuple[Responsibility, ...]]:
    """The rows of each unit, units in order of first mention."""
    found: dict[str, list[Responsibility]] = {}
    for row in rows:
        for unit in row.units:
            found.setdefault(unit, []).append(row)
    return {unit: tuple(own) for unit, own in found.items()}


def read(
    files: Mapping[str, bytes], codes: Iterable[str], problems: list[Problem]
) -> tuple[Responsibility, ...]:
    """The rows in the files of a standard's folder; every unknown code, blank unit and missing task is a problem with its line."""
    root = attached(files, FILE, problems)
    if root is None:
        return ()
    keys = Keys(root, "source", "rows")
    keys.text("source")
    known = set(codes)
    return tuple(_row(entry, known) for entry in keys.items("rows"))


def _row(entry: Entry, known: set[str]) -> Responsibility:
    keys = Keys(entry, "indicators", "task", "units", "note")
    row = Responsibility(
        keys.texts("indicators"), keys.text("task"), keys.texts("units"), keys.text("note", ""), entry.line
    )
    for code in row.indicators:
        if code not in known:
            entry.problem(f"指标 {code} 不存在")
    if not row.indicators:
        entry.problem("没有写明指标（indicators）")
    if not row.units:
        entry.problem("没有责任单位（units）")
    for unit in sorted({unit for unit in row.units if row.units.count(unit) > 1}):
        entry.problem(f"责任单位 {unit} 重复")
    return row
