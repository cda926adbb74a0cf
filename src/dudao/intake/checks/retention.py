"""本届毕业学生 are no more than, and at least half of, those who should graduate: 初一时在校 + 转入 − 转出 − 死亡.

Query, at 本届毕业学生人数. More than all is as a rule a moved figure (复学 and 留级 explain a few); fewer than half is a slip, not a
巩固率. Also when more left than were there. A school whose figures are all 0 has no such year yet: silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-025"
PARTS = ("graduates", "entrants", "moved_in", "moved_out", "died")


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """毕业 do not fit 初一时在校, 转入, 转出 and 死亡."""
    values = figures.numbers(unit, PARTS)
    if values is None or not any(values):
        return
    graduates, entrants, moved_in, moved_out, died = values
    expected = entrants + moved_in - moved_out - died
    if expected >= 0 and graduates <= expected <= 2 * graduates:
        return
    listed = "、".join(figures.told(unit, standard, name) for name in PARTS)
    if expected < 0:
        wrong = "转出和死亡人数多于初一时在校和转入人数"
    elif graduates > expected:
        wrong = f"毕业人数多于应毕业人数 {figures.amount(expected)} 人"
    else:
        wrong = f"毕业人数不到应毕业人数 {figures.amount(expected)} 人的一半"
    yield figures.query(CODE, unit, "graduates", f"{listed}，{wrong}。")
