"""The pages of the audit administrator: the record filtered and paged, its heads, the check, the contract's file."""

import ast
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone
from screen import fits
from world import SIZES

import dudao_web
from dudao_web.operations import log
from dudao_web.orgs import actions, chain, views_record, words
from dudao_web.orgs.models import Action

RECORD = "/orgs/record/"


def listed(answer) -> list[tuple[str, int]]:
    return [(act.chain, act.seq) for act in answer.context["acts"]]


@pytest.mark.parametrize(
    "who", ["owner", "city_officer", "system_admin", "security_admin", "head", "inspector"]
)
def test_only_the_audit_administrator_reads_the_record(world, client_of, who):
    client = client_of(getattr(world, who))
    found = (
        client.get(RECORD),
        client.post(f"{RECORD}check/"),
        client.post(f"{RECORD}download/", {"chain": "office"}),
    )
    assert [answer.status_code for answer in found] == [404] * 3
    assert "操作记录" not in client.get("/orgs/account/").content.decode()


def test_the_newest_act_comes_first_with_account_office_and_word(world, client_of):
    actions.record(by=world.owner, action="orgs.rename_org", obj=world.town, data={"before": "三茅街道"})
    answer = client_of(world.audit_admin).get(RECORD)
    act = answer.context["acts"][0]
    assert (act.account, act.office, act.word, act.object) == (
        "yangzhong",
        "扬中市教育督导室",
        "改单位名称",
        f"org:{world.town.pk}",
    )
    assert '{"before": "三茅街道"' in act.said
    assert "改单位名称" in answer.content.decode()


def test_it_is_filtered_by_chain_account_action_and_day(world, client_of):
    client = client_of(world.audit_admin)
    other = actions.record(by=world.owner, action="orgs.test", obj=world.town, chain_name="campaign-1")
    late = actions.record(by=world.peer, action="orgs.test", obj=world.town)
    today = timezone.localdate()
    assert listed(client.get(RECORD, {"chain": "campaign-1"})) == [("campaign-1", 1)]
    assert listed(client.get(RECORD, {"account": "danyang", "action": "orgs.test"})) == [("office", late.seq)]
    assert listed(client.get(RECORD, {"action": "orgs.test"})) == [
        ("office", late.seq),
        ("campaign-1", other.seq),
    ]
    assert listed(client.get(RECORD, {"account": "nobody"})) == []
    assert listed(client.get(RECORD, {"since": today + timedelta(days=1)})) == []
    assert listed(client.get(RECORD, {"until": today - timedelta(days=1)})) == []
    assert len(listed(client.get(RECORD, {"since": today, "until": today}))) == Action.objects.count()
    assert client.get(RECORD, {"since": "2026-02-31", "until": "x"}).status_code == 200


def test_a_hundred_acts_a_page(world, client_of, monkeypatch):
    assert views_record.PAGE_SIZE == 100
    monkeypatch.setattr(views_record, "PAGE_SIZE", 10)
    client, count = client_of(world.audit_admin), Action.objects.count()
    found = [row for number in (1, 2, 3, 4, 5) for row in listed(client.get(RECORD, {"page": number}))]
    assert found[:count] == [("office", seq) for seq in range(count, 0, -1)]


def test_the_heads_of_the_chains_are_shown(world, client_of):
    act = actions.record(by=None, action="orgs.test", obj=world.town, chain_name="campaign-1")
    answer = client_of(world.audit_admin).get(RECORD)
    heads = [(head["chain"], head["seq"], head["hash"]) for head in answer.context["heads"]]
    last = Action.objects.filter(chain="office").last()
    assert heads == [("campaign-1", 1, act.hash), ("office", last.seq, last.hash)]
    assert act.hash in answer.content.decode()


def test_the_check_finds_the_record_whole_and_names_what_was_changed_past_it(world, client_of):
    client = client_of(world.audit_admin)
    before = Action.objects.count()
    assert "记录完整" in client.post(f"{RECORD}check/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orgs_org SET name = %s WHERE id = %s", ["改过", world.town.pk])
    page = client.post(f"{RECORD}check/")
    assert page.context["wrong"] == [f"org:{world.town.pk}：内容与最后一次操作记录不一致"]
    assert "1 处与记录不符" in page.content.decode()
    assert Action.objects.count() == before


def test_a_chain_is_taken_as_the_contract_s_file_and_that_is_an_act(world, client_of, tmp_path):
    client = client_of(world.audit_admin)
    answer = client.post(f"{RECORD}download/", {"chain": "office"})
    data = b"".join(answer.streaming_content)
    acts = [json.loads(line) for line in data.splitlines()]
    assert chain.first_broken(acts) == (None, len(acts), Action.objects.last().hash)
    assert (acts[-1]["action"], acts[-1]["data"]) == ("orgs.export_record", {"chain": "office"})
    assert answer["Content-Disposition"] == 'attachment; filename="office.jsonl"'
    file = tmp_path / "office.jsonl"
    log.export("office", file)
    assert file.read_bytes() == data


def test_no_chain_no_file_and_a_link_takes_none(world, client_of):
    client = client_of(world.audit_admin)
    assert client.post(f"{RECORD}download/", {"chain": "none"}).status_code == 404
    assert client.get(f"{RECORD}download/").status_code == 405


# Named inside functions and no act: kinds of tasks, models.
NO_ACTS = {"orgs.User"}


def named_acts() -> set[str]:
    """Every "<app>.<verb>" that a function of the platform names."""
    labels = "|".join([*(app.label for app in apps.get_app_configs()), "operations"])
    found: set[str] = set()
    for path in Path(dudao_web.__file__).parent.rglob("*.py"):
        functions = [
            one for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.FunctionDef)
        ]
        names = [one.value for each in functions for one in ast.walk(each) if isinstance(one, ast.Constant)]
        found |= {name for name in names if re.fullmatch(rf"({labels})\.\w+", str(name))}
    return found - NO_ACTS


def test_every_act_of_every_app_has_a_word():
    acts = named_acts()
    assert {"orgs.sign_in", "campaigns.unlock", "submissions.send_back", "operations.back_up"} <= acts
    assert sorted(act for act in acts if words.of(act) == act) == []


def test_no_word_is_left_of_an_act_that_is_no_more_and_each_is_in_one_table():
    tables = [getattr(app, "acts", {}) for app in apps.get_app_configs()]
    keys = [key for table in tables for key in table]
    assert sorted(keys) == sorted(named_acts())


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_record_fits_and_is_accessible(world, page, live_server, accessible, sign_in, size):
    page.set_viewport_size(SIZES[size])
    sign_in(world.audit_admin)
    page.goto(f"{live_server.url}{RECORD}")
    assert accessible() == []
    fits(page, size)
    page.get_by_role("button", name="核验").click()
    page.get_by_text("记录完整").wait_for()
    assert accessible() == []
    fits(page, size)
