"""Returns (一个单位的填报): from a table to figures, a blank cell read by what the school's type asks for (contracts §1, Blank cell).

Works by column, so that a column of plain numbers costs nothing a cell; a figure is made when it is asked for. Not here: what one cell
means (``figures``), checks between figures (``dudao.intake.checks``), the same school twice (``county``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from dudao.intake import figures, labels
from dudao.intake.figures import Read
from dudao.intake.labels import Labels
from dudao.intake.messages import issue, shown
from dudao.intake.sheet import PLAIN, blank
from dudao.intake.table import Column, Table
from dudao.issues import Issue
from dudao.standards.model import SchoolType, Standard
from dudao.tables import Figure, Return, State

Pair = tuple[Decimal | str | bool | None, State]
_MISSING: Pair = (None, "missing")
_REFUSED: Pair = (None, "refused")
_ABSENT: Pair = (None, "absent")
_ZERO: Pair = (Decimal(0), "zero")
_NO: Pair = (False, "zero")
_ALWAYS = (labels.NAME, labels.TYPE, labels.CODE)


@dataclass(slots=True)
class _Done:
    """A column read: ``odd`` holds every row whose figure is not simply the number in the cell; None there: no figure at all."""

    column: Column
    odd: dict[int, Pair | None]


class Figures(Mapping[str, Figure]):
    """The figures of one row of a table, by field name; each is made when it is first asked for."""

    __slots__ = ("_columns", "_made", "_row", "_sheet")

    def __init__(self, columns: Mapping[str, _Done], sheet: str | None, row: int) -> None:
        self._columns, self._sheet, self._row = columns, sheet, row
        self._made: dict[str, Figure | None] = {}

    def get(self, name: str, default: Figure | None = None) -> Figure | None:  # type: ignore[override]
        """The figure of a field."""
        made = self._made
        found = made[name] if name in made else made.setdefault(name, self._make(name))
        return default if found is None else found

    def __getitem__(self, name: str) -> Figure:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._columns if self.get(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def text(self, name: str) -> str | None:
        """The text of a field, without making its figure."""
        done = self._columns.get(name)
        pair = None if done is None or name in self._made else done.odd.get(self._row, _PLAIN)
        value = pair[0] if pair else getattr(self.get(name), "value", None)
        return value if isinstance(value, str) else None

    def refusing(self, names: Iterable[str]) -> Figures:
        """The same figures, those of some fields refused."""
        copy = Figures(self._columns, self._sheet, self._row)
        for name in names:
            figure = self.get(name)
            if figure is not None:
                copy._made[name] = Figure(None, "refused", figure.sheet, figure.cell)
        return copy

    def _make(self, name: str) -> Figure | None:
        done = self._columns.get(name)
        if done is None:
            return None
        pair = done.odd.get(self._row, _PLAIN)
        if pair is None:
            return None
        if pair is _PLAIN:
            pair = (figures.cut(done.column.values[self._row]), "given")  # type: ignore[arg-type]
        return Figure(*pair, self._sheet, done.column.cell(self._row))


_PLAIN: Pair = (None, "given")


@dataclass(slots=True)
class _Rows:
    """What each row of a table asks for. ``full``: rows of a type that is judged (all rows of a county form); ``bare``: name, type and code
    only; the rest are of no known type. ``lacking``: rows without a stage, by stage.
    """

    numbers: Sequence[int]
    kinds: Mapping[int, SchoolType | None]
    full: frozenset[int]
    bare: frozenset[int]
    lacking: Mapping[str, frozenset[int]]
    always: frozenset[str]


@dataclass(slots=True)
class _Reader:
    """One table being read into figures; collects its issues."""

    table: Table
    file: str
    standard: Standard
    issues: list[Issue] = field(default_factory=list)

    def say(self, code: str, column: Column, row: int, cell: str | None = None, **words: object) -> None:
        """An issue at the cell of a column."""
        place = cell or column.cell(row)
        self.issues.append(issue(code, self.file, self.table.sheet, place, label=column.field.label, **words))


def returns_of(table: Table, file: str, sha256: str, known: Labels) -> tuple[list[Return], list[Issue]]:
    """The returns in a table, one a row that is filled in, and every issue of its form and its cells."""
    reader = _Reader(table, file, known.standard)
    for note in table.notes:
        reader.issues.append(issue(note.code, file, table.sheet, note.cell, **note.words))
    numbers = list(table.rows)
    first = {name: _read_texts(reader, table.columns[name], numbers) for name in (labels.TYPE, labels.ATTACHED) if name in table.columns}
    rows = _rows(reader, numbers, first)
    done = {name: _read(reader, column, rows, first.get(name)) for name, column in table.columns.items()}
    _needed(reader, rows, done)
    made = [
        Return(
            table.form,
            file,
            sha256,
            table.sheet,
            Figures(done, table.sheet, number),
            row=table.rows[number],
            void=table.spoiled.get(number),
        )
        for number in numbers
    ]
    return made, reader.issues


def _rows(reader: _Reader, numbers: Sequence[int], first: Mapping[str, Mapping[int, Read]]) -> _Rows:
    """Sort the rows by school type; 附设班学段 adds a stage."""
    standard = reader.standard
    if reader.table.form == "county":
        return _Rows(numbers, {}, frozenset(numbers), frozenset(), {}, frozenset())
    titles = {stage.title: stage.name for stage in standard.stages}
    kinds: dict[int, SchoolType | None] = {}
    lacking: dict[str, set[int]] = {stage.name: set() for stage in standard.stages}
    stages_of: dict[tuple[object, object], tuple[str, ...]] = {}
    types, attached = first.get(labels.TYPE, {}), first.get(labels.ATTACHED, {})
    for number in numbers:
        kind_read, more_read = types.get(number), attached.get(number)
        word = kind_read.value if kind_read else None
        more = more_read.value if more_read else None
        kind = kinds[number] = standard.type_of(word) if isinstance(word, str) else None
        if kind is None or kind.excluded is not None:
            continue
        key = (word, more)
        if key not in stages_of:
            has = {*kind.stages, titles.get(str(more), "")}
            stages_of[key] = tuple(stage.name for stage in standard.stages if stage.name not in has)
        for stage in stages_of[key]:
            lacking[stage].add(number)
    full = frozenset(n for n, kind in kinds.items() if kind is not None and kind.excluded is None)
    bare = frozenset(n for n, kind in kinds.items() if kind is not None and kind.excluded is not None)
    always = frozenset((*_ALWAYS, *(stage.pupils for stage in standard.levels)))
    return _Rows(numbers, kinds, full, bare, {stage: frozenset(rows) for stage, rows in lacking.items()}, always)


def _read_texts(reader: _Reader, column: Column, numbers: Sequence[int]) -> dict[int, Read]:
    """The cells of a column that is not of numbers, blank ones left out; each different content is read once."""
    if column.loss is not None:
        return {}
    field, standard, typed = column.field, reader.standard, reader.table.typed
    found = {
        number: figures.read(field, column.values[number], mark, typed, standard)
        for number, mark in column.marks.items()
        if number in reader.table.rows and (not blank(column.values[number]) or mark.formula or mark.error)
    }
    memo: dict[tuple[type, object], Read | None] = {}
    for number in numbers:
        value = column.values[number]
        if value == "" or number in column.marks:
            continue
        key = (type(value), value)  # True and 1.0 are equal
        if key not in memo:
            memo[key] = None if blank(value) else figures.read(field, value, PLAIN, typed, standard)
        read = memo[key]
        if read is not None:
            found[number] = read
    return found


def _read(reader: _Reader, column: Column, rows: _Rows, texts: Mapping[int, Read] | None) -> _Done:
    """One column: absent rows, then lost columns, then blank cells, then contents."""
    odd: dict[int, Pair | None] = {}
    lacking = rows.lacking.get(column.field.stage or "", frozenset())
    asked = rows.numbers if not lacking else [number for number in rows.numbers if number not in lacking]
    if lacking:
        _absent(reader, column, rows, lacking, odd)
    if column.loss is not None:
        _lost(reader, column, rows, asked, odd)
    elif column.field.numeric:
        _numbers(reader, column, rows, asked, odd)
    else:
        found = texts if texts is not None else _read_texts(reader, column, asked)
        for number in asked:
            if number in found:
                _take(reader, column, rows, number, found[number], odd)
            else:
                _blank(reader, column, rows, number, odd)
    return _Done(column, odd)


def _absent(
    reader: _Reader, column: Column, rows: _Rows, lacking: frozenset[int], odd: dict[int, Pair | None]
) -> None:
    """Rows of schools without the stage: no figure; one that is not zero is an error."""
    odd.update(dict.fromkeys(lacking, _ABSENT))
    if column.loss is not None:
        return
    for number in sorted(lacking):
        value, mark = column.values[number], column.mark(number)
        if not value and not (mark.formula or mark.error):
            continue
        if blank(value) and not (mark.formula or mark.error):
            continue
        read = figures.read(column.field, value, mark, reader.table.typed, reader.standard)
        if read.state == "refused":
            _tell(reader, column, number, read)
        elif read.value != 0:
            kind = rows.kinds[number]
            reader.say("FIG-023", column, number, value=shown(value), kind=kind.name if kind else "")


def _lost(reader: _Reader, column: Column, rows: _Rows, asked: Iterable[int], odd: dict[int, Pair | None]) -> None:
    """A column whose label or unit is wrong: the figure is null in every row."""
    if column.loss == "lacking":
        if column.field.form == "supplement":
            odd.update(dict.fromkeys(asked))
            return
        optional = reader.table.wide and not column.field.required
        odd.update(dict.fromkeys(asked, _ZERO if optional and column.field.numeric else _MISSING))
        # In a vertical form the lacking label is this school's own fault; a school of which nothing else is asked is not bothered.
        if not reader.table.wide and (0 not in rows.bare or column.field.name in _ALWAYS):
            reader.say("FORM-004", column, 0)
        return
    odd.update(dict.fromkeys(asked, _REFUSED))


def _numbers(reader: _Reader, column: Column, rows: _Rows, asked: Sequence[int], odd: dict[int, Pair | None]) -> None:
    """A column of numbers. Those that need no word are left to be made when they are asked for."""
    values = column.values
    whole = column.field.kind != "amount"
    marks = column.marks
    chosen = values if len(asked) == len(values) else [values[number] for number in asked]
    # One bulk look spares a step a cell; a sum is finite only if no cell is NaN or infinite.
    usual = len(chosen) > 1 and not marks and set(map(type, chosen)) == {float} and math.isfinite(sum(chosen))
    if usual and min(chosen) >= 0 and max(chosen) <= 1e9 and (not whole or all(map(float.is_integer, chosen))):
        return
    typed = reader.table.typed
    for number, value in zip(asked, chosen, strict=True):
        mark = marks.get(number)
        if mark is None:
            if type(value) is float:
                if 0 <= value <= 1e9 and (not whole or value.is_integer()):
                    continue
            elif value == "" or blank(value):
                _blank(reader, column, rows, number, odd)
                continue
        elif blank(value) and not mark.formula and mark.error is None:
            _blank(reader, column, rows, number, odd)
            continue
        read = figures.read(column.field, value, column.mark(number), typed, reader.standard)
        _take(reader, column, rows, number, read, odd)


def _take(reader: _Reader, column: Column, rows: _Rows, number: int, read: Read, odd: dict[int, Pair | None]) -> None:
    """A cell with a content; of 特教 and 职业 only name, type and code are judged."""
    if number in rows.bare and column.field.name not in _ALWAYS:
        odd[number] = (read.value, "given") if read.state == "given" else _MISSING
        return
    odd[number] = (read.value, read.state)
    _tell(reader, column, number, read)


def _tell(reader: _Reader, column: Column, number: int, read: Read) -> None:
    for fault in read.faults:
        reader.say(fault.code, column, number, **fault.words)


def _blank(reader: _Reader, column: Column, rows: _Rows, number: int, odd: dict[int, Pair | None]) -> None:
    """A blank cell: 0, 否, nothing at all, or an error, by field and school type."""
    asked_of = column.field
    if asked_of.form == "supplement":
        odd[number] = None
        return
    if not asked_of.required and asked_of.numeric:
        odd[number] = _ZERO
        return
    if number not in rows.full and asked_of.name not in (_ALWAYS if number in rows.bare else rows.always):
        odd[number] = _MISSING
        return
    if asked_of.kind == "flag":
        odd[number] = _NO
        reader.say("FIG-002", column, number)
        return
    odd[number] = _MISSING
    if asked_of.required:
        reader.say("FIG-001", column, number)


def _needed(reader: _Reader, rows: _Rows, done: Mapping[str, _Done]) -> None:
    """Figures that only some types need (高中在校生 of 完全中学): blank or not asked is an error, at the cell of the type if it has none."""
    for number in rows.numbers:
        kind = rows.kinds.get(number)
        if kind is None or kind.excluded is not None:
            continue
        for name in kind.needs:
            column = done[name].column
            if done[name].odd.get(number, _PLAIN) is None:
                cell = column.cell(number) or done[labels.TYPE].column.cell(number)
                reader.say("FIG-024", column, number, cell, kind=kind.name)
                done[name].odd[number] = (None, "missing")
