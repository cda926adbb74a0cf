"""体育, 音乐, 美术 and 艺术专任教师 together are no more than 专任教师总人数.

Query, at 专任教师总人数. 交流轮岗、兼职、走教 teachers are not 专任 and are not compared. Unusable parts are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-006"
PARTS = ("pe_teachers", "music_teachers", "fine_art_teachers", "arts_teachers")


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """More 体育艺术 teachers than teachers."""
    yield from figures.beyond(CODE, unit, standard, PARTS, "teachers")
