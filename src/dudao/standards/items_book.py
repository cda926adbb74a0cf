"""A locality's own 评分细则 loaded into a published standard: what a standard lets be loaded, and the shapes of what was written.

A standard whose lower levels were never published says in ``items.yaml`` of its folder which chapters a 细则 fills and what is known
of it (all points, the points of an area, the words of a check). Here live the nouns of that, and ``book_of``. Not here: what is wrong with the rows
(``items_check``), the folder they become (``items_folder``), the workbook (``dudao.intake.items_book``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dudao.standards.folder import attached, contents
from dudao.standards.model import Chapter, Standard
from dudao.standards.nodes import Entry, Keys, Problem, StandardError

FILE = "items.yaml"
ITEMS, RULES = "评估细则", "等次规则"
"""Sheets of the workbook."""
AREA, GROUP, CODE, TEXT = "一级指标", "二级指标", "编号", "三级指标内容"
MOST, BONUS = "分值", "附加分"
A_CLAUSES, C_CLAUSES, SPOTS = "A级条文", "C级条文", "观察点数"
PROOFS = "佐证材料（建档目录）"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "points": (AREA, GROUP, CODE, TEXT, MOST, BONUS, PROOFS),
    "grades": (AREA, GROUP, CODE, TEXT, A_CLAUSES, C_CLAUSES, SPOTS, PROOFS),
    "checks": (AREA, GROUP, CODE, TEXT, PROOFS),
}
"""Columns of the sheet of items, from A, by kind of standard."""
BY: Mapping[str, str] = {"条文": "clauses", "观察点比例": "share"}
"""Words for the rule by which an item is graded."""
OUTCOMES_FROM = 8
"""First row of the outcomes on the sheet of rules, from 1; in B2 to B4 stand the rule and its two shares."""
JUDGEMENTS: Mapping[str, str] = {"通过": "met", "有条件通过": "basically_met", "不通过": "not_met"}
"""Words for what an outcome counts as."""
CHECKED: Mapping[str, str] = {"met": "符合", "not_met": "不符合", "not_applicable": "不适用"}
"""Words of a check, by judgement, where the standard says no other."""


@dataclass(frozen=True, slots=True)
class Book:
    """What a standard lets be loaded. ``kind``: points, grades or checks. ``chapters``: those that the 细则 fills; ``bonus``: the one for
    附加分; ``total``: all points without 附加分; ``parts``: points of an area, by title; ``outcome``: the chapter in which the outcome by
    counts of grades stands; ``words``: of a check, by judgement."""

    kind: str
    chapters: tuple[Chapter, ...]
    bonus: Chapter | None
    total: Decimal | None
    parts: Mapping[str, Decimal]
    outcome: Chapter | None
    source: str
    words: Mapping[str, str] = field(default_factory=lambda: CHECKED)

    @property
    def own_areas(self) -> bool:
        """Whether the 细则 has areas (一级指标) of its own, which take the place of the one chapter; else its areas are the chapters."""
        return self.kind == "grades" or (self.kind == "checks" and len(self.chapters) == 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One item as written; ``row``: of the sheet, from 1. A blank area or group is that of the row above. ``spots``: observation
    points (观察点); ``proofs``: what the 建档目录 asks for."""

    row: int
    area: str
    group: str
    code: str
    text: str
    most: Decimal | None = None
    bonus: bool = False
    a: tuple[str, ...] = ()
    c: tuple[str, ...] = ()
    spots: int | None = None
    proofs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome: the grades it asks, None where it does not ask. ``a``: at least so many A; ``short``: at most so many B and C;
    ``c``: at most so many C. ``judgement``: a word of JUDGEMENTS, or as written."""

    row: int
    title: str
    a: int | None
    short: int | None
    c: int | None
    judgement: str


@dataclass(frozen=True, slots=True)
class Rules:
    """How items are graded and what the grades come to. ``by``: a word of BY, "" where the cell is blank. ``short_b``, ``short_c``:
    greatest share of observation points short for B, least for C."""

    by: str = ""
    short_b: Decimal | None = None
    short_c: Decimal | None = None
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong in the workbook: sheet and cell ("" where it has none), what was found, how to mend it."""

    sheet: str
    cell: str
    found: str
    mend: str

    def __str__(self) -> str:
        place = f"工作表“{self.sheet}”{' ' if self.cell else ''}{self.cell}：" if self.sheet else ""
        return f"{place}{self.found}{self.mend}"


def column(kind: str, title: str) -> str:
    """The letter of a column of the sheet of items.

    >>> column("points", "分值")
    'E'
    """
    return "ABCDEFGHIJ"[COLUMNS[kind].index(title)]


def book_of(standard: Standard) -> Book:
    """What may be loaded into a standard; StandardError where nothing may, or where ``items.yaml`` is not sound.

    >>> from dudao.standards import load_standard
    >>> book_of(load_standard("chongqing-county")).parts
    {'差异程度': Decimal('30')}
    """
    problems: list[Problem] = []
    root = attached(contents(standard.path), FILE, problems)
    if root is None:
        raise StandardError(
            problems or [Problem(FILE, 1, f"{standard.id} 没有可以录入的细则（文件夹里没有 {FILE}）")]
        )
    keys = Keys(root, "source", "kind", "chapters", "bonus", "total", "parts", "outcome", "words")
    kind = keys.need("kind")
    chapters = {chapter.title: chapter for chapter in standard.chapters}
    book = Book(
        kind.one_of(*COLUMNS) if kind else "points",
        tuple(found for entry in keys.items("chapters") if (found := _chapter(entry, chapters))),
        _chapter(keys["bonus"], chapters) if "bonus" in keys else None,
        keys.decimal("total") if "total" in keys else None,
        {title: entry.decimal() for title, entry in keys.pairs("parts")},
        _chapter(keys["outcome"], chapters) if "outcome" in keys else None,
        keys.text("source"),
        {judgement: entry.text() for judgement, entry in keys.pairs("words")} or CHECKED,
    )
    for title in sorted(set(book.parts) - {chapter.title for chapter in book.chapters}):
        root.problem(f"parts 的 {title} 不是 chapters 之一")
    if (book.kind == "grades") != (book.outcome is not None) or (
        book.kind == "grades" and len(book.chapters) != 1
    ):
        root.problem("kind: grades 须有 outcome 和一个维度，别的没有 outcome")
    if "words" in keys and book.kind != "checks":
        root.problem("words 只用于 kind: checks")
    if problems:
        raise StandardError(problems)
    return book


def _chapter(entry: Entry, chapters: Mapping[str, Chapter]) -> Chapter | None:
    found = chapters.get(entry.text())
    if found is None:
        entry.problem(f"没有维度 {entry.text()}")
    return found
