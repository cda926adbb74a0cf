"""A ledger with a problem in every state, made by the acts that make it in an office (演示数据): for tests of its pages and table."""

from dataclasses import dataclass, field
from datetime import date

from kept import kept
from lookback import Lookback, city, document, forward_all, versions
from world import PASSWORD

from dudao_web import clock
from dudao_web.campaigns import launching
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign, Case
from dudao_web.evidence import actions as evidence
from dudao_web.evidence.models import Revision
from dudao_web.findings import actions, ledger
from dudao_web.findings.models import Finding
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Membership

TODAY = date(2018, 6, 12)
YANGZHONG, DANYANG = "321182", "321181"


@dataclass
class Ledger:
    """The tree, the campaign, the case of 扬中市's school with its offices, its problems by name."""

    world: Lookback
    campaign: Campaign
    case: Case
    unit: Membership
    district: Membership
    found: dict[str, Finding] = field(default_factory=dict)


def launched(world: Lookback, year: int) -> Campaign:
    """The look-back of a year, launched."""
    draft = launching.prepare(
        by=world.officer,
        procedure="zhenjiang-lookback",
        year=year,
        title=f"{year}年“双创”“回头看”",
        key=f"zj-{year}",
    )
    plan = Plan(standards={kind: version.pk for kind, version in versions().items()})
    launching.revise(campaign=draft, by=world.officer, plan=plan)
    return launching.launch(campaign=draft, by=world.officer, document=document(world.officer, year % 100))


def case_in(campaign: Campaign, code: str) -> Case:
    """The first case of a district."""
    rows = Case.objects.select_related("unit", "campaign__org", "district", "version")
    return rows.filter(campaign=campaign, district__code=code).order_by("path").first()


@kept
def opened(year: int = 2018) -> Ledger:
    """A campaign that every district has forwarded, one school a district, nothing found yet; everybody has chosen a password."""
    world = city(share=100)
    campaign = launched(world, year)
    forward_all(world, campaign)
    case = case_in(campaign, YANGZHONG)
    unit, district = world.office(case.unit), world.officers[YANGZHONG]
    for one in (unit, district, world.officer, world.officers[DANYANG]):
        orgs.set_password(user=one.user, password=PASSWORD)
        one.user.refresh_from_db()
    return Ledger(world, campaign, case, unit, district)


def listed(of: Ledger, text: str, **said: object) -> Finding:
    """A problem that the district lists for the school."""
    asked = {"case": of.case, "by": of.district, "source": "review", "office": of.case.district} | said
    return ledger.raise_(text=text, **asked)


def shown(of: Ledger, name: str) -> Revision:
    """A new proof of the school."""
    data = f"%PDF-1.4\n% {name}\n%%EOF\n".encode()
    filed = evidence.add(
        org=of.case.unit, by=of.unit, name=f"{name}.pdf", data=data, effective_on=clock.today(), title=name
    )
    return filed.proof.current


def reported(of: Ledger, row: Finding, note: str = "已更换跑道面层，两名教师参加了培训。") -> Finding:
    """The school says that it is mended, with a proof and the figure of the indicator."""
    answer = {"ZD2_met": "达到"} if row.indicator == "ZD2" else {}
    return ledger.report(
        finding=row, by=of.unit, note=note, on=clock.today(), proofs=[shown(of, "验收单")], answer=answer
    )


def filled(of: Ledger) -> Ledger:
    """One problem in each state, by its name."""
    found = of.found
    found["planning"] = listed(of, "消防通道堆放杂物", severity="serious", due=date(2018, 8, 31))
    found["open"] = listed(
        of, "校本课程没有单列课时", indicator="ZD2", measure="调整课表，每周增加一节", due=date(2018, 6, 18)
    )
    found["mended"] = reported(
        of, listed(of, "操场跑道破损，面积不足", indicator="ZD1", measure="暑期翻修", due=TODAY)
    )
    row = reported(of, listed(of, "图书陈旧，生均册数不足", measure="补充图书", due=date(2018, 7, 1)))
    found["returned"] = ledger.send_back(
        finding=row, by=of.district, reason="新购图书未编目，请补报清单。", due=date(2018, 7, 10)
    )
    row = reported(of, listed(of, "食堂留样记录不全", measure="专人登记", due=date(2018, 6, 30)))
    found["struck"] = ledger.strike(
        finding=row, by=of.district, method="on_site", note="现场查看，记录齐全。", on=TODAY
    )
    found["handed_up"] = actions.note(
        case=of.case, by=of.unit, text="校门外道路没有减速带", mendable=False, measure="需要交警部门设置"
    )
    return of
