"""An item's points (得分) are at most the points that the standard gives for it.

Error, at the points, which become unusable; every item scored by points, bonus points (附加分) too.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.asked import name
from dudao.standards.model import Points, Standard
from dudao.tables import Return

CODE = "CHK-040"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """More points than there are."""
    for indicator in figures.asking(standard, Points):
        own, most = name(indicator, "points"), indicator.rule.most
        value = figures.number(unit, own)
        if value is not None and value > most:
            found = f"{figures.told(unit, standard, own)}，大于该项满分 {figures.amount(most)} 分。"
            yield figures.error(CODE, unit, own, found, "请改正，否则该项按无数据处理。")


def refuses(unit: Return, standard: Standard) -> Iterator[str]:
    """The fields that become unusable."""
    for indicator in figures.asking(standard, Points):
        value = figures.number(unit, name(indicator, "points"))
        if value is not None and value > indicator.rule.most:
            yield name(indicator, "points")
