"""Units (单位) and numbers as shown: which spellings name the same unit, and the one rounding for display.

Not here: the unit of a field or an indicator, which the standard's folder states; judging, which never rounds.
"""

from __future__ import annotations

import unicodedata
from decimal import ROUND_HALF_UP, Decimal

Number = float | int | Decimal

YUAN_PER_WAN = Decimal(10000)
"""元 in one 万元."""

_SAME = {"m2": "平方米", "㎡": "平方米", "平米": "平方米", "m²": "平方米"}


def plain(text: str) -> str:
    """Text as labels are compared: NFKC, every space dropped.

    >>> plain(" 教学及辅助用房　总面积（㎡） ")
    '教学及辅助用房总面积(m2)'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


def same_unit(a: str, b: str) -> bool:
    """Whether two spellings name one unit. 万元 and 元 do not.

    >>> same_unit("㎡", "平方米"), same_unit("万元", "元")
    (True, False)
    """
    a, b = plain(a), plain(b)
    return _SAME.get(a, a) == _SAME.get(b, b)


def exact(value: Number) -> Decimal:
    """The decimal a number stands for: a double is cut to 15 significant digits, as a spreadsheet shows it.

    >>> exact(1.005), exact(0.1 + 0.2)
    (Decimal('1.005'), Decimal('0.3'))
    """
    return value if isinstance(value, Decimal) else Decimal(format(value, ".15g"))


def rounded(value: Number, places: int) -> Decimal:
    """A number for display: rounded once, half up, from its exact decimal.

    >>> rounded(1.005, 2), rounded(4.1999, 2), rounded(0.5005, 3)
    (Decimal('1.01'), Decimal('4.20'), Decimal('0.501'))
    """
    return exact(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
