"""How the single scores of a team become one: by majority, by the mean of points, or as the leader has it.

Here lives the arithmetic alone, exact until the last step. Not here: who may score, how a difference is explained (``inspections``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

PLACES = Decimal("0.001")
"""Points are kept to thousandths."""


@dataclass(frozen=True, slots=True)
class Single:
    """What one member found: a word or grade, points where points are given. ``leader``: whether the member leads the team."""

    value: str
    points: Decimal | None = None
    leader: bool = False

    @property
    def said(self) -> tuple[str, Decimal | None]:
        """What counts as the same judgement: 5 and 5.000 points are one."""
        return self.value, None if self.points is None else self.points.normalize()


def reconcile(rule: str, scores: Sequence[Single]) -> Single | None:
    """The one judgement that the scores of an item come to under a procedure's rule; None while it stays open.

    majority: what most members found; where two findings have most, the leader's own, and without it the item is open. mean: of points;
    what has none by majority. leader: the leader's own. ValueError for another rule.

    >>> reconcile("majority", [Single("A"), Single("B"), Single("B", leader=True)]).value
    'B'
    >>> reconcile("mean", [Single("", Decimal(5)), Single("", Decimal(4)), Single("", Decimal(4))]).points
    Decimal('4.333')
    """
    if rule not in ("majority", "mean", "leader"):
        raise ValueError(f"no such rule: {rule}")
    leader = next((one for one in scores if one.leader), None)
    if rule == "leader" or not scores:
        return leader
    points = [one.points for one in scores if one.points is not None]
    if rule == "mean" and len(points) == len(scores):
        return Single(scores[0].value, mean(points))
    counts = Counter(one.said for one in scores)
    most = max(counts.values())
    first = [said for said, n in counts.items() if n == most]
    if len(first) > 1:
        return leader
    return next(one for one in scores if one.said == first[0])


def mean(points: Sequence[Decimal]) -> Decimal:
    """The arithmetic mean, exact and then rounded half up to what is kept.

    >>> mean([Decimal("0.001"), Decimal("0.002")])
    Decimal('0.002')
    """
    steps = sum((Fraction(one) for one in points), Fraction(0)) / len(points) / Fraction(PLACES)
    return floor(steps + Fraction(1, 2)) * PLACES  # points are never negative
