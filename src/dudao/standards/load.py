"""From a folder of YAML to a Standard: strict, with file and line in every problem.

A folder holds ``standard.yaml`` (what is judged, stages, school types, profiles, verdict), chapter files
named in it in document order, ``fields.yaml`` (the figures to ask for) and ``tests/*.yaml`` (worked cases;
read by ``dudao.evaluation.cases``). Here lives the loading of one profile of it.
Not here: the kinds of rule (``rules``), cross checks of meaning (``check``), any arithmetic.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import yaml

from dudao.standards import model
from dudao.standards.check import check
from dudao.standards.nodes import Entry, Keys, Problem, day, read_yaml
from dudao.standards.rules import KINDS, formula

CATALOGUE = Path(__file__).parent / "catalogue"
LARGEST = 2_000_000
_LIMIT = re.compile(r"(>=|<=|>|<)\s*(.+)")


class StandardError(Exception):
    """A standard that cannot be used; ``problems`` are all that were found, with file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(slots=True)
class _Overlay:
    """What the chosen profile puts in place of the text: keys of indicators, ends of reliefs, the verdict."""

    indicators: dict[str, Entry] = field(default_factory=dict)
    reliefs: dict[str, date | None] = field(default_factory=dict)
    verdict: Entry | None = None


def folder_of(standard: str | Path) -> Path:
    """The folder of a standard, by its id in the catalogue or by its path. StandardError when there is none."""
    named = CATALOGUE / str(standard)
    path = named if re.fullmatch(r"[a-z0-9-]+", str(standard)) and named.is_dir() else Path(standard)
    if not (path / "standard.yaml").is_file():
        known = "、".join(sorted(item.name for item in CATALOGUE.iterdir() if (item / "standard.yaml").is_file()))
        raise StandardError([Problem(str(standard), 1, f"没有这个评估标准（应为含 standard.yaml 的文件夹，或目录中的：{known}）")])
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Relative path -> bytes of every file of a standard's folder, sorted; hidden files and Python leftovers
    are no part of it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(part.startswith((".", "__")) for part in name.split("/")):
            found[name] = path.read_bytes()
    return dict(sorted(found.items()))


def digest(files: dict[str, bytes]) -> str:
    """SHA-256 over the sorted relative paths, each followed by NUL and the file's bytes (contracts §1)."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + files[name])
    return total.hexdigest()


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
    if problems or result is None:
        raise StandardError(sorted(set(problems)))
    return result


def _open(files: dict[str, bytes], name: str, at: Entry | None, problems: list[Problem]) -> Entry | None:
    data = files.get(name)
    if data is None:
        (at or Entry(name, yaml.ScalarNode("", "", yaml.Mark(name, 0, 0, 0, None, None)), problems)).problem(f"没有文件 {name}")
        return None
    if len(data) > LARGEST:
        problems.append(Problem(name, 1, f"文件超过 {LARGEST} 字节"))
        return None
    try:
        return read_yaml(name, data.decode("utf-8"), problems)
    except UnicodeDecodeError:
        problems.append(Problem(name, 1, "文件不是 UTF-8 编码"))
        return None


def _standard(folder: Path, files: dict[str, bytes], chosen: str, problems: list[Problem]) -> model.Standard | None:
    root = _open(files, "standard.yaml", None, problems)
    if root is None:
        return None
    keys = Keys(
        root,
        *("id", "version", "title", "number", "issuer", "since", "judged", "note", "stages", "school_types"),
        *("profiles", "chapters", "verdict", "rounding"),
    )
    profiles, overlay = _profiles(keys, chosen, root)
    chapters = tuple(
        chapter
        for item in keys.items("chapters")
        if (entry := _open(files, item.text(), item, problems)) and (chapter := _chapter(entry, chosen, overlay))
    )
    known = {indicator.code for chapter in chapters for indicator in chapter.indicators}
    for code, entry in overlay.indicators.items():
        if code not in known:
            entry.problem(f"口径 {chosen} 改动了不存在的指标 {code}")
    fields = _open(files, "fields.yaml", None, problems)
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
        fields=_fields(fields) if fields else (),
        chapters=chapters,
        verdict=_verdict(verdict, chapters) if verdict else model.VerdictRule(()),
        rounding=_rounding(keys["rounding"]) if "rounding" in keys else model.Rounding(),
    )


def _profiles(keys: Keys, chosen: str, root: Entry) -> tuple[tuple[model.Profile, ...], _Overlay]:
    profiles, overlay = [], _Overlay()
    for name, entry in keys.pairs("profiles"):
        own = Keys(entry, "title", "source", "set", "reliefs", "verdict")
        profiles.append(model.Profile(name, own.text("title"), own.text("source")))
        if name == chosen:
            overlay.indicators = dict(own.pairs("set"))
            for code, end in own.pairs("reliefs"):
                overlay.reliefs[code] = Keys(end, "until").day_or_none("until")
            if "verdict" in own:
                overlay.verdict = own["verdict"]
    if chosen not in [profile.name for profile in profiles]:
        root.problem(f"没有口径 {chosen}，可用：{'、'.join(profile.name for profile in profiles)}")
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
        form=form.one_of("school", "county", "supplement") if form else "school",  # type: ignore[arg-type]
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
    return model.Chapter(keys.text("number"), keys.text("title"), keys.text("clause"), tuple(found))


def _overlaid(entry: Entry, overlay: _Overlay) -> Entry:
    """The indicator's mapping with the profile's keys in place of its own."""
    code = dict(entry.pairs()).get("code")
    changes = overlay.indicators.get(code.text()) if code else None
    if changes is None or not isinstance(entry.node, yaml.MappingNode) or not isinstance(changes.node, yaml.MappingNode):
        return entry
    new = {key.value for key, _ in changes.node.value}
    pairs = [pair for pair in entry.node.value if pair[0].value not in new] + changes.node.value
    merged = yaml.MappingNode(entry.node.tag, pairs, entry.node.start_mark, entry.node.end_mark)
    return Entry(entry.file, merged, entry.problems)


def _indicator(entry: Entry, overlay: _Overlay) -> model.Indicator:
    keys = Keys(
        _overlaid(entry, overlay),
        *("code", "title", "short", "text", "clause", "unit", "note", "limit", "relief_limits", "profiles", *KINDS),
    )
    kinds = [kind for kind in KINDS if kind in keys.found]
    if len(kinds) != 1:
        entry.problem(f"每项指标恰有一种规则，这里有 {len(kinds)} 种（可用：{'、'.join(KINDS)}）")
        rule, basis = model.Declared(), "declared"
    else:
        reader, basis = KINDS[kinds[0]]
        rule = reader(keys[kinds[0]])
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
        own = Keys(item, "level", "is", "when", "since", "until", "source")
        when = formula(own["when"]) if "when" in own else None
        level = own.text("level") if "level" in own else None
        source = own.text("source")
        found.append(_limit(item, own.text("is"), level, own.day("since"), own.day_or_none("until"), source, when))
    return tuple(found)


def _limit(
    entry: Entry, text: str, level: str | None, since: date, until: date | None, source: str, when: str | None
) -> model.Limit:
    match = _LIMIT.fullmatch(text)
    if match is None:
        entry.problem(f"达标值“{text}”应写成比较，如 \">= 4.2\"")
        return model.Limit(level, ">=", Decimal(0), since, until, source)
    operator, rest = match[1], match[2].strip()
    value, figure = None, None
    try:
        value = Decimal(rest)
    except ArithmeticError:
        figure = rest
    return model.Limit(level, operator, value, since, until, source, figure, when)  # type: ignore[arg-type]


def _verdict(entry: Entry, chapters: tuple[model.Chapter, ...]) -> model.VerdictRule:
    keys = Keys(entry, "all_of", "vetoes", "score", "grades", "titles", "source")
    by_chapter = {chapter.title: [indicator.code for indicator in chapter.indicators] for chapter in chapters}

    def codes(key: str) -> tuple[str, ...]:
        return tuple(code for word in keys.texts(key) for code in by_chapter.get(word, [word]))

    score = None
    if "score" in keys:
        own = Keys(keys["score"], "pass_at", "floors", "bonus_most", "bonus_counts", "weights")
        score = model.Score(
            pass_at=own.decimal("pass_at"),
            floors=tuple((code, item.decimal()) for code, item in own.pairs("floors")),
            bonus_most=own.decimal("bonus_most", Decimal(0)),
            bonus_counts=own.flag("bonus_counts"),
            weights={code: item.decimal() for code, item in own.pairs("weights")},
        )
    grades = []
    for item in keys.items("grades"):
        own = Keys(item, "outcome", "when")
        when = own.need("when")
        grades.append(model.GradeCount(own.text("outcome"), formula(when) if when else "0"))
    return model.VerdictRule(codes("all_of"), codes("vetoes"), score, tuple(grades), keys.texts("titles"), keys.text("source"))


def _rounding(entry: Entry) -> model.Rounding:
    keys = Keys(entry, "values", "means", "variation", "shares", "source")
    keys.text("source")
    parts = {key: int(keys.decimal(key, Decimal(getattr(model.Rounding(), key)))) for key in ("values", "means", "variation", "shares")}
    return model.Rounding(**parts)
