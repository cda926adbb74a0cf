"""Figures typed by stage (班级数, 骨干教师, 体育艺术专任教师, 小学 + 初中) agree with the figure of the whole school.

Query, at the first figure by stage: they must add up to the whole, and at a school with a 高中部 to no more than it. Silent unless
every judged stage of the school has its figure typed (a blank is not compared) and the whole is usable.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-007"
PAIRS = (
    (("classes_primary", "classes_junior"), ("classes",)),
    (("backbone_primary", "backbone_junior"), ("backbone",)),
    (
        ("pe_art_primary", "pe_art_junior"),
        ("pe_teachers", "music_teachers", "fine_art_teachers", "arts_teachers"),
    ),
)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """The stages do not add up to the whole."""
    typed = [pair for pair in PAIRS if any(unit.figure(name).state == "given" for name in pair[0])]
    stages = figures.stages_of(unit, standard) if typed else ()
    judged = [stage.name for stage in stages if stage.judged]
    for parts, wholes in typed:
        own = [part for part in parts if part.rpartition("_")[2] in judged]
        values = figures.numbers(unit, wholes)
        if not own or values is None or any(unit.figure(part).state != "given" for part in own):
            continue
        total = sum(figures.numbers(unit, own) or (), figures.ZERO)
        whole = sum(values, figures.ZERO)
        if total == whole or (total < whole and len(judged) < len(stages)):
            continue
        listed = "、".join(figures.told(unit, standard, name) for name in own)
        against = "、".join(figures.told(unit, standard, name) for name in wholes)
        found = (
            f"分学段填写：{listed}，合计 {figures.amount(total)}；"
            f"全校填写：{against}，合计 {figures.amount(whole)}。两者不符。"
        )
        yield figures.query(CODE, unit, own[0], found)
