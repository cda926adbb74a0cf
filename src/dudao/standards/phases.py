"""The phases of a plan (实施步骤): ``phases.yaml`` of a standard's folder.

Here live the phases with their months and what each must bring about. Not here: the stages of a procedure with clocks of law
(``dudao.procedures``), who answers for an indicator (``responsibilities``).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dudao.standards.folder import attached, contents
from dudao.standards.model import Standard
from dudao.standards.nodes import Entry, Keys, Problem, StandardError

FILE = "phases.yaml"
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Deliverable:
    """What a phase must bring about; ``by``: last day for it, None where the document names none."""

    title: str
    by: date | None


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase (阶段), from the first day of a month to the last day of a month."""

    title: str
    since: date
    until: date
    deliverables: tuple[Deliverable, ...]
    line: int


def phases(standard: Standard) -> tuple[Phase, ...]:
    """The phases of a standard's plan in order; none where its folder has no plan. StandardError with every problem.

    >>> from dudao.standards import load_standard
    >>> phases(load_standard("wenling-2020"))[0].until.isoformat()
    '2020-09-30'
    """
    problems: list[Problem] = []
    found = read(contents(standard.path), problems)
    if problems:
        raise StandardError(problems)
    return found


def read(files: Mapping[str, bytes], problems: list[Problem]) -> tuple[Phase, ...]:
    """The phases in the files of a standard's folder; a phase that ends before it begins, and one that begins before the
    last one ended, are problems."""
    root = attached(files, FILE, problems)
    if root is None:
        return ()
    keys = Keys(root, "source", "phases")
    keys.text("source")
    found: list[Phase] = []
    for entry in keys.items("phases"):
        phase = _phase(entry)
        if phase.until < phase.since:
            entry.problem("结束早于开始")
        elif found and phase.since <= found[-1].until:
            entry.problem(f"与上一阶段“{found[-1].title}”重叠")
        found.append(phase)
    return tuple(found)


def _phase(entry: Entry) -> Phase:
    keys = Keys(entry, "title", "from", "to", "deliverables")
    since, until = keys.need("from"), keys.need("to")
    deliverables = []
    for item in keys.items("deliverables"):
        own = Keys(item, "title", "by")
        deliverables.append(Deliverable(own.text("title"), _month(own["by"])[1] if "by" in own else None))
    return Phase(
        keys.text("title"),
        _month(since)[0] if since else date.min,
        _month(until)[1] if until else date.max,
        tuple(deliverables),
        entry.line,
    )


def _month(entry: Entry) -> tuple[date, date]:
    """First and last day of a month written YYYY-MM."""
    match = _MONTH.fullmatch(entry.text())
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) == 0:
        entry.problem("应写成年月，如 2020-09")
        return date.min, date.max
    year, month = int(match[1]), int(match[2])
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])
