"""A school of several stages (一贯制, 完全中学, 附设班) gives 骨干教师 and 体育艺术教师 by stage.

Query for each, at the figure of the whole school, where a judged stage has no figure typed: the one figure is shared pro rata to the
pupils of the 义务教育 stages and marked ``estimated`` (contracts §1). Silent where the figure of the whole is unusable.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-028"
SHARED = (
    (("backbone",), "backbone", "县级及以上骨干教师数"),
    (
        ("pe_teachers", "music_teachers", "fine_art_teachers", "arts_teachers"),
        "pe_art",
        "体育、艺术专任教师数",
    ),
)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """One figure for several stages."""
    stages = figures.stages_of(unit, standard)
    if len(stages) < 2:
        return
    for wholes, by_stage, word in SHARED:
        lacking = [s for s in stages if s.judged and unit.figure(f"{by_stage}_{s.name}").state != "given"]
        if not lacking or figures.numbers(unit, wholes) is None:
            continue
        listed = "、".join(figures.told(unit, standard, name) for name in wholes)
        found = f"{listed}，没有分学段填写，按义务教育各学段学生数折算，标为估算。"
        asked = "、".join(f"「{word}（{stage.title}）」" for stage in lacking)
        yield figures.query(CODE, unit, wholes[0], found, f"请在宽表中填写{asked}；不能分学段的，书面说明。")
