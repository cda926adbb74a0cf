"""Files sent back: marks and comments in the workbook, and the list of issues."""

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from dudao.intake import annotate, template
from dudao.issues import Issue
from dudao.standards import load_standard

FILE, SHEET = "乡镇/甲小学.xlsx", "学校填报数据"
ERROR = Issue(
    "error", "FIG-004", FILE, SHEET, "E11", "「小学学生人数」填了“3,520”，带有逗号。", "请去掉逗号。"
)
QUERY = Issue(
    "query", "CHK-002", FILE, SHEET, "E16", "「班级总数」12 个，各班额段合计 17 个，两者不等。", "请核对。"
)
ALSO = Issue(
    "query", "CHK-003", FILE, SHEET, "E11", "「小学学生人数」352 人，应为 662 至 730 人。", "请核对。"
)
WHOLE = Issue("error", "FORM-004", FILE, None, None, "表中没有「学校代码」一项。", "请用原表填写。")
PAGE = Issue("query", "FORM-001", FILE, SHEET, None, "表头与原表不同。", "请核对。")
OTHER = Issue("error", "FIG-001", "乙小学.xlsx", SHEET, "E12", "「初中学生人数」没有填写。", "请填写。")


@pytest.fixture(scope="module")
def form() -> bytes:
    return template.school_form(load_standard("cn-2017-quality-balance"))


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def listed(book: Workbook) -> list[tuple[object, ...]]:
    return [tuple(cell.value for cell in row) for row in book["退回说明"].iter_rows(min_row=6)]


def plain(**sheets: list[list[object]]) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def test_bad_cells_are_coloured_and_commented(form):
    sheet = opened(annotate.write(FILE, form, [QUERY, ALSO, ERROR, OTHER]))[SHEET]
    marked = {c.coordinate: (c.fill.fgColor.rgb[2:], c.font.color.rgb[2:], c.comment.text, c.comment.author)
              for row in sheet.iter_rows() for c in row if c.comment}  # fmt: skip
    assert marked == {
        "E11": (
            "FBE9E8",
            "A61B1B",
            "错误 FIG-004\n「小学学生人数」填了“3,520”，带有逗号。\n请去掉逗号。\n\n"
            "存疑 CHK-003\n「小学学生人数」352 人，应为 662 至 730 人。\n请核对。",
            "数据核验",
        ),
        "E16": (
            "FDF1D6",
            "1B2733",
            "存疑 CHK-002\n「班级总数」12 个，各班额段合计 17 个，两者不等。\n请核对。",
            "数据核验",
        ),
    }


def test_values_validations_protection_and_other_sheets_stay(form):
    filled = opened(form)
    filled[SHEET]["E2"], filled[SHEET]["E11"] = "甲小学（演示数据）", "3,520"
    before, after = filled, opened(annotate.write(FILE, saved(filled), [ERROR]))
    assert after.sheetnames == ["退回说明", *before.sheetnames]
    for name in before.sheetnames:
        assert list(after[name].values) == list(before[name].values)
        assert after[name].protection.sheet is True
        assert [(str(r.sqref), r.type, r.formula1) for r in after[name].data_validations.dataValidation] == [
            (str(r.sqref), r.type, r.formula1) for r in before[name].data_validations.dataValidation
        ]
    assert [after[SHEET][cell].protection.locked for cell in ("C11", "E11")] == [True, False]
    assert after[SHEET]["E11"].font.name == "宋体"


def test_the_list_is_first_and_names_every_issue_errors_first(form):
    book = opened(annotate.write(FILE, form, [QUERY, PAGE, ALSO, OTHER, ERROR, WHOLE]))
    sheet = book.worksheets[0]
    assert (sheet.title, book.active.title) == ("退回说明", "退回说明")
    assert [each.sheet_view.tabSelected for each in book.worksheets] == [True, False, False]
    assert [sheet[cell].value for cell in ("A1", "A2", "A3")] == [
        "退回说明",
        "文件：乡镇/甲小学.xlsx",
        "错误 2 处，须改正；存疑 3 处，改正或书面说明原因。",
    ]
    assert [cell.value for cell in sheet[5]] == ["序号", "级别", "编号", "位置", "问题", "处理办法"]
    assert listed(book) == [
        ("1", "错误", "FORM-004", "整个文件", WHOLE.found, WHOLE.mend),
        ("2", "错误", "FIG-004", "学校填报数据 E11", ERROR.found, ERROR.mend),
        ("3", "存疑", "FORM-001", "学校填报数据", PAGE.found, PAGE.mend),
        ("4", "存疑", "CHK-003", "学校填报数据 E11", ALSO.found, ALSO.mend),
        ("5", "存疑", "CHK-002", "学校填报数据 E16", QUERY.found, QUERY.mend),
    ]


def test_the_list_links_to_the_cells(form):
    gone = Issue("error", "FIG-001", FILE, "没有这张表", "E9", "没有填写。", "请填写。")
    sheet = opened(annotate.write(FILE, form, [ERROR, WHOLE, PAGE, gone]))["退回说明"]
    links = [(row[3].value, row[3].hyperlink and (row[3].hyperlink.location, row[3].hyperlink.target))
             for row in sheet.iter_rows(min_row=6)]  # fmt: skip
    assert links == [
        ("整个文件", None),
        ("没有这张表 E9", None),
        ("学校填报数据 E11", ("'学校填报数据'!E11", None)),
        ("学校填报数据", ("'学校填报数据'!A1", None)),
    ]


def test_a_sheet_name_with_an_apostrophe_is_linked():
    data = saved(plain(**{"一年级's": [["x"]]}))
    issue = Issue("error", "FIG-001", FILE, "一年级's", "A1", "没有填写。", "请填写。")
    assert (
        opened(annotate.write(FILE, data, [issue]))["退回说明"]["D6"].hyperlink.location == "'一年级''s'!A1"
    )


def test_a_corrected_file_that_is_returned_again_loses_the_old_marks(form):
    book = opened(annotate.write(FILE, annotate.write(FILE, form, [ERROR, QUERY]), [QUERY]))
    assert book.sheetnames == ["退回说明", SHEET, "填表说明"]
    sheet = book[SHEET]
    assert [row[2] for row in listed(book)] == ["CHK-002"]
    assert (sheet["E11"].comment, sheet["E11"].fill.fill_type, sheet["E11"].font.color) == (None, None, None)
    assert sheet["E16"].comment.text == "存疑 CHK-002\n" + QUERY.found + "\n请核对。"


def test_a_comment_of_the_school_is_kept():
    book = plain(**{SHEET: [["x"]]})
    book[SHEET]["A1"].comment = Comment("已与财务核对", "学校")
    book[SHEET]["A1"].fill = PatternFill("solid", fgColor="FFFF00")
    issue = Issue("query", "CHK-008", FILE, SHEET, "A1", "两者不等。", "请核对。")
    cell = opened(annotate.write(FILE, saved(book), [issue]))[SHEET]["A1"]
    assert cell.comment.text == "存疑 CHK-008\n两者不等。\n请核对。\n\n原批注：已与财务核对"
    unmarked = opened(annotate.write(FILE, saved(book), []))[SHEET]["A1"]
    assert (unmarked.comment.text, unmarked.fill.fgColor.rgb) == ("已与财务核对", "00FFFF00")
    again = annotate.write(FILE, annotate.write(FILE, saved(book), [issue]), [])
    assert opened(again)[SHEET]["A1"].comment.text == "已与财务核对"


def test_an_issue_within_a_merged_range_is_marked_at_its_first_cell():
    book = plain(**{SHEET: [["x", None], [None, None]]})
    book[SHEET].merge_cells("A1:B2")
    issue = Issue("error", "FIG-003", FILE, SHEET, "B2", "不是数字。", "请只填数字。")
    sheet = opened(annotate.write(FILE, saved(book), [issue]))[SHEET]
    assert sheet["A1"].comment.text == "错误 FIG-003\n不是数字。\n请只填数字。"
    assert [str(each) for each in sheet.merged_cells.ranges] == ["A1:B2"]


def test_found_text_never_becomes_a_formula_or_breaks_the_file(form):
    issue = Issue("error", "FIG-003", FILE, SHEET, "E11", '=HYPERLINK("x")\x0b\udc80', "+1")
    book = opened(annotate.write(FILE, form, [issue]))
    cells = [book["退回说明"]["E6"], book["退回说明"]["F6"]]
    assert [(cell.value, cell.data_type) for cell in cells] == [('=HYPERLINK("x")□□', "s"), ("+1", "s")]
    assert book[SHEET]["E11"].comment.text == 'error FIG-003\n=HYPERLINK("x")□□\n+1'.replace("error", "错误")


@pytest.mark.parametrize("data", [b"\xd1\xa7\xd0\xa3,1\n", b"PAR1....PAR1", b"", b"PK\x03\x04broken"])
def test_what_is_no_workbook_comes_back_as_the_list_alone(data):
    issue = Issue("error", "FIG-001", "a.csv", None, "B2", "没有填写。", "请填写。")
    out = annotate.write("a.csv", data, [issue, OTHER])
    book = opened(out)
    assert book.sheetnames == ["退回说明"]
    assert listed(book) == [("1", "错误", "FIG-001", "B2", "没有填写。", "请填写。")]
    assert out == annotate.listed("a.csv", [issue, OTHER])


@pytest.mark.parametrize(
    "part",
    [
        '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        '<hyperlinks><hyperlink ref="A:XFD"/></hyperlinks>',
    ],
)
def test_a_range_of_billions_of_cells_is_not_expanded(part):
    data = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(plain(**{SHEET: [["x"]]})))) as source,
        zipfile.ZipFile(data, "w") as target,
    ):
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = text.replace(b"</sheetData>", b"</sheetData>" + part.encode())
            target.writestr(name, text)
    assert b"XFD" in zipfile.ZipFile(data).read("xl/worksheets/sheet1.xml")
    book = opened(annotate.write(FILE, data.getvalue(), [ERROR]))
    assert (book.sheetnames, len(listed(book))) == (["退回说明"], 1)


def test_same_input_same_bytes_with_no_date_of_today(form):
    out = annotate.write(FILE, form, [ERROR, QUERY])
    assert annotate.write(FILE, form, [ERROR, QUERY]) == out
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = opened(out).properties
    assert properties.created == properties.modified == datetime(2000, 1, 1)  # noqa: DTZ001 - as the library reads it


def test_no_issue_no_mark(form):
    book = opened(annotate.write(FILE, form, [OTHER]))
    assert listed(book) == []
    assert book["退回说明"]["A3"].value == "错误 0 处，须改正；存疑 0 处，改正或书面说明原因。"
    assert [cell.coordinate for row in book[SHEET].iter_rows() for cell in row if cell.comment] == []
