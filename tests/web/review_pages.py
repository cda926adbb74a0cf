"""A review on its own pages, as offices, teams and units go through them in Chromium: draw, team, scores, hand-in (演示数据).

Used by the stories of ``test_review_in_browser``. Not here: the same state by actions (``reviewing``), what each page refuses (its own tests).
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from drawing_world import SEED, SOURCE
from playwright.sync_api import Page, expect
from screen import fits
from test_lookback_in_browser import task_of
from test_sheets_in_browser import codes, on, pick, save

from dudao_web.inspections.models import Sample, Sheet
from dudao_web.orgs.models import Membership

Enter = Callable[[Membership, str], Page]
MINUTE = "%Y-%m-%dT%H:%M"


def follow(enter: Enter, by: Membership, kind: str) -> Page:
    """From an office's to-do list to where its first task of a kind is done."""
    task = task_of(by, kind)
    page = enter(by, "/")
    page.locator(f'main a[href="{task.href}"]').first.click()
    page.wait_for_url(f"**{task.href}")
    return page


def publish(page: Page, quotas: dict[str, int], at: datetime) -> Sample:
    """From the page of a stage: frame, quotas by district, source and time of the seed are published."""
    page.get_by_role("link", name="公布抽样框").click()
    fits(page)
    for code, n in quotas.items():
        page.locator(f'[name="n_{code}"]').fill(str(n))
    page.get_by_label("随机数来源").fill(SOURCE)
    page.get_by_label("公布时间").fill(at.strftime(MINUTE))
    page.get_by_role("button", name="公布", exact=True).click()
    page.wait_for_url("**/inspections/draws/*/")
    fits(page)
    return Sample.objects.get(state="planned")


def draw(page: Page, names: int, seed: str = SEED) -> None:
    """The announced seed is typed; the units drawn are told at once."""
    page.get_by_label("随机数", exact=True).fill(seed)
    page.get_by_role("button", name="抽取", exact=True).click()
    drawn = page.get_by_role("table", name="抽中的单位")
    expect(drawn.locator("tbody tr")).to_have_count(names)
    fits(page)


def recomputed(page: Page, address: str, names: int) -> None:
    """Anybody, without an account, has the public page compute the draw again."""
    page.context.clear_cookies()
    page.goto(address)
    fits(page)
    page.get_by_role("button", name="重新计算").click()
    expect(page.get_by_role("status")).to_have_text(f"一致算得 {names} 个单位，与名单相同。")
    fits(page)


def form_team(page: Page, name: str, at: str, titles: Sequence[str]) -> None:
    """From the page of a stage: a leader and two inspectors are looked for by their unit and formed into a team."""
    page.get_by_role("link", name="建立督导组").first.click()
    page.get_by_label("名称").fill(name)
    page.get_by_role("searchbox").fill(at)
    page.get_by_role("button", name="查找").click()
    for title, word in zip(titles, ("组长", "督学", "督学"), strict=True):
        page.get_by_label(f"{title}的身份").select_option(label=word)
    fits(page)
    page.get_by_role("button", name="建立督导组").click()
    expect(page.get_by_text(f"“{name}”已建立，成员 {len(titles)} 人。")).to_be_visible()
    fits(page)


def assign(page: Page, name: str) -> None:
    """On the page of the team: it is given the one unit there is; on a phone its box stands at the right of its name."""
    box, unit = page.locator('input[name="case"]'), page.locator("table.ticked tbody th")
    beside, named = box.bounding_box(), unit.bounding_box()
    assert (beside["x"] > named["x"], beside["y"] < named["y"] + named["height"]) == (True, True)
    box.check()
    page.get_by_role("button", name="分给本组").click()
    expect(page.get_by_text(f"已把 1 个单位分给“{name}”。")).to_be_visible()


def score_rest(page: Page, sheet: Sheet, first: int) -> None:
    """From item ``first`` on, one a screen, each as the judgement before it."""
    for n in range(first, len(codes(sheet))):
        on(page, sheet, n)
        pick(page, sheet, n)
        save(page)


def hand_in(page: Page, source: str, opinion: str) -> None:
    """From the sheet to what is fed back."""
    page.get_by_role("link", name=f"提交{source}结果").last.click()
    page.get_by_role("textbox", name="初步督导意见").fill(opinion)
    fits(page)
    page.get_by_role("button", name=f"提交{source}结果").click()
    expect(page.get_by_role("heading", name="初步督导意见")).to_be_visible()
    fits(page)


def read_feedback(enter: Enter, unit: Membership, opinion: str) -> Page:
    """The unit reads what was found, and says so."""
    page = follow(enter, unit, "inspections.feedback")
    expect(page.get_by_text(opinion)).to_be_visible()
    fits(page)
    page.get_by_role("button", name="已阅").click()
    expect(page.get_by_role("button", name="已阅")).to_have_count(0)
    return page
