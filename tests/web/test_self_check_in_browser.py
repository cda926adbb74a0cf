"""A whole self-check filled in by a school in Chromium: fields saved as they are left, a lost line, two tabs, handing in; and its looks."""

import checking
import pytest
from lookback import texts
from playwright.sync_api import expect
from screen import fits
from world import SIZES

from dudao.standards.asked import asked_of_unit
from dudao_web.campaigns.models import Case
from dudao_web.standards import queries as standards
from dudao_web.submissions.models import Answer
from dudao_web.submissions.self_check import actions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def june(settings):
    """The campaign's own year."""
    settings.DEMO_ON = checking.ON


@pytest.fixture
def desk(live_server, sign_in):
    """The city, a school's case, and a page signed in as the school, on its self-check."""
    city = checking.small()
    case = checking.case_of(checking.campaign(city, checking.own_items(city)))
    page = sign_in(checking.office(city, case.unit))
    page.goto(f"{live_server.url}/submissions/self-check/{case.pk}/")
    return city, case, page


def keep(page) -> None:
    expect(page.locator("#saved")).to_contain_text("已保存")


def test_a_school_fills_in_and_hands_in_its_self_check(desk, accessible):
    _, case, page = desk
    items = asked_of_unit(standards.load(case.version))
    said = texts(case)
    assert accessible() == []
    for item in items:
        expect(page.locator("#item-title")).to_contain_text(item.indicator.code)
        for field in item.fields:
            if field.choices:
                page.locator(f'input[name="{field.name}"][value="{said[field.name]}"]').check()
            else:
                page.locator(f'[name="{field.name}"]').fill(said[field.name])
        page.get_by_role("button", name="保存，").click()
    expect(page.get_by_role("heading", name="提交前核对")).to_be_visible()
    assert accessible() == []
    page.locator('[name="::report"]').fill("自查情况（演示数据）")
    page.locator('[name="::report"]').blur()
    keep(page)
    page.get_by_role("button", name="提交扬中市教育督导室").click()
    expect(page.get_by_text("已锁定，要改的，申请退回修改。")).to_be_visible()
    assert accessible() == []
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.hand_ins.get().count, case.hand_ins.get().report) == (
        "submitted",
        len(standards.load(case.version).indicators),
        "自查情况（演示数据）",
    )


def test_a_field_is_saved_when_it_is_left_and_the_grade_follows(desk):
    _, case, page = desk
    page.get_by_role("link", name="1.1").first.click()
    expect(page.locator("#result")).to_contain_text("无数据")
    for name, word in (("1.1_a1", "达到"), ("1.1_a2", "未达到"), ("1.1_c1", "无")):
        page.locator(f'input[name="{name}"][value="{word}"]').check()
    expect(page.locator("#result")).to_contain_text("B")
    expect(page.locator("#counts")).to_contain_text("已填 1")
    keep(page)
    assert Answer.objects.filter(case=case).count() == 3


def test_a_lost_line_keeps_what_is_typed_and_sends_it_again(desk, context):
    _, _, signed = desk
    page = context.new_page()  # its console may tell of the lost line
    page.goto(signed.url + "?item=ZD1")
    page.route(
        "**/self-check/**",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    page.locator('[name="ZD1_proof"]').fill("断网时写的材料")
    page.locator('[name="ZD1_proof"]').blur()
    expect(page.locator("#saved")).to_have_text("没有保存，正在重试")
    expect(page.locator('[name="ZD1_proof"]')).to_have_value("断网时写的材料")
    page.reload()  # as when the session, or the window, is lost: the window still has it
    expect(page.locator('[name="ZD1_proof"]')).to_have_value("断网时写的材料")
    page.unroute("**/self-check/**")
    expect(page.locator("#saved")).to_contain_text("已保存", timeout=15_000)
    assert Answer.objects.get(field="ZD1_proof").text == "断网时写的材料"


def test_two_tabs_show_both_texts_and_ask(desk):
    city, case, page = desk
    page.goto(page.url + "?item=ZD1")
    actions.save(case=case, by=city.office(case.unit), texts={"ZD1_proof": "另一处的材料"})
    page.locator('[name="ZD1_proof"]').fill("本处的材料")
    page.locator('[name="ZD1_proof"]').blur()
    expect(page.get_by_text("另一处已保存为“另一处的材料”")).to_be_visible()
    page.get_by_role("button", name="用另一处保存的").click()
    expect(page.locator('[name="ZD1_proof"]')).to_have_value("另一处的材料")
    expect(page.get_by_text("另一处已保存为")).to_have_count(0)
    page.locator('[name="ZD1_proof"]').fill("最后的材料")
    page.locator('[name="ZD1_proof"]').blur()
    expect(page.locator("#saved")).to_contain_text("已保存")
    page.wait_for_function(
        "() => !sessionStorage.length || document.querySelector('#saved').textContent.includes('已保存')"
    )
    assert Answer.objects.get(field="ZD1_proof").text == "最后的材料"


def test_on_a_phone_one_item_a_screen(desk, accessible):
    _, _, page = desk
    page.set_viewport_size(SIZES["phone"])
    page.reload()
    fits(page)
    bar = page.locator(".steps-bar")
    expect(bar).to_contain_text("第 1/16 项")
    box = bar.bounding_box()
    assert box["y"] + box["height"] == SIZES["phone"]["height"]
    assert all(one.bounding_box()["height"] >= 44 for one in bar.locator(".btn").all())
    assert accessible() == []
