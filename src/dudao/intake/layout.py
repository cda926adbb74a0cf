"""Layout (表样) of the forms we hand out: one workbook being laid out, its sheets, validations, looks and notes.

Here lives how a form looks. Not here: which sheets a form has (``template``), the words of 填表说明 (``guide``), and how a filled form is
read. Same standard and values, same bytes: the date inside the file is the standard's own.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from math import ceil

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dudao.intake import labels
from dudao.intake.figures import LONGEST_NOTE, MOST
from dudao.intake.guide import GUIDE, Section
from dudao.standards.model import Declared, Field, Given, Graded, Points, Standard

TITLE, GROUP, NOTE, LABEL, UNIT, FIRST = 1, 2, 3, 4, 5, 6
"""Rows of a wide sheet, from 1; units stand from FIRST on, one column a field, no column of numbers."""
ROWS = 500
"""Rows laid out for schools."""
HEADROOM = 20
"""Rows laid out behind schools that are filled in already."""
PAGE_COLUMNS = 30
"""Columns of a wide sheet that one page still shows."""
SUPPLEMENT_WIDTHS = (6, 14, 50, 15, 34, 56)
EXTRA = "补充信息"
NOTE_LENGTH = 40
_HEAD_FONT, _BODY_FONT = "微软雅黑", "宋体"
_NAVY, _BLUE, _WASH, _LINE, _INK, _PALE = "#12304F", "#EAF1F9", "#F3F5F8", "#C5CDD6", "#1B2733", "#5A6672"
_LOOKS = {"required": _BLUE, "optional": _WASH, "error": "#FBE9E8", "query": "#FDF1D6"}
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]+)?")


class Book:
    """One workbook being laid out."""

    def __init__(self, standard: Standard, title: str) -> None:
        self.standard = standard
        self.title = title
        self._file = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = Workbook(self._file, options)
        since = standard.since
        self._book.set_properties(
            {
                "title": title,
                "subject": f"{standard.title}（{standard.number}）",
                "keywords": f"{standard.id} {standard.version}",
                "created": datetime(since.year, since.month, since.day, tzinfo=UTC),
            }
        )
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}

    def bytes(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._file.getvalue()

    def wide(self, name: str, fields: Sequence[Field], values: Sequence[Mapping[str, object]] = ()) -> None:
        """A sheet with one row per school, the first rows with these values by field name."""
        sheet = self._book.add_worksheet(name)
        names = [field.name for field in fields]
        for given in values:
            _known(given, names)
        last = FIRST + max(ROWS, len(values) + HEADROOM if values else 0) - 2
        frozen = sum(field.name in (labels.NAME, labels.TYPE, labels.CODE) for field in fields)
        sheet.set_default_row(18)
        self._wide_head(sheet, fields, frozen)
        for column, field in enumerate(fields):
            cell = self._input(field)
            for row in range(FIRST - 1, last + 1):
                number = row - FIRST + 1
                _put(sheet, row, column, field, values[number].get(field.name) if number < len(values) else None, cell)
            _validate(sheet, (FIRST - 1, column, last, column), self.standard, field)
        sheet.freeze_panes(FIRST - 1, frozen)
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        if len(fields) > PAGE_COLUMNS:
            sheet.set_print_scale(60)
            sheet.repeat_columns(0, frozen - 1)
        else:
            sheet.fit_to_pages(1, 0)
        if values:
            sheet.print_area(0, 0, FIRST + len(values) - 2, len(fields) - 1)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.repeat_rows(0, FIRST - 2)
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def _wide_head(self, sheet: Worksheet, fields: Sequence[Field], frozen: int) -> None:
        widths = [_width(field) for field in fields]
        title = f"{self.title}　　{self.standard.title}（{self.standard.number}）"
        sheet.write_string(TITLE - 1, 0, title, self.format(size=14, bold=True, border=0))
        sheet.set_row_pixels(TITLE - 1, 38)
        sheet.set_row_pixels(GROUP - 1, 26)
        sheet.set_row(
            NOTE - 1, 13 * max(_lines(_note(f), w, 9) for f, w in zip(fields, widths, strict=True)) + 6
        )
        sheet.set_row(
            LABEL - 1, 17 * max(_lines(f.label, w) for f, w in zip(fields, widths, strict=True)) + 8
        )
        sheet.set_row_pixels(UNIT - 1, 24)
        group = self.format(bold=True, color="#FFFFFF", fill=_NAVY, align="center", line="#FFFFFF")
        # The frozen columns are a band of their own, so that a merged group never crosses the edge of what scrolls.
        bands = groupby(enumerate(fields), key=lambda item: (item[0] < frozen, item[1].group or EXTRA))
        for (_, word), members in bands:
            columns = [column for column, _ in members]
            if len(columns) > 1:
                sheet.merge_range(GROUP - 1, columns[0], GROUP - 1, columns[-1], word, group)
            else:
                sheet.write_string(GROUP - 1, columns[0], word, group)
        for column, field in enumerate(fields):
            look = _LOOKS["required" if field.required else "optional"]
            sheet.set_column(column, column, widths[column])
            sheet.write_string(
                NOTE - 1, column, _note(field), self.format(size=9, color=_PALE, align="center", wrap=True)
            )
            label = self.format(bold=field.required, fill=look, align="center", wrap=True)
            sheet.write_string(LABEL - 1, column, field.label, label)
            unit = self.format(size=9, color=_PALE, fill=_WASH, align="center")
            _text(sheet, UNIT - 1, column, field.unit, unit)

    def vertical(self, name: str, fields: Sequence[Field]) -> None:
        """A form in the layout of the real ones: a row a field, values in column E."""
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(
            (6, 15, max(46, *(_columns(f.label) + 3 for f in fields)), 26, 24, 10, 40)
        ):
            sheet.set_column(column, column, width)
        head = self.format(bold=True, color="#FFFFFF", fill=_NAVY, align="center", line="#FFFFFF")
        sheet.write_row(0, 0, labels.HEADER, head)
        sheet.set_row_pixels(0, 30)
        for row, field in enumerate(fields, start=1):
            fill = _LOOKS["required" if field.required else "optional"]
            middle, left = self.format(align="center", wrap=True), self.format(align="left", wrap=True)
            if field.no is None:
                sheet.write_blank(row, 0, None, middle)
            else:
                sheet.write_number(row, 0, field.no, middle)
            sheet.write_string(row, 1, field.group or EXTRA, left)
            sheet.write_string(
                row, 2, field.label, self.format(bold=field.required, fill=fill, align="left", wrap=True)
            )
            _text(sheet, row, 3, _printed_unit(field), middle)
            sheet.write_blank(row, 4, None, self._input(field))
            sheet.write_string(row, 5, "是" if field.required else "否", middle)
            _text(sheet, row, 6, field.note, self.format(size=9, color=_PALE, align="left", wrap=True))
            sheet.set_row(row, 6 + 14 * max(_lines(_printed_unit(field), 26), _lines(field.note, 40, 9)))
            _validate(sheet, (row, 4, row, 4), self.standard, field)
        self._page(sheet)

    def supplement(self, name: str, fields: Sequence[Field], values: Mapping[str, object]) -> None:
        """The county's 补充表: a row a field under the heading of its group, with what the clause says, values in column E."""
        _known(values, [field.name for field in fields])
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(SUPPLEMENT_WIDTHS):
            sheet.set_column(column, column, width)
        head = self.format(bold=True, color="#FFFFFF", fill=_NAVY, align="center", line="#FFFFFF")
        sheet.write_row(0, 0, labels.SUPPLEMENT_HEADER, head)
        sheet.set_row_pixels(0, 30)
        band = self.format(bold=True, fill=_BLUE, align="left")
        row = 0
        for group, members in groupby(enumerate(fields, 1), key=lambda pair: pair[1].group or EXTRA):
            row += 1
            sheet.merge_range(row, 0, row, len(SUPPLEMENT_WIDTHS) - 1, group, band)
            sheet.set_row_pixels(row, 26)
            item = ""
            for number, field in members:
                row += 1
                note = _advice(self.standard, field, first=field.item != item)
                item = field.item
                self._asked(sheet, row, number, field, note, values.get(field.name))
        self._page(sheet)

    def _asked(self, sheet: Worksheet, row: int, number: int, field: Field, note: str, value: object) -> None:
        """One row of the county's 补充表."""
        middle, left = self.format(align="center", wrap=True), self.format(align="left", wrap=True)
        sheet.write_number(row, 0, number, middle)
        sheet.write_string(row, 1, field.group or EXTRA, self.format(size=9, color=_PALE, align="left", wrap=True))
        sheet.write_string(row, 2, field.label, left)
        unit = _printed_unit(field)
        _text(sheet, row, 3, unit, self.format(size=9, align="center", wrap=True))
        _put(sheet, row, 4, field, value, self._input(field, wrap=field.kind == "text"))
        _text(sheet, row, 5, note, self.format(size=9, color=_PALE, align="left", wrap=True))
        _, words, middle_width, unit_width, value_width, note_width = SUPPLEMENT_WIDTHS
        lines = max(_lines(field.label, middle_width), _lines(unit, unit_width, 9), _lines(field.group or EXTRA, words, 9))
        typed = _lines(str(value), value_width, 11) if field.kind == "text" and value else 1
        sheet.set_row(row, 7 + 13.5 * max(lines, typed, _lines(note, note_width, 9)))
        _validate(sheet, (row, 4, row, 4), self.standard, field)

    def _page(self, sheet: Worksheet) -> None:
        """A vertical form on A4, its header on each page."""
        sheet.freeze_panes(1, 0)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.repeat_rows(0)
        sheet.set_header(f"&L{self.title}　　{self.standard.title}".replace("&", "&&").replace("&&L", "&L", 1))
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def guide(self, sections: Sequence[Section]) -> None:
        """The sheet of 填表说明."""
        sheet = self._book.add_worksheet(GUIDE)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 92)
        sheet.write_string(0, 0, GUIDE, self.format(size=16, bold=True, border=0))
        sheet.set_row_pixels(0, 38)
        sheet.write_string(
            1, 0, f"{self.standard.title}（{self.standard.number}）", self.format(color=_PALE, border=0)
        )
        row = 2
        for section in sections:
            sheet.set_row_pixels(row, 12)
            sheet.merge_range(
                row + 1,
                0,
                row + 1,
                1,
                section.heading,
                self.format(bold=True, color="#FFFFFF", fill=_NAVY, align="left"),
            )
            sheet.set_row_pixels(row + 1, 28)
            row += 2
            for word, look, text in section.lines:
                fill = _LOOKS.get(look, "#FFFFFF")
                sheet.write_string(
                    row, 0, word, self.format(bold=bool(look), fill=fill, align="left", wrap=True)
                )
                sheet.write_string(row, 1, text, self.format(align="left", wrap=True, font=_BODY_FONT))
                sheet.set_row(row, 6 + 15 * max(_lines(word, 30), _lines(text, 92)))
                row += 1
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def format(self, **wanted: object) -> Format:
        """A format, made once: size, bold, color, fill, align, wrap, font, border, line, unlocked, number."""
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            look: dict[str, object] = {
                "font_name": wanted.get("font", _HEAD_FONT),
                "font_size": wanted.get("size", 10),
                "font_color": wanted.get("color", _INK),
                "valign": "vcenter",
                "border": wanted.get("border", 1),
                "border_color": wanted.get("line", _LINE),
                "bold": wanted.get("bold", False),
                "text_wrap": wanted.get("wrap", False),
                "locked": not wanted.get("unlocked", False),
            }
            if "align" in wanted:
                look |= {"align": wanted["align"], "indent": int(wanted["align"] == "left")}
            look |= {"bg_color": wanted["fill"]} if "fill" in wanted else {}
            look |= {"num_format": wanted["number"]} if "number" in wanted else {}
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]

    def _input(self, field: Field, *, wrap: bool = False) -> Format:
        number = "@" if field.kind in ("text", "code") else "General"
        align = "right" if field.numeric else ("left" if field.kind in ("text", "code") else "center")
        return self.format(font=_BODY_FONT, size=11, align=align, number=number, unlocked=True, wrap=wrap)


def _known(values: Mapping[str, object], names: Sequence[str]) -> None:
    """KeyError for a value that no field of the sheet takes."""
    strange = sorted(set(values) - set(names))
    if strange:
        raise KeyError(strange[0])


def _put(sheet: Worksheet, row: int, column: int, field: Field, value: object, form: Format) -> None:
    """A value to be read as it is given: digits of a numeric field as a number, all else as text."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, form)
        return
    text = ("是" if value else "否") if isinstance(value, bool) else f"{value:f}" if isinstance(value, Decimal) else str(value)
    if field.numeric and _NUMBER.fullmatch(text) and Decimal(f"{float(text):.15g}") == Decimal(text):
        sheet.write_number(row, column, float(text), form)
    else:
        sheet.write_string(row, column, text, form)


def _advice(standard: Standard, field: Field, *, first: bool) -> str:
    """What stands beside a row of the county's 补充表: how to fill it and, at the first row of an item, the clause's own words."""
    words = []
    if field.item:
        indicator = standard.indicator(field.item)
        if first:
            words.append(indicator.text)
        if isinstance(indicator.rule, Declared) and field.kind == "text":
            words.append(f"写明佐证材料的名称：{field.note}。" if field.note else "写明佐证材料的名称。")
        elif isinstance(indicator.rule, Given) and field.numeric:
            words.append("填小数，如 0.12，不填百分数。")
        elif field.note:
            words.append(f"{field.note}。")
    elif field.note:
        words.append(f"{field.note}。")
    return "\n".join(words)


def _validate(sheet: Worksheet, area: tuple[int, int, int, int], standard: Standard, field: Field) -> None:
    """What Excel lets be typed; what is pasted past it is found by reading."""
    rule: dict[str, object]
    what = f"，单位：{field.unit}" if field.unit else ""
    if field.kind == "flag" or field.choices:
        words = field.choices or ("是", "否")
        rule = {"validate": "list", "source": list(words), "error_message": "请从下拉列表中选择。"}
        if len(words) <= 2:
            rule["error_message"] = f"请填写“{'”或“'.join(words)}”。"
    elif field.kind == "year":
        rule = _between("integer", 1840, 2100, "请填写四位数的年份。")
    elif field.kind == "pupils":
        rule = _between("integer", 0, MOST, f"请填写 0 至 10 亿的整数{what}。不带单位、逗号和百分号。")
    elif field.numeric:
        most = _most(standard, field)
        told = "10 亿" if most == MOST else f"{most:f} "
        rule = _between("decimal", 0, most, f"请填写 0 至 {told}的数{what}。不带单位、逗号和百分号。")
    elif field.kind == "code":
        rule = _between("length", 1, 40, "请按文本填写代码。")
    else:
        longest = LONGEST_NOTE if field.supplementary else 100
        rule = _between("length", 1, longest, f"请填写不超过 {longest} 字。")
    rule |= {"error_title": "填写有误", "error_type": "stop", "ignore_blank": True}
    if field.note and not field.item:
        rule |= {"input_title": "填写说明", "input_message": f"{field.note}。"}
    elif field.kind == "code":
        rule |= {"input_title": "填写说明", "input_message": "按文本填写，保留开头的 0。"}
    sheet.data_validation(*area, rule)


def _most(standard: Standard, field: Field) -> Decimal:
    """The greatest number that an item takes: its points, its observation points."""
    rule = standard.indicator(field.item).rule if field.item else None
    if isinstance(rule, Points):
        return rule.most
    return Decimal(rule.points) if isinstance(rule, Graded) and rule.by == "share" else MOST


def _between(what: str, least: int, most: int | Decimal, message: str) -> dict[str, object]:
    return {
        "validate": what,
        "criteria": "between",
        "minimum": least,
        "maximum": int(most) if most == int(most) else float(most),
        "error_message": message,
    }


def _printed_unit(field: Field) -> str:
    """The unit column of the real forms, which also holds what a choice or a flag offers."""
    if field.kind == "flag":
        return "是/否"
    return field.unit or "/".join(field.choices)


def _note(field: Field) -> str:
    """What stands above a label of the wide sheet; a long note is in 填表说明."""
    word = "必填" if field.required else "补充" if field.supplementary else "选填"
    if not field.note:
        return word
    return f"{word}，{field.note if len(field.note) <= NOTE_LENGTH else f'代码见“{GUIDE}”'}"


def _text(sheet: Worksheet, row: int, column: int, text: str, form: Format) -> None:
    if text:
        sheet.write_string(row, column, text, form)
    else:
        sheet.write_blank(row, column, None, form)


def _width(field: Field) -> float:
    """The width of a wide column: its label and its note on about three lines."""
    if field.name == "school_name":
        return 28
    note = ceil(_columns(_note(field)) / 3 * 9 / 11)  # notes are set smaller
    return min(24, max(11, ceil(_columns(field.label) / 3) + 3, note + 3))


def _lines(text: str, width: float, size: int = 10) -> int:
    """Lines a text takes in a column: a width counts characters of 11 points, and a margin is kept."""
    return sum(max(1, ceil(_columns(line) * size / 11 / (width - 1.5))) for line in text.split("\n"))


def _columns(text: str) -> int:
    """Width of a text in columns of a fixed font: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
