"""Coming in: passwords, lock-out, one-time passwords, the choice of the office, going out."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from world import ON, PASSWORD, SIZES, office

from dudao_web.orgs import actions, signin
from dudao_web.orgs.hashers import one_time_password
from dudao_web.orgs.models import Action, Role, User

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


def test_behind_a_proxy_its_own_note_of_the_address_counts(world, settings):
    settings.BEHIND_HTTPS = True
    for number in range(6):  # the first part is what the visitor claims
        forged = f"1.2.3.{number}, 10.0.0.5"
        last = attempt(Client(), "yangzhong", "wrong", HTTP_X_FORWARDED_FOR=forged)
    assert last.status_code == 429
    assert attempt(Client(), "yangzhong", PASSWORD, HTTP_X_FORWARDED_FOR="10.0.0.6").status_code == 302


def test_without_our_proxy_such_a_note_is_not_believed(world):
    for number in range(6):
        last = attempt(Client(), "yangzhong", "wrong", HTTP_X_FORWARDED_FOR=f"1.2.3.{number}")
    assert last.status_code == 429


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
    assert [o.code for o in client.get("/orgs/").context["orgs"]] == ["321181", "3211810001"]
    client.post("/orgs/choose/", {"membership": world.inspector.pk})
    assert client.get("/orgs/").context["orgs"][0].code == "321182"


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
    assert client.get("/orgs/").url == "/orgs/choose/"
    assert "没有在任的岗位" in client.get("/orgs/choose/").content.decode()


def test_an_office_of_the_future_opens_nothing_yet(world, client_of):
    world.inspector.since = timezone.localdate() + timedelta(days=1)
    world.inspector.save()
    assert client_of(world.inspector).get("/orgs/").url == "/orgs/choose/"


def test_going_out_needs_a_form(world, client_of):
    client = client_of(world.owner)
    assert client.get("/orgs/signout/").status_code == 405
    assert client.post("/orgs/signout/").url == SIGNIN
    assert client.get("/orgs/").status_code == 302


def test_sign_ins_are_recorded_and_refusals_are_not(world):
    before = Action.objects.count()
    attempt(Client(), "yangzhong", "wrong")
    assert Action.objects.count() == before
    attempt(Client(), "yangzhong", PASSWORD)
    last = Action.objects.last()
    assert (Action.objects.count(), last.action, last.actor) == (
        before + 1,
        "orgs.sign_in",
        f"u{world.owner.user_id}",
    )


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
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[size]["width"]
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
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


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
    assert page.evaluate("document.activeElement.className") == "errors"
    assert accessible() == []


def test_the_cast_holds_its_offices_today(world):
    assert world.owner.holds(ON)
