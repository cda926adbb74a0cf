"""No amount or count (pupils included) moves by more than 20 % against last year's return of the same unit.

Query for each, at this year's figure, where last year's was at least 10 (below that a few persons or rooms are a large share) and both
are usable. School returns and county returns alike. Without a return of last year: silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-029"
LEAST_BASE = 10
ONE_IN = 5
KINDS = ("pupils", "count", "amount")


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """Figures far from last year's."""
    if last is None:
        return
    for field in standard.fields:
        if field.kind not in KINDS:
            continue
        now, before = figures.number(unit, field.name), figures.number(last, field.name)
        if now is None or before is None or before < LEAST_BASE or abs(now - before) * ONE_IN <= before:
            continue
        word = "增加" if now > before else "减少"
        share = f"{abs(now - before) * 100 / before:.1f}"
        found = (
            f"{figures.told(unit, standard, field.name)}，上年 {figures.amount(before)} {field.unit}，"
            f"{word} {share}%，超过 20%。"
        )
        yield figures.query(CODE, unit, field.name, found, "请核对；确有变化的，书面说明原因。")
