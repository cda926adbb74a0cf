"""From a folder of YAML to a Standard: strict, with file and line in every problem.

A folder holds ``standard.yaml`` (what is judged, stages, school types, profiles, verdict), chapter files
named in it in document order, ``fields.yaml`` (the figures to ask for) and ``tests/*.yaml`` (worked cases;
read by ``dudao.evaluation.cases``). Here lives the loading of one profile of it.
Not here: the files and what another standard lends (``folder``), the kinds of rule (``rules``), cross checks of meaning (``check``), any arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import yaml

from dudao.standards import model, phases, responsibilities, rows_of
from dudao.standards.asked import asked
from dudao.standards.check import check
from dudao.standards.folder import FIELDS, Layer, contents, digest, folder_of, layers, merged, nearest, opened
from dudao.standards.nodes import Entry, Keys, Problem, StandardError, day, plain_decimal
from dudao.standards.rules import KINDS, formula

_LIMIT = re.compile(r"(>=|<=|>|<)\s*(.+)")


@dataclass(slots=True)
class _Overlay:
    """What stands in place of the text: keys of indicators, by code, as the standards of a chain and at last the chosen profile put
    them; ends of reliefs and the verdict, as the profile does."""

    indicators: dict[str, list[Entry]] = field(default_factory=dict)
    reliefs: dict[str, date | None] = field(default_factory=dict)
    verdict: Entry | None = None


def load_standard(standard: str | Path, profile: str = "default") -> model.Standard:
    """The standard of an id or a folder, under one profile; StandardError with every problem when it is not
    sound.

    >>> load_standard("cn-2017-quality-balance").indicator("R1").unit
    '人/百生'
    """
    folder = folder_of(standard)
    files = contents(folder)
    problems: list[Problem] = []
    result = _standard(folder, files, profile, problems)
    if result is not None and not problems:
        problems += check(result)
        responsibilities.read(files, {item.code for item in result.indicators}, problems)
        phases.read(files, problems)
        rows_of.read(files, result.fields, problems)
    if problems or result is None:
        raise StandardError(sorted(set(problems)))
    return result


def _standard(folder: Path, files: Mapping[str, bytes], chosen: str, problems: list[Problem]) -> model.Standard | None:
    chain = layers(files, problems)
    if not chain:
        return None
    keys = merged(
        chain,
        *("extends", "id", "version", "title", "number", "issuer", "since", "judged", "note", "stages", "school_types"),
        *("set", "profiles", "chapters", "verdict", "rounding", "exclusions"),
    )
    profiles, overlay = _profiles(keys, chosen, chain)
    chapters = tuple(
        chapter
        for item in keys.items("chapters")
        if (entry := opened(files, nearest(chain, files, item.text()), item, problems))
        and (chapter := _chapter(entry, chosen, overlay))
    )
    known = {indicator.code for chapter in chapters for indicator in chapter.indicators}
    for code, entries in overlay.indicators.items():
        if code not in known:
            entries[-1].problem(f"改动了不存在的指标 {code}")
    chapters = _in_full(chapters)
    verdict = overlay.verdict or keys.need("verdict")
    return model.Standard(
        id=keys.text("id"),
        version=keys.text("version"),
        title=keys.text("title"),
        number=keys.text("number"),
        issuer=keys.text("issuer"),
        since=keys.day("since"),
        judged=keys.text("judged"),
        sha256=digest(files),
        path=folder,
        profile=next((item for item in profiles if item.name == chosen), model.Profile(chosen, "", "")),
        profiles=profiles,
        stages=tuple(_stage(item) for item in keys.items("stages")),
        types=tuple(_type(item) for item in keys.items("school_types")),
        fields=(*_all_fields(chain, files, problems), *asked(chapters)),
        chapters=chapters,
        verdict=_verdict(verdict, chapters) if verdict else model.VerdictRule(()),
        rounding=_rounding(keys["rounding"]) if "rounding" in keys else model.Rounding(),
        exclusions=tuple(_exclusion(item) for item in keys.items("exclusions")),
    )


def _profiles(keys: Keys, chosen: str, chain: tuple[Layer, ...]) -> tuple[tuple[model.Profile, ...], _Overlay]:
    """The profiles, and what stands in place of the text under the chosen one: ``set`` of the base first, the profile's last."""
    profiles, overlay = [], _Overlay()
    for layer in reversed(chain):
        own_set = dict(layer.root.pairs()).get("set")
        for code, entry in own_set.pairs() if own_set else ():
            overlay.indicators.setdefault(code, []).append(entry)
    for name, entry in keys.pairs("profiles"):
        own = Keys(entry, "title", "source", "set", "reliefs", "verdict")
        profiles.append(model.Profile(name, own.text("title"), own.text("source")))
        if name == chosen:
            for code, changes in own.pairs("set"):
                overlay.indicators.setdefault(code, []).append(changes)
            for code, end in own.pairs("reliefs"):
                overlay.reliefs[code] = Keys(end, "until").day_or_none("until")
            if "verdict" in own:
                overlay.verdict = own["verdict"]
    if chosen not in [profile.name for profile in profiles]:
        chain[0].root.problem(f"没有口径 {chosen}，可用：{'、'.join(profile.name for profile in profiles)}")
    return tuple(profiles), overlay


def _stage(entry: Entry) -> model.Stage:
    keys = Keys(entry, "name", "title", "pupils", "weight", "judged", "source")
    return model.Stage(
        name=keys.text("name"),
        title=keys.text("title"),
        pupils=keys.text("pupils"),
        weight=keys.decimal("weight"),
        judged=keys.flag("judged", True),
        source=keys.text("source"),
    )


def _type(entry: Entry) -> model.SchoolType:
    keys = Keys(entry, "name", "stages", "excluded", "fewest", "needs")
    fewest = None
    if "fewest" in keys:
        own = Keys(keys["fewest"], "pupils", "reason", "source")
        own.text("source")
        fewest = (int(own.decimal("pupils")), own.text("reason"))
    return model.SchoolType(
        name=keys.text("name"),
        stages=keys.texts("stages"),
        excluded=keys.text("excluded") if "excluded" in keys else None,
        fewest=fewest,
        needs=keys.texts("needs"),
    )


def _exclusion(entry: Entry) -> model.Exclusion:
    keys = Keys(entry, "field", "words", "reason", "source")
    return model.Exclusion(keys.text("field"), keys.texts("words"), keys.text("reason"), keys.text("source"))


def _in_full(chapters: tuple[model.Chapter, ...]) -> tuple[model.Chapter, ...]:
    """The chapters, with the titles of chapters that totals and counts name replaced by the codes of their indicators."""

    def full(indicator: model.Indicator) -> model.Indicator:
        if not isinstance(indicator.rule, model.Total | model.Count):
            return indicator
        return replace(indicator, rule=replace(indicator.rule, of=_codes(indicator.rule.of, chapters)))

    return tuple(replace(chapter, indicators=tuple(full(item) for item in chapter.indicators)) for chapter in chapters)


def _codes(words: Iterable[str], chapters: Iterable[model.Chapter]) -> tuple[str, ...]:
    """Codes of indicators; the title of a chapter stands for all of its own."""
    by_chapter = {chapter.title: [indicator.code for indicator in chapter.indicators] for chapter in chapters}
    return tuple(code for word in words for code in by_chapter.get(word, [word]))


def _all_fields(chain: tuple[Layer, ...], files: Mapping[str, bytes], problems: list[Problem]) -> tuple[model.Field, ...]:
    """The fields of the base and then the own ones; an own field stands in the place of the base's of that name."""
    found: dict[str, model.Field] = {}
    for layer in reversed(chain):
        name = f"{layer.prefix}{FIELDS}"
        if layer is chain[-1] or name in files:
            root = opened(files, name, None, problems)
            own = _fields(root) if root else ()
            names = [item.name for item in own]
            for item in own:
                if names.count(item.name) > 1:
                    problems.append(Problem(name, 1, f"数据项 {item.name} 重复"))
                found[item.name] = item
    return tuple(found.values())


def _fields(root: Entry) -> tuple[model.Field, ...]:
    keys = Keys(root, "source", "fields")
    keys.text("source")
    return tuple(_field(item) for item in keys.items("fields"))


def _field(entry: Entry) -> model.Field:
    keys = Keys(
        entry,
        *("name", "label", "kind", "unit", "form", "no", "group", "required", "stage", "choices", "also", "note"),
    )
    kind, form = keys.need("kind"), keys.need("form")
    return model.Field(
        name=keys.text("name"),
        label=keys.text("label"),
        kind=kind.one_of("text", "code", "choice", "flag", "pupils", "year", "count", "amount") if kind else "text",  # type: ignore[arg-type]
        unit=keys.text("unit", ""),
        form=form.one_of("school", "county", "supplement", "county_supplement") if form else "school",  # type: ignore[arg-type]
        required=keys.flag("required"),
        no=keys["no"].whole() if "no" in keys else None,
        group=keys.text("group", ""),
        stage=keys.text("stage") if "stage" in keys else None,
        choices=keys.texts("choices"),
        also=keys.texts("also"),
        note=keys.text("note", ""),
    )


def _chapter(entry: Entry, profile: str, overlay: _Overlay) -> model.Chapter:
    keys = Keys(entry, "number", "title", "clause", "indicators")
    found = []
    for item in keys.items("indicators"):
        indicator = _indicator(item, overlay)
        if not indicator.profiles or profile in indicator.profiles:
            found.append(indicator)
    return model.Chapter(keys.text("number"), keys.text("title"), keys.text("clause"), tuple(found), entry.file)


def _indicator(entry: Entry, overlay: _Overlay) -> model.Indicator:
    allowed = ("code", "title", "short", "text", "clause", "unit", "note", "also", "proofs", "limit", "relief_limits", "profiles", *KINDS)
    keys = Keys(entry, *allowed)
    for changes in overlay.indicators.get(keys.text("code"), ()):
        keys.found |= Keys(changes, *allowed).found
    kinds = [kind for kind in KINDS if kind in keys.found]
    if len(kinds) != 1:
        entry.problem(f"每项指标恰有一种规则，这里有 {len(kinds)} 种（可用：{'、'.join(KINDS)}）")
        rule, basis = model.Declared(), "declared"
    else:
        reader, basis = KINDS[kinds[0]]
        rule = reader(keys[kinds[0]])
    if isinstance(rule, model.Declared) and "proofs" in keys:
        entry.problem("申报项的佐证材料写在 declared 的 proofs 里")
    if isinstance(rule, model.Ratio) and overlay.reliefs:
        rule = _ended(rule, overlay)
    clause = keys.text("clause")
    return model.Indicator(
        code=keys.text("code"),
        title=keys.text("title"),
        short=keys.text("short", keys.text("title")),
        text=keys.text("text"),
        clause=clause,
        unit=keys.text("unit", ""),
        basis=basis,  # type: ignore[arg-type]
        rule=rule,
        limits=_limits(keys, clause),
        profiles=keys.texts("profiles"),
        file=entry.file,
        line=entry.line,
        also=keys.texts("also"),
        note=keys.text("note", ""),
        proofs=keys.texts("proofs"),
    )


def _ended(rule: model.Ratio, overlay: _Overlay) -> model.Ratio:
    reliefs = tuple(
        replace(relief, until=overlay.reliefs[relief.code]) if relief.code in overlay.reliefs else relief
        for relief in rule.reliefs
    )
    return replace(rule, reliefs=reliefs)


def _limits(keys: Keys, clause: str) -> tuple[model.Limit, ...]:
    """``limit``: {day: ">= 4.2"} or {level: {day: ">= 4.2"}}; ``relief_limits``: a list that also says when,
    until and its source."""
    found: list[model.Limit] = []
    for key, entry in keys.pairs("limit"):
        if isinstance(entry.node, yaml.MappingNode):
            found += [_limit(item, item.text(), key, day(item, since), None, clause, None) for since, item in entry.pairs()]
        else:
            found.append(_limit(entry, entry.text(), None, day(entry, key), None, clause, None))
    for item in keys.items("relief_limits"):
        own = Keys(item, "level", "is", "when", "since", "until", "source", "code", "flag")
        plain = _limit(
            item,
            own.text("is"),
            own.text("level") if "level" in own else None,
            own.day("since"),
            own.day_or_none("until"),
            own.text("source"),
            formula(own["when"]) if "when" in own else None,
        )
        found.append(replace(plain, code=own.text("code", ""), flag=own.text("flag", "")))
    return tuple(found)


def _limit(
    entry: Entry, text: str, level: str | None, since: date, until: date | None, source: str, when: str | None
) -> model.Limit:
    match = _LIMIT.fullmatch(text)
    if match is None:
        entry.problem(f"达标值“{text}”应写成比较，如 \">= 4.2\"")
        return model.Limit(level, ">=", Decimal(0), since, until, source)
    operator, rest = match[1], match[2].strip()
    value = plain_decimal(rest)
    figure = rest if value is None else None
    return model.Limit(level, operator, value, since, until, source, figure, when)  # type: ignore[arg-type]


def _verdict(entry: Entry, chapters: tuple[model.Chapter, ...]) -> model.VerdictRule:
    keys = Keys(entry, "all_of", "vetoes", "source")
    return model.VerdictRule(
        _codes(keys.texts("all_of"), chapters), _codes(keys.texts("vetoes"), chapters), keys.text("source")
    )


def _rounding(entry: Entry) -> model.Rounding:
    keys = Keys(entry, "values", "means", "variation", "shares", "source")
    keys.text("source")
    parts = {key: int(keys.decimal(key, Decimal(getattr(model.Rounding(), key)))) for key in ("values", "means", "variation", "shares")}
    return model.Rounding(**parts)
