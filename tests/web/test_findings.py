"""A unit's own list: noted, reported as mended, handed up, answered, taken back; who sees and may what; its pages. The ledger: test_ledger."""

import re
from datetime import date

import pytest
from django.test import Client
from lookback import SINCE, begun
from mending import shown as shown_proof
from racing import at_once
from world import PASSWORD

from dudao_web.campaigns import closing
from dudao_web.campaigns.models import Campaign, Case
from dudao_web.findings import actions, exports, keeping, ledger, queries, rules
from dudao_web.findings.models import Finding
from dudao_web.operations import log
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Role
from dudao_web.tasks.models import Task

TODAY = date(2018, 6, 12)
WORDS = "操场跑道破损，面积不足"


@pytest.fixture(autouse=True)
def may(settings):
    """The campaign's own year."""
    settings.DEMO_ON = TODAY


@pytest.fixture
def town(db):
    """The tree with one school a district and its campaign, begun everywhere."""
    return begun()


def case_in(code: str) -> Case:
    return Case.objects.select_related("unit", "campaign", "district", "version").get(district__code=code)


@pytest.fixture
def case(town):
    return case_in("321182")


@pytest.fixture
def unit(town, case):
    return town.office(case.unit)


@pytest.fixture
def district(town):
    return town.officers["321182"]


@pytest.fixture
def client_of(client_of):
    """A client signed in as an office whose account has chosen its password."""

    def of(membership):
        if membership.user.must_change_password:
            orgs.set_password(user=membership.user, password=PASSWORD)
        return client_of(membership)

    return of


def noted(case, by, text=WORDS, **more) -> Finding:
    said = {"mendable": True, "measure": "暑期翻修", "due": date(2018, 8, 20)} | more
    return actions.note(case=case, by=by, text=text, **said)


def handed_up(case, by, text=WORDS) -> Finding:
    return noted(case, by, text, mendable=False, measure="需要征地")


def tasks_of(finding) -> set[tuple[str, str, str]]:
    """(unit, what, state) of what was asked about a finding."""
    rows = Task.objects.filter(object=f"finding:{finding.pk}")
    return {(row.org.name, row.title.partition("：")[0], row.state) for row in rows}


def shown(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# --- the acts


def test_a_problem_is_mended_here(case, unit, town):
    row = noted(case, unit, indicator="ZD2")
    assert (row.number, row.state, row.org, row.mendable, row.measure) == (
        1,
        "open",
        case.unit,
        True,
        "暑期翻修",
    )
    assert tasks_of(row) == {(case.unit.name, "整改", "open")}
    proof = shown_proof(unit)
    row = ledger.report(finding=row, by=unit, note="已翻修", on=TODAY, proofs=[proof])
    assert (row.state, row.note, row.mended_on, row.proof) == ("mended", "已翻修", TODAY, proof.proof)
    assert tasks_of(row) == {(case.unit.name, "整改", "done"), ("扬中市", "核验整改", "open")}
    _, wrong = log.verify(chain_name=None, file=None, head=None)
    assert wrong == []


def test_a_problem_goes_up_is_answered_goes_up_again_and_is_mended(case, unit, district):
    row = noted(case, unit)
    row = actions.hand_up(finding=row, by=unit, reason="需要征地")
    assert (row.state, row.org, row.measure, row.reason) == (
        "handed_up",
        case.district,
        "暑期翻修",
        "需要征地",
    )
    assert tasks_of(row) == {(case.unit.name, "整改", "done"), ("扬中市", "协调解决", "open")}
    row = actions.answer(finding=row, by=district, text="由市自然资源局供地")
    assert (row.state, row.org, row.answered_by) == ("answered", case.unit, district)
    assert tasks_of(row) == {(case.unit.name, "按答复整改", "open"), ("扬中市", "协调解决", "done")}
    row = actions.hand_up(finding=row, by=unit, reason="供地没有落实")
    row = actions.answer(finding=row, by=district, text="年内落实")
    row = ledger.report(finding=row, by=unit, note="跑道已建成", on=TODAY)
    assert [(step.word, step.office, step.text) for step in queries.steps(row)] == [
        ("列入问题清单", case.unit.name, "暑期翻修"),
        ("报上级协调", case.unit.name, "需要征地"),
        ("答复", "扬中市教育督导室", "由市自然资源局供地"),
        ("报上级协调", case.unit.name, "供地没有落实"),
        ("答复", "扬中市教育督导室", "年内落实"),
        ("报告整改完成", case.unit.name, "跑道已建成"),
    ]


def test_what_cannot_be_mended_here_goes_straight_up(case, unit):
    row = handed_up(case, unit)
    assert (row.state, row.org, row.measure, row.reason) == ("handed_up", case.district, "", "需要征地")
    assert tasks_of(row) == {("扬中市", "协调解决", "open")}


def test_the_city_answers_for_its_own_schools(town):
    own = case_in("321101")
    row = handed_up(own, town.office(own.unit))
    assert row.org.name == "市属"
    assert tasks_of(row) == {("镇江市", "协调解决", "open")}
    assert actions.answer(finding=row, by=town.officer, text="列入年度计划").state == "answered"


def test_the_same_act_again_changes_nothing_and_other_words_are_refused(case, unit, district):
    row = noted(case, unit)
    assert noted(case, unit) == row
    with pytest.raises(Refused, match="已登记为第 1 个"):
        noted(case, unit, measure="更换跑道")
    up = actions.hand_up(finding=row, by=unit, reason="需要征地")
    assert actions.hand_up(finding=row, by=unit, reason="需要征地") == up
    with pytest.raises(Refused, match="现在是“已上报协调”"):
        actions.hand_up(finding=row, by=unit, reason="没有经费")
    actions.answer(finding=row, by=district, text="供地")
    actions.answer(finding=row, by=district, text="供地")
    with pytest.raises(Refused, match="现在是“已答复”"):
        actions.answer(finding=row, by=district, text="不供地")
    ledger.report(finding=row, by=unit, note="已建成", on=TODAY)
    ledger.report(finding=row, by=unit, note="已建成", on=TODAY)
    with pytest.raises(Refused, match="现在是“待核验”"):
        ledger.report(finding=row, by=unit, note="已建成两处", on=TODAY)
    words = ["列入问题清单", "报上级协调", "答复", "报告整改完成"]
    assert [step.word for step in queries.steps(row)] == words
    assert Finding.objects.count() == 1


def test_a_mistake_is_taken_back_until_it_is_answered(case, unit, district):
    row = handed_up(case, unit)
    assert actions.withdraw(finding=row, by=unit).state == "withdrawn"
    assert actions.withdraw(finding=row, by=unit).state == "withdrawn"
    assert tasks_of(row) == {("扬中市", "协调解决", "withdrawn")}
    assert list(queries.of_case(case)) == []
    with pytest.raises(Refused, match="现在是“已撤销”"):
        actions.answer(finding=row, by=district, text="供地")
    other = handed_up(case, unit)
    assert other.number == 2
    actions.answer(finding=other, by=district, text="供地")
    with pytest.raises(Refused, match="现在是“已答复”"):
        actions.withdraw(finding=other, by=unit)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"text": " "}, "没有写问题。请写明是什么问题、在哪里。"),
        ({"measure": " "}, "没有写整改措施。请写明怎样改，不能自行整改的写明原因。"),
        ({"mendable": False, "measure": ""}, "没有写整改措施。请写明怎样改，不能自行整改的写明原因。"),
        ({"due": date(2018, 6, 11)}, "整改时限 2018-06-11 已经过去。请填今天或以后的日期。"),
    ],
)
def test_what_a_note_lacks(case, unit, said, why):
    with pytest.raises(Refused) as refusal:
        noted(case, unit, **said)
    assert str(refusal.value) == why


def test_what_an_answer_and_a_mending_lack(town, case, unit, district):
    row = noted(case, unit)
    other = town.office(case_in("321181").unit)
    proof = shown_proof(other)
    for said, why in (
        ({"note": " ", "on": TODAY}, "没有写整改情况。请写明怎样改的。"),
        ({"note": "改", "on": date(2018, 6, 13)}, "完成日期 2018-06-13 还没有到。请填今天或以前的日期。"),
        (
            {"note": "改", "on": TODAY, "proofs": [proof]},
            "佐证材料不是本单位的，或已撤下。请从本单位材料中选。",
        ),
    ):
        with pytest.raises(Refused) as refusal:
            ledger.report(finding=row, by=unit, **said)
        assert str(refusal.value) == why
    with pytest.raises(Refused, match="没有写不能自行整改的原因"):
        actions.hand_up(finding=row, by=unit, reason=" ")
    actions.hand_up(finding=row, by=unit, reason="需要征地")
    with pytest.raises(Refused, match="没有写答复"):
        actions.answer(finding=row, by=district, text=" ")


def test_nobody_else_does_the_work_of_the_unit_or_of_its_district(town, case, unit, district):
    peer, other = town.officers["321181"], town.office(case_in("321181").unit)
    row, up = noted(case, unit), handed_up(case, unit, "图书陈旧")
    for by in (town.officer, district, peer, other):
        assert not rules.may_note(by, case)
        assert not rules.may_report(by, row)
        assert not rules.may_hand_up(by, row)
        assert not rules.may_withdraw(by, row)
        with pytest.raises(Refused):
            ledger.report(finding=row, by=by, note="改", on=TODAY)
        with pytest.raises(Refused):
            actions.withdraw(finding=row, by=by)
    for by in (town.officer, unit, peer, other):
        assert not rules.may_answer(by, up)
        with pytest.raises(Refused):
            actions.answer(finding=up, by=by, text="供地")


@pytest.mark.parametrize("state", Finding.STATES)
def test_the_rules_allow_the_moves_of_the_table_and_no_others(town, case, unit, district, state):
    row = noted(case, unit)
    row.state, row.org = state, case.district if state == "handed_up" else case.unit
    may = {
        "open": rules.may_plan(unit, row),
        "planning": rules.may_return_plan(district, row),
        "mended": rules.may_report(unit, row),
        "handed_up": rules.may_hand_up(unit, row),
        "withdrawn": rules.may_withdraw(unit, row),
        "answered": rules.may_answer(district, row),
        "struck": rules.may_verify(district, row),
        "returned": rules.may_send_back(district, row) or rules.may_reopen(district, row),
    }
    assert {name for name, allowed in may.items() if allowed} == Finding.MOVES[state]


def test_after_the_end_of_the_campaign_problems_are_mended_but_no_new_one_is_noted(town, case, unit):
    row = noted(case, unit)
    closing.close_campaign(campaign=case.campaign, by=town.officer, note="年度结束")
    with pytest.raises(Refused, match="项目须在进行中"):
        noted(case, unit, "图书陈旧")
    assert ledger.report(finding=row, by=unit, note="已翻修", on=TODAY).state == "mended"


def test_a_county_hands_up_to_who_launched_or_else_to_the_office_above(town, case):
    def above(unit, owner):
        return keeping.above(unit, Case(unit=unit, district=unit, campaign=Campaign(org=owner)))

    assert above(case.district, town.city) == town.city
    assert above(case.district, case.district) == town.city
    assert above(town.city, town.city) is None


def test_an_office_hands_on_to_the_one_above_it_and_the_city_for_its_own_schools_to_nobody(
    town, case, unit, district
):
    row = handed_up(case, unit)
    row = actions.hand_up(finding=row, by=district, reason="须市里解决")
    assert (row.org, tasks_of(row)) == (
        town.city,
        {("扬中市", "协调解决", "done"), ("镇江市", "协调解决", "open")},
    )
    own = case_in("321101")
    other = handed_up(own, town.office(own.unit))
    with pytest.raises(Refused, match="本单位没有上级单位，问题须在本级解决。"):
        actions.hand_up(finding=other, by=town.officer, reason="须省里解决")


# --- races


def ends(*acts) -> list[str]:
    """How several acts at the same time ended, sorted."""
    return sorted("refused" if isinstance(one, Refused) else one.state for one in at_once(*acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts():
    world = begun()
    case = case_in("321182")
    by, row = world.officers["321182"], handed_up(case, world.office(case.unit))
    acts = (lambda text=text: actions.answer(finding=row, by=by, text=text) for text in ("供地", "不供地"))
    assert ends(*acts) == ["answered", "refused"]
    assert [step.word for step in queries.steps(row)] == ["列入问题清单", "报上级协调", "答复"]


@pytest.mark.django_db(transaction=True)
def test_of_an_answer_and_a_withdrawal_at_once_one_counts_and_a_double_click_notes_once():
    world = begun()
    case = case_in("321182")
    by, unit = world.officers["321182"], world.office(case.unit)
    assert ends(*[lambda: noted(case, unit, "图书陈旧")] * 2) == ["open", "open"]
    assert Finding.objects.count() == 1
    row = handed_up(case, unit)
    found = ends(
        lambda: actions.answer(finding=row, by=by, text="供地"),
        lambda: actions.withdraw(finding=row, by=unit),
    )
    row.refresh_from_db()
    assert found == sorted(["refused", row.state])
    _, wrong = log.verify(chain_name=None, file=None, head=None)
    assert wrong == []


# --- pages


def doors(row: Finding) -> dict[str, str]:
    """The addresses about a finding, by what they are."""
    return {
        "list": f"/findings/cases/{row.case_id}/",
        "fragment": f"/findings/cases/{row.case_id}/list/",
        "new": f"/findings/cases/{row.case_id}/new/",
        "page": f"/findings/{row.pk}/",
        "report": f"/findings/{row.pk}/report/",
        "hand_up": f"/findings/{row.pk}/hand-up/",
        "answer": f"/findings/{row.pk}/answer/",
        "withdraw": f"/findings/{row.pk}/withdraw/",
    }


def test_who_opens_what(town, case, unit, client_of):
    row = noted(case, unit)
    inspector, _ = orgs.invite(
        by=None, org=case.district, role=Role.INSPECTOR, username="ins", title="责任督学", on=SINCE
    )
    audit, _ = orgs.invite(
        by=None, org=town.city, role=Role.AUDIT_ADMIN, username="aud", title="审计", on=SINCE
    )
    cast = {
        "unit": unit,
        "district": town.officers["321182"],
        "city": town.officer,
        "inspector": inspector,
        "peer": town.officers["321181"],
        "stranger": town.office(case_in("321181").unit),
        "audit": audit,
    }
    address = doors(row)
    got = {
        name: [client_of(by).get(address[key]).status_code for key in ("list", "fragment", "page")]
        + [client_of(by).post(address[key]).status_code for key in ("report", "hand_up", "withdraw")]
        for name, by in cast.items()
        if name != "unit"
    }
    assert got == {
        "district": [200, 200, 200, 404, 404, 404],
        "city": [200, 200, 200, 404, 404, 404],
        "inspector": [200, 200, 200, 404, 404, 404],
        "peer": [404] * 6,
        "stranger": [404] * 6,
        "audit": [404] * 6,
    }
    client = client_of(unit)
    assert [client.get(address[key]).status_code for key in ("list", "fragment", "page", "new")] == [200] * 4
    assert [client.post(address[key]).status_code for key in ("report", "hand_up", "new")] == [422] * 3
    assert client.get(address["report"]).status_code == 405
    row.refresh_from_db()
    assert row.state == "open"
    anonymous = {Client().get(address[key]).status_code for key in ("list", "page", "new")}
    assert anonymous == {302}


def test_through_the_pages_from_note_to_mended(town, case, unit, district, client_of):
    school, office = client_of(unit), client_of(district)
    address = f"/findings/cases/{case.pk}/new/"
    typed = {"text": WORDS, "mendable": "no", "measure": "需要征地", "indicator": "ZD2", "due": "2018-01-02"}
    wrong = school.post(address, typed)
    assert wrong.status_code == 422
    assert "整改时限 2018-01-02 已经过去。请填今天或以后的日期。" in shown(wrong)
    assert all(text in wrong.content.decode() for text in (WORDS, "需要征地", "2018-01-02"))
    assert school.post(address, typed | {"due": "2018-08-20"}).status_code == 302
    row = Finding.objects.get()
    assert (row.indicator, row.due, row.state) == ("ZD2", date(2018, 8, 20), "handed_up")
    page = f"/findings/{row.pk}/"
    assert office.post(f"{page}answer/", {"text": "由市自然资源局供地"}).status_code == 302
    late = office.post(f"{page}answer/", {"text": "另行研究"})
    assert late.status_code == 422
    assert "现在是“已答复”" in shown(late)
    assert "由市自然资源局供地" in shown(school.get(page))
    early = school.post(f"{page}report/", {"note": "跑道已建成", "on": "2018-06-30"})
    assert early.status_code == 422
    assert "跑道已建成" in early.content.decode()
    assert school.post(f"{page}report/", {"note": "跑道已建成", "on": "2018-06-12"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.note) == ("mended", "跑道已建成")
    assert "报告整改完成" in shown(office.get(page))


def test_a_problem_is_taken_back_on_its_page(case, unit, client_of):
    row = noted(case, unit)
    answer = client_of(unit).post(f"/findings/{row.pk}/withdraw/", follow=True)
    assert answer.redirect_chain == [(f"/findings/cases/{case.pk}/", 302)]
    assert "已撤销，记录保留。" in shown(answer)
    assert WORDS not in shown(answer)


def test_what_is_with_an_office_is_counted_and_what_is_overdue(town, case, unit, district):
    up, own = handed_up(case, unit), noted(case, unit, "图书陈旧")
    ledger.report(finding=own, by=unit, note="已更新", on=TODAY)
    third = noted(case, unit, "教师不足", due=TODAY)

    def counted(by, on=TODAY) -> tuple[int, int]:
        found = queries.counts(queries.seen(by), by, on)
        return found[queries.MINE], found[queries.OVERDUE]

    assert (counted(unit), counted(district), counted(town.officer)) == ((1, 0), (2, 0), (0, 0))
    assert counted(district, date(2018, 6, 13)) == (2, 1)
    assert set(queries.seen(unit).filter(queries.overdue(date(2018, 8, 21)))) == {up, third}
    inspector, _ = orgs.invite(
        by=None, org=case.district, role=Role.INSPECTOR, username="ins", title="责任督学", on=SINCE
    )
    assert counted(inspector) == (0, 0)


def test_the_export_has_a_row_for_each(case, unit):
    row = handed_up(case, unit)
    header, rows = exports.findings(case.campaign.key)
    (line,) = [dict(zip(header, one, strict=True)) for one in rows]
    assert (line["finding"], line["unit"], line["with"], line["reason"], line["state"]) == (
        row.pk,
        case.unit.code,
        "321182",
        "需要征地",
        "handed_up",
    )
