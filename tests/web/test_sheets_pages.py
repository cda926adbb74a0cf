"""Pages of score sheets: who sees which, the three judgements, one item a screen, a line sent twice, handing in, proofs of the unit."""

import io
from dataclasses import dataclass

import checking
import papers
import pytest
import reviewing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from dudao_web.campaigns.models import Judgement
from dudao_web.evidence import actions as evidence
from dudao_web.evidence.actions import Spot
from dudao_web.findings.models import Finding
from dudao_web.inspections import scales, scoring, sheet_form, sheet_rows, teams
from dudao_web.inspections.models import Score, Sheet
from dudao_web.orgs.models import Action, Membership, User
from dudao_web.standards import queries as standards

pytestmark = pytest.mark.django_db

OPINION = "总体达到标准（演示数据）。"


@pytest.fixture(autouse=True)
def june(settings):
    """The campaign's own year."""
    settings.DEMO_ON = reviewing.ON


@dataclass
class Desk:
    """A sheet of a school in 扬中市, with somebody signed in for each place around it."""

    review: reviewing.Review
    sheet: Sheet
    client_of: object

    @property
    def address(self) -> str:
        return f"/inspections/sheets/{self.sheet.pk}/"

    @property
    def codes(self) -> list[str]:
        return [code for code, _ in reviewing.coded(self.sheet)]

    def base(self, code: str) -> str:
        return scoring.bases(self.sheet)[code].value

    def other(self, code: str) -> str:
        words = dict(reviewing.coded(self.sheet))[code]
        return next(value for value, _ in scales.choices(words) if value != self.base(code))

    def client(self, membership: Membership) -> Client:
        return self.client_of(membership)

    def member(self, n: int = 0) -> Client:
        return self.client(self.review.inspectors[n])

    def leader(self) -> Client:
        return self.client(self.review.leader)

    def office(self) -> Client:
        return self.client(self.review.office)

    def unit(self) -> Client:
        return self.client(checking.office(self.review.world, self.sheet.case.unit))


@pytest.fixture
def desk(client_of):
    """The re-check of 扬中市 with three items: one school is given to the team."""
    review = reviewing.at_review(items=3, n=2)
    (sheet,) = reviewing.assigned(review, review.cases[:1])
    User.objects.update(must_change_password=False)
    return Desk(review, sheet, client_of)


def line(value: str, **more: str) -> dict[str, str]:
    return {"value": value, "token": "a" * 20, "seen": "", "from": "item", "go": "next", **more}


def text(answer) -> str:
    return answer.content.decode()


# --- who sees it


def test_a_sheet_is_seen_by_its_team_and_its_offices_alone(desk):
    review = desk.review
    peer = review.world.officers[checking.DANYANG]
    other = reviewing.inspector(peer.org, "other")
    User.objects.update(must_change_password=False)
    ends = ("", "screens/", f"items/{desk.codes[0]}/")
    for membership in (review.leader, review.inspectors[0], review.office, review.world.officer):
        assert [desk.client(membership).get(desk.address + end).status_code for end in ends] == [200] * 3
    for membership in (peer, other, checking.office(review.world, desk.sheet.case.unit)):
        assert [desk.client(membership).get(desk.address + end).status_code for end in ends] == [404] * 3
    assert desk.member().get("/inspections/sheets/99999/").status_code == 404


def test_only_members_score_and_only_the_leader_hands_in(desk):
    address = f"{desk.address}items/{desk.codes[0]}/"
    for client in (desk.office(), desk.unit()):
        assert client.post(address, line("A")).status_code == 404
    assert Score.objects.count() == 0
    for client in (desk.office(), desk.member(), desk.unit()):
        assert client.get(f"{desk.address}submit/").status_code == 404
        assert client.post(f"{desk.address}submit/", {"opinion": OPINION}).status_code == 404
    assert desk.leader().get(f"{desk.address}submit/").status_code == 200


def test_an_item_that_is_not_in_the_sheet_is_not_found(desk):
    assert desk.member().get(f"{desk.address}items/9.9/").status_code == 404
    assert desk.member().post(f"{desk.address}items/carried-1/", line("mended")).status_code == 404
    assert desk.member().get(f"{desk.address}?item=9.9").status_code == 404


def test_single_scores_are_shown_to_the_leader_and_the_office(desk):
    code = desk.codes[0]
    scoring.score(
        sheet=desk.sheet,
        by=desk.review.inspectors[0],
        indicator=code,
        value=desk.other(code),
        note="看到的情况一",
    )
    for client in (desk.leader(), desk.office()):
        assert "看到的情况一" in text(client.get(f"{desk.address}items/{code}/"))
    assert "看到的情况一" not in text(desk.member(1).get(f"{desk.address}items/{code}/"))


# --- a score


def test_a_score_is_kept_and_leads_to_the_next_item(desk):
    first, second = desk.codes[:2]
    answer = desk.member().post(f"{desk.address}items/{first}/", line(desk.base(first)))
    assert (answer.status_code, answer["Location"]) == (302, f"{desk.address}items/{second}/")
    row = Score.objects.get()
    assert (row.indicator, row.value, row.member.membership) == (
        first,
        desk.base(first),
        desk.review.inspectors[0],
    )


def test_another_judgement_than_the_units_own_needs_a_reason(desk):
    code = desk.codes[0]
    answer = desk.member().post(
        f"{desk.address}items/{code}/", line(desk.other(code), problem="制度没有公开")
    )
    assert answer.status_code == 422
    assert "与自查判定不同，请写明理由。" in text(answer)
    assert "制度没有公开" in text(answer)
    assert Score.objects.count() == 0
    desk.member().post(
        f"{desk.address}items/{code}/", line(desk.other(code), problem="制度没有公开", note="查阅记录")
    )
    assert Score.objects.values_list("value", "note", "problem").get() == (
        desk.other(code),
        "查阅记录",
        "制度没有公开",
    )


def test_without_a_judgement_nothing_is_kept_and_nothing_typed_is_lost(desk):
    answer = desk.member().post(f"{desk.address}items/{desk.codes[0]}/", line("", note="只写了记录"))
    assert answer.status_code == 422
    assert "没有选判定。请选一项。" in text(answer)
    assert "只写了记录" in text(answer)
    empty = desk.member().post(f"{desk.address}items/{desk.codes[0]}/", line(""))
    assert (empty.status_code, Score.objects.count()) == (302, 0)


def test_the_same_line_sent_again_is_one_row(desk):
    code, client = desk.codes[0], desk.member()
    for _ in range(2):
        answer = client.post(
            f"{desk.address}items/{code}/", line(desk.base(code)), headers={"HX-Request": "true"}
        )
        assert (answer.status_code, answer["X-Kept"]) == (200, "yes")
    assert Score.objects.count() == 1


def test_two_versions_of_one_member_are_both_shown_and_asked_about(desk):
    code, client, by = desk.codes[0], desk.member(), desk.review.inspectors[0]
    scoring.score(sheet=desk.sheet, by=by, indicator=code, value=desk.other(code), note="手机上写的")
    here = line(desk.base(code), note="电脑上写的")
    answer = client.post(f"{desk.address}items/{code}/", here, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["X-Kept"]) == (422, "no")
    assert "手机上写的" in text(answer) and "电脑上写的" in text(answer)
    assert Score.objects.get(superseded=False).note == "手机上写的"
    client.post(f"{desk.address}items/{code}/", here | {"choose": "theirs"})
    assert Score.objects.get(superseded=False).note == "手机上写的"
    client.post(f"{desk.address}items/{code}/", here | {"choose": "mine"})
    assert Score.objects.get(superseded=False).note == "电脑上写的"


def test_after_the_stage_is_closed_the_text_comes_back_with_the_refusal(desk):
    code = desk.codes[0]
    reviewing.closed(desk.review)
    answer = desk.member().post(f"{desk.address}items/{code}/", line(desk.base(code), note="现场记录"))
    assert answer.status_code == 422
    assert "已办结，不能再评分" in text(answer)
    assert "现场记录" in text(answer)
    scripted = desk.member().post(
        f"{desk.address}items/{code}/", line(desk.base(code)), headers={"HX-Request": "true"}
    )
    assert (scripted.status_code, scripted["X-Kept"]) == (422, "refused")
    assert Score.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("3.5", {}),
        ("４．５", {}),
        ("", {"points": "没有填得分。请填写。"}),
        ("三分", {"points": "“三分”不是分数。请填 0—5 的数。"}),
        ("NaN", {"points": "“NaN”不是分数。请填 0—5 的数。"}),
    ],
)
def test_points_are_typed_as_a_number(typed, found):
    row = sheet_rows.Row(
        1,
        "1",
        "1",
        "",
        "",
        "",
        (),
        (),
        "5",
        (),
        (),
        (),
        sheet_rows.NOBODY,
        None,
        None,
        (),
        (),
        "",
        "",
        "",
        (),
    )
    assert sheet_form.faults(row, sheet_form.read({"points": typed})) == found


# --- the whole sheet


def test_differences_are_said_in_words_and_filtered(desk):
    first, second = desk.codes[:2]
    reviewing.score_all(desk.sheet, [desk.review.leader], {first: desk.other(first)})
    page = text(desk.leader().get(desk.address))
    assert "复查低一级" in page or "复查低两级" in page
    only = desk.leader().get(f"{desk.address}?show=differ").context["parts"]
    assert [row.code for part in only for row in part.rows] == [first]
    assert desk.leader().get(f"{desk.address}?show=open").context["parts"] == []
    assert second in page


def test_handing_in_names_what_is_lacking_and_keeps_the_opinion(desk):
    client = desk.leader()
    page = text(client.get(f"{desk.address}submit/"))
    assert f"还有 {len(desk.codes)} 项没有办完，不能提交。" in page
    answer = client.post(f"{desk.address}submit/", {"opinion": OPINION})
    assert answer.status_code == 422
    assert "未判定" in text(answer) and OPINION in text(answer)
    reviewing.score_all(desk.sheet, [desk.review.leader])
    assert client.post(f"{desk.address}submit/", {"opinion": " "}).status_code == 422
    assert Sheet.objects.get(pk=desk.sheet.pk).state == "open"


def test_handed_in_it_is_fixed_and_the_unit_reads_it(desk):
    code = desk.codes[0]
    reviewing.score_all(desk.sheet, [desk.review.leader], {code: desk.other(code)}, problem="制度没有公开")
    answer = desk.leader().post(f"{desk.address}submit/", {"opinion": OPINION})
    assert (answer.status_code, answer["Location"]) == (302, desk.address)
    assert Judgement.objects.filter(case=desk.sheet.case, source="review").count() == len(desk.codes)
    assert Finding.objects.get().text == "制度没有公开"
    unit = desk.unit()
    page = text(unit.get(desk.address))
    assert OPINION in page and "已阅" in page and "各人" not in page and "data-score" not in page
    assert desk.review.leader.title not in page
    assert unit.post(f"{desk.address}acknowledge/").status_code == 302
    assert '<button class="btn primary">已阅</button>' not in text(unit.get(desk.address))
    assert unit.post(f"{desk.address}items/{code}/", line("A")).status_code == 404
    assert desk.leader().post(f"{desk.address}items/{code}/", line("A", note="再改")).status_code == 422


def test_the_feedback_is_acknowledged_by_the_unit_alone(desk):
    reviewing.submitted(desk.review, desk.sheet)
    for client in (desk.office(), desk.leader()):
        assert client.post(f"{desk.address}acknowledge/").status_code == 404


# --- proofs, lists


def test_members_download_proofs_filed_at_the_standard_and_no_others(desk):
    unit = desk.sheet.case.unit
    by = checking.office(desk.review.world, unit)
    standard = standards.load(desk.sheet.case.version)

    def filed(name: str, key: str, code: str) -> int:
        spot = Spot(key, code, asked="")
        proof = evidence.add(
            org=unit, by=by, name=name, data=papers.PDF, effective_on=papers.DAY, spots=[spot]
        ).proof
        return proof.current.pk

    mine = filed("章程.pdf", standard.id, desk.codes[0])
    answer = desk.member().get(f"{desk.address}proofs/{mine}/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == papers.PDF
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        "application/octet-stream",
        "nosniff",
    )
    assert f"{desk.address}proofs/{mine}/" in text(desk.member().get(f"{desk.address}items/{desk.codes[0]}/"))
    assert (
        desk.client(desk.review.world.officers[checking.DANYANG])
        .get(f"{desk.address}proofs/{mine}/")
        .status_code
        == 404
    )
    assert desk.member().get(f"{desk.address}proofs/{mine + 1}/").status_code == 404
    revision = evidence.Revision.objects.get(pk=mine)
    evidence.withdraw(proof=revision.proof, by=by, reason="有误")
    assert desk.member().get(f"{desk.address}proofs/{mine}/").status_code == 404


def test_the_list_holds_what_is_to_be_scored_by_day(desk):
    reviewing.score_all(desk.sheet, desk.review.inspectors[:1])
    page = desk.member().get("/inspections/sheets/")
    (day,) = page.context["days"]
    assert [(one.unit, one.done, one.total) for one in day.lines] == [
        (desk.sheet.case.unit.name, len(desk.codes), len(desk.codes))
    ]
    assert desk.member(1).get("/inspections/sheets/").context["days"][0].lines[0].done == 0
    assert "没有符合条件的评分表" in text(desk.member().get("/inspections/sheets/?q=没有这个单位"))
    peer = desk.client(desk.review.world.officers[checking.DANYANG])
    assert "没有评分表" in text(peer.get("/inspections/sheets/"))
    assert "没有评分表" in text(desk.unit().get("/inspections/sheets/"))


def test_the_office_takes_the_list_as_a_workbook_and_it_stands_in_the_record(desk):
    code = desk.codes[0]
    reviewing.submitted(desk.review, desk.sheet, {code: desk.other(code)})
    address = f"/inspections/places/{desk.review.place.pk}/sheets.xlsx"
    answer = desk.office().post(address)
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[1][1] == desk.sheet.case.unit.name
    assert rows[1][5:] == (len(desk.codes), len(desk.codes), "已提交", "2018-06-12", 1)
    assert Action.objects.filter(action="inspections.export").count() == 1
    peer = desk.client(desk.review.world.officers[checking.DANYANG])
    assert peer.post(address).status_code == 404
    assert desk.office().get(address).status_code == 405


# --- queries


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made.captured_queries)


def test_queries_do_not_grow_with_scores_teams_and_items(desk):
    client, item = desk.leader(), f"{desk.address}items/{desk.codes[0]}/"
    before = [queries_of(client, one) for one in (desk.address, item, f"{desk.address}screens/")]
    listed = queries_of(client, "/inspections/sheets/")
    reviewing.score_all(desk.sheet, [desk.review.leader, *desk.review.inspectors])
    more = reviewing.team(desk.review.place, desk.review.office, "第二督导组")
    rest = [case for case in desk.review.cases if case.pk != desk.sheet.case_id]
    teams.assign(team=more, by=desk.review.office, cases=rest)
    after = [queries_of(client, one) for one in (desk.address, item, f"{desk.address}screens/")]
    assert after == before
    assert max(after) <= 24
    assert queries_of(client, "/inspections/sheets/") == listed
