"""The workbook of awards (称号授予表): its empty form, reading it with a message for each bad cell, and awards as a workbook.

Fixed columns first, then one column an item: its head is the item's code, its cells are A, B, C or empty. Not here: what earlier
awards of a unit say against a row (``actions``).
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from dudao.intake.sheet import MAX_ROWS
from dudao_web.orgs.forms import cleaned
from dudao_web.orgs.models import Org
from dudao_web.orgs.sheet import RowIssue, cells, text_of
from dudao_web.standards import queries as standards
from dudao_web.standards.models import StandardVersion
from dudao_web.titles.actions import Given
from dudao_web.titles.models import GRADES, Award, Title, item_order

COLUMNS = ("单位代码", "单位名称", "称号", "授予日期", "批次", "评估标准", "评估组提出的问题")
EXTRA = ("辖市区", "撤销日期", "撤销原因")  # of the download; passed over when it is read in again
REQUIRED = ("单位代码", "单位名称", "称号", "授予日期")
ITEM = re.compile(r"[A-Za-z0-9]{1,8}([.-][A-Za-z0-9]{1,8})*")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
MOST_PROBLEMS, LONGEST_PROBLEM, LONGEST_BATCH = 100, 500, 50
GUIDE = (
    "1．“称号授予表”从第二行起，一行是一个单位的一项称号。单位代码、单位名称、称号、授予日期必须填写，其余可以不填。",
    "2．单位代码、单位名称与平台“单位”中的一致；称号写平台“称号”中的名称。",
    "3．授予日期写作 2015-12-31、2015.12.31 或 2015年12月31日。",
    "4．评估标准写平台“标准”中的名称或文号，不填即未注明。",
    "5．评估组提出的问题写在一个单元格内，一行一条（在单元格内换行用 Alt+Enter）。",
    "6．各项等次：从“评估组提出的问题”右边起，一列一个项目，列名写项目代码（如 A1），格内填 A、B 或 C，没有评的项目空着。",
    "7．有一处不合要求，整张表都不导入，并列出每一处。同一张表再导入一次不会重复登记。",
)


def _book(out: io.BytesIO) -> xlsxwriter.Workbook:
    """A workbook in which a text stays a text."""
    return xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )


def template(titles: Iterable[Title]) -> bytes:
    """The empty workbook: heads, a list to choose the title from, and a sheet that says how to fill it in."""
    out = io.BytesIO()
    with _book(out) as book:
        head = book.add_format({"bold": True, "bg_color": "#F7F9FB", "bottom": 1})
        text = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        page = book.add_worksheet("称号授予表")
        page.set_column(0, len(COLUMNS) - 2, 18, text)
        page.set_column(len(COLUMNS) - 1, len(COLUMNS) - 1, 48, wrapped)
        page.write_row(0, 0, COLUMNS, head)
        page.freeze_panes(1, 2)
        names = [title.name for title in titles]
        if names and sum(len(name) + 1 for name in names) <= 255:  # the longest list that a cell may hold
            page.data_validation(1, 2, MAX_ROWS, 2, {"validate": "list", "source": names})
        page.write_comment("G1", "一行一条。各项等次从右边一列起，列名写项目代码，格内填 A、B 或 C。")
        guide = book.add_worksheet("填写说明")
        guide.set_column(0, 0, 100, wrapped)
        guide.write_column(0, 0, GUIDE)
    return out.getvalue()


def table(awards: Sequence[Award], districts: Mapping[int, str]) -> bytes:
    """Awards as a workbook: the columns of the import, so that the file can be read in again, then district and withdrawal.

    ``districts``: names by the primary key of the unit.
    """
    items = sorted({item for award in awards for item in award.grades}, key=item_order)
    out = io.BytesIO()
    with _book(out) as book:
        page = book.add_worksheet("称号授予表")
        head = book.add_format({"bold": True, "bg_color": "#F7F9FB", "bottom": 1})
        page.write_row(0, 0, [*COLUMNS, *items, *EXTRA], head)
        for number, award in enumerate(awards, start=1):
            line = [
                award.unit.code,
                award.unit.name,
                award.title.name,
                award.awarded_on.isoformat(),
                award.batch,
                award.version.title if award.version else "",
                "\n".join(award.problems),
                *(award.grades.get(item, "") for item in items),
                districts.get(award.unit_id, ""),
                award.withdrawn_on.isoformat() if award.withdrawn_on else "",
                award.withdrawn_reason,
            ]
            page.write_row(number, 0, line)
        page.set_column(0, len(COLUMNS) - 1, 18)
        page.freeze_panes(1, 2)
    return out.getvalue()


# --- reading


@dataclass(frozen=True)
class Known:
    """What the cells of a workbook may name: units by code, own titles by name, standards by name and number."""

    units: Mapping[str, Org]
    titles: Mapping[str, Title]
    versions: Mapping[str, StandardVersion]


def known(units: Iterable[Org], titles: Iterable[Title], versions: Iterable[StandardVersion]) -> Known:
    """What a workbook may name, under the words that its cells are compared by; of standards of one name the last is meant."""
    named: dict[str, StandardVersion] = {}
    for version in versions:
        named |= {cleaned(version.title): version, cleaned(version.number): version}
    named.pop("", None)
    return Known({org.code: org for org in units}, {cleaned(title.name): title for title in titles}, named)


@dataclass
class _Row:
    """A row while it is read: its cells by column, and what is wrong with them."""

    number: int
    at: Mapping[str, int]
    cells: Sequence[object]
    issues: list[RowIssue] = field(default_factory=list)

    def cell(self, column: str) -> object:
        """The value as the workbook has it; "" where the column or the cell is not there."""
        place = self.at.get(column, len(self.cells))
        return self.cells[place] if place < len(self.cells) else ""

    def text(self, column: str) -> str:
        """The value as text."""
        return text_of(self.cell(column))

    def wrong(self, column: str, text: str) -> None:
        """Say what is wrong with a cell."""
        self.issues.append(RowIssue(f"{xl_col_to_name(self.at[column])}{self.number}", text))


def read(data: bytes, known: Known) -> tuple[list[Given], list[RowIssue]]:
    """The awards of the first sheet whose cells are sound, and what is wrong with the others."""
    lines, trouble = cells(data)
    if trouble:
        return [], [RowIssue("A1", trouble)]
    heads = [text_of(cell) for cell in lines[0]] if lines else []
    at = {name: place for place, name in reversed(list(enumerate(heads))) if name}
    missing = [name for name in REQUIRED if name not in at]
    if missing:
        return [], [RowIssue("A1", f"第一行缺少列：{'、'.join(missing)}。请使用本页提供的空表。")]
    issues = _head_issues(heads)
    given = []
    for number, line in enumerate(lines[1:], start=2):
        if any(text_of(cell) for cell in line):
            row = _Row(number, at, line)
            one = _given(row, known)
            issues += row.issues
            if one is not None and not row.issues:
                given.append(one)
    if not given and not issues:
        issues.append(RowIssue("A2", "没有一行单位。请从第二行起填写。"))
    return given, issues


def _head_issues(heads: Sequence[str]) -> list[RowIssue]:
    """Heads that are neither a column nor the code of an item, and those that occur twice."""
    issues = []
    for place, name in enumerate(heads):
        cell = f"{xl_col_to_name(place)}1"
        if name and name in heads[:place]:
            issues.append(RowIssue(cell, f"列“{name}”出现了两次。请删去一列。"))
        elif name and name not in COLUMNS + EXTRA and not ITEM.fullmatch(name):
            issues.append(
                RowIssue(cell, f"没有“{name}”这一列，也不是项目代码（如 A1）。请删去这一列或更正列名。")
            )
    return issues


def _given(row: _Row, known: Known) -> Given | None:
    """The award of a row; None when its unit, title or day is not to be had. What is wrong stands in the row."""
    unit, title, day = _unit(row, known), _title(row, known), _day(row)
    version = _version(row, known)
    grades = _grades(row, version)
    batch = row.text("批次")
    if len(batch) > LONGEST_BATCH:
        row.wrong("批次", f"批次超过 {LONGEST_BATCH} 个字。请缩短。")
    problems = [line.strip() for line in str(row.cell("评估组提出的问题")).splitlines() if line.strip()]
    if len(problems) > MOST_PROBLEMS:
        row.wrong("评估组提出的问题", f"问题有 {len(problems)} 条，不能多于 {MOST_PROBLEMS} 条。请合并。")
    for problem in problems:
        if len(problem) > LONGEST_PROBLEM:
            row.wrong(
                "评估组提出的问题",
                f"问题“{problem[:12]}…”有 {len(problem)} 个字，不能多于 {LONGEST_PROBLEM} 个字。请缩短。",
            )
    if unit is None or title is None or day is None:
        return None
    cell = f"{xl_col_to_name(row.at['单位代码'])}{row.number}"
    return Given(unit, title, day, batch, version, grades, problems, cell)


def _unit(row: _Row, known: Known) -> Org | None:
    code, name = row.text("单位代码"), row.text("单位名称")
    if not code:
        row.wrong("单位代码", "单位代码没有填写。请补填。")
        return None
    unit = known.units.get(code)
    if unit is None:
        row.wrong("单位代码", f"没有代码为 {code[:32]} 的单位，或不在本单位范围内。请更正代码，或先建单位。")
    elif not name:
        row.wrong("单位名称", "单位名称没有填写。请补填。")
    elif name != cleaned(unit.name):
        row.wrong(
            "单位名称",
            f"代码 {code} 的单位是“{unit.name}”，表中写“{name[:100]}”。请核对代码，或改为平台上的名称。",
        )
    return unit


def _title(row: _Row, known: Known) -> Title | None:
    name = row.text("称号")
    title = known.titles.get(name)
    if title is None:
        names = "、".join(known_title.name for known_title in known.titles.values())
        found = f"没有“{name[:100]}”这个称号" if name else "称号没有填写"
        row.wrong("称号", f"{found}。请填：{names or '先在平台新建称号'}。")
    return title


def _day(row: _Row) -> date | None:
    found = row.cell("授予日期")
    if isinstance(found, datetime):
        return found.date()
    if isinstance(found, date):
        return found
    text = row.text("授予日期")
    match = _DAY.fullmatch(text)
    try:
        year, month, day = (int(part) for part in match.groups() if part) if match else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        what = f"授予日期“{text[:20]}”不是日期" if text else "授予日期没有填写"
        row.wrong("授予日期", f"{what}。请写作 2015-12-31。")
        return None


def _version(row: _Row, known: Known) -> StandardVersion | None:
    name = row.text("评估标准")
    if name and name not in known.versions:
        row.wrong("评估标准", f"平台上没有“{name[:100]}”这个标准。请写标准的名称或文号，或空着。")
    return known.versions.get(name)


def _grades(row: _Row, version: StandardVersion | None) -> dict[str, str]:
    """The grades of the item columns; with a standard its items alone may be graded."""
    codes = {one.code for one in standards.load(version).indicators} if version else None
    grades = {}
    for item in sorted((name for name in row.at if name not in COLUMNS), key=row.at.__getitem__):
        grade = row.text(item).upper()
        if not grade or not ITEM.fullmatch(item):
            continue
        if grade not in GRADES:
            row.wrong(item, f"项目 {item} 的等次是“{grade[:12]}”。请填 A、B 或 C，没有评的空着。")
        elif codes is not None and item not in codes:
            row.wrong(item, f"“{row.text('评估标准')}”没有项目 {item}。请更正列名或评估标准。")
        else:
            grades[item] = grade
    return grades
