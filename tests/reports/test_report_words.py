"""The self-assessment report: what it says, every number from the result, and what it leaves out."""

from dataclasses import replace
from datetime import date

import pytest
from report_county import DEFAULT, intake, judged, small
from report_whole import county, schools

import forms
from dudao.evaluation import evaluate
from dudao.reports import text
from dudao.reports.report_parts import Chart, Heading, Paragraph, Table, annexes_named, closing
from dudao.reports.self_report import SelfReport, of, title
from dudao.standards import load_standard
from dudao.tables import Figure, Intake, Return

THIN = "\u2009"
CHAPTERS = ["一、基本情况", "二、资源配置", "三、政府保障程度", "四、教育质量", "五、社会认可度", "六、一票否决"]


def made(*given, **more) -> tuple[SelfReport, dict]:
    """The report of these schools and the result it was made of."""
    found = intake(*given, **more)
    result = judged(found)
    return of(DEFAULT, found, result), result


def headings(report: SelfReport, level: int) -> list[str]:
    return [part.text for part in report.parts if isinstance(part, Heading) and part.level == level]


def table(report: SelfReport, title_: str) -> list[list[str | None]]:
    """The rows of the table of that caption, whatever its number."""
    found = next(part for part in report.parts if isinstance(part, Table) and part.caption.split("　")[1] == title_)
    return [[cell and cell.text for cell in row] for row in found.rows]


def paragraphs(report: SelfReport) -> list[str]:
    return [part.lead + part.text for part in report.parts if isinstance(part, Paragraph)]


@pytest.fixture(scope="module")
def failing() -> tuple[SelfReport, dict]:
    return made(*small())


@pytest.fixture(scope="module")
def whole() -> tuple[SelfReport, dict]:
    return made(*schools(), county=county())


def test_verdict_stands_first(failing):
    report, result = failing
    assert report.parts[0] == Paragraph(result["verdict"]["sentence"], "自评结论：未达标。")
    assert paragraphs(report)[1] == (
        "本报告依据《县域义务教育优质均衡发展督导评估办法》（教督〔2017〕6号），采用“国家 2017 年文本”口径，"
        "按2025年9月1日有效的规定，由演示区各单位填报数据计算得出。"
    )


def test_chapters_are_the_standards_and_sections_without_content_are_left_out(failing, whole):
    assert headings(failing[0], 1) == [*CHAPTERS, "七、存在问题", "八、数据缺口"]
    assert whole[1]["verdict"]["status"] == "met"
    assert headings(whole[0], 1) == CHAPTERS
    assert headings(whole[0], 2)[:3] == ["（一）学校和学生", "（二）数据完整情况", "（一）各项指标达标情况"]


def test_schools_and_pupils(failing):
    report, result = failing
    assert paragraphs(report)[2] == (
        f"计入评估的学校，小学 4 所、在校生 2{THIN}260 人；初中 2 所、在校生 1{THIN}000 人（一贯制学校、完全中学按学段分别计）。"
    )
    pupils = {level: sum(row["pupils"] for row in result["schools"] if row["level"] == level) for level in ("primary", "junior")}
    assert pupils == {"primary": 2260, "junior": 1000}
    assert table(report, "计入评估的学校和学生") == [["小学", "4", f"2{THIN}260"], ["初中", "2", f"1{THIN}000"]]
    assert table(report, "不计入评估的原因") == [["不足50人的教学点", "1"], ["特殊教育学校不计入", "1"]]


def test_indicator_table_is_the_result_level_by_level(failing):
    report, result = failing
    expected = []
    for indicator in DEFAULT.chapters[0].indicators[:7]:
        for level in DEFAULT.levels:
            values = [row["indicators"][indicator.code] for row in result["schools"] if row["level"] == level.name]
            mean = next(i for i in result["county"] if i["code"] == indicator.code and i["level"] == level.name)["mean"]
            met = sum(value["judgement"] == "met" for value in values)
            limit, mean = (text.grouped(text.rounded(number, 2)) for number in (values[0]["limit"], mean))
            expected.append([level.title, limit, mean, str(met), str(len(values)), str(text.share(met, len(values)))])
    assert [row[2:] for row in table(report, "各项指标达标学校数")] == expected
    assert [row[:2] for row in table(report, "各项指标达标学校数")][:2] == [
        ["每百名学生拥有高于规定学历教师数", "人/百生"],
        [None, None],
    ]
    assert paragraphs(report)[5] == "各学段达标学校比例最低的指标：初中“教学及辅助用房”，1/2 所，初中“网络多媒体教室”，1/2 所。"


def test_coefficients_are_the_results(failing):
    report, result = failing
    found = [row[1:] for row in table(report, "校际差异系数")]
    levels = {"primary": "小学", "junior": "初中"}
    each = [item for item in result["county"] if "mean" in item]
    by_code = sorted(each, key=lambda item: item["code"])
    assert found[:14] == [
        [levels[i["level"]], str(text.rounded(i["cv"], 3)), str(text.rounded(i["limit"], 2)), text.JUDGEMENTS[i["judgement"]]]
        for i in by_code
    ]
    composites = [item for item in result["county"] if item["code"] == "composite"]
    assert found[14:] == [[levels[i["level"]], str(text.rounded(i["cv"], 3)), "—", "—"] for i in composites]


def test_items_at_their_limits(whole):
    report, _ = whole
    rows = table(report, "政府保障程度")
    assert [row[0] for row in rows[:3]] == ["（一）", "（二）", "（三）"]
    by_title = {row[1]: row[2:] for row in rows}
    assert by_title["特殊教育学校生均公用经费"] == [f"6{THIN}000", f"≥6{THIN}000", "元/生", "达标"]
    assert by_title["交流轮岗教师比例"] == ["10.0", "≥10", "%", "达标"]
    assert by_title["就近划片入学比例"] == ["小学 100.0，初中 100.0", "小学≥100，初中≥95", "%", "达标"]
    assert by_title["学校规划布局合理"] == ["—", "—", "—", "达标"]
    assert table(report, "社会认可度") == [["1", "社会认可度", str(text.share(680, 800)), "≥85", "%", "达标"]]
    assert table(report, "一票否决")[0] == ["（一）", "以考试方式招生", "无", "达标"]
    assert "共 6 项，其中不存在的 6 项。" in paragraphs(report)


def test_a_value_never_looks_like_the_limit_it_differs_from():
    report, _ = made(*schools(), county=county(rotated_backbone=17.999, Q9_1_value=0.149999, special_funds=359999.9))
    found = {row[1]: row[2:] for row in (*table(report, "政府保障程度"), *table(report, "教育质量"))}
    assert found["骨干教师占交流轮岗教师比例"] == ["19.999", "≥20", "%", "未达标"]
    assert found["特殊教育学校生均公用经费"] == [f"5{THIN}999.998", f"≥6{THIN}000", "元/生", "未达标"]
    assert found["国家义务教育质量监测"] == ["0.149999", "Ⅲ级以上，<0.15", "—", "达标"]
    report, _ = made(*schools(junior={"家庭住址在划片范围内的在校学生人数（初中）": 280}), county=county(migrant_public=800.001))
    found = {row[1]: row[2:] for row in table(report, "政府保障程度")}
    assert found["就近划片入学比例"][0] == "小学 100.0，初中 95.0"
    assert found["随迁子女就读比例"] == ["85.0001", "≥85", "%", "达标"]


def test_a_school_at_its_own_limit_stands_beside_that_limit():
    old = {"小学学生人数": 2900, "是否2010年及之前规划并建成": "是"}
    for changes, cells in (
        ({"小学学生人数": 2400}, [f"2{THIN}500", f"≤2{THIN}500（另定）", "人", "达标"]),
        (old, [f"3{THIN}000", f"≤3{THIN}000（放宽）", "人", "达标"]),
        ({}, ["400", f"≤2{THIN}000", "人", "达标"]),
    ):
        report, result = made(*schools(through=changes), county=county())
        assert next(item for item in result["county"] if item["code"] == "G4")["judgement"] == "met"
        assert next(row[2:] for row in table(report, "政府保障程度") if row[1] == "学校规模") == cells


def test_marks_of_limits_are_explained_below_the_table():
    report, _ = made(*schools(through={"小学学生人数": 2900, "是否2010年及之前规划并建成": "是"}), county=county())
    notes = {part.caption.split("　")[1]: part.note for part in report.parts if isinstance(part, Table)}
    assert notes["政府保障程度"] == (
        "逐校判定的指标，所列为各校中最不利的值和该校的达标值。"
        "“音乐、美术专用教室”的值是音乐、美术专用教室中较少一类比应有间数多出的间数，负数为短缺。"
        "“班级学生数”的值是超过规定人数的班级数。“不足100人学校公用经费”的值是公用经费预算 ÷ 按100人核定应有的经费。"
        "“放宽”是过渡期放宽后的限值。"
    )
    assert notes["教育质量"] == "逐校判定的指标，所列为各校中最不利的值和该校的达标值。"
    assert notes["社会认可度"] == ""


def test_an_item_that_fails_beside_its_value_says_why():
    report, _ = made(*schools(), county=county(Q9_1_grade="Ⅱ", G15_also_1="未达到"))
    notes = {part.caption.split("　")[1]: part.note for part in report.parts if isinstance(part, Table)}
    row = next(row[2:] for row in table(report, "教育质量") if row[1] == "国家义务教育质量监测")
    assert row == ["0.149", "Ⅲ级以上，<0.15", "—", "未达标"]
    assert notes["教育质量"].startswith("国家义务教育质量监测：语文学业水平等级 Ⅱ，应达到Ⅲ级以上。")
    row = next(row[2:] for row in table(report, "政府保障程度") if row[1] == "随迁子女就读比例")
    assert row == ["85.0", "≥85", "%", "未达标"]
    assert "留守儿童关爱体系健全" in notes["政府保障程度"].split("。")[0]


def test_an_item_that_no_school_is_subject_to_is_not_applicable():
    report, _ = made(*schools(point={"小学学生人数": 100}), county=county())
    row = next(row for row in table(report, "政府保障程度") if row[1] == "不足100人学校公用经费")
    assert row[2:] == ["—", "≥1", "比值", "不适用"]
    assert any("不适用 1 项" in words for words in paragraphs(report))


def test_a_standard_says_its_judgements_in_its_own_words():
    standard = load_standard("preschool-universal")
    words = {"Y5": "合格", "Y26": "基本合格", "Y36": "不合格"}
    figures = {f"{code}_met": word for code, word in words.items()} | {f"{code}_proof": "有关文件" for code in words}
    given = {name: Figure(word, "given", "区县", "B2") for name, word in figures.items()}
    given |= {name: Figure(text.exact(9), "given", "区县", "B3") for name in ("classes", "classes_fit")}
    found = Intake("990001", Return("county", "补充表.xlsx", "0" * 64, "区县", given), (), (), ())
    report = of(standard, found, evaluate(standard, found, date(2022, 9, 1)).to_dict())
    rows = {row[1]: row[-1] for part in report.parts if isinstance(part, Table) for row in [[c and c.text for c in r] for r in part.rows]}
    said = {code: rows[standard.indicator(code).title] for code in (*words, "Y28", "YZ")}
    assert said == words | {"Y28": "合格", "YZ": "未达标"}
    assert "共 11 项，其中合格 1 项，基本合格 1 项，不合格 1 项，无数据 8 项。" in paragraphs(report)
    # what the outcome lacks is what its items lack: it is not listed twice
    assert "评估等次" not in [row[0] for row in table(report, "缺填报项目的其他指标")]


def test_problems_say_what_each_school_lacks_in_whole_things(failing):
    report, result = failing
    failed = [row for row in result["schools"] if row["judgement"] == "not_met"]
    assert [row["name"] for row in failed] == ["演示第一初级中学"]
    gaps = [failed[0]["indicators"][code] for code in ("R4", "R7")]
    assert table(report, "未达标学校的差额") == [
        ["演示第一初级中学", "初中", "教学及辅助用房（㎡/生）", *shown(gaps[0])],
        [None, None, "网络多媒体教室（间/百生）", *shown(gaps[1])],
    ]
    assert gaps[1]["gap"] == {"amount": 7, "unit": "间"}


def shown(value: dict) -> list[str]:
    two = [str(text.rounded(value[key], 2)) for key in ("value", "limit")]
    return [*two, str(text.share(value["value"], value["limit"])), text.gap(value["gap"])]


def test_gaps_name_the_figures_to_hand_in():
    blank = {"专任教师总人数": 40, "本科学历教师人数（小学）": None, "城乡类型": None}
    report, result = made(*schools(primary=blank), county=county(G1_proof=None, V2_found=None))
    assert headings(report, 1)[-1] == "七、数据缺口"
    fields = list(dict.fromkeys(item["field"] for item in result["missing"] if item["school"]))
    assert [row[0] for row in table(report, "缺数据的学校和项目")] == fields
    assert table(report, "缺数据的学校和项目")[0] == ["本科学历教师人数（小学）", "高于规定学历教师", "1", "演示甲小学"]
    assert [row[0] for row in table(report, "缺填报项目的其他指标")] == ["学校规划布局合理", "违规择校"]
    assert "一票否决：违规择校。" in paragraphs(report)


def test_numbers_of_tables_and_charts_run_on(failing):
    report, _ = failing
    tables = [part.caption.split("　")[0] for part in report.parts if isinstance(part, Table)]
    assert tables == [f"表{number}" for number in range(1, len(tables) + 1)]
    assert [part.caption.split("　")[0] for part in report.parts if isinstance(part, Chart)] == ["图1", "图2"]


def test_annexes(failing, whole):
    report, result = failing
    assert annexes_named(report) == (("附件：", "不计入评估的学校"),)
    assert [[cell.text for cell in row] for row in report.annexes[0].parts[0].rows] == [
        [item["name"], item["type"], "小学" if item["level"] else "全校", "30" if item["pupils"] else "—", item["reason"]]
        for item in result["excluded"]
    ]
    assert whole[0].annexes == ()


def test_title():
    assert title("演示区", "县域义务教育优质均衡发展督导评估办法") == ("演示区义务教育优质均衡发展督导评估", "自评报告")
    assert title("演示区", "学前教育方案") == ("演示区学前教育自评报告",)
    assert title("", "县域义务教育评估标准") == ("县域义务教育评估自评报告",)
    assert title("某某自治区演示自治县", "县域义务教育优质均衡发展督导评估办法") == (
        "某某自治区演示自治县",
        "义务教育优质均衡发展督导评估自评报告",
    )


def test_signature_and_date_stand_as_the_norm_says(failing):
    report, _ = failing
    assert closing(report) == (("2025年9月1日", 4),)
    long = replace(report, by="演示区人民政府教育督导室")
    assert closing(long) == (("演示区人民政府教育督导室", 2), ("2025年9月1日", 6.0))
    short = replace(report, by="督导室")
    assert closing(short) == (("督导室", 7.0), ("2025年9月1日", 2))


def test_standard_of_points_without_schools():
    standard = load_standard("chongqing-county")
    figures = {"BZ_points": 59, "CY_points": 25.9, "V1_found": "无", "V2_found": "无", "V3_found": "无"}
    given = {
        name: Figure(text.exact(value) if isinstance(value, int | float) else value, "given", "区县", "B2")
        for name, value in figures.items()
    }
    found = Intake("990001", Return("county", "补充表.xlsx", "0" * 64, "区县", given), (), (), ())
    report = of(standard, found, evaluate(standard, found, date(2023, 6, 1)).to_dict())
    assert headings(report, 1)[0] == "一、基本情况"
    assert headings(report, 2)[0] == "（一）数据完整情况"
    assert [part for part in report.parts if isinstance(part, Chart)] == []
    row = next(row for row in table(report, "合计") if row[1] == "差异程度总得分")
    assert row[2:] == ["25.90", "≥26", "分", "未达标"]
    assert table(report, "差异程度") == [["1", "差异程度得分", "25.90", "满分30", "分", "计分"]]
    notes = {part.caption.split("　")[1]: part.note for part in report.parts if isinstance(part, Table)}
    assert [notes[name] for name in ("差异程度", "奖励加分", "合计")] == ["", "本表所列不影响结论。", ""]
    assert (report.meetings, report.coefficients, report.annexes) == ((), (), ())


def test_school_without_a_name_is_called_by_its_code():
    values = forms.filled("小学", "演示小学", "9900000001", 500, factors={"R1": "0.5"}) | {"学校名称": None}
    report, _ = made(values, *small()[2:3])
    assert table(report, "未达标学校的差额")[0][0] == "9900000001"


def test_composite_is_judged_where_the_standard_judges_it_alone():
    """The published example of 5 schools, 302 pupils and 1913 books; the other seven indicators have no data."""
    standard = load_standard("cn-2012-basic-balance")
    given = [(45, 279), (37, 137), (89, 935), (76, 160), (55, 402)]
    units = []
    for number, (pupils, books) in enumerate(given, start=1):
        values = {"school_code": f"S{number}", "school_type": "小学", "sponsor": "7", "pupils_primary": pupils, "books": books}
        figures = {
            name: Figure(value if isinstance(value, str) else text.exact(value), "given", "学校", f"E{number}")
            for name, value in values.items()
        }
        units.append(Return("school", f"演示/{number}.xlsx", "0" * 64, "学校", figures))
    found = Intake("990001", None, tuple(units), (), ())
    report = of(standard, found, evaluate(standard, found, date(2015, 9, 1)).to_dict())
    rows = table(report, "校际差异系数")
    assert rows[4] == ["生均图书册数", "小学", "0.515", "—", "—"]
    assert rows[-1] == ["综合（各项平均）", "小学", "—", "0.65", "无数据"]
    assert "共判定 1 项，其中无数据 1 项。" in paragraphs(report)
    assert [part.name for part in report.parts if isinstance(part, Chart)] == ["variation"]
    assert [row[-1] for row in table(report, "各项指标全县平均值")] == ["5"] * 8
    assert report.title == ("县域义务教育均衡发展督导评估自评报告",)
