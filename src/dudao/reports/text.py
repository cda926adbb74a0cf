"""Words and figures as people read them (用语): one place for the words of judgements, and for gaps.

Used by every report, and by the pages of the platform. Not here: judging; the one rounding for display, after judging (``dudao.units``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from dudao.units import Number, exact, rounded

State = Literal["ok", "near", "bad", "none"]

JUDGEMENTS = {
    "met": "达标",
    "basically_met": "基本合格",
    "not_met": "未达标",
    "no_data": "无数据",
    "not_applicable": "不适用",
}
"""Judgement (单项判定) -> its word."""

VERDICTS = {"met": "达标", "not_met": "未达标", "undetermined": "待定"}
"""Status of a verdict (结论) -> its word."""

BASES = {"computed": "计算", "declared": "佐证材料", "given": "上级给定"}
"""Where the value of a county indicator comes from."""

OPERATORS = {">=": "不低于", "<=": "不大于", ">": "高于", "<": "低于"}
"""How a value is compared with its limit."""

ISSUE_LEVELS = {"error": "错误", "query": "存疑"}

RAW_SHORT = "原值不足"
"""Said beside a figure that reaches its limit only by rounding."""

STATES: dict[str, State] = {
    "met": "ok",
    "basically_met": "near",
    "not_met": "bad",
    "no_data": "none",
    "not_applicable": "none",
    "undetermined": "none",
    "error": "bad",
    "query": "near",
}
"""Judgement, verdict or level of an issue -> the colour beside its word (ui §2)."""

_THIN = "\u2009"
_COUNTED = {"人": "名教师"}
"""Unit of a gap -> what is counted; the only persons a standard of schools counts as lacking are teachers."""


def share(part: Number, whole: Number, places: int = 1) -> Decimal:
    """part / whole in %, for display.

    >>> share(2, 3)
    Decimal('66.7')
    """
    return rounded(exact(part) * 100 / exact(whole), places)


def reach(judgement: str, reaches_85: bool | None) -> str:
    """The word for one indicator of one school; of a failed one also whether it reaches 85 % of the limit.

    >>> reach("met", True), reach("not_met", True), reach("not_met", False), reach("no_data", None)
    ('达标', '未达标（达到85%）', '未达标（低于85%）', '无数据')
    """
    word = JUDGEMENTS[judgement]
    if judgement != "not_met" or reaches_85 is None:
        return word
    return word + ("（达到85%）" if reaches_85 else "（低于85%）")


def reach_state(judgement: str, reaches_85: bool | None) -> State:
    """The colour beside ``reach``: a failed indicator that reaches 85 % is near, not bad."""
    return "near" if judgement == "not_met" and reaches_85 else STATES[judgement]


def looks_met(value: Number, limit: Number, places: int) -> bool:
    """Whether a value that was judged to miss its limit would read as reaching it once rounded.

    >>> looks_met(4.1999, 4.2, 2), looks_met(4.19, 4.2, 2)
    (True, False)
    """
    return rounded(value, places) >= exact(limit)


def grouped(number: Number) -> str:
    """A number in words of text, its thousands set apart by a thin space.

    >>> grouped(15000).replace(chr(0x2009), " "), grouped(980)
    ('15 000', '980')
    """
    return format(exact(number), ",f").replace(",", _THIN)


def gap(lacks: Mapping[str, object] | None) -> str:
    """What a school lacks to the limit in whole things; empty when it lacks nothing.

    >>> gap({"amount": 3, "unit": "人"}), gap({"amount": 128, "unit": "㎡"}), gap(None)
    ('差 3 名教师', '差 128 ㎡', '')
    """
    if lacks is None:
        return ""
    amount, unit = lacks["amount"], str(lacks["unit"])
    assert isinstance(amount, int | float | Decimal)
    return f"差 {grouped(amount)} {_COUNTED.get(unit, unit)}"


def day(on: date) -> str:
    """A date as written in a sentence.

    >>> day(date(2026, 6, 12))
    '2026年6月12日'
    """
    return f"{on.year}年{on.month}月{on.day}日"
