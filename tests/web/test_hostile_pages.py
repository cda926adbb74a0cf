"""What a hostile hand types into the platform's pages: every answer is a page, and nothing happens that was not asked for."""

from datetime import date, timedelta

import pytest
from lookback import city, forward_all, launched, texts
from world import ON, PASSWORD, office, unit

from dudao_web.campaigns import actions, launching, queries
from dudao_web.campaigns.models import Case, StageDate
from dudao_web.evidence import actions as evidence
from dudao_web.evidence.actions import Spot
from dudao_web.orgs.actions import Refused, set_password
from dudao_web.orgs.models import Kind, Role
from dudao_web.standards import actions as standards
from dudao_web.standards.models import StandardVersion
from dudao_web.submissions.self_check import actions as self_check
from dudao_web.titles import actions as titles

HUGE = "9" * 20
LONG = "9" * 5000  # more digits than Python reads
TODAY = date(2018, 6, 12)


@pytest.fixture
def waiting(db, settings):
    """A look-back in which one school of 扬中市 has handed in; its case, its district's office, and the cast."""
    settings.DEMO_ON = TODAY
    cast = city(40)
    campaign = launched(cast)
    forward_all(cast, campaign)
    rows = Case.objects.select_related("unit", "campaign", "version", "place__stage")
    case = rows.get(unit__code="3211820001")
    by = cast.office(case.unit)
    self_check.save(case=case, by=by, texts=texts(case))
    self_check.hand_in(case=case, by=by, report="自查情况（演示数据）")
    return rows.get(pk=case.pk), cast.officers["321182"], cast


@pytest.mark.parametrize("number", [HUGE, str(2**63)])
@pytest.mark.parametrize("address", ["/notices/{}/forward/", "/documents/{}/", "/submissions/321182/{}/1/"])
def test_a_number_that_no_row_has_is_no_page(world, client_of, address, number):
    assert client_of(world.owner).get(address.format(number)).status_code == 404


@pytest.mark.parametrize("address", ["/documents/new/", "/notices/new/"])
def test_an_attachment_of_an_impossible_number_is_refused(world, client_of, address):
    answer = client_of(world.owner).post(address, {"kept": [HUGE], "title": "演示标题"})
    assert (answer.status_code, "演示标题" in answer.content.decode()) == (422, True)


def test_titles_of_an_impossible_number_choose_nothing(world, client_of):
    answer = client_of(world.city_officer).get("/titles/cohorts/new/", {"titles": HUGE})
    assert answer.status_code == 422


@pytest.mark.parametrize("year", ["²", "٣", LONG, HUGE, "-1"])
def test_a_year_that_is_none_filters_nothing(world, client_of, year):
    title = titles.create_title(by=world.city_officer, org=world.city, name="演示称号", unit_kinds=["school"])
    client = client_of(world.city_officer)
    asked = ("/titles/", f"/titles/{title.key}/")
    assert [client.get(address, {"year": year}).status_code for address in asked] == [200, 200]


def test_a_city_s_own_items_are_not_offered_to_another_city(world, client_of):
    other = unit("320100", "演示市", Kind.CITY, None)
    row = standards.register(standard="zhenjiang-double-creation", profile="default", by=None)
    StandardVersion.objects.filter(pk=row.pk).update(org=world.city, version="自订")
    title = titles.create_title(by=None, org=other, name="演示称号", unit_kinds=["school"])
    held = office(other, Role.CITY_OFFICER, "other", "演示市教育督导室")
    own = titles.create_title(by=None, org=world.city, name="演示称号", unit_kinds=["school"])
    pages = [
        client_of(who).get(f"/titles/{one.key}/award/").content.decode()
        for who, one in ((held, title), (world.city_officer, own))
    ]
    assert ["自订" in page for page in pages] == [False, True]


def test_a_proof_is_filed_by_a_standard_that_there_is(world, client_of):
    client, base = client_of(world.head), "/evidence/units/3211820001"
    found = [
        client.get(f"{base}/{standard}/{code}/").status_code
        for standard, code in (
            ("cn-2017-quality-balance", "1"),
            ("nope", "1"),
            ("cn-2017-quality-balance", "x" * 65),
        )
    ]
    assert found == [200, 404, 404]
    filed = evidence.add(
        org=world.school_1, by=world.head, name="演示.txt", data="演示数据".encode(), effective_on=ON,
        spots=[Spot("cn-2017-quality-balance", "1")],
    )  # fmt: skip
    assert filed.proof.places.count() == 1


def test_a_school_has_no_form_of_a_standard_that_asks_for_none(world, client_of):
    row = standards.register(standard="zhenjiang-double-creation-town", profile="default", by=None)
    answers = [
        client_of(who).get(f"/submissions/template/{row.pk}.xlsx").status_code
        for who in (world.head, world.owner)
    ]
    assert answers == [404, 200]


def test_ticks_that_are_no_cases_approve_nothing(waiting, client_of):
    case, officer, _ = waiting
    place = StageDate.objects.get(pk=case.place_id)
    set_password(user=officer.user, password=PASSWORD)
    client = client_of(officer)
    sent = client.post(f"/campaigns/places/{place.pk}/queue/", {"case": [HUGE, LONG, "x", "²", ""]})
    case.refresh_from_db()
    assert (sent.url, case.state) == (f"/campaigns/places/{place.pk}/queue/", "submitted")
    twice = client.post(f"/campaigns/places/{place.pk}/queue/", {"case": [case.pk, case.pk]}, follow=True)
    assert ("已通过 1 个单位。" in twice.content.decode(), "已由别人办理" in twice.content.decode()) == (
        True,
        False,
    )


def test_nothing_is_unlocked_that_nobody_asked_for(waiting):
    case, officer, cast = waiting
    actions.approve(cases=[case], by=officer)
    with pytest.raises(Refused, match="没有申请修改"):
        actions.unlock(case=case, by=officer)
    actions.ask_unlock(case=case, by=cast.office(case.unit), reason="填错一项")
    with pytest.raises(Refused, match="已经过去"):
        actions.unlock(case=case, by=officer, due=TODAY - timedelta(days=1))
    assert actions.unlock(case=case, by=officer, due=TODAY).result == "unlocked"


def test_a_draft_is_hidden_from_the_inspector_of_its_own_unit(world, client_of):
    draft = launching.prepare(
        by=world.owner, procedure="zhenjiang-lookback", year=2018, title="筹备中的项目", key="h-2018"
    )
    seen = [
        queries.campaigns(who).filter(pk=draft.pk).exists()
        for who in (world.owner, world.inspector, world.city_officer, world.peer)
    ]
    assert seen == [True, False, False, False]
    assert client_of(world.inspector).get(f"/campaigns/{draft.key}/cases/").status_code == 404
