"""One run for one county: from the Intake to an Evaluation, every value with its limit, judgement, gap and
cells.

Here lives the order of the work. Not here: SQL and fractions (``dudao.indicators``), the rules over
judgements (``verdict``), the JSON (``result``), words (``sentences``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import sqrt

from dudao.evaluation import sentences
from dudao.evaluation.judge import Judgement, holds, judge, lack, limit_of
from dudao.evaluation.verdict import Status, school_rule, status, together
from dudao.indicators.exact import Usage, names_used, parsed, ratio_of, usage
from dudao.indicators.plan import ratios
from dudao.indicators.run import Spread, run
from dudao.indicators.schools import Roll, Row, School, roll
from dudao.standards.model import Indicator, Limit, Ratio, Relief, SchoolRule, Stage, Standard, Variation
from dudao.tables import Intake


@dataclass(frozen=True, slots=True)
class Source:
    """A cell a value rests on: the field's label, file, sheet, cell."""

    field: str
    file: str
    sheet: str | None
    cell: str


@dataclass(frozen=True, slots=True)
class Value:
    """One indicator of one school at one level. ``reaches``: the share of the limit the rest must reach (85
    %); ``gap``: whole things lacking."""

    indicator: Indicator
    value: float | None
    limit: Limit | None
    judgement: Judgement
    reaches: bool | None
    gap: int | None
    estimated: bool
    used: Usage
    sources: tuple[Source, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SchoolResult:
    """One counted row with its values, by indicator code, and the school rule's judgement."""

    row: Row
    values: Mapping[str, Value]
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Coefficient:
    """校际差异系数 of one indicator at one level; ``mean`` in the indicator's unit, ``n`` schools with a value."""

    indicator: Indicator
    level: Stage
    mean: float | None
    cv: float | None
    limit: Limit | None
    judgement: Judgement
    n: int
    counted: int


@dataclass(frozen=True, slots=True)
class Item:
    """One judged item of the county. ``level`` is None but for items judged by level."""

    indicator: Indicator
    value: float | int | None
    limit: Mapping[str | None, Decimal | int]
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Relieved:
    """One use of a relief by one school; ``amount`` in the relief's unit."""

    relief: Relief
    indicator: Indicator
    school: School
    amount: Fraction
    until: date | None


@dataclass(frozen=True)
class Evaluation:
    """The whole result for one county."""

    standard: Standard
    on: date
    intake: Intake
    roll: Roll
    schools: tuple[SchoolResult, ...]
    coefficients: tuple[Coefficient, ...]
    composites: Mapping[str, float | None]
    items: tuple[Item, ...]
    reliefs: tuple[Relieved, ...]

    @cached_property
    def status(self) -> Status:
        """met, not_met or undetermined, by the standard's verdict rule."""
        rule = self.standard.verdict
        judged = {item.indicator.code: item.judgement for item in self.items}
        return status([judged[code] for code in (*rule.all_of, *rule.vetoes)])

    @cached_property
    def reasons(self) -> tuple[sentences.Reason, ...]:
        """Why the verdict is not met, not_met first."""
        return sentences.reasons(self)

    def to_dict(self) -> dict[str, object]:
        """The JSON of schema 1 (contracts §1)."""
        from dudao.evaluation.result import to_dict

        return to_dict(self)


def evaluate(standard: Standard, intake: Intake, on: date) -> Evaluation:
    """Evaluate one county's intake under a standard on a day. Pure: same input, same result."""
    counted = roll(standard, intake)
    run_values = run(standard, counted, on)
    rule = next((item.rule for item in standard.indicators if isinstance(item.rule, SchoolRule)), None)
    labels = {item.name: item.label for item in standard.fields}
    found = ratios(standard)
    limits = {(item.code, level.name): limit_of(item.limits, level.name, on) for item in found for level in standard.levels}
    results = []
    for row in counted.rows:
        bulk = run_values.by_row[row.school.number, row.level.name]
        values = {
            item.code: _value(standard, row, item, bulk[item.code], limits[item.code, row.level.name], rule, labels, on)
            for item in found
        }
        results.append(SchoolResult(row, values, _school(values, rule)))
    coefficients = _coefficients(standard, counted, results, run_values.spreads, bool(intake.unreadable), on)
    return Evaluation(
        standard,
        on,
        intake,
        counted,
        tuple(results),
        coefficients,
        _composites(standard, coefficients),
        _items(standard, results, coefficients, bool(intake.unreadable), on),
        _reliefs(results),
    )


def _value(
    standard: Standard,
    row: Row,
    indicator: Indicator,
    value: float | None,
    limit: Limit | None,
    rule: SchoolRule | None,
    labels: Mapping[str, str],
    on: date,
) -> Value:
    ratio = indicator.rule
    assert isinstance(ratio, Ratio)
    used = usage(standard, row, ratio, on)

    def exact() -> Fraction:
        found = ratio_of(standard, row, ratio, used).value
        assert found is not None
        return found

    judgement = judge(value, limit, exact)
    reaches, gap = None, None
    if value is not None and limit is not None and limit.value is not None:
        if rule is not None and indicator.code in rule.of:
            reaches = judgement == "met" or holds(limit.operator, value, limit.value * rule.rest, exact)
        if judgement == "not_met" and limit.operator in (">=", ">"):
            gap = _gap(standard, row, ratio, used, limit.value)
    instead = [name for text in ratio.by_stage.values() for name in parsed(text).names()]
    sources, missing = _cells(row.school, names_used(row, used), labels, value is None, instead)
    estimated = value is not None and used.shared == "pupils"
    return Value(indicator, value, limit, judgement, reaches, gap, estimated, used, sources, missing)


def _gap(standard: Standard, row: Row, ratio: Ratio, used: Usage, limit: Decimal) -> int:
    exact = ratio_of(standard, row, ratio, used)
    assert exact.value is not None and exact.part is not None and row.pupils is not None
    return lack(
        Fraction(limit), exact.value, Fraction(row.pupils), Fraction(ratio.scale), exact.part, Fraction(ratio.lacks_factor)
    )


def _cells(
    school: School, names: Sequence[str], labels: Mapping[str, str], incomplete: bool, instead: Sequence[str]
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The cells a value rests on, and the fields that it lacks. ``instead``: stage fields that may stand for the school's."""
    sources, missing = [], []
    file = school.unit.file
    for name in names:
        figure = school.unit.figure(name)
        if figure.state == "absent":
            continue
        if figure.cell is not None:
            sources.append(Source(labels[name], file, figure.sheet, figure.cell))
        if incomplete and not figure.known:
            missing.append(labels[name])
    if incomplete and not school.usable:
        missing = [labels[_unusable(school)]]
    elif incomplete and not missing:
        missing = [labels[name] for name in instead if school.unit.figure(name).state == "refused"]
    return tuple(sources), tuple(missing)


def _unusable(school: School) -> str:
    """The field for which nothing of a school may be used."""
    if school.kind is None:
        return "school_type"
    return "school_code" if school.unit.void is not None else "attached_stage"


def _school(values: Mapping[str, Value], rule: SchoolRule | None) -> Judgement:
    if rule is None:
        return "not_applicable"
    judged = [values[code] for code in rule.of]
    return school_rule([value.judgement for value in judged], [value.reaches for value in judged], rule.at_least)


def _coefficients(
    standard: Standard,
    counted: Roll,
    results: Sequence[SchoolResult],
    spreads: Mapping[tuple[str, str], Spread],
    incomplete: bool,
    on: date,
) -> tuple[Coefficient, ...]:
    found = []
    for whole in standard.indicators:
        if not isinstance(whole.rule, Variation):
            continue
        for level in standard.levels:
            limit = limit_of(whole.limits, level.name, on)
            rows = [result for result in results if result.row.level == level]
            for code in whole.rule.of:
                spread = spreads.get((code, level.name))
                found.append(_coefficient(standard, standard.indicator(code), level, rows, spread, limit, incomplete))
    return tuple(found)


def _coefficient(
    standard: Standard,
    indicator: Indicator,
    level: Stage,
    rows: Sequence[SchoolResult],
    spread: Spread | None,
    limit: Limit | None,
    incomplete: bool,
) -> Coefficient:
    """One coefficient. ``incomplete``: a file could not be read and may hold a school of this level."""
    cv = None
    if spread is not None and spread.cv2 is not None and spread.mean > 0:
        cv = 0.0 if spread.n == 1 else sqrt(spread.cv2)
    judgement: Judgement = "no_data"
    n = spread.n if spread else 0
    if not rows:
        judgement = "no_data" if incomplete else "not_applicable"
    elif cv is not None and n == len(rows) and limit is not None and limit.value is not None:
        bound = limit.value
        within = holds(limit.operator, cv, bound, lambda: exact_relation(standard, indicator, rows, bound))
        judgement = ("no_data" if incomplete else "met") if within else "not_met"
    return Coefficient(indicator, level, spread.mean if spread else None, cv, limit, judgement, n, len(rows))


def exact_relation(standard: Standard, indicator: Indicator, rows: Sequence[SchoolResult], limit: Decimal) -> Fraction:
    """A number that compares with ``limit`` exactly as the coefficient does, without a root: S² is compared
    with limit²·X̄²."""
    ratio = indicator.rule
    assert isinstance(ratio, Ratio)
    pairs = []
    for result in rows:
        value = ratio_of(standard, result.row, ratio, result.values[indicator.code].used).value
        assert value is not None and result.row.pupils is not None
        pairs.append((Fraction(result.row.pupils), value))
    pupils = sum((count for count, _ in pairs), Fraction(0))
    mean = sum((count * value for count, value in pairs), Fraction(0)) / pupils
    variance = sum((count * (value - mean) ** 2 for count, value in pairs), Fraction(0)) / pupils
    bound = Fraction(limit)
    return bound + (variance - bound**2 * mean**2)


def _composites(standard: Standard, coefficients: Sequence[Coefficient]) -> dict[str, float | None]:
    """综合: the mean of the unrounded coefficients of each level; None when one is None."""
    found: dict[str, float | None] = {}
    for level in standard.levels:
        values = [item.cv for item in coefficients if item.level == level]
        known = [value for value in values if value is not None]
        found[level.name] = sum(known) / len(known) if known and len(known) == len(values) else None
    return found


def _items(
    standard: Standard, results: Sequence[SchoolResult], coefficients: Sequence[Coefficient], incomplete: bool, on: date
) -> tuple[Item, ...]:
    items = []
    for indicator in standard.indicators:
        if isinstance(indicator.rule, Ratio):
            continue
        if isinstance(indicator.rule, Variation):
            judged = [item.judgement for item in coefficients if item.judgement != "not_applicable"]
            items.append(Item(indicator, judged.count("met"), {None: len(judged)}, together(judged)))
        elif isinstance(indicator.rule, SchoolRule):
            judged = [result.judgement for result in results]
            joined = together([*judged, *(["no_data"] if incomplete else [])])
            items.append(Item(indicator, judged.count("met"), {None: len(judged)}, joined))
        else:
            levels = sorted({limit.level for limit in indicator.limits if limit.when is None}, key=str)
            limits = {level: limit_of(indicator.limits, level, on) for level in levels}
            known = {level: limit.value for level, limit in limits.items() if limit and limit.value is not None}
            items.append(Item(indicator, None, known, "no_data"))
    return tuple(items)


def _reliefs(results: Sequence[SchoolResult]) -> tuple[Relieved, ...]:
    """Each relief once a school, however many levels it has."""
    found: dict[tuple[str, int], Relieved] = {}
    for result in results:
        for value in result.values.values():
            for relief, amount in value.used.reliefs:
                if amount is not None and result.row.school.usable:
                    key = (relief.code, result.row.school.number)
                    found.setdefault(key, Relieved(relief, value.indicator, result.row.school, amount, relief.until))
    return tuple(sorted(found.values(), key=lambda item: (item.relief.code, item.school.code or "", item.school.number)))
