"""Four levels over three counties (演示数据): 国家, 省, 市, and what a county hands in to be looked at by all of them.

Not here: the forms of its schools (``handin``), 镇江's look-back with its 413 units (``lookback``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import handin
import whole
from lookback import document, texts
from world import PASSWORD

from dudao_web.campaigns import closing, launching
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Kind, Membership, Org, Role
from dudao_web.standards import actions as standards
from dudao_web.standards.models import StandardVersion
from dudao_web.submissions import data_stage
from dudao_web.submissions.queries import ReturnSet
from dudao_web.submissions.self_check import actions as self_check

YEAR = 2022
ON = date(2022, 10, 12)
SINCE = date(2016, 9, 1)
STANDARD = "cn-2017-quality-balance"
ABOVE = (
    # code, name, kind, account
    ("100000", "国家", Kind.NATION, "nation"),
    ("320000", "江苏省", Kind.PROVINCE, "province"),
    ("321100", "镇江市", Kind.CITY, "city"),
)
COUNTIES = (
    ("321182", "扬中市", "yangzhong"),
    ("321181", "丹阳市", "danyang"),
    ("321183", "句容市", "jurong"),
)


@dataclass(frozen=True)
class Levels:
    """Units and offices by the account of the office."""

    units: dict[str, Org]
    offices: dict[str, Membership]


def build(above: tuple[str, ...] = ("nation", "province", "city"), counties: int = 3) -> Levels:
    """The tree from the highest of the levels named down to the counties; 扬中市 has the three schools of ``handin``."""
    units: dict[str, Org] = {}
    offices: dict[str, Membership] = {}
    parent: Org | None = None
    for code, name, kind, account in ABOVE:
        if account in above:
            parent = units[account] = _unit(code, name, kind, parent)
            offices[account] = office(parent, Role.CITY_OFFICER, account)
    for code, name, account in COUNTIES[:counties]:
        units[account] = _unit(code, name, Kind.COUNTY, parent)
        offices[account] = office(units[account], Role.COUNTY_OFFICER, account)
    for name, code in handin.CODES.items():
        _unit(code, name, Kind.SCHOOL, units["yangzhong"])
    return Levels(units, offices)


def _unit(code: str, name: str, kind: Kind, parent: Org | None) -> Org:
    return orgs.create_org(by=None, code=code, name=name, kind=kind, parent=parent, since=SINCE)


def office(org: Org, role: Role, account: str) -> Membership:
    """An office whose account has chosen its password."""
    held, _ = orgs.invite(
        by=None, org=org, role=role, username=account, title=f"{org.name}教育督导室", on=SINCE
    )
    orgs.set_password(user=held.user, password=PASSWORD)
    return held


def version() -> StandardVersion:
    """The standard of a county."""
    return standards.register(standard=STANDARD, profile="default", by=None)


def launched(
    by: Membership,
    procedure: str,
    bound: Mapping[str, StandardVersion],
    *,
    year: int = YEAR,
    key: str = "four",
    no: int = 1,
    **plan: object,
) -> Campaign:
    """A campaign of an office, launched with a document of its own; ``plan``: more of what the wizard asks."""
    draft = launching.prepare(by=by, procedure=procedure, year=year, title=f"{year}年督导评估", key=key)
    found = Plan(standards={kind: one.pk for kind, one in bound.items()}, **plan)
    launching.revise(campaign=draft, by=by, plan=found)
    return launching.launch(campaign=draft, by=by, document=document(by, no))


def case_of(campaign: Campaign, code: str) -> Case:
    """The case of a unit, as it is now."""
    rows = Case.objects.select_related(
        "unit", "district", "campaign", "version", "place__stage", "place__org"
    )
    return rows.get(campaign=campaign, unit__code=code)


def place(campaign: Campaign, key: str, code: str) -> StageDate:
    """A stage at the unit that keeps it."""
    rows = StageDate.objects.select_related("stage__campaign", "org__parent")
    return rows.get(stage__campaign=campaign, stage__key=key, org__code=code)


def at(campaign: Campaign, code: str) -> tuple[str, str]:
    """Where the case of a unit stands: key of the stage, state."""
    case = case_of(campaign, code)
    return case.place.stage.key, case.state


def whole_set(county: Org, by: Membership, year: int = YEAR) -> ReturnSet:
    """The county's set with its 补充表, confirmed."""
    of = handin.set_of(county, year=year)
    handin.whole(of, by)
    handin.hand_in(of, by, "补充表.xlsx", whole.supplement(of))
    handin.confirm(of, by)
    return of


def hand_in_data(campaign: Campaign, by: Membership) -> None:
    """The county hands in its data as they stand."""
    data_stage.hand_in(case=case_of(campaign, by.org.code), by=by)


def hand_in_self_check(campaign: Campaign, by: Membership, **changes: str) -> None:
    """A unit answers every item (``changes`` over the plain answers) and hands in."""
    case = case_of(campaign, by.org.code)
    self_check.save(case=case, by=by, texts=texts(case) | changes)
    self_check.hand_in(case=case, by=by, report="自评报告（演示数据）")


def close(campaign: Campaign, key: str, by: Membership, note: str = "已办理（演示数据）") -> StageDate:
    """An office closes its stage with a note."""
    return closing.close(place=place(campaign, key, by.org.code), by=by, note=note)
