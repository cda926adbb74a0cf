"""Sections of the self-assessment report (自评报告的各部分): which headings, sentences and tables an evaluation's JSON gives.

A section without content is left out. Chapters and their titles are the standard's; the other words are ``templates/self_report.yaml``.
Not here: problems and gaps (``report_problems``), the report as a whole (``self_report``), any judgement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dudao.reports import text
from dudao.reports.report_figures import (
    NOTHING,
    Coefficient,
    Item,
    Meeting,
    amount,
    bound,
    deciding,
    judged_by_more,
    number,
    own_limit,
    unit_of,
)
from dudao.reports.report_parts import Cell, Chart, Column, Heading, Paragraph, Part, Table, row
from dudao.standards.model import Chapter, Formula, Points, Ratio, SchoolRule, Standard, Variation, Veto

_FILE = Path(__file__).parent / "templates" / "self_report.yaml"
_NUMBER = "right"
_NAMED = 4
"""Indicators named in a sentence; all of them are in the table."""
_CLAUSE = 5
"""Characters of a clause's number, （十一） and the like; a longer one is a name and does not fit a column."""


@cache
def words() -> Mapping[str, Any]:
    """The words of the report."""
    return yaml.safe_load(_FILE.read_text("utf-8"))


def judged(judgement: str, word: str | None = None) -> Cell:
    """The cell of a judgement: what needs eyes is set off."""
    shown = word or text.JUDGEMENTS.get(judgement, judgement)
    return Cell(shown, strong=judgement in ("not_met", "no_data"))


def basics(standard: Standard, result: Item) -> list[Part]:
    """一、基本情况: schools and pupils by level, what is not counted, how complete the data is."""
    said = words()["basics"]
    parts: list[Part] = [Heading(1, words()["sections"]["basics"])]
    if result["schools"]:
        parts += [Heading(2, said["schools"]), Paragraph(_counted(standard, result)), _levels(standard, result)]
    if result["excluded"]:
        reasons = Counter(item["reason"] for item in result["excluded"])
        columns = (Column("原因", 70), Column("条数", 16, _NUMBER))
        parts += [
            Heading(2, said["excluded"]),
            Paragraph(said["excluded_text"].format(count=number(len(result["excluded"])))),
            Table(said["excluded_caption"], columns, tuple(row(why, number(n)) for why, n in reasons.items())),
        ]
    return [*parts, Heading(2, said["data"]), Paragraph(_completeness(result))]


def _counted(standard: Standard, result: Item) -> str:
    said = words()["basics"]
    levels, unknown = [], 0
    for stage in standard.levels:
        pupils = [item["pupils"] for item in result["schools"] if item["level"] == stage.name]
        if pupils:
            known = sum(count for count in pupils if count is not None)
            unknown += pupils.count(None)
            levels.append(
                said["level"].format(title=stage.title, schools=number(len(pupils)), pupils=number(known))
            )
    sentence = said["counted"].format(levels="；".join(levels))
    return sentence + (said["unknown"].format(count=number(unknown)) if unknown else "")


def _levels(standard: Standard, result: Item) -> Table:
    rows = []
    for stage in standard.levels:
        schools = [item for item in result["schools"] if item["level"] == stage.name]
        if schools:
            known = [item["pupils"] for item in schools if item["pupils"] is not None]
            rows.append(row(stage.title, number(len(schools)), number(sum(known))))
    columns = (Column("学段", 30, "centre"), Column("学校数", 30, _NUMBER, "所"), Column("在校生数", 30, _NUMBER, "人"))
    return Table(words()["basics"]["caption"], columns, tuple(rows))


def _completeness(result: Item) -> str:
    said = words()["basics"]
    levels = [issue["level"] for issue in result["issues"]]
    if not levels and not result["missing"]:
        return said["complete"]
    errors = levels.count("error")
    sentence = said["issues"].format(
        errors=number(errors), queries=number(levels.count("query")), missing=number(len(result["missing"]))
    )
    return sentence + (said["refused"] if errors else "")


def chapter(
    standard: Standard,
    of: Chapter,
    result: Item,
    meetings: Sequence[Meeting],
    coefficients: Sequence[Coefficient],
) -> list[Part]:
    """A chapter of the standard: indicators of schools, coefficients, the school rule, then items of the county."""
    codes = {indicator.code for indicator in of.indicators}
    inside: list[Part] = []
    if found := [item for item in meetings if item.code in codes]:
        inside += _meetings(found)
    if any(isinstance(indicator.rule, Variation) for indicator in of.indicators) and coefficients:
        inside += _variation(coefficients)
    for indicator in of.indicators:
        if isinstance(indicator.rule, SchoolRule) and result["schools"]:
            inside += _rule(standard, indicator.text, result)
    rules = {indicator.code for indicator in of.indicators if isinstance(indicator.rule, Variation | SchoolRule | Ratio)}
    items = [item for item in result["county"] if item["code"] in codes - rules and "cv" not in item]
    if items:
        heading: list[Part] = [Heading(2, words()["items"]["title"])] if inside else []
        inside += [*heading, *_items(standard, of, items, result)]
    return [Heading(1, of.title), *inside] if inside else []


def _meetings(found: Sequence[Meeting]) -> Iterator[Part]:
    said = words()["ratios"]
    judged_ = [item for item in found if item.judged]
    yield Heading(2, said["title"] if judged_ else said["title_means"])
    if judged_:
        yield Paragraph(_lowest(judged_))
    columns = [Column("指标", 39), Column("单位", 18, "centre"), Column("学段", 12, "centre")]
    columns += [Column("达标值", 20, _NUMBER)] if judged_ else []
    columns += [Column("全县平均值", 22, _NUMBER)]
    columns += [Column("达标学校", 18, _NUMBER, "所")] if judged_ else []
    columns += [Column("学校", 14, _NUMBER, "所")]
    columns += [Column("达标比例", 18, _NUMBER, "%")] if judged_ else []
    rows = []
    for item, *first in _grouped(found):
        met, share = (number(item.met), str(item.share)) if item.judged else (NOTHING, NOTHING)
        all_ = number(item.schools)
        rest = (item.limit, item.mean, met, all_, share) if judged_ else (item.mean, all_)
        rows.append(row(*first, item.level, *rest))
    note = said["note"] if any(item.mean != NOTHING for item in found) else ""
    yield Table(said["caption"] if judged_ else said["title_means"], tuple(columns), tuple(rows), note)
    if judged_:
        shares = "；".join(f"{item.level}{item.short}{item.met}/{item.schools}" for item in judged_)
        yield Chart("schools_met", said["chart"], f"{said['chart']}：{shares}。")


def _lowest(found: Sequence[Meeting]) -> str:
    """Which indicators the smallest share of schools meets."""
    said = words()["ratios"]
    least = min(item.share for item in found)
    if least == 100:
        return said["all_met"]
    lowest = [item for item in found if item.share == least]
    listed = [
        said["low"].format(level=item.level, short=item.short, met=number(item.met), all=number(item.schools))
        for item in lowest[:_NAMED]
    ]
    more = said["more"].format(count=number(len(lowest))) if len(lowest) > _NAMED else ""
    return said["text"].format(lowest="，".join(listed) + more)


def _grouped(found: Sequence[Meeting]) -> Iterator[tuple[Meeting, Cell | None, Cell | None]]:
    """Each row with the cells that it shares with the other levels of its indicator."""
    many = Counter(item.code for item in found)
    before = None
    for item in found:
        new = item.code != before
        before = item.code
        cells = (Cell(item.title, rows=many[item.code]), Cell(item.unit, rows=many[item.code])) if new else (None, None)
        yield item, *cells


def _variation(found: Sequence[Coefficient]) -> Iterator[Part]:
    said = words()["variation"]
    counts = Counter(item.judgement for item in found if item.judgement != "not_applicable")
    yield Heading(2, said["title"])
    yield Paragraph(said["text"].format(all=number(counts.total()), counts=_counted_words(counts, said["unit"])))
    order = list(dict.fromkeys(item.code for item in found))
    rows = []
    for code in order:
        levels = [item for item in found if item.code == code]
        for place, item in enumerate(levels):
            first = Cell(item.title, rows=len(levels)) if not place else None
            limit = number(item.limit, 2)
            rows.append(row(first, item.level, item.shown or NOTHING, limit, judged(item.judgement, item.word)))
    columns = (
        Column("指标", 60),
        Column("学段", 14, "centre"),
        Column("差异系数", 20, _NUMBER),
        Column("限值", 20, _NUMBER, "不大于"),
        Column("判定", 26, "centre"),
    )
    yield Table(said["caption"], columns, tuple(rows))
    values = "；".join(f"{item.level}{item.short}{item.shown or '无数据'}，{item.word}" for item in found)
    yield Chart("variation", said["chart"], f"{said['chart']}：{values}。")


def _rule(standard: Standard, clause: str, result: Item) -> Iterator[Part]:
    said = words()["rule"]
    yield Heading(2, said["title"])
    yield Paragraph(clause)
    rows = []
    for stage in standard.levels:
        found = Counter(item["judgement"] for item in result["schools"] if item["level"] == stage.name)
        if all_ := found.total():
            counts = [number(found[key]) for key in ("met", "not_met", "no_data")]
            rows.append(row(stage.title, number(all_), *counts, str(text.share(found["met"], all_))))
    counted = (Column(title, 22, _NUMBER, "所") for title in ("学校数", "达标", "未达标", "无数据"))
    columns = (Column("学段", 22, "centre"), *counted, Column("达标比例", 22, _NUMBER, "%"))
    yield Table(said["caption"], columns, tuple(rows))


def _items(standard: Standard, of: Chapter, items: Sequence[Item], result: Item) -> Iterator[Part]:
    said, on = words()["items"], date.fromisoformat(result["on"])
    vetoes = all(isinstance(standard.indicator(item["code"]).rule, Veto) for item in items)
    listed = _judged_words(standard, items, said["vetoes"] if vetoes else {})
    yield Paragraph(said["text"].format(all=number(len(items)), counts=listed))
    clauses = [standard.indicator(item["code"]).clause.removeprefix(of.clause).strip() for item in items]
    named = all(clause.startswith("（") and len(clause) <= _CLAUSE for clause in clauses)
    first = Column("条款", 19, "centre") if named else Column("序号", 12, "centre")
    last = Column("判定", 18, "centre")
    figures = any(item["value"] is not None or item["limit"] is not None for item in items)
    if vetoes:
        columns = (first, Column("情形", 90), Column("有无", 18, "centre"), last)
    elif figures:
        limit = Column("达标值、限值", 41, _NUMBER)
        columns = (first, Column("指标", 44), Column("值", 25, _NUMBER), limit, Column("单位", 13, "centre"), last)
    else:
        columns = (first, Column("指标", 120), last)
    rows = []
    for place, (item, clause) in enumerate(zip(items, clauses, strict=True), start=1):
        shown = _item(standard, item, vetoes, on)
        inside = shown if vetoes or figures else (shown[0], shown[-1])
        rows.append(row(clause if named else str(place), *inside))
    yield Table(said["caption"].format(chapter=of.title), columns, tuple(rows), "".join(_notes(standard, items, result)))


def _notes(standard: Standard, items: Sequence[Item], result: Item) -> Iterator[str]:
    """Said below the items: why one fails that is judged by more than its value, whose value stands for items judged school by school,
    limits that are not the plain one, what decides nothing."""
    said, on = words()["items"], date.fromisoformat(result["on"])
    more = {item["code"] for item in items if judged_by_more(standard.indicator(item["code"]))}
    yield from (why["text"] for why in result["verdict"]["reasons"] if why["code"] in more and why["judgement"] == "not_met")
    rules = [(item, standard.indicator(item["code"]).rule) for item in items]
    if any(isinstance(rule, Formula) and rule.each == "school" and item["value"] is not None for item, rule in rules):
        yield said["worst"]
    noted = [standard.indicator(item["code"]) for item in items if item["value"] is not None]
    yield from (said["counts"].format(title=one.title, note=one.note) for one in noted if one.note)
    own = {own_limit(standard, item, on) for item in items}
    yield from (text_ for mark, text_ in said["own"].items() if mark in own)
    decides = deciding(standard)
    outside = [standard.indicator(item["code"]).title for item in items if item["code"] not in decides]
    if outside:
        whole = len(outside) == len(items)
        yield said["outside_all"] if whole else said["outside"].format(titles="”“".join(outside))


def _counted_words(counts: Counter[str], unit: str) -> str:
    """达标 3 项，无数据 1 项: judgements that occur, in the order of their words."""
    return "，".join(f"{word} {number(counts[key])} {unit}" for key, word in text.JUDGEMENTS.items() if counts[key])


def _judged_words(standard: Standard, items: Sequence[Item], named: Mapping[str, str]) -> str:
    """The same of items, each judgement in the words of its standard, or in those ``named``."""
    order = list(text.JUDGEMENTS)
    found = sorted(items, key=lambda item: order.index(item["judgement"]))
    counts = Counter(
        named.get(item["judgement"]) or text.word(standard, standard.indicator(item["code"]), item["judgement"]) for item in found
    )
    return "，".join(f"{word} {number(many)} {words()['items']['unit']}" for word, many in counts.items())


def _item(standard: Standard, item: Item, veto: bool, on: date) -> tuple[str | Cell, ...]:
    """The cells of a county item after its number: title, what was found, judgement."""
    indicator = standard.indicator(item["code"])
    if veto:
        word = words()["veto"].get(item["judgement"], NOTHING)
        return indicator.title, word, judged(item["judgement"])
    own = own_limit(standard, item, on)
    points = isinstance(indicator.rule, Points)
    return (
        indicator.title,
        amount(standard, item["value"], item.get("unit"), item["limit"]),
        f"满分{number(indicator.rule.most)}" if points else bound(standard, item) + (f"（{own}）" if own else ""),
        indicator.unit if points else unit_of(standard, item),
        judged(item["judgement"], text.word(standard, indicator, item["judgement"])),
    )


def short_titles(standard: Standard) -> Mapping[str, str]:
    """Indicator code -> its short title."""
    return {indicator.code: indicator.short or indicator.title for indicator in standard.indicators}
