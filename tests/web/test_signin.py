"""Coming in: passwords, lock-out, one-time passwords, the choice of the office, going out."""

import os
import subprocess
import sys
from datetime import timedelta
from ipaddress import ip_network
from unittest import mock

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from screen import fits
from world import ON, PASSWORD, SIZES, office

from dudao_web.orgs import actions, signin
from dudao_web.orgs.hashers import one_time_password
from dudao_web.orgs.models import Action, Role, User
from dudao_web.orgs.models_security import Refusal

SIGNIN = "/orgs/signin/"


def attempt(client: Client, username: str, password: str, **extra):
    return client.post(SIGNIN, {"username": username, "password": password}, **extra)


def test_a_stranger_is_sent_to_sign_in_and_then_to_the_page(world):
    client = Client()
    answer = client.get("/orgs/321182/")
    assert (answer.status_code, answer.url) == (302, f"{SIGNIN}?next=/orgs/321182/")
    answer = client.post(SIGNIN, {"username": "yangzhong", "password": PASSWORD, "next": "/orgs/321182/"})
    assert (answer.status_code, answer.url) == (302, "/orgs/321182/")


@pytest.mark.parametrize("asked", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_the_next_page_is_only_ever_ours(world, asked):
    answer = Client().post(SIGNIN, {"username": "yangzhong", "password": PASSWORD, "next": asked})
    assert answer.url == "/"


def test_a_fragment_sends_the_whole_window_to_sign_in(world):
    answer = Client().get("/orgs/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content, answer["HX-Redirect"]) == (200, b"", SIGNIN)


def test_the_session_key_is_renewed(world):
    client = Client()
    client.get(SIGNIN)
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    attempt(client, "yangzhong", PASSWORD)
    assert client.session.session_key not in {None, before}
    assert "x" in client.session  # kept by Django for a visitor who becomes a user, under the new key


def test_full_width_and_spaces_in_the_account_name(world):
    assert attempt(Client(), " ｙａｎｇｚｈｏｎｇ ", PASSWORD).status_code == 302


def test_unknown_known_and_closed_accounts_get_the_same_answer(world):
    User.objects.filter(username="inspector").update(is_active=False)
    tried = [("yangzhong", "wrong"), ("nobody", "wrong"), ("inspector", PASSWORD)]
    answers = [attempt(Client(), *pair) for pair in tried]
    assert [a.status_code for a in answers] == [422] * 3
    assert [a.context["refused"] for a in answers] == [signin.REFUSED] * 3


@pytest.mark.parametrize("username", ["yangzhong", "nobody"])
def test_five_failures_lock_the_account_for_that_address_only(world, username):
    here = {"REMOTE_ADDR": "10.0.0.5"}
    statuses = [attempt(Client(), username, "wrong", **here).status_code for _ in range(6)]
    assert statuses == [422] * 4 + [429] * 2
    locked = attempt(Client(), username, PASSWORD, **here)
    assert locked.status_code == 429
    assert signin.LOCKED in locked.content.decode()
    elsewhere = attempt(Client(), "yangzhong", PASSWORD, REMOTE_ADDR="10.0.0.6")
    other_account = attempt(Client(), "danyang", PASSWORD, **here)
    assert (elsewhere.status_code, other_account.status_code) == (302, 302)


def tried_from(note: str, peer: str = "127.0.0.1", *, times: int = 1) -> int:
    """The status of the last of some wrong passwords that came with such a note of the address."""
    for _ in range(times):
        answer = attempt(Client(), "yangzhong", "wrong", HTTP_X_FORWARDED_FOR=note, REMOTE_ADDR=peer)
    return answer.status_code


def test_behind_a_proxy_its_own_note_of_the_address_counts(world, settings):
    settings.PROXIES = [ip_network("127.0.0.1"), ip_network("10.1.0.0/16")]
    for number in range(6):  # the first part is what the visitor claims
        last = tried_from(f"1.2.3.{number}, 10.0.0.5")
    assert last == 429
    good = attempt(Client(), "yangzhong", PASSWORD, HTTP_X_FORWARDED_FOR="10.0.0.6")
    assert good.status_code == 302


def test_two_proxies_in_a_row_are_both_passed_over(world, settings):
    settings.PROXIES = [ip_network("127.0.0.1"), ip_network("10.1.0.0/16")]
    assert tried_from("1.2.3.4, 10.0.0.5, 10.1.0.9", times=6) == 429
    assert tried_from("10.0.0.5") == 429  # the same visitor by another way
    assert tried_from("10.0.0.6, 10.1.0.9") == 422


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.7", "::1"])
def test_a_note_from_elsewhere_is_not_believed(world, settings, peer):
    settings.PROXIES = [ip_network("192.0.2.1")]
    for number in range(6):
        last = tried_from(f"1.2.3.{number}", peer)
    assert last == 429


@pytest.mark.parametrize("note", ["", "not an address", "1.2.3.4, ", "1.2.3.4, <script>"])
def test_a_note_that_is_no_address_leaves_the_peer_s(world, settings, note):
    settings.PROXIES = [ip_network("127.0.0.1")]
    assert tried_from(note, times=6) == 429
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"127.0.0.1"}


def test_without_a_proxy_no_note_is_believed(world):
    for number in range(6):
        last = tried_from(f"1.2.3.{number}")
    assert last == 429


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DUDAO_PROXIES", "10.0.0.0/33", "DUDAO_PROXIES“10.0.0.0/33”不合规则"),
        ("DUDAO_PUBLIC_URL", "dudao.example.cn", "DUDAO_PUBLIC_URL“dudao.example.cn”不合规则"),
    ],
)
def test_bad_settings_stop_the_start(name, value, said):
    done = subprocess.run(
        [sys.executable, "-c", "import dudao_web.settings"],
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, said in done.stderr) == (1, True)


def test_nobody_elsewhere_locks_an_office_out_and_another_browser_is_no_way_round(world):
    for number in range(30):
        attempt(
            Client(), "yangzhong", "wrong", REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT=f"browser {number}"
        )
    there = attempt(Client(), "yangzhong", PASSWORD, REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="another")
    here = attempt(Client(), "yangzhong", PASSWORD, REMOTE_ADDR="10.0.0.6")
    assert (there.status_code, here.status_code) == (429, 302)


def test_a_refusal_costs_the_same_for_accounts_that_are_not_there(world):
    """As many queries and as many slow hashes, so that neither answer nor time says which accounts there are."""
    counts = []
    for username in ("yangzhong", "nobody"):
        attempt(Client(), username, "wrong", REMOTE_ADDR="10.0.0.1")  # the day's row and its act
        with (
            CaptureQueriesContext(connection) as asked,
            mock.patch.object(
                PBKDF2PasswordHasher, "encode", autospec=True, side_effect=PBKDF2PasswordHasher.encode
            ) as hashed,
        ):
            attempt(Client(), username, "wrong", REMOTE_ADDR="10.0.0.1")
        counts.append((len(asked), hashed.call_count))
    assert counts[0] == counts[1]
    assert counts[0][1] == 1


def test_what_was_typed_is_not_kept_with_a_refusal(world):
    attempt(Client(), "yangzhong", "Wrong-secret-77")
    assert "Wrong-secret-77" not in str(list(AccessAttempt.objects.values()))


def test_the_security_administrator_lets_an_account_in_again(world, client_of):
    here = {"REMOTE_ADDR": "10.0.0.5"}
    for _ in range(6):
        attempt(Client(), "yangzhong", "wrong", **here)
    guard = client_of(world.security_admin)
    page = guard.get("/orgs/security/?which=locked")
    assert [row.username for row in page.context["accounts"]] == ["yangzhong"]
    url = f"/orgs/security/accounts/{world.owner.user_id}/unlock/"
    assert client_of(world.city_officer).post(url).status_code == 404
    assert attempt(Client(), "yangzhong", PASSWORD, **here).status_code == 429
    assert guard.post(url).url == "/orgs/security/"
    assert Action.objects.last().action == "orgs.unlock"
    acts = Action.objects.count()
    guard.post(url)
    assert Action.objects.count() == acts  # nothing left to unlock, nothing recorded
    assert attempt(Client(), "yangzhong", PASSWORD, **here).status_code == 302


def test_a_one_time_password_must_be_changed_before_anything_else(world, client_of):
    password = actions.reset_password(by=world.city_officer, user=world.owner.user)
    client = Client()
    assert attempt(client, "yangzhong", password).status_code == 302
    for url in ("/", "/orgs/", "/orgs/account/", "/orgs/choose/"):
        answer = client.get(url)
        assert (url, answer.status_code, answer.headers.get("Location")) == (url, 302, "/orgs/password/")
    new = {"old": password, "new": "Walnut-kestrel-88", "again": "Walnut-kestrel-88"}
    assert client.post("/orgs/password/", new).url == "/"
    assert client.get("/orgs/account/").status_code == 200
    assert attempt(Client(), "yangzhong", password).status_code == 422


@pytest.mark.parametrize(
    ("new", "again", "field"),
    [
        ("short-1", "short-1", "new"),
        ("1234567890123", "1234567890123", "new"),
        ("password12", "password12", "new"),
        ("yangzhong1", "yangzhong1", "new"),
        ("Walnut-kestrel-88", "Walnut-kestrel-89", "again"),
        (PASSWORD, PASSWORD, "new"),
    ],
)
def test_weak_or_mistyped_passwords_are_refused(world, client_of, new, again, field):
    answer = client_of(world.owner).post("/orgs/password/", {"old": PASSWORD, "new": new, "again": again})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_the_present_password_is_asked_for(world, client_of):
    new = {"old": "wrong", "new": "Walnut-kestrel-88", "again": "Walnut-kestrel-88"}
    answer = client_of(world.owner).post("/orgs/password/", new)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["old"])


def test_a_reset_ends_every_session_of_the_account(world, client_of):
    client = client_of(world.owner)
    assert client.get("/orgs/account/").status_code == 200
    actions.reset_password(by=world.city_officer, user=world.owner.user)
    assert client.get("/orgs/account/").status_code == 302


def test_an_account_with_several_offices_chooses_one_and_may_change(world):
    second = office(world.danyang, Role.INSPECTOR, "inspector", "丹阳市责任督学")
    client = Client()
    attempt(client, "inspector", PASSWORD)
    assert client.get("/orgs/").url == "/orgs/choose/"
    client.post("/orgs/choose/", {"membership": second.pk})
    assert [row.org.code for row in client.get("/orgs/").context["orgs"]] == ["321181", "3211810001"]
    client.post("/orgs/choose/", {"membership": world.inspector.pk})
    assert client.get("/orgs/").context["orgs"][0].org.code == "321182"


def test_nobody_chooses_an_office_of_others(world):
    office(world.danyang, Role.INSPECTOR, "inspector", "丹阳市责任督学")
    client = Client()
    attempt(client, "inspector", PASSWORD)
    assert client.post("/orgs/choose/", {"membership": world.city_officer.pk}).status_code == 200
    assert client.get("/orgs/").url == "/orgs/choose/"


def test_an_ended_office_opens_nothing(world, client_of):
    client = client_of(world.inspector)
    yesterday = timezone.localdate() - timedelta(days=1)
    actions.end_membership(by=world.owner, membership=world.inspector, on=yesterday)
    assert client.get("/orgs/").url == f"{SIGNIN}?next=/orgs/"  # the login rested on it
    attempt(client, "inspector", PASSWORD)
    assert client.get("/orgs/").url == "/orgs/choose/"
    assert "没有在任的岗位" in client.get("/orgs/choose/").content.decode()


def test_an_office_of_the_future_opens_nothing_yet(world, client_of):
    world.inspector.since = timezone.localdate() + timedelta(days=1)
    world.inspector.save()
    client = Client()
    attempt(client, "inspector", PASSWORD)
    assert client.get("/orgs/").url == "/orgs/choose/"


def test_going_out_needs_a_form(world, client_of):
    client = client_of(world.owner)
    opened = client.get("/orgs/signout/")
    assert (opened.status_code, opened["Allow"]) == (405, "POST")
    assert "刚才的内容没有提交" in opened.content.decode()
    assert client.post("/orgs/signout/").url == SIGNIN
    assert client.get("/orgs/").status_code == 302


def test_sign_ins_are_recorded(world):
    before = Action.objects.count()
    attempt(Client(), "yangzhong", PASSWORD)
    last = Action.objects.last()
    assert (Action.objects.count(), last.action, last.actor) == (
        before + 1,
        "orgs.sign_in",
        f"u{world.owner.user_id}",
    )


def test_refusals_are_counted_by_day_and_recorded_at_one_ten_and_a_hundred(world):
    """Strangers cannot fill the record, whatever names they try."""
    for number in range(11):
        attempt(Client(), "yangzhong", "wrong", REMOTE_ADDR=f"10.0.0.{number}")
        attempt(Client(), f"nobody{number}", "wrong")
    rows = dict(Refusal.objects.values_list("user__username", "count"))
    assert rows == {"yangzhong": 11, None: 11}
    acts = Action.objects.filter(action="orgs.sign_in_refused")
    assert [act.data["count"] for act in acts] == [1, 1, 10, 10]


def test_a_form_without_the_token_is_refused(world):
    client = Client(enforce_csrf_checks=True)
    answer = attempt(client, "yangzhong", PASSWORD)
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_one_time_passwords_are_long_legible_and_differ():
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert {len(p) for p in made} == {17}
    assert not set("".join(made)) & set("0O1lI")


def test_cookies_are_closed_to_scripts(world):
    client = Client()
    client.get(SIGNIN)
    attempt(client, "yangzhong", PASSWORD)
    kept = {name: (c["httponly"], c["samesite"]) for name, c in client.cookies.items()}
    assert kept == {"csrftoken": (True, "Lax"), "sessionid": (True, "Lax")}


# --- in the browser


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_sign_in_page_is_accessible_and_fits(world, page, live_server, accessible, size):
    page.set_viewport_size(SIZES[size])
    page.goto(live_server.url + reverse("orgs:signin"))
    assert accessible() == []
    fits(page, size)
    page.get_by_label("账号").fill("yangzhong")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    page.get_by_text("账号或密码不对").wait_for()
    assert accessible() == []


@pytest.mark.browser
def test_signing_in_by_keyboard_alone(world, page, live_server):
    page.goto(live_server.url + "/orgs/account/")
    page.keyboard.type("yangzhong")  # the first field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="本处室账号").wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_changing_a_one_time_password(world, page, live_server, accessible, size):
    password = actions.reset_password(by=None, user=world.owner.user)
    page.set_viewport_size(SIZES[size])
    page.goto(live_server.url + reverse("orgs:account"))
    page.get_by_label("账号").fill("yangzhong")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.get_by_text("当前是一次性密码").wait_for()
    assert accessible() == []
    page.get_by_label("当前密码").fill(password)
    page.get_by_label("新密码", exact=True).fill("short")
    page.get_by_label("再输一次").fill("short")
    page.get_by_role("button", name="修改密码").click()
    page.locator(".errors").wait_for()
    expect(page.locator(".errors")).to_be_focused()
    assert accessible() == []


def test_the_cast_holds_its_offices_today(world):
    assert world.owner.holds(ON)
