"""Vertical forms known by their labels: header, 序号, labels, units, several sheets (contracts §1, Input)."""

from __future__ import annotations

from decimal import Decimal

import build
import pytest

import forms
from dudao.intake import read_file

Row = list[object]


def rows(kind: str = "小学", **changes: object) -> list[Row]:
    """The lines of a school form, header first."""
    return forms.form_rows(forms.SCHOOL_ROWS, build.values(kind, **changes))


def line(lines: list[Row], label: str) -> Row:
    """The line of a label."""
    return next(row for row in lines if row[2] == label)


def test_the_real_layout_is_read_without_a_word() -> None:
    unit, issues = build.one(build.form(rows()))
    assert (unit.form, unit.file, unit.sheet, unit.row, unit.void, issues) == (
        "school",
        "a.xlsx",
        build.SHEET,
        None,
        None,
        [],
    )
    assert (unit.text("school_code"), unit.number("teaching_area")) == ("9900000001", Decimal("2360"))
    cells = {
        field.name: unit.figure(field.name).cell for field in build.STANDARD.fields if field.form == "school"
    }
    assert cells == {
        field.name: f"E{field.no + 1}" for field in build.STANDARD.fields if field.form == "school"
    }


def test_labels_are_compared_without_spaces_and_widths() -> None:
    lines = rows()
    line(lines, "教学及辅助用房总面积")[2] = " 教学 及辅助用房　总面积 "
    line(lines, "教学仪器设备资产值（账面原值）")[2] = "教学仪器设备资产值(账面原值)"
    line(lines, "单间面积≥96㎡的音乐教室间数")[2] = "单间面积≥96m2的音乐教室间数"
    unit, issues = build.one(build.form(lines))
    assert (unit.number("teaching_area"), unit.number("equipment"), issues) == (
        Decimal("2360"),
        Decimal("96"),
        [],
    )


def test_rows_in_another_order_are_read_by_their_labels() -> None:
    lines = rows()
    unit, issues = build.one(build.form([lines[0], *reversed(lines[1:])]))
    assert (unit.number("pupils_primary"), unit.figure("pupils_primary").cell, issues) == (
        400,
        "E60",
        [("FORM-002", "A3")],
    )
    lines[11], lines[12] = lines[12], lines[11]
    assert build.one(build.form(lines))[1] == [("FORM-002", "A13")]


def test_a_title_above_the_header_is_queried() -> None:
    unit, issues = build.one(build.form([["演示区学校填报表"], [], *rows()]))
    assert (unit.number("pupils_primary"), unit.figure("pupils_primary").cell) == (400, "E13")
    assert issues == [("FORM-001", None)]


def test_header_words_are_found_wherever_they_are() -> None:
    swapped = [[row[0], row[1], row[2], row[4], row[3], *row[5:]] for row in rows()]
    unit, issues = build.one(build.form(swapped))
    assert (unit.figure("pupils_primary").cell, unit.number("pupils_primary"), issues) == (
        "D11",
        400,
        [("FORM-001", None)],
    )
    shifted = [[None, None, *row] for row in rows()]
    unit, issues = build.one(build.form(shifted))
    assert (unit.figure("pupils_primary").cell, unit.number("pupils_primary"), issues) == (
        "G11",
        400,
        [("FORM-001", None)],
    )


def test_lacking_header_words_are_queried() -> None:
    lines = rows()
    lines[0][0] = None
    assert build.one(build.form(lines))[1] == [("FORM-001", None)]
    unit, issues = build.one(build.form(rows()[1:]))
    assert (unit.figure("pupils_primary").cell, unit.number("pupils_primary"), issues) == (
        "E10",
        400,
        [("FORM-001", None)],
    )


@pytest.mark.parametrize("words", [["填报项目", "单位", "2024年"], ["填报项目", "填报值", "填报值"]])
def test_a_form_whose_values_cannot_be_told_is_unreadable(words) -> None:
    lines = rows()
    lines[0][2:5] = words
    assert build.refused(build.form(lines)) == "FORM-011"


def test_labels_alone_without_header_and_units_are_unreadable() -> None:
    assert build.refused(build.form([[row[2], row[4]] for row in rows()[1:]])) == "FORM-011"


def test_wrong_numbers_are_queried_once() -> None:
    lines = rows()
    line(lines, "小学学生人数")[0], line(lines, "初中学生人数")[0] = 11, 10
    line(lines, "班级总数")[0] = None
    assert build.one(build.form(lines))[1] == [("FORM-002", "A11")]


def test_numbers_typed_as_text_are_numbers() -> None:
    lines = rows()
    for row in lines[1:]:
        row[0] = f" {row[0]} "
    assert build.one(build.form(lines))[1] == []


def test_a_label_twice_is_an_error_and_its_figure_null() -> None:
    lines = rows()
    lines.insert(27, [26, None, "专任教师总人数", "人", 30])
    unit, issues = build.one(build.form(lines))
    assert (unit.figure("teachers").state, unit.number("teachers")) == ("refused", None)
    assert (unit.number("pupils_primary"), issues) == (400, [("FORM-003", "C28")])


@pytest.mark.parametrize("label", ["专任教师总人数", "校外租赁场馆面积", "学校代码"])
def test_a_lacking_label_is_an_error_and_its_figure_null(label) -> None:
    unit, issues = build.one(build.form([row for row in rows() if row[2] != label]))
    (name,) = [field.name for field in build.STANDARD.fields if field.label == label]
    found = unit.figure(name)
    assert (found.value, found.state, found.cell, issues) == (None, "missing", None, [("FORM-004", None)])


def test_a_changed_label_is_lacking_and_unknown() -> None:
    lines = rows()
    line(lines, "专任教师总人数")[2] = "教师人数"
    assert build.one(build.form(lines))[1] == [("FORM-009", "C27"), ("FORM-004", None)]


def test_filled_rows_of_no_field_are_queried_and_empty_ones_are_not() -> None:
    lines = rows()
    lines += [
        [69, "其他", "校车数", "辆", 3],
        [70, "其他", "图书馆", "个", None],
        [None, None, None, None, "合计"],
    ]
    assert build.one(build.form(lines))[1] == [("FORM-009", "C70"), ("FORM-010", "E72")]


@pytest.mark.parametrize(
    ("label", "unit", "state", "code"),
    [
        ("教学及辅助用房总面积", "亩", "refused", "FORM-007"),
        ("教学仪器设备资产值（账面原值）", "元", "refused", "FORM-007"),
        ("小学学生人数", "万人", "refused", "FORM-007"),
        ("小学学生人数", 1, "refused", "FORM-007"),
        ("教学及辅助用房总面积", "㎡", "given", "FORM-008"),
        ("教学及辅助用房总面积", "m2", "given", "FORM-008"),
        ("教学及辅助用房总面积", None, "given", "FORM-008"),
        ("教学及辅助用房总面积", " 平方 米", "given", None),
        ("学校类型", "随便", "given", None),
        ("是否人口密度过高的大城市中心城区学校", "", "given", None),
    ],
)
def test_the_unit_is_the_standard_s(label, unit, state, code) -> None:
    lines = rows()
    line(lines, label)[3] = unit
    found, issues = build.one(build.form(lines))
    (name,) = [field.name for field in build.STANDARD.fields if field.label == label]
    place = forms.CELL[label].replace("E", "D")
    assert (found.figure(name).state, issues) == (state, [(code, place)] if code else [])


def test_whether_an_item_must_be_filled_is_not_read_from_the_file() -> None:
    lines = rows(teachers=None)
    line(lines, "专任教师总人数")[5] = "否"
    line(lines, "校外租赁场馆面积")[5] = "是"
    unit, issues = build.one(build.form(lines))
    assert (unit.figure("teachers").state, unit.figure("leased_area").state, issues) == (
        "missing",
        "zero",
        [("FIG-001", "E27")],
    )


@pytest.mark.parametrize("label", ["高中在校生", "高中学生人数", " 高中 在校生人数"])
def test_a_further_row_asks_what_the_real_form_lacks(label) -> None:
    lines = [*rows("完全中学"), [None, "补充信息", label, "人", 300]]
    lines = [row for row in lines if row[2] != "高中在校生" or row is lines[-1]]
    unit, issues = build.one(build.form(lines))
    assert (unit.number("pupils_senior"), unit.figure("pupils_senior").cell, issues) == (300, "E70", [])


def test_two_forms_on_two_sheets_are_two_forms() -> None:
    first, second = rows(), rows(code="9900000002", name="演示二小")
    data = forms.book(
        ("一小", first),
        ("说明", [["指标名称", "教学及辅助用房总面积"]]),
        ("二小", second),
        ("区县", _county_rows()),
    )
    reading = read_file("a.xlsx", data, build.STANDARD)
    assert [(unit.form, unit.sheet) for unit in reading.returns] == [
        ("school", "一小"),
        ("school", "二小"),
        ("county", "区县"),
    ]
    assert (reading.returns[1].text("school_code"), reading.issues) == ("9900000002", ())


def _county_rows() -> list[Row]:
    return forms.form_rows(
        forms.COUNTY_ROWS, {row[1]: 1 for row in forms.COUNTY_ROWS} | {"区县名称": "演示区", "填报年度": 2025}
    )


def test_a_school_and_a_county_form_on_one_sheet_are_two_forms() -> None:
    data = build.form([*rows(), *_county_rows()[1:]])
    reading = read_file("a.xlsx", data, build.STANDARD)
    assert [unit.form for unit in reading.returns] == ["school", "county"]
    assert (reading.returns[1].figure("county_code").cell, reading.issues) == ("E71", ())


def test_the_county_form_is_read() -> None:
    unit, issues = build.one(forms.county_form(code=990001))
    assert (unit.form, unit.text("county_code"), unit.number("year"), issues) == (
        "county",
        "990001",
        Decimal(2025),
        [],
    )
    assert (unit.number("teacher_pay"), unit.figure("teacher_pay").cell) == (Decimal("12.6"), "E9")


def test_a_blank_county_figure_is_an_error() -> None:
    unit, issues = build.one(forms.county_form({"残": 1, "适龄残疾儿童少年总数": None}))
    assert unit.figure("disabled_all").state == "missing"
    assert issues == [("FORM-009", "C22"), ("FIG-001", "E20")]


@pytest.mark.parametrize("code", ["../x", "a/b", "a.b", "甲 乙/丙"])
def test_a_county_code_can_be_a_file_name(code) -> None:
    unit, issues = build.one(forms.county_form(code=code))
    assert (unit.text("county_code"), issues) == (None, [("FIG-019", "E3")])


def test_sheets_that_explain_are_no_forms() -> None:
    assert build.one(forms.school_form(build.values()))[1] == []
    only = forms.book(
        (
            "指标计算说明",
            [
                ["指标名称", "计算公式"],
                ["教学及辅助用房总面积", "教学及辅助用房总面积"],
                ["网络多媒体教室间数", "x"],
            ],
        )
    )
    assert build.told(read_file("a.xlsx", only, build.STANDARD)) == [("FILE-026", "a.xlsx", None, None)]


def test_a_form_of_another_version_is_unreadable() -> None:
    lines = rows()
    assert build.refused(build.form(lines[:30])) == "FILE-024"
    assert build.refused(build.form(lines[:4])) == "FILE-024"
    reading = read_file("a.xlsx", build.form(lines[:3]), build.STANDARD)
    assert build.told(reading) == [("FILE-026", "a.xlsx", None, None)]


def test_a_form_of_another_version_beside_a_good_one_may_be_a_missing_school() -> None:
    cut, notes, stub = rows(code="2")[:20], rows()[1:17], rows(code="3")[:8]
    data = forms.book(("一小", rows()), ("二小", cut), ("说明", notes), ("三小", stub))
    reading = read_file("a.xlsx", data, build.STANDARD)
    assert ([unit.sheet for unit in reading.returns], reading.unreadable) == (["一小"], ("a.xlsx",))
    assert build.told(reading) == [("FORM-013", "a.xlsx", sheet, None) for sheet in ("二小", "三小")]


def test_half_of_the_labels_make_a_form() -> None:
    unit, issues = build.one(build.form(rows()[:35]))
    assert unit.number("pupils_primary") == 400
    assert issues == [("FORM-004", None)] * 34


def test_a_form_that_nobody_filled_is_a_school_of_no_type() -> None:
    unit, issues = build.one(build.form(forms.form_rows(forms.SCHOOL_ROWS, {})))
    assert issues == [("FIG-001", cell) for cell in ("E2", "E3", "E4", "E11", "E12")]
    assert unit.figure("teachers").state == "missing"
