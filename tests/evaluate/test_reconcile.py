"""Several members' scores become one: expected by hand from the rule's words, the mean beside Python's own fractions."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from dudao.evaluation.reconcile import Single, mean, reconcile


def graded(leader: str, *others: str) -> list[Single]:
    """The leader's grade ("" for none), then those of the others."""
    return [*([Single(leader, None, True)] if leader else []), *(Single(value) for value in others)]


def pointed(leader: str, *others: str) -> list[Single]:
    return [Single("p", Decimal(leader), True), *(Single("p", Decimal(one)) for one in others)]


@pytest.mark.parametrize(
    ("rule", "scores", "value"),
    [
        ("majority", graded("A", "B", "B"), "B"),
        ("majority", graded("B", "B", "A"), "B"),
        ("majority", graded("C", "A", "B"), "C"),  # one each: the leader's
        ("majority", graded("A", "B"), "A"),
        ("majority", graded("C", "A", "A", "B", "B"), "C"),  # two of each: the leader's own, whatever it is
        ("majority", graded("", "A", "B", "B"), "B"),
        ("majority", graded("", "A", "B"), None),  # a tie, and the leader has not said
        ("majority", graded("", "A"), "A"),
        ("majority", [], None),
        ("leader", graded("C", "A", "A"), "C"),
        ("leader", graded("", "A", "A"), None),
        ("mean", graded("A", "B", "B"), "B"),  # grades have no mean
        ("mean", graded("", "A", "B"), None),
        ("mean", [], None),
    ],
)
def test_grades_come_to_one(rule, scores, value):
    found = reconcile(rule, scores)
    assert (found and found.value) == value


@pytest.mark.parametrize(
    ("rule", "scores", "points"),
    [
        ("mean", pointed("5", "4", "4"), "4.333"),
        ("mean", pointed("5", "5", "4"), "4.667"),
        ("mean", pointed("0.001", "0.002"), "0.002"),  # half up
        ("mean", pointed("0", "0", "0"), "0.000"),
        ("majority", pointed("5", "4", "4.000"), "4"),
        ("majority", pointed("5", "4", "3"), "5"),
        ("leader", pointed("2.5", "4", "4"), "2.5"),
    ],
)
def test_points_come_to_one(rule, scores, points):
    assert str(reconcile(rule, scores).points) == points


def test_the_mean_is_exact_before_it_is_rounded():
    dice = Random(5)
    for _ in range(300):
        points = [Decimal(dice.randrange(0, 5_000)) / 1000 for _ in range(dice.randrange(1, 8))]
        exact = sum(map(Fraction, points)) / len(points)
        assert abs(Fraction(mean(points)) - exact) <= Fraction(1, 2000)
        assert mean(points) == mean(points[::-1])


def test_the_order_of_members_changes_nothing():
    scores = graded("B", "A", "A", "B", "C")
    assert {reconcile("majority", [*scores[n:], *scores[:n]]).value for n in range(5)} == {"B"}


def test_an_unknown_rule_is_our_own_mistake():
    with pytest.raises(ValueError, match="median"):
        reconcile("median", graded("A"))
