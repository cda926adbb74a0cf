"""A subject that was not monitored (未监测) has no figure of its own.

Query, at the figure; the subject is left out either way.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.asked import NOT_MONITORED, name
from dudao.standards.model import Given, Standard
from dudao.tables import Return

CODE = "CHK-046"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """A figure beside 未监测."""
    for indicator in figures.asking(standard, Given):
        for number in range(1, len(indicator.rule.parts) + 1):
            grade, value = name(indicator, f"{number}_grade"), name(indicator, f"{number}_value")
            if unit.text(grade) == NOT_MONITORED and figures.number(unit, value) is not None:
                found = f"{figures.told(unit, standard, grade)}，又填了{figures.told(unit, standard, value)}，该学科不计。"
                yield figures.query(CODE, unit, value, found, "请核对：有监测结果的填等级，没有的清空差异率。")
