"""The empty forms: layout, validations, protection, 填表说明."""

import io
import zipfile
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from dudao.intake import annotate, guide, read, read_file, template
from dudao.standards import load_standard
from dudao.tables import Figure

STANDARD = load_standard("cn-2017-quality-balance")
REQUIRED, OPTIONAL = "FFEAF1F9", "FFF3F5F8"


@pytest.fixture(scope="module")
def book() -> Workbook:
    return load_workbook(io.BytesIO(template.write(STANDARD)))


@pytest.fixture(scope="module")
def one() -> Workbook:
    return load_workbook(io.BytesIO(template.school_form(STANDARD)))


def row(sheet: Worksheet, number: int) -> list[object]:
    return [cell.value for cell in sheet[number]]


def rules(sheet: Worksheet) -> dict[str, tuple[str, str, str | None]]:
    """First cell of a validated range -> what it allows."""
    return {
        str(rule.sqref).partition(":")[0]: (rule.type, rule.formula1, rule.formula2)
        for rule in sheet.data_validations.dataValidation
    }


def test_same_standard_same_bytes():
    first = template.write(STANDARD), template.school_form(STANDARD)
    assert (template.write(STANDARD), template.school_form(STANDARD)) == first
    with zipfile.ZipFile(io.BytesIO(first[0])) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_file_names_its_standard(book):
    properties = book.properties
    assert properties.created == datetime(2017, 4, 19)  # noqa: DTZ001 - as the library reads it
    assert (properties.title, properties.subject, properties.keywords) == (
        "义务教育学校填报表（一校一行）",
        "县域义务教育优质均衡发展督导评估办法（教督〔2017〕6号）",
        "cn-2017-quality-balance 2017.1",
    )


def test_sheets(book, one):
    assert book.sheetnames == ["学校数据", "区县数据", "区县补充数据", "填表说明"]
    assert one.sheetnames == ["学校填报数据", "填表说明"]
    assert load_workbook(io.BytesIO(template.write(STANDARD, county=False))).sheetnames == [
        "学校数据",
        "填表说明",
    ]


def test_wide_head(book):
    sheet = book["学校数据"]
    fields = template.wide_fields(STANDARD)
    assert [field.name for field in fields if not field.supplementary] == [
        field.name for field in STANDARD.fields if field.form == "school"
    ]
    assert fields[68:] == tuple(field for field in STANDARD.fields if field.form == "supplement")
    assert row(sheet, template.LABEL) == [field.label for field in fields]
    assert row(sheet, template.UNIT) == [field.unit or None for field in fields]
    assert [cell.fill.fgColor.rgb for cell in sheet[template.LABEL]] == [
        REQUIRED if field.required else OPTIONAL for field in fields
    ]
    notes = dict(zip(row(sheet, template.LABEL), row(sheet, template.NOTE), strict=True))
    assert notes["小学学生人数"] == "必填"
    assert notes["城乡类型"] == "补充"
    assert notes["校外租赁场馆面积"] == "选填，仅人口密度过高的中心城区学校填写"
    assert notes["本届毕业学生人数"] == "必填，初中填写"
    assert notes["举办者类型"] == "补充，代码见“填表说明”"


def test_groups_cover_their_columns(book):
    sheet = book["学校数据"]
    groups, words = (
        [field.group or "补充信息" for field in template.wide_fields(STANDARD)],
        row(sheet, template.GROUP),
    )
    starts = {m.min_col: m.max_col for m in sheet.merged_cells.ranges}
    spread = [
        word
        for column, word in enumerate(words, 1)
        if word
        for _ in range(column, starts.get(column, column) + 1)
    ]
    assert spread == groups


def test_each_label_fits_its_column(book):
    sheet = book["学校数据"]
    height = sheet.row_dimensions[template.LABEL].height
    for cell in sheet[template.LABEL]:
        width = sheet.column_dimensions[cell.column_letter].width
        columns = sum(2 if ord(char) > 127 else 1 for char in cell.value)
        assert -(-columns // (width - 2)) * 14 <= height, cell.value


def test_rows_for_schools_are_open_and_the_rest_is_locked(book):
    sheet = book["学校数据"]
    last = template.FIRST + template.ROWS - 1
    assert sheet.max_row == last == 505
    opened = {cell.row for cells in sheet.iter_rows() for cell in cells if not cell.protection.locked}
    assert opened == set(range(template.FIRST, last + 1))
    assert (sheet.protection.sheet, sheet.protection.password) == (True, None)
    assert sheet.freeze_panes == "D6"


def test_codes_and_names_are_text(book, one):
    fields = template.wide_fields(STANDARD)
    formats = {
        field.name: cell.number_format
        for field, cell in zip(fields, book["学校数据"][template.FIRST], strict=True)
    }
    assert {name for name, look in formats.items() if look == "@"} == {"school_name", "school_code"}
    assert (book["区县数据"]["E3"].number_format, one["学校填报数据"]["E4"].number_format) == ("@", "@")


def test_every_column_says_what_may_be_typed(book):
    sheet = book["学校数据"]
    found = rules(sheet)
    first = {field.name: sheet.cell(template.FIRST, column).coordinate
             for column, field in enumerate(template.wide_fields(STANDARD), 1)}  # fmt: skip
    assert set(found) == set(first.values())
    kinds = '"小学,初中,九年一贯制,十二年一贯制,完全中学,教学点,特殊教育学校,职业学校"'
    assert found[first["school_type"]] == ("list", kinds, None)
    assert found[first["built_2010"]] == ("list", '"是,否"', None)
    assert found[first["location"]] == ("list", '"城区,镇区,乡村"', None)
    assert found[first["founded"]] == ("whole", "1840", "2100")
    assert found[first["pupils_primary"]] == ("whole", "0", "1000000000")
    assert found[first["pupils_senior"]] == ("whole", "0", "1000000000")
    assert found[first["classes"]] == ("decimal", "0", "1000000000")
    assert found[first["teaching_area"]] == ("decimal", "0", "1000000000")
    assert found[first["school_code"]] == ("textLength", "1", "40")


def test_refusals_are_in_chinese_and_notes_are_shown(book):
    by_cell = {str(r.sqref).partition(":")[0]: r for r in book["学校数据"].data_validations.dataValidation}
    pupils, code, leased = (by_cell[cell] for cell in ("J6", "C6", "AW6"))
    assert {rule.errorTitle for rule in by_cell.values()} == {"填写有误"}
    assert {rule.errorStyle for rule in by_cell.values()} <= {None, "stop"}
    assert pupils.error == "请填写 0 至 10 亿的整数，单位：人。不带单位、逗号和百分号。"
    assert (code.promptTitle, code.prompt) == ("填写说明", "按文本填写，保留开头的 0。")
    assert leased.prompt == "仅人口密度过高的中心城区学校填写。"
    assert str(pupils.sqref) == "J6:J505"


def test_county_form_has_the_layout_of_the_real_one(book):
    sheet = book["区县数据"]
    assert row(sheet, 1) == ["序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明"]
    fields = [field for field in STANDARD.fields if field.form == "county"]
    assert [row(sheet, number) for number in range(2, sheet.max_row + 1)] == [
        [field.no, field.group, field.label, field.unit or None, None, "是", field.note or None]
        for field in fields
    ]
    assert sheet.dimensions == "A1:G21"
    opened = {cell.coordinate for cells in sheet.iter_rows() for cell in cells if not cell.protection.locked}
    assert opened == {f"E{number}" for number in range(2, 22)}
    assert rules(sheet)["E4"] == ("whole", "1840", "2100")
    assert len(rules(sheet)) == 20


def test_school_form_has_the_layout_of_the_real_one_and_a_row_for_senior_pupils(one):
    sheet = one["学校填报数据"]
    assert row(sheet, 1) == ["序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明"]
    kinds = "小学/初中/九年一贯制/十二年一贯制/完全中学/教学点/特殊教育学校/职业学校"
    units = {"school_type": kinds} | {f.name: "是/否" for f in STANDARD.fields if f.kind == "flag"}
    fields = [field for field in STANDARD.fields if field.form == "school"]
    assert [row(sheet, number) for number in range(2, 70)] == [
        [
            f.no,
            f.group,
            f.label,
            units.get(f.name, f.unit or None),
            None,
            "是" if f.required else "否",
            f.note or None,
        ]
        for f in fields
    ]
    note = "完全中学、十二年一贯制学校填写，用于按学生数拆分资源"
    assert row(sheet, 70) == [None, "补充信息", "高中在校生", "人", None, "否", note]
    assert sheet.max_row == 70
    assert [sheet[f"E{number}"].protection.locked for number in range(1, 71)] == [True] + [False] * 69
    assert len(rules(sheet)) == 69


def test_fonts_are_the_offices(book):
    head, body = book["学校数据"].cell(template.LABEL, 1).font, book["学校数据"].cell(template.FIRST, 1).font
    assert (head.name, body.name) == ("微软雅黑", "宋体")


def test_guide(book, one):
    def headings(sheet: Worksheet) -> list[str]:
        return [
            sheet.cell(m.min_row, 1).value for m in sorted(sheet.merged_cells.ranges, key=lambda m: m.min_row)
        ]

    first = ["填写方法", "错误和存疑", "学校类型", "一贯制学校和完全中学", "仅部分学校填写的项目"]
    assert headings(book["填表说明"]) == [*first, "其他项目"]
    assert headings(one["填表说明"]) == first
    texts = {cells[0].value: cells[1].value for cells in book["填表说明"].iter_rows() if cells[1].value}
    assert texts["选填"] == "没有的可以不填，留空按 0 计。"
    assert texts["教学点"] == "学段：小学。不足50人的教学点不计入。"
    assert texts["完全中学"] == "学段：初中、高中。须填“高中在校生”，否则不能拆分资源。"
    assert texts["职业学校"] == "职业学校不计入，只填名称、类型和代码。"
    assert texts["资源拆分"] == (
        "用房、场馆、设备、多媒体教室填全校数，按各学段学生数加权拆分，权数为小学 1、初中 1.1、高中 1.32。"
    )
    assert (
        texts["体育交流轮岗/兼职/走教教师人数等 4 项"]
        == "仅50-100人乡村小规模学校填写，其他学校填写的不计入。"
    )


def test_guide_names_every_type_and_no_form_header():
    sections = guide.sections(STANDARD, "wide", county=True)
    words = [word for section in sections for word, _, _ in section.lines]
    assert [kind.name for kind in STANDARD.types] == [line[0] for line in sections[2].lines]
    assert set(words) & {"序号", "填报项目", "填报值", "学校名称"} == set()


SOUND = {
    "school_name": "演示甲小学",
    "school_type": "小学",
    "school_code": "0601000005",
    "founded": 2000,
    **dict.fromkeys(("built_2010", "built_2016"), "是"),
    **dict.fromkeys(("dense_centre", "rural_small", "rural_small_classes"), "否"),
    **dict.fromkeys(("pupils_primary", "zoned_primary"), 600),
    "migrant_pupils": 100,
    "classes": 14,
    **{f"classes_{band}": 0 for band in (25, 30, 35, 50, 55, 60, 65, 66)},
    "classes_40": 4,
    "classes_45": 10,
    "teachers": 40,
    "certified": 40,
    "trained_360": 38,
    "backbone": 6,
    "college_primary": 10,
    "bachelor_primary": 28,
    "master_primary": 2,
    "doctor_primary": 0,
    "pe_teachers": 2,
    "music_teachers": 2,
    "fine_art_teachers": 2,
    "arts_teachers": 0,
    "teaching_area": 3200.5,
    "indoor_sports_area": 600,
    "gym_area": 600,
    "grounds_area": 4600,
    "equipment": 248,
    "media_rooms": 20,
    "budget": 80,
    "spending": 79,
    "training_budget": 5,
    **dict.fromkeys(("music_rooms", "music_rooms_96", "fine_art_rooms", "fine_art_rooms_90"), 2),
    **dict.fromkeys(("music_rooms_73", "music_rooms_61", "fine_art_rooms_67", "fine_art_rooms_61"), 0),
}
COUNTY = [
    "演示区",
    "990001",
    2025,
    1150,
    1350,
    480000,
    60,
    12.6,
    12.1,
    900,
    108,
    27,
    1500,
    840,
    300,
    1200,
    1100,
    60,
    180,
    176,
]


def test_a_filled_wide_form_is_read_without_a_word(tmp_path):
    book = load_workbook(io.BytesIO(template.write(STANDARD)))
    for column, field in enumerate(template.wide_fields(STANDARD), 1):
        book["学校数据"].cell(template.FIRST, column).value = SOUND.get(field.name)
    for number, value in enumerate(COUNTY, 2):
        book["区县数据"].cell(number, 5).value = value
    book.save(tmp_path / "宽表.xlsx")
    (intake,) = read([tmp_path], STANDARD)
    assert (intake.county_code, [issue.line() for issue in intake.issues]) == ("990001", [])
    assert [
        (unit.text("school_code"), unit.number("pupils_primary"), unit.row) for unit in intake.schools
    ] == [("0601000005", Decimal(600), template.FIRST)]


def test_a_filled_school_form_is_read_and_returned_without_a_word(tmp_path):
    book = load_workbook(io.BytesIO(template.school_form(STANDARD)))
    fields = [STANDARD.field(name) for name in SOUND]
    for field in fields:
        book["学校填报数据"].cell((field.no or 0) + 1, 5).value = SOUND[field.name]
    book.save(tmp_path / "甲小学.xlsx")
    (intake,) = read([tmp_path], STANDARD, county="990001")
    assert [issue.code for issue in intake.issues] == ["UNIT-004"]  # no county return is there
    assert intake.schools[0].figure("grounds_area") == Figure(Decimal(4600), "given", "学校填报数据", "E49")
    returned = annotate.write("甲小学.xlsx", (tmp_path / "甲小学.xlsx").read_bytes(), intake.issues)
    (tmp_path / "甲小学.xlsx").write_bytes(returned)
    (again,) = read([tmp_path], STANDARD, county="990001")
    assert again.issues == intake.issues
    assert again.schools[0].figures == intake.schools[0].figures


def test_texts_of_a_standard_stay_texts():
    fields = tuple(
        replace(field, label="=1+1", note="https://127.0.0.1/") if field.name == "founded" else field
        for field in STANDARD.fields
    )
    odd = replace(STANDARD, fields=fields)
    wide = load_workbook(io.BytesIO(template.write(odd)))["学校数据"].cell(template.LABEL, 4)
    form = load_workbook(io.BytesIO(template.school_form(odd)))["学校填报数据"]
    assert [(cell.value, cell.data_type) for cell in (wide, form["C5"])] == [("=1+1", "s")] * 2
    assert (form["G5"].value, form["G5"].hyperlink) == ("https://127.0.0.1/", None)


def test_the_county_sheet_left_blank_counts_as_not_handed_in() -> None:
    filled = load_workbook(io.BytesIO(template.write(STANDARD)))
    labels = {cell.value: cell.column for cell in filled["学校数据"][4]}
    for label, value in {"学校名称": "演示小学", "学校类型": "小学", "学校代码": "A1"}.items():
        filled["学校数据"].cell(6, labels[label], value)
    out = io.BytesIO()
    filled.save(out)
    reading = read_file("a.xlsx", out.getvalue(), STANDARD)
    assert [unit.form for unit in reading.returns] == ["school"]
    assert [(issue.code, issue.sheet) for issue in reading.issues if issue.sheet == "区县数据"] == [("FORM-014", "区县数据")]
