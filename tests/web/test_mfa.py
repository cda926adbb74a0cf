"""The second step: enrolled with a code, asked after the password, never twice the same code, ended by the office or its guard."""

import re
import time

import pyotp
import pytest
from django.test import Client
from screen import fits
from world import PASSWORD, SIZES

from dudao_web.orgs import actions, limits, lockout, mfa, signin
from dudao_web.orgs.models import Action
from dudao_web.orgs.models_security import Factor, RecoveryCode, Session

SIGNIN, CODE, OWN = "/orgs/signin/", "/orgs/signin/code/", "/orgs/account/second-step/"
NOW = 1_790_000_010  # a moment in the first third of a period


@pytest.fixture
def clock(monkeypatch):
    """The machine's clock, standing until it is set."""

    class Clock:
        now = NOW

    monkeypatch.setattr(time, "time", lambda: Clock.now)
    return Clock


def code_at(secret: str, moment: int) -> str:
    return pyotp.TOTP(secret).at(moment)


@pytest.fixture
def secret(world, clock) -> str:
    """The owner's second step, begun one period ago."""
    made = mfa.new_secret()
    clock.now = NOW - 30
    mfa.enrol(user=world.owner.user, secret=made, code=code_at(made, clock.now))
    clock.now = NOW
    return made


def passed_password(username: str = "yangzhong") -> Client:
    client = Client()
    answer = client.post(SIGNIN, {"username": username, "password": PASSWORD, "next": "/orgs/321182/"})
    assert (answer.status_code, answer.url) == (302, CODE)
    return client


def signed_in(client: Client) -> bool:
    return client.get("/orgs/account/").status_code == 200


def test_it_is_enrolled_with_a_code_and_the_password(world, client_of, clock):
    client = client_of(world.owner)
    assert client.post(f"{OWN}begin/").url == OWN
    secret = client.session["new_secret"]
    assert Factor.objects.count() == 0
    page = client.get(OWN).content.decode()
    assert " ".join(re.findall("....", secret)) in page
    assert "<svg" in page
    assert "otpauth://totp/" in page
    assert re.findall(r"style=|<style|<script(?! src)|xlink|http-equiv", page) == []
    wrong = client.post(f"{OWN}confirm/", {"code": "000000", "password": PASSWORD})
    assert (wrong.status_code, list(wrong.context["enrol"].errors)) == (422, ["code"])
    good = code_at(secret, NOW)
    wrong = client.post(f"{OWN}confirm/", {"code": good, "password": "wrong"})
    assert (wrong.status_code, list(wrong.context["enrol"].errors)) == (422, ["password"])
    done = client.post(f"{OWN}confirm/", {"code": good, "password": PASSWORD})
    assert (done.status_code, len(done.context["codes"])) == (200, 10)
    assert Factor.objects.get().user == world.owner.user
    kept = set(RecoveryCode.objects.values_list("sha256", flat=True))
    assert not kept & set(done.context["codes"])
    assert Action.objects.last().action == "orgs.begin_second_step"


def test_the_secret_is_shown_only_until_it_is_proved(world, client_of, secret):
    page = client_of(world.owner).get(OWN).content.decode()
    assert " ".join(re.findall("....", secret)) not in page
    assert "还有 10 个可用" in page


def test_it_is_asked_after_the_password_and_only_then(world, secret):
    client = passed_password()
    assert not signed_in(client)
    before = client.session.session_key
    answer = client.post(CODE, {"code": code_at(secret, NOW)})
    assert (answer.status_code, answer.url) == (302, "/orgs/321182/")
    assert signed_in(client)
    assert client.session.session_key != before
    assert "pending" not in client.session


def test_without_the_password_there_is_no_second_step(world, secret):
    client = Client()
    assert client.get(CODE).url == SIGNIN
    assert client.post(CODE, {"code": code_at(secret, NOW)}).url == SIGNIN
    refused = client.post(SIGNIN, {"username": "yangzhong", "password": "wrong"})
    assert (refused.status_code, refused.context["refused"]) == (422, signin.REFUSED)


def test_a_code_is_taken_once(world, secret):
    code = code_at(secret, NOW)
    assert passed_password().post(CODE, {"code": code}).status_code == 302
    again = passed_password().post(CODE, {"code": code})
    assert (again.status_code, again.context["form"].errors["code"]) == (422, [signin.WRONG_CODE])


def test_a_code_of_before_a_taken_one_is_not_taken_either(world, secret, clock):
    clock.now = NOW + 60
    assert mfa.passes(user=world.owner.user, code=code_at(secret, NOW + 60))
    assert not mfa.passes(user=world.owner.user, code=code_at(secret, NOW + 30))


@pytest.mark.parametrize(("off", "passes"), [(-30, True), (30, True), (60, False), (90, False), (-90, False)])
def test_a_clock_may_be_half_a_minute_off(world, clock, off, passes):
    made = mfa.new_secret()
    assert (mfa.step_of(made, code_at(made, NOW + off), 0) is not None) is passes


def test_the_code_with_which_it_was_enrolled_is_used_up(world, secret, clock):
    assert not mfa.passes(user=world.owner.user, code=code_at(secret, NOW - 30))


def test_a_recovery_code_works_once(world, secret):
    codes = mfa.renew_codes(user=world.owner.user)
    assert passed_password().post(CODE, {"code": codes[0]}).status_code == 302
    assert passed_password().post(CODE, {"code": codes[0]}).status_code == 422
    used = Action.objects.filter(action="orgs.use_recovery_code").get()
    assert used.data == {"left": 9}
    assert passed_password().post(CODE, {"code": f" {codes[1]} "}).status_code == 302


def test_other_recovery_codes_end_those_before(world, client_of, secret):
    before = mfa.renew_codes(user=world.owner.user)
    made = client_of(world.owner).post(f"{OWN}codes/", {"code": code_at(secret, NOW)}).context["codes"]
    assert not mfa.passes(user=world.owner.user, code=before[0])
    assert mfa.passes(user=world.owner.user, code=made[0])


def test_five_wrong_codes_lock_the_account_for_that_address(world, secret):
    client = passed_password()
    statuses = [client.post(CODE, {"code": "000000"}).status_code for _ in range(5)]
    assert statuses == [422] * 4 + [429]
    assert client.post(CODE, {"code": code_at(secret, NOW)}).status_code == 429
    assert lockout.locked() == {"yangzhong": 1}


def test_the_right_password_does_not_clear_the_count(world, secret):
    for _ in range(4):
        passed_password().post(CODE, {"code": "000000"})
    assert passed_password().post(CODE, {"code": "000000"}).status_code == 429


def test_a_password_that_was_changed_in_between_must_be_given_again(world, secret):
    client = passed_password()
    actions.reset_password(by=None, user=world.owner.user)
    assert client.post(CODE, {"code": code_at(secret, NOW)}).url == SIGNIN


def test_the_second_step_must_follow_within_five_minutes(world, secret, monkeypatch):
    client = passed_password()
    monkeypatch.setattr(signin, "PENDING_SECONDS", -1)
    assert client.post(CODE, {"code": code_at(secret, NOW)}).url == SIGNIN


def test_a_role_that_must_have_it_owes_it_first(world, client_of):
    client = client_of(world.owner)
    assert client.get("/orgs/321182/").status_code == 200
    limits.set_limits(by=world.security_admin, role="county_officer", second_step=True, idle=60, logins=2)
    for url in ("/", "/orgs/", "/orgs/account/"):
        assert (client.get(url).status_code, client.get(url).url) == (302, OWN)
    assert client.get(OWN).status_code == 200
    assert client_of(world.head).get("/orgs/account/").status_code == 200
    client.post(f"{OWN}begin/")
    secret = client.session["new_secret"]
    client.post(f"{OWN}confirm/", {"code": pyotp.TOTP(secret).now(), "password": PASSWORD})
    assert client.get("/orgs/321182/").status_code == 200


def test_a_one_time_password_comes_before_it(world, client_of):
    limits.set_limits(by=world.security_admin, role="county_officer", second_step=True, idle=60, logins=2)
    password = actions.reset_password(by=None, user=world.owner.user)
    client = Client()
    client.post(SIGNIN, {"username": "yangzhong", "password": password})
    assert client.get("/").url == "/orgs/password/"
    assert client.get(OWN).url == "/orgs/password/"


def test_every_change_of_it_ends_the_other_logins(world, client_of, secret):
    for path, data in (
        ("codes/", {"code": code_at(secret, NOW)}),
        ("end/", {"code": code_at(secret, NOW + 30)}),
    ):
        own, other = client_of(world.owner), client_of(world.owner)
        assert own.post(OWN + path, data).status_code in {200, 302}
        assert (path, signed_in(own), signed_in(other)) == (path, True, False)
    own, other = client_of(world.owner), client_of(world.owner)
    own.post(f"{OWN}begin/")
    made = own.session["new_secret"]
    own.post(f"{OWN}confirm/", {"code": code_at(made, NOW), "password": PASSWORD})
    assert (signed_in(own), signed_in(other)) == (True, False)


def test_ending_it_oneself_needs_a_code(world, client_of, secret):
    client = client_of(world.owner)
    assert client.post(f"{OWN}end/", {"code": "000000"}).status_code == 422
    assert mfa.factor_of(world.owner.user) is not None
    assert client.post(f"{OWN}end/", {"code": code_at(secret, NOW)}).url == OWN
    assert mfa.factor_of(world.owner.user) is None
    assert Factor.objects.get().secret == ""


def test_the_security_administrator_ends_it_with_a_record_and_the_logins_with_it(world, client_of, secret):
    guard, owner = client_of(world.security_admin), client_of(world.owner)
    url = f"/orgs/security/accounts/{world.owner.user_id}/second-step/"
    assert guard.get(url).status_code == 200
    assert mfa.factor_of(world.owner.user) is not None
    assert guard.post(url).url == "/orgs/security/"
    assert mfa.factor_of(world.owner.user) is None
    assert not signed_in(owner)
    last = Action.objects.last()
    assert (last.action, last.membership) == ("orgs.end_second_step", f"m{world.security_admin.pk}")
    assert guard.post(url).status_code == 404


@pytest.mark.parametrize("who", ["owner", "city_officer", "system_admin", "audit_admin", "peer"])
def test_nobody_else_ends_it(world, client_of, secret, who):
    url = f"/orgs/security/accounts/{world.owner.user_id}/second-step/"
    assert client_of(getattr(world, who)).post(url).status_code == 404
    assert mfa.factor_of(world.owner.user) is not None


def test_the_guard_does_not_ease_it_for_himself(world, client_of, clock):
    made = mfa.new_secret()
    mfa.enrol(user=world.security_admin.user, secret=made, code=code_at(made, NOW))
    url = f"/orgs/security/accounts/{world.security_admin.user_id}/second-step/"
    assert client_of(world.security_admin).post(url).status_code == 404


def test_no_secret_and_no_code_is_in_the_record(world, secret):
    codes = mfa.renew_codes(user=world.owner.user)
    said = str(list(Action.objects.values_list("data", flat=True)))
    assert [text for text in (secret, *codes) if text in said] == []


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_pages_of_the_second_step_fit_and_are_accessible(
    world, page, live_server, accessible, sign_in, size
):
    page.set_viewport_size(SIZES[size])
    sign_in(world.owner)
    page.goto(f"{live_server.url}{OWN}")
    assert accessible() == []
    page.get_by_role("button", name="启用两步验证").click()
    page.get_by_role("img", name="二维码").wait_for()
    assert accessible() == []
    fits(page, size)
    secret = Session.objects.get(user=world.owner.user).get_decoded()["new_secret"]
    page.get_by_label("验证码").fill(pyotp.TOTP(secret).now())
    page.get_by_label("当前密码").fill(PASSWORD)
    page.get_by_role("button", name="启用").click()
    page.get_by_role("heading", name="备用码").wait_for()
    assert accessible() == []
    fits(page, size)
