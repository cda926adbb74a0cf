"""校外租赁场馆 and 校内其他体育场 are counted in R5 only at a school that answers 是 to 人口密度过高的大城市中心城区学校.

Query for each such figure above 0 elsewhere, at the figure: it is not counted (未计入). Silent when the flag is unusable.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-027"
PARTS = ("leased_area", "other_grounds_area")


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """Grounds that are not counted."""
    if figures.flag(unit, "dense_centre") is not False:
        return
    for name in PARTS:
        if figures.number(unit, name):
            found = f"{figures.told(unit, standard, name)}，但{figures.label(standard, 'dense_centre')}未填“是”，未计入。"
            yield figures.query(CODE, unit, name, found, "请核对学校情况；不属于该类学校的，清空此项。")
