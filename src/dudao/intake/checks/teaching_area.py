"""教学及辅助用房总面积 per pupil is between 1 and 40 平方米 (up to 400 under 100 pupils).

Query, at 教学及辅助用房总面积. The limits are 4.5 (小学) and 5.8 (初中), so most schools lie between 3 and 12: a figure in 万平方米, or with a
slipped decimal point, falls outside. At a school with a 高中部 it is raised only when it holds both without and with 高中.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-016"
LEAST, MOST = Decimal(1), Decimal(40)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """教学及辅助用房 per pupil outside sense."""
    yield from figures.per_pupil(CODE, unit, standard, ("teaching_area",), "平方米", LEAST, MOST)
