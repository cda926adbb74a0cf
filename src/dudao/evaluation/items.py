"""The items judged beside ratios and coefficients (政府保障程度、教育质量、社会认可度、一票否决 …), in exact fractions.

Here live ``judged``, from figures to an Item by its rule, and the items by formula. Not here: what was declared (``answers``), ratios
and coefficients (``values``, ``coefficients``), totals and counts over other items (``scores``), words (``sentences``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from dudao.evaluation import answers
from dudao.evaluation.item import Item, Part, SchoolItem, against, bound_of, joined, limits
from dudao.evaluation.judge import COMPARE, Judgement, limit_of
from dudao.evaluation.terms import Ground, county_value, placed, school_value
from dudao.evaluation.verdict import together
from dudao.indicators.schools import Roll, School
from dudao.periods import holds
from dudao.standards.model import (
    Declared,
    Formula,
    Given,
    Graded,
    Indicator,
    Instead,
    Limit,
    Points,
    Standard,
    Survey,
    Veto,
)
from dudao.tables import Intake

__all__ = ["Item", "Part", "SchoolItem", "judged"]


def judged(standard: Standard, intake: Intake, roll: Roll, indicator: Indicator, on: date) -> Item:
    """One item by its rule; ratios, coefficients, the school rule, totals and counts are judged elsewhere."""
    ground = Ground(standard, intake, roll, on)
    match indicator.rule:
        case Formula(each="school"):
            item = _by_school(ground, indicator, indicator.rule)
        case Formula():
            item = _of_county(ground, indicator, indicator.rule)
        case Declared():
            item = answers.declared(ground, indicator, indicator.rule)
        case Veto():
            item = answers.veto(ground, indicator)
        case Given():
            item = answers.given(ground, indicator, indicator.rule)
        case Survey():
            item = answers.survey(ground, indicator, indicator.rule)
        case Points():
            item = answers.points(ground, indicator)
        case Graded():
            item = answers.graded(ground, indicator, indicator.rule)
        case _:
            raise ValueError(f"no item: {indicator.code}")
    return answers.also(ground, item)


def _of_county(ground: Ground, indicator: Indicator, rule: Formula) -> Item:
    levels = [level for level in ground.standard.levels if level.name in rule.by_level] or [None]
    parts = []
    for level in levels:
        name = level.name if level else None
        limit = limit_of(indicator.limits, name, ground.on)
        found = county_value(ground, indicator, name)
        terms = found.terms.values()
        bound = bound_of(ground, limit)
        judgement: Judgement = "not_applicable" if found.nothing else against(found.value, limit, bound)
        sources = tuple(source for term in terms for source in term.sources)
        missing = tuple(gap for term in terms for gap in term.missing)
        parts.append(
            Part(level.title if level else "", found.value, judgement, limit, sources, missing, name)
        )
    item = joined(indicator, ground, parts, _together(parts))
    value = {part.level: part.value for part in parts} if levels != [None] else parts[0].value
    return replace(item, value=value, note=_why(ground, item))  # type: ignore[arg-type]


def _why(ground: Ground, item: Item) -> str:
    """Why an item by formula has no value."""
    if item.judgement != "no_data":
        return ""
    if ground.intake.unreadable:
        return "有文件不能读取，可能缺少学校"
    if item.missing:
        return ""
    return "分母为 0，不能计算" if ground.roll.rows or not _sums(item.indicator) else "没有计入的学校"


def _sums(indicator: Indicator) -> bool:
    rule = indicator.rule
    return isinstance(rule, Formula) and any("sum(" in text for text in (rule.text, *rule.by_level.values()))


def _together(parts: Sequence[Part | SchoolItem]) -> Judgement:
    judgements = [part.judgement for part in parts]
    if judgements and set(judgements) == {"not_applicable"}:
        return "not_applicable"
    return together(judgements)


def _by_school(ground: Ground, indicator: Indicator, rule: Formula) -> Item:
    found = [_of_school(ground, indicator, rule, school) for school in placed(ground, rule, None)]
    results = [item for item in found if item is not None]
    judgements: list[Judgement] = [item.judgement for item in results]
    if ground.intake.unreadable:
        judgements.append("no_data")
    if not judgements and found:
        judgement: Judgement = "not_applicable"
    else:
        judgement = together(judgements)
    known = [item for item in results if item.value is not None and item.limit is not None]
    decisive = min(known, key=_margin, default=None)
    bounds = limits(indicator, ground.on)
    if decisive is not None and decisive.limit is not None and decisive.limit.value is not None:
        bounds = {None: decisive.limit.value}
    item = Item(
        indicator,
        decisive.value if decisive else None,
        bounds,
        judgement,
        schools=tuple(results),
        missing=tuple(gap for item in results for gap in item.missing),
    )
    note = "没有计入的学校" if not found else ""
    return replace(
        item,
        note="有文件不能读取，可能缺少学校" if ground.intake.unreadable and judgement == "no_data" else note,
    )


def _margin(item: SchoolItem) -> Fraction:
    """How far a school's value is from its limit, in shares of it; negative when it is not met."""
    assert item.value is not None and item.limit is not None and item.limit.value is not None
    bound = Fraction(item.limit.value)
    apart = item.value - bound if item.limit.operator in (">=", ">") else bound - item.value
    return apart / abs(bound) if bound else apart


def _of_school(ground: Ground, indicator: Indicator, rule: Formula, school: School) -> SchoolItem | None:
    """One school's item; None where it does not apply to the school."""
    if rule.applies is not None:
        applies = school_value(ground, school, rule.applies)
        if applies.value is False:
            return None
        if applies.value is None:
            return SchoolItem(
                school, None, None, "no_data", rule.text, None, applies.sources, applies.missing
            )
    term = school_value(ground, school, rule.text)
    value = None if term.value is None else Fraction(term.value)
    limit, bound = limit_of(indicator.limits, None, ground.on), None
    if limit is not None and limit.value is not None:
        bound = Fraction(limit.value)
    judgement = against(value, limit, bound)
    plain = SchoolItem(school, value, limit, judgement, rule.text, None, term.sources, term.missing)
    if limit is None:
        return plain
    for other in indicator.limits:  # a limit of the clause itself holds for its schools; a relief only where it is needed
        wanted = other.when is not None and other.value is not None and (plain.judgement != "met" or not other.code)
        if wanted and holds(other, ground.on):
            plain = _raised(ground, plain, other)
    for relief in rule.reliefs:
        if plain.judgement != "met" and holds(relief, ground.on):
            plain = _relieved(ground, plain, relief)
    return plain


def _raised(ground: Ground, item: SchoolItem, limit: Limit) -> SchoolItem:
    """The item under a limit that stands in place of the plain one, where its condition holds and it is the more lenient one."""
    assert limit.when is not None and limit.value is not None
    if item.limit is not None and not _more_lenient(limit, item.limit):
        return item
    condition = school_value(ground, item.school, limit.when)
    if condition.value is False:
        return item
    names = tuple(dict.fromkeys((*item.sources, *condition.sources)))
    judgement = against(item.value, limit, Fraction(limit.value))
    if condition.value is None:
        if judgement == "not_met" or item.judgement == "met":
            return item
        return replace(item, judgement="no_data", sources=names, missing=(*item.missing, *condition.missing))
    relief = limit if limit.code and judgement == "met" else None
    return replace(item, limit=limit, judgement=judgement, relief=relief, sources=names)


def _more_lenient(one: Limit, other: Limit) -> bool:
    if one.value is None or other.value is None:
        return False
    return one.value > other.value if one.operator in ("<=", "<") else one.value < other.value


def _relieved(ground: Ground, item: SchoolItem, relief: Instead) -> SchoolItem:
    """The item by the formula of a relief, where its flag is up and it is better for the school."""
    flag = school_value(ground, item.school, relief.flag)
    if flag.value is not True:
        return item
    term = school_value(ground, item.school, relief.text)
    limit = item.limit
    if limit is None or limit.value is None:
        return item
    sources = tuple(dict.fromkeys((*flag.sources, *term.sources)))
    if term.value is None:
        return replace(item, judgement="no_data", formula=relief.text, sources=sources, missing=term.missing)
    value = Fraction(term.value)
    if item.value is not None and not COMPARE[limit.operator](value, item.value):
        return item
    judgement = against(value, limit, Fraction(limit.value))
    used = relief if item.value is None or value != item.value else item.relief
    return SchoolItem(item.school, value, limit, judgement, relief.text, used, sources, term.missing)
