"""Pupils per 专任教师 are between 3 and 40, with no lower bound under 100 pupils.

Query, at 专任教师总人数. The staffing norm (中央编办发〔2014〕72号) is 19 pupils a post in 小学, 13.5 in 初中, 12.5 in 高中; 40 is twice the
highest, 3 a quarter of the lowest. Schools under 100 pupils are staffed by class, so few pupils a teacher are in order there. At
a school with a 高中部 it is raised only when it holds both without and with 高中.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-015"
LEAST, MOST = Decimal(3), Decimal(40)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """专任教师 do not fit the pupils."""
    teachers, readings = figures.number(unit, "teachers"), figures.pupil_readings(unit, standard)
    if teachers is None or not readings or any(_in_sense(pupils, teachers) for pupils in readings):
        return
    average = (
        f"平均每名教师 {figures.ratio(readings[0] / teachers)} 名学生，超出" if teachers else "没有教师，超出"
    )
    found = f"{figures.told(unit, standard, 'teachers')}，{figures.pupils_told(unit, standard)}，{average}常见范围（{LEAST} 至 {MOST} 名）。"
    yield figures.query(CODE, unit, "teachers", found)


def _in_sense(pupils: Decimal, teachers: Decimal) -> bool:
    if not pupils:
        return True
    return pupils <= MOST * teachers and (pupils < figures.SMALL or pupils >= LEAST * teachers)
