"""Our layout of the national application form against the original workbook, cell by cell, for the profile that prints the local lines.

Texts are compared without spaces: those within words of the original are left over from line breaks. Every other difference is listed here with
its reason.
"""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from dudao.reports import application_form
from dudao.standards import load_standard

ORIGINAL = (
    Path(__file__).resolve().parents[3] / "shared" / "data" / "forms" / "national-application-form.xlsx"
)
pytestmark = pytest.mark.originals

# sheets of one workbook only
ONLY_ORIGINAL = {"Sheet9"}  # one city's self-assessment form for schools, no part of the application form
ONLY_OURS = {"空白单元格"}  # the list of cells that stay blank
# sheet -> merged ranges of ours only
MERGED = {"表2-2": {"A12:O12"}}  # the note under the table: in one narrow cell it would be cut off in print
# (sheet, cell) that differ under the default profile, which prints the standard's own clauses in place of the local lines
LOCAL = {
    ("01 优质均衡指标", "B4"),  # 不低于沈阳市标准
    ("01 优质均衡指标", "B6"),  # 职业学校不得附设普通小学班、初中班
    ("01 优质均衡指标", "B9"),  # 8000元，随班就读
    ("01 优质均衡指标", "B24"),  # 劳动教育
    ("01 优质均衡指标", "B33"),  # 校外培训
    ("表4", "A9"),  # 8000 元
}


def _ours(profile: str) -> openpyxl.Workbook:
    standard = load_standard("cn-2017-quality-balance", profile=profile)
    data = application_form.write(application_form.unfilled(standard, date(2025, 9, 1)))
    return openpyxl.load_workbook(io.BytesIO(data))


def _texts(workbook: openpyxl.Workbook, left_out: set[str]) -> dict[tuple[str, str], object]:
    return {
        (sheet.title, cell.coordinate): "".join(cell.value.split())
        if isinstance(cell.value, str)
        else cell.value
        for sheet in workbook
        if sheet.title not in left_out
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


@pytest.fixture(scope="module")
def original() -> openpyxl.Workbook:
    return openpyxl.load_workbook(ORIGINAL)


def test_sheets_are_the_same(original):
    ours = [name for name in _ours("shenyang-2025").sheetnames if name not in ONLY_OURS]
    assert ours == [name for name in original.sheetnames if name not in ONLY_ORIGINAL]


def test_every_cell_is_the_same(original):
    theirs, ours = _texts(original, ONLY_ORIGINAL), _texts(_ours("shenyang-2025"), ONLY_OURS)
    assert len(theirs) == 261
    assert {
        place: (theirs.get(place), ours.get(place))
        for place in theirs | ours
        if theirs.get(place) != ours.get(place)
    } == {}


def test_merged_ranges_are_the_same(original):
    ours = _ours("shenyang-2025")
    for sheet in original:
        if sheet.title not in ONLY_ORIGINAL:
            merged = {str(area) for area in sheet.merged_cells.ranges}
            found = {str(area) for area in ours[sheet.title].merged_cells.ranges}
            assert found == merged | MERGED.get(sheet.title, set()), sheet.title


def test_the_default_profile_differs_only_in_the_local_lines(original):
    theirs, ours = _texts(original, ONLY_ORIGINAL), _texts(_ours("default"), ONLY_OURS)
    assert {place for place in theirs | ours if theirs.get(place) != ours.get(place)} == LOCAL
