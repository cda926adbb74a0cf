"""The results workbook: what each sheet says, words beside colours, the file itself."""

import io
from dataclasses import replace
from datetime import date

import openpyxl
import report_whole
from report_county import DEFAULT, intake, judged, small

import forms
from dudao.evaluation import evaluate
from dudao.issues import Issue
from dudao.reports import results, text
from dudao.reports.results import Results, of, write
from dudao.reports.sheets import Cell
from dudao.standards import load_standard
from dudao.tables import Figure, Intake, Return

SHEETS = [
    *("结论", "学校指标", "差异系数", "县级指标", "县级指标构成", "逐校判定"),
    *("明细", "不计入", "放宽", "缺数据", "数据问题"),
]


def report(*schools, **more) -> Results:
    found = intake(*schools, **more)
    return of(DEFAULT, found, judged(found))


def whole(*, schools=None, **county) -> openpyxl.Workbook:
    """The workbook of the county at its limits, with changes."""
    handed = report_whole.schools(**(schools or {}))
    return book(report(*handed, county=report_whole.county(**county)))


def book(found: Results) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(write(found)))


def rows(sheet, first: int = 2) -> list[list]:
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]


def test_sheets_in_order():
    assert book(report(*small())).sheetnames == SHEETS


def test_first_sheet_says_the_verdict_and_its_reasons():
    found = intake(*small())
    result = judged(found)
    sheet = book(of(DEFAULT, found, result))["结论"]
    assert [[sheet.cell(row, 1).value, sheet.cell(row, 2).value] for row in range(2, 12)] == [
        ["结论", "未达标"],
        ["说明", result["verdict"]["sentence"]],
        ["区县", "演示区（代码 990001）"],
        ["评估日期", "2025年9月1日"],
        ["评估标准", "县域义务教育优质均衡发展督导评估办法（教督〔2017〕6号）"],
        ["编号和版本", "cn-2017-quality-balance，版本 2017.1"],
        ["口径", "国家 2017 年文本（default）"],
        ["标准校验值", f"SHA-256 {DEFAULT.sha256}"],
        ["计入学校", "小学 4 所，初中 2 所（一贯制学校、完全中学按学段分别计）"],
        ["数据情况", f"不计入 2 条，放宽 0 处，缺数据 {len(result['missing'])} 项，错误 0 条，存疑 0 条"],
    ]
    reasons = result["verdict"]["reasons"]
    assert [sheet.cell(14 + number, 6).value for number in range(len(reasons))] == [
        reason["text"] for reason in reasons
    ]
    assert rows(sheet, 14)[0] == [
        "RS 各校7项指标",
        "初中",
        "9900000003",
        "演示第一初级中学",
        "未达标",
        reasons[0]["text"],
    ]


def test_schools_side_by_side_with_gaps_in_whole_things():
    sheet = book(report(*small()))["学校指标"]
    assert (
        next(cell.value for cell in sheet[1] if cell.value)
        == "R1 每百名学生拥有高于规定学历教师数（人/百生）"
    )
    found = rows(sheet, 3)
    assert found[1][:10] == [
        "9900000002",
        "演示第二小学",
        "小学",
        500,
        "达标",
        4,
        4.2,
        "未达标（达到85%）",
        95.2,
        "差 1 名教师",
    ]
    assert found[4][20:25] == [5.22, 5.8, "未达标（达到85%）", 90, "差 348 ㎡"]
    assert found[4][35:40] == [1.33, 2.4, "未达标（低于85%）", 55.6, "差 7 间"]
    assert [len(row) for row in found] == [40] * 6


def test_a_large_gap_has_its_thousands_apart():
    found = report(forms.filled("小学", "演示甲小学", "1", 500, factors={"R6": "0.9"}))
    assert rows(book(found)["学校指标"], 3)[0][30:35] == [
        1800,
        2000,
        "未达标（达到85%）",
        90,
        "差 100\u2009000 元",
    ]


def test_colour_is_always_beside_its_word():
    sheet = book(report(*small()))["学校指标"]
    fills = {
        (cell.value, cell.fill.fgColor.rgb)
        for row in sheet.iter_rows(min_row=3)
        for cell in row
        if cell.fill.fill_type
    }
    assert fills == {
        ("未达标（达到85%）", "FFFDF1D6"),
        ("未达标（低于85%）", "FFFBE9E8"),
        ("未达标", "FFFBE9E8"),
    }


def test_a_value_that_only_rounds_to_its_limit_says_so():
    changes = {f"{word}学历教师人数（小学）": 0 for word in ("专科", "硕士", "博士研究生")} | {
        "本科学历教师人数（小学）": 50
    }
    found = report(forms.filled("小学", "演示甲小学", "1", 1191, changes=changes))
    assert rows(book(found)["学校指标"], 3)[0][5:10] == [
        4.2,
        4.2,
        "未达标（达到85%），原值不足",
        100,
        "差 1 名教师",
    ]


def test_variations_with_limits_and_composites():
    found = rows(book(report(*small()))["差异系数"])
    assert found[0] == [
        "小学",
        "R1 每百名学生拥有高于规定学历教师数",
        4,
        4,
        4.91,
        "人/百生",
        0.111,
        0.5,
        "达标",
    ]
    assert found[13] == [
        "初中",
        "R7 每百名学生拥有网络多媒体教室数",
        2,
        2,
        2.04,
        "间/百生",
        0.422,
        0.45,
        "达标",
    ]
    assert found[14:] == [
        ["小学", "综合", None, None, None, None, 0.076, None, "不判定"],
        ["初中", "综合", None, None, None, None, 0.089, None, "不判定"],
    ]


def test_a_variation_that_only_rounds_to_its_limit_says_so():
    found = intake(*small())
    result = judged(found)
    result["county"][0] |= {"cv": 0.5004, "judgement": "not_met"}
    assert rows(book(of(DEFAULT, found, result))["差异系数"])[0][6:] == [0.5, 0.5, "未达标，原值大于限值"]


def test_a_standard_that_judges_the_composite():
    # two schools of 100 pupils, one without anything: every coefficient is 1, and so is their mean
    standard = load_standard("cn-2012-basic-balance")
    found = intake(*(_plain(standard, code, amount) for code, amount in (("1", 0), ("2", 20))), standard=standard)
    table = of(standard, found, judged(found, standard)).tables[1].rows
    assert [(row[1], str(row[6]), str(row[7]), row[8]) for row in (table[0], table[-2])] == [
        ("B1 生均教学及辅助用房面积", "1.000", "None", "不判定"),
        ("综合", "1.000", "0.65", Cell("未达标", "bad")),
    ]


def _plain(standard, code: str, amount: int) -> dict[str, object]:
    """A 小学 of 100 pupils with the same amount of everything."""
    values: dict[str, object] = {item.label: amount for item in standard.fields if item.numeric and not item.of_county}
    values |= {item.label: "否" for item in standard.fields if item.kind == "flag"}
    return values | {"学校名称": f"演示{code}校", "学校代码": code, "学校类型": "小学", "小学学生人数": 100, "举办者类型": "7"}


def test_county_items_with_shares_in_per_cent():
    found = {row[0]: row[2:8] for row in rows(book(report(*small()))["县级指标"])}
    assert found["RC"] == [14, "共", 14, "项", "达标", "计算"]
    assert found["RS"] == [5, "共", 6, "所", "未达标", "计算"]
    assert found["G13"] == [None, "不低于", "小学 100.0，初中 95.0", "%", "无数据", "计算"]
    assert found["G7"] == [None, "不低于", 6000, "元/生", "无数据", "计算"]


def test_every_value_with_its_cells_unrounded():
    found = rows(book(report(*small()))["明细"])
    assert len(found) == 42
    row = next(
        row for row in found if row[0] == "9900000004" and row[2] == "初中" and row[3].startswith("R2")
    )
    # 14 名骨干教师、1100 名学生，按学生数折算；文件中留 16 位
    assert row[4:11] == [1.272727272727273, "人/百生", 1, "达标", 127.3, None, "是"]
    assert row[11].split("\n")[0] == "演示/演示实验学校.xlsx 学校填报数据!E35 县级及以上骨干教师数"


def test_excluded_schools_with_their_reason():
    assert rows(book(report(*small()))["不计入"]) == [
        [
            "9900000006",
            "演示山后教学点",
            "教学点",
            "小学",
            30,
            "不足50人的教学点",
            "演示/演示山后教学点.xlsx",
        ],
        [
            "9900000007",
            "演示启智学校",
            "特殊教育学校",
            "全校",
            None,
            "特殊教育学校不计入",
            "演示/演示启智学校.xlsx",
        ],
    ]


def test_reliefs_with_amount_and_cells():
    changes = {"是否人口密度过高的大城市中心城区学校": "是", "校外租赁场馆面积": 640.5}
    sheet = book(report(forms.filled("小学", "演示甲小学", "1", 500, changes=changes)))["放宽"]
    assert rows(sheet) == [
        [
            "1",
            "演示甲小学",
            "R5 生均体育运动场馆面积",
            "是否人口密度过高的大城市中心城区学校",
            640.5,
            "㎡",
            "未设止期",
            "演示/演示甲小学.xlsx 学校填报数据!E8、E50",
        ]
    ]


def test_missing_figures_by_school_and_indicator():
    sheet = whole(schools={"primary": {"网络多媒体教室间数": None}, "point": {"上一年度公用经费预算总额": None}}, G1_met=None)["缺数据"]
    point = ["9900000004", "演示山村教学点", "全校"]
    assert rows(sheet) == [
        ["9900000001", "演示甲小学", "小学", "R7 每百名学生拥有网络多媒体教室数", "网络多媒体教室间数"],
        [None, None, "全县", "G1 学校规划布局合理", "G1 学校规划布局合理：是否达到要求"],
        [*point, "G6 不足100人学校公用经费", "上一年度公用经费预算总额"],
        [*point, "Q4 教师培训经费比例", "上一年度公用经费预算总额"],
    ]


def test_issues_as_errors_and_queries():
    issues = (
        Issue(
            "error",
            "FIG-003",
            "甲.xlsx",
            "学校填报数据",
            "E11",
            "「小学学生人数」填了“3,520”，不是数字。",
            "去掉逗号。",
        ),
        Issue("query", "FILE-001", "说明.txt", None, None, "不是填报表。", "移走该文件。"),
    )
    assert rows(book(report(*small(), issues=issues))["数据问题"]) == [
        [
            "错误",
            "FIG-003",
            "甲.xlsx",
            "学校填报数据",
            "E11",
            "「小学学生人数」填了“3,520”，不是数字。",
            "去掉逗号。",
        ],
        ["存疑", "FILE-001", "说明.txt", None, None, "不是填报表。", "移走该文件。"],
    ]


def test_an_empty_sheet_says_none():
    workbook = whole()
    assert {name: workbook[name]["A2"].value for name in ("不计入", "放宽", "缺数据", "数据问题")} == {
        "不计入": "无",
        "放宽": "无",
        "缺数据": "无",
        "数据问题": "无",
    }


def test_items_met_with_their_values():
    found = {row[0]: row[2:8] for row in rows(whole()["县级指标"])}
    assert found["G13"] == ["小学 100.0，初中 100.0", "不低于", "小学 100.0，初中 95.0", "%", "达标", "计算"]
    assert found["G1"] == [None, None, None, None, "达标", "佐证材料"]
    assert found["Q9"] == [0.149, "低于", 0.15, None, "达标", "上级给定"]
    assert found["P1"] == [85, "不低于", 85, "%", "达标", "上级给定"]


def test_a_value_beside_its_limit_is_told_apart_from_it():
    found = {row[0]: row[2:7] for row in rows(whole(teacher_pay=12.0999, official_pay=12.1)["县级指标"])}
    # 12.0999 ÷ 12.1 = 0.99999…
    assert found["G8"] == [0.99999, "不低于", 1, "比值", "未达标"]


def test_one_level_without_data_beside_one_with():
    row = next(row for row in rows(whole(schools={"junior": {"家庭住址在划片范围内的在校学生人数（初中）": None}})["县级指标"]) if row[0] == "G13")
    assert row[2] == "小学 100.0，初中 无数据"


def items(workbook: openpyxl.Workbook, code: str) -> list[list]:
    return [row[2:8] for row in rows(workbook["县级指标构成"]) if row[0] == code]


def test_what_an_item_by_formula_is_made_of():
    workbook = whole()
    assert items(workbook, "G11b") == [
        ["「实际交流骨干教师数量」", 18, "人", None, None, None],
        ["「实际交流轮岗教师数」", 90, "人", None, None, None],
        ["指标值", 20, "%", "不低于 20.0", "达标", None],
    ]
    assert items(workbook, "G13") == [
        ["「各校家庭住址在划片范围内的在校学生人数（小学）合计」", 660, "人", None, None, None],
        ["「各校小学学生人数合计」", 660, "人", None, None, None],
        ["小学", 100, "%", "不低于 100.0", "达标", None],
        ["「各校家庭住址在划片范围内的在校学生人数（初中）合计」", 400, "人", None, None, None],
        ["「各校初中学生人数合计」", 400, "人", None, None, None],
        ["初中", 100, "%", "不低于 95.0", "达标", None],
    ]
    assert items(workbook, "G15")[4] == ["留守儿童关爱体系健全", "达到", None, None, None, None]
    sources = [row[8] for row in rows(workbook["县级指标构成"]) if row[0] in ("G11b", "Q1")]
    assert sources[0] == "演示/区县填报表.xlsx 区县填报数据!E11"
    assert sources[2] == "演示/区县填报表.xlsx 区县填报数据!E11、E10"
    assert sources[3] == "演示/演示实验学校.xlsx 学校填报数据!E65\n演示/演示乙初级中学.xlsx 学校填报数据!E65"


def test_a_sum_over_many_schools_says_how_many_cells():
    more = [forms.filled("小学", f"演示第{number}小学", str(number), 100) for number in range(1, 8)]
    found = rows(book(report(*more))["县级指标构成"])
    assert next(row[8] for row in found if row[0] == "G12") == "7 份填报表的 7 个单元格"


def test_declared_items_and_vetoes_with_what_was_filed():
    workbook = whole(V3_found="有", V3_note="演示甲小学设重点班", Q5_proof=None)
    assert items(workbook, "G1") == [["填报", "达到", None, None, "达标", "佐证材料：G1 有关文件"]]
    assert items(workbook, "Q5") == [["填报", "达到", None, None, "无数据", "申报“达到”，没有写明佐证材料"]]
    assert items(workbook, "V3") == [["填报", "有", None, None, "未达标", "演示甲小学设重点班"]]


def test_subjects_of_the_national_monitoring():
    workbook = whole(Q9_1_grade="Ⅱ", Q9_2_value=0.15, Q9_3_grade="未监测", Q9_3_value=None, Q9_4_grade=None)
    assert items(workbook, "Q9")[:8] == [
        ["语文学业水平等级", "Ⅱ", None, "Ⅲ级以上", "未达标", None],
        ["语文校际差异率", 0.149, None, "低于 0.15", "达标", None],
        ["数学学业水平等级", "Ⅲ", None, "Ⅲ级以上", "达标", None],
        ["数学校际差异率", 0.15, None, "低于 0.15", "未达标", None],
        ["科学学业水平等级", "未监测", None, None, "不判定", None],
        ["科学校际差异率", None, None, None, "不判定", None],
        ["体育学业水平等级", None, None, "Ⅲ级以上", "无数据", "缺“Q9 体育：学业水平等级”"],
        ["体育校际差异率", 0.149, None, "低于 0.15", "达标", None],
    ]
    reason = next(row[5] for row in rows(workbook["结论"]) if row[0] and row[0].startswith("Q9"))
    assert "语文学业水平等级 Ⅱ，应达到Ⅲ级以上" in reason
    row = next(row for row in rows(workbook["县级指标"]) if row[0] == "Q9")
    assert row[8] == "语文学业水平等级 Ⅱ，应达到Ⅲ级以上；数学校际差异率 0.15，应低于 0.15"


def test_a_school_beside_its_own_limit_with_what_it_comes_from():
    clause = "政府保障程度（四）一贯制学校"
    relief = "《规程》发布近三年评估中的放宽：2010年及以前规划并建成的九年一贯制学校（申报表“优质均衡指标”）"
    old = {"小学学生人数": 2900, "是否2010年及之前规划并建成": "是"}
    over = {"小学学生人数": 2901, "是否2010年及之前规划并建成": "是"}
    for changes, value, limit, met, why in (
        ({"小学学生人数": 2400}, 2500, 2500, "达标", clause),
        (old, 3000, 3000, "达标", relief),
        (over, 3001, 3000, "未达标", relief),
    ):
        workbook = whole(schools={"through": changes})
        row = next(row for row in rows(workbook["逐校判定"]) if row[:3] == ["G4", "学校规模", "9900000003"])
        assert row[4:9] == [value, "人", f"不大于 {limit}", met, why]
        row = next(row for row in rows(workbook["县级指标"]) if row[0] == "G4")
        assert row[2:9] == [value, "不大于", limit, "人", met, "计算", f"各校中最不利的一所：演示实验学校；{why}"]


def test_points_and_what_does_not_decide():
    standard = load_standard("chongqing-county")
    given = {name: Figure(text.exact(points), "given", "区县", "B2") for name, points in (("BZ_points", 60), ("JF_points", 3))}
    found = Intake("990001", Return("county", "补充表.xlsx", "0" * 64, "区县", given), (), (), ())
    workbook = book(of(standard, found, evaluate(standard, found, date(2023, 6, 1)).to_dict()))
    assert [row[2:9] for row in rows(workbook["县级指标"])][:3] == [
        [60, "满分", 70, "分", "计分", "佐证材料", None],
        [None, "满分", 30, "分", "无数据", "佐证材料", None],
        [3, "满分", 5, "分", "计分", "佐证材料", "不影响结论"],
    ]
    summary = {row[0]: row[1] for row in rows(workbook["结论"])}
    assert summary["计入学校"] == "没有计入的学校"


def test_a_standard_says_its_judgements_in_its_own_words():
    standard = load_standard("preschool-universal")
    figures = {"Y26_met": "基本合格", "Y26_proof": "统计表", "Y36_met": "不合格"}
    given = {name: Figure(word, "given", "区县", "B2") for name, word in figures.items()}
    found = Intake("990001", Return("county", "补充表.xlsx", "0" * 64, "区县", given), (), (), ())
    workbook = book(of(standard, found, evaluate(standard, found, date(2022, 9, 1)).to_dict()))
    said = {row[0]: row[6] for row in rows(workbook["县级指标"])}
    assert [said[code] for code in ("Y26", "Y36", "Y1", "YZ")] == ["基本合格", "不合格", "无数据", "未达标"]
    assert items(workbook, "Y26")[0][4] == "基本合格"


def test_groups_of_the_survey_and_the_visits():
    found = items(whole(P1_7_sent=None), "P1")
    assert found[1] == [
        "家长", 85, "%", None, "不判定",
        "问卷总数 210，有效问卷数 200，满意问卷数 170，走访人数 20，走访满意人数 17",
    ]  # fmt: skip
    assert found[6][5].startswith("问卷总数 未填，有效问卷数 100，")
    assert found[7:] == [
        ["问卷合计", 85, "%", "不低于 85.0", "达标", None],
        ["实地走访合计", 88.8, "%", None, "不判定", None],
    ]


def test_items_judged_school_by_school_failing_first():
    changes = {
        "primary": {"小学学生人数": 2300, "是否2010年及之前规划并建成": "是"},
        "junior": {"初中学生人数": 2001},
        "point": {"进城务工人员随迁子女在校生人数": None},
    }
    found = [row[2:10] for row in rows(whole(schools=changes)["逐校判定"]) if row[0] == "G4"]
    assert found[0] == ["9900000002", "演示乙初级中学", 2001, "人", "不大于 2000", "未达标", None, None]
    relief = "《规程》发布近三年评估中的放宽：2010年及以前规划并建成的学校（申报表“优质均衡指标”）"
    assert found[1] == ["9900000001", "演示甲小学", 2300, "人", "不大于 2400", "达标", relief, None]
    assert [row[5] for row in found] == ["未达标", "达标", "达标", "达标"]


def test_a_negative_value_keeps_its_sign():
    sheet = whole(schools={"primary": {"单间面积≥90㎡的美术教室间数": 0}})["逐校判定"]
    assert (sheet["E2"].value, sheet["E2"].number_format) == (-1, "0")


def test_filters_and_frozen_heads():
    workbook = book(report(*small()))
    assert (workbook["学校指标"].freeze_panes, workbook["学校指标"].auto_filter.ref) == ("D3", "A2:AN8")
    assert (workbook["明细"].freeze_panes, workbook["明细"].auto_filter.ref) == ("D2", "A1:L43")
    assert workbook["明细"].print_title_rows == "$1:$1"


def test_same_input_same_bytes():
    assert write(report(*small())) == write(report(*small()))


def test_a_name_stays_a_text():
    cell = book(report(forms.filled("小学", "=1+1", "1", 500)))["学校指标"]["B3"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_mark_at_the_head_of_every_page():
    workbook = book(replace(report(*small()), mark="预评"))
    assert {sheet.oddHeader.right.text for sheet in workbook} == {"预评　数据日期 2025年9月1日"}


def test_results_of_another_profile_name_it():
    assert results.of(DEFAULT, intake(*small()), judged(intake(*small()))).standard.endswith(
        "口径：国家 2017 年文本"
    )
