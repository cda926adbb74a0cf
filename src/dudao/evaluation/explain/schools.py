"""Ratios of schools, the school rule and coefficients as steps (学校指标、每校规则、差异系数的计算说明).

Not here: the county's other items (``items``), the arithmetic of shares (``variation``).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from dudao.evaluation.coefficients import Coefficient, Composite
from dudao.evaluation.evaluate import Evaluation
from dudao.evaluation.explain import words
from dudao.evaluation.explain.step import Step, Term
from dudao.evaluation.explain.trail import Trail
from dudao.evaluation.explain.variation import Part, Spread, spread
from dudao.evaluation.sentences import trimmed
from dudao.evaluation.values import SchoolResult, Value
from dudao.indicators.exact import ratio_of
from dudao.indicators.schools import School
from dudao.standards.formula import parse
from dudao.standards.model import Indicator, Limit, Ratio, SchoolRule, Standard, Variation


def name_of(school: School) -> str:
    """A school as it is called."""
    return school.name or school.code or "未填校名的学校"


def value(trail: Trail, result: SchoolResult, code: str) -> Step:
    """One indicator of one school at one level: formula, resource, pupils, distance to the limit, and every cell."""
    standard, found, row = trail.evaluation.standard, result.values[code], result.row
    ratio = found.indicator.rule
    assert isinstance(ratio, Ratio)
    adds = any(amount for _, amount in found.used.reliefs)
    return Step(
        found.indicator.title,
        code=code,
        level=row.level.name,
        clause=found.indicator.text,
        source=words.clause(standard, found.indicator, found.limit),
        formula=words.ratio(standard, ratio, found.used.formula, row.level.name, found.used.shared, adds=adds),
        terms=_ratio_terms(standard, result, found, ratio),
        value=found.value,
        unit=found.indicator.unit,
        operator=found.limit.operator if found.limit else "",
        limit=found.limit.value if found.limit else None,
        judgement=found.judgement,
        note=_value_note(standard, result, found),
        steps=trail.figures(found.sources, found.missing, row.school.unit),
    )


def _ratio_terms(standard: Standard, result: SchoolResult, found: Value, ratio: Ratio) -> tuple[Term, ...]:
    exact = ratio_of(standard, result.row, ratio, found.used)
    unit = next((standard.field(name).unit for name in parse(found.used.formula).names() if name not in standard.derived), "")
    terms = [Term("resource", "学校资源", exact.resource, unit, words.formula(standard, found.used.formula))]
    terms += [Term(relief.code, f"放宽计入：{relief.title}", amount, relief.unit, relief.source) for relief, amount in found.used.reliefs]
    if found.used.shared != "stage":
        terms.append(Term("part", "本学段份额", exact.part, "", words.sharing(standard, found.used.shared)))
    terms.append(Term("P", words.label(standard, result.row.level.pupils), result.row.pupils, "人"))
    return (*terms, *_distance(found, ratio, exact.value))


def _distance(found: Value, ratio: Ratio, exact: Fraction | None) -> list[Term]:
    """How far from the line: in the indicator's unit, and what is lacking in whole things."""
    if exact is None or found.limit is None or found.limit.value is None:
        return []
    apart = exact - Fraction(found.limit.value)
    terms = [Term("distance", "与达标值相差", apart, found.indicator.unit)]
    if found.gap is not None:
        terms.append(Term("gap", "达标还差", found.gap, ratio.lacks, "全校增加，整数"))
    return terms


def _value_note(standard: Standard, result: SchoolResult, found: Value) -> str:
    notes = []
    if result.row.school.unit.void:
        notes.append(f"{result.row.school.unit.void}，不采用其中的数据")
    elif not result.row.school.usable:
        notes.append("学校类型或计入与否的依据不明，不采用其中的数据")
    rule = next((item.rule for item in standard.indicators if isinstance(item.rule, SchoolRule)), None)
    if found.judgement == "not_met" and found.reaches is not None and rule is not None:
        notes.append(f"{'达到' if found.reaches else '低于'}达标值的 {trimmed(rule.rest * 100)}%")
    if found.estimated:
        notes.append("按学生数折算，为估计值")
    return "；".join(notes)


def judged_school(trail: Trail, result: SchoolResult, indicator: Indicator) -> Step:
    """One school at one level by the school rule, with all its indicators."""
    rule = indicator.rule
    assert isinstance(rule, SchoolRule)
    values = [result.values[code] for code in rule.of]
    groups = {
        "低于达标值的 " + trimmed(rule.rest * 100) + "%": [item for item in values if item.reaches is False],
        "未达标但不低于该比例": [item for item in values if item.judgement == "not_met" and item.reaches is not False],
        "无数据": [item for item in values if item.judgement == "no_data"],
    }
    said = [f"{name}：{'、'.join(item.indicator.short for item in items)}" for name, items in groups.items() if items]
    return Step(
        name_of(result.row.school),
        code=result.row.school.code,
        level=result.row.level.name,
        clause=indicator.text,
        source=words.clause(trail.evaluation.standard, indicator),
        formula=f"{len(rule.of)} 项中至少 {rule.at_least} 项达标，其余不低于达标值的 {trimmed(rule.rest * 100)}%",
        value=sum(item.judgement == "met" for item in values),
        unit="项",
        operator=">=",
        limit=rule.at_least,
        judgement=result.judgement,
        note="；".join(said),
        steps=tuple(value(trail, result, code) for code in rule.of),
    )


def rule_of(evaluation: Evaluation, code: str) -> Indicator | None:
    """The indicator whose coefficients a code belongs to; None when it has none."""
    found = (item for item in evaluation.standard.indicators if isinstance(item.rule, Variation) and code in item.rule.of)
    return next(found, None)


def coefficient(trail: Trail, found: Coefficient) -> Step:
    """One coefficient: its formula and terms, and every school by its share of S²."""
    evaluation, indicator = trail.evaluation, found.indicator
    whole = rule_of(evaluation, indicator.code)
    assert whole is not None
    taken = spread(evaluation, found)
    schools = [_part(trail, part, taken, indicator.code) for part in taken.parts]
    schools += [_unknown(trail, result, indicator.code) for result in taken.lacking]
    return Step(
        f"{found.level.title}“{indicator.title}”校际差异系数",
        code=indicator.code,
        level=found.level.name,
        clause=whole.text,
        source=words.clause(evaluation.standard, whole, found.limit),
        formula=words.COEFFICIENT,
        terms=_coefficient_terms(found, taken),
        value=found.cv,
        operator=found.limit.operator if found.limit else "",
        limit=found.limit.value if found.limit else None,
        judgement=found.judgement,
        note=_coefficient_note(evaluation, found, taken),
        steps=tuple(schools),
    )


def _part(trail: Trail, part: Part, taken: Spread, code: str) -> Step:
    base = value(trail, part.result, code)
    assert taken.mean is not None
    terms = (*base.terms, Term("apart", "与全县平均值相差", part.value - taken.mean, base.unit))
    return replace(base, label=name_of(part.result.row.school), code=part.result.row.school.code, terms=terms, share=part.share)


def _unknown(trail: Trail, result: SchoolResult, code: str) -> Step:
    return replace(value(trail, result, code), label=name_of(result.row.school), code=result.row.school.code)


def _coefficient_terms(found: Coefficient, taken: Spread) -> tuple[Term, ...]:
    unit = found.indicator.unit
    terms = [Term("P", "计入学校的学生数 P", taken.pupils, "人"), Term("n", "有数据的学校", found.n, "所")]
    if taken.mean is None or taken.variance is None:
        return tuple(terms)
    terms += [Term("mean", "全县平均值 X̄", found.mean, unit), Term("S2", "S²", taken.variance)]
    if found.limit is not None and found.limit.value is not None:
        terms.append(Term("limit2", "（限值 × X̄）²", (Fraction(found.limit.value) * taken.mean) ** 2, "", "S² 不大于它即达标"))
        if found.cv is not None:
            terms.append(Term("distance", "限值减差异系数", Fraction(found.limit.value) - Fraction(found.cv), "", "负数为超出"))
    return (*terms, *_top_terms(found, taken))


def _top_terms(found: Coefficient, taken: Spread) -> list[Term]:
    """The school that moves the coefficient most, and what the coefficient would be otherwise."""
    top, ratio = taken.top, found.indicator.rule
    if top is None or found.cv is None:
        return []
    assert isinstance(ratio, Ratio)
    name = name_of(top.result.row.school)
    more = taken.one_more(top)
    return [
        Term("top", "影响最大的学校所占比例", top.share, "share", name),
        Term("cv_without", "不计该校，差异系数为", taken.without(top)),
        Term("cv_at_mean", "该校等于全县平均值，差异系数为", taken.at_mean(top)),
        Term("cv_per_thing", f"该校每增加 1 {ratio.lacks}，差异系数变化", None if more is None else more - found.cv),
    ]


def _coefficient_note(evaluation: Evaluation, found: Coefficient, taken: Spread) -> str:
    notes = []
    if taken.lacking:
        notes.append(f"缺 {len(taken.lacking)} 所学校的数据")
    if evaluation.intake.unreadable:
        notes.append("有文件不能读取，可能缺少学校")
    if found.judgement == "not_applicable" and found.limit is None and found.cv is not None:
        notes.append("单项不判定，按综合差异系数判定")
    if taken.mean == 0:
        notes.append("全县平均值为 0，不能计算")
    elif taken.variance == 0:
        notes.append("各校相等，S² 为 0，不分解")
    elif taken.top is not None:
        notes.append(f"影响最大：{name_of(taken.top.result.row.school)}，占差异的 {words.shown(taken.top.share, 'share')}")
    return "；".join(notes)


def composite(trail: Trail, found: Composite, indicator: Indicator, *, whole: bool) -> Step:
    """综合差异系数 of a level. ``whole``: with the coefficients below it, not only their values."""
    evaluation = trail.evaluation
    own = [item for item in evaluation.coefficients if item.level == found.level]
    limit: Limit | None = found.limit
    return Step(
        f"{found.level.title}综合差异系数",
        code="composite",
        level=found.level.name,
        clause=indicator.text if limit else "",
        source=words.clause(evaluation.standard, indicator, limit) if limit else "",
        formula=words.COMPOSITE,
        terms=tuple(Term(item.indicator.code, item.indicator.title, item.cv) for item in own),
        value=found.cv,
        operator=limit.operator if limit else "",
        limit=Decimal(limit.value) if limit and limit.value is not None else None,
        judgement=found.judgement,
        steps=tuple(coefficient(trail, item) for item in own) if whole else (),
    )
