"""Held for all addresses at once, from ``dudao-web pages``: GET changes nothing, no POST without its token, no Django admin."""

import hashlib
import json
import re
from pathlib import Path

import doors
import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from world import PASSWORD

import dudao_web
from dudao_web.operations import log
from dudao_web.operations.backup import kept_models
from dudao_web.operations.pages import pages
from dudao_web.orgs import actions, links, mfa
from dudao_web.orgs.membership import SESSION_KEY
from dudao_web.orgs.models import Action, Membership, Org
from dudao_web.orgs.models_security import Session

OFFICES = ("city_officer", "owner", "head", "inspector", "system_admin", "security_admin", "audit_admin")
# What is handed out by a link: one document or file as it was handed in, and empty forms.
SINGLE = {
    "/draws/<int:pk>/<str:name>",  # published for everybody
    "/documents/<int:pk>/files/<int:order>/",
    "/evidence/<int:pk>/",
    "/evidence/proofs/<int:pk>/<int:number>/",
    "/findings/<int:pk>/proofs/<int:revision>/",
    "/inspections/objections/<int:pk>/file/",
    "/inspections/sheets/<int:pk>/proofs/<int:revision>/",
    "/inspections/visits/<int:pk>/photos/<int:observation>/",
    "/notices/<int:pk>/files/<int:attachment>/",
    "/orgs/import/template.xlsx",
    "/standards/catalogue/<str:standard>/items.xlsx",
    "/submissions/returns/<int:pk>/annotated/",
    "/submissions/returns/<int:pk>/original/",
    "/submissions/template/<int:version>.xlsx",
    "/titles/import/template.xlsx",
}
# What is handed out about many units: asked for by POST, and each time an act.
GIVEN_OUT = {
    "/evaluations/<int:pk>/documents/<str:kind>/": "evaluations.export",
    "/evaluations/<int:pk>/files/<str:kind>/": "evaluations.export",
    "/evaluations/<int:pk>/result.json": "evaluations.export",
    "/evaluations/<int:pk>/schools.<str:kind>": "evaluations.export",
    "/evidence/units/<str:code>/bundle.zip": "evidence.export",
    "/findings/list.xlsx": "findings.export",
    "/inspections/campaigns/<slug:key>/agreement/table.xlsx": "inspections.export",
    "/inspections/places/<int:pk>/sheets.xlsx": "inspections.export",
    "/orgs/record/download/": "orgs.export_record",
    f"{doors.SET}supplement/filled.xlsx": "submissions.export",
    "/titles/<slug:key>/awards.xlsx": "titles.export",
    "/titles/cohorts/<int:pk>/list.csv": "titles.export",
}
TEMPLATES = sorted(Path(dudao_web.__file__).parent.glob("*/templates/**/*.html"))


@pytest.fixture
def given(world) -> doors.Examples:
    return doors.args(world)


def addresses(method: str, given: doors.Examples) -> dict[str, str]:
    """Pattern -> address of every page with that method; one without an example fails a test of its own."""
    return {
        entry["url"]: doors.address(entry["url"], given.get(entry["url"], {}))
        for entry in pages()
        if entry["method"] == method and ("<" not in entry["url"] or entry["url"] in given)
    }


def fingerprint() -> dict[str, str]:
    """A hash of the rows of every table that is kept: logins and counts of failures are not."""
    return {
        model._meta.label: hashlib.sha256(
            serializers.serialize("json", model._base_manager.order_by("pk")).encode()
        ).hexdigest()
        for model in kept_models()
    }


def test_every_pattern_has_an_example_and_no_example_is_left_over(given):
    patterns = {entry["url"] for entry in pages()}
    bracketed = {pattern for pattern in patterns if "<" in pattern}
    assert (sorted(bracketed - given.keys()), sorted(given.keys() - patterns)) == ([], [])


def test_get_changes_nothing(world, given, client_of):
    clients = {who: client_of(getattr(world, who)) for who in OFFICES} | {"anonymous": Client()}
    asked, before, failed, changed = addresses("GET", given), fingerprint(), [], []
    for who, client in clients.items():
        client.raise_request_exception = False
        for pattern, address in asked.items():
            answer = client.get(address)
            if answer.streaming:
                b"".join(answer.streaming_content)
            if answer.status_code >= 500:
                failed.append((who, pattern))
        after = fingerprint()
        changed += [(who, label) for label in before if before[label] != after[label]]
    assert (failed, changed) == ([], [])


def _taken(answer) -> bool:
    """Whether a file was handed out; what streams is read to its end."""
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.headers.get("Content-Disposition", "").startswith("attachment")


def test_what_is_handed_out_about_many_units_is_an_act_and_no_link(world, given, client_of):
    clients = [client_of(getattr(world, who)) for who in OFFICES]
    links = {
        pattern
        for pattern, address in addresses("GET", given).items()
        if any(_taken(client.get(address)) for client in clients)
    }
    assert links == SINGLE
    acts: dict[str, list[str]] = {}
    for pattern, address in addresses("POST", given).items():
        for client in clients:
            mark, last, cookies = (
                transaction.savepoint(),
                Action.objects.latest("pk").pk,
                client.cookies.copy(),
            )
            if _taken(client.post(address, doors.SAID.get(pattern, {}))):
                acts[pattern] = list(Action.objects.filter(pk__gt=last).values_list("action", flat=True))
            transaction.savepoint_rollback(mark)
            client.cookies = cookies
    assert acts == {pattern: [action] for pattern, action in GIVEN_OUT.items()}


def test_an_export_says_what_was_asked_and_hides_no_change_made_past_the_platform(world, given, client_of):
    client_of(world.owner).post("/findings/list.xlsx?state=open&q=操场")
    act = Action.objects.latest("pk")
    said = {"what": "整改台账", "rows": 1, "asked": {"q": "操场", "state": "open"}}
    assert (act.data, act.membership, act.chain) == (said, f"m{world.owner.pk}", "office")
    assert act.object == f"org:{world.yangzhong.pk}"
    Org.objects.filter(pk=world.yangzhong.pk).update(name="改过")
    client_of(world.owner).post("/findings/list.xlsx")
    wrong = log.verify(chain_name=None, file=None, head=None)[1]
    assert wrong == [f"org:{world.yangzhong.pk}：内容与最后一次操作记录不一致"]


def test_no_post_passes_without_its_token(world, given):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.owner.user, "django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SESSION_KEY] = world.owner.pk
    session.save()
    before = fingerprint()
    found = {
        pattern: client.post(address).status_code for pattern, address in addresses("POST", given).items()
    }
    assert len(found) > 15
    assert found == dict.fromkeys(found, 403)
    assert fingerprint() == before


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_every_form_that_posts_and_every_fragment_that_does_carries_the_token(path):
    text = path.read_text("utf-8")
    forms = re.findall(r"<form\b[^>]*\bmethod=[\"']?post.*?</form>", text, re.S | re.I)
    assert [form for form in forms if "{% csrf_token %}" not in form] == []
    outside = re.sub(r"<form\b.*?</form>", "", text, flags=re.S)
    assert re.findall(r"\bformmethod=[\"']?post", outside, re.I) == []
    if path.name == "base.html":  # whatever HTMX sends carries it, in a form or not
        assert """<body hx-headers='{"X-CSRFToken":"{{ csrf_token }}"}'""" in text


def test_htmx_keeps_no_pages_and_runs_no_text():
    text = next(path for path in TEMPLATES if path.name == "base.html").read_text("utf-8")
    config = json.loads(re.search(r"name=\"htmx-config\" content='([^']+)'", text)[1])
    kept = ("historyCacheSize", "allowEval", "includeIndicatorStyles", "selfRequestsOnly")
    assert [config[name] for name in kept] == [0, False, False, True]


def test_there_is_no_django_admin(world, client_of):
    assert not apps.is_installed("django.contrib.admin")
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")
    assert [entry["url"] for entry in pages() if "admin" in entry["url"]] == []
    assert client_of(world.system_admin).get("/admin/").status_code == 404
    assert settings.DEBUG is False


def test_no_signed_in_page_is_kept_by_the_browser(world, given, client_of):
    kept = {}
    for who in ("owner", "audit_admin"):
        client = client_of(getattr(world, who))
        for pattern, address in addresses("GET", given).items():
            said = client.get(address).headers.get("Cache-Control")
            if said != "no-store":
                kept[who, pattern] = said
    assert kept == {}


def test_no_secret_is_in_the_record(world, given):
    """Every password, token, code and key made here, looked for in what the acts say."""
    made = [PASSWORD, settings.SECRET_KEY]
    made.append(actions.reset_password(by=world.city_officer, user=world.peer.user))
    made.append(links.issue(by=world.city_officer, user=world.peer.user)[0].rstrip("/").rpartition("/")[2])
    secret = mfa.new_secret()
    made += [secret, *mfa.enrol(user=world.inspector.user, secret=secret, code=mfa.pyotp.TOTP(secret).now())]
    client = Client()
    client.post("/orgs/signin/", {"username": "yangzhong", "password": "Wrong-secret-77"})
    client.post("/orgs/signin/", {"username": "yangzhong", "password": PASSWORD})
    made += ["Wrong-secret-77", client.session.session_key, *Session.objects.values_list("pk", flat=True)]
    made += list(Membership.objects.values_list("user__password", flat=True))
    said = "\n".join(
        json.dumps(data, ensure_ascii=False) for data in Action.objects.values_list("data", flat=True)
    )
    assert [text for text in made if text in said] == []
