"""The rules over lists of judgements, and judging at the limit: every combination that can turn a verdict."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest

from dudao.evaluation.judge import holds, lack
from dudao.evaluation.verdict import school_rule, status, together

VALUES = ("met", "not_met", "no_data", "not_applicable")


@pytest.mark.parametrize("judgements", list(product(VALUES, repeat=3)))
def test_kleene_and(judgements: tuple[str, ...]) -> None:
    counted = [value for value in judgements if value != "not_applicable"]
    if any(value == "not_met" for value in counted):
        expected = "not_met"
    elif not counted or any(value == "no_data" for value in counted):
        expected = "no_data"
    else:
        expected = "met"
    assert together(judgements) == expected
    assert status(judgements) == {"no_data": "undetermined"}.get(expected, expected)


def test_a_verdict_can_be_met() -> None:
    assert status(["met"] * 30 + ["not_applicable"]) == "met"


@pytest.mark.parametrize(
    ("below", "under_85", "missing", "expected"),
    [
        (0, 0, 0, "met"),
        (1, 0, 0, "met"),
        (1, 1, 0, "not_met"),
        (2, 0, 0, "not_met"),
        (0, 0, 1, "no_data"),
        (1, 0, 1, "no_data"),
        (1, 1, 1, "not_met"),
        (2, 0, 1, "not_met"),
        (0, 0, 7, "no_data"),
    ],
)
def test_school_rule(below: int, under_85: int, missing: int, expected: str) -> None:
    judgements = ["not_met"] * below + ["no_data"] * missing
    reaches = [False] * under_85 + [True] * (below - under_85) + [None] * missing
    rest = 7 - len(judgements)
    assert school_rule(judgements + ["met"] * rest, reaches + [True] * rest, 6) == expected


def test_the_exact_value_decides_near_a_limit() -> None:
    assert 4.14 / 460 * 100 < 0.9
    assert holds(">=", 4.14 / 460 * 100, Decimal("0.9"), lambda: Fraction("4.14") / 460 * 100)
    assert not holds(">=", 0.9, Decimal("0.9"), lambda: Fraction("0.9") - Fraction(1, 10**30))
    assert holds("<=", 0.5000000001, Decimal("0.5"), lambda: Fraction(1, 2))
    assert not holds("<", 0.15, Decimal("0.15"), lambda: Fraction("0.15"))


def test_away_from_the_limit_nothing_exact_is_asked() -> None:
    assert holds(">=", 0.91, Decimal("0.9"), lambda: 1 / 0)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(
    ("value", "part", "factor", "expected"),
    [("4.4", "1", 1, 100), ("4.4999", "1", 1, 1), ("4.5", "1", 1, 0), ("4.4", "0.5", 1, 200), ("4.4", "1", 10000, 1000000)],
)
def test_a_gap_is_rounded_up_to_whole_things(value: str, part: str, factor: int, expected: int) -> None:
    assert lack(Fraction("4.5"), Fraction(value), Fraction(1000), Fraction(1), Fraction(part), Fraction(factor)) == expected
