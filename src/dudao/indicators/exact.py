"""The exact evaluator: a formula over fractions, three-valued where figures are missing.

Here live ``value_of`` (any formula) and the exact resource, share and value of a ratio. It decides every
judgement near a limit, every gap, and is the oracle the bulk run is tested against. Not here: SQL (``sql``,
``plan``), limits (``dudao.evaluation``).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from dudao.indicators.schools import Row, School
from dudao.periods import holds
from dudao.standards.formula import Tree, parse
from dudao.standards.model import Ratio, Relief, Stage, Standard
from dudao.tables import Figure

Value = Fraction | int | bool | None
"""A number (whole ones as int, which is faster), a truth, or None: unknown."""

parsed = lru_cache(maxsize=4096)(parse)


def value_of(tree: Tree, figure: Callable[[str], Value]) -> Value:
    """The value of a formula; None when an unknown figure could change it. ``a and b`` is False as soon as
    one is False.

    >>> value_of(parse("1 / a"), {"a": Fraction(0)}.get) is None
    True
    >>> value_of(parse("a < 1 and b"), {"a": Fraction(2)}.get)
    False
    """
    match tree.kind:
        case "number":
            return Fraction(tree.number)
        case "name":
            return figure(tree.word)
        case "and" | "or":
            return _joined(tree, figure)
        case "not":
            value = value_of(tree.parts[0], figure)
            return None if value is None else not value
        case "neg":
            value = value_of(tree.parts[0], figure)
            return None if value is None else -value
    if tree.kind == "call" and tree.word == "where":
        chosen = value_of(tree.parts[0], figure)
        return None if chosen is None else value_of(tree.parts[1 if chosen else 2], figure)
    values = [value_of(part, figure) for part in tree.parts]
    if any(value is None for value in values):
        return None
    return _compared(tree.word, *values) if tree.kind == "compare" else _computed(tree.word, values)


def _joined(tree: Tree, figure: Callable[[str], Value]) -> bool | None:
    deciding = tree.kind == "or"
    values = [value_of(part, figure) for part in tree.parts]
    if any(value is not None and bool(value) == deciding for value in values):
        return deciding
    return None if None in values else not deciding


_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne}


def _compared(sign: str, a: Fraction | int, b: Fraction | int) -> bool:
    return _COMPARE[sign](a, b)


def _computed(word: str, numbers: Sequence[Fraction | int]) -> Fraction | int | None:
    match word:
        case "+":
            return numbers[0] + numbers[1]
        case "-":
            return numbers[0] - numbers[1]
        case "*":
            return numbers[0] * numbers[1]
        case "/":
            return None if numbers[1] == 0 else Fraction(numbers[0]) / numbers[1]
        case "min":
            return min(numbers)
        case "max":
            return max(numbers)
        case "ceil":
            return -((-numbers[0]) // 1)
    raise ValueError(f"no such function of one unit: {word}")


def figure_of(standard: Standard, school: School, name: str) -> Value:
    """A figure, or one of the derived names, of a school as an exact value."""
    if name == "compulsory_pupils":
        return _fraction(school.compulsory)
    if name == "through_school":
        return len(school.judged) > 1
    if name.startswith("has_") and name in standard.derived:
        return any(f"has_{stage.name}" == name for stage in school.stages)
    return value_in(school.figure(name))


def value_in(figure: Figure) -> Value:
    """The exact value of a figure: a number, a flag; None of a text and where there is none."""
    value = figure.value
    if isinstance(value, Decimal):
        return number(value)
    return value if isinstance(value, bool) else None


def number(value: Decimal) -> Fraction | int:
    """A decimal exactly: whole ones as int.

    >>> number(Decimal("12.0")), number(Decimal("0.5"))
    (12, Fraction(1, 2))
    """
    above, below = value.as_integer_ratio()
    return above if below == 1 else Fraction(above, below)


def _fraction(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a ratio of one row rests on. ``formula``: of the resource; ``own``: of the level's own figures;
    ``reliefs``: those used, with the amount of each in the resource's unit (None: depends on an unknown
    figure); ``shared``: how the resource reaches the level (stage, pupils, weighted)."""

    formula: str
    own: bool
    shared: str
    reliefs: tuple[tuple[Relief, Fraction | None], ...]


@dataclass(frozen=True, slots=True)
class RatioValue:
    """A ratio of one row, exactly: ``value`` = scale x ``resource`` x ``part`` / pupils.

    ``resource``: what the whole school (or, by stage, the level) has, reliefs included (by stage: their share by pupils). ``part``: the share
    of it that falls to the level.
    """

    value: Fraction | None
    resource: Fraction | None
    part: Fraction | None


def usage(standard: Standard, row: Row, ratio: Ratio, on: date) -> Usage:
    """Which formula, which share and which reliefs hold for a row."""
    school = row.school

    def figure(name: str) -> Value:
        return figure_of(standard, school, name)

    own = _stage_formula(row, ratio, figure) if school.shared and ratio.by_stage else None
    text = own or ratio.resource.get(row.level.name) or ratio.resource["*"]
    used = []
    for relief in ratio.reliefs:
        amount = relief_of(relief, figure, on)
        if amount != 0:
            used.append((relief, amount))
    shared = "stage" if own or not school.shared else ratio.share
    return Usage(text, own is not None, shared, tuple(used))


def _stage_formula(row: Row, ratio: Ratio, figure: Callable[[str], Value]) -> str | None:
    """The formula of the level's own figures, where a school of several stages gave them for each judged
    stage; else None."""
    texts = [ratio.by_stage.get(stage.name) for stage in row.school.judged]
    if any(text is None or value_of(parsed(text), figure) is None for text in texts):
        return None
    return ratio.by_stage[row.level.name]


def ratio_of(standard: Standard, row: Row, ratio: Ratio, used: Usage) -> RatioValue:
    """A ratio of one row by exact fractions."""
    school = row.school
    resource = _number(value_of(parsed(used.formula), lambda name: figure_of(standard, school, name)))
    part = _part(row, used.shared)
    falls = _part(row, "pupils") if used.own else Fraction(1)
    for _, amount in used.reliefs:
        resource = None if resource is None or amount is None or falls is None else resource + amount * falls
    pupils = _fraction(row.pupils)
    value = None
    if school.usable and pupils and resource is not None and part is not None:
        value = Fraction(ratio.scale) * resource * part / pupils
    return RatioValue(value, resource, part)


def _number(value: Value) -> Fraction | None:
    return None if value is None else Fraction(value)


def relief_of(relief: Relief, figure: Callable[[str], Value], on: date) -> Fraction | None:
    """What a relief adds: 0 when it does not apply, None when that depends on an unknown figure."""
    flag = figure(relief.flag)
    if flag is False or not holds(relief, on):
        return Fraction(0)
    when = True if relief.when is None else value_of(parsed(relief.when), figure)
    adds = _number(value_of(parsed(relief.adds), figure))
    if when is False or adds == 0:
        return Fraction(0)
    return adds if flag and when else None


def _part(row: Row, share: str) -> Fraction | None:
    """The share of a school's resource that falls to the row's level."""
    school, level = row.school, row.level
    if share == "stage" or not school.shared:
        return Fraction(1)
    stages: tuple[Stage, ...] = school.judged if share == "pupils" else school.stages
    weights = {stage: Fraction(stage.weight) if share == "weighted" else Fraction(1) for stage in stages}
    counts = {stage: _fraction(school.pupils(stage)) for stage in stages}
    if any(count is None for count in counts.values()):
        return None
    total = sum((weights[stage] * (counts[stage] or 0) for stage in stages), Fraction(0))
    return weights[level] * (counts[level] or 0) / total if total else None


def names_used(row: Row, used: Usage) -> tuple[str, ...]:
    """The fields a row's value rests on, in order: the resource's, the reliefs', the pupils'."""
    stages: tuple[Stage, ...] = ()
    if used.shared != "stage":
        stages = row.school.judged if used.shared == "pupils" else row.school.stages
    reliefs = tuple(relief for relief, _ in used.reliefs)
    return _names(used.formula, reliefs, tuple(stage.pupils for stage in (row.level, *stages)))


@lru_cache(maxsize=4096)
def _names(text: str, reliefs: tuple[Relief, ...], pupils: tuple[str, ...]) -> tuple[str, ...]:
    names = dict.fromkeys(parsed(text).names())
    for relief in reliefs:
        names.update(dict.fromkeys((relief.flag, *parsed(relief.adds).names())))
    names.update(dict.fromkeys(pupils))
    return tuple(names)
