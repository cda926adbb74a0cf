"""What a reading page shows of a standard: clauses with their rules, who is left out, readings compared, duties, phases, cases.

Built of the library's Standard alone; no database. Not here: the words of a rule (``words``), which text is read (``queries``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from dudao.standards import contents, load_standard
from dudao.standards.model import Chapter, Indicator, Standard
from dudao.standards.nodes import Keys, Problem, read_yaml
from dudao.standards.phases import Phase, phases
from dudao.standards.responsibilities import Responsibility, by_unit, responsibilities
from dudao_web.standards import words

_NAMED = 4  # items of one chapter that the verdict names one by one


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit to read: for which level, since when, by which source."""

    level: str
    text: str
    since: str
    source: str


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One indicator to read. ``rule``: how it is computed and judged, line by line."""

    indicator: Indicator
    rule: tuple[str, ...]
    limits: tuple[LimitLine, ...]
    reliefs: tuple[str, ...]
    proofs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One indicator that the readings (口径) of a standard say differently: what each says, in the order of the readings."""

    code: str
    title: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case (算例): its name and the day it is judged on."""

    name: str
    on: str


@dataclass(frozen=True, slots=True)
class Duties:
    """What one unit answers for: the indicators' codes and titles beside each task."""

    unit: str
    rows: tuple[tuple[tuple[tuple[str, str], ...], Responsibility], ...]


def chapters(standard: Standard) -> list[tuple[Chapter, list[ClauseLine], str]]:
    """Every chapter with its clauses, in document order; of one without, why."""
    return [
        (
            chapter,
            [line(standard, item) for item in chapter.indicators],
            "" if chapter.indicators else without_items(standard, chapter),
        )
        for chapter in standard.chapters
    ]


def without_items(standard: Standard, chapter: Chapter) -> str:
    """Why a chapter has no item of its own: another item names it, or another reading (口径) alone has items there."""
    named = [item.code for item in standard.indicators if chapter.title in item.title]
    if named:
        return f"本章没有单独的项目，合在 {words.names(standard, named)} 中。"
    others = [
        profile.title
        for profile in standard.profiles
        if any(own.title == chapter.title and own.indicators for own in _of(standard, profile.name).chapters)
    ]
    return f"本口径没有本章的项目，见口径“{'”“'.join(others)}”。" if others else "本标准不采用本章的项目。"


def _of(standard: Standard, profile: str) -> Standard:
    """The standard under another of its readings."""
    return load_standard(standard.path, profile)


def line(standard: Standard, indicator: Indicator) -> ClauseLine:
    """One clause."""
    return ClauseLine(
        indicator,
        tuple(words.rule_lines(standard, indicator)),
        tuple(_limits(standard, indicator)),
        tuple(words.relief_lines(standard, indicator)),
        indicator.proofs,
    )


def _limits(standard: Standard, indicator: Indicator) -> Iterator[LimitLine]:
    titles = {stage.name: stage.title for stage in standard.levels}
    for item in indicator.limits:
        end = f"至{words.day(item.until)}" if item.until else "起"
        when = f"（{words.formula(standard, item.when)}）" if item.when else ""
        yield LimitLine(
            titles.get(item.level or "", ""),
            f"{words.limit(item, indicator.unit, standard)} {words.unit(indicator.unit)}{when}".strip(),
            f"{words.day(item.since)}{end}",
            item.source,
        )


def left_out(standard: Standard) -> list[str]:
    """Which schools are not counted, and why; none where the standard judges no schools."""
    if not standard.levels:
        return []
    kinds = words.excluded_types(standard.types)
    return [*kinds, *(words.exclusion(standard, item) for item in standard.exclusions)]


@lru_cache(maxsize=16)
def compared(standard: Standard) -> tuple[Compared, ...]:
    """Every indicator that differs between the readings of the standard, and the verdict where it does."""
    readings = [_of(standard, profile.name) for profile in standard.profiles]
    known = [{item.code: item for item in reading.indicators} for reading in readings]
    found = []
    for code in dict.fromkeys(code for own in known for code in own):
        said = tuple(_said(reading, own.get(code)) for reading, own in zip(readings, known, strict=True))
        if len(set(said)) > 1:
            title = next(own[code].title for own in known if code in own)
            found.append(Compared(code, title, said))
    verdicts = tuple(verdict(reading) for reading in readings)
    if len(set(verdicts)) > 1:
        found.append(Compared("", "结论", verdicts))
    return tuple(found)


def _said(standard: Standard, indicator: Indicator | None) -> str:
    """Limits, rule and reliefs of an indicator in one text."""
    if indicator is None:
        return "没有这一项"
    own = line(standard, indicator)
    limits = "；".join(f"{item.level}{item.text}" for item in own.limits)
    return "\n".join(filter(None, [limits and f"达标值 {limits}", *own.rule, *own.reliefs]))


def verdict(standard: Standard) -> str:
    """The verdict rule in one sentence; more than a few items of one chapter are named by the chapter."""
    rule = standard.verdict
    said = []
    for chapter in standard.chapters:
        own = [item.code for item in chapter.indicators if item.code in rule.all_of]
        if len(own) > _NAMED:
            said.append(f"{chapter.title} {len(own)} 项")
        elif own:
            said.append(words.names(standard, own))
    vetoes = f"，且没有一票否决的情形（{words.names(standard, rule.vetoes)}）" if rule.vetoes else ""
    return f"{'、'.join(said)}均达标{vetoes}。"


def duties(standard: Standard) -> list[Duties]:
    """单位 → 指标与任务, units in order of first mention; empty where the standard has no table."""
    titles: Mapping[str, str] = {item.code: item.title for item in standard.indicators}
    return [
        Duties(unit, tuple((tuple((code, titles[code]) for code in row.indicators), row) for row in rows))
        for unit, rows in by_unit(responsibilities(standard)).items()
    ]


def plan(standard: Standard) -> tuple[Phase, ...]:
    """The phases of the standard's plan."""
    return phases(standard)


def cases(standard: Standard) -> list[Case]:
    """The worked cases that lie in the standard's own folder."""
    problems: list[Problem] = []
    found = []
    for name, data in contents(standard.path).items():
        if name.startswith("tests/") and name.endswith(".yaml"):
            root = read_yaml(name, data.decode("utf-8", "replace"), problems)
            for entry in root.items() if root else ():
                keys = Keys(entry, "name", "on", "profile", "given", "county", "expect")
                found.append(Case(keys.text("name"), words.day(keys.day("on"))))
    return found
