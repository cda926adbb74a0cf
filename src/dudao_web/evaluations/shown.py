"""Numbers of a result as the pages print them: rounded once, never so that they look better than they are.

Pure functions over the JSON of a result. Not here: any judgement; rounding comes from the standard's own text.
"""

from decimal import Decimal
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


def share(number: Number | None, places: int = 1) -> str:
    """A share 0–1 as 91.3%."""
    return "" if number is None else f"{text.rounded(text.exact(number) * 100, places)}%"


def in_unit(number: Number | None, unit: str | None, places: int) -> str:
    """A county value in its unit: 91.3%, 6 500.00 元/生."""
    if number is None:
        return ""
    if unit == "share":
        return share(number)
    return f"{value(number, places)} {unit}".strip() if unit else value(number, places)


def state(judgement: str, reaches: bool | None) -> str:
    """The mark of one value: near where the limit is missed but 85 % of it reached."""
    if judgement == "not_met" and reaches:
        return "near"
    return judgement


def gap(lacks: dict[str, Any] | None) -> str:
    """差 3 名教师."""
    return text.gap(lacks)
