"""The county's items as steps (县级各项的计算说明): by formula, declared, given, surveyed, graded, scored, and verdict-wide rules.

Not here: ratios, the school rule and coefficients (``schools``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from dudao.evaluation.explain import schools, words
from dudao.evaluation.explain.step import Step, Term
from dudao.evaluation.explain.trail import Trail
from dudao.evaluation.item import Item, Part, SchoolItem, bound_of
from dudao.evaluation.terms import Computed, Ground, Missing, county_value, placed, school_value, written
from dudao.evaluation.terms import Term as Counted
from dudao.indicators.exact import parsed
from dudao.indicators.schools import School
from dudao.standards.model import (
    Count,
    Declared,
    Formula,
    Given,
    Graded,
    Indicator,
    Points,
    SchoolRule,
    Survey,
    Total,
    Variation,
    Veto,
)


def item(trail: Trail, code: str) -> Step:
    """One item of the county with everything it rests on."""
    found = trail.evaluation.item(code)
    rule = found.indicator.rule
    steps = _below(trail, found)
    limit = found.limit.get(None) if set(found.limit) == {None} else None
    first = next((one for one in found.indicator.limits if one.when is None), None)
    value = None if isinstance(rule, Declared | Veto) else found.value
    if isinstance(value, Mapping) and not any(one is not None for one in value.values()):
        value = None
    operator = "" if limit is None else first.operator if first is not None else "=="
    return Step(
        found.indicator.title,
        code=code,
        clause=found.indicator.text,
        source=words.clause(trail.evaluation.standard, found.indicator),
        formula=rule_words(trail, found.indicator),
        value=value,
        unit=found.indicator.unit,
        operator="<=" if isinstance(rule, Points) else "==" if isinstance(rule, Variation | SchoolRule) else operator,
        limit=limit,
        judgement=found.judgement,
        note=_note(trail, found),
        steps=steps,
    )


def rule_words(trail: Trail, indicator: Indicator) -> str:
    """How an indicator is judged, in words."""
    standard, rule = trail.evaluation.standard, indicator.rule
    match rule:
        case Variation(judges="each"):
            return "每项指标、每个学段的差异系数均不大于限值"
        case Variation():
            return f"{words.COMPOSITE}，每个学段均不大于限值"
        case SchoolRule():
            return "每所学校、每个学段均符合要求"
        case Formula():
            levels = [f"{standard.stage(name).title}：{words.formula(standard, text)}" for name, text in rule.by_level.items()]
            whole = [words.formula(standard, rule.text)] if rule.text else []
            return "；".join([("每校：" if rule.each == "school" else "") + line for line in (*whole, *levels)])
        case Declared(needs_proof=False):
            return "申报达到要求"
        case Declared():
            return "申报达到要求，并写明佐证材料" + (f"（{'、'.join(rule.proofs)}）" if rule.proofs else "")
        case Veto():
            return "申报“无”为达标，“有”为未达标"
        case Given():
            return f"每个监测学科等级不低于{rule.at_least}，且校际差异率符合限值；没有监测的学科不计"
        case Survey():
            visits = "；实地走访满意人数 ÷ 走访人数同样判定" if rule.visits else "；实地走访只列出，不判定"
            return f"各组满意问卷数之和 ÷ 有效问卷数之和{visits}"
        case Points():
            return f"0—{words.trimmed(rule.most)} 分" + ("，附加分" if rule.bonus else "")
        case Graded(by="clauses"):
            return "A 级条款全部达到为 A，有一条 C 级情形为 C，其余为 B"
        case Graded():
            return f"按 {rule.points} 个观察点中未达到的比例分等，有一条 C 级情形为 C"
        case Total():
            most = f"，附加分最多计 {words.trimmed(rule.bonus_most)} 分" if rule.bonus_counts and rule.bonus_most else ""
            return f"各项得分之和{most}"
        case Count():
            return "；".join(f"{words.formula(standard, one.when)} 为“{one.title}”" for one in rule.outcomes)
    return ""


def _note(trail: Trail, found: Item) -> str:
    notes = [found.note]
    if isinstance(found.indicator.rule, SchoolRule) and trail.evaluation.intake.unreadable:
        notes.append("有文件不能读取，可能缺少学校")
    if isinstance(found.indicator.rule, Declared | Veto) and isinstance(found.value, str):
        notes.insert(0, f"申报：{found.value}")
    if found.schools and isinstance(found.value, Fraction):
        notes.append("数值为与达标值相差最小（或超出最多）的学校的值")
    return "；".join(filter(None, notes))


def _below(trail: Trail, found: Item) -> tuple[Step, ...]:
    """The steps of an item, by the kind of its rule."""
    evaluation, indicator = trail.evaluation, found.indicator
    match indicator.rule:
        case Variation():
            own = [one for one in evaluation.coefficients if one.indicator.code in indicator.rule.of]
            means = [schools.composite(trail, one, indicator, whole=False) for one in evaluation.composites.values()]
            return (*(schools.coefficient(trail, one) for one in own), *(means if indicator.rule.composite else ()))
        case SchoolRule():
            return tuple(schools.judged_school(trail, result, indicator) for result in evaluation.schools)
        case Formula(each="school"):
            return tuple(of_school(trail, indicator, one) for one in found.schools)
        case Formula():
            return _of_county(trail, found)
        case Total():
            return tuple(item(trail, code) for code in indicator.rule.of)
        case Count():
            counts = tuple(Step(f"{part.name} 等项数", value=part.value, unit="项") for part in found.parts)
            return (*counts, *(item(trail, code) for code in indicator.rule.of))
    parts = tuple(_part(trail, indicator, part) for part in found.parts)
    known = {source for part in found.parts for source in part.sources}
    said = {gap for part in found.parts for gap in part.missing}
    rest = [source for source in found.sources if source not in known]
    county = evaluation.intake.county
    return (*parts, *trail.figures(rest, [gap.field for gap in found.missing if gap not in said], county))


def _part(trail: Trail, indicator: Indicator, part: Part) -> Step:
    """A group, a subject, a clause."""
    return Step(
        part.name,
        level=part.level,
        value=part.value,
        unit=indicator.unit,
        operator=part.limit.operator if part.limit else "",
        limit=part.limit.value if part.limit else None,
        judgement=part.judgement,
        note=f"应达到{part.needed}" if part.needed else "",
        steps=trail.figures(part.sources, [gap.field for gap in part.missing], trail.evaluation.intake.county),
    )


def of_school(trail: Trail, indicator: Indicator, one: SchoolItem) -> Step:
    """An item of one school."""
    standard, unit = trail.evaluation.standard, indicator.unit
    limit, note, terms = one.limit, "", []
    if one.relief is not None:
        note = f"按放宽规定判定：{one.relief.title if hasattr(one.relief, 'title') else one.relief.source}"
    if one.value is not None and limit is not None and limit.value is not None:
        terms.append(Term("distance", "与达标值相差", one.value - Fraction(limit.value), unit))
    own = [gap.field for gap in one.missing if gap.school is not None]
    return Step(
        schools.name_of(one.school),
        code=one.school.code,
        clause=indicator.text,
        source=words.clause(standard, indicator, limit),
        formula=words.formula(standard, one.formula),
        terms=tuple(terms),
        value=one.value,
        unit=unit,
        operator=limit.operator if limit else "",
        limit=limit.value if limit else None,
        judgement=one.judgement,
        note=note,
        steps=(
            *_once(trail.figures(one.sources, own, one.school.unit), trail.derived(one.school, one.formula)),
            *trail.figures((), _of_the_county(one.missing, one.sources), trail.evaluation.intake.county),
        ),
    )


def _once(steps: Sequence[Step], more: Sequence[Step]) -> tuple[Step, ...]:
    """Steps, and those of others that rest on other cells."""
    return (*steps, *(step for step in more if step.leaf not in {known.leaf for known in steps}))


def _of_the_county(missing: Sequence[Missing], sources: Sequence[object]) -> list[str]:
    named = {getattr(source, "field", None) for source in sources}
    return [gap.field for gap in missing if gap.school is None and gap.field not in named]


def _of_county(trail: Trail, found: Item) -> tuple[Step, ...]:
    """A county formula: one step a level where it has levels, its terms below."""
    evaluation, indicator = trail.evaluation, found.indicator
    ground = Ground(evaluation.standard, evaluation.intake, evaluation.roll, evaluation.on)
    steps: list[Step] = []
    for part in found.parts:
        computed = county_value(ground, indicator, part.level)
        below = _terms(trail, ground, indicator, part.level, computed)
        below += _bound(trail, ground, part)
        if part.level is None:
            steps += below
            continue
        rule = indicator.rule
        assert isinstance(rule, Formula)
        steps.append(
            Step(
                part.name,
                level=part.level,
                source=words.clause(evaluation.standard, indicator, part.limit),
                formula=words.formula(evaluation.standard, rule.by_level[part.level]),
                value=part.value,
                unit=indicator.unit,
                operator=part.limit.operator if part.limit else "",
                limit=part.limit.value if part.limit else None,
                judgement=part.judgement,
                steps=tuple(below),
            )
        )
    county = {source for part in found.parts for source in part.sources}
    more = [source for source in found.sources if source not in county]
    return (*steps, *trail.figures(more))


def _bound(trail: Trail, ground: Ground, part: Part) -> list[Step]:
    """The figure that a value is compared with, where the limit is one."""
    if part.limit is None or part.limit.figure is None:
        return []
    standard = ground.standard
    terms = [ground.county_term(name) for name in parsed(part.limit.figure).names()]
    below = tuple(step for term in terms for step in _county_figure(trail, term))
    label = f"比较值：{words.formula(standard, part.limit.figure)}"
    return [Step(label, value=bound_of(ground, part.limit), operator=part.limit.operator, steps=below)]


def _terms(trail: Trail, ground: Ground, indicator: Indicator, level: str | None, computed: Computed) -> list[Step]:
    steps: list[Step] = []
    for name, term in computed.terms.items():
        if name.startswith("sum("):
            steps.append(_sum(trail, ground, indicator, level, name, term))
        else:
            steps += _county_figure(trail, term)
    return steps


def _county_figure(trail: Trail, term: Counted) -> tuple[Step, ...]:
    return trail.figures(term.sources, [gap.field for gap in term.missing], trail.evaluation.intake.county)


def _sum(trail: Trail, ground: Ground, indicator: Indicator, level: str | None, name: str, term: Counted) -> Step:
    """A sum over schools: each school with what it adds, and the figures by which it is among them."""
    rule, standard = indicator.rule, ground.standard
    assert isinstance(rule, Formula)
    inner = parsed(name).parts[0]
    found = placed(ground, rule, level)
    scope = [f"{standard.field(field).label}为{'、'.join(choices)}" for field, choices in rule.scope.items()]
    return Step(
        term.label,
        formula=words.formula(standard, name),
        value=term.value,
        unit=next((standard.field(word).unit for word in inner.names() if word not in standard.derived), ""),
        note=f"{len(found)} 所学校" + (f"；只计{'，'.join(scope)}的学校" if scope else ""),
        steps=tuple(_addend(trail, ground, rule, school, written(inner)) for school in found),
    )


def _addend(trail: Trail, ground: Ground, rule: Formula, school: School, text: str) -> Step:
    term = school_value(ground, school, text)
    lacking = [gap.field for gap in term.missing if gap.school is not None]
    lacking += [ground.standard.field(name).label for name in rule.scope if school.figure(name).cell is None]
    return Step(
        schools.name_of(school),
        code=school.code,
        value=term.value,
        judgement="no_data" if term.value is None else "",
        steps=_once(trail.figures(term.sources, [], school.unit), trail.derived(school, text))
        + trail.named(school, rule.scope)
        + trail.figures((), [label for label in lacking if label not in {source.field for source in term.sources}], school.unit),
    )
