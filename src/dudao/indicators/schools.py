"""Schools as they count (计入的学校): which stages each has, what is excluded and why, one row a school and level.

Here lives the step from Returns to School and Row. Not here: any formula, any limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from dudao.standards.formula import parse
from dudao.standards.model import Ratio, SchoolType, Stage, Standard
from dudao.tables import Figure, Intake, Return


@dataclass(frozen=True, slots=True)
class School:
    """One school of the county. ``number``: its place in the intake. ``stages``: the stages it has, attached
    classes included.

    ``usable``: whether its figures may be used (handed in once, of a known type and known stages); when not, every value is
    no_data. ``spoiled``: fields not used because a figure given in their place is in error.
    """

    number: int
    unit: Return
    code: str | None
    name: str | None
    kind: SchoolType | None
    stages: tuple[Stage, ...]
    usable: bool
    spoiled: frozenset[str] = frozenset()
    blocked: str = ""
    """The field for which nothing of it may be used; empty when it is usable."""

    def figure(self, name: str) -> Figure:
        """A figure as it counts for this school: absent for a stage it lacks, refused when nothing of it is
        usable."""
        figure = self.unit.figure(name)
        if figure.known and (not self.usable or name in self.spoiled):
            return replace(figure, value=None, state="refused")
        return figure

    def number_of(self, name: str) -> Decimal | None:
        """A usable number, or None."""
        value = self.figure(name).value
        return value if isinstance(value, Decimal) else None

    def pupils(self, stage: Stage) -> Decimal | None:
        """Pupils of a stage: 0 for a stage the school lacks, None when unknown."""
        if stage not in self.stages:
            return Decimal(0)
        return self.number_of(stage.pupils)

    @property
    def judged(self) -> tuple[Stage, ...]:
        """Its 义务教育 stages."""
        return tuple(stage for stage in self.stages if stage.judged)

    @property
    def shared(self) -> bool:
        """Whether a figure of the whole school is shared by several stages."""
        return len(self.stages) > 1

    @property
    def compulsory(self) -> Decimal | None:
        """Pupils of all its 义务教育 stages; None when one is unknown."""
        counts = [self.pupils(stage) for stage in self.judged]
        return None if None in counts else sum((count for count in counts if count is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Row:
    """A counted school at one level: a row of every table of the standard. ``pupils``: as read, also for a
    school of no usable figures."""

    school: School
    level: Stage
    pupils: Decimal | None


@dataclass(frozen=True, slots=True)
class Excluded:
    """A school, or one level of it, that is not counted. ``level`` None: the whole school."""

    school: School
    level: Stage | None
    pupils: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True)
class Roll:
    """All schools of a county, sorted into counted rows (by level, then code, name, file) and excluded ones."""

    schools: tuple[School, ...]
    rows: tuple[Row, ...]
    excluded: tuple[Excluded, ...]

    def at(self, level: Stage) -> list[Row]:
        """The counted rows of a level."""
        return [row for row in self.rows if row.level == level]


def school_of(standard: Standard, unit: Return, number: int = 0) -> School:
    """A return as a school of the standard. Of unknown type, or with attached classes of an unknown stage: all levels, nothing usable."""
    kind = standard.type_of(unit.text("school_type"))
    attached = unit.figure("attached_stage")
    known = kind is not None and attached.state != "refused"
    blocked = _blocked(standard, unit)
    names = kind.stages if kind else ()
    stages = tuple(
        stage
        for stage in standard.stages
        if stage.name in names or stage.title == attached.value or (stage.judged and not known)
    )
    return School(
        number,
        unit,
        unit.text("school_code"),
        unit.text("school_name"),
        kind,
        stages,
        usable=not blocked,
        spoiled=_spoiled(standard, unit),
        blocked=blocked,
    )


def _blocked(standard: Standard, unit: Return) -> str:
    """The field for which nothing of a return may be used: whose return it is, which stages it has, whether it counts; or ""."""
    if standard.type_of(unit.text("school_type")) is None:
        return "school_type"
    if unit.void is not None:
        return "school_code"
    if unit.figure("attached_stage").state == "refused":
        return "attached_stage"
    return next((item.field for item in standard.exclusions if not unit.figure(item.field).known), "")


def _spoiled(standard: Standard, unit: Return) -> frozenset[str]:
    """The whole school's fields in place of which stage figures were given, one of them in error."""
    return frozenset(
        name for own, whole in _replacing(standard) if any(unit.figure(item).state == "refused" for item in own) for name in whole
    )


@lru_cache(maxsize=64)
def _replacing(standard: Standard) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """For each ratio that may be given by stage: the stage fields, and the fields of the whole school."""
    found = []
    for indicator in standard.indicators:
        rule = indicator.rule
        if isinstance(rule, Ratio) and rule.by_stage:
            own = tuple(name for text in rule.by_stage.values() for name in parse(text).names())
            found.append((own, tuple(name for text in rule.resource.values() for name in parse(text).names())))
    return tuple(found)


def roll(standard: Standard, intake: Intake) -> Roll:
    """The schools of an intake as the standard counts them."""
    schools = tuple(school_of(standard, unit, number) for number, unit in enumerate(intake.schools))
    rows: list[Row] = []
    excluded: list[Excluded] = []
    for school in schools:
        for item in _placed(standard, school):
            (rows if isinstance(item, Row) else excluded).append(item)  # type: ignore[arg-type]
    order = {stage: place for place, stage in enumerate(standard.levels)}
    rows.sort(key=lambda row: (order[row.level], _key(row.school)))
    excluded.sort(key=lambda item: (_key(item.school), order.get(item.level, -1) if item.level else -1))
    return Roll(schools, tuple(rows), tuple(excluded))


def _key(school: School) -> tuple[str, str, str, int]:
    return (school.code or "", school.name or "", school.unit.file, school.number)


def _placed(standard: Standard, school: School) -> Iterator[Row | Excluded]:
    kind = school.kind
    if kind is not None and kind.excluded is not None:
        yield Excluded(school, None, None, kind.excluded)
        return
    for exclusion in standard.exclusions:
        if school.unit.text(exclusion.field) in exclusion.words:
            yield Excluded(school, None, None, exclusion.reason)
            return
    counts = {stage: school.unit.number(stage.pupils) for stage in school.judged}
    known = [count for count in counts.values() if count is not None]
    few = kind.fewest if kind and school.usable and len(known) == len(counts) else None
    for stage, pupils in counts.items():
        if few is not None and sum(known) < few[0]:
            yield Excluded(school, stage, pupils, few[1])
        elif school.usable and pupils == 0:
            yield Excluded(school, stage, pupils, f"没有{stage.title}学生")
        else:
            yield Row(school, stage, pupils)
