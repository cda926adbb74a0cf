"""A whole nation judged: the steps that follow the values, and the exact decisions between them.

The engine compares in doubles; every school and every coefficient within 1e-9 of a limit is fetched and decided by the exact
evaluator, and the decision stands in place of the comparison (``decided``, ``decided_spreads``). What is judged: each school by the
school rule, each coefficient, and the standard's items over them (RC, RS); not the items of a county's own return.
Not here: values (``dudao.indicators.nation``), the engine (``nation_duckdb``, ``nation_spark``), files (the command).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from sqlglot import exp

from dudao.evaluation import nation_sql
from dudao.evaluation.evaluate import evaluate
from dudao.evaluation.judge import holds, limit_of
from dudao.indicators.exact import ratio_of, usage
from dudao.indicators.nation import NationPlan, Step, nation_plan
from dudao.indicators.nation_input import Kind, texts
from dudao.indicators.nation_issues import nation_issues
from dudao.indicators.plan import ratios
from dudao.indicators.schools import Row, school_of
from dudao.issues import Issue
from dudao.standards.model import Ratio, SchoolRule, Standard
from dudao.standards.rows_of import Rows
from dudao.tables import Figure, Intake, Return
from dudao.units import exact as decimal_of


class Engine(Protocol):
    """What an engine can do; DuckDB or Spark."""

    def columns(self, name: str, path: Path) -> Mapping[str, Kind]:
        """Open a file as ``<name>_file``; its columns. BadTable when it cannot be read."""

    def make(self, step: Step) -> None:
        """Run one step under its name."""

    def fetch(self, query: exp.Query) -> Iterator[tuple]:
        """The rows of a query."""

    def put(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """A table of rows of our own."""


@dataclass(frozen=True)
class Nation:
    """What was judged. Tables of the engine, ready to be written: ``judged`` (a row a school and level), ``coefficients``,
    ``counties``. ``rules``: codes of the items judged by county (RC, RS). ``exact_rows``, ``exact_spreads``: how many the exact evaluator decided."""

    made: NationPlan
    rules: frozenset[str]
    exact_rows: int
    exact_spreads: int


STEPS: Mapping[str, str] = {
    "schools": "读入学校表",
    "doubled": "核对学校代码",
    "figures": "整理学校数据",
    "counted": "计算各校指标",
    "spreads": "计算差异系数",
    "judged": "逐校判定",
}
"""What the steps are called while they run; counting rows is 明细计数."""


def evaluate_nation(
    engine: Engine,
    standard: Standard,
    on: date,
    schools: Path,
    rows: Sequence[tuple[Rows, Path]] = (),
    told: Callable[[str], None] = lambda text: None,
    found: Callable[[Issue], None] = lambda issue: None,
) -> Nation:
    """Evaluate a file of schools of many counties, with files of raw rows to count figures from.

    BadTable when a file is no such table, EngineFailed when the engine cannot do it. ``told`` hears what is being done, ``found``
    every Issue.
    """
    told(STEPS["schools"])
    columns = engine.columns("schools", schools)
    opened = [(table, engine.columns(table.name, path)) for table, path in rows]
    made = nation_plan(standard, on, columns, opened)
    with ThreadPoolExecutor(1) as beside:  # the queries of the judging are built while the engine counts
        queries = beside.submit(nation_sql.queries, standard, on, _names(made))
        for step in made.steps:
            told(STEPS.get(step.name, "明细计数"))
            engine.make(step)
    for issue in nation_issues(engine.fetch, made, columns, [table for table, _ in rows]):
        found(issue)
    told(STEPS["judged"])
    return _judge(engine, made, on, queries.result())


def _judge(engine: Engine, made: NationPlan, on: date, queries: Mapping[str, exp.Query]) -> Nation:
    judging = nation_sql.judging(made.standard, on)
    rows = list(_decide_rows(engine, made, on, queries["near_rows"]))
    shape = {"school_code": "VARCHAR", "level": "VARCHAR"}
    shape |= {f"{code}_{word}": "BOOLEAN" for code in made.made.indicators for word in ("met", "reaches")}
    engine.put("decided", shape, rows)
    engine.make(Step("judged", queries["judged"], False))
    engine.make(Step("compared_spreads", queries["compared_spreads"], False))
    spreads = list(_decide_spreads(engine, made, on))
    engine.put("decided_spreads", dict.fromkeys(("county_code", "level", "item", "code"), "VARCHAR") | {"met": "BOOLEAN"}, spreads)
    engine.make(Step("coefficients", queries["coefficients"], True))
    engine.make(Step("counties", queries["counties"], True))
    rules = {item.code for item, _ in judging.variations} | ({judging.rule_code} if judging.rule else set())
    return Nation(made, frozenset(rules), len(rows), len(spreads))


def _decide_rows(engine: Engine, made: NationPlan, on: date, near: exp.Query) -> Iterator[tuple[object, ...]]:
    """School code, level, and for each indicator whether the limit and its share are reached, exactly near them."""
    standard = made.standard
    found = ratios(standard)
    rule = next((item.rule for item in standard.indicators if isinstance(item.rule, SchoolRule)), None)
    limits = {(item.code, level.name): limit_of(item.limits, level.name, on) for item in found for level in standard.levels}
    names = _names(made)
    for line in engine.fetch(near):
        unit = _return(made, dict(zip(names, line, strict=False)))
        level, values = line[len(names)], line[len(names) + 1 :]
        stage = standard.stage(level)
        school = school_of(standard, unit)
        row = Row(school, stage, school.pupils(stage))
        decisions: list[bool | None] = []
        for indicator, value in zip(found, values, strict=True):
            limit, ratio = limits[indicator.code, level], indicator.rule
            assert isinstance(ratio, Ratio)
            if value is None or limit is None or limit.value is None:
                decisions += [None, None]
                continue

            def exact(ratio: Ratio = ratio, row: Row = row) -> Fraction:  # bound here: asked at once, of this very row
                found = ratio_of(standard, row, ratio, usage(standard, row, ratio, on)).value
                assert found is not None
                return found

            met = holds(limit.operator, value, limit.value, exact)
            share = rule.rest if rule is not None else Decimal(1)
            decisions += [met, met or holds(limit.operator, value, limit.value * share, exact)]
        yield (school.code, level, *decisions)


def _decide_spreads(engine: Engine, made: NationPlan, on: date) -> Iterator[tuple[object, ...]]:
    """County, level, item, indicator and whether the coefficient is within its limit, for those near it."""
    near: dict[str, list[tuple[str, str, str]]] = {}
    for county, level, item, code in engine.fetch(nation_sql.near_spreads()):
        near.setdefault(county, []).append((level, item, code))
    for county in sorted(near):
        result = evaluate(made.standard, intake_of(engine, made, county), on)
        judged = {(item.level.name, item.indicator.code): item.judgement for item in result.coefficients}
        judged |= {(level, "composite"): item.judgement for level, item in result.composites.items()}
        for level, item, code in sorted(near[county]):
            yield (county, level, item, code, judged[level, code] == "met")


def intake_of(engine: Engine, made: NationPlan, county: str) -> Intake:
    """The schools of a county as an Intake of the figures used: what ``evaluate`` takes."""
    names = _names(made)
    query = exp.select(*(exp.column(name) for name in names)).from_("figures")
    query = query.where(exp.EQ(this=exp.column("county_code"), expression=exp.Literal.string(county)))
    units = [_return(made, dict(zip(names, line, strict=True))) for line in engine.fetch(query)]
    units.sort(key=lambda unit: (unit.text("school_code") or "", unit.text("school_name") or ""))
    return Intake(county, None, tuple(units), (), ())


def _names(made: NationPlan) -> tuple[str, ...]:
    return ("school_code", "school_name", "usable", *texts(made.standard), *made.made.flags, *made.made.numbers)


def _return(made: NationPlan, cells: Mapping[str, object]) -> Return:
    """A row of ``figures`` as a Return; doubles as the decimals they stand for."""
    figures = {}
    for name, value in cells.items():
        if name != "usable" and value is not None:
            figures[name] = Figure(decimal_of(value) if isinstance(value, float) else value, "given")  # type: ignore[arg-type]
    return Return("school", "", "0" * 64, None, figures, void=None if cells["usable"] else "不使用")
