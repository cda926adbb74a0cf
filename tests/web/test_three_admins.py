"""三员: system, security and audit administrator keep each other in check; none grants himself, none is the last to go."""

from datetime import date

import pytest
from django.test import Client
from world import ON, office

from dudao_web.operations import office as setting_up
from dudao_web.operations.home import Trouble
from dudao_web.operations.pages import pages
from dudao_web.orgs import actions, admins, rules
from dudao_web.orgs.models import Action, Membership, Role, User

ADMINS = ("system_admin", "security_admin", "audit_admin")


def give(world, by: str, username: str, role: str, org: str = "city") -> str:
    """Why the office was not given; "" if it was."""
    giver = getattr(world, by)
    try:
        actions.invite(
            by=giver, org=getattr(world, org), role=role, username=username, title="演示处室", on=ON
        )
    except actions.Refused as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize("had", ADMINS)
@pytest.mark.parametrize("wanted", ADMINS)
def test_no_account_holds_two_of_the_three(world, had, wanted):
    said = give(world, "city_officer", getattr(world, had).user.username, wanted)
    label = Role(had).label
    expected = (
        f"账号 {getattr(world, had).user.username} 担任过{label}，不能再任{Role(wanted).label}。请另设账号。"
    )
    assert said == ("" if had == wanted else expected)


def test_nor_one_after_the_other(world):
    second = office(world.city, Role.AUDIT_ADMIN, "auditor2", "审计管理员二")
    actions.end_membership(by=world.security_admin, membership=second, on=date(2026, 7, 1))
    said = give(world, "security_admin", "auditor2", "system_admin")
    assert said == "账号 auditor2 担任过审计管理员，不能再任系统管理员。请另设账号。"
    again, _ = actions.invite(
        by=world.security_admin,
        org=world.city,
        role="audit_admin",
        username="auditor2",
        title="审计管理员二",
        on=date(2026, 8, 1),
    )
    assert again.user == second.user


def test_an_administrator_has_no_other_office_and_an_office_becomes_none(world):
    assert give(world, "city_officer", "auditor", "city_officer") == (
        "账号 auditor 现任审计管理员，不能兼任其他岗位。请另设账号。"
    )
    assert give(world, "security_admin", "yangzhong", "audit_admin") == (
        "账号 yangzhong 现任区县督导室，管理员须用单独的账号。请另设账号。"
    )


@pytest.mark.parametrize("wanted", ["security_admin", "county_officer", "inspector"])
def test_no_administrator_grants_himself_anything(world, wanted):
    said = give(world, "security_admin", "secadmin", wanted, "yangzhong")
    assert said == "不能给自己增加管理员岗位。请由另一位安全管理员办理。"
    assert world.security_admin.user.memberships.count() == 1


def test_the_page_says_why(world, client_of):
    given = {"username": "secadmin", "role": "security_admin", "title": "安全管理员", "since": "2026-06-01"}
    answer = client_of(world.security_admin).post("/orgs/321182/invite/", given)
    assert answer.status_code == 422
    assert "不能给自己增加管理员岗位" in answer.content.decode()


@pytest.mark.parametrize("who", ADMINS)
def test_the_last_of_each_stays(world, client_of, who):
    held = getattr(world, who)
    with pytest.raises(actions.Refused) as refusal:
        actions.end_membership(by=None, membership=held, on=ON)
    assert str(refusal.value) == f"这是最后一个{Role(who).label}，不能停用。请先另设一个。"
    office(world.city, Role(who), f"{who}2", "另一位")
    actions.end_membership(by=None, membership=held, on=date(2026, 7, 1))
    held.refresh_from_db()
    assert held.until == date(2026, 7, 1)


def test_an_administrator_below_the_top_or_a_closed_account_does_not_count(world):
    office(world.yangzhong, Role.SECURITY_ADMIN, "secadmin2", "扬中市安全管理员")
    closed = office(world.city, Role.SECURITY_ADMIN, "secadmin3", "安全管理员三")
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    assert admins.end_fault(world.security_admin) != ""


def test_ending_the_last_one_on_its_page_is_refused_in_words(world, client_of):
    answer = client_of(world.security_admin).post(f"/orgs/accounts/{world.audit_admin.pk}/end/")
    assert answer.status_code == 422
    assert "这是最后一个审计管理员" in answer.content.decode()
    assert Membership.objects.get(pk=world.audit_admin.pk).until is None


def test_the_audit_administrator_stands_at_the_top_only(world):
    said = give(world, "security_admin", "auditor9", "audit_admin", "yangzhong")
    assert said == "审计管理员只设在最上级单位，不能设在“扬中市”。"
    assert not User.objects.filter(username="auditor9").exists()


def test_who_gives_an_administrator_his_office():
    givers = {role for role, given in rules.GRANTS.items() if given & rules.ADMINS}
    assert givers == {Role.SECURITY_ADMIN}


def test_the_security_administrator_makes_no_units_and_the_system_administrator_no_administrator(
    world, client_of
):
    assert client_of(world.security_admin).get("/orgs/321182/new/").status_code == 404
    assert client_of(world.security_admin).get("/orgs/321182/invite/").status_code == 200
    offered = client_of(world.system_admin).get("/orgs/321182/invite/").context["form"].fields["role"].choices
    assert not {role for role, _ in offered} & set(ADMINS)


def test_none_of_the_three_handles_returns():
    """What they send is about units, accounts, logins and the record, never about the work of the offices."""
    found = [
        entry["url"] for entry in pages() if entry["method"] == "POST" and set(entry["roles"]) & set(ADMINS)
    ]
    own = ("/orgs/", "/tasks/address/")
    assert [url for url in found if not url.startswith(own)] == []


# --- setting up


@pytest.fixture
def empty(db) -> list[str]:
    """An office just set up; its three one-time passwords."""
    return setting_up.init(
        code="321182", name="扬中市", kind="county", usernames=("admin", "secadmin", "auditor")
    )


def test_a_new_office_has_all_three_with_accounts_of_their_own(empty):
    held = Membership.objects.order_by("pk").values_list(
        "user__username", "role", "user__must_change_password"
    )
    assert list(held) == [
        ("admin", "system_admin", True),
        ("secadmin", "security_admin", True),
        ("auditor", "audit_admin", True),
    ]
    assert len(set(empty)) == 3
    signed = Client().post("/orgs/signin/", {"username": "auditor", "password": empty[2]})
    assert signed.status_code == 302


def test_three_accounts_must_differ(db):
    with pytest.raises(Trouble) as trouble:
        setting_up.init(code="321182", name="扬中市", kind="county", usernames=("admin", "admin", "auditor"))
    assert str(trouble.value) == "三个管理员须用不同的账号。请更正账号。"


def test_an_administrator_who_is_there_is_not_made_again(empty):
    with pytest.raises(Trouble) as trouble:
        setting_up.add_admin(role="audit_admin", username="auditor2")
    assert str(trouble.value) == "已有审计管理员。要增加的，由安全管理员在平台上办理。"


def test_an_office_of_before_gets_the_missing_one(empty):
    Membership.objects.filter(role="audit_admin").delete()
    password = setting_up.add_admin(role="audit_admin", username="auditor2")
    held = Membership.objects.get(role="audit_admin")
    assert (held.user.username, held.user.check_password(password)) == ("auditor2", True)
    assert Action.objects.last().object == f"membership:{held.pk}"
