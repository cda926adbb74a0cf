"""Judging one value against the limit in force (单项判定).

Here live the comparison, exact near a limit, and the gap in whole things. Not here: which judgements make a
verdict (``verdict``).

Doubles decide away from a limit; within 1e-9 (relative) of it the exact fraction decides.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from dudao.periods import in_force
from dudao.standards.model import Limit

Judgement = Literal["met", "basically_met", "not_met", "no_data", "not_applicable"]

NEAR = 1e-9
COMPARE: dict[str, Callable[[object, object], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
"""Sign of a limit -> how a value compares with it."""


def limit_of(limits: Iterable[Limit], level: str | None, on: date) -> Limit | None:
    """The plain limit of a level in force on a day, or None."""
    return in_force((limit for limit in limits if limit.when is None and limit.level in (None, level)), on)


def holds(sign: str, value: float, limit: Decimal, exact: Callable[[], Fraction]) -> bool:
    """Whether ``value`` compares to ``limit`` as ``sign`` says; ``exact`` is asked only within NEAR of the
    limit.

    >>> holds(">=", 4.14 / 460 * 100, Decimal("0.9"), lambda: Fraction("4.14") / 460 * 100)
    True
    """
    bound = float(limit)
    if abs(value - bound) <= NEAR * max(abs(bound), abs(value)):
        return COMPARE[sign](exact(), Fraction(limit))
    return COMPARE[sign](value, bound)


def judge(value: float | None, limit: Limit | None, exact: Callable[[], Fraction]) -> Judgement:
    """met or not_met; no_data without a value or a limit. Missing data never passes."""
    if value is None or limit is None or limit.value is None:
        return "no_data"
    return "met" if holds(limit.operator, value, limit.value, exact) else "not_met"


def lack(limit: Fraction, value: Fraction, pupils: Fraction, scale: Fraction, part: Fraction, factor: Fraction) -> int:
    """What a school lacks to a limit (>=) in whole things, as an addition to the whole school, rounded up.

    ``limit`` and ``value`` in the indicator's unit; ``part``: the share of the school's resource that falls
    to the level; ``factor``: whole things in one unit of the resource.

    >>> lack(Fraction("4.5"), Fraction("4.4"), Fraction(1000), Fraction(1), Fraction(1), Fraction(1))
    100
    """
    needed = (limit - value) * pupils / scale / part * factor
    return max(0, -int(-needed // 1))
