"""The workbook of units and accounts (单位表): its empty form, and reading it with a message for each bad cell."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter

from dudao.intake import archive, workbook
from dudao.intake.archive import Budget
from dudao.intake.messages import CODES, Refusal
from dudao.intake.sheet import MAX_ROWS
from dudao_web.orgs import rules
from dudao_web.orgs.forms import CODE, USERNAME, cleaned
from dudao_web.orgs.models import PARENT_KINDS, Kind, Role

COLUMNS = ("代码", "名称", "类型", "上级代码", "账号", "岗位", "处室", "任职起", "任职止")
REQUIRED = COLUMNS[:4]
OLD_HEADS = {"处室名称": "处室"}  # as earlier empty forms have them
FORMULA_FREE = ("代码", "名称", "处室")

# Words that offices write for a kind, besides its label.
KIND_WORDS = {
    **{str(kind.label): kind for kind in Kind},
    "直辖市": Kind.PROVINCE,
    "自治区": Kind.PROVINCE,
    "市": Kind.CITY,
    "地级市": Kind.CITY,
    "县": Kind.COUNTY,
    "区": Kind.COUNTY,
    "县级市": Kind.COUNTY,
    "辖市区": Kind.COUNTY,
    "区县": Kind.COUNTY,
    "镇": Kind.TOWN,
    "乡": Kind.TOWN,
    "街道": Kind.TOWN,
    "镇街道": Kind.TOWN,
    "部门": Kind.DEPARTMENT,
}
ROLE_WORDS = {
    **{str(role.label): role for role in Role},
    **dict.fromkeys(("国家督导室", "省督导室", "市督导室"), Role.CITY_OFFICER),
    **dict.fromkeys(("学校", "幼儿园", "镇（街道）", "镇", "街道", "部门", "政府部门"), Role.SCHOOL),
    "督学": Role.INSPECTOR,
    "责任督学": Role.INSPECTOR,
    "专家": Role.INSPECTOR,
}


@dataclass(frozen=True)
class UnitRow:
    """One row: a unit and, if ``username`` is not empty, an office there. ``cell`` is where its code stands."""

    cell: str
    code: str
    name: str
    kind: str
    parent: str
    username: str
    role: str
    title: str
    since: date | None  # None: the day of the import
    until: date | None


@dataclass(frozen=True)
class RowIssue:
    """What is wrong with a cell, and how to mend it."""

    cell: str
    text: str


def template() -> bytes:
    """The empty workbook: heads with notes, text columns (leading zeros stay), lists for 类型 and 岗位."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("单位表")
    head = book.add_format({"bold": True, "bg_color": "#F7F9FB", "bottom": 1})
    text = book.add_format({"num_format": "@"})
    sheet.set_column(0, len(COLUMNS) - 1, 18, text)
    sheet.write_row(0, 0, COLUMNS, head)
    sheet.freeze_panes(1, 0)
    kinds = [str(kind.label) for kind in Kind if PARENT_KINDS[kind]]
    sheet.data_validation(1, 2, MAX_ROWS, 2, {"validate": "list", "source": kinds})
    sheet.data_validation(1, 5, MAX_ROWS, 5, {"validate": "list", "source": [str(r.label) for r in Role]})
    sheet.write_comment("A1", "区划代码或学校标识码。已有的单位再写一次不会重复建立。")
    sheet.write_comment("E1", "可以不填。填写时须同时填岗位；导入后显示一次性密码。")
    sheet.write_comment("H1", "可以不填，不填为导入当日。写成 2026-09-01。")
    sheet.write_comment("I1", "可以不填。自这一天起不再任职。写成 2027-09-01。")
    book.close()
    return out.getvalue()


def read(data: bytes) -> tuple[list[UnitRow], list[RowIssue]]:
    """Rows of the first sheet, and what is wrong with them."""
    lines, trouble = cells(data)
    if trouble:
        return [], [RowIssue("A1", trouble)]
    heads = [OLD_HEADS.get(text_of(cell), text_of(cell)) for cell in lines[0]] if lines else []
    missing = [name for name in REQUIRED if name not in heads]
    if missing:
        return [], [RowIssue("A1", f"第一行缺少列：{'、'.join(missing)}。请使用本页提供的空表。")]
    at = {name: heads.index(name) for name in COLUMNS if name in heads}
    rows, issues = [], []
    for number, line in enumerate(lines[1:], start=2):
        found = {name: text_of(line[at[name]]) if name in at else "" for name in COLUMNS}
        if any(found.values()):
            row, wrong = _row(found, number, at)
            wrong += _formulas(line, number, at)
            rows.append(row)
            issues += wrong
    if not rows:
        issues.append(RowIssue("A2", "没有一行单位。请从第二行起填写。"))
    return rows, issues


def cells(data: bytes) -> tuple[Sequence[Sequence[object]], str]:
    """The cells of the first sheet, or what is wrong with the file. The library's reader looks before it reads."""
    try:
        first = next(workbook.sheets(archive.opened(data), Budget()), None)
    except Refusal as refusal:
        if (
            refusal.code == "FILE-008"
        ):  # the reader takes it for a broken archive; here only a workbook can be meant
            return [], "文件无法读取，不是 .xlsx 工作簿或已损坏。请另存为 .xlsx 后再上传。"
        message = CODES[refusal.code]
        return [], message.found.format(**refusal.words) + message.mend.format(**refusal.words)
    return (first.rows if first else []), ""


def _formulas(line: Sequence[object], number: int, at: dict[str, int]) -> list[RowIssue]:
    """Cells that a spreadsheet would take for a formula when they are written out again; spaces before them count too."""
    found = []
    for column in FORMULA_FREE:
        text = str(line[at[column]] or "") if column in at else ""
        if fault := rules.text_fault(text.lstrip(" ")) or rules.text_fault(cleaned(text)):
            found.append(RowIssue(f"{chr(65 + at[column])}{number}", f"{column}{fault}"))
    return found


def _day(text: str) -> date | None:
    """2026-09-01, 2026/9/1, 2026.9.1, 2026年9月1日; None for anything else."""
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        return date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def text_of(cell: object) -> str:
    """A cell as text; a code that a spreadsheet took for a number loses its ".0", a date its time."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return cleaned(str(cell))


def _row(found: dict[str, str], number: int, at: dict[str, int]) -> tuple[UnitRow, list[RowIssue]]:
    """One row and its issues: each cell by itself; what the units above say is ``actions.import_orgs``."""
    issues: list[RowIssue] = []

    def wrong(column: str, text: str) -> None:
        issues.append(RowIssue(f"{chr(65 + at.get(column, 0))}{number}", text))

    kind = KIND_WORDS.get(_wide(found["类型"]))
    role = ROLE_WORDS.get(_wide(found["岗位"]))
    days = {column: _day(found[column]) for column in ("任职起", "任职止")}
    for column in ("代码", "名称", "上级代码"):
        if not found[column]:
            wrong(column, f"{column}没有填写。请补填。")
    if found["代码"] and (not CODE.fullmatch(found["代码"]) or len(found["代码"]) > 32):
        wrong("代码", f"代码“{found['代码']}”不合规则。代码由数字、字母和 - 组成，不超过 32 个字符。")
    if len(found["名称"]) > 100:
        wrong("名称", "名称超过 100 个字。请缩短。")
    if kind is None:
        wrong("类型", f"没有“{found['类型']}”这种类型。请填：{'、'.join(str(k.label) for k in Kind)}。")
    if found["账号"] and not USERNAME.fullmatch(found["账号"]):
        wrong("账号", f"账号“{found['账号']}”不合规则。账号为 3 至 64 个字母、数字或 . _ @ -。")
    if found["账号"] and role is None:
        wrong("岗位", f"没有“{found['岗位']}”这个岗位。请填：{'、'.join(str(r.label) for r in Role)}。")
    if found["岗位"] and not found["账号"]:
        wrong("账号", "填了岗位，没有填账号。请补填账号或删去岗位。")
    for column, day in days.items():
        if found[column] and day is None:
            wrong(column, f"“{found[column]}”不是日期。请写成 2026-09-01。")
        if found[column] and not found["账号"]:
            wrong(column, f"填了{column}，没有填账号。请补填账号或删去日期。")
    row = UnitRow(
        cell=f"A{number}",
        code=found["代码"],
        name=found["名称"],
        kind=kind or "",
        parent=found["上级代码"],
        username=found["账号"],
        role=role or "",
        title=found["处室"][:100],
        since=days["任职起"],
        until=days["任职止"],
    )
    return row, issues


def _wide(text: str) -> str:
    """Brackets as the labels have them."""
    return text.replace("(", "（").replace(")", "）")
