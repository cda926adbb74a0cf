"""Figures of the self-assessment report (自评报告的数字): an evaluation's JSON (schema 1) by level and indicator, rounded once for display.

Charts and tables are made of the same rows. Not here: sentences and tables (``report_sections``), any judgement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dudao.evaluation.judge import limit_of
from dudao.periods import holds
from dudao.reports import text
from dudao.standards.model import (
    Count,
    Given,
    Indicator,
    Points,
    Ratio,
    SchoolRule,
    Standard,
    Total,
    Variation,
)
from dudao.units import Number

Item = Mapping[str, Any]

NOTHING = "—"
COMPOSITE = "composite"
_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
_COUNTS = {Variation: "项", SchoolRule: "所"}


@dataclass(frozen=True, slots=True)
class Meeting:
    """How many schools of a level meet one indicator. ``mean``: of the county, a dash where the standard has none or data lacks;
    ``judged``: whether each school is judged by it, which needs a limit."""

    code: str
    level: str
    title: str
    short: str
    unit: str
    limit: str
    mean: str
    met: int
    schools: int
    judged: bool

    @property
    def share(self) -> Decimal:
        """% of the schools."""
        return text.share(self.met, self.schools)


@dataclass(frozen=True, slots=True)
class Coefficient:
    """校际差异系数 of one indicator, or of all (综合), at one level. ``shown``: ``cv`` rounded, None without one; ``word``: the judgement, a
    dash where it is not judged by itself."""

    code: str
    level: str
    title: str
    short: str
    cv: float | None
    limit: float | None
    judgement: str
    shown: str | None
    word: str


def ratios(standard: Standard) -> tuple[Indicator, ...]:
    """The indicators that every school has a value of."""
    return tuple(indicator for indicator in standard.indicators if isinstance(indicator.rule, Ratio))


def level(standard: Standard, name: str | None) -> str:
    """The title of a level, 全县 without one."""
    return standard.stage(name).title if name else "全县"


def school(row: Item) -> str:
    """A school's name, its code where it has none."""
    return row["name"] or row["code"] or "未填校名的学校"


def meetings(standard: Standard, result: Item) -> Iterator[Meeting]:
    """For each indicator of schools and each level with schools, in the order of the standard."""
    means = {(item["code"], item["level"]): item["mean"] for item in result["county"] if "mean" in item}
    for indicator in ratios(standard):
        for stage in standard.levels:
            values = [
                row["indicators"][indicator.code] for row in result["schools"] if row["level"] == stage.name
            ]
            if not values:
                continue
            limits = {value["limit"] for value in values}
            mean = means.get((indicator.code, stage.name))
            yield Meeting(
                code=indicator.code,
                level=stage.title,
                title=indicator.title,
                short=indicator.short or indicator.title,
                unit=indicator.unit,
                limit=number(limits.pop(), standard.rounding.values) if len(limits) == 1 else NOTHING,
                mean=number(mean, standard.rounding.means),
                met=sum(value["judgement"] == "met" for value in values),
                schools=len(values),
                judged=any(value["limit"] is not None for value in values),
            )


def coefficients(standard: Standard, result: Item) -> Iterator[Coefficient]:
    """For each level with schools its coefficients as the result lists them, the composite last."""
    present = {row["level"] for row in result["schools"]}
    for item in result["county"]:
        if "cv" not in item or item["level"] not in present:
            continue
        composite = item["code"] == COMPOSITE
        limit, judgement = _judged_composite(standard, result, item) if composite else (item["limit"], item["judgement"])
        word = NOTHING if judgement == "not_applicable" else text.JUDGEMENTS[judgement]
        places = standard.rounding.variation
        if judgement == "not_met" and text.rounded(item["cv"], places) <= text.exact(limit):
            word += "（原值大于限值）"
        indicator = None if composite else standard.indicator(item["code"])
        yield Coefficient(
            code=item["code"],
            level=level(standard, item["level"]),
            title=indicator.title if indicator else "综合（各项平均）",
            short=indicator.short or indicator.title if indicator else "综合",
            cv=item["cv"],
            limit=limit,
            judgement=judgement,
            shown=None if item["cv"] is None else number(item["cv"], places),
            word=word,
        )


def _judged_composite(standard: Standard, result: Item, item: Item) -> tuple[float | None, str]:
    """The limit and judgement of a composite: only where the standard judges it in place of each coefficient."""
    for indicator in standard.indicators:
        if isinstance(indicator.rule, Variation) and indicator.rule.judges == "composite":
            limit = limit_of(indicator.limits, item["level"], date.fromisoformat(result["on"]))
            against = [
                reason["judgement"]
                for reason in result["verdict"]["reasons"]
                if (reason["code"], reason["level"]) == (indicator.code, item["level"])
            ]
            return (float(limit.value) if limit and limit.value is not None else None), (against or ["met"])[0]
    return None, "not_applicable"


def number(value: float | int | Decimal | None, places: int | None = None) -> str:
    """A number as printed, its thousands apart; a dash without one. Whole numbers of things have no ``places``.

    >>> number(4.2, 2), number(18), number(None)
    ('4.20', '18', '—')
    """
    if value is None:
        return NOTHING
    return text.grouped(value if places is None else text.rounded(value, places))


def deciding(standard: Standard) -> frozenset[str]:
    """Codes of the indicators that the verdict rests on, by itself or through totals, counts and rules over others."""
    found: set[str] = set()
    ahead = [*standard.verdict.all_of, *standard.verdict.vetoes]
    while ahead:
        code = ahead.pop()
        if code in found:
            continue
        found.add(code)
        rule = standard.indicator(code).rule
        if isinstance(rule, Count | SchoolRule | Variation):
            ahead += rule.of
        elif isinstance(rule, Total):
            ahead += [one for one in rule.of if rule.bonus_counts or not _bonus(standard.indicator(one))]
    return frozenset(found)


def judged_by_more(indicator: Indicator) -> bool:
    """Whether an item may fail though its value meets its limit: by a grade, or by what its clause asks beside the value."""
    return bool(indicator.also) or isinstance(indicator.rule, Given)


def _bonus(indicator: Indicator) -> bool:
    return isinstance(indicator.rule, Points) and indicator.rule.bonus


def apart(standard: Standard, value: Number, unit: str | None, limit: Number | None) -> Decimal | int:
    """A number of the county as shown: a share in %, a whole number whole, others with the decimals of values; with more decimals where it
    would otherwise look like the limit that it differs from."""
    if isinstance(value, int) and unit != "share":
        return value
    scale, places = (100, standard.rounding.shares) if unit == "share" else (1, standard.rounding.values)
    return text.apart(text.exact(value) * scale, None if limit is None else text.exact(limit) * scale, places)


def amount(standard: Standard, value: Any, unit: str | None, limit: Any = None) -> str:
    """A value of the county without its unit, by level where it differs; a share in %, a grade as it is; a dash without one. ``limit``: what
    it is told apart from, by level where it differs."""
    if value is None or isinstance(value, str):
        return value or NOTHING
    if isinstance(value, Mapping):
        bounds = limit if isinstance(limit, Mapping) else {}
        return "，".join(
            f"{level(standard, name)} {amount(standard, part, unit, bounds.get(name))}" for name, part in value.items()
        )
    return number(apart(standard, value, unit, limit if isinstance(limit, int | float) else None))


def unit_of(standard: Standard, item: Item) -> str:
    """The unit in which ``amount`` shows an item."""
    if isinstance(item["value"], str) or (item["value"] is None and item["limit"] is None):
        return NOTHING
    unit = item.get("unit") or _COUNTS.get(type(standard.indicator(item["code"]).rule), "")
    return "%" if unit == "share" else unit or NOTHING


def bound(standard: Standard, item: Item) -> str:
    """The limit of a county item with the sign that compares it, by level where it differs; a dash without one."""
    limit, unit = item["limit"], item.get("unit")
    indicator = standard.indicator(item["code"])
    limits, rule = indicator.limits, indicator.rule
    sign = _SIGNS[limits[0].operator] if limits else ""
    if limit is None:
        return NOTHING
    if isinstance(limit, Mapping):
        stages = [stage for stage in standard.levels if stage.name in limit]
        return "，".join(f"{stage.title}{sign}{_plain(limit[stage.name], unit)}" for stage in stages)
    grade = f"{rule.at_least}级以上，" if isinstance(rule, Given) else ""
    return grade + sign + _plain(limit, unit)


RELIEVED, CLAUSE = "放宽", "另定"


def own_limit(standard: Standard, item: Item, on: date) -> str:
    """放宽 or 另定 where the limit of an item judged school by school is not the plain one; else empty."""
    indicator = standard.indicator(item["code"])
    plain = limit_of(indicator.limits, None, on)
    limit = item["limit"]
    if plain is None or plain.value is None or not isinstance(limit, int | float) or text.exact(limit) == plain.value:
        return ""
    others = [one for one in indicator.limits if one.when is not None and holds(one, on) and one.value == text.exact(limit)]
    return "" if not others else RELIEVED if any(one.code for one in others) else CLAUSE


def _plain(limit: float, unit: str | None) -> str:
    """A limit as the clause prints it: no more decimals than it has."""
    exact = text.exact(limit) * (100 if unit == "share" else 1)
    return text.grouped(exact.normalize() if exact != exact.to_integral_value() else exact.quantize(Decimal(1)))
