"""How far two sources agree (自查–复查, 复查–抽查): over the items that both judged, the share that is equal, the mean shift, Cohen's κ.

Here lives the arithmetic alone, in exact fractions. A judgement is its value and, where points are given, its points. Not here: which
judgements make a pair, of which unit, district or scorer (``inspections``). Nothing here orders anybody by a figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Said = tuple[str, Decimal | None]
"""Value and points of one judgement, as ``campaigns`` keeps them."""

NOT_JUDGED = frozenset({"no_data", "not_applicable"})
"""Words that judge nothing. Beside points the word says nothing either: the points are the judgement."""

STEPS = {"A": 2, "B": 1, "C": 0}
"""What a grade counts in a shift."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of ``n`` items that both judged, ``same`` alike; ``shift``: the mean of later less earlier; ``kappa``: Cohen's, unweighted.

    ``shift`` is over the pairs that have one and None where none has: both with points, or both a grade. Words (达标, 未达标) have none.
    ``kappa`` is None where n = 0, or where chance alone makes all equal (p_e = 1).
    """

    n: int
    same: int
    shift: Fraction | None
    kappa: Fraction | None

    @property
    def equal(self) -> Fraction | None:
        """The share that is equal; None where nothing was judged by both."""
        return Fraction(self.same, self.n) if self.n else None


def category(said: Said) -> str:
    """What counts as the same judgement: the points as a plain decimal where points are given, else the word or grade; "" for what
    judges nothing.

    >>> category(("not_applicable", Decimal("5.000"))), category(("B", None)), category(("no_data", None))
    ('5', 'B', '')
    """
    value, points = said
    if points is not None:
        return f"{points.normalize():f}"
    return "" if value in NOT_JUDGED else value


def shift(earlier: Said, later: Said) -> Fraction | None:
    """Later less earlier: in points where both give points, else A = 2, B = 1, C = 0; None for words.

    >>> shift(("A", None), ("C", None)), shift(("", Decimal("4.5")), ("", Decimal(4))), shift(("met", None), ("not_met", None))
    (Fraction(-2, 1), Fraction(-1, 2), None)
    """
    if earlier[1] is not None and later[1] is not None:
        return Fraction(later[1]) - Fraction(earlier[1])
    if earlier[1] is None and later[1] is None and earlier[0] in STEPS and later[0] in STEPS:
        return Fraction(STEPS[later[0]] - STEPS[earlier[0]])
    return None


def agreement(pairs: Iterable[tuple[Said, Said]]) -> Agreement:
    """The figures over pairs (earlier, later) of judgements of the same item. A pair with a side that judges nothing is left out.

    >>> a, b, c = ("A", None), ("B", None), ("C", None)
    >>> agreement([(a, a), (a, a), (a, b), (b, b), (b, c)])
    Agreement(n=5, same=3, shift=Fraction(-2, 5), kappa=Fraction(1, 3))
    >>> agreement([(a, a), (a, a)])
    Agreement(n=2, same=2, shift=Fraction(0, 1), kappa=None)
    >>> agreement([(a, ("not_applicable", None))]).equal is None
    True
    """
    counted = Counter(pairs)
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    same = shifted = 0
    moved = Fraction(0)
    for (earlier, later), times in counted.items():
        one, other = category(earlier), category(later)
        if not one or not other:
            continue
        rows[one] += times
        columns[other] += times
        same += times if one == other else 0
        step = shift(earlier, later)
        if step is not None:
            moved, shifted = moved + step * times, shifted + times
    n = rows.total()
    return Agreement(n, same, moved / shifted if shifted else None, _kappa(n, same, rows, columns))


def _kappa(n: int, same: int, rows: Counter[str], columns: Counter[str]) -> Fraction | None:
    """(p_o - p_e) / (1 - p_e), where p_e is the share that two who judge by their own frequencies would have equal by chance."""
    chance = sum(times * columns[name] for name, times in rows.items())
    if chance == n * n:  # also where there is nothing: 0 = 0
        return None
    return Fraction(n * same - chance, n * n - chance)
