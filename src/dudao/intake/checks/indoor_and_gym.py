"""室内体育用房面积 equals 学校体育馆面积: both count the indoor sports rooms, one to leave them out of R4, one to count them in R5.

Query, at 学校体育馆面积.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-008"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """室内体育用房 and 体育馆 differ."""
    indoor, gym = figures.number(unit, "indoor_sports_area"), figures.number(unit, "gym_area")
    if indoor is None or gym is None or indoor == gym:
        return
    found = f"{figures.told(unit, standard, 'gym_area')}，{figures.told(unit, standard, 'indoor_sports_area')}，两者不等。"
    yield figures.query(CODE, unit, "gym_area", found, "请核对两项是否为同一处用房；确实不同的，书面说明。")
