"""Numbers of a result as the pages print them: rounded once, never so that they look better than they are.

Pure functions over the JSON of a result. Not here: any judgement; rounding comes from the standard's own text.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dudao.reports import text
from dudao_web.ui.templatetags.ui import thin

Number = float | int
MOST_DECIMALS = 9


def value(number: Number | None, places: int, limit: Number | None = None, *, met: bool | None = None) -> str:
    """A number with ``places`` decimals; more where rounding would carry it over the limit that it missed, or back.

    >>> value(4.1999, 2, 4.2, met=False), value(4.21, 2, 4.2, met=True), value(None, 2)
    ('4.1999', '4.21', '')
    >>> value(0.45004, 3, 0.45, met=False)
    '0.45004'
    """
    if number is None:
        return ""
    while (
        met is False
        and limit is not None
        and places < MOST_DECIMALS
        and _beside(number, limit) != _beside(text.rounded(number, places), limit)
    ):
        places += 1
    return thin(text.rounded(number, places))


def _beside(number: Number | Decimal, limit: Number) -> int:
    """−1, 0 or 1: below, at or above the limit."""
    exact, bound = text.exact(number), text.exact(limit)
    return (exact > bound) - (exact < bound)


def plain(number: Number | None) -> str:
    """A limit or a count as the document writes it: 4.2, 2 000."""
    if number is None:
        return ""
    exact = text.exact(number)
    return thin(f"{exact.normalize():f}" if exact != exact.to_integral() else f"{exact:.0f}")


def percent_of(number: Number | None, limit: Number | None) -> str:
    """A value as per cent of its limit with one decimal, cut below 100 % where the limit is missed: 91.8%.

    >>> percent_of(0.92, 1), percent_of(4.1999, 4.2)
    ('92.0%', '99.9%')
    """
    if number is None or not limit:
        return ""
    share = text.exact(number) * 100 / text.exact(limit)
    shown = text.rounded(share, 1)
    if share < 100 <= shown:
        shown = Decimal("99.9")
    return f"{shown}%"


def near(percent: str) -> str:
    """The words beside a value that reaches 85 % of its limit (ui §4): 达到标准的 92.4%."""
    return f"达到标准的 {percent}"


def share(number: Number | None, places: int = 1) -> str:
    """A share 0–1 as 91.3%."""
    return "" if number is None else f"{text.rounded(text.exact(number) * 100, places)}%"


def amount(found: Any, unit: str | None = "", bound: Any = None, places: int = 2) -> str:
    """A value of an item in its unit, without needless zeros; more decimals where it would look like the bound that it is told apart
    from, or like nothing. Words as they are.

    >>> amount(Fraction(19, 20), "share"), amount(Fraction(9496, 10000), "share", Fraction(95, 100)), amount("Ⅲ")
    ('95%', '94.96%', 'Ⅲ')
    >>> amount(2001, "人").replace(chr(0x2009), " "), amount(Fraction(-1, 300000)), amount(0.33, "比值")
    ('2 001 人', '−0.0000033', '0.33')
    """
    if found is None or isinstance(found, str):
        return found or ""
    share = unit == "share"
    value = Fraction(found) * (100 if share else 1)
    limit = None if bound is None or isinstance(bound, str) else Fraction(bound) * (100 if share else 1)
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    places = 1 if share else places
    while places < MOST_DECIMALS and _misleads(value, limit, text.rounded(decimal, places)):
        places += 1
    number = thin(f"{text.rounded(decimal, places).normalize():f}")
    return f"{number}%" if share else number if unit in ("", "比值", None) else f"{number} {unit}"


def limit(bound: Any, unit: str | None = "") -> str:
    """A limit in its unit with the decimals that the document writes: 0.50 beside 0.45; shares in per cent.

    >>> limit(Decimal("0.50")), limit(Decimal("7.5"), "㎡/生"), limit(Decimal("0.95"), "share"), limit(6, "项")
    ('0.50', '7.5 ㎡/生', '95%', '6 项')
    """
    if not isinstance(bound, Decimal) or unit == "share":
        return amount(bound, unit)
    number = thin(f"{bound:f}")
    return number if unit in ("", "比值", None) else f"{number} {unit}"


def _misleads(value: Fraction, limit: Fraction | None, shown: Decimal) -> bool:
    """Whether a rounded value stands on another side of the limit than the value, or has lost all but one of its figures."""
    if limit is not None and (value > limit) - (value < limit) != (shown > limit) - (shown < limit):
        return True
    return bool(value) and abs(value) < 1 and len(shown.normalize().as_tuple().digits) < 2 and shown != value


def answer(found: Any, unit: str | None, levels: Mapping[str, str], limit: Any = None) -> str:
    """A county value of the result: a number, a grade, or by level: 小学 99%，初中 96%."""
    if not isinstance(found, Mapping):
        return amount(found, unit, limit if not isinstance(limit, Mapping) else None)
    bounds = limit if isinstance(limit, Mapping) else {}
    return "，".join(
        f"{levels.get(level, '')} {amount(part, unit, bounds.get(level)) or '无数据'}"
        for level, part in found.items()
    )


def state(judgement: str, reaches: bool | None) -> str:
    """The mark of one value: near where the limit is missed but 85 % of it reached."""
    if judgement == "not_met" and reaches:
        return "near"
    return judgement


def gap(lacks: dict[str, Any] | None) -> str:
    """差 3 名教师."""
    return text.gap(lacks)
