"""The application form: what its tables say, rounding, blanks, wording by profile, the file itself."""

import io
from dataclasses import replace

import openpyxl
import pytest
import report_whole
from report_county import DEFAULT, ON, SHENYANG, intake, judged, small

import forms
from dudao.reports import application_form, printed
from dudao.reports.application_form import ApplicationForm, of, unfilled, write

SHEETS = ["01 优质均衡指标", "表1", "表2-1", "表2-2", "表3", "表4", "表5", "表6", "空白单元格"]


def form(*schools, standard=DEFAULT, **more) -> ApplicationForm:
    found = intake(*schools, standard=standard, **more)
    return of(standard, found, judged(found, standard))


def book(report: ApplicationForm) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(write(report)))


def cells(sheet, area: str) -> list[list]:
    return [[cell.value for cell in row] for row in sheet[area]]


def missing(report: ApplicationForm, sheet: str) -> list[tuple[str, str]]:
    return [(blank.cell, blank.missing) for blank in report.blanks if blank.sheet == sheet]


def test_sheets_in_order():
    assert book(form(*small())).sheetnames == SHEETS


def test_schools_primary_then_junior_each_stage_a_row():
    assert cells(book(form(*small()))["表2-2"], "A4:O9") == [
        [1, "演示第一小学", None, 1000, None, 25, 5.1, 1.2, 1.1, 5.4, 9, 2400, 2.8, "是", "7项均达标"],
        [2, "演示第二小学", None, 500, None, 13, 4, 1.2, 1.2, 5.4, 9, 2400, 2.8, "是", "第2、3、4、5、6、7项达标；第1项达到85%"],
        [3, "演示实验学校（小学部）", 7, 700, 6, 18, 5.14, 1.27, 1.09, 6.33, 11.13, 2727.28, 2.81, "是", "7项均达标"],
        [4, "演示山村教学点", None, 60, None, 2, 6.67, 1.67, 1.67, 5.4, 9, 2400, 3.33, "是", "7项均达标"],
        [1, "演示第一初级中学", None, 600, None, 15, 6.5, 1.33, 1.17, 5.22, 12.24, 3000, 1.33, "否",
         "第1、2、3、5、6项达标；第4项达到85%；第7项低于85%"],
        [2, "演示实验学校（初中部）", 7, 400, None, None, 6.5, 1.27, 1.09, 6.96, 12.24, 3000.01, 3.09, "是", "7项均达标"],
    ]  # fmt: skip


def test_numbers_of_schools_and_shares():
    assert cells(book(form(*small()))["表2-1"], "A4:J7") == [
        ["小学", "达标学校总数", 3, 4, 4, 4, 4, 4, 4, 4],
        [None, "达标学校比例（%）", 75, 100, 100, 100, 100, 100, 100, 100],
        ["初中", "达标学校总数", 2, 2, 2, 1, 2, 2, 1, 1],
        [None, "达标学校比例（%）", 100, 100, 100, 50, 100, 100, 50, 50],
    ]


def test_means_and_variations():
    assert cells(book(form(*small()))["表3"], "A4:J7") == [
        ["小学", "全县平均值", 4.91, 1.23, 1.13, 5.69, 9.66, 2501.37, 2.82, "——"],
        [None, "差异系数", 0.111, 0.064, 0.086, 0.075, 0.102, 0.06, 0.03, 0.076],
        ["初中", "全县平均值", 6.5, 1.31, 1.14, 5.92, 12.24, 3000, 2.04, "——"],
        [None, "差异系数", 0, 0.023, 0.033, 0.144, 0, 0, 0.422, 0.089],
    ]


def test_numbers_are_shown_with_the_decimals_of_the_form():
    workbook = book(form(*small()))
    formats = [
        workbook[sheet][cell].number_format
        for sheet, cell in (("表2-2", "J4"), ("表2-1", "C5"), ("表3", "C4"), ("表3", "C5"))
    ]
    assert formats == ["0.00", "0.0", "0.00", "0.000"]


def test_note_counts_the_schools():
    note = book(form(*small()))["表2-2"]["A10"].value
    assert note.startswith(
        "注： 1.小学学校总数4所（其中：一贯制学校的小学部有1所，50 人及以上教学点有1个），"
        "初中学校总数2所（其中：一贯制学校的初中部1所，完全中学的初中部0所）。2."
    )


def test_complete_secondary_and_attached_classes_are_named():
    schools = (
        forms.filled("完全中学", "演示第二中学", "1", 0, 300, 300),
        forms.filled(
            "小学",
            "演示中心小学",
            "2",
            400,
            90,
            changes={"附设班学段": "初中", "班级数（小学）": 10, "班级数（初中）": 3},
        ),
    )
    report = form(*schools)
    assert [(row.level, row.name, row.classes) for row in report.schools] == [
        ("primary", "演示中心小学", 10),
        ("junior", "演示第二中学（初中部）", None),
        ("junior", "演示中心小学（附设初中班）", 3),
    ]
    assert report.counts == (1, 0, 0, 2, 0, 1)


def test_a_value_that_only_rounds_to_its_limit_says_so():
    # 50 of 1191 pupils: 4.1982 per 100, below 4.2; 85 of 2382: 3.5684, below 85 % of 4.2
    def teachers(number: int) -> dict[str, int]:
        return {f"{word}学历教师人数（小学）": 0 for word in ("专科", "硕士", "博士研究生")} | {
            "本科学历教师人数（小学）": number
        }

    rows = form(
        forms.filled("小学", "演示甲小学", "1", 1191, changes=teachers(50)),
        forms.filled("小学", "演示乙小学", "2", 2382, changes=teachers(85)),
    ).schools
    assert [(str(row.values[0]), row.meets, row.remark) for row in rows] == [
        ("4.20", "是", "第2、3、4、5、6、7项达标；第1项达到85%（第1项原值不足）"),
        ("3.57", "否", "第2、3、4、5、6、7项达标；第1项低于85%（第1项原值不足）"),
    ]


def test_a_variation_that_only_rounds_to_its_limit_says_so():
    found = intake(*small())
    result = judged(found)
    result["county"][0] |= {"cv": 0.5004, "judgement": "not_met"}
    report = of(DEFAULT, found, result)
    assert str(report.levels[0].variations[0]) == "0.500"
    assert report.notes == ("小学 L1 差异系数 0.500，原值大于 0.50，未达标。",)
    assert book(report)["表3"]["A9"].value.strip() == report.notes[0]


def test_a_missing_value_stays_blank_and_is_listed():
    schools = (
        forms.filled("小学", "演示甲小学", "1", 500, changes={"教学及辅助用房总面积": None}),
        forms.filled("小学", "演示乙小学", "2", 500),
    )
    report = form(*schools)
    title = "生均教学及辅助用房面积"
    row = report.schools[0]
    assert (row.values[3], row.meets, row.remark) == (
        None,
        "数据不全",
        "第1、2、3、5、6、7项达标；第4项无数据",
    )
    assert (report.levels[0].meeting[3], str(report.levels[0].shares[3]), report.levels[0].meeting[7]) == (
        1,
        "50.0",
        1,
    )
    assert ("J4", f"演示甲小学：{title}，缺“教学及辅助用房总面积”") in missing(report, "表2-2")
    assert missing(report, "表2-1") == [
        ("F4:F5", f"{title}：1 所小学数据不全，按未达标计入"),
        ("J4:J5", "综合评估：1 所小学数据不全，按未达标计入"),
        ("C6:J7", "没有计入的初中"),
    ]
    assert missing(report, "表3") == [
        ("F4", f"{title}：全县平均值，1 所小学无数据，所填为其余 1 所的数值"),
        ("F5", f"{title}：差异系数，1 所小学无数据，所填为其余 1 所的数值"),
        ("C6:J7", "没有计入的初中"),
    ]
    assert report.notes == ("小学 L4 有 1 所学校无数据，所列为其余 1 所学校的数值。",)


def test_what_only_the_wide_table_asks_is_listed():
    assert missing(
        form(forms.filled("小学", "演示甲小学", "1", 500, changes={"班级总数": None})), "表2-2"
    ) == [
        ("C4", "演示甲小学：举办者类型"),
        ("E4", "演示甲小学：年级数（小学）"),
        ("F4", "演示甲小学：班级总数"),
    ]


def test_a_school_handed_in_twice_fills_nothing_of_its_own():
    found = intake(forms.filled("小学", "演示甲小学", "1", 500))
    school = replace(found.schools[0], void="同一学校报了两次")
    found = replace(found, schools=(school,))
    row = of(DEFAULT, found, judged(found)).schools[0]
    assert (row.classes, row.values, row.meets) == (None, (None,) * 7, "数据不全")


def test_an_unknown_type_leaves_the_counts_of_the_note_blank():
    report = form(
        forms.filled("小学", "演示甲小学", "1", 500),
        forms.filled("小学", "演示乙小学", "2", 500, changes={"学校类型": "学堂"}),
    )
    assert report.counts == (2, None, None, 1, None, None)
    note = book(report)["表2-2"]["A7"].value
    assert note.startswith(
        "注： 1.小学学校总数2所（其中：一贯制学校的小学部有＿＿所，50 人及以上教学点有＿＿个），初中学校总数1所"
    )
    assert ("A7", "注1：有学校的学校类型不明，其中数未填") in missing(report, "表2-2")


def test_an_unreadable_file_is_listed():
    report = form(forms.filled("小学", "演示甲小学", "1", 500), unreadable=("坏.xlsx",))
    assert missing(report, "表2-2")[0] == ("A5", "文件 坏.xlsx 无法读取，可能缺少一所学校")


def test_without_the_county_every_cell_of_its_tables_is_listed():
    report = form(*small())
    listed = {sheet: [cell for cell, _ in missing(report, sheet)] for sheet in SHEETS}
    assert listed["表1"] == [f"{column}9" for column in "ABCDEFGHRUVWX"]
    assert listed["表4"] == [
        *("B3", "C3", "B4", "C4", "C8", "B9", "C9", "B10", "C10", "B14", "C14", "B15", "C15", "B17", "C17"),
        *("B18", "C18", "B19", "C19"),
    ]
    assert listed["表5"] == [f"{column}{row}" for row in (5, 6, 8, 9, 10, 11, 12) for column in "BC"]
    assert listed["表6"] == [f"{column}{row}" for row in (6, 7) for column in "BCDEFGH"]
    assert missing(report, "表4")[0] == ("B3", "第1项：指标值或简要结论，缺“G1 学校规划布局合理：是否达到要求”")
    rows = cells(book(report)["空白单元格"], "A2:D2")
    first = report.blanks[0]
    assert rows == [[first.sheet, first.cell, first.missing, first.mend]]


def test_tables_of_the_county_stand_in_the_workbook():
    found = intake(*report_whole.schools(), county=report_whole.county())
    workbook = book(of(DEFAULT, found, judged(found)))
    assert cells(workbook["表1"], "A9:D9") == [[52.35, 10.2, 8, 96]]
    assert workbook["表1"]["A9"].number_format == "0.00"
    assert cells(workbook["表4"], "B9:C9") == [
        ["特殊教育学校公用经费为36万元，特殊教育学生数为60人，特殊教育学校生均公用经费为6000元", "达标"]
    ]
    assert cells(workbook["表5"], "B6:C6") == [["达到要求（佐证：Q3 有关文件）", "达标"]]
    assert cells(workbook["表6"], "A7:H7") == [["其中：家长", 210, 200, 170, 85, 20, 17, 85]]
    assert workbook["表6"]["E7"].number_format == "0.0"
    assert workbook["空白单元格"]["A2"].value == "无"


def test_every_printed_blank_has_what_fills_it():
    standard_texts = printed.Wording("default", {indicator.code: indicator.text for indicator in DEFAULT.indicators})
    for sheet in printed.load("application_form"):
        for row in sheet.rows.values():
            if row.fills:
                assert len(printed.blanks(standard_texts.text(row.cells[1]) or "")) == len(row.fills) + 1, row


def test_wording_follows_the_profile():
    def lines(standard) -> list:
        workbook = book(unfilled(standard, ON))
        return [workbook["01 优质均衡指标"][cell].value for cell in ("B4", "B9", "B32", "B33")] + [
            workbook["表4"]["A9"].value
        ]

    last = "教育系统存在重大安全责任事故和严重违纪违规事件;有弄虚作假行为;"
    four = "②县域内城乡义务教育学校建设标准统一、教师编制标准统一、生均公用经费基准定额统一{}、基本装备配置标准统一;"
    assert lines(DEFAULT) == [
        four.format(""),
        "⑦特殊教育学校生均公用经费不低于6000元;",
        last,
        None,
        "7. 特殊教育学校生均公用经费不低于6000元",
    ]
    assert lines(SHENYANG) == [
        four.format("且不低于沈阳市标准"),
        "⑦特殊教育学校和随班就读残疾学生生均公用经费不低于8000元;",
        last,
        "规范治理校外培训机构及减轻中小学课外负担不力.",
        "7. 特殊教育学校生均公用经费不低于 8000 元",
    ]


def test_unfilled_form_prints_its_sample_rows():
    assert cells(book(unfilled(DEFAULT, ON))["表2-2"], "A4:C11") == [
        [1, "小学 1", None],
        [2, "小学 2", None],
        [3, "小学 3", None],
        [None, "…", None],
        [1, "初中 1", None],
        [2, "初中 2", None],
        [3, "初中 3", None],
        [None, "…", None],
    ]


def test_a_county_without_counted_schools():
    report = form(forms.nameplate("特殊教育学校", "演示启智学校", "7"))
    sheet = book(report)["表2-2"]
    assert (report.schools, report.counts, sheet["A4"].value[:13]) == (
        (),
        (0, 0, 0, 0, 0, 0),
        "注： 1.小学学校总数0所",
    )
    assert "A4:O4" in {str(area) for area in sheet.merged_cells.ranges}


def test_same_input_same_bytes():
    assert write(form(*small())) == write(form(*small()))


@pytest.mark.parametrize("name", ["=1+1", "http://example.org", "+86", "@cmd"])
def test_a_name_stays_a_text(name):
    cell = book(form(forms.filled("小学", name, "1", 500)))["表2-2"]["B4"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)


def test_half_a_class_is_not_cut():
    report = form(forms.filled("小学", "演示甲小学", "1", 500, changes={"班级总数": 12.5}))
    assert book(report)["表2-2"]["F4"].value == 12.5


def test_a_name_too_long_for_a_page_head_or_a_cell_is_cut():
    report = form(forms.filled("小学", "校" * 40000, "1", 500))
    workbook = book(replace(report, county="&" * 300))
    assert len(workbook["表2-2"]["B4"].value) == 32767
    assert workbook["表2-2"].row_dimensions[4].height == 405
    assert workbook["表2-2"].oddHeader.left.text == "&&" * 70


def test_prints_on_a4_with_repeated_heads():
    workbook = book(replace(form(*small()), county="甲&乙区", mark="预评"))
    titles = [workbook[name]["A1"].value for name in SHEETS[1:-1]]
    assert [title.endswith("（预评）") for title in titles] == [True] * 7
    assert not book(form(*small()))["表1"]["A1"].value.endswith("（预评）")
    sheet = workbook["表2-2"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.print_title_rows) == (
        9,
        "landscape",
        "$1:$3",
    )
    # a missing width is one page, the default
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert sheet.oddHeader.left.text == "甲&&乙区"
    assert sheet.oddHeader.right.text == "预评　数据日期 2025年9月1日"
    assert workbook["表4"].page_setup.orientation == "portrait"


def test_applies_to_the_standard_with_these_indicators_only():
    assert application_form.applies(DEFAULT)
    assert not application_form.applies(replace(DEFAULT, chapters=DEFAULT.chapters[:1]))
