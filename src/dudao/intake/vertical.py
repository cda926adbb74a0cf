"""Vertical forms (一项一行的填报表): found by their labels in one column, whatever the sheet is called.

Here lives the recognition of the real school and county returns: labels, header words, 序号, units. Not here: tables with the labels
across (``wide``), and the values (``figures``, ``returns``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dudao.intake import labels
from dudao.intake.labels import HEADER, SUPPLEMENT_HEADER, SUPPLEMENTS, UNITS, Labels
from dudao.intake.messages import Refusal, shown
from dudao.intake.sheet import MAX_ROWS, Sheet, address, blank
from dudao.intake.table import Column, Note, Table, unit_notes
from dudao.standards.model import Field
from dudao.tables import Form
from dudao.units import plain

_COLUMNS = 40
"""Columns in which labels are looked for."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where a form has its header words: columns from 0, None where there is none. ``row``: of the header, -1 without one."""

    row: int
    item: int
    value: int
    unit: int | None
    number: int | None
    moved: str


def find(sheet: Sheet, known: Labels) -> tuple[list[Table], Mapping[Form, int]]:
    """The vertical forms in a sheet, and how many printed labels of each real form stand in its best column. Refusal when the values
    cannot be told.
    """
    hits = _hits(sheet, known)
    tables: list[Table] = []
    best: dict[Form, int] = {}
    for real, _ in UNITS:
        columns = {
            column: [(row, field) for row, field in found if field.of_county == (real == "county")]
            for column, found in hits.items()
        }
        _, column = max(((len({f.name for _, f in found}), -c) for c, found in columns.items()), default=(0, 0))
        rows = columns.get(-column, [])
        found = {field.name: field for _, field in rows}.values()
        best[real] = sum(field.form == real for field in found)
        form = known.form_of(found)
        if form is not None and (form not in SUPPLEMENTS or _filled_in(sheet, -column, rows)):
            tables.append(_table(sheet, known, form, -column, rows))
    return tables, best


def _filled_in(sheet: Sheet, item: int, rows: Sequence[tuple[int, Field]]) -> bool:
    """Whether these labels are a form's and not a list or a text that cites them: there is a column of values, or units stand beside."""
    header = _header(sheet, rows[-1][0])
    return labels.VALUE in header[1] if header is not None else _has_units(sheet, item, rows)


def _hits(sheet: Sheet, known: Labels) -> dict[int, list[tuple[int, Field]]]:
    """The fields named in each column, with their rows."""
    hits: dict[int, list[tuple[int, Field]]] = {}
    field_of = known.field
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row[:_COLUMNS]):
            if type(value) is str and value and (field := field_of(value)) is not None:
                hits.setdefault(column, []).append((number, field))
    return hits


def _table(sheet: Sheet, known: Labels, form: Form, item: int, rows: Sequence[tuple[int, Field]]) -> Table:
    if len(sheet.rows) > MAX_ROWS:
        raise Refusal("FILE-020", what=f"工作表“{sheet.name}”", rows=MAX_ROWS, columns=100)
    layout = _layout(sheet, form, item, rows)
    notes: list[Note] = []
    if layout.moved:
        notes.append(Note("FORM-001", None, {"what": layout.moved}))
    notes += [] if form in SUPPLEMENTS else _numbers(sheet, layout, rows)
    places: dict[str, list[int]] = {}
    for row, field in rows:
        places.setdefault(field.name, []).append(row)
    columns: dict[str, Column] = {}
    for field in known.fields[form]:
        column, more = _column(sheet, layout, field, places.get(field.name, []))
        columns[field.name] = column
        notes += more
    notes += _strangers(sheet, known, layout)
    return Table(form, sheet.name, columns, {0: None}, notes, sheet.typed)


def _column(sheet: Sheet, layout: _Layout, field: Field, rows: Sequence[int]) -> tuple[Column, list[Note]]:
    """The cell of one field. The issue of a lacking label is raised with the school's type known (``returns``)."""
    if not rows:
        return Column(field, [""], None, loss="lacking"), []
    place = rows[0], layout.value
    if len(rows) > 1:
        note = Note("FORM-003", address(rows[1], layout.item), {"label": field.label, "count": len(rows)})
        return Column(field, [_at(sheet, *place)], place, loss="twice"), [note]
    loss, notes = None, []
    if layout.unit is not None:
        loss, notes = unit_notes(
            field, _at(sheet, rows[0], layout.unit), address(rows[0], layout.unit), blank_is_odd=True
        )
    mark = sheet.marks.get(place)
    return Column(field, [_at(sheet, *place)], place, {0: mark} if mark else {}, loss), notes


def _at(sheet: Sheet, row: int, column: int) -> object:
    line = sheet.rows[row]
    return line[column] if column < len(line) else ""


def _layout(sheet: Sheet, form: Form, item: int, rows: Sequence[tuple[int, Field]]) -> _Layout:
    """Where the header words stand; without a header, the layout of the real form beside the labels."""
    header = _header(sheet, rows[-1][0])
    if header is None:
        layout = _Layout(-1, item, item + 2, item + 1, item - 2 if item >= 2 else None, "没有表头")
        if not _has_units(sheet, item, rows):
            raise Refusal("FORM-011", what="没有")
        return layout
    row, words = header
    if len(words.get(labels.VALUE, ())) != 1:
        raise Refusal("FORM-011", what="没有" if labels.VALUE not in words else "有两列以上")
    unit, number = words.get(labels.UNIT, ()), words.get(labels.NUMBER, ())
    return _Layout(
        row,
        item,
        words[labels.VALUE][0],
        unit[0] if unit else None,
        number[0] if number else None,
        _moved(row, words, SUPPLEMENT_HEADER if form in SUPPLEMENTS else HEADER),
    )


def _header(sheet: Sheet, last: int) -> tuple[int, dict[str, list[int]]] | None:
    """The row of the header and its words with their columns: the row above the last label that has most of the words."""
    best: tuple[int, dict[str, list[int]]] | None = None
    for number, row in enumerate(sheet.rows[: last + 1]):
        words: dict[str, list[int]] = {}
        for column, value in enumerate(row):
            if type(value) is str and 1 < len(value) < 20 and (word := _word(value)) in HEADER:
                words.setdefault(word, []).append(column)
        main = labels.ITEM in words or labels.VALUE in words
        if main and (best is None or len(words) > len(best[1])):
            best = number, words
    return best


@lru_cache(maxsize=2048)
def _word(text: str) -> str:
    return plain(text)


def _moved(row: int, words: Mapping[str, Sequence[int]], right: Sequence[str]) -> str:
    """How the header differs from the form's own; empty when it does not."""
    lacking = [word for word in right if word not in words]
    if lacking:
        return f"缺“{'”“'.join(lacking)}”"
    away = [word for column, word in enumerate(right) if list(words[word]) != [column]]
    if row:
        return f"表头在第 {row + 1} 行，应在第 1 行"
    return f"“{'”“'.join(away)}”不在原列" if away else ""


def _has_units(sheet: Sheet, item: int, rows: Sequence[tuple[int, Field]]) -> bool:
    """Whether the column beside the labels holds the units, so that the next one holds the values."""
    numeric = [(row, field) for row, field in rows if field.numeric and field.unit]
    agree = sum(plain(str(_at(sheet, row, item + 1))) == plain(field.unit) for row, field in numeric)
    return 2 * agree > len(numeric)


def _numbers(sheet: Sheet, layout: _Layout, rows: Sequence[tuple[int, Field]]) -> Iterator[Note]:
    """序号 that differ from the real form's, or stand below a greater one: one query, at the first."""
    if layout.number is None:
        return
    wrong: list[tuple[int, Field]] = []
    greatest = 0
    for row, field in rows:
        if field.no is None:
            continue
        if _whole(_at(sheet, row, layout.number)) != field.no or field.no < greatest:
            wrong.append((row, field))
        greatest = max(greatest, field.no)
    if wrong:
        row, field = wrong[0]
        cell = address(row, layout.number)
        yield Note("FORM-002", cell, {"count": len(wrong), "label": field.label, "no": field.no})


def _whole(value: object) -> int | None:
    text = plain(value) if isinstance(value, str) else f"{value:.15g}" if isinstance(value, float) else ""
    return int(text) if text.isascii() and text.isdecimal() else None


def _strangers(sheet: Sheet, known: Labels, layout: _Layout) -> Iterator[Note]:
    """Filled rows that belong to no field."""
    for number, row in enumerate(sheet.rows):
        value = row[layout.value] if layout.value < len(row) else ""
        if number <= layout.row or blank(value):
            continue
        label = row[layout.item] if layout.item < len(row) else ""
        if blank(label):
            yield Note("FORM-010", address(number, layout.value), {"value": shown(value)})
        elif known.field(label) is None:
            yield Note("FORM-009", address(number, layout.item), {"value": shown(label)})
