"""What the rules of a standard ask for beside its fields: the rows of the 补充表 that follow from declared items, vetoes, surveys,
results handed down, points and grades.

Here lives one function a kind of rule, and the list of all that the one judged unit answers (``asked_of_unit``). Every answer becomes
a Figure like any other, with file, sheet and cell. Not here: the fields that a document itself asks for (``fields.yaml``), how an
answer is judged (``dudao.evaluation``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from dudao.standards import proofs
from dudao.standards.formula import parse
from dudao.standards.model import (
    Chapter,
    Declared,
    Field,
    Formula,
    Given,
    Graded,
    Indicator,
    Points,
    Standard,
    Survey,
    Veto,
)

YES, NO = "有", "无"
"""Answers to a veto, and to a C-clause."""
NOT_MONITORED = "未监测"
HOLDS, HOLDS_NOT = "达到", "未达到"
"""Answers to an A-clause, and to what a clause asks beside its figure."""
SURVEY = {
    "sent": "问卷总数",
    "valid": "有效问卷数",
    "satisfied": "满意问卷数",
    "visited": "走访人数",
    "visit_satisfied": "走访满意人数",
}
"""Counts of one group of a survey (申报表 表Ⅵ): name of the figure, words of its row."""


_NO_NAME = frozenset(
    {"没有", "暂无", "待补", "待定", "不详", "不适用", "暂缺", "无佐证", "none", "na", "null"}
)


def names_proof(text: str | None) -> bool:
    """Whether a text names a proof: at least two letters or characters, and not a word for nothing.

    >>> names_proof("学校布局规划图"), names_proof("无"), names_proof("——"), names_proof("0"), names_proof("暂无。")
    (True, False, False, False, False)
    """
    letters = "".join(sign for sign in unicodedata.normalize("NFKC", text or "") if sign.isalpha())
    return len(letters) > 1 and letters.casefold() not in _NO_NAME


def asked(chapters: Iterable[Chapter]) -> tuple[Field, ...]:
    """The fields that the rules of the chapters ask for, in document order."""
    return tuple(
        field
        for chapter in chapters
        for indicator in chapter.indicators
        for field in of(indicator, chapter.title)
    )


def of(indicator: Indicator, group: str = "") -> Iterator[Field]:
    """The fields that one indicator asks for. Names are ``<code>_<what>``, see ``name``."""
    rule = indicator.rule

    def row(
        what: str, words: str, kind: str, unit: str = "", choices: tuple[str, ...] = (), note: str = ""
    ) -> Field:
        label = f"{indicator.code} {words}"
        return Field(
            name(indicator, what), label, kind, unit, "county_supplement", False,  # type: ignore[arg-type]
            group=group, choices=choices, note=note, item=indicator.code,
        )  # fmt: skip

    match rule:
        case Declared():
            yield row("met", f"{indicator.title}：是否达到要求", "choice", choices=tuple(rule.words.values()))
            if rule.needs_proof:
                yield row("proof", f"{indicator.title}：佐证材料", "text", note="、".join(rule.proofs))
        case Veto():
            yield row("found", f"{indicator.title}：有无", "choice", choices=(YES, NO))
            yield row("note", f"{indicator.title}：情况说明", "text")
        case Given():
            for number, part in enumerate(rule.parts, 1):
                choices = (*rule.grades, NOT_MONITORED)
                yield row(f"{number}_grade", f"{part}：学业水平等级", "choice", choices=choices)
                yield row(f"{number}_value", f"{part}：校际差异率", "amount")
        case Survey():
            for number, group_name in enumerate(rule.groups, 1):
                for what, words in SURVEY.items():
                    unit = "人" if what.startswith("visit") else "份"
                    yield row(f"{number}_{what}", f"{group_name}：{words}", "count", unit)
        case Points():
            yield row("points", f"{indicator.title}：得分", "amount", "分", note=f"0—{rule.most} 分")
        case Graded():
            yield from _graded(indicator, rule, row)
    for number, words in enumerate(indicator.also, 1):
        yield row(f"also_{number}", f"{words}：是否达到要求", "choice", choices=(HOLDS, HOLDS_NOT))


def _graded(indicator: Indicator, rule: Graded, row) -> Iterator[Field]:
    if rule.by == "share":
        yield row(
            "short", f"{indicator.title}：未达到的观察点数", "count", "个", note=f"共 {rule.points} 个观察点"
        )
    else:
        for number, clause in enumerate(rule.clauses.get("A", ()), 1):
            yield row(f"a{number}", f"A{number} {clause}：是否达到", "choice", choices=(HOLDS, HOLDS_NOT))
    for number, clause in enumerate(rule.clauses.get("C", ()), 1):
        yield row(f"c{number}", f"C{number} {clause}：有无", "choice", choices=(YES, NO))


def name(indicator: Indicator, what: str) -> str:
    """The name of a field that an indicator asks for: met, proof (declared) · found, note (veto) · N_grade, N_value (given, part
    N from 1) · N_sent, N_valid, N_satisfied, N_visited, N_visit_satisfied (survey, group N) · points · short, aN, cN (graded) ·
    also_N.
    """
    return f"{indicator.code}_{what}"


# -- all that the one judged unit answers ----------------------------------------------------------------------------------------------
AskedKind = Literal["figure", "declared", "grade", "points", "veto", "survey", "given"]
LETTERS = ("A", "B", "C")
"""Grades of a graded item. The unit answers its clauses, or counts its observation points; the grade follows."""


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One indicator that the unit must answer, and with what.

    ``kind``: figure (numbers of a formula) · declared (a word, with proof where it needs one) · grade (A/B/C) · points · veto (有/无) ·
    survey (counts by group) · given (results handed down).
    ``fields``: what is filled in, in order, never empty; their names are those of the Figures that ``dudao.evaluation`` reads. The first
    field of declared, points and veto holds the answer, the second of declared (佐证材料) and veto (情况说明) its words. A field of a
    formula may be asked by several items (幼儿园在园幼儿数): it is one figure, shown where it first stands or with one value everywhere.
    ``choices``: words of the answer (declared, veto), the letters (grade), the grades in rising order (given); none for numbers.
    ``most``: most points (points), observation points in all (grade by share); else None.
    ``proofs``: 佐证材料 that the 建档目录 asks for.
    """

    indicator: Indicator
    chapter: Chapter
    kind: AskedKind
    fields: tuple[Field, ...]
    choices: tuple[str, ...] = ()
    most: Decimal | None = None
    proofs: tuple[str, ...] = ()


def asked_of_unit(standard: Standard) -> list[AskedItem]:
    """Every item that the judged unit answers, in document order. Left out are totals and outcomes, which follow from other items, and
    whatever is computed of the figures of its schools alone (a county's ratios, coefficients, school by school rules).

    >>> from dudao.standards import load_standard
    >>> [(item.indicator.code, item.kind, item.choices) for item in asked_of_unit(load_standard("zhenjiang-double-creation"))][:2]
    [('ZP', 'declared', ('达标', '未达标')), ('ZD1', 'declared', ('达到', '未达到'))]
    >>> [(item.indicator.code, item.kind, item.most) for item in asked_of_unit(load_standard("chongqing-county"))][:4]
    [('BZ', 'points', Decimal('70')), ('CY', 'points', Decimal('30')), ('JF', 'points', Decimal('5')), ('V1', 'veto', None)]
    >>> [field.name for field in asked_of_unit(load_standard("preschool-universal"))[0].fields]
    ['children', 'population_3_6']
    """
    found = (
        _item(standard, chapter, indicator)
        for chapter in standard.chapters
        for indicator in chapter.indicators
    )
    return [item for item in found if item is not None]


def _item(standard: Standard, chapter: Chapter, indicator: Indicator) -> AskedItem | None:
    own = tuple(standard.field(field.name) for field in of(indicator))
    kind: AskedKind = "figure"
    choices: tuple[str, ...] = ()
    most: Decimal | None = None
    match indicator.rule:
        case Declared() as rule:
            kind, choices = "declared", tuple(rule.words.values())
        case Veto():
            kind, choices = "veto", (YES, NO)
        case Given() as rule:
            kind, choices = "given", rule.grades
        case Survey():
            kind = "survey"
        case Points() as rule:
            kind, most = "points", rule.most
        case Graded() as rule:
            kind, choices = "grade", LETTERS
            most = Decimal(rule.points) if rule.by == "share" else None
        case Formula():
            own = (*_of_formula(standard, indicator, indicator.rule), *own)
    if not own:
        return None
    return AskedItem(indicator, chapter, kind, own, choices, most, proofs.asked(indicator))


def _of_formula(standard: Standard, indicator: Indicator, rule: Formula) -> tuple[Field, ...]:
    """The unit's own figures in a formula and in the limits that are figures, in order of use."""
    texts = [rule.text, *rule.by_level.values(), *(limit.figure for limit in indicator.limits)]
    names = dict.fromkeys(name for text in texts if text for name in parse(text).names())
    known = {field.name: field for field in standard.fields if field.of_county}
    return tuple(known[name] for name in names if name in known)
