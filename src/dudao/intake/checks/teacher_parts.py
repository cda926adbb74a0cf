"""Each of 骨干教师, 持有教师资格证的专任教师 and 培训满360学时专任教师 is no more than 专任教师总人数.

Query for each, at the part.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-005"
PARTS = ("backbone", "certified", "trained_360")


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """A part of the teachers is larger than all."""
    for part in PARTS:
        yield from figures.beyond(CODE, unit, standard, (part,), "teachers")
