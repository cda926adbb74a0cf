"""Pupils lie between the least and the greatest sum that the class bands allow (25人以下: 1–25, …, 66人以上: 66 and more).

Query, at the pupils of the first stage that has any. At a school with a 高中部 it is raised only when the pupils fit neither without nor
with 高中, since the form does not say which classes are meant. Silent unless all bands and pupils are usable.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-003"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """Pupils do not fit the bands."""
    bands = figures.numbers(unit, [band for band, _, _ in figures.BANDS])
    if bands is None:
        return
    least = sum((count * low for count, (_, low, _) in zip(bands, figures.BANDS, strict=True)), figures.ZERO)
    most = sum(
        (count * high for count, (_, _, high) in zip(bands, figures.BANDS, strict=True) if high), figures.ZERO
    )
    unbounded = bands[-1] > 0
    readings = figures.pupil_readings(unit, standard)
    if not readings or any(least <= pupils and (unbounded or pupils <= most) for pupils in readings):
        return
    span = (
        f"不少于 {figures.amount(least)} 人"
        if unbounded
        else f"为 {figures.amount(least)} 至 {figures.amount(most)} 人"
    )
    found = f"{figures.pupils_told(unit, standard)}，按各班额段的班级个数应{span}。"
    yield figures.query(
        CODE,
        unit,
        figures.pupils_field(unit, standard),
        found,
        "请核对学生人数和各班额段班级个数；确实如此的，书面说明原因。",
    )
