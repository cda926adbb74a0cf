"""A look-back over a few units (演示数据) with a self-check to fill in: made-up 细则 for schools and towns, or a standard for districts."""

from datetime import date

from lookback import Lookback, city, document
from world import PASSWORD, World

from dudao_web.campaigns import closing, launching
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Kind, Membership, Org, Role
from dudao_web.pages.demo_items import SCHOOL, TOWN, school_items, town_items
from dudao_web.standards import actions as standards
from dudao_web.standards.models import StandardVersion
from dudao_web.submissions.queries import ReturnSet

YANGZHONG, DANYANG = "321182", "321181"
ON = date(2018, 6, 12)


def small() -> Lookback:
    """A tenth of each district's units."""
    return city(share=10)


def own_items(world: Lookback, n: int = 12) -> dict[str, StandardVersion]:
    """The city's made-up 细则 with ``n`` items each."""
    return {
        Kind.SCHOOL: standards.load_items(
            by=world.officer, base=SCHOOL, profile="default", data=school_items(n)
        ),
        Kind.TOWN: standards.load_items(by=world.officer, base=TOWN, profile="default", data=town_items(n)),
    }


def campaign(
    world: Lookback, bound: dict[str, StandardVersion], key: str = "zj-2018", year: int = 2018
) -> Campaign:
    """A look-back by these standards, launched and forwarded by all districts."""
    draft = launching.prepare(
        by=world.officer, procedure="zhenjiang-lookback", year=year, title=f"{year}年“双创”“回头看”", key=key
    )
    plan = Plan(standards={kind: version.pk for kind, version in bound.items()})
    launching.revise(campaign=draft, by=world.officer, plan=plan)
    no = 100 * Campaign.objects.count()
    found = launching.launch(campaign=draft, by=world.officer, document=document(world.officer, no))
    places = StageDate.objects.filter(
        stage__campaign=found, stage__type="notice", stage__actor="county", closed_at=None
    )
    for place in places.select_related("org").order_by("stage__order", "org__path"):
        no += 1
        by = world.officers[place.org.code]
        if Case.objects.filter(campaign=found, district=place.org).exclude(unit=place.org).exists():
            closing.forward(
                place=place, by=by, document=document(by, no, "关于转发通知的通知（演示数据）", "演教督")
            )
        else:  # the district itself is looked at
            closing.close(place=place, by=by, note="已部署（演示数据）")
    return found


def case_of(campaign: Campaign, kind: str = Kind.SCHOOL, district: str = YANGZHONG) -> Case:
    """The first case of a kind in a district."""
    rows = Case.objects.select_related("unit", "campaign", "version", "place__stage", "place__org")
    return rows.filter(campaign=campaign, kind=kind, district__code=district).first()


def of_district(world: Lookback, standard: str) -> Case:
    """The case of 扬中市 itself, by a standard of the catalogue for districts."""
    version = standards.register(standard=standard, profile="default", by=None)
    return case_of(campaign(world, {Kind.COUNTY: version}), Kind.COUNTY)


def office(world: Lookback, unit: Org) -> Membership:
    """The unit's office, which has chosen its password."""
    found = world.office(unit)
    orgs.set_password(user=found.user, password=PASSWORD)
    return found


def inspector(org: Org, username: str = "inspector") -> Membership:
    """A responsible inspector of a unit."""
    found, _ = orgs.invite(
        by=None, org=org, role=Role.INSPECTOR, username=username, title=f"{org.name}责任督学", on=ON
    )
    return found


def data_case(world: World, of: ReturnSet) -> Case:
    """The case of a set's county in a campaign that begins with data (义务教育优质均衡四级)."""
    draft = launching.prepare(
        by=world.city_officer,
        procedure="quality-balance-four-levels",
        year=of.year,
        title="优质均衡（演示数据）",
        key="yz",
    )
    plan = Plan(
        standards={Kind.COUNTY: of.version.pk},
        districts=(of.county.code,),
        dates={"data": ("2026-01-01", "2026-12-31")},
    )
    launching.revise(campaign=draft, by=world.city_officer, plan=plan)
    found = launching.launch(campaign=draft, by=world.city_officer, document=document(world.city_officer, 1))
    return case_of(found, Kind.COUNTY)
