"""The nation's plan is one text for every engine: written in each dialect it parses there, and steps around what engines do
differently (docs/decisions/0007-scale.md)."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse

from dudao.evaluation import nation_sql
from dudao.indicators.nation import NationPlan, Step, nation_plan, script
from dudao.indicators.nation_input import KEYS
from dudao.indicators.plan import used
from indicators import nation_world as world

DIALECTS = ("duckdb", "postgres", "spark", "clickhouse")


def steps() -> tuple[Step, ...]:
    """Every step, from the typed files to the counties."""
    plan = made()
    queries = nation_sql.queries(world.STANDARD, world.ON, ("school_code",))
    judged = [Step(name, query, name in ("coefficients", "counties")) for name, query in queries.items()]
    return (*plan.steps, *judged)


def made(text: bool = False) -> NationPlan:
    """The plan for a file of doubles and booleans (``text``: of texts alone) with rows of teachers."""
    own = used(world.STANDARD, world.ON)
    columns = dict.fromkeys((*KEYS, "school_type", "attached_stage"), "text")
    columns |= dict.fromkeys(own.numbers, "text" if text else "number") | dict.fromkeys(own.flags, "text" if text else "flag")
    kinds = {"word": "text", "flag": "text" if text else "flag", "number": "text" if text else "whole"}
    rows = {"school_code": "text"} | {column.name: kinds[column.kind] for column in world.TABLES[0].columns}
    return nation_plan(world.STANDARD, world.ON, columns, [(world.TABLES[0], rows)])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_plan_parses_in_every_dialect(dialect: str) -> None:
    parsed = [tree for tree in parse(script(steps(), dialect), read=dialect) if tree is not None]
    assert [tree.this.name for tree in parsed] == [step.name for step in steps()]
    assert all(isinstance(tree, exp.Create) for tree in parsed)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_file_of_texts_parses_too(dialect: str) -> None:
    parsed = parse(script(made(text=True).steps, dialect), read=dialect)
    assert len([tree for tree in parsed if tree is not None]) == 7


def test_every_division_is_guarded_but_by_a_number() -> None:
    for step in steps():
        for division in step.query.find_all(exp.Div):
            by = division.expression
            assert isinstance(by, exp.Nullif) or (isinstance(by, exp.Cast) and by.this.is_number and by.this.name != "0")


def test_nothing_is_rounded_and_no_boolean_is_cast_to_a_number() -> None:
    for step in steps():
        assert step.query.find(exp.Round) is None
        for cast in step.query.find_all(exp.Cast):
            assert isinstance(cast.this, exp.Column | exp.Literal | exp.Neg | exp.Null | exp.Trim)


def test_counts_are_counts_and_sums_are_of_doubles() -> None:
    """A sum of whole numbers is a decimal of 38 digits in some engines."""
    sums = [step.name for step in steps() for _ in step.query.find_all(exp.Sum)]
    assert set(sums) == {"spreads"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_word_of_a_nan_is_written(dialect: str) -> None:
    assert "nan" not in script(steps(), dialect).lower()
