"""Every item that makes the verdict, by chapter of the standard: value, limit, judgement, clause, formula, from the result's JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dudao.reports import text
from dudao.standards.model import Chapter, SchoolRule, Standard, Variation
from dudao_web.evaluations import shown
from dudao_web.standards import words


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of the county, to print."""

    code: str
    title: str
    text: str
    clause: str
    formula: tuple[str, ...]
    value: str
    limit: str
    basis: str
    judgement: str


def chapters(result: Mapping[str, Any], standard: Standard, on: date) -> list[tuple[Chapter, list[ItemLine]]]:
    """The judged items under their chapters, in document order."""
    judged = {item["code"]: item for item in result["county"] if "level" not in item}
    return [
        (
            chapter,
            [
                _line(standard, indicator.code, judged[indicator.code], on)
                for indicator in chapter.indicators
                if indicator.code in judged
            ],
        )
        for chapter in standard.chapters
    ]


def _line(standard: Standard, code: str, item: Mapping[str, Any], on: date) -> ItemLine:
    indicator = standard.indicator(code)
    titles = {stage.name: stage.title for stage in standard.levels}
    counted = isinstance(indicator.rule, Variation | SchoolRule)
    if counted:
        value, limit = f"{item['value']}/{item['limit']} 项", ""
        if isinstance(indicator.rule, SchoolRule):
            value = f"{item['value']}/{item['limit']} 校（按学段计）"
    else:
        value = shown.in_unit(item["value"], item["unit"], standard.rounding.values)
        limits = [found for found in words.limits_on(indicator, on) if found.when is None]
        limit = "，".join(
            f"{titles[found.level] if found.level else ''}{words.limit(found, indicator.unit)}"
            for found in limits
        )
    return ItemLine(
        code=code,
        title=indicator.title,
        text=indicator.text,
        clause=indicator.clause,
        formula=tuple(words.formula_lines(standard, indicator)),
        value=value,
        limit=limit,
        basis=text.BASES.get(item.get("basis", ""), "计算"),
        judgement=item["judgement"],
    )
