"""Judgements of a team (复查、抽查) and computed ones: one act for all of them, added and never changed, beside the unit's own.

Who may is asked where they are made (``test_scoring``).
"""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from lookback import city, forward_all, launched, texts

from dudao_web.campaigns import actions
from dudao_web.campaigns.actions import Answered
from dudao_web.campaigns.models import Case, Judgement
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action
from dudao_web.submissions.self_check import actions as self_check

pytestmark = pytest.mark.django_db

DISTRICT = "321182"


@pytest.fixture(autouse=True)
def may(settings):
    """The campaign's own year."""
    settings.DEMO_ON = date(2018, 6, 12)


@pytest.fixture
def look():
    """A tenth of 镇江 with its campaign, and one school whose self-check waits for its district."""
    world = city(share=10)
    campaign = launched(world)
    forward_all(world, campaign, [DISTRICT])
    case = Case.objects.filter(campaign=campaign, district__code=DISTRICT, kind="school").first()
    unit = world.office(case.unit)
    self_check.save(case=case, by=unit, texts=texts(case))
    self_check.hand_in(case=case, by=unit)
    return world, case


def judge(world, case, value: str, source: str = "review", **more) -> Judgement:
    by = world.officers[DISTRICT]
    made = actions.judge(case=case, by=by, source=source, answered=[Answered("ZD2", value, **more)])
    return made[0] if made else actions.queries.judgements(case, source)["ZD2"]


def rows(case) -> list[tuple[str, str, bool]]:
    """(source, value, superseded) of the judgements of ZD2, in the order they were added."""
    found = Judgement.objects.filter(case=case, indicator="ZD2").order_by("pk")
    return list(found.values_list("source", "value", "superseded"))


def complaints() -> list[str]:
    return log.verify(chain_name=None, file=None, head=None)[1]


def test_a_judgement_is_added_with_one_act_in_the_campaigns_chain(look):
    world, case = look
    before = Action.objects.count()
    row = judge(world, case, "not_met", points=Decimal("1.5"), answer={"ZD2_met": "未达到"}, note="缺记录")
    act = Action.objects.get(chain=case.campaign.key, action="campaigns.judge")
    assert Action.objects.count() == before + 1
    assert (act.object, act.membership) == ("judgement:batch", f"m{world.officers[DISTRICT].pk}")
    assert list(act.data["objects"]) == [f"judgement:{row.pk}"]
    row.refresh_from_db()
    assert (row.points, row.answer, row.note, row.hand_in) == (
        Decimal("1.5"),
        {"ZD2_met": "未达到"},
        "缺记录",
        None,
    )
    assert complaints() == []


def test_a_later_judgement_takes_the_place_of_its_own_source_alone(look):
    world, case = look
    judge(world, case, "not_met")
    judge(world, case, "met", source="spot")
    judge(world, case, "basically_met")
    assert rows(case) == [
        ("self", "met", False),
        ("review", "not_met", True),
        ("spot", "met", False),
        ("review", "basically_met", False),
    ]
    assert complaints() == []


def test_the_same_again_is_the_judgement_that_is_there(look):
    world, case = look
    first = judge(world, case, "not_met")
    acts = Action.objects.count()
    assert judge(world, case, "not_met") == first
    assert (len(rows(case)), Action.objects.count()) == (2, acts)


def test_two_current_judgements_of_one_source_cannot_be(look):
    world, case = look
    row = judge(world, case, "not_met")
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_many_judgements_are_one_act_and_the_case_waits_to_be_computed_again(look):
    world, case = look
    before = Action.objects.count()
    said = [Answered(code, "not_met", note="缺记录") for code in ("ZD1", "ZD2", "ZD3")]
    made = actions.judge(case=case, by=world.officers[DISTRICT], source="spot", answered=said)
    assert [row.indicator for row in made] == ["ZD1", "ZD2", "ZD3"]
    assert Action.objects.count() == before + 1
    assert Case.objects.get(pk=case.pk).stale is True
    changed = [*said[:2], Answered("ZD3", "met")]
    (only,) = actions.judge(case=case, by=world.officers[DISTRICT], source="spot", answered=changed)
    assert (only.indicator, Action.objects.count()) == ("ZD3", before + 2)
    assert complaints() == []


@pytest.mark.parametrize(
    ("source", "code", "why"),
    [
        ("self", "ZD2", "评定的来源只能是复查、抽查"),
        ("guess", "ZD2", "评定的来源只能是复查、抽查"),
        ("review", "ZD99", "没有指标 ZD99"),
    ],
)
def test_what_is_no_judgement_of_a_team_is_refused(look, source, code, why):
    world, case = look
    acts = Action.objects.count()
    with pytest.raises(Refused, match=why):
        actions.judge(case=case, by=world.officers[DISTRICT], source=source, answered=[Answered(code, "met")])
    assert (rows(case), Action.objects.count()) == ([("self", "met", False)], acts)


def test_a_campaign_that_has_ended_takes_no_judgement(look):
    world, case = look
    case.campaign.state = "closed"
    case.campaign.save()
    with pytest.raises(Refused, match="不能再评定"):
        judge(world, case, "met")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE campaigns_judgement SET value = 'met' WHERE id = %s", "内容与最后一次操作记录不一致"),
        ("UPDATE campaigns_judgement SET superseded = true WHERE id = %s", "是最新的判定，却标为已被替换"),
        ("DELETE FROM campaigns_judgement WHERE id = %s", "有操作记录，但数据已不存在"),
        ("DELETE FROM orgs_action WHERE object = 'judgement:batch'", "没有建立它的操作记录"),
    ],
)
def test_what_was_changed_in_the_database_is_named(look, sql, said):
    world, case = look
    row = judge(world, case, "not_met")
    with connection.cursor() as cursor:
        cursor.execute(sql, [row.pk] if "%s" in sql else [])
    assert [line for line in complaints() if line.startswith("judgement:")] == [f"judgement:{row.pk}：{said}"]


@pytest.mark.parametrize("source", ["self", "computed"])
def test_a_judgement_put_in_under_no_hand_in_is_named(look, source):
    _, case = look
    assert complaints() == []
    put_in = (
        "INSERT INTO campaigns_judgement (case_id, indicator, source, value, answer, note, at, superseded)"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"{put_in} VALUES (%s, 'XX', %s, 'met', '{{}}', '', '2018-06-12 00:00:00+00', false)",
            [case.pk, source],
        )
    row = Judgement.objects.get(indicator="XX")
    assert complaints() == [f"judgement:{row.pk}：没有建立它的操作记录"]
