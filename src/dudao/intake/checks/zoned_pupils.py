"""Pupils living in the 划片范围 are no more than the pupils of their stage.

Query for each stage, at the pupils living in the 划片范围.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-010"
PAIRS = (("zoned_primary", "pupils_primary"), ("zoned_junior", "pupils_junior"))


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """More zoned pupils than pupils."""
    for part, whole in PAIRS:
        yield from figures.beyond(CODE, unit, standard, (part,), whole)
