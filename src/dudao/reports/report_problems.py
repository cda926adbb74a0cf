"""Problems, gaps and annexes of the self-assessment report (存在问题、数据缺口、附件).

What is not met with what each school lacks in whole things, what has no data and which figures to hand in, what was relieved and what was not
counted. Not here: the chapters (``report_sections``), any judgement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from dudao.reports import text
from dudao.reports.report_figures import NOTHING, Item, level, number, school
from dudao.reports.report_parts import Annex, Cell, Column, Heading, Paragraph, Part, Table, row
from dudao.reports.report_sections import short_titles, words
from dudao.standards.model import Count, SchoolRule, Standard, Total, Variation

Row = tuple[Cell | None, ...]

_NAMED = 12
"""Schools named beside one missing figure; the results workbook lists them all."""


def problems(standard: Standard, result: Item) -> list[Part]:
    """存在问题: every reason that is not met; schools with what they lack, then coefficients, then other items."""
    said = words()["problems"]
    inside: list[Part] = []
    rules = [indicator for indicator in standard.indicators if isinstance(indicator.rule, SchoolRule)]
    failed = [item for item in result["schools"] if item["judgement"] == "not_met"]
    if failed and rules:
        inside += [Heading(2, said["schools"]), Paragraph(_schools_text(rules[0].title, failed, result))]
        inside.append(Table(said["caption"], _lack_columns(), tuple(_lacks(standard, failed))))
    inside += _listed(standard, result, "not_met", said)
    return [Heading(1, words()["sections"]["problems"]), *inside] if inside else []


def gaps(standard: Standard, result: Item) -> list[Part]:
    """数据缺口: every reason without data; schools with the figures to hand in, then coefficients, then other items."""
    said = words()["gaps"]
    inside: list[Part] = []
    if any(item["school"] or item["level"] for item in result["missing"]):
        rows = tuple(_missing(standard, result))
        columns = (
            Column("缺的填报项目", 44),
            Column("受影响的指标", 40),
            Column("学校数", 14, "right", "所"),
            Column("学校", 58),
        )
        inside += [
            Heading(2, said["schools"]),
            Paragraph(said["schools_text"]),
            Table(said["caption"], columns, rows),
        ]
    inside += _listed(standard, result, "no_data", said)
    if county := tuple(_missing_county(standard, result)):
        inside.append(Table(said["county_caption"], (Column("指标", 46), Column("缺的填报项目", 110)), county))
    return [Heading(1, words()["sections"]["gaps"]), *inside] if inside else []


def _schools_text(rule: str, failed: Sequence[Item], result: Item) -> str:
    said = words()["problems"]
    near = [
        item
        for item in result["schools"]
        if item["judgement"] == "met" and any(v["judgement"] == "not_met" for v in item["indicators"].values())
    ]
    sentence = said["schools_text"].format(rule=rule, count=number(len(failed)))
    return sentence + (said["others"].format(count=number(len(near))) if near else "")


def _lack_columns() -> tuple[Column, ...]:
    return (
        Column("学校", 41),
        Column("学段", 13, "centre"),
        Column("低于达标值的指标", 41),
        Column("值", 22, "right"),
        Column("达标值", 22, "right"),
        Column("占达标值", 22, "right", "%"),
        Column("差额", 36),
    )


def _lacks(standard: Standard, failed: Sequence[Item]) -> Iterator[Row]:
    places, titles = standard.rounding.values, short_titles(standard)
    for item in failed:
        below = [(code, v) for code, v in item["indicators"].items() if v["judgement"] == "not_met"]
        for place, (code, value) in enumerate(below):
            first = (Cell(school(item), rows=len(below)), Cell(level(standard, item["level"]), rows=len(below)))
            lack = text.gap(value["gap"])
            if text.looks_met(value["value"], value["limit"], places):
                lack += f"（{text.RAW_SHORT}）"
            unit = standard.indicator(code).unit
            yield row(
                *((None, None) if place else first),
                f"{titles[code]}（{unit}）" if unit else titles[code],
                number(value["value"], places),
                number(value["limit"], places),
                str(text.share(value["value"], value["limit"])),
                lack or NOTHING,
            )


def _listed(standard: Standard, result: Item, judgement: str, said: Mapping[str, str]) -> Iterator[Part]:
    """Reasons that are no school's, each in its own words: coefficients, then the rest."""
    rules = {item.code for item in standard.indicators if isinstance(item.rule, SchoolRule)}
    coefficients = {code for item in standard.indicators if isinstance(item.rule, Variation) for code in (item.code, *item.rule.of)}
    reasons = [
        reason
        for reason in result["verdict"]["reasons"]
        if reason["judgement"] == judgement and not (reason["code"] in rules and reason["level"])
    ]
    for key, of in (
        ("variation", [reason for reason in reasons if reason["code"] in coefficients]),
        ("items", [reason for reason in reasons if reason["code"] not in coefficients]),
    ):
        if of:
            yield Heading(2, said[key])
            yield from _chapters(standard, of) if key == "items" and judgement == "no_data" else _lines(of)


def _lines(reasons: Sequence[Item]) -> Iterator[Part]:
    for place, reason in enumerate(reasons, start=1):
        yield Paragraph(f"{place}. {reason['text']}")


def _chapters(standard: Standard, reasons: Sequence[Item]) -> Iterator[Part]:
    """Items without data by chapter, a paragraph each; reasons of the rules in their own words."""
    titles = {item.code: item.title for item in standard.indicators if not isinstance(item.rule, SchoolRule | Variation)}
    for chapter in standard.chapters:
        codes = {indicator.code for indicator in chapter.indicators}
        found = list(dict.fromkeys(titles[reason["code"]] for reason in reasons if reason["code"] in codes & titles.keys()))
        if found:
            said = words()["gaps"]["chapter"].format(chapter=chapter.title, titles="；".join(found))
            yield Paragraph(said if found != [chapter.title] else f"{chapter.title}。")
    for reason in reasons:
        if reason["code"] not in titles:
            yield Paragraph(reason["text"])


def _missing(standard: Standard, result: Item) -> Iterator[Row]:
    """Each figure that schools lack once: which indicators it affects, which schools must hand it in."""
    names: dict[str | None, dict[str, None]] = {}
    for item in (*result["schools"], *result["excluded"]):
        names.setdefault(item["code"], {})[school(item)] = None
    titles = short_titles(standard)
    lacking: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for item in result["missing"]:
        if item["school"] or item["level"]:
            codes, schools = lacking.setdefault(item["field"], ({}, {}))
            codes[titles.get(item["code"], item["code"])] = None
            schools["、".join(names.get(item["school"], ())) or item["school"] or "未填校名的学校"] = None
    for field, (codes, schools) in lacking.items():
        told = "、".join(list(schools)[:_NAMED])
        more = words()["gaps"]["more"].format(count=number(len(schools))) if len(schools) > _NAMED else ""
        yield row(field, "、".join(codes), number(len(schools)), told + more)


def _missing_county(standard: Standard, result: Item) -> Iterator[Row]:
    """Items of the county with the figures that they lack."""
    titles = {item.code: item.title for item in standard.indicators}
    lacking: dict[str, dict[str, None]] = {}
    made = {item.code for item in standard.indicators if isinstance(item.rule, Count | Total)}  # they lack what their items lack
    for item in result["missing"]:
        if not item["school"] and not item["level"] and item["code"] not in made:
            lacking.setdefault(item["code"], {})[item["field"]] = None
    for code, fields in lacking.items():
        yield row(titles.get(code, code), "、".join(fields))


def annexes(standard: Standard, result: Item) -> Iterator[Annex]:
    """附件: what was relieved, what was not counted."""
    said = words()["annex"]
    if result["reliefs"]:
        columns = (
            Column("学校", 36),
            Column("指标", 30),
            Column("放宽条件", 44),
            Column("计入数量、放宽后限值", 24, "right"),
            Column("单位", 13, "centre"),
            Column("有效期至", 26, "centre"),
        )
        table = Table("", columns, tuple(_relief(standard, item) for item in result["reliefs"]))
        yield Annex(said["reliefs"], (Paragraph(said["reliefs_text"]), table))
    if result["excluded"]:
        columns = (
            Column("学校", 46),
            Column("学校类型", 26, "centre"),
            Column("学段", 14, "centre"),
            Column("在校生数", 18, "right", "人"),
            Column("不计入的原因", 46),
        )
        yield Annex(said["excluded"], (Table("", columns, tuple(_excluded(standard, i) for i in result["excluded"])),))


def _relief(standard: Standard, item: Item) -> Row:
    whole = isinstance(item["amount"], int)
    return row(
        school(item | {"code": item["school"]}),
        short_titles(standard).get(item["indicator"], item["indicator"]),
        item["flag"] or NOTHING,
        number(item["amount"], None if whole else standard.rounding.values),
        item["unit"],
        text.day(date.fromisoformat(item["until"])) if item["until"] else words()["annex"]["endless"],
    )


def _excluded(standard: Standard, item: Item) -> Row:
    stage = level(standard, item["level"]) if item["level"] else words()["annex"]["whole"]
    return row(school(item), item["type"] or NOTHING, stage, number(item["pupils"]), item["reason"])
