"""One number walked back: 结论 → 条文 → 公式 → 学校数据 → 来源 → 经办, from the frozen result and the returns it was made of.

Values to print only; the judgement, the gap and the cells are the result's. The share of a school in a coefficient is
contracts §2: (P_i/P)(x_i − X̄)²/S².
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from dudao.standards.model import Indicator, Ratio, Standard, Variation
from dudao_web.evaluations import shown
from dudao_web.evaluations.schools_table import Cell, cell
from dudao_web.standards import words
from dudao_web.submissions import figures
from dudao_web.submissions.models import Submission

Result = Mapping[str, Any]
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure that a value rests on: what it is called, what was typed, in which cell."""

    label: str
    value: str
    unit: str
    place: str


@dataclass(frozen=True, slots=True)
class SchoolValue:
    """Everything about one value of one school at one level."""

    indicator: Indicator
    school: str
    number: int
    level: str
    cell: Cell
    limit: str
    formula: tuple[str, ...]
    figures: tuple[FigureLine, ...]
    missing: tuple[str, ...]
    reliefs: tuple[str, ...]
    submission: Submission | None


@dataclass(frozen=True, slots=True)
class Part:
    """One school in a coefficient. ``share``: of the spread, in per cent; ``bar``: of the widest bar, in per cent."""

    number: int
    name: str
    pupils: str
    value: str
    apart: str
    share: str
    bar: float


@dataclass(frozen=True, slots=True)
class VariationValue:
    """Everything about one coefficient."""

    indicator: Indicator
    rule: Indicator
    level: str
    title: str
    judgement: str
    cv: str
    limit: str
    beyond: str
    mean: str
    spread: str
    pupils: str
    n: int
    parts: tuple[Part, ...]
    missing: tuple[tuple[int, str], ...]


def limit_words(indicator: Indicator, level: str | None, on: date) -> str:
    """The limit in force for a level, in words: ≥7.5."""
    held = [
        item for item in words.limits_on(indicator, on) if item.when is None and item.level in (None, level)
    ]
    return words.limit(held[-1], indicator.unit) if held else ""


def school_value(
    standard: Standard, result: Result, number: int, code: str, on: date, inputs: Iterable[Submission]
) -> SchoolValue:
    """One value of the school in place ``number`` of the result; KeyError or IndexError when there is none."""
    school = result["schools"][number]
    item = school["indicators"][code]
    indicator = standard.indicator(code)
    level = standard.stage(school["level"])
    submission = _submission(item["sources"], school, inputs)
    return SchoolValue(
        indicator=indicator,
        school=school["name"] or school["code"] or "未填校名的学校",
        number=number,
        level=level.title,
        cell=cell(indicator, item, standard),
        limit=limit_words(indicator, level.name, on),
        formula=tuple(_formula(standard, indicator, level.name, submission)),
        figures=tuple(_figures(standard, item["sources"], submission)),
        missing=tuple(
            lack["field"]
            for lack in result["missing"]
            if (lack["code"], lack["level"], lack["school"]) == (code, school["level"], school["code"])
        ),
        reliefs=tuple(
            f"{used['flag']}：计入 {shown.plain(used['amount'])} {used['unit']}"
            for used in result["reliefs"]
            if (used["indicator"], used["school"]) == (code, school["code"])
        ),
        submission=submission,
    )


def _formula(
    standard: Standard, indicator: Indicator, level: str, submission: Submission | None
) -> list[str]:
    """The formula at a level; how a resource is shared only where the school has several stages."""
    rule = indicator.rule
    if not isinstance(rule, Ratio):
        return words.formula_lines(standard, indicator)
    above, below = words.ratio(standard, rule, level)
    if "＋" in above or "－" in above:
        above = f"（{above}）"
    factor = "" if rule.scale == 1 else f"{words.number(rule.scale)} × "
    kind = standard.type_of(submission.kind) if submission is not None else None
    shares = words.shares(standard, rule) if kind is not None and len(kind.stages) > 1 else ""
    return [f"{factor}{above} ÷ {below}", *filter(None, [shares])]


def _submission(sources: Iterable[Item], school: Item, inputs: Iterable[Submission]) -> Submission | None:
    """The return that a value came from: by its file and sheet, and by its code where a table holds many."""
    places = {(source["file"], source["sheet"]) for source in sources}
    rows = [row for row in inputs if row.form == "school" and (not places or (row.path, row.sheet) in places)]
    for row in rows:
        if row.code == (school["code"] or "") and (len(rows) == 1 or row.name == (school["name"] or "")):
            return row
    return None


def _figures(
    standard: Standard, sources: Iterable[Item], submission: Submission | None
) -> Iterable[FigureLine]:
    labels = {field.label: field for field in standard.fields if field.form != "county"}
    stored = figures.decode(submission.figures) if submission is not None else {}
    for source in sources:
        field = labels.get(source["field"])
        figure = stored.get(field.name) if field else None
        place = f"{source['sheet']}!{source['cell']}" if source["sheet"] else source["cell"] or ""
        value = figures.shown(field, figure) if field and figure else ""
        yield FigureLine(source["field"], value, field.unit if field else "", place)


def variation(standard: Standard, result: Result, level: str, code: str, on: date) -> VariationValue:
    """One coefficient; KeyError when the result has none of that level and code."""
    items = {(item["code"], item["level"]): item for item in result["county"] if "mean" in item}
    item = items[code, level]
    indicator = standard.indicator(code)
    rule = next(i for i in standard.indicators if isinstance(i.rule, Variation) and code in i.rule.of)
    rows = [
        (number, school, school["indicators"][code]["value"])
        for number, school in enumerate(result["schools"])
        if school["level"] == level
    ]
    known = [
        (number, school, value) for number, school, value in rows if value is not None and school["pupils"]
    ]
    pupils = sum(school["pupils"] for _, school, _ in known)
    places = standard.rounding
    judged = item["judgement"] in ("met", "not_met")
    beyond = item["cv"] - item["limit"] if item["judgement"] == "not_met" else None
    return VariationValue(
        indicator=indicator,
        rule=rule,
        level=level,
        title=standard.stage(level).title,
        judgement=item["judgement"],
        cv=shown.value(item["cv"], places.variation, item["limit"], met=item["judgement"] == "met"),
        limit=limit_words(rule, level, on),
        beyond="" if beyond is None else shown.value(beyond, places.variation, 0, met=False),
        mean=shown.value(item["mean"], 3),
        spread=shown.value(_spread(known, item["mean"], pupils), 3)
        if known and item["mean"] is not None
        else "",
        pupils=shown.plain(pupils),
        n=item["n"],
        parts=tuple(_parts(known, item["mean"], pupils, places.values)) if judged or known else (),
        missing=tuple((number, school["name"] or "") for number, school, value in rows if value is None),
    )


Known = list[tuple[int, Any, float]]


def _spread(known: Known, mean: float, pupils: float) -> float:
    """S: the root of the variance weighted by pupils."""
    return sqrt(sum(school["pupils"] * (value - mean) ** 2 for _, school, value in known) / pupils)


def _parts(known: Known, mean: float | None, pupils: float, places: int) -> list[Part]:
    """Each school's share of S², the largest first."""
    if mean is None or not pupils:
        return []
    squares = [
        (school["pupils"] / pupils * (value - mean) ** 2, number, school, value)
        for number, school, value in known
    ]
    whole = sum(square for square, *_ in squares)
    widest = max(square for square, *_ in squares)
    return [
        Part(
            number=number,
            name=school["name"] or school["code"] or "",
            pupils=shown.plain(school["pupils"]),
            value=shown.value(value, places),
            apart=("＋" if value > mean else "") + shown.value(value - mean, places),
            share=shown.share(square / whole) if whole else "",
            bar=round(square / widest * 100, 1) if widest else 0,
        )
        for square, number, school, value in sorted(squares, key=lambda item: (-item[0], item[1]))
    ]
