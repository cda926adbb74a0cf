"""Tables of the results workbook (计算结果各表): an evaluation's JSON (schema 1) as rows in words and rounded figures.

One function a sheet. Not here: the workbook as a whole (``results``), the drawing (``sheets``), any computation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dudao.reports import text
from dudao.reports.sheets import Cell, Column, Table, Value
from dudao.standards.model import Indicator, Ratio, SchoolRule, Standard, Variation

Item = Mapping[str, Any]


def _level(standard: Standard, level: str | None) -> str:
    return standard.stage(level).title if level else "全县"


def _codes(standard: Standard) -> tuple[str, ...]:
    return tuple(indicator.code for indicator in standard.indicators if isinstance(indicator.rule, Ratio))


def _names(result: Item) -> dict[str | None, str]:
    """School code -> name, where one code has one name."""
    names: dict[str | None, set[str]] = {}
    for row in (*result["schools"], *result["excluded"]):
        names.setdefault(row["code"], set()).add(row["name"] or "")
    return {code: "、".join(sorted(found)) for code, found in names.items() if code is not None}


def _titled(standard: Standard, code: str | None) -> str:
    known = {indicator.code: indicator.title for indicator in standard.indicators}
    return f"{code} {known[code]}" if code in known else code or ""


def _short(standard: Standard, code: str) -> str:
    indicator = standard.indicator(code)
    return f"{code} {indicator.short or indicator.title}"


def _judged(judgement: str) -> Cell:
    return Cell(text.JUDGEMENTS[judgement], "" if judgement == "met" else text.STATES[judgement])


def reasons(standard: Standard, result: Item) -> Table:
    names = _names(result)
    rows = tuple(
        (
            _short(standard, reason["code"]),
            _level(standard, reason["level"]),
            reason["school"] or "",
            names.get(reason["school"], ""),
            _judged(reason["judgement"]),
            reason["text"],
        )
        for reason in result["verdict"]["reasons"]
    )
    columns = (
        Column("指标", 26),
        Column("学段", 8, True),
        Column("学校代码", 14, True),
        Column("学校名称", 24),
        Column("判定", 10, True),
        Column("理由", 62),
    )
    return Table("结论", columns, rows)


@dataclass(frozen=True, slots=True)
class _Shown:
    """One indicator of one school as shown: value and limit rounded, judgement in words, share of the limit in %, gap."""

    value: Decimal | None
    limit: Decimal | None
    judgement: Cell
    share: Decimal | None
    gap: str


def _shown(standard: Standard, item: Item) -> _Shown:
    places, value, limit = standard.rounding.values, item["value"], item["limit"]
    judgement, reaches = item["judgement"], item["reaches_85"]
    word = text.reach(judgement, reaches)
    if judgement == "not_met" and text.looks_met(value, limit, places):
        word += f"，{text.RAW_SHORT}"
    return _Shown(
        value=None if value is None else text.rounded(value, places),
        limit=None if limit is None else text.rounded(limit, places),
        judgement=Cell(word, "" if judgement == "met" else text.reach_state(judgement, reaches)),
        share=None if value is None or not limit else text.share(value, limit),
        gap=text.gap(item["gap"]),
    )


def schools(standard: Standard, result: Item) -> Table:
    """One row a school and level; the seven side by side."""
    columns = [
        Column("学校代码", 14, True),
        Column("学校名称", 24),
        Column("学段", 7, True),
        Column("在校生数", 9),
        Column("学校判定", 9, True),
    ]
    groups = [("", len(columns))]
    for code in _codes(standard):
        indicator = standard.indicator(code)
        groups.append((f"{code} {indicator.title}（{indicator.unit}）", 5))
        columns += [
            Column("值", 10),
            Column("达标值", 10),
            Column("判定", 13, True),
            Column("达到标准的百分比", 11),
            Column("缺口", 15),
        ]
    rows = []
    for school in result["schools"]:
        row: list[Cell | Value] = [
            school["code"] or "",
            school["name"] or "",
            _level(standard, school["level"]),
            school["pupils"],
            _judged(school["judgement"]),
        ]
        for code in _codes(standard):
            shown = _shown(standard, school["indicators"][code])
            row += [shown.value, shown.limit, shown.judgement, shown.share, shown.gap]
        rows.append(tuple(row))
    return Table("学校指标", tuple(columns), tuple(rows), groups=tuple(groups), frozen=3, breaks=(15, 25, 35))


def variations(standard: Standard, result: Item) -> Table:
    rows: list[tuple[Cell | Value, ...]] = []
    rounding = standard.rounding
    many = {
        level.name: sum(row["level"] == level.name for row in result["schools"]) for level in standard.levels
    }
    for item in result["county"]:
        if "cv" not in item:
            continue
        level = item["level"]
        cv = None if item["cv"] is None else text.rounded(item["cv"], rounding.variation)
        if item["code"] == "composite":
            rows.append((_level(standard, level), "综合", None, None, None, "", cv, None, "不判定"))
            continue
        limit = None if item["limit"] is None else text.rounded(item["limit"], 2)
        judged = _judged(item["judgement"])
        if item["judgement"] == "not_met" and cv is not None and limit is not None and cv <= limit:
            judged = Cell(f"{judged.value}，原值大于限值", judged.state)
        mean = None if item["mean"] is None else text.rounded(item["mean"], rounding.means)
        unit = standard.indicator(item["code"]).unit
        rows.append(
            (
                _level(standard, level),
                _titled(standard, item["code"]),
                item["n"],
                many[level],
                mean,
                unit,
                cv,
                limit,
                judged,
            )
        )
    columns = (
        Column("学段", 8, True),
        Column("指标", 46),
        Column("有数据的学校数", 12),
        Column("计入的学校数", 11),
        Column("全县平均值", 12),
        Column("单位", 10, True),
        Column("差异系数", 11),
        Column("限值（不大于）", 15),
        Column("判定", 16, True),
    )
    return Table("差异系数", columns, tuple(rows))


def county(standard: Standard, result: Item) -> Table:
    """Items judged for the county as a whole; shares in %."""
    rows = []
    for item in result["county"]:
        if "cv" in item:
            continue
        indicator = standard.indicator(item["code"])
        unit = item.get("unit") or ""
        rows.append(
            (
                item["code"],
                indicator.title,
                _figure(standard, item["value"], unit),
                _compared(indicator),
                _figure(standard, item["limit"], unit),
                {
                    "share": "%",
                    "": "项" if item["code"] == "RC" else "所" if item["code"] == "RS" else "",
                }.get(unit, unit),
                _judged(item["judgement"]),
                text.BASES.get(item.get("basis", "computed"), ""),
                indicator.text,
            )
        )
    columns = (
        Column("编号", 8, True),
        Column("指标", 36),
        Column("值", 12),
        Column("比较", 9, True),
        Column("达标值、限值", 22),
        Column("单位", 8, True),
        Column("判定", 10, True),
        Column("依据", 11, True),
        Column("条文", 70),
    )
    return Table("县级指标", columns, tuple(rows))


def _compared(indicator: Indicator) -> str:
    """How the item's value is compared; of the rules over schools and coefficients the limit is the number judged."""
    if isinstance(indicator.rule, SchoolRule | Variation):
        return "共"
    return text.OPERATORS[indicator.limits[0].operator] if indicator.limits else ""


def _figure(standard: Standard, value: Any, unit: str) -> Value:
    """A value or limit of the county; one that differs by level in words."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        levels = [level for level in standard.levels if level.name in value]
        return "，".join(f"{level.title} {_figure(standard, value[level.name], unit)}" for level in levels)
    if unit == "share":
        return text.share(value, 1, standard.rounding.shares)
    return value if isinstance(value, int) else text.rounded(value, standard.rounding.values)


def details(standard: Standard, result: Item) -> Table:
    """Every value with the cells it rests on; the value itself is not rounded."""
    rows = []
    for school in result["schools"]:
        for code, item in school["indicators"].items():
            shown = _shown(standard, item)
            rows.append(
                (
                    school["code"] or "",
                    school["name"] or "",
                    _level(standard, school["level"]),
                    _titled(standard, code),
                    None if item["value"] is None else float(item["value"]),
                    item["unit"],
                    shown.limit,
                    shown.judgement,
                    shown.share,
                    shown.gap,
                    "是" if item["estimated"] else "否",
                    "\n".join(_source(source) for source in item["sources"]),
                )
            )
    columns = (
        Column("学校代码", 14, True),
        Column("学校名称", 22),
        Column("学段", 7, True),
        Column("指标", 30),
        Column("原值", 20),
        Column("单位", 9, True),
        Column("达标值", 10),
        Column("判定", 13, True),
        Column("达到标准的百分比", 11),
        Column("缺口", 15),
        Column("按学生数折算", 9, True),
        Column("来源（文件 工作表!单元格 填报项目）", 76),
    )
    return Table("明细", columns, tuple(rows), frozen=3)


def _source(source: Item) -> str:
    place = f"{source['sheet']}!{source['cell']}" if source["sheet"] else source["cell"]
    return f"{source['file']} {place} {source['field']}"


def excluded(standard: Standard, result: Item) -> Table:
    rows = tuple(
        (
            item["code"] or "",
            item["name"] or "",
            item["type"] or "",
            _level(standard, item["level"]) if item["level"] else "全校",
            item["pupils"],
            item["reason"],
            item["file"],
        )
        for item in result["excluded"]
    )
    columns = (
        Column("学校代码", 14, True),
        Column("学校名称", 28),
        Column("学校类型", 16, True),
        Column("学段", 8, True),
        Column("在校生数", 10),
        Column("不计入的原因", 36),
        Column("文件", 44),
    )
    return Table("不计入", columns, rows)


def reliefs(standard: Standard, result: Item) -> Table:
    rows = tuple(
        (
            item["school"] or "",
            item["name"] or "",
            _titled(standard, item["indicator"]),
            item["flag"],
            item["amount"]
            if isinstance(item["amount"], int)
            else text.rounded(item["amount"], standard.rounding.values),
            item["unit"],
            text.day(date.fromisoformat(item["until"])) if item["until"] else "未设止期",
            f"{item['file']} {item['sheet'] or ''}!{'、'.join(item['cells'])}",
        )
        for item in result["reliefs"]
    )
    columns = (
        Column("学校代码", 14, True),
        Column("学校名称", 24),
        Column("指标", 34),
        Column("放宽条件", 34),
        Column("计入数量", 10),
        Column("单位", 7, True),
        Column("有效期至", 15, True),
        Column("来源", 46),
    )
    return Table("放宽", columns, rows)


def missing(standard: Standard, result: Item) -> Table:
    names = _names(result)
    rows = tuple(
        (
            item["school"] or "",
            names.get(item["school"], ""),
            _level(standard, item["level"]),
            _titled(standard, item["code"]),
            item["field"],
        )
        for item in result["missing"]
    )
    columns = (
        Column("学校代码", 14, True),
        Column("学校名称", 28),
        Column("学段", 8, True),
        Column("影响的指标", 46),
        Column("缺的项目", 46),
    )
    return Table("缺数据", columns, rows)


def issues(result: Item) -> Table:
    rows = tuple(
        (
            Cell(text.ISSUE_LEVELS[item["level"]], text.STATES[item["level"]]),
            item["code"],
            item["file"],
            item["sheet"] or "",
            item["cell"] or "",
            item["found"],
            item["mend"],
        )
        for item in result["issues"]
    )
    columns = (
        Column("类别", 8, True),
        Column("编号", 10, True),
        Column("文件", 36),
        Column("工作表", 16),
        Column("单元格", 9, True),
        Column("问题", 54),
        Column("改正办法", 44),
    )
    return Table("数据问题", columns, rows)
