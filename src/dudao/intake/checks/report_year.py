"""County: 填报年度 is a year from 2017, when the standard was issued, to 2100.

Query, at 填报年度. The library has no clock, so the upper end only catches slips of a digit.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-037"
LAST = 2100


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """填报年度 is no year in sense."""
    year = figures.number(unit, "year")
    if year is None or standard.since.year <= year <= LAST:
        return
    found = f"{figures.told(unit, standard, 'year')}，不在 {standard.since.year} 年至 {LAST} 年之间。"
    yield figures.query(CODE, unit, "year", found, "请填写四位数的年份；确实如此的，书面说明原因。")
