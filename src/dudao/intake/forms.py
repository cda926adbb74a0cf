"""Forms: from the bytes of one file to the returns in it. Every form is known by its labels, never by its file's name.

Here lives the choice of reader, and what is said of a file in which no form is found. Not here: where a file comes from (``sources``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain

from dudao.intake import kinds, tabular, vertical, wide, workbook
from dudao.intake.archive import Budget
from dudao.intake.county import Reading
from dudao.intake.labels import FEWEST_WORDS, IDENTITY, ITEM, UNITS, VALUE, Labels
from dudao.intake.messages import Refusal, issue
from dudao.intake.returns import returns_of
from dudao.intake.sheet import Sheet, blank
from dudao.intake.sources import Source
from dudao.intake.table import Table
from dudao.tables import Form, Return
from dudao.units import plain

OUR_RESULTS = frozenset({"结论", "学校指标", "差异系数"})
"""Sheets by which a workbook of results is told, should it lie among the returns."""


def reading(source: Source, known: Labels, budget: Budget) -> Reading:
    """What one file gives. One that is refused is unreadable and may be a missing school; its issue has neither sheet nor cell."""
    sha256 = hashlib.sha256(source.data).hexdigest() if source.data else ""
    try:
        if source.refusal is not None:
            raise source.refusal
        tables, doubtful = _tables(_sheets(source, budget), known)
    except Refusal as refusal:
        return Reading((), (issue(refusal.code, source.file, **refusal.words),), (source.file,), sha256)
    if not tables:
        foreign = source.kind == "other" or (source.kind == "text" and not kinds.is_table(source.file))
        return Reading(issues=(issue("FILE-025" if foreign else "FILE-026", source.file),), sha256=sha256)
    returns: list[Return] = []
    issues = [
        issue("FORM-013", source.file, sheet, count=count, total=known.printed[form])
        for sheet, form, count in doubtful
    ]
    empty = [table for table in tables if _unfilled(table, alone=len(tables) == 1)]
    issues += [issue("FORM-014", source.file, table.sheet) for table in empty if table.form == "county"]
    for table in (table for table in tables if table not in empty):
        made, found = returns_of(table, source.file, sha256, known)
        returns += made
        issues += found
    if not returns:
        issues.append(issue("FILE-027", source.file))
    return Reading(tuple(returns), tuple(issues), (source.file,) if doubtful else (), sha256)


def _unfilled(table: Table, *, alone: bool) -> bool:
    """Whether a sheet of the county was left as it was handed out: the wide workbook carries some, for whoever fills them. What names the
    unit does not count on a 补充表 beside others; a county return alone is one, however little it says.
    """
    if table.form not in ("county", "county_supplement") or (alone and table.form == "county"):
        return False
    own = [
        column
        for name, column in table.columns.items()
        if column.place is not None and (alone or table.form == "county" or name not in IDENTITY)
    ]
    return not any(column.marks or not all(map(blank, column.values)) for column in own)


def _tables(sheets: Iterable[Sheet], known: Labels) -> tuple[list[Table], list[tuple[str | None, Form, int]]]:
    """The forms in a file, and the sheets beside them that hold so many labels that they may be one more, with the count.

    Refusal when there is no form although a sheet has some of the labels: a form of another version.
    """
    tables: list[Table] = []
    partial: list[tuple[int, Form, str | None]] = []
    names: set[str | None] = set()
    headed: set[str | None] = set()
    for sheet in sheets:
        names.add(sheet.name)
        try:
            found, counts = find(sheet, known)
        except Refusal:
            if names >= OUR_RESULTS:
                continue  # its lists of items have no values to read
            raise
        tables += found
        if not found:
            headed |= {sheet.name} if _headed(sheet) else set()
            partial += [(count, form, sheet.name) for form, count in counts.items()]
    if not tables and names >= OUR_RESULTS:
        return [], []
    if not tables:
        count, form, _ = max(partial, key=lambda item: item[0], default=(0, UNITS[0][0], None))
        if count >= FEWEST_WORDS:
            raise Refusal("FILE-024", count=count, total=known.printed[form])
    return tables, [
        (sheet, form, count)
        for count, form, sheet in partial
        if 4 * count >= known.printed[form] > 0 or (count >= FEWEST_WORDS and sheet in headed)
    ]


def _headed(sheet: Sheet) -> bool:
    """Whether a row of the sheet has the header words of a vertical form; sheets of notes that cite labels have none."""
    return any({ITEM, VALUE} <= {plain(cell) for cell in row if isinstance(cell, str)} for row in sheet.rows)


def find(sheet: Sheet, known: Labels) -> tuple[list[Table], dict[Form, int]]:
    """The forms in a sheet, and how many labels of each form were found at best in one row or column."""
    table, across = wide.find(sheet, known)
    if table is not None:
        return [table], dict(across)
    tables, down = vertical.find(sheet, known)
    return tables, {form: max(across.get(form, 0), down.get(form, 0)) for form in chain(across, down)}


def _sheets(source: Source, budget: Budget) -> Iterator[Sheet]:
    if source.kind == "workbook" and source.zipped is not None:
        yield from workbook.sheets(source.zipped, budget)
    elif source.kind == "parquet":
        yield tabular.parquet_sheet(source.data)
    elif source.kind == "text":
        try:
            yield tabular.csv_sheet(source.data)
        except Refusal:
            if kinds.is_table(source.file):
                raise  # a text under any other name is a table only if it can be read as one
