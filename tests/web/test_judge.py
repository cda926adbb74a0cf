"""A judgement of an office on one indicator (复查、抽查): one act each, added and never changed, beside the unit's own."""

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

DISTRICT, PEER = "321182", "321181"


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
    return actions.judge(case=case, by=by, source=source, answered=Answered("ZD2", value, **more))


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
    assert (act.object, act.membership) == (f"judgement:{row.pk}", f"m{world.officers[DISTRICT].pk}")
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


@pytest.mark.parametrize(
    ("who", "source", "code", "why"),
    [
        ("peer", "review", "ZD2", "不由本单位评定"),
        ("city", "review", "ZD2", "不由本单位评定"),
        ("unit", "review", "ZD2", "不由本单位评定"),
        ("district", "self", "ZD2", "评定的来源只能是复查、抽查"),
        ("district", "computed", "ZD2", "评定的来源只能是复查、抽查"),
        ("district", "review", "ZD99", "没有指标 ZD99"),
    ],
)
def test_who_keeps_another_stage_and_what_is_no_judgement_of_an_office_is_refused(
    look, who, source, code, why
):
    world, case = look
    by = {
        "peer": world.officers[PEER],
        "city": world.officer,
        "unit": world.office(case.unit),
        "district": world.officers[DISTRICT],
    }[who]
    acts = Action.objects.count()
    with pytest.raises(Refused, match=why):
        actions.judge(case=case, by=by, source=source, answered=Answered(code, "met"))
    assert (rows(case), Action.objects.count()) == ([("self", "met", False)], acts)


def test_a_campaign_that_has_ended_takes_no_judgement(look):
    world, case = look
    case.campaign.state = "closed"
    case.campaign.save()
    with pytest.raises(Refused, match="不在进行中"):
        judge(world, case, "met")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE campaigns_judgement SET value = 'met' WHERE id = %s", "内容与最后一次操作记录不一致"),
        ("UPDATE campaigns_judgement SET superseded = true WHERE id = %s", "是最新的判定，却标为已被替换"),
        ("DELETE FROM campaigns_judgement WHERE id = %s", "有操作记录，但数据已不存在"),
        ("DELETE FROM orgs_action WHERE object = 'judgement:' || %s", "没有建立它的操作记录"),
    ],
)
def test_what_was_changed_in_the_database_is_named(look, sql, said):
    world, case = look
    row = judge(world, case, "not_met")
    with connection.cursor() as cursor:
        cursor.execute(sql, [row.pk if "object" not in sql else str(row.pk)])
    assert [line for line in complaints() if line.startswith("judgement:")] == [f"judgement:{row.pk}：{said}"]
