"""Findings as tables: rows for ``dudao-web export findings``, and the workbook of a problem list.

Columns of the first are words for programs (docs/reference/exports.md), of the second words for officers.
"""

import io
from collections.abc import Iterable, Iterator

import xlsxwriter

from dudao_web.findings.models import Finding

FINDINGS = (
    "finding", "case", "unit", "name", "district", "number", "indicator", "text", "source", "mendable",
    "measure", "reason", "due", "state", "with", "answer", "note", "mended_on", "at",
)  # fmt: skip
COLUMNS = (
    "序号", "项目", "单位代码", "单位", "辖市区", "指标", "存在问题", "能否自行整改", "整改措施", "不能自行整改的原因",
    "整改时限", "状态", "现由", "答复", "整改情况", "完成日期",
)  # fmt: skip
WIDE = frozenset({"项目", "单位", "存在问题", "整改措施", "不能自行整改的原因", "答复", "整改情况"})


def findings(campaign: str) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    """One row a problem; ``campaign``: its key."""
    rows = Finding.objects.filter(case__campaign__key=campaign).order_by("case__path", "number")
    values = rows.values_list(
        "pk", "case_id", "unit__code", "unit__name", "case__district__code", "number", "indicator", "text",
        "source", "mendable", "measure", "reason", "due", "state", "org__code", "answer", "note", "mended_on", "at",
    )  # fmt: skip
    return FINDINGS, values.iterator(chunk_size=500)


def workbook(rows: Iterable[Finding]) -> bytes:
    """The list as a workbook; nothing in it is a formula or a link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, text = book.add_worksheet("问题清单"), book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for at, name in enumerate(COLUMNS):
            sheet.set_column(at, at, 32 if name in WIDE else 12, text)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(_cells(row)):
                if isinstance(value, int):
                    sheet.write_number(line, column, value)
                elif value:
                    sheet.write_string(line, column, value)
    return out.getvalue()


def _cells(row: Finding) -> tuple[str | int, ...]:
    return (
        row.number,
        row.case.campaign.title,
        row.unit.code,
        row.unit.name,
        row.case.district.name,
        row.indicator,
        row.text,
        "能" if row.mendable else "不能",
        row.measure,
        row.reason,
        f"{row.due:%Y-%m-%d}" if row.due else "",
        row.get_state_display(),
        row.org.name if row.state in Finding.LIVE else "",
        row.answer,
        row.note,
        f"{row.mended_on:%Y-%m-%d}" if row.mended_on else "",
    )
