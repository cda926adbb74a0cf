"""回避: each kind of tie refused, to the day; every account of a person; told to the office that assigns, and to nobody below."""

from datetime import date, timedelta

import checking
import pytest
import reviewing
from reviewing import ON, inspector

from dudao_web.inspections import queries, recusal, scoring, teams
from dudao_web.inspections.models import Sheet, Tie
from dudao_web.operations import log
from dudao_web.orgs import actions as orgs
from dudao_web.orgs import history
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action, Kind, Org, Role

pytestmark = pytest.mark.django_db

LEFT = date(2015, 6, 12)
OVER = date(2018, 6, 12)  # three years later


@pytest.fixture(autouse=True)
def june(settings):
    settings.DEMO_ON = ON


@pytest.fixture
def look():
    return checking.small()


@pytest.fixture
def school(look) -> Org:
    return next(
        unit for unit in look.units if unit.kind == Kind.SCHOOL and unit.path.startswith("321100/321182/")
    )


@pytest.fixture
def person(look):
    """An inspector of 扬中市."""
    return inspector(look.districts["321182"], "person")


def office_at(person, org, *, since=date(2012, 9, 1), until=None, role=Role.SCHOOL, username=""):
    return orgs.invite(
        by=None,
        org=org,
        role=role,
        username=username or person.user.username,
        title=f"{org.name}人员",
        on=since,
        until=until,
    )[0]


def test_who_is_nobody_there_may_judge(person, school):
    assert recusal.why(person.user, school, ON) == ""


@pytest.mark.parametrize("role", [Role.SCHOOL, Role.INSPECTOR])
def test_an_office_at_the_unit_itself(person, school, role):
    office_at(person, school, role=role)
    assert recusal.why(person.user, school, ON) == "须回避：现在该单位任职。"


def test_an_inspector_of_the_district_may_judge_its_schools_but_not_the_district(look, person, school):
    district = look.districts["321182"]
    assert recusal.why(person.user, school, ON) == ""
    assert recusal.why(person.user, district, ON) == "须回避：现在该单位任职。"


def test_an_office_left_bars_for_three_years_to_the_day(person, school):
    office_at(person, school, until=LEFT)
    told = "须回避：2015-06-12 离开该单位，不满三年。"
    days = (LEFT - timedelta(days=1), LEFT, OVER - timedelta(days=1), OVER)
    assert [recusal.why(person.user, school, day) for day in days] == [
        "须回避：现在该单位任职。",
        told,
        told,
        "",
    ]


@pytest.mark.parametrize(
    ("left", "free"),
    [
        (date(2015, 6, 12), date(2018, 6, 12)),
        (date(2016, 2, 29), date(2019, 3, 1)),
        (date(2016, 2, 28), date(2019, 2, 28)),
    ],
)
def test_three_years_are_counted_by_the_calendar(left, free):
    assert recusal.free_from(left) == free


def test_an_office_that_has_not_begun_bars_nobody(person, school):
    office_at(person, school, since=ON + timedelta(days=1))
    assert recusal.why(person.user, school, ON) == ""


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("employed", "现在该单位任职"),
        ("relative", "近亲属在该单位任职或就读"),
        ("other", "其他可能影响公正的关系"),
    ],
)
def test_a_declared_tie_bars_while_it_lasts(settings, person, school, kind, told):
    tie = recusal.declare(by=person, user=person.user, org=school, kind=kind, note="不给人看的话")
    assert recusal.why(person.user, school, ON) == f"须回避：{told}。"
    settings.DEMO_ON = ON + timedelta(days=30)
    recusal.end(tie=tie, by=person)
    after = {"employed": "须回避：2018-07-12 离开该单位，不满三年。"}.get(kind, "")
    assert recusal.why(person.user, school, settings.DEMO_ON) == after
    assert recusal.why(person.user, school, date(2021, 7, 12)) == ""


def test_a_declared_past_office_bars_for_three_years_to_the_day(person, school):
    recusal.declare(by=person, user=person.user, org=school, kind="left", until=LEFT)
    assert (
        recusal.why(person.user, school, OVER - timedelta(days=1))
        == "须回避：2015-06-12 离开该单位，不满三年。"
    )
    assert recusal.why(person.user, school, OVER) == ""


def test_a_tie_ended_on_its_own_day_was_a_mistake(person, school):
    for kind, until in (("employed", None), ("left", date(2018, 1, 1))):
        tie = recusal.declare(by=person, user=person.user, org=school, kind=kind, until=until)
        assert recusal.why(person.user, school, ON) != ""
        recusal.end(tie=tie, by=person)
        assert recusal.why(person.user, school, ON) == ""


def test_who_has_left_cannot_end_it_before_the_time(settings, person, school):
    tie = recusal.declare(by=person, user=person.user, org=school, kind="left", until=date(2018, 1, 1))
    settings.DEMO_ON = ON + timedelta(days=1)
    with pytest.raises(Refused, match="离任满三年后不再回避"):
        recusal.end(tie=tie, by=person)


def test_all_accounts_of_a_person_are_one(person, school):
    other = office_at(person, school, username="other")
    assert recusal.why(person.user, school, ON) == ""
    for held in (person, other):
        held.user.person = "P-7"
        held.user.save()
    assert recusal.why(person.user, school, ON) == "须回避：现在该单位任职。"


def test_a_number_of_a_person_is_no_key_of_an_account(person, school):
    other = office_at(person, school, username="other")
    person.user.person = str(other.user_id)
    person.user.save()
    assert recusal.why(person.user, school, ON) == ""


def test_what_went_into_the_unit_and_what_it_went_into_are_the_unit(look, person, school):
    into = next(
        unit
        for unit in look.units
        if unit.kind == Kind.SCHOOL and unit.parent_id == school.parent_id and unit != school
    )
    office_at(person, school, until=date(2018, 6, 1))
    history.merge_orgs(by=None, orgs=[school], into=into, on=date(2018, 6, 1))
    assert (
        recusal.why(person.user, Org.objects.get(pk=into.pk), ON)
        == "须回避：2018-06-01 离开该单位，不满三年。"
    )
    now = inspector(look.districts["321182"], "now")
    office_at(now, into)
    assert recusal.why(now.user, Org.objects.get(pk=school.pk), ON) == "须回避：现在该单位任职。"


# --- ties are declared by the person, entered by the office above, seen by these alone


def test_the_same_tie_again_is_the_one_that_is_there(person, school):
    first = recusal.declare(by=person, user=person.user, org=school, kind="relative")
    acts = Action.objects.count()
    assert recusal.declare(by=person, user=person.user, org=school, kind="relative", note="别的话") == first
    assert Action.objects.count() == acts
    ended = recusal.end(tie=first, by=person)
    assert (recusal.end(tie=first, by=person).ended_at, Action.objects.count()) == (ended.ended_at, acts + 1)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"kind": "left"}, "没有填离任日期"),
        ({"kind": "relative", "until": LEFT}, "只有“曾在该单位任职”填离任日期"),
        ({"kind": "left", "until": ON + timedelta(days=1)}, "还没有到"),
        ({"kind": "friend"}, "没有选关系"),
    ],
)
def test_what_is_no_tie_is_refused(person, school, said, why):
    with pytest.raises(Refused, match=why):
        recusal.declare(by=person, user=person.user, org=school, **said)


def test_who_enters_and_who_ends(look, person, school):
    district, peer = look.officers["321182"], look.officers["321181"]
    for by in (peer, look.office(school), inspector(look.districts["321182"], "colleague")):
        with pytest.raises(Refused, match="由本人申报，或由上级督导室登记"):
            recusal.declare(by=by, user=person.user, org=school, kind="other")
    entered = recusal.declare(by=district, user=person.user, org=school, kind="other")
    for by in (peer, person):
        with pytest.raises(Refused, match="由上级督导室登记，由其解除"):
            recusal.end(tie=entered, by=by)
    assert recusal.end(tie=entered, by=look.officer).ended_at is not None


def test_ties_are_seen_by_the_person_and_offices_above(look, person, school):
    recusal.declare(by=person, user=person.user, org=school, kind="relative")
    seen = {
        "person": person,
        "district": look.officers["321182"],
        "city": look.officer,
        "peer": look.officers["321181"],
        "unit": look.office(school),
        "colleague": inspector(look.districts["321182"], "colleague"),
    }
    assert [name for name, by in seen.items() if queries.ties(by).exists()] == ["person", "district", "city"]


# --- refused in the actions


@pytest.fixture
def review():
    return reviewing.at_review()


@pytest.mark.parametrize("kind", ["office", "left office", "employed", "left", "relative", "other"])
def test_assigning_is_refused_with_unit_member_and_kind(review, kind):
    case, member = review.cases[0], review.inspectors[1]
    told = {
        "office": "现在该单位任职", "left office": "2017-09-01 离开该单位，不满三年", "employed": "现在该单位任职",
        "left": "2017-09-01 离开该单位，不满三年", "relative": "近亲属在该单位任职或就读", "other": "其他可能影响公正的关系",
    }[kind]  # fmt: skip
    if "office" in kind:
        office_at(member, case.unit, until=date(2017, 9, 1) if kind == "left office" else None)
    else:
        until = date(2017, 9, 1) if kind == "left" else None
        recusal.declare(
            by=member, user=member.user, org=case.unit, kind=kind, until=until, note="不给人看的话"
        )
    with pytest.raises(Refused) as refused:
        teams.assign(team=review.team, by=review.office, cases=review.cases)
    assert str(refused.value) == (
        f"须回避：{member.title}对“{case.unit.name}”（{told}）。请换督导组或调整成员。"
    )
    assert Sheet.objects.count() == 0
    teams.assign(team=review.team, by=review.office, cases=review.cases[1:])
    assert Sheet.objects.count() == len(review.cases) - 1


def test_joining_a_team_with_such_a_unit_is_refused(review):
    case, new = review.cases[0], inspector(review.place.org, "new")
    recusal.declare(by=new, user=new.user, org=case.unit, kind="relative")
    reviewing.assigned(review)
    with pytest.raises(Refused, match=f"须回避：{new.title}对“{case.unit.name}”"):
        teams.join(team=review.team, by=review.office, membership=new, kind="expert")
    assert review.team.members.count() == 3


def test_a_tie_found_later_stands_in_the_way_of_the_hand_in_until_the_member_is_out(review):
    sheet, *_ = reviewing.assigned(review)
    gone = review.inspectors[1]
    reviewing.score_all(sheet, [review.leader, gone])
    recusal.declare(by=gone, user=gone.user, org=sheet.case.unit, kind="relative")
    with pytest.raises(Refused, match=f"{gone.title}须回避本单位"):
        scoring.submit(sheet=sheet, by=review.leader, opinion="达到标准。")
    teams.leave(member=review.team.members.get(membership=gone), by=review.office)
    new = inspector(review.place.org, "new")
    teams.join(team=review.team, by=review.office, membership=new, kind="inspector")
    assert scoring.submit(sheet=sheet, by=review.leader, opinion="达到标准。").state == "submitted"
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


# --- pages


def test_the_person_declares_and_ends_on_the_page(person, school, client_of):
    client = client_of(person)
    said = {"user": person.user_id, "org": school.code, "kind": "relative", "note": "孩子在校就读"}
    assert client.post("/inspections/ties/", said).status_code == 302
    (tie,) = Tie.objects.all()
    assert (tie.user, tie.org, tie.kind, tie.note, tie.by) == (
        person.user,
        school,
        "relative",
        "孩子在校就读",
        person,
    )
    page = client.get("/inspections/ties/").content.decode()
    assert school.name in page and "孩子在校就读" in page
    assert client.post(f"/inspections/ties/{tie.pk}/end/").status_code == 302
    tie.refresh_from_db()
    assert tie.ended_at is not None


def test_a_wrong_declaration_keeps_what_was_typed(person, client_of):
    said = {"user": person.user_id, "org": "没有的学校", "kind": "left", "note": "写过的话"}
    answer = client_of(person).post("/inspections/ties/", said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有找到单位“没有的学校”。请填写单位全称或代码。" in page
    assert 'value="写过的话"' in page


def test_an_inspector_declares_for_nobody_else(look, person, client_of):
    colleague = inspector(look.districts["321182"], "colleague")
    said = {"user": colleague.user_id, "org": look.units[0].code, "kind": "other"}
    assert client_of(person).post("/inspections/ties/", said).status_code == 422
    assert Tie.objects.count() == 0
