"""The kinds of rule an indicator may have, as frozen data: what each one says, with its own words.

Here live the nouns only. Not here: reading them from YAML (``rules``), what they ask for (``asked``), how they are judged
(``dudao.evaluation``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Relief:
    """A relief (过渡期放宽): under ``flag`` and ``when`` the resource may count ``adds`` too, from ``since`` to
    ``until``."""

    code: str
    title: str
    flag: str
    adds: str
    unit: str
    since: date
    until: date | None
    source: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """Per school and level: ``scale`` x resource / pupils (各校生均或百生均指标).

    ``resource``: formula by level; one formula for all levels under the key "*". ``share``: how a resource
    of the whole school reaches a level: stage (the formula counts the level's own) · pupils (pro rata to the
    pupils of the judged stages, marked estimated) · weighted (the split by the stages' weights).
    ``by_stage``: formula of stage figures, by level, used instead where they are given.
    ``lacks``: unit of a gap; ``lacks_factor``: how many of it make one unit of the resource (万元 -> 元: 10000).
    """

    resource: Mapping[str, str]
    share: Literal["stage", "pupils", "weighted"]
    scale: Decimal
    lacks: str
    lacks_factor: Decimal = Decimal(1)
    by_stage: Mapping[str, str] = field(default_factory=dict)
    reliefs: tuple[Relief, ...] = ()


@dataclass(frozen=True, slots=True)
class Variation:
    """校际差异系数 of each of ``of``, by level, weighted by pupils; ``composite``: 综合, the mean of them, judged
    only if it has limits."""

    of: tuple[str, ...]
    composite: bool = True
    judges: Literal["each", "composite"] = "each"


@dataclass(frozen=True, slots=True)
class SchoolRule:
    """Every school meets at least ``at_least`` of ``of``, and reaches ``rest`` (a share) of the limit in the
    others."""

    of: tuple[str, ...]
    at_least: int
    rest: Decimal


@dataclass(frozen=True, slots=True)
class Instead:
    """A relief (过渡期放宽) of a formula: under ``flag`` the school may be judged by ``text`` where that is better for it."""

    code: str
    title: str
    flag: str
    text: str
    unit: str
    since: date
    until: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Formula:
    """One value by formula: of the county's figures, or with ``each`` = school of every school's (all must
    meet the limit).

    In a county formula ``sum(x)`` adds a school figure over the schools. ``schools``: the counted ones, or
    all that have a judged stage. ``applies``: formula of a school's figures; the others are not applicable.
    ``scope``: only schools whose fields are among the words; a blank one leaves the item without data.
    ``by_level``: a formula for each level, all must meet the limit.
    """

    text: str
    each: Literal["county", "school"] = "county"
    by_level: Mapping[str, str] = field(default_factory=dict)
    schools: Literal["counted", "all"] = "counted"
    applies: str | None = None
    scope: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reliefs: tuple[Instead, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """Declared with proof (附佐证材料): ``proofs`` names what must be shown; met without proof is no_data, unless ``needs_proof`` is
    False: then none is asked for.

    ``words``: what may be declared, by judgement: met, not_met and, where the document has them, basically_met and not_applicable.
    """

    proofs: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=lambda: {"met": "达到", "not_met": "未达到"})
    needs_proof: bool = True


@dataclass(frozen=True, slots=True)
class Given:
    """A result handed down by another body (国家监测): of each of ``parts`` a grade, at least ``at_least`` of
    ``grades`` (in rising order), and a figure that meets the limit. A part that was not monitored is left out."""

    parts: tuple[str, ...]
    grades: tuple[str, ...]
    at_least: str


@dataclass(frozen=True, slots=True)
class Veto:
    """A situation that bars recognition (一票否决): 有 or 无 must be stated; blank is no_data."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A satisfaction rate (满意度): satisfied / valid over all ``groups``; ``visits``: the rate of the people
    visited (实地走访) must meet the limit too."""

    groups: tuple[str, ...]
    visits: bool = False


@dataclass(frozen=True, slots=True)
class Graded:
    """Graded A/B/C: by ``clauses`` (A every A-clause met, C any C-clause hit, else B) or by ``share`` of
    ``points`` observation points short (A none short, C any C-clause hit).

    ``short_b``/``short_c``: greatest share short for B, least share short for C; between them the grade is
    open: no_data.
    """

    by: Literal["clauses", "share"]
    clauses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    points: int = 0
    short_b: Decimal | None = None
    short_c: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """Scored up to ``most`` points; ``bonus``: counts as 附加分."""

    most: Decimal
    bonus: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """The weighted sum (总分) of the points of ``of``. Bonus points count only if ``bonus_counts``, up to
    ``bonus_most``. An item without points makes no_data, unless full points for it would still not reach
    the limit."""

    of: tuple[str, ...]
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    bonus_most: Decimal = Decimal(0)
    bonus_counts: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome by counts of grades: ``when`` is a formula of A, B and C (met, basically_met, not_met)."""

    title: str
    when: str
    judgement: str


@dataclass(frozen=True, slots=True)
class Count:
    """An outcome by counts of the grades of ``of``: the first of ``outcomes`` that fits, e.g. A>=30 and C==0;
    none fits: not_met."""

    of: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


Rule = Ratio | Variation | SchoolRule | Formula | Declared | Given | Veto | Survey | Graded | Points | Total | Count
