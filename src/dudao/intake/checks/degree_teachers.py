"""Teachers by 学历 of all stages (专科, 本科, 硕士, 博士) add up to no more than 专任教师总人数.

Query, at 专任教师总人数. Unusable parts are left out: the sum of the others is a lower bound.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-004"
PARTS = (
    "college_primary",
    "bachelor_primary",
    "bachelor_junior",
    "master_primary",
    "master_junior",
    "doctor_primary",
    "doctor_junior",
)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """More teachers by 学历 than teachers."""
    yield from figures.beyond(CODE, unit, standard, PARTS, "teachers")
