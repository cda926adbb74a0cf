"""The value of one indicator of one school at one level: limit, judgement, gap, and the cells it rests on.

Here lives the step from a computed value to a judged one. Not here: computing (``dudao.indicators``), coefficients and items of the
county.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from dudao.evaluation.judge import Judgement, holds, judge, lack
from dudao.evaluation.terms import Source
from dudao.evaluation.verdict import school_rule
from dudao.indicators.exact import Usage, names_used, parsed, ratio_of, usage
from dudao.indicators.schools import Row, School
from dudao.standards.model import Indicator, Limit, Ratio, SchoolRule, Standard


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


def value_of_row(
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

    # A ratio without any limit (2012: 8 项) only gives a coefficient; there is nothing to judge it by.
    judgement = judge(value, limit, exact) if indicator.limits or value is None else "not_applicable"
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
            sources.append(Source(labels[name], figure.file or file, figure.sheet, figure.cell))
        if incomplete and not figure.known:
            missing.append(labels[name])
    if incomplete and not school.usable:
        missing = [labels[school.blocked]]
    elif incomplete and not missing:
        missing = [labels[name] for name in instead if school.unit.figure(name).state == "refused"]
    return tuple(sources), tuple(missing)


def judged_school(values: Mapping[str, Value], rule: SchoolRule | None) -> Judgement:
    if rule is None:
        return "not_applicable"
    judged = [values[code] for code in rule.of]
    return school_rule([value.judgement for value in judged], [value.reaches for value in judged], rule.at_least)
