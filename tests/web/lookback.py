"""The 413 units of 镇江's 回头看 (演示数据) and a campaign over them, made by the actions that make them in an office.

Counts by district are those of seed 000's plan (三年复查合计); towns and schools are generated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kept import kept

from dudao.standards.asked import asked_of_unit
from dudao_web.campaigns import closing, launching
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign, Case
from dudao_web.documents import actions as documents
from dudao_web.documents.models import Document
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Kind, Membership, Org, Role
from dudao_web.standards import actions as standards
from dudao_web.standards import queries
from dudao_web.standards.models import StandardVersion

DISTRICTS = (
    # code, name, kind, towns, schools
    ("321181", "丹阳市", Kind.COUNTY, 10, 89),
    ("321183", "句容市", Kind.COUNTY, 8, 54),
    ("321182", "扬中市", Kind.COUNTY, 5, 42),
    ("321112", "丹徒区", Kind.COUNTY, 6, 51),
    ("321102", "京口区", Kind.COUNTY, 3, 47),
    ("321111", "润州区", Kind.COUNTY, 3, 51),
    ("321171", "镇江新区", Kind.FUNCTIONAL, 3, 30),
    ("321101", "市属", Kind.DIRECT, 0, 11),
)
SINCE = date(2010, 9, 1)


@dataclass(frozen=True)
class Lookback:
    """The city, its officer, the districts' officers by code, and an office for each unit that was asked for."""

    city: Org
    officer: Membership
    districts: dict[str, Org]
    officers: dict[str, Membership]
    units: list[Org]

    def office(self, unit: Org) -> Membership:
        """The office of a unit, made when it is first needed."""
        held, _ = orgs.invite(
            by=None, org=unit, role=Role.SCHOOL, username=f"u{unit.code}", title=unit.name, on=SINCE
        )
        return held


def city(share: int = 1) -> Lookback:
    """The tree with 413 units, or one ``share``-th of each district's (at least one school)."""
    top = orgs.create_org(by=None, code="321100", name="镇江市", kind=Kind.CITY, parent=None, since=SINCE)
    districts, units = {}, []
    for code, name, kind, towns, schools in DISTRICTS:
        district = orgs.create_org(by=None, code=code, name=name, kind=kind, parent=top, since=SINCE)
        districts[code] = district
        units += _below(district, towns // share, max(1, schools // share))
    found = Org.objects.bulk_create(units)
    orgs.record_many(by=None, action="orgs.import", objs=found)

    def held(org: Org, role: Role, username: str) -> Membership:
        return orgs.invite(
            by=None, org=org, role=role, username=username, title=f"{org.name}教育督导室", on=SINCE
        )[0]

    officers = {
        code: held(org, Role.COUNTY_OFFICER, f"d{code}")
        for code, org in districts.items()
        if org.kind != Kind.DIRECT
    }
    return Lookback(top, held(top, Role.CITY_OFFICER, "city"), districts, officers, found)


def _below(district: Org, towns: int, schools: int) -> list[Org]:
    rows = [(f"{district.code}{n:03d}", f"演示{n}镇", Kind.TOWN) for n in range(1, towns + 1)]
    rows += [
        (f"{district.code}{n:04d}", f"{district.name}演示{n}小学", Kind.SCHOOL) for n in range(1, schools + 1)
    ]
    return [
        Org(code=code, name=name, kind=kind, parent=district, path=f"{district.path}{code}/", since=SINCE)
        for code, name, kind in rows
    ]


def versions() -> dict[str, StandardVersion]:
    """The two standards as published, by kind of unit."""
    town = standards.register(standard="zhenjiang-double-creation-town", profile="default", by=None)
    school = standards.register(standard="zhenjiang-double-creation", profile="default", by=None)
    return {Kind.SCHOOL: school, Kind.TOWN: town}


def document(
    by: Membership, no: int, title: str = "关于开展“回头看”的通知（演示数据）", word: str = "镇教督"
) -> Document:
    """A document of an office, issued today."""
    return documents.issue(
        by=by, word=word, year=2018, no=no, title=title, body="请结合实际认真贯彻执行。", main_to="各单位",
        issued_on=date(2018, 5, 8),
    )  # fmt: skip


@kept
def begun() -> Lookback:
    """The tree with one school a district, and the look-back of 2018 begun everywhere."""
    world = city(share=100)
    forward_all(world, launched(world))
    return world


def launched(
    world: Lookback, key: str = "zj-2018", bound: dict[str, StandardVersion] | None = None
) -> Campaign:
    """The 2018 look-back, launched."""
    draft = launching.prepare(
        by=world.officer, procedure="zhenjiang-lookback", year=2018, title="2018年“双创”“回头看”", key=key
    )
    plan = Plan(standards={kind: version.pk for kind, version in (bound or versions()).items()})
    launching.revise(campaign=draft, by=world.officer, plan=plan)
    return launching.launch(campaign=draft, by=world.officer, document=document(world.officer, 11))


def forward_all(world: Lookback, campaign: Campaign, codes: Sequence[str] | None = None) -> None:
    """Every district (or those named) forwards the notice and so lets its units begin."""
    from dudao_web.campaigns.models import StageDate

    rows = StageDate.objects.filter(
        stage__campaign=campaign, stage__actor="county", stage__type="notice", closed_at=None
    )
    for n, place in enumerate(rows.select_related("org").order_by("stage__order", "org__path"), 1):
        if codes is None or place.org.code in codes:
            by = world.officers[place.org.code]
            closing.forward(
                place=place, by=by, document=document(by, n, "关于转发“回头看”通知的通知", "演教督")
            )


def texts(case: Case) -> dict[str, str]:
    """Answers to everything that a case's standard asks: the first choice, 1 for numbers, words for texts."""
    found = {}
    for item in asked_of_unit(queries.load(case.version)):
        for field in item.fields:
            last = item.kind == "veto" or "_c" in field.name.removeprefix(item.indicator.code)
            if field.choices:
                found[field.name] = field.choices[-1] if last else field.choices[0]
            else:
                found[field.name] = "1" if field.numeric else "检查记录（演示数据）"
    return found
