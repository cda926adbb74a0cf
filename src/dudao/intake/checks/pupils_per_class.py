"""Pupils per class are between 3 and 66.

Query, at 班级总数. 66 is where the form's last class band begins (超大班额), so no whole school averages more; 3 leaves room for the smallest
rural schools. At a school with a 高中部 it is raised only when it holds both without and with 高中.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-014"
LEAST, MOST = Decimal(3), Decimal(66)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """班级总数 does not fit the pupils."""
    classes, readings = figures.number(unit, "classes"), figures.pupil_readings(unit, standard)
    if classes is None or not readings:
        return
    if any(not pupils or LEAST * classes <= pupils <= MOST * classes for pupils in readings):
        return
    average = f"平均每班 {figures.ratio(readings[0] / classes)} 人，超出" if classes else "没有班级，超出"
    found = f"{figures.told(unit, standard, 'classes')}，{figures.pupils_told(unit, standard)}，{average}常见范围（每班 {LEAST} 至 {MOST} 人）。"
    yield figures.query(CODE, unit, "classes", found)
