"""Campaigns in a real Chromium, by their pages from the first task to the last: one district of 镇江, the four levels, data-only procedures.

Each office follows the link of its own task. Not here: every field of a self-check (``test_self_check_in_browser``), single refusals
(``test_four_levels``, ``test_data_only``).
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import checking
import four_levels
import papers
import pytest
from django.conf import settings as configured
from four_levels import case_of
from lookback import Lookback, texts
from playwright.sync_api import Page, expect
from world import PASSWORD

from dudao_web import clock
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.operations import log
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Membership, Org, Role
from dudao_web.standards import actions as standards
from dudao_web.submissions.self_check import actions as self_check
from dudao_web.tasks import queries as tasks
from dudao_web.tasks.models import Task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DISTRICT = "321171"  # 镇江新区: three schools in a tenth of 镇江
COUNTY = "321182"
Enter = Callable[[Membership, str], Page]


@pytest.fixture(autouse=True)
def on(settings):
    settings.DEMO_ON = checking.ON


@pytest.fixture
def enter(page, live_server, client_of) -> Enter:
    """Go on as an office, on one of its pages."""

    def go(membership: Membership, path: str) -> Page:
        name = configured.SESSION_COOKIE_NAME
        session = client_of(membership).cookies[name].value
        page.context.clear_cookies()
        page.context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
        page.goto(f"{live_server.url}{path}")
        return page

    return go


def task_of(membership: Membership, kind: str = "campaigns.") -> Task:
    """The first task of an office in a campaign."""
    rows = tasks.open_for(membership, clock.today())
    return next(task for task in rows if task.kind.startswith(kind))


def follow(enter: Enter, membership: Membership) -> Page:
    """From the office's to-do list to where its first task in a campaign is done."""
    task = task_of(membership)
    page = enter(membership, "/")
    page.locator(f'main a[href="{task.href}"]').first.click()
    page.wait_for_url(f"**{task.href}")
    return page


def answer(case: Case, by: Membership) -> None:
    """Answers to everything, saved; what is typed where is for the tests of the sheet."""
    self_check.save(case=case, by=by, texts=texts(case))


def hand_in(page: Page) -> None:
    """From the sheet over the page before handing in to what is handed in."""
    page.get_by_role("link", name="去提交").click()
    page.get_by_role("button", name="提交", exact=False).last.click()
    expect(page.get_by_text("已提交（第").first).to_be_visible()


def close_stage(page: Page, note: str, paper: Path) -> None:
    page.get_by_label("办理情况").fill(note)
    page.locator('input[type="file"]').set_input_files(paper)
    page.get_by_role("button", name="办结", exact=True).click()
    expect(page.get_by_text("已办结。").first).to_be_visible()


def approve_all(page: Page, n: int) -> None:
    boxes = page.locator('input[name="case"]')
    expect(boxes).to_have_count(n)
    for box in boxes.all():
        box.check()
    page.get_by_role("button", name="通过选中的单位").click()
    expect(page.get_by_text(f"已通过 {n} 个单位").first).to_be_visible()


def send_back(page: Page, reason: str, due: date) -> None:
    page.get_by_label("退回理由").fill(reason)
    page.get_by_label("重报截止").fill(f"{due:%Y-%m-%d}")
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_text("已退回").first).to_be_visible()


@pytest.fixture
def paper(tmp_path) -> Path:
    path = tmp_path / "报告.pdf"
    path.write_bytes(papers.PDF)
    return path


def sound() -> None:
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


# --- one district of 镇江


@pytest.fixture
def world() -> Lookback:
    """A tenth of 镇江; city and district have chosen their passwords."""
    found = checking.small()
    for office in (found.officer, found.officers[DISTRICT]):
        orgs.set_password(user=office.user, password=PASSWORD)
    return found


def launched(world: Lookback, enter: Enter) -> Campaign:
    """The look-back of one district, from the wizard to its launch, by the city's own 细则."""
    bound = checking.own_items(world, 3)
    page = enter(world.officer, "/campaigns/new/?procedure=zhenjiang-lookback")
    for name, text in (("year", "2018"), ("title", "2018年“回头看”"), ("key", "zj-2018")):
        page.locator(f'[name="{name}"]').fill(text)
    page.locator("main form .btn.primary").click()
    page.wait_for_url("**/zj-2018/plan/")
    for kind, one in bound.items():
        page.locator(f'[name="standard_{kind}"]').select_option(str(one.pk))
    page.get_by_label("镇江新区", exact=True).check()
    for box in page.locator('input[name^="quota_"]').all():
        box.fill("1" if DISTRICT in (box.get_attribute("name") or "") else "")
    page.get_by_role("button", name="保存，去启动").click()
    page.wait_for_url("**/zj-2018/launch/")
    page.locator('[name="word"]').fill("镇教督")
    page.locator('[name="no"]').fill("11")
    page.get_by_role("button", name="启动", exact=True).click()
    page.wait_for_url("**/campaigns/zj-2018/")
    return Campaign.objects.get(key="zj-2018", state="running")


def test_one_district_from_launch_to_all_approved(world, enter):
    campaign = launched(world, enter)
    district = world.officers[DISTRICT]
    page = follow(enter, district)
    page.get_by_role("link", name="转发通知").click()
    page.get_by_label("代字").fill("镇新教督")
    page.get_by_label("号", exact=True).fill("3")
    page.get_by_role("button", name="转发", exact=True).click()
    expect(page.get_by_text("已转发，3 个单位可以开始办理。")).to_be_visible()
    cases = list(
        Case.objects.filter(campaign=campaign).select_related("unit", "campaign", "version", "place__stage")
    )
    for case in cases:
        unit = checking.office(world, case.unit)
        answer(case, unit)
        hand_in(follow(enter, unit))
    page = follow(enter, district)
    first = cases[0]
    page.get_by_role("link", name=first.unit.name).click()
    send_back(page, "1.1 的说明与材料不符", date(2018, 6, 20))
    unit = world.office(first.unit)
    page = follow(enter, unit)
    expect(page.get_by_text("1.1 的说明与材料不符").first).to_be_visible()
    field = page.locator('input[name="1.1_a1"]')
    field.nth(1).check()
    expect(page.locator("#saved")).to_contain_text("已保存")
    page.get_by_role("link", name="去提交").click()
    shown = page.get_by_role("heading", name="本次改了").inner_text()
    page.get_by_role("button", name="提交", exact=False).last.click()
    expect(page.get_by_text("已提交（第 2 次提交）").first).to_be_visible()
    approve_all(follow(enter, district), 3)
    page = enter(world.officer, f"/campaigns/{campaign.key}/cases/")
    expect(page.locator("main tbody tr")).to_have_count(3)
    assert set(Case.objects.values_list("state", "place__stage__key")) == {("approved", "recheck")}
    last = first.hand_ins.get(number=2)
    assert (shown, "1.1" in last.marks) == (f"本次改了 {last.count} 项", True)
    sound()


# --- the four levels


@pytest.fixture
def levels(settings) -> four_levels.Levels:
    settings.DEMO_ON = four_levels.ON
    return four_levels.build()


def decide(enter: Enter, by: Membership) -> Page:
    """The office opens the county that waits for it."""
    page = follow(enter, by)
    page.locator("main").get_by_role("link", name="扬中市", exact=True).click()
    return page


def approve(enter: Enter, by: Membership) -> None:
    page = decide(enter, by)
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("已通过“扬中市”。")).to_be_visible()


def test_four_levels_with_a_return_an_unlock_and_resubmissions(levels, enter, paper, settings):
    county, city, province, nation = (
        levels.offices[one] for one in ("yangzhong", "city", "province", "nation")
    )
    campaign = four_levels.launched(city, "quality-balance-four-levels", {"county": four_levels.version()})
    four_levels.whole_set(levels.units["yangzhong"], county)
    page = follow(enter, county)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已提交（第 1 次提交）。")).to_be_visible()
    case = case_of(campaign, COUNTY)
    answer(case, county)
    hand_in(follow(enter, county))
    approve(enter, city)

    page = enter(county, f"/campaigns/cases/{case.pk}/")
    page.get_by_label("理由").fill("G10 填错")
    page.get_by_role("button", name="申请退回修改").click()
    expect(page.get_by_text("已提出申请")).to_be_visible()
    page = follow(enter, city)
    expect(page.get_by_text("G10 填错")).to_be_visible()
    page.get_by_role("button", name="同意修改", exact=True).click()
    expect(page.get_by_text("已同意修改")).to_be_visible()
    self_check.save(case=case_of(campaign, COUNTY), by=county, texts={"G10_met": "未达到"})
    hand_in(follow(enter, county))
    page = decide(enter, city)
    expect(page.get_by_role("heading", name="第 2 次提交通过后改动 1 项")).to_be_visible()
    approve(enter, city)
    close_stage(follow(enter, county), "整改方案已报市", paper)

    send_back(decide(enter, province), "G2 的佐证材料没有文号", date(2022, 10, 25))
    self_check.save(case=case_of(campaign, COUNTY), by=county, texts={"G2_met": "未达到"})
    hand_in(follow(enter, county))
    approve(enter, city)
    approve(enter, province)
    settings.DEMO_ON = date(2023, 3, 6)  # a task is asked from the day its stage opens
    close_stage(follow(enter, county), "模拟评估已组织", paper)
    approve(enter, nation)
    case.refresh_from_db()
    assert (case.state, case.done, case.hand_ins.count()) == ("approved", True, 4)
    assert [row.result for row in case.approvals.all()] == [
        "approved", "unlocked", "approved", "returned", "approved", "approved", "approved",
    ]  # fmt: skip
    sound()


# --- procedures that are data alone


def work_off(enter: Enter, campaign: Campaign, offices: dict[int, Membership], paper: Path) -> list[str]:
    """Every task of a campaign, done by its office on the page that the task leads to; the stages in the order they were done."""
    done = []
    kinds = ("campaigns.unit", "campaigns.place")
    while task := Task.objects.filter(kind__in=kinds, state="open").order_by("pk").first():
        by, key = offices[task.org_id], int(task.object.partition(":")[2])
        if task.kind == "campaigns.unit":
            case = Case.objects.select_related("unit", "campaign", "version", "place__stage").get(pk=key)
            stage = case.place.stage
            if stage.type == "self_check":
                answer(case, by)
                hand_in(enter(by, task.href))
            else:
                page = enter(by, task.href)
                page.get_by_role("button", name="提交", exact=True).click()
                expect(page.get_by_text("已提交（第").first).to_be_visible()
        else:
            stage = StageDate.objects.select_related("stage").get(pk=key).stage
            page = enter(by, task.href)
            if stage.type == "approval":
                approve_all(page, page.locator('input[name="case"]').count())
            else:
                close_stage(page, f"{stage.title}已办理（演示数据）", paper)
        done.append(stage.key)
    return done


def finish(enter: Enter, campaign: Campaign, by: Membership) -> None:
    """The office ends the campaign on its page."""
    page = enter(by, f"/campaigns/{campaign.key}/close/")
    page.get_by_role("button", name="办结项目").click()
    expect(page.get_by_text(f"“{campaign.title}”已办结。")).to_be_visible()
    campaign.refresh_from_db()
    states = set(Case.objects.filter(campaign=campaign).values_list("state", "done"))
    assert (campaign.state, states) == ("closed", {("approved", True)})


def version(standard: str):
    return standards.register(standard=standard, profile="default", by=None)


def test_three_procedures_that_are_data_alone(levels, enter, paper, settings):
    settings.DEMO_ON = date(2020, 8, 20)
    city, county = levels.offices["city"], levels.offices["yangzhong"]
    school = Org.objects.get(code="3211820001")
    office = four_levels.office(school, Role.SCHOOL, "u1")
    offices = {one.org_id: one for one in (city, county, office)}
    more = {"topic": "师资队伍建设", "team": ("甲", "乙", "丙"), "districts": (school.code,)}
    special = four_levels.launched(
        city, "special-inspection", {"school": version("special-checklist")}, year=2020, key="special", **more
    )
    assert work_off(enter, special, offices, paper) == [
        *("self_check", "self_approval", "visit", "hearing", "opinion"),
        *("letter", "rectification", "report"),
    ]
    finish(enter, special, city)

    four_levels.whole_set(levels.units["yangzhong"], county, 2020)
    bound = {"county": version(four_levels.STANDARD)}
    round_ = four_levels.launched(
        city, "monitoring-round", bound, year=2020, key="round", no=2, districts=(COUNTY,)
    )
    assert work_off(enter, round_, offices, paper) == ["collect", "audit", "lock", "submit"]
    finish(enter, round_, city)

    plans = four_levels.launched(
        county, "school-plan-evaluation", {"school": version("school-plan")}, year=2020, key="plans",
        districts=(school.code,),
    )  # fmt: skip
    assert work_off(enter, plans, offices, paper) == [
        *("plan_review", "self_check", "self_approval", "evaluation", "feedback"),
    ]
    finish(enter, plans, county)
    sound()
