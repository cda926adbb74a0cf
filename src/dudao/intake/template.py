"""Empty forms to hand out (填报表模板): one row per school, the county's form, and the form of one school.

Here lives the layout, with validations, units and notes; labels, units and 是否必填 are the standard's. Not here: the words of
填表说明 (``guide``), and how a filled form is read. Same standard, same bytes: the date inside the file is the standard's own.

The wide sheet, one row per school: TITLE, GROUP, NOTE, LABEL and UNIT are its rows (from 1), schools stand from FIRST on; one
column a field in the standard's order, no column of numbers. The other forms have the layout of the real ones: header in row 1.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from math import ceil

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dudao.intake import guide
from dudao.standards.model import Field, Standard

TITLE, GROUP, NOTE, LABEL, UNIT, FIRST = 1, 2, 3, 4, 5, 6
ROWS = 500
"""Rows laid out for schools."""
FROZEN = 3
"""Columns that stay in sight: 学校名称, 学校类型, 学校代码."""
SCHOOLS, COUNTY, GUIDE, SCHOOL = "学校数据", "区县数据", "填表说明", "学校填报数据"
HEADER = ("序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明")
EXTRA = "补充信息"
MOST = 1_000_000_000
"""Greatest number that is read (contracts §1)."""
NOTE_LENGTH = 40
_HEAD_FONT, _BODY_FONT = "微软雅黑", "宋体"
_NAVY, _BLUE, _WASH, _LINE, _INK, _PALE = "#12304F", "#EAF1F9", "#F3F5F8", "#C5CDD6", "#1B2733", "#5A6672"
_LOOKS = {"required": _BLUE, "optional": _WASH, "error": "#FBE9E8", "query": "#FDF1D6"}


def write(standard: Standard, *, county: bool = True) -> bytes:
    """The workbook with one row per school; ``county``: with the county's form on a second sheet."""
    book = _Book(standard, "义务教育学校填报表（一校一行）")
    book.wide(SCHOOLS)
    if county:
        book.vertical(COUNTY, [field for field in standard.fields if field.form == "county"])
    book.guide(wide=True, county=county)
    return book.bytes()


def school_form(standard: Standard) -> bytes:
    """The form of one school in the real layout (A1:G69); below it the pupils that splitting needs and the real form lacks."""
    book = _Book(standard, "义务教育学校填报表（一校一份）")
    needed = {stage.pupils for stage in standard.stages if not stage.judged}
    fields = [
        f for f in standard.fields if f.form == "school" or (f.form == "supplement" and f.name in needed)
    ]
    book.vertical(SCHOOL, fields)
    book.guide(wide=False, county=False)
    return book.bytes()


def wide_fields(standard: Standard) -> tuple[Field, ...]:
    """The fields of the wide sheet in order of its columns."""
    return tuple(field for field in standard.fields if field.form in ("school", "supplement"))


class _Book:
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

    def wide(self, name: str) -> None:
        """The sheet with one row per school."""
        sheet, fields = self._book.add_worksheet(name), wide_fields(self.standard)
        last = FIRST + ROWS - 2
        sheet.set_default_row(18)
        self._wide_head(sheet, fields)
        for column, field in enumerate(fields):
            cell = self._input(field)
            for row in range(FIRST - 1, last + 1):
                sheet.write_blank(row, column, None, cell)
            _validate(sheet, (FIRST - 1, column, last, column), field)
        sheet.freeze_panes(FIRST - 1, FROZEN)
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        sheet.set_print_scale(60)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.repeat_rows(0, FIRST - 2)
        sheet.repeat_columns(0, FROZEN - 1)
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def _wide_head(self, sheet: Worksheet, fields: Sequence[Field]) -> None:
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
        bands = groupby(enumerate(fields), key=lambda item: (item[0] < FROZEN, item[1].group or EXTRA))
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
        sheet.write_row(0, 0, HEADER, head)
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
            _validate(sheet, (row, 4, row, 4), field)
        sheet.freeze_panes(1, 0)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.repeat_rows(0)
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def guide(self, *, wide: bool, county: bool) -> None:
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
        for section in guide.sections(self.standard, wide=wide, county=county):
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

    def _input(self, field: Field) -> Format:
        number = "@" if field.kind in ("text", "code") else "General"
        align = "right" if field.numeric else ("left" if field.kind in ("text", "code") else "center")
        return self.format(font=_BODY_FONT, size=11, align=align, number=number, unlocked=True)


def _validate(sheet: Worksheet, area: tuple[int, int, int, int], field: Field) -> None:
    """What Excel lets be typed; what is pasted past it is found by reading."""
    rule: dict[str, object]
    if field.kind == "flag" or field.choices:
        words = field.choices or ("是", "否")
        rule = {"validate": "list", "source": list(words), "error_message": "请从下拉列表中选择。"}
        if len(words) <= 2:
            rule["error_message"] = f"请填写“{'”或“'.join(words)}”。"
    elif field.kind == "year":
        rule = _between("integer", 1840, 2100, "请填写四位数的年份。")
    elif field.kind == "pupils":
        rule = _between(
            "integer", 0, MOST, f"请填写 0 至 10 亿的整数，单位：{field.unit}。不带单位、逗号和百分号。"
        )
    elif field.numeric:
        rule = _between(
            "decimal", 0, MOST, f"请填写 0 至 10 亿的数，单位：{field.unit}。不带单位、逗号和百分号。"
        )
    elif field.kind == "code":
        rule = _between("length", 1, 40, "请按文本填写代码。")
    else:
        rule = _between("length", 1, 100, "请填写不超过 100 字。")
    rule |= {"error_title": "填写有误", "error_type": "stop", "ignore_blank": True}
    if field.note:
        rule |= {"input_title": "填写说明", "input_message": f"{field.note}。"}
    elif field.kind == "code":
        rule |= {"input_title": "填写说明", "input_message": "按文本填写，保留开头的 0。"}
    sheet.data_validation(*area, rule)


def _between(what: str, least: int, most: int, message: str) -> dict[str, object]:
    return {
        "validate": what,
        "criteria": "between",
        "minimum": least,
        "maximum": most,
        "error_message": message,
    }


def _printed_unit(field: Field) -> str:
    """The unit column of the real forms, which also holds what a choice or a flag offers."""
    if field.kind == "flag":
        return "是/否"
    return field.unit or "/".join(field.choices)


def _note(field: Field) -> str:
    """What stands above a label of the wide sheet; a long note is in 填表说明."""
    word = "必填" if field.required else "选填"
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
    return max(1, ceil(_columns(text) * size / 11 / (width - 1.5)))


def _columns(text: str) -> int:
    """Width of a text in columns of a fixed font: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
