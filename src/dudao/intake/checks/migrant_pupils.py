"""进城务工人员随迁子女 are no more than the pupils of all stages the school has.

Query, at 进城务工人员随迁子女在校生人数. Silent when the pupils of a stage are unusable.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-011"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """More 随迁子女 than pupils."""
    part, readings = figures.number(unit, "migrant_pupils"), figures.pupil_readings(unit, standard)
    if part is None or not readings or part <= readings[-1]:
        return
    found = f"{figures.told(unit, standard, 'migrant_pupils')}，大于{figures.pupils_told(unit, standard)}。"
    yield figures.query(CODE, unit, "migrant_pupils", found)
