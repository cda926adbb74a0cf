"""Files sent back (退回的填报表): the uploaded workbook with its bad cells coloured and commented, and a list of all its issues.

Here lives the writing back. Not here: which issues there are, and where a returned file goes. Only for workbooks that reading has
accepted, whose size and parts are known to be harmless. A file that is no workbook, or one that the writing library cannot carry,
comes back as the list alone. Same input, same bytes: dates inside the file are fixed, nothing is read from the clock.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from datetime import datetime
from xml.parsers import expat

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from dudao.issues import Issue, Level

LIST = "退回说明"
AUTHOR = "数据核验"
"""Author of our comments: a returned file that is corrected and sent back again loses the old ones."""
KEPT = "原批注："
"""Stands before the comment that a cell had."""
COLUMNS = (("序号", 6), ("级别", 8), ("编号", 12), ("位置", 28), ("问题", 70), ("处理办法", 46))
WORDS: dict[Level, str] = {"error": "错误", "query": "存疑"}
FILLS: dict[Level, str] = {"error": "FBE9E8", "query": "FDF1D6"}
INKS: dict[Level, str] = {"error": "A61B1B", "query": "7A4B00"}
MOST_CELLS = 500_000
"""Cells, merged and linked ones too, that are held in memory; a form has 2000 x 100 at most."""
_DATE = datetime(2000, 1, 1)  # noqa: DTZ001 - the format has no zone
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_HEAD = "微软雅黑"


def write(file_name: str, data: bytes, issues: Sequence[Issue]) -> bytes:
    """The workbook with the issues of ``file_name`` marked in it and listed on a first sheet, as .xlsx."""
    own = [issue for issue in issues if issue.file == file_name]
    book = _opened(data)
    if book is None:
        return listed(file_name, own)
    _forget(book)
    for (sheet, cell), told in _by_cell(book, own).items():
        _mark(book[sheet], cell, told)
    return _saved(_with_list(book, file_name, own))


def listed(file_name: str, issues: Sequence[Issue]) -> bytes:
    """A workbook of the list alone: for CSV and Parquet, and for files that could not be read."""
    book = Workbook()
    book.remove(book.active)
    return _saved(_with_list(book, file_name, [issue for issue in issues if issue.file == file_name]))


def _opened(data: bytes) -> Workbook | None:
    """The workbook; None for what is none, or is too large or too odd to be written back."""
    if not _fits(data):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # parts that cannot be carried over (drawings, extensions) are named there
            return load_workbook(io.BytesIO(data), keep_links=False)
    except Exception:  # the library raises nearly anything on workbooks that an office program opens
        return None


def _fits(data: bytes) -> bool:
    """Whether a look at every part finds no more cells than may be held. The library expands merged and linked ranges one by one."""
    count = 0

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        tag = name.rpartition(" ")[2]
        if tag == "c":
            count += 1
        elif tag in ("mergeCell", "hyperlink"):
            count += _area(attributes.get("ref", ""))

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                parser = expat.ParserCreate(namespace_separator=" ")
                parser.StartElementHandler = started
                with archive.open(name) as part, suppress(expat.ExpatError):  # a picture is no XML
                    parser.ParseFile(part)
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError):
        return False
    return count <= MOST_CELLS


def _area(reference: str) -> int:
    try:
        left, top, right, bottom = range_boundaries(reference)
    except ValueError:
        return MOST_CELLS + 1
    if None in (left, top, right, bottom):
        return MOST_CELLS + 1
    return (right - left + 1) * (bottom - top + 1)


def _forget(book: Workbook) -> None:
    """Take away the list and the marks of an earlier return."""
    if LIST in book.sheetnames and book[LIST]["A1"].value == LIST:
        book.remove(book[LIST])
    for sheet in book.worksheets:
        for cell in list(
            sheet._cells.values()
        ):  # only those that are there; a walk would go out to the last cell
            if cell.comment is not None and cell.comment.author == AUTHOR:
                _, kept, own = cell.comment.text.partition(KEPT)
                cell.comment = Comment(own, "") if kept else None
                cell.fill = PatternFill()
                font = copy(cell.font)
                font.color = None
                cell.font = font


def _by_cell(book: Workbook, issues: Sequence[Issue]) -> dict[tuple[str, str], list[Issue]]:
    """The issues of each cell that the workbook has; of a merged range, at its first cell."""
    told: dict[tuple[str, str], list[Issue]] = {}
    for issue in issues:
        if _exists(book, issue) and issue.cell is not None:
            told.setdefault((issue.sheet or "", _first(book[issue.sheet], issue.cell)), []).append(issue)
    return told


def _exists(book: Workbook, issue: Issue) -> bool:
    if issue.sheet not in book.sheetnames or not isinstance(book[issue.sheet], Worksheet):
        return False
    return issue.cell is None or _CELL.fullmatch(issue.cell) is not None


def _first(sheet: Worksheet, cell: str) -> str:
    if isinstance(sheet[cell], MergedCell):
        for merged in sheet.merged_cells.ranges:
            if cell in merged:
                return merged.start_cell.coordinate
    return cell


def _mark(sheet: Worksheet, place: str, issues: Sequence[Issue]) -> None:
    """Colour and comment one cell: as an error when one of its issues is one."""
    cell = sheet[place]
    level: Level = "error" if any(issue.level == "error" for issue in issues) else "query"
    cell.fill = PatternFill("solid", fgColor=FILLS[level])
    if level == "error":
        font = copy(cell.font)
        font.color = INKS[level]
        cell.font = font
    texts = [
        f"{WORDS[issue.level]} {issue.code}\n{issue.found}\n{issue.mend}" for issue in _ordered(issues, ())
    ]
    if cell.comment is not None:
        texts.append(f"{KEPT}{cell.comment.text}")
    text = _clean("\n\n".join(texts))
    cell.comment = Comment(text, AUTHOR, width=320, height=min(400, 24 + 18 * _lines(text, 44)))


def _with_list(book: Workbook, file_name: str, issues: Sequence[Issue]) -> Workbook:
    """The workbook with the list of issues as its first sheet, shown when it is opened."""
    names = [sheet.title for sheet in book.worksheets]
    sheet = book.create_sheet(LIST, 0)
    for each in book.worksheets:
        each.sheet_view.tabSelected = each is sheet
    book.active = 0
    errors = sum(issue.level == "error" for issue in issues)
    _put(sheet["A1"], LIST, size=16, bold=True)
    _put(sheet["A2"], f"文件：{file_name}")
    _put(sheet["A3"], f"错误 {errors} 处，须改正；存疑 {len(issues) - errors} 处，改正或书面说明原因。")
    line = Side("thin", color="C5CDD6")
    border = Border(line, line, line, line)
    for column, (word, width) in enumerate(COLUMNS, start=1):
        head = sheet.cell(5, column)
        _put(head, word, bold=True, color="FFFFFF")
        head.fill, head.border = PatternFill("solid", fgColor="12304F"), border
        head.alignment = Alignment("center", "center")
        sheet.column_dimensions[head.column_letter].width = width
    for row, issue in enumerate(_ordered(issues, names), start=6):
        words = (str(row - 5), WORDS[issue.level], issue.code, _place(issue), issue.found, issue.mend)
        for column, word in enumerate(words, start=1):
            cell = sheet.cell(row, column)
            _put(cell, word, color=INKS[issue.level] if column == 2 else "1B2733")
            cell.border = border
            cell.alignment = Alignment(
                "center" if column < 4 else "left", "center", wrap_text=True, indent=int(column > 3)
            )
        sheet.cell(row, 2).fill = PatternFill("solid", fgColor=FILLS[issue.level])
        if issue.sheet is not None and _exists(book, issue):
            _link(sheet.cell(row, 4), issue.sheet, issue.cell or "A1")
        sheet.row_dimensions[row].height = 6 + 15 * max(
            _lines(issue.found, 70), _lines(issue.mend, 46), _lines(_place(issue), 28)
        )
    _page(sheet)
    return book


def _page(sheet: Worksheet) -> None:
    sheet.row_dimensions[1].height, sheet.row_dimensions[5].height = 30, 24
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = "A6"
    sheet.print_title_rows = "5:5"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _put(cell: Cell, text: str, *, size: int = 10, bold: bool = False, color: str = "1B2733") -> None:
    """Text as text: one that begins with = is no formula."""
    cell.value = _clean(text)
    cell.data_type = "s"
    cell.font = Font(_HEAD, size, bold, color=color)


def _link(cell: Cell, sheet: str, place: str) -> None:
    """A link within the workbook."""
    quoted = sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{place}")
    cell.font = Font(_HEAD, 10, color="1D4F91", underline="single")


def _place(issue: Issue) -> str:
    if issue.sheet is None:
        return issue.cell or "整个文件"
    return f"{issue.sheet} {issue.cell or ''}".strip()


def _ordered(issues: Sequence[Issue], sheets: Sequence[str]) -> list[Issue]:
    """Errors first, then in the order of sheets, rows and columns; the whole file before its cells."""

    def key(issue: Issue) -> tuple[bool, int, int, int, str]:
        sheet = sheets.index(issue.sheet) if issue.sheet in sheets else -1
        right, row = (0, 0)
        if issue.cell is not None and _CELL.fullmatch(issue.cell):
            right, row, _, _ = range_boundaries(issue.cell)
        return issue.level != "error", sheet, row, right, issue.code

    return sorted(issues, key=key)


def _clean(text: str) -> str:
    """Text that an XML file may hold: control characters and halves of characters become a box."""
    return "".join(
        "□" if unicodedata.category(char) in ("Cc", "Cs", "Cn") and char != "\n" else char for char in text
    )


def _lines(text: str, width: int) -> int:
    """Lines a text takes in a column of that many characters; a Chinese one counts two."""
    widths = (
        sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)
        for line in text.split("\n")
    )
    return sum(max(1, -(-count // (width - 2))) for count in widths)


def _saved(book: Workbook) -> bytes:
    """The file's bytes, with every date in it fixed."""
    book.properties.created = book.properties.modified = _DATE
    written, out = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
    with zipfile.ZipFile(written) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in archive.namelist():
            member = zipfile.ZipInfo(name, _ZIP_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(member, archive.read(name))
    return out.getvalue()
