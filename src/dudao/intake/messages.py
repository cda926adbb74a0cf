"""Messages of the reader (读取填报表时的数据错误): every code with its level, what it means, its words and how to mend it.

FILE: a file, an archive or a workbook as a whole. FORM: sheet, header, label, unit. FIG: one value. UNIT: whose return it is, and the
same unit twice. Not here: CHK, the checks within one unit's figures (``dudao.intake.checks``), and where a fault is found.
A code is never reused. ``docs/reference/issue-codes.md`` is made by ``reference`` and held in step by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from dudao.issues import Issue, Level

SHOWN = 40
"""Characters of a value that a message repeats."""


@dataclass(frozen=True, slots=True)
class Message:
    """One code: ``meaning`` for the reference page; ``found`` and ``mend`` are the sentences, with words in braces."""

    level: Level
    meaning: str
    found: str
    mend: str


class Refusal(Exception):
    """A file (or a part of one) that may not or cannot be read; carries the code and words of its issue."""

    def __init__(self, code: str, **words: object) -> None:
        super().__init__(code)
        self.code, self.words = code, words


def _e(meaning: str, found: str, mend: str) -> Message:
    return Message("error", meaning, found, mend)


def _q(meaning: str, found: str, mend: str) -> Message:
    return Message("query", meaning, found, mend)


_AGAIN = "请用表格软件重新打开，另存为 .xlsx 后再交。"
_SPLIT = "请删去多余的内容，或分成几个文件。"

CODES: Mapping[str, Message] = MappingProxyType({
    "FILE-001": _e("文件打不开", "文件打不开，不能读取。", "请检查文件是否存在、是否有读取权限。"),
    "FILE-002": _e("链接或不是普通文件", "这是{what}，不是文件本身，不予读取。", "请放入文件本身。"),
    "FILE-003": _e("文件超过 20 MB", "文件超过 {limit} MB。", _SPLIT),
    "FILE-004": _e("解开后过大", "解开后超过 {limit} MB。", _SPLIT),
    "FILE-005": _e("一次读取的总量过大", "本次读取解开后的总量超过 {limit} MB，此文件没有读取。", "请分几次读取。"),
    "FILE-006": _e("文件过多", "文件超过 {limit} 个，其余没有读取。", "请分几次读取。"),
    "FILE-007": _e("压缩比异常", "压缩比异常（超过 {limit} 倍），不予解开。", "请用原始文件重新压缩后再交。"),
    "FILE-008": _e("压缩包损坏", "压缩包损坏，不能解开。", "请重新压缩为 .zip 后再交。"),
    "FILE-009": _e("压缩包加密", "压缩包中的文件已加密，不能读取。", "请去掉密码后再交。"),
    "FILE-010": _e("压缩包中还有压缩包", "压缩包中又有压缩包，不予解开。", "请先解开内层压缩包，把文件直接放入一个 .zip。"),
    "FILE-011": _e("不支持的压缩格式", "这是{what}压缩文件，不能读取。", "请解开后用 .zip 格式压缩，或直接交文件。"),
    "FILE-012": _e("压缩包中的路径不安全", "压缩包中的文件名“{value}”含有不允许的路径，不予读取。", "请改用普通文件名重新压缩。"),
    "FILE-013": _e("压缩包中有同名文件", "压缩包中有两个同名文件，后一个没有读取。", "请改名后重新压缩。"),
    "FILE-014": _e("工作簿加密", "工作簿设有打开密码，不能读取。", "请取消密码，另存为 .xlsx 后再交。"),
    "FILE-015": _e("含宏的工作簿", "工作簿含有宏或为二进制格式，不予读取。", "请另存为不含宏的 .xlsx 后再交。"),
    "FILE-016": _e("不支持的表格格式", "这是{what}，不能读取。", "请另存为 .xlsx 后再交。"),
    "FILE-017": _e("工作簿损坏或与扩展名不符", "不是有效的工作簿，不能读取。", _AGAIN),
    "FILE-018": _e("含文档类型定义（DTD）或外部引用的部件", "工作簿的内部文件含有{what}，不予读取。", _AGAIN),
    "FILE-019": _e("文字编码不支持", "文字编码不是 {what}，不能读取。", "请另存为 .xlsx 或 UTF-8 编码的 CSV 后再交。"),
    "FILE-020": _e(
        "工作表过大", "{what}超过 {rows} 行 × {columns} 列，不予读取。", "请删去表格以外的内容（远处的单元格也要清除）后再交。"
    ),
    "FILE-021": _e("单元格文字过长", "单元格的文字过长，不予读取。", "请缩短文字后再交。"),
    "FILE-022": _e("数据文件结构有错", "{what}的结构有错，不能读取。", "请重新导出，或另存为 .xlsx 后再交。"),
    "FILE-023": _e("空文件", "文件是空的。", "请交填好的文件。"),
    "FILE-024": _e(
        "表格的版本不对", "像是填报表，但只认出 {count} 个填报项目（应有 {total} 个），不是本标准的填报表。", "请用本标准的填报表重新填写。"
    ),
    "FILE-025": _q("不是填报数据的文件", "不是填报数据，没有读取。", "如与填报无关，请移出文件夹；如是填报表，请另存为 .xlsx 后再交。"),
    "FILE-026": _q("没有认出填报表", "没有认出填报表，没有读取。", "如与填报无关，请移出文件夹；如是填报表，请用本标准的表格填写。"),
    "FILE-027": _q("没有填写的填报表", "填报表没有填写。", "请填写后再交；不需要的请移出文件夹。"),
    "FORM-001": _q("表头不在原位", "表头与原表不同：{what}。已按项目名称读取。", "请核对各项数值是否填在原位。"),
    "FORM-002": _q("序号不符", "{count} 行的序号或顺序与原表不同，首处在「{label}」（序号应为 {no}）。已按项目名称读取。", "请核对各行是否错位。"),
    "FORM-003": _e("项目重复", "「{label}」出现 {count} 次，不知以哪一处为准，按无数据处理。", "请删去多余的一处。"),
    "FORM-004": _e("项目缺失", "表中没有「{label}」一项，按无数据处理。", "请用原表填写，不要删改项目名称。"),
    "FORM-005": _e("列缺失", "表中没有「{label}」一列，全部学校的这一项按无数据处理。", "请补上这一列。"),
    "FORM-007": _e("单位被改动", "「{label}」的单位应为“{unit}”，表中写的是“{value}”，按无数据处理。", "请改回原单位，并按原单位填写数值。"),
    "FORM-008": _q("单位写法不同", "「{label}」的单位应为“{unit}”，表中{what}，已按“{unit}”读取。", "请核对数值的单位。"),
    "FORM-009": _q("不认识的项目", "“{value}”不是本表的项目，填写的内容没有读取。", "请核对项目名称；多余的请删去。"),
    "FORM-010": _q("填在项目以外", "“{value}”没有对应的项目，没有读取。", "请核对是否填错了位置；多余的请删去。"),
    "FORM-011": _e("找不到填报值一列", "表中有“填报项目”，但{what}“填报值”一列，不能读取。", "请恢复原表的表头。"),
    "FORM-012": _e(
        "一行的格数多于表头", "这一行有 {count} 格，多于表头的 {total} 格，可能错位，整行按无数据处理。", "请检查是否多了逗号，带逗号的内容要加引号。"
    ),
    "FORM-013": _e(
        "另一张表的版本不对", "这张表像填报表，但只认出 {count} 个填报项目（应有 {total} 个），没有读取。", "请用本标准的填报表重填；多余的请删去。"
    ),
    "FORM-014": _q("区县填报表空白", "区县填报表一项也没有填写，按没有交处理。", "请填写区县填报表，或删去这张表。"),
    "FIG-001": _e("必填项空白", "「{label}」没有填写，按无数据处理。", "{hint}"),
    "FIG-002": _q("是否项空白", "「{label}」没有填写，按“否”处理。", "请填“是”或“否”。"),
    "FIG-003": _e("不是数字", "「{label}」填了“{value}”，不是数字，按无数据处理。", "请只填数字；不知道的留空，不要填 0。"),
    "FIG-004": _e("数字带千位逗号", "「{label}」填了“{value}”，带有逗号，按无数据处理。", "请去掉逗号。"),
    "FIG-005": _e("数字带单位或文字", "「{label}」填了“{value}”，数字中带有文字，按无数据处理。", "请只填数字，不带单位。"),
    "FIG-006": _e("百分数", "「{label}」填了百分数“{value}”，按无数据处理。", "请改填数字，单元格格式改为常规。"),
    "FIG-007": _e("日期或时间", "「{label}」填了日期或时间“{value}”，按无数据处理。", "请填数字，单元格格式改为常规。"),
    "FIG-008": _e("逻辑值", "「{label}」填了逻辑值“{value}”，按无数据处理。", "请改填数字或文字。"),
    "FIG-009": _e("错误值", "「{label}」是错误值“{value}”，按无数据处理。", "请改正公式或直接填写结果。"),
    "FIG-010": _e("公式没有结果", "「{label}」是公式，但文件中没有保存计算结果，按无数据处理。", "请直接填写结果，或重新计算后保存。"),
    "FIG-011": _q("公式", "「{label}」是公式，已采用保存的结果“{value}”。", "请核对结果，并改填数值。"),
    "FIG-012": _e("超出范围", "「{label}」填了“{value}”，应在 0 至 1000000000 之间，按无数据处理。", "请核对数值和单位。"),
    "FIG-013": _e("应为整数", "「{label}」填了“{value}”，应为整数，按无数据处理。", "请改填整数。"),
    "FIG-014": _q("个数有小数", "「{label}」填了“{value}”，一般应为整数，已按填写的数值采用。", "请核对；确实如此的，书面说明原因。"),
    "FIG-015": _q("文本型数字", "「{label}」填的“{value}”是文字形式的数字，已按 {number} 采用。", "请改为数字，单元格格式改为常规。"),
    "FIG-016": _e("不是“是”或“否”", "「{label}」填了“{value}”，应填“是”或“否”，按无数据处理。", "请改填“是”或“否”。"),
    "FIG-017": _e("不在可选范围内", "「{label}」填了“{value}”，应为：{choices}。按无数据处理。", "请从中选填。"),
    "FIG-018": _e("代码末位已丢失", "「{label}」填了“{value}”，位数过多的数字末位已丢失，不能使用。", "请把单元格设为文本后重新填写代码。"),
    "FIG-019": _e("代码不能使用", "「{label}」填了“{value}”，不是可用的代码。", "代码只用字母、数字和连字符，请改正。"),
    "FIG-020": _q("代码含空格或全角字符", "「{label}」填了“{value}”，已按“{number}”采用。", "请核对代码，改为半角字符。"),
    "FIG-021": _q("代码的前导零", "「{label}」显示为“{number}”，保存的是数字 {value}，已按显示的代码采用。", "请把单元格设为文本后重新填写代码。"),
    "FIG-022": _e("文字不能使用", "「{label}」填了“{value}”，{what}，不能使用。", "请改正文字。"),
    "FIG-023": _e("所填学段与学校类型不符", "「{label}」填了“{value}”，但学校类型为{kind}，这一项没有采用。", "请核对学校类型；附设班请用宽表填报。"),
    "FIG-024": _e("拆分资源所需的项目空白", "「{label}」没有填写，{kind}须填，资源不能按学段拆分。", "请在表末加一行「{label}」填写，或用宽表填报。"),
    "FIG-025": _e(
        "附设班只在补充表填写", "「{label}」填了“{value}”，但学校填报表没有这一学段的数据，按无数据处理。", "附设班请用宽表填报该学段的各项数据。"
    ),
    "UNIT-001": _q("同一文件交了两次", "与 {other} 完全相同，只用一次。", "请删去多余的文件。"),
    "UNIT-002": _e("同一学校交了两份", "学校代码 {value}（{name}）在 {other} 已有一份，内容不同，两份都按无数据处理。", "请只留一份。"),
    "UNIT-003": _e("两所学校代码相同", "学校代码 {value} 与 {other} 的“{name}”相同，两校都已计入。", "请核对并改正学校代码。"),
    "UNIT-004": _q("没有区县填报表", "没有读到区县填报表，{what}。", "请补交区县填报表。"),
    "UNIT-005": _e("区县填报表交了两份", "区县代码 {value} 在 {other} 已有一份填报表，内容不同，都按无数据处理。", "请只留一份。"),
    "UNIT-006": _e("区县代码不符", "{what}的区县代码是 {value}，与本区县代码 {other} 不符，没有采用。", "请核对区县代码。"),
    "UNIT-007": _e(
        "补充表的学校没有填报表", "学校代码 {value} 没有对应的学校填报表，补充表中这所学校的数据没有采用。", "请核对学校代码，或补交填报表。"
    ),
    "UNIT-008": _q("补充表的学校名称不符", "学校名称填的是“{value}”，{other} 的是“{known}”，已按学校代码采用。", "请核对学校代码和名称。"),
    "UNIT-009": _e("同一项目填了两处，数值不同", "「{label}」填了“{value}”，{other} 填的是“{known}”，按无数据处理。", "请核对，只留一处或改为一致。"),
    "UNIT-010": _q("补充表没有填写区县代码", "补充表没有填写「{label}」，已作为本区县的采用。", "请填写。"),
    "UNIT-011": _e(
        "补充表的学校代码有几所学校", "学校代码 {value} 有 {count} 所学校，不知是哪一所，补充表中的数据没有采用。", "请改正重复的学校代码。"
    ),
    "UNIT-012": _q("补充表的区县名称或年度不符", "「{label}」填的是“{value}”，{other} 的是“{known}”，数据已采用。", "请核对是否交错了表。"),
})  # fmt: skip


def issue(code: str, file: str, sheet: str | None = None, cell: str | None = None, **words: object) -> Issue:
    """The issue of a code at a place.

    >>> issue("FIG-002", "a.xlsx", "学校填报数据", "E6", label="是否寄宿制学校").found
    '「是否寄宿制学校」没有填写，按“否”处理。'
    """
    message = CODES[code]
    return Issue(
        message.level, code, file, sheet, cell, message.found.format(**words), message.mend.format(**words)
    )


def shown(value: object) -> str:
    """A value as a message repeats it: what cannot be printed is a box, what is long is cut.

    >>> shown(3520.0), shown(True), shown("a\\nb" + "x" * 50)
    ('3520', 'TRUE', 'a□bxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…')
    """
    if isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
    elif isinstance(value, float):
        text = f"{value:.15g}"
    elif isinstance(value, date | timedelta):
        text = str(value)
    else:
        text = str(value)[: SHOWN * 4].strip()
    text = "".join(letter if letter.isprintable() else "□" for letter in text)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def reference() -> str:
    """The reference page of these codes, as Markdown."""
    lines = [
        "# 数据错误代码",
        "",
        "读取填报表时的全部提示。错误须改正，所涉数据按无数据处理；存疑须改正或书面说明，不影响数值和退出码。",
        "代码不会改作他用。一份填报表内各项数据之间的核验（CHK）见 [checks.md](checks.md)。本页由程序生成。",
    ]
    words = {"{hint}": "请填写；数字确实没有的填 0。"}
    topics = {"FILE": "文件和压缩包", "FORM": "表头、项目和单位", "FIG": "填报值", "UNIT": "单位和重复填报"}
    for topic, title in topics.items():
        lines += [
            "",
            f"## {topic} {title}",
            "",
            "| 代码 | 级别 | 含义 | 提示 | 改正办法 |",
            "| --- | --- | --- | --- | --- |",
        ]
        for code, message in CODES.items():
            if code.startswith(f"{topic}-"):
                level = "错误" if message.level == "error" else "存疑"
                mend = words.get(message.mend, message.mend)
                lines.append(f"| {code} | {level} | {message.meaning} | {message.found} | {mend} |")
    return "\n".join(lines) + "\n"
