"""County: 实际交流轮岗教师 are no more than 符合交流条件教师, and 实际交流骨干教师 no more than 实际交流轮岗教师.

Query for each, at the smaller group.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-030"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """More teachers moved than could."""
    yield from figures.beyond(CODE, unit, standard, ("rotated",), "rotation_eligible")
    yield from figures.beyond(CODE, unit, standard, ("rotated_backbone",), "rotated")
