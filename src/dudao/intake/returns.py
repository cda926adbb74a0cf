"""Returns (一个单位的填报): from a table to figures, a blank cell read by what the school's type asks for (contracts §1, Blank cell).

Works by column, so that a column of plain numbers costs nothing a cell; a figure is made when it is asked for. Not here: what one cell
means (``figures``), checks between figures (``dudao.intake.checks``), the same school twice (``county``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from dudao.intake import figures, labels
from dudao.intake.figures import Read
from dudao.intake.labels import Labels
from dudao.intake.messages import issue, shown
from dudao.intake.row import PLAIN_NUMBER, Block, Done, Figures, Pair
from dudao.intake.sheet import PLAIN, Mark, blank
from dudao.intake.table import Column, Table
from dudao.issues import Issue
from dudao.standards.model import SchoolType, Standard
from dudao.tables import Return

_MISSING: Pair = (None, "missing")
_REFUSED: Pair = (None, "refused")
_ABSENT: Pair = (None, "absent")
_ZERO: Pair = (Decimal(0), "zero")
_NO: Pair = (False, "zero")
_MOST = float(figures.MOST)
_ALWAYS = (labels.NAME, labels.TYPE, labels.CODE)


@dataclass(slots=True)
class _Rows:
    """What each row of a table asks for. ``full``: rows of a type that is judged (all rows of a county form); ``bare``: name, type and code
    only; the rest are of no known type. ``lacking`` and ``having``: rows without and with a stage, by stage.
    """

    numbers: Sequence[int]
    kinds: Mapping[int, SchoolType | None]
    full: frozenset[int]
    bare: frozenset[int]
    lacking: Mapping[str, frozenset[int]]
    having: Mapping[str, Sequence[int]]
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

    def silent(self, column: Column) -> bool:
        """Whether nothing is said of a blank: what is asked on the 补充表 is no data without it, and there only the school's code is needed."""
        asked_of = column.field
        return asked_of.supplementary or (self.table.form in labels.SUPPLEMENTS and asked_of.name != labels.CODE)


def returns_of(table: Table, file: str, sha256: str, known: Labels) -> tuple[list[Return], list[Issue]]:
    """The returns in a table, one a row that is filled in, and every issue of its form and its cells."""
    reader = _Reader(table, file, known.standard)
    for note in table.notes:
        reader.issues.append(issue(note.code, file, table.sheet, note.cell, **note.words))
    rows = _rows(reader, list(table.rows))
    done = {name: _read(reader, column, rows) for name, column in table.columns.items()}
    _needed(reader, rows, done)
    block = Block(done, table.sheet, tuple(table.rows))
    made = [
        Return(table.form, file, sha256, table.sheet, Figures(block, number), row, table.spoiled.get(number))
        for number, row in table.rows.items()
    ]
    return made, reader.issues


def _rows(reader: _Reader, numbers: Sequence[int]) -> _Rows:
    """Sort the rows by school type; 附设班学段 adds a stage."""
    standard = reader.standard
    if reader.table.form != "school":
        return _Rows(numbers, {}, frozenset(numbers), frozenset(), {}, {}, frozenset())
    titles = {stage.title: stage.name for stage in standard.stages}
    kinds: dict[int, SchoolType | None] = {}
    lacking: dict[str, list[int]] = {stage.name: [] for stage in standard.stages}
    known: dict[tuple[object, object], tuple[SchoolType | None, tuple[str, ...]]] = {}
    types, attached = _words(reader, labels.TYPE, numbers), _words(reader, labels.ATTACHED, numbers)
    for number in numbers:
        key = types.get(number), attached.get(number)
        if key not in known:
            kind = standard.type_of(key[0])
            has = {*kind.stages, titles.get(key[1] or "", "")} if kind and not kind.excluded else set(lacking)
            known[key] = kind, tuple(stage for stage in lacking if stage not in has)
        kinds[number], lacks = known[key]
        for stage in lacks:
            lacking[stage].append(number)
    full = frozenset(n for n, kind in kinds.items() if kind is not None and kind.excluded is None)
    bare = frozenset(n for n, kind in kinds.items() if kind is not None and kind.excluded is not None)
    always = frozenset((*_ALWAYS, *(stage.pupils for stage in standard.levels)))
    without = {stage: frozenset(rows) for stage, rows in lacking.items()}
    having = {stage: [number for number in numbers if number not in rows] for stage, rows in without.items()}
    return _Rows(numbers, kinds, full, bare, without, having, always)


def _words(reader: _Reader, name: str, numbers: Sequence[int]) -> Mapping[int, str]:
    """What a column of choices says, by row, without a message; the messages come when the column itself is read."""
    column = reader.table.columns.get(name)
    if column is None or column.loss is not None:
        return {}
    words: dict[object, str] = {}
    for value in {value for value in column.values if isinstance(value, str) and not blank(value)}:
        word = figures.read(column.field, value, PLAIN, reader.table.typed, reader.standard).value
        if isinstance(word, str):
            words[value] = word
    if not words:
        return {}
    values = column.values
    return {number: words[values[number]] for number in numbers if values[number] in words}


def _read(reader: _Reader, column: Column, rows: _Rows) -> Done:
    """One column: rows without the stage, then a lost column, else blank cells and contents."""
    odd: dict[int, Pair | None] = {}
    lacking = rows.lacking.get(column.field.stage or "", frozenset())
    asked = rows.having.get(column.field.stage or "", rows.numbers)
    if lacking:
        _absent(reader, column, rows, lacking, odd)
    if column.loss is not None:
        _lost(reader, column, rows, asked, odd)
    elif asked:
        _cells(reader, column, rows, asked, odd)
    return Done(column, odd)


def _cells(
    reader: _Reader, column: Column, rows: _Rows, asked: Sequence[int], odd: dict[int, Pair | None]
) -> None:
    """The cells of a column that is there. Plain numbers are left to be made when they are asked for; texts are read once each."""
    values, marks = column.values, column.marks
    chosen = values if len(asked) == len(values) else [values[number] for number in asked]
    kinds = set(map(type, chosen))
    if str in kinds and (blanks := chosen.count("")):
        if blanks == len(chosen) and not marks:
            _blank(reader, column, rows, asked, odd)
            return
        pairs = list(zip(asked, chosen, strict=True))
        _blank(
            reader,
            column,
            rows,
            [number for number, value in pairs if value == "" and number not in marks],
            odd,
        )
        asked = [number for number, value in pairs if value != "" or number in marks]
        chosen = [values[number] for number in asked]
        kinds = set(map(type, chosen))
    if (
        not marks
        and kinds == {float}
        and column.field.numeric
        and _plain(chosen, column.field.kind != "amount")
    ):
        return
    if not marks and kinds == {str} and not rows.bare:
        asked, chosen = _usual(reader, column, asked, chosen, odd)
    memo: dict[tuple[type, object, Mark], Read] = {}
    for number, value in zip(asked, chosen, strict=True):
        mark = marks.get(number, PLAIN) if marks else PLAIN
        if blank(value) and not mark.formula and mark.error is None:
            _blank(reader, column, rows, [number], odd)
            continue
        key = type(value), value, mark  # True and 1.0 are equal, but not the same
        read = memo.get(key)
        if read is None:
            read = memo[key] = figures.read(column.field, value, mark, reader.table.typed, reader.standard)
        if number in rows.bare and column.field.name not in _ALWAYS:
            # Of 特教 and 职业 only name, type and code are judged.
            odd[number] = (read.value, "given") if read.state == "given" else _MISSING
            continue
        odd[number] = (read.value, read.state)
        if read.faults:
            _tell(reader, column, number, read)


def _usual(
    reader: _Reader,
    column: Column,
    asked: Sequence[int],
    chosen: Sequence[object],
    odd: dict[int, Pair | None],
) -> tuple[Sequence[int], Sequence[object]]:
    """Take every text of which nothing is to be said, each different one read once; the cells that are left."""
    pairs: dict[object, Pair] = {}
    for value in set(chosen):
        if figures.as_is(column.field, value):  # type: ignore[arg-type]
            pairs[value] = (value, "given")  # type: ignore[assignment]
        elif not blank(value):
            read = figures.read(column.field, value, PLAIN, reader.table.typed, reader.standard)
            if not read.faults:
                pairs[value] = (read.value, read.state)
    found = list(map(pairs.get, chosen))
    odd.update(zip(asked, found, strict=True))
    if None not in found:
        return (), ()
    left = [number for number, pair in zip(asked, found, strict=True) if pair is None]
    return left, [column.values[number] for number in left]


def _plain(chosen: Sequence[float], whole: bool) -> bool:
    """Whether every number is in range and needs no word: one bulk look spares a step a cell."""
    total = sum(
        chosen
    )  # finite only if no cell is NaN or infinite; no cell is larger than it if none is negative
    if not math.isfinite(total) or min(chosen) < 0 or (total > _MOST and max(chosen) > _MOST):
        return False
    return not whole or all(map(float.is_integer, chosen))


def _absent(
    reader: _Reader, column: Column, rows: _Rows, lacking: frozenset[int], odd: dict[int, Pair | None]
) -> None:
    """Rows of schools without the stage: no figure; one that is not zero is an error."""
    odd.update(dict.fromkeys(lacking, _ABSENT))
    if column.loss is not None:
        return
    values, marks = column.values, column.marks
    for number in sorted(number for number in lacking if values[number] or number in marks):
        value, mark = values[number], column.mark(number)
        if blank(value) and not (mark.formula or mark.error):
            continue
        read = figures.read(column.field, value, mark, reader.table.typed, reader.standard)
        if read.state == "refused":
            _tell(reader, column, number, read)
        elif read.value != 0:
            kind = rows.kinds[number]
            reader.say("FIG-023", column, number, value=shown(value), kind=kind.name if kind else "")


def _lost(
    reader: _Reader, column: Column, rows: _Rows, asked: Iterable[int], odd: dict[int, Pair | None]
) -> None:
    """A column whose label or unit is wrong: the figure is null in every row."""
    if column.loss == "lacking":
        if reader.silent(column):
            odd.update(dict.fromkeys(asked))
            return
        odd.update(dict.fromkeys(asked, _MISSING))
        # In a vertical form the lacking label is this school's own fault; a school of which nothing else is asked is not bothered.
        if not reader.table.wide and (0 not in rows.bare or column.field.name in _ALWAYS):
            reader.say("FORM-004", column, 0)
        return
    odd.update(dict.fromkeys(asked, _REFUSED))


def _tell(reader: _Reader, column: Column, number: int, read: Read) -> None:
    for fault in read.faults:
        reader.say(fault.code, column, number, **fault.words)


def _blank(
    reader: _Reader, column: Column, rows: _Rows, empty: Sequence[int], odd: dict[int, Pair | None]
) -> None:
    """Blank cells: 0, 否, nothing at all, or an error, by field and school type."""
    asked_of = column.field
    if reader.silent(column):
        odd.update(dict.fromkeys(empty))
        return
    if not asked_of.required and asked_of.numeric:
        odd.update(dict.fromkeys(empty, _ZERO))
        return
    odd.update(dict.fromkeys(empty, _MISSING))
    for number in empty:
        if number not in rows.full and asked_of.name not in (_ALWAYS if number in rows.bare else rows.always):
            continue
        if asked_of.kind == "flag":
            odd[number] = _NO
            reader.say("FIG-002", column, number)
        elif asked_of.required:
            hint = "请填写；确实没有的填 0。" if asked_of.numeric else "请填写。"
            reader.say("FIG-001", column, number, hint=hint)


def _needed(reader: _Reader, rows: _Rows, done: Mapping[str, Done]) -> None:
    """Figures that only some types need (高中在校生 of 完全中学): blank or not asked is an error, at the cell of the type if it has none."""
    for number in rows.numbers:
        kind = rows.kinds.get(number)
        if kind is None or kind.excluded is not None:
            continue
        for name in kind.needs:
            column = done[name].column
            if done[name].odd.get(number, PLAIN_NUMBER) is None:
                cell = column.cell(number) or done[labels.TYPE].column.cell(number)
                reader.say("FIG-024", column, number, cell, kind=kind.name)
                done[name].odd[number] = (None, "missing")
