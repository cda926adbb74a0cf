"""The items judged by what was answered on the 补充表: declared with proof, vetoes, results handed down, surveys, points, grades.

Here lives one function a kind of rule; the rows that they read are asked for by ``dudao.standards.asked``. A blank row is no data.
Not here: items by formula (``items``), totals and counts (``scores``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from dudao.evaluation.item import Item, Part, against, bound_of, joined
from dudao.evaluation.judge import Judgement, limit_of
from dudao.evaluation.terms import Ground, Missing, Source
from dudao.evaluation.verdict import together
from dudao.standards import asked
from dudao.standards.model import Declared, Given, Graded, Indicator, Points, Survey
from dudao.tables import Figure


def _answer(
    ground: Ground, indicator: Indicator, what: str
) -> tuple[Figure, tuple[Source, ...], tuple[Missing, ...]]:
    """The figure that an indicator asked for, its cell, and the gap where it is not known."""
    term = ground.county_term(asked.name(indicator, what))
    return ground.county_given(asked.name(indicator, what)), term.sources, term.missing


def _word(figure: Figure) -> str | None:
    return figure.value if figure.known and isinstance(figure.value, str) else None


def _number(figure: Figure) -> Fraction | None:
    return Fraction(figure.value) if figure.known and isinstance(figure.value, Decimal) else None


def declared(ground: Ground, indicator: Indicator, rule: Declared) -> Item:
    figure, sources, missing = _answer(ground, indicator, "met")
    word = _word(figure)
    judgement = next((judgement for judgement, known in rule.words.items() if known == word), "no_data")
    if not rule.needs_proof:
        return Item(indicator, word, {}, judgement, sources=sources, missing=missing)  # type: ignore[arg-type]
    proof, seen, unproved = _answer(ground, indicator, "proof")
    note = ""
    if judgement in ("met", "basically_met") and not asked.names_proof(_word(proof)):
        lacking = "佐证材料一栏有错误" if proof.state == "refused" else "没有写明佐证材料"
        note, missing = f"申报“{word}”，{lacking}", unproved
        judgement = "no_data"
    return Item(indicator, word, {}, judgement, sources=sources + seen, missing=missing, note=note)  # type: ignore[arg-type]


def veto(ground: Ground, indicator: Indicator) -> Item:
    figure, sources, missing = _answer(ground, indicator, "found")
    word = _word(figure)
    judgement: Judgement = {asked.YES: "not_met", asked.NO: "met"}.get(word or "", "no_data")  # type: ignore[assignment]
    return Item(indicator, word, {}, judgement, sources=sources, missing=missing)


def given(ground: Ground, indicator: Indicator, rule: Given) -> Item:
    limit = limit_of(indicator.limits, None, ground.on)
    bound = bound_of(ground, limit)
    parts, worst = [], []
    for number, name in enumerate(rule.parts, 1):
        grade, seen, unknown = _answer(ground, indicator, f"{number}_grade")
        figure, cells, lacking = _answer(ground, indicator, f"{number}_value")
        word, value = _word(grade), _number(figure)
        if word == asked.NOT_MONITORED:
            parts.append(Part(f"{name}学业水平等级", word, "not_applicable", sources=seen))
            parts.append(Part(f"{name}校际差异率", None, "not_applicable"))
            continue
        reached: Judgement = "no_data"
        if word is not None:
            reached = "met" if rule.grades.index(word) >= rule.grades.index(rule.at_least) else "not_met"
        worst += [value] if value is not None else []
        needed = f"{rule.at_least}级以上"
        parts.append(Part(f"{name}学业水平等级", word, reached, sources=seen, missing=unknown, needed=needed))
        parts.append(Part(f"{name}校际差异率", value, against(value, limit, bound), limit, cells, lacking))
    item = joined(indicator, ground, parts, together(part.judgement for part in parts))
    nothing = all(part.judgement == "not_applicable" for part in parts)
    return replace(item, value=max(worst, default=None), note="没有一个学科有监测结果" if nothing else "")


def survey(ground: Ground, indicator: Indicator, rule: Survey) -> Item:
    limit = limit_of(indicator.limits, None, ground.on)
    bound = bound_of(ground, limit)
    totals: dict[str, Fraction | None] = dict.fromkeys(asked.SURVEY, Fraction(0))
    parts = []
    needed = ("valid", "satisfied", *(("visited", "visit_satisfied") if rule.visits else ()))
    for number, name in enumerate(rule.groups, 1):
        sources: tuple[Source, ...] = ()
        missing: tuple[Missing, ...] = ()
        counts: dict[str, Fraction | None] = {}
        for what, total in totals.items():
            figure, cells, lacking = _answer(ground, indicator, f"{number}_{what}")
            count = counts[what] = _number(figure)
            totals[what] = None if total is None or count is None else total + count
            sources += cells
            missing += lacking if what in needed else ()
        rate = _rate(counts["satisfied"], counts["valid"])
        parts.append(Part(name, rate, "not_applicable", None, sources, missing))
    value = _rate(totals["satisfied"], totals["valid"])
    visited = _rate(totals["visit_satisfied"], totals["visited"])
    parts.append(Part("问卷合计", value, against(value, limit, bound), limit))
    judgement: Judgement = against(visited, limit, bound) if rule.visits else "not_applicable"
    parts.append(Part("实地走访合计", visited, judgement, limit if rule.visits else None))
    item = joined(indicator, ground, parts, together(part.judgement for part in parts))
    note = "没有有效问卷，不能计算" if value is None and not item.missing else ""
    if rule.visits and visited is None and not item.missing:
        note = note or "没有实地走访，不能计算"
    return replace(item, value=value, note=note)


def _rate(part: Fraction | None, whole: Fraction | None) -> Fraction | None:
    return None if part is None or not whole else part / whole


def points(ground: Ground, indicator: Indicator) -> Item:
    figure, sources, missing = _answer(ground, indicator, "points")
    value = _number(figure)
    rule = indicator.rule
    assert isinstance(rule, Points)
    if rule.bonus and figure.state == "missing":
        value, missing = Fraction(0), ()  # a bonus not claimed is none
    judgement: Judgement = "no_data" if value is None else "not_applicable"
    return Item(indicator, value, {None: rule.most}, judgement, sources=sources, missing=missing)


GRADES: Mapping[str, Judgement] = {"A": "met", "B": "basically_met", "C": "not_met"}
"""Grade -> the judgement it stands for."""


def graded(ground: Ground, indicator: Indicator, rule: Graded) -> Item:
    whats = (
        [f"a{number}" for number in range(1, len(rule.clauses.get("A", ())) + 1)]
        if rule.by == "clauses"
        else ["short"]
    )
    hits = [f"c{number}" for number in range(1, len(rule.clauses.get("C", ())) + 1)]
    answers = {what: _answer(ground, indicator, what) for what in (*whats, *hits)}
    words = {what: _word(figure) for what, (figure, _, _) in answers.items()}
    share = None
    if rule.by == "share":
        short = _number(answers["short"][0])
        share = None if short is None or not rule.points else short / rule.points
    grade, note = grade_of(rule, [words[what] for what in whats], [words[what] for what in hits], share)
    sources = tuple(cell for _, cells, _ in answers.values() for cell in cells)
    missing = tuple(gap for _, _, gaps in answers.values() for gap in gaps) if grade is None else ()
    judgement: Judgement = GRADES[grade] if grade else "no_data"
    return Item(indicator, grade, {}, judgement, sources=sources, missing=missing, note=note)


def grade_of(
    rule: Graded, reached: Sequence[str | None], hits: Sequence[str | None], share: Fraction | None
) -> tuple[str | None, str]:
    """The grade of an item and, where it stays open, why. ``reached``: answers to the A-clauses; ``hits``: to the C-clauses;
    ``share``: of the observation points that are short."""
    if asked.YES in hits:
        return "C", ""
    unknown = None in hits
    if rule.by == "clauses":
        if unknown or None in reached:
            return None, ""
        return ("A" if all(word == asked.HOLDS for word in reached) else "B"), ""
    if share is not None and rule.short_c is not None and share >= Fraction(rule.short_c):
        return "C", ""
    if share is None or unknown:
        return None, ""
    if share == 0:
        return "A", ""
    if rule.short_b is not None and share <= Fraction(rule.short_b):
        return "B", ""
    return None, "未达到的观察点所占比例介于 B、C 两等之间，细则没有写明，请与制定单位核实"


def also(ground: Ground, item: Item) -> Item:
    """What the clause asks beside its figure: declared not to hold, the item is not met; not declared, it is noted."""
    undeclared = []
    for number, words in enumerate(item.indicator.also, 1):
        figure, sources, _ = _answer(ground, item.indicator, f"also_{number}")
        if _word(figure) == asked.HOLDS_NOT:
            item = replace(item, judgement="not_met", note=f"{words}：{asked.HOLDS_NOT}")
        elif _word(figure) is None:
            undeclared.append(words)
        item = replace(item, sources=item.sources + sources)
    if undeclared and not item.note and item.judgement != "no_data":
        return replace(item, note=f"未申报，不入判定：{'；'.join(undeclared)}")
    return item
