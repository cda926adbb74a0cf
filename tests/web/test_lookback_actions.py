"""镇江's look-back through the actions: 413 units from launch over forwarding to approved self-checks, and what must be refused."""

from datetime import date

import pytest
from django.db import connection
from lookback import city, forward_all, launched, texts

from dudao_web import clock
from dudao_web.campaigns import actions, exports, queries
from dudao_web.campaigns.models import Case, StageDate
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.submissions.self_check import actions as self_check
from dudao_web.tasks.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def may(settings, monkeypatch):
    """The campaign's own year."""
    settings.DEMO_ON = date(2018, 6, 12)


def place(campaign, key: str, code: str) -> StageDate:
    return StageDate.objects.select_related("stage__campaign", "org__parent").get(
        stage__campaign=campaign, stage__key=key, org__code=code
    )


def fill(world, case: Case) -> None:
    """A unit fills in everything and hands in."""
    by = world.office(case.unit)
    self_check.save(case=case, by=by, texts=texts(case))
    self_check.hand_in(case=case, by=by, report="自查情况（演示数据）")


def test_413_units_from_launch_to_approved_self_check():
    world = city()
    campaign = launched(world)
    assert Case.objects.filter(campaign=campaign).count() == 413
    assert (
        Case.objects.filter(campaign=campaign, place__stage__key="self_check").count() == 11
    )  # 市属, written to straight
    forward_all(world, campaign)
    cases = list(
        Case.objects.filter(campaign=campaign).select_related("unit", "campaign", "version", "place__stage")
    )
    assert {case.place.stage.key for case in cases} == {"self_check"}
    assert Task.objects.filter(kind="campaigns.unit", state="open").count() == 413
    for case in cases:
        fill(world, case)
    assert Task.objects.filter(kind="campaigns.unit", state="open").count() == 0
    for code, district in world.districts.items():
        by = world.officers.get(code, world.officer)
        waiting = Case.objects.filter(campaign=campaign, district=district)
        assert actions.approve(cases=waiting, by=by) == waiting.count()
    header, rows = exports.cases(campaign.key)
    state = header.index("state")
    assert [row[state] for row in rows] == ["approved"] * 413
    found, wrong = log.verify(chain_name=None, file=None, head=None)
    assert wrong == []
    assert len(found) == 2
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_judgement SET value = 'not_met' WHERE id = (SELECT max(id) FROM campaigns_judgement)"
        )
        cursor.execute("SELECT max(id) FROM campaigns_judgement")
        (pk,) = cursor.fetchone()
    _, wrong = log.verify(chain_name=None, file=None, head=None)
    assert [line for line in wrong if line.startswith(f"judgement:{pk}")] == [
        f"judgement:{pk}：内容与提交时不一致"
    ]


def test_return_unlock_and_resubmission_show_what_changed():
    world = city(share=10)
    campaign = launched(world)
    forward_all(world, campaign, ["321182"])
    case = Case.objects.filter(campaign=campaign, district__code="321182", kind="school").first()
    fill(world, case)
    by = world.officers["321182"]
    with pytest.raises(Refused, match="没有写退回的理由"):
        actions.send_back(case=case, by=by, reason=" ")
    actions.send_back(case=case, by=by, reason="ZD2 的说明与材料不符", due=date(2018, 6, 20))
    case.refresh_from_db()
    assert (case.state, case.due, case.place.stage.key) == ("returned", date(2018, 6, 20), "self_check")
    unit = world.office(case.unit)
    before = case.hand_ins.last()
    self_check.save(case=case, by=unit, texts={"ZD2_met": "未达到"})
    self_check.hand_in(case=case, by=unit)
    assert [(c.indicator, c.before.value, c.after.value) for c in queries.changes(case, before)] == [
        ("ZD2", "met", "not_met")
    ]
    assert actions.approve(cases=[case], by=by) == 1
    case.refresh_from_db()
    assert case.state == "approved"
    with pytest.raises(Refused, match="已经提交"):
        self_check.save(case=case, by=unit, texts={"ZD2_met": "达到"})
    actions.ask_unlock(case=case, by=unit, reason="ZD2 已整改")
    actions.unlock(case=case, by=by, due=None)
    self_check.save(case=case, by=unit, texts={"ZD2_met": "达到"})
    self_check.hand_in(case=case, by=unit)
    seen = queries.last_approved(case)
    assert [(c.indicator, c.before.value, c.after.value) for c in queries.changes(case, seen)] == [
        ("ZD2", "not_met", "met")
    ]
    assert clock.today() == date(2018, 6, 12)
