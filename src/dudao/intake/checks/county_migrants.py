"""County: 随迁子女 in 公办学校 and in 政府购买服务的民办学校 add up to no more than 符合条件的随迁子女总人数.

Query, at the total. Unusable parts are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-032"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """More 随迁子女 at school than there are."""
    yield from figures.beyond(CODE, unit, standard, ("migrant_public", "migrant_bought"), "migrant_eligible")
