"""Procedures that are data alone, each launched and walked to its end; dates that begin with an event; texts and units that change meanwhile."""

import shutil
from datetime import date
from pathlib import Path

import four_levels
import papers
import pytest
from drawing_world import drawn, hand_in
from four_levels import at, case_of, close, hand_in_data, hand_in_self_check, launched, place
from lookback import document

from dudao.procedures import load_procedure
from dudao.standards import load_standard
from dudao_web import clock
from dudao_web.campaigns import actions, calendars, closing, launching, procedures, queries
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign, Case, ProcedureVersion, StageDate
from dudao_web.evidence import actions as evidence
from dudao_web.operations import log
from dudao_web.orgs import actions as orgs
from dudao_web.orgs import history
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Kind, Membership, Org, Role
from dudao_web.standards import actions as standards
from dudao_web.submissions.self_check import actions as self_check
from dudao_web.tasks import queries as tasks
from dudao_web.tasks.models import Task

pytestmark = pytest.mark.django_db

YEAR = 2020
SCHOOL, OTHER, NURSERY, TOWN, BUREAU = (
    "3211820001", "3211820002", "3211820901", "321182001", "321182F01",
)  # fmt: skip


@pytest.fixture(autouse=True)
def on(settings):
    """In the third quarter, when schools and kindergartens check themselves."""
    settings.DEMO_ON = date(YEAR, 8, 20)


@pytest.fixture
def world():
    """镇江 with 扬中's three schools, a kindergarten, a town and a bureau, each with its office."""
    world = four_levels.build(above=("city",), counties=2)
    county = world.units["yangzhong"]
    for code, name, kind in (
        (NURSERY, "演示幼儿园", Kind.KINDERGARTEN),
        (TOWN, "三茅街道", Kind.TOWN),
        (BUREAU, "扬中市财政局", Kind.DEPARTMENT),
    ):
        orgs.create_org(by=None, code=code, name=name, kind=kind, parent=county, since=four_levels.SINCE)
    for org in Org.objects.filter(kind__in=(Kind.SCHOOL, Kind.KINDERGARTEN, Kind.TOWN, Kind.DEPARTMENT)):
        world.offices[org.code] = four_levels.office(org, Role.SCHOOL, f"u{org.code}")
    return world


def version(standard: str):
    return standards.register(standard=standard, profile="default", by=None)


def approve_all(campaign: Campaign, by: Membership) -> int:
    return actions.approve(cases=Case.objects.filter(campaign=campaign), by=by)


def close_rest(world, campaign: Campaign) -> list[tuple[str, str]]:
    """Whoever is asked closes its stage with a note and a document, until nobody is asked; (stage, unit) in order."""
    done = []
    by_org = {office.org_id: office for office in world.offices.values()}
    while task := Task.objects.filter(kind="campaigns.place", state="open").order_by("pk").first():
        one = closing.StageDate.objects.select_related("stage__campaign", "org").get(
            pk=task.object.partition(":")[2]
        )
        by = by_org[task.org_id]
        proof = evidence.store(data=papers.PDF, name="报告.pdf", org=by.org, by=by)
        closing.close(place=one, by=by, note=f"{one.stage.title}已办理（演示数据）", proof=proof)
        done.append((one.stage.key, one.org.code))
    return done


def end(campaign: Campaign, by: Membership) -> None:
    """All cases are done, no unit or office is asked, the campaign closes without a reason, nothing is asked after it, the record is whole."""
    cases = Case.objects.filter(campaign=campaign)
    assert {(case.state, case.done) for case in cases} == {("approved", True)}
    open_tasks = Task.objects.filter(kind__startswith="campaigns.", state="open")
    assert set(open_tasks.values_list("kind", flat=True)) <= {"campaigns.opinion"}
    assert closing.close_campaign(campaign=campaign, by=by).state == "closed"
    assert open_tasks.count() == 0
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_a_special_inspection_of_a_few_units(world):
    city = world.offices["city"]
    bound = {kind: version("special-checklist") for kind in ("school", "kindergarten", "town")}
    more = {"topic": "校园和校车安全整治行动", "team": ("u1", "u2", "u3"), "districts": ("321182",)}
    campaign = launched(city, "special-inspection", bound, year=YEAR, **more)
    codes = [SCHOOL, OTHER, "3211820015", NURSERY, TOWN]
    assert sorted(case.unit.code for case in Case.objects.filter(campaign=campaign)) == sorted(codes)
    assert (campaign.topic, campaign.team) == ("校园和校车安全整治行动", ["u1", "u2", "u3"])
    told = set(campaign.notice.receipts.values_list("org__code", flat=True))
    assert told == {"321182", *codes}  # 书面通知 goes to the units themselves
    for code in codes:
        hand_in_self_check(campaign, world.offices[code])
    assert approve_all(campaign, world.offices["yangzhong"]) == 0
    assert approve_all(campaign, city) == 5
    for key in ("visit", "hearing", "opinion"):
        close(campaign, key, city)
    letter = closing.forward(
        place=place(campaign, "letter", "321100"), by=city, document=document(city, 2, "督导意见书", "演教督")
    )
    assert sorted(letter.receipts.values_list("org__code", flat=True)) == sorted(codes)
    assert letter.forward_of is None
    assert place(campaign, "letter", "321100").note == "已印发：演教督〔2018〕2号"
    assert close_rest(world, campaign) == [("rectification", "321100"), ("report", "321100")]
    assert place(campaign, "report", "321100").proof.name == "报告.pdf"
    end(campaign, city)


def test_a_special_inspection_of_a_county_stays_in_the_county(world):
    county, city = world.offices["yangzhong"], world.offices["city"]
    more = {"topic": "师资队伍建设", "team": ("u1", "u2", "u3")}
    campaign = launched(
        county, "special-inspection", {"school": version("special-checklist")}, year=YEAR, **more
    )
    codes = [SCHOOL, OTHER, "3211820015"]
    kept = StageDate.objects.filter(stage__campaign=campaign).values_list("org__code", flat=True)
    assert set(kept) == {"321182"}
    assert sorted(campaign.notice.receipts.values_list("org__code", flat=True)) == codes
    for code in codes:
        hand_in_self_check(campaign, world.offices[code])
    assert [approve_all(campaign, by) for by in (city, county)] == [0, 3]
    for key in ("visit", "hearing", "opinion"):
        close(campaign, key, county)
    closing.forward(
        place=place(campaign, "letter", "321182"), by=county, document=document(county, 2, "督导意见书")
    )
    assert close_rest(world, campaign) == [("rectification", "321182"), ("report", "321182")]
    end(campaign, county)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"team": ("u1", "u2", "u3")}, "没有写明督导专题"),
        ({"topic": "师资队伍建设", "team": ("u1", "u2", "u2")}, "督导小组至少 3 人，现有 2 人"),
    ],
)
def test_a_special_inspection_has_a_topic_and_a_team(world, more, why):
    with pytest.raises(Refused, match=why):
        launched(
            world.offices["city"], "special-inspection", {"school": version("special-checklist")}, **more
        )


def test_a_district_inspects_its_own_school(world):
    county, school = world.offices["yangzhong"], world.offices[SCHOOL]
    more = {"topic": "师资队伍建设", "team": ("u1", "u2", "u3"), "districts": (SCHOOL,)}
    bound = {"school": version("special-checklist")}
    campaign = launched(county, "special-inspection", bound, year=YEAR, **more)
    assert list(campaign.notice.receipts.values_list("org__code", flat=True)) == [SCHOOL]
    hand_in_self_check(campaign, school)
    assert approve_all(campaign, world.offices["city"]) == 0
    assert approve_all(campaign, county) == 1
    assert [code for _, code in close_rest(world, campaign)] == ["321182"] * 6
    end(campaign, county)


def test_a_monitoring_round(world, settings):
    settings.DEMO_ON = date(YEAR, 3, 10)
    city, county = world.offices["city"], world.offices["yangzhong"]
    bound = {"county": version(four_levels.STANDARD)}
    campaign = launched(city, "monitoring-round", bound, year=YEAR, districts=("321182",))
    four_levels.whole_set(world.units["yangzhong"], county, YEAR)
    hand_in_data(campaign, county)
    actions.send_back(case=case_of(campaign, "321182"), by=city, reason="请核对在校生数")
    assert at(campaign, "321182") == ("collect", "returned")
    hand_in_data(campaign, county)
    assert approve_all(campaign, city) == 1
    assert close_rest(world, campaign) == [("lock", "321100"), ("submit", "321100")]
    assert list(case_of(campaign, "321182").hand_ins.values_list("number", flat=True)) == [1, 2]
    end(campaign, city)


def test_a_year_of_the_plans_of_schools(world):
    county = world.offices["yangzhong"]
    campaign = launched(county, "school-plan-evaluation", {"school": version("school-plan")}, year=YEAR)
    cases = list(Case.objects.filter(campaign=campaign).select_related("unit"))
    assert {case.place.stage.key for case in cases} == {"plan_review"}
    close(campaign, "plan_review", county, "三年规划已于上年论证")
    for case in cases:
        hand_in_self_check(campaign, world.offices[case.unit.code])
    assert approve_all(campaign, county) == len(cases) == 3
    assert close_rest(world, campaign) == [("evaluation", "321182"), ("feedback", "321182")]
    end(campaign, county)


def test_the_conduct_of_a_kindergarten_launched_by_the_city(world):
    city, county = world.offices["city"], world.offices["yangzhong"]
    campaign = launched(
        city, "kindergarten-conduct", {"kindergarten": version("kindergarten-conduct")}, year=YEAR
    )
    assert at(campaign, NURSERY) == ("training", "todo")
    with pytest.raises(Refused, match="还没有单位到“实地督导”"):
        close(campaign, "visit", county)
    training = place(campaign, "training", "321182")
    notice = closing.forward(place=training, by=county, document=document(county, 3, "转发", "扬教督"))
    assert (notice.forward_of, training.stage.title) == (campaign.notice, "宣传培训")
    assert list(notice.receipts.values_list("org__code", flat=True)) == [NURSERY]
    hand_in_self_check(campaign, world.offices[NURSERY])
    assert approve_all(campaign, county) == 1
    rest = [
        ("visit", "321182"),
        ("feedback", "321182"),
        ("rectification", "321182"),
        ("second_look", "321182"),
    ]
    assert close_rest(world, campaign) == rest
    end(campaign, city)


def test_the_six_stages_of_chongqing(world, settings):
    settings.DEMO_ON = date(YEAR, 4, 20)
    county = world.offices["yangzhong"]
    bound = {kind: version("chongqing-county") for kind in ("county", "town", "department")}
    campaign = launched(county, "chongqing-six-stages", bound, year=YEAR)
    close(campaign, "mobilise", county)
    for code, by in (("321182", county), (TOWN, world.offices[TOWN]), (BUREAU, world.offices[BUREAU])):
        assert at(campaign, code) == ("self_check", "todo")
        hand_in_self_check(campaign, by)
    assert approve_all(campaign, county) == 3
    keys = [
        *("measures", "archives", "self_report", "congress", "announcement", "submission"),
        *("special_assessment", "process", "consolidate", "overall_assessment", "recognition"),
    ]
    closed = close_rest(world, campaign)
    city = {"special_assessment", "overall_assessment", "recognition"}
    assert closed == [(key, "321100" if key in city else "321182") for key in keys]
    assert place(campaign, "archives", "321182").due == date(YEAR, 7, 30)
    end(campaign, county)


# --- dates that begin with an event


def at_the_report(world, on: date, settings, folder: str = "zhenjiang-lookback") -> Campaign:
    """A look-back of one school, closed by the city up to its report on a day."""
    settings.DEMO_ON = date(on.year, 6, 12)
    city, county = world.offices["city"], world.offices["yangzhong"]
    bound = {"school": version("school-plan")}  # a short sheet; the stages are those of the look-back
    campaign = launched(city, folder, bound, year=on.year, districts=(SCHOOL,))
    closing.forward(
        place=place(campaign, "district_plan", "321182"),
        by=county,
        document=document(county, 4, "转发", "扬教督"),
    )
    hand_in_self_check(campaign, world.offices[SCHOOL])
    approve_all(campaign, county)
    drawn(place(campaign, "recheck", "321182"), county, settings, quota={("321182", ""): 1})
    hand_in(place(campaign, "recheck", "321182"), campaign.cases.all(), county)
    close(campaign, "recheck", county)
    close(campaign, "district_report", county)
    drawn(place(campaign, "spot_check", "321100"), city, settings, quota={("321182", ""): 1})
    close(campaign, "spot_check", city)
    assert place(campaign, "rectification", "321182").due is None
    settings.DEMO_ON = on
    close(campaign, "report", city)
    return campaign


@pytest.mark.parametrize(
    ("day", "due"),
    [(date(2018, 12, 31), date(2019, 1, 31)), (date(2018, 1, 31), date(2018, 2, 28))],
)
def test_a_month_after_the_report_begins_with_the_report(world, settings, day, due):
    campaign = at_the_report(world, day, settings)
    assert place(campaign, "rectification", "321182").due == due
    mine = tasks.open_for(world.offices["yangzhong"], clock.today())
    assert [(task.title, task.due) for task in mine if task.kind == "campaigns.place"] == [("整改落实", due)]
    assert place(campaign, "results", "321100").due is None


def changed(tmp_path: Path, old: str, new: str) -> str:
    """A folder with another text of the look-back's procedure."""
    folder = tmp_path / "zhenjiang-lookback"
    shutil.copytree(load_procedure("zhenjiang-lookback").path, folder)
    main = folder / "procedure.yaml"
    text = main.read_text(encoding="utf-8")
    assert text.count(old) == 1
    main.write_text(text.replace(old, new), encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize(
    ("day", "due", "said"),
    [
        (date(2018, 9, 20), date(2018, 10, 10), ""),  # 中秋, 国庆 and the days worked for it are known
        (date(2021, 9, 20), date(2021, 10, 4), "2021 年没有工作日历，按周一至周五计。"),
    ],
)
def test_working_days_follow_the_calendar_and_a_year_without_one_is_said(
    world, settings, tmp_path, day, due, said
):
    folder = changed(tmp_path, "1个月内, after", "10个工作日内, after")
    campaign = at_the_report(world, day, settings, folder)
    found = place(campaign, "rectification", "321182")
    stage = procedures.load(campaign.procedure).stage("rectification")
    assert (found.due, calendars.assumed(stage, found.opens, found.due)) == (due, said)


# --- what a running campaign keeps


def test_a_running_campaign_keeps_the_text_of_its_procedure(world, tmp_path, settings):
    settings.DEMO_ON = date(2018, 6, 12)
    city = world.offices["city"]
    bound = {"school": version("school-plan")}
    campaign = launched(city, "zhenjiang-lookback", bound, year=2018)
    folder = changed(tmp_path, "    title: 督查报告\n", "    title: 督查总报告\n")
    later = procedures.register(procedure=folder, by=city)
    assert ProcedureVersion.objects.filter(procedure="zhenjiang-lookback").count() == 2
    again = launched(city, folder, bound, year=2018, key="again", no=2)
    campaign.refresh_from_db()
    assert (campaign.procedure_id == later.pk, again.procedure_id == later.pk) == (False, True)
    titles = [procedures.load(one.procedure).stage("report").title for one in (campaign, again)]
    assert titles == ["督查报告", "督查总报告"]
    assert campaign.stages.get(key="report").title == "督查报告"


def test_a_running_campaign_keeps_its_standard(world, tmp_path, settings):
    county = world.offices["yangzhong"]
    old = version("school-plan")
    campaign = launched(county, "school-plan-evaluation", {"school": old}, year=YEAR)
    close(campaign, "plan_review", county)
    folder = tmp_path / "school-plan"
    shutil.copytree(load_standard("school-plan").path, folder)
    main = folder / "standard.yaml"
    main.write_text(main.read_text(encoding="utf-8") + "\n# 修订\n", encoding="utf-8")
    new = standards.register(standard=str(folder), profile="default", by=county)
    assert new.pk != old.pk
    hand_in_self_check(campaign, world.offices[SCHOOL])
    case = case_of(campaign, SCHOOL)
    assert (case.version_id, campaign.bindings.get().version_id) == (old.pk, old.pk)
    again = launched(county, "school-plan-evaluation", {"school": new}, year=YEAR, key="again", no=2)
    assert case_of(again, SCHOOL).version_id == new.pk


# --- units that change while a campaign runs


@pytest.fixture
def plans(world) -> Campaign:
    """The plans of 扬中's schools, one of which has handed in."""
    county = world.offices["yangzhong"]
    campaign = launched(county, "school-plan-evaluation", {"school": version("school-plan")}, year=YEAR)
    close(campaign, "plan_review", county)
    hand_in_self_check(campaign, world.offices[SCHOOL])
    return campaign


def seen(membership: Membership, campaign: Campaign) -> list[str]:
    return [case.unit.code for case in queries.cases(membership).filter(campaign=campaign)]


def test_the_case_of_a_merged_unit_goes_to_its_successor_and_its_district(world, plans):
    school, other = (Org.objects.get(code=code) for code in (SCHOOL, OTHER))
    before = school.path
    history.merge_orgs(by=None, orgs=[school], into=other, on=clock.today())
    heir = Membership.objects.select_related("org", "user").get(org=other)
    assert seen(heir, plans) == [SCHOOL, OTHER]
    assert seen(world.offices["yangzhong"], plans) == [SCHOOL, OTHER, "3211820015"]
    assert seen(world.offices["danyang"], plans) == []
    stranger = Membership.objects.select_related("org", "user").get(org__code="3211820015")
    assert seen(stranger, plans) == ["3211820015"]
    case = case_of(plans, SCHOOL)
    assert (case.path, case.path == case.unit.path) == (before, False)
    with pytest.raises(Refused, match="现在不能申请修改"):
        actions.ask_unlock(case=case, by=stranger, reason="并入后核对")
    actions.ask_unlock(case=case, by=heir, reason="并入后核对")
    actions.unlock(case=case, by=world.offices["yangzhong"])
    self_check.hand_in(case=case_of(plans, SCHOOL), by=heir)
    assert actions.approve(cases=[case], by=world.offices["yangzhong"]) == 1
    assert (case_of(plans, SCHOOL).state, case_of(plans, SCHOOL).path) == ("approved", before)


def test_a_unit_closed_meanwhile_keeps_its_case(world, plans):
    school = Org.objects.get(code=SCHOOL)
    orgs.end_membership(by=None, membership=world.offices[SCHOOL], on=clock.today())
    history.close_org(by=None, org=school, on=clock.today())
    county = world.offices["yangzhong"]
    assert seen(county, plans) == [SCHOOL, OTHER, "3211820015"]
    assert actions.approve(cases=[case_of(plans, SCHOOL)], by=county) == 1
    draft = launching.prepare(
        by=county, procedure="school-plan-evaluation", year=2021, title="下一年", key="next"
    )
    plan = Plan(standards={"school": version("school-plan").pk})
    assert [org.code for org in launching.units(draft, plan, clock.today())] == [OTHER, "3211820015"]


def test_a_district_that_is_moved_to_another_city_keeps_its_campaign(world, plans):
    city = orgs.create_org(by=None, code="321200", name="泰州市", kind=Kind.CITY, parent=None)
    county = Org.objects.get(code="321182")
    history.move_org(by=None, org=county, parent=city, on=clock.today())
    by = Membership.objects.select_related("org", "user").get(pk=world.offices["yangzhong"].pk)
    assert seen(by, plans) == [SCHOOL, OTHER, "3211820015"]
    case = case_of(plans, SCHOOL)
    assert (case.path, case.unit.path) == (f"321100/321182/{SCHOOL}/", f"321200/321182/{SCHOOL}/")
    assert actions.approve(cases=[case], by=by) == 1


def test_a_unit_cannot_begin_before_its_stage_opens(world, settings):
    settings.DEMO_ON = date(YEAR, 6, 12)
    county = world.offices["yangzhong"]
    campaign = launched(county, "school-plan-evaluation", {"school": version("school-plan")}, year=YEAR)
    close(campaign, "plan_review", county)
    with pytest.raises(Refused, match="从 2020-07-01 开始，现在还不能提交"):
        hand_in_self_check(campaign, world.offices[SCHOOL])
    settings.DEMO_ON = date(YEAR, 10, 8)
    self_check.hand_in(case=case_of(campaign, SCHOOL), by=world.offices[SCHOOL])
    assert case_of(campaign, SCHOOL).hand_ins.get().late is True
