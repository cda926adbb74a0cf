"""The launch wizard in Chromium: by its links from the empty list to a running campaign, sums that follow the typing, nothing too wide."""

import re
from datetime import date

import pytest
from lookback import city
from playwright.sync_api import expect
from screen import fits
from world import PASSWORD, SIZES

from dudao_web.campaigns.models import Campaign
from dudao_web.orgs import actions as orgs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def officer(settings):
    """The city's office in the campaign's own year, over a tenth of the units."""
    settings.DEMO_ON = date(2018, 5, 8)
    held = city(share=10).officer
    orgs.set_password(user=held.user, password=PASSWORD)
    return held


@pytest.mark.parametrize("size", SIZES)
def test_from_the_list_of_procedures_to_the_campaign(officer, sign_in, accessible, size):
    page = sign_in(officer)
    page.set_viewport_size(SIZES[size])
    found: list[str] = []

    def looked_at() -> None:
        found.extend(accessible())
        fits(page, size)

    page.goto(page.url.rstrip("/") + "/campaigns/")
    page.get_by_role("link", name="新建督导项目").first.click()
    looked_at()
    page.get_by_role("link", name=re.compile("^选用.*回头看")).click()
    expect(page.get_by_text("将自查和复查报告于8月20日前报市政府教育督导室。")).to_be_visible()
    looked_at()
    page.get_by_role("button", name="建立项目").click()
    expect(page.get_by_text("启动前还须办")).to_be_visible()
    boxes = page.locator("table[data-sums] input").all()
    assert len(boxes) == 16
    for box in boxes:
        box.fill("1")
    expect(page.locator("tr.total output")).to_have_text(["8", "8", "16"])
    looked_at()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("“市级抽查”合计 8，文件所印为 26。")).to_be_visible()
    page.get_by_role("button", name="保存，去启动").click()
    page.get_by_label("代字").fill("镇教督")
    looked_at()
    page.get_by_role("button", name="启动", exact=True).click()
    expect(page.get_by_text("已启动，36 个单位参加。").first).to_be_visible()
    assert Campaign.objects.get().state == "running"
    assert found == []
