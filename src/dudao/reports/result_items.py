"""Tables of the results workbook on the items of the county (县级指标、县级指标构成、逐校判定): each with its limit, what it is made of, and the
schools of those judged school by school.

Made of: terms of a formula, levels, subjects, groups of the survey and its 走访, what was declared. Not here: schools' ratios and coefficients
(``result_tables``), any judgement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from dudao.evaluation.item import Item, Part, SchoolItem
from dudao.evaluation.sentences import why
from dudao.evaluation.terms import Source, county_value
from dudao.reports import text
from dudao.reports.form_figures import County, decimal, fraction, lacking, whole
from dudao.reports.report_figures import RELIEVED, apart, deciding, judged_by_more
from dudao.reports.sheets import Cell, Column, Table, Value
from dudao.standards import asked
from dudao.standards.model import (
    Declared,
    Formula,
    Given,
    Graded,
    Indicator,
    Instead,
    Limit,
    Points,
    SchoolRule,
    Standard,
    Survey,
    Variation,
    Veto,
)

Row = tuple[Cell | Value, ...]
_KINDS = (Formula, Declared, Given, Veto, Survey, Points, Graded)
_ORDER = ("not_met", "no_data")
_FILES = 6
"""Files whose cells are named; a sum over more schools says how many there are."""
_NOT_JUDGED = "不判定"
_OUTSIDE = "不影响结论"


def judged(county: County, result: Mapping[str, Any]) -> Table:
    """Items judged for the county as a whole; shares in %."""
    standard = county.standard
    rows, decides = [], deciding(standard)
    for item in result["county"]:
        if "cv" in item:
            continue
        indicator = standard.indicator(item["code"])
        unit = item.get("unit") or ""
        rows.append(
            (
                item["code"],
                indicator.title,
                _figure(standard, item["value"], unit, item["limit"]),
                _compared(indicator),
                _figure(standard, item["limit"], unit),
                _counted(indicator) or _unit(unit),
                _judged(standard, indicator, item["judgement"]),
                text.BASES.get(item.get("basis", "computed"), ""),
                "；".join([*_more(county, indicator), *_worst(county, indicator), *([] if item["code"] in decides else [_OUTSIDE])]),
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
        Column("说明", 44),
        Column("条文", 70),
    )
    return Table("县级指标", columns, tuple(rows))


def _more(county: County, indicator: Indicator) -> Iterator[str]:
    """Why an item fails that is judged by more than its value."""
    if judged_by_more(indicator) and county.item(indicator.code).judgement == "not_met":
        yield why(county.item(indicator.code))


def _worst(county: County, indicator: Indicator) -> Iterator[str]:
    """Of an item judged school by school, whose value and limit stand for it, and why the limit is not the plain one."""
    if not isinstance(indicator.rule, Formula) or indicator.rule.each != "school":
        return
    item = county.item(indicator.code)
    for one in item.schools:
        if one.value is not None and one.limit is not None and (one.value, {None: one.limit.value}) == (item.value, item.limit):
            yield f"各校中最不利的一所：{one.school.name or one.school.code or '未填校名的学校'}"
            if own := _own_limit(one):
                yield own
            return


def _counted(indicator: Indicator) -> str:
    """What the rules over schools and coefficients count; empty for others."""
    return "项" if isinstance(indicator.rule, Variation) else "所" if isinstance(indicator.rule, SchoolRule) else ""


def _compared(indicator: Indicator) -> str:
    """How the item's value is compared; of the rules over schools and coefficients the limit is the number judged."""
    if isinstance(indicator.rule, SchoolRule | Variation):
        return "共"
    if isinstance(indicator.rule, Points):
        return "满分"
    return text.OPERATORS[indicator.limits[0].operator] if indicator.limits else ""


def _figure(standard: Standard, value: Any, unit: str, limit: Any = None) -> Value:
    """A value or limit of the county; a grade, and one that differs by level, in words. ``limit``: what the value is told apart from."""
    if isinstance(value, Mapping):
        if not any(part is not None for part in value.values()):
            return None
        bounds = limit if isinstance(limit, Mapping) else {}
        return "，".join(
            f"{level.title} {_or_none(_figure(standard, value[level.name], unit, bounds.get(level.name)))}"
            for level in standard.levels
            if level.name in value
        )
    if value is None or isinstance(value, str):
        return value
    return apart(standard, value, unit, limit if isinstance(limit, int | float) else None)


def _or_none(value: Value) -> Value:
    return text.JUDGEMENTS["no_data"] if value is None else value


def parts(county: County) -> Table:
    """What every item of the county is made of."""
    columns = (
        Column("编号", 8, True),
        Column("指标", 32),
        Column("项目", 36),
        Column("值", 14),
        Column("单位", 8, True),
        Column("达标值", 14, True),
        Column("判定", 10, True),
        Column("说明", 44),
        Column("来源（文件 工作表!单元格）", 50),
    )
    rows = [
        (indicator.code, indicator.title, *row)
        for indicator in county.standard.indicators
        if isinstance(indicator.rule, _KINDS)
        for row in _parts(county, indicator)
    ]
    return Table("县级指标构成", columns, tuple(rows))


def schools(county: County) -> Table:
    """Items judged school by school, a row a school: those not met first, then those without data."""
    columns = (
        Column("编号", 8, True),
        Column("指标", 26),
        Column("学校代码", 14, True),
        Column("学校名称", 24),
        Column("值", 12),
        Column("单位", 8, True),
        Column("达标值", 14, True),
        Column("判定", 10, True),
        Column("放宽、另定达标值的依据", 40),
        Column("缺的项目", 36),
        Column("来源（文件 工作表!单元格）", 50),
    )
    rows = [
        _school(county.standard, indicator, one)
        for indicator in county.standard.indicators
        if isinstance(indicator.rule, Formula) and indicator.rule.each == "school"
        for one in sorted(county.item(indicator.code).schools, key=lambda one: _rank(one.judgement))
    ]
    return Table("逐校判定", columns, tuple(rows), frozen=4)


def _rank(judgement: str) -> int:
    return _ORDER.index(judgement) if judgement in _ORDER else len(_ORDER)


def _parts(county: County, indicator: Indicator) -> Iterator[Row]:
    """项目, 值, 单位, 达标值, 判定, 说明, 来源."""
    item, rule = county.item(indicator.code), indicator.rule
    match rule:
        case Formula(each="county"):
            yield from _terms(county, indicator, item)
        case Formula():
            judged = [one.judgement for one in item.schools]
            words = "，".join(f"{text.JUDGEMENTS[word]}{judged.count(word)}所" for word in dict.fromkeys(judged))
            verdict = _judged(county.standard, indicator, item.judgement)
            yield "逐校判定", len(judged), "所", None, verdict, words or item.note, None
        case Given():
            for part in item.parts:
                yield _part(county.standard, indicator, part)
        case Survey():
            yield from _survey(county, indicator, item, rule)
        case Declared():
            yield _said(county, item, "met", "proof", "佐证材料：")
        case Veto():
            yield _said(county, item, "found", "note", "")
        case _:
            value = item.value if isinstance(item.value, str) else _number(county.standard, item.value, indicator.unit)
            verdict = _judged(county.standard, indicator, item.judgement)
            yield indicator.title, value, indicator.unit, None, verdict, item.note, _sources(item.sources)
    yield from _also(county, indicator)


def _terms(county: County, indicator: Indicator, item: Item) -> Iterator[Row]:
    """Each name and each sum of the formula, then the value, level by level."""
    for part in item.parts:
        for name, term in county_value(county.ground, indicator, part.level).terms.items():
            field = name.removeprefix("sum(").removesuffix(")")
            known = any(field == one.name for one in county.standard.fields)
            unit = county.standard.field(field).unit if known else ""
            lacks = lacking(county.standard, term.missing)[0]
            yield f"「{term.label}」", _number(county.standard, term.value, unit), unit, None, None, lacks, _sources(term.sources)
        yield _part(county.standard, indicator, part)


def _part(standard: Standard, indicator: Indicator, part: Part) -> Row:
    value = part.value if isinstance(part.value, str) else _number(standard, part.value, indicator.unit, part.limit)
    shown_only = part.limit is None and not part.needed and part.judgement == "not_applicable"
    return (
        part.name or "指标值",
        value,
        _unit(indicator.unit) if isinstance(part.value, Fraction) else None,
        part.needed or _limit(standard, indicator, part.limit),
        _NOT_JUDGED if shown_only else _judged(standard, indicator, part.judgement),
        lacking(standard, part.missing)[0],
        _sources(part.sources),
    )


def _survey(county: County, indicator: Indicator, item: Item, rule: Survey) -> Iterator[Row]:
    """Each group with its counts; then 问卷合计 and 实地走访合计."""
    for number, part in enumerate(item.parts, 1):
        row = _part(county.standard, indicator, part)
        if number > len(rule.groups):
            yield row
            continue
        counts = []
        for what, words in asked.SURVEY.items():
            value = county.ground.county_figure(asked.name(indicator, f"{number}_{what}"))
            counts.append(f"{words} {'未填' if value is None else f'{whole(Fraction(value)):f}'}")
        yield (*row[:5], "，".join(counts), row[6])


def _said(county: County, item: Item, what: str, detail: str, before: str) -> Row:
    """What was answered of an item that is declared, and what stands beside it."""
    indicator = item.indicator
    word = county.ground.county_given(asked.name(indicator, what)).value
    more = county.ground.county_given(asked.name(indicator, detail)).value
    told = f"{before}{more}" if isinstance(more, str) and more.strip() else item.note
    given = word if isinstance(word, str) else None
    return "填报", given, None, None, _judged(county.standard, indicator, item.judgement), told, _sources(item.sources)


def _also(county: County, indicator: Indicator) -> Iterator[Row]:
    for number, words in enumerate(indicator.also, 1):
        name = asked.name(indicator, f"also_{number}")
        word, term = county.ground.county_given(name).value, county.ground.county_term(name)
        given = word if isinstance(word, str) else None
        yield words, given, None, None, None, lacking(county.standard, term.missing)[0], _sources(term.sources)


def _school(standard: Standard, indicator: Indicator, one: SchoolItem) -> Row:
    value = _number(standard, one.value, indicator.unit, one.limit)
    return (
        indicator.code,
        indicator.title,
        one.school.code or "",
        one.school.name or "",
        value,
        _unit(indicator.unit) if value is not None else None,
        _limit(standard, indicator, one.limit),
        _judged(standard, indicator, one.judgement),
        _own_limit(one),
        "、".join(dict.fromkeys(gap.field for gap in one.missing)),
        _sources(one.sources),
    )


def _own_limit(one: SchoolItem) -> str:
    """By what a school is judged where that is not the plain limit: 放宽 and its source, or the clause; else empty."""
    if isinstance(one.relief, Instead):
        return f"{RELIEVED}：{one.relief.title}"
    if one.limit is None or one.limit.when is None:
        return ""
    relieved = one.limit.code and RELIEVED not in one.limit.source
    return f"{RELIEVED}：{one.limit.source}" if relieved else one.limit.source


def _judged(standard: Standard, indicator: Indicator, judgement: str) -> Cell:
    return Cell(text.word(standard, indicator, judgement), "" if judgement == "met" else text.STATES[judgement])


def _number(standard: Standard, value: object, unit: str, limit: Limit | None = None) -> Value:
    """A number as shown, told apart from its limit."""
    found = fraction(value)
    if found is None:
        return None
    if found.denominator == 1 and unit != "share":
        return whole(found)
    return apart(standard, decimal(found), unit, limit.value if limit else None)


def _unit(unit: str) -> str:
    return "%" if unit == "share" else unit


def _limit(standard: Standard, indicator: Indicator, limit: Limit | None) -> str | None:
    """A limit in words: 不低于 95.0."""
    if limit is None or limit.value is None:
        return None
    number = _number(standard, Fraction(limit.value), indicator.unit)
    return f"{text.OPERATORS[limit.operator]} {number}"


def _sources(sources: Sequence[Source]) -> str:
    """The cells, file by file and sheet by sheet."""
    places: dict[tuple[str, str | None], dict[str, None]] = {}
    for one in sources:
        places.setdefault((one.file, one.sheet), {})[one.cell] = None
    if len(places) > _FILES:
        return f"{len(places)} 份填报表的 {sum(map(len, places.values()))} 个单元格"
    return "\n".join(
        f"{file} {f'{sheet}!' if sheet else ''}{'、'.join(cells)}" for (file, sheet), cells in places.items()
    )
