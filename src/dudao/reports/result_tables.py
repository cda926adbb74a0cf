"""Tables of the results workbook (计算结果各表): an evaluation's JSON (schema 1) as rows in words and rounded figures.

One function a sheet. Not here: the workbook as a whole (``results``), the items of the county (``result_items``), the drawing (``sheets``),
any computation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dudao.evaluation.judge import limit_of
from dudao.reports import text
from dudao.reports.sheets import Cell, Column, Table, Value
from dudao.standards.model import Ratio, Standard, Variation

Item = Mapping[str, Any]
_NOT_JUDGED = "不判定"
_ABOVE = "原值大于限值"
"""Said beside a coefficient that is within its limit only by rounding."""


def _level(standard: Standard, level: str | None, school: str | None = None) -> str:
    """The level in words; of a row of a school that is judged as a whole 全校."""
    if level is None:
        return "全县" if school is None else "全校"
    return standard.stage(level).title


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


def _judged(judgement: str, word: str | None = None) -> Cell:
    return Cell(word or text.JUDGEMENTS[judgement], "" if judgement == "met" else text.STATES[judgement])


def reasons(standard: Standard, result: Item) -> Table:
    names = _names(result)
    rows = tuple(
        (
            _short(standard, reason["code"]),
            _level(standard, reason["level"], reason["school"]),
            reason["school"] or "",
            names.get(reason["school"], ""),
            _judged(reason["judgement"], text.word(standard, standard.indicator(reason["code"]), reason["judgement"])),
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
            rows.append((_level(standard, level), "综合", None, None, None, "", cv, *_composite(standard, result, level, cv)))
            continue
        limit = None if item["limit"] is None else text.rounded(item["limit"], 2)
        judged: Cell | str = _judged(item["judgement"])
        if limit is None and cv is not None:
            judged = _NOT_JUDGED
        elif item["judgement"] == "not_met" and cv is not None and limit is not None and cv <= limit:
            judged = Cell(f"{text.JUDGEMENTS['not_met']}，{_ABOVE}", text.STATES["not_met"])
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


def _composite(standard: Standard, result: Item, level: str, cv: Decimal | None) -> tuple[Decimal | None, Cell | str]:
    """限值 and 判定 of a level's composite: judged by some standards only, as the verdict's reasons say."""
    rules = [item for item in standard.indicators if isinstance(item.rule, Variation) and item.rule.judges == "composite"]
    if not rules:
        return None, _NOT_JUDGED
    limit = limit_of(rules[0].limits, level, date.fromisoformat(result["on"]))
    bound = None if limit is None or limit.value is None else text.rounded(limit.value, 2)
    reasons = [item for item in result["verdict"]["reasons"] if (item["code"], item["level"]) == (rules[0].code, level)]
    judgement = reasons[0]["judgement"] if reasons else "not_applicable" if cv is None else "met"
    if judgement == "not_met" and cv is not None and bound is not None and cv <= bound:
        return bound, Cell(f"{text.JUDGEMENTS[judgement]}，{_ABOVE}", text.STATES[judgement])
    return bound, _judged(judgement)


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
            _level(standard, item["level"], item["school"]),
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
