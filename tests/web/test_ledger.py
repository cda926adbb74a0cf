"""The ledger: listed, planned, reported, verified by somebody else, struck off, opened again; who may not verify; races."""

from datetime import date, timedelta

import pytest
from lookback import begun, document
from mending import SINCE, case_in, department, mended, office, raised, shown
from racing import at_once

from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns import closing, launching, procedures
from dudao_web.campaigns.actions import Answered
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Case
from dudao_web.evidence import actions as evidence
from dudao_web.findings import actions, answers, ledger, queries, rules
from dudao_web.findings.models import Finding, Rectification
from dudao_web.operations import log
from dudao_web.orgs import actions as orgs
from dudao_web.orgs import history
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action, Role
from dudao_web.tasks.models import Task

TODAY = date(2018, 6, 12)
MONTH = date(2018, 7, 12)


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
def unit(town, case):
    return town.office(case.unit)


@pytest.fixture
def district(town):
    return town.officers["321182"]


def again(row: Finding) -> Finding:
    return Finding.objects.get(pk=row.pk)


def kinds(row: Finding) -> list[str]:
    return [step.kind for step in queries.steps(row)]


def tasks_of(row: Finding) -> set[tuple[str, str, str]]:
    """(unit, what, state) of what was asked about a finding."""
    rows = Task.objects.filter(object=f"finding:{row.pk}")
    return {(task.org.name, task.title.partition("：")[0], task.state) for task in rows}


def open_tasks(row: Finding) -> set[tuple[str, str]]:
    return {(org, what) for org, what, state in tasks_of(row) if state == "open"}


def complaints() -> list[str]:
    return log.verify(chain_name=None, file=None, head=None)[1]


def refusal(act, **said) -> str:
    with pytest.raises(Refused) as found:
        act(**said)
    return str(found.value)


def struck(row: Finding, by, **more) -> Finding:
    return ledger.strike(finding=row, by=by, **({"method": "material", "note": "已核", "on": TODAY} | more))


# --- the way


def test_from_the_find_to_the_strike_off(case, unit, district):
    row = raised(case, district, severity="serious", clause="第三条")
    assert (row.state, row.org, row.responsible, row.office, row.due) == (
        "planning",
        case.unit,
        case.unit,
        case.district,
        MONTH,
    )
    assert (row.year, row.serial, row.register_number) == (2018, 1, "2018-001")
    assert open_tasks(row) == {(case.unit.name, "报送整改方案")}
    row = ledger.plan(finding=row, by=unit, measure="更换跑道", due=date(2018, 7, 1))
    assert (row.state, row.measure, row.due) == ("open", "更换跑道", date(2018, 7, 1))
    assert open_tasks(row) == {(case.unit.name, "整改")}
    ledger.progress(finding=row, by=unit, note="已进场")
    ledger.progress(finding=row, by=unit, note="完成一半")
    proof = shown(unit)
    row = ledger.report(finding=row, by=unit, note="已更换", on=TODAY, proofs=[proof])
    assert (row.state, row.org, row.proof, row.mended_on) == ("mended", case.district, proof.proof, TODAY)
    assert open_tasks(row) == {("扬中市", "核验整改")}
    assert Case.objects.get(pk=case.pk).stale is False
    row = struck(row, district)
    assert (row.state, row.struck_at is not None, open_tasks(row)) == ("struck", True, set())
    assert Case.objects.get(pk=case.pk).stale is True
    found = queries.steps(row)
    assert [(step.word, step.office, step.text) for step in found] == [
        ("列入问题清单", "扬中市教育督导室", ""),
        ("报送整改方案", case.unit.name, "更换跑道"),
        ("报告进展", case.unit.name, "已进场"),
        ("报告进展", case.unit.name, "完成一半"),
        ("报告整改完成", case.unit.name, "已更换"),
        ("销号", "扬中市教育督导室", "已核"),
    ]
    assert (found[4].proofs, found[5].method, found[5].on) == ((proof.pk,), "材料核验", TODAY)
    acts = Action.objects.filter(chain="zj-2018", object=f"finding:{row.pk}").order_by("seq")
    assert list(acts.values_list("action", flat=True)) == [
        f"findings.{verb}" for verb in ("raise", "plan", "progress", "progress", "report", "strike")
    ]
    assert complaints() == []


def test_every_act_twice_is_one_step(case, unit, district):
    row = raised(case, district)
    assert raised(case, district) == row
    proof = shown(unit)
    for act in (
        lambda: ledger.plan(finding=row, by=unit, measure="更换"),
        lambda: ledger.progress(finding=row, by=unit, note="进场"),
        lambda: ledger.report(finding=row, by=unit, note="已换", on=TODAY, proofs=[proof]),
        lambda: ledger.send_back(finding=row, by=district, reason="照片不清", due=MONTH),
        lambda: ledger.report(finding=row, by=unit, note="已补", on=TODAY, proofs=[proof]),
        lambda: struck(row, district),
        lambda: ledger.reopen(finding=row, by=None, reason="指标回落"),
    ):
        act()
        act()
    assert kinds(row) == [
        "noted", "plan", "progress", "report", "returned", "report", "struck", "reopened",
    ]  # fmt: skip
    other = raised(case, district, "图书陈旧", indicator="ZD3")
    ledger.plan(finding=other, by=unit, measure="更新")
    for _ in range(2):
        ledger.return_plan(finding=other, by=district, reason="没有时限")
    for _ in range(2):
        ledger.assign(finding=other, by=district, responsible=department(case.district), note="请解决")
    assert kinds(other) == ["noted", "plan", "plan_returned", "assigned"]
    assert complaints() == []


def test_a_due_day_may_be_shortened_by_the_plan_and_moved_by_the_office_alone(case, unit, district):
    row = raised(case, district)
    assert refusal(ledger.plan, finding=row, by=unit, measure="更换", due=date(2018, 7, 13)) == (
        "计划完成日期不能晚于整改时限 2018-07-12。需要延期的，请与核验单位联系。"
    )
    row = ledger.plan(finding=row, by=unit, measure="更换", due=date(2018, 6, 30))
    row = ledger.return_plan(finding=row, by=district, reason="写明负责人")
    assert (row.state, row.due, open_tasks(row)) == ("planning", MONTH, {(case.unit.name, "报送整改方案")})
    row = ledger.plan(finding=row, by=unit, measure="更换，总务处负责")
    later = date(2018, 8, 20)
    with pytest.raises(Refused):
        ledger.move_due(findings=[row], by=unit, due=later, reason="暑期施工")
    (row,) = ledger.move_due(findings=[row], by=district, due=later, reason="暑期施工")
    assert (row.due, Task.objects.get(object=f"finding:{row.pk}", state="open").due) == (later, later)
    last = queries.steps(row)[-1]
    assert (last.before, last.after, last.text) == ({"due": "2018-07-12"}, {"due": "2018-08-20"}, "暑期施工")
    assert ledger.move_due(findings=[row], by=district, due=later, reason="暑期施工") == []
    assert ledger.return_plan(finding=row, by=district, reason="分步写").due == later


def test_without_a_rule_of_the_procedure_there_is_no_due_day(case):
    assert ledger.due_for(case, date(2018, 1, 31)) == date(2018, 2, 28)
    case.campaign.procedure = procedures.register(procedure="quality-balance-four-levels", by=None)
    assert ledger.due_for(case, TODAY) is None


def test_what_is_guided_on_the_spot_is_reported_and_verified_on_the_spot(case, unit, district):
    row = raised(case, district, disposition="on_spot")
    assert row.state == "open"
    row = ledger.report(finding=row, by=unit, note="当场改正", on=TODAY)
    assert refusal(struck, row=row, by=district).startswith("整改报告没有列入问题之后新上传的佐证材料")
    assert refusal(struck, row=row, by=district, method="on_site", note=" ") == (
        "没有写现场核验的情况。请写明看了什么、是否整改到位。"
    )
    assert struck(row, district, method="on_site", note="现场查看，已改正").state == "struck"


def test_with_its_measure_a_problem_needs_no_plan_and_its_judgement_is_kept(case, district):
    campaigns.judge(
        case=case, by=district, source="review", answered=[Answered(indicator="ZD2", value="not_met")]
    )
    row = raised(case, district, measure="限期更换", due=date(2018, 6, 30))
    assert (row.state, row.due) == ("open", date(2018, 6, 30))
    assert row.before == {"source": "review", "value": "not_met", "points": None}
    assert raised(case, district, "图书陈旧", indicator="", before={"value": "C"}).before == {"value": "C"}


# --- evidence


def test_material_must_be_new_of_the_unit_and_still_count(town, case, unit, district, settings):
    settings.DEMO_ON = date(2018, 6, 11)
    old = shown(unit, "旧照片", date(2018, 6, 1))
    settings.DEMO_ON = TODAY
    row = mended(raised(case, district), unit, TODAY, proofs=[old])
    assert refusal(struck, row=row, by=district) == (
        "整改报告没有列入问题之后新上传的佐证材料，不能凭材料销号。请退回补充材料，或现场核验。"
    )
    ledger.send_back(finding=row, by=district, reason="补材料", due=MONTH)
    new = shown(unit, "新照片")
    row = ledger.report(finding=row, by=unit, note="已换", on=TODAY, proofs=[old, new])
    evidence.withdraw(proof=new.proof, by=unit, reason="传错")
    assert refusal(struck, row=row, by=district).startswith("整改报告没有")
    ledger.send_back(finding=row, by=district, reason="材料撤下", due=MONTH)
    other = town.office(case_in("321181").unit)
    for proof in (new, shown(other, "别人的")):
        proof.refresh_from_db()
        assert refusal(ledger.report, finding=row, by=unit, note="换", on=TODAY, proofs=[proof]) == (
            "佐证材料不是本单位的，或已撤下。请从本单位材料中选。"
        )
    row = ledger.report(finding=row, by=unit, note="已换", on=TODAY, proofs=[shown(unit, "再传")])
    assert struck(row, district).state == "struck"


def test_the_day_of_verification_is_neither_to_come_nor_before_the_listing(case, unit, district, settings):
    row = mended(raised(case, district), unit, TODAY)
    early, late = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    assert (
        refusal(struck, row=row, by=district, on=late)
        == "核验日期 2018-06-13 还没有到。请填今天或以前的日期。"
    )
    assert refusal(struck, row=row, by=district, on=early) == (
        "核验日期 2018-06-11 早于列入问题或整改完成的日期 2018-06-12。请核对。"
    )
    assert refusal(struck, row=row, by=district, method="") == "没有选核验方式。请选材料核验或现场核验。"
    settings.DEMO_ON = late
    assert struck(row, district, on=TODAY).steps.last().on == TODAY


def test_figures_are_checked_kept_with_the_report_and_copied_to_the_strike_off(case, unit, district):
    row = raised(case, district)
    field = answers.asked(row).fields[0]
    ledger.plan(finding=row, by=unit, measure="更换")
    report = {"finding": row, "by": unit, "note": "已换", "on": TODAY, "proofs": [shown(unit)]}
    assert "没有填报项 nothing" in refusal(ledger.report, **report, answer={"nothing": "1"})
    wrong = refusal(ledger.report, **report, answer={field.name: "不知道"})
    assert wrong.startswith("「")
    assert again(row).state == "open"
    good = {field.name: field.choices[0], "blank": " "}
    ledger.report(**report, answer=good)
    row = struck(row, district)
    told = {field.name: field.choices[0]}
    assert [(step.kind, step.answer) for step in queries.steps(row)][-2:] == [
        ("report", told),
        ("struck", told),
    ]
    step = row.steps.last()
    assert (step.before, step.after) == (row.before, {})


def test_a_problem_without_an_indicator_takes_no_figures(case, unit, district):
    row = raised(case, district, indicator="", measure="整改")
    assert answers.asked(row) is None
    said = {"finding": row, "by": unit, "note": "已换", "on": TODAY}
    assert (
        refusal(ledger.report, **said, answer={"ZD2_met": "达到"})
        == "指标 （无） 没有填报项 ZD2_met。请核对。"
    )


# --- who may verify


def test_the_fixer_never_verifies_under_any_account_or_office(town, case, unit, district):
    row = mended(raised(case, district), unit, TODAY)
    assert rules.verify_fault(district, row) == ""
    assert rules.verify_fault(unit, row) == "由“扬中市”督导室或其上级督导室核验，本单位不能办理。"
    assert "扬中市" in refusal(struck, row=row, by=unit)
    second = office(case.district, Role.COUNTY_OFFICER, unit.user.username)
    assert second.user == unit.user
    assert "同一人员写的" in refusal(struck, row=row, by=second)
    other = office(case.district, Role.COUNTY_OFFICER, "other-account")
    assert rules.verify_fault(other, row) == ""
    for user in (unit.user, other.user):
        orgs.set_person(by=None, user=user, person="P-7")
    other.user.refresh_from_db()
    assert "同一人员写的" in refusal(struck, row=row, by=other)
    assert again(row).state == "mended"
    assert struck(row, district).state == "struck"


def test_the_fixer_neither_takes_it_back_nor_lengthens_the_time_under_another_office(case, unit, district):
    row = raised(case, district)
    second = office(case.district, Role.COUNTY_OFFICER, unit.user.username)
    assert case.unit.name in refusal(actions.withdraw, finding=row, by=second, reason="没有这回事")
    later = {"due": MONTH + timedelta(days=99), "reason": "材料多"}
    assert case.unit.name in refusal(ledger.move_due, findings=[row], by=second, **later)
    assert (again(row).state, again(row).due) == ("planning", MONTH)
    assert ledger.move_due(findings=[row], by=district, **later)[0].due == later["due"]
    assert actions.withdraw(finding=row, by=district, reason="登记有误").state == "withdrawn"


def test_what_the_unit_listed_and_a_team_finds_too_is_no_longer_the_units_to_take_back(case, unit, district):
    said = {"text": "操场跑道破损", "indicator": "ZD2"}
    own = actions.note(case=case, by=unit, mendable=True, measure="自己改", **said)
    old = shown(unit)
    row = raised(case, district, **said)
    assert (row.pk, row.source, row.disposition, row.due) == (own.pk, "review", "notice", MONTH)
    assert raised(case, district, **said) == row
    assert kinds(row) == ["noted", "noted"]
    refusal(actions.withdraw, finding=row, by=unit)
    assert again(row).state == "open"
    row = ledger.report(finding=row, by=unit, note="已修", on=TODAY, proofs=[old])
    assert "新上传" in refusal(struck, row=row, by=district)
    assert complaints() == []


def test_a_paper_from_before_with_another_day_is_no_new_evidence(case, unit, district):
    old = shown(unit)
    row = raised(case, district, measure="更换")
    again_in, _ = evidence.revise(
        proof=old.proof,
        by=unit,
        name="验收单.pdf",
        data=b"%PDF-1.4\n% " + "验收单".encode() + b"\n%%EOF\n",
        effective_on=date(2018, 6, 11),
    )
    assert (again_in != old, again_in.at > row.at) == (True, True)
    row = ledger.report(finding=row, by=unit, note="已修", on=TODAY, proofs=[again_in])
    assert "新上传" in refusal(struck, row=row, by=district)
    row = ledger.send_back(finding=row, by=district, reason="没有新材料", due=MONTH)
    row = ledger.report(finding=row, by=unit, note="已修", on=TODAY, proofs=[shown(unit, "新验收单")])
    assert struck(row, district).state == "struck"


def test_what_was_struck_off_and_listed_again_is_not_taken_back(case, unit, district):
    row = actions.note(case=case, by=unit, text="路灯不亮", mendable=True, measure="更换")
    row = struck(mended(row, unit, TODAY), district)
    row = ledger.reopen(finding=row, by=district, reason="又不亮")
    row = actions.hand_up(finding=row, by=unit, reason="没有经费")
    assert refusal(actions.withdraw, finding=row, by=unit).startswith("重新列入的问题不能撤销")
    assert again(row).state == "handed_up"


def test_who_wrote_a_plan_or_progress_of_an_earlier_round_does_not_verify(case, unit, district):
    row = raised(case, district)
    ledger.plan(finding=row, by=unit, measure="更换")
    row = ledger.assign(finding=row, by=district, responsible=case.district, note="由市政府负责")
    assert row.office == case.campaign.org
    row = mended(row, district, TODAY)
    assert row.org == case.campaign.org
    second = office(case.campaign.org, Role.CITY_OFFICER, unit.user.username)
    assert "同一人员写的" in rules.verify_fault(second, row)
    assert "镇江市" in rules.verify_fault(district, row)


def test_a_member_of_the_unit_now_or_since_does_not_verify_and_one_from_before_does(case, unit, district):
    before = office(case.unit, Role.SCHOOL, "was-there")
    orgs.end_membership(by=None, membership=before, on=date(2018, 6, 1))
    row = mended(raised(case, district), unit, TODAY)
    during = office(case.unit, Role.SCHOOL, "is-there")
    found = {}
    same_day = office(case.unit, Role.SCHOOL, "that-day")
    orgs.end_membership(by=None, membership=same_day, on=TODAY)
    for name in ("was-there", "is-there", "that-day"):
        held = office(case.district, Role.COUNTY_OFFICER, name)
        found[name] = rules.verify_fault(held, row)
    assert found["was-there"] == ""
    assert case.unit.name in found["is-there"]
    assert case.unit.name in found["that-day"]
    orgs.end_membership(by=None, membership=during, on=TODAY)
    held = office(case.district, Role.COUNTY_OFFICER, "is-there-2")
    assert rules.verify_fault(held, row) == ""
    orgs.end_membership(
        by=None, membership=office(case.unit, Role.SCHOOL, "is-there-2"), on=date(2018, 6, 13)
    )
    assert "任职" in rules.verify_fault(held, row)


def test_the_membership_at_what_the_unit_became_counts(town, case, unit, district):
    into = orgs.create_org(
        by=None, code="3211829999", name="新校", kind="school", parent=case.district, since=SINCE
    )
    row = mended(raised(case, district), unit, TODAY)
    office(into, Role.SCHOOL, "joined")
    held = office(case.district, Role.COUNTY_OFFICER, "joined")
    assert rules.verify_fault(held, row) == ""
    history.merge_orgs(by=None, orgs=[case.unit], into=into, on=TODAY)
    assert "新校" in rules.verify_fault(held, again(row))


def test_of_a_unit_that_has_moved_the_new_district_verifies(town, case, unit, district):
    row = mended(raised(case, district), unit, TODAY)
    new = town.officers["321181"]
    assert rules.verify_fault(new, row) == "由“扬中市”督导室或其上级督导室核验，本单位不能办理。"
    history.move_org(by=None, org=case.unit, parent=new.org, on=TODAY)
    assert struck(again(row), new).state == "struck"


def test_the_steps_are_one_question_to_the_database(case, unit, district, django_assert_num_queries):
    row = struck(mended(raised(case, district), unit, TODAY), district)
    with django_assert_num_queries(1):
        assert [step.kind for step in queries.steps(row)] == ["noted", "plan", "report", "struck"]


def test_the_office_above_verifies_and_others_do_not(town, case, unit):
    row = mended(raised(case), unit, TODAY)
    peer = town.officers["321181"]
    inspector = office(case.district, Role.INSPECTOR, "ins")
    for by in (peer, inspector, town.office(case_in("321181").unit)):
        assert rules.may_verify(by, row) is False
        assert "督导室" in refusal(struck, row=row, by=by)
        with pytest.raises(Refused):
            ledger.send_back(finding=row, by=by, reason="不行", due=MONTH)
    assert rules.may_verify(town.officer, row) is True
    assert struck(row, town.officer).state == "struck"


def test_for_a_school_of_the_city_the_city_verifies(town):
    case = case_in("321101")
    unit = town.office(case.unit)
    row = mended(raised(case, town.officer), unit, TODAY)
    assert (row.org.name, open_tasks(row)) == ("市属", {("镇江市", "核验整改")})
    assert queries.seen(town.officer).filter(queries.with_office(town.officer)).get() == row
    assert struck(row, town.officer).state == "struck"


# --- again


def test_a_struck_off_problem_is_opened_again_within_the_campaign_and_its_steps_stay(case, unit, district):
    row = struck(mended(raised(case, district), unit, TODAY), district)
    told = list(row.steps.values_list("pk", "text", "at"))
    again_found = raised(case, district, "跑道又有破损")
    assert (again_found, again_found.state, again_found.struck_at) == (row, "returned", None)
    assert list(row.steps.values_list("pk", "text", "at"))[: len(told)] == told
    last = row.steps.last()
    assert (last.kind, last.text) == ("reopened", "跑道又有破损")
    assert again_found.text == "操场跑道破损"
    assert raised(case, district, "跑道又有破损") == row
    assert raised(case, district, "看台破损") != row
    assert open_tasks(row) == {(case.unit.name, "重新整改")}
    assert (
        refusal(struck, row=row, by=district)
        == "这个问题现在是“已退回”，现由“扬中市演示1小学”办理，不能这样办，或不由本单位办。请刷新后再看。"
    )
    old = row.steps.get(kind="report").proofs
    row = ledger.report(finding=row, by=unit, note="再换", on=TODAY, proofs=[])
    assert refusal(struck, row=row, by=district).startswith("整改报告没有")
    assert (len(old), complaints()) == (1, [])


def test_only_the_office_or_the_computation_opens_again(case, unit, district):
    row = struck(mended(raised(case, district), unit, TODAY), district)
    assert "已销号" in refusal(ledger.reopen, finding=row, by=unit, reason="误销")
    assert refusal(ledger.reopen, finding=row, by=None, reason=" ") == "没有写重新列入的理由。"
    row = ledger.reopen(finding=row, by=None, reason="指标 ZD2 回落")
    assert (row.state, row.due, queries.steps(row)[-1].office) == ("returned", MONTH, "系统")


def next_year(world, year: int, key: str):
    """The look-back of a later year."""
    draft = launching.prepare(
        by=world.officer, procedure="zhenjiang-lookback", year=year, title=f"{year}年“回头看”", key=key
    )
    bound = {one.kind: one.version.pk for one in Case.objects.first().campaign.bindings.all()}
    launching.revise(campaign=draft, by=world.officer, plan=Plan(standards=bound))
    return launching.launch(campaign=draft, by=world.officer, document=document(world.officer, year))


def test_in_a_later_year_a_new_line_is_linked_whether_struck_off_or_not(town, case, unit, district, settings):
    first = struck(mended(raised(case, district), unit, TODAY), district)
    live = raised(case, district, "图书陈旧", indicator="ZD3")
    gone = raised(case, district, "误列", indicator="ZD4")
    actions.withdraw(finding=gone, by=district, reason="误列")
    next_year(town, 2019, "zj-2019")
    settings.DEMO_ON = date(2019, 6, 12)
    later = case_in("321182", "zj-2019")
    second = raised(later, district, "跑道再破损")
    assert (second.repeats, second.times, second.register_number) == (first, 2, "2019-001")
    other = raised(later, district, "图书还旧", indicator="ZD3")
    assert (other.repeats, other.times, again(live).state) == (live, 2, "planning")
    assert raised(later, district, "误列", indicator="ZD4").repeats is None
    assert raised(later, district, "无指标", indicator="").repeats is None
    next_year(town, 2020, "zj-2020")
    settings.DEMO_ON = date(2020, 6, 12)
    third = raised(case_in("321182", "zj-2020"), district, "跑道又破损")
    assert (third.repeats, third.times) == (second, 3)
    assert [one.pk for one in queries.again(second)] == [first.pk, second.pk, third.pk]
    noted = actions.note(
        case=case_in("321181", "zj-2020"), by=town.office(case_in("321181").unit), text="甲", indicator="ZD2",
        mendable=True, measure="改",
    )  # fmt: skip
    assert (noted.repeats, noted.times) == (None, 1)


# --- departments, counties, the city


def test_district_department_and_city_co_ordinate(town, case, unit, district):
    row = raised(case, district)
    row = actions.hand_up(finding=row, by=unit, reason="需要征地")
    assert (row.state, row.org, open_tasks(row)) == (
        "handed_up", case.district, {("扬中市", "协调解决")},
    )  # fmt: skip
    row = actions.hand_up(finding=row, by=district, reason="须市里供地")
    assert (row.org, open_tasks(row)) == (town.city, {("镇江市", "协调解决")})
    assert "已上报协调" in refusal(actions.answer, finding=row, by=district, text="供地")
    with pytest.raises(Refused):
        ledger.assign(finding=row, by=district, responsible=case.unit, note="请自行解决")
    bureau = department(town.city, "D321100", "镇江市演示局")
    row = ledger.assign(finding=row, by=town.officer, responsible=bureau, note="请供地")
    assert (row.state, row.responsible, row.org, row.disposition, row.office) == (
        "answered", bureau, bureau, "coordinate", case.district,
    )  # fmt: skip
    assert open_tasks(row) == {("镇江市演示局", "按答复整改")}
    held = town.office(bureau)
    assert list(queries.seen(held)) == [row]
    assert list(queries.seen(unit)) == [row]
    assert rules.may_report(unit, row) is False
    row = ledger.report(finding=row, by=held, note="已供地", on=TODAY, proofs=[shown(held, "供地批复")])
    fault = rules.verify_fault(office(case.district, Role.COUNTY_OFFICER, held.user.username), row)
    assert "同一人员写的" in fault
    assert struck(row, district).state == "struck"
    assert kinds(row) == ["noted", "handed_up", "handed_up", "assigned", "report", "struck"]
    assert complaints() == []


def test_who_can_be_given_a_problem(town, case, unit, district):
    row = raised(case, district)
    peer = case_in("321181")
    for org in (peer.unit, peer.district, town.city, department(town.city, "D321100", "市局")):
        assert refusal(ledger.assign, finding=row, by=district, responsible=org, note="请办").startswith(
            f"不能交给“{org.name}”。"
        )
    assert refusal(ledger.assign, finding=row, by=district, responsible=case.unit, note="请办") == (
        f"这个问题已由“{case.unit.name}”负责整改。请选其他单位。"
    )
    assert "待定方案" in refusal(ledger.assign, finding=row, by=unit, responsible=case.district, note="请办")
    own = case_in("321101")
    direct = raised(own, town.officer)
    assert refusal(
        ledger.assign, finding=direct, by=town.officer, responsible=own.district, note="请办"
    ).startswith("不能交给“市属”。")
    assert (again(row).responsible, kinds(row)) == (case.unit, ["noted"])


def test_nobody_does_another_ones_part(town, case, unit, district):
    row = raised(case, district)
    peer, other = town.officers["321181"], town.office(case_in("321181").unit)
    for by in (district, town.officer, peer, other):
        with pytest.raises(Refused):
            ledger.plan(finding=row, by=by, measure="更换")
    ledger.plan(finding=row, by=unit, measure="更换")
    for by in (district, town.officer, peer, other):
        for act in (ledger.report, ledger.progress):
            with pytest.raises(Refused):
                act(finding=row, by=by, note="已换", **({"on": TODAY} if act is ledger.report else {}))
    for by in (unit, peer, other):
        with pytest.raises(Refused):
            ledger.return_plan(finding=row, by=by, reason="不行")
        with pytest.raises(Refused):
            ledger.urge(findings=[row], by=by, note="抓紧")
        with pytest.raises(Refused):
            actions.withdraw(finding=row, by=by, reason="误列")
    assert kinds(row) == ["noted", "plan"]


def test_what_is_missing_is_said(case, unit, district):
    row = raised(case, district)
    assert refusal(raised, case=case, text=" ") == "没有写问题。请写明是什么问题、在哪里。"
    past = date(2018, 6, 1)
    over = "整改时限 2018-06-01 已经过去。请填今天或以后的日期。"
    assert refusal(raised, case=case, text="甲", due=past) == over
    assert refusal(ledger.plan, finding=row, by=unit, measure=" ").startswith("没有写整改措施。")
    assert refusal(ledger.plan, finding=row, by=unit, measure="改", due=past) == over
    row = ledger.plan(finding=row, by=unit, measure="改")
    assert refusal(ledger.return_plan, finding=row, by=district, reason="").startswith("没有写退回的理由。")
    assert refusal(ledger.progress, finding=row, by=unit, note="") == "没有写进展情况。"
    assert refusal(ledger.move_due, findings=[row], by=district, due=past, reason="改") == over
    assert (
        refusal(ledger.move_due, findings=[row], by=district, due=TODAY, reason="")
        == "没有写调整时限的理由。"
    )
    assert refusal(ledger.urge, findings=[row], by=district, note="") == "没有写督办意见。"
    assert refusal(actions.withdraw, finding=row, by=district) == "没有写撤销的理由。"
    row = mended(row, unit, TODAY)
    assert refusal(ledger.send_back, finding=row, by=district, reason="", due=MONTH).startswith(
        "没有写退回的理由。"
    )
    assert refusal(ledger.send_back, finding=row, by=district, reason="不行", due=past) == over


def test_after_the_end_of_the_campaign_the_ledger_goes_on(town, case, unit, district):
    row = raised(case, district)
    closing.close_campaign(campaign=case.campaign, by=town.officer, note="年度结束")
    assert struck(mended(row, unit, TODAY), district).state == "struck"
    assert ledger.reopen(finding=row, by=district, reason="又破损").state == "returned"


def test_a_unit_takes_back_its_own_and_not_what_others_found(case, unit, district):
    row = raised(case, district)
    assert "待定方案" in refusal(actions.withdraw, finding=row, by=unit)
    assert actions.withdraw(finding=row, by=district, reason="误列").state == "withdrawn"
    own = actions.note(case=case, by=unit, text="图书陈旧", mendable=True, measure="更新")
    assert "整改中" in refusal(actions.withdraw, finding=own, by=district, reason="误列")
    assert (own.office, own.disposition, actions.withdraw(finding=own, by=unit).state) == (
        case.district, "own", "withdrawn",
    )  # fmt: skip


# --- several at once


def test_several_are_urged_or_moved_in_one_act(case, unit, district):
    rows = [raised(case, district, text, indicator="") for text in ("甲", "乙", "丙")]
    before = Action.objects.filter(chain="zj-2018").count()
    assert ledger.urge(findings=rows, by=district, note="月底前完成") == rows
    assert ledger.urge(findings=rows, by=district, note="月底前完成") == []
    assert ledger.move_due(findings=rows, by=district, due=date(2018, 6, 30), reason="提前") == rows
    assert Action.objects.filter(chain="zj-2018").count() == before + 2
    assert {(step.kind, step.text) for step in Rectification.objects.exclude(kind="noted")} == {
        ("urged", "月底前完成"),
        ("moved", "提前"),
    }
    notes = Task.objects.filter(kind="findings.plan", state="open").values_list("note", "due")
    assert set(notes) == {("督办：月底前完成", date(2018, 6, 30))}
    assert complaints() == []


def test_several_are_struck_off_together_or_not_at_all(town, case, unit, district):
    rows = [mended(raised(case, district, text, indicator=""), unit, TODAY) for text in ("甲", "乙")]
    bad = raised(case, district, "丙", indicator="")
    said = {"by": district, "method": "on_site", "note": "现场已看", "on": TODAY}
    assert refusal(ledger.strike_many, findings=[*rows, bad], **said) == (
        "2018-003　这个问题现在是“待定方案”，现由“扬中市演示1小学”办理，不能这样办，或不由本单位办。请刷新后再看。"
    )
    assert {again(row).state for row in rows} == {"mended"}
    assert "2018-003" in refusal(ledger.urge, findings=[bad, rows[0]], by=unit, note="抓紧")
    assert [row.state for row in ledger.strike_many(findings=rows, **said)] == ["struck", "struck"]
    assert Action.objects.filter(action="findings.strike").count() == 2
    assert complaints() == []


# --- races


def ends(*acts) -> list[str]:
    """How several acts at the same time ended, sorted."""
    return sorted("refused" if isinstance(one, Refused) else one.state for one in at_once(*acts))


@pytest.fixture
def running(transactional_db):
    """The same town, its rows really there."""
    world = begun()
    case = case_in("321182")
    return world, case, world.office(case.unit), world.officers["321182"]


def test_of_two_strike_offs_at_once_one_counts(running):
    world, case, unit, district = running
    row = mended(raised(case, district), unit, TODAY)
    acts = [lambda by=by: struck(row, by) for by in (district, world.officer)]
    assert ends(*acts) == ["refused", "struck"]
    other = mended(raised(case, district, "图书陈旧", indicator="ZD3"), unit, TODAY)
    assert ends(*[lambda: struck(other, district)] * 2) == ["struck", "struck"]
    assert (kinds(row).count("struck"), kinds(other).count("struck"), complaints()) == (1, 1, [])


def test_of_a_strike_off_and_a_return_at_once_one_counts(running):
    world, case, unit, district = running
    row = mended(raised(case, district), unit, TODAY)
    found = ends(
        lambda: struck(row, district),
        lambda: ledger.send_back(finding=row, by=world.officer, reason="不行", due=MONTH),
    )
    assert found == sorted(["refused", again(row).state])
    assert complaints() == []


def test_of_a_report_and_a_withdrawal_at_once_one_counts(running):
    _, case, unit, _ = running
    row = actions.note(case=case, by=unit, text="图书陈旧", mendable=True, measure="更新")
    found = ends(
        lambda: ledger.report(finding=row, by=unit, note="已换", on=TODAY),
        lambda: actions.withdraw(finding=row, by=unit),
    )
    assert found == sorted(["refused", again(row).state])
    assert complaints() == []


def test_numbers_of_the_ledger_are_given_once(running):
    case = running[1]
    others = [case, case_in("321181"), case_in("321183"), case_in("321101")]
    acts = [
        lambda one=one, text=text: raised(one, None, text, indicator="")
        for one in others
        for text in ("甲", "乙")
    ]
    found = at_once(*acts)
    assert sorted(row.serial for row in found) == list(range(1, 9))
    assert complaints() == []


def test_a_find_listed_twice_at_once_is_one_line_and_bulk_acts_wait_for_each_other(running):
    world, case, _, district = running
    first, second = at_once(*[lambda: raised(case, district)] * 2)
    assert (first, Finding.objects.count()) == (second, 1)
    rows = [raised(one, None, "甲", indicator="") for one in (case, case_in("321181"), case_in("321183"))]
    at_once(
        lambda: ledger.urge(findings=rows, by=world.officer, note="抓紧"),
        lambda: ledger.move_due(findings=rows[::-1], by=world.officer, due=MONTH + timedelta(1), reason="延"),
    )
    assert [kinds(row).count("urged") + kinds(row).count("moved") for row in rows] == [2, 2, 2]
    assert complaints() == []
