"""What a case is worth after a strike-off: the indicator is computed again from approved figures, a fallen one is listed again."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import checking
import pytest
from lookback import Lookback, city, texts
from racing import at_once

from dudao_web import clock
from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns.actions import Answered
from dudao_web.campaigns.models import Case, Judgement
from dudao_web.evaluations import mended, recompute, tick
from dudao_web.evaluations.mended import Cell
from dudao_web.findings import ledger
from dudao_web.findings.models import Finding
from dudao_web.inspections.objections import PREFIX
from dudao_web.operations import log
from dudao_web.operations import tick as time
from dudao_web.orgs.models import Action, Kind, Membership
from dudao_web.submissions.self_check import actions as self_check

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def june(settings):
    """The campaign's own year."""
    settings.DEMO_ON = checking.ON


@dataclass(frozen=True)
class Look:
    """One unit whose self-check is approved, and the offices around it."""

    world: Lookback
    case: Case
    unit: Membership
    office: Membership  # that approves, lists and strikes off

    def listed(self, code: str, text: str = "台账不全（演示数据）", source: str = "review") -> Finding:
        return ledger.raise_(
            case=self.case,
            by=self.office,
            text=text,
            source=source,
            indicator=code,
            measure="补齐",
            office=self.office.org,
        )

    def reported(self, code: str, **more) -> Finding:
        found = self.listed(code)
        return ledger.report(finding=found, by=self.unit, note="已补齐", on=clock.today(), **more)

    def struck(self, code: str, **more) -> Finding:
        return self.strike(self.reported(code, **more))

    def strike(self, found: Finding) -> Finding:
        return ledger.strike(finding=found, by=self.office, method="on_site", note="已看", on=clock.today())

    def judge(
        self, code: str, value: str, points: str | None = None, source: str = "review", note: str = ""
    ) -> None:
        answered = Answered(code, value, Decimal(points) if points else None, note=note)
        campaigns.judge(case=self.case, by=self.office, source=source, answered=[answered])

    def hand_in(self, said: dict[str, str]) -> None:
        self_check.save(case=self.case, by=self.unit, texts=said)
        self_check.hand_in(case=self.case, by=self.unit)

    def approve(self) -> None:
        campaigns.approve(cases=[self.case], by=self.office)

    def rows(self, code: str, source: str = "computed") -> list[tuple[str, Decimal | None]]:
        found = Judgement.objects.filter(case=self.case, indicator=code, source=source).order_by("pk")
        return list(found.values_list("value", "points"))

    @property
    def stale(self) -> bool:
        return Case.objects.get(pk=self.case.pk).stale


@pytest.fixture
def school():
    """A school of 扬中市 with three graded items: of the first two it says itself that a clause of A is not reached."""
    world = city(share=100)
    bound = {Kind.SCHOOL: checking.own_items(world, 3)[Kind.SCHOOL]}
    case = checking.case_of(checking.campaign(world, bound))
    look = Look(world, case, world.office(case.unit), world.officers[checking.YANGZHONG])
    look.hand_in(texts(case) | {f"{CODE}_a1": "未达到", f"{OTHER}_a1": "未达到"})
    look.approve()
    recompute.stale()
    return look


CODE, OTHER, THIRD = "1.1", "3.1", "5.1"


@pytest.fixture
def county(request, settings):
    """扬中市 itself, looked at by a standard of the catalogue, on a day when its limits hold."""
    settings.DEMO_ON = date(2021, 6, 12)
    world = city(share=100)
    case = checking.of_district(world, request.param)
    look = Look(world, case, world.officers[checking.YANGZHONG], world.officer)
    look.hand_in(texts(case) | SAID[request.param])
    look.approve()
    recompute.stale()
    return look


SAID = {
    "preschool-universal": {"children": "80", "population_3_6": "100"},
    "chongqing-county": {"BZ_points": "60"},
}


def test_the_codes_of_the_made_up_items(school):
    assert set(school.rows(CODE, "self") + school.rows(OTHER, "self")) == {("B", None)}
    assert school.rows(THIRD, "self") == [("A", None)]


def test_a_strike_off_with_figures_is_computed_again_and_nothing_else(school):
    school.judge(CODE, "B")
    found = school.struck(CODE, answer={f"{CODE}_a1": "达到"})
    assert school.stale
    assert recompute.stale() == recompute.Done(1)
    assert (school.rows(CODE), school.rows(OTHER), school.rows(THIRD)) == ([("A", None)], [], [])
    row = Judgement.objects.get(source="computed")
    assert (row.answer[f"{CODE}_a1"], row.answer[f"{CODE}_a2"], row.scorer) == ("达到", "达到", None)
    act = Action.objects.get(action="evaluations.recompute")
    assert (act.chain, act.actor, act.object) == (school.case.campaign.key, "system", "judgement:batch")
    found.refresh_from_db()
    assert (found.state, school.stale) == ("struck", False)
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_twice_is_once(school):
    school.struck(CODE, answer={f"{CODE}_a1": "达到"})
    recompute.stale()
    acts = Action.objects.count()
    assert recompute.stale() == recompute.Done(0)
    Case.objects.filter(pk=school.case.pk).update(stale=True)
    assert recompute.stale() == recompute.Done(1)
    assert (Action.objects.count(), school.rows(CODE), school.stale) == (acts, [("A", None)], False)


def test_a_strike_off_without_figures_or_with_the_same_computes_nothing(school):
    first = school.struck(CODE)
    second = school.struck(OTHER, answer={f"{OTHER}_a1": "未达到"})
    recompute.stale()
    assert (school.rows(CODE), school.rows(OTHER)) == ([], [])
    assert set(Finding.objects.filter(pk__in=(first.pk, second.pk)).values_list("state", flat=True)) == {
        "struck"
    }


def test_figures_that_still_fall_short_list_it_again(school):
    found = school.struck(CODE, answer={f"{CODE}_c1": "有"})
    recompute.stale()
    found.refresh_from_db()
    step = found.steps.last()
    assert (school.rows(CODE), found.state, found.struck_at) == ([("C", None)], "returned", None)
    assert (step.kind, step.by, step.text) == ("reopened", None, "按销号时的数据计算为 C，没有达到要求。")


@pytest.mark.parametrize(
    ("source", "value", "state"),
    [("spot", "B", "returned"), ("spot", "C", "returned"), ("review", "B", "returned"), ("spot", "A", "struck"),
     ("spot", "no_data", "struck"), ("spot", "not_applicable", "struck")],
)  # fmt: skip
def test_what_a_team_finds_afterwards(school, source, value, state):
    school.judge(CODE, "C")
    found = school.struck(CODE)
    school.judge(CODE, value, source=source)
    assert school.stale
    recompute.stale()
    found.refresh_from_db()
    assert (found.state, school.stale) == (state, False)


def test_what_was_found_before_the_strike_off_lists_nothing_again(school):
    school.judge(CODE, "B")
    school.judge(CODE, "C", source="spot")
    found = school.struck(CODE)
    recompute.stale()
    found.refresh_from_db()
    assert found.state == "struck"


def test_figures_of_before_do_not_hide_what_a_team_found_since(school):
    """Both at once, before the worker looked: the strike-off's figures say A, the spot-check C."""
    found = school.struck(CODE, answer={f"{CODE}_a1": "达到"})
    school.judge(CODE, "C", source="spot")
    recompute.stale()
    found.refresh_from_db()
    assert (school.rows(CODE), found.state, found.steps.last().text) == (
        [("A", None)],
        "returned",
        "抽查判定为 C，没有达到要求。",
    )


def test_other_indicators_leave_it_as_it_is(school):
    found = school.struck(CODE)
    school.judge(OTHER, "C", source="spot")
    recompute.stale()
    found.refresh_from_db()
    assert found.state == "struck"


def test_a_new_self_check_counts_once_it_is_approved(school):
    """Unlocked, the unit says C: nothing happens until its office approves that."""
    found = school.struck(CODE, answer={f"{CODE}_a1": "达到"})
    recompute.stale()
    campaigns.unlock(case=school.case, by=school.office, reason="请更正")
    school.hand_in({f"{CODE}_c1": "有"})
    Case.objects.filter(pk=school.case.pk).update(stale=True)
    recompute.stale()
    found.refresh_from_db()
    assert (school.rows(CODE), found.state) == ([("A", None)], "struck")
    school.approve()
    assert school.stale
    recompute.stale()
    found.refresh_from_db()
    assert (school.rows(CODE), found.state) == ([("A", None), ("C", None)], "returned")


def test_two_strike_offs_of_one_indicator_count_in_the_order_of_time(school):
    school.struck(CODE, answer={f"{CODE}_a1": "达到", f"{CODE}_a2": "未达到"})
    recompute.stale()
    assert school.rows(CODE) == [("B", None)]
    again = Finding.objects.get(case=school.case)
    ledger.report(finding=again, by=school.unit, note="再补", on=clock.today(), answer={f"{CODE}_a2": "达到"})
    school.strike(again)
    recompute.stale()
    again.refresh_from_db()
    assert (school.rows(CODE), again.state) == ([("B", None), ("A", None)], "struck")


def test_a_case_without_a_strike_off_only_loses_its_mark(school):
    school.listed(CODE)
    school.judge(CODE, "C")
    acts = Action.objects.count()
    assert recompute.stale() == recompute.Done(0)
    assert (Action.objects.count(), school.stale) == (acts, False)


def test_a_closed_campaign_takes_no_more_judgements(school):
    found = school.reported(CODE, answer={f"{CODE}_c1": "有"})
    school.case.campaign.state = "closed"
    school.case.campaign.save()
    school.strike(found)
    recompute.stale()
    found.refresh_from_db()
    assert (found.state, school.rows(CODE), school.stale) == ("struck", [], False)
    assert [row.after.word for row in mended.of(found).rows][:1] == ["C"]


def test_one_case_that_fails_keeps_its_mark_and_holds_up_nobody(school, caplog):
    """Its figures were spoilt in the database; then they are mended."""
    other = Case.objects.filter(campaign=school.case.campaign).exclude(pk=school.case.pk).first()
    found = school.struck(CODE, answer={f"{CODE}_a1": "达到"})
    Case.objects.filter(pk=other.pk).update(stale=True)
    found.steps.filter(kind="struck").update(answer=["?"])
    assert tick.marked() == 0
    assert (school.stale, Case.objects.get(pk=other.pk).stale) == (True, False)
    assert "could not be computed again" in caplog.text
    caplog.clear()
    found.steps.filter(kind="struck").update(answer={f"{CODE}_a1": "达到"})
    assert (tick.marked(), caplog.text) == (0, "")  # not every few seconds once more
    assert tick.tick(checking.ON) == ["重新计算 1 个单位"]
    assert (school.rows(CODE), school.stale) == ([("A", None)], False)


def test_the_worker_looks_for_marks(school):
    school.struck(CODE, answer={f"{CODE}_a1": "达到"})
    assert time.marked() == 1
    assert (time.marked(), school.stale) == (0, False)


@pytest.mark.django_db(transaction=True)
def test_a_strike_off_while_it_is_computed_is_not_lost(school):
    """Whichever comes first: the second one is computed in this round, or is marked for the next."""
    school.struck(CODE, answer={f"{CODE}_a1": "达到"})
    second = school.reported(OTHER, answer={f"{OTHER}_a1": "达到"})
    at_once(recompute.stale, lambda: school.strike(second))
    assert school.rows(CODE) == [("A", None)]
    assert school.stale == (school.rows(OTHER) == [])
    recompute.stale()
    assert (school.rows(CODE), school.rows(OTHER), school.stale) == ([("A", None)], [("A", None)], False)


# --- points, and a figure with its limit


@pytest.mark.parametrize("county", ["chongqing-county"], indirect=True)
@pytest.mark.parametrize(
    ("figures", "spot", "state"),
    [("66", "66", "struck"), ("66", "65.5", "returned"), ("66", None, "struck"), ("59", None, "returned"),
     (None, "60", "struck"), (None, "59.5", "returned")],
)  # fmt: skip
def test_fewer_points_than_at_the_strike_off(county, figures, spot, state):
    found = county.struck("BZ", answer={"BZ_points": figures} if figures else {})
    recompute.stale()
    if spot:
        county.judge("BZ", "not_applicable", spot, source="spot")
        recompute.stale()
    found.refresh_from_db()
    assert found.state == state
    assert county.rows("BZ") == ([("not_applicable", Decimal(figures))] if figures else [])


@pytest.mark.parametrize("county", ["preschool-universal"], indirect=True)
def test_before_and_after_of_a_figure(county):
    code = "Y1"
    found = county.reported(code, answer={"children": "90"})
    shown = mended.of(found)
    assert (shown.limit, shown.before, shown.after, shown.note) == (
        "≥85%",
        "整改前（自查）",
        "整改后（按报告的数据）",
        "",
    )
    assert [(row.before, row.after) for row in shown.rows] == [
        (Cell("", "not_met"), Cell("", "met")),
        (Cell("80%"), Cell("90%")),
        (Cell("80"), Cell("90")),
    ]
    county.strike(found)
    recompute.stale()
    found.refresh_from_db()
    shown = mended.of(found)
    assert (shown.after, shown.rows[0].after, county.rows(code)) == (
        "整改后（计算）",
        Cell("", "met"),
        [("met", None)],
    )


def test_an_objection_answered_after_the_strike_off_lists_nothing_again(school):
    school.judge(CODE, "C")
    found = school.struck(CODE)
    school.judge(CODE, "B", note=f"{PREFIX}部分采纳")
    recompute.stale()
    assert (Finding.objects.get(pk=found.pk).state, school.stale) == ("struck", False)
    school.judge(CODE, "B", source="spot")
    recompute.stale()
    assert Finding.objects.get(pk=found.pk).state == "returned"
