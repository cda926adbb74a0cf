"""Strata: certain units first, the rest by largest remainder in integers, and every quota that cannot be met."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import permutations

import pytest
from tests.sampling import rounds

from dudao.sampling import Quota, Row, Stratum, strata
from dudao.sampling.design import divided, without_quota


def by_shares(n: int, sizes: dict) -> dict:
    """Largest remainder the long way: hand out one by one, always to the largest part of a unit still owed, from exact fractions."""
    total = sum(sizes.values())
    owed = {key: Fraction(n * size, total) for key, size in sizes.items()}
    shares = {key: int(value) for key, value in owed.items()}
    while sum(shares.values()) < n:
        most = max(owed[key] - int(owed[key]) for key in sizes if shares[key] == int(owed[key]))
        key = min(
            key for key in sizes if shares[key] == int(owed[key]) and owed[key] - int(owed[key]) == most
        )
        shares[key] += 1
    return shares


def units(**kinds: int) -> list[Row]:
    """So many units of each kind in X; a kind that ends in _c is certain, in _o is out."""
    takes = {"c": ("certain", "未复查"), "o": ("out", "2017")}
    return [
        Row(
            f"{name}-{n}".replace("_", "-"),
            "单位",
            "X",
            name.split("_")[0],
            *takes.get(name.partition("_")[2], ("draw", "")),
        )
        for name, size in kinds.items()
        for n in range(size)
    ]


def numbers(rows, quotas) -> dict[str, int]:
    return {one.kind: one.n for one in strata(rows, quotas)}


def test_largest_remainder_agrees_with_handing_out_one_by_one():
    dice = random.Random(20180612)
    for _ in range(400):
        sizes = {("X", f"k{n}"): dice.randint(0, 12) for n in range(dice.randint(1, 6))}
        total = sum(sizes.values())
        for n in {0, total, dice.randint(0, total)} if total else {0}:
            found = divided(n, sizes)
            assert found == (by_shares(n, sizes) if total else dict.fromkeys(sizes, 0))
            assert sum(found.values()) == n
            assert [key for key in sizes if not 0 <= found[key] <= sizes[key]] == []


def test_equal_remainders_go_by_kind_in_byte_order():
    for order in permutations([("X", "小学"), ("X", "初中"), ("X", "Z"), ("X", "a")]):
        sizes = dict.fromkeys(order, 3)
        assert {kind for (_, kind), n in divided(2, sizes).items() if n} == {"Z", "a"}


def test_an_empty_kind_divides_what_is_left_in_proportion_to_the_rows_to_draw():
    rows = units(a=6, a_c=1, b=3, b_o=9, c_c=1, d_o=2)
    assert strata(rows, [Quota("X", "", 5)]) == (
        Stratum("X", "a", 6, 1, 2),
        Stratum("X", "b", 3, 0, 1),
        Stratum("X", "c", 0, 1, 0),
        Stratum("X", "d", 0, 0, 0),
    )


def test_all_and_none():
    rows = units(a=2, b=1, b_c=1)
    assert numbers(rows, [Quota("X", "", 4)]) == {"a": 2, "b": 1}
    assert numbers(rows, [Quota("X", "", 1)]) == {"a": 0, "b": 0}
    assert numbers(rows, [Quota("X", "a", 0), Quota("X", "b", 1)]) == {"a": 0, "b": 0}
    assert numbers([], [Quota("X", "", 0)]) == {}
    assert strata([], [Quota("X", "a", 0)]) == (Stratum("X", "a", 0, 0, 0),)
    assert strata([], []) == ()


def test_each_kind_has_its_own_certain_units():
    rows = units(a=3, a_c=2, b=3)
    assert numbers(rows, [Quota("X", "a", 3), Quota("X", "b", 2)]) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("rows", "quotas", "messages"),
    [
        (units(a=3), [Quota("X", "", 4)], ("X 的名额 4 多于抽样框中的 3 个，请减少名额或补全抽样框。",)),
        (
            units(a=3, a_c=1),
            [Quota("X", "a", 5)],
            ("X a 的名额 5 多于抽样框中的 4 个（必抽 1 个，可抽 3 个），请减少名额或补全抽样框。",),
        ),
        (
            units(a=3, a_o=9),
            [Quota("X", "a", 4)],
            ("X a 的名额 4 多于抽样框中的 3 个，请减少名额或补全抽样框。",),
        ),
        (units(a=3, a_c=2), [Quota("X", "", 1)], ("X 的名额 1 少于必抽的 2 个，请增加名额或改正 take。",)),
        (
            units(a=3, b_c=1),
            [Quota("X", "a", 3)],
            ("X b 有 1 个必抽单位，没有名额，请给出名额或改正 take。",),
        ),
        (units(a_c=1), [], ("X a 有 1 个必抽单位，没有名额，请给出名额或改正 take。",)),
        (
            units(a=3, b_c=1),
            [Quota("X", "", 1), Quota("X", "a", 1)],
            ("X 的名额既有不分类别的，又有分类别的，请只用一种。",),
        ),
        (
            units(a=3),
            [Quota("Y", "", 1), Quota("X", "b", 1)],
            (
                "Y 的名额 1 多于抽样框中的 0 个，请减少名额或补全抽样框。",
                "X b 的名额 1 多于抽样框中的 0 个，请减少名额或补全抽样框。",
            ),
        ),
        (units(a=3), [Quota("X", "a", 1), Quota("X", "a", 2)], ("X a 的名额重复，请删去一行。",)),
    ],
)
def test_every_quota_that_cannot_be_met_is_named(rows, quotas, messages):
    assert rounds.refusal(rows, quotas) == messages


def test_kinds_without_a_quota_are_named():
    rows = [*units(a=1, b=1), Row("Y1", "单位", "Y", "a"), Row("Z1", "单位", "Z", "a")]
    assert without_quota(rows, [Quota("X", "a", 1), Quota("Z", "", 1)]) == [("X", "b"), ("Y", "a")]
