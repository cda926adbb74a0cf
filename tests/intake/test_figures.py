"""Numbers, codes, flags, choices and texts as typed into one cell (contracts §1, Numbers)."""

from __future__ import annotations

import datetime
from decimal import Decimal

import build
import openpyxl
import pytest

PUPILS, COUNT, AREA = "pupils_primary", "teachers", "grounds_area"


def typed(field: str, value: object, fmt: str | None = None) -> tuple[object, str, list[str]]:
    """Value and state of a field after a cell was typed, and the codes of the issues at that cell."""
    cell = build.CELL[build.STANDARD.field(field).label]

    def edit(book: openpyxl.Workbook) -> None:
        book[build.SHEET][cell] = value
        book[build.SHEET][cell].number_format = fmt or book[build.SHEET][cell].number_format

    bare = fmt is None and isinstance(value, str | int | float) and not str(value).startswith(("#", "="))
    found, issues = build.figure(build.school(**{field: value}) if bare else build.saved(edit), field)
    assert (found.sheet, found.cell) == (build.SHEET, cell)
    return found.value, found.state, [code for code, place in issues if place == cell]


@pytest.mark.parametrize(
    ("field", "value", "number", "issues"),
    [
        (PUPILS, 400, "400", []),
        (PUPILS, 0, "0", []),
        (PUPILS, 400.0, "400", []),
        (AREA, 0.1 + 0.2, "0.3", []),
        (AREA, 4.14, "4.14", []),
        (AREA, 1e9, "1000000000", []),
        (AREA, 1234567.12345678949, "1234567.12345679", []),
        (AREA, 1e-7, "1E-7", []),
        (PUPILS, "400", "400", ["FIG-015"]),
        (PUPILS, "４００", "400", ["FIG-015"]),
        (PUPILS, " 400　", "400", ["FIG-015"]),
        (PUPILS, "3 520", "3520", ["FIG-015"]),
        (AREA, "１２．５", "12.5", ["FIG-015"]),
        (AREA, "1.5e3", "1500", ["FIG-015"]),
        (PUPILS, "400.0", "400", ["FIG-015"]),
        (COUNT, 20.5, "20.5", ["FIG-014"]),
        (COUNT, "20.5", "20.5", ["FIG-015", "FIG-014"]),
        ("founded", 2008, "2008", []),
    ],
)
def test_a_number_is_the_decimal_as_shown(field, value, number, issues) -> None:
    assert typed(field, value) == (Decimal(number), "given", issues)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (PUPILS, "3,520", "FIG-004"),
        (PUPILS, "３，５２０", "FIG-004"),
        (PUPILS, "12人", "FIG-005"),
        (AREA, "约500", "FIG-005"),
        (PUPILS, "无", "FIG-003"),
        (PUPILS, "/", "FIG-003"),
        (PUPILS, "10²", "FIG-003"),
        (PUPILS, "②", "FIG-003"),
        (PUPILS, "NaN", "FIG-003"),
        (PUPILS, "٤٠٠", "FIG-003"),
        (COUNT, "95%", "FIG-006"),
        (COUNT, "９５％", "FIG-006"),
        (AREA, -0.5, "FIG-012"),
        (AREA, "-1", "FIG-012"),
        (AREA, 1e9 + 1, "FIG-012"),
        (AREA, "1e300", "FIG-012"),
        (AREA, "1e400", "FIG-012"),
        (PUPILS, 400.5, "FIG-013"),
        ("founded", 2008.5, "FIG-013"),
        (PUPILS, datetime.timedelta(hours=30), "FIG-007"),
        ("founded", datetime.date(2008, 9, 1), "FIG-007"),
        (AREA, datetime.time(8, 30), "FIG-007"),
        (PUPILS, True, "FIG-008"),
        (PUPILS, "#N/A", "FIG-009"),
        (AREA, "#DIV/0!", "FIG-009"),
    ],
)
def test_what_is_no_number_is_refused(field, value, code) -> None:
    assert typed(field, value) == (None, "refused", [code])


@pytest.mark.parametrize("fmt", ["0%", "0.00%", "0.0%_ ", '0"约"%', "#,##0.0%;-0.0%"])
def test_a_number_shown_as_a_percentage_is_refused(fmt) -> None:
    assert typed(COUNT, 0.95, fmt) == (None, "refused", ["FIG-006"])


@pytest.mark.parametrize("fmt", ["0.00", "#,##0", '0"%"', "0\\%", "@", '0"人"'])
def test_other_formats_change_nothing(fmt) -> None:
    assert typed(COUNT, 20, fmt) == (Decimal(20), "given", [])


def test_a_decimal_that_is_whole_in_fifteen_digits_is_whole() -> None:
    assert typed(PUPILS, 3.0000000000000004) == (Decimal(3), "given", [])


@pytest.mark.parametrize(
    ("raw", "value", "issues"),
    [
        ("<f>380+20</f><v>400</v>", (Decimal(400), "given"), ["FIG-011"]),
        ("<f>380+20</f>", (None, "refused"), ["FIG-010"]),
        ("<f>380+20</f><v/>", (None, "refused"), ["FIG-010"]),
        ("<f>380+20</f><v></v>", (None, "refused"), ["FIG-010"]),
        ('<f t="shared" si="0"/><v>400</v>', (Decimal(400), "given"), ["FIG-011"]),
        ("<f>1/0</f><v>#DIV/0!</v>", (None, "refused"), ["FIG-009"]),
        ("<f>1/8</f><v>0.125</v>", (None, "refused"), ["FIG-013"]),
        ("<f>A1</f><v>无</v>", (None, "refused"), ["FIG-003"]),
    ],
)
def test_a_formula_is_told_by_its_element(raw, value, issues) -> None:
    cell = build.CELL["小学学生人数"]
    kind = ' t="e"' if "#" in raw else ' t="str"' if "无" in raw else ""
    data = build.replaced(
        build.school(pupils_primary=40010), "xl/worksheets/sheet1.xml",
        f'<c r="{cell}"><v>40010</v></c>'.encode(), f'<c r="{cell}"{kind}>{raw}</c>'.encode(),
    )  # fmt: skip
    found, told = build.figure(data, PUPILS)
    assert ((found.value, found.state), [c for c, place in told if place == cell]) == (value, issues)


@pytest.mark.parametrize(
    ("value", "code", "issues"),
    [
        ("9900000001", "9900000001", []),
        (9900000001, "9900000001", []),
        (9900000001.0, "9900000001", []),
        ("9900000001.0", "9900000001", []),
        ("0012", "0012", []),
        ("A-01", "A-01", []),
        (" 9900000001 ", "9900000001", []),
        ("９９0000 0001", "9900000001", ["FIG-020"]),
        (999999999999999, "999999999999999", []),
    ],
)
def test_codes_are_text(value, code, issues) -> None:
    assert typed("school_code", value) == (code, "given", issues)


@pytest.mark.parametrize(
    ("value", "issue"),
    [
        (1000000000000000, "FIG-018"),
        (36010000050000000.0, "FIG-018"),
        ("3.601E+09", "FIG-018"),
        (12.5, "FIG-019"),
        (-1, "FIG-019"),
        (True, "FIG-019"),
        ("代码/1", "FIG-019"),
        ("9" * 65, "FIG-019"),
        (datetime.date(2020, 1, 1), "FIG-019"),
        ("-1+1", "FIG-022"),
        ("@SUM", "FIG-022"),
        ("＝1", "FIG-022"),
    ],
)
def test_codes_that_cannot_be_used_are_refused(value, issue) -> None:
    assert typed("school_code", value) == (None, "refused", [issue])


def test_leading_zeros_of_the_format_are_kept() -> None:
    assert typed("school_code", 12345, "0000000000") == ("0000012345", "given", ["FIG-021"])


@pytest.mark.parametrize(("value", "flag"), [("是", True), ("否", False), (" 是", True), ("　否 ", False)])
def test_flags_are_yes_and_no(value, flag) -> None:
    assert typed("dense_centre", value) == (flag, "given", [])


@pytest.mark.parametrize("value", ["有", "Y", "1", 1, True, "是的", "√"])
def test_other_words_for_a_flag_are_refused(value) -> None:
    assert typed("dense_centre", value) == (None, "refused", ["FIG-016"])


@pytest.mark.parametrize(
    ("value", "kind"),
    [("小学", "小学"), ("小 学", "小学"), ("九年一贯制学校", "九年一贯制"), ("九年一贯制", "九年一贯制"), ("特殊教育", "特殊教育学校"),
     ("职业学校", "职业学校"), ("教学点", "教学点")],
)  # fmt: skip
def test_a_school_type_is_known_with_and_without_the_word_school(value, kind) -> None:
    assert typed("school_type", value) == (kind, "given", [])


@pytest.mark.parametrize("value", ["高中", "小学/初中", 1, "幼儿园"])
def test_an_unknown_school_type_is_refused(value) -> None:
    assert typed("school_type", value) == (None, "refused", ["FIG-017"])


def test_a_choice_by_number_is_the_number_s_text() -> None:
    data = build.wide_book(*build.wide_rows(build.values(sponsor=7)))
    assert build.figure(data, "sponsor")[0].value == "7"


def test_names_are_kept_as_typed_without_outer_spaces() -> None:
    assert typed("school_name", " 演示（第一）小学 ") == ("演示（第一）小学", "given", [])
    assert typed("school_name", "演示\n小学") == ("演示 小学", "given", [])
    assert typed("school_name", 2024) == ("2024", "given", [])


@pytest.mark.parametrize(
    "value",
    ["+演示", "-演示", "@演示", "＝演示", "演" * 201, "演示\u200b小学", True, datetime.date(2020, 1, 1)],
)
def test_names_that_would_do_harm_are_refused(value) -> None:
    assert typed("school_name", value) == (None, "refused", ["FIG-022"])


def test_a_name_that_is_a_formula_without_value_is_refused() -> None:
    assert typed("school_name", '=HYPERLINK("x")') == (None, "refused", ["FIG-010"])
