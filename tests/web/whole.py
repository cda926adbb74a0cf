"""A county of the cast that answers everything (演示数据): three schools, the 补充表 of county and schools; and sets of other standards.

Not here: the cast (``world``), forms without a 补充表 (``handin``).
"""

import csv
import io
from collections.abc import Mapping
from typing import Any

import handin
from handin import CODES, FIRST, JUNIOR, SECOND

from dudao.intake import template
from dudao.standards import asked
from dudao.standards.model import Declared, Field, Given, Graded, Points, Standard, Survey, Veto
from dudao_web.evaluations.models import Evaluation
from dudao_web.orgs.models import Membership, Org
from dudao_web.standards import actions as versions
from dudao_web.standards import queries as standards
from dudao_web.submissions.queries import ReturnSet

Changes = Mapping[str, Any]
COUNTS = {"sent": 120, "valid": 100, "satisfied": 90, "visited": 10, "visit_satisfied": 9}


def answers(standard: Standard, changes: Changes | None = None) -> dict[str, object]:
    """Every row that items ask for, as a county that meets all of it; ``changes`` over them (None: blank)."""
    found: dict[str, object] = {}
    for indicator in standard.indicators:
        for field in standard.fields:
            if field.item == indicator.code:
                found[field.name] = _answer(
                    indicator.rule, field, field.name.removeprefix(f"{indicator.code}_")
                )
    found |= dict(changes or {})
    return {name: value for name, value in found.items() if value is not None}


def _answer(rule: Any, field: Field, what: str) -> object:
    match rule:
        case Declared():
            return field.choices[0] if what == "met" else "演示佐证材料"
        case Veto():
            return asked.NO if what == "found" else None
        case Given():
            return "Ⅲ" if what.endswith("grade") else "0.14"
        case Survey():
            return COUNTS[what.split("_", 1)[1]]
        case Points():
            return rule.most
        case Graded():
            return 0 if what == "short" else field.choices[0] if what.startswith("a") else asked.NO
    return asked.HOLDS


def supplement(
    of: ReturnSet, county: Changes | None = None, schools: Mapping[str, Changes] | None = None
) -> bytes:
    """The 补充表 of the cast's county under the standard; ``schools``: more of a school, by name."""
    standard = standards.load(of.version)
    said = {"county_code": of.county.code} if any(f.name == "county_code" for f in standard.fields) else {}
    names = {field.name for field in template.county_fields(standard)}
    said = {name: value for name, value in {**said, **answers(standard, county)}.items() if name in names}
    common = {"sponsor": "7", "location": "城区", "boarding": "否"}
    rows = [
        {"school_code": CODES[name], "school_name": name, **common, **dict((schools or {}).get(name, {}))}
        for name in (FIRST, SECOND, JUNIOR)
    ]
    asks = {field.name for field in template.school_fields(standard)}
    rows = [{name: value for name, value in row.items() if name in asks} for row in rows]
    return template.supplement(standard, county=said, schools=rows if asks else ())


def run(
    of: ReturnSet,
    by: Membership,
    county: Changes | None = None,
    schools: Mapping[str, Changes] | None = None,
    **factors: str,
) -> Evaluation:
    """A run of the whole county with its 补充表; ``factors`` are those of the second school."""
    handin.whole(of, by, **factors)
    handin.hand_in(of, by, "补充表.xlsx", supplement(of, county, schools))
    return handin.run(of, by)


def other(standard: str, profile: str, county: Org, by: Membership) -> Evaluation:
    """A run under any standard of the catalogue: two schools where it judges schools, and everything that its items ask."""
    of = ReturnSet(county, handin.YEAR, versions.register(standard=standard, profile=profile, by=None))
    loaded = standards.load(of.version)
    if fields := template.wide_fields(loaded):
        handin.hand_in(of, by, "学校.csv", _wide(fields))
    handin.hand_in(of, by, "补充表.xlsx", supplement(of))
    return handin.run(of, by)


def _wide(fields: tuple[Field, ...]) -> bytes:
    """Two schools with one number in every figure but the pupils."""
    known = {"school_name": FIRST, "school_code": CODES[FIRST], "school_type": "小学", "pupils_primary": 420}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([field.label for field in fields])
    for changes in ({}, {"school_name": SECOND, "school_code": CODES[SECOND], "pupils_primary": 360}):
        values = known | changes
        writer.writerow([values.get(field.name, _plain(field)) for field in fields])
    return out.getvalue().encode("utf-8-sig")


def _plain(field: Field) -> object:
    if field.kind == "flag":
        return "否"
    if field.kind == "choice":
        return field.choices[-1] if field.choices else ""
    if field.kind == "year":
        return 1990
    return "" if field.stage == "junior" or not field.numeric else 60
