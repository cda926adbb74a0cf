"""Pages of the self-check and of the data stage: who opens them, what they show, saving by script and without, nothing typed is lost."""

import re
from datetime import date

import checking
import handin
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lookback import texts
from world import PASSWORD

from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns.models import Case
from dudao_web.evidence import actions as evidence
from dudao_web.orgs import actions as accounts
from dudao_web.orgs.models import Kind
from dudao_web.submissions import actions as returns
from dudao_web.submissions import data_stage, queries
from dudao_web.submissions.models import Answer
from dudao_web.submissions.self_check import actions, answers

pytestmark = pytest.mark.django_db
HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def june(settings):
    """The campaign's own year."""
    settings.DEMO_ON = checking.ON


@pytest.fixture
def city():
    return checking.small()


@pytest.fixture
def case(city):
    return checking.case_of(checking.campaign(city, checking.own_items(city)))


@pytest.fixture
def client_of(client_of):
    """A client of an office whose account has chosen its password."""

    def of(held):
        if held.user.must_change_password:
            accounts.set_password(user=held.user, password=PASSWORD)
        return client_of(held)

    return of


def at(case: Case, item: str = "", page: str = "") -> str:
    return f"/submissions/self-check/{case.pk}/{page}" + (f"?item={item}" if item else "")


def shown(answer) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def typed(**said: str) -> dict[str, str]:
    """A form as it is sent: name=text, shown before as blank."""
    return {**said, **{f"seen.{name}": "" for name in said}}


def whole(case: Case, by) -> None:
    actions.save(case=case, by=by, texts=texts(case))


# --- who


def test_who_opens_the_draft_and_what_is_handed_in(city, case, client_of):
    other = checking.case_of(case.campaign, district=checking.DANYANG)
    own = city.office(case.unit)
    offices = {
        "own": own,
        "inspector": checking.inspector(case.district),
        "district": city.officers[checking.YANGZHONG],
        "city": city.officer,
        "peer": city.officers[checking.DANYANG],
        "stranger": city.office(other.unit),
        "other inspector": checking.inspector(other.district, "inspector2"),
    }
    actions.save(case=case, by=own, texts={"ZD1_proof": "草稿里的材料"})

    def found() -> dict[str, tuple[int, bool]]:
        got = {name: client_of(held).get(at(case, "ZD1")) for name, held in offices.items()}
        return {
            name: (page.status_code, "草稿里的材料" in page.content.decode()) for name, page in got.items()
        }

    none = dict.fromkeys(("peer", "stranger", "other inspector"), (404, False))
    assert found() == {
        "own": (200, True), "inspector": (200, True), "district": (200, False), "city": (200, False), **none
    }  # fmt: skip
    whole(case, own)
    actions.save(case=case, by=own, texts={"ZD1_proof": "草稿里的材料"})
    actions.hand_in(case=case, by=own)
    assert found() == dict.fromkeys(("own", "inspector", "district", "city"), (200, True)) | none
    campaigns.send_back(case=case, by=city.officers[checking.YANGZHONG], reason="请补充")
    actions.save(case=case, by=own, texts={"ZD1_proof": "改过的材料"})
    assert found()["district"] == (200, True)  # still what was handed in
    assert "改过的材料" in client_of(own).get(at(case, "ZD1")).content.decode()


@pytest.mark.parametrize("place", ["", "carry-in/", "hand-in/"])
def test_only_the_unit_writes(city, case, client_of, place):
    other = checking.case_of(case.campaign, district=checking.DANYANG)
    held = [
        city.officers[checking.YANGZHONG],
        city.officer,
        city.office(other.unit),
        checking.inspector(case.district),
    ]
    for one in held:
        assert client_of(one).post(at(case, page=place), typed(ZD1_met="达到")).status_code == 404
    assert Answer.objects.count() == 0


def test_looking_changes_nothing_and_an_unknown_item_is_no_page(city, case, client_of):
    client = client_of(city.office(case.unit))
    assert [client.get(at(case, page=page)).status_code for page in ("", "hand-in/", "carry-in/")] == [
        200,
        200,
        405,
    ]
    assert client.get(at(case, "nothing")).status_code == 404
    assert (Case.objects.get(pk=case.pk).state, Answer.objects.count()) == ("todo", 0)


# --- what stands on the page


def test_the_item_says_its_clause_what_it_asks_and_what_follows(city, case, client_of):
    client = client_of(city.office(case.unit))
    page = shown(client.get(at(case, "1.1")))
    assert "演示：学校章程和制度的制度建设符合要求。 镇教督〔2017〕11号" in page
    assert "A 等条文 A1 演示：制度齐全并公开 达到 未达到 A2 演示：" in page
    assert "C 等情形 C1 演示：没有章程 有 无 按现填： 无数据 还没有填完" in page
    assert "演示：学校章程 没有" in page  # asked by the 建档目录
    assert "共 16 项 已填 0" in page


def test_the_head_counts_filled_errors_and_missing_proofs(city, case, client_of):
    by = city.office(case.unit)
    whole(case, by)
    actions.save(case=case, by=by, texts={"ZD1_met": "大概"})
    page = shown(client_of(by).get(at(case)))
    assert "共 16 项 已填 16 错误 1 佐证缺" in page


def test_the_page_says_why_it_was_returned_and_until_when(city, case, client_of):
    by = city.office(case.unit)
    whole(case, by)
    actions.hand_in(case=case, by=by)
    campaigns.send_back(
        case=case,
        by=city.officers[checking.YANGZHONG],
        reason="ZD1 与材料不符",
        due=checking.ON.replace(day=15),
    )
    page = shown(client_of(by).get(at(case)))
    assert "退回 扬中市 ZD1 与材料不符 2018年6月12日 须在2018年6月15日前重新提交" in page
    assert "剩 3 天" in page


def test_last_year_stands_beside(city, client_of):
    items = checking.own_items(city)
    old = checking.case_of(checking.campaign(city, items, "a-2017", 2017))
    by = city.office(old.unit)
    whole(old, by)
    actions.hand_in(case=old, by=by)
    campaigns.approve(cases=[Case.objects.get(pk=old.pk)], by=city.officers[checking.YANGZHONG])
    new = checking.case_of(checking.campaign(city, items, "a-2018", 2018))
    assert "2017年自查： A" in shown(client_of(by).get(at(new, "1.1")))
    assert "上次 达到" in shown(client_of(by).get(at(new, "1.1")))


@pytest.mark.parametrize("n", [12, 100])
def test_a_page_takes_as_many_queries_with_100_items_as_with_12(city, client_of, n):
    case = checking.case_of(checking.campaign(city, checking.own_items(city, n)))
    by = city.office(case.unit)
    whole(case, by)
    spot = evidence.Spot(case.version.standard, "1.1", "演示：学校章程")
    evidence.add(
        org=case.unit, by=by, name="章程.txt", data="章程".encode(), effective_on=checking.ON, spots=[spot]
    )
    client = client_of(by)
    client.get(at(case, "1.1"))  # the standard is loaded once a process
    with CaptureQueriesContext(connection) as seen:
        assert client.get(at(case, "1.1")).status_code == 200
    with CaptureQueriesContext(connection) as saved:
        kept = client.post(at(case, "ZD1"), {"ZD1_met": "未达到", "seen.ZD1_met": "达到"}, **HX)
    assert kept.headers["X-Kept"] == "yes"
    assert (len(seen), counted(saved)) == (12, 13)


def counted(queries: CaptureQueriesContext) -> int:
    """Statements without those of transactions."""
    own = ("SAVEPOINT", "RELEASE", "BEGIN", "ROLLBACK", "COMMIT")
    return sum(not row["sql"].startswith(own) for row in queries.captured_queries)


def test_known_figures_are_carried_in_at_the_press_of_a_button(city, client_of, settings):
    settings.DEMO_ON = date(2021, 6, 1)
    version = checking.standards.register(standard="preschool-universal", profile="default", by=None)
    by = city.officers[checking.YANGZHONG]
    old = checking.case_of(checking.campaign(city, {Kind.COUNTY: version}, "a-2020", 2020), Kind.COUNTY)
    actions.save(case=old, by=by, texts=texts(old) | {"children": "900", "population_3_6": "1000"})
    actions.hand_in(case=old, by=by)
    campaigns.approve(cases=[Case.objects.get(pk=old.pk)], by=by)
    new = checking.case_of(checking.campaign(city, {Kind.COUNTY: version}, "a-2021", 2021), Kind.COUNTY)
    client, code = client_of(by), answers.sheet(new).items[0].indicator.code
    n = sum(field.numeric for field in answers.fields(answers.sheet(new).items).values())
    assert f"带入 {n} 项" in shown(client.get(at(new, code)))
    assert Answer.objects.filter(case=new).count() == 0
    assert client.post(at(new, page="carry-in/"), {"item": code})["Location"] == at(new, code)
    page = shown(client.get(at(new, code)))
    assert "2020年自查，请核对" in page
    assert "按现填： 达标 90%，应不低于 85%" in page
    actions.save(case=new, by=by, texts={"children": "950"})
    page = shown(client.get(at(new, code)))
    assert "上次 900 人，增加 5.6%" in page
    assert "已改 原带入自2020年自查" in page


# --- saving


def test_a_field_is_saved_by_script_and_only_what_follows_comes_back(city, case, client_of):
    client = client_of(city.office(case.unit))
    kept = client.post(at(case, "ZD1"), typed(ZD1_met="未达到", **{"ZD1::note": "说明一"}), **HX)
    page = kept.content.decode()
    assert (kept.status_code, kept.headers["X-Kept"]) == (200, "yes")
    assert re.search(r'id="saved" class="meta" hx-swap-oob="true">已保存 \d\d:\d\d<', page)
    assert "按现填： 未达标" in shown(kept)
    assert "<html" not in page
    assert {row.field: row.text for row in Answer.objects.all()} == {
        "ZD1_met": "未达到",
        "ZD1::note": "说明一",
    }
    assert Case.objects.get(pk=case.pk).state == "draft"


def test_a_clash_shows_both_texts_and_the_choice_decides(city, case, client_of):
    by = city.office(case.unit)
    actions.save(case=case, by=by, texts={"ZD1_proof": "另一处的材料"})
    client = client_of(by)
    for extra in ({}, HX):
        sent = client.post(at(case, "ZD1"), typed(ZD1_proof="本处的材料"), **extra)
        assert sent.status_code == (200 if extra else 422)
        assert "另一处已保存为“另一处的材料”，本处填写的是“本处的材料”，还没有保存。" in shown(sent)
        assert Answer.objects.get(field="ZD1_proof").text == "另一处的材料"
    again = {"ZD1_proof": "本处的材料", "seen.ZD1_proof": "\ue000", "theirs.ZD1_proof": "另一处的材料"}
    assert (
        client.post(at(case, "ZD1"), again, **HX).headers["X-Kept"] == "no"
    )  # stays a clash until it is decided
    client.post(at(case, "ZD1"), {**again, "choose.ZD1_proof": "theirs"}, **HX)
    assert Answer.objects.get(field="ZD1_proof").text == "另一处的材料"
    client.post(at(case, "ZD1"), {**again, "choose.ZD1_proof": "mine"}, **HX)
    assert Answer.objects.get(field="ZD1_proof").text == "本处的材料"


def test_what_another_tab_saved_reaches_a_tab_that_did_not_touch_it(city, case, client_of):
    by = city.office(case.unit)
    actions.save(case=case, by=by, texts={"ZD1_proof": "另一处的材料"})
    kept = client_of(by).post(
        at(case, "ZD1"), {**typed(ZD1_met="达到"), "ZD1_proof": "", "seen.ZD1_proof": ""}, **HX
    )
    assert re.search(r'id="box-1" hx-swap-oob="true">.*另一处的材料</textarea>', kept.content.decode(), re.S)
    assert Answer.objects.get(field="ZD1_proof").text == "另一处的材料"


def test_without_scripts_save_and_next(city, case, client_of):
    client = client_of(city.office(case.unit))
    sent = client.post(at(case, "ZD1"), typed(ZD1_met="未达到") | {"go": "ZD2"})
    assert (sent.status_code, sent["Location"]) == (302, at(case, "ZD2"))
    sent = client.post(at(case, "ZD2"), typed(ZD2_met="未达到") | {"go": "hand-in"})
    assert sent["Location"] == at(case, page="hand-in/")


def test_a_wrong_answer_stays_in_its_box(city, client_of):
    case = checking.of_district(city, "chongqing-county")
    client = client_of(city.officers[checking.YANGZHONG])
    sent = client.post(at(case, "BZ"), typed(BZ_points="六十") | {"go": "CY"})
    assert sent.status_code == 422
    assert 'value="六十"' in sent.content.decode()
    assert "错误" in shown(sent)
    again = client.post(at(case, "BZ"), {"BZ_points": "六十", "seen.BZ_points": "六十", "go": "CY"})
    assert again["Location"] == at(case, "CY")  # seen once, it may be mended later


def test_what_comes_too_late_is_shown_again(city, case, client_of):
    by = city.office(case.unit)
    whole(case, by)
    actions.hand_in(case=case, by=by)
    client = client_of(by)
    late = client.post(at(case, "ZD1"), {"ZD1_proof": "来晚的材料", "seen.ZD1_proof": ""})
    assert (late.status_code, "来晚的材料" in shown(late)) == (422, True)
    assert "已经提交或不是本单位填报" in shown(late)
    assert client.post(at(case, "ZD1"), typed(ZD1_proof="来晚"), **HX).status_code == 422


# --- handing in


def test_handing_in_says_what_will_happen_and_locks(city, case, client_of):
    by = city.office(case.unit)
    client = client_of(by)
    page = shown(client.get(at(case, page="hand-in/")))
    assert "还有 16 项没有填完：" in page
    whole(case, by)
    page = shown(client.get(at(case, page="hand-in/")))
    assert "各项已填完，没有错误" in page
    assert "送扬中市教育督导室，进入“" in page
    sent = client.post(at(case, page="hand-in/"), {"::report": "一、\r\n二、", "submit": "1"})
    assert (sent.status_code, sent["Location"]) == (302, at(case))
    assert case.hand_ins.get().report == "一、\n二、"
    page = client.get(at(case, "ZD1")).content.decode()
    assert (page.count("<textarea"), page.count('type="radio"')) == (0, 0)
    assert "已锁定，要改的，申请退回修改。" in page
    assert client.get(at(case, page="hand-in/"))["Location"] == at(case)


def test_a_report_that_is_too_long_is_kept_on_the_page(city, case, client_of):
    by = city.office(case.unit)
    whole(case, by)
    long = "长" * 5001
    sent = client_of(by).post(at(case, page="hand-in/"), {"::report": long, "submit": "1"})
    assert (sent.status_code, long in sent.content.decode()) == (422, True)
    assert "自查报告有 5001 字，最多 5000 字" in shown(sent)


def test_the_report_is_kept_as_a_draft(city, case, client_of):
    client = client_of(city.office(case.unit))
    client.post(at(case, page="hand-in/"), typed(**{"::report": "写到一半"}), **HX)
    assert Answer.objects.get().field == answers.REPORT
    assert "写到一半" in shown(client.get(at(case, page="hand-in/")))


def test_the_difference_to_the_last_hand_in_is_shown_before_the_next(city, case, client_of):
    by = city.office(case.unit)
    whole(case, by)
    actions.hand_in(case=case, by=by)
    campaigns.send_back(case=case, by=city.officers[checking.YANGZHONG], reason="请改")
    actions.save(case=case, by=by, texts={"ZD1_met": "未达到"})
    page = shown(client_of(by).get(at(case, page="hand-in/")))
    assert "本次改了 1 项" in page
    assert re.search(r"ZD1 \S+ 达标 未达标", page)


# --- the data stage


def test_the_data_stage_hands_in_a_confirmed_set_and_shows_a_change(world, client_of, settings):
    settings.DEMO_ON = None
    of = handin.whole(handin.set_of(world.yangzhong), world.owner)
    case = checking.data_case(world, of)
    here = f"/submissions/data/{case.pk}/"
    assert client_of(world.peer).get(here).status_code == 404
    assert client_of(world.city_officer).post(here).status_code == 404
    client = client_of(world.owner)
    assert "全县填报还没有确认" in shown(client.get(here))
    assert client.post(here).status_code == 422
    returns.confirm(
        of=of, seen=queries.standing(of).digest, by=world.owner, absent_reason="没有其他学校（演示数据）"
    )
    assert "填报 齐备" in shown(client.get(here))
    assert client.post(here).status_code == 302
    case = Case.objects.get(pk=case.pk)
    assert case.hand_ins.get().content == data_stage.standing(case).digest
    assert data_stage.standing(case).changed is False
    assert "与上次提交 相同" in shown(client.get(here))
    assert client.post(here).status_code == 422


def test_the_kinds_of_units_have_a_page_each(city, client_of):
    case = checking.case_of(checking.campaign(city, checking.own_items(city)), Kind.TOWN, checking.DANYANG)
    assert client_of(city.office(case.unit)).get(at(case)).status_code == 200
