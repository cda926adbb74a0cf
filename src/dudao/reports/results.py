"""The results workbook (计算结果): all that was computed for one county, for the officer who must act on it.

Verdict with reasons; every school's values, limits, judgements and gaps in whole things; coefficients of variation; the county's items with
what they are made of, school by school where they are judged so; every value with the cells it rests on; what was excluded, relieved, missing
or wrong. Not here: any computation, the official form (``application_form``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dudao.reports import result_items, result_tables, text
from dudao.reports.form_figures import County
from dudao.reports.sheets import (
    LINE,
    Book,
    Cell,
    Table,
    foot,
    head,
    height,
    put,
    shade,
    write_rows,
    write_table,
)
from dudao.standards.model import Standard
from dudao.tables import Intake

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Results:
    """The workbook's content. ``summary``: lines of the first sheet, label and value; ``tables``: the other sheets in order.

    ``mark``: printed at the head of every page (预评, 演示数据), empty for none.
    """

    county: str
    on: date
    standard: str
    summary: tuple[tuple[str, Cell], ...]
    reasons: Table
    tables: tuple[Table, ...]
    mark: str = ""


def of(standard: Standard, intake: Intake, result: Item) -> Results:
    """The results of an evaluated county, from the evaluation's JSON (schema 1) and the returns it was made of."""
    found = County(standard, intake, result)
    county = (intake.county.text("county_name") if intake.county else None) or result["county_code"] or ""
    return Results(
        county=county,
        on=date.fromisoformat(result["on"]),
        standard=f"{standard.title}（{standard.number}）  口径：{standard.profile.title}",
        summary=tuple(_summary(standard, result, county)),
        reasons=result_tables.reasons(standard, result),
        tables=(
            result_tables.schools(standard, result),
            result_tables.variations(standard, result),
            result_items.judged(found, result),
            result_items.parts(found),
            result_items.schools(found),
            result_tables.details(standard, result),
            result_tables.excluded(standard, result),
            result_tables.reliefs(standard, result),
            result_tables.missing(standard, result),
            result_tables.issues(result),
        ),
    )


def write(results: Results) -> bytes:
    """The workbook: 结论, then a sheet for each table."""
    book = Book("义务教育优质均衡发展评估计算结果", results.on)
    look = {
        "header": head(results.county, "&A", results.mark, f"数据日期 {text.day(results.on)}"),
        "footer": foot(results.standard),
    }
    _write_first(book, results, look)
    for table in results.tables:
        write_table(book, table, **look)
    return book.close()


def _write_first(book: Book, results: Results, look: Mapping[str, str]) -> None:
    sheet = book.sheet("结论", landscape=True, header=look["header"], footer=look["footer"])
    widths = [column.width for column in results.reasons.columns]
    last = len(widths) - 1
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.merge_range(
        0, 0, 0, last, f"{results.county}评估结果", book.style(bold=True, font_size=14, align="center")
    )
    sheet.set_row(0, 30)
    label = book.style(border=1, border_color=LINE, align="center", bold=True, text_wrap=True)
    for row, (name, cell) in enumerate(results.summary, start=1):
        put(sheet, row, 0, name, label)
        style = book.style(
            border=1, border_color=LINE, text_wrap=True, align="left", indent=1, **shade(cell.state)
        )
        sheet.merge_range(row, 1, row, last, cell.value, style)
        sheet.set_row(row, max(20, height([(cell.value, sum(widths[1:]))])))
    write_rows(book, sheet, results.reasons, len(results.summary) + 2)


def _summary(standard: Standard, result: Item, county: str) -> Iterator[tuple[str, Cell]]:
    status, bound = result["verdict"]["status"], result["standard"]
    yield "结论", Cell(text.VERDICTS[status], text.STATES[status])
    yield "说明", Cell(result["verdict"]["sentence"])
    yield "区县", Cell(f"{county}（代码 {result['county_code']}）" if result["county_code"] else county)
    yield "评估日期", Cell(text.day(date.fromisoformat(result["on"])))
    yield "评估标准", Cell(f"{standard.title}（{standard.number}）")
    yield "编号和版本", Cell(f"{bound['id']}，版本 {bound['version']}")
    yield "口径", Cell(f"{standard.profile.title}（{bound['profile']}）")
    yield "标准校验值", Cell(f"SHA-256 {bound['sha256']}")
    counted = [
        f"{level.title} {sum(row['level'] == level.name for row in result['schools'])} 所"
        for level in standard.levels
    ]
    yield "计入学校", Cell("，".join(counted) + "（一贯制学校、完全中学按学段分别计）" if result["schools"] else "没有计入的学校")
    issues = [item["level"] for item in result["issues"]]
    yield (
        "数据情况",
        Cell(
            f"不计入 {len(result['excluded'])} 条，放宽 {len(result['reliefs'])} 处，缺数据 {len(result['missing'])} 项，"
            f"错误 {issues.count('error')} 条，存疑 {issues.count('query')} 条"
        ),
    )
