"""The queue of an office in Chromium: all of a page ticked with one button, approved with another."""

import checking
import pytest
from lookback import texts
from playwright.sync_api import expect
from world import PASSWORD

from dudao_web.campaigns.models import Case, StageDate
from dudao_web.orgs import actions as orgs
from dudao_web.submissions.self_check import actions as self_check

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DISTRICT = "321102"


def test_all_of_a_page_are_ticked_and_approved(sign_in, accessible, settings):
    settings.DEMO_ON = checking.ON
    world = checking.small()
    campaign = checking.campaign(world, checking.own_items(world, 3))
    cases = Case.objects.filter(campaign=campaign, district__code=DISTRICT)
    for case in cases.select_related("unit", "campaign", "version", "place__stage"):
        by = world.office(case.unit)
        self_check.save(case=case, by=by, texts=texts(case))
        self_check.hand_in(case=case, by=by, report="自查情况（演示数据）")
    orgs.set_password(user=world.officers[DISTRICT].user, password=PASSWORD)
    page = sign_in(world.officers[DISTRICT])
    place = StageDate.objects.get(stage__campaign=campaign, stage__type="approval", org__code=DISTRICT)
    page.goto(f"{page.url.rstrip('/')}/campaigns/places/{place.pk}/queue/")
    boxes, button = page.locator('input[name="case"]'), page.get_by_role("button", name="全选本页")
    ticked = page.locator('input[name="case"]:checked')
    expect(boxes).to_have_count(cases.count())
    button.click()
    expect(ticked).to_have_count(cases.count())
    button.click()
    expect(ticked).to_have_count(0)
    button.focus()
    page.keyboard.press("Enter")
    expect(ticked).to_have_count(cases.count())
    assert page.get_by_text("未签署").count() == cases.count()  # the 责任督学 signs in this procedure
    assert accessible() == []
    page.get_by_role("button", name="通过选中的单位").click()
    expect(page.get_by_text(f"已通过 {cases.count()} 个单位。").first).to_be_visible()
    assert set(cases.values_list("state", flat=True)) == {"approved"}
