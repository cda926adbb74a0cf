"""The ledger (整改台账) as a workbook, as offices keep it on paper: title, unit and day, one numbered row a problem, A4 landscape.

Not here: which rows are asked for (``ledger_page``), the table for programs (``exports``).
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

import xlsxwriter

from dudao_web.evidence.models import Revision
from dudao_web.findings import shown
from dudao_web.findings.models import Finding, Rectification

TITLE = "教育督导问题整改台账"
# Name of the column, its width in characters. Nineteen fit an A4 sheet on its side when printed.
COLUMNS: tuple[tuple[str, int], ...] = (
    ("序号", 5), ("编号", 9), ("辖市区", 7), ("单位", 12), ("问题", 20), ("对应条款", 13), ("程度", 5), ("责任单位", 11),
    ("整改措施", 18), ("整改时限", 10), ("整改情况", 18), ("完成日期", 10), ("佐证材料", 12), ("核验单位", 9), ("核验意见", 14),
    ("销号日期", 10), ("状态", 7), ("重复次数", 5), ("备注", 12),
)  # fmt: skip
CENTRED = frozenset({"序号", "编号", "程度", "整改时限", "完成日期", "销号日期", "状态", "重复次数"})
HEAD = 3  # rows above the first problem: title, unit and day, names of the columns
LINE_HEIGHT, LEAST_HEIGHT, MOST_HEIGHT = 13, 28, 400  # points
FONT = "宋体"


@dataclass(frozen=True, slots=True)
class Line:
    """What of the steps of a finding stands in its row: proofs of the last report, what the office said when it last verified."""

    proofs: str = ""
    verified: str = ""


def lines(findings: Sequence[Finding]) -> dict[int, Line]:
    """The lines of many findings, in two queries."""
    asked = Rectification.objects.filter(
        finding__in=[row.pk for row in findings], kind__in=("report", "struck", "returned")
    )
    steps = list(asked.order_by("pk"))
    keys = {key for step in steps if step.kind == "report" for key in step.proofs}
    titles = dict(Revision.objects.filter(pk__in=keys).values_list("pk", "proof__title"))
    found: dict[int, Line] = {}
    for step in steps:
        old = found.get(step.finding_id, Line())
        if step.kind == "report":
            proofs = "；".join(titles[key] for key in step.proofs if key in titles)
            found[step.finding_id] = Line(proofs, "")
        else:
            said = "，".join(part for part in (step.get_method_display(), step.text) if part)
            found[step.finding_id] = Line(old.proofs, said)
    return found


def cells(number: int, row: Finding, line: Line, on: date) -> tuple[str | int, ...]:
    """One row of the ledger, in the order of ``COLUMNS``."""
    return (
        number,
        row.register_number,
        row.case.district.name,
        row.unit.name,
        row.text,
        shown.against(row),
        row.get_severity_display(),
        row.responsible.name,
        row.measure or row.reason,
        shown.iso(row.due),
        row.note,
        shown.iso(row.mended_on),
        line.proofs or (row.proof.title if row.proof_id else ""),
        row.office.name,
        line.verified,
        shown.iso(row.struck_at),
        row.get_state_display(),
        row.times,
        _remark(row, on),
    )


def _remark(row: Finding, on: date) -> str:
    late = shown.late(row, on)
    said = (
        f"逾期 {late} 天" if late else "",
        shown.level(row) if row.state in Finding.LIVE else "",
        f"原编号 {row.repeats.register_number}" if row.repeats_id else "",
        f"答复：{row.answer}" if row.answer else "",
    )
    return "；".join(part for part in said if part)


def workbook(findings: Sequence[Finding], *, office: str, on: date, asked: str = "") -> bytes:
    """The ledger of ``office`` as of ``on``; ``asked``: what it was narrowed to. Nothing in it is a formula or a link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("整改台账")
        _page(sheet)
        _head(book, sheet, office, on, asked, len(findings))
        looks = _looks(book)
        kept = lines(findings)
        for number, row in enumerate(findings, 1):
            found = cells(number, row, kept.get(row.pk, Line()), on)
            sheet.set_row(HEAD + number - 1, _height(found))
            for at, value in enumerate(found):
                look = looks[COLUMNS[at][0] in CENTRED]
                if isinstance(value, int):
                    sheet.write_number(HEAD + number - 1, at, value, look)
                else:
                    sheet.write_string(HEAD + number - 1, at, value, look)
        if findings:
            sheet.autofilter(HEAD - 1, 0, HEAD + len(findings) - 1, len(COLUMNS) - 1)
    return out.getvalue()


def _page(sheet: Any) -> None:
    """A4 on its side, one page wide, the head on every page; the first rows and the number stay while one scrolls."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.6)
    sheet.repeat_rows(HEAD - 1)
    sheet.freeze_panes(HEAD, 2)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    for at, (_, width) in enumerate(COLUMNS):
        sheet.set_column(at, at, width)


def _head(book: Any, sheet: Any, office: str, on: date, asked: str, count: int) -> None:
    last = len(COLUMNS) - 1
    title = book.add_format(
        {"font_name": FONT, "bold": True, "font_size": 20, "align": "center", "valign": "vcenter"}
    )
    side = {"font_name": FONT, "font_size": 11, "valign": "vcenter", "text_wrap": True}
    sheet.set_row(0, 34)
    sheet.set_row(1, 22)
    sheet.set_row(2, 32)
    sheet.merge_range(0, 0, 0, last, "", title)
    sheet.write_string(0, 0, TITLE, title)
    left, right = book.add_format(side), book.add_format(side | {"align": "right"})
    sheet.merge_range(1, 0, 1, 9, "", left)
    sheet.write_string(1, 0, f"台账单位：{office}", left)
    sheet.merge_range(1, 10, 1, last, "", right)
    narrowed = f"{asked}　" if asked else ""
    sheet.write_string(1, 10, f"{narrowed}共 {count} 个问题　截至 {on.year}年{on.month}月{on.day}日", right)
    named = book.add_format(
        {
            "font_name": FONT, "bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True,
            "bg_color": "#EEF1F5", "font_size": 10,
        }
    )  # fmt: skip
    sheet.write_row(2, 0, [name for name, _ in COLUMNS], named)


def _looks(book: Any) -> dict[bool, Any]:
    """The look of a cell, by whether it is centred."""
    usual = {"font_name": FONT, "border": 1, "valign": "vcenter", "text_wrap": True, "font_size": 10}
    return {False: book.add_format(usual), True: book.add_format(usual | {"align": "center"})}


def _height(found: Sequence[str | int]) -> int:
    """Points that the fullest cell of a row needs: a spreadsheet does not fit rows that were written for it."""
    needed = max(
        sum(_rows(part, width) for part in str(value).split("\n"))
        for value, (_, width) in zip(found, COLUMNS, strict=True)
    )
    return min(MOST_HEIGHT, max(LEAST_HEIGHT, needed * LINE_HEIGHT + 4))


def _rows(text: str, width: int) -> int:
    """Lines that a text takes in a column: a Chinese character is nearly as wide as two digits."""
    wide = sum(1.0 if sign.isascii() else 1.9 for sign in text)
    return max(1, ceil(wide / width))
