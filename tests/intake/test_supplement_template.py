"""The 补充表 as it is handed out, and with values in it."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from dudao.intake import guide, read_file, template
from dudao.standards import load_standard
from dudao.standards.model import Field
from dudao.tables import Return

STANDARD = load_standard("cn-2017-quality-balance")
POINTS = load_standard("chongqing-county")
COUNTY, SCHOOLS = template.county_fields(STANDARD), template.school_fields(STANDARD)
IDENTITY = ["county_name", "county_code", "year"]


@pytest.fixture(scope="module")
def book() -> Workbook:
    return load_workbook(io.BytesIO(template.supplement(STANDARD)))


def rows(sheet: Worksheet) -> list[list[object]]:
    """The rows that ask for something."""
    return [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2) if line[2].value]


def rules(sheet: Worksheet) -> dict[str, tuple[str, str, str | None]]:
    return {
        str(rule.sqref).partition(":")[0]: (rule.type, rule.formula1, rule.formula2)
        for rule in sheet.data_validations.dataValidation
    }


def returns(data: bytes, standard=STANDARD) -> dict[str, list[Return]]:
    """Form -> its returns, read without a word."""
    reading = read_file("补充表.xlsx", data, standard)
    assert [issue.line() for issue in reading.issues] == []
    return {form: [unit for unit in reading.returns if unit.form == form] for form in ("supplement", "county_supplement")}


# --- what is on it ----------------------------------------------------------------------------------------------------


def test_sheets(book):
    assert book.sheetnames == ["学校补充数据", "区县补充数据", "填表说明"]


def test_it_asks_for_all_that_the_real_forms_lack_and_nothing_else():
    assert [field.name for field in SCHOOLS[:2]] == ["school_code", "school_name"]
    assert [field.name for field in COUNTY[:3]] == IDENTITY
    asked = {field.name for field in (*SCHOOLS[2:], *COUNTY[3:])}
    assert asked == {field.name for field in STANDARD.fields if field.supplementary}


def test_county_rows(book):
    sheet = book["区县补充数据"]
    assert [cell.value for cell in sheet[1]] == ["序号", "类别", "填报项目", "单位", "填报值", "备注说明"]
    found = rows(sheet)
    assert [line[:3] for line in found] == [[n, field.group, field.label] for n, field in enumerate(COUNTY, 1)]
    assert [line[3] for line in found] == [field.unit or "/".join(field.choices) or None for field in COUNTY]
    assert {line[4] for line in found} == {None}


def test_each_group_has_a_heading(book):
    sheet = book["区县补充数据"]
    headings = [sheet.cell(area.min_row, 1).value for area in sorted(sheet.merged_cells.ranges, key=lambda area: area.min_row)]
    assert headings == list(dict.fromkeys(field.group for field in COUNTY))
    assert {(area.min_col, area.max_col) for area in sheet.merged_cells.ranges} == {(1, 6)}


def test_the_clause_stands_beside_the_first_row_of_an_item_and_the_proofs_beside_theirs(book):
    notes = {line[2]: line[5] for line in rows(book["区县补充数据"])}
    first, proof = (STANDARD.field(name) for name in ("G1_met", "G1_proof"))
    assert notes[first.label] == STANDARD.indicator("G1").text
    assert notes[proof.label] == f"写明佐证材料的名称：{proof.note}。"
    assert notes[STANDARD.field("Q9_1_grade").label] == STANDARD.indicator("Q9").text
    assert notes[STANDARD.field("Q9_1_value").label] == "填小数，如 0.12，不填百分数。"
    assert notes[STANDARD.field("P1_1_valid").label] is None


def test_what_may_be_typed(book):
    sheet = book["区县补充数据"]
    found = rules(sheet)
    place = {sheet.cell(number, 3).value: f"E{number}" for number in range(2, sheet.max_row + 1)}

    def of(name: str) -> tuple[str, str, str | None]:
        return found[place[STANDARD.field(name).label]]

    assert of("G1_met") == ("list", '"达到,未达到"', None)
    assert of("V1_found") == ("list", '"有,无"', None)
    assert of("Q9_1_grade") == ("list", '"Ⅰ,Ⅱ,Ⅲ,Ⅳ,未监测"', None)
    assert of("Q9_1_value") == ("decimal", "0", "1000000000")
    assert of("P1_2_valid") == ("decimal", "0", "1000000000")
    assert of("G1_proof") == ("textLength", "1", "1000")
    assert of("year") == ("whole", "1840", "2100")
    assert len(found) == len(COUNTY)


def test_points_are_bounded_by_the_standard():
    sheet = load_workbook(io.BytesIO(template.supplement(POINTS)))[template.UNIT_SHEET]
    most = {field.name: int(POINTS.indicator(field.item).rule.most) for field in POINTS.fields if field.name.endswith("_points")}
    place = {sheet.cell(number, 3).value: f"E{number}" for number in range(2, sheet.max_row + 1)}
    found = {name: rules(sheet)[place[POINTS.field(name).label]] for name in most}
    assert found == {name: ("decimal", "0", str(points)) for name, points in most.items()}


def test_only_the_values_are_open(book):
    sheet = book["区县补充数据"]
    opened = {cell.coordinate for line in sheet.iter_rows() for cell in line if not cell.protection.locked}
    asked = {f"E{line[0].row}" for line in sheet.iter_rows(min_row=2) if line[2].value}
    assert (opened, sheet.protection.sheet) == (asked, True)


def test_printing(book):
    sheet = book["区县补充数据"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.oddHeader.left.text == "补充表　　县域义务教育优质均衡发展督导评估办法"


def test_school_columns(book):
    sheet = book["学校补充数据"]
    assert [cell.value for cell in sheet[template.LABEL]] == [field.label for field in SCHOOLS]
    notes = dict(zip([f.name for f in SCHOOLS], [cell.value for cell in sheet[template.NOTE]], strict=True))
    assert (notes["school_code"], notes["location"]) == ("必填", "补充")
    assert sheet.freeze_panes == "C6"
    assert rules(sheet)["D6"] == ("list", '"1,2,3,4,5,6,7,8,9,10"', None)


def test_guide_says_what_the_rules_ask():
    lines = {word: text for word, _, text in guide.sections(STANDARD, "supplement", county=True)[0].lines}
    assert list(lines) == ["填在何处", "留空", "数字", "佐证材料", "有、无", "问卷和走访", "学校代码"]
    assert lines["留空"] == "留空按没有数据处理，相关指标不能判定；不按 0、“无”或“未达到”计。确实没有的数填 0。"
    assert [word for word, _, _ in guide.sections(POINTS, "supplement", county=True)[0].lines] == ["填在何处", "留空", "数字", "有、无"]


def test_a_standard_that_asks_nothing_of_schools_has_one_sheet():
    for data in (template.write(POINTS), template.supplement(POINTS)):
        assert load_workbook(io.BytesIO(data)).sheetnames == ["填报数据", "填表说明"]
    preschool = load_standard("preschool-universal")
    assert load_workbook(io.BytesIO(template.write(preschool))).sheetnames == ["区县数据", "区县补充数据", "填表说明"]


# --- values -----------------------------------------------------------------------------------------------------------


def sample(field: Field, number: int) -> object:
    if field.kind == "choice":
        return field.choices[number % len(field.choices)]
    if field.kind == "flag":
        return number % 2 == 0
    if field.kind in ("text", "code"):
        return f"00{number}" if field.kind == "code" else f"材料（2020）{number}号、“其他” <a&b>"
    if field.kind == "amount":
        return Decimal(f"0.{number}149999999")
    return Decimal(2000 + number)


def test_values_are_read_again_as_they_were_given():
    county = {field.name: sample(field, number) for number, field in enumerate(COUNTY, 1)}
    schools = [{field.name: sample(field, number + n) for number, field in enumerate(SCHOOLS, 1)} for n in range(3)]
    read = returns(template.supplement(STANDARD, county=county, schools=schools))
    (unit,) = read["county_supplement"]
    assert {name: figure.value for name, figure in unit.figures.items()} == county
    assert [{name: figure.value for name, figure in unit.figures.items()} for unit in read["supplement"]] == schools
    assert [unit.row for unit in read["supplement"]] == [6, 7, 8]


def test_some_values_leave_the_rest_blank():
    read = returns(template.supplement(STANDARD, county={"county_code": "990001", "G1_met": "达到", "G1_proof": None, "V1_found": ""}))
    (unit,) = read["county_supplement"]
    assert {name: figure.value for name, figure in unit.figures.items()} == {"county_code": "990001", "G1_met": "达到"}


@pytest.mark.parametrize("typed", ["0.1", "0.10", "12", "007", "0.14999999999999", "999999999"])
def test_digits_as_typed_are_numbers(typed):
    (unit,) = returns(template.supplement(STANDARD, county={"Q9_1_value": typed}))["county_supplement"]
    assert unit.figure("Q9_1_value").value == Decimal(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("12%", "FIG-006"), ("12人", "FIG-005"), ("-1", "FIG-012"), ("１２", "FIG-015"), ("0.12345678901234567", "FIG-015"), ("=1+1", "FIG-003")],
)
def test_what_is_no_plain_number_stays_as_typed_for_reading_to_judge(typed, code):
    reading = read_file("补充表.xlsx", template.supplement(STANDARD, county={"Q9_1_value": typed}), STANDARD)
    assert [(issue.code, issue.found.count(typed)) for issue in reading.issues] == [(code, 1)]


def test_a_name_that_is_not_on_the_sheet():
    with pytest.raises(KeyError, match="teachers"):
        template.supplement(STANDARD, county={"teachers": 1})
    with pytest.raises(KeyError, match="G1_met"):
        template.supplement(STANDARD, schools=[{"school_code": "1", "G1_met": "达到"}])


def test_same_values_same_bytes():
    first, again = (template.supplement(STANDARD, county={"G1_met": "达到"}, schools=[{"school_code": "1"}]) for _ in range(2))
    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_two_thousand_schools():
    schools = [{"school_code": f"06{n:04}", "school_name": f"演示{n}小学", "location": "镇区"} for n in range(1900)]
    read = returns(template.supplement(STANDARD, schools=schools))
    assert [unit.text("school_code") for unit in read["supplement"]] == [school["school_code"] for school in schools]


def test_a_row_of_a_profile_is_on_its_own_template():
    own = load_standard("cn-2017-quality-balance", "shenyang-2025")
    new = {field.name for field in template.county_fields(own)} - {field.name for field in COUNTY}
    assert new >= {"V7_found", "V7_note"}
