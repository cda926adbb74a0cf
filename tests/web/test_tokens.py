"""Links that set a password: kept as a hash, once, until an hour, with the configured address, one answer for what opens nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from screen import fits
from world import PASSWORD, SIZES, office

from dudao_web.orgs import actions, links
from dudao_web.orgs.models import Action, Role
from dudao_web.orgs.models_security import Link

HOME = "https://dudao.example.cn"
NEW = "Walnut-kestrel-88"
TWICE = {"new": NEW, "again": NEW}


@pytest.fixture(autouse=True)
def public(settings):
    settings.PUBLIC_URL = HOME


def issue(world) -> str:
    """The path of a new link for the owner."""
    url, _ = links.issue(by=world.city_officer, user=world.owner.user)
    return url.removeprefix(HOME)


def enters(password: str) -> bool:
    return Client().post("/orgs/signin/", {"username": "yangzhong", "password": password}).status_code == 302


def test_a_link_sets_the_password_once(world):
    path = issue(world)
    page = Client().get(path)
    assert (page.status_code, "扬中市教育督导室" in page.content.decode()) == (200, True)
    assert enters(PASSWORD)
    done = Client().post(path, TWICE)
    assert (done.status_code, done.url) == (302, "/orgs/signin/")
    assert (enters(NEW), enters(PASSWORD)) == (True, False)
    assert Client().post(path, TWICE).status_code == 404


def test_looking_at_it_uses_nothing_up(world):
    path, before = issue(world), Action.objects.count()
    assert [Client().get(path).status_code for _ in range(3)] == [200] * 3
    assert Action.objects.count() == before
    assert Link.objects.get().closed_at is None


def test_unknown_used_expired_and_replaced_links_get_the_same_answer(world):
    used, replaced = issue(world), issue(world)
    Link.objects.filter(closed_at=None).update(expires=timezone.now())
    expired = replaced
    unknown = "/orgs/link/none/"
    answers = [Client().get(path) for path in (used, expired, unknown)] + [
        Client().post(path, TWICE) for path in (used, expired, unknown)
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert {answer.context["why"] for answer in answers} == {links.CLOSED}
    assert enters(PASSWORD)


def test_only_its_hash_is_kept(world):
    token = issue(world).rstrip("/").rpartition("/")[2]
    row = Link.objects.get()
    assert len(token) == 43
    assert token not in str(list(Link.objects.values()) + list(Action.objects.values_list("data", flat=True)))
    assert links.find(token) == row


def test_the_address_is_the_configured_one_whatever_the_request_says(world, client_of, settings):
    settings.ALLOWED_HOSTS = ["*"]
    answer = client_of(world.city_officer).post(
        f"/orgs/accounts/{world.owner.pk}/link/", headers={"host": "evil.example.org"}
    )
    page = answer.content.decode()
    assert f"{HOME}/orgs/link/" in page
    assert "evil.example.org" not in page


def test_without_a_configured_address_there_are_one_time_passwords_only(world, client_of, settings):
    settings.PUBLIC_URL = ""
    client = client_of(world.city_officer)
    assert client.post(f"/orgs/accounts/{world.owner.pk}/link/").status_code == 404
    assert "发链接" not in client.get("/orgs/321182/").content.decode()
    with pytest.raises(actions.Refused):
        issue(world)
    assert client.get(f"/orgs/accounts/{world.owner.pk}/reset/").status_code == 200


def test_the_page_of_a_unit_offers_it(world, client_of):
    page = client_of(world.city_officer).get("/orgs/321182/").content.decode()
    assert f"/orgs/accounts/{world.owner.pk}/link/" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("city_officer", 200), ("security_admin", 200), ("peer", 404), ("head", 404), ("audit_admin", 404)],
)
def test_who_makes_a_link(world, client_of, who, status):
    url = f"/orgs/accounts/{world.owner.pk}/link/"
    assert client_of(getattr(world, who)).get(url).status_code == status
    assert client_of(getattr(world, who)).post(url).status_code == status


def test_how_long_it_works(world, settings):
    settings.INVITE_DAYS, settings.RESET_HOURS = 3, 5
    new, _ = actions.invite(
        by=None, org=world.town, role=Role.INSPECTOR, username="fresh", title="新处室", on=world.owner.since
    )
    assert links.lasts(new.user) == timedelta(days=3)
    assert enters(PASSWORD)
    world.owner.user.refresh_from_db()
    assert links.lasts(world.owner.user) == timedelta(hours=5)


def test_another_password_closes_it(world):
    path = issue(world)
    actions.reset_password(by=world.city_officer, user=world.owner.user)
    assert Client().get(path).status_code == 404
    path = issue(world)
    actions.set_password(user=world.owner.user, password=NEW)
    assert Client().post(path, {"new": "Other-walnut-99", "again": "Other-walnut-99"}).status_code == 404


def test_a_closed_account_is_not_opened_by_a_link(world):
    path = issue(world)
    world.owner.user.is_active = False
    world.owner.user.save()
    assert Client().get(path).status_code == 404


def test_a_weak_password_is_refused_and_the_link_still_works(world):
    path = issue(world)
    assert Client().post(path, {"new": "1234567890", "again": "1234567890"}).status_code == 422
    assert Client().post(path, {"new": NEW, "again": "x"}).status_code == 422
    assert Client().post(path, TWICE).status_code == 302


def test_it_ends_the_logins_of_the_account(world, client_of):
    client = client_of(world.owner)
    Client().post(issue(world), TWICE)
    assert client.get("/orgs/account/").status_code == 302
    assert world.owner.user.sessions.count() == 0


def test_issue_and_use_are_recorded(world):
    path, before = issue(world), Action.objects.last().pk
    Client().post(path, TWICE)
    row = Link.objects.get()
    acts = Action.objects.filter(pk__gte=before).order_by("pk").values_list("action", "object", "actor")
    own = f"u{world.owner.user_id}"
    assert list(acts) == [
        ("orgs.issue_link", f"link:{row.pk}", f"u{world.city_officer.user_id}"),
        ("orgs.set_password", f"user:{world.owner.user_id}", own),
        ("orgs.close_link", f"link:{row.pk}", own),
    ]


def test_of_two_offices_one_account_only_who_may_reset_both_makes_a_link(world, client_of):
    second = office(world.danyang, Role.INSPECTOR, "inspector", "丹阳市责任督学")
    assert second.user == world.inspector.user
    url = f"/orgs/accounts/{world.inspector.pk}/link/"
    assert client_of(world.owner).get(url).status_code == 404
    assert client_of(world.city_officer).get(url).status_code == 200


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_pages_of_a_link_fit_and_are_accessible(world, page, live_server, accessible, sign_in, size):
    page.set_viewport_size(SIZES[size])
    sign_in(world.city_officer)
    page.goto(f"{live_server.url}/orgs/accounts/{world.owner.pk}/link/")
    page.get_by_role("button", name="生成链接").click()
    url = page.locator(".secret").text_content()
    for path in ("", url.removeprefix(HOME), "/orgs/link/none/"):
        if path:
            page.goto(live_server.url + path)
        assert (path, accessible()) == (path, [])
        fits(page, size)
