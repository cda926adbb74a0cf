"""Problems that are handed up (district → city → department), attacked: twice, too late, by the wrong office, under another membership.

Every act that is not the office's to do is refused in the action with a sentence, or changes nothing. The usual way: test_ledger.
"""

from datetime import date

import pytest
from lookback import begun
from mending import case_in, department, mended, office, raised, shown
from racing import at_once

from dudao_web.findings import actions, asking, climbing, doings, ledger, queries, rules, tick
from dudao_web.findings.models import Finding
from dudao_web.operations import log
from dudao_web.orgs import history
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action, Membership, Org, Role
from dudao_web.tasks.models import Task

TODAY = date(2018, 6, 12)
LATER = date(2018, 9, 1)


@pytest.fixture(autouse=True)
def june(settings):
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
def unit(town, case):
    return town.office(case.unit)


@pytest.fixture
def district(town):
    return town.officers["321182"]


@pytest.fixture
def peer(town):
    """The office of another district."""
    return town.officers["321181"]


def again(row: Finding) -> Finding:
    return Finding.objects.get(pk=row.pk)


def kinds(row: Finding) -> list[str]:
    return [step.kind for step in queries.steps(row)]


def open_tasks(row: Finding) -> set[tuple[str, str]]:
    """(unit, what) of what is asked about a finding now."""
    rows = Task.objects.filter(object=f"finding:{row.pk}", state="open").select_related("org")
    return {(task.org.name, task.title.partition("：")[0]) for task in rows}


def complaints() -> list[str]:
    return log.verify(chain_name=None, file=None, head=None)[1]


def refusal(act, **said) -> str:
    """Why it is refused; it changes nothing and leaves no act."""
    row = said.get("finding") or said["findings"][0]
    before = Finding.objects.filter(pk=row.pk).values().get()
    acts, steps = Action.objects.count(), again(row).steps.count()
    with pytest.raises(Refused) as found:
        act(**said)
    assert Finding.objects.filter(pk=row.pk).values().get() == before
    assert (Action.objects.count(), again(row).steps.count()) == (acts, steps)
    return str(found.value)


def up(row: Finding, by, reason: str = "需要征地") -> Finding:
    return actions.hand_up(finding=row, by=by, reason=reason)


def today(membership: Membership) -> Membership:
    """An office whose unit stands at another place of the tree by now."""
    return Membership.objects.get(pk=membership.pk)


def said_by(name: str, state: str = "已上报协调") -> str:
    """The sentence for who does not have it."""
    return f"这个问题现在是“{state}”，现由“{name}”办理，不能这样办，或不由本单位办。请刷新后再看。"


# --- handed up twice


def test_handed_up_twice_is_once_and_in_other_words_refused(town, case, unit, district):
    row = up(raised(case, district), unit)
    acts = Action.objects.count()
    assert up(row, unit).org == case.district
    assert (Action.objects.count(), kinds(row)) == (acts, ["noted", "handed_up"])
    assert refusal(actions.hand_up, finding=row, by=unit, reason="别的原因") == said_by("扬中市")
    higher = up(row, district, "须市里供地")
    assert (higher.org, up(row, district, "须市里供地").org) == (town.city, town.city)
    for by in (unit, district):
        assert refusal(actions.hand_up, finding=row, by=by, reason="再报") == said_by("镇江市")
    assert refusal(actions.hand_up, finding=row, by=town.officer, reason="再报") == (
        "本单位没有上级单位，问题须在本级解决。"
    )
    assert (kinds(row), complaints()) == (["noted", "handed_up", "handed_up"], [])


def test_the_same_words_of_the_unit_after_the_district_do_not_bring_it_back(town, case, unit, district):
    row = up(raised(case, district), unit)
    up(row, district)
    assert refusal(actions.hand_up, finding=row, by=unit, reason="需要征地") == said_by("镇江市")
    assert again(row).org == town.city


def test_handed_up_by_a_school_that_does_not_mend_it(town, case, unit, district, peer):
    row = raised(case, district)
    other = town.office(case_in("321181").unit)
    for by in (other, peer, district, town.officer):
        assert refusal(actions.hand_up, finding=row, by=by, reason="需要征地") == said_by(
            case.unit.name, "待定方案"
        )


# --- answered too late, or by the wrong office


def test_nobody_answers_what_was_taken_back(town, case, unit, district):
    row = actions.note(case=case, by=unit, text="没有操场", mendable=False, measure="需要征地")
    actions.withdraw(finding=row, by=unit)
    for act, more in (
        (actions.answer, {"text": "供地"}),
        (actions.hand_up, {"reason": "供地"}),
        (ledger.assign, {"responsible": case.unit, "note": "请办"}),
    ):
        assert "已撤销" in refusal(act, finding=row, by=district, **more)
    assert open_tasks(row) == set()


def test_what_the_district_takes_back_the_city_answers_no_more(town, case, unit, district):
    row = up(up(raised(case, district), unit), district)
    actions.withdraw(finding=row, by=district, reason="登记有误")
    assert "已撤销" in refusal(actions.answer, finding=row, by=town.officer, text="供地")
    assert (open_tasks(row), complaints()) == (set(), [])


def test_a_unit_takes_back_what_an_office_found_neither_handed_up_nor_answered(case, unit, district):
    row = up(raised(case, district), unit)
    assert refusal(actions.withdraw, finding=row, by=unit, reason="不报了") == said_by("扬中市")
    actions.answer(finding=row, by=district, text="年内供地")
    assert refusal(actions.withdraw, finding=row, by=unit, reason="不报了") == said_by(
        case.unit.name, "已答复"
    )
    assert "已答复" in refusal(actions.withdraw, finding=row, by=district, reason="不报了")


def test_only_the_office_that_has_it_answers(town, case, unit, district, peer):
    bureau = town.office(department(case.district))
    inspector = office(case.district, Role.INSPECTOR, "ins")
    row = up(raised(case, district), unit)
    for by in (unit, peer, town.officer, bureau, inspector):
        assert refusal(actions.answer, finding=row, by=by, text="供地") == said_by("扬中市")
        assert refusal(ledger.assign, finding=row, by=by, responsible=case.unit, note="请办") == (
            said_by("扬中市")
        )
    up(row, district)
    for by in (unit, peer, district, bureau, inspector):
        assert refusal(actions.answer, finding=row, by=by, text="供地") == said_by("镇江市")
        assert refusal(ledger.assign, finding=row, by=by, responsible=bureau.org, note="请办") == (
            said_by("镇江市")
        )
    actions.answer(finding=row, by=town.officer, text="市里供地")
    assert "已答复" in refusal(actions.answer, finding=row, by=town.officer, text="另外答复")
    assert "已答复" in refusal(actions.answer, finding=row, by=district, text="另外答复")
    assert (kinds(row), open_tasks(row)) == (
        ["noted", "handed_up", "handed_up", "answered"],
        {(case.unit.name, "按答复整改")},
    )


def test_it_goes_to_the_own_district_alone(town, case, unit, district, peer):
    """The office to hand up to is no choice of who hands up; to another district's unit or department nothing is given."""
    row = up(raised(case, district), unit)
    there = case_in("321181")
    strange = department(peer.org, "D321181", "丹阳市演示局")
    for org in (strange, there.unit, there.district, town.city):
        assert refusal(ledger.assign, finding=row, by=district, responsible=org, note="请办").startswith(
            f"不能交给“{org.name}”。"
        )
    assert (list(queries.seen(peer)), list(queries.seen(town.office(strange)))) == ([], [])


def test_the_city_gives_it_to_departments_of_the_unit_s_own_governments_alone(
    town, case, unit, district, peer
):
    """A department of another district would see a school that it has nothing to do with."""
    row = up(up(raised(case, district), unit), district)
    strange = department(peer.org, "D321181", "丹阳市演示局")
    own, upper = department(case.district), department(town.city, "D321100", "镇江市演示局")
    assert refusal(ledger.assign, finding=row, by=town.officer, responsible=strange, note="请办") == (
        "不能交给“丹阳市演示局”。只能交给出现问题的单位、它所在的县（市、区），或本级、所在县（市、区）的政府部门。"
    )
    offered = doings.can_mend(town.officer, case.district, case.unit)
    assert set(offered) == {case.unit, case.district, own, upper}
    assert set(doings.can_mend(district, case.district, case.unit)) == {case.unit, case.district, own}
    assert ledger.assign(finding=row, by=town.officer, responsible=own, note="请办").org == own


# --- the rest of its life while it is handed up


def test_while_it_is_handed_up_nobody_plans_reports_or_strikes_off(town, case, unit, district):
    row = up(raised(case, district), unit)
    on_spot = {"method": "on_site", "note": "已看", "on": TODAY}
    for act, by, more in (
        (ledger.plan, unit, {"measure": "征地"}),
        (ledger.progress, unit, {"note": "在办"}),
        (ledger.report, unit, {"note": "已办", "on": TODAY}),
        (ledger.strike, district, on_spot),
        (ledger.strike, town.officer, on_spot),
        (ledger.send_back, district, {"reason": "不行", "due": LATER}),
        (ledger.return_plan, district, {"reason": "不行"}),
        (ledger.reopen, district, {"reason": "又有"}),
    ):
        assert refusal(act, finding=row, by=by, **more) == said_by("扬中市")
    assert "已上报协调" in refusal(ledger.strike_many, findings=[row], by=district, **on_spot)


def test_what_is_struck_off_is_not_handed_up(case, unit, district):
    row = mended(raised(case, district), unit, TODAY)
    assert "待核验" in refusal(actions.hand_up, finding=row, by=unit, reason="需要征地")
    ledger.strike(finding=row, by=district, method="material", note="已核", on=TODAY)
    for by in (unit, district):
        assert "已销号" in refusal(actions.hand_up, finding=row, by=by, reason="需要征地")
    assert "已销号" in refusal(actions.answer, finding=row, by=district, text="供地")


def test_several_that_are_handed_up_are_urged_and_moved_by_their_office_alone(
    town, case, unit, district, peer
):
    rows = [up(raised(case, district, text, indicator=""), unit) for text in ("甲", "乙")]
    for by in (unit, peer):
        not_its = "由“扬中市”督导室或其上级督导室核验，本单位不能办理。"
        said = "\n".join(f"{row.register_number}　{not_its}" for row in rows)
        assert refusal(ledger.urge, findings=rows, by=by, note="抓紧") == said
        assert refusal(ledger.move_due, findings=rows, by=by, due=LATER, reason="延期") == said
    ledger.urge(findings=rows, by=district, note="抓紧")
    ledger.move_due(findings=rows, by=district, due=LATER, reason="征地需时")
    assert [(again(row).state, again(row).due, again(row).org) for row in rows] == [
        ("handed_up", LATER, case.district)
    ] * 2
    assert {task.due for task in Task.objects.filter(kind="findings.answer", state="open")} == {LATER}
    assert complaints() == []


def test_nobody_supervises_an_office_above_or_itself(town, case, unit, district, settings):
    """Overdue while the city is to answer: it is reminded, but neither the district nor the city itself is asked to supervise the city."""
    row = up(up(raised(case, district, due=date(2018, 7, 1)), unit), district)
    assert refusal(ledger.urge, findings=[row], by=district, note="抓紧") == (
        f"{row.register_number}　已上报“镇江市”协调，不能督办上级。请与其联系。"
    )
    settings.DEMO_ON = date(2018, 8, 1)
    climbing.climb(on=settings.DEMO_ON)
    assert (again(row).level, open_tasks(row)) == (3, {("镇江市", "协调解决")})
    assert complaints() == []


def test_a_district_that_does_not_answer_is_supervised_from_above(town, case, unit, district, settings):
    row = up(raised(case, district, due=date(2018, 7, 1)), unit)
    settings.DEMO_ON = date(2018, 8, 1)
    climbing.climb(on=settings.DEMO_ON)
    assert open_tasks(row) == {("扬中市", "协调解决"), ("镇江市", "约谈建议（扬中市）")}
    ledger.urge(findings=[row], by=town.officer, note="请答复")
    assert again(row).steps.last().kind == "urged"


@pytest.mark.parametrize("by_assigning", [False, True])
def test_what_climbed_with_the_city_is_supervised_when_the_unit_has_it_again(
    town, case, unit, district, settings, by_assigning
):
    """The clock has written its steps while nobody could be asked; none is written again."""
    row = up(up(raised(case, district, due=date(2018, 7, 1)), unit), district)
    settings.DEMO_ON = date(2018, 8, 10)
    climbing.climb(on=settings.DEMO_ON)
    assert open_tasks(row) == {("镇江市", "协调解决")}
    if by_assigning:
        ledger.assign(finding=row, by=town.officer, responsible=case.unit, note="市里供地")
    else:
        actions.answer(finding=row, by=town.officer, text="市里供地")
    name = case.unit.name
    asked = {(name, "按答复整改"), ("扬中市", "督办"), ("镇江市", f"约谈建议（{name}）")}
    assert open_tasks(row) == asked
    assert (climbing.climb(on=date(2018, 8, 11)), open_tasks(row)) == (0, asked)
    assert complaints() == []


def test_what_was_supervised_and_decided_is_not_asked_once_more(town, case, unit, district, settings):
    row = raised(case, district, due=date(2018, 7, 1))
    settings.DEMO_ON = date(2018, 8, 10)
    climbing.climb(on=settings.DEMO_ON)
    ledger.urge(findings=[row], by=district, note="抓紧")
    climbing.decide(finding=row, by=town.officer, held=False, note="等供地")
    actions.answer(finding=up(row, unit), by=district, text="年内供地")
    assert open_tasks(row) == {(case.unit.name, "按答复整改")}


# --- another membership of the same person


def test_a_second_membership_answers_but_does_not_verify(town, case, unit, district):
    """Who hands up for the school may sit in the district's office too; what is mended is verified by somebody else all the same."""
    row = up(raised(case, district), unit)
    second = office(case.district, Role.COUNTY_OFFICER, unit.user.username)
    actions.answer(finding=row, by=second, text="自行解决")
    row = ledger.report(finding=row, by=unit, note="已办", on=TODAY, proofs=[shown(unit)])
    assert rules.verify_fault(second, row) != ""
    refusal(ledger.strike, finding=row, by=second, method="on_site", note="已看", on=TODAY)
    assert ledger.strike(finding=row, by=district, method="on_site", note="已看", on=TODAY).state == "struck"


def test_a_department_hands_up_to_its_own_government_and_the_school_no_more(town, case, unit, district):
    bureau = town.office(department(case.district))
    row = ledger.assign(
        finding=up(raised(case, district), unit), by=district, responsible=bureau.org, note="请办"
    )
    assert refusal(actions.hand_up, finding=row, by=unit, reason="还要上报") == said_by(
        bureau.org.name, "已答复"
    )
    row = up(row, bureau, "本局无权")
    assert (row.org, open_tasks(row)) == (case.district, {("扬中市", "协调解决")})
    row = actions.answer(finding=row, by=district, text="已协调")
    assert (row.org, open_tasks(row)) == (bureau.org, {(bureau.org.name, "按答复整改")})


def test_the_county_that_mends_itself_hands_up_to_the_city_and_does_not_verify(town, case, unit, district):
    row = ledger.assign(
        finding=up(up(raised(case, district), unit), district), by=town.officer,
        responsible=case.district, note="由县里解决",
    )  # fmt: skip
    assert (row.org, row.office) == (case.district, town.city)
    row = up(row, district, "县里也不能解决")
    assert (row.org, open_tasks(row)) == (town.city, {("镇江市", "协调解决")})
    row = actions.answer(finding=row, by=town.officer, text="市里补助")
    row = ledger.report(finding=row, by=district, note="已建成", on=TODAY, proofs=[shown(district)])
    assert rules.verify_fault(district, row).startswith("由“镇江市”督导室或其上级督导室核验")


# --- the unit or the office has changed meanwhile


def test_of_a_unit_that_has_moved_the_new_district_answers(town, case, unit, district, peer):
    """The old district no longer sees the unit's problems: it would wait for ever."""
    row = up(raised(case, district), unit)
    history.move_org(by=None, org=case.unit, parent=peer.org, on=TODAY)
    row = again(row)
    assert list(queries.seen(district)) == []
    assert list(queries.seen(peer)) == [row]
    assert rules.may_answer(peer, row) is True
    assert list(queries.seen(peer).filter(queries.with_office(peer))) == [row]
    row = actions.answer(finding=row, by=peer, text="由本市解决")
    assert (row.state, row.answered_by) == ("answered", peer)
    row = up(row, today(unit), "还是不能")
    assert (row.org, open_tasks(row)) == (peer.org, {(peer.org.name, "协调解决")})
    assert complaints() == []


def test_what_was_asked_of_an_office_that_went_into_another_is_answered_there(
    town, case, unit, district, peer
):
    row = up(raised(case, district), unit)
    history.merge_orgs(by=None, orgs=[case.district], into=peer.org, on=TODAY)
    assert actions.answer(finding=again(row), by=peer, text="由本市解决").state == "answered"
    assert up(again(row), today(unit), "还是不能").org.name == "丹阳市"


def test_the_city_has_what_a_unit_that_became_its_own_left_behind(town, case, unit, district):
    """市属 has no office of its own: what the old district had waits for the city, in its list too."""
    rows = [up(raised(case, district), unit), mended(raised(case, district, "乙", indicator=""), unit, TODAY)]
    other = case_in("321181")
    elsewhere = up(raised(other, town.officers["321181"]), town.office(other.unit))
    history.move_org(by=None, org=case.unit, parent=Org.objects.get(code="321101"), on=TODAY)
    assert rules.has_it(town.officer, again(rows[0])) is True
    found = queries.seen(town.officer).filter(queries.with_office(town.officer)).order_by("pk")
    assert (list(found), rules.has_it(town.officer, again(elsewhere))) == (rows, False)


def test_what_was_asked_of_the_old_district_is_asked_of_the_new_one(
    town, case, unit, district, peer, django_assert_num_queries
):
    """Its link would answer 404 there. A day later nothing is left to do, and what the clock asks goes to the new one as well."""
    rows = [up(raised(case, district, due=date(2018, 7, 1)), unit)]
    rows.append(mended(raised(case, district, "乙", indicator=""), unit, TODAY))
    with django_assert_num_queries(3):  # a savepoint, the question, its end
        assert asking.follow() == 0
    history.move_org(by=None, org=case.unit, parent=peer.org, on=TODAY)
    assert tick.tick(TODAY) == ["改请单位现在的督导室办理 2 项"]
    assert [open_tasks(row) for row in rows] == [{("丹阳市", "协调解决")}, {("丹阳市", "核验整改")}]
    assert tick.tick(TODAY) == []
    climbing.climb(on=date(2018, 7, 9))
    assert ("丹阳市", "协调解决") in open_tasks(rows[0])
    assert ("扬中市", "协调解决") not in open_tasks(rows[0])
    history.move_org(by=None, org=case.unit, parent=Org.objects.get(code="321101"), on=TODAY)
    assert (asking.follow(), asking.follow()) == (2, 0)
    assert open_tasks(rows[1]) == {("镇江市", "核验整改")}
    assert complaints() == []


# --- at once


@pytest.mark.django_db(transaction=True)
def test_of_a_hand_up_and_a_report_at_once_one_counts():
    world = begun()
    case = case_in("321182")
    unit, district = world.office(case.unit), world.officers["321182"]
    row = raised(case, district, measure="翻修")
    ends = at_once(
        lambda: up(row, unit),
        lambda: ledger.report(finding=row, by=unit, note="已办", on=TODAY),
    )
    assert sum(isinstance(one, Refused) for one in ends) == 1
    assert kinds(row) in (["noted", "handed_up"], ["noted", "report"])
    assert complaints() == []
