"""A school that answers 是 to 是否最大班额低于30人的农村小规模学校 has no class in the bands from 31 pupils up.

Query, at the flag. The band 26–30 holds classes on both sides of the line and is not compared. Unusable bands are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-024"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """The flag does not fit the class bands."""
    if not figures.flag(unit, "rural_small_classes"):
        return
    larger = [band for band, low, _ in figures.BANDS if low > 30 and figures.number(unit, band)]
    if not larger:
        return
    listed = "、".join(figures.told(unit, standard, name) for name in larger)
    found = f"{figures.told(unit, standard, 'rural_small_classes')}，但{listed}。"
    yield figures.query(
        CODE, unit, "rural_small_classes", found, "请核对班级个数和该项；最大班额不低于30人的，该项改填“否”。"
    )
