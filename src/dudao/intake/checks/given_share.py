"""校际差异率 of a result handed down (国家监测) is a share, so it is below 1.

Query, at the figure: 1 and more was probably typed as a percentage (15 for 0.15).
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.asked import name
from dudao.standards.model import Given, Standard
from dudao.tables import Return

CODE = "CHK-043"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """A share of 1 and more."""
    for indicator in figures.asking(standard, Given):
        for number in range(1, len(indicator.rule.parts) + 1):
            own = name(indicator, f"{number}_value")
            value = figures.number(unit, own)
            if value is not None and value >= 1:
                found = f"{figures.told(unit, standard, own)}，校际差异率一般小于 1，可能填成了百分数。"
                yield figures.query(CODE, unit, own, found, "请核对，填小数，如 0.15；确实如此的，书面说明原因。")
