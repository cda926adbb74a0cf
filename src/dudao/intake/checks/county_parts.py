"""County: a part is no larger than its whole: 农业人口 of 人口总数, 专任教师 of 教职工, 特殊教育学校就读 of 入学 of 残疾儿童少年.

Query, at the whole. Figures of 申报表 表Ⅰ and 表Ⅴ.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-045"
_PARTS = (
    ("rural_population", "population"),
    ("teachers_primary", "staff_primary"),
    ("teachers_junior", "staff_junior"),
    ("disabled_special", "disabled_enrolled"),
)


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """A part larger than its whole."""
    for part, whole in _PARTS:
        yield from figures.beyond(CODE, unit, standard, (part,), whole)
