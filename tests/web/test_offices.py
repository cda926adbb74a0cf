"""Accounts and offices: who may give which, from when to when, what each sees, one-time passwords."""

from datetime import date

import handin
import pytest
from django.core.exceptions import ValidationError
from world import ON, office, unit

from dudao_web.orgs import actions, queries, rules
from dudao_web.orgs.models import Action, Kind, Membership, Org, Role, User
from dudao_web.submissions import queries as submissions
from dudao_web.submissions import rules as returns


def codes(orgs) -> list[str]:
    return [org.code for org in orgs]


def test_a_role_is_held_where_it_belongs(world):
    with pytest.raises(actions.Refused, match="岗位不能设在学校“演示第一小学”"):
        office(world.school_1, Role.COUNTY_OFFICER, "someone", "某处")


def test_an_invitation_makes_the_account_once(world):
    first, password = actions.invite(
        by=world.owner, org=world.school_2, role=Role.SCHOOL, username="school02", title="演示第二小学", on=ON
    )
    second, nothing = actions.invite(
        by=world.owner, org=world.school_2, role=Role.SCHOOL, username="school02", title="演示第二小学", on=ON
    )
    assert (first, nothing) == (second, None)
    assert first.user.check_password(password)
    assert first.user.must_change_password
    assert [a.action for a in Action.objects.order_by("-pk")[:2]] == ["orgs.invite", "orgs.create_user"]


def test_a_stored_hash_is_never_rewritten_by_a_check(world):
    user = User.objects.get(username="yangzhong")
    password = actions.reset_password(by=None, user=user)
    stored = User.objects.get(pk=user.pk).password
    assert user.check_password(password)
    assert User.objects.get(pk=user.pk).password == stored


def test_a_weak_password_is_no_password(world):
    with pytest.raises(ValidationError):
        actions.set_password(user=world.owner.user, password="1234")


def test_ending_an_office_twice_ends_it_once(world):
    actions.end_membership(by=world.owner, membership=world.inspector, on=date(2026, 6, 2))
    count = Action.objects.count()
    actions.end_membership(by=world.owner, membership=world.inspector, on=date(2026, 6, 3))
    assert (world.inspector.until, Action.objects.count()) == (date(2026, 6, 2), count)


def test_an_office_that_is_to_end_may_end_sooner(world):
    actions.end_membership(by=world.owner, membership=world.inspector, on=date(2027, 6, 1))
    actions.end_membership(by=world.owner, membership=world.inspector, on=date(2026, 9, 1))
    assert world.inspector.until == date(2026, 9, 1)
    assert [world.inspector.holds(day) for day in (date(2026, 8, 31), date(2026, 9, 1))] == [True, False]


def test_an_office_that_has_not_begun_is_never_held_when_it_is_ended(world):
    held, _ = actions.invite(
        by=world.owner, org=world.school_2, role=Role.SCHOOL, username="s2", title="二小", on=date(2027, 1, 1)
    )
    actions.end_membership(by=world.owner, membership=held, on=ON)
    assert (held.since, held.until) == (date(2027, 1, 1), date(2027, 1, 1))


def given(world, since: date, until: date | None = None) -> Membership:
    """The office of account s2 at the second school, in those days."""
    return actions.invite(
        by=world.owner,
        org=world.school_2,
        role=Role.SCHOOL,
        username="s2",
        title="二小",
        on=since,
        until=until,
    )[0]


def test_an_office_may_begin_later_and_have_an_end(world):
    held = given(world, date(2027, 9, 1), date(2030, 9, 1))
    days = (date(2027, 8, 31), date(2027, 9, 1), date(2030, 8, 31), date(2030, 9, 1))
    assert [queries.open_memberships(held.user, day).count() for day in days] == [0, 1, 1, 0]
    assert given(world, date(2027, 9, 1), date(2030, 9, 1)) == held
    again = given(world, date(2030, 9, 1))
    assert (again == held, again.since, again.until) == (False, date(2030, 9, 1), None)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (date(2028, 1, 1), None, "账号 s2 在“演示第二小学”已有这个岗位（2027年9月1日至 2030年9月1日）"),
        (date(2026, 1, 1), date(2027, 9, 2), "已有这个岗位"),
        (date(2026, 1, 1), date(2026, 1, 1), "任职止（2026年1月1日）不晚于任职起（2026年1月1日）"),
    ],
)
def test_an_office_is_held_once_at_a_time(world, since, until, said):
    given(world, date(2027, 9, 1), date(2030, 9, 1))
    with pytest.raises(actions.Refused) as refusal:
        given(world, since, until)
    assert said in str(refusal.value)


def test_a_filling_unit_is_a_school_a_town_or_a_department(world):
    department = unit("321182-1", "扬中市演示局", Kind.DEPARTMENT, world.yangzhong)
    held = [office(org, Role.SCHOOL, f"unit{n}", org.name) for n, org in enumerate((world.town, department))]
    assert [codes(queries.visible_orgs(one, ON)) for one in held] == [["321182001"], ["321182-1"]]
    with pytest.raises(actions.Refused, match="岗位不能设在县（市、区）“扬中市”"):
        office(world.yangzhong, Role.SCHOOL, "unit9", "扬中市")


def test_a_role_is_called_as_it_is_at_its_unit(world, client_of):
    department = unit("321182-1", "扬中市演示局", Kind.DEPARTMENT, world.yangzhong)
    province = unit("320000", "江苏省", Kind.PROVINCE, None)
    held = [
        world.city_officer,
        office(province, Role.CITY_OFFICER, "sheng", "省教育督导室"),
        world.head,
        office(department, Role.SCHOOL, "ju", "演示局"),
        world.owner,
    ]
    assert [one.get_role_display() for one in held] == [
        "市督导室",
        "省督导室",
        "学校",
        "政府部门",
        "区县督导室",
    ]
    form = client_of(world.owner).get("/orgs/321182001/invite/").context["form"]
    assert form.fields["role"].choices == [("school", "镇（街道）"), ("inspector", "责任督学、专家")]


def test_a_town_neither_hands_in_returns_nor_sees_those_of_its_schools(world):
    held = office(world.town, Role.SCHOOL, "sanmao", "三茅街道")
    of = handin.set_of(world.yangzhong)
    handin.hand_in(of, world.head, "学校.xlsx", b"x")
    seen = [submissions.seen_uploads(one).count() for one in (world.owner, world.head, held)]
    assert seen == [1, 1, 0]
    may = [returns.may_upload(one, world.yangzhong) for one in (world.owner, world.head, held)]
    assert may == [True, True, False]


def test_an_inspector_of_a_town_sees_it_and_its_schools(world):
    held = office(world.town, Role.INSPECTOR, "townduxue", "三茅街道责任督学")
    assert codes(queries.visible_orgs(held, ON)) == ["321182001", "3211820001", "3211820002"]


def test_what_an_office_sees_of_one_unit_is_what_the_filter_finds(world):
    held = office(world.town, Role.SCHOOL, "sanmao", "三茅街道")
    for membership in (world.city_officer, world.owner, world.peer, world.head, world.inspector, held):
        seen = set(rules.visible(Org.objects.all(), membership))
        assert {org for org in Org.objects.all() if rules.sees(membership, org)} == seen


def test_nation_and_province_stand_above_the_city(world):
    nation = unit("100000", "国家", Kind.NATION, None)
    province = unit("320000", "江苏省", Kind.PROVINCE, nation)
    held = [office(org, Role.CITY_OFFICER, f"u{org.code}", org.name) for org in (nation, province)]
    assert [codes(queries.visible_orgs(one, ON)) for one in held] == [["100000", "320000"], ["320000"]]
    with pytest.raises(actions.Refused, match="省只能设在国家下面"):
        unit("330000", "浙江省", Kind.PROVINCE, world.city)


@pytest.mark.parametrize(
    ("who", "role", "where", "may"),
    [
        ("owner", Role.SCHOOL, "school_1", True),
        ("owner", Role.COUNTY_OFFICER, "yangzhong", True),
        ("owner", Role.SCHOOL, "danyang_school", False),
        ("owner", Role.CITY_OFFICER, "city", False),
        ("owner", Role.SYSTEM_ADMIN, "yangzhong", False),
        ("city_officer", Role.COUNTY_OFFICER, "danyang", True),
        ("city_officer", Role.SYSTEM_ADMIN, "city", False),
        ("system_admin", Role.COUNTY_OFFICER, "yangzhong", True),
        ("system_admin", Role.SYSTEM_ADMIN, "yangzhong", False),
        ("head", Role.SCHOOL, "school_1", False),
        ("inspector", Role.SCHOOL, "school_1", False),
        ("security_admin", Role.SCHOOL, "school_1", True),
        ("audit_admin", Role.SCHOOL, "school_1", False),
    ],
)
def test_who_may_give_which_office_where(world, who, role, where, may):
    assert rules.may_grant(getattr(world, who), role, getattr(world, where)) is may


def test_a_password_is_reset_only_by_who_could_give_every_office_of_the_account(world):
    assert rules.may_reset(world.owner, world.inspector.user)
    office(world.danyang, Role.INSPECTOR, "inspector", "丹阳市责任督学")
    assert not rules.may_reset(world.owner, world.inspector.user)
    assert rules.may_reset(world.city_officer, world.inspector.user)
