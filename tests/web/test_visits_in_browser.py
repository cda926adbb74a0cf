"""Observations of a visit written down in Chromium: on a phone, with a line that is lost and comes back; the console stays empty."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from reviewed import DAY, Review, reviewed
from screen import fits
from test_visits import WITH_PLACE, announced, at
from world import SIZES

from dudao_web.inspections.models import Observation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def june(settings):
    settings.DEMO_ON = DAY


@pytest.fixture
def review() -> Review:
    return reviewed()


def test_a_lost_line_keeps_what_is_typed_and_sends_it_once(review, settings, live_server, sign_in, context):
    row = announced(review, settings)
    sign_in(review.leader)
    page = context.new_page()  # its console may tell of the lost line
    page.set_viewport_size(SIZES["phone"])
    page.goto(f"{live_server.url}{at('observe', row.pk)}")
    fits(page)
    assert page.get_by_role("button", name="记下").bounding_box()["height"] >= 44
    page.route(
        "**/observe/", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    text = page.locator('[name="text"]')
    text.fill("断网时写的：食堂整洁")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("#saved")).to_contain_text("还没有保存")
    expect(text).to_have_value("断网时写的：食堂整洁")
    page.reload()  # as when the session, or the window, is lost: the window still has it
    expect(text).to_have_value("断网时写的：食堂整洁")
    assert Observation.objects.count() == 0
    page.unroute("**/observe/")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("#saved")).to_have_text("已记下")
    expect(text).to_have_value("")
    assert Observation.objects.get().text == "断网时写的：食堂整洁"
    page.reload()
    expect(text).to_have_value("")


def test_it_is_sent_again_by_itself_when_the_line_comes_back(review, settings, live_server, sign_in, context):
    row = announced(review, settings)
    sign_in(review.leader)
    page = context.new_page()
    page.goto(f"{live_server.url}{at('observe', row.pk)}")
    page.route(
        "**/observe/", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.locator('[name="text"]').fill("操场积水")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("#saved")).to_contain_text("还没有保存")
    page.unroute("**/observe/")
    expect(page.locator("#saved")).to_have_text("已记下", timeout=15_000)
    assert Observation.objects.get().text == "操场积水"


def drag_corner(page: Page, box: Locator) -> None:
    """Make a text field higher with the mouse."""
    found = box.bounding_box()
    corner = found["x"] + found["width"] - 4, found["y"] + found["height"] - 4
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(corner[0], corner[1] + 40)
    page.mouse.up()
    expect(box).to_have_attribute("style", re.compile("height"))


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_an_observation_is_written_down_and_the_browser_says_nothing(
    review, settings, live_server, sign_in, accessible, size
):
    """The console of ``page`` must stay empty: no CSP message when the page opens, is refused, or takes the answer in."""
    row = announced(review, settings)
    page = sign_in(review.leader)
    page.set_viewport_size(SIZES[size])
    page.goto(f"{live_server.url}{at('observe', row.pk)}")
    text, save = page.locator('[name="text"]'), page.get_by_role("button", name="记下")
    page.locator("form#observe").evaluate("form => form.noValidate = true")
    save.click()
    expect(page.locator(".errors")).to_contain_text("没有写内容")
    text.fill("食堂整洁")
    page.locator('[name="group"]').select_option("学生")
    photo = {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": WITH_PLACE}
    page.locator('[name="photo"]').set_input_files(photo)
    drag_corner(page, text)  # the browser writes a style on it, which the answer must not be given
    save.click()
    expect(page.locator("#saved")).to_have_text("已记下")
    expect(page.locator(".seen")).to_contain_text("食堂整洁")
    fits(page, size)
    assert accessible() == []
