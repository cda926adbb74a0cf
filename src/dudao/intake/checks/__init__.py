"""Checks (数据核验): what is wrong within one unit's figures. One check, one file, one test file.

Here lives the list of the checks and their run. Not here: what a reader finds in a file or a cell (``dudao.intake``), the same
school twice, and judging against a limit (``dudao.evaluation``).

A check module's docstring is its contract: what is compared, the level, the cell. ``CODE`` is never reused, also when a check goes.
A check is silent about figures that are missing, refused or of a stage the school does not have. Its messages are queries, which never
block and change no value; one that yields an error names the fields that become unusable: in ``REFUSES``, or by ``refuses(unit,
standard)`` where they follow from the standard's rules.
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
    county_parts,
    declared_proof,
    degree_teachers,
    disabled_pupils,
    equipment,
    extra_grounds,
    founded,
    given_share,
    indoor_and_gym,
    indoor_sports,
    jumps,
    media_rooms,
    migrant_pupils,
    not_monitored,
    pay,
    pe_art_teachers,
    points_between,
    points_range,
    points_short,
    pupil_quota,
    pupils_per_class,
    pupils_per_teacher,
    report_year,
    retention,
    room_sizes,
    rotation,
    rural_small,
    rural_small_classes,
    screen,
    senior_places,
    shared_teachers,
    special_funds,
    sports_area,
    stage_figures,
    survey_counts,
    survey_parents,
    teacher_parts,
    teaching_area,
    training_budget,
    veto_note,
    visiting_teachers,
    zoned_pupils,
)
from dudao.intake.row import Figures
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
    survey_counts,
    survey_parents,
    points_range,
    points_short,
    declared_proof,
    given_share,
    points_between,
    county_parts,
    not_monitored,
    veto_note,
)
"""All checks, in running order. Each has its own fields, so one that does not concern a form finds nothing to compare."""
OF_THE_COUNTY = frozenset((
    rotation, senior_places, county_migrants, disabled_pupils, pay, pupil_quota, special_funds, report_year,
    survey_counts, survey_parents, points_range, points_short, points_between, declared_proof, given_share,
    county_parts, not_monitored, veto_note,
))  # fmt: skip
"""Those that a school's return has nothing for."""
_OF_SCHOOLS = tuple(module for module in CHECKS if module not in OF_THE_COUNTY)


def run(unit: Return, standard: Standard, last: Return | None = None) -> tuple[list[Issue], frozenset[str]]:
    """Every check over one unit: the issues in running order, and the names of the fields that an error makes unusable.

    ``last``: the same unit's return of last year, if there is one. A school of a type that is not counted (特殊教育学校, 职业学校) is
    asked for name, type and code only, so nothing of it is compared.
    """
    if last is None and _is_quiet(unit, standard):
        return [], frozenset()
    kind = standard.type_of(unit.text("school_type"))
    if kind is not None and kind.excluded is not None:
        return [], frozenset()
    issues: list[Issue] = []
    refused: set[str] = set()
    for module in _OF_SCHOOLS if unit.form == "school" else CHECKS:
        for issue in module.check(unit, standard, last):
            issues.append(issue)
            if issue.level == "error":
                refused.update(module.refuses(unit, standard) if hasattr(module, "refuses") else module.REFUSES)
    return issues, frozenset(refused)


def _is_quiet(unit: Return, standard: Standard) -> bool:
    """Whether a look at all rows of its table has shown that every check is silent about this one."""
    own = unit.figures
    if unit.form != "school" or not isinstance(own, Figures) or not own.as_read or len(own.block.numbers) < screen.FEWEST:
        return False
    return own.row not in screen.doubtful(own.block, standard, _OF_SCHOOLS)
