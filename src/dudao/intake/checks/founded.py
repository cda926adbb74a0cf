"""建校时间 is a year from 1840 to 2100.

Query, at 建校时间. The library has no clock, so the upper end only catches slips of a digit.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-021"
FIRST, LAST = 1840, 2100


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """建校时间 is no year in sense."""
    year = figures.number(unit, "founded")
    if year is None or FIRST <= year <= LAST:
        return
    found = f"{figures.told(unit, standard, 'founded')}，不在 {FIRST} 年至 {LAST} 年之间。"
    yield figures.query(CODE, unit, "founded", found, "请填写四位数的年份；确实如此的，书面说明原因。")
