"""The forms we hand out against the original ones, cell by cell."""

import io
import os
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from dudao.intake import template
from dudao.standards import load_standard

ORIGINALS = Path(
    os.environ.get("DUDAO_FORMS") or Path(__file__).resolve().parents[3] / "shared" / "data" / "forms"
)
STANDARD = load_standard("cn-2017-quality-balance")
pytestmark = pytest.mark.originals


def cells(sheet: Worksheet) -> dict[str, object]:
    return {
        cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
    }


def test_school_form():
    original = cells(openpyxl.load_workbook(ORIGINALS / "school-return.xlsx")["学校填报数据"])
    ours = cells(openpyxl.load_workbook(io.BytesIO(template.school_form(STANDARD)))["学校填报数据"])
    differing = {place for place in original.keys() | ours.keys() if original.get(place) != ours.get(place)}
    # D3 offers the types that the contract adds; row 70 asks the pupils that splitting needs.
    assert differing == {"D3", "B70", "C70", "D70", "F70", "G70"}
    assert ours["D3"] == f"{original['D3']}/教学点/特殊教育学校/职业学校"


def test_county_form():
    original = cells(openpyxl.load_workbook(ORIGINALS / "county-return.xlsx")["区县填报数据"])
    ours = cells(openpyxl.load_workbook(io.BytesIO(template.write(STANDARD)))["区县数据"])
    assert ours == original


def test_wide_form_asks_every_item_of_the_original():
    original = openpyxl.load_workbook(ORIGINALS / "school-return.xlsx")["学校填报数据"]
    wide = openpyxl.load_workbook(io.BytesIO(template.write(STANDARD)))["学校数据"]
    labels = [cell.value for cell in wide[template.LABEL]]
    assert labels[:68] == [original.cell(row, 3).value for row in range(2, 70)]
