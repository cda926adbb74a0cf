"""What is overdue climbs: reminder, supervising note, proposal of 约谈; once each, on its own day, by one act a level."""

from datetime import date, timedelta

import pytest
from lookback import begun
from mending import case_in, mended, raised
from racing import at_once

from dudao.procedures import procedure_from
from dudao_web.campaigns import closing, procedures
from dudao_web.campaigns.models import ProcedureVersion
from dudao_web.findings import actions, climbing, ledger, queries, tick
from dudao_web.findings.models import Finding
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action
from dudao_web.tasks.models import Task

TODAY = date(2018, 6, 12)
DUE = date(2018, 7, 12)


@pytest.fixture(autouse=True)
def may(settings):
    """The campaign's own year."""
    settings.DEMO_ON = TODAY


@pytest.fixture
def town(db):
    """The tree with one school a district and its campaign, begun everywhere."""
    return begun()


@pytest.fixture
def case(town):
    return case_in("321182")


@pytest.fixture
def district(town):
    return town.officers["321182"]


def climbed(row: Finding) -> list[tuple[str, date]]:
    """The steps of the clock with their days."""
    return [(step.kind, step.on) for step in queries.steps(row) if step.office == queries.SYSTEM]


def level(row: Finding) -> int:
    return Finding.objects.get(pk=row.pk).level


def open_tasks(row: Finding) -> set[tuple[str, str]]:
    rows = Task.objects.filter(object=f"finding:{row.pk}", state="open")
    return {(task.org.name, task.title.partition("：")[0]) for task in rows}


def after(days: int) -> date:
    return DUE + timedelta(days=days)


def test_each_level_on_its_day_and_once(case, district):
    row = raised(case, district)
    assert [climbing.climb(on=after(n)) for n in (0, 1, 1, 6, 7, 8, 14, 15, 40)] == [
        0,
        1,
        0,
        0,
        1,
        0,
        0,
        1,
        0,
    ]
    assert climbed(row) == [("reminded", after(1)), ("urged", after(7)), ("interview", after(15))]
    assert level(row) == 3
    assert open_tasks(row) == {
        (case.unit.name, "报送整改方案"), ("扬中市", "督办"), ("镇江市", f"约谈建议（{case.unit.name}）"),
    }  # fmt: skip
    note = Task.objects.get(object=f"finding:{row.pk}", kind="findings.plan").note
    assert note == "督办：逾期 7 天仍未整改完成，由核验单位督办。"
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_what_the_clock_missed_is_made_up_for_with_one_act_a_level(town, case, district):
    rows = [raised(case, district, text, indicator="") for text in ("甲", "乙")]
    rows.append(raised(case_in("321181"), town.officers["321181"]))
    before = Action.objects.count()
    assert tick.tick(after(20)) == ["逾期问题升级 9 项"]
    assert tick.tick(after(20)) == []
    acts = list(Action.objects.order_by("pk")[before:])
    assert [(act.action, act.actor, act.data["count"], act.data["level"]) for act in acts] == [
        ("findings.climb", "system", 3, n) for n in (1, 2, 3)
    ]
    assert [climbed(row) for row in rows] == [
        [("reminded", after(1)), ("urged", after(7)), ("interview", after(15))]
    ] * 3
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_another_day_begins_anew_and_the_steps_stay(case, district):
    row = raised(case, district)
    climbing.climb(on=after(8))
    assert level(row) == 2
    ledger.move_due(findings=[row], by=district, due=after(30), reason="暑期施工")
    assert (level(row), open_tasks(row)) == (0, {(case.unit.name, "报送整改方案")})
    assert climbing.climb(on=after(30)) == 0
    assert climbing.climb(on=after(31)) == 1
    assert climbed(row) == [("reminded", after(1)), ("urged", after(7)), ("reminded", after(31))]


def test_what_waits_to_be_verified_is_over_or_has_no_day_does_not_climb(town, case, district):
    unit = town.office(case.unit)
    waiting = mended(raised(case, district, "甲", indicator=""), unit, TODAY)
    gone = raised(case, district, "乙", indicator="")
    actions.withdraw(finding=gone, by=district, reason="误列")
    undated = actions.note(case=case, by=unit, text="丙", mendable=True, measure="改")
    up = actions.note(case=case, by=unit, text="丁", mendable=False, measure="征地", due=DUE)
    assert climbing.climb(on=after(1)) == 1
    assert [level(row) for row in (waiting, gone, undated, up)] == [0, 0, 0, 1]
    ledger.send_back(finding=waiting, by=district, reason="不行", due=DUE)
    assert climbing.climb(on=after(1)) == 1


def test_what_is_mended_ends_what_was_asked_above(town, case, district):
    unit = town.office(case.unit)
    row = raised(case, district, measure="更换")
    climbing.climb(on=after(15))
    row = ledger.report(finding=row, by=unit, note="已换", on=TODAY)
    assert open_tasks(row) == {("扬中市", "核验整改")}
    ledger.send_back(finding=row, by=district, reason="不行", due=after(20))
    assert (level(row), open_tasks(row)) == (0, {(case.unit.name, "重新整改")})


def test_a_note_of_the_office_stands_for_the_clocks(case, district, settings):
    row = raised(case, district)
    climbing.climb(on=after(1))
    ledger.urge(findings=[row], by=district, note="请抓紧")
    assert level(row) == 1
    settings.DEMO_ON = after(3)
    climbing.climb(on=after(3))
    ledger.urge(findings=[row], by=district, note="请抓紧")
    assert level(row) == 2
    assert climbing.climb(on=after(8)) == 0
    climbing.climb(on=after(15))
    assert climbed(row) == [("reminded", after(1)), ("interview", after(15))]


def test_the_office_that_supervised_has_done_its_task(case, district, settings):
    row = raised(case, district)
    climbing.climb(on=after(7))
    assert ("扬中市", "督办") in open_tasks(row)
    settings.DEMO_ON = after(7)
    ledger.urge(findings=[row], by=district, note="三日内完成")
    assert open_tasks(row) == {(case.unit.name, "报送整改方案")}


def test_the_days_are_those_of_the_procedure_where_it_has_some(town, case, district):
    campaign = case.campaign
    assert climbing.days(campaign) == (1, *climbing.DEFAULT) == (1, 7, 15)
    text = dict(campaign.procedure.text)
    text["procedure.yaml"] += "ladder: {note: 3, interview: 5, source: 演示}\n"
    found = procedure_from({name: body.encode() for name, body in text.items()})
    campaign.procedure = ProcedureVersion.objects.create(
        procedure=found.id, version="x", sha256=found.sha256, title=found.title, number=found.number, text=text,
        at=campaign.at,
    )  # fmt: skip
    campaign.save(update_fields=["procedure"])
    assert procedures.load(campaign.procedure).ladder.interview == 5
    row = raised(case, district, due=DUE)
    assert climbing.climb(on=after(5)) == 3
    assert climbed(row) == [("reminded", after(1)), ("urged", after(3)), ("interview", after(5))]


def test_it_climbs_when_the_campaign_has_ended(town, case, district):
    row = raised(case, district)
    closing.close_campaign(campaign=case.campaign, by=town.officer, note="年度结束")
    assert climbing.climb(on=after(7)) == 2
    assert level(row) == 2


@pytest.mark.django_db(transaction=True)
def test_two_clocks_and_a_report_at_once_write_each_step_once():
    world = begun()
    case = case_in("321182")
    unit, district = world.office(case.unit), world.officers["321182"]
    row, other = raised(case, district, measure="更换"), raised(case, district, "乙", indicator="")
    at_once(
        lambda: climbing.climb(on=after(20)),
        lambda: climbing.climb(on=after(20)),
        lambda: ledger.report(finding=row, by=unit, note="已换", on=TODAY),
    )
    assert [kind for kind, _ in climbed(other)] == ["reminded", "urged", "interview"]
    assert [kind for kind, _ in climbed(row)] in ([], ["reminded", "urged", "interview"])
    assert Finding.objects.get(pk=row.pk).state == "mended"
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_the_office_decides_about_the_proposal_and_its_task_is_over(town, case, district, settings):
    row = raised(case, district)
    settings.DEMO_ON = after(15)
    climbing.climb(on=after(15))
    assert "约谈建议（扬中市演示1小学）" in {title for _, title in open_tasks(row)}
    with pytest.raises(Refused, match="不由本单位办"):
        climbing.decide(finding=row, by=district, held=True, note="7月30日约谈")
    with pytest.raises(Refused, match="没有写理由"):
        climbing.decide(finding=row, by=town.officer, held=True, note=" ")
    for _ in range(2):
        climbing.decide(finding=row, by=town.officer, held=True, note="7月30日约谈校长")
    said = [(step.word, step.text) for step in queries.steps(row) if step.word == "研究约谈建议"]
    assert said == [("研究约谈建议", "约谈：7月30日约谈校长")]
    assert "约谈建议（扬中市演示1小学）" not in {title for _, title in open_tasks(row)}
    assert log.verify(chain_name=None, file=None, head=None)[1] == []
