"""教师培训经费预算 is no more than 公用经费预算, of which it is a part.

Query, at 教师培训经费预算总额.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-012"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """More for training than in all."""
    yield from figures.beyond(CODE, unit, standard, ("training_budget",), "budget")
