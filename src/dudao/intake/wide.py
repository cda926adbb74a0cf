"""Wide tables (一校一行): labels across in one row, then one school a row. Workbooks, CSV and Parquet alike.

Title, group and note rows may stand above the labels, a row of units below them; it is recognised by its content. Not here: forms with
the labels in a column (``vertical``), and the values (``figures``, ``returns``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dudao.intake import labels
from dudao.intake.labels import SUPPLEMENTS, UNITS, Labels
from dudao.intake.messages import Refusal, shown
from dudao.intake.sheet import MAX_COLUMNS, MAX_ROWS, Mark, Sheet, address, blank
from dudao.intake.table import Column, Loss, Note, Table, unit_notes
from dudao.standards.model import Field
from dudao.tables import Form
from dudao.units import plain

_SEARCHED = 30
"""Rows in which the labels are looked for."""
_FEWEST = 2
"""Labels from which a row counts as a head: every row of a vertical form has one."""


@dataclass(frozen=True, slots=True)
class _Head:
    """The row of labels. ``columns``: by field name, every column that names it, with a unit written there."""

    row: int
    form: Form
    columns: Mapping[str, Sequence[tuple[int, str | None]]]


def find(sheet: Sheet, known: Labels) -> tuple[Table | None, Mapping[Form, int]]:
    """The wide table in a sheet, and how many printed labels of each real form stand in its best row."""
    best: dict[Form, int] = {real: 0 for real, _ in UNITS}
    for number, row in enumerate(sheet.rows[:_SEARCHED]):
        columns: dict[str, list[tuple[int, str | None]]] = {}
        fields: dict[str, Field] = {}
        for column, value in enumerate(row):
            field, unit = known.column(value) if isinstance(value, str) and value else (None, None)
            if field is not None:
                columns.setdefault(field.name, []).append((column, unit))
                fields[field.name] = field
        for real, _ in UNITS:
            found = [field for field in fields.values() if field.of_county == (real == "county")]
            best[real] = max(best[real], sum(field.form == real for field in found))
            form = known.form_of(found) if len(found) >= _FEWEST else None
            if form is not None:
                own = {field.name: columns[field.name] for field in found}
                return _table(sheet, known, _Head(number, form, own)), best
    return None, best


def _table(sheet: Sheet, known: Labels, head: _Head) -> Table:
    units = _units_row(sheet, known, head)
    first = head.row + (2 if units is not None else 1)
    lines = sheet.rows[first:]
    width = max((len(row) for row in sheet.rows), default=0)
    if len({len(line) for line in lines} | {width}) > 1:
        lines = [(*line, *[""] * (width - len(line))) for line in lines]
    across: Sequence[Sequence[object]] = list(zip(*lines, strict=True)) if lines else [()] * width
    marks = _marks(sheet, first)
    columns: dict[str, Column] = {}
    notes: list[Note] = []
    for field in known.fields[head.form]:
        column, more = _column(sheet, field, head, units, first, across, marks)
        columns[field.name] = column
        notes += more
    used = {place for places in head.columns.values() for place, _ in places}
    rows = _filled(lines, used, marks, first)
    if len(rows) > MAX_ROWS:
        raise Refusal("FILE-020", what="填写的行", rows=MAX_ROWS, columns=MAX_COLUMNS)
    notes += _strangers(sheet, head, across, used, first)
    spoiled, more = _spoiled(sheet, head, first, rows)
    return Table(head.form, sheet.name, columns, rows, [*notes, *more], sheet.typed, spoiled, wide=True)


def _units_row(sheet: Sheet, known: Labels, head: _Head) -> Sequence[object] | None:
    """The row below the labels if it is a row of units: most of its filled cells below numeric labels are units, and none is a number."""
    if head.row + 1 >= len(sheet.rows):
        return None
    line = sheet.rows[head.row + 1]
    numeric = {name for name in head.columns if known.standard.field(name).numeric}
    cells = [
        line[c] for name in numeric for c, _ in head.columns[name] if c < len(line) and not blank(line[c])
    ]
    named = [line[c] for c, _ in head.columns.get(labels.CODE, ()) if c < len(line) and not blank(line[c])]
    if not cells or named or not all(isinstance(cell, str) for cell in cells):
        return None
    return line if 2 * sum(known.is_unit(cell) for cell in cells) > len(cells) else None


def _marks(sheet: Sheet, first: int) -> Mapping[int, Mapping[int, Mark]]:
    """Marks by column, then by row of the table."""
    found: dict[int, dict[int, Mark]] = {}
    for (row, column), mark in sheet.marks.items():
        if row >= first:
            found.setdefault(column, {})[row - first] = mark
    return found


def _column(
    sheet: Sheet,
    field: Field,
    head: _Head,
    units: Sequence[object] | None,
    first: int,
    across: Sequence[Sequence[object]],
    marks: Mapping[int, Mapping[int, Mark]],
) -> tuple[Column, list[Note]]:
    """The cells of one field, and the issues of the column as a whole: a message for the column, not one for each school."""
    places = head.columns.get(field.name, ())
    length = len(across[0]) if across else 0
    if not places:
        notes = []
        if not (field.supplementary or (head.form in SUPPLEMENTS and field.name != labels.CODE)):
            notes = [Note("FORM-005", None, {"label": field.label})]
        return Column(field, [""] * length, None, loss="lacking"), notes
    column, written = places[0]
    place, loss, notes = (first, column), None, []
    if len(places) > 1:
        cell = address(head.row, places[1][0])
        loss, notes = "twice", [Note("FORM-003", cell, {"label": field.label, "count": len(places)})]
    else:
        loss, notes = _unit(field, head.row, column, written, units)
    return Column(field, across[column], place, marks.get(column, {}), loss), notes


def _unit(
    field: Field, row: int, column: int, written: str | None, units: Sequence[object] | None
) -> tuple[Loss | None, list[Note]]:
    """The unit in the label, then the one in the row of units."""
    loss, notes = unit_notes(field, written, address(row, column), blank_is_odd=False)
    if loss is None and units is not None:
        return unit_notes(
            field, units[column] if column < len(units) else "", address(row + 1, column), blank_is_odd=True
        )
    return loss, notes


def _filled(
    lines: Sequence[Sequence[object]], used: set[int], marks: Mapping[int, Mapping[int, Mark]], first: int
) -> dict[int, int | None]:
    """Rows in which a field is filled in, with their numbers in the sheet."""
    marked = {row for column in used for row in marks.get(column, {})}
    return {
        number: first + number + 1
        for number, line in enumerate(lines)
        if number in marked or not all(blank(line[column]) for column in used)
    }


def _strangers(
    sheet: Sheet, head: _Head, across: Sequence[Sequence[object]], used: set[int], first: int
) -> Iterator[Note]:
    """Filled columns that belong to no field: one query each."""
    for column, values in enumerate(across):
        if column in used:
            continue
        filled = next((number for number, value in enumerate(values) if not blank(value)), None)
        if filled is None:
            continue
        line = sheet.rows[head.row]
        label = line[column] if column < len(line) else ""
        if blank(label):
            yield Note("FORM-010", address(first + filled, column), {"value": shown(values[filled])})
        elif plain(str(label)) not in labels.SILENT:
            yield Note("FORM-009", address(head.row, column), {"value": shown(label)})


def _spoiled(
    sheet: Sheet, head: _Head, first: int, rows: Mapping[int, int | None]
) -> tuple[dict[int, str], list[Note]]:
    """Rows with more cells than the header has (CSV): a comma too many has shifted what stands behind it."""
    if not sheet.widths:
        return {}, []
    total = sheet.widths[head.row]
    spoiled: dict[int, str] = {}
    notes: list[Note] = []
    for number in rows:
        width = sheet.widths[first + number]
        if width > total:
            spoiled[number] = "一行的格数多于表头"
            cell = address(first + number, total)
            notes.append(Note("FORM-012", cell, {"count": width, "total": total}))
    return spoiled, notes
