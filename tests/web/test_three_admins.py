"""三员: system, security and audit administrator keep each other in check; none grants himself, none is the last to go."""

from datetime import date

import pytest
from django.test import Client
from world import ON, PASSWORD, office

from dudao_web.operations import office as setting_up
from dudao_web.operations.home import Trouble
from dudao_web.operations.pages import pages
from dudao_web.orgs import actions, admins, closing, rules
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
        f"账号 {getattr(world, had).user.username} 设过{label}，不能再任{Role(wanted).label}。请另设账号。"
    )
    assert said == ("" if had == wanted else expected)


def test_nor_one_after_the_other(world):
    second = office(world.city, Role.AUDIT_ADMIN, "auditor2", "审计管理员二")
    actions.end_membership(by=world.security_admin, membership=second, on=date(2026, 7, 1))
    said = give(world, "security_admin", "auditor2", "system_admin")
    assert said == "账号 auditor2 设过审计管理员，不能再任系统管理员。请另设账号。"
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
        "账号 auditor 同期任审计管理员，不能兼任其他岗位。请另设账号。"
    )
    assert give(world, "security_admin", "yangzhong", "audit_admin") == (
        "账号 yangzhong 同期任区县督导室，管理员须用单独的账号。请另设账号。"
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
    assert admins.end_fault(world.security_admin, ON) == "这是最后一个安全管理员，不能停用。请先另设一个。"


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
    """What they send is about units, accounts, logins and the record, never about the work of the offices; nor do they read it."""
    found = [
        entry["url"] for entry in pages() if entry["method"] == "POST" and set(entry["roles"]) & set(ADMINS)
    ]
    assert [url for url in found if not url.startswith("/orgs/")] == []


def test_what_the_three_read_besides_units_and_accounts_is_for_every_office():
    read = {
        entry["url"].split("<")[0]
        for entry in pages()
        if set(entry["roles"]) & set(ADMINS) and not entry["url"].startswith("/orgs/")
    }
    assert read == {"/", "/standards/", "/standards/catalogue/"}


# --- offices with a planned beginning or end

LATER, END, AFTER = date(2099, 1, 1), date(2099, 6, 1), date(2099, 9, 1)


def planned(
    world, username: str, role: str, since: date, until: date | None = None, org: str = "city"
) -> str:
    """Why an office of those days was not given; "" if it was."""
    words = {"role": role, "username": username, "title": "演示处室"}
    try:
        actions.invite(by=None, org=getattr(world, org), on=since, until=until, **words)
    except actions.Refused as refusal:
        return str(refusal)
    return ""


def test_an_office_to_begin_or_to_end_counts_on_its_days(world):
    assert planned(world, "new", "audit_admin", LATER, END) == ""
    said = "账号 new 设过审计管理员，不能再任系统管理员。请另设账号。"
    assert planned(world, "new", "system_admin", AFTER) == said
    clash = "账号 new 同期任审计管理员，不能兼任其他岗位。请另设账号。"
    assert planned(world, "new", "county_officer", ON, org="yangzhong") == clash
    assert planned(world, "new", "county_officer", ON, LATER, "yangzhong") == ""
    assert planned(world, "new", "county_officer", END, org="yangzhong") == ""


def test_who_holds_an_office_until_a_day_becomes_an_administrator_from_that_day_on(world):
    assert planned(world, "new", "county_officer", ON, LATER, "yangzhong") == ""
    clash = "账号 new 同期任区县督导室，管理员须用单独的账号。请另设账号。"
    assert planned(world, "new", "audit_admin", ON) == clash
    assert planned(world, "new", "audit_admin", LATER) == ""


def ended(membership: Membership, on: date) -> str:
    """Why the office did not end; "" if it did."""
    try:
        actions.end_membership(by=None, membership=membership, on=on)
    except actions.Refused as refusal:
        return str(refusal)
    return ""


def test_the_last_one_stays_while_the_next_has_not_begun(world):
    assert planned(world, "next", "audit_admin", LATER) == ""
    assert ended(world.audit_admin, ON) == "这是最后一个审计管理员，不能停用。请先另设一个。"
    assert ended(world.audit_admin, LATER) == ""
    assert admins.gaps(ON) == []


def test_nor_does_the_last_one_go_when_the_other_one_s_end_is_planned(world):
    assert planned(world, "next", "audit_admin", ON, END) == ""
    said = "停用后，2099年6月1日起没有审计管理员，不能停用。请先另设一个。"
    assert ended(world.audit_admin, ON) == said
    assert planned(world, "third", "audit_admin", LATER) == ""
    assert ended(world.audit_admin, ON) == ""
    third = Membership.objects.get(user__username="third")
    assert ended(third, LATER) == said
    assert (ended(third, AFTER), ended(Membership.objects.get(user__username="next"), ON)) == (
        "这是最后一个审计管理员，不能停用。请先另设一个。",
        "这是最后一个审计管理员，不能停用。请先另设一个。",
    )


def test_a_gap_that_nobody_made_here_is_told_to_the_security_administrator(world, client_of):
    client = client_of(world.security_admin)
    assert "没有审计管理员" not in client.get("/orgs/security/").content.decode()
    Membership.objects.filter(pk=world.audit_admin.pk).update(until=LATER)
    assert admins.gaps(ON) == [(Role.AUDIT_ADMIN, LATER)]
    assert (
        "2099年1月1日起没有审计管理员。请在最上级单位另设一个。"
        in client.get("/orgs/security/").content.decode()
    )
    Membership.objects.filter(pk=world.audit_admin.pk).update(until=ON)
    assert "现在没有审计管理员。" in client.get("/orgs/security/").content.decode()


# --- an account out of use


def close(world, client_of, who: str, of: Membership) -> int:
    """What the page answers that closes the account of an office."""
    return client_of(getattr(world, who)).post(f"/orgs/users/{of.user_id}/close/").status_code


def test_an_account_is_closed_and_reopened_with_its_offices(world, client_of):
    client, head = client_of(world.head), {"username": "school01", "password": PASSWORD}
    page = client_of(world.owner).get(f"/orgs/accounts/{world.head.pk}/end/").content.decode()
    assert f'href="/orgs/users/{world.head.user_id}/close/"' in page
    assert close(world, client_of, "owner", world.head) == 302
    assert (client.get("/orgs/account/").status_code, world.head.user.sessions.count()) == (302, 0)
    assert Action.objects.last().action == "orgs.close_account"
    assert Client().post("/orgs/signin/", head).status_code == 422
    acts = Action.objects.count()
    assert (close(world, client_of, "owner", world.head), Action.objects.count()) == (302, acts)
    said = "账号 school01 已停用，不能设岗位。请先恢复这个账号，或另设账号。"
    assert planned(world, "school01", "school", ON, org="school_2") == said
    unit = client_of(world.owner).get("/orgs/3211820001/").content.decode()
    assert ("已停用" in unit, "恢复账号" in unit, "重置密码" in unit) == (True, True, False)
    for _ in range(2):
        assert client_of(world.owner).post(f"/orgs/users/{world.head.user_id}/reopen/").status_code == 302
    assert Client().post("/orgs/signin/", head).status_code == 302
    reopened = Action.objects.filter(action="orgs.reopen_account")
    assert [act.object for act in reopened] == [f"user:{world.head.user_id}"]


def test_who_closes_whose_account(world, client_of):
    found = [
        close(world, client_of, "peer", world.head),
        close(world, client_of, "head", world.stranger),
        close(world, client_of, "owner", world.city_officer),
        close(world, client_of, "owner", world.owner),
        close(world, client_of, "system_admin", world.security_admin),
        close(world, client_of, "audit_admin", world.head),
        close(world, client_of, "security_admin", world.city_officer),
    ]
    assert found == [404, 404, 404, 404, 404, 404, 302]
    assert not User.objects.get(pk=world.city_officer.user_id).is_active


def test_the_last_administrator_s_account_stays(world, client_of):
    answer = client_of(world.security_admin).post(f"/orgs/users/{world.audit_admin.user_id}/close/")
    assert answer.status_code == 422
    assert "这是最后一个审计管理员，不能停用。请先另设一个。" in answer.content.decode()
    second = office(world.city, Role.AUDIT_ADMIN, "auditor2", "审计管理员二")
    assert close(world, client_of, "security_admin", world.audit_admin) == 302
    with pytest.raises(actions.Refused):
        closing.close_account(by=None, user=second.user)


def test_the_security_administrator_finds_the_closed_ones(world, client_of):
    closing.close_account(by=None, user=world.head.user)
    client = client_of(world.security_admin)
    page = client.get("/orgs/security/", {"which": "closed"})
    assert [row.username for row in page.context["accounts"]] == ["school01"]
    assert f'action="/orgs/users/{world.head.user_id}/reopen/"' in page.content.decode()
    every = client.get("/orgs/security/").content.decode()
    assert f'href="/orgs/users/{world.security_admin.user_id}/close/"' not in every
    assert f'href="/orgs/users/{world.owner.user_id}/close/"' in every


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
