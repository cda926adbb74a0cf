"""Explanation (计算说明): from a verdict, or any number, back to the cells it rests on and to who handed them in.

    verdict(evaluation)                  结论, with every item, school, figure and cell below it
    county(evaluation, code, level)      a coefficient (R1 with a level), the composite, or an item (RC, RS, G1 …)
    school(evaluation, unit, level, code)   one indicator of one school; without a code the school rule; an item judged by school
    to_dict(step), document(evaluation, step)   the JSON; ``text.lines(step)`` for a terminal

Modules: ``step`` (the nouns) · ``words`` · ``trail`` (cells, hashes, who) · ``schools``, ``variation``, ``items`` (the kinds of step) ·
``provenance`` · ``text``. Not here: any judgement; every value is the evaluation's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dudao.evaluation import sentences
from dudao.evaluation.evaluate import Evaluation
from dudao.evaluation.explain import items, schools
from dudao.evaluation.explain.provenance import Handled
from dudao.evaluation.explain.step import Leaf, Step, Term, document, to_dict
from dudao.evaluation.explain.trail import Trail
from dudao.evaluation.values import SchoolResult
from dudao.indicators.schools import School
from dudao.standards.model import Indicator, SchoolRule, Variation
from dudao.units import plain

__all__ = ["Handled", "Leaf", "NotThere", "Step", "Term", "county", "document", "school", "to_dict", "unit", "verdict"]

_NAMED = 30
"""Schools named in a message at most."""
Provenance = Mapping[str, Handled]


class NotThere(LookupError):
    """What was asked for is not in the evaluation; the message says what is."""


def verdict(evaluation: Evaluation, handled: Provenance | None = None) -> Step:
    """结论: every item the verdict rests on with all that is below it, and the schools that are not counted."""
    trail, rule = Trail(evaluation, handled or {}), evaluation.standard.verdict
    steps = [items.item(trail, code) for code in (*rule.all_of, *rule.vetoes)]
    if evaluation.roll.excluded:
        excluded = tuple(_excluded(trail, one) for one in _once(one.school for one in evaluation.roll.excluded))
        steps.append(Step("不计入的学校", value=len(excluded), unit="所", steps=excluded))
    note = sentences.sentence(evaluation)
    if evaluation.intake.unreadable:
        note += f"不能读取的文件：{'、'.join(evaluation.intake.unreadable)}。"
    return Step(
        "结论",
        code=evaluation.intake.county_code,
        clause=rule.source,
        source=f"《{evaluation.standard.title}》（{evaluation.standard.number}）",
        formula="各项均达标，且没有一票否决的情形" if rule.vetoes else "各项均达标",
        judgement=evaluation.status,
        note=note,
        steps=tuple(steps),
    )


def unit(
    evaluation: Evaluation, name: str, level: str | None = None, code: str | None = None, handled: Provenance | None = None
) -> Step:
    """What ``--unit`` names: the county by its code, or a school by its code or name; ``code`` None: the verdict, the school rule.

    NotThere names what is there, when unit, level or indicator is not.
    """
    if name == evaluation.intake.county_code:
        if code is None and level is not None:
            raise NotThere(f"结论不分学段。分学段的是差异系数，请用 --indicator 指明：{_codes(_ratios(evaluation))}。")
        return verdict(evaluation, handled) if code is None else county(evaluation, code, level, handled)
    return school(evaluation, name, level, code, handled)


def county(evaluation: Evaluation, code: str, level: str | None = None, handled: Provenance | None = None) -> Step:
    """A coefficient (of a ratio's code, at a level), the composite (``composite``, at a level), or an item of the county.

    ``level``: name or title; may be left out where only one is possible. An item judged by level takes a level too. NotThere
    otherwise.
    """
    trail, standard = Trail(evaluation, handled or {}), evaluation.standard
    if code == "composite":
        whole = next((item for item in standard.indicators if isinstance(item.rule, Variation) and item.rule.composite), None)
        if whole is None:
            raise NotThere(f"这个标准没有综合差异系数。{_county_codes(evaluation)}")
        name = _level(evaluation, code, level, list(evaluation.composites))
        return schools.composite(trail, evaluation.composites[name], whole, whole=True)
    own = {item.level.name: item for item in evaluation.coefficients if item.indicator.code == code}
    if own:
        return schools.coefficient(trail, own[_level(evaluation, code, level, list(own))])
    if code not in {item.indicator.code for item in evaluation.items}:
        raise NotThere(f"没有县级指标 {code}。{_county_codes(evaluation)}")
    step = items.item(trail, code)
    levels = [inner.level for inner in step.steps if inner.level and not isinstance(standard.indicator(code).rule, Variation | SchoolRule)]
    if level is None:
        return step
    if not levels:
        raise NotThere(f"{code} 不分学段，请不写 --level。")
    wanted = _level(evaluation, code, level, levels)
    return next(inner for inner in step.steps if inner.level == wanted)


def school(
    evaluation: Evaluation, name: str, level: str | None = None, code: str | None = None, handled: Provenance | None = None
) -> Step:
    """One indicator of one school (by its code, or its name) at a level; without ``code`` the school rule; an item judged school by
    school has no level. A school that is not counted answers with the reason. NotThere otherwise."""
    trail = Trail(evaluation, handled or {})
    found = _school(evaluation, name)
    results = {one.row.level.name: one for one in evaluation.schools if one.row.school.number == found.number}
    indicator = _indicator(evaluation, code)
    if indicator is not None and indicator.code not in _ratios(evaluation) and not isinstance(indicator.rule, SchoolRule):
        one = next((one for one in evaluation.item(indicator.code).schools if one.school.number == found.number), None)
        if level is not None:
            raise NotThere(f"{indicator.code} 不分学段，请不写 --level。")
        if one is None:
            raise NotThere(f"{indicator.code}（{indicator.title}）不涉及{schools.name_of(found)}。")
        return items.of_school(trail, indicator, one)
    if not results:
        return _excluded(trail, found)
    result = results[_level(evaluation, code or schools.name_of(found), level, list(results))]
    if indicator is not None and isinstance(indicator.rule, SchoolRule):
        return schools.judged_school(trail, result, indicator)
    return _all(trail, result) if indicator is None else schools.value(trail, result, indicator.code)


def _all(trail: Trail, result: SchoolResult) -> Step:
    """Every ratio of a school, where the standard has no school rule."""
    steps = tuple(schools.value(trail, result, code) for code in result.values)
    return Step(schools.name_of(result.row.school), code=result.row.school.code, level=result.row.level.name, steps=steps)


def _excluded(trail: Trail, found: School) -> Step:
    """A school that is not counted, with the reason and the figures it follows from."""
    own = [one for one in trail.evaluation.roll.excluded if one.school.number == found.number]
    fields = ["school_type", *(stage.pupils for stage in found.judged), *(item.field for item in trail.evaluation.standard.exclusions)]
    return Step(
        schools.name_of(found),
        code=found.code,
        judgement="not_applicable",
        note="；".join(f"{one.level.title + '：' if one.level else ''}{one.reason}，不计入" for one in own),
        steps=trail.named(found, dict.fromkeys(fields)),
    )


def _once(found: Iterable[School]) -> list[School]:
    return list({one.number: one for one in found}.values())


def _school(evaluation: Evaluation, name: str) -> School:
    every = evaluation.roll.schools
    found = [one for one in every if one.code == name] or [one for one in every if plain(one.name or "") == plain(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise NotThere(f"代码 {name} 有 {len(found)} 所学校，请用校名指明：{'、'.join(schools.name_of(one) for one in found)}。")
    named = "、".join(f"{one.code or '无代码'} {schools.name_of(one)}" for one in every[:_NAMED])
    more = f" 等 {len(every)} 所" if len(every) > _NAMED else ""
    code = evaluation.intake.county_code
    raise NotThere(f"没有单位 {name}。可用：区县 {code or '（没有代码，请用 --county 指明）'}；学校 {named}{more}。")


def _ratios(evaluation: Evaluation) -> list[str]:
    return list(dict.fromkeys(item.indicator.code for item in evaluation.coefficients)) + [
        code for result in evaluation.schools[:1] for code in result.values if code not in {c.indicator.code for c in evaluation.coefficients}
    ]


def _indicator(evaluation: Evaluation, code: str | None) -> Indicator | None:
    """The indicator of a school that a code names; of none, the school rule."""
    rules = [item for item in evaluation.standard.indicators if isinstance(item.rule, SchoolRule)]
    if code is None:
        return rules[0] if rules else None
    by_school = [item.indicator.code for item in evaluation.items if item.schools]
    known = [*_ratios(evaluation), *(item.code for item in rules), *by_school]
    if code not in known:
        raise NotThere(f"学校没有指标 {code}。可用：{_codes(known)}；其余是县级指标，--unit 请写区县代码。")
    return evaluation.standard.indicator(code)


def _level(evaluation: Evaluation, code: str, level: str | None, known: list[str]) -> str:
    """The one of the known levels that is meant, by name or title."""
    titles = {name: evaluation.standard.stage(name).title for name in known}
    said = "、".join(f"{name}（{title}）" for name, title in titles.items())
    if level is None:
        if len(known) == 1:
            return known[0]
        raise NotThere(f"{code} 分学段，请用 --level 指明：{said}。")
    for name, title in titles.items():
        if level in (name, title):
            return name
    raise NotThere(f"{code} 没有学段 {level}。可用：{said}。")


def _codes(codes: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(codes))


def _county_codes(evaluation: Evaluation) -> str:
    composite = ["composite"] if evaluation.coefficients else []
    return f"可用：{_codes([*_ratios(evaluation), *composite, *(item.indicator.code for item in evaluation.items)])}。"
