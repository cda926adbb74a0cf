"""Objections (申辩): filed in time about judgements that are frozen, answered by the office with reasons, the result beside the original."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from racing import at_once
from reviewed import DAY, Review, reviewed
from test_upload_hardening import PDF

from dudao.standards import load_standard
from dudao.standards.model import Points
from dudao_web.campaigns import closing
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.actions import Answered
from dudao_web.campaigns.models import Judgement, content
from dudao_web.findings.models import Finding
from dudao_web.inspections import objections, objections_page
from dudao_web.inspections.models import Objection, Sheet
from dudao_web.operations import log
from dudao_web.orgs import actions as orgs
from dudao_web.orgs import chain
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action, User
from dudao_web.tasks.models import Task

pytestmark = pytest.mark.django_db

WHY = "体育馆已于五月交付，见验收单（演示数据）"
PROBLEM = "现场没有见到记录（演示数据）"


@pytest.fixture(autouse=True)
def june(settings):
    settings.DEMO_ON = DAY


@pytest.fixture
def review() -> Review:
    """Handed in: the first two graded items were found to be C, with a problem listed from each."""
    found = reviewed()
    graded = [row.indicator for row in Judgement.objects.filter(case=found.case, value="A").order_by("pk")]
    found.low = graded[:2]
    found.submit(dict.fromkeys(found.low, "C"), problem=PROBLEM)
    return found


def filed(review: Review, **other) -> Objection:
    said = {"text": WHY, "indicators": review.low} | other
    return objections.file(sheet=review.sheet, by=review.unit, **said)


def changes(*codes: str, value: str = "A", note: str = "") -> dict[str, Answered]:
    return {code: Answered(code, value, None, None, note) for code in codes}


def answered(row: Objection, review: Review, **other) -> Objection:
    said = {"result": "upheld", "answer": "经核实属实", "changed": changes(*review.low)} | other
    return objections.answer(objection=row, by=review.office, **said)


def current(review: Review) -> dict[str, str]:
    return {code: row.value for code, row in campaigns.judgements(review.case, "review").items()}


def sound() -> None:
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_what_was_objected_to_is_frozen(review):
    row = filed(review)
    stand = campaigns.judgements(review.case, "review")
    assert list(row.frozen) == sorted(review.low, key=lambda code: list(stand).index(code))
    for code in review.low:
        one = stand[code]
        assert row.frozen[code] == {
            "judgement": one.pk,
            "value": "C",
            "points": None,
            "note": one.note,
            "answer": one.answer,
            "sha256": chain.digest(content(one)),
        }
    assert row.sha256 == chain.digest(row.frozen)
    act = Action.objects.get(action="inspections.object")
    assert (act.object, act.membership, act.chain) == (
        f"objection:{row.pk}",
        f"m{review.unit.pk}",
        review.case.campaign.key,
    )
    sound()


def test_the_office_is_asked_to_answer_and_no_law_says_by_when(review):
    row = filed(review)
    task = Task.objects.get(kind=objections.TO_ANSWER)
    assert (task.org, task.state, task.due) == (review.place.org, "open", None)
    answered(row, review)
    task.refresh_from_db()
    told = Task.objects.get(kind=objections.ANSWERED)
    assert (task.state, told.org, told.title, told.state) == (
        "done",
        review.case.unit,
        "申辩已答复：采纳",
        "open",
    )
    objections.read_answer(objection=row, by=review.unit)
    acts = Action.objects.count()
    objections.read_answer(objection=row, by=review.unit)
    told.refresh_from_db()
    assert (told.state, Action.objects.count()) == ("done", acts)
    sound()


def test_upheld_the_result_stands_beside_the_original(review):
    row = answered(filed(review), review)
    originals = Judgement.objects.filter(pk__in=[one["judgement"] for one in row.frozen.values()])
    assert list(originals.values_list("value", "superseded")) == [("C", True)] * 2
    new = [campaigns.judgements(review.case, "review")[code] for code in review.low]
    assert [(one.value, one.note, one.scorer, one.source) for one in new] == [
        ("A", "申辩后改判：经核实属实", review.office, "review")
    ] * 2
    assert row.changed == {
        code: {"value": "A", "points": None, "reason": "经核实属实"} for code in review.low
    }
    for one in originals:
        assert chain.digest(content(one)) == row.frozen[one.indicator]["sha256"]
    sound()


def test_partly_changes_what_it_names_with_its_own_reason(review):
    row = answered(
        filed(review), review, result="partly", changed=changes(review.low[0], value="B", note="仅补齐一半")
    )
    found = current(review)
    assert [found[code] for code in review.low] == ["B", "C"]
    assert campaigns.judgements(review.case, "review")[review.low[0]].note == "申辩后改判：仅补齐一半"
    assert row.changed == {review.low[0]: {"value": "B", "points": None, "reason": "仅补齐一半"}}
    shown = objections_page.items(row)
    assert [(one.before.word, one.after and one.after.word, one.reason) for one in shown] == [
        ("C", "B", "仅补齐一半"),
        ("C", None, ""),
    ]


def test_rejected_changes_nothing(review):
    before = Judgement.objects.count()
    row = answered(filed(review), review, result="rejected", changed={}, answer="材料不足")
    assert (row.state, row.result, Judgement.objects.count()) == ("answered", "rejected", before)
    assert [current(review)[code] for code in review.low] == ["C", "C"]
    sound()


@pytest.mark.parametrize(
    ("result", "codes", "value", "answer", "why"),
    [
        ("", [], "A", "属实", "没有选答复结果"),
        ("upheld", [0, 1], "A", " ", "没有写答复理由"),
        ("upheld", [0], "A", "属实", "须改判申辩的每一项"),
        ("partly", [], "A", "属实", "须至少改判一项"),
        ("rejected", [0], "A", "属实", "“不采纳”不改判"),
        ("partly", [0], "C", "属实", "改判后与原判定相同"),
        ("partly", [0], "D", "属实", "不在可选的判定中"),
        ("partly", [2], "A", "属实", "改判的项目不在这份申辩中"),
    ],
)
def test_an_answer_that_cannot_stand_is_refused(review, result, codes, value, answer, why):
    row = filed(review)
    other = next(code for code in current(review) if code not in review.low)
    named = [[*review.low, other][n] for n in codes]
    with pytest.raises(Refused, match=why):
        answered(row, review, result=result, answer=answer, changed=changes(*named, value=value))
    row.refresh_from_db()
    assert (row.state, current(review)[review.low[0]]) == ("filed", "C")


def test_the_same_answer_again_is_the_one_that_stands(review):
    row = answered(filed(review), review)
    acts, rows = Action.objects.count(), Judgement.objects.count()
    assert answered(row, review) == row
    assert (Action.objects.count(), Judgement.objects.count()) == (acts, rows)
    with pytest.raises(Refused, match="已答复"):
        answered(row, review, result="rejected", changed={})


@pytest.mark.parametrize(
    ("value", "points", "fits"),
    [
        ("not_applicable", Decimal("4.5"), True),
        ("not_applicable", Decimal(0), True),
        ("not_applicable", Decimal("5.1"), False),
        ("not_applicable", Decimal(-1), False),
        ("not_applicable", Decimal("NaN"), False),
        ("not_applicable", None, False),
        ("A", Decimal(3), False),
    ],
)
def test_points_stay_within_the_item(value, points, fits):
    item = next(one for one in load_standard("chongqing-county").indicators if one.code)
    item = replace(item, rule=Points(most=Decimal(5)))
    assert (objections.value_fault(item, Answered(item.code, value, points)) == "") is fits


@pytest.mark.parametrize("who", ["office", "peer", "city", "leader", "stranger"])
def test_only_the_unit_objects(review, who):
    with pytest.raises(Refused, match="申辩由被督导单位提出"):
        objections.file(sheet=review.sheet, by=getattr(review, who), text=WHY, indicators=review.low)


@pytest.mark.parametrize("who", ["unit", "peer", "city", "leader", "stranger"])
def test_only_the_office_that_keeps_the_stage_answers(review, who):
    row = filed(review)
    with pytest.raises(Refused, match=r"承办这个阶段的督导室答复|督导组成员，不能答复"):
        objections.answer(
            objection=row, by=getattr(review, who), result="rejected", answer="材料不足", changed={}
        )


def test_who_judged_does_not_answer_under_another_account(review):
    row = filed(review)
    User.objects.filter(pk__in=[review.office.user_id, review.member.user_id]).update(person="P-7")
    review.office.refresh_from_db()
    review.office.user.refresh_from_db()
    with pytest.raises(Refused, match="本人是或曾是评分的督导组成员"):
        answered(row, review)


def test_who_is_of_the_unit_does_not_answer_its_objection_from_the_office(review):
    row = filed(review)
    second, _ = orgs.invite(
        by=None,
        org=review.office.org,
        role=review.office.role,
        username=review.unit.user.username,
        title="督导室兼职",
        on=DAY,
    )
    assert second.user == review.unit.user
    with pytest.raises(Refused, match="现在该单位任职"):
        objections.answer(
            objection=row, by=second, result="upheld", answer="同意", changed=changes(*review.low)
        )
    assert current(review)[review.low[0]] == "C"


def test_after_the_last_day_it_is_refused_with_the_date(review, settings):
    Sheet.objects.filter(pk=review.sheet.pk).update(objections_until=DAY + timedelta(days=5))
    settings.DEMO_ON = DAY + timedelta(days=5)
    row = filed(review)
    objections.withdraw(objection=row, by=review.unit)
    settings.DEMO_ON = DAY + timedelta(days=6)
    with pytest.raises(Refused, match="申辩截止 2018-06-17，已经过去"):
        filed(review)


def test_the_office_ends_the_time_for_all_that_was_fed_back(review):
    row = filed(review)
    assert objections.end(place=review.place, by=review.office) == [review.sheet]
    acts = Action.objects.count()
    assert (objections.end(place=review.place, by=review.office), Action.objects.count()) == ([], acts)
    answered(row, review)  # what was filed in time is answered
    with pytest.raises(Refused, match="已结束申辩"):
        filed(review, text="再申辩", indicators=[next(iter(set(current(review)) - set(review.low)))])
    sound()


def test_a_time_that_the_procedure_states_is_not_ended(review):
    Sheet.objects.filter(pk=review.sheet.pk).update(objections_until=DAY + timedelta(days=5))
    assert objections.end(place=review.place, by=review.office) == []
    assert filed(review).state == "filed"
    with pytest.raises(Refused, match="不由本单位办理"):
        objections.end(place=review.place, by=review.peer)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"text": " "}, "没有写申辩理由"),
        ({"indicators": []}, "没有选所针对的项目"),
        ({"indicators": ["XX9"]}, "指标 XX9 不在这次评定中"),
    ],
)
def test_an_objection_that_cannot_stand_is_refused(review, other, why):
    with pytest.raises(Refused, match=why):
        filed(review, **other)
    assert Objection.objects.count() == 0


def test_nothing_is_objected_to_before_the_feedback():
    found = reviewed()
    with pytest.raises(Refused, match="评定还没有反馈"):
        objections.file(sheet=found.sheet, by=found.unit, text=WHY, indicators=[found.code])


def test_one_waits_and_an_answered_item_is_not_objected_to_again(review):
    row = filed(review, indicators=review.low[:1])
    assert filed(review, indicators=review.low[:1]) == row
    with pytest.raises(Refused, match="已有一份申辩等待答复"):
        filed(review)
    answered(row, review, result="rejected", changed={})
    with pytest.raises(Refused, match="已答复过申辩"):
        filed(review)
    assert filed(review, indicators=review.low[1:]).state == "filed"


def test_withdrawn_before_the_answer_it_may_be_filed_again(review):
    row = objections.withdraw(objection=filed(review), by=review.unit)
    assert (row.state, Task.objects.get(kind=objections.TO_ANSWER).state) == ("withdrawn", "withdrawn")
    again = filed(review)
    assert again.pk != row.pk
    answered(again, review)
    with pytest.raises(Refused, match="不能撤回"):
        objections.withdraw(objection=again, by=review.unit)
    sound()


def test_a_problem_from_an_item_that_holds_after_all_is_withdrawn_with_the_reason(review):
    row = filed(review)
    gone = Finding.objects.get(case=review.case, indicator=review.low[0])
    stays = Finding.objects.get(case=review.case, indicator=review.low[1])
    assert objections.may_go(row, review.office) == {
        review.low[0]: [gone],
        review.low[1]: [stays],
    }
    with pytest.raises(Refused, match="没有改判为达标，不能撤销"):
        answered(row, review, result="partly", changed=changes(review.low[0], value="B"), findings=[gone])
    answered(row, review, findings=[gone])
    assert [Finding.objects.get(pk=one.pk).state for one in (gone, stays)] == ["withdrawn", stays.state]
    assert gone.steps.last().text == "申辩后改判：经核实属实"
    sound()


def test_a_closed_campaign_is_neither_objected_to_nor_judged_again(review):
    row = filed(review)
    closing.close_campaign(campaign=review.case.campaign, by=review.city, note="到期")
    with pytest.raises(Refused, match="已不在进行中，不能再改判"):
        answered(row, review)
    assert answered(row, review, result="rejected", changed={}, answer="项目已办结").state == "answered"
    with pytest.raises(Refused, match="已办结，不能再提出申辩"):
        filed(review, text="再申辩")
    sound()


def test_what_was_judged_since_is_not_judged_by_the_answer(review):
    row = filed(review)
    campaigns_judge = objections.campaigns.judge
    campaigns_judge(
        case=review.case,
        by=review.office,
        source="review",
        answered=[Answered(review.low[0], "B", note="另查")],
    )
    with pytest.raises(Refused, match="提出申辩后又有评定"):
        answered(row, review)


@pytest.mark.django_db(transaction=True)
def test_two_objections_at_once_are_one(review):
    found = at_once(
        lambda: filed(review, text="甲"), lambda: filed(review, text="乙"), lambda: filed(review, text="甲")
    )
    assert Objection.objects.count() == 1
    assert sum(isinstance(one, Refused) for one in found) in (1, 2)
    sound()


@pytest.mark.django_db(transaction=True)
def test_an_answer_against_a_withdrawal(review):
    row = filed(review)
    found = at_once(lambda: answered(row, review), lambda: objections.withdraw(objection=row, by=review.unit))
    row.refresh_from_db()
    first = not isinstance(found[0], Refused)
    assert (row.state, isinstance(found[1], Refused)) == ("answered" if first else "withdrawn", first)
    assert current(review)[review.low[0]] == ("A" if first else "C")
    assert Task.objects.filter(kind=objections.TO_ANSWER, state="open").count() == 0
    sound()


@pytest.mark.django_db(transaction=True)
def test_an_objection_against_the_end_of_the_time(review):
    found = at_once(lambda: filed(review), lambda: objections.end(place=review.place, by=review.office))
    assert (Objection.objects.count(), found[1]) == (int(not isinstance(found[0], Refused)), [review.sheet])
    sound()


# --- pages


def at(name: str, *args: object) -> str:
    return reverse(f"inspections:{name}", args=args)


def test_an_objection_through_its_pages(review, client_of, settings):
    unit, office = client_of(review.unit), client_of(review.office)
    form = unit.get(at("object", review.sheet.pk)).content.decode()
    assert [code in form for code in review.low] == [True, True]
    with (settings.HOME / "验收单.pdf").open("wb+") as file:
        file.write(PDF)
        file.seek(0)
        sent = unit.post(at("object", review.sheet.pk), {"text": WHY, "indicators": review.low, "file": file})
    row = Objection.objects.get()
    assert (sent.status_code, sent.url, row.file.name) == (302, at("objection", row.pk), "验收单.pdf")
    page = office.get(at("objection", row.pk)).content.decode()
    assert (WHY in page, "改判" in page) == (True, True)
    gone = Finding.objects.get(case=review.case, indicator=review.low[0])
    said = {"result": "upheld", "answer": "经核实属实", "value_0": "A", "value_1": "A", "findings": [gone.pk]}
    assert office.post(at("answer_objection", row.pk), said).url == at("objection", row.pk)
    gone.refresh_from_db()
    assert (current(review)[review.low[1]], gone.state) == ("A", "withdrawn")
    page = unit.get(at("objection", row.pk)).content.decode()
    assert ("经核实属实" in page, "已阅答复" in page) == (True, True)
    unit.post(at("read_answer", row.pk))
    assert "已阅答复" not in unit.get(at("objection", row.pk)).content.decode()
    assert unit.get(at("objection_file", row.pk)).status_code == 200


def test_what_was_typed_is_shown_again(review, client_of):
    unit, office = client_of(review.unit), client_of(review.office)
    answer = unit.post(at("object", review.sheet.pk), {"text": WHY})
    assert (answer.status_code, WHY in answer.content.decode()) == (422, True)
    row = filed(review)
    answer = office.post(
        at("answer_objection", row.pk),
        {"result": "upheld", "answer": "经核实", "value_0": "A", "reason_0": "已补齐"},
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert [one in text for one in ("须改判申辩的每一项", "经核实", "已补齐")] == [True, True, True]


def test_who_opens_an_objection(review, client_of):
    row = filed(review)
    pages = {
        "objection": at("objection", row.pk), "object": at("object", review.sheet.pk),
        "list": at("end_objections", review.place.pk),
    }  # fmt: skip
    doors = {
        who: [client_of(getattr(review, who)).get(address).status_code for address in pages.values()]
        for who in ("unit", "office", "city", "peer", "leader", "stranger")
    }
    assert doors == {
        "unit": [200, 200, 404], "office": [200, 404, 200], "city": [200, 404, 200],
        "peer": [404, 404, 404], "leader": [200, 404, 404], "stranger": [404, 404, 404],
    }  # fmt: skip
    for who, name in (
        ("city", "answer_objection"),
        ("leader", "answer_objection"),
        ("office", "withdraw_objection"),
    ):
        assert client_of(getattr(review, who)).post(at(name, row.pk)).status_code == 404
    assert client_of(review.city).post(at("end_objections", review.place.pk)).status_code == 404


def test_the_list_of_a_stage_and_the_end_of_the_time(review, client_of):
    filed(review)
    office = client_of(review.office)
    page = office.get(at("end_objections", review.place.pk)).content.decode()
    assert ("1 份待答复，共 1 份" in page, "结束这 1 个单位的申辩" in page) == (True, True)
    office.post(at("end_objections", review.place.pk))
    assert "结束这" not in office.get(at("end_objections", review.place.pk)).content.decode()
    said = objections_page.waiting(review.case.campaign)
    assert said == "还有 1 份申辩没有答复。办结后只能答复“不采纳”，请先办理。"
