"""The plan of a standard: its ratios and coefficients of variation as two SQL texts over one table of schools.

The table ``schools`` has one row a school: ``school`` (whole number), ``has_<stage>`` and ``row_<level>``
(booleans: has the stage; is counted at the level), and a column for each figure used (double or boolean,
NULL when it may not be used). ``values_sql`` gives one row a counted school and level; ``variation_sql``
gives a row a level with n, the mean and CV² (weighted by pupils) of each indicator. ``values`` and ``variation`` are
the same two as expressions, by other keys: a nation is planned from them (``nation``). Not here: running it (``run``),
exact evaluation (``exact``), limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlglot import exp

from dudao.indicators.exact import parsed
from dudao.indicators.sql import alias, and_, divide, expression, number, or_, union
from dudao.periods import holds
from dudao.standards.model import Indicator, Ratio, Relief, Stage, Standard


@dataclass(frozen=True, slots=True)
class Plan:
    """Two queries and the columns that ``schools`` must have: doubles and booleans, by field name."""

    values_sql: str
    variation_sql: str
    numbers: tuple[str, ...]
    flags: tuple[str, ...]
    indicators: tuple[str, ...]


def ratios(standard: Standard) -> tuple[Indicator, ...]:
    """The indicators computed per school and level."""
    return tuple(indicator for indicator in standard.indicators if isinstance(indicator.rule, Ratio))


@dataclass(frozen=True, slots=True)
class Used:
    """What the ratios of a standard use on a day: fields that are numbers, fields that are flags, and the ratios' codes."""

    numbers: tuple[str, ...]
    flags: tuple[str, ...]
    indicators: tuple[str, ...]


def used(standard: Standard, on: date) -> Used:
    """The fields and indicators of a standard's plan on a day."""
    found = ratios(standard)
    names = _names(found, on) | {stage.pupils for stage in standard.stages}
    flags = {item.name for item in standard.fields if item.kind == "flag"} & names
    codes = tuple(indicator.code for indicator in found)
    return Used(tuple(sorted(names - flags - standard.derived)), tuple(sorted(flags)), codes)


@lru_cache(maxsize=64)
def plan(standard: Standard, on: date, dialect: str = "duckdb") -> Plan:
    """The plan of a standard's ratios on a day, in the dialect of an engine.

    Returns SQL texts; the columns come in the order school, level, pupils, then one value an indicator.
    """
    own = used(standard, on)
    return Plan(
        values(standard, on, ("school",)).sql(dialect=dialect),
        variation(own.indicators, ("level",)).sql(dialect=dialect),
        own.numbers,
        own.flags,
        own.indicators,
    )


def values(standard: Standard, on: date, keys: Sequence[str], table: str = "schools") -> exp.Query:
    """The rows counted of ``table``: ``keys`` of the school, level, pupils, then one value an indicator."""
    levels = [_level(standard, level, ratios(standard), on, keys, table) for level in standard.levels]
    whole: exp.Query = levels[0]
    for level in levels[1:]:
        whole = union(whole, level, distinct=False)
    return whole


def _names(found: Iterable[Indicator], on: date) -> set[str]:
    texts: list[str] = []
    for indicator in found:
        ratio = indicator.rule
        assert isinstance(ratio, Ratio)
        texts += [*ratio.resource.values(), *ratio.by_stage.values()]
        for relief in ratio.reliefs:
            if holds(relief, on):
                texts += [relief.adds, relief.flag, *([relief.when] if relief.when else [])]
    return {name for text in texts for name in parsed(text).names()}


def _pupils(stages: Iterable[Stage], weighted: bool) -> exp.Expression:
    """Pupils over the stages a school has; NULL when one of them is unknown."""
    total: exp.Expression = number("0")
    for stage in stages:
        count: exp.Expression = exp.column(stage.pupils)
        if weighted:
            count = exp.Mul(this=number(str(stage.weight)), expression=count)
        total = exp.Add(this=total, expression=exp.Case().when(exp.column(f"has_{stage.name}"), count).else_(number("0")))
    return exp.paren(total)


def _level(
    standard: Standard, level: Stage, found: Iterable[Indicator], on: date, keys: Sequence[str], table: str
) -> exp.Select:
    """One SELECT: the counted schools of a level with their values."""
    pupils = exp.column(level.pupils)
    columns: list[exp.Expression] = [
        *(exp.column(key) for key in keys),
        alias(exp.Literal.string(level.name), "level"),
        alias(pupils.copy(), "pupils"),
    ]
    columns += [alias(_value(standard, level, item, on), item.code, quoted=True) for item in found]
    derived = exp.select(
        exp.Star(),
        alias(_pupils(standard.levels, weighted=False), "compulsory_pupils"),
        alias(_pupils(standard.stages, weighted=True), "weighted_pupils"),
    ).from_(table)
    return exp.select(*columns).from_(derived.subquery("derived")).where(exp.column(f"row_{level.name}"))


def _value(standard: Standard, level: Stage, indicator: Indicator, on: date) -> exp.Expression:
    """scale x resource x part / pupils of one level, with the stage's own figures where they are given for
    every judged stage."""
    ratio = indicator.rule
    assert isinstance(ratio, Ratio)
    scale, pupils = number(str(ratio.scale)), exp.column(level.pupils)
    resource = expression(parsed(ratio.resource.get(level.name) or ratio.resource["*"]))
    reliefs = [relief for relief in ratio.reliefs if holds(relief, on)]
    for relief in reliefs:
        resource = exp.Add(this=resource, expression=_relief(relief, lambda adds: adds))
    total = exp.Mul(this=scale, expression=exp.paren(resource))
    if ratio.share == "stage":
        return divide(total, pupils)
    if ratio.share == "weighted":
        weighted = exp.Mul(this=total, expression=number(str(level.weight)))
        return divide(weighted, exp.column("weighted_pupils"))
    whole = divide(total, exp.column("compulsory_pupils"))
    if level.name not in ratio.by_stage:
        return whole
    own = expression(parsed(ratio.by_stage[level.name]))
    several = or_(*(exp.column(f"has_{stage.name}") for stage in standard.stages if stage != level))
    given = [
        or_(
            exp.Not(this=exp.column(f"has_{stage.name}")),
            exp.Not(this=exp.Is(this=exp.paren(expression(parsed(ratio.by_stage[stage.name]))), expression=exp.null())),
        )
        for stage in standard.levels
        if stage.name in ratio.by_stage
    ]

    def by_pupils(adds: exp.Expression) -> exp.Expression:
        return divide(exp.Mul(this=scale.copy(), expression=exp.paren(adds)), exp.column("compulsory_pupils"))

    stage_value = divide(exp.Mul(this=scale.copy(), expression=exp.paren(own)), pupils.copy())
    for relief in reliefs:
        stage_value = exp.Add(this=stage_value, expression=_relief(relief, by_pupils))
    return exp.Case().when(and_(several, *given), stage_value).else_(whole)


def _relief(relief: Relief, part: Callable[[exp.Expression], exp.Expression]) -> exp.Expression:
    """``part`` of what a relief adds; 0 when it adds nothing, whatever else is unknown; NULL when that depends on an unknown
    figure."""
    adds = expression(parsed(relief.adds))
    flag = exp.column(relief.flag)
    when = expression(parsed(relief.when)) if relief.when else exp.true()
    refused = or_(exp.Not(this=flag), exp.Not(this=exp.paren(when)), exp.EQ(this=exp.paren(adds), expression=number("0")))
    applies = and_(flag.copy(), exp.paren(when.copy()))
    return exp.Case().when(refused, number("0")).when(applies, part(adds.copy()))


def variation(codes: Sequence[str], keys: Sequence[str]) -> exp.Select:
    """A row for each value of ``keys``, over ``counted``: per indicator n, the mean ΣPx/ΣP and CV² = Σ(P/ΣP)(x/mean − 1)², over
    the rows with a value."""

    def cell(name: str, table: str = "counted") -> exp.Column:
        return exp.column(exp.to_identifier(name, quoted=True), table)

    def weighted(term: exp.Expression, code: str) -> exp.Expression:
        known = exp.Case().when(exp.Is(this=cell(code), expression=exp.null()), exp.null()).else_(exp.column("pupils", "counted"))
        product = exp.Mul(this=exp.column("pupils", "counted"), expression=term)
        return divide(exp.Sum(this=product), exp.Sum(this=known))

    own = [exp.column(key, "counted") for key in keys]
    means: list[exp.Expression] = [alias(column, f"of_{column.name}") for column in own]
    spreads: list[exp.Expression] = list(own)
    for code in codes:
        n, mean, cv2 = f"{code}_n", f"{code}_mean", f"{code}_cv2"
        means.append(alias(exp.Count(this=cell(code)), n, quoted=True))
        means.append(alias(weighted(cell(code), code), mean, quoted=True))
        relative = exp.Sub(this=divide(cell(code), cell(mean, "means")), expression=exp.Literal.number(1))
        squared = exp.Pow(this=exp.paren(relative), expression=exp.Literal.number(2))
        spreads.append(alias(exp.Min(this=cell(n, "means")), n, quoted=True))
        spreads.append(alias(exp.Min(this=cell(mean, "means")), mean, quoted=True))
        spreads.append(alias(weighted(squared, code), cv2, quoted=True))
    joined = and_(*(exp.EQ(this=exp.column(key, "counted"), expression=exp.column(f"of_{key}", "means")) for key in keys))
    grouped = exp.select(*means).from_("counted").group_by(*own)
    return exp.select(*spreads).from_("counted").join("means", on=joined).group_by(*own).with_("means", as_=grouped)
