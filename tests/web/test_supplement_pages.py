"""Pages of the 补充表: who opens which, what stands beside a question, what is said of a mistake, what a draft would change."""

import re

import handin
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from handin import FIRST, JUNIOR, SECOND
from playwright.sync_api import expect
from screen import becomes, fits
from supplements import DECLARED, SCHOOL, answered, base, file, seen, type_for, type_in
from world import PASSWORD, SIZES

from dudao_web.standards import queries as standards
from dudao_web.submissions import queries, told
from dudao_web.submissions.models import IssueRecord, Upload

KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('dudao-unsaved')).length"
SPONSORED = {"sponsor": "7"}


@pytest.fixture
def of(world):
    return handin.whole(handin.set_of(world.yangzhong), world.owner)


def addresses(of) -> dict[str, str]:
    return {
        "county": base(of),
        "state": f"{base(of)}state/",
        "filled": f"{base(of)}filled.xlsx",
        "schools": f"{base(of)}schools/",
        "own": f"{base(of)}schools/{handin.CODES[FIRST]}/",
        "other": f"{base(of)}schools/{handin.CODES[SECOND]}/",
    }


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("owner", [200, 200, 200, 200, 200, 200]),
        ("city_officer", [200, 200, 200, 200, 200, 200]),
        ("head", [302, 200, 200, 404, 200, 404]),
        ("peer", [404] * 6),
        ("stranger", [404] * 6),
        ("inspector", [404] * 6),
        ("system_admin", [404] * 6),
    ],
)
def test_who_opens_which_page(world, of, client_of, who, found):
    client = client_of(getattr(world, who))
    asked = [(client.post if name == "filled" else client.get, at) for name, at in addresses(of).items()]
    assert [ask(address).status_code for ask, address in asked] == found


@pytest.mark.parametrize("who", ["city_officer", "head", "peer", "stranger", "inspector"])
def test_the_county_s_answers_are_the_county_s_alone(world, of, client_of, who):
    client = client_of(getattr(world, who))
    assert type_in(client, of, DECLARED).status_code == 404
    assert client.post(f"{base(of)}schools/", {"code": handin.CODES[SECOND]}).status_code in (404, 405)
    assert type_for(client, of, SECOND, SCHOOL).status_code == 404
    assert Upload.objects.filter(entered=True).count() == 0


def test_an_office_above_reads_and_has_nothing_to_type_into(world, of, client_of):
    type_in(client_of(world.owner), of, DECLARED)
    for address in ("county", "schools", "own"):
        page = client_of(world.city_officer).get(addresses(of)[address]).content.decode()
        assert re.findall(r'<(?:textarea|select|input[^>]*type="radio"|input class="num")', page) == []
        assert "保存</button>" not in page
    assert "布局规划〔2026〕3号" in client_of(world.city_officer).get(base(of)).content.decode()


def test_a_county_that_has_not_begun_is_no_page(world, client_of):
    of = handin.set_of(world.yangzhong)
    assert client_of(world.owner).get(base(of)).status_code == 200
    assert client_of(world.head).get(addresses(of)["own"]).status_code == 404  # no set for its schools yet


# --- what stands on the page


def test_each_item_stands_with_its_clause_and_its_anchor(world, of, client_of):
    page = client_of(world.owner).get(base(of)).content.decode()
    standard = standards.load(of.version)
    asking = {field.item for field in told.asked_of_county(standard) if field.item}
    for code in asking:
        assert f'<section class="sheet block" id="{code}"' in page
        assert standard.indicator(code).text in page
    names = [field.name for field in told.asked_of_county(standard)]
    assert [page.count(f'id="id_{name}"') for name in names] == [1] * len(names)


def test_the_burden_is_counted(world, of, client_of):
    client = client_of(world.owner)
    page = client.get(base(of))
    counts = page.context["counts"]
    asked = len(told.asked_of_county(standards.load(of.version)))
    assert (counts.asked, counts.filled, counts.files) == (asked, 0, 0)
    # 8 items declared, a grade and a share of 6 subjects, valid and satisfied of 7 groups, 6 vetoes
    assert counts.lacking == 8 + 12 + 14 + 6
    assert f"<p>{asked} 项</p>" in page.content.decode()
    answer = client.post(base(of), {"V1_found": "无", "seen": ""}, follow=True)
    after = answer.context["counts"]
    assert (after.filled, after.lacking) == (1, counts.lacking - 1)
    assert f"已保存，影响判定的还缺 {after.lacking} 项。" in answer.content.decode()
    state = client.get(addresses(of)["state"]).content.decode()
    assert (f"区县 {after.lacking} 项" in state, "学校 9 项" in state) == (True, True)


def test_a_school_is_asked_what_its_stages_have(world, of, client_of):
    client = client_of(world.owner)

    def asked(name):
        page = client.get(f"{base(of)}schools/{handin.CODES[name]}/")
        return {question.field.name for question in page.context["questions"]}

    primary, junior = asked(FIRST), asked(JUNIOR)
    assert primary & {"grades_primary", "grades_junior", "pupils_senior", "backbone_primary"} == {
        "grades_primary"
    }
    assert junior & {"grades_primary", "grades_junior", "pupils_senior", "backbone_junior"} == {
        "grades_junior"
    }
    through = handin.forms.filled("九年一贯制", FIRST, handin.CODES[FIRST], 300, 300)
    handin.hand_in(of, world.owner, "改.xlsx", handin.forms.school_form(through))
    parts = {"grades_primary", "grades_junior", "backbone_primary", "backbone_junior", "pe_art_primary"}
    assert asked(FIRST) & parts == parts


def test_a_school_without_a_return_is_told_to_hand_in_first(world, client_of):
    of = handin.set_of(world.yangzhong)
    handin.hand_in(of, world.owner, "2.xlsx", handin.school(SECOND))
    address = addresses(of)["own"]
    assert "先上传填报表，再填补充表。" in client_of(world.head).get(address).content.decode()
    assert client_of(world.head).post(address, {}).status_code == 404
    assert client_of(world.owner).get(address).status_code == 404


def test_the_words_of_codes_stand_beside_them(world, of, client_of):
    page = client_of(world.head).get(addresses(of)["own"]).content.decode()
    assert '<option value="7">7 县级教育部门</option>' in page


def test_what_was_typed_is_escaped(world, of, client_of):
    client = client_of(world.owner)
    type_in(client, of, {"G1_met": "达到", "G1_proof": '</textarea><script>"x"'})
    page = client.get(base(of)).content.decode()
    assert ("<script>&quot;" in page, "&lt;/textarea&gt;&lt;script&gt;&quot;x&quot;" in page) == (False, True)


# --- mistakes


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("P1_1_sent", "三百", "填了“三百”，不是数字"),
        ("P1_1_sent", "12人", "数字中带有文字"),
        ("Q9_1_value", "12%", "填了百分数“12%”"),
        ("population", "-1", "应在 0 至 1000000000 之间"),
        ("G1_met", "大概", "应为：达到、未达到"),
        ("G1_proof", "文" * 1001, "超过 1000 字"),
        ("G1_proof", "文" * 2500, "请缩短到 1000 字以内。"),
        ("V1_note", "=1+1", "以公式符号开头"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(world, of, client_of, name, typed, says):
    answer = type_in(client_of(world.owner), of, {"V2_found": "无", "V2_note": "已核查", name: typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'<a href="#id_{name}">' in page
    assert re.search(rf'id="fault_{name}">.*?{re.escape(says)}', page, re.DOTALL) is not None
    assert 'name="V2_note" rows="2" maxlength="1000" aria-label' in page
    assert ">已核查</textarea>" in page
    saved = told.county(of, queries.submissions(of))
    assert saved.typed == {
        "V2_found": "无",
        "V2_note": "已核查",
    }  # the good ones are kept, the wrong one is not
    assert answer.context["counts"].filled == 2
    assert f'name="seen" value="{saved.seen}"' in page


def test_what_was_typed_wrong_stands_again_in_its_box(world, of, client_of):
    page = type_in(client_of(world.owner), of, {"P1_1_sent": "三百"}).content.decode()
    assert (
        re.search(r'id="id_P1_1_sent" name="P1_1_sent" value="三百"[^>]*aria-invalid="true"', page)
        is not None
    )


def test_figures_that_contradict_each_other_are_not_kept(world, of, client_of):
    values = {"P1_1_sent": "100", "P1_1_valid": "110", "P1_1_satisfied": "90"}
    client = client_of(world.owner)
    answer = type_in(client, of, values)
    assert answer.status_code == 422
    assert [name for name, _ in answer.context["faults"]] == ["P1_1_valid"]
    assert told.county(of, queries.submissions(of)).typed == {"P1_1_sent": "100", "P1_1_satisfied": "90"}
    type_in(client, of, values | {"P1_1_valid": "95"})
    answer = type_in(client, of, values | {"P1_1_valid": "95", "P1_1_sent": "93", "V1_found": "无"})
    assert [name for name, _ in answer.context["faults"]] == [
        "P1_1_valid",
        "P1_1_sent",
    ]  # not known which is wrong
    assert told.county(of, queries.submissions(of)).typed == values | {"P1_1_valid": "95", "V1_found": "无"}


def test_an_item_without_its_proof_is_kept_and_queried(world, of, client_of):
    client = client_of(world.owner)
    assert type_in(client, of, {"G1_met": "达到"}).status_code == 302
    page = client.get(base(of)).content.decode()
    assert (
        "没有写明佐证材料（学校布局规划图、相关文件等），该项按无数据处理。请写明佐证材料的名称、文号。"
        in page
    )


def test_what_two_save_at_the_same_time_is_joined(world, of, client_of):
    client, old = client_of(world.owner), seen(of)
    type_in(client, of, DECLARED)
    answer = client.post(base(of), {"V1_found": "无", "seen": old}, follow=True)
    assert "打开本页以后另有人保存，两处填写的已合并。" in answer.content.decode()
    assert told.county(of, queries.submissions(of)).typed == DECLARED | {"V1_found": "无"}


@pytest.mark.parametrize(("choice", "stands"), [("mine", "有"), ("theirs", "无")])
def test_where_two_changed_the_same_answer_the_office_chooses(world, of, client_of, choice, stands):
    client, old = client_of(world.owner), seen(of)
    type_in(client, of, DECLARED | {"V1_found": "无"})
    mine = {"V1_found": "有", "V2_found": "无", "seen": old}
    answer = client.post(base(of), mine)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert [name for name, _ in answer.context["faults"]] == ["V1_found"]
    assert ("用本处填写的“有”" in page, "用另一处已保存的“无”" in page) == (True, True)
    saved = DECLARED | {"V1_found": "无", "V2_found": "无"}
    assert told.county(of, queries.submissions(of)).typed == saved  # nothing of the other's is lost
    again = {**saved, "V1_found": "有", "seen": seen(of), "both": "V1_found"}
    assert client.post(base(of), again).status_code == 422  # not chosen yet
    assert client.post(base(of), again | {"choose.V1_found": choice}).status_code == 302
    assert told.county(of, queries.submissions(of)).typed == saved | {"V1_found": stands}


def test_the_table_of_schools_keeps_what_a_school_saved_in_the_meantime(world, of, client_of):
    rows = told.schools(queries.submissions(of))
    old = "|".join(unit.seen for unit in rows.values())
    type_for(client_of(world.head), of, FIRST, SCHOOL)
    first, second = handin.CODES[FIRST], handin.CODES[SECOND]
    data = {f"{first}.grades_primary": "6", f"{second}.location": "乡村", "code": list(rows), "seen": old}
    assert client_of(world.owner).post(f"{base(of)}schools/", data).status_code == 302
    now = told.schools(queries.submissions(of))
    assert (now[first].typed, now[second].typed) == (SCHOOL | {"grades_primary": "6"}, {"location": "乡村"})


def test_what_a_file_filled_in_the_meantime_is_said(world, of, client_of):
    client = client_of(world.owner)
    handin.hand_in(of, world.owner, "补充表.xlsx", file(of, {"V1_found": "无"}))
    page = client.post(base(of), {"V1_found": "有", "seen": ""}, follow=True).content.decode()
    assert "已由上传的文件填写，刚才填写的没有采用：" in page


def test_a_query_leads_to_where_it_is_explained(world, of, client_of):
    client = client_of(world.owner)
    type_in(client, of, {"G1_met": "达到"})
    issue = IssueRecord.objects.get(open=True, level="query", submission__form="county_supplement")
    link = f'href="/submissions/issues/{issue.pk}/explain/"'
    assert link in client.get(base(of)).content.decode()
    assert link not in client_of(world.city_officer).get(base(of)).content.decode()


def test_a_relief_a_school_does_not_claim_is_not_asked(world, of, client_of):
    def asked():
        page = client_of(world.owner).get(f"{base(of)}schools/{handin.CODES[FIRST]}/")
        return {question.field.name for question in page.context["questions"]}

    rooms = {"music_rooms_54", "fine_art_rooms_54"}
    flag = {"是否最大班额低于30人的农村小规模学校": "是"}
    handin.hand_in(of, world.owner, "否.xlsx", handin.school(FIRST, dict.fromkeys(flag, "否")))
    assert asked() & rooms == set()
    handin.hand_in(of, world.owner, "是.xlsx", handin.school(FIRST, flag))
    assert asked() & rooms == rooms


def test_a_mistake_in_the_table_of_schools_names_its_cell(world, of, client_of):
    rows = told.schools(queries.submissions(of))
    code = handin.CODES[SECOND]
    data = {f"{code}.grades_primary": "六", f"{code}.location": "镇区", "code": list(rows)}
    data["seen"] = "|".join(unit.seen for unit in rows.values())
    answer = client_of(world.owner).post(f"{base(of)}schools/", data)
    assert (answer.status_code, [name for name, _ in answer.context["faults"]]) == (
        422,
        [f"{code}.grades_primary"],
    )
    assert f'id="id_{code}.grades_primary" name="{code}.grades_primary" value="六"' in answer.content.decode()


# --- what would follow


def test_a_preview_says_what_would_be_judged_and_keeps_nothing(world, of, client_of):
    values = DECLARED | {"V1_found": "有", "preview": "1", "seen": ""}
    answer = client_of(world.owner).post(base(of), values)
    foreseen = answer.context["foreseen"]
    assert answer.status_code == 200
    assert [(item.code, item.before, item.after) for item in foreseen.changes] == [
        ("G1", "no_data", "met"),
        ("V1", "no_data", "not_met"),
    ]
    assert [(before, after, len(items)) for before, after, items in foreseen.groups] == [
        ("no_data", "met", 1),
        ("no_data", "not_met", 1),
    ]
    assert (foreseen.before, foreseen.after) == ("undetermined", "not_met")
    assert "布局规划〔2026〕3号</textarea>" in answer.content.decode()
    assert Upload.objects.filter(entered=True).count() == 0


# --- the pages of the set


def test_the_page_of_the_set_leads_here_and_lists_returns_alone(world, of, client_of):
    type_for(client_of(world.head), of, FIRST, SPONSORED)
    handin.hand_in(of, world.owner, "补充表.xlsx", file(of, DECLARED))
    client = client_of(world.owner)
    page = client.get(f"/submissions/321182/{handin.YEAR}/{of.version.pk}/")
    assert [row.form for row in page.context["page"]] == ["county", "school", "school", "school"]
    assert f'hx-get="{base(of)}state/"' in page.content.decode()
    own = client_of(world.head).get(addresses(of)["state"]).content.decode()
    assert ("还缺</span>" in own, "<span>2 项</span>" in own) == (True, True)


@pytest.mark.parametrize("address", ["county", "schools", "own", "state", "filled"])
def test_the_same_number_of_queries_for_one_school_and_for_three(world, client_of, address):
    of = handin.set_of(world.yangzhong)
    handin.hand_in(of, world.owner, "区县填报表.xlsx", handin.county(of))
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    client, url = client_of(world.owner), addresses(of)[address]
    type_in(client, of, DECLARED)
    type_for(client, of, FIRST, SPONSORED)
    ask = client.post if address == "filled" else client.get
    ask(url)

    def queries_of() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert ask(url).status_code == 200
        return len(asked)

    before = queries_of()
    for name in (SECOND, JUNIOR):
        handin.hand_in(of, world.owner, f"{name}.xlsx", handin.school(name))
        type_for(client, of, name, SPONSORED)
    handin.hand_in(
        of, world.owner, "补充表.xlsx", file(of, {"V1_found": "无"}, {FIRST: {"location": "镇区"}})
    )
    client.get(base(of))  # shows the messages that wait, and forgets them
    assert queries_of() == before


# --- in the browser


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_county_fills_in_by_keyboard_and_sees_the_rate(world, of, sign_in, live_server, accessible, size):
    page = sign_in(world.owner)
    page.set_viewport_size(SIZES[size])
    page.goto(f"{live_server.url}{base(of)}#P1")
    page.locator("#id_P1_1_valid").fill("1,200")
    page.locator("#id_P1_1_satisfied").fill("1140")
    assert page.locator("#P1 tbody tr").first.locator("[data-rate]").inner_text().endswith("95.0%")
    page.locator("#id_P1_1_satisfied").press("Tab")
    expect(page.locator("#id_P1_1_visited")).to_be_focused()
    fits(page, size)
    assert accessible() == []
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存，影响判定的还缺").wait_for()
    assert page.locator("#id_P1_1_valid").input_value() == "1200"


@pytest.mark.browser
def test_a_block_of_cells_is_pasted_into_the_table_of_schools(world, of, sign_in, live_server, accessible):
    page = sign_in(world.owner)
    page.goto(f"{live_server.url}{base(of)}schools/")
    codes = [handin.CODES[FIRST], handin.CODES[SECOND]]
    page.evaluate(
        """([id, text]) => {
          const data = new DataTransfer();
          data.setData("text", text);
          document.getElementById(id).dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        [f"id_{codes[0]}.sponsor", "7\t6\n县级其他部门\t5\n"],
    )
    found = [
        page.locator(f'[id="id_{code}.{name}"]').input_value()
        for code in codes
        for name in ("sponsor", "grades_primary")
    ]
    assert found == ["7", "6", "8", "5"]
    assert accessible() == []
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存").wait_for()
    assert answered(of, "supplement") == [("submitted", True, "")] * 2


@pytest.mark.browser
def test_what_was_typed_is_kept_over_a_new_sign_in(world, of, sign_in, live_server, accessible):
    page = sign_in(world.owner)
    page.goto(f"{live_server.url}{base(of)}")
    page.locator("#id_P1_1_valid").fill("1200")
    page.locator('[name="V1_found"][value="无"]').check()
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="保存").click()
    page.get_by_label("账号").fill(world.owner.user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    box = page.locator("#unsaved")
    box.wait_for()
    assert (page.locator("#id_P1_1_valid").input_value(), box.locator("[data-count]").inner_text()) == (
        "",
        "2",
    )
    assert accessible() == []
    box.get_by_role("button", name="恢复").click()
    expect(page.locator("#id_P1_1_valid")).to_have_value("1200")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存，影响判定的还缺").wait_for()
    expect(box).to_be_hidden()
    becomes(page, KEPT, 0)
    assert told.county(of, queries.submissions(of)).typed == {"V1_found": "无", "P1_1_valid": "1200"}


@pytest.mark.browser
def test_what_was_typed_is_given_up_or_goes_with_signing_out(world, of, sign_in, live_server):
    page = sign_in(world.owner)
    for leave in ("放弃", "退出"):
        page.goto(f"{live_server.url}{base(of)}")
        page.locator("#id_P1_1_valid").fill("1200")
        page.goto(f"{live_server.url}{base(of)}")
        becomes(page, KEPT, 1)
        page.get_by_role("button", name=leave).click()
        becomes(page, KEPT, 0)
