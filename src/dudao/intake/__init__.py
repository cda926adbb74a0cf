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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from dudao.intake import sources
from dudao.intake.archive import Budget
from dudao.intake.county import IntakeRefused, Piece, Reading, assemble, counties
from dudao.intake.forms import loaded, reading
from dudao.intake.labels import Labels
from dudao.standards.model import Standard
from dudao.tables import Intake

__all__ = ["IntakeRefused", "Reading", "assemble", "files", "read", "read_file"]


T = TypeVar("T")


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
    found = (
        (number, loaded(source, budget))
        for entry in entries
        for number, source in enumerate(sources.unfold(entry, budget))
    )
    pieces: list[Piece] = []
    total = len(entries)
    for number, file in _ahead(found):
        pieces.append(Piece(file.source.folder, reading(file, known)))
        total += 0 if number else file.source.siblings - 1
        if progress is not None:
            progress(len(pieces), total)
    return counties(pieces, standard, county, every)


def _ahead(items: Iterator[T]) -> Iterator[T]:
    """The items in their order, each made in a thread of its own while the one before is worked on.

    Inflating and parsing let other threads run, so two cores are kept busy; as one thread makes all items, the order in which they
    draw on the budget, and with it the outcome, is always the same.
    """
    with ThreadPoolExecutor(max_workers=1) as worker:
        coming = worker.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = worker.submit(next, items, None)
            yield item


def read_file(name: str, data: bytes, standard: Standard) -> Reading:
    """One file given as bytes: a workbook, CSV, Parquet or an archive of them. Never raises for what is in it."""
    known, budget = Labels(standard), Budget()
    readings = [reading(loaded(source, budget), known) for source in sources.contents(name, data, budget)]
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
