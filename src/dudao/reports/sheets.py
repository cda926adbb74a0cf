"""Drawing workbooks (工作簿): formats, print setup and plain tables, over XlsxWriter.

Same input, same bytes: the date inside the file is the caller's, nothing is read from the clock. Texts stay texts: nothing that begins with
= or looks like an address becomes a formula or a link. Not here: what stands in a report; the layout of printed forms (``printed``).
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import ceil

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

Value = str | int | float | Decimal | None

FONT = "宋体"
SIZE = 10
INK = {"ok": "#1C6B43", "near": "#7A4B00", "bad": "#A61B1B", "none": "#56616C"}
GROUND = {"ok": "#E8F3EC", "near": "#FDF1D6", "bad": "#FBE9E8", "none": "#ECEFF2"}
"""Colours of a state, from ui §2; always beside a word."""
_HEAD, LINE = "#F3F5F8", "#C5CDD6"
_A4 = 9
_TALLEST = 405.0
"""Points a row can be high."""
_LONGEST = 32767
"""Characters a cell can hold."""
_SCALE = 70
"""% of full size in which a table of several pages across is printed."""


class Book:
    """A workbook being written. ``title`` and ``on`` go into the file's properties."""

    def __init__(self, title: str, on: date) -> None:
        self._bytes = io.BytesIO()
        self._book = Workbook(
            self._bytes,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": {"font_name": FONT, "font_size": SIZE},
            },
        )
        self._book.set_properties({"title": title, "created": datetime(on.year, on.month, on.day)})  # noqa: DTZ001 - a day, no zone
        self._styles: dict[tuple[tuple[str, object], ...], Format] = {}

    def style(self, **properties: object) -> Format:
        """The format of these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            self._styles[key] = self._book.add_format(
                {"font_name": FONT, "font_size": SIZE, "valign": "vcenter", **properties}
            )
        return self._styles[key]

    def sheet(self, name: str, *, landscape: bool, header: str, footer: str) -> Worksheet:
        """A new sheet set up for A4: one page across, any number down. Header and footer as XlsxWriter writes them."""
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(_A4)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_header(header)
        sheet.set_footer(footer)
        return sheet

    def close(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._bytes.getvalue()


def put(sheet: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
    """Write one value as what it is: a text never turns into a number or a formula."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:_LONGEST], style)
    else:
        sheet.write_number(row, column, float(value), style)


def number_format(value: Value) -> str:
    """How a number is shown: a Decimal with its own decimals, its thousands apart; a double as it is. A format of sections would drop the
    sign of a negative number.

    >>> number_format(Decimal("4.20")).split(";")[-1], number_format(12).split(";")[-1], number_format(0.1), number_format(-3)
    ('0.00', '0', 'General', '0')
    """
    if isinstance(value, float) or not isinstance(value, int | Decimal):
        return "General"
    end = plain_format(value)
    if value < 0:
        return end
    return rf"[>=1000000]#\ ###\ ##{end};[>=1000]#\ ##{end};{end}"


def plain_format(value: int | Decimal) -> str:
    """A number with its own decimals, its thousands together.

    >>> plain_format(Decimal("4.20")), plain_format(12)
    ('0.00', '0')
    """
    places = -int(Decimal(value).as_tuple().exponent)
    return "0." + "0" * places if places > 0 else "0"


def head(left: str, centre: str, *right: str) -> str:
    """A page header: texts at the left and the right, a code of XlsxWriter (&A, the sheet's name) in the centre.

    >>> head("甲&乙区", "&A", "", "数据日期 2025年9月1日")
    '&L&9甲&&乙区&C&9&A&R&9数据日期 2025年9月1日'
    """
    return f"&L&9{_marks(left)}&C&9{centre}&R&9{_marks('　'.join(part for part in right if part))}"


def foot(left: str) -> str:
    """A page footer: a text at the left, the page and how many there are at the right."""
    return f"&L&8{_marks(left)}&R&8第 &P 页，共 &N 页"


def _marks(text: str) -> str:
    """A text inside a header or footer, where & begins a code; they hold 255 characters in all."""
    return text[:70].replace("&", "&&")


def span(text: str) -> int:
    """How many half-width places a text takes.

    >>> span("差 3 名教师")
    11
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def height(texts: Iterable[tuple[Value, float]], size: float = SIZE) -> float:
    """Height of a row, in points, that shows each text wrapped within its column width (characters of the default font)."""
    most = 1
    for value, width in texts:
        if isinstance(value, str) and value:
            room = max(2.0, width * 10.4 / size - 2.5)
            most = max(most, sum(max(1, ceil(span(part) / room)) for part in value.split("\n")))
    return min(_TALLEST, round(most * size * 1.36 + 5, 1))


def shade(state: str) -> dict[str, object]:
    """Format properties of a state's colour; none without a state."""
    return {"bg_color": GROUND[state], "font_color": INK[state]} if state else {}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with the state its colour shows; the word for the state is part of a value in the same row."""

    value: Value
    state: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: ``width`` in characters; ``centre`` for words, numbers stand right, other texts left."""

    title: str
    width: float
    centre: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with one table. ``groups``: titles over several columns (title, how many), in order; "" leaves the columns without one.

    ``frozen``: how many columns stay in sight and repeat on each page. ``breaks``: columns that begin a new page; without any, a page is as wide
    as the table.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | Value, ...], ...]
    groups: tuple[tuple[str, int], ...] = ()
    frozen: int = 0
    breaks: tuple[int, ...] = ()


def write_table(book: Book, table: Table, *, header: str, footer: str) -> None:
    """A sheet that holds one table, with a frozen header and print titles."""
    sheet = book.sheet(table.name, landscape=True, header=header, footer=footer)
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
    below = write_rows(book, sheet, table, 0)
    sheet.freeze_panes(below, table.frozen)
    sheet.repeat_rows(0, below - 1)
    if table.breaks:
        sheet.set_print_scale(_SCALE)
        sheet.set_v_pagebreaks(list(table.breaks))
    if table.frozen:
        sheet.repeat_columns(f"A:{xl_col_to_name(table.frozen - 1)}")


def write_rows(book: Book, sheet: Worksheet, table: Table, top: int) -> int:
    """A table on a sheet, from row ``top`` (from 0) on, with filters; without rows it says 无. The number of the first row below its header."""
    below = _heads(book, sheet, table, top)
    rows = table.rows or (("无", *(None for _ in table.columns[1:])),)
    for number, row in enumerate(rows, start=below):
        _row(book, sheet, number, table.columns, row)
    sheet.autofilter(below - 1, 0, below - 1 + len(rows), len(table.columns) - 1)
    return below


def _heads(book: Book, sheet: Worksheet, table: Table, top: int) -> int:
    style = book.style(bold=True, align="center", text_wrap=True, bg_color=_HEAD, border=1, border_color=LINE)
    column = 0
    for title, many in table.groups:
        if many > 1 and title:
            sheet.merge_range(top, column, top, column + many - 1, title, style)
        else:
            for index in range(column, column + many):
                put(sheet, top, index, title, style)
        column += many
    if table.groups:
        sheet.set_row(top, 20)
        top += 1
    for index, item in enumerate(table.columns):
        put(sheet, top, index, item.title, style)
    # a filter button takes about three characters of a line
    sheet.set_row(top, height((item.title, item.width - 3) for item in table.columns) + 4)
    return top + 1


def _row(
    book: Book, sheet: Worksheet, number: int, columns: tuple[Column, ...], row: tuple[Cell | Value, ...]
) -> None:
    texts: list[tuple[Value, float]] = []
    for index, (column, item) in enumerate(zip(columns, row, strict=True)):
        cell = item if isinstance(item, Cell) else Cell(item)
        look: dict[str, object] = {
            "border": 1,
            "border_color": LINE,
            "text_wrap": isinstance(cell.value, str),
        }
        if isinstance(cell.value, str):
            look |= {"align": "center"} if column.centre else {"align": "left", "indent": 1}
            texts.append((cell.value, column.width))
        elif cell.value is not None:
            look |= {"align": "right", "indent": 1, "num_format": number_format(cell.value)}
        look |= shade(cell.state)
        put(sheet, number, index, cell.value, book.style(**look))
    sheet.set_row(number, max(20, height(texts)))
