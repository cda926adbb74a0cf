"""Of an item graded by its observation points (观察点), those not reached are at most all of them.

Error, at 未达到的观察点数, which becomes unusable.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.asked import name
from dudao.standards.model import Graded, Standard
from dudao.tables import Return

CODE = "CHK-041"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """More points short than there are."""
    for own, points in _wrong(unit, standard):
        found = f"{figures.told(unit, standard, own)}，大于该项观察点总数 {points} 个。"
        yield figures.error(CODE, unit, own, found, "请改正，否则该项按无数据处理。")


def refuses(unit: Return, standard: Standard) -> Iterator[str]:
    """The fields that become unusable."""
    return (own for own, _ in _wrong(unit, standard))


def _wrong(unit: Return, standard: Standard) -> Iterator[tuple[str, int]]:
    for indicator in figures.asking(standard, Graded):
        own = name(indicator, "short")
        value = figures.number(unit, own)
        if indicator.rule.by == "share" and value is not None and value > indicator.rule.points:
            yield own, indicator.rule.points
