"""教学仪器设备资产值 per pupil is between 200 and 50 000 元 (up to 500 000 under 100 pupils).

Query, at 教学仪器设备资产值. The limits are 2 000 (小学) and 2 500 元 (初中), a tenth of the lower and twenty times the higher: 元 typed for
万元 is 10 000 times too much. At a school with a 高中部 it is raised only when it holds both without and with 高中.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return
from dudao.units import YUAN_PER_WAN

CODE = "CHK-018"
LEAST, MOST = Decimal(200), Decimal(50_000)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """Equipment per pupil outside sense."""
    yield from figures.per_pupil(CODE, unit, standard, ("equipment",), "元", LEAST, MOST, YUAN_PER_WAN)
