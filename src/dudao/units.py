"""Units (单位): which spellings name the same unit, and the exact factors between units of money.

Not here: the unit of a field or an indicator, which the standard's folder states.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal

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
