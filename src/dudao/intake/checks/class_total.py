"""The ten class bands (每班25人以下 … 每班66人以上) add up to 班级总数.

Query, at 班级总数. Silent unless all eleven figures are usable.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-002"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """The bands differ from the total."""
    bands, total = (
        figures.numbers(unit, [band for band, _, _ in figures.BANDS]),
        figures.number(unit, "classes"),
    )
    if bands is None or total is None or sum(bands) == total:
        return
    found = f"{figures.told(unit, standard, 'classes')}，各班额段合计 {figures.amount(sum(bands, figures.ZERO))} 个，两者不等。"
    yield figures.query(CODE, unit, "classes", found)
