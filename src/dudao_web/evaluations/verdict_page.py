"""The head of the verdict page: sentence, reasons, facts, dimensions and the coefficients, from the result's JSON.

Values to print only. Not here: the table of schools (``schools_table``), the county's items (``items_page``), any rule: each count,
judgement and sentence is the result's.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dudao.evaluation.coefficients import Composite
from dudao.evaluation.evaluate import Evaluation as Computed
from dudao.evaluation.verdict import together
from dudao.standards.model import Chapter, Points, SchoolRule, Standard, Variation, Veto
from dudao_web.evaluations import shown

Result = Mapping[str, Any]
AXIS = 0.6  # the axis of the coefficients, shared by both levels; it grows when a value is larger
FIRST_REASONS = 8
# The result's own words (``dudao.evaluation.sentences``), by which equal causes are known:
OPEN = "不能判定："  # between a coefficient and what keeps it from being judged
UNREADABLE = "不能读取，可能缺少学校"  # after the names of files
ALL_SCHOOLS = "，不能判定所有学校"  # after both


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of the verdict. ``link``: what explains it: ("variation", level, code), ("school", n), ("unit", code, n) of a school's
    item, or ("item", code)."""

    judgement: str
    text: str
    link: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the standard's chapters: its own count in words, and its judgement; "" where the verdict rests on none of its items."""

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


def reasons(
    result: Result, standard: Standard, units: Mapping[tuple[str, str | None], int]
) -> tuple[list[Reason], list[Reason]]:
    """The first reasons and the rest, in the result's own order: not_met first; equal causes of coefficients once. ``units``: place of
    the school that an item is judged of, by code of the item and of the school.

    First stand those that fail and those that lack a school's figures; items without any data follow.
    """
    places: dict[tuple[Any, Any], int] = {}
    for number, school in enumerate(result["schools"]):
        places.setdefault((school["code"], school["level"]), number)
    wholes = [item for item in standard.indicators if isinstance(item.rule, Variation)]
    ratios = {code for item in wholes for code in item.rule.of}
    composite = {item.code for item in wholes}
    found = []
    for reason in result["verdict"]["reasons"]:
        code, level, school = reason["code"], reason["level"], reason["school"]
        link: tuple[Any, ...] = ("item", code)
        if level and code in ratios | composite:
            link = ("variation", level, code if code in ratios else "composite")
        elif level and (school, level) in places:
            link = ("school", places[school, level])
        elif (code, school) in units:
            link = ("unit", code, units[code, school])
        found.append(Reason(reason["judgement"], reason["text"], link))
    found = _together(found, {ratio: item.code for item in wholes for ratio in (*item.rule.of, "composite")})
    lacking = (
        place
        for place, reason in enumerate(found)
        if reason.judgement != "not_met" and reason.link[0] == "item" and reason.link[1] not in composite
    )
    cut = min(FIRST_REASONS, next(lacking, len(found)) or FIRST_REASONS)
    return found[:cut], found[cut:]


def _together(found: list[Reason], whole: Mapping[str, str]) -> list[Reason]:
    """The reasons with each cause said once: files that cannot be read, then coefficients that lack the same. ``whole``: the item
    that judges each coefficient."""
    causes = [_causes(reason) for reason in found]
    files = next((cause for own in causes for cause in own if cause.endswith(UNREADABLE)), "")
    left = [tuple(cause for cause in own if cause != files) for own in causes]
    same = Counter(left[place] for place, own in enumerate(causes) if own and left[place])
    count = sum(files in own for own in causes)
    said: set[tuple[str, ...]] = set()
    joined = []
    for reason, own, rest in zip(found, causes, left, strict=True):
        if not own and not (files and reason.text == f"{files}{ALL_SCHOOLS}。"):
            joined.append(reason)
            continue
        link = ("item", whole[reason.link[2]]) if own else reason.link
        if files and (files,) not in said and (files in own or not own):
            said.add((files,))
            schools = any(one.text == f"{files}{ALL_SCHOOLS}。" for one in found)
            text = (
                f"{files}{ALL_SCHOOLS}和 {count} 项差异系数。"
                if schools
                else f"{files}，不能判定 {count} 项差异系数。"
            )
            joined.append(Reason(reason.judgement, text, link))
        if rest and same[rest] == 1:
            text = reason.text.partition(OPEN)[0]
            joined.append(Reason(reason.judgement, f"{text}{OPEN}{'；'.join(rest)}。", reason.link))
        elif rest and rest not in said:
            said.add(rest)
            text = f"{same[rest]} 项差异系数{OPEN}{'；'.join(rest)}。"
            joined.append(Reason(reason.judgement, text, link))
    return joined


def _causes(reason: Reason) -> tuple[str, ...]:
    """What keeps a coefficient from being judged; () for any other reason."""
    if reason.link[0] != "variation" or OPEN not in reason.text:
        return ()
    return tuple(reason.text.partition(OPEN)[2].removesuffix("。").split("；"))


def units(computed: Computed) -> dict[tuple[str, str | None], int]:
    """The place of each school that an item is judged of, by code of the item and of the school."""
    return {
        (item.indicator.code, one.school.code): one.school.number
        for item in computed.items
        for one in item.schools
    }


def counted(result: Result, standard: Standard) -> str:
    """小学 14 个，初中 8 个."""
    levels = Counter(school["level"] for school in result["schools"])
    return "，".join(f"{stage.title} {levels[stage.name]} 个" for stage in standard.levels)


def excluded(result: Result) -> list[tuple[str, int]]:
    """Each reason for not counting a school, with how many."""
    return list(Counter(item["reason"] for item in result["excluded"]).items())


def dimensions(result: Result, standard: Standard) -> list[Dimension]:
    """The standard's chapters, each with the judgement together of those of its items that the verdict rests on, if any."""
    judged = {item["code"]: item for item in result["county"] if "level" not in item}
    named = {*standard.verdict.all_of, *standard.verdict.vetoes}
    found = []
    for number, chapter in enumerate(standard.chapters, 1):
        items = [judged[item.code] for item in chapter.indicators if item.code in judged]
        resting = [item["judgement"] for item in items if item["code"] in named]
        if not items:
            continue
        joined = together(resting) if resting else ""
        veto = all(isinstance(item.rule, Veto) for item in chapter.indicators)
        found.append(
            Dimension(
                chapter.title,
                _said(chapter, items, result, standard, veto),
                "undetermined" if joined == "no_data" else joined,
                {"met": "未发生", "not_met": "有发生"}.get(joined, "") if veto else "",
                f"chapter-{number}",
            )
        )
    return found


def _said(chapter: Chapter, items: list[Any], result: Result, standard: Standard, veto: bool) -> str:
    rules = [item.rule for item in chapter.indicators]
    if any(isinstance(rule, SchoolRule) for rule in rules):
        counts = Counter(school["judgement"] for school in result["schools"])
        said = [(counts["not_met"], "校未达标"), (counts["no_data"], "校缺数据")]
        schools = "，".join(f"{count} {word}" for count, word in said if count) or f"{counts['met']} 校达标"
        return "，".join(filter(None, [schools, _variations_said(chapter, result)]))
    if any(isinstance(rule, Variation) and rule.judges == "composite" for rule in rules):
        return "，".join(_composites_said(result, standard))
    if veto:
        return f"{len(items)} 种情形"
    if all(isinstance(rule, Points) for rule in rules):
        known = [item["value"] for item in items if item["value"] is not None]
        most = sum(rule.most for rule in rules if isinstance(rule, Points))
        lacking = f"，{len(items) - len(known)} 项没有得分" if len(known) < len(items) else ""
        return f"{shown.amount(sum(known))}/{shown.amount(most)} 分{lacking}"
    if len(items) == 1 and items[0]["value"] is not None:
        levels = {stage.name: stage.title for stage in standard.levels}
        return shown.answer(items[0]["value"], items[0]["unit"], levels, items[0]["limit"])
    return f"{sum(item['judgement'] == 'met' for item in items)}/{len(items)} 项"


def _composites_said(result: Result, standard: Standard) -> Iterator[str]:
    titles = {stage.name: stage.title for stage in standard.levels}
    for item in result["county"]:
        if item["code"] == "composite":
            yield f"{titles[item['level']]} {shown.value(item['cv'], standard.rounding.variation) or '无数据'}"


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


def chart(
    result: Result, standard: Standard, last: Result | None, composites: Mapping[str, Composite]
) -> Chart:
    """The coefficients on one axis, with last year's where there is one; the composites, where the standard has them, come last."""
    rows = [item for item in result["county"] if "mean" in item]
    if any(isinstance(item.rule, Variation) and item.rule.composite for item in standard.indicators):
        rows += [_composite(item) for item in composites.values()]
    now = {(item["code"], item["level"]): item for item in rows}
    before = {
        (item["code"], item["level"]): item["cv"]
        for item in (last or {"county": []})["county"]
        if "cv" in item
    }
    numbers = [value for item in now.values() for value in (item["cv"], item["limit"]) if value is not None]
    axis = max([AXIS, *(int(value * 10 + 1) / 10 for value in numbers if value > AXIS)])
    found = []
    for code in dict.fromkeys(code for code, _ in now):
        title = "综合差异系数" if code == "composite" else standard.indicator(code).title
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
        found.append(StripRow(title, strips))
    every = [strip for row in found for strip in row.strips]
    heads = tuple(
        (stage.title, next((s.limit for s in every if s.level == stage.name and s.limit), ""))
        for stage in standard.levels
    )
    steps = round(axis / 0.2)
    ticks = tuple((round(step * 20 / axis, 2), f"{step / 5:g}") for step in range(steps + 1))
    return Chart(
        heads,
        next((item.code for item in standard.indicators if isinstance(item.rule, Variation)), ""),
        tuple(found),
        ticks,
        tuple(strip for strip in every if strip.judgement not in ("met", "not_applicable")),
        sum(strip.judgement == "met" for strip in every),
        sum(strip.judgement != "not_applicable" for strip in every),
        any(strip.last_x is not None for strip in every),
    )


def _composite(item: Composite) -> dict[str, Any]:
    """A composite as the result has a coefficient."""
    limit = None if item.limit is None or item.limit.value is None else float(item.limit.value)
    judgement = item.judgement
    return {
        "code": "composite",
        "level": item.level.name,
        "cv": item.cv,
        "limit": limit,
        "judgement": judgement,
    }


def _strip(item: Any, last: float | None, title: str, axis: float, standard: Standard) -> Strip:
    def place(value: float | None) -> float | None:
        return None if value is None else round(min(value / axis, 1) * 100, 2)

    stands = item["cv"] is not None and item["judgement"] != "no_data"
    places = standard.rounding.variation
    limit_x = place(item["limit"])
    return Strip(
        code=item["code"],
        level=item["level"],
        title=title,
        judgement=item["judgement"],
        cv=shown.value(item["cv"], places, item["limit"], met=item["judgement"] == "met") if stands else "",
        words=_unjudged(item) if not stands else "",
        x=place(item["cv"]) if stands else None,
        limit_x=limit_x,
        last_x=place(last) if stands else None,
        limit="" if item["limit"] is None else shown.value(item["limit"], 2),
        label_end=limit_x is not None and limit_x > 50,
    )


def _unjudged(item: Any) -> str:
    if item["judgement"] == "not_applicable" and item["code"] != "composite":
        return "没有学校"
    return "数据不全，未判定"
