"""The plan of a whole nation: files of schools and raw rows -> figures -> values -> spreads by county and level, as one SQL text.

Steps, each a query over the ones before (``Step``): ``schools`` (typed), ``doubled`` (codes that stand twice), ``<rows>_counted``,
``figures`` (which schools count where, and every figure as it may be used), ``counted`` (the values, by the same expressions as the
plan of one county), ``spreads``. Judging by limits is added above (``dudao.evaluation.nation``). Not here: running it
(``nation_duckdb``, ``nation_spark``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from dudao.indicators import nation_input
from dudao.indicators.exact import parsed
from dudao.indicators.nation_input import KEYS, Kind, in_range, texts
from dudao.indicators.plan import Used, ratios, used, values, variation
from dudao.indicators.sql import alias, and_, number, or_
from dudao.standards.model import Field, Ratio, SchoolType, Stage, Standard
from dudao.standards.rows_of import Rows


@dataclass(frozen=True)
class Step:
    """One named query. ``kept``: its rows are stored, since several later steps read them; else it is a view."""

    name: str
    query: exp.Query
    kept: bool


@dataclass(frozen=True)
class NationPlan:
    """The steps of a standard on a day for files of given columns. ``counts``: figure -> the table of rows it is counted from;
    ``differences``: (part, whole) of each ``whole - part`` that a ratio takes."""

    standard: Standard
    made: Used
    steps: tuple[Step, ...]
    counts: Mapping[str, str]

    @property
    def differences(self) -> tuple[tuple[str, str], ...]:
        """The pairs of fields of which one is taken from the other."""
        found: dict[tuple[str, str], None] = {}
        for indicator in ratios(self.standard):
            assert isinstance(indicator.rule, Ratio)
            for text in indicator.rule.resource.values():
                tree = parsed(text)
                if tree.word == "-" and all(part.kind == "name" for part in tree.parts):
                    found[tree.parts[1].word, tree.parts[0].word] = None
        return tuple(found)

    def step(self, name: str) -> Step:
        """The step of a name; KeyError when there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)


def nation_plan(
    standard: Standard, on: date, columns: Mapping[str, Kind], rows: Sequence[tuple[Rows, Mapping[str, Kind]]] = ()
) -> NationPlan:
    """The plan for a file of schools with ``columns`` and, for each table of rows given, its file's columns.

    BadTable when a file's columns cannot be used.
    """
    made = used(standard, on)
    counts = {name: table.name for table, _ in rows for name in table.figures if name in made.numbers}
    steps = [
        Step("schools", nation_input.schools(standard, made, columns, counts), False),
        Step("doubled", _doubled(), True),
    ]
    for table, own in rows:
        figures = [name for name in table.figures if counts.get(name) == table.name]
        steps.append(Step(f"{table.name}_counted", nation_input.rows(table, own, figures), True))
    steps.append(Step("figures", _figures(standard, made, counts), True))
    steps.append(Step("places", _places(), True))
    steps.append(Step("counted", _counted(standard, made, on), True))
    steps.append(Step("spreads", _spreads(made), True))
    return NationPlan(standard, made, tuple(steps), counts)


def script(steps: Iterable[Step], dialect: str = "duckdb") -> str:
    """The steps as one text in the dialect of an engine: a temporary table or view each."""
    return "".join(f"{statement(step, dialect)};\n" for step in steps)


def statement(step: Step, dialect: str = "duckdb") -> str:
    """The statement that makes one step. Spark has no temporary tables: there it is a view, cached by its runner."""
    table = step.kept and dialect != "spark"
    made = exp.Create(
        this=exp.to_table(step.name),
        kind="TABLE" if table else "VIEW",
        expression=step.query,
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
    )
    return made.sql(dialect=dialect)


def _doubled() -> exp.Select:
    code = exp.column("school_code")
    several = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
    known = exp.Not(this=exp.Is(this=code.copy(), expression=exp.null()))
    return exp.select(code).from_("schools").where(known).group_by(code.copy()).having(several)


def _sure(condition: exp.Expression) -> exp.Expression:
    """A condition that is false where it is unknown."""
    return exp.Coalesce(this=condition, expressions=[exp.false()])


def _among(name: str, words: Iterable[str]) -> exp.Expression:
    found = [exp.Literal.string(word) for word in dict.fromkeys(words)]
    return _sure(exp.column(name).isin(*found)) if found else exp.false()


def spellings(kind: SchoolType) -> tuple[str, ...]:
    """The words that name a type of school; a trailing 学校 may be there or not."""
    bare = kind.name.removesuffix("学校")
    return tuple(dict.fromkeys((kind.name, bare, f"{kind.name}学校", f"{bare}学校")))


def _placed(name: str) -> exp.Column:
    """A column of ``placed``. Named with its table: an output of the same name must not stand for it (ClickHouse would)."""
    return exp.column(name, "placed")


def _figures(standard: Standard, made: Used, counts: Mapping[str, str]) -> exp.Select:
    """A row a school: its keys, type, ``usable``, ``has_``, ``row_`` and the figures as they may be used."""
    columns: list[exp.Expression] = [_placed(name) for name in (*KEYS, *texts(standard), "usable")]
    columns += [_placed(f"has_{stage.name}") for stage in standard.stages]
    columns += [alias(_row(standard, level), f"row_{level.name}") for level in standard.levels]
    for name in made.flags:
        blank = exp.Is(this=_placed(name), expression=exp.null())
        no = or_(blank, exp.EQ(this=_placed(name), expression=exp.Literal.string("否")))
        yes = exp.EQ(this=_placed(name), expression=exp.Literal.string("是"))
        usable = _placed("usable")
        said = exp.Case().when(and_(usable, no), exp.false()).when(and_(usable.copy(), yes), exp.true())
        columns.append(alias(said, name))
    spoilers = _spoilers(standard)
    for name in made.numbers:
        columns.append(alias(_figure(standard, standard.field(name), spoilers.get(name, ())), name))
    return exp.select(*columns).from_(_with_stages(standard, counts).subquery("placed"))


def _with_stages(standard: Standard, counts: Mapping[str, str]) -> exp.Select:
    """``schools`` with the counts of their rows, ``kind``, ``known``, ``usable`` and the stages each has."""
    once = exp.select("s.*", alias(exp.Is(this=exp.column("school_code", "d"), expression=exp.null()), "once"))
    once = once.from_(alias(exp.to_table("schools"), "s", table=True))
    for table in dict.fromkeys(counts.values()):
        own = [exp.column(name, f"{table}_counted") for name, source in counts.items() if source == table]
        same = exp.EQ(this=exp.column("school_code", "s"), expression=exp.column("school_code", f"{table}_counted"))
        once = once.select(*own).join(f"{table}_counted", on=same, join_type="left")
    double = exp.EQ(this=exp.column("school_code", "s"), expression=exp.column("school_code", "d"))
    once = once.join(alias(exp.to_table("doubled"), "d", table=True), on=double, join_type="left")
    kind = exp.Case()
    for item in standard.types:
        kind = kind.when(_among("school_type", spellings(item)), exp.Literal.string(item.name))
    named = exp.select("*", alias(kind, "kind")).from_(once.subquery("once"))
    attached = exp.Is(this=exp.column("attached_stage"), expression=exp.null())
    placed = or_(attached, _among("attached_stage", _choices(standard, "attached_stage")))
    known = and_(exp.Not(this=exp.Is(this=exp.column("kind"), expression=exp.null())), placed)
    read = exp.select("*", alias(known, "known")).from_(named.subquery("named"))
    coded = exp.Not(this=exp.Is(this=exp.column("school_code"), expression=exp.null()))
    declared = [_among(item.field, _choices(standard, item.field)) for item in standard.exclusions]
    columns = [alias(and_(exp.column("known"), exp.column("once"), coded, *declared), "usable")]
    columns += [alias(_has(standard, stage), f"has_{stage.name}") for stage in standard.stages]
    return exp.select("*", *columns).from_(read.subquery("read_in"))


def _choices(standard: Standard, name: str) -> tuple[str, ...]:
    return next((field.choices for field in standard.fields if field.name == name), ())


def _has(standard: Standard, stage: Stage) -> exp.Expression:
    parts = [
        _among("kind", [kind.name for kind in standard.types if stage.name in kind.stages]),
        _among("attached_stage", [stage.title]),
    ]
    if stage.judged:
        parts.append(exp.Not(this=exp.column("known")))
    return or_(*parts)


def _row(standard: Standard, level: Stage) -> exp.Expression:
    """Whether a school is counted at a level: it has the level, and nothing leaves it out (``schools.roll``)."""
    known = [or_(exp.Not(this=_placed(f"has_{stage.name}")), _read(standard, stage)) for stage in standard.levels]
    few: list[exp.Expression] = []
    total: exp.Expression = number("0")
    for stage in standard.levels:
        own = exp.Case().when(_placed(f"has_{stage.name}"), _placed(stage.pupils)).else_(number("0"))
        total = exp.Add(this=total, expression=own)
    for kind in standard.types:
        if kind.fewest is not None:
            below = exp.LT(this=exp.paren(total.copy()), expression=number(str(kind.fewest[0])))
            few.append(and_(_among("kind", [kind.name]), *(part.copy() for part in known), below))
    empty = exp.EQ(this=_placed(level.pupils), expression=number("0"))
    out = and_(_placed("usable"), or_(*few, empty))
    left_out = [_among("kind", [kind.name for kind in standard.types if kind.excluded is not None])]
    left_out += [_among(item.field, item.words) for item in standard.exclusions]
    return and_(_placed(f"has_{level.name}"), exp.Not(this=or_(*left_out)), exp.Not(this=_sure(out)))


def _read(standard: Standard, stage: Stage) -> exp.Expression:
    """Whether the pupils of a stage are a number that may be used."""
    whole = standard.field(stage.pupils).kind in ("pupils", "year")
    return _sure(in_range(_placed(stage.pupils), whole))


def _spoilers(standard: Standard) -> dict[str, tuple[str, ...]]:
    """A whole school's field -> the stage fields given in its place: one of them refused, it may not be used either."""
    found: dict[str, tuple[str, ...]] = {}
    for indicator in standard.indicators:
        rule = indicator.rule
        if isinstance(rule, Ratio) and rule.by_stage:
            own = tuple(name for text in rule.by_stage.values() for name in parsed(text).names())
            for text in rule.resource.values():
                found.update(dict.fromkeys(parsed(text).names(), own))
    return found


def _figure(standard: Standard, field: Field, spoilers: Sequence[str]) -> exp.Expression:
    """A number as it may be used: NULL where it is blank, out of range, or of a school of which nothing may be used. A blank one
    that may be left blank is 0 (是否必填 = 否)."""
    value, usable = _placed(field.name), _placed("usable")
    given = in_range(value, field.kind in ("pupils", "year"))
    for name in spoilers:
        own = standard.field(name)
        sound = in_range(_placed(name), own.kind in ("pupils", "year"))
        unspoiled = or_(exp.Is(this=_placed(name), expression=exp.null()), sound)
        usable = and_(usable, unspoiled)
    found = exp.Case().when(and_(usable, given), value)
    if not field.required and not field.supplementary:
        blank = exp.Is(this=value.copy(), expression=exp.null())
        found = found.when(and_(usable.copy(), blank), number("0"))
    return found


def _places() -> exp.Select:
    """The counties, and how many schools each has in the file."""
    total = alias(exp.Count(this=exp.Star()), "schools")
    return exp.select(exp.column("county_code"), total).from_("figures").group_by(exp.column("county_code"))


def _counted(standard: Standard, made: Used, on: date) -> exp.Query:
    """The values of each counted school and level, in order of county, school, level. A value below 0 is a part larger than its
    whole: no data."""
    order = exp.Case(this=exp.column("level"))
    for place, level in enumerate(standard.levels):
        order = order.when(exp.Literal.string(level.name), exp.Literal.number(place))
    keys = [exp.column(name) for name in (*KEYS, "level", "pupils")]
    codes = [exp.column(code, quoted=True) for code in made.indicators]
    sound = [
        alias(exp.Case().when(exp.GTE(this=code, expression=number("0")), code.copy()), code.name, quoted=True) for code in codes
    ]
    inner = values(standard, on, KEYS, "figures").subquery("every")
    return exp.select(*keys, *sound).from_(inner).order_by(exp.column("county_code"), exp.column("school_code"), order)


def _spreads(made: Used) -> exp.Select:
    """``variation`` by county and level, with ``counted``: how many schools are counted."""
    found = variation(made.indicators, ("county_code", "level"))
    return found.select(alias(exp.Count(this=exp.Star()), "counted"))
