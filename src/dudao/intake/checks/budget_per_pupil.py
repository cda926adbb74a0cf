"""公用经费预算 per pupil is between 100 and 30 000 元 (up to 300 000 under 100 pupils, which are funded as 100).

Query, at 上一年度公用经费预算总额. The quotas printed on the county form are 1 150 and 1 350 元; 元 typed for 万元 is 10 000 times too
much. At a school with a 高中部 it is raised only when it holds both without and with 高中.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return
from dudao.units import YUAN_PER_WAN

CODE = "CHK-020"
LEAST, MOST = Decimal(100), Decimal(30_000)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """公用经费 per pupil outside sense."""
    yield from figures.per_pupil(CODE, unit, standard, ("budget",), "元", LEAST, MOST, YUAN_PER_WAN)
