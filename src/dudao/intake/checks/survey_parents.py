"""At least half of the 有效问卷 of a survey are of 家长.

Query, at the 有效问卷数 of 家长, where the survey has that group. 教督〔2012〕3号 asks it of the sample (家长不少于50%, as 甘肃省实施方案
cites it); the sample of 教督〔2017〕6号 was never published, so it is no more than a query. A group left blank only adds to the whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.asked import name
from dudao.standards.model import Standard, Survey
from dudao.tables import Return

CODE = "CHK-039"
PARENTS = "家长"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """Parents fewer than half."""
    for indicator in figures.asking(standard, Survey):
        if PARENTS not in indicator.rule.groups:
            continue
        names = [name(indicator, f"{number}_valid") for number in range(1, len(indicator.rule.groups) + 1)]
        own = names[indicator.rule.groups.index(PARENTS)]
        parents = figures.number(unit, own)
        total = sum((value for field in names if (value := figures.number(unit, field)) is not None), figures.ZERO)
        if parents is None or 2 * parents >= total:
            continue
        found = f"{figures.told(unit, standard, own)}，各类对象合计 {figures.amount(total)} 份，家长不到一半（2012 年办法要求不少于 50%）。"
        yield figures.query(CODE, unit, own, found)
