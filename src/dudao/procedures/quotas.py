"""The quota table (抽查计划表): ``quotas.yaml`` of a procedure's folder, its printed sums checked by column and by row.

Not here: the nouns (``model``), whether the columns are stages of the procedure (``check``), an office's own numbers of a campaign.
"""

from __future__ import annotations

from collections.abc import Mapping

from dudao.procedures.model import QuotaColumn, QuotaRow, Quotas
from dudao.standards.folder import opened
from dudao.standards.nodes import Entry, Keys, Problem

FILE = "quotas.yaml"


def read(files: Mapping[str, bytes], problems: list[Problem]) -> Quotas | None:
    """The table among a folder's files; None where there is none. Sums that are not what is printed are problems."""
    root = opened(files, FILE, None, problems) if FILE in files else None
    if root is None:
        return None
    keys = Keys(root, "title", "source", "columns", "rows")
    keys.need("columns")
    keys.need("rows")
    columns = tuple(_column(item) for item in keys.items("columns"))
    rows = tuple(_row(item, columns) for item in keys.items("rows"))
    _columns_once(columns, rows, problems)
    return Quotas(keys.text("title"), keys.text("source"), columns, rows)


def _column(entry: Entry) -> QuotaColumn:
    keys = Keys(entry, "year", "stage", "title", "total")
    year, total = keys.need("year"), keys.need("total")
    return QuotaColumn(
        year.whole() if year else 0,
        keys.text("stage"),
        keys.text("title"),
        total.whole() if total else 0,
        entry.line,
    )


def _row(entry: Entry, columns: tuple[QuotaColumn, ...]) -> QuotaRow:
    keys = Keys(entry, "district", "code", "numbers", "totals")
    district = keys.text("district")
    keys.need("numbers")
    numbers = tuple(item.whole() for item in keys.items("numbers"))
    totals = {stage: item.whole() for stage, item in keys.pairs("totals")}
    if any(number < 0 for number in numbers):
        entry.problem(f"{district} 有小于 0 的数")
    if len(numbers) != len(columns):
        entry.problem(f"{district} 有 {len(numbers)} 个数，应有 {len(columns)} 个（每列一个）")
        numbers = (*numbers, *(0 for _ in columns))[: len(columns)]
    for stage, printed in totals.items():
        found = sum(number for column, number in zip(columns, numbers, strict=True) if column.stage == stage)
        if found != printed:
            entry.problem(f"{district} {stage} 合计写的是 {printed}，各年相加是 {found}")
    return QuotaRow(district, keys.text("code", ""), numbers, totals, entry.line)


def _columns_once(
    columns: tuple[QuotaColumn, ...], rows: tuple[QuotaRow, ...], problems: list[Problem]
) -> None:
    """Every column and district once; every column sums to what is printed."""
    seen: set[tuple[int, str]] = set()
    for n, column in enumerate(columns):
        if (column.year, column.stage) in seen:
            problems.append(Problem(FILE, column.line, f"{column.year} 年 {column.stage} 一列重复"))
        seen.add((column.year, column.stage))
        found = sum(row.numbers[n] for row in rows)
        if found != column.total:
            text = f"{column.year} 年 {column.stage} 合计写的是 {column.total}，各行相加是 {found}"
            problems.append(Problem(FILE, column.line, text))
    names: set[str] = set()
    for row in rows:
        if row.district in names:
            problems.append(Problem(FILE, row.line, f"{row.district} 重复"))
        names.add(row.district)
