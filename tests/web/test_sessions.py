"""Logins: a new key at each step, the newest three, idle ones end, and all that rest on what is no longer so."""

from datetime import date, timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from screen import fits
from world import ON, PASSWORD, SIZES, office

from dudao_web import clock
from dudao_web.orgs import actions, history, limits, sessions, tick
from dudao_web.orgs.membership import SESSION_KEY
from dudao_web.orgs.models import Action, Role, User
from dudao_web.orgs.models_security import Limits, Session

NEW = "Walnut-kestrel-88"


def sign_in(username: str = "yangzhong", **extra) -> Client:
    client = Client()
    done = client.post("/orgs/signin/", {"username": username, "password": PASSWORD}, **extra)
    assert done.status_code == 302
    return client


def alive(*clients: Client) -> list[bool]:
    return [client.get("/orgs/account/").status_code == 200 for client in clients]


def unused(client: Client, minutes: int) -> None:
    Session.objects.filter(pk=client.session.session_key).update(
        seen=timezone.now() - timedelta(minutes=minutes, seconds=5)
    )


def test_a_login_knows_its_account_when_and_whence(world):
    client = sign_in(REMOTE_ADDR="10.0.0.5", HTTP_USER_AGENT="演示浏览器")
    row = Session.objects.get(pk=client.session.session_key)
    assert (row.user, row.get_decoded()["address"], row.get_decoded()["device"]) == (
        world.owner.user,
        "10.0.0.5",
        "演示浏览器",
    )
    assert timezone.now() - row.began < timedelta(minutes=1)
    assert client.session[SESSION_KEY] == world.owner.pk


def test_the_key_is_new_after_signing_in_and_after_another_office(world):
    office(world.danyang, Role.INSPECTOR, "inspector", "丹阳市责任督学")
    client = Client()
    client.get("/orgs/signin/")
    client.post("/orgs/signin/", {"username": "inspector", "password": PASSWORD})
    keys = [client.session.session_key]
    for held in world.inspector.user.memberships.all():
        client.post("/orgs/choose/", {"membership": held.pk})
        keys.append(client.session.session_key)
    assert len(set(keys)) == 3
    assert Session.objects.filter(pk__in=keys).count() == 1


def test_the_newest_three_stay(world):
    clients = [sign_in() for _ in range(4)]
    assert alive(*clients) == [False, True, True, True]
    other = sign_in("danyang")
    assert alive(clients[1], other) == [True, True]


def test_the_security_administrator_sets_how_many(world, client_of):
    client_of(world.security_admin).post(
        "/orgs/security/limits/county_officer/", {"idle": "60", "logins": "1"}
    )
    assert alive(sign_in(), last := sign_in()) == [False, True]
    assert world.owner.user.sessions.get().pk == last.session.session_key


@pytest.mark.parametrize(
    ("username", "minutes", "holds"),
    [("auditor", 29, True), ("auditor", 30, False), ("yangzhong", 479, True), ("yangzhong", 480, False)],
)
def test_an_idle_login_ends(world, username, minutes, holds):
    client = sign_in(username)
    unused(client, minutes)
    assert alive(client) == [holds]
    assert alive(client) == [holds]


def test_use_is_noted_once_a_minute(world):
    client = sign_in()
    key = client.session.session_key
    unused(client, 10)
    client.get("/orgs/account/")
    first = Session.objects.get(pk=key).seen
    assert timezone.now() - first < timedelta(minutes=1)
    client.get("/orgs/account/")
    assert Session.objects.get(pk=key).seen == first


def test_a_new_idle_limit_holds_for_those_signed_in(world):
    client = sign_in()
    unused(client, 20)
    limits.set_limits(by=world.security_admin, role="county_officer", second_step=False, idle=15, logins=3)
    assert alive(client) == [False]


def test_what_holds_until_something_is_set(world):
    found = {row.role: (row.second_step, row.idle, row.logins) for row in limits.of_all()}
    admins = dict.fromkeys(("system_admin", "security_admin", "audit_admin"), (False, 30, 3))
    others = dict.fromkeys(("city_officer", "county_officer", "school", "inspector"), (False, 480, 3))
    assert {role: found[role] for role in (*admins, *others)} == admins | others


def test_setting_the_same_again_is_no_act(world):
    given = {"role": "school", "second_step": True, "idle": 60, "logins": 2}
    limits.set_limits(by=world.security_admin, **given)
    before = Action.objects.count()
    limits.set_limits(by=world.security_admin, **given)
    assert (Action.objects.count(), Limits.objects.count()) == (before, 1)
    assert Action.objects.last().data["after"] == {"second_step": True, "idle": 60, "logins": 2}


@pytest.mark.parametrize(
    ("who", "status"), [("security_admin", 200), ("system_admin", 404), ("audit_admin", 404), ("owner", 404)]
)
def test_who_sets_limits(world, client_of, who, status):
    assert client_of(getattr(world, who)).get("/orgs/security/limits/school/").status_code == status


def test_below_the_top_nobody_sets_what_holds_for_all(world, client_of):
    below = office(world.yangzhong, Role.SECURITY_ADMIN, "secadmin2", "扬中市安全管理员")
    client = client_of(below)
    assert client.get("/orgs/security/limits/school/").status_code == 404
    page = client.get("/orgs/security/")
    assert page.context["limits"] is None
    assert {row.username for row in page.context["accounts"]} == {
        "yangzhong",
        "school01",
        "inspector",
        "secadmin2",
    }
    url = f"/orgs/security/accounts/{world.peer.user_id}/unlock/"
    assert client.post(url).status_code == 404


@pytest.mark.parametrize(
    ("idle", "logins"), [("4", "3"), ("481", "3"), ("30", "0"), ("30", "21"), ("x", "3")]
)
def test_limits_outside_their_range_are_refused(world, client_of, idle, logins):
    url = "/orgs/security/limits/school/"
    answer = client_of(world.security_admin).post(url, {"idle": idle, "logins": logins})
    assert (answer.status_code, Limits.objects.count()) == (422, 0)


# --- what ends a login


def test_a_reset_password_ends_them_all(world):
    clients = [sign_in(), sign_in()]
    actions.reset_password(by=world.city_officer, user=world.owner.user)
    assert world.owner.user.sessions.count() == 0
    assert alive(*clients) == [False, False]


def test_an_own_new_password_ends_the_others(world):
    own, other = sign_in(), sign_in()
    own.post("/orgs/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert alive(own, other) == [True, False]
    assert world.owner.user.sessions.count() == 1


def test_the_end_of_the_office_acted_in_ends_it_even_with_another_office_held(world):
    second = office(world.danyang, Role.INSPECTOR, "inspector", "丹阳市责任督学")
    first_login, second_login = sign_in("inspector"), sign_in("inspector")
    first_login.post("/orgs/choose/", {"membership": world.inspector.pk})
    second_login.post("/orgs/choose/", {"membership": second.pk})
    actions.end_membership(by=world.owner, membership=world.inspector, on=ON + timedelta(days=1))
    assert alive(first_login, second_login) == [False, True]


def test_the_office_s_end_takes_the_logins_that_act_for_it_at_once(world):
    second = office(world.danyang, Role.INSPECTOR, "inspector", "丹阳市责任督学")
    logins = [sign_in("inspector"), sign_in("inspector")]
    for client, held in zip(logins, (world.inspector, second), strict=True):
        client.post("/orgs/choose/", {"membership": held.pk})
    keys = [client.session.session_key for client in logins]
    actions.end_membership(by=world.owner, membership=world.inspector, on=date(2099, 1, 1))
    assert Session.objects.filter(pk__in=keys).count() == 2
    actions.end_membership(by=world.owner, membership=world.inspector, on=ON)
    assert [row.pk for row in Session.objects.filter(pk__in=keys)] == [keys[1]]


def test_merging_a_unit_ends_the_logins_of_its_offices_and_no_others(world):
    office(world.school_2, Role.SCHOOL, "school02", "演示第二小学")
    clients = [sign_in(name) for name in ("school01", "school02", "yangzhong")]
    history.merge_orgs(by=world.owner, orgs=[world.school_1], into=world.school_2, on=clock.today())
    assert [held.user.username for held in Session.objects.order_by("user__username")] == [
        "school02",
        "yangzhong",
    ]
    assert alive(*clients) == [False, True, True]


def test_a_unit_closes_only_when_its_offices_and_with_them_their_logins_have_ended(world):
    sign_in("school01")
    with pytest.raises(actions.Refused, match="还有 1 个账号在用"):
        history.close_org(by=world.owner, org=world.school_1, on=clock.today())
    actions.end_membership(by=world.owner, membership=world.head, on=clock.today())
    history.close_org(by=world.owner, org=world.school_1, on=clock.today())
    assert Session.objects.count() == 0


def test_a_closed_account_is_out(world):
    client = sign_in()
    User.objects.filter(pk=world.owner.user_id).update(is_active=False)
    assert alive(client) == [False]


def test_going_out_ends_the_row(world):
    client = sign_in()
    client.post("/orgs/signout/")
    assert world.owner.user.sessions.count() == 0


# --- 我的登录


def test_own_logins_are_listed_and_the_others_ended(world):
    own, other = sign_in(REMOTE_ADDR="10.0.0.5"), sign_in(REMOTE_ADDR="10.0.0.6")
    stranger = sign_in("danyang", REMOTE_ADDR="10.0.0.7")
    page = own.get("/orgs/account/logins/").content.decode()
    assert ["10.0.0.5" in page, "10.0.0.6" in page, "10.0.0.7" in page] == [True, True, False]
    assert page.count("本次登录") == 1
    before = own.session.session_key
    assert own.post("/orgs/account/logins/").url == "/orgs/account/logins/"
    assert alive(own, other, stranger) == [True, False, True]
    assert own.session.session_key != before
    assert Action.objects.last().action == "orgs.end_logins"
    acts = Action.objects.count()
    own.post("/orgs/account/logins/")
    assert Action.objects.count() == acts


def test_expired_logins_are_neither_listed_nor_kept(world):
    client = sign_in()
    Session.objects.update(expire_date=timezone.now())
    assert sessions.of(world.owner.user) == []
    assert alive(client) == [False]
    assert tick.tick(ON) == ["清除过期的登录 1 个"]
    assert (Session.objects.count(), tick.tick(ON)) == (0, [])


def test_failures_that_lock_nobody_any_more_are_removed_with_time(world):
    for _ in range(2):
        Client().post("/orgs/signin/", {"username": "yangzhong", "password": "x"})
    assert tick.tick(ON) == []
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    count = AccessAttempt.objects.count()
    assert (tick.tick(ON), count > 0) == ([f"清除已不计数的登录失败 {count} 个"], True)
    assert (AccessAttempt.objects.count(), tick.tick(ON)) == (0, [])


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_pages_fit_and_are_accessible(world, page, live_server, accessible, sign_in, size):
    page.set_viewport_size(SIZES[size])
    sign_in(world.security_admin)
    for path in ("account/logins/", "security/", "security/limits/school/"):
        page.goto(f"{live_server.url}/orgs/{path}")
        assert (path, accessible()) == (path, [])
        fits(page, size)
