"""建校时间 agrees with 是否2010年及之前规划并建成 and 是否2016年及之前规划并建成, and these with each other.

Query for each, at the flag: 建校 up to the year but 否, 建校 after it but 是 (both are possible where the campus was moved or rebuilt),
or, where the year is unusable, 2010 是 but 2016 否. A blank flag is not compared; reading has queried it.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Return

CODE = "CHK-022"
YEARS = (("built_2010", 2010), ("built_2016", 2016))


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """The flags do not fit the year or each other."""
    year = figures.number(unit, "founded")
    typed = {name: unit.figure(name).value for name, _ in YEARS if unit.figure(name).state == "given"}
    for name, last_year in YEARS:
        if year is not None and name in typed and typed[name] != (year <= last_year):
            found = f"{figures.told(unit, standard, 'founded')}，{figures.told(unit, standard, name)}，两者不一致。"
            yield figures.query(CODE, unit, name, found, "请核对；迁建、改建校舍等情形，书面说明。")
    if year is None and typed.get("built_2010") is True and typed.get("built_2016") is False:
        found = f"{figures.told(unit, standard, 'built_2010')}，{figures.told(unit, standard, 'built_2016')}，两者矛盾。"
        yield figures.query(CODE, unit, "built_2016", found)
