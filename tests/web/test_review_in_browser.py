"""Stories of the second part of the spine in a real Chromium, on a phone where people stand in a school: a district's re-check from the frame
to the feedback, the city's spot-check, a problem to its end and its recurrence, an overdue one, an objection upheld.

What is not the subject is made by actions. Not here: single refusals (tests of each page), looks of single pages.
"""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import checking
import ledgers
import papers
import pytest
import review_pages as pages
import reviewing
import test_lookback_in_browser as office_pages
from playwright.sync_api import Page, expect
from review_pages import Enter, follow
from reviewed import reviewed
from screen import fits
from test_lookback_in_browser import close_stage, sound
from test_sheets_in_browser import codes, on, pick, save
from world import PASSWORD, SIZES

from dudao_web import clock
from dudao_web.campaigns import closing
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.models import Campaign, Judgement
from dudao_web.findings.models import Finding
from dudao_web.inspections import scoring
from dudao_web.inspections.models import Drawn, Objection, Sheet
from dudao_web.operations.tick import tick
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Membership, Org

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DISTRICT = office_pages.DISTRICT
OPINION = "总体达到标准，一项需要整改（演示数据）。"
REASON = "查阅记录，制度没有公开（演示数据）"
PROBLEM = "制度没有公开（演示数据）"
enter = office_pages.enter


@pytest.fixture(autouse=True)
def june(settings):
    settings.DEMO_ON = reviewing.ON


@pytest.fixture(autouse=True)
def phone(page) -> Page:
    page.set_viewport_size(SIZES["phone"])
    return page


@pytest.fixture
def paper(tmp_path) -> Path:
    path = tmp_path / "公开记录.pdf"
    path.write_bytes(papers.PDF)
    return path


def known(*offices: Membership) -> None:
    """These offices have chosen their passwords."""
    for one in offices:
        orgs.set_password(user=one.user, password=PASSWORD)


def team_of(org: Org) -> tuple[list[Membership], list[str]]:
    """Three inspectors of an org, with what their offices are called."""
    held = [reviewing.inspector(org, f"i{org.code}{n}", f"{org.name}督学{n}") for n in (1, 2, 3)]
    return held, [one.title for one in held]


# --- the re-check of a district


def test_a_district_is_rechecked_on_phones(enter, live_server, settings, paper):
    world = checking.small()
    district = world.officers[DISTRICT]
    known(district)
    campaign = checking.campaign(world, checking.own_items(world, 2))
    reviewing.self_checked(world, campaign, DISTRICT)
    members, titles = team_of(district.org)

    page = follow(enter, district, "campaigns.place")
    stage = page.url
    fits(page)
    sample = pages.publish(page, {DISTRICT: 1}, clock.now() + timedelta(hours=1))
    expect(page.get_by_role("button", name="抽取", exact=True)).to_have_count(0)
    settings.DEMO_ON += timedelta(days=1)
    page.reload()
    pages.draw(page, 1)
    page.goto(stage)
    pages.form_team(page, "第一督导组", "镇江新区", titles)
    pages.assign(page, "第一督导组")

    sheet = Sheet.objects.get()
    fits(follow(enter, members[0], "inspections.team"))
    leader_finds_a_problem(page, sheet)
    pages.score_rest(page, sheet, 1)
    pages.hand_in(page, "复查", OPINION)
    unit = checking.office(world, Drawn.objects.get().case.unit)
    page = pages.read_feedback(enter, unit, OPINION)
    page.get_by_role("link", name="演示：").first.click()
    expect(page.get_by_text(REASON)).to_be_visible()
    fits(page)
    pages.recomputed(page, f"{live_server.url}/draws/{sample.pk}/", 1)

    page = follow(enter, district, "campaigns.place")
    expect(page.get_by_text("1/1").first).to_be_visible()
    close_stage(page, "复查完毕（演示数据）", paper)
    rows = Judgement.objects.filter(source="review", superseded=False)
    assert rows.values_list("case", flat=True).distinct().get() == sheet.case_id
    assert Finding.objects.get().text == PROBLEM
    sound()


def leader_finds_a_problem(page: Page, sheet: Sheet) -> None:
    """From the team's sheets to the first item, which is not as the unit said; a reason is asked for, a problem is listed."""
    page.get_by_role("link", name=sheet.case.unit.name).click()
    fits(page)
    page.get_by_role("link", name="演示：").first.click()
    on(page, sheet, 0)
    fits(page)
    pick(page, sheet, 0, other=True)
    save(page)
    expect(page.get_by_text("与自查判定不同，请写明理由。")).to_be_visible()
    page.locator('[name="note"]').fill(REASON)
    page.locator("summary", has_text="列为问题").click()
    page.locator('[name="problem"]').fill(PROBLEM)
    save(page)


# --- the spot-check of the city


def test_the_city_spot_checks_what_was_rechecked_on_phones(enter, live_server, settings):
    review = reviewing.at_review(district=DISTRICT, items=2, n=2)
    world, city = review.world, review.world.officer
    known(city)
    for sheet in reviewing.assigned(review):
        reviewing.submitted(review, sheet)
        scoring.acknowledge(sheet=sheet, by=checking.office(world, sheet.case.unit))
    reviewing.closed(review)
    report = reviewing.place_of(review.campaign, "district_report", DISTRICT)
    closing.close(place=report, by=review.office, note="已报送（演示数据）")
    settings.DEMO_ON = date(2018, 9, 11)
    members, titles = team_of(city.org)

    page = follow(enter, city, "campaigns.place")
    stage = page.url
    sample = pages.publish(page, {DISTRICT: 1}, clock.now() + timedelta(hours=1))
    listed = csv.DictReader(io.StringIO(sample.frame))
    assert {row["code"] for row in listed} == {case.unit.code for case in review.cases}
    settings.DEMO_ON += timedelta(days=1)
    page.reload()
    pages.draw(page, 1, "20180912 5531")
    page.goto(stage)
    pages.form_team(page, "市第一组", "镇江市督学", titles)
    pages.assign(page, "市第一组")

    sheet = Sheet.objects.get(source="spot")
    follow(enter, members[0], "inspections.team")
    leader_differs_from_the_recheck(page, sheet)
    pages.score_rest(page, sheet, 1)
    three_columns(page, sheet)
    pages.hand_in(page, "抽查", OPINION)
    pages.read_feedback(enter, checking.office(world, sheet.case.unit), OPINION)
    pages.recomputed(page, f"{live_server.url}/draws/{sample.pk}/", 1)
    first = codes(sheet)[0]
    rows = Judgement.objects.filter(case=sheet.case, indicator=first, superseded=False)
    said = dict(rows.values_list("source", "value"))
    assert (len(said), said["self"] == said["review"], said["review"] == said["spot"]) == (3, True, False)
    sound()


def leader_differs_from_the_recheck(page: Page, sheet: Sheet) -> None:
    """On the screen of the item both earlier judgements stand; another one than the re-check's needs a reason."""
    page.get_by_role("link", name=sheet.case.unit.name).click()
    page.get_by_role("link", name="演示：").first.click()
    on(page, sheet, 0)
    expect(page.locator(".befores dt")).to_contain_text(["自查", "复查"])
    pick(page, sheet, 0, other=True)
    save(page)
    expect(page.get_by_text("与复查判定不同，请写明理由。")).to_be_visible()
    page.locator('[name="note"]').fill(REASON)
    save(page)


def three_columns(page: Page, sheet: Sheet) -> None:
    """The sheet has the three judgements side by side, on a phone and at a desk; what differs is told."""
    row = page.locator("#row-1")
    expect(page.get_by_text(f"已判 {len(codes(sheet))}", exact=True)).to_be_visible()
    fits(page)
    page.set_viewport_size(SIZES["desktop"])
    heads = page.locator("table.three thead th strong")
    expect(heads).to_have_text(["自查", "复查", "抽查"])
    assert [one.bounding_box()["y"] for one in heads.all()] == [heads.first.bounding_box()["y"]] * 3
    expect(row.locator("td .said")).to_have_count(3)
    expect(row).to_contain_text(REASON)
    expect(page.locator("tr.unlike")).to_have_count(1)
    page.set_viewport_size(SIZES["phone"])


# --- a problem, from its discovery to its end, and again


def test_a_problem_is_struck_off_and_comes_back_next_year(enter, settings, paper):
    review = reviewing.at_review(items=2, n=1)
    world, bound = review.world, review.bound
    (sheet,) = reviewing.assigned(review, review.cases[:1])
    unit = checking.office(world, sheet.case.unit)
    reviewing.score_all(sheet, [review.leader])
    page = follow(enter, review.leader, "inspections.team")
    leader_finds_a_problem(page, sheet)
    page.goto(f"{page.url.partition('/items/')[0]}/")
    pages.hand_in(page, "复查", OPINION)

    page.set_viewport_size(SIZES["desktop"])
    settings.DEMO_ON = date(2018, 6, 20)
    page = follow(enter, unit, "findings.plan")
    page.get_by_label("整改措施").fill("制度在公告栏和网站公开，校办负责（演示数据）")
    page.get_by_role("button", name="报送方案").click()
    expect(page.get_by_text("整改方案已报送。")).to_be_visible()
    settings.DEMO_ON = date(2018, 6, 28)
    reports(follow(enter, unit, "findings.mend"), paper)
    settings.DEMO_ON = date(2018, 7, 2)
    verifies(follow(enter, review.office, "findings.verify"))
    old = Finding.objects.get()
    expect(page.locator(".way .lead")).to_have_text(["列入问题清单", "报送整改方案", "报告整改完成", "销号"])
    assert (old.state, old.times) == ("struck", 1)

    settings.DEMO_ON = date(2019, 6, 12)
    comes_back(enter, checking.campaign(world, bound, "zj-2019", 2019), review.office, old)
    sound()


def reports(page: Page, paper: Path) -> None:
    """The unit reports what it did, with a proof that it uploads."""
    page.get_by_label("整改情况").fill("制度已在公告栏和网站公开（演示数据）")
    page.locator('input[type="file"]').set_input_files(paper)
    page.get_by_role("button", name="报告整改完成").click()
    expect(page.get_by_text("已报告整改完成，等待核验。")).to_be_visible()
    expect(page.get_by_role("link", name="公开记录")).to_be_visible()


def verifies(page: Page) -> None:
    """The office looks at everything: not before every box is ticked is the problem struck off."""
    expect(page.get_by_role("heading", name="整改前后")).to_be_visible()
    page.get_by_role("button", name="同意销号").click()
    expect(page.locator(".errors")).to_contain_text("还有 1 项没有核对：公开记录")
    proof = page.get_by_role("link", name="查看", exact=True).first.get_attribute("href")
    assert page.request.get(f"{page.url.partition('/findings')[0]}{proof}").body() == papers.PDF
    for box in page.locator('input[name="seen"]').all():
        box.check()
    page.get_by_label("材料核验").check()
    page.get_by_label("核验意见").fill("公开内容齐全（演示数据）")
    page.get_by_role("button", name="同意销号").click()
    expect(page.get_by_text("已同意销号。")).to_be_visible()
    expect(page.get_by_text("已销号").first).to_be_visible()


def comes_back(enter: Enter, campaign: Campaign, office: Membership, old: Finding) -> None:
    """Found again in the campaign of the next year: a new number, linked to the old one, which stays as it was."""
    page = enter(office, "/findings/")
    page.get_by_role("link", name="登记问题").click()
    row = page.get_by_role("row").filter(has_text=campaign.title).filter(has_text=old.unit.name)
    row.get_by_role("link", name="登记问题").click()
    page.get_by_label("对应指标").fill(old.indicator)
    page.get_by_label("存在问题").fill("制度又没有公开（演示数据）")
    page.get_by_role("button", name="登记问题").click()
    expect(page.get_by_text("重复 2 次").first).to_be_visible()
    new = Finding.objects.exclude(pk=old.pk).get()
    page.goto(f"{page.url.partition('/findings')[0]}/findings/?q={old.unit.name}")
    expect(page.locator(f'tr[data-row="{new.pk}"]')).to_contain_text("2 次")
    page.locator(f'tr[data-row="{new.pk}"] th a').click()
    page.get_by_role("link", name=old.register_number).click()
    expect(page.get_by_text("已销号").first).to_be_visible()
    expect(page.get_by_text("后来再次发现")).to_be_visible()
    before = (old.state, old.struck_at, old.steps.count())
    old.refresh_from_db()
    assert (old.state, old.struck_at, old.steps.count()) == before
    assert (new.repeats, new.times, new.case.campaign) == (old, 2, campaign)


# --- an overdue problem


def test_an_overdue_problem_climbs(enter, settings):
    held = ledgers.opened()
    due = date(2018, 6, 20)
    row = ledgers.listed(held, "消防通道堆放杂物", measure="清理", due=due)
    address = f"/findings/{row.pk}/"
    for days, word, step in (
        (1, "已提醒", "提醒"),
        (7, "已督办", "督办"),
        (15, "已提约谈建议", "提出约谈建议"),
    ):
        settings.DEMO_ON = due + timedelta(days=days)
        tick(clock.today())
        page = enter(held.district, "/findings/")
        expect(page.locator(f'tr[data-row="{row.pk}"]')).to_contain_text(f"逾期 {days} 天")
        expect(page.locator(f'tr[data-row="{row.pk}"]')).to_contain_text(word)
        page = enter(held.unit, address)
        expect(page.locator(".pairs").get_by_text(word)).to_be_visible()
        expect(page.locator(".way .lead").last).to_have_text(step)
        fits(page)
    page = enter(held.unit, "/")
    expect(page.get_by_text("督办：逾期 7 天仍未整改完成").first).to_be_visible()
    page = follow(enter, held.world.officer, "findings.interview")
    assert page.url.endswith(address)
    expect(page.get_by_text("建议约谈责任单位").first).to_be_visible()
    sound()


# --- an objection


def test_an_objection_is_upheld_and_stands_beside_the_original(enter, paper):
    found = reviewed()
    low = next(row.indicator for row in Judgement.objects.filter(case=found.case, value="A").order_by("pk"))
    sheet = found.submit({low: "C"}, problem=PROBLEM)
    page = follow(enter, found.unit, "inspections.feedback")
    page.get_by_role("link", name="提出申辩").click()
    fits(page)
    page.locator(f'input[name="indicators"][value="{low}"]').check()
    page.get_by_label("申辩理由").fill("制度于五月公开，见公开记录（演示数据）")
    page.locator('input[type="file"]').set_input_files(paper)
    page.get_by_role("button", name="提出申辩").click()
    expect(page.get_by_text("已提出申辩")).to_be_visible()
    fits(page)

    page = follow(enter, found.office, "inspections.objection")
    fits(page)
    page.get_by_label("采纳", exact=True).check()
    page.get_by_label(f"{low} 改判", exact=True).select_option("A")
    page.get_by_label("撤销问题").check()
    page.get_by_label("答复理由").fill("经核实，五月已公开（演示数据）")
    page.get_by_role("button", name="答复", exact=True).click()
    expect(page.get_by_text("已答复：采纳。原判定保留。")).to_be_visible()

    page = follow(enter, found.unit, "inspections.objection_answered")
    page.set_viewport_size(SIZES["desktop"])
    expect(page.get_by_role("heading", name="答复：采纳")).to_be_visible()
    before, after = (
        page.locator("table.sides tbody tr td").nth(1),
        page.locator("table.sides tbody tr td").nth(2),
    )
    expect(before).to_contain_text("C")
    expect(after).to_contain_text("A")
    assert before.bounding_box()["y"] == after.bounding_box()["y"]
    page.get_by_role("button", name="已阅答复").click()
    expect(page.get_by_role("button", name="已阅答复")).to_have_count(0)
    page.goto(f"{page.url.partition('/inspections')[0]}/inspections/sheets/{sheet.pk}/")
    row = page.locator("tr").filter(has_text="申辩")
    expect(row).to_have_count(1)
    rows = Judgement.objects.filter(case=found.case, source="review", indicator=low).order_by("pk")
    assert list(rows.values_list("value", "superseded")) == [("C", True), ("A", False)]
    assert campaigns.judgements(found.case, "review")[low].value == "A"
    assert (Objection.objects.get().result, Finding.objects.get().state) == ("upheld", "withdrawn")
    sound()
