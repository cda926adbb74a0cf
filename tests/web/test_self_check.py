"""The self-check as a unit keeps it and hands it in: every kind of item, clashes, figures carried in, what keeps it from going out."""

from datetime import date
from decimal import Decimal

import checking
import handin
import pytest
from lookback import texts
from racing import at_once

from dudao.standards.asked import asked_of_unit
from dudao_web import clock
from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns.models import Case, HandIn, Judgement
from dudao_web.evidence import actions as evidence
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action, Kind
from dudao_web.standards import queries as standards
from dudao_web.submissions.models import Answer, Confirmation
from dudao_web.submissions.self_check import actions, answers, judging

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def june(settings):
    """The campaign's own year."""
    settings.DEMO_ON = checking.ON


@pytest.fixture
def city():
    return checking.small()


@pytest.fixture
def case(city):
    return checking.case_of(checking.campaign(city, checking.own_items(city)))


def judged(case: Case) -> judging.Judged:
    return judging.judge(answers.sheet(case), clock.today())


def values(case: Case) -> dict[str, tuple[str, Decimal | None]]:
    return {one.indicator: (one.value, one.points) for one in judged(case).answered}


def put(case: Case, by, **said: str) -> None:
    actions.save(case=case, by=by, texts=said)


# --- every kind of item


def test_a_graded_item_follows_from_its_clauses(city, case):
    by = city.office(case.unit)
    item = next(one for one in asked_of_unit(standards.load(case.version)) if one.kind == "grade")
    code, names = item.indicator.code, [field.name for field in item.fields]
    assert values(case)[code] == ("no_data", None)
    actions.save(case=case, by=by, texts={names[0]: "达到", names[1]: "未达到", names[2]: "无"})
    assert values(case)[code] == ("B", None)
    actions.save(case=case, by=by, texts={names[1]: "达到"})
    assert values(case)[code] == ("A", None)
    actions.save(case=case, by=by, texts={names[2]: "有"})
    assert values(case)[code] == ("C", None)


def test_a_declared_item_needs_its_proof_only_where_it_is_said_to_hold(city, case):
    by = city.office(case.unit)

    def lacking() -> bool:
        return "ZD1" in [item.indicator.code for item in judged(case).lacking]

    put(case, by, ZD1_met="达到")
    assert (values(case)["ZD1"], lacking()) == (("no_data", None), True)
    put(case, by, ZD1_met="未达到")
    assert (values(case)["ZD1"], lacking()) == (("not_met", None), False)
    put(case, by, ZD1_met="达到", ZD1_proof="章程（演示数据）")
    assert (values(case)["ZD1"], lacking()) == (("met", None), False)


def test_a_filed_proof_is_named_without_typing(city, case):
    by = city.office(case.unit)
    spot = evidence.Spot(case.version.standard, "ZD1", "")
    evidence.add(
        org=case.unit,
        by=by,
        name="章程.txt",
        data="章程（演示数据）".encode(),
        effective_on=clock.today(),
        spots=[spot],
    )
    put(case, by, ZD1_met="达到")
    assert values(case)["ZD1"] == ("met", None)
    assert answers.sheet(case).texts["ZD1_proof"] == "章程"
    assert Answer.objects.filter(field="ZD1_proof").count() == 0


def test_points_and_vetoes_of_a_county(city):
    case = checking.of_district(city, "chongqing-county")
    by = city.officers[checking.YANGZHONG]
    put(case, by, BZ_points="65.5", V1_found="无")
    found = values(case)
    assert (found["BZ"], found["V1"]) == (("not_applicable", Decimal("65.5")), ("met", None))
    put(case, by, BZ_points="71", V1_found="有")
    assert values(case)["V1"] == ("not_met", None)
    assert list(judged(case).errors) == ["BZ_points"]
    assert "V1" in [item.indicator.code for item in judged(case).lacking]  # 有: the particulars are asked for
    put(case, by, V1_note="情况说明（演示数据）")
    assert "V1" not in [item.indicator.code for item in judged(case).lacking]


def test_figures_of_a_county_are_computed_and_judged(city, settings):
    settings.DEMO_ON = date(2021, 6, 1)  # the standard is in force since 2020
    case = checking.of_district(city, "preschool-universal")
    by = city.officers[checking.YANGZHONG]
    item = asked_of_unit(standards.load(case.version))[0]
    put(case, by, children="9５0", population_3_6=" 1,000 ")
    assert {row.field: row.text for row in Answer.objects.filter(case=case)} == {
        "children": "950",
        "population_3_6": "1000",
    }
    assert values(case)[item.indicator.code] == ("met", None)
    put(case, by, children="600")
    assert values(case)[item.indicator.code] == ("not_met", None)


def test_a_survey_is_answered_without_visits_where_they_decide_nothing(city):
    case = checking.of_district(city, "cn-2017-quality-balance")
    by = city.officers[checking.YANGZHONG]
    survey = next(one for one in asked_of_unit(standards.load(case.version)) if one.kind == "survey")
    counts = {"sent": "110", "valid": "100", "satisfied": "90"}
    said = {f.name: counts[what] for f in survey.fields for what in counts if f.name.endswith(f"_{what}")}
    actions.save(case=case, by=by, texts=said)
    assert survey.indicator.code not in [item.indicator.code for item in judged(case).lacking]
    assert values(case)[survey.indicator.code] == ("met", None)


# --- two tabs, two offices


def test_two_tabs_clash_and_what_was_not_touched_is_left_alone(city, case):
    by = city.office(case.unit)
    put(case, by, ZD1_proof="甲", ZD2_proof="乙")
    seen = {"ZD1_proof": "", "ZD2_proof": ""}  # a tab opened before
    clashes = actions.save(case=case, by=by, texts={"ZD1_proof": "丙", "ZD2_proof": ""}, seen=seen)
    assert clashes == [actions.Conflict("ZD1_proof", "甲")]
    assert [answers.sheet(case).answers[name].text for name in seen] == ["甲", "乙"]
    assert actions.save(case=case, by=by, texts={"ZD1_proof": "丙"}, seen={"ZD1_proof": "甲"}) == []
    assert answers.sheet(case).answers["ZD1_proof"].text == "丙"


def test_saving_a_draft_is_no_act_but_beginning_is_one(city, case):
    by = city.office(case.unit)
    before = Action.objects.count()
    put(case, by, ZD1_met="达到")
    assert [row.action for row in Action.objects.order_by("pk")[before:]] == ["campaigns.begin"]
    put(case, by, ZD1_met="未达到")
    assert Action.objects.count() == before + 1


# --- what is known is carried in


def test_figures_of_the_last_self_check_are_carried_in_and_marked(city):
    version = checking.standards.register(standard="preschool-universal", profile="default", by=None)
    by = city.officers[checking.YANGZHONG]
    old = checking.case_of(checking.campaign(city, {Kind.COUNTY: version}, "a-2017", 2017), Kind.COUNTY)
    actions.save(case=old, by=by, texts=texts(old) | {"children": "900"})
    actions.hand_in(case=old, by=by)
    campaigns.approve(cases=[Case.objects.get(pk=old.pk)], by=by)
    new = checking.case_of(checking.campaign(city, {Kind.COUNTY: version}, "a-2018", 2018), Kind.COUNTY)
    assert Case.objects.get(pk=old.pk).state == "approved"
    put(new, by, population_3_6="1000")
    numbers = [n for n, f in answers.fields(answers.sheet(new).items).items() if f.numeric]
    assert actions.carry_in(case=new, by=by) == len(numbers) - 1
    assert actions.carry_in(case=new, by=by) == 0
    row = Answer.objects.get(case=new, field="children")
    assert (row.text, row.origin, row.source) == ("900", "carried", "2017年自查")
    assert Answer.objects.get(case=new, field="population_3_6").origin == "typed"
    put(new, by, children="950")
    row.refresh_from_db()
    assert (row.text, row.origin, row.source) == ("950", "typed", "2017年自查")


def test_figures_of_a_confirmed_return_are_carried_in(world, settings):
    settings.DEMO_ON = None
    of = handin.whole(handin.set_of(world.yangzhong), world.owner)
    case = Case(campaign=None, unit=world.yangzhong)
    case.campaign = checking.Campaign(year=of.year)
    found = answers._returns(case)
    assert found == []  # nobody stands for them yet
    Confirmation.objects.create(
        **of.key,
        office="扬中市",
        by=world.owner,
        at=clock.now(),
        digest="0" * 64,
        schools=1,
        unexplained=0,
        absent=[],
    )
    assert [row.form for row in answers._returns(case)] == ["county"]


# --- handing in


def test_what_is_lacking_or_wrong_keeps_it_back(city, case):
    by = city.office(case.unit)
    with pytest.raises(Refused, match=r"还有 16 项没有填完：.*等。请填完后提交。"):
        actions.hand_in(case=case, by=by)
    actions.save(case=case, by=by, texts=texts(case) | {"ZD1_met": "大概"})
    with pytest.raises(Refused, match="有 1 处填写有误，不能提交"):
        actions.hand_in(case=case, by=by)
    put(case, by, ZD1_met="达到")
    with pytest.raises(Refused, match="自查报告有 5001 字，最多 5000 字"):
        actions.hand_in(case=case, by=by, report="字" * 5001)
    assert HandIn.objects.count() == 0


def test_a_note_is_handed_in_with_its_item(city, case):
    by = city.office(case.unit)
    actions.save(case=case, by=by, texts=texts(case) | {answers.note_of("ZD1"): "一、\r\n二、"})
    actions.hand_in(case=case, by=by)
    assert Judgement.objects.get(case=case, indicator="ZD1").note == "一、\n二、"


def test_nothing_is_kept_or_handed_in_at_another_stage(city, case):
    by = city.office(case.unit)
    actions.save(case=case, by=by, texts=texts(case))
    type(case.place.stage).objects.filter(pk=case.place.stage.pk).update(type="data")
    with pytest.raises(Refused, match="已经提交或不是本单位填报"):
        put(case, by, ZD1_met="未达到")
    with pytest.raises(Refused, match="不提交自查"):
        actions.hand_in(case=case, by=by)
    assert actions.carry_in(case=case, by=by) == 0


def test_another_office_keeps_nothing(city, case):
    other = checking.case_of(case.campaign, district=checking.DANYANG)
    for by in (city.office(other.unit), city.officers[checking.YANGZHONG], city.officer):
        with pytest.raises(Refused, match="已经提交或不是本单位填报"):
            put(case, by, ZD1_met="达到")
    assert Answer.objects.count() == 0


def test_what_changed_is_told_before_it_is_handed_in_again(city, case):
    by = city.office(case.unit)
    actions.save(case=case, by=by, texts=texts(case))
    actions.hand_in(case=case, by=by)
    campaigns.send_back(case=case, by=city.officers[checking.YANGZHONG], reason="ZD1 与材料不符")
    case = Case.objects.get(pk=case.pk)
    assert judging.differences(answers.sheet(case), judged(case)) == []
    put(case, by, ZD1_met="未达到")
    found = judging.differences(answers.sheet(case), judged(case))
    assert [(one.after.indicator, one.before.value, one.after.value) for one in found] == [
        ("ZD1", "met", "not_met")
    ]
    assert actions.hand_in(case=case, by=by).count == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_submits_at_once_the_second_is_refused(city, case):
    by = city.office(case.unit)
    actions.save(case=case, by=by, texts=texts(case))
    said = [str(one) for one in at_once(*[lambda: actions.hand_in(case=case, by=by)] * 2)]
    assert sorted(said) == ["已经提交，等待审核，不能再改。要修改的，请申请退回修改。", "第 1 次提交"]
    assert HandIn.objects.filter(case=case).count() == 1
