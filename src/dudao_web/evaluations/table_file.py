"""The table of schools as a file: the same rows as the page, as CSV or xlsx. A cell never becomes a formula.

Here is the writing of it alone; the official files are made in the worker (``actions``).
"""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import xlsxwriter
from django.conf import settings
from django.http import HttpResponse

from dudao_web.evaluations.models import Evaluation
from dudao_web.evaluations.schools_table import Cell, Table
from dudao_web.evidence.views import attachment

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Value = str | Decimal
JUDGED = {"met": "达标", "not_met": "未达标", "no_data": "待定", "not_applicable": "不适用"}


def safe(cell: str) -> str:
    """A text that a spreadsheet takes for text: = + - @ at its start are set apart by an apostrophe.

    >>> safe("=1+1"), safe("演示第一小学"), safe("-5")
    ("'=1+1", '演示第一小学', "'-5")
    """
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def rows(evaluation: Evaluation, table: Table, *, final: bool) -> Iterator[list[Value]]:
    """Head and rows: numbers as on the page, texts as they are."""
    marks = [mark for mark, shown in (("预评", not final), ("演示数据", settings.DEMO)) if shown]
    yield [f"{evaluation.county.name}{evaluation.year}年各校指标", evaluation.number, *marks]
    head: list[Value] = ["学段", "学校代码", "学校", "乡镇、街道", "在校生（人）"]
    for column in table.columns:
        head += [f"{column.title}（{column.unit}）", "判定", "缺口"]
    yield [*head, "达标项数", "结论"]
    for row in table.rows:
        line: list[Value] = [row.level_title, row.code, row.name, row.town, _number(row.pupils)]
        for cell in row.cells:
            line += [_number(cell.text), _judged(cell), cell.gap]
        yield [*line, f"{row.met}/{row.judged}", JUDGED.get(row.judgement, "")]


def _number(text: str) -> Value:
    """The number of a text of the page, without its thin gaps; a share stays a text."""
    plain = text.replace("\N{THIN SPACE}", "")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return plain


def _judged(cell: Cell) -> str:
    words = {"met": "达标", "near": "未达标（达到85%）", "not_met": "未达标（低于85%）", "no_data": "无数据"}
    return words.get(cell.state, "不适用") + ("，估算" if cell.estimated else "")


def answer(kind: str, evaluation: Evaluation, table: Table, *, final: bool) -> HttpResponse:
    """The file as an attachment."""
    lines = [
        [safe(cell) if isinstance(cell, str) else cell for cell in line]
        for line in rows(evaluation, table, final=final)
    ]
    data = _csv(lines) if kind == "csv" else _xlsx(lines)
    name = f"各校指标_{evaluation.number}{'' if final else '（预评）'}.{kind}"
    return attachment(data, name, KINDS[kind])


def _csv(lines: list[list[Value]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(lines: list[list[Value]]) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet("各校指标")
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            if isinstance(cell, Decimal):
                sheet.write_number(number, place, float(cell))
            else:
                sheet.write_string(number, place, cell)
    sheet.freeze_panes(2, 3)
    sheet.set_column(2, 2, 26)
    book.close()
    return out.getvalue()
