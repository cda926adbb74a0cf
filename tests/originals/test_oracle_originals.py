"""The same comparison with the original workbooks, filled as a school would, and our layout against them cell by cell."""

import io
from pathlib import Path

import openpyxl
import pytest

import agree
import forms
import oracle

ORIGINALS = Path(__file__).resolve().parents[3] / "shared" / "data" / "forms"
pytestmark = pytest.mark.originals


def _fill(template: bytes, data: bytes) -> bytes:
    """The original workbook with the values of one of our forms, by label; a further label below the last row."""
    source = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    values = {row[2].value: row[4].value for row in source.iter_rows(min_row=2)}
    workbook = openpyxl.load_workbook(io.BytesIO(template))
    sheet = workbook.worksheets[0]
    for row in sheet.iter_rows(min_row=2):
        row[4].value = values.pop(row[2].value)
    for label, value in values.items():
        sheet.append([None, "补充信息", label, "人", value, "否"])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("name", "rows", "sheet"), [
    ("school-return.xlsx", forms.SCHOOL_ROWS, forms.SCHOOL_SHEET), ("county-return.xlsx", forms.COUNTY_ROWS, forms.COUNTY_SHEET),
])  # fmt: skip
def test_our_layout_is_the_original(name, rows, sheet):
    original = openpyxl.load_workbook(ORIGINALS / name)
    ours = forms.form_rows(rows, {})
    assert original.sheetnames[0] == sheet
    assert [list(row) for row in original.worksheets[0].iter_rows(values_only=True)] == ours
    assert len(original.sheetnames) == 3


@pytest.mark.parametrize(("seed", "holes"), [(5, True), (6, False)])
def test_every_number_of_the_original_workbooks(tmp_path, evaluate, seed, holes):
    templates = {kind: (ORIGINALS / f"{kind}-return.xlsx").read_bytes() for kind in ("school", "county")}
    files = {path: _fill(templates["school" if oracle.read(path, data) else "county"], data)
             for path, data in forms.world(seed, holes=holes).items()}  # fmt: skip
    assert agree.differences(evaluate(forms.lay(tmp_path, files)).json, files) == []


def test_blank_originals(tmp_path, evaluate):
    """The forms as given out, not filled: errors, no figure, no traceback."""
    files = {f"{kind}.xlsx": (ORIGINALS / f"{kind}-return.xlsx").read_bytes() for kind in ("school", "county")}
    run = evaluate(forms.lay(tmp_path, files), "--county", forms.COUNTY_CODE)
    assert run.code == 1
    assert {(s["level"], s["judgement"]) for s in run.json["schools"]} == {("primary", "no_data"), ("junior", "no_data")}


@pytest.mark.parametrize("name", ["national-application-form.xlsx", "indicator-formulas.xlsx", "preschool-self-assessment.xlsx"])
def test_other_forms_are_not_taken_for_returns(tmp_path, evaluate, name):
    good = forms.school_form(forms.filled("小学", "演示第一小学", "9900010001", 300))
    files = {"county.xlsx": forms.county_form(), "a.xlsx": good, name: (ORIGINALS / name).read_bytes()}
    result = evaluate(forms.lay(tmp_path, files)).json
    assert [school["code"] for school in result["schools"]] == ["9900010001"]
    assert {issue["file"] for issue in result["issues"]} == {name}
