"""A re-check scored in Chromium on a phone: one item a screen, a cut line, a reason that is asked for, handing in; and the looks."""

from collections.abc import Callable

import pytest
import reviewing
from playwright.sync_api import Page, expect
from screen import fits
from world import SIZES

from dudao_web.inspections import scales, scoring
from dudao_web.inspections.models import Score, Sheet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def june(settings):
    """The campaign's own year."""
    settings.DEMO_ON = reviewing.ON


@pytest.fixture
def phone(live_server, sign_in, context):
    """A sheet with a few items, and a phone signed in as the leader of its team. Its console may tell of the lost line."""
    review = reviewing.at_review(items=2, n=1)
    (sheet,) = reviewing.assigned(review, review.cases[:1])
    sign_in(review.leader)
    page = context.new_page()
    page.set_viewport_size(SIZES["phone"])
    page.goto(f"{live_server.url}/inspections/sheets/{sheet.pk}/")
    return review, sheet, page


def codes(sheet: Sheet) -> list[str]:
    return [code for code, _ in reviewing.coded(sheet)]


def pick(page: Page, sheet: Sheet, n: int, other: bool = False) -> None:
    """Choose for the item on the screen what the unit says, or something else."""
    code = codes(sheet)[n]
    base = scoring.bases(sheet)[code].value
    words = [value for value, _ in scales.choices(dict(reviewing.coded(sheet))[code])]
    value = next(one for one in words if (one != base) == other)
    page.locator(f'input[name="value"][value="{value}"] + label').click()


def on(page: Page, sheet: Sheet, n: int) -> None:
    """The n-th item is on the screen, with all others ready beside it."""
    expect(page.locator("#screen section")).to_have_attribute("data-slug", codes(sheet)[n])
    expect(page.locator("#scoring")).to_have_attribute("data-ahead", "yes")


def save(page: Page) -> None:
    page.get_by_role("button", name="保存，").click()


def test_a_sheet_is_scored_on_a_phone_and_handed_in(phone, page, accessible):
    review, sheet, _ = phone
    page.set_viewport_size(SIZES["phone"])
    page.goto(phone[2].url)
    assert accessible() == []
    page.get_by_role("link", name="演示：").first.click()
    on(page, sheet, 0)
    fits(page)
    targets = page.locator(".steps-bar .btn, .pick").all()
    assert all(one.bounding_box()["height"] >= 44 for one in targets)
    bar = page.locator(".steps-bar").bounding_box()
    assert bar["y"] + bar["height"] == SIZES["phone"]["height"]
    assert page.locator(".picks").bounding_box()["y"] > SIZES["phone"]["height"] / 3
    pick(page, sheet, 0, other=True)
    save(page)
    expect(page.get_by_text("与自查判定不同，请写明理由。")).to_be_visible()
    expect(page.locator('[name="note"]')).to_be_focused()
    page.locator('[name="note"]').fill("查阅记录，制度没有公开（演示数据）")
    page.locator("summary", has_text="列为问题").click()
    page.locator('[name="problem"]').fill("制度没有公开（演示数据）")
    save(page)
    on(page, sheet, 1)
    a_row_is_one_form(page, sheet, accessible)
    page.goto(f"{phone[2].url}items/{codes(sheet)[2]}/")
    for n in range(2, len(codes(sheet))):
        on(page, sheet, n)
        pick(page, sheet, n)
        save(page)
    expect(page.get_by_text(f"已判 {len(codes(sheet))}", exact=True)).to_be_visible()
    page.get_by_role("link", name="提交复查结果").click()
    page.get_by_role("textbox", name="初步督导意见").fill("总体达到标准（演示数据）。")
    page.get_by_role("button", name="提交复查结果").click()
    expect(page.get_by_role("heading", name="初步督导意见")).to_be_visible()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.by, sheet.case.findings.get().text) == (
        "submitted",
        review.leader,
        "制度没有公开（演示数据）",
    )
    assert page.evaluate("localStorage.length") == 0


def a_row_is_one_form(page: Page, sheet: Sheet, accessible: Callable[[], list[str]]) -> None:
    """At a desk: the second item in its row, first without the reason it needs."""
    page.set_viewport_size(SIZES["desktop"])
    page.get_by_role("link", name="各项列表").click()
    assert accessible() == []
    page.get_by_role("link", name="演示：").nth(1).click()
    pick(page, sheet, 1, other=True)
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".errors")).to_contain_text("与自查判定不同，请写明理由。")
    assert accessible() == []
    page.locator('[name="note"]').fill("查阅记录（演示数据）")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("tr.unlike")).to_have_count(2)
    page.set_viewport_size(SIZES["phone"])


def test_answers_given_without_a_line_wait_and_are_sent_again(phone, context):
    _, sheet, page = phone
    page.get_by_role("link", name="演示：").first.click()
    on(page, sheet, 0)
    context.set_offline(True)
    for n in range(2):
        pick(page, sheet, n)
        page.locator('[name="note"]').fill(f"断网时的记录 {n}")
        save(page)
        expect(page.locator("#screen section")).to_have_attribute("data-slug", codes(sheet)[n + 1])
        expect(page.locator("#strip")).to_contain_text(f"离线{n + 1} 条已存本机，联网后自动上传")
    page.locator('[name="note"]').fill("还没有保存的记录")
    assert Score.objects.count() == 0
    context.set_offline(False)
    expect(page.locator("#strip")).to_be_hidden(timeout=15_000)
    rows = Score.objects.order_by("pk").values_list("indicator", "note")
    assert list(rows) == [(code, f"断网时的记录 {n}") for n, code in enumerate(codes(sheet)[:2])]
    page.reload()  # as when the window is lost: the device still has what was typed
    expect(page.locator('[name="note"]')).to_have_value("还没有保存的记录")


def test_a_lost_answer_two_devices_and_the_close_lose_nothing(phone):
    review, sheet, page = phone
    page.get_by_role("link", name="演示：").first.click()
    on(page, sheet, 0)
    arrives_without_its_answer(page, sheet)
    page.reload()
    shows_both_and_asks(review, sheet, page)
    page.reload()
    on(page, sheet, 1)
    stays_with_the_refusal(review, sheet, page)


def arrives_without_its_answer(page: Page, sheet: Sheet) -> None:
    """The line was kept but nobody was told: sent again it is one row."""

    def cut(route):
        if route.request.method == "POST":
            route.fetch()  # it arrives; the answer is lost
            route.abort()
        else:
            route.continue_()

    page.route("**/items/**", cut)
    pick(page, sheet, 0)
    save(page)
    expect(page.locator("#strip")).to_contain_text("1 条已存本机")
    page.unroute("**/items/**")
    expect(page.locator("#strip")).to_be_hidden(timeout=15_000)
    assert Score.objects.count() == 1


def shows_both_and_asks(review: reviewing.Review, sheet: Sheet, page: Page) -> None:
    """The same member scored the item elsewhere after it was shown here."""
    on(page, sheet, 1)
    code = codes(sheet)[1]
    value = scoring.bases(sheet)[code].value
    scoring.score(sheet=sheet, by=review.leader, indicator=code, value=value, note="电脑上写的")
    pick(page, sheet, 1)
    page.locator('[name="note"]').fill("手机上写的")
    save(page)
    expect(page.get_by_text("另一处已保存为")).to_contain_text("电脑上写的")
    page.get_by_role("button", name="用本处填写的").click()
    expect(page.locator("#saved")).to_contain_text("已保存")
    assert Score.objects.get(indicator=code, superseded=False).note == "手机上写的"


def stays_with_the_refusal(review: reviewing.Review, sheet: Sheet, page: Page) -> None:
    """What comes after the close is refused; the text stays, to be copied, until the user deletes it."""
    before = Score.objects.count()
    reviewing.closed(review)
    page.locator('[name="note"]').fill("办结后写的记录")
    save(page)
    expect(page.locator("#alerts")).to_contain_text("已办结，不能再评分")
    expect(page.locator('[name="note"]')).to_have_value("办结后写的记录")
    page.reload()
    expect(page.locator("#unsent")).to_contain_text("办结后写的记录")
    page.get_by_role("button", name="删除本机的这一条").click()
    expect(page.locator("#unsent")).to_be_empty()
    assert Score.objects.count() == before
