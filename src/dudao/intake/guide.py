"""The words of 填表说明, the last sheet of the forms we hand out: how to fill, colours, errors and queries, types, splits.

Here lives text only, made of the standard where the standard says it. Not here: the workbook (``template``), and what is checked
(``dudao.intake.checks``, ``dudao.intake``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dudao.standards.model import Declared, SchoolType, Standard, Survey, Veto

GUIDE = "填表说明"
Form = Literal["wide", "school", "supplement"]
Look = Literal["", "required", "optional", "error", "query"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines: (the word at the left, its look, the text)."""

    heading: str
    lines: tuple[tuple[str, Look, str], ...]


def sections(standard: Standard, form: Form, *, county: bool) -> tuple[Section, ...]:
    """All sections; ``form``: one school a row, one school a workbook, or the 补充表; ``county``: with sheets of the county."""
    if form == "supplement":
        notes = _long_notes(standard)
        return (
            Section("填写方法", _supplement(standard)),
            Section("错误和存疑", _issues("填了下拉列表以外的词", "申报达到要求，没有写明佐证材料")),
            *([Section("其他项目", notes)] if notes else []),
        )
    wide = form == "wide"
    return (
        Section("填写方法", _method(wide, county)),
        Section(
            "错误和存疑",
            _issues("室内体育用房面积大于教学及辅助用房总面积", "各班额段合计与班级总数不等，与上年相差超过 20%"),
        ),
        Section("学校类型", tuple((kind.name, "", _reading(standard, kind)) for kind in standard.types)),
        Section("一贯制学校和完全中学", _shared(standard, wide)),
        Section("仅部分学校填写的项目", _reliefs(standard)),
        *([Section("其他项目", _long_notes(standard))] if wide else []),
    )


def _supplement(standard: Standard) -> tuple[tuple[str, Look, str], ...]:
    """How to fill the 补充表, as far as the standard's rules ask for each thing."""
    rules = [indicator.rule for indicator in standard.indicators]
    lines: list[tuple[str, Look, str]] = [
        ("填在何处", "", "只在“填报值”一列填写；学校的数据一所学校填一行。项目名称、单位和工作表不改动，行列不增减。"),
        ("留空", "optional", "留空按没有数据处理，相关指标不能判定；不按 0、“无”或“未达到”计。确实没有的数填 0。"),
        ("数字", "", "只填数字，不带单位、逗号和百分号；单位以表上所列为准。"),
    ]
    if any(isinstance(rule, Declared) and rule.needs_proof for rule in rules):
        lines.append(("佐证材料", "", "申报达到要求的，须写明佐证材料的名称、文号；没有写明的按没有数据处理。"))
    if any(isinstance(rule, Veto) for rule in rules):
        lines.append(("有、无", "", "一票否决的情形逐项填写“有”或“无”；有的，写明情况。"))
    if any(isinstance(rule, Survey) for rule in rules):
        lines.append(("问卷和走访", "", "按调查对象分别填写；没有调查的对象填 0。满意问卷数不大于有效问卷数，有效问卷数不大于问卷总数。"))
    if any(field.form == "supplement" for field in standard.fields):
        lines.append(("学校代码", "", "与学校填报表相同，按文本填写，保留开头的 0；本表的数据按学校代码归入各校。"))
    return tuple(lines)


def _method(wide: bool, county: bool) -> tuple[tuple[str, Look, str], ...]:
    if wide:
        where = "一所学校填一行，从表头下第一个空行起填写。表头、单位和工作表名称不改动，列不增减。"
    else:
        where = "一所学校填一份，只在“填报值”一列填写。项目名称、单位和序号不改动，行不增减。"
    if county:
        where += "“区县数据”“区县补充数据”由区县填写，只在“填报值”一列填写；不在本文件中报区县数据的，留空即可。"
    return (
        ("填在何处", "", where),
        (
            "必填",
            "required",
            "本校有的学段，必填项都要填写；没有的填 0。留空按缺少数据处理，相关指标不能判定。",
        ),
        ("选填", "optional", "没有的可以不填，留空按 0 计。"),
        *([("补充", "optional", "原表没有的项目，有关的学校填写；留空按没有数据处理，不按 0 计。")] if wide else []),
        ("没有的学段", "", "留空，不填 0 以外的数。小学不填标明初中的项目；巩固率数据由有初中的学校填写。"),
        ("是/否", "", "从下拉列表中选择。留空按“否”计，并列为存疑。"),
        ("数字", "", "只填数字，不带单位、逗号和百分号；单位以表上所列为准。学生人数和年份填整数。"),
        ("学校代码", "", "按文本填写，保留开头的 0。"),
        ("不填的学校", "", "特殊教育学校、职业学校只填学校名称、学校类型和学校代码。"),
    )


def _issues(error: str, query: str) -> tuple[tuple[str, Look, str], ...]:
    """What an error and a query are, with an example of each."""
    return (
        (
            "错误",
            "error",
            f"必须改正。改正前该数据不采用，相关指标按无数据处理。例如应填数字的填了文字，{error}。",
        ),
        ("存疑", "query", f"改正，或书面说明原因。不影响提交，不改变数值。例如{query}。"),
        (
            "退回",
            "",
            "有错误或存疑的表退回时，单元格按上面的底色标出，批注写明问题和处理办法，并附“退回说明”。改正后用原表重新提交。",
        ),
    )


def _reading(standard: Standard, kind: SchoolType) -> str:
    if kind.excluded is not None:
        return f"{kind.excluded}，只填名称、类型和代码。"
    titles = "、".join(stage.title for stage in standard.stages if stage.name in kind.stages)
    text = f"学段：{titles}。"
    if kind.fewest is not None:
        text += f"{kind.fewest[1]}不计入。"
    if kind.needs:
        text += (
            f"须填{'、'.join(f'“{standard.field(name).label}”' for name in kind.needs)}，否则不能拆分资源。"
        )
    return text


def _shared(standard: Standard, wide: bool) -> tuple[tuple[str, Look, str], ...]:
    weights = [f"{stage.title} {stage.weight}" for stage in standard.stages]
    whole = "用房、场馆、设备、多媒体教室填全校数，按各学段学生数加权拆分，权数为"
    if wide:
        staff = "骨干教师、体育艺术教师在表末分学段填写；不分学段的，按义务教育各学段学生数折算，标为估算，列为存疑。"
    else:
        staff = "骨干教师、体育艺术教师填全校数，按义务教育各学段学生数折算，标为估算，列为存疑；分学段的数用宽表填写。"
    lines: list[tuple[str, Look, str]] = [
        ("资源拆分", "", f"{whole}{'、'.join(weights)}。"),
        ("教师", "", f"学历分学段填写，不拆分。{staff}"),
    ]
    if wide:
        lines.append(
            ("附设班", "", "小学附设初中班、初中附设小学班的，填写附设班学段，并填写该学段的各项数据。")
        )
    return tuple(lines)


def _reliefs(standard: Standard) -> tuple[tuple[str, Look, str], ...]:
    noted: dict[str, list[str]] = {}
    for field in standard.fields:
        if field.form == "school" and not field.required and field.note:
            noted.setdefault(field.note, []).append(field.label)
    return tuple(
        (f"{labels[0]}等 {len(labels)} 项", "", f"{note}，其他学校填写的不计入。")
        for note, labels in noted.items()
    )


def _long_notes(standard: Standard) -> tuple[tuple[str, Look, str], ...]:
    return tuple(
        (field.label, "", f"{field.note}。")
        for field in standard.fields
        if field.form == "supplement" and field.note
    )
