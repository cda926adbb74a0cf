"""Score sheets: who may score what and until when, reasons for a difference, how single scores become one judgement, handing in.

Everything is tried on the actions themselves: what a page leaves out is refused there all the same.
"""

from datetime import timedelta
from decimal import Decimal

import checking
import pytest
import reviewing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reviewing import ON

from dudao.standards import load_standard
from dudao_web.campaigns import closing
from dudao_web.campaigns import queries as judged
from dudao_web.campaigns.models import Case, Judgement, StageDate
from dudao_web.findings.models import Finding
from dudao_web.inspections import carried, queries, recusal, rules, scales, scoring, teams
from dudao_web.inspections.models import Member, Score, Sheet
from dudao_web.operations import log
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action
from dudao_web.tasks.models import Task

pytestmark = pytest.mark.django_db

OPINION = "总体达到标准。"


@pytest.fixture(autouse=True)
def june(settings):
    settings.DEMO_ON = ON


@pytest.fixture
def review():
    return reviewing.at_review(n=2)


@pytest.fixture
def sheet(review) -> Sheet:
    return reviewing.assigned(review)[0]


def item(sheet: Sheet, n: int = 0) -> str:
    """The code of an item; all of them were graded A in the self-check."""
    return reviewing.coded(sheet)[n][0]


def graded(sheet: Sheet) -> list[str]:
    return [code for code, one in reviewing.coded(sheet) if scales.choices(one) == scales.GRADES]


def give(sheet: Sheet, by, value: str = "A", code: str = "", **more) -> Score:
    return scoring.score(sheet=sheet, by=by, indicator=code or graded(sheet)[0], value=value, **more)


def sound() -> None:
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def one(sheet: Sheet, code: str) -> scoring.Settled:
    return next(row for row in scoring.settled(sheet) if row.indicator == code)


# --- what can be found in an item


def choices_of(standard: str, code: str) -> tuple:
    return scales.choices(load_standard(standard).indicator(code))


def test_each_kind_of_item_has_its_own_answers():
    assert choices_of("zhenjiang-double-creation", "ZD1") == (("met", "达到"), ("not_met", "未达到"))
    assert choices_of("chongqing-county", "BZ") == ()
    assert choices_of("chongqing-county", "V1") == (("met", "无"), ("not_met", "有"))
    assert [value for value, _ in choices_of("cn-2017-quality-balance", "R1")] == [
        "met", "not_met", "no_data", "not_applicable",
    ]  # fmt: skip
    assert scales.choices(None) == (("mended", "已整改"), ("not_met", "未整改"))


def test_totals_and_outcomes_are_not_scored():
    standard = load_standard("chongqing-county")
    left = {one.code for one in standard.indicators} - {one.code for one in scales.items(standard)}
    assert (
        left
        == {one.code for one in standard.indicators if type(one.rule).__name__ in ("Total", "Count")}
        != set()
    )


# --- one score


def test_a_score_is_one_act_in_the_campaigns_chain(review, sheet):
    before = Action.objects.count()
    row = give(sheet, review.leader, "B", note="会议记录缺一次")
    act = Action.objects.get(action="inspections.score")
    assert (Action.objects.count(), act.chain, act.object) == (
        before + 1,
        review.campaign.key,
        f"score:{row.pk}",
    )
    assert (row.member.membership, row.value, row.note, row.superseded) == (
        review.leader,
        "B",
        "会议记录缺一次",
        False,
    )
    sound()


def test_a_later_score_of_the_same_member_takes_the_place_of_the_earlier_alone(review, sheet):
    a, b = review.inspectors
    give(sheet, a, "A")
    give(sheet, b, "A")
    give(sheet, a, "B", note="缺材料")
    rows = Score.objects.filter(sheet=sheet).order_by("pk")
    assert [(row.member.membership, row.value, row.superseded) for row in rows] == [
        (a, "A", True), (b, "A", False), (a, "B", False),
    ]  # fmt: skip
    sound()


def test_the_same_again_is_the_score_that_is_there(review, sheet):
    first = give(sheet, review.leader, "B", note="缺材料", problem="没有记录")
    acts = Action.objects.count()
    assert give(sheet, review.leader, "B", note=" 缺材料 ", problem="没有记录") == first
    assert Action.objects.count() == acts


def test_a_line_sent_again_with_its_key_is_one_row_whatever_was_scored_since(review, sheet):
    first = give(sheet, review.leader, "B", note="缺材料", key="k1")
    later = give(sheet, review.leader, "A", key="k2")
    assert give(sheet, review.leader, "B", note="缺材料", key="k1") == first
    assert [row.pk for row in Score.objects.filter(superseded=False)] == [later.pk]


def test_a_difference_from_the_self_check_needs_a_reason(review, sheet):
    code = graded(sheet)[0]
    with pytest.raises(Refused, match=f"{code} 复查判定为“B”，与自查的“A”不同。请写明理由。"):
        give(sheet, review.leader, "B")
    assert Score.objects.count() == 0
    give(sheet, review.leader, "A")
    give(sheet, review.leader, "B", note="缺材料")
    assert Score.objects.count() == 2


@pytest.mark.parametrize(
    ("code", "value", "why"),
    [
        ("ZZ", "A", "没有要评定的指标 ZZ"),
        ("", "D", "没有选判定。请从 达标、未完全达标、不达标 中选一项"),
        ("", "", "没有选判定"),
        ("#1", "mended", "没有“问题 1”"),
    ],
)
def test_what_cannot_be_found_is_refused(review, sheet, code, value, why):
    with pytest.raises(Refused, match=why):
        give(sheet, review.leader, value, code)


# --- who, and until when


@pytest.mark.parametrize("who", ["peer", "city", "keeper", "unit", "other team", "left"])
def test_a_case_that_was_not_assigned_to_me_is_refused_in_the_action(review, sheet, who):
    other = reviewing.team(review.place, review.office, "第二督导组")
    gone = review.inspectors[1]
    by = {
        "peer": review.world.officers["321181"],
        "city": review.world.officer,
        "keeper": review.office,
        "unit": review.world.office(sheet.case.unit),
        "other team": other.members.get(kind="leader").membership,
        "left": gone,
    }[who]
    if who == "left":
        teams.leave(member=review.team.members.get(membership=gone), by=review.office)
    acts = Action.objects.count()
    with pytest.raises(Refused, match="不由本人所在的督导组评定"):
        give(sheet, by, "A")
    with pytest.raises(Refused, match="评分表由组长提交"):
        scoring.submit(sheet=sheet, by=by, opinion=OPINION)
    assert (Score.objects.count(), Action.objects.count()) == (0, acts)
    assert (rules.may_score(by, sheet), rules.may_submit(by, sheet)) == (False, False)


def test_a_score_after_the_close_is_refused_in_the_action(review, sheet):
    reviewing.closed(review)
    for act in (
        lambda: give(sheet, review.leader, "A"),
        lambda: scoring.submit(sheet=sheet, by=review.leader, opinion=OPINION),
    ):
        with pytest.raises(Refused, match="“辖市区复查”已办结，不能再评分"):
            act()
    assert Score.objects.count() == 0


def test_a_score_before_the_stage_opens_is_refused(review, sheet):
    StageDate.objects.filter(pk=review.place.pk).update(opens=ON + timedelta(days=1))
    with pytest.raises(Refused, match="从 2018-06-13 开始，现在还不能评分"):
        give(sheet, review.leader, "A")


def test_a_campaign_that_has_ended_takes_no_score(review, sheet):
    closing.close_campaign(campaign=review.campaign, by=review.world.officer, note="提前结束")
    with pytest.raises(Refused, match="已办结，不能再评分"):
        give(sheet, review.leader, "A")


def test_a_sheet_that_is_handed_in_takes_no_score(review, sheet):
    reviewing.submitted(review, sheet)
    with pytest.raises(Refused, match="评分表已提交，不能再改"):
        give(sheet, review.leader, "A")


# --- points


@pytest.fixture
def pointed(settings):
    """A look-back by a standard of points: 满分 of the first item 70."""
    world = checking.small()
    case = checking.of_district(world, "chongqing-county")
    return Sheet(case=case, place=case.place, source="review")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (None, "没有填得分。请填 0 至 70 之间的数"),
        (Decimal("70.5"), "BZ 的得分应为 0 至 70 之间的数，最多三位小数，填写的是 70.5"),
        (Decimal("-1"), "填写的是 -1"),
        (Decimal("1.0005"), "填写的是 1.0005"),
        (Decimal("NaN"), "填写的是 NaN"),
    ],
)
def test_points_out_of_range_are_told_with_the_range(pointed, typed, why):
    with pytest.raises(Refused, match=why):
        scoring._checked(pointed, "BZ", "", typed)


def test_points_are_kept_to_thousandths_beside_the_word_of_a_self_check(pointed):
    assert scoring._checked(pointed, "BZ", "whatever", Decimal("68.5")) == (
        "not_applicable",
        Decimal("68.500"),
    )


def test_the_mean_of_points_has_the_reasons_of_all(pointed):
    base = Judgement(source="self", value="not_applicable", points=Decimal(60))
    scores = [Score(value="not_applicable", points=Decimal(n), note=note, member=Member(kind=kind)) for n, note, kind in (
        (60, "", "leader"), (60, "", "inspector"), (61, "多一项", "inspector"),
    )]  # fmt: skip
    found = scoring._settle("BZ", scores, "mean", base)
    assert (found.points, found.note, found.differs, found.fault) == (Decimal("60.333"), "多一项", True, "")


# --- scores become one


def test_the_majority_counts_and_a_tie_goes_to_the_leader(review, sheet):
    code, (a, b) = graded(sheet)[0], review.inspectors
    give(sheet, a, "B", note="甲说")
    assert (one(sheet, code).value, one(sheet, code).fault) == ("B", "")
    give(sheet, b, "A")
    assert (one(sheet, code).value, one(sheet, code).fault) == ("", "未判定")
    give(sheet, review.leader, "B", note="组长说")
    found = one(sheet, code)
    assert (found.value, found.note, found.differs, found.fault) == ("B", "组长说\n甲说", True, "")
    assert [(row.member.kind, row.value) for row in found.scores] == [
        ("leader", "B"),
        ("inspector", "B"),
        ("inspector", "A"),
    ]
    assert found.base.value == "A"


def test_scores_of_who_has_left_do_not_count_while_the_sheet_is_open(review, sheet):
    code, (a, b) = graded(sheet)[0], review.inspectors
    give(sheet, a, "B", note="缺材料")
    give(sheet, b, "A")
    teams.leave(member=review.team.members.get(membership=a), by=review.office)
    assert one(sheet, code).value == "A"
    assert Score.objects.filter(sheet=sheet, superseded=False).count() == 2


def test_a_self_check_changed_since_asks_for_the_reason_again(review, sheet):
    """What was the same when it was scored may differ now: it cannot be handed in without a reason."""
    code = graded(sheet)[0]
    reviewing.score_all(sheet, [review.leader])
    Judgement.objects.filter(case=sheet.case, indicator=code, source="self").update(value="C")
    assert one(sheet, code).fault == "缺理由"
    with pytest.raises(Refused, match=f"缺理由 1 项：{code}。请写明与前次判定不同的理由"):
        scoring.submit(sheet=sheet, by=review.leader, opinion=OPINION)


# --- handing in


def test_all_that_is_lacking_is_told_together(review, sheet):
    codes = [code for code, _ in reviewing.coded(sheet)]
    give(sheet, review.leader, "A")
    teams.leave(member=review.team.members.filter(kind="inspector").first(), by=review.office)
    with pytest.raises(Refused) as refused:
        scoring.submit(sheet=sheet, by=review.leader, opinion=" ")
    left = [code for code in codes if code != graded(sheet)[0]]
    assert str(refused.value) == (
        "不能提交。“第一督导组”有督学 2 人，不足 3 人。请先补足成员。"
        f"未判定 {len(left)} 项：{'、'.join(left[:10])}等。请评定；票数相同的由组长评定。没有写初步督导意见。"
    )
    assert Judgement.objects.filter(source="review").count() == 0


def test_handing_in_makes_judgements_beside_the_unit_s_own(review, sheet):
    code = graded(sheet)[0]
    done = reviewing.submitted(review, sheet, {code: "B"}, note="缺一次会议记录")
    mine, own = judged.judgements(done.case, "review"), judged.judgements(done.case)
    assert (mine[code].value, mine[code].note, mine[code].scorer) == ("B", "缺一次会议记录", review.leader)
    assert own[code].value == "A"
    assert set(mine) == {code for code, _ in reviewing.coded(sheet)}
    assert (done.state, done.by, done.opinion) == ("submitted", review.leader, "总体达到标准（演示数据）。")
    assert Case.objects.get(pk=done.case_id).stale is True
    sound()


def test_the_unit_is_told_and_acknowledges_once(review, sheet):
    done, unit = reviewing.submitted(review, sheet), review.world.office(sheet.case.unit)
    (task,) = Task.objects.filter(kind=scoring.TASK, state="open")
    assert (task.org, task.role, task.href) == (sheet.case.unit, "school", f"/inspections/sheets/{sheet.pk}/")
    with pytest.raises(Refused, match="不是本单位的"):
        scoring.acknowledge(sheet=done, by=review.office)
    scoring.acknowledge(sheet=done, by=unit)
    scoring.acknowledge(sheet=done, by=unit)
    assert Action.objects.filter(action="inspections.acknowledge").count() == 1
    assert Task.objects.filter(kind=scoring.TASK, state="open").count() == 0
    sound()


def test_handed_in_twice_is_handed_in_once(review, sheet):
    done = reviewing.submitted(review, sheet)
    acts = Action.objects.count()
    assert scoring.submit(sheet=sheet, by=review.leader, opinion="别的意见").opinion == done.opinion
    assert Action.objects.count() == acts


def test_another_member_does_not_hand_in(review, sheet):
    reviewing.score_all(sheet, [review.leader])
    with pytest.raises(Refused, match="由组长提交"):
        scoring.submit(sheet=sheet, by=review.inspectors[0], opinion=OPINION)


def test_what_was_listed_becomes_problems_once_each(review, sheet):
    code, (a, b) = graded(sheet)[0], review.inspectors
    give(sheet, a, "B", note="缺材料", problem="没有会议记录")
    give(sheet, b, "B", note="缺材料", problem="没有会议记录")
    reviewing.score_all(sheet, [review.leader], {code: "B"})
    scoring.submit(sheet=sheet, by=review.leader, opinion=OPINION)
    (row,) = Finding.objects.filter(case=sheet.case)
    assert (row.indicator, row.text, row.source, row.office, row.responsible) == (
        code, "没有会议记录", "review", review.place.org, sheet.case.unit,
    )  # fmt: skip
    assert row.before == {"source": "review", "value": "B", "points": None}
    sound()


def test_a_problem_carried_in_that_is_not_mended_is_listed_again(review, sheet):
    Sheet.objects.filter(pk=sheet.pk).update(
        carried=[
            {"indicator": "", "text": "图书更新不及时", "from": "2015年"},
            {"indicator": "", "text": "操场积水", "from": "2015年"},
        ]
    )
    sheet.refresh_from_db()
    reviewing.score_all(sheet, [review.leader], {"#1": "not_met"})
    scoring.submit(sheet=sheet, by=review.leader, opinion=OPINION)
    rows = Finding.objects.filter(case=sheet.case)
    assert [(row.indicator, row.text) for row in rows] == [("", "图书更新不及时")]
    assert not Judgement.objects.filter(indicator__startswith="#").exists()


# --- the year after


@pytest.fixture
def second(settings, review, sheet):
    """2018's re-check handed in with one item B and a problem, and 2019's in the same district."""
    code = graded(sheet)[0]
    reviewing.submitted(review, sheet, {code: "B"}, note="缺会议记录", problem="没有会议记录")
    closing.close_campaign(campaign=review.campaign, by=review.world.officer, note="办结")
    settings.DEMO_ON = ON.replace(year=2019)
    bound = {row.kind: row.version for row in review.campaign.bindings.select_related("version")}
    return checking.campaign(review.world, bound, key="zj-2019", year=2019), code


def test_what_was_below_a_and_what_is_open_is_carried_into_the_next_year(second, sheet):
    campaign, code = second
    case = Case.objects.select_related("unit", "version", "campaign").get(
        campaign=campaign, unit=sheet.case.unit
    )
    row = Finding.objects.get(indicator=code)
    assert carried.carried(case, "review") == [
        {"indicator": code, "text": "评定为 B：缺会议记录", "from": "2018年复查"},
        {"indicator": code, "text": "没有会议记录", "from": f"2018年问题 {row.register_number}"},
    ]


def test_an_item_that_falls_again_lists_the_struck_problem_again_by_itself(second, review, sheet):
    campaign, code = second
    Finding.objects.filter(indicator=code).update(state="struck")
    case = Case.objects.select_related("unit", "campaign", "version", "place__org").get(
        campaign=campaign, unit=sheet.case.unit
    )
    fallen = Sheet(case=case, place=case.place, source="review")
    settled = [scoring.Settled(code, "C", None, "", (), None, False, "")]
    (row,) = scoring.raise_problems(fallen, review.leader, settled)
    assert (row.text, row.indicator, row.times) == ("没有会议记录（再次出现）", code, 2)
    assert row.repeats == Finding.objects.get(state="struck")
    assert scoring.raise_problems(fallen, review.leader, settled) == [row]


# --- 抽查


def test_a_spot_check_is_compared_with_the_re_check_and_else_with_the_self_check(review, sheet):
    code, other = graded(sheet)[:2]
    reviewing.submitted(review, sheet, {code: "B"}, note="缺材料")
    spot = Sheet(case=sheet.case, place=sheet.place, source="spot")
    found = scoring.bases(spot)
    assert (found[code].source, found[code].value, found[other].source) == ("review", "B", "review")
    Judgement.objects.filter(source="review", indicator=other).delete()
    assert scoring.bases(spot)[other].source == "self"
    assert scoring.bases(sheet)[code].source == "self"


# --- who reads


def seen_by(review, sheet) -> list[str]:
    other = reviewing.team(review.place, review.office, "第二督导组")
    people = {
        "leader": review.leader, "keeper": review.office, "city": review.world.officer, "unit": review.world.office(sheet.case.unit),
        "peer": review.world.officers["321181"], "other team": other.members.get(kind="leader").membership,
        "other unit": review.world.office(review.cases[-1].unit),
    }  # fmt: skip
    found = [name for name, by in people.items() if queries.sheets(by).filter(pk=sheet.pk).exists()]
    assert found == [name for name, by in people.items() if rules.may_read_sheet(by, sheet)]
    return found


def test_who_reads_a_sheet_before_and_after_it_is_handed_in(review, sheet):
    assert seen_by(review, sheet) == ["leader", "keeper", "city"]


def test_the_unit_reads_it_once_it_is_handed_in(review, sheet):
    assert seen_by(review, reviewing.submitted(review, sheet)) == ["leader", "keeper", "city", "unit"]


# --- counted


def statements(act) -> int:
    with CaptureQueriesContext(connection) as made:
        act()
    words = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT pg_advisory")
    return sum(not one["sql"].startswith(words) for one in made.captured_queries)


def test_a_score_takes_few_statements(review, sheet):
    by, (again, first, *_) = review.leader, graded(sheet)
    give(sheet, by, "A", again)
    assert statements(lambda: give(sheet, by, "A", first)) <= 8
    assert statements(lambda: give(sheet, by, "B", again, note="缺材料")) <= 8


def test_the_statements_of_a_sheet_do_not_grow_with_its_scores(review, sheet):
    scoring.settled(sheet)  # the standard is loaded
    few = statements(lambda: scoring.settled(sheet))
    reviewing.score_all(sheet, [review.leader, *review.inspectors])
    assert statements(lambda: scoring.settled(sheet)) == few <= 3


def test_scores_of_a_member_whose_office_ended_and_who_is_now_of_the_unit_do_not_pass(review, sheet):
    by = reviewing.inspector(review.place.org, "leaves")
    member = teams.join(team=review.team, by=review.office, membership=by, kind="inspector")
    reviewing.score_all(sheet, [review.leader])
    give(sheet, by, "C", note="缺记录")
    orgs.end_membership(by=None, membership=by, on=ON)
    orgs.invite(by=None, org=sheet.case.unit, role="school", username="leaves", title="办公室", on=ON)
    with pytest.raises(Refused, match="须回避本单位"):
        scoring.submit(sheet=sheet, by=review.leader, opinion=OPINION)
    teams.leave(member=member, by=review.office)
    assert scoring.submit(sheet=sheet, by=review.leader, opinion=OPINION).state == "submitted"
    assert judged.judgements(sheet.case, "review")[graded(sheet)[0]].value == "A"


def test_a_problem_is_no_longer_than_a_line_of_the_ledger(review, sheet):
    with pytest.raises(Refused, match="最多 1000 字"):
        give(sheet, review.leader, "B", note="缺记录", problem="长" * 1001)
    sheet = reviewing.submitted(review, sheet, {graded(sheet)[0]: "B"}, problem="长" * 1000)
    assert Finding.objects.get(case=sheet.case).text == "长" * 1000


def test_who_declares_a_tie_after_the_assignment_scores_no_more_and_the_sheet_may_go_over(review, sheet):
    by, second = review.inspectors[0], reviewing.team(review.place, review.office, "第二督导组")
    give(sheet, by)
    with pytest.raises(Refused, match="不能改分"):
        teams.assign(team=second, by=review.office, cases=[sheet.case])
    recusal.declare(by=by, user=by.user, org=sheet.case.unit, kind="relative")
    with pytest.raises(Refused, match="须回避，不能评分"):
        give(sheet, by, "B", note="现场看到")
    give(sheet, review.leader)
    (moved,) = [
        one for one in teams.assign(team=second, by=review.office, cases=[sheet.case]) if one.pk == sheet.pk
    ]
    assert (moved.team, [row.scores for row in scoring.settled(moved)]) == (
        second,
        [()] * len(scoring.codes(moved)),
    )
    sound()


def test_a_sheet_that_is_handed_in_says_the_same_when_somebody_comes_back_to_the_team(review, sheet):
    by, code = review.inspectors[0], graded(sheet)[0]
    give(sheet, by, "C", code, note="没有记录")
    teams.leave(member=review.team.members.get(membership=by), by=review.office)
    third = reviewing.inspector(review.place.org, "t-third")
    teams.join(team=review.team, by=review.office, membership=third, kind="inspector")
    done = reviewing.submitted(review, sheet)
    assert one(done, code).value == "A"
    teams.join(team=review.team, by=review.office, membership=by, kind="inspector")
    again = Sheet.objects.get(pk=sheet.pk)
    assert (one(again, code).value, len(one(again, code).scores)) == ("A", 1)


def test_a_note_that_is_too_long_is_told_and_not_cut(review, sheet, client_of):
    said = {"value": "B", "note": "长" * 2001, "token": "t" * 20, "seen": ""}
    at = f"/inspections/sheets/{sheet.pk}/items/{graded(sheet)[0]}/"
    answer = client_of(review.leader).post(at, said)
    assert (answer.status_code, "有 2001 字，最多 2000 字" in answer.content.decode()) == (422, True)
    assert "长" * 2001 in answer.content.decode()
    with pytest.raises(Refused, match="最多 2000 字"):
        give(sheet, review.leader, "B", note="长" * 2001)
