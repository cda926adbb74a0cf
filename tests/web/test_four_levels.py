"""县自评 → 市复核 → 省评估 → 国家认定 through the actions: approval up the tree, returns and unlocks from every level, data that change."""

from datetime import date

import four_levels
import handin
import papers
import pytest
from four_levels import COUNTIES, at, case_of, close, hand_in_data, hand_in_self_check, launched, place
from lookback import texts

from dudao_web import clock
from dudao_web.campaigns import actions, closing, queries, rules
from dudao_web.campaigns.models import Approval, Campaign, Case, Stage, StageDate
from dudao_web.evidence import actions as evidence
from dudao_web.evidence.actions import Spot
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.submissions import data_stage
from dudao_web.submissions.self_check import actions as self_check
from dudao_web.tasks import queries as tasks

pytestmark = pytest.mark.django_db

FOUR = "quality-balance-four-levels"
COUNTY = "321182"
LEVELS = ("yangzhong", "city", "province", "nation")


@pytest.fixture(autouse=True)
def on(settings):
    settings.DEMO_ON = four_levels.ON


@pytest.fixture
def world():
    return four_levels.build()


@pytest.fixture
def campaign(world):
    """Launched by the city for its three counties."""
    return launched(world.offices["city"], FOUR, {"county": four_levels.version()})


@pytest.fixture
def waiting(world, campaign):
    """The county has handed in its data and its self-check: they wait for the city."""
    county = world.offices["yangzhong"]
    four_levels.whole_set(world.units["yangzhong"], county)
    hand_in_data(campaign, county)
    hand_in_self_check(campaign, county)
    return campaign


def approve(world, campaign, level: str) -> int:
    return actions.approve(cases=[case_of(campaign, COUNTY)], by=world.offices[level])


def asked(world) -> dict[str, list[str]]:
    """What each level is asked in the campaign, by the titles of its tasks (receipts left out)."""
    found = {level: tasks.open_for(world.offices[level], clock.today()) for level in LEVELS}
    kinds = "campaigns."
    return {
        level: [task.title for task in rows if task.kind.startswith(kinds)]
        for level, rows in found.items()
        if any(task.kind.startswith(kinds) for task in rows)
    }


def said(world, campaign, indicator: str, word: str) -> None:
    """The county answers one declared item otherwise."""
    case, by = case_of(campaign, COUNTY), world.offices["yangzhong"]
    self_check.save(case=case, by=by, texts={f"{indicator}_met": word})


def resubmit(world, campaign) -> None:
    self_check.hand_in(case=case_of(campaign, COUNTY), by=world.offices["yangzhong"])


def whole_round(world, campaign) -> None:
    """From the city's review to the nation's."""
    approve(world, campaign, "city")
    close(campaign, "rectification", world.offices["yangzhong"])
    approve(world, campaign, "province")
    close(campaign, "mock", world.offices["yangzhong"])
    approve(world, campaign, "nation")


def test_the_stages_are_kept_by_their_levels(world, campaign):
    rows = StageDate.objects.filter(stage__campaign=campaign).order_by("stage__order", "org__path")
    kept = {}
    for row in rows.select_related("stage", "org"):
        kept.setdefault(row.stage.key, []).append(row.org.name)
    counties = sorted((code, name) for code, name, _ in COUNTIES)
    names = [name for _, name in counties]
    assert kept == {
        "data": names,
        "self_check": names,
        "city_review": ["镇江市"],
        "rectification": names,
        "province_review": ["江苏省"],
        "mock": names,
        "nation_review": ["国家"],
    }
    assert place(campaign, "province_review", "320000").due == date(2023, 3, 31)
    assert list(campaign.notice.receipts.values_list("org__name", flat=True)) == names


def test_a_county_goes_through_all_four_levels(world, campaign, settings):
    county, offices = world.offices["yangzhong"], world.offices
    assert asked(world) == {"yangzhong": ["学校数据填报"]}
    four_levels.whole_set(world.units["yangzhong"], county)
    hand_in_data(campaign, county)
    assert asked(world) == {"yangzhong": ["县自评"]}
    case = case_of(campaign, COUNTY)
    spot = Spot(four_levels.STANDARD, "G1", "学校布局规划图、相关文件等")
    evidence.add(
        org=county.org, by=county, name="规划.pdf", data=papers.PDF, title="学校布局规划",
        effective_on=date(2022, 9, 1), spots=[spot],
    )  # fmt: skip
    answers = {name: text for name, text in texts(case).items() if name != "G1_proof"}
    self_check.save(case=case, by=county, texts=answers)
    self_check.hand_in(case=case, by=county, report="自评报告（演示数据）")
    g1 = queries.judgements(case)["G1"]
    assert (g1.value, g1.answer["G1_proof"]) == ("met", "学校布局规划")
    assert asked(world) == {"city": ["市复核，1 个单位待审"]}
    assert approve(world, campaign, "city") == 1
    assert asked(world) == {"yangzhong": ["整改提升"]}
    report = evidence.store(data=papers.PDF, name="整改方案.pdf", org=county.org, by=county)
    kept = place(campaign, "rectification", COUNTY)
    closing.close(place=kept, by=county, note="整改方案已报市", proof=report)
    assert asked(world) == {"province": ["省评估，1 个单位待审"]}
    settings.DEMO_ON = date(2023, 3, 6)
    assert approve(world, campaign, "province") == 1
    assert asked(world) == {"yangzhong": ["模拟评估"]}
    close(campaign, "mock", county, "模拟评估已组织")
    assert asked(world) == {"nation": ["国家认定，1 个单位待审"]}
    assert approve(world, campaign, "nation") == 1
    case = case_of(campaign, COUNTY)
    assert (case.state, case.done, asked(world)) == ("approved", True, {})
    given = Approval.objects.filter(case=case).values_list("place__stage__key", "result", "hand_in__number")
    assert list(given) == [
        ("city_review", "approved", 2),
        ("province_review", "approved", 2),
        ("nation_review", "approved", 2),
    ]
    with pytest.raises(Refused, match="还有 2 个单位没有办完"):
        closing.close_campaign(campaign=campaign, by=offices["city"])
    closing.close_campaign(campaign=campaign, by=offices["city"], note="另两县转入下一年度")
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


@pytest.mark.parametrize("level", ["yangzhong", "danyang", "province", "nation"])
def test_only_the_level_whose_turn_it_is_decides(world, waiting, level):
    case = case_of(waiting, COUNTY)
    assert approve(world, waiting, level) == 0
    with pytest.raises(Refused, match="不在本单位审核"):
        actions.send_back(case=case, by=world.offices[level], reason="不符")
    assert at(waiting, COUNTY) == ("city_review", "submitted")


def test_below_a_hand_in_nothing_moves(world, waiting):
    county = world.offices["yangzhong"]
    case = case_of(waiting, COUNTY)
    before = case.hand_ins.count(), case.judgements.count()
    with pytest.raises(Refused, match="已经提交"):
        said(world, waiting, "G1", "未达到")
    with pytest.raises(Refused, match="已经提交"):
        resubmit(world, waiting)
    with pytest.raises(Refused, match="已经提交"):
        data_stage.hand_in(case=case, by=county)
    with pytest.raises(Refused, match="还没有单位到“模拟评估”"):
        close(waiting, "mock", county)
    assert (case.hand_ins.count(), case.judgements.count()) == before


def test_the_province_returns_and_the_city_approves_again(world, waiting):
    approve(world, waiting, "city")
    close(waiting, "rectification", world.offices["yangzhong"])
    reason, due = "G2 的佐证材料没有文号", date(2022, 10, 25)
    actions.send_back(case=case_of(waiting, COUNTY), by=world.offices["province"], reason=reason, due=due)
    case = case_of(waiting, COUNTY)
    assert (case.place.stage.key, case.state, case.due) == ("self_check", "returned", due)
    (task,) = [task for task in tasks.open_for(world.offices["yangzhong"], clock.today()) if task.due == due]
    assert (task.title, task.note) == ("县自评：改正后重新提交", reason)
    seen = queries.last_approved(case)
    said(world, waiting, "G2", "未达到")
    resubmit(world, waiting)
    assert at(waiting, COUNTY) == ("city_review", "submitted")
    changed = [(one.indicator, one.before.value, one.after.value) for one in queries.changes(case, seen)]
    assert changed == [("G2", "met", "not_met")]
    assert approve(world, waiting, "province") == 0
    assert approve(world, waiting, "city") == 1
    assert at(waiting, COUNTY) == ("province_review", "submitted")  # 整改提升 is done already
    assert approve(world, waiting, "province") == 1
    assert at(waiting, COUNTY) == ("mock", "approved")


def test_an_unlock_on_request_after_the_city_approved(world, waiting):
    approve(world, waiting, "city")
    case, county = case_of(waiting, COUNTY), world.offices["yangzhong"]
    actions.ask_unlock(case=case, by=county, reason="G10 填错")
    assert asked(world) == {"yangzhong": ["整改提升"], "city": ["扬中市申请修改已提交的内容"]}
    with pytest.raises(Refused, match="不由本单位审核"):
        actions.unlock(case=case, by=county)
    actions.unlock(case=case, by=world.offices["city"], due=date(2022, 10, 20))
    assert asked(world) == {"yangzhong": ["县自评：改正后重新提交"]}
    said(world, waiting, "G10", "未达到")
    resubmit(world, waiting)
    changed = queries.changes(case, queries.last_approved(case))
    assert [(one.indicator, one.after.value) for one in changed] == [("G10", "not_met")]
    assert asked(world) == {"city": ["市复核，1 个单位待审"]}
    approve(world, waiting, "city")
    assert asked(world) == {"yangzhong": ["整改提升"]}


def test_a_declined_unlock_leaves_all_as_it_was(world, waiting):
    approve(world, waiting, "city")
    case, county, city = case_of(waiting, COUNTY), world.offices["yangzhong"], world.offices["city"]
    actions.ask_unlock(case=case, by=county, reason="G10 填错")
    with pytest.raises(Refused, match="没有写不同意的理由"):
        actions.decline_unlock(case=case, by=city, reason=" ")
    given = actions.decline_unlock(case=case, by=city, reason="证据充分，不必修改")
    assert (given.result, given.hand_in.number) == ("declined", 2)
    assert (case_of(waiting, COUNTY).unlock, at(waiting, COUNTY)) == ("", ("rectification", "approved"))
    assert asked(world) == {"yangzhong": ["整改提升"]}
    with pytest.raises(Refused, match="没有待办的修改申请"):
        actions.decline_unlock(case=case, by=city, reason="证据充分，不必修改")


def test_an_approval_ends_a_request(world, waiting):
    actions.ask_unlock(case=case_of(waiting, COUNTY), by=world.offices["yangzhong"], reason="G10 填错")
    assert asked(world) == {"city": ["市复核，1 个单位待审", "扬中市申请修改已提交的内容"]}
    approve(world, waiting, "city")
    assert (case_of(waiting, COUNTY).unlock, asked(world)) == ("", {"yangzhong": ["整改提升"]})


def test_the_office_that_approved_last_lets_a_done_county_change(world, waiting):
    whole_round(world, waiting)
    case = case_of(waiting, COUNTY)
    assert (case.done, queries.decider(case)) == (True, world.units["nation"])
    with pytest.raises(Refused, match="不由本单位审核"):
        actions.unlock(case=case, by=world.offices["city"])
    actions.unlock(case=case, by=world.offices["nation"], reason="复核发现数据有误")
    case = case_of(waiting, COUNTY)
    assert (case.done, case.place.stage.key, case.state) == (False, "self_check", "returned")
    resubmit(world, waiting)
    for level in ("city", "province", "nation"):
        assert approve(world, waiting, level) == 1
    assert case_of(waiting, COUNTY).done is True


def test_a_county_never_lets_itself_change_what_nobody_has_looked_at(world):
    """A procedure without an approval: the launching office decides, not the county whose own hand-in it is."""
    case = Case(
        unit=world.units["yangzhong"], district=world.units["yangzhong"], state="submitted", kind="county"
    )
    case.campaign = Campaign(org=world.units["city"], state="running")
    case.place = StageDate(stage=Stage(type="manual"), org=world.units["yangzhong"])
    case.pk = 0
    decider = queries.decider(case)
    may = {level: rules.may_unlock(world.offices[level], case, decider) for level in LEVELS}
    assert (decider, may) == (
        world.units["city"],
        {"yangzhong": False, "city": True, "province": True, "nation": True},
    )


# --- the data beneath


def standing(campaign) -> tuple[bool, str]:
    """Whether the set is other than handed in last, and what lacks."""
    now = data_stage.standing(case_of(campaign, COUNTY))
    return now.changed, now.lacking


def replace_a_return(world) -> None:
    """The county takes in another return of a school: it may, at any time; what was handed in stays known by its hash."""
    of = handin.set_of(world.units["yangzhong"], year=four_levels.YEAR)
    data = handin.school(handin.FIRST, {"网络多媒体教室间数": 21})
    handin.hand_in(of, world.offices["yangzhong"], "更正.xlsx", data)


def test_data_are_handed_in_once_they_are_confirmed(world, campaign):
    county = world.offices["yangzhong"]
    with pytest.raises(Refused, match="全县填报还没有确认"):
        hand_in_data(campaign, county)
    four_levels.whole_set(world.units["yangzhong"], county)
    hand_in_data(campaign, county)
    case = case_of(campaign, COUNTY)
    assert case.hand_ins.get().content == data_stage.standing(case).digest
    assert at(campaign, COUNTY) == ("self_check", "todo")
    with pytest.raises(Refused, match="现在是“县自评”阶段，不提交数据"):
        hand_in_data(campaign, county)


def test_data_changed_after_the_hand_in_are_shown_and_go_up_with_the_next(world, waiting):
    assert standing(waiting) == (False, "")
    replace_a_return(world)
    assert standing(waiting) == (True, "全县填报确认以后有变动。请先在“填报”中重新确认。")
    case, city = case_of(waiting, COUNTY), world.offices["city"]
    actions.send_back(case=case, by=city, reason="数据与提交时不一致，请核对")
    with pytest.raises(Refused, match="确认以后有变动"):
        resubmit(world, waiting)
    handin.confirm(handin.set_of(world.units["yangzhong"], year=four_levels.YEAR), world.offices["yangzhong"])
    assert standing(waiting) == (True, "")
    resubmit(world, waiting)
    assert standing(waiting) == (False, "")
    first, second, third = case.hand_ins.order_by("number")
    assert (first.content == second.content, second.content == third.content) == (True, False)
    approve(world, waiting, "city")
    assert queries.last_approved(case).content == data_stage.standing(case).digest


def test_data_put_back_as_they_were_are_no_change(world, waiting):
    of = handin.set_of(world.units["yangzhong"], year=four_levels.YEAR)
    replace_a_return(world)
    assert standing(waiting)[0] is True
    handin.hand_in(of, world.offices["yangzhong"], "原表.xlsx", handin.school(handin.FIRST))
    assert standing(waiting) == (False, "")


# --- other trees


def test_levels_that_are_not_in_the_tree_are_kept_by_the_launching_office():
    world = four_levels.build(above=("city",))
    city, county = world.offices["city"], world.offices["yangzhong"]
    campaign = launched(city, FOUR, {"county": four_levels.version()})
    four_levels.whole_set(world.units["yangzhong"], county)
    hand_in_data(campaign, county)
    hand_in_self_check(campaign, county)
    for key, after in (("city_review", "rectification"), ("province_review", "mock")):
        assert at(campaign, COUNTY) == (key, "submitted")
        assert actions.approve(cases=[case_of(campaign, COUNTY)], by=city) == 1
        assert at(campaign, COUNTY) == (after, "approved")
        close(campaign, after, county)
    assert at(campaign, COUNTY) == ("nation_review", "submitted")
    actions.approve(cases=[case_of(campaign, COUNTY)], by=city)
    assert case_of(campaign, COUNTY).done is True


def test_launched_by_the_province_the_city_reviews_its_own_counties(world):
    province, city, county = (world.offices[one] for one in ("province", "city", "yangzhong"))
    campaign = launched(province, FOUR, {"county": four_levels.version()})
    assert queries.campaigns(city).get() == campaign
    four_levels.whole_set(world.units["yangzhong"], county)
    hand_in_data(campaign, county)
    hand_in_self_check(campaign, county)
    assert approve(world, campaign, "province") == 0
    assert approve(world, campaign, "city") == 1
    with pytest.raises(Refused, match="不由本单位组织"):
        closing.close_campaign(campaign=campaign, by=city, note="办结")
    lines = {line.district.name: line for line in queries.matrix(campaign, city)}
    review = lines["扬中市"].cells[2]
    assert (sorted(lines), review.done, review.total) == (["丹阳市", "句容市", "扬中市"], 1, 1)
