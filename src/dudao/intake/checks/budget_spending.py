"""公用经费决算 is between half and twice 公用经费预算.

Query, at 决算. A year's spending moves with carry-over and additions, hardly by half; a larger distance is as a rule a slip of the unit
(元 for 万元) or of the line. Both 0: silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-013"
TIMES = 2


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """决算 far from 预算."""
    budget, spending = figures.number(unit, "budget"), figures.number(unit, "spending")
    if budget is None or spending is None or (budget <= TIMES * spending and spending <= TIMES * budget):
        return
    share = f"，决算为预算的 {figures.ratio(spending / budget)} 倍" if budget else ""
    found = f"{figures.told(unit, standard, 'spending')}，{figures.told(unit, standard, 'budget')}{share}，相差过大。"
    yield figures.query(
        CODE, unit, "spending", found, "请核对两项的数值和单位（万元）；确实如此的，书面说明原因。"
    )
