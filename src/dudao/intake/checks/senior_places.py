"""County: 优质高中招生分配指标 are no more than its 招生计划, and 向农村学校分配指标 no more than all 分配指标.

Query for each, at the smaller figure.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-031"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """More places by quota than places."""
    yield from figures.beyond(CODE, unit, standard, ("good_senior_quota",), "good_senior_places")
    yield from figures.beyond(CODE, unit, standard, ("good_senior_rural",), "good_senior_quota")
