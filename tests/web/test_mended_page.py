"""Before and after of a problem, as its page shows it: from the report's figures, from the county's runs, or from material alone."""

from dataclasses import dataclass
from datetime import date

import checking
import handin
import pytest
from lookback import Lookback, city, texts

from dudao_web import clock
from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns.models import Case
from dudao_web.evaluations import mended, recompute
from dudao_web.evaluations.mended import Cell, Row
from dudao_web.findings import ledger
from dudao_web.findings.models import Finding
from dudao_web.orgs.models import Kind, Membership, User
from dudao_web.submissions.self_check import actions as self_check

pytestmark = pytest.mark.django_db

CODE = "1.1"
HEAD = Cell("", "near", "B")


@dataclass(frozen=True)
class Look:
    """A school whose self-check is approved, with a problem that the re-check listed."""

    world: Lookback
    case: Case
    unit: Membership
    office: Membership
    finding: Finding

    def report(self, **answer: str) -> None:
        said = {f"{CODE}_{name}": text for name, text in answer.items()}
        ledger.report(finding=self.finding, by=self.unit, note="已补齐", on=clock.today(), answer=said)
        self.finding.refresh_from_db()

    def strike(self) -> None:
        ledger.strike(finding=self.finding, by=self.office, method="on_site", note="已看", on=clock.today())
        self.finding.refresh_from_db()
        recompute.stale()


@pytest.fixture
def look(settings):
    settings.DEMO_ON = checking.ON
    world = city(share=100)
    bound = {Kind.SCHOOL: checking.own_items(world, 3)[Kind.SCHOOL]}
    case = checking.case_of(checking.campaign(world, bound))
    unit, office = world.office(case.unit), world.officers[checking.YANGZHONG]
    self_check.save(case=case, by=unit, texts=texts(case) | {f"{CODE}_a1": "未达到"})
    self_check.hand_in(case=case, by=unit)
    campaigns.approve(cases=[case], by=office)
    campaigns.judge(case=case, by=office, source="review", answered=[campaigns.Answered(CODE, "B")])
    found = ledger.raise_(
        case=case,
        by=office,
        text="制度不全（演示数据）",
        source="review",
        indicator=CODE,
        measure="补齐",
        office=office.org,
    )
    User.objects.update(must_change_password=False)
    return Look(world, case, unit, office, found)


def test_before_any_report_there_is_nothing_to_compare(look):
    shown = mended.of(look.finding)
    assert (shown.before, shown.after, shown.note) == ("整改前（复查）", "", "还没有整改报告。")
    assert shown.rows == (Row("判定", HEAD, Cell()),)


def test_a_report_without_figures_leaves_them_and_material_decides(look):
    look.report()
    shown = mended.of(look.finding)
    assert (shown.rows, shown.after) == ((Row("判定", HEAD, Cell()),), "")
    assert shown.note == "整改报告没有更新数据，数据未变，以材料核验为准。"


def test_a_report_with_figures_is_computed_when_it_is_looked_at(look):
    look.report(a1="达到")
    shown = mended.of(look.finding)
    clause = "A1 演示：制度齐全并公开"
    assert shown.rows == (Row("判定", HEAD, Cell("", "met", "A")), Row(clause, Cell("未达到"), Cell("达到")))
    assert (shown.after, look.case.judgements.filter(source="computed").exists()) == (
        "整改后（按报告的数据）",
        False,
    )


def test_once_struck_off_it_shows_what_was_computed_and_stays_so(look):
    look.report(a1="达到")
    look.strike()
    first = mended.of(look.finding)
    assert (first.after, first.rows[0]) == ("整改后（计算）", Row("判定", HEAD, Cell("", "met", "A")))
    campaigns.unlock(case=look.case, by=look.office, reason="请更正")
    self_check.save(case=look.case, by=look.unit, texts={f"{CODE}_a2": "未达到"})
    self_check.hand_in(case=look.case, by=look.unit)
    campaigns.approve(cases=[look.case], by=look.office)
    assert mended.of(look.finding) == first


def test_a_problem_of_no_indicator_is_verified_by_material(look):
    found = ledger.raise_(
        case=look.case,
        by=look.office,
        text="操场积水",
        source="review",
        measure="排水",
        office=look.office.org,
    )
    assert mended.of(found) == mended.Mended("", "", "", "", (), "这个问题不对应某一项指标，以材料核验为准。")


def test_who_sees_the_problem_sees_before_and_after_others_nothing(look, client_of):
    look.report(a1="达到")
    address = f"/evaluations/findings/{look.finding.pk}/"
    for held in (look.unit, look.office, look.world.officer):
        answer = client_of(held).get(address)
        assert (answer.status_code, "整改前（复查）" in answer.content.decode()) == (200, True)
    peer = Case.objects.filter(campaign=look.case.campaign, district__code=checking.DANYANG).first()
    strangers = (look.world.officers[checking.DANYANG], look.world.office(peer.unit))
    User.objects.update(must_change_password=False)
    assert [client_of(held).get(address).status_code for held in strangers] == [404, 404]
    assert client_of(look.office).get("/evaluations/findings/0/").status_code == 404
    assert client_of(look.office).post(address).status_code == 405


def test_a_fragment_is_the_table_alone(look, client_of):
    look.report(a1="达到")
    client, address = client_of(look.office), f"/evaluations/findings/{look.finding.pk}/"
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(address).content.decode()
    assert (part.startswith("<section"), "<html" in part, part.strip() in whole) == (True, False, True)
    assert f'href="/findings/{look.finding.pk}/"' in whole


# --- what follows from the county's returns


@pytest.fixture
def data(world, settings):
    """扬中市's data, computed; a ratio of one school falls short and was listed."""
    settings.DEMO_ON = date(2026, 6, 10)
    of = handin.set_of(world.yangzhong)
    case = checking.data_case(world, handin.whole(of, world.owner, R5="0.8"))
    before = handin.run(of, world.owner, on=handin.DAY)
    return world, of, case, before


def _listed(world, case: Case, code: str) -> Finding:
    return ledger.raise_(
        case=case,
        by=world.city_officer,
        text="运动场馆不足（演示数据）",
        source="review",
        indicator=code,
        measure="扩建",
        office=world.city,
    )


@pytest.mark.parametrize("code", ["R5", "RS"])
def test_a_ratio_waits_for_a_new_run_and_then_shows_it(data, client_of, code):
    world, of, case, before = data
    found = _listed(world, case, code)
    ledger.report(finding=found, by=world.owner, note="已扩建", on=clock.today())
    found.refresh_from_db()
    first = mended.of(found)
    assert (first.before, first.after, first.run) == (f"整改前（{before.number}）", "", None)
    assert first.note.startswith("整改后还没有重新计算。请在扬中市2026年填报中更新数据（")
    assert "学校体育馆面积" in first.note or code == "RS"
    handin.hand_in(of, world.owner, f"{handin.SECOND}.xlsx", handin.school(handin.SECOND))
    after = handin.run(of, world.owner, on=handin.DAY)
    shown = mended.of(found)
    assert (shown.after, shown.note, shown.run) == (f"整改后（{after.number}）", "", after)
    assert [row.before for row in shown.rows] == [row.before for row in first.rows]
    assert any(row.before != row.after for row in shown.rows)
    page = client_of(world.city_officer).get(f"/evaluations/findings/{found.pk}/").content.decode()
    assert f'href="/evaluations/{after.pk}/"' in page
