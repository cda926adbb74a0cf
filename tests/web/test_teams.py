"""Teams of a stage: who can be in one, how many 督学 it needs, which units it is given. Refused in the actions, whatever a page shows."""

import pytest
import reviewing
from reviewing import ON, inspector

from dudao_web.inspections import carried, queries, recusal, scoring, teams
from dudao_web.inspections.models import Member, Sheet, Team
from dudao_web.operations import log
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action, Kind, Role
from dudao_web.tasks.models import Task
from dudao_web.titles import actions as titles
from dudao_web.titles.actions import Given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def june(settings):
    settings.DEMO_ON = ON


@pytest.fixture
def review():
    return reviewing.at_review()


def people(review, n: int, org=None) -> list:
    return [inspector(org or review.place.org, f"p{number}") for number in range(n)]


def form(review, members, name="第二督导组", by=None) -> Team:
    return teams.form(place=review.place, by=by or review.office, name=name, members=members)


def sound() -> None:
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_a_team_is_one_act_with_its_members(review):
    a, b, c = people(review, 3)
    before = Action.objects.count()
    made = form(review, [(a, "leader"), (b, "inspector"), (c, "expert")])
    assert [(one.membership, one.kind) for one in teams.present(made)] == [
        (a, "leader"), (b, "inspector"), (c, "expert"),
    ]  # fmt: skip
    act = Action.objects.get(
        action="inspections.form_team", object__contains="team", data__objects__has_key=f"team:{made.pk}"
    )
    assert (Action.objects.count(), len(act.data["objects"]), act.chain) == (
        before + 1,
        4,
        review.campaign.key,
    )
    assert form(review, [(a, "leader"), (b, "inspector"), (c, "expert")]) == made
    assert Action.objects.count() == before + 1
    sound()


def test_another_team_of_the_same_name_is_refused(review):
    (a,) = people(review, 1)
    with pytest.raises(Refused, match="已有“第一督导组”"):
        form(review, [(a, "leader")], name="第一督导组")


def test_two_leaders_are_refused(review):
    a, b = people(review, 2)
    with pytest.raises(Refused, match="一个督导组只有一名组长"):
        form(review, [(a, "leader"), (b, "leader")])


@pytest.mark.parametrize("kind", ["", "chief"])
def test_a_kind_that_there_is_not_is_refused(review, kind):
    (a,) = people(review, 1)
    with pytest.raises(Refused, match="没有选成员的身份"):
        form(review, [(a, kind)])


def test_a_person_is_once_in_a_team_under_whatever_account(review):
    a, b = people(review, 2)
    for one in (a, b):
        one.user.person = "P-1"
        one.user.save()
    with pytest.raises(Refused, match="是同一人"):
        form(review, [(a, "leader"), (b, "inspector")])
    made = form(review, [(a, "leader")])
    with pytest.raises(Refused, match="是同一人"):
        teams.join(team=made, by=review.office, membership=b, kind="inspector")


def test_who_can_be_asked(review):
    """Inspectors and officers of the whole city; no unit's office, none of the past, none of another city."""
    other = orgs.create_org(by=None, code="320100", name="别的市", kind=Kind.CITY, parent=None)
    elsewhere = inspector(other, "elsewhere")
    neighbour = inspector(review.world.districts["321181"], "neighbour")
    gone = inspector(review.place.org, "gone")
    orgs.end_membership(by=None, membership=gone, on=ON)
    unit = review.world.office(review.cases[0].unit)
    form(review, [(neighbour, "leader"), (review.world.officer, "expert"), (review.office, "inspector")])
    for n, one in enumerate((elsewhere, gone, unit)):
        with pytest.raises(Refused, match="不能参加本阶段的督导组"):
            form(review, [(one, "expert")], name=f"另一组{n}")


@pytest.mark.parametrize("who", ["peer", "city", "unit", "member"])
def test_teams_are_the_keeping_office_s(review, who):
    (a,) = people(review, 1)
    by = {
        "peer": review.world.officers["321181"],
        "city": review.world.officer,
        "unit": review.world.office(review.cases[0].unit),
        "member": review.leader,
    }[who]
    acts = Action.objects.count()
    for act in (
        lambda: form(review, [(a, "leader")], by=by),
        lambda: teams.join(team=review.team, by=by, membership=a, kind="expert"),
        lambda: teams.leave(member=review.team.members.first(), by=by),
        lambda: teams.assign(team=review.team, by=by, cases=review.cases),
    ):
        with pytest.raises(Refused, match="不由本单位办理"):
            act()
    assert (Action.objects.count(), Sheet.objects.count()) == (acts, 0)


def test_a_closed_stage_takes_no_teams_and_gives_no_units(review):
    reviewing.closed(review)
    for act in (
        lambda: form(review, []),
        lambda: teams.assign(team=review.team, by=review.office, cases=review.cases),
    ):
        with pytest.raises(Refused, match="这个阶段已办结"):
            act()


def test_members_come_go_and_come_back(review):
    (new,) = people(review, 1)
    joined = teams.join(team=review.team, by=review.office, membership=new, kind="expert")
    acts = Action.objects.count()
    assert teams.join(team=review.team, by=review.office, membership=new, kind="expert") == joined
    assert Action.objects.count() == acts
    gone = teams.leave(member=joined, by=review.office)
    assert teams.leave(member=joined, by=review.office).left_at == gone.left_at
    assert new not in [one.membership for one in teams.present(review.team)]
    back = teams.join(team=review.team, by=review.office, membership=new, kind="inspector")
    assert (back.pk, back.kind, back.left_at, review.team.members.count()) == (
        joined.pk,
        "inspector",
        None,
        4,
    )
    sound()


def test_there_is_one_leader_at_a_time(review):
    old, (other, _) = review.leader, review.inspectors
    with pytest.raises(Refused, match="已有组长"):
        teams.join(team=review.team, by=review.office, membership=other, kind="leader")
    teams.join(team=review.team, by=review.office, membership=old, kind="inspector")
    teams.join(team=review.team, by=review.office, membership=other, kind="leader")
    assert [one.membership for one in teams.present(review.team) if one.kind == "leader"] == [other]


# --- giving units


def test_units_are_given_in_one_act_and_the_members_are_asked(review):
    before = Action.objects.count()
    sheets = teams.assign(team=review.team, by=review.office, cases=review.cases)
    assert [(one.case, one.team, one.source, one.state) for one in sheets] == [
        (case, review.team, "review", "open") for case in sorted(review.cases, key=lambda case: case.pk)
    ]
    assert Action.objects.count() == before + 1
    again = teams.assign(team=review.team, by=review.office, cases=review.cases)
    assert ([one.pk for one in again], Action.objects.count()) == ([one.pk for one in sheets], before + 1)
    (task,) = Task.objects.filter(kind=teams.TASK, state="open")
    assert (task.org, task.role, task.title) == (
        review.place.org, Role.INSPECTOR, f"第一督导组：{len(sheets)} 个单位待评定",
    )  # fmt: skip
    sound()


@pytest.mark.parametrize("kind", ["inspector", "leader", "held"])
def test_a_team_that_is_not_whole_is_given_nothing(review, kind):
    if kind == "held":  # who holds the office no more does not count
        orgs.end_membership(by=None, membership=review.inspectors[0], on=ON)
    else:
        teams.leave(member=review.team.members.filter(kind=kind).first(), by=review.office)
    for name in ("x", "y"):  # other professionals come in addition: they do not count
        teams.join(
            team=review.team, by=review.office, membership=inspector(review.place.org, name), kind="expert"
        )
    with pytest.raises(Refused, match="有督学 2 人，不足 3 人"):
        teams.assign(team=review.team, by=review.office, cases=review.cases)


def test_three_inspectors_without_a_leader_are_given_nothing(review):
    teams.join(team=review.team, by=review.office, membership=review.leader, kind="inspector")
    with pytest.raises(Refused, match="没有组长"):
        teams.assign(team=review.team, by=review.office, cases=review.cases)


def test_a_unit_that_was_not_drawn_is_not_given():
    review = reviewing.at_review(n=2)
    undrawn = queries.campaigns.passing(review.place).exclude(pk__in=[case.pk for case in review.cases])
    assert undrawn.count() == 2
    with pytest.raises(Refused, match="有 2 个单位不在本阶段要查的单位中"):
        teams.assign(team=review.team, by=review.office, cases=[*review.cases, *undrawn])
    assert Sheet.objects.count() == 0


def test_nothing_chosen_is_refused(review):
    with pytest.raises(Refused, match="没有选单位"):
        teams.assign(team=review.team, by=review.office, cases=[])


def test_a_unit_goes_over_to_another_team_until_it_is_scored(review):
    first, second, *_ = reviewing.assigned(review)
    other = reviewing.team(review.place, review.office, "第二督导组")
    scoring.score(sheet=first, by=review.leader, indicator=reviewing.coded(first)[0][0], value="A")
    with pytest.raises(Refused, match=f"“{first.case.unit.name}”已由“第一督导组”评定"):
        teams.assign(team=other, by=review.office, cases=[first.case, second.case])
    teams.assign(team=other, by=review.office, cases=[second.case])
    assert Sheet.objects.get(pk=second.pk).team == other
    titles = set(Task.objects.filter(kind=teams.TASK, state="open").values_list("title", flat=True))
    assert titles == {"第一督导组：3 个单位待评定", "第二督导组：1 个单位待评定"}
    sound()


def test_nothing_is_asked_of_teams_of_a_closed_stage(review):
    reviewing.assigned(review)
    teams.over(review.place)
    assert Task.objects.filter(kind=teams.TASK, state="open").count() == 0


# --- what is carried in


def test_nothing_was_before(review):
    assert carried.carried(review.cases[0], "review") == []


def test_the_award_is_carried_in(review):
    case = review.cases[0]
    code = reviewing.coded(Sheet(case=case, place=review.place))[1][0]
    title = titles.create_title(
        by=None, org=review.world.city, name="先进学校", unit_kinds=[case.unit.kind], key="school"
    )
    given = Given(
        unit=case.unit, title=title, awarded_on=review.campaign.launched_at.date().replace(year=2015), version=case.version,
        grades={code: "B", "ZZ9": "C", reviewing.coded(Sheet(case=case, place=review.place))[0][0]: "A"},
        problems=("图书更新不及时",),
    )  # fmt: skip
    titles.award(by=None, given=given)
    told = "2015年授予“先进学校”时"
    assert carried.carried(case, "review") == [
        {"indicator": code, "text": "评定为 B", "from": told},
        {"indicator": "", "text": "ZZ9　评定为 C", "from": told},
        {"indicator": "", "text": "图书更新不及时", "from": told},
    ]
    sheet = reviewing.assigned(review, [case])[0]
    assert [code for code, _ in carried.coded_of(sheet)] == ["#1", "#2"]


# --- the pages


def test_a_team_is_formed_and_given_units_on_the_pages(review, client_of):
    a, b, c = people(review, 3)
    client = client_of(review.office)
    new = f"/inspections/places/{review.place.pk}/teams/new/"
    chosen = {f"kind.{a.pk}": "leader", f"kind.{b.pk}": "inspector"}
    looked = client.post(new, {"name": "第三组", "q": "p2", "find": "1", **chosen}).content.decode()
    assert looked.count("<tr>") == 4  # the head, the two chosen, the one found
    assert 'value="第三组"' in looked
    answer = client.post(new, {"name": "第三组", **chosen, f"kind.{c.pk}": "inspector"})
    made = Team.objects.get(name="第三组")
    assert answer.headers["Location"] == f"/inspections/teams/{made.pk}/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert all(case.unit.name in page for case in review.cases)
    client.post(f"/inspections/teams/{made.pk}/assign/", {"case": [case.pk for case in review.cases[:2]]})
    assert made.sheets.count() == 2


def test_the_page_shows_who_must_not_judge_and_why_before_anything_is_sent(review, client_of):
    member, case = review.inspectors[0], review.cases[0]
    recusal.declare(by=member, user=member.user, org=case.unit, kind="relative")
    page = client_of(review.office).get(f"/inspections/teams/{review.team.pk}/").content.decode()
    assert f"{member.title}：近亲属在该单位任职或就读" in page
    boxes = [other.pk for other in review.cases if f'value="{other.pk}" id="c{other.pk}"' in page]
    assert boxes == [other.pk for other in review.cases if other != case]


def test_what_is_refused_is_told_on_the_page_with_the_ticks_kept(review, client_of):
    teams.leave(member=review.team.members.filter(kind="inspector").first(), by=review.office)
    answer = client_of(review.office).post(
        f"/inspections/teams/{review.team.pk}/assign/", {"case": [review.cases[1].pk]}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "不足 3 人" in page
    assert page.count("checked") == 1


@pytest.mark.parametrize("who", ["peer", "unit", "member"])
def test_strangers_have_no_such_pages(review, client_of, who):
    by = {
        "peer": review.world.officers["321181"],
        "unit": review.world.office(review.cases[0].unit),
        "member": review.leader,
    }[who]
    by.user.must_change_password = False
    by.user.save()
    client, member = client_of(by), Member.objects.first()
    addresses = [
        (client.get, f"/inspections/teams/{review.team.pk}/"),
        (client.get, f"/inspections/places/{review.place.pk}/teams/new/"),
        (client.post, f"/inspections/teams/{review.team.pk}/join/"),
        (client.post, f"/inspections/teams/{review.team.pk}/assign/"),
        (client.post, f"/inspections/teams/members/{member.pk}/leave/"),
    ]
    assert [ask(address).status_code for ask, address in addresses] == [404] * 5
