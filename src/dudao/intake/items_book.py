"""The workbook of a locality's own 评分细则 (细则录入表): the empty one, and reading a filled one into rows.

Read under the same limits and guards as a filled form (``sources``, ``workbook``). Here lives what a cell must hold; not here: what the
rows must add up to (``dudao.standards.items_check``), what becomes of them (``dudao.standards.items_folder``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from dudao.intake import sources, workbook
from dudao.intake.archive import Budget
from dudao.intake.messages import Refusal, issue, shown
from dudao.intake.sheet import PLAIN, Sheet, blank, letters
from dudao.standards.items_book import (
    A_CLAUSES,
    AREA,
    BONUS,
    C_CLAUSES,
    CODE,
    COLUMNS,
    GROUP,
    ITEMS,
    MOST,
    OUTCOMES_FROM,
    PROOFS,
    RULES,
    SPOTS,
    TEXT,
    Book,
    Fault,
    Outcome,
    Row,
    Rules,
)
from dudao.units import exact, plain

OUTCOME_HEAD = ("结论", "A等不少于（项）", "B、C等合计不多于（项）", "C等不多于（项）", "判定")
RULE_ROWS = ("等次规则", "B等最多未达到的观察点比例", "C等最少未达到的观察点比例")
"""Rows 2 to 4 of the sheet of rules; values in column B."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a workbook holds. ``faults``: cells that hold no such thing; then rows and rules are not whole."""

    rows: tuple[Row, ...] = ()
    rules: Rules = field(default_factory=Rules)
    faults: tuple[Fault, ...] = ()


def read(name: str, data: bytes, book: Book) -> Filled:
    """The rows and rules of a filled workbook. Never raises for what is in it: a file that may not be read is one fault."""
    budget = Budget()
    found = list(sources.contents(name, data, budget))
    if len(found) != 1 or (found[0].refusal is None and found[0].kind != "workbook"):
        return Filled(faults=(Fault("", "", f"{name} 不是工作簿。", "请用本标准的细则录入表填写。"),))
    try:
        if found[0].refusal is not None:
            raise found[0].refusal
        assert found[0].zipped is not None
        sheets = {sheet.name or "": sheet for sheet in workbook.sheets(found[0].zipped, budget)}
    except Refusal as refusal:
        why = issue(refusal.code, name, **refusal.words)
        return Filled(faults=(Fault("", "", f"{name}：{why.found}", why.mend),))
    needed = [ITEMS, *([RULES] if book.kind == "grades" else [])]
    lacking = [title for title in needed if title not in sheets]
    if lacking:
        return Filled(
            faults=tuple(
                Fault(title, "", "没有这个工作表。", "请用本标准的细则录入表填写。") for title in lacking
            )
        )
    cells = _Cells(sheets[ITEMS], [])
    rows = _rows(cells, book)
    rules = Rules()
    if book.kind == "grades":
        own = _Cells(sheets[RULES], cells.faults)
        rules = _rules(own)
    return Filled(rows, rules, tuple(cells.faults))


@dataclass(slots=True)
class _Cells:
    """A sheet being read cell by cell; rows and columns from 0."""

    sheet: Sheet
    faults: list[Fault]

    def fault(self, row: int, column: int, found: str, mend: str) -> None:
        self.faults.append(Fault(self.sheet.name or "", f"{letters(column)}{row + 1}", found, mend))

    def value(self, row: int, column: int) -> object:
        line = self.sheet.rows[row] if row < len(self.sheet.rows) else ()
        value = line[column] if column < len(line) else ""
        mark = self.sheet.marks.get((row, column), PLAIN)
        if mark.error is not None:
            self.fault(row, column, f"单元格是错误值 {mark.error}。", "请改为文字或数。")
            return ""
        return value

    def text(self, row: int, column: int) -> str:
        """A text; a number as it is shown."""
        value = self.value(row, column)
        if isinstance(value, bool):
            return "是" if value else "否"
        return (
            format(exact(value), "f")
            if isinstance(value, float)
            else ""
            if blank(value)
            else str(value).strip()
        )

    def number(self, row: int, column: int) -> Decimal | None:
        """A number, None where nothing is written."""
        text = plain(self.text(row, column))
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or value > 10_000:
            self.fault(row, column, f"“{shown(text)}”不是可用的数。", "请填写不带单位、逗号和百分号的数。")
            return None
        return value

    def whole(self, row: int, column: int) -> int | None:
        """A whole number from 0, None where nothing is written."""
        value = self.number(row, column)
        if value is not None and (value != value.to_integral_value() or value < 0):
            self.fault(row, column, f"“{value}”不是整数。", "请填写 0 或正整数。")
            return None
        return None if value is None else int(value)

    def lines(self, row: int, column: int) -> tuple[str, ...]:
        """The clauses of a cell, one a line."""
        return tuple(line.strip() for line in self.text(row, column).splitlines() if line.strip())

    def has(self, row: int, columns: int) -> bool:
        """Whether anything is written in a row."""
        return any(not blank(value) for value in self.sheet.rows[row][:columns])


def _rows(cells: _Cells, book: Book) -> tuple[Row, ...]:
    heads = COLUMNS[book.kind]
    for column, head in enumerate(heads):
        written = plain(cells.text(0, column))
        if written != plain(head):
            cells.fault(
                0,
                column,
                f"表头是“{shown(written)}”，应为“{head}”。",
                "请用本标准的细则录入表填写，不要增删或移动列。",
            )
    if cells.faults:
        return ()
    place: Mapping[str, int] = {head: column for column, head in enumerate(heads)}
    found: list[Row] = []
    area = group = ""
    for row in range(1, len(cells.sheet.rows)):
        if not cells.has(row, len(heads)):
            continue
        own = cells.text(row, place[AREA])
        group = cells.text(row, place[GROUP]) or (group if not own or own == area else "")
        area = own or area
        code, text = plain(cells.text(row, place[CODE])), cells.text(row, place[TEXT])
        own_row = Row(row + 1, area, group, code, text, proofs=cells.lines(row, place[PROOFS]))
        if book.kind == "points":
            most, bonus = cells.number(row, place[MOST]), _yes(cells, row, place[BONUS])
            own_row = replace(own_row, most=most, bonus=bonus)
        elif book.kind == "grades":
            a, c = cells.lines(row, place[A_CLAUSES]), cells.lines(row, place[C_CLAUSES])
            own_row = replace(own_row, a=a, c=c, spots=cells.whole(row, place[SPOTS]))
        found.append(own_row)
    return tuple(found)


def _yes(cells: _Cells, row: int, column: int) -> bool:
    word = plain(cells.text(row, column))
    if word not in ("", "是", "否"):
        cells.fault(row, column, f"附加分填了“{shown(word)}”。", "请填“是”或“否”，不填按“否”。")
    return word == "是"


def _rules(cells: _Cells) -> Rules:
    for row, head in enumerate(RULE_ROWS, 1):
        if plain(cells.text(row, 0)) != plain(head):
            cells.fault(row, 0, f"这里应为“{head}”。", "请用本标准的细则录入表填写，不要增删行。")
            return Rules()
    outcomes = []
    for row in range(OUTCOMES_FROM - 1, len(cells.sheet.rows)):
        if cells.has(row, len(OUTCOME_HEAD)):
            counts = [cells.whole(row, column) for column in (1, 2, 3)]
            outcomes.append(Outcome(row + 1, cells.text(row, 0), *counts, plain(cells.text(row, 4))))
    return Rules(plain(cells.text(1, 1)), cells.number(2, 1), cells.number(3, 1), tuple(outcomes))
