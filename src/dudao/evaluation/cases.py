"""Worked cases of a standard (算例): a supervisor can read them, ``dudao test`` runs them.

A file ``tests/*.yaml`` is a list of cases: ``name``, ``on``, optional ``profile``, ``given`` (a table of
schools: the first row names fields, ``-`` is a blank cell), ``county`` (figures of the county by field,
answers of the 补充表 too), one of the two at least,
``expect`` (a list, each naming a school, a level, a coefficient, an item or the verdict, and its value or
judgement). Fields that the table does not name are blank. Not here: the standard itself (``dudao.standards``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

from dudao.evaluation.evaluate import Evaluation, evaluate
from dudao.standards import StandardError, contents, load_standard
from dudao.standards.model import Field, Standard
from dudao.standards.nodes import Entry, Keys, Problem, read_yaml
from dudao.tables import ABSENT, Figure, Intake, Return
from dudao.units import rounded


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case that ran: where it stands, and how the result differs from what it expects (empty: it holds)."""

    file: str
    line: int
    name: str
    differences: tuple[str, ...]


def run_all(folder: Path) -> tuple[Outcome, ...]:
    """Every case of a standard's folder, in order of file and line. StandardError when a case cannot be
    read."""
    problems: list[Problem] = []
    outcomes = []
    loaded: dict[str, Standard] = {}
    for name, data in contents(folder).items():
        if not (name.startswith("tests/") and name.endswith(".yaml")):
            continue
        root = read_yaml(name, data.decode("utf-8", "replace"), problems)
        for entry in root.items() if root else ():
            keys = Keys(entry, "name", "on", "profile", "given", "county", "expect")
            profile = keys.text("profile", "default")
            if profile not in loaded:
                loaded[profile] = load_standard(folder, profile)
            outcomes.append(_run(loaded[profile], entry, keys))
    if problems:
        raise StandardError(problems)
    return tuple(outcomes)


def _run(standard: Standard, entry: Entry, keys: Keys) -> Outcome:
    on = keys.day("on")
    if ("given" not in keys and "county" not in keys) or on == date.min:
        return Outcome(entry.file, entry.line, keys.text("name", ""), ("算例缺少 given、county 或 on",))
    schools = _schools(standard, keys["given"]) if "given" in keys else ()
    county = _county(standard, keys.pairs("county"), entry.file) if "county" in keys else None
    found = evaluate(standard, Intake("000000", county, schools, (), ()), on)
    differences = [text for item in keys.items("expect") for text in _differences(found, item)]
    return Outcome(entry.file, entry.line, keys.text("name"), tuple(differences))


def _schools(standard: Standard, given: Entry) -> tuple[Return, ...]:
    """The table of schools as Returns; each figure's cell is its place in the table."""
    lines = [line.strip().strip("|").split("|") for line in given.text().splitlines() if line.strip()]
    table = [[cell.strip() for cell in line] for line in lines]
    fields = {item.name: item for item in standard.fields}
    for name in table[0]:
        if name not in fields:
            given.problem(f"表头 {name} 不是填报项目")
    schools = []
    for number, row in enumerate(table[1:], 2):
        words = dict(zip(table[0], row, strict=False))
        kind = standard.type_of(words.get("school_type"))
        figures = {}
        for item in standard.fields:
            word = words.get(item.name, "-")
            lacking = item.stage is not None and kind is not None and item.stage not in kind.stages
            figures[item.name] = ABSENT if lacking and word in ("", "-") else _figure(given, item, word, f"A{number}")
        schools.append(Return("school", given.file, "0" * 64, "given", figures, row=number))
    return tuple(schools)


def _county(standard: Standard, pairs: list[tuple[str, Entry]], file: str) -> Return:
    """The county's figures as a Return; each figure's cell is its line."""
    fields = {item.name: item for item in standard.fields if item.of_county}
    figures = {}
    for name, entry in pairs:
        if name in fields:
            figures[name] = _figure(entry, fields[name], entry.text(), f"A{entry.line}")
        else:
            entry.problem(f"{name} 不是区县的填报项目")
    return Return("county", file, "0" * 64, "county", figures)


def _figure(given: Entry, item: Field, word: str, cell: str) -> Figure:
    if word in ("", "-"):
        if item.kind == "flag":
            return Figure(False, "zero", "given", cell)
        if item.numeric and not item.required and not item.supplementary:
            return Figure(Decimal(0), "zero", "given", cell)
        return Figure(None, "missing", "given", cell)
    if item.kind == "flag":
        return Figure(word == "是", "given", "given", cell)
    if not item.numeric:
        return Figure(word, "given", "given", cell)
    try:
        return Figure(Decimal(word), "given", "given", cell)
    except InvalidOperation:
        given.problem(f"{item.name} 的“{word}”不是数字")
        return Figure(None, "refused", "given", cell)


def _differences(found: Evaluation, item: Entry) -> list[str]:
    keys = Keys(
        item, "school", "level", "indicator", "coefficient", "item", "verdict", "value", "judgement", "gap", "estimated", "excluded"
    )
    actual = _actual(found, keys)
    if actual is None:
        return [f"第 {item.line} 行：没有这一项结果"]
    differences = []
    for name in ("value", "judgement", "gap", "estimated", "verdict"):
        if name in keys:
            wanted = keys.text(name)
            got = _as_text(actual.get(name), wanted)
            if got != wanted:
                differences.append(f"第 {item.line} 行 {name}：应为 {wanted}，得 {got}")
    return differences


def _actual(found: Evaluation, keys: Keys) -> Mapping[str, object] | None:
    """What the run says of the thing an expectation names; None when there is no such thing."""
    if "verdict" in keys:
        return {"verdict": found.status}
    level = keys.text("level", "")
    if "coefficient" in keys:
        code = keys.text("coefficient")
        if code == "composite":
            composite = found.composites.get(level)
            return {"value": composite.cv, "judgement": composite.judgement} if composite else None
        for item in found.coefficients:
            if (item.indicator.code, item.level.name) == (code, level):
                return {"value": item.cv, "judgement": item.judgement}
        return None
    if "item" in keys:
        return _item(found, keys.text("item"), keys.text("school", ""), level)
    school = keys.text("school", "")
    if "excluded" in keys:
        names = {(item.school.code, item.level.name if item.level else "") for item in found.roll.excluded}
        return {} if (school, level) in names else None
    for result in found.schools:
        if (result.row.school.code, result.row.level.name) == (school, level):
            if "indicator" not in keys:
                return {"judgement": result.judgement}
            value = result.values[keys.text("indicator")]
            return {"value": value.value, "judgement": value.judgement, "gap": value.gap, "estimated": value.estimated}
    return None


def _item(found: Evaluation, code: str, school: str, level: str) -> Mapping[str, object] | None:
    """What the run says of an item: of one school, of one level or part, or of the whole."""
    item = next((item for item in found.items if item.indicator.code == code), None)
    if item is None:
        return None
    if school:
        ones = [one for one in item.schools if one.school.code == school]
        return {"value": ones[0].value, "judgement": ones[0].judgement} if ones else None
    if level:
        parts = [part for part in item.parts if level in (part.level, part.name)]
        return {"value": parts[0].value, "judgement": parts[0].judgement} if parts else None
    return {"value": item.value, "judgement": item.judgement}


def _as_text(value: object, wanted: str) -> str:
    """A result as the expectation writes it: a number with as many decimals as the expectation has."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Fraction):
        value = float(value)
        places = len(wanted.partition(".")[2])
        return str(rounded(value, places))
    return "none" if value is None else str(value)
