"""An item of the county and what it is made of (单项判定): the nouns, and the comparison every kind of rule shares.

Not here: how an item is judged by its rule (``items`` by formula, ``answers`` by what was declared, ``scores`` over other items).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from dudao.evaluation.judge import COMPARE, Judgement, limit_of
from dudao.evaluation.terms import Ground, Missing, Source
from dudao.indicators.exact import parsed, value_of
from dudao.indicators.schools import School
from dudao.standards.model import Indicator, Instead, Limit

Answer = Fraction | str | None
"""A number, a grade or another word, or None: no data."""


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of an item: a level, a group of a survey, a subject, a clause. ``limit`` None: shown, not judged by one;
    ``needed``: what a word must reach."""

    name: str
    value: Answer
    judgement: Judgement
    limit: Limit | None = None
    sources: tuple[Source, ...] = ()
    missing: tuple[Missing, ...] = ()
    level: str | None = None
    needed: str = ""


@dataclass(frozen=True, slots=True)
class SchoolItem:
    """An item of one school. ``formula``: by which it was judged; ``relief``: what let it pass, or None."""

    school: School
    value: Fraction | None
    limit: Limit | None
    judgement: Judgement
    formula: str
    relief: Instead | Limit | None
    sources: tuple[Source, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One judged item of the county.

    ``value``: a number, a grade or outcome, or by level; of an item judged school by school, that of the school with the least
    margin, and then ``limit`` is the one that holds for that school. ``limit``: by level, None for all. ``parts``, ``schools``:
    what it is made of; ``note``: why it cannot be judged, or what was not declared.
    """

    indicator: Indicator
    value: Answer | int | Mapping[str, Answer]
    limit: Mapping[str | None, Decimal | int]
    judgement: Judgement
    parts: tuple[Part, ...] = ()
    schools: tuple[SchoolItem, ...] = ()
    sources: tuple[Source, ...] = ()
    missing: tuple[Missing, ...] = ()
    note: str = ""


def limits(indicator: Indicator, on: date) -> dict[str | None, Decimal | int]:
    """The plain limits in force, by level; a limit that is another figure has no number of its own."""
    levels = sorted({limit.level for limit in indicator.limits if limit.when is None}, key=str)
    found = {level: limit_of(indicator.limits, level, on) for level in levels}
    return {level: limit.value for level, limit in found.items() if limit and limit.value is not None}


def against(value: Fraction | None, limit: Limit | None, bound: Fraction | None) -> Judgement:
    """An exact value against the bound of a limit; no_data without one of them."""
    if value is None or limit is None or bound is None:
        return "no_data"
    return "met" if COMPARE[limit.operator](value, bound) else "not_met"


def bound_of(ground: Ground, limit: Limit | None) -> Fraction | None:
    """What a value is compared with: the limit's number, or the county's figure that it names."""
    if limit is None:
        return None
    if limit.figure is None:
        return None if limit.value is None else Fraction(limit.value)
    value = value_of(parsed(limit.figure), ground.county_figure)
    return None if value is None else Fraction(value)


def joined(indicator: Indicator, ground: Ground, parts: Sequence[Part], judgement: Judgement) -> Item:
    return Item(
        indicator,
        None,
        limits(indicator, ground.on),
        judgement,
        parts=tuple(parts),
        sources=tuple(source for part in parts for source in part.sources),
        missing=tuple(gap for part in parts for gap in part.missing),
    )
