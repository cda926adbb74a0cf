"""校际差异系数: of each indicator at each level, and their composite, exact near a limit.

Here lives the step from school values to coefficients. Not here: the values (``values``), the county's other items (``items``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from math import sqrt

from dudao.evaluation.judge import Judgement, holds, limit_of
from dudao.evaluation.values import SchoolResult
from dudao.indicators.exact import ratio_of
from dudao.indicators.run import Spread
from dudao.indicators.schools import Roll
from dudao.standards.model import Indicator, Limit, Ratio, Stage, Standard, Variation


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
class Composite:
    """综合差异系数 of one level: the mean of the unrounded coefficients, None when one is None. Judged only where the standard judges
    it and not each coefficient; else ``limit`` is None and the judgement not_applicable."""

    level: Stage
    cv: float | None
    limit: Limit | None
    judgement: Judgement


def coefficients(
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
        each = whole.rule.judges == "each"
        for level in standard.levels:
            limit = limit_of(whole.limits, level.name, on)
            rows = [result for result in results if result.row.level == level]
            for code in whole.rule.of:
                spread = spreads.get((code, level.name))
                one = _coefficient(standard, standard.indicator(code), level, rows, spread, limit, incomplete)
                found.append(one if each else replace(one, limit=None, judgement="not_applicable"))
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
    _, mean, variance = _moments(standard, indicator, rows)
    bound = Fraction(limit)
    return bound + (variance - bound**2 * mean**2)


def _moments(standard: Standard, indicator: Indicator, rows: Sequence[SchoolResult]) -> tuple[Fraction, Fraction, Fraction]:
    """Pupils, pupil-weighted mean and variance of a ratio over rows, exactly."""
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
    return pupils, mean, variance


def composites(
    standard: Standard,
    results: Sequence[SchoolResult],
    found_coefficients: Sequence[Coefficient],
    incomplete: bool,
    on: date,
) -> dict[str, Composite]:
    """综合: the mean of the unrounded coefficients of each level; None when one is None."""
    whole = next((item for item in standard.indicators if isinstance(item.rule, Variation)), None)
    found: dict[str, Composite] = {}
    for level in standard.levels:
        own = [item for item in found_coefficients if item.level == level]
        cv = composite([item.cv for item in own])
        limit, judgement = None, "not_applicable"
        if whole is not None and isinstance(whole.rule, Variation) and whole.rule.judges == "composite":
            limit = limit_of(whole.limits, level.name, on)
            judgement = _judged_composite(standard, results, own, cv, limit, incomplete)
        found[level.name] = Composite(level, cv, limit, judgement)  # type: ignore[arg-type]
    return found


def composite(values: Sequence[float | None]) -> float | None:
    """综合差异系数: the arithmetic mean of the single ones, unrounded; None when one is None.

    >>> round(composite([0.5, 0.25]), 3), composite([0.5, None])
    (0.375, None)
    """
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _judged_composite(
    standard: Standard,
    results: Sequence[SchoolResult],
    own: Sequence[Coefficient],
    cv: float | None,
    limit: Limit | None,
    incomplete: bool,
) -> Judgement:
    rows = [result for result in results if own and result.row.level == own[0].level]
    if not rows:
        return "no_data" if incomplete else "not_applicable"
    if cv is None or limit is None or limit.value is None or any(item.n != len(rows) for item in own):
        return "no_data"

    def exact() -> Fraction:
        parts = [exact_square(standard, item.indicator, rows) for item in own]
        return sum((Fraction(_root(part)) for part in parts), Fraction(0)) / len(parts)

    within = holds(limit.operator, cv, limit.value, exact)
    return ("no_data" if incomplete else "met") if within else "not_met"


def _root(square: Fraction) -> Decimal:
    """A square root to 60 digits: a sum of roots is compared with a limit far more finely than any two counties differ."""
    with localcontext() as context:
        context.prec = 60
        return (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()


def exact_square(standard: Standard, indicator: Indicator, rows: Sequence[SchoolResult]) -> Fraction:
    """The square of a coefficient, S²/X̄², exactly."""
    _, mean, variance = _moments(standard, indicator, rows)
    return variance / mean**2
