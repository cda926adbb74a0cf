"""What the ledger tells an office before it acts: which of several cannot be done, that an indicator is no better, who found a problem,
which material there is, which of two tasks is which.
"""

import hashlib
import re
from datetime import date, timedelta

import ledgers
import mending
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from ledgers import DANYANG, TODAY
from lookback import texts
from test_mended_page import CODE, look  # noqa: F401 - a fixture
from test_upload_hardening import exif, jpeg

from dudao_web import clock
from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns.models import Case
from dudao_web.evaluations import recompute
from dudao_web.evidence.models import Proof, Revision
from dudao_web.findings import actions, faults, forms_ledger, improving, ledger
from dudao_web.findings.models import Finding
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action, Role
from dudao_web.submissions.self_check import actions as self_check

pytestmark = pytest.mark.django_db

BULK = "/findings/bulk/"
SAID = {"sure": "1", "method": "on_site", "on": "2018-06-12", "note": "已核对", "seen": "on"}


@pytest.fixture
def of(settings):
    """A ledger with a problem in each state."""
    settings.DEMO_ON = TODAY
    return ledgers.filled(ledgers.opened())


def shown(answer) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def again(row: Finding) -> Finding:
    return Finding.objects.get(pk=row.pk)


def refusal(act, **said) -> str:
    with pytest.raises(Refused) as found:
        act(**said)
    return str(found.value)


def offered(answer) -> list[str]:
    """The keys that a form would send."""
    return re.findall(r'<input type="checkbox" name="pk" value="(\d+)" checked', answer.content.decode())


# --- several at once


def test_what_cannot_be_struck_off_is_named_before_anything_is_typed(of, client_of):
    """Of three one is not reported yet; the form is there for the other two alone."""
    good = of.found["mended"]
    bare = ledger.report(
        finding=ledgers.listed(of, "食堂没有公示价格", measure="公示"), by=of.unit, note="已公示", on=TODAY
    )
    bad = of.found["open"]
    keys = [good.pk, bare.pk, bad.pk]
    first = client_of(of.district).post(BULK, {"do": "strike", "pk": keys})
    text = shown(first)
    assert (first.status_code, offered(first)) == (200, [str(good.pk), str(bare.pk)])
    assert "同意销号 可办 2 个，不能办 1 个" in text
    assert (
        f"{bad.register_number} {of.case.unit.name} 校本课程没有单列课时 现在是“整改中”，还没有报告整改完成，不能销号。"
        in text
    )
    assert "继续办理其余 2 个" in text
    assert "同意这 2 个问题销号" in text
    assert text.count("没有新上传的佐证材料，只能现场核验") == 1
    assert '<option value="on_site" selected>' in first.content.decode()
    sent = client_of(of.district).post(BULK, SAID | {"do": "strike", "pk": offered(first)})
    assert sent.url == "/findings/"
    assert [again(row).state for row in (good, bare, bad)] == ["struck", "struck", "open"]


@pytest.mark.parametrize("verb", ["strike", "move"])
def test_who_mends_it_is_told_so_before_the_form(of, client_of, verb):
    """The same person has an office at the school and one at the district; then nothing is left to type."""
    second, _ = orgs.invite(
        by=None, org=of.case.district, role=Role.COUNTY_OFFICER, username=of.unit.user.username,
        title="扬中市教育督导室", on=date(2010, 9, 1),
    )  # fmt: skip
    row = of.found["mended"]
    answer = client_of(second).post(BULK, {"do": verb, "pk": [row.pk]})
    assert (answer.status_code, offered(answer), "<textarea" in answer.content.decode()) == (200, [], False)
    assert "整改方案、进展或整改报告是同一人员写的，不能由本人核验" in shown(answer)
    assert "所选问题都不能办" in shown(answer)
    forced = SAID | {"do": verb, "pk": [row.pk], "due": "2018-09-30", "text": "延期"}
    assert client_of(second).post(BULK, forced).status_code == 422
    assert (again(row).state, again(row).due) == ("mended", row.due)


def test_what_changes_meanwhile_is_refused_and_the_rest_offered_with_what_was_typed(of, client_of):
    rows = [of.found["mended"], of.found["open"]]
    answer = client_of(of.district).post(BULK, SAID | {"do": "strike", "pk": [row.pk for row in rows]})
    assert (answer.status_code, offered(answer)) == (422, [str(rows[0].pk)])
    assert "所选问题都没有办，原因是：" in shown(answer)
    assert ">\n已核对</textarea>" in answer.content.decode()
    assert again(rows[0]).state == "mended"


@pytest.mark.parametrize(
    ("verb", "why"),
    [
        ("urge", "现在是“已销号”，不需要督办。"),
        ("move", "现在是“已销号”，没有时限可以调整。"),
        ("strike", "现在是“已销号”，不再办理。"),
    ],
)
def test_what_is_struck_off_is_left_out_with_the_reason(of, client_of, verb, why):
    live = "mended" if verb == "strike" else "open"
    keys = [of.found["struck"].pk, of.found[live].pk]
    answer = client_of(of.district).post(BULK, {"do": verb, "pk": keys})
    assert (offered(answer), why in shown(answer)) == ([str(of.found[live].pk)], True)


def test_each_further_row_to_strike_off_costs_few_questions(of, client_of, django_assert_max_num_queries):
    """The steps of all rows are read once; what is asked of each is who may verify it, and what its figures and proofs come to."""
    rows = [ledgers.listed(of, text, indicator="ZD2", measure="更换") for text in "甲乙丙丁"]
    keys = [ledgers.reported(of, row).pk for row in rows]
    client = client_of(of.district)
    asked = []
    for some in (keys[:1], keys):
        with django_assert_max_num_queries(200) as found:
            assert len(offered(client.post(BULK, {"do": "strike", "pk": some}))) == len(some)
        asked.append(len(found))
    assert (asked[1] - asked[0]) / 3 == 6


# --- an indicator that is no better


@pytest.mark.parametrize(
    ("said", "after", "unimproved", "short"),
    [
        ({"a1": "未达到"}, "B", True, True),
        ({"c1": "有"}, "C", True, True),
        ({"a1": "达到"}, "A", False, False),
    ],
)
def test_figures_that_are_no_better_need_a_reason(look, client_of, said, after, unimproved, short):  # noqa: F811
    look.report(**said)
    change = improving.of(look.finding)
    assert (change.before.word, change.after.word, change.unimproved, change.short) == (
        "B", after, unimproved, short,
    )  # fmt: skip
    page = shown(client_of(look.office).get(f"/findings/{look.finding.pk}/"))
    warned = f"指标未改善 列入时 B 按整改报告 {after} 仍要销号的，须在核验意见中写明理由。"
    assert (warned in page) == unimproved
    assert ("指标未改善，同意销号须写明理由。" in page) == unimproved


def test_without_a_reason_it_is_refused_with_one_it_is_struck_off(look, client_of):  # noqa: F811
    """On new material, so that nothing else stands in the way."""
    proof = mending.shown(look.unit, on=clock.today())
    ledger.report(
        finding=look.finding, by=look.unit, note="已补齐", on=clock.today(), proofs=[proof],
        answer={f"{CODE}_a1": "未达到"},
    )  # fmt: skip
    said = {"finding": look.finding, "by": look.office, "method": "material", "on": clock.today()}
    acts = Action.objects.count()
    assert refusal(ledger.strike, **said) == (
        "指标未改善：列入时判定为“B”，按整改报告的数据为“B”。确需销号的，请在核验意见中写明理由；否则请退回整改。"
    )
    assert (Action.objects.count(), again(look.finding).state) == (acts, "mended")
    sent = {"result": "strike", "method": "material", "on": clock.today().isoformat()}
    sent |= {"seen": [f"proof-{proof.pk}", "figures"]}
    address = f"/findings/{look.finding.pk}/verify/"
    answer = client_of(look.office).post(address, sent)
    assert (answer.status_code, "指标未改善：列入时判定为“B”" in shown(answer)) == (422, True)
    assert faults.strike(look.office, again(look.finding)).endswith("请单独核验，写明理由，或退回整改。")
    many = said | {"findings": [look.finding], "note": "一并销号"}
    del many["finding"]
    assert "请单独核验" in refusal(ledger.strike_many, **many)
    assert (
        client_of(look.office).post(address, sent | {"note": "该项改由镇统一建设，已列入计划"}).status_code
        == 302
    )
    row = again(look.finding)
    assert (row.state, row.steps.last().text) == ("struck", "该项改由镇统一建设，已列入计划")
    recompute.stale()  # the same figures as handed in: nothing has fallen since
    assert again(look.finding).state == "struck"


def test_what_is_lower_than_at_the_strike_off_is_listed_again(look):  # noqa: F811
    """With a reason it is struck off; the figures say C where B stood, and within the campaign that is a fall."""
    look.report(c1="有")
    look.strike()
    row = again(look.finding)
    assert (row.state, row.steps.last().kind) == ("returned", "reopened")


def test_without_figures_there_is_nothing_to_compare(look, client_of):  # noqa: F811
    look.report()
    assert improving.of(look.finding) is None
    assert "指标未改善" not in shown(client_of(look.office).get(f"/findings/{look.finding.pk}/"))


def test_what_nobody_judged_is_compared_with_what_was_handed_in_when_it_was_listed(look):  # noqa: F811
    """What the unit hands in afterwards is its mending, not what was found."""
    row = ledger.raise_(
        case=look.case, by=look.office, text="台账缺页", source="office", indicator=CODE, measure="补",
        office=look.office.org, before={},
    )  # fmt: skip
    campaigns.unlock(case=look.case, by=look.office, reason="请更正")
    self_check.save(case=look.case, by=look.unit, texts={f"{CODE}_a1": "达到"})
    self_check.hand_in(case=look.case, by=look.unit)
    campaigns.approve(cases=[look.case], by=look.office)
    row = ledger.report(
        finding=row, by=look.unit, note="已补", on=clock.today(), answer={f"{CODE}_a1": "达到"}
    )
    change = improving.of(row)
    assert (change.before.word, change.after.word, change.unimproved) == ("B", "A", False)


def test_nothing_is_said_of_the_time_before_anything_was_handed_in(look):  # noqa: F811
    """A school that lists a problem itself before its self-check: there is no indicator yet that could be no better."""
    case = Case.objects.filter(campaign=look.case.campaign).exclude(pk=look.case.pk).order_by("pk")[0]
    unit = look.world.office(case.unit)
    row = actions.note(case=case, by=unit, text="制度不全", indicator=CODE, mendable=True, measure="补齐")
    self_check.save(case=case, by=unit, texts=texts(case) | {f"{CODE}_a1": "未达到"})
    self_check.hand_in(case=case, by=unit)
    said = {f"{CODE}_a1": "未达到"}
    row = ledger.report(finding=row, by=unit, note="已补", on=clock.today(), answer=said)
    assert improving.of(row) is None


def test_a_second_report_without_figures_does_not_spare_the_reason(look):  # noqa: F811
    look.report(a1="未达到")
    ledger.send_back(finding=look.finding, by=look.office, reason="没有变化", due=clock.today())
    look.report()
    change = improving.of(look.finding)
    assert (change.after.word, change.unimproved) == ("B", True)


@pytest.mark.parametrize("blank", [" ", "\u200b", "\u3000\u2060\ufeff", "\u0000", "\u3164"])
def test_signs_that_nobody_sees_are_no_reason(look, blank):  # noqa: F811
    proof = mending.shown(look.unit, on=clock.today())
    ledger.report(
        finding=look.finding, by=look.unit, note="已补齐", on=clock.today(), proofs=[proof],
        answer={f"{CODE}_a1": "未达到"},
    )  # fmt: skip
    said = {"finding": look.finding, "by": look.office, "on": clock.today(), "note": blank}
    assert refusal(ledger.strike, method="material", **said).startswith("指标未改善：")
    assert refusal(ledger.strike, method="on_site", **said).startswith("没有写现场核验的情况。")


# --- who found it


def test_what_an_office_registers_by_hand_says_so(of, client_of):
    client = client_of(of.district)
    typed = {
        "indicator": "", "text": "门卫室没有值班记录", "severity": "normal", "disposition": "notice",
        "measure": "", "responsible": of.case.unit_id, "due": "2018-07-12",
    }  # fmt: skip
    client.post(f"/findings/cases/{of.case.pk}/new/", typed)
    row = Finding.objects.get(text="门卫室没有值班记录")
    page = shown(client.get(f"/findings/{row.pk}/"))
    assert (row.source, row.before) == ("office", {})
    assert "2018年“双创”“回头看” 督导室登记" in page
    assert "复查" not in page.split("经过")[0].split("督导室登记")[1]
    assert "复查发现" in shown(client.get(f"/findings/{of.found['open'].pk}/"))
    assert "自查发现" in shown(client.get(f"/findings/{of.found['handed_up'].pk}/"))
    lines = shown(client.get("/findings/?source=office"))
    assert ("门卫室没有值班记录" in lines, "校本课程没有单列课时" in lines) == (True, False)
    table = client.post("/findings/list.xlsx?source=office")
    assert table.status_code == 200
    assert Action.objects.latest("pk").data["asked"] == {"source": "office"}


def test_of_an_indicator_that_a_team_judged_it_keeps_that_judgement(look):  # noqa: F811
    row = ledger.raise_(
        case=look.case, by=look.office, text="另有问题（演示数据）", source="office", indicator=CODE,
        office=look.office.org,
    )  # fmt: skip
    assert row.before == {"source": "review", "value": "B", "points": None}


def test_what_the_unit_listed_itself_becomes_the_office_s_when_it_registers_it_too(of):
    row = of.found["handed_up"]
    found = ledger.raise_(
        case=of.case, by=of.district, text=row.text, source="office", office=of.case.district
    )
    assert (found.pk, found.source, found.disposition) == (row.pk, "office", "notice")


def test_every_source_has_its_word_and_stands_among_the_filters():
    known = set(Finding.SOURCES)
    asked = {key for key, _ in forms_ledger.LedgerFilter.base_fields["source"].choices}
    assert (known, asked) == ({"self", "review", "spot", "computed", "office"}, known | {""})


# --- which material there is


def test_who_reports_chooses_among_what_was_handed_in_earlier_newest_first(of, client_of, settings):
    """Only what came after the problem was listed proves it; what came before may be shown with it."""
    settings.DEMO_ON = TODAY + timedelta(days=3)
    row = ledgers.listed(of, "排水沟没有盖板", measure="加盖板")
    settings.DEMO_ON = TODAY + timedelta(days=4)
    ledgers.shown(of, "盖板验收")
    client = client_of(of.unit)
    page = client.get(f"/findings/{row.pk}/")
    labels = re.findall(r'name="proofs"[^>]*>([^<]*)</label>', page.content.decode())
    assert labels[0] == "盖板验收（2018年6月16日形成）"
    assert set(labels[1:]) == {"验收单（2018年6月12日形成，列入问题前已有）"}
    assert "凭材料销号的，至少要有一份列入问题之后上传的材料。" in shown(page)
    chosen = Proof.objects.get(title="盖板验收")
    said = {"note": "已加盖板", "on": "2018-06-16", "proofs": [chosen.pk], "effective_on": ""}
    assert client.post(f"/findings/{row.pk}/report/", said).status_code == 302
    assert (again(row).state, again(row).proof) == ("mended", chosen)


def test_a_unit_without_material_is_told_so(of, client_of):
    Proof.objects.update(withdrawn_at=clock.now())
    page = shown(client_of(of.unit).get(f"/findings/{of.found['open'].pk}/"))
    assert "从已有材料中选 本单位还没有材料。请选择文件上传。" in page


def test_a_photo_is_kept_without_its_place_and_that_is_said(of, client_of, settings):
    """What is kept, hashed and given out to whoever verifies is the cleaned photo; the unit is told."""
    row, client = of.found["open"], client_of(of.unit)
    assert "照片中的拍摄位置、设备和时间自动除去。" in shown(client.get(f"/findings/{row.pk}/"))
    photo = SimpleUploadedFile("操场.jpg", jpeg(exif(gps=True)))
    said = {"note": "已改", "on": "2018-06-12", "files": photo, "effective_on": "2018-06-12"}
    answer = client.post(f"/findings/{row.pk}/report/", said, follow=True)
    assert "等待核验。已除去图片中的拍摄位置、拍摄设备和时间等信息。" in shown(answer)
    (key,) = again(row).steps.get(kind="report").proofs
    given = b"".join(client_of(of.district).get(f"/findings/{row.pk}/proofs/{key}/").streaming_content)
    file = Revision.objects.get(pk=key).file
    assert (given, file.sha256) == (jpeg(), hashlib.sha256(jpeg()).hexdigest())


def test_the_material_of_another_unit_is_refused(of, client_of):
    other = ledgers.case_in(of.campaign, DANYANG)
    strange = mending.shown(of.world.office(other.unit), "别校材料", TODAY)
    row = of.found["open"]
    said = {"note": "已改", "on": "2018-06-12", "proofs": [strange.proof_id]}
    answer = client_of(of.unit).post(f"/findings/{row.pk}/report/", said)
    assert (answer.status_code, again(row).state) == (422, "open")
    assert "别校材料" not in shown(answer)
    assert refusal(ledger.report, finding=row, by=of.unit, note="已改", on=TODAY, proofs=[strange]) == (
        "佐证材料不是本单位的，或已撤下。请从本单位材料中选。"
    )


# --- which of two tasks is which


def test_two_tasks_of_the_same_words_are_told_apart_by_number_and_unit(of, client_of):
    town = ledgers.case_in(of.campaign, DANYANG)
    twin = ledger.raise_(
        case=town, by=of.world.officer, text="操场跑道破损，面积不足", source="office", indicator="ZD1",
        measure="翻修", office=of.world.city,
    )  # fmt: skip
    first = ledger.raise_(
        case=of.case, by=of.world.officer, text="围墙有裂缝", source="office", measure="翻修", office=of.world.city,
    )  # fmt: skip
    ledger.report(finding=twin, by=of.world.office(town.unit), note="已修", on=TODAY)
    ledger.report(finding=first, by=of.unit, note="已修", on=TODAY)
    page = shown(client_of(of.world.officer).get("/"))
    for row in (twin, first):
        about = f"{row.register_number} {row.unit.name} 2018年“双创”“回头看”"
        assert f"核验整改：{row.text} {about}" in page
    own = shown(client_of(of.unit).get("/"))
    assert f"整改：校本课程没有单列课时 {of.found['open'].register_number} 2018年“双创”“回头看”" in own
    assert f"{of.case.unit.name}交办" not in page + shown(client_of(of.district).get("/"))


@pytest.mark.django_db(transaction=True)
def test_on_a_phone_the_number_of_a_task_is_not_broken_over_two_lines(
    page, live_server, sign_in, accessible, settings
):
    settings.DEMO_ON = TODAY
    of = ledgers.filled(ledgers.opened())
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(of.district)
    page.goto(f"{live_server.url}/")
    task = page.locator("li", has_text="核验整改：操场跑道破损")
    number = of.found["mended"].register_number
    assert f"{number}\u3000{of.case.unit.name}" in task.inner_text()
    lines = page.evaluate(
        """text => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node; node = walk.nextNode();) { const at = node.data.indexOf(text); if (at < 0) continue;
        const range = document.createRange(); range.setStart(node, at); range.setEnd(node, at + text.length);
        return new Set([...range.getClientRects()].map(r => r.top)).size; } return 0; }""",
        number,
    )
    assert lines == 1
    assert accessible() == []
