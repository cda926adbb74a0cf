"""Tables Ⅰ, Ⅳ, Ⅴ and Ⅵ of the application form: every sentence filled, 是否达标 below, at and above its limit, blanks listed."""

import io

import openpyxl
import pytest
import report_whole
from report_county import DEFAULT, SHENYANG, intake, judged

from dudao.reports.application_form import ApplicationForm, of, write

Y, N = "达标", "未达标"


def form(*, standard=DEFAULT, unreadable=(), schools=None, **county) -> ApplicationForm:
    """The form of the county at its limits, with changes to its own figures, and to its ``schools`` (primary, junior, through, point)."""
    handed = report_whole.schools(**(schools or {}))
    found = intake(*handed, standard=standard, unreadable=unreadable, county=report_whole.county(**county))
    return of(standard, found, judged(found, standard))


def missing(report: ApplicationForm, sheet: str) -> list[tuple[str, str, str]]:
    return [(blank.cell, blank.missing, blank.mend) for blank in report.blanks if blank.sheet == sheet]


def test_the_county_at_its_limits_meets_every_item_and_leaves_no_cell_blank():
    report = form()
    # rows of the clauses; row 11 of table Ⅳ is empty, row 12 repeats the head
    four = [f"C{row}" for row in (*range(3, 11), *range(13, 20))]
    five = [f"C{row}" for row in range(4, 13)]
    assert [report.cells["表4"].get(cell) for cell in four] == [Y] * 15
    assert [report.cells["表5"].get(cell) for cell in five] == [Y] * 9
    assert report.blanks == ()


GUARANTEE = {
    "B3": "达到要求（佐证：G1 有关文件）",
    "B5": "学校共4所，达到要求4所。",
    "B6": "超过 2000 人的小学0所，初中0所，超过 2500 人的一贯制学校0所",
    "B7": "超过 45 人的小学班级0个，超过 50 人的初中班级0个",
    "B8": "不足 100 人的规模较小学校学生数60人，公用经费115000元。",
    "B9": "特殊教育学校公用经费为36万元，特殊教育学生数为60人，特殊教育学校生均公用经费为6000元",
    "B10": "全县义务教育学校教师年平均工资收入为121000元，当地公务员年平均工资收入121000元。按规定足额核定教师绩效工资总量：达到。",
    "B13": "完成 360 学时培训的教师160人，全县教师160人，教师培训完成率100.0%",
    "B15": "全县符合交流轮岗条件教师总数900名，上一年度交流轮岗教师90名，交流轮岗教师占符合交流轮岗条件教师总数的比例10.0%；"
    "交流轮岗的骨干教师18名，占交流轮岗教师总数的比例20.0%",
    "B16": "全县在岗专任教师160人，其中持有教师资格证的专任教师160人，占比100.0%",
    "B17": "城区和镇区公办小学、初中（均不含寄宿制学校）就近划片入学比例分别100.0%、100.0%。",
    "B18": "全县优质高中招生名额总数1500人，分配名额750人，占比50.0%。其中分配农村学校的名额300人，占分配名额总数的40.0%。"
    "优质高中招生名额分配向农村初中倾斜：达到。",
    "B19": "全县符合条件的随迁子女数1000人，在公办学校就读800人，在政府购买服务的民办学校就读50人，合计850人，占比85.0%。"
    "留守儿童关爱体系健全：达到。",
}
QUALITY = {
    "B4": "全县初中毕业班学生数为95人，三年前该年级入学学生数为100人，毕业年级三年转入学生数为0人，死亡学生数为0人，转出学生数为0人，"
    "全县初中三年巩固率为95.0%",
    "B5": "全县残疾儿童少年为180人，入学171人，入学率为95.0%。其中，在特殊教育学校就读57人，占比33.3%。",
    "B6": "达到要求（佐证：Q3 有关文件）",
    "B7": "学校共4所，达到要求4所。",
    "B12": "语文Ⅲ级、校际差异率0.149；数学Ⅲ级、校际差异率0.149;科学Ⅲ级、校际差异率0.149；体育Ⅲ级、校际差异率0.149;"
    "艺术Ⅲ级、校际差异率0.149；德育Ⅲ级、校际差异率0.149。",
}


@pytest.mark.parametrize(("sheet", "wanted"), [("表4", GUARANTEE), ("表5", QUALITY)])
def test_every_sentence_at_the_limits(sheet, wanted):
    cells = form().cells[sheet]
    assert {cell: cells[cell] for cell in wanted} == wanted


# row, changes to the schools, changes to the county, a part of the sentence, 是否达标
BESIDE_THE_LIMITS = [
    ("表4", 3, {}, {"G1_met": "未达到", "G1_proof": None}, "未达到要求", N),
    ("表4", 5, {"primary": {"单间面积≥90㎡的美术教室间数": 0}}, {}, "学校共4所，达到要求3所，未达到1所（演示甲小学）。", N),
    ("表4", 6, {"primary": {"小学学生人数": 2000}}, {}, "超过 2000 人的小学0所", Y),
    ("表4", 6, {"primary": {"小学学生人数": 2001}}, {}, "超过 2000 人的小学1所，初中0所，超过 2500 人的一贯制学校0所", N),
    ("表4", 6, {"junior": {"初中学生人数": 2001}}, {}, "超过 2000 人的小学0所，初中1所", N),
    ("表4", 6, {"through": {"小学学生人数": 2400}}, {}, "超过 2500 人的一贯制学校0所", Y),
    ("表4", 6, {"through": {"小学学生人数": 2401}}, {}, "超过 2500 人的一贯制学校1所", N),
    ("表4", 6, {"primary": {"小学学生人数": 2400, "是否2010年及之前规划并建成": "是"}}, {},
     "超过 2500 人的一贯制学校0所（其中1所按过渡期放宽条件达到要求）", Y),
    ("表4", 7, {"primary": {"每班46-50人班级个数": 1}}, {}, "超过 45 人的小学班级1个，超过 50 人的初中班级0个", N),
    ("表4", 7, {"junior": {"每班46-50人班级个数": 1}}, {}, "超过 45 人的小学班级0个，超过 50 人的初中班级0个", Y),
    ("表4", 7, {"junior": {"每班51-55人班级个数": 2}}, {}, "超过 45 人的小学班级0个，超过 50 人的初中班级2个", N),
    ("表4", 7, {"through": {"每班46-50人班级个数": 2, "其中46-50人的小学班级个数": 1, "每班66人以上班级个数": 3,
                        "其中51人以上的小学班级个数": 2}}, {}, "超过 45 人的小学班级3个，超过 50 人的初中班级1个", N),
    ("表4", 8, {"point": {"上一年度公用经费预算总额": 11.4999}}, {}, "学生数60人，公用经费114999元。", N),
    ("表4", 8, {"point": {"上一年度公用经费预算总额": 11.6}}, {}, "学生数60人，公用经费116000元。", Y),
    ("表4", 9, {}, {"special_funds": 359990},
     "公用经费为36万元，特殊教育学生数为60人，特殊教育学校生均公用经费为6000元（特殊教育学校生均公用经费原值不足）", N),
    ("表4", 9, {}, {"special_funds": 300000}, "特殊教育学校生均公用经费为5000元", N),
    ("表4", 9, {}, {"special_funds": 366000}, "特殊教育学校公用经费为37万元，特殊教育学生数为60人，特殊教育学校生均公用经费为6100元", Y),
    ("表4", 10, {}, {"teacher_pay": 12.0999}, "教师年平均工资收入为120999元，当地公务员年平均工资收入121000元", N),
    ("表4", 10, {}, {"G8_also_1": "未达到"}, "按规定足额核定教师绩效工资总量：未达到。", N),
    ("表4", 13, {"primary": {"近5年培训满360学时专任教师人数": 59}}, {}, "教师159人，全县教师160人，教师培训完成率99.4%", N),
    ("表4", 15, {}, {"rotated": 89}, "上一年度交流轮岗教师89名，交流轮岗教师占符合交流轮岗条件教师总数的比例9.9%", N),
    ("表4", 15, {}, {"rotated_backbone": 17}, "交流轮岗的骨干教师17名，占交流轮岗教师总数的比例18.9%", N),
    ("表4", 16, {"point": {"持有教师资格证的专任教师人数": 9}}, {}, "持有教师资格证的专任教师159人，占比99.4%", N),
    ("表4", 17, {"junior": {"家庭住址在划片范围内的在校学生人数（初中）": 280}}, {}, "分别100.0%、95.0%。", Y),
    ("表4", 17, {"junior": {"家庭住址在划片范围内的在校学生人数（初中）": 279}}, {}, "分别100.0%、94.8%。", N),
    ("表4", 17, {"primary": {"家庭住址在划片范围内的在校学生人数（小学）": 399}}, {}, "分别99.8%、100.0%。", N),
    ("表4", 18, {}, {"good_senior_quota": 749}, "分配名额749人，占比49.9%", N),
    ("表4", 18, {}, {"good_senior_quota": 900}, "分配名额900人，占比60.0%。其中分配农村学校的名额300人，占分配名额总数的33.3%。", Y),
    ("表4", 19, {}, {"migrant_bought": 49}, "合计849人，占比84.9%", N),
    ("表4", 19, {}, {"G15_also_1": "未达到"}, "占比85.0%。留守儿童关爱体系健全：未达到。", N),
    ("表5", 4, {"junior": {"本届毕业学生人数": 56}}, {}, "全县初中三年巩固率为94.0%", N),
    ("表5", 4, {"junior": {"毕业年级三年转入学生数": 2, "毕业年级三年转出学生数": 2, "毕业年级三年死亡学生数": 1}}, {},
     "转入学生数为2人，死亡学生数为1人，转出学生数为2人，全县初中三年巩固率为96.0%", Y),
    ("表5", 5, {}, {"disabled_enrolled": 170}, "入学170人，入学率为94.4%", N),
    ("表5", 7, {"point": {"上一年度教师培训经费预算总额": 0.57}}, {}, "学校共4所，达到要求3所，未达到1所（演示山村教学点）。", N),
    ("表5", 12, {}, {"Q9_2_value": 0.15}, "数学Ⅲ级、校际差异率0.15;", N),
    ("表5", 12, {}, {"Q9_2_grade": "Ⅱ"}, "数学Ⅱ级、校际差异率0.149;", N),
    ("表5", 12, {}, {"Q9_3_grade": "未监测", "Q9_3_value": None},
     "科学／级、校际差异率／；体育Ⅲ级、校际差异率0.149;艺术Ⅲ级、校际差异率0.149；德育Ⅲ级、校际差异率0.149（科学未监测）。", Y),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "row", "schools", "county", "part", "met"), BESIDE_THE_LIMITS)
def test_a_sentence_and_its_judgement_beside_the_limit(sheet, row, schools, county, part, met):
    cells = form(schools=schools, **county).cells[sheet]
    assert part in cells[f"B{row}"]
    assert cells[f"C{row}"] == met


def test_a_rate_that_only_rounds_to_its_limit_says_so():
    # 9 999 of 10 000: 99.99 % is printed as 100.0 %
    many = {"专任教师总人数": 9890, "持有教师资格证的专任教师人数": 9889, "近5年培训满360学时专任教师人数": 9890}
    cells = form(schools={"primary": many}).cells["表4"]
    assert (cells["B16"], cells["C16"]) == (
        "全县在岗专任教师9990人，其中持有教师资格证的专任教师9989人，占比100.0%（专任教师持证上岗率原值不足）",
        N,
    )


def test_pay_that_reads_as_equal_once_rounded_says_so():
    # 12.09999 and 12.1 万元 are 120 999.9 and 121 000 元
    cells = form(teacher_pay=12.09999).cells["表4"]
    assert cells["B10"] == (
        "全县义务教育学校教师年平均工资收入为121000元，当地公务员年平均工资收入121000元（原值不足）。"
        "按规定足额核定教师绩效工资总量：达到。"
    )
    assert cells["C10"] == N
    assert "原值不足" not in form(teacher_pay=12.0).cells["表4"]["B10"]


def test_the_limit_of_special_education_follows_the_profile():
    # 7000 元 a pupil: above 6000, below 8000
    cells = [form(standard=standard, special_funds=420000).cells["表4"] for standard in (DEFAULT, SHENYANG)]
    assert [(found["B9"][-5:], found["C9"]) for found in cells] == [("7000元", Y), ("7000元", N)]


def test_no_school_under_a_hundred_pupils_is_not_applicable():
    found = form(schools={"point": {"小学学生人数": 100}}).cells["表4"]
    assert (found["B8"], found["C8"]) == ("不足 100 人的规模较小学校学生数0人，公用经费0元。", "不适用")


def test_a_blank_leaves_its_place_in_the_sentence_and_is_listed():
    report = form(special_pupils=None, good_senior_rural=None)
    assert report.cells["表4"]["B9"] == "特殊教育学校公用经费为36万元，特殊教育学生数为＿＿人，特殊教育学校生均公用经费为＿＿元"
    assert "C9" not in report.cells["表4"]
    # what is only printed leaves the judgement as it is
    assert "其中分配农村学校的名额＿＿人，占分配名额总数的＿＿%" in report.cells["表4"]["B18"]
    assert report.cells["表4"]["C18"] == Y
    again = "在区县填报表中补填或改正后重新计算。"
    assert missing(report, "表4") == [
        ("B9", "第7项：指标值或简要结论，缺“特殊教育学校学生人数”", again),
        ("C9", "第7项：是否达标，缺“特殊教育学校学生人数”", again),
        ("B18", "第14项：指标值或简要结论，缺“向农村学校分配指标数”", again),
    ]


def test_declared_without_proof_stays_blank():
    report = form(Q5_proof=None)
    assert [cell in report.cells["表5"] for cell in ("B8", "C8")] == [False, False]
    label = "缺“Q5 信息化教学与设施设备利用：佐证材料”"
    assert [cell for cell, *_ in missing(report, "表5")] == ["B8", "C8"]
    assert all(label in found for _, found, _ in missing(report, "表5"))
    assert {mend for *_, mend in missing(report, "表5")} == {"在补充表中填写后重新计算。"}


def test_a_school_without_its_figure_is_counted_apart():
    report = form(schools={"primary": {"上一年度教师培训经费预算总额": None}})
    assert report.cells["表5"]["B7"] == "学校共4所，达到要求3所，数据不全1所。"
    what = "缺“上一年度教师培训经费预算总额”（1 所学校）"
    assert [found for _, found, _ in missing(report, "表5")] == [
        f"第4项：指标值或简要结论，{what}",
        f"第4项：是否达标，{what}",
    ]


def test_one_failing_school_fails_the_item_whatever_is_missing():
    lacking = {"上一年度教师培训经费预算总额": None}
    report = form(schools={"primary": lacking, "point": {"上一年度教师培训经费预算总额": 0.1}})
    assert report.cells["表5"]["B7"] == "学校共4所，达到要求2所，未达到1所（演示山村教学点），数据不全1所。"
    assert report.cells["表5"]["C7"] == N


def test_an_unreadable_file_leaves_what_counts_schools_open():
    report = form(unreadable=("坏.xlsx",))
    assert [cell in report.cells["表4"] for cell in ("B13", "C13", "C5", "C9")] == [False, False, False, True]
    found = {cell: what for cell, what, _ in missing(report, "表4")}
    assert found["B13"] == "第9项：指标值或简要结论，有文件不能读取，可能缺少学校"
    assert ("I9", "小学数，有文件不能读取，可能缺少学校", "重新导出不能读取的文件后再计算。") in missing(report, "表1")
    assert report.cells["表1"]["I9"] == 1


def test_a_county_without_schools_says_so():
    found = intake(county=report_whole.county())
    report = of(DEFAULT, found, judged(found))
    assert ("B6", "第4项：指标值或简要结论，没有计入的学校", "核对有关填报项目后重新计算。") in missing(report, "表4")
    assert report.cells["表4"]["C9"] == Y


def test_nobody_to_rotate_leaves_the_share_open():
    report = form(rotated=0, rotated_backbone=0)
    cells = report.cells["表4"]
    assert cells["B15"].endswith("交流轮岗的骨干教师0名，占交流轮岗教师总数的比例＿＿%")
    assert cells["C15"] == N  # 0 of 900
    assert missing(report, "表4") == [
        ("B15", "第11项：指标值或简要结论，分母为 0，不能计算", "核对有关填报项目后重新计算。")
    ]


@pytest.mark.parametrize("proof", ["=甲+乙", "<b>文件</b>", "甲\n乙"])
def test_a_proof_stays_the_text_it_is(proof):
    workbook = openpyxl.load_workbook(io.BytesIO(write(form(G1_proof=proof))))
    cell = workbook["表4"]["B3"]
    assert (cell.value, cell.data_type) == (f"达到要求（佐证：{proof}）", "s")


# --- table Ⅰ


def test_the_county_and_its_schools():
    found = {cell: str(value) for cell, value in form().cells["表1"].items()}
    assert list(found.values()) == [
        *("52.35", "10.20", "8", "96", "98765", "12000", "31000", "60001"),
        *("1", "1", "1", "0", "0", "0", "1", "1"),
        *("17", "11", "660", "400"),
        *("120", "110", "90", "80"),
    ]
    assert list(found) == [f"{column}9" for column in "ABCDEFGHIJKLMNOPQRSTUVWX"]


def test_classes_of_a_through_school_without_its_stages_are_unknown():
    report = form(schools={"through": {"班级数（小学）": None}})
    assert [cell in report.cells["表1"] for cell in ("Q9", "R9")] == [False, True]
    assert missing(report, "表1") == [
        ("Q9", "小学教学班数，缺“班级数（小学）”（1 所学校）", "在补充表中填写后重新计算。")
    ]


def test_teaching_points_under_fifty_are_counted_apart_and_their_pupils_with_the_others():
    cells = form(schools={"point": {"小学学生人数": 49}}).cells["表1"]
    assert [cells[cell] for cell in ("O9", "P9", "S9")] == [1, 0, 649]


def test_a_figure_of_the_county_that_is_blank():
    assert missing(form(population=None), "表1") == [("A9", "人口总数", "在补充表中填写后重新计算。")]


def test_a_school_of_unknown_type_leaves_the_numbers_of_schools_open():
    report = form(schools={"primary": {"学校类型": "学堂"}})
    assert [cell in report.cells["表1"] for cell in ("I9", "N9", "P9", "S9", "A9")] == [False, False, False, False, True]
    assert ("J9", "九年一贯制数，有 1 所学校的学校类型不明", "改正这些学校的“学校类型”后重新计算。") in missing(report, "表1")


# --- table Ⅵ


def test_the_survey_together_and_the_parents():
    cells = form().cells["表6"]
    assert [str(cells[f"{column}6"]) for column in "BCDEFGH"] == ["870", "800", "680", "85.0", "80", "71", "88.8"]
    assert [str(cells[f"{column}7"]) for column in "BCDEFGH"] == ["210", "200", "170", "85.0", "20", "17", "85.0"]


def test_a_survey_that_only_rounds_to_its_limit_says_so():
    counts = {"P1_1_sent": 100000, "P1_1_valid": 100000, "P1_1_satisfied": 84999}
    cells = form(**counts).cells["表6"]
    # 84 999 + 595 of 100 700
    assert (str(cells["E6"]), cells["A8"]) == ("85.0", "   问卷调查综合满意度 85.0%，原值不足 85%，未达标。")
    assert "A8" not in form().cells["表6"]
    assert "A8" not in form(P1_1_satisfied=80).cells["表6"]


def test_a_survey_without_visits_leaves_them_blank():
    none = {f"P1_{number}_{what}": None for number in range(1, 8) for what in ("visited", "visit_satisfied")}
    report = form(**none)
    assert [cell in report.cells["表6"] for cell in ("E6", "F6", "G6", "H6", "F7")] == [True, False, False, False, False]
    assert [cell for cell, *_ in missing(report, "表6")] == ["F6", "G6", "H6", "F7", "G7", "H7"]
    assert missing(report, "表6")[3] == ("F7", "其中：家长：走访人数，缺“P1 家长：走访人数”", "在补充表中填写后重新计算。")


def test_nobody_visited_is_no_share():
    report = form(P1_2_visited=0, P1_2_visit_satisfied=0)
    assert [report.cells["表6"].get(cell) for cell in ("F7", "G7", "H7")] == [0, 0, None]
    assert missing(report, "表6") == [("H7", "其中：家长：实地走访满意度", "没有可计算的人数，核对调查结果后重新计算。")]
