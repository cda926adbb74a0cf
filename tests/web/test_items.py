"""The county's items on the verdict page, and each walked back to its cells: survey, subjects, proofs, schools that fail; who sees them."""

import re

import handin
import pytest
import supplements
import whole
from handin import CODES, FIRST, JUNIOR, SECOND

from dudao.standards import CATALOGUE, load_standard
from dudao_web.evaluations import frozen, items_page, queries, verdict_page


@pytest.fixture
def of(world):
    return handin.set_of(world.yangzhong)


def lines(run) -> dict[str, items_page.ItemLine]:
    return {
        line.code: line for part in items_page.chapters(frozen.again(run).computed) for line in part.lines
    }


def text_of(html: str) -> str:
    """The words of a page, spaces drawn together."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def drawer(client, run, path: str) -> str:
    answer = client.get(
        f"/evaluations/{run.pk}/{path}", headers={"HX-Request": "true", "HX-Target": "drawer"}
    )
    assert answer.status_code == 200
    return text_of(answer.content.decode())


# --- what is said of an item


def test_the_run_comes_out_again_to_the_byte(world, of):
    handin.hand_in(of, world.owner, "坏.xlsx", b"PK\x03\x04 no")
    run = whole.run(of, world.owner)
    assert run.unreadable == ["坏.xlsx"]
    assert frozen.again(run).same


def test_another_result_is_said_on_the_page(world, of, client_of):
    run = whole.run(of, world.owner)
    changed = run.result.replace('"on":"2026-06-10"', '"on":"2026-06-11"')
    type(run).objects.filter(pk=run.pk).update(result=changed, sha256="0" * 64)
    page = client_of(world.owner).get(f"/evaluations/{run.pk}/").content.decode()
    assert "用现在的程序重算，与当时的结果不完全相同" in page
    assert "可重算，结果一致" not in drawer(client_of(world.owner), run, "items/G1/")


def test_values_limits_and_reasons(world, of):
    found = lines(
        whole.run(
            of, world.owner, {"V1_found": "有", "V1_note": "演示情形", "G2_proof": None, "G15_also_1": None}
        )
    )
    assert (found["G1"].value, found["G1"].judgement, found["G1"].declared) == (
        "达到", "met", (("佐证材料", "演示佐证材料"),),
    )  # fmt: skip
    assert (found["G2"].judgement, found["G2"].why, found["G2"].answers) == (
        "no_data", "申报“达到”，没有写明佐证材料", True,
    )  # fmt: skip
    assert (found["V1"].value, found["V1"].judgement, found["V1"].declared) == (
        "有", "not_met", (("情况说明", "演示情形"),),
    )  # fmt: skip
    assert (found["G15"].limit, found["G15"].declared) == (
        "≥85%",
        (("留守儿童关爱体系健全", "未申报，不入判定"),),
    )
    assert (found["G13"].limit, found["G13"].parts.heads) == ("小学≥100%，初中≥95%", ("值",))
    assert [row.name for row in found["G13"].parts.rows] == ["小学", "初中"]


def test_groups_of_the_survey_with_visits(world, of):
    line = lines(whole.run(of, world.owner, {"P1_2_satisfied": 40, "P1_3_visited": None}))["P1"]
    rows = {row.name: (row.cells, row.judgement) for row in line.parts.rows}
    assert line.parts.heads == ("问卷总数", "有效问卷数", "满意问卷数", "走访人数", "走访满意人数", "满意度")
    assert rows["学生"] == (("120", "100", "90", "10", "9", "90%"), "")
    assert rows["家长"] == (("120", "100", "40", "10", "9", "40%"), "")
    assert rows["教师"] == (("120", "100", "90", "—", "9", "90%"), "")
    assert rows["问卷合计"] == (("", "", "", "", "", "82.9%"), "not_met")
    assert rows["实地走访合计"] == (("", "", "", "", "", "无数据"), "")
    assert (line.value, line.limit, line.judgement) == ("82.9%", "≥85%", "not_met")


def test_six_subjects(world, of):
    line = lines(
        whole.run(of, world.owner, {"Q9_2_grade": "未监测", "Q9_2_value": None, "Q9_3_value": "0.15"})
    )["Q9"]
    assert [(row.name, row.cells, row.judgement) for row in line.parts.rows] == [
        ("语文", ("Ⅲ", "0.14"), "met"),
        ("数学", ("未监测", ""), "not_applicable"),
        ("科学", ("Ⅲ", "0.15"), "not_met"),
        ("体育", ("Ⅲ", "0.14"), "met"),
        ("艺术", ("Ⅲ", "0.14"), "met"),
        ("德育", ("Ⅲ", "0.14"), "met"),
    ]
    assert (line.value, line.limit, line.judgement) == ("0.15", "＜0.15", "not_met")


def test_schools_that_an_item_fails_by_are_named(world, of, client_of):
    handin.hand_in(
        of, world.owner, f"{FIRST}.xlsx", handin.school(FIRST, {"上一年度教师培训经费预算总额": 0.01})
    )
    handin.hand_in(of, world.owner, f"{SECOND}.xlsx", handin.school(SECOND))
    run = handin.run(of, world.owner)
    line = lines(run)["Q4"]
    assert (line.judgement, line.judged, [(one.name, one.judgement) for one in line.failing]) == (
        "not_met", 2, [(FIRST, "not_met")],
    )  # fmt: skip
    assert (line.why, line.failing[0].limit) == ("涉及 2 所学校，1 所未达标", "≥5%")
    page = client_of(world.owner).get(f"/evaluations/{run.pk}/").content.decode()
    assert f'href="/evaluations/{run.pk}/items/Q4/0/"' in page
    reasons = verdict_page.reasons(
        run.data, load_standard(handin.STANDARD), verdict_page.units(frozen.again(run).computed)
    )
    links = {reason.link for found in reasons for reason in found if "教师培训经费比例" in reason.text}
    assert links == {("unit", "Q4", 0)}


def test_missing_items_lead_the_county_to_the_supplement(world, of, client_of):
    run = handin.run(handin.whole(of, world.owner), world.owner)
    link = (
        f'<a class="inline" href="/submissions/321182/{handin.YEAR}/{of.version.pk}/supplement/">去补填</a>'
    )
    assert link in client_of(world.owner).get(f"/evaluations/{run.pk}/").content.decode()
    assert link not in client_of(world.city_officer).get(f"/evaluations/{run.pk}/").content.decode()


# --- walked back


def test_a_survey_is_walked_back_to_the_cells_of_the_supplement(world, of, client_of):
    run = whole.run(of, world.owner)
    said = drawer(client_of(world.owner), run, "items/P1/")
    assert "各组满意问卷数之和 ÷ 有效问卷数之和；实地走访只列出，不判定" in said
    assert "90% 达标 达标值 ≥85%，高出 5%。" in said
    assert re.search(r"P1 学生：有效问卷数 100 份 区县补充数据!E\d+", said)
    assert "文件 补充表.xlsx 查看填报" in said
    assert "扬中市教育督导室" in said
    assert "可重算，结果一致" in said


def test_a_coefficient_says_who_moves_it_most_and_how_far_it_is(world, of, client_of):
    run = whole.run(of, world.owner, R5="0.2")
    said = drawer(client_of(world.owner), run, "variations/primary/R5/")
    shares = frozen.again(run).computed
    cv = next(
        one.cv for one in shares.coefficients if (one.indicator.code, one.level.name) == ("R5", "primary")
    )
    assert f"{cv:.3f} 未达标 限值 ≤0.50，超出 {cv - 0.5:.3f}，按原始数比较：S²＝" in said
    assert f"影响最大：{SECOND}，占差异的 53.8%。 该校 360 人，1.50 ㎡/生" in said
    assert "不计该校，差异系数为 0.000。" in said
    assert f"5 来源 {SECOND} 用到的数据与所在单元格 填报项目 填报值 单元格 学校体育馆面积" in said
    assert f"文件 {SECOND}.xlsx 查看填报" in said


def test_a_value_says_what_is_lacking(world, of, client_of):
    run = whole.run(of, world.owner, R5="0.8")
    said = drawer(client_of(world.owner), run, "schools/1/R5/")
    assert (
        "6.00 ㎡/生 未达标 达标值 ≥7.5 ㎡/生，还差 1.5 ㎡/生，全校增加 540 ㎡ 即达标。 低于达标值的 85%。"
        in said
    )
    assert "（学校体育馆面积 ＋ 校内体育场面积） ÷ 小学学生人数 ＝ 2 160 ÷ 360 ＝ 6.00 ㎡/生" in said.replace(
        "\N{THIN SPACE}", " "
    )
    assert "校内体育场面积 1 980 平方米 学校填报数据!E49" in said.replace("\N{THIN SPACE}", " ")
    assert "6 经办 提交、确认 扬中市教育督导室" in said
    assert "尚未确认" in said


def test_who_confirmed_is_said(world, of, client_of):
    handin.whole(of, world.owner)
    handin.hand_in(of, world.owner, "补充表.xlsx", whole.supplement(of))
    handin.confirm(of, world.owner)
    run = handin.run(of, world.owner)
    assert queries.status(run).final
    said = drawer(client_of(world.city_officer), run, "schools/0/R5/")
    assert re.search(
        r"扬中市教育督导室 \d{4}-\d\d-\d\d \d\d:\d\d 提交，扬中市教育督导室 \d{4}-\d\d-\d\d \d\d:\d\d 确认",
        said,
    )


def test_the_page_of_a_step_needs_no_scripts(world, of, client_of):
    run = whole.run(of, world.owner)
    page = client_of(world.owner).get(f"/evaluations/{run.pk}/items/G9/").content.decode()
    assert page.startswith("<!doctype html>")
    assert [f"</span>{step}</h3>" in page for step in ("结论", "条文", "公式", "数据", "来源", "经办")] == [
        True
    ] * 6


# --- who sees what


def test_a_school_sees_its_own_cells_and_none_of_the_county(world, of, client_of):
    small = {"小学学生人数": 60}
    handin.hand_in(of, world.owner, "区县填报表.xlsx", handin.county(of))
    handin.hand_in(of, world.owner, f"{FIRST}.xlsx", handin.school(FIRST, small))
    handin.hand_in(of, world.owner, f"{SECOND}.xlsx", handin.school(SECOND, small))
    run = handin.run(of, world.owner)
    office, school = (drawer(client_of(who), run, "items/G6/0/") for who in (world.owner, world.head))
    assert "规定的小学生均公用经费标准" in office
    assert "区县填报表.xlsx" in office
    assert "由区县填报 不显示" in school
    assert ("区县填报表.xlsx" in school, f"{FIRST}.xlsx" in school) == (False, True)
    assert client_of(world.head).get(f"/evaluations/{run.pk}/items/G6/1/").status_code == 404


def test_a_school_in_one_table_with_others_sees_its_own_row(world, of, client_of):
    handin.whole(of, world.owner)
    handin.hand_in(of, world.owner, "补充表.xlsx", whole.supplement(of))
    run = handin.run(of, world.owner)
    for path in ("schools/0/", "schools/0/RS/", "schools/0/R5/", "items/G3/0/", "items/G4/0/", "items/Q4/0/"):
        page = client_of(world.head).get(f"/evaluations/{run.pk}/{path}").content.decode()
        assert [word in page for word in (SECOND, JUNIOR, CODES[SECOND], "区县补充数据", "演示佐证材料")] == [
            False
        ] * 5, path


@pytest.mark.parametrize("who", ["peer", "stranger", "inspector", "system_admin"])
def test_others_see_no_item(world, of, client_of, who):
    run = whole.run(of, world.owner)
    client = client_of(getattr(world, who))
    paths = (
        "",
        "explain/",
        "items/P1/",
        "items/G4/0/",
        "schools/0/RS/",
        "variations/junior/composite/",
        "documents/",
    )
    assert [client.get(f"/evaluations/{run.pk}/{path}").status_code for path in paths] == [404] * len(paths)


# --- every standard of the catalogue

OFFERS = [
    (path.name, profile.name)
    for path in sorted(CATALOGUE.iterdir())
    if (path / "standard.yaml").is_file()
    for profile in load_standard(path.name).profiles
]


@pytest.mark.parametrize(("standard", "profile"), OFFERS)
def test_the_pages_of_every_standard_open(world, client_of, standard, profile):
    run = whole.other(standard, profile, world.yangzhong, world.owner)
    assert (run.state, frozen.again(run).same) == ("done", True)
    client = client_of(world.owner)
    waiting, seen = [f"/evaluations/{run.pk}/"], set()
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        found = (
            re.findall(rf'href="(/evaluations/{run.pk}/[^"#]*)', answer.content.decode())
            if "html" in answer["Content-Type"]
            else []
        )
        new = {one for one in found if one not in seen and "schools." not in one and "?" not in one}
        seen |= new
        waiting += sorted(new)
    items = {line.code for part in items_page.chapters(frozen.again(run).computed) for line in part.lines}
    assert {address.split("/items/")[1].rstrip("/") for address in seen if "/items/" in address} >= items


def test_points_and_totals_are_shown(world):
    run = whole.other("chongqing-county", "default", world.yangzhong, world.owner)
    found = lines(run)
    assert (found["BZ"].value, found["BZ"].judgement, found["BZ"].basis) == ("70/70 分", "", "评分")
    assert [(row.name, row.cells) for row in found["T1"].parts.rows][1] == ("CY 差异程度得分", ("30 分",))
    assert (found["T1"].value, found["T1"].why) == ("100 分", "附加分 5 分不计入")
    dimensions = {
        d.title: (d.text, d.judgement)
        for d in verdict_page.dimensions(run.data, load_standard("chongqing-county"))
    }
    assert dimensions["保障措施"] == ("70/70 分", "")
    assert dimensions["合计"][1] == "met"


def test_an_outcome_by_counts_is_shown(world):
    run = whole.other("preschool-universal", "default", world.yangzhong, world.owner)
    line = lines(run)["YZ"]
    assert [row.name for row in line.parts.rows] == ["A 等", "B 等", "C 等"]
    assert line.judgement == run.status.replace("undetermined", "no_data")


def test_a_judged_composite_stands_in_the_chart(world, client_of):
    run = whole.other("cn-2012-basic-balance", "default", world.yangzhong, world.owner)
    computed = frozen.again(run).computed
    chart = verdict_page.chart(run.data, computed.standard, None, computed.composites)
    last = chart.rows[-1]
    assert (last.title, [strip.code for strip in last.strips]) == ("综合差异系数", ["composite", "composite"])
    assert (last.strips[0].judgement, last.strips[0].limit) == (
        computed.composites["primary"].judgement,
        "0.65",
    )
    page = client_of(world.owner).get(f"/evaluations/{run.pk}/").content.decode()
    assert ("达标项数" in page, "只看未达标" in page) == (False, False)
    said = drawer(client_of(world.owner), run, "variations/primary/composite/")
    assert "小学 综合差异系数" in said
    assert "综合差异系数 ＝ 各项差异系数之和 ÷ 项数" in said


def test_a_subject_that_is_not_monitored_is_one_row(world, of, client_of):
    changes = {"Q9_2_grade": "未监测", "Q9_2_value": None, "Q9_3_grade": "Ⅱ"}
    said = drawer(client_of(world.owner), whole.run(of, world.owner, changes), "items/Q9/")
    assert ("数学学业水平等级 未监测 不适用" in said, "数学校际差异率" in said) == (True, False)
    assert "科学学业水平等级 应达到Ⅲ级以上 Ⅱ 未达标" in said
    assert "语文校际差异率 0.14 ＜0.15 达标" in said


# --- one figure, one state


def test_a_value_near_its_limit_has_one_state_on_every_page(world, of, client_of):
    run, client = whole.run(of, world.owner, R4="0.924"), client_of(world.owner)
    word = "达到标准的 92.4%"
    mark = f'<use href="#i-half-triangle"></use></svg>{word}</span>'
    for path in ("schools/1/", "schools/1/R4/", "schools/1/RS/"):
        assert (path, mark in client.get(f"/evaluations/{run.pk}/{path}").content.decode()) == (path, True)
    value = drawer(client, run, "schools/1/R4/")
    assert ("未达标" in value, "达到达标值的 85%" in value) == (False, False)
    matrix = client.get(f"/evaluations/{run.pk}/").content.decode()
    assert f'<span class="hidden">{word}</span>' in matrix


def test_the_note_says_what_a_value_counts(world, of, client_of):
    run, client = whole.run(of, world.owner), client_of(world.owner)
    note = "值：超过规定人数的班级数"
    for path in ("", "schools/0/", "items/G5/", "items/G5/0/"):
        assert (path, note in client.get(f"/evaluations/{run.pk}/{path}").content.decode()) == (path, True)


def test_limits_keep_the_decimals_of_the_document(world, of, client_of):
    said = drawer(client_of(world.owner), whole.run(of, world.owner), "items/RC/")
    assert ("≤0.50" in said, "≤0.45" in said, "≤0.5 " in said) == (True, True, False)


# --- figures given twice, files that cannot be read


def test_two_different_proofs_are_said_with_the_way_to_choose(world, of, client_of):
    client = client_of(world.owner)
    supplements.type_in(client, of, {"G1_met": "达到", "G1_proof": "〔2026〕1号"})
    handin.hand_in(of, world.owner, "补.xlsx", supplements.file(of, supplements.DECLARED))
    run = handin.run(handin.whole(of, world.owner), world.owner)
    line = lines(run)["G1"]
    assert (line.judgement, line.refused, "没有写明佐证材料" in line.why) == ("no_data", True, False)
    assert ("〔2026〕1号" in line.why, "布局规划〔2026〕3号" in line.why, "按无数据处理" in line.why) == (
        True, True, True,
    )  # fmt: skip
    address = f"/submissions/321182/{handin.YEAR}/{of.version.pk}/supplement/#sources"
    link = f'<a class="inline" href="{address}">去核对</a>'
    for path in ("", "items/G1/"):
        page = client.get(f"/evaluations/{run.pk}/{path}").content.decode()
        assert (path, page.count(link)) == (path, 1)
        city = client_of(world.city_officer).get(f"/evaluations/{run.pk}/{path}").content.decode()
        assert (path, city.count(link)) == (path, 0)


def test_a_file_that_cannot_be_read_is_a_reason_once(world, of, client_of):
    handin.hand_in(of, world.owner, "坏.xlsx", b"PK\x03\x04 no")
    run = whole.run(of, world.owner)
    computed = frozen.again(run).computed
    first, more = verdict_page.reasons(run.data, computed.standard, verdict_page.units(computed))
    told = [(one.text, one.link) for one in (*first, *more) if "坏.xlsx" in one.text]
    assert told == [("坏.xlsx不能读取，可能缺少学校，不能判定所有学校和 14 项差异系数。", ("item", "RC"))]
    said = drawer(client_of(world.owner), run, "explain/")
    assert ("。；" in said, "。不能读取的文件：坏.xlsx。" in said) == (False, True)
    index = text_of(client_of(world.owner).get("/evaluations/").content.decode())
    assert f"{of.version.title} {of.version.profile_title}" in index
