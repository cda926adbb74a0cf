"""The head of the verdict page: sentence, reasons, facts, dimensions and the fourteen coefficients, from the result's JSON.

Values to print only. Not here: the table of schools (``schools_table``), any rule: each count, judgement and sentence is the result's.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dudao.evaluation.verdict import together
from dudao.standards.model import Chapter, SchoolRule, Standard, Variation, Veto
from dudao_web.evaluations import shown

Result = Mapping[str, Any]
AXIS = 0.6  # the axis of the coefficients, shared by both levels; it grows when a value is larger
FIRST_REASONS = 8


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of the verdict. ``link``: what explains it: ("variation", level, code), ("school", n) or ("item", code)."""

    judgement: str
    text: str
    link: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the standard's chapters: its own count in words, and its judgement."""

    title: str
    text: str
    judgement: str
    word: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One coefficient on its axis. ``x``, ``limit_x``, ``last_x``: per cent of the axis' width, None for none."""

    code: str
    level: str
    title: str
    judgement: str
    cv: str
    words: str
    x: float | None
    limit_x: float | None
    last_x: float | None
    limit: str
    label_end: bool


@dataclass(frozen=True, slots=True)
class StripRow:
    """One indicator with its coefficient at every level."""

    title: str
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The coefficients. ``heads``: (level title, limit); ``rule``: code of the indicator that sets it; ``ticks``: (per cent, number) of the axis."""

    heads: tuple[tuple[str, str], ...]
    rule: str
    rows: tuple[StripRow, ...]
    ticks: tuple[tuple[float, str], ...]
    eyes: tuple[Strip, ...]
    met: int
    all: int
    has_last: bool


def reasons(result: Result, standard: Standard) -> tuple[list[Reason], list[Reason]]:
    """The first reasons and the rest, in the result's own order: not_met first.

    First stand those that fail and those that lack a school's figures; items without any data follow.
    """
    places: dict[tuple[Any, Any], int] = {}
    for number, school in enumerate(result["schools"]):
        places.setdefault((school["code"], school["level"]), number)
    ratios = {
        code for item in standard.indicators if isinstance(item.rule, Variation) for code in item.rule.of
    }
    found = []
    for reason in result["verdict"]["reasons"]:
        key = (reason["school"], reason["level"])
        link: tuple[Any, ...] = ("item", reason["code"])
        if reason["code"] in ratios and reason["level"]:
            link = ("variation", reason["level"], reason["code"])
        elif key in places and reason["level"]:
            link = ("school", places[key])
        found.append(Reason(reason["judgement"], reason["text"], link))
    lacking = (
        place
        for place, reason in enumerate(found)
        if reason.judgement != "not_met" and reason.link[0] == "item"
    )
    cut = min(FIRST_REASONS, next(lacking, len(found)) or FIRST_REASONS)
    return found[:cut], found[cut:]


def counted(result: Result, standard: Standard) -> str:
    """小学 14 个，初中 8 个."""
    levels = Counter(school["level"] for school in result["schools"])
    return "，".join(f"{stage.title} {levels[stage.name]} 个" for stage in standard.levels)


def excluded(result: Result) -> list[tuple[str, int]]:
    """Each reason for not counting a school, with how many."""
    return list(Counter(item["reason"] for item in result["excluded"]).items())


def dimensions(result: Result, standard: Standard) -> list[Dimension]:
    """The standard's chapters, each with the judgement of its own items together."""
    judged = {item["code"]: item for item in result["county"] if "level" not in item}
    named = {*standard.verdict.all_of, *standard.verdict.vetoes}
    found = []
    for chapter in standard.chapters:
        items = [
            judged[item.code] for item in chapter.indicators if item.code in named and item.code in judged
        ]
        if not items:
            continue
        joined = together(item["judgement"] for item in items)
        veto = all(isinstance(item.rule, Veto) for item in chapter.indicators)
        found.append(
            Dimension(
                chapter.title,
                _said(chapter, items, result, standard, veto),
                "undetermined" if joined == "no_data" else joined,
                {"met": "未发生", "not_met": "有发生"}.get(joined, "") if veto else "",
                chapter.indicators[0].code,
            )
        )
    return found


def _said(chapter: Chapter, items: list[Any], result: Result, standard: Standard, veto: bool) -> str:
    if any(isinstance(item.rule, SchoolRule) for item in chapter.indicators):
        counts = Counter(school["judgement"] for school in result["schools"])
        said = [(counts["not_met"], "校未达标"), (counts["no_data"], "校缺数据")]
        schools = "，".join(f"{count} {word}" for count, word in said if count) or f"{counts['met']} 校达标"
        return "，".join(filter(None, [schools, _variations_said(chapter, result)]))
    if veto:
        return f"{len(items)} 种情形"
    if len(items) == 1 and items[0]["value"] is not None:
        return shown.in_unit(items[0]["value"], items[0]["unit"], standard.rounding.values)
    return f"{sum(item['judgement'] == 'met' for item in items)}/{len(items)} 项"


def _variations_said(chapter: Chapter, result: Result) -> str:
    """What the chapter's coefficients fail by; "" when all are within their limits or the chapter judges none."""
    judged = {item["code"]: item["judgement"] for item in result["county"] if "level" not in item}
    of = {
        code
        for item in chapter.indicators
        if isinstance(item.rule, Variation) and judged.get(item.code) != "met"
        for code in item.rule.of
    }
    counts = Counter(item["judgement"] for item in result["county"] if "mean" in item and item["code"] in of)
    said = [(counts["not_met"], "项差异系数高于限值"), (counts["no_data"], "项差异系数数据不全")]
    return "，".join(f"{count} {word}" for count, word in said if count)


def chart(result: Result, standard: Standard, last: Result | None) -> Chart:
    """The coefficients on one axis, with last year's where there is one."""
    now = {(item["code"], item["level"]): item for item in result["county"] if "mean" in item}
    before = {
        (item["code"], item["level"]): item["cv"]
        for item in (last or {"county": []})["county"]
        if "mean" in item
    }
    numbers = [value for item in now.values() for value in (item["cv"], item["limit"]) if value is not None]
    axis = max([AXIS, *(int(value * 10 + 1) / 10 for value in numbers if value > AXIS)])
    rows = []
    for code in dict.fromkeys(code for code, _ in now):
        title = standard.indicator(code).title
        strips = tuple(
            _strip(
                now[code, stage.name],
                before.get((code, stage.name)),
                f"{stage.title}　{title}",
                axis,
                standard,
            )
            for stage in standard.levels
            if (code, stage.name) in now
        )
        rows.append(StripRow(title, strips))
    every = [strip for row in rows for strip in row.strips]
    heads = tuple(
        (stage.title, next((s.limit for s in every if s.level == stage.name), ""))
        for stage in standard.levels
    )
    steps = round(axis / 0.2)
    ticks = tuple((round(step * 20 / axis, 2), f"{step / 5:g}") for step in range(steps + 1))
    return Chart(
        heads,
        next((item.code for item in standard.indicators if isinstance(item.rule, Variation)), ""),
        tuple(rows),
        ticks,
        tuple(strip for strip in every if strip.judgement not in ("met", "not_applicable")),
        sum(strip.judgement == "met" for strip in every),
        sum(strip.judgement != "not_applicable" for strip in every),
        any(strip.last_x is not None for strip in every),
    )


def _strip(item: Any, last: float | None, title: str, axis: float, standard: Standard) -> Strip:
    def place(value: float | None) -> float | None:
        return None if value is None else round(min(value / axis, 1) * 100, 2)

    judged = item["judgement"] in ("met", "not_met")
    places = standard.rounding.variation
    limit_x = place(item["limit"])
    return Strip(
        code=item["code"],
        level=item["level"],
        title=title,
        judgement=item["judgement"],
        cv=shown.value(item["cv"], places, item["limit"], met=item["judgement"] == "met") if judged else "",
        words=_unjudged(item) if not judged else "",
        x=place(item["cv"]) if judged else None,
        limit_x=limit_x,
        last_x=place(last) if judged else None,
        limit="" if item["limit"] is None else shown.value(item["limit"], 2),
        label_end=limit_x is not None and limit_x > 50,
    )


def _unjudged(item: Any) -> str:
    if item["judgement"] == "not_applicable":
        return "没有学校"
    return "数据不全，未判定"
