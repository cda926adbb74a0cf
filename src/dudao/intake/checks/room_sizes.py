"""音乐教室 by size add up to no more than 音乐教室总间数, and 美术教室 likewise.

Query for each, at the total. Rooms below the least size asked are in no class, so fewer is in order. Unusable parts are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-009"
ROOMS = (
    (("music_rooms_96", "music_rooms_73", "music_rooms_61"), "music_rooms"),
    (("fine_art_rooms_90", "fine_art_rooms_67", "fine_art_rooms_61"), "fine_art_rooms"),
)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """More rooms by size than rooms."""
    for parts, whole in ROOMS:
        yield from figures.beyond(CODE, unit, standard, parts, whole)
