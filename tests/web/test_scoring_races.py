"""Two at once about a score sheet, by name: whichever comes first, what stands is one of the two orders and the record is whole.

The harness (threads with connections of their own): ``racing``.
"""

from functools import partial

import pytest
import reviewing
from racing import at_once
from reviewing import ON

from dudao_web.campaigns import closing
from dudao_web.campaigns.models import Judgement, StageDate
from dudao_web.findings.models import Finding
from dudao_web.inspections import scales, scoring, teams
from dudao_web.inspections.models import Score, Sheet
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 3  # each race is run so often: which comes first is left to the machine


@pytest.fixture(autouse=True)
def june(settings):
    settings.DEMO_ON = ON


@pytest.fixture
def review():
    return reviewing.at_review()


def refused(found: list[object]) -> int:
    return sum(isinstance(one, Refused) for one in found)


def acts(action: str) -> int:
    return Action.objects.filter(action=action).count()


def sound() -> None:
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def score(review, sheet, value: str = "A", by=None, **more):
    code = reviewing.coded(sheet)[1][0]
    by = by or review.leader
    return partial(scoring.score, sheet=sheet, by=by, indicator=code, value=value, **more)


def test_a_score_against_the_close_of_the_stage(review):
    """Every score stands before the close in the chain, or is refused."""
    sheets = reviewing.assigned(review)[:TIMES]
    members = [review.leader, *review.inspectors]
    close = partial(closing.close, place=review.place, by=review.office, note="复查完毕（演示数据）")
    scored = at_once(*(score(review, sheet, by=by) for sheet, by in zip(sheets, members, strict=True)), close)
    assert StageDate.objects.get(pk=review.place.pk).closed_at is not None
    assert Score.objects.count() == TIMES - refused(scored)
    chain = Action.objects.filter(chain=review.campaign.key).order_by("seq")
    order = [
        one
        for one in chain.values_list("action", flat=True)
        if one in ("inspections.score", "campaigns.close_stage")
    ]
    assert order[-1] == "campaigns.close_stage"
    with pytest.raises(Refused, match="已办结"):
        score(review, sheets[0])()
    sound()


def test_two_hand_ins_of_a_sheet(review):
    for sheet in reviewing.assigned(review)[:TIMES]:
        code = reviewing.coded(sheet)[1][0]
        reviewing.score_all(sheet, [review.leader], {code: "B"}, problem="没有记录")
        before = acts("inspections.submit")
        submit = partial(scoring.submit, sheet=sheet, by=review.leader, opinion="达到标准。")
        found = at_once(submit, submit)
        assert refused(found) == 0
        assert acts("inspections.submit") == before + 1
        assert Finding.objects.filter(case=sheet.case).count() == 1
        items = len(scales.items(scoring.standards.load(sheet.case.version)))
        assert Judgement.objects.filter(case=sheet.case, source="review").count() == items
    sound()


def test_a_hand_in_against_a_score(review):
    """The judgement is what the scores were when it was handed in."""
    for sheet in reviewing.assigned(review)[:TIMES]:
        reviewing.score_all(sheet, [review.leader])
        code = reviewing.coded(sheet)[1][0]
        found = at_once(
            partial(scoring.submit, sheet=sheet, by=review.leader, opinion="达到标准。"),
            score(review, sheet, "B", note="缺记录"),
        )
        assert not isinstance(found[0], Refused)
        judged = Judgement.objects.get(case=sheet.case, source="review", indicator=code)
        assert judged.value == ("A" if isinstance(found[1], Refused) else "B")
    sound()


def test_two_scores_of_a_member_in_one_item(review):
    for sheet in reviewing.assigned(review)[:TIMES]:
        at_once(score(review, sheet), score(review, sheet, "B", note="缺记录"))
        rows = Score.objects.filter(sheet=sheet).order_by("pk")
        assert [row.superseded for row in rows] == [True, False]
    sound()


def test_the_same_line_sent_twice_at_once(review):
    for sheet in reviewing.assigned(review)[:TIMES]:
        found = at_once(*[score(review, sheet, "B", note="缺记录", key="k1")] * 2)
        assert len({row.pk for row in found}) == 1
        assert Score.objects.filter(sheet=sheet).count() == 1
    sound()


def test_two_offices_give_one_unit(review):
    other = reviewing.team(review.place, review.office, "第二督导组")
    give = [
        partial(teams.assign, team=team, by=review.office, cases=review.cases)
        for team in (review.team, other)
    ]
    at_once(*give)
    assert Sheet.objects.count() == len(review.cases)
    assert len(set(Sheet.objects.values_list("team", flat=True))) == 1
    sound()


def test_a_member_who_leaves_against_the_hand_in(review):
    """Two 督学 are too few: handed in before, or refused."""
    sheet = reviewing.assigned(review)[0]
    reviewing.score_all(sheet, [review.leader])
    member = review.team.members.filter(kind="inspector").first()
    found = at_once(
        partial(scoring.submit, sheet=sheet, by=review.leader, opinion="达到标准。"),
        partial(teams.leave, member=member, by=review.office),
    )
    sheet.refresh_from_db()
    member.refresh_from_db()
    if isinstance(found[0], Refused):
        assert sheet.state == "open"
    else:
        assert sheet.submitted_at < member.left_at
    sound()
