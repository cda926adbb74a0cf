"""Checks (数据核验): what is wrong within one unit's figures. One check, one file, one test file.

Here lives the list of the checks and their run. Not here: what a reader finds in a file or a cell (``dudao.intake``), the same
school twice, and judging against a limit (``dudao.evaluation``).

A check module's docstring is its contract: what is compared, the level, the cell. ``CODE`` is never reused, also when a check goes.
A check is silent about figures that are missing, refused or of a stage the school does not have. Its messages are queries, which never
block and change no value; one that yields an error names in ``REFUSES`` the fields that become unusable, and contracts §1 names it.
"""

from __future__ import annotations

from types import ModuleType

from dudao.intake.checks import (
    budget_per_pupil,
    budget_spending,
    built_flags,
    class_pupils,
    class_total,
    county_migrants,
    degree_teachers,
    disabled_pupils,
    equipment,
    extra_grounds,
    founded,
    indoor_and_gym,
    indoor_sports,
    jumps,
    media_rooms,
    migrant_pupils,
    pay,
    pe_art_teachers,
    pupil_quota,
    pupils_per_class,
    pupils_per_teacher,
    report_year,
    retention,
    room_sizes,
    rotation,
    rural_small,
    rural_small_classes,
    senior_places,
    shared_teachers,
    special_funds,
    sports_area,
    stage_figures,
    teacher_parts,
    teaching_area,
    training_budget,
    visiting_teachers,
    zoned_pupils,
)
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CHECKS: tuple[ModuleType, ...] = (
    indoor_sports,
    class_total,
    class_pupils,
    degree_teachers,
    teacher_parts,
    pe_art_teachers,
    stage_figures,
    indoor_and_gym,
    room_sizes,
    zoned_pupils,
    migrant_pupils,
    training_budget,
    budget_spending,
    pupils_per_class,
    pupils_per_teacher,
    teaching_area,
    sports_area,
    equipment,
    media_rooms,
    budget_per_pupil,
    founded,
    built_flags,
    rural_small,
    rural_small_classes,
    retention,
    visiting_teachers,
    extra_grounds,
    shared_teachers,
    jumps,
    rotation,
    senior_places,
    county_migrants,
    disabled_pupils,
    pay,
    pupil_quota,
    special_funds,
    report_year,
)
"""All checks, in running order. Each has its own fields, so one that does not concern a form finds nothing to compare."""


def run(unit: Return, standard: Standard, last: Return | None = None) -> tuple[list[Issue], frozenset[str]]:
    """Every check over one unit: the issues in running order, and the names of the fields that an error makes unusable.

    ``last``: the same unit's return of last year, if there is one. A school of a type that is not counted (特殊教育学校, 职业学校) is
    asked for name, type and code only, so nothing of it is compared.
    """
    kind = standard.type_of(unit.text("school_type"))
    if kind is not None and kind.excluded is not None:
        return [], frozenset()
    issues: list[Issue] = []
    refused: set[str] = set()
    for module in CHECKS:
        for issue in module.check(unit, standard, last):
            issues.append(issue)
            if issue.level == "error":
                refused.update(module.REFUSES)
    return issues, frozenset(refused)
