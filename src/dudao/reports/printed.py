"""Printed forms (印制的表): a form's sheets, laid out from a folder of data as the document prints them.

A template in ``templates/`` says which text stands in which cell, what is merged, where lines are drawn and what fills its blanks; here it
is read, stretched to the number of rows, and drawn with the values of a form. Not here: what the values are (the form's own modules).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml
from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.worksheet import Worksheet

from dudao.reports.sheets import Book, Value, height, plain_format, put

TEMPLATES = Path(__file__).parent / "templates"
BLANK = "＿＿"
_BLANKS = re.compile("[＿_]+")
_SIZES = {"title": 14, "head": 9.5, "code": 9, "text": 9.5, "note": 9}
_LOOKS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "align": "left"},
    "head": {"bold": True, "align": "center", "text_wrap": True},
    "code": {"align": "center"},
    "text": {"text_wrap": True},
    "note": {"align": "left"},
}


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, rows and columns counted from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, text: str) -> Area:
        """The area of a reference such as A2:B3."""
        first, _, last = text.partition(":")
        return cls(*xl_cell_to_rowcol(first), *xl_cell_to_rowcol(last or first))

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell lies within."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def down(self, by: int) -> Area:
        """The same area further down."""
        return replace(self, top=self.top + by, bottom=self.bottom + by)


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row: its role, least height in points and texts; a text may differ by profile.

    ``of``: codes of the indicators whose result the row states; ``fills``: what stands in the blanks of its second cell, in order.
    """

    role: str
    least: float
    cells: tuple[str | Mapping[str, str | None] | None, ...]
    of: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a printed form. Row numbers from 0; see the head of the template for what each part means."""

    name: str
    landscape: bool
    widths: tuple[float, ...]
    grid: Area
    gap: tuple[int, ...]
    left: tuple[int, ...]
    merged: tuple[Area, ...]
    joined: tuple[Area, ...]
    repeat: tuple[int, int] | None
    rows: Mapping[int, Row]


@dataclass(frozen=True, slots=True)
class Wording:
    """Which wording of a form is printed: the profile, and the clauses its texts may name, by indicator code."""

    profile: str
    clauses: Mapping[str, str]

    def text(self, printed: str | Mapping[str, str | None] | None) -> str | None:
        """The text of a cell."""
        if isinstance(printed, Mapping):
            if self.profile in printed:
                return printed[self.profile]
            otherwise = printed["otherwise"]
            return otherwise and re.sub(
                r"\{(\w+)\}", lambda found: self.clauses[found[1]].rstrip("。"), otherwise
            )
        return printed


@cache
def load(name: str) -> tuple[Sheet, ...]:
    """The sheets of the form ``templates/<name>.yaml``, in order."""
    data = yaml.safe_load((TEMPLATES / f"{name}.yaml").read_text(encoding="utf-8"))
    return tuple(_sheet(item) for item in data["sheets"])


def clauses_named(sheets: tuple[Sheet, ...]) -> tuple[str, ...]:
    """Codes of the indicators whose clause a form prints, sorted."""
    texts = [
        text
        for sheet in sheets
        for row in sheet.rows.values()
        for text in row.cells
        if isinstance(text, Mapping)
    ]
    return tuple(
        sorted({code for text in texts for code in re.findall(r"\{(\w+)\}", text["otherwise"] or "")})
    )


def indicators_stated(sheets: tuple[Sheet, ...]) -> tuple[str, ...]:
    """Codes of the indicators whose result a form states, sorted."""
    return tuple(sorted({code for sheet in sheets for row in sheet.rows.values() for code in row.of}))


def sheet_of(name: str, form: str) -> Sheet:
    """The sheet of a name of the form ``templates/<form>.yaml``; KeyError when there is none."""
    return {sheet.name: sheet for sheet in load(form)}[name]


def blanks(text: str) -> list[str]:
    """A printed text cut at its blanks (＿＿ or __): one part more than it has blanks.

    >>> blanks("超过 45 人的小学班级＿＿个，超过 50 人的初中班级__个")
    ['超过 45 人的小学班级', '个，超过 50 人的初中班级', '个']
    """
    return _BLANKS.split(text)


def stretch(sheet: Sheet, first: int, last: int, count: int) -> Sheet:
    """The sheet with ``count`` rows in place of the rows first..last (from 0, both included); what stands below moves."""
    by = count - (last - first + 1)
    below = {number + by: row for number, row in sheet.rows.items() if number > last}
    return replace(
        sheet,
        grid=replace(sheet.grid, bottom=sheet.grid.bottom + by),
        merged=tuple(area.down(by) if area.top > last else area for area in sheet.merged),
        rows={number: row for number, row in sheet.rows.items() if number < first} | below,
    )


def draw(
    book: Book, sheet: Sheet, wording: Wording, values: Mapping[str, Value], *, header: str, footer: str
) -> None:
    """Draw one sheet: its printed texts, and ``values`` by cell (C4), which stand in place of a printed text too."""
    page = book.sheet(sheet.name, landscape=sheet.landscape, header=header, footer=footer)
    for index, width in enumerate(sheet.widths):
        page.set_column(index, index, width)
    if sheet.repeat:
        page.repeat_rows(*sheet.repeat)
    texts: dict[tuple[int, int], Value] = {
        (number, column): text
        for number, row in sheet.rows.items()
        for column, printed in enumerate(row.cells)
        if (text := wording.text(printed)) is not None
    }
    texts |= {xl_cell_to_rowcol(cell): value for cell, value in values.items() if value is not None}
    grid = _trimmed(sheet, texts)
    drawn = set(texts) | {
        (r, c) for r in range(grid.top, grid.bottom + 1) for c in range(grid.left, grid.right + 1)
    }
    for row in sorted({row for row, _ in drawn}):
        _draw_row(book, page, sheet, grid, row, {c: texts.get((r, c)) for r, c in drawn if r == row})


def _draw_row(
    book: Book, page: Worksheet, sheet: Sheet, grid: Area, number: int, cells: Mapping[int, Value]
) -> None:
    row = sheet.rows.get(number) or Row("text" if number <= grid.bottom else "note", 0, ())
    size = _SIZES[row.role]
    needs: list[tuple[Value, float]] = []
    for column, value in sorted(cells.items()):
        area = next((area for area in sheet.merged if area.holds(number, column)), None)
        look = {**_LOOKS[row.role], "font_size": size, **_lines(sheet, grid, number, column)}
        if row.role == "text":
            look |= {"align": "left", "indent": 1} if column in sheet.left else {"align": "center"}
        if isinstance(value, int | Decimal):
            look["num_format"] = plain_format(value)
        if area is None:
            put(page, number, column, value, book.style(**look))
            if look.get("text_wrap"):
                needs.append((value, sheet.widths[column]))
        elif (number, column) == (area.top, area.left):
            style = book.style(**look, **({"text_wrap": True} if row.role == "note" else {}))
            page.merge_range(area.top, area.left, area.bottom, area.right, value, style)
            if area.top == area.bottom:
                needs.append((value, sum(sheet.widths[area.left : area.right + 1])))
    page.set_row(number, max(row.least, height(needs, size), 22 if row.role == "title" else 0))


def _lines(sheet: Sheet, grid: Area, row: int, column: int) -> dict[str, object]:
    """Which edges of a cell are drawn: all around, but none inside an area that is drawn as one cell."""
    if not grid.holds(row, column) or row in sheet.gap:
        return {}
    merged = any(area.holds(row, column) for area in sheet.merged)
    area = next((area for area in sheet.joined if area.holds(row, column)), Area(row, column, row, column))
    if merged or area.top == area.bottom:
        return {"border": 1}
    # the text of a cell that is drawn over two or three rows stands in the first: at its foot it is near the middle
    foot = {"valign": "bottom"} if row == area.top and area.bottom - area.top < 3 else {}
    return foot | {
        "top": int(row == area.top),
        "bottom": int(row == min(area.bottom, grid.bottom)),
        "left": int(column == area.left),
        "right": int(column == area.right),
    }


def _trimmed(sheet: Sheet, texts: Mapping[tuple[int, int], Value]) -> Area:
    """The grid without last rows whose printed text the profile leaves out."""
    bottom = sheet.grid.bottom
    while bottom in sheet.rows and sheet.rows[bottom].cells and not any(row == bottom for row, _ in texts):
        bottom -= 1
    return replace(sheet.grid, bottom=bottom)


def _sheet(data: Mapping) -> Sheet:
    rows = {
        number - 1: Row(
            row["role"],
            float(row.get("least", 0)),
            tuple(row["cells"]),
            tuple(row.get("of", ())),
            tuple(row.get("fills", ())),
        )
        for number, row in data["rows"].items()
    }
    return Sheet(
        name=data["name"],
        landscape=data["landscape"],
        widths=tuple(data["widths"]),
        grid=Area.of(data["grid"]),
        gap=tuple(number - 1 for number in data.get("gap", ())),
        left=tuple(xl_cell_to_rowcol(f"{letter}1")[1] for letter in data.get("left", ())),
        merged=tuple(map(Area.of, data["merged"])),
        joined=tuple(map(Area.of, data["joined"])),
        repeat=(data["repeat"][0] - 1, data["repeat"][1] - 1) if "repeat" in data else None,
        rows=rows,
    )
