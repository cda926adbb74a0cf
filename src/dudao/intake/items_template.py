"""The workbook for a locality's own 评分细则 (细则录入表), empty or with items in it.

Here lives the layout, with what it explains. Not here: how a filled one is read (``items_book``). Same standard, same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dudao.intake.items_book import OUTCOME_HEAD, RULE_ROWS
from dudao.standards.items_book import (
    A_CLAUSES,
    AREA,
    BONUS,
    BY,
    C_CLAUSES,
    CODE,
    COLUMNS,
    GROUP,
    ITEMS,
    JUDGEMENTS,
    MOST,
    OUTCOMES_FROM,
    PROOFS,
    RULES,
    SPOTS,
    TEXT,
    Book,
    Row,
    Rules,
)
from dudao.standards.model import Standard

GUIDE = "填写说明"
ROWS = 300
"""Rows laid out for items."""
EMPTY = Rules()
_WIDTHS = {AREA: 16, CODE: 12, MOST: 10, BONUS: 10, SPOTS: 10}


def write(standard: Standard, book: Book, rows: Sequence[Row] = (), rules: Rules = EMPTY) -> bytes:
    """The workbook to fill in for a standard; ``rows`` and ``rules`` stand in it already."""
    file = io.BytesIO()
    made = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    since = standard.since
    made.set_properties(
        {
            "title": f"评分细则录入表　{standard.title}",
            "created": datetime(since.year, since.month, since.day, tzinfo=UTC),
        }
    )
    _items(made, book, rows)
    if book.kind == "grades":
        _rules(made, rules)
    _guide(made, standard, book)
    made.close()
    return file.getvalue()


def _items(made: Workbook, book: Book, rows: Sequence[Row]) -> None:
    sheet = made.add_worksheet(ITEMS)
    heads = COLUMNS[book.kind]
    cell = made.add_format(
        {
            "font_name": "宋体",
            "font_size": 11,
            "text_wrap": True,
            "valign": "top",
            "border": 1,
            "num_format": "@",
        }
    )
    number = made.add_format({"font_name": "宋体", "font_size": 11, "valign": "top", "border": 1})
    _head(made, sheet, 0, heads)
    for column, head in enumerate(heads):
        sheet.set_column(column, column, _WIDTHS.get(head, 40 if column > 2 else 16))
        form = number if head in (MOST, SPOTS) else cell
        for row in range(1, ROWS + 1):
            value = _value(rows[row - 1], head) if row <= len(rows) else None
            _put(sheet, row, column, value, form)
    titles = [chapter.title for chapter in (*book.chapters, *([book.bonus] if book.bonus else []))]
    if not book.own_areas:
        _choice(sheet, (1, 0, ROWS, 0), titles)
    if book.kind == "points":
        _choice(sheet, (1, heads.index(BONUS), ROWS, heads.index(BONUS)), ["是", "否"])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    _page(sheet)


def _value(row: Row, head: str) -> str | Decimal | int | None:
    """What stands in a column of an item."""
    values = {
        AREA: row.area,
        GROUP: row.group,
        CODE: row.code,
        TEXT: row.text,
        MOST: row.most,
        BONUS: "是" if row.bonus else None,
        A_CLAUSES: "\n".join(row.a),
        C_CLAUSES: "\n".join(row.c),
        SPOTS: row.spots,
        PROOFS: "\n".join(row.proofs),
    }
    return values[head]


def _put(sheet: Worksheet, row: int, column: int, value: str | Decimal | int | None, form: Format) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, form)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, form)
    else:
        sheet.write_number(row, column, float(value), form)


def _rules(made: Workbook, rules: Rules) -> None:
    sheet = made.add_worksheet(RULES)
    cell = made.add_format({"font_name": "宋体", "font_size": 11, "border": 1})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 4, 24)
    _head(made, sheet, 0, ("规则", "填写"))
    filled = (rules.by, rules.short_b, rules.short_c)
    for row, (words, value) in enumerate(zip(RULE_ROWS, filled, strict=True), 1):
        sheet.write_string(row, 0, words, cell)
        _put(sheet, row, 1, value, cell)
    _choice(sheet, (1, 1, 1, 1), list(BY))
    _head(made, sheet, OUTCOMES_FROM - 2, OUTCOME_HEAD)
    for place in range(10):
        one = rules.outcomes[place] if place < len(rules.outcomes) else None
        own = (one.title, one.a, one.short, one.c, one.judgement) if one else (None,) * len(OUTCOME_HEAD)
        for column, value in enumerate(own):
            _put(sheet, OUTCOMES_FROM - 1 + place, column, value, cell)
    _page(sheet)
    _choice(sheet, (OUTCOMES_FROM - 1, 4, OUTCOMES_FROM + 8, 4), list(JUDGEMENTS))


def _guide(made: Workbook, standard: Standard, book: Book) -> None:
    sheet = made.add_worksheet(GUIDE)
    sheet.set_column(0, 0, 100)
    text = made.add_format({"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "top"})
    bold = made.add_format({"font_name": "微软雅黑", "font_size": 14, "bold": True})
    sheet.write_string(0, 0, f"评分细则录入表　{standard.title}", bold)
    for row, line in enumerate(_lines(book), 1):
        sheet.write_string(row, 0, line, text)
        sheet.set_row(
            row, 6 + 16 * (1 + 2 * len(line) // 96)
        )  # a Chinese character takes two columns of a width
    _page(sheet)


def _lines(book: Book) -> Sequence[str]:
    own = {"points": _points, "grades": lambda _: _GRADES, "checks": _checks}[book.kind]
    return (*own(book), _PROOFS)


def _points(book: Book) -> Sequence[str]:
    parts = "；".join(f"“{title}”合计 {points} 分" for title, points in book.parts.items())
    total = f"各项分值合计 {book.total} 分（不含附加分）" if book.total is not None else "分值照细则填写"
    areas = "、".join(chapter.title for chapter in book.chapters)
    return (
        "一项三级指标一行，照本地印发的细则填写，不改措辞。",
        f"一级指标填 {areas}{f'；附加分项填 {book.bonus.title}，附加分填“是”' if book.bonus else ''}。与上一行相同的可以不填。",
        "编号用字母、数字、点和短横，如 1.2.3，不重复。",
        f"{total}{'；' if parts else ''}{parts}。",
        f"依据：{book.source}",
    )


def _checks(book: Book) -> Sequence[str]:
    areas = "、".join(chapter.title for chapter in book.chapters)
    place = "一级指标照本地的分法填写" if book.own_areas else f"一级指标填 {areas}"
    return (
        "一项检查内容或任务一行，照本地印发的原文填写，不改措辞。",
        f"{place}；与上一行相同的一级指标、二级指标可以不填。",
        "编号用字母、数字、点和短横，如 1.2.3，不重复。",
        f"每项填报“{'”“'.join(book.words.values())}”之一。",
        f"依据：{book.source}",
    )


_PROOFS = "佐证材料（建档目录）一行一件，写材料的名称；没有要求的可以不填。"
_GRADES = (
    "一项三级指标一行，照本地印发的细则填写，不改措辞。与上一行相同的一级指标、二级指标可以不填。",
    "编号用字母、数字、点和短横，如 1.2.3，不重复。A级条文、C级条文一行一条。",
    "等次规则由制定单位明确，填在工作表“等次规则”。可用的有两种：",
    "条文：每一条 A 级条文都达到的为 A，有一条 C 级条文情形的为 C，其余为 B（江苏省四星级高中的做法）。",
    "观察点比例：观察点全部达到的为 A；未达到的不超过“B等最多”比例、没有 C 级条文情形的为 B；有 C 级条文情形或未达到的不少于“C等最少”比例的为 C；"
    "介于两个比例之间的不定等次，须与制定单位核实（江苏省优质幼儿园 2020 版的做法，两个比例为 0.4 和 0.6）。",
    "结论表自上而下判定，第一行符合的即为结论，都不符合的为不通过；不作要求的项数留空。",
    "例：江苏省优质幼儿园 2020 版 35 项，“通过”为 A 等不少于 30、C 等不多于 0，“有条件通过”为 A 等不少于 26、B 和 C 等合计不多于 9、C 等不多于 2。",
)


def _head(made: Workbook, sheet: Worksheet, row: int, words: Sequence[str]) -> None:
    look = {
        "font_name": "微软雅黑",
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": "#12304F",
        "border": 1,
        "align": "center",
    }
    sheet.write_row(row, 0, words, made.add_format(look))


def _page(sheet: Worksheet) -> None:
    """A4 across, as many columns as there are on one page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _choice(sheet: Worksheet, area: tuple[int, int, int, int], words: list[str]) -> None:
    sheet.data_validation(
        *area, {"validate": "list", "source": words, "error_message": "请从下拉列表中选择。"}
    )
