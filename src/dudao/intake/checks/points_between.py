"""Of an item graded by its observation points (观察点), the share not reached falls to a grade that the document states.

Query, at 未达到的观察点数; between the shares for B and for C the item has no grade.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.asked import name
from dudao.standards.model import Graded, Standard
from dudao.tables import Return

CODE = "CHK-044"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """A share of points short that is too large for B and too small for C."""
    for indicator in figures.asking(standard, Graded):
        rule, own = indicator.rule, name(indicator, "short")
        value = figures.number(unit, own)
        if rule.by != "share" or value is None or rule.short_b is None or rule.short_c is None:
            continue
        if rule.short_b * rule.points < Decimal(value) < rule.short_c * rule.points:
            found = f"{figures.told(unit, standard, own)}，占观察点的比例介于 B、C 两等之间，细则没有写明，该项按无数据处理。"
            yield figures.query(CODE, unit, own, found, "请与制定细则的单位核实后改正。")
