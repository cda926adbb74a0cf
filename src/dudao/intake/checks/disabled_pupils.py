"""County: 适龄残疾儿童少年入学总人数 is no more than 适龄残疾儿童少年总数.

Query, at 入学总人数.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-033"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """More enrolled than there are."""
    yield from figures.beyond(CODE, unit, standard, ("disabled_enrolled",), "disabled_all")
