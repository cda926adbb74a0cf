"""County: 特殊教育学校经费总额 per pupil is between 600 and 200 000 元.

Query, at 经费总额. The limit is 6 000 or 8 000 元 a pupil; 万元 typed for 元 is below 600. Funds without a pupil: query, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-036"
LEAST, MOST = Decimal(600), Decimal(200_000)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """Funds per 特教 pupil outside sense."""
    funds, pupils = figures.number(unit, "special_funds"), figures.number(unit, "special_pupils")
    if funds is None or pupils is None or LEAST * pupils <= funds <= MOST * pupils:
        return
    told = (
        f"{figures.told(unit, standard, 'special_funds')}，{figures.told(unit, standard, 'special_pupils')}"
    )
    if pupils:
        found = f"{told}，生均 {figures.ratio(funds / pupils)} 元，超出常见范围（{figures.amount(LEAST)} 至 {figures.amount(MOST)} 元）。"
    else:
        found = f"{told}，有经费而没有学生。"
    yield figures.query(
        CODE, unit, "special_funds", found, "请核对两项的数值和单位（元）；确实如此的，书面说明原因。"
    )
