"""The plan of a standard: its ratios and coefficients of variation as two SQL texts over one table of schools.

The table ``schools`` has one row a school: ``school`` (whole number), ``has_<stage>`` and ``row_<level>``
(booleans: has the stage; is counted at the level), and a column for each figure used (double or boolean,
NULL when it may not be used). ``values_sql`` gives one row a counted school and level; ``variation_sql``
gives a row a level with n, the mean and CV² (weighted by pupils) of each indicator. Not here: running it
(``run``), exact evaluation (``exact``), limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlglot import exp, parse_one

from dudao.indicators.exact import parsed
from dudao.indicators.sql import divide, expression, number
from dudao.periods import holds
from dudao.standards.check import DERIVED
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


@lru_cache(maxsize=64)
def plan(standard: Standard, on: date, dialect: str = "duckdb") -> Plan:
    """The plan of a standard's ratios on a day, in the dialect of an engine.

    Returns SQL texts; the columns come in the order school, level, pupils, then one value an indicator.
    """
    found = ratios(standard)
    names = _names(found, on) | {stage.pupils for stage in standard.stages}
    flags = {item.name for item in standard.fields if item.kind == "flag"} & names
    values = " UNION ALL ".join(_level(standard, level, found, on).sql(dialect=dialect) for level in standard.levels)
    variation = _variation([indicator.code for indicator in found])
    return Plan(
        values,
        variation if dialect == "duckdb" else parse_one(variation, read="duckdb").sql(dialect=dialect),
        tuple(sorted(names - flags - DERIVED)),
        tuple(sorted(flags)),
        tuple(indicator.code for indicator in found),
    )


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


def _level(standard: Standard, level: Stage, found: Iterable[Indicator], on: date) -> exp.Select:
    """One SELECT: the counted schools of a level with their values."""
    pupils = exp.column(level.pupils)
    columns: list[exp.Expression] = [
        exp.column("school"),
        exp.alias_(exp.Literal.string(level.name), "level"),
        exp.alias_(pupils.copy(), "pupils"),
    ]
    columns += [exp.alias_(_value(standard, level, item, on), item.code, quoted=True) for item in found]
    derived = exp.select(
        exp.Star(),
        exp.alias_(_pupils(standard.levels, weighted=False), "compulsory_pupils"),
        exp.alias_(_pupils(standard.stages, weighted=True), "weighted_pupils"),
    ).from_("schools")
    return exp.select(*columns).from_(derived.subquery("derived")).where(exp.column(f"row_{level.name}"))


def _value(standard: Standard, level: Stage, indicator: Indicator, on: date) -> exp.Expression:
    """scale x resource x part / pupils of one level, with the stage's own figures where they are given for
    every judged stage."""
    ratio = indicator.rule
    assert isinstance(ratio, Ratio)
    scale, pupils = number(str(ratio.scale)), exp.column(level.pupils)
    resource = expression(parsed(ratio.resource.get(level.name) or ratio.resource["*"]))
    reliefs = [_relief(relief) for relief in ratio.reliefs if holds(relief, on)]
    for relief in reliefs:
        resource = exp.Add(this=resource, expression=relief)
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
    several = exp.or_(*(exp.column(f"has_{stage.name}") for stage in standard.stages if stage != level))
    given = [
        exp.or_(
            exp.Not(this=exp.column(f"has_{stage.name}")),
            exp.Not(this=exp.Is(this=exp.paren(expression(parsed(ratio.by_stage[stage.name]))), expression=exp.null())),
        )
        for stage in standard.levels
        if stage.name in ratio.by_stage
    ]
    stage_value = divide(exp.Mul(this=scale.copy(), expression=exp.paren(own)), pupils.copy())
    for relief in reliefs:
        spread = divide(exp.Mul(this=scale.copy(), expression=relief.copy()), exp.column("compulsory_pupils"))
        stage_value = exp.Add(this=stage_value, expression=spread)
    return exp.Case().when(exp.and_(several, *given), stage_value).else_(whole)


def _relief(relief: Relief) -> exp.Expression:
    """What a relief adds; NULL when that depends on an unknown figure."""
    adds = expression(parsed(relief.adds))
    flag = exp.column(relief.flag)
    when = expression(parsed(relief.when)) if relief.when else exp.true()
    refused = exp.or_(exp.Not(this=flag), exp.Not(this=exp.paren(when)), exp.EQ(this=exp.paren(adds), expression=number("0")))
    applies = exp.and_(flag.copy(), exp.paren(when.copy()))
    return exp.Case().when(refused, number("0")).when(applies, adds.copy())


def _variation(codes: list[str]) -> str:
    """A row a level, over ``counted``: per indicator n, the mean ΣPx/ΣP and S² = Σ(P/ΣP)(x − mean)², over
    the rows with a value."""
    pupils = {code: f'NULLIF(SUM(CASE WHEN "{code}" IS NULL THEN NULL ELSE pupils END), 0)' for code in codes}
    means = ", ".join(f'COUNT("{code}") AS "{code}_n", SUM(pupils * "{code}") / {pupils[code]} AS "{code}_mean"' for code in codes)
    spreads = ", ".join(
        f'MIN("{code}_n") AS "{code}_n", MIN("{code}_mean") AS "{code}_mean", '
        f'SUM(pupils * POWER("{code}" / NULLIF("{code}_mean", 0) - 1, 2)) / {pupils[code]} AS "{code}_cv2"'
        for code in codes
    )
    return (
        f"WITH means AS (SELECT level AS of_level, {means} FROM counted GROUP BY level) "
        f"SELECT level, {spreads} FROM counted JOIN means ON level = of_level GROUP BY level"
    )
