"""The ledger's pages: tabs, filters, order, the panel, one finding with its forms, several at once; who sees and may what; in Chromium."""

import re
from datetime import date

import ledgers
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from ledgers import DANYANG, TODAY
from lookback import SINCE
from playwright.sync_api import expect
from screen import fits
from world import PASSWORD, SIZES

from dudao_web.evidence.models import Proof
from dudao_web.findings import ledger, ledger_page
from dudao_web.findings.models import Finding
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Kind, Role

PDF = b"%PDF-1.4\n% new\n%%EOF\n"


@pytest.fixture(autouse=True)
def june(settings):
    """The campaign's own year."""
    settings.DEMO_ON = TODAY


@pytest.fixture
def of(db):
    """A ledger with a problem in each state."""
    return ledgers.filled(ledgers.opened())


@pytest.fixture
def bare(db):
    """A campaign that runs, nothing found yet."""
    return ledgers.opened()


def shown(answer) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def tabs(answer) -> list[str]:
    """The tabs with their counts; the chosen one in brackets."""
    found = re.search(r'<nav class="ledger-tabs".*?</nav>', answer.content.decode(), re.S).group(0)
    links = re.findall(r"<a ([^>]*)>([^<]*)</a>", found)
    return [f"[{text}]" if "aria-current" in marks else text for marks, text in links]


def numbers(answer) -> list[str]:
    """The numbers of the lines, in their order."""
    return re.findall(r'<td class="one-line">(\d{4}-\d{3})</td>', answer.content.decode())


def of_names(of, *names: str) -> list[str]:
    return [of.found[name].register_number for name in names]


def again(row: Finding) -> Finding:
    return Finding.objects.get(pk=row.pk)


# --- the ledger


def test_the_tabs_count_and_what_is_struck_off_comes_last(of, client_of):
    answer = client_of(of.district).get("/findings/")
    words = "[全部 6] 未销号 5 待我核验 1 现由本单位 2 逾期 0 重复问题 0 已销号 1"
    assert " ".join(tabs(answer)) == words
    order = ("mended", "open", "returned", "planning", "handed_up", "struck")
    assert numbers(answer) == of_names(of, *order)
    mine = client_of(of.district).get("/findings/?tab=mine")
    assert (tabs(mine)[3], numbers(mine)) == ("[现由本单位 2]", of_names(of, "mended", "handed_up"))
    assert " ".join(tabs(client_of(of.unit).get("/findings/"))) == (
        "[全部 6] 未销号 5 现由本单位 3 逾期 0 重复问题 0 已销号 1"
    )


def test_what_is_overdue_says_for_how_long_and_how_far_it_has_climbed(of, client_of, settings):
    settings.DEMO_ON = date(2018, 6, 20)
    ledger.urge(findings=[of.found["open"]], by=of.district, note="请抓紧整改")
    answer = client_of(of.district).get("/findings/?tab=late")
    assert (tabs(answer)[4], numbers(answer)) == ("[逾期 1]", of_names(of, "open"))
    assert "逾期 2 天 已督办" in shown(answer)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=returned", ("returned",)),
        ("severity=serious", ("planning",)),
        ("disposition=own", ("handed_up",)),
        ("indicator=ZD2", ("open",)),
        ("kind=department", ()),
        ("q=2018-003", ("mended",)),
        ("q=图书", ("returned",)),
        ("campaign=zj-2018&state=struck", ("struck",)),
        ("district=321181", ("mended", "open", "returned", "planning", "handed_up", "struck")),
        ("sort=-due", ("planning", "returned", "open", "mended", "handed_up", "struck")),
        ("sort=number", ("planning", "open", "mended", "returned", "handed_up", "struck")),
        ("sort=nonsense&tab=nonsense&state=nonsense&row=x", ("mended", "open", "returned", "planning", "handed_up", "struck")),
    ],
)  # fmt: skip
def test_what_narrows_and_orders_the_ledger(of, client_of, query, names):
    assert numbers(client_of(of.district).get(f"/findings/?{query}")) == of_names(of, *names)


def test_the_city_narrows_to_a_district(of, client_of):
    case = ledgers.case_in(of.campaign, DANYANG)
    peer = of.world.officers[DANYANG]
    row = ledgers.listed(of, "班额超过标准", case=case, by=peer, office=case.district)
    city = client_of(of.world.officer)
    assert numbers(city.get(f"/findings/?district={DANYANG}")) == [row.register_number]
    assert tabs(city.get("/findings/"))[0] == "[全部 7]"
    assert numbers(client_of(peer).get("/findings/")) == [row.register_number]


def test_a_repeated_problem_leads_to_the_earlier_one(settings, client_of, db):
    settings.DEMO_ON = date(2017, 6, 12)
    of = ledgers.opened(2017)
    old = ledgers.reported(of, ledgers.listed(of, "音乐教室少 1 间", indicator="ZD1", measure="改建"))
    ledger.strike(finding=old, by=of.district, method="on_site", note="已建成", on=date(2017, 6, 12))
    settings.DEMO_ON = TODAY
    campaign = ledgers.launched(of.world, 2018)
    new = ledgers.listed(
        of, "音乐教室被占用", case=ledgers.case_in(campaign, ledgers.YANGZHONG), indicator="ZD1"
    )
    client = client_of(of.district)
    assert numbers(client.get("/findings/?tab=again")) == ["2018-001"]
    assert "重复 2 次 历次 2017-001" in shown(client.get(f"/findings/{new.pk}/"))
    assert f'href="/findings/{old.pk}/"' in client.get(f"/findings/{new.pk}/").content.decode()
    assert f'href="/findings/{new.pk}/"' in client.get(f"/findings/{old.pk}/").content.decode()


def test_pages_ask_the_database_as_often_for_three_rows_as_for_one(bare, client_of):
    client, first = client_of(bare.district), ledgers.listed(bare, "第一个", indicator="ZD1")

    def asked() -> list[int]:
        counts = []
        for path in (
            "/findings/",
            f"/findings/?row={first.pk}",
            f"/findings/cases/{first.case_id}/list/",
            "/",
        ):
            with CaptureQueriesContext(connection) as found:
                assert client.get(path).status_code == 200
            counts.append(len(found.captured_queries))
        with CaptureQueriesContext(connection) as found:
            assert client.post("/findings/list.xlsx").status_code == 200
        counts.append(sum("pg_advisory" not in one["sql"] for one in found.captured_queries))
        return counts

    asked()
    one = asked()
    for text in ("第二个", "第三个"):
        ledgers.listed(bare, text, indicator="ZD2")
    assert asked() == one
    assert one[0] <= 18


def test_a_page_holds_fifty(bare, client_of):
    rows = [ledgers.listed(bare, f"第 {n} 个") for n in range(2)]
    copies = [again(rows[0]) for _ in range(60)]
    for n, row in enumerate(copies, 10):
        row.pk, row.number, row.serial = None, n, n
    Finding.objects.bulk_create(copies)
    client = client_of(bare.district)
    assert len(numbers(client.get("/findings/"))) == ledger_page.PAGE_SIZE
    assert len(numbers(client.get("/findings/?page=2"))) == 12


# --- one finding


def test_the_page_says_what_it_is_and_what_became_of_it(of, client_of):
    row = of.found["returned"]
    answer = client_of(of.district).get(f"/findings/{row.pk}/")
    text = shown(answer)
    assert "图书陈旧，生均册数不足" in text
    steps = re.search(r'<ol class="steps way">.*?</ol>', answer.content.decode(), re.S).group(0)
    assert re.findall(r'<span class="lead">(.*?)</span>', steps) == [
        "列入问题清单",
        "报告整改完成",
        "退回整改",
    ]
    assert re.findall(r'<li aria-current="step">.*?next">(\S+?)　', steps) == ["重新整改"]
    quoted = client_of(of.unit).get(f"/findings/{of.found['open'].pk}/").content.decode()
    assert '<blockquote class="clause">在开齐开足国家规定课程的基础上' in quoted


def works(answer) -> list[str]:
    """The words of the buttons of the forms about a finding."""
    page = answer.content.decode()
    found = re.search(r'<section class="sheet no-print" aria-labelledby="work">.*?</main>', page, re.S)
    return re.findall(r"<button[^>]*>([^<]*)</button>", found.group(0)) if found else []


@pytest.mark.parametrize(
    ("name", "unit", "district"),
    [
        ("planning", ["报送方案", "报上级协调"], ["交办", "督办", "调整时限", "撤销这个问题"]),
        ("open", ["报告整改完成", "报告进展", "报上级协调"], ["退回方案", "交办", "督办", "调整时限", "撤销这个问题"]),
        ("handed_up", ["撤销这个问题"], ["答复", "报上级协调", "交办", "督办", "调整时限"]),
        ("mended", [], ["同意销号", "退回整改", "调整时限"]),
        ("returned", ["报告整改完成", "报告进展", "报上级协调"], ["交办", "督办", "调整时限"]),
        ("struck", [], ["重新列入"]),
    ],
)  # fmt: skip
def test_each_is_offered_what_it_may_do(of, client_of, name, unit, district):
    address = f"/findings/{of.found[name].pk}/"
    assert works(client_of(of.unit).get(address)) == unit
    assert works(client_of(of.district).get(address)) == district


def test_who_opens_and_posts_what(of, client_of):
    inspector, _ = orgs.invite(
        by=None, org=of.case.district, role=Role.INSPECTOR, username="ins", title="责任督学", on=SINCE
    )
    orgs.set_password(user=inspector.user, password=PASSWORD)
    inspector.user.refresh_from_db()
    row = of.found["mended"]
    (revision,) = row.steps.get(kind="report").proofs
    got = [f"/findings/{row.pk}/", f"/findings/{row.pk}/panel/", f"/findings/{row.pk}/proofs/{revision}/"]
    posted = [
        f"/findings/{row.pk}/{verb}/" for verb in ("plan", "report", "answer", "assign", "verify", "move")
    ]
    cast = {
        "unit": of.unit,
        "district": of.district,
        "city": of.world.officer,
        "inspector": inspector,
        "peer": of.world.officers[DANYANG],
    }
    found = {
        name: [client_of(by).get(path).status_code for path in got]
        + [client_of(by).post(path).status_code for path in posted]
        for name, by in cast.items()
    }
    assert found == {
        "unit": [200, 200, 200, 422, 422, 404, 404, 404, 404],
        "district": [200, 200, 200, 404, 404, 422, 422, 422, 422],
        "city": [200, 200, 200, 404, 404, 422, 422, 422, 422],
        "inspector": [200, 200, 200, 404, 404, 404, 404, 404, 404],
        "peer": [404] * 9,
    }
    assert client_of(of.district).get(f"/findings/{row.pk}/proofs/{revision + 999}/").status_code == 404
    assert client_of(of.district).get(f"/findings/{row.pk}/verify/").status_code == 405


def test_from_the_listing_to_the_strike_off_through_the_pages(bare, client_of):
    office, school = client_of(bare.district), client_of(bare.unit)
    begin = office.get("/findings/new/?q=扬中市演示1小学")
    assert f'href="/findings/cases/{bare.case.pk}/new/"' in begin.content.decode()
    address = f"/findings/cases/{bare.case.pk}/new/"
    assert 'value="2018-07-12"' in office.get(address).content.decode()  # one month, as the procedure says
    typed = {
        "indicator": "课程体系", "text": "校本课程没有单列课时", "severity": "serious", "disposition": "notice",
        "measure": "", "responsible": bare.case.unit_id, "due": "2018-07-12",
    }  # fmt: skip
    wrong = office.post(address, typed | {"indicator": "建设"})
    assert wrong.status_code == 422
    assert "标准中有 3 项与它相符" in shown(wrong)
    assert "校本课程没有单列课时" in wrong.content.decode()
    answer = office.post(address, typed)
    row = Finding.objects.get()
    page = f"/findings/{row.pk}/"
    assert answer.url == page
    assert (row.indicator, row.severity, row.state, row.office) == (
        "ZD2",
        "serious",
        "planning",
        bare.case.district,
    )
    school.post(f"{page}plan/", {"measure": "调整课表", "due": "2018-07-01"})
    assert (again(row).state, again(row).due) == ("open", date(2018, 7, 1))
    school.post(f"{page}progress/", {"note": "课表已排定"})
    late = school.post(f"{page}report/", {"note": "已单列课时", "on": "2018-06-13", "figure-ZD2_met": "达到"})
    assert late.status_code == 422
    assert "完成日期 2018-06-13 还没有到" in shown(late)
    assert "已单列课时" in late.content.decode()
    file = SimpleUploadedFile("新课表.pdf", PDF)
    said = {"note": "已单列课时", "on": "2018-06-12", "figure-ZD2_met": "达到", "files": file}
    undated = school.post(f"{page}report/", said)
    assert (undated.status_code, Proof.objects.count()) == (422, 0)
    file.seek(0)
    school.post(f"{page}report/", said | {"effective_on": "2018-06-11"})
    step = again(row).steps.get(kind="report")
    assert (step.answer, Proof.objects.get().current.pk) == ({"ZD2_met": "达到"}, step.proofs[0])
    boxes = [f"proof-{step.proofs[0]}", "figures"]
    back = f"/findings/?tab=verify&row={row.pk}"
    struck = {
        "result": "strike",
        "method": "material",
        "on": "2018-06-12",
        "note": "课表已核对",
        "back": back,
    }
    part = office.post(f"{page}verify/", struck | {"seen": boxes[:1]})
    assert part.status_code == 422
    assert "还有 1 项没有核对：更新后的数据" in shown(part)
    assert "课表已核对" in part.content.decode()
    assert office.post(f"{page}verify/", struck | {"seen": boxes}).url == back
    assert (again(row).state, again(row).steps.last().text) == ("struck", "课表已核对")
    assert office.post(f"{page}reopen/", {"text": "课时又被占用"}).url == page
    assert again(row).state == "returned"


def test_a_return_needs_a_reason_and_a_new_date(of, client_of):
    row, client = of.found["mended"], client_of(of.district)
    address = f"/findings/{row.pk}/verify/"
    wrong = client.post(address, {"result": "return"})
    assert wrong.status_code == 422
    assert "没有写退回理由。请写明哪里没有整改到位、怎样改。" in shown(wrong)
    assert "没有填写退回后的整改时限。" in shown(wrong)
    client.post(address, {"result": "return", "note": "跑道仍有破损", "due": "2018-07-01"})
    assert (again(row).state, again(row).due) == ("returned", date(2018, 7, 1))


def test_who_reported_does_not_verify_and_the_page_says_why(of, client_of):
    orgs.set_person(by=None, user=of.unit.user, person="1")
    orgs.set_person(by=None, user=of.district.user, person="1")
    row, client = of.found["mended"], client_of(of.district)
    page = client.get(f"/findings/{row.pk}/")
    assert "本账号不能核验 整改方案、进展或整改报告是同一人员写的" in shown(page)
    assert "同意销号" not in works(page)
    said = {"result": "strike", "method": "on_site", "on": "2018-06-12", "note": "好", "seen": "x"}
    assert client.post(f"/findings/{row.pk}/verify/", said).status_code == 422
    assert again(row).state == "mended"


def test_a_department_mends_what_it_was_given_and_sees_nothing_else(of, client_of):
    traffic = orgs.create_org(
        by=None,
        code="321182-gl",
        name="扬中市公路管理处",
        kind=Kind.DEPARTMENT,
        parent=of.case.district,
        since=SINCE,
    )
    by, _ = orgs.invite(by=None, org=traffic, role=Role.SCHOOL, username="road", title="公路管理处", on=SINCE)
    orgs.set_password(user=by.user, password=PASSWORD)
    by.user.refresh_from_db()
    row, office, client = of.found["handed_up"], client_of(of.district), client_of(by)
    page = f"/findings/{row.pk}/"
    assert client.get(page).status_code == 404
    office.post(f"{page}assign/", {"responsible": traffic.pk, "note": "请于年内设置"})
    assert again(row).responsible == traffic
    assert numbers(client.get("/findings/")) == [row.register_number]
    assert numbers(office.get("/findings/?kind=department")) == [row.register_number]
    assert works(client.get(page)) == ["报告整改完成", "报告进展", "报上级协调"]
    said = {"note": "已设置", "on": "2018-06-12", "effective_on": "2018-06-12"}
    client.post(f"{page}report/", said | {"files": SimpleUploadedFile("验收.pdf", PDF)})
    (revision,) = again(row).steps.get(kind="report").proofs
    file = office.get(f"{page}proofs/{revision}/")
    assert (file.status_code, b"".join(file.streaming_content)) == (200, PDF)


# --- several at once


def test_several_are_urged_and_given_another_date(of, client_of):
    client, two = client_of(of.district), [of.found["open"].pk, of.found["planning"].pk]
    first = client.post("/findings/bulk/", {"do": "urge", "pk": two, "back": "/findings/?tab=live"})
    assert (first.status_code, "所选 2 个问题" in shown(first)) == (200, True)
    empty = client.post("/findings/bulk/", {"do": "urge", "pk": two, "sure": "1"})
    assert (empty.status_code, "没有填写督办意见。" in shown(empty)) == (422, True)
    said = {"do": "urge", "pk": two, "sure": "1", "text": "请抓紧整改", "back": "/findings/?tab=live"}
    assert client.post("/findings/bulk/", said).url == "/findings/?tab=live"
    assert [again(of.found[name]).steps.last().text for name in ("open", "planning")] == ["请抓紧整改"] * 2
    moved = {"do": "move", "pk": two, "sure": "1", "due": "2018-09-30", "text": "暑期施工"}
    assert client.post("/findings/bulk/", moved).url == "/findings/"
    assert {again(of.found[name]).due for name in ("open", "planning")} == {date(2018, 9, 30)}


def test_several_are_struck_off_all_or_none(of, client_of):
    client = client_of(of.district)
    other = ledgers.reported(of, ledgers.listed(of, "食堂没有公示价格", measure="公示"))
    said = {
        "do": "strike",
        "sure": "1",
        "method": "on_site",
        "on": "2018-06-12",
        "note": "已核对",
        "seen": "on",
    }
    mixed = client.post("/findings/bulk/", said | {"pk": [of.found["mended"].pk, of.found["open"].pk]})
    assert mixed.status_code == 422
    number = of.found["open"].register_number
    assert f"{number} 这个问题现在是“整改中”" in shown(mixed)
    assert "已核对" in mixed.content.decode()
    assert again(of.found["mended"]).state == "mended"
    both = client.post("/findings/bulk/", said | {"pk": [of.found["mended"].pk, other.pk]})
    assert both.url == "/findings/"
    assert {again(of.found["mended"]).state, again(other).state} == {"struck"}


def test_what_is_ticked_is_what_the_office_sees(of, client_of):
    peer = client_of(of.world.officers[DANYANG])
    said = {"do": "urge", "sure": "1", "text": "请抓紧整改", "pk": [of.found["open"].pk, "9" * 30, "x"]}
    answer = peer.post("/findings/bulk/", said)
    assert (answer.status_code, "没有选择问题。" in shown(answer)) == (422, True)
    assert again(of.found["open"]).steps.filter(kind="urged").count() == 0
    assert peer.post("/findings/bulk/", {"do": "x"}).status_code == 404
    assert client_of(of.unit).post("/findings/bulk/", said).status_code == 404


def test_the_start_page_counts_what_waits(of, client_of):
    text = shown(client_of(of.district).get("/"))
    assert "整改台账 看台账 1 个 待我核验 2 个 现由本单位 5 个 未销号" in text
    assert "3 个 现由本单位 5 个 未销号" in shown(client_of(of.unit).get("/"))
    assert "整改台账 看台账" not in shown(client_of(of.world.officers[DANYANG]).get("/"))


# --- in Chromium


@pytest.mark.django_db(transaction=True)
def test_a_problem_opens_beside_the_table_and_is_struck_off_there(page, live_server, sign_in, accessible):
    of = ledgers.filled(ledgers.opened())
    sign_in(of.district)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/findings/")
    page.get_by_role("link", name="操场跑道破损，面积不足").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="校本课程没有单列课时")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    panel.get_by_role("heading", name="核验销号").wait_for()
    assert panel.bounding_box()["width"] == 404
    assert f"row={of.found['mended'].pk}" in page.url
    assert accessible() == []
    panel.get_by_label("验收单").check()
    panel.get_by_label("核验意见或退回理由").fill("材料齐全")
    panel.get_by_role("button", name="同意销号").click()
    page.get_by_text("已同意销号。").wait_for()
    assert f"/findings/?row={of.found['mended'].pk}" in page.url
    assert again(of.found["mended"]).state == "struck"
    page.set_viewport_size({"width": 1100, "height": 900})
    page.get_by_role("link", name="校本课程没有单列课时").click()
    page.wait_for_url(f"**/findings/{of.found['open'].pk}/")
    page.goto(f"{live_server.url}/findings/")
    page.get_by_label("编号、单位、问题").fill("图书")
    page.get_by_text("[全部 1]".strip("[]")).wait_for()
    assert page.locator("tbody tr").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_fit_and_are_accessible(page, live_server, sign_in, accessible, size, tmp_path):
    of = ledgers.filled(ledgers.opened())
    page.set_viewport_size(SIZES[size])
    sign_in(of.district)
    for name in (
        "/findings/",
        f"/findings/?row={of.found['mended'].pk}",
        f"/findings/{of.found['mended'].pk}/",
        f"/findings/{of.found['handed_up'].pk}/",
        "/findings/new/",
        f"/findings/cases/{of.case.pk}/new/",
    ):
        page.goto(f"{live_server.url}{name}")
        fits(page, size)
        assert accessible() == []
        page.screenshot(path=tmp_path / f"{size}{re.sub('[/?=]', '-', name)}.png", full_page=True)
