"""交流轮岗、兼职、走教 teachers are counted in R3 only at a school that answers 是 to 乡村小规模学校 and has 50 to 99 pupils.

Query for each such figure above 0 elsewhere, at the figure: it is not counted (未计入). Silent when the flag is unusable, or it is 是
and the pupils are unusable.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-026"
PARTS = ("visiting_pe", "visiting_music", "visiting_fine_art", "visiting_arts")
FEWEST, MOST = figures.RURAL_SMALL


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """Visiting teachers that are not counted."""
    typed = [name for name in PARTS if figures.number(unit, name)]
    small = figures.flag(unit, "rural_small") if typed else None
    if small is None:
        return
    reason = f"{figures.label(standard, 'rural_small')}未填“是”"
    if small:
        pupils = figures.judged_pupils(unit, standard)
        if pupils is None or FEWEST <= pupils <= MOST:
            return
        reason = f"{figures.pupils_told(unit, standard, judged=True)}，不在 {FEWEST} 至 {MOST} 人之间"
    for name in typed:
        found = f"{figures.told(unit, standard, name)}，但{reason}，未计入。"
        yield figures.query(CODE, unit, name, found, "请核对学校情况；不属于该类学校的，清空此项。")
