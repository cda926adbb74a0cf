"""What the pages of a score sheet show in which place: the three judgements in the order of the procedure, problems carried in by their own name."""

import re

import pytest
import reviewing

from dudao_web import clock
from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns.actions import Answered
from dudao_web.inspections import scoring, sheet_page
from dudao_web.inspections.models import Sheet, Team
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import User

pytestmark = pytest.mark.django_db

NOTE = "现场查看（演示数据）"


@pytest.fixture(autouse=True)
def june(settings):
    """The campaign's own year."""
    settings.DEMO_ON = reviewing.ON


@pytest.fixture
def review():
    return reviewing.at_review(items=3, n=1)


@pytest.fixture
def sheet(review):
    (found,) = reviewing.assigned(review, review.cases[:1])
    User.objects.update(must_change_password=False)
    return found


def item(sheet: Sheet) -> str:
    return reviewing.coded(sheet)[0][0]


def spot_checked(review: reviewing.Review, sheet: Sheet) -> Sheet:
    """The same unit looked at by the city later, which finds something else in the first item."""
    place = reviewing.place_of(review.campaign, "spot_check", "321100")
    team = Team.objects.create(place=place, name="市组", by=review.world.officer, at=clock.now())
    found = Answered(item(sheet), "not_met", None, None, NOTE)
    campaigns.judge(case=sheet.case, by=review.world.officer, source="spot", answered=[found])
    return Sheet.objects.create(
        case=sheet.case, place=place, source="spot", team=team, state="submitted", submitted_at=clock.now()
    )


def heads(page: str) -> list[str]:
    """The three judgements as the head of the table names them."""
    return re.findall(r'<th scope="col" class="rule[^"]*"><strong>(.*?)</strong>', page)


def test_the_three_judgements_stand_in_the_order_they_are_made(review, sheet, client_of):
    reviewing.submitted(review, sheet)
    later = spot_checked(review, sheet)
    city, office = client_of(review.world.officer), client_of(review.office)
    for one in (sheet, later):
        page = city.get(f"/inspections/sheets/{one.pk}/").content.decode()
        assert heads(page) == ["自查", "复查", "抽查"]
    row = sheet_page.build(sheet, review.office).rows[0]
    assert ([one.source for one, _ in row.before], [one.source for one, _ in row.after]) == (
        ["self"],
        ["spot"],
    )
    screen = office.get(f"/inspections/sheets/{sheet.pk}/items/{item(sheet)}/").content.decode()
    places = [screen.index(f"<{mark}") for mark in ("dt>自查", "h3>复查", "dt>抽查")]
    assert places == sorted(places)


def test_a_problem_carried_in_is_called_a_problem(review, sheet, client_of):
    """It names no item of the standard, and is no further number after the last."""
    told = "2017年问题 2017-031"
    Sheet.objects.filter(pk=sheet.pk).update(
        carried=[{"indicator": "", "text": "消防通道堆放杂物", "from": told}]
    )
    sheet.refresh_from_db()
    last = sheet_page.build(sheet, review.leader).rows[-1]
    assert (last.label, last.title, last.slug) == ("问题 1", "消防通道堆放杂物", "carried-1")
    client = client_of(review.leader)
    at = f"/inspections/sheets/{sheet.pk}/"
    listed = client.get(at).content.decode()
    codes = re.findall(r'<span class="code">(.*?)</span>', listed)
    assert codes == [*(code for code, indicator in reviewing.coded(sheet) if indicator), "问题 1"]
    for end in ("items/carried-1/", "?item=carried-1"):
        page = client.get(at + end).content.decode()
        assert '<span class="code">问题 1</span>　消防通道堆放杂物' in page
        assert (page.count("消防通道堆放杂物</"), told in page) == (1, True)
    with pytest.raises(Refused, match="问题 1 没有选判定"):
        scoring.score(sheet=sheet, by=review.leader, indicator="#1", value="")
    reviewing.score_all(sheet, [review.leader], {"#1": "not_met"})
    assert "问题 1　消防通道堆放杂物" in client.get(f"{at}submit/").content.decode()
