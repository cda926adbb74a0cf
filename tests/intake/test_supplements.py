"""补充表: known in any file, and its figures put among those of the return they belong to."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import build
import openpyxl
import pytest

import forms
from dudao.intake import IntakeRefused, assemble, read, read_file, template
from dudao.issues import Issue
from dudao.standards import load_standard
from dudao.tables import MISSING, Figure, Intake, Return

STANDARD = build.STANDARD
COUNTY_SHEET, SCHOOL_SHEET = forms.SUPPLEMENT_SHEETS
MET, PROOF, VETO = (STANDARD.field(name).label for name in ("G1_met", "G1_proof", "V1_found"))
GRADE, SHARE, VALID = (STANDARD.field(name).label for name in ("Q9_1_grade", "Q9_1_value", "P1_2_valid"))
WHERE, SENIOR = STANDARD.field("location").label, STANDARD.field("pupils_senior").label
ANSWERS = {"区县代码": "1", MET: "达到", PROOF: "布局规划（2020）1号", VETO: "无", GRADE: "Ⅲ", SHARE: 0.1499, VALID: 200}


def school(code: str = "1", kind: str = "小学", **changes: object) -> bytes:
    return build.school(kind, code=code, name=f"演示{code}", **changes)


def county(code: object = "1") -> bytes:
    return forms.county_form(code=code)


def one_of(code: str, **values: object) -> dict[str, object]:
    """A row of the schools' 补充表, by field name."""
    row = {"学校代码": code, "学校名称": f"演示{code}"}
    return row | {STANDARD.field(name).label: value for name, value in values.items()}


def together(files: Mapping[str, bytes], code: str | None = "1") -> Intake:
    readings = [read_file(name, data, STANDARD) for name, data in files.items()]
    return assemble(
        [unit for one in readings for unit in one.returns], STANDARD, county_code=code,
        issues=[found for one in readings for found in one.issues],
    )  # fmt: skip


def said(intake: Intake) -> list[tuple[str, str, str | None, str | None]]:
    """(code, file, sheet, cell) of the issues of the reader, in order."""
    return build.told(intake)


def the(intake: Intake, code: str) -> Issue:
    (found,) = [issue for issue in intake.issues if issue.code == code]
    return found


# --- what is a 补充表 -------------------------------------------------------------------------------------------------


def test_each_answer_is_a_figure_with_its_cell() -> None:
    (unit,) = read_file("补.xlsx", forms.supplement(ANSWERS), STANDARD).returns
    values = {"county_code": "1", "G1_met": "达到", "G1_proof": "布局规划(2020)1号", "V1_found": "无", "Q9_1_grade": "Ⅲ"}
    values |= {"G1_proof": "布局规划（2020）1号", "Q9_1_value": Decimal("0.1499"), "P1_2_valid": Decimal(200)}
    rows = ("county_code", "G1_met", "G1_proof", "V1_found", "Q9_1_grade", "Q9_1_value", "P1_2_valid")
    assert unit.form == "county_supplement"
    assert dict(unit.figures) == {
        name: Figure(values[name], "given", COUNTY_SHEET, f"E{row}") for row, name in enumerate(rows, 2)
    }


def test_schools_stand_one_a_row() -> None:
    data = forms.supplement(schools=[one_of("1", location="镇区", boarding="是", grades_primary=6), one_of("2", location="乡村")])
    first, second = read_file("补.xlsx", data, STANDARD).returns
    assert (first.form, first.row, second.form, second.row) == ("supplement", 2, "supplement", 3)
    assert {name: figure.value for name, figure in first.figures.items()} == {
        "school_code": "1", "school_name": "演示1", "location": "镇区", "boarding": True, "grades_primary": Decimal(6),
    }  # fmt: skip
    assert second.figures["location"] == Figure("乡村", "given", SCHOOL_SHEET, "C3")
    assert second.figure("boarding") == MISSING


def test_one_label_is_enough() -> None:
    data = forms.supplement({MET: "达到"})
    assert [unit.form for unit in read_file("补.xlsx", data, STANDARD).returns] == ["county_supplement"]


def test_a_blank_is_missing_without_a_word() -> None:
    reading = read_file("补.xlsx", forms.supplement({"区县代码": "1", MET: None, SHARE: None, VETO: "有"}), STANDARD)
    (unit,) = reading.returns
    assert (unit.figure("G1_met"), unit.figure("Q9_1_value"), reading.issues) == (MISSING, MISSING, ())


@pytest.mark.parametrize("text", ["III", "Ⅲ", "ＩＩＩ", " Ⅲ "])
def test_choices_are_compared_plain_and_kept_as_the_standard_has_them(text) -> None:
    (unit,) = read_file("补.xlsx", forms.supplement({GRADE: text}), STANDARD).returns
    assert unit.figure("Q9_1_grade").value == "Ⅲ"


@pytest.mark.parametrize(
    ("label", "value", "code"),
    [
        (VALID, "12%", "FIG-006"),
        (VALID, "12份", "FIG-005"),
        (VALID, "3,520", "FIG-004"),
        (VALID, -1, "FIG-012"),
        (SHARE, "无", "FIG-003"),
        (MET, "是", "FIG-017"),
        (VETO, "没有", "FIG-017"),
        (GRADE, 3, "FIG-017"),
        (PROOF, "=A1", "FIG-010"),
    ],
)
def test_bad_words_are_errors(label, value, code) -> None:
    reading = read_file("补.xlsx", forms.supplement({"区县代码": "1", label: value}), STANDARD)
    (unit,) = reading.returns
    assert [(issue.level, issue.code, issue.cell) for issue in reading.issues] == [("error", code, "E3")]
    assert [figure.state for name, figure in unit.figures.items() if name != "county_code"] == ["refused"]


def test_proofs_may_be_long() -> None:
    for length, state in ((1000, "given"), (1001, "refused")):
        (unit,) = read_file("补.xlsx", forms.supplement({PROOF: "证" * length}), STANDARD).returns
        assert unit.figure("G1_proof").state == state


def test_names_keep_their_own_limit() -> None:
    (unit,) = read_file("补.xlsx", forms.supplement(schools=[one_of("1", location="城区") | {"学校名称": "校" * 201}]), STANDARD).returns
    assert unit.figure("school_name").state == "refused"


def test_a_moved_header_is_a_query_and_all_is_read() -> None:
    rows = [["补充表"], [], ["填报项目", "备注说明", "填报值"], [MET, "", "达到"], ["区县代码", "", "1"]]
    reading = read_file("补.xlsx", forms.book(("表", rows)), STANDARD)
    (unit,) = reading.returns
    assert (unit.text("G1_met"), unit.text("county_code")) == ("达到", "1")
    assert [issue.code for issue in reading.issues] == ["FORM-001"]


def test_without_header_the_units_tell_where_the_values_stand() -> None:
    reading = read_file("补.xlsx", forms.book(("表", [[1, "", VALID, "份", 200, ""]])), STANDARD)
    assert [unit.figure("P1_2_valid").value for unit in reading.returns] == [Decimal(200)]
    assert [issue.code for issue in reading.issues] == ["FORM-001"]


def test_a_list_of_items_without_values_is_no_form() -> None:
    rows = [["序号", "填报项目", "责任单位"], [1, MET, "规划股"], [2, VALID, "督导室"]]
    reading = read_file("分工.xlsx", forms.book(("表", rows)), STANDARD)
    assert (reading.returns, reading.unreadable, [i.code for i in reading.issues]) == ((), (), ["FILE-026"])


def test_labels_cited_in_a_text_are_no_form() -> None:
    rows = [["说明"], [MET, "写明是否达到"], [PROOF, "写明材料"], [VETO, "有或无"], [VALID, "填份数"]]
    reading = read_file("说明.xlsx", forms.book(("说明", rows)), STANDARD)
    assert (reading.returns, [issue.code for issue in reading.issues]) == ((), ["FILE-026"])


def test_a_label_twice_is_an_error() -> None:
    rows = [list(forms.SUPPLEMENT_HEADER), [1, "", MET, "", "达到", ""], [2, "", MET, "", "未达到", ""]]
    reading = read_file("补.xlsx", forms.book(("表", rows)), STANDARD)
    assert [unit.figure("G1_met").state for unit in reading.returns] == ["refused"]
    assert [(issue.code, issue.cell) for issue in reading.issues] == [("FORM-003", "C3")]


def test_a_changed_unit_is_an_error() -> None:
    rows = [list(forms.SUPPLEMENT_HEADER), [1, "", VALID, "千份", 200, ""]]
    reading = read_file("补.xlsx", forms.book(("表", rows)), STANDARD)
    assert [unit.figure("P1_2_valid").state for unit in reading.returns] == ["refused"]
    assert [issue.code for issue in reading.issues] == ["FORM-007"]


def test_a_csv_of_schools_and_one_of_the_county() -> None:
    text = f"学校代码,学校名称,{WHERE}\n1,演示1,城区\n".encode()
    (unit,) = read_file("补.csv", text, STANDARD).returns
    assert (unit.form, unit.figure("location")) == ("supplement", Figure("城区", "given", None, "C2"))
    text = f"区县代码,{MET},{SHARE}\n1,达到,0.12\n".encode("gb18030")
    (unit,) = read_file("补.csv", text, STANDARD).returns
    assert (unit.form, unit.text("G1_met"), unit.number("Q9_1_value")) == ("county_supplement", "达到", Decimal("0.12"))


def test_answers_may_stand_on_the_real_forms() -> None:
    rows = forms.form_rows(forms.COUNTY_ROWS, {row[1]: 1 for row in forms.COUNTY_ROWS} | {MET: "达到", VETO: "无"})
    reading = read_file("县.xlsx", forms.book(("县", rows)), STANDARD)
    (unit,) = reading.returns
    assert (unit.form, unit.text("G1_met"), unit.text("V1_found")) == ("county", "达到", "无")


# --- whose figures they are -------------------------------------------------------------------------------------------

FILES = {
    "县.xlsx": county(),
    "校.xlsx": school(),
    "补.xlsx": forms.supplement(ANSWERS, [one_of("1", location="城区", grades_primary=6)]),
}


@pytest.mark.parametrize("order", list(permutations(FILES)))
def test_real_forms_and_the_supplement_in_every_order(order) -> None:
    intake = together({name: FILES[name] for name in order})
    assert said(intake) == []
    assert intake.county is not None
    assert intake.county.figure("G1_met") == Figure("达到", "given", COUNTY_SHEET, "E3", "补.xlsx")
    assert intake.county.figure("quota_primary") == Figure(Decimal(1150), "given", forms.COUNTY_SHEET, "E5")
    (unit,) = intake.schools
    assert (unit.form, unit.file, intake.county.file) == ("school", "校.xlsx", "县.xlsx")
    assert unit.figure("location") == Figure("城区", "given", SCHOOL_SHEET, "C2", "补.xlsx")
    assert unit.figure("grades_primary") == Figure(Decimal(6), "given", SCHOOL_SHEET, "D2", "补.xlsx")
    assert unit.number("pupils_primary") == Decimal(400)
    assert intake.hashes == {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}


def test_in_archives_and_folders(tmp_path: Path) -> None:
    forms.lay(tmp_path, {"填报.zip/县.xlsx": FILES["县.xlsx"], "填报.zip/甲/校.xlsx": FILES["校.xlsx"], "补充.zip/补.xlsx": FILES["补.xlsx"]})
    (intake,) = read([tmp_path], STANDARD)
    assert (intake.county_code, said(intake)) == ("1", [])
    assert intake.schools[0].figure("location").file == "补充.zip/补.xlsx"
    assert list(intake.hashes) == ["填报.zip/县.xlsx", "填报.zip/甲/校.xlsx", "补充.zip/补.xlsx"]
    assert read([tmp_path / "补充.zip", tmp_path / "填报.zip"], STANDARD) == (intake,)


def test_in_one_workbook_with_the_real_forms() -> None:
    book = (
        ("校", forms.form_rows(forms.SCHOOL_ROWS, build.values(code="1"))),
        ("补", [["学校代码", WHERE], ["1", "镇区"]]),
        ("县补", [list(forms.SUPPLEMENT_HEADER), [1, "", MET, "", "达到", ""]]),
    )
    intake = together({"a.xlsx": forms.book(*book), "县.xlsx": county()})
    assert intake.schools[0].figure("location") == Figure("镇区", "given", "补", "B2")
    assert intake.county is not None
    assert intake.county.figure("G1_met") == Figure("达到", "given", "县补", "E2", "a.xlsx")
    assert said(intake) == [("UNIT-010", "a.xlsx", "县补", None)]


def test_a_school_of_a_wide_table_too() -> None:
    rows = build.wide_rows(build.values(code="1"), build.values(code="2", name="演示二小"))
    files = {"县.xlsx": county(), "宽.xlsx": build.wide_book(*rows), "补.xlsx": forms.supplement(schools=[one_of("2", location="乡村")])}
    first, second = together(files).schools
    assert (first.figure("location"), second.figure("location")) == (MISSING, Figure("乡村", "given", SCHOOL_SHEET, "C2", "补.xlsx"))
    assert second.figures["location"].file == "补.xlsx"
    assert second.number("teachers") == Decimal(27)


def test_another_name_is_a_query() -> None:
    files = {"县.xlsx": county(), "校.xlsx": school(), "补.xlsx": forms.supplement(schools=[one_of("1", location="城区") | {"学校名称": "别校"}])}
    intake = together(files)
    assert said(intake) == [("UNIT-008", "补.xlsx", SCHOOL_SHEET, "B2")]
    assert the(intake, "UNIT-008").found == "学校名称填的是“别校”，校.xlsx 学校填报数据 的是“演示1”，已按学校代码采用。"
    assert intake.schools[0].text("location") == "城区"


def test_spaces_in_a_name_and_no_name_are_nothing() -> None:
    for name in ("演示 １", None):
        files = {"县.xlsx": county(), "校.xlsx": school(), "补.xlsx": forms.supplement(schools=[one_of("1", location="城区") | {"学校名称": name}])}
        assert said(together(files)) == []


def test_an_unknown_code_is_named() -> None:
    intake = together({"县.xlsx": county(), "校.xlsx": school(), "补.xlsx": forms.supplement(schools=[one_of("7", location="城区")])})
    found = the(intake, "UNIT-007")
    assert (found.level, found.file, found.sheet, found.cell) == ("error", "补.xlsx", SCHOOL_SHEET, "A2")
    assert found.found == "学校代码 7 没有对应的学校填报表，补充表中这所学校的数据没有采用。"
    assert ("补.xlsx" in intake.hashes, intake.schools[0].figure("location")) == (False, MISSING)


def test_a_row_with_a_name_alone_says_nothing() -> None:
    intake = together({"县.xlsx": county(), "校.xlsx": school(), "补.xlsx": forms.supplement(schools=[one_of("7", location=None)])})
    assert said(intake) == []


def test_a_row_without_code_is_an_error() -> None:
    row = one_of("1", location="城区") | {"学校代码": None}
    intake = together({"县.xlsx": county(), "校.xlsx": school(), "补.xlsx": forms.supplement(schools=[row])})
    assert said(intake) == [("FIG-001", "补.xlsx", SCHOOL_SHEET, "A2")]


def test_a_table_without_a_column_of_codes_is_an_error() -> None:
    intake = together({"县.xlsx": county(), "校.xlsx": school(), "补.csv": f"学校名称,{WHERE}\n演示1,城区\n".encode()})
    assert said(intake) == [("FORM-005", "补.csv", None, None)]


def test_two_schools_of_one_code_are_told_apart_by_name() -> None:
    files = {"县.xlsx": county(), "甲.xlsx": build.school(code="1", name="甲小"), "乙.xlsx": build.school(code="1", name="乙小", teachers=40)}
    row = {"学校代码": "1", "学校名称": "乙小", WHERE: "镇区"}
    intake = together(files | {"补.xlsx": forms.supplement(schools=[row])})
    assert [(unit.text("school_name"), unit.text("location")) for unit in intake.schools] == [("乙小", "镇区"), ("甲小", None)]
    intake = together(files | {"补.xlsx": forms.supplement(schools=[row | {"学校名称": "丙小"}])})
    assert [unit.text("location") for unit in intake.schools] == [None, None]
    assert the(intake, "UNIT-011").cell == "A2"


# --- the same figure twice --------------------------------------------------------------------------------------------


def test_equal_answers_stand_silently() -> None:
    again = forms.supplement({"区县代码": "1", MET: "达到", SHARE: "0.14990"}, [one_of("1", location="城区", boarding="否")])
    intake = together(dict(FILES) | {"再.xlsx": again})
    assert [code for code, *_ in said(intake)] == ["FIG-015"]  # the number typed as text
    assert intake.county is not None
    assert intake.county.number("Q9_1_value") == Decimal("0.1499")
    assert intake.schools[0].figure("boarding") == Figure(False, "given", SCHOOL_SHEET, "D2", "再.xlsx")


def test_different_answers_are_an_error_and_of_no_use() -> None:
    files = dict(FILES) | {"再.xlsx": forms.supplement({"区县代码": "1", MET: "未达到", VETO: "无"}, [one_of("1", location="镇区")])}
    intake = together(files)
    assert said(intake) == [("UNIT-009", "补.xlsx", COUNTY_SHEET, "E3"), ("UNIT-009", "补.xlsx", SCHOOL_SHEET, "C2")]
    first = "再.xlsx"
    assert intake.county is not None
    assert intake.county.figure("G1_met") == Figure(None, "refused", COUNTY_SHEET, "E3", first)
    assert intake.county.text("V1_found") == "无"
    assert intake.schools[0].figure("location") == Figure(None, "refused", SCHOOL_SHEET, "C2", first)


def test_the_real_form_and_the_supplement_differ() -> None:
    both = forms.school_form(build.values("完全中学", code="1") | {SENIOR: 300})
    for value, state in ((300, "given"), (301, "refused")):
        row = one_of("1", pupils_senior=value) | {"学校名称": None}
        intake = together({"县.xlsx": county(), "校.xlsx": both, "补.xlsx": forms.supplement(schools=[row])})
        assert intake.schools[0].figure("pupils_senior").state == state
        assert intake.schools[0].figure("pupils_senior").file is None
        assert said(intake) == ([] if state == "given" else [("UNIT-009", "补.xlsx", SCHOOL_SHEET, "C2")])
    assert the(intake, "UNIT-009").found == "「高中在校生」填了“301”，校.xlsx 学校填报数据 E70 填的是“300”，按无数据处理。"


def test_a_bad_answer_spoils_a_good_one() -> None:
    files = dict(FILES) | {"再.xlsx": forms.supplement({"区县代码": "1", MET: "是"})}
    intake = together(files)
    assert [code for code, *_ in said(intake)] == ["FIG-017"]
    assert intake.county is not None
    assert intake.county.figure("G1_met").state == "refused"


def test_the_same_bytes_are_used_once() -> None:
    intake = together(dict(FILES) | {"补2.xlsx": FILES["补.xlsx"]})
    assert said(intake) == [("UNIT-001", "补2.xlsx", None, None)]


def test_the_same_school_on_two_rows() -> None:
    rows = [one_of("1", location="城区"), one_of("1", boarding="是"), one_of("1", location="镇区")]
    intake = together({"县.xlsx": county(), "校.xlsx": school(), "补.xlsx": forms.supplement(schools=rows)})
    assert said(intake) == [("UNIT-009", "补.xlsx", SCHOOL_SHEET, "C4")]
    assert the(intake, "UNIT-009").found == "「城乡类型」填了“镇区”，补.xlsx 学校补充数据 第 2 行 C2 填的是“城区”，按无数据处理。"
    assert (intake.schools[0].figure("location").state, intake.schools[0].figure("boarding").value) == ("refused", True)


# --- stages -----------------------------------------------------------------------------------------------------------


def test_a_stage_that_the_school_lacks() -> None:
    for value, codes in ((0, []), (3, ["FIG-023"])):
        intake = together({"县.xlsx": county(), "校.xlsx": school(), "补.xlsx": forms.supplement(schools=[one_of("1", grades_junior=value)])})
        assert [code for code, *_ in said(intake)] == codes
        assert intake.schools[0].figure("grades_junior") == Figure(None, "absent", build.SHEET)


def test_what_only_some_schools_need_may_come_with_the_supplement() -> None:
    bare = forms.school_form({k: v for k, v in build.values("完全中学", code="1").items() if k != SENIOR})
    alone = together({"县.xlsx": county(), "校.xlsx": bare})
    assert [(code, cell) for code, _, _, cell in said(alone)] == [("FIG-024", "E3")]
    row = one_of("1", pupils_senior=300) | {"学校名称": None}
    intake = together({"县.xlsx": county(), "校.xlsx": bare, "补.xlsx": forms.supplement(schools=[row])})
    assert said(intake) == []
    assert intake.schools[0].figure("pupils_senior") == Figure(Decimal(300), "given", SCHOOL_SHEET, "C2", "补.xlsx")


def test_attached_classes_told_by_the_supplement_alone() -> None:
    row = one_of("1", attached_stage="初中", grades_junior=3)
    intake = together({"县.xlsx": county(), "校.xlsx": school(), "补.xlsx": forms.supplement(schools=[row])})
    assert said(intake) == [("FIG-025", "补.xlsx", SCHOOL_SHEET, "C2")]
    (unit,) = intake.schools
    assert (unit.text("attached_stage"), unit.figure("pupils_junior"), unit.number("grades_junior")) == ("初中", MISSING, Decimal(3))


# --- the county -------------------------------------------------------------------------------------------------------


def test_the_supplement_alone_is_the_return_of_the_county(tmp_path: Path) -> None:
    forms.lay(tmp_path, {"补.xlsx": forms.supplement(ANSWERS), "校.xlsx": school()})
    (intake,) = read([tmp_path], STANDARD)
    assert (intake.county_code, said(intake)) == ("1", [("UNIT-004", "校.xlsx", None, None)])
    assert intake.county is not None
    assert (intake.county.form, intake.county.file, intake.county.sheet) == ("county", "补.xlsx", COUNTY_SHEET)
    assert intake.county.figure("G1_met") == Figure("达到", "given", COUNTY_SHEET, "E3")
    assert (intake.county.figure("quota_primary"), intake.county.text("county_code")) == (MISSING, "1")


def test_several_make_one_return(tmp_path: Path) -> None:
    more = forms.supplement({"区县代码": "1", "区县名称": "演示区", VETO: "有"})
    forms.lay(tmp_path, {"a.xlsx": forms.supplement({"区县代码": "1", MET: "达到"}), "b.xlsx": more})
    (intake,) = read([tmp_path], STANDARD)
    assert intake.county is not None
    assert (intake.county.file, intake.county.figure("V1_found")) == ("a.xlsx", Figure("有", "given", COUNTY_SHEET, "E4", "b.xlsx"))
    assert intake.county.figure("county_name") == Figure("演示区", "given", COUNTY_SHEET, "E3", "b.xlsx")


def test_of_another_county_is_an_error(tmp_path: Path) -> None:
    forms.lay(tmp_path, {"县.xlsx": county("1"), "校.xlsx": school(), "补.xlsx": forms.supplement(ANSWERS | {"区县代码": "2"})})
    (intake,) = read([tmp_path], STANDARD)
    assert (intake.county_code, said(intake)) == ("1", [("UNIT-006", "补.xlsx", COUNTY_SHEET, "E2")])
    assert the(intake, "UNIT-006").found == "补充表的区县代码是 2，与本区县代码 1 不符，没有采用。"
    assert intake.county is not None
    assert intake.county.figure("G1_met") == MISSING


def test_of_another_county_beside_the_folder_of_the_forms(tmp_path: Path) -> None:
    forms.lay(tmp_path, {"填报/县.xlsx": county("1"), "填报/校.xlsx": school(), "补.xlsx": forms.supplement(ANSWERS | {"区县代码": "2"})})
    (intake,) = read([tmp_path / "填报", tmp_path / "补.xlsx"], STANDARD)
    assert said(intake) == [("UNIT-006", "补.xlsx", COUNTY_SHEET, "E2")]


def test_beside_the_folder_of_the_forms_it_belongs_to_the_only_county(tmp_path: Path) -> None:
    more = forms.supplement(schools=[one_of("1", boarding="否")])
    forms.lay(tmp_path, {"填报/县.xlsx": county("1"), "填报/校.xlsx": school(), "补.xlsx": FILES["补.xlsx"], "补充/校补.xlsx": more})
    (intake,) = read([tmp_path / "填报", tmp_path / "补.xlsx", tmp_path / "补充"], STANDARD)
    assert said(intake) == []
    assert (intake.schools[0].text("location"), intake.schools[0].figure("boarding").value) == ("城区", False)


def test_of_several_counties_it_belongs_to_the_one_it_names(tmp_path: Path) -> None:
    files = {f"{code}/{name}": data for code in "12" for name, data in {"县.xlsx": county(code), "校.xlsx": school(code)}.items()}
    forms.lay(tmp_path, files | {"补.xlsx": forms.supplement(ANSWERS | {"区县代码": "2"})})
    first, second = read([tmp_path], STANDARD, every=True)
    assert first.county is not None
    assert second.county is not None
    assert (first.county.figure("G1_met"), second.county.text("G1_met")) == (MISSING, "达到")
    forms.lay(tmp_path, {"校补.xlsx": forms.supplement(schools=[one_of("1", boarding="否")])})
    with pytest.raises(IntakeRefused, match="不知属于哪个区县"):
        read([tmp_path], STANDARD, every=True)


def test_two_codes_in_one_folder_refuse_the_run(tmp_path: Path) -> None:
    forms.lay(tmp_path, {f"{code}.xlsx": forms.supplement({"区县代码": code, MET: "达到"}) for code in "12"})
    with pytest.raises(IntakeRefused, match="请分放在两个文件夹"):
        read([tmp_path], STANDARD)


def test_no_code_is_a_query() -> None:
    intake = together(dict(FILES) | {"补.xlsx": forms.supplement({"区县代码": None, MET: "达到"})})
    assert said(intake) == [("UNIT-010", "补.xlsx", COUNTY_SHEET, None)]
    assert intake.county is not None
    assert intake.county.text("G1_met") == "达到"


def test_another_name_or_year_of_the_county_is_a_query() -> None:
    intake = together(dict(FILES) | {"补.xlsx": forms.supplement({"区县代码": "1", "区县名称": "别区", "填报年度": 2024, MET: "达到"})})
    assert said(intake) == [("UNIT-012", "补.xlsx", COUNTY_SHEET, cell) for cell in ("E3", "E4")]
    assert intake.county is not None
    assert intake.county.text("county_name") == "演示区（演示数据）"


def test_an_unreadable_supplement_is_an_unreadable_file(tmp_path: Path) -> None:
    forms.lay(tmp_path, dict(FILES) | {"补.xlsx": FILES["补.xlsx"][:900]})
    (intake,) = read([tmp_path], STANDARD)
    assert (intake.unreadable, [code for code, *_ in said(intake)]) == (("补.xlsx",), ["FILE-017"])


def test_checks_refuse_figures_of_the_supplement() -> None:
    wrong = {STANDARD.field(f"P1_2_{what}").label: value for what, value in {"valid": 90, "satisfied": 91}.items()}
    intake = together(dict(FILES) | {"补.xlsx": forms.supplement({"区县代码": "1"} | wrong)})
    (issue,) = intake.issues
    assert (issue.level, issue.code, issue.file, issue.sheet, issue.cell) == ("error", "CHK-038", "补.xlsx", COUNTY_SHEET, "E4")
    assert intake.county is not None
    assert intake.county.figure("P1_2_satisfied") == Figure(None, "refused", COUNTY_SHEET, "E4", "补.xlsx")


def test_a_standard_that_asks_nothing_of_schools_needs_the_units_own_sheet_alone(tmp_path: Path) -> None:
    standard = load_standard("chongqing-county")
    data = template.write(standard)
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book[template.UNIT_SHEET]
    codes = {row[2].value: row[4] for row in sheet.iter_rows() if row[2].value}
    codes["区县代码"].value = "500101"
    for label, cell in codes.items():
        if label.endswith("：得分"):
            cell.value = 5
    book.save(tmp_path / "填报.xlsx")
    (intake,) = read([tmp_path], standard)
    assert (intake.county_code, intake.schools, intake.issues) == ("500101", (), ())
    assert intake.county is not None
    given = [name for name, figure in intake.county.figures.items() if name.endswith("_points") and figure.value == 5]
    assert given == [field.name for field in standard.fields if field.name.endswith("_points")]


# --- hostile ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", [STANDARD, load_standard("chongqing-county")], ids=lambda standard: standard.id)
def test_a_blank_supplement_alone_is_a_query(standard) -> None:
    reading = read_file("补.xlsx", template.supplement(standard), standard)
    assert (reading.returns, [issue.code for issue in reading.issues]) == ((), ["FILE-027"])


def test_a_supplement_left_blank_in_the_wide_workbook_is_no_return() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template.write(STANDARD)))
    sheet = book["区县补充数据"]
    codes = {row[2].value: row[4] for row in sheet.iter_rows() if row[2].value}
    codes["区县代码"].value = "1"
    out = io.BytesIO()
    book.save(out)
    assert read_file("宽.xlsx", out.getvalue(), STANDARD).returns == ()
    codes[MET].value = "达到"
    out = io.BytesIO()
    book.save(out)
    assert [unit.form for unit in read_file("宽.xlsx", out.getvalue(), STANDARD).returns] == ["county_supplement"]


def test_ten_files_of_two_thousand_schools(tmp_path: Path) -> None:
    width = 2000
    for number in range(10):
        codes = [f"{number}{row:04}" for row in range(width)]
        schools = "".join(f"演示{code},小学,{code},400\n" for code in codes)
        more = "".join(f"{code},城区,6\n" for code in codes)
        head = "学校名称,学校类型,学校代码,小学学生人数," + ",".join(f.label for f in STANDARD.fields if f.form == "school" and (f.no or 0) > 11)
        (tmp_path / f"校{number}.csv").write_text(f"{head}\n{schools}", "utf-8")
        (tmp_path / f"补{number}.csv").write_text(f"学校代码,{WHERE},年级数（小学）\n{more}", "utf-8")
    (intake,) = read([tmp_path], STANDARD, county="1")
    assert len(intake.schools) == 10 * width
    assert {unit.figure("location").value for unit in intake.schools} == {"城区"}
    assert intake.schools[-1].figure("grades_primary") == Figure(Decimal(6), "given", None, "C2001", "补9.csv")


def test_returns_of_another_maker_are_joined_too() -> None:
    readings = {name: read_file(name, data, STANDARD).returns for name, data in FILES.items()}
    plain = [Return(u.form, u.file, u.sha256, u.sheet, dict(u.figures), u.row) for units in readings.values() for u in units]
    assert assemble(plain, STANDARD, county_code="1").schools[0].figure("location").file == "补.xlsx"
