"""County: 规定的小学、初中生均公用经费标准 are between 200 and 20 000 元.

Query for each, at the figure. The quotas printed on the form are 1 150 and 1 350 元; a figure in 万元 is below 200.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-035"
NAMES = ("quota_primary", "quota_junior")
LEAST, MOST = Decimal(200), Decimal(20_000)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """Quota per pupil outside sense."""
    for name in NAMES:
        value = figures.number(unit, name)
        if value is not None and not LEAST <= value <= MOST:
            found = f"{figures.told(unit, standard, name)}，超出常见范围（{figures.amount(LEAST)} 至 {figures.amount(MOST)} 元）。"
            yield figures.query(CODE, unit, name, found, "请核对数值和单位（元）；确实如此的，书面说明原因。")
