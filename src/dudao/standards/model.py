"""The words of a standard (评估标准): frozen data, as a folder of YAML says it.

Here live the nouns only. Not here: reading YAML (``load``), the formula language
(``dudao.indicators.formula``), any arithmetic. Every number carries the clause it comes from and the day it
holds from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

FieldKind = Literal["text", "code", "choice", "flag", "pupils", "year", "count", "amount"]
Basis = Literal["computed", "declared", "given"]
Operator = Literal[">=", "<=", ">", "<"]


@dataclass(frozen=True, slots=True)
class Field:
    """One figure to ask for (填报项目). ``label`` and ``unit`` as printed on the form; ``kind``:

    text · code (digits kept as text) · choice (one of ``choices``) · flag (是/否) · pupils and year (must be
    whole) · count (a decimal is queried) · amount (any decimal). ``stage``: the school stage it belongs to,
    None: the whole school. ``form``: school (a row of the school return) · county (a row of the county
    return) · supplement and county_supplement (the 补充表: of a school, of the county, what no real form asks;
    accepted as a row or column of that label in any form). ``required``: 是否必填; when not, blank counts as
    0, but a blank of the 补充表 is no data. ``item``: code of the indicator that asks for it, where the
    indicator's rule does and not ``fields.yaml``.
    """

    name: str
    label: str
    kind: FieldKind
    unit: str
    form: Literal["school", "county", "supplement", "county_supplement"]
    required: bool
    no: int | None = None
    group: str = ""
    stage: str | None = None
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    note: str = ""
    item: str = ""

    @property
    def supplementary(self) -> bool:
        """Whether it is asked on the 补充表 only."""
        return self.form in ("supplement", "county_supplement")

    @property
    def of_county(self) -> bool:
        """Whether it is a figure of the county and not of a school."""
        return self.form in ("county", "county_supplement")

    @property
    def numeric(self) -> bool:
        """Whether its value is a number."""
        return self.kind in ("pupils", "year", "count", "amount")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of schooling (学段): ``pupils`` names the field that counts them; ``weight`` of one pupil when
    resources are split.

    ``judged``: whether the standard judges it (小学, 初中) or it only takes its share (高中).
    """

    name: str
    title: str
    pupils: str
    weight: Decimal
    judged: bool
    source: str


@dataclass(frozen=True, slots=True)
class SchoolType:
    """A kind of school (学校类型) and the stages it has. ``excluded``: why it is not counted at all, or None.

    ``fewest``: (pupils, reason): excluded with fewer pupils than that.
    """

    name: str
    stages: tuple[str, ...]
    excluded: str | None = None
    fewest: tuple[int, str] | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Schools left out by a declared attribute (不计入的学校): those whose ``field`` is one of ``words``."""

    field: str
    words: tuple[str, ...]
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit (达标值, 限值): ``value`` compared by ``operator``, at ``level`` (None: any), in force from
    ``since`` to ``until``.

    ``figure``: instead of ``value``, a formula of the figures it is compared with. ``when``: formula of
    declared attributes under which this limit stands in place of the plain one. ``code`` and ``flag``: of a
    relief (过渡期放宽) of the limit, else empty.
    """

    level: str | None
    operator: Operator
    value: Decimal | None
    since: date
    until: date | None
    source: str
    figure: str | None = None
    when: str | None = None
    code: str = ""
    flag: str = ""


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
    """Declared with proof (附佐证材料): ``proofs`` names what must be shown; met without proof is no_data.

    ``words``: what may be declared, by judgement: met, not_met and, where the document has it, basically_met.
    """

    proofs: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=lambda: {"met": "达到", "not_met": "未达到"})


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


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator (指标): the clause's own words beside the rule that reads them.

    ``unit``: of the value; shares are 0-1 with unit ``share``. ``line``: of its entry in ``file``. ``also``:
    what the clause asks beside the figure (留守儿童关爱体系健全): declared not to hold, the item is not met.
    """

    code: str
    title: str
    short: str
    text: str
    clause: str
    unit: str
    basis: Basis
    rule: Rule
    limits: tuple[Limit, ...] = ()
    profiles: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter (维度) in document order."""

    number: str
    title: str
    clause: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class VerdictRule:
    """How judgements make the verdict (结论): ``all_of`` met, none of ``vetoes``."""

    all_of: tuple[str, ...]
    vetoes: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Rounding:
    """Decimals for display, as the document prints them: never before judging."""

    values: int = 2
    means: int = 2
    variation: int = 3
    shares: int = 1


@dataclass(frozen=True, slots=True)
class Profile:
    """A named reading (口径) of the norm where versions, regions or readings differ."""

    name: str
    title: str
    source: str


@dataclass(frozen=True)
class Standard:
    """A standard under one profile, bound to the exact bytes of its folder by ``sha256``.

    sha256: over the sorted relative paths, each followed by NUL and the file's bytes (contracts §1).
    """

    id: str
    version: str
    title: str
    number: str
    issuer: str
    since: date
    judged: str
    sha256: str
    path: Path
    profile: Profile
    profiles: tuple[Profile, ...]
    stages: tuple[Stage, ...]
    types: tuple[SchoolType, ...]
    fields: tuple[Field, ...]
    chapters: tuple[Chapter, ...]
    verdict: VerdictRule
    rounding: Rounding
    exclusions: tuple[Exclusion, ...] = ()

    def __hash__(self) -> int:
        return hash((self.sha256, self.profile.name))

    @cached_property
    def levels(self) -> tuple[Stage, ...]:
        """The stages that are judged (小学, 初中), in order."""
        return tuple(stage for stage in self.stages if stage.judged)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators in document order."""
        return tuple(indicator for chapter in self.chapters for indicator in chapter.indicators)

    @cached_property
    def derived(self) -> frozenset[str]:
        """Names that a formula may use of every school beside the fields: ``compulsory_pupils`` (of all judged stages),
        ``through_school`` (has several judged stages), ``has_<stage>``."""
        return frozenset({"compulsory_pupils", "through_school", *(f"has_{stage.name}" for stage in self.stages)})

    @cached_property
    def pupil_fields(self) -> tuple[str, ...]:
        """The fields that count the pupils of the judged stages."""
        return tuple(stage.pupils for stage in self.levels)

    @cached_property
    def _indicators(self) -> Mapping[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def _fields(self) -> Mapping[str, Field]:
        return {item.name: item for item in self.fields}

    def indicator(self, code: str) -> Indicator:
        """The indicator of a code; KeyError when there is none."""
        return self._indicators[code]

    def field(self, name: str) -> Field:
        """The field of a name; KeyError when there is none."""
        return self._fields[name]

    def stage(self, name: str) -> Stage:
        """The stage of a name; KeyError when there is none."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(name)

    def type_of(self, text: str | None) -> SchoolType | None:
        """The school type of the words on a form; a trailing 学校 is dropped. None: blank or unknown."""
        if text is None:
            return None
        for word in (text, text.removesuffix("学校")):
            for kind in self.types:
                if word in (kind.name, kind.name.removesuffix("学校")):
                    return kind
        return None
