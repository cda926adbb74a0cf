"""What is wrong with a 评分细则 as it was written, cell by cell. Every fault says what was found and how to mend it.

Here live ``faults``, and ``doubts`` for what may well be meant so. Not here: the shapes (``items_book``), whether a cell holds a number
at all (``dudao.intake.items_book``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from dudao.standards.items_book import (
    A_CLAUSES,
    AREA,
    BONUS,
    BY,
    C_CLAUSES,
    CODE,
    ITEMS,
    JUDGEMENTS,
    MOST,
    OUTCOMES_FROM,
    PROOFS,
    RULES,
    SPOTS,
    TEXT,
    Book,
    Fault,
    Row,
    Rules,
    column,
)
from dudao.standards.model import Standard, Total

LONGEST = 90
"""Characters of a clause: it is the label of a row to fill in."""
MOST_CLAUSES = 30
_CODE = re.compile(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*")


def faults(standard: Standard, book: Book, rows: Sequence[Row], rules: Rules) -> tuple[Fault, ...]:
    """Every fault of the rows and rules, in order of sheet and row; none: ``items_folder.files`` may write them."""
    if not rows:
        return (Fault(ITEMS, "A2", "没有一项指标。", "请从第 2 行起逐项填写。"),)
    found = [*_codes(standard, book, rows)]
    for row in rows:
        found += _row(standard, book, row, rules)
    found += _rules(rules) if book.kind == "grades" else _sums(book, rows)
    return tuple(found)


def doubts(standard: Standard, book: Book, rows: Sequence[Row]) -> tuple[Fault, ...]:
    """What to look at again, though it may be loaded: 附加分 that come to more than may count."""
    own = [row for row in rows if row.bonus and row.most is not None]
    points = _sum(own)
    caps = [item.rule.bonus_most for item in standard.indicators if isinstance(item.rule, Total)]
    if not own or points is None or points <= max(caps, default=points):
        return ()
    return (
        _at(
            book,
            own[0],
            MOST,
            f"附加分各项合计 {points} 分，超过最多计入的 {max(caps)} 分。",
            "多出的不计入；如有误，请核对各项分值。",
        ),
    )


def _at(book: Book, row: Row, title: str, found: str, mend: str) -> Fault:
    return Fault(ITEMS, f"{column(book.kind, title)}{row.row}", found, mend)


def _codes(standard: Standard, book: Book, rows: Sequence[Row]) -> Iterator[Fault]:
    bonus = [book.bonus.title] if book.bonus and any(row.bonus for row in rows) else []
    replaced = {*(chapter.title for chapter in book.chapters), *bonus}
    taken = {
        item.code
        for chapter in standard.chapters
        if chapter.title not in replaced
        for item in chapter.indicators
    }
    seen: dict[str, int] = {}
    for row in rows:
        if not row.code:
            yield _at(book, row, CODE, "没有编号。", "请填写，每项一个，不重复。")
        elif len(row.code) > 20 or not _CODE.fullmatch(row.code):
            yield _at(
                book,
                row,
                CODE,
                f"编号“{row.code}”不能使用。",
                "请只用字母、数字和中间的点、短横，不超过 20 个字符，如 1.2.3。",
            )
        elif row.code in taken:
            yield _at(book, row, CODE, f"编号“{row.code}”是本标准其他指标的代码。", "请换一个编号。")
        elif row.code in seen:
            yield _at(
                book,
                row,
                CODE,
                f"编号“{row.code}”与第 {seen[row.code]} 行重复。",
                "请改为不重复的编号，按文本填写以保留末尾的 0。",
            )
        seen.setdefault(row.code, row.row)


def _row(standard: Standard, book: Book, row: Row, rules: Rules) -> Iterator[Fault]:
    if not row.text:
        yield _at(book, row, TEXT, "没有填写内容。", "请照细则原文填写。")
    yield from _area(standard, book, row)
    if book.kind == "points":
        yield from _points(book, row)
    elif book.kind == "grades":
        yield from _grades(book, row, rules)
    yield from _listed(book, row, PROOFS, row.proofs, "件")
    for title in sorted({title for title in row.proofs if row.proofs.count(title) > 1}):
        yield _at(book, row, PROOFS, f"“{title}”写了不止一次。", "请删去重复的。")


def _area(standard: Standard, book: Book, row: Row) -> Iterator[Fault]:
    titles = [chapter.title for chapter in (*book.chapters, *([book.bonus] if book.bonus else []))]
    if not row.area:
        yield _at(book, row, AREA, "没有填写一级指标。", "请填写；与上一行相同的可以不填。")
    elif book.own_areas:
        if row.area in {chapter.title for chapter in standard.chapters} - set(titles):
            yield _at(book, row, AREA, f"一级指标“{row.area}”与本标准已有的维度同名。", "请换一个名称。")
    elif row.area not in titles:
        yield _at(book, row, AREA, f"一级指标“{row.area}”不是本标准的。", f"应为：{'、'.join(titles)}。")


def _points(book: Book, row: Row) -> Iterator[Fault]:
    areas = [chapter.title for chapter in book.chapters]
    bonus = book.bonus.title if book.bonus else ""
    if row.area in (*areas, bonus) and row.area and row.bonus != (row.area == bonus):
        word = f"附加分的一级指标应为“{bonus}”。" if row.bonus else f"“{bonus}”各项的附加分应填“是”。"
        yield _at(
            book, row, BONUS, f"一级指标“{row.area}”与附加分“{'是' if row.bonus else '否'}”不一致。", word
        )
    if row.most is None:
        yield _at(book, row, MOST, "没有分值。", "请填写这一项的满分。")
    elif row.most <= 0:
        yield _at(book, row, MOST, f"分值是 {row.most}。", "请填写大于 0 的数。")


def _grades(book: Book, row: Row, rules: Rules) -> Iterator[Fault]:
    if BY.get(rules.by) == "clauses" and not row.a:
        yield _at(book, row, A_CLAUSES, "按条文定等，没有填写 A 级条文。", "请填写，一行一条。")
    if BY.get(rules.by) == "share" and not row.spots:
        yield _at(book, row, SPOTS, "按观察点比例定等，没有填写观察点数。", "请填写大于 0 的整数。")
    for title, clauses in ((A_CLAUSES, row.a), (C_CLAUSES, row.c)):
        yield from _listed(book, row, title, clauses, "条")


def _listed(book: Book, row: Row, title: str, lines: Sequence[str], unit: str) -> Iterator[Fault]:
    """The lines of one cell: neither too many nor too long."""
    if len(lines) > MOST_CLAUSES:
        yield _at(
            book, row, title, f"有 {len(lines)} {unit}，超过 {MOST_CLAUSES} {unit}。", "请分成几项指标。"
        )
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST:
            found = f"第 {number} {unit}有 {len(line)} 字，超过 {LONGEST} 字。"
            yield _at(book, row, title, found, f"请分成几{unit}。")


def _sums(book: Book, rows: Sequence[Row]) -> Iterator[Fault]:
    """Every area of the standard has its items, and the points add up to what is known of them."""
    plain = [row for row in rows if not row.bonus]
    for chapter in () if book.own_areas else book.chapters:
        own = [row for row in plain if row.area == chapter.title]
        if not own:
            yield Fault(ITEMS, "A2", f"没有一级指标“{chapter.title}”的指标。", "请补齐。")
        elif (
            chapter.title in book.parts
            and (points := _sum(own)) is not None
            and points != book.parts[chapter.title]
        ):
            due = book.parts[chapter.title]
            yield _at(
                book,
                own[0],
                MOST,
                f"“{chapter.title}”各项分值合计 {points} 分，应为 {due} 分。",
                "请核对各项分值。",
            )
    total = _sum(plain)
    if book.total is not None and total is not None and total != book.total:
        cell = f"{column(book.kind, MOST)}{plain[-1].row if plain else 2}"
        yield Fault(
            ITEMS, cell, f"各项分值合计 {total} 分，应为 {book.total} 分（不含附加分）。", "请核对各项分值。"
        )


def _sum(rows: Sequence[Row]) -> Decimal | None:
    """The points of rows; None while one of them lacks its points, which is a fault of its own."""
    values = [row.most for row in rows]
    return None if None in values else sum((value for value in values if value is not None), Decimal(0))


def _rules(rules: Rules) -> Iterator[Fault]:
    if not rules.by:
        yield Fault(
            RULES,
            "B2",
            "没有填写等次规则。",
            f"细则按哪一种规则定等，应由制定单位明确，填“{'”或“'.join(BY)}”；不能由软件代定。",
        )
    elif rules.by not in BY:
        yield Fault(RULES, "B2", f"等次规则“{rules.by}”不在可用的之中。", f"请填“{'”或“'.join(BY)}”。")
    if BY.get(rules.by) == "share":
        for cell, value, words in (("B3", rules.short_b, "B等最多"), ("B4", rules.short_c, "C等最少")):
            if value is None:
                yield Fault(
                    RULES,
                    cell,
                    f"没有填写“{words}未达到的观察点比例”。",
                    "请照细则填写 0 至 1 之间的数，如 0.4。",
                )
            elif not 0 < value <= 1:
                yield Fault(
                    RULES,
                    cell,
                    f"“{words}未达到的观察点比例”是 {value}。",
                    "请填写大于 0、不大于 1 的数，如 0.4。",
                )
        if rules.short_b is not None and rules.short_c is not None and rules.short_b >= rules.short_c:
            yield Fault(RULES, "B3", "B等的比例不小于C等的比例。", "请核对两个比例。")
    if not any(JUDGEMENTS.get(one.judgement) == "met" for one in rules.outcomes):
        yield Fault(
            RULES, f"A{OUTCOMES_FROM}", "没有写明怎样算通过。", "请在结论表中至少填写一行判定为“通过”的结论。"
        )
    for one in rules.outcomes:
        if not one.title:
            yield Fault(RULES, f"A{one.row}", "没有结论的名称。", "请填写，如“通过”。")
        if one.judgement not in JUDGEMENTS:
            yield Fault(
                RULES,
                f"E{one.row}",
                f"判定“{one.judgement}”不在可用的之中。",
                f"请填：{'、'.join(JUDGEMENTS)}。",
            )
        elif JUDGEMENTS[one.judgement] != "not_met" and one.a is None and one.short is None and one.c is None:
            yield Fault(RULES, f"B{one.row}", f"结论“{one.title}”没有条件。", "请填写 A、B、C 等次的项数。")
