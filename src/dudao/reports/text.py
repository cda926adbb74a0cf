"""Words and figures as people read them (用语): one place for the words of judgements, for gaps, and for numbers beside their limits.

Used by every report, and by the pages of the platform. Not here: judging; the one rounding for display, after judging (``dudao.units``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from dudao.standards.model import Declared, Formula, Given, Graded, Indicator, Points, Standard, Survey
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

SCORED = "计分"
"""In place of a judgement: an item that is only scored."""

_MOST = 12
"""Decimals beyond which a number is not told apart from its limit."""
_THIN = "\u2009"
_COUNTED = {"人": "名教师"}
"""Unit of a gap -> what is counted; the only persons a standard of schools counts as lacking are teachers."""


def share(part: Number, whole: Number, places: int = 1) -> Decimal:
    """part / whole in %, for display.

    >>> share(2, 3)
    Decimal('66.7')
    """
    return rounded(exact(part) * 100 / exact(whole), places)


def word(standard: Standard, indicator: Indicator, judgement: str) -> str:
    """The word for an item's judgement: the standard's own (合格, 基本合格, 不合格) where it declares words, else ``JUDGEMENTS``.

    Of a standard whose declared items all say it in the same words, its other single items say it so too.
    """
    rule = indicator.rule
    if isinstance(rule, Points) and judgement == "not_applicable":
        return SCORED
    if isinstance(rule, Declared) and rule.words != Declared().words:
        return rule.words.get(judgement, JUDGEMENTS[judgement])
    if isinstance(rule, Declared | Formula | Given | Graded | Survey):
        return _own_words(standard).get(judgement, JUDGEMENTS[judgement])
    return JUDGEMENTS[judgement]


def _own_words(standard: Standard) -> Mapping[str, str]:
    """The words that all declared items of a standard share, by judgement; none where they differ or are none of its own."""
    found: dict[str, str] = {}
    for item in standard.indicators:
        if isinstance(item.rule, Declared):
            if item.rule.words == Declared().words or any(found.get(key, said) != said for key, said in item.rule.words.items()):
                return {}
            found |= item.rule.words
    return found


def apart(value: Number, limit: Number | None, places: int) -> Decimal:
    """A number rounded for display, with more decimals where it would otherwise look like the limit that it differs from.

    >>> apart(0.149999, 0.15, 2), apart(0.15, 0.15, 2), apart(85.0001, 85, 1)
    (Decimal('0.149999'), Decimal('0.15'), Decimal('85.0001'))
    """
    while places < _MOST and limit is not None and exact(value) != exact(limit) and rounded(value, places) == exact(limit):
        places += 1
    return rounded(value, places)


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
