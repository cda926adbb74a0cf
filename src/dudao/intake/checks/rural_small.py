"""A school that answers 是 to 是否50人及以上但不足100人的乡村小规模学校和教学点 has 50 to 99 pupils in its 义务教育 stages.

Query, at the flag. The relief of R3 is not applied outside that range.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-023"
FEWEST, MOST = figures.RURAL_SMALL


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """The flag does not fit the pupils."""
    if not figures.flag(unit, "rural_small"):
        return
    pupils = figures.judged_pupils(unit, standard)
    if pupils is None or FEWEST <= pupils <= MOST:
        return
    found = f"{figures.told(unit, standard, 'rural_small')}，{figures.pupils_told(unit, standard, judged=True)}，不在 {FEWEST} 至 {MOST} 人之间。"
    yield figures.query(CODE, unit, "rural_small", found, "请核对学生人数和该项；人数不符的，该项改填“否”。")
