"""Rounds for the tests of the draw: the vector of the contract, a county with every kind of row, small random frames."""

from __future__ import annotations

import random
from collections import Counter

from dudao.sampling import Draw, Impossible, Quota, Row, draw, frame_bytes, quota_bytes, strata

SEED = "20180612"
VECTOR = (
    Row("A01", "UA01", "X", "school"),
    Row("A02", "UA02", "X", "school"),
    Row("A03", "UA03", "X", "school"),
    Row("A04", "UA04", "X", "town"),
    Row("A05", "UA05", "X", "town"),
    Row("A06", "UA06", "X", "town", "out", "2017"),
)
VECTOR_QUOTAS = (Quota("X", "", 3),)
MIXED = (
    *VECTOR,
    Row("B01", "演示第一小学", "扬中市", "学校"),
    Row("B02", "演示第二小学", "扬中市", "学校", "certain", "上年抽中未复查"),
    Row("B03", "演示第三小学", "扬中市", "学校"),
    Row("B04", "三茅街道", "扬中市", "镇（街道）", "out", "已撤销"),
    Row("C01", "演示云阳小学", "丹阳市", "学校"),
)
MIXED_QUOTAS = (Quota("X", "", 3), Quota("扬中市", "学校", 2), Quota("扬中市", "镇（街道）", 0))


def made(rows=VECTOR, quotas=VECTOR_QUOTAS, round: str = "T-1", seed: str = SEED) -> Draw:
    """A draw of rows and quotas in any order."""
    return draw(frame_bytes(rows), quota_bytes(quotas), round, seed)


def random_round(number: int) -> tuple[list[Row], list[Quota]]:
    """A small frame with quotas that it can meet: districts with and without kinds, certain and out rows, some without a quota."""
    dice = random.Random(number)
    takes = [("draw", ""), ("draw", ""), ("draw", "合并后"), ("certain", "未复查"), ("out", "2017")]
    rows = [
        Row(
            f"U-{n:03d}",
            f"单位{n}",
            dice.choice("甲乙丙"),
            dice.choice(["小学", "初中", "town"]),
            *dice.choice(takes),
        )
        for n in range(dice.randint(0, 25))
    ]
    dice.shuffle(rows)
    quotas = []
    for district in "甲乙丙":
        here = [row for row in rows if row.district == district]
        if dice.random() < 0.5:
            quotas.append(Quota(district, "", _met(dice, here)))
            continue
        for kind in sorted({row.kind for row in here}):
            of = [row for row in here if row.kind == kind]
            if dice.random() < 0.9 or any(row.take == "certain" for row in of):
                quotas.append(Quota(district, kind, _met(dice, of)))
    dice.shuffle(quotas)
    return rows, quotas


def _met(dice: random.Random, rows: list[Row]) -> int:
    takes = Counter(row.take for row in rows)
    return takes["certain"] + dice.randint(0, takes["draw"])


def refusal(rows, quotas) -> tuple[str, ...]:
    """Why these quotas cannot be met."""
    try:
        strata(rows, quotas)
    except Impossible as fault:
        return fault.messages
    return ()
