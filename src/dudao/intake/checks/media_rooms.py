"""网络多媒体教室 are no more than 5 a class.

Query, at 网络多媒体教室间数. A school has its classrooms and some special rooms, so one or two a class are usual; more than 5 is as a rule a
slipped digit or a count of devices. No class: silent, see CHK-014.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-019"
MOST = 5


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """Too many 网络多媒体教室 for the classes."""
    rooms, classes = figures.number(unit, "media_rooms"), figures.number(unit, "classes")
    if rooms is None or not classes or rooms <= MOST * classes:
        return
    found = (
        f"{figures.told(unit, standard, 'media_rooms')}，{figures.told(unit, standard, 'classes')}，"
        f"平均每班 {figures.ratio(rooms / classes)} 间，高于常见范围（每班不超过 {MOST} 间）。"
    )
    yield figures.query(CODE, unit, "media_rooms", found)
