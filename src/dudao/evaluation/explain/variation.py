"""Which school moves a coefficient (差异系数由谁决定): exact shares of S², and what the coefficient would be otherwise.

share_i = (P_i/P)(x_i − X̄)²/S² (contracts §2); they sum to 1. Here lives the arithmetic, over fractions. Not here: the words (``schools``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from dudao.evaluation.coefficients import Coefficient
from dudao.evaluation.evaluate import Evaluation
from dudao.evaluation.values import SchoolResult
from dudao.indicators.exact import ratio_of
from dudao.standards.model import Ratio


@dataclass(frozen=True, slots=True)
class Part:
    """One school in a coefficient: its pupils, its value x, its share of S² (None when S² is 0), and by how much x grows for one whole
    thing more (a person, a room, a ㎡, a 元)."""

    result: SchoolResult
    pupils: Fraction
    value: Fraction
    share: Fraction | None
    per_thing: Fraction


@dataclass(frozen=True, slots=True)
class Spread:
    """A coefficient taken apart. ``parts``: the schools with a value, the largest share first, then by code, name and place; ``lacking``:
    the counted schools without one. ``mean`` and ``variance`` are None without any value."""

    pupils: Fraction
    mean: Fraction | None
    variance: Fraction | None
    parts: tuple[Part, ...]
    lacking: tuple[SchoolResult, ...]

    @property
    def top(self) -> Part | None:
        """The school that moves the coefficient most; None where no school does."""
        return self.parts[0] if self.parts and self.parts[0].share else None

    def without(self, part: Part) -> float | None:
        """The coefficient if a school were not there; None when nothing can be computed of the others."""
        return _cv([(one.pupils, one.value) for one in self.parts if one is not part])

    def at_mean(self, part: Part) -> float | None:
        """The coefficient if a school stood at the mean."""
        return self._with(part, self.mean)

    def one_more(self, part: Part) -> float | None:
        """The coefficient if a school had one whole thing more."""
        return self._with(part, part.value + part.per_thing)

    def _with(self, part: Part, value: Fraction | None) -> float | None:
        if value is None:
            return None
        return _cv([(one.pupils, value if one is part else one.value) for one in self.parts])


def spread(evaluation: Evaluation, coefficient: Coefficient) -> Spread:
    """A coefficient of an evaluation taken apart, in exact fractions."""
    standard, code, ratio = evaluation.standard, coefficient.indicator.code, coefficient.indicator.rule
    assert isinstance(ratio, Ratio)
    rows = [result for result in evaluation.schools if result.row.level == coefficient.level]
    known: list[tuple[SchoolResult, Fraction, Fraction, Fraction]] = []
    lacking = []
    for result in rows:
        exact = ratio_of(standard, result.row, ratio, result.values[code].used)
        if exact.value is None or exact.part is None or not result.row.pupils:
            lacking.append(result)
            continue
        count = Fraction(result.row.pupils)
        per_thing = Fraction(ratio.scale) * exact.part / count / Fraction(ratio.lacks_factor)
        known.append((result, count, exact.value, per_thing))
    pupils, mean, variance = _moments([(count, value) for _, count, value, _ in known])
    parts = []
    for result, count, value, per_thing in known:
        assert mean is not None and variance is not None
        share = count / pupils * (value - mean) ** 2 / variance if variance else None
        parts.append(Part(result, count, value, share, per_thing))
    parts.sort(key=lambda part: -(part.share or 0))  # stable: the rows come by code, name and file
    return Spread(pupils, mean, variance, tuple(parts), tuple(lacking))


def _moments(pairs: Sequence[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction | None, Fraction | None]:
    pupils = sum((count for count, _ in pairs), Fraction(0))
    if not pupils:
        return pupils, None, None
    mean = sum((count * value for count, value in pairs), Fraction(0)) / pupils
    return pupils, mean, sum((count * (value - mean) ** 2 for count, value in pairs), Fraction(0)) / pupils


def _cv(pairs: Sequence[tuple[Fraction, Fraction]]) -> float | None:
    _, mean, variance = _moments(pairs)
    return None if not mean or mean < 0 or variance is None else sqrt(variance / mean**2)
