"""County: the yearly pay of 教师 and of 公务员 is between 0.5 and 100 万元.

Query for each, at the figure. Half a 万元 a year is below every minimum wage, and 元 typed for 万元 is far above 100.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-034"
NAMES = ("teacher_pay", "official_pay")
LEAST, MOST = Decimal("0.5"), Decimal(100)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """Yearly pay outside sense."""
    for name in NAMES:
        value = figures.number(unit, name)
        if value is not None and not LEAST <= value <= MOST:
            found = f"{figures.told(unit, standard, name)}，超出常见范围（{LEAST} 至 {MOST} 万元）。"
            yield figures.query(
                CODE, unit, name, found, "请核对数值和单位（万元）；确实如此的，书面说明原因。"
            )
