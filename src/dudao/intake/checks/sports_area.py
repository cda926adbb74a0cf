"""学校体育馆面积 + 校内体育场面积 per pupil is between 1 and 80 平方米 (up to 800 under 100 pupils).

Query, at 学校体育馆面积. The limits are 7.5 (小学) and 10.2 (初中), so most schools lie between 4 and 30: a figure in 万平方米 or 亩, or with
a slipped decimal point, falls outside. At a school with a 高中部 it is raised only when it holds both without and with 高中.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-017"
LEAST, MOST = Decimal(1), Decimal(80)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """体育运动场馆 per pupil outside sense."""
    yield from figures.per_pupil(CODE, unit, standard, ("gym_area", "grounds_area"), "平方米", LEAST, MOST)
