"""Forms: from the bytes of one file to the returns in it. Every form is known by its labels, never by its file's name.

Here lives the choice of reader, and what is said of a file in which no form is found. Not here: where a file comes from (``sources``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import chain

from dudao.intake import kinds, tabular, vertical, wide, workbook
from dudao.intake.archive import Budget
from dudao.intake.county import Reading
from dudao.intake.labels import FEWEST_WORDS, Form, Labels
from dudao.intake.messages import Refusal, issue
from dudao.intake.returns import returns_of
from dudao.intake.sheet import Sheet
from dudao.intake.sources import Source
from dudao.intake.table import Table
from dudao.issues import Issue
from dudao.tables import Return


def reading(source: Source, known: Labels, budget: Budget) -> Reading:
    """What one file gives. One that is refused is unreadable and may be a missing school; its issue has neither sheet nor cell."""
    sha256 = hashlib.sha256(source.data).hexdigest() if source.data else ""
    try:
        if source.refusal is not None:
            raise source.refusal
        if source.kind == "other":
            return Reading(issues=(issue("FILE-025", source.file),), sha256=sha256)
        tables = _tables(source, known, budget)
    except Refusal as refusal:
        return Reading((), (issue(refusal.code, source.file, **refusal.words),), (source.file,), sha256)
    if not tables:
        code = "FILE-025" if source.kind == "text" and not kinds.is_table(source.file) else "FILE-026"
        return Reading(issues=(issue(code, source.file),), sha256=sha256)
    returns: list[Return] = []
    issues: list[Issue] = []
    for table in tables:
        made, found = returns_of(table, source.file, sha256, known)
        returns += made
        issues += found
    if not returns:
        issues.append(issue("FILE-027", source.file))
    return Reading(tuple(returns), tuple(issues), (), sha256)


def _tables(source: Source, known: Labels, budget: Budget) -> list[Table]:
    """The forms in a file. Refusal when there is none although a sheet has some of the labels: a form of another version."""
    tables: list[Table] = []
    best: dict[Form, int] = {}
    for sheet in _sheets(source, budget):
        found, counts = find(sheet, known)
        tables += found
        for form, count in counts.items():
            best[form] = max(best.get(form, 0), count)
    count, form = max(((count, form) for form, count in best.items()), default=(0, "school"))
    if not tables and count >= FEWEST_WORDS:
        raise Refusal("FILE-024", count=count, total=known.printed[form])
    return tables


def find(sheet: Sheet, known: Labels) -> tuple[list[Table], dict[Form, int]]:
    """The forms in a sheet, and how many labels of each form were found at best in one row or column."""
    table, across = wide.find(sheet, known)
    if table is not None:
        return [table], dict(across)
    tables, down = vertical.find(sheet, known)
    return tables, {form: max(across.get(form, 0), down.get(form, 0)) for form in chain(across, down)}


def _sheets(source: Source, budget: Budget) -> Iterator[Sheet]:
    if source.zipped is not None:
        yield from workbook.sheets(source.zipped, budget)
    elif source.kind == "parquet":
        yield tabular.parquet_sheet(source.data)
    else:
        try:
            yield tabular.csv_sheet(source.data)
        except Refusal:
            if kinds.is_table(source.file):
                raise  # a text under any other name is a table only if it can be read as one
