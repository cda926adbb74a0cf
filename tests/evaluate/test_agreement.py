"""How far two sources agree: examples reckoned by hand, and the same figures by a second way of reckoning (a table of counts)."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import pytest

from dudao.evaluation.agreement import Agreement, Said, agreement, category, shift

A, B, C, MET, NOT_MET = (("A", None), ("B", None), ("C", None), ("met", None), ("not_met", None))
OUT, BLANK = ("not_applicable", None), ("no_data", None)


def points(text: str) -> Said:
    """Points as a self-check keeps them: the word beside them judges nothing."""
    return "not_applicable", Decimal(text)


def test_the_table_of_two_readers_that_textbooks_have() -> None:
    """20 both yes, 5 yes-no, 10 no-yes, 15 both no: p_o = 0.7, p_e = 0.5, κ = 0.4."""
    pairs = [(MET, MET)] * 20 + [(MET, NOT_MET)] * 5 + [(NOT_MET, MET)] * 10 + [(NOT_MET, NOT_MET)] * 15
    found = agreement(pairs)
    assert found == Agreement(50, 35, None, Fraction(2, 5))
    assert found.equal == Fraction(7, 10)


def test_grades_shift_by_steps_and_a_stricter_second_look_is_negative() -> None:
    """Shifts −1, −2, 0, +1 over 4; p_o = 1/4; rows A2 B2, columns A1 B2 C1: p_e = (2·1 + 2·2)/16."""
    found = agreement([(A, B), (A, C), (B, B), (B, A)])
    assert found == Agreement(4, 1, Fraction(-1, 2), Fraction(-1, 5))


def test_points_are_compared_as_numbers_and_shift_in_points() -> None:
    """5 and 5.000 are equal; 4.5 → 4 and 3 → 3.25 shift by −0.25 in all over 3; no category is chosen twice by one side."""
    found = agreement(
        [(points("5"), points("5.000")), (points("4.5"), points("4")), (points("3"), points("3.25"))]
    )
    assert found == Agreement(3, 1, Fraction(-1, 12), Fraction(1, 4))


@pytest.mark.parametrize("left_out", [(OUT, A), (A, OUT), (BLANK, A), (A, BLANK), (OUT, OUT)])
def test_what_one_side_did_not_judge_is_left_out(left_out: tuple[Said, Said]) -> None:
    assert agreement([left_out]) == Agreement(0, 0, None, None)
    assert agreement([left_out, (A, B)]) == agreement([(A, B)]) == Agreement(1, 0, Fraction(-1), Fraction(0))


def test_nothing_at_all_has_no_figures() -> None:
    found = agreement([])
    assert (found.n, found.equal, found.shift, found.kappa) == (0, None, None, None)


def test_where_chance_makes_all_equal_there_is_no_kappa() -> None:
    assert agreement([(A, A)] * 7) == Agreement(7, 7, Fraction(0), None)


def test_the_least_kappa_is_minus_one() -> None:
    assert agreement([(A, C), (C, A)]) == Agreement(2, 0, Fraction(0), Fraction(-1))


def test_words_have_no_shift_and_do_not_thin_that_of_the_others() -> None:
    found = agreement([(MET, NOT_MET), (A, B), (points("2"), points("3"))])
    assert (found.n, found.shift) == (3, Fraction(0))


def test_points_against_a_grade_differ_and_have_no_shift() -> None:
    assert (category(points("2")), category(A), shift(points("2"), A)) == ("2", "A", None)
    assert agreement([(points("2"), A)]) == Agreement(1, 0, None, Fraction(0))


def _second(pairs: list[tuple[Said, Said]]) -> tuple[int, Fraction | None, Fraction | None]:
    """n, share equal and κ by the table of counts, cell by cell."""
    seen = [(category(one), category(other)) for one, other in pairs]
    seen = [(one, other) for one, other in seen if one and other]
    n = len(seen)
    if not n:
        return 0, None, None
    names = sorted({name for pair in seen for name in pair})
    cells = [[Fraction(seen.count((one, other)), n) for other in names] for one in names]
    observed = sum(cells[at][at] for at in range(len(names)))
    expected = sum(
        sum(cells[at]) * sum(row[at] for row in cells)  # the share of the row times that of the column
        for at in range(len(names))
    )
    return n, Fraction(observed), None if expected == 1 else (observed - expected) / (1 - expected)


def test_a_second_way_of_reckoning_gives_the_same() -> None:
    chance = random.Random(20180612)
    words = [A, B, C, MET, NOT_MET, OUT, BLANK, points("3.5"), points("4"), points("4.000")]
    for size in [0, 1, 2, 3, 5, 8, 12, 40, 200] * 20:
        pairs = [(chance.choice(words), chance.choice(words)) for _ in range(size)]
        found = agreement(pairs)
        assert (found.n, found.equal, found.kappa) == _second(pairs)
        assert found == agreement(reversed(pairs))
