"""The words of a standard (评估标准): frozen data, as a folder of YAML says it.

Here live the nouns only. Not here: reading YAML (``load``), the formula language
(``dudao.indicators.formula``), any arithmetic. Every number carries the clause it comes from and the day it
holds from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

from dudao.standards.kinds import (
    Count,
    Declared,
    Formula,
    Given,
    Graded,
    Instead,
    Outcome,
    Points,
    Ratio,
    Relief,
    Rule,
    SchoolRule,
    Survey,
    Total,
    Variation,
    Veto,
)

__all__ = [
    "Basis",
    "Chapter",
    "Count",
    "Declared",
    "Exclusion",
    "Field",
    "FieldKind",
    "Formula",
    "Given",
    "Graded",
    "Indicator",
    "Instead",
    "Limit",
    "Operator",
    "Outcome",
    "Points",
    "Profile",
    "Ratio",
    "Relief",
    "Rounding",
    "Rule",
    "SchoolRule",
    "SchoolType",
    "Stage",
    "Standard",
    "Survey",
    "Total",
    "Variation",
    "VerdictRule",
    "Veto",
]

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
class Indicator:
    """One indicator (指标): the clause's own words beside the rule that reads them.

    ``unit``: of the value; shares are 0-1 with unit ``share``. ``line``: of its entry in ``file``. ``also``:
    what the clause asks beside the figure (留守儿童关爱体系健全): declared not to hold, the item is not met.
    ``note``: what its value counts, where the title does not say so. ``proofs``: what the 建档目录 asks for, of any kind but declared,
    which names its own.
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
    note: str = ""
    proofs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter (维度) in document order; ``file``: that it was read from."""

    number: str
    title: str
    clause: str
    indicators: tuple[Indicator, ...]
    file: str = ""


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
        return frozenset(
            {"compulsory_pupils", "through_school", *(f"has_{stage.name}" for stage in self.stages)}
        )

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
