"""室内体育用房面积 is a part of 教学及辅助用房总面积, so it cannot be larger.

Error, at 室内体育用房面积, which becomes unusable; R4 (教学及辅助用房 − 室内体育用房) is then no_data (contracts §1).
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-001"
REFUSES = ("indoor_sports_area",)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """室内体育用房 > 教学及辅助用房."""
    part, whole = figures.number(unit, "indoor_sports_area"), figures.number(unit, "teaching_area")
    if part is None or whole is None or part <= whole:
        return
    found = f"{figures.told(unit, standard, 'indoor_sports_area')}，大于{figures.told(unit, standard, 'teaching_area')}。"
    yield figures.error(
        CODE, unit, "indoor_sports_area", found, "请改正其中一项，否则生均教学及辅助用房面积按无数据处理。"
    )
