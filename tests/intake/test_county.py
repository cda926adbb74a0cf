"""Which county a return belongs to, the same school twice, checks, order (contracts §1)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import build
import pytest

import forms
from dudao.intake import IntakeRefused, assemble, read, read_file
from dudao.tables import Intake, Return


def lay(root: Path, members: dict[str, bytes]) -> Path:
    return forms.lay(root, members)


def school(code: str, name: str | None = None, **changes: object) -> bytes:
    return build.school(code=code, name=name or f"演示{code}", **changes)


def county(code: object, **changes: object) -> bytes:
    return forms.county_form(changes, code=code)


def run(root: Path, *inputs: str, **options: object) -> dict[str | None, list[str]]:
    """County code -> files of its schools."""
    intakes = read([root / name for name in inputs] or [root], build.STANDARD, **options)
    return {intake.county_code: [unit.file for unit in intake.schools] for intake in intakes}


def refused(root: Path, *inputs: str, **options: object) -> str:
    with pytest.raises(IntakeRefused) as caught:
        read([root / name for name in inputs] or [root], build.STANDARD, **options)
    return str(caught.value)


# --- which county ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["甲/区县.xlsx", "区县.xlsx", "甲/乙/区县.xlsx"])
def test_the_nearest_county_return_in_the_folder_or_above_names_the_county(tmp_path, place) -> None:
    lay(tmp_path, {place: county("1"), "甲/乙/a.xlsx": school("1")})
    assert run(tmp_path) == {"1": ["甲/乙/a.xlsx"]}


def test_a_county_return_below_does_not_reach_up(tmp_path) -> None:
    lay(tmp_path, {"甲/区县.xlsx": county("1"), "甲/a.xlsx": school("1"), "乙/b.xlsx": school("2")})
    assert refused(tmp_path) == "乙/b.xlsx 所在的文件夹及其上级没有区县填报表，不知属于哪个区县（已有：1）。"
    assert refused(tmp_path, every=True) == refused(tmp_path)


def test_files_given_lie_above_folders_given(tmp_path) -> None:
    lay(tmp_path, {"区县.xlsx": county("1"), "甲/a.xlsx": school("1"), "z.zip/b.xlsx": school("2")})
    assert run(tmp_path, "甲", "z.zip", "区县.xlsx") == {"1": ["a.xlsx", "z.zip/b.xlsx"]}


def test_a_county_return_in_an_archive_reaches_its_folders_only(tmp_path) -> None:
    lay(
        tmp_path,
        {
            "z.zip/甲/区县.xlsx": county("1"),
            "z.zip/甲/乙/a.xlsx": school("1"),
            "y.zip/区县.xlsx": county("2"),
            "y.zip/b.xlsx": school("2"),
        },
    )
    assert run(tmp_path, every=True) == {"1": ["z.zip/甲/乙/a.xlsx"], "2": ["y.zip/b.xlsx"]}
    lay(tmp_path, {"c.xlsx": school("3")})
    assert "c.xlsx 所在的文件夹" in refused(tmp_path, every=True)


def test_a_county_return_in_the_same_workbook_counts(tmp_path) -> None:
    rows = forms.form_rows(forms.SCHOOL_ROWS, build.values())
    own = forms.form_rows(forms.COUNTY_ROWS, {row[1]: 1 for row in forms.COUNTY_ROWS} | {"区县代码": "7"})
    lay(tmp_path, {"a.xlsx": forms.book(("校", rows), ("区县", own))})
    assert run(tmp_path) == {"7": ["a.xlsx"]}


def test_no_county_return_at_all_is_a_query(tmp_path) -> None:
    lay(tmp_path, {"a.xlsx": school("1")})
    (intake,) = read([tmp_path], build.STANDARD)
    assert (intake.county_code, intake.county, build.told(intake)) == (
        None,
        None,
        [("UNIT-004", "a.xlsx", None, None)],
    )
    (intake,) = read([tmp_path], build.STANDARD, county="9")
    assert (intake.county_code, intake.county, build.told(intake)) == (
        "9",
        None,
        [("UNIT-004", "a.xlsx", None, None)],
    )


def test_county_names_it_where_no_return_does(tmp_path) -> None:
    lay(tmp_path, {"甲/区县.xlsx": county("1"), "甲/a.xlsx": school("1"), "乙/b.xlsx": school("2")})
    assert run(tmp_path, county="1") == {"1": ["甲/a.xlsx", "乙/b.xlsx"]}


def test_another_code_there_refuses_the_run(tmp_path) -> None:
    lay(tmp_path, {"区县.xlsx": county("1"), "a.xlsx": school("1")})
    assert refused(tmp_path, county="2") == "指明的区县代码是 2，区县填报表上是 1，两者不符。"
    assert run(tmp_path, county="1") == {"1": ["a.xlsx"]}


def test_several_counties_need_a_choice(tmp_path) -> None:
    lay(
        tmp_path,
        {f"{code}/区县.xlsx": county(code) for code in "12"}
        | {f"{code}/a.xlsx": school(code) for code in "12"},
    )
    assert refused(tmp_path) == "读到多个区县（1、2），请用 --county 选定一个，或用 --out 逐个输出。"
    assert run(tmp_path, every=True) == {"1": ["1/a.xlsx"], "2": ["2/a.xlsx"]}
    assert run(tmp_path, county="2") == {"2": ["2/a.xlsx"]}
    assert refused(tmp_path, county="3") == "指明的区县代码是 3，区县填报表上是 1、2，两者不符。"


def test_a_nearer_county_return_wins(tmp_path) -> None:
    lay(
        tmp_path,
        {
            "区县.xlsx": county("1"),
            "a.xlsx": school("1"),
            "功能区/区县.xlsx": county("2"),
            "功能区/乙/b.xlsx": school("2"),
        },
    )
    assert run(tmp_path, every=True) == {"1": ["a.xlsx"], "2": ["功能区/乙/b.xlsx"]}


def test_two_codes_in_one_folder_refuse_the_run(tmp_path) -> None:
    lay(tmp_path, {"甲.xlsx": county("1"), "乙.xlsx": county("2"), "a.xlsx": school("1")})
    assert (
        refused(tmp_path, every=True)
        == "甲.xlsx 的区县代码是 1，同一文件夹中 乙.xlsx 的是 2，请分放在两个文件夹。"
    )


def test_a_county_return_without_usable_code_leaves_the_county_unnamed(tmp_path) -> None:
    lay(tmp_path, {"甲/区县.xlsx": county(None), "甲/a.xlsx": school("1")})
    (intake,) = read([tmp_path], build.STANDARD)
    assert (intake.county_code, intake.county is not None) == (None, True)
    assert build.told(intake) == [("FIG-001", "甲/区县.xlsx", "区县填报数据", "E3")]
    assert run(tmp_path, county="9") == {"9": ["甲/a.xlsx"]}
    lay(tmp_path, {"区县.xlsx": county("1")})
    assert "甲/a.xlsx 所在的文件夹" in refused(tmp_path)


def test_one_county_over_several_folders(tmp_path) -> None:
    lay(
        tmp_path,
        {
            "甲/区县.xlsx": county("1"),
            "甲/a.xlsx": school("1"),
            "乙/区县.xlsx": county("1"),
            "乙/b.xlsx": school("2"),
        },
    )
    (intake,) = read([tmp_path], build.STANDARD)
    assert [unit.file for unit in intake.schools] == ["甲/a.xlsx", "乙/b.xlsx"]
    assert build.told(intake) == [("UNIT-001", "甲/区县.xlsx", None, None)]


def test_an_unreadable_file_counts_for_every_county_it_may_belong_to(tmp_path) -> None:
    both = {f"{code}/区县.xlsx": county(code) for code in "12"} | {
        f"{code}/a.xlsx": school(code) for code in "12"
    }
    lay(tmp_path, both | {"x.xls": b"x", "1/y.xls": b"y", "z.pdf": b"%PDF"})
    first, second = read([tmp_path], build.STANDARD, every=True)
    assert (first.unreadable, second.unreadable) == (("1/y.xls", "x.xls"), ("x.xls",))
    assert [code for code, *_ in build.told(second)] == ["FILE-016", "FILE-025"]


# --- the same unit twice ---------------------------------------------------------------------------------------------


def together(*files: tuple[str, bytes], code: str | None = None) -> Intake:
    """Files assembled as one county."""
    readings = [read_file(name, data, build.STANDARD) for name, data in files]
    return assemble(
        [unit for one in readings for unit in one.returns], build.STANDARD, county_code=code,
        issues=[found for one in readings for found in one.issues],
    )  # fmt: skip


def seen(intake: Intake) -> list[tuple[str, str | None, bool]]:
    return [(unit.file, unit.text("school_code"), unit.void is None) for unit in intake.schools]


COUNTY = ("区县.xlsx", county("1"))


def test_identical_bytes_are_used_once_with_a_query() -> None:
    data = school("1", teachers="12人")
    intake = together(COUNTY, ("b.xlsx", data), ("a.xlsx", data), ("c/a.xlsx", data))
    assert seen(intake) == [("a.xlsx", "1", True)]
    assert build.told(intake) == [("FIG-005", "a.xlsx", build.SHEET, "E27"), ("UNIT-001", "b.xlsx", None, None),
                                 ("UNIT-001", "c/a.xlsx", None, None)]  # fmt: skip


def test_the_same_code_and_name_is_one_entry_of_no_use() -> None:
    intake = together(
        COUNTY,
        ("a.xlsx", school("1", "演示 小学")),
        ("b.xlsx", school("1", "演示小学", teachers=40)),
        ("c.xlsx", school("2")),
    )
    assert seen(intake) == [("a.xlsx", "1", False), ("c.xlsx", "2", True)]
    (issue,) = intake.issues
    assert (issue.level, issue.code, issue.file, issue.sheet, issue.cell) == (
        "error",
        "UNIT-002",
        "b.xlsx",
        build.SHEET,
        "E4",
    )
    assert (
        issue.found == "学校代码 1（演示小学）在 a.xlsx 学校填报数据 已有一份，内容不同，两份都按无数据处理。"
    )


def test_the_same_code_under_another_name_counts_both_with_an_error() -> None:
    intake = together(COUNTY, ("a.xlsx", school("1", "演示一小")), ("b.xlsx", school("1", "演示二小")))
    assert seen(intake) == [("a.xlsx", "1", True), ("b.xlsx", "1", True)]
    assert build.told(intake) == [("UNIT-003", "b.xlsx", build.SHEET, "E4")]
    assert [issue.level for issue in intake.issues] == ["error"]


def test_codes_are_compared_as_read() -> None:
    intake = together(
        COUNTY,
        ("a.xlsx", school(1, "演示一小")),
        ("b.xlsx", school("1.0", "演示二小")),
        ("c.xlsx", school("01", "演示三小")),
    )
    assert [code for code, *_ in build.told(intake)] == ["UNIT-003"]


def test_schools_without_a_code_are_not_compared() -> None:
    intake = together(COUNTY, ("a.xlsx", school(None, "演示")), ("b.xlsx", school(None, "演示", teachers=40)))
    assert (len(intake.schools), [code for code, *_ in build.told(intake)]) == (2, ["FIG-001", "FIG-001"])


def test_the_same_school_on_two_rows_of_a_table() -> None:
    rows = build.wide_rows(build.values(code="1"), build.values(code="1", teachers=40))
    intake = together(COUNTY, ("a.xlsx", build.wide_book(*rows)))
    assert (seen(intake), build.told(intake)) == (
        [("a.xlsx", "1", False)],
        [("UNIT-002", "a.xlsx", "学校数据", "C4")],
    )


def test_a_county_return_twice() -> None:
    intake = together(
        ("a.xlsx", county("1")), ("b.xlsx", county("1", 填报年度=2024)), ("c.xlsx", school("1")), code="1"
    )
    assert intake.county is not None
    assert (intake.county.file, intake.county.void is None) == ("a.xlsx", False)
    assert build.told(intake) == [("UNIT-005", "b.xlsx", "区县填报数据", "E3")]


def test_a_county_return_of_another_county_is_not_used() -> None:
    intake = together(("a.xlsx", county("2")), ("c.xlsx", school("1")), code="1")
    assert (intake.county_code, intake.county) == ("1", None)
    assert (
        build.told(intake)
        == [("UNIT-006", "a.xlsx", "区县填报数据", "E3"), ("UNIT-004", "a.xlsx", None, None)][::-1]
    )


# --- checks and order -------------------------------------------------------------------------------------------------


def test_checks_run_on_every_return_and_refuse_figures() -> None:
    intake = together(COUNTY, ("a.xlsx", school("1", teaching_area=100, indoor_sports_area=200)))
    (unit,) = intake.schools
    assert [(issue.level, issue.cell) for issue in intake.issues if issue.level == "error"] == [
        ("error", "E47")
    ]
    found = unit.figure("indoor_sports_area")
    assert (found.value, found.state, found.cell) == (None, "refused", "E47")
    assert unit.number("teaching_area") == 100


def test_checks_may_compare_with_last_year() -> None:
    (last,) = read_file("a.xlsx", school("1", pupils_primary=4000), build.STANDARD).returns
    (unit,) = read_file("a.xlsx", school("1"), build.STANDARD).returns
    without = assemble([unit], build.STANDARD, county_code="1")
    with_last = assemble([unit], build.STANDARD, county_code="1", last={"1": last})
    assert len(with_last.issues) > len(without.issues)


def test_a_void_return_is_not_checked() -> None:
    faulty = {"teaching_area": 100, "indoor_sports_area": 200}
    intake = together(
        COUNTY, ("a.xlsx", school("1", **faulty)), ("b.xlsx", school("1", **faulty, teachers=40))
    )
    assert [issue.code for issue in intake.issues] == ["UNIT-002"]


def test_returns_of_another_maker_are_assembled_too() -> None:
    (unit,) = read_file(
        "a.xlsx", school("1", teaching_area=100, indoor_sports_area=200), build.STANDARD
    ).returns
    plain = Return("school", unit.file, unit.sha256, unit.sheet, dict(unit.figures))
    intake = assemble([plain], build.STANDARD, county_code="1")
    assert intake.schools[0].figure("indoor_sports_area").state == "refused"
    assert intake.schools[0].number("pupils_primary") == Decimal(400)


def test_schools_and_issues_are_in_order(tmp_path) -> None:
    members = {"区县.xlsx": county("1"), "c.xlsx": school("2"), "b.xlsx": school("1", "乙", teachers=None, founded="x"), "a.xlsx": school("1", "甲"),
               "d.xls": b"x"}  # fmt: skip
    lay(tmp_path, members)
    (intake,) = read([tmp_path], build.STANDARD)
    assert [unit.file for unit in intake.schools] == ["b.xlsx", "a.xlsx", "c.xlsx"]
    assert build.told(intake) == [("UNIT-003", "b.xlsx", build.SHEET, "E4"), ("FIG-003", "b.xlsx", build.SHEET, "E5"),
                                 ("FIG-001", "b.xlsx", build.SHEET, "E27"), ("FILE-016", "d.xls", None, None)]  # fmt: skip


def test_the_order_of_the_inputs_changes_nothing_but_names(tmp_path) -> None:
    lay(
        tmp_path,
        {"甲/区县.xlsx": county("1")} | {f"甲/{n}.xlsx": school(str(n), teachers=n or "x") for n in range(4)},
    )
    inputs = sorted((tmp_path / "甲").iterdir())
    assert read(inputs, build.STANDARD)[0].issues == read(inputs[::-1], build.STANDARD)[0].issues
