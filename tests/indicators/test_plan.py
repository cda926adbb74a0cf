"""The plan is one text for every engine: written in each dialect it parses there, and it names no value of a user's."""

from __future__ import annotations

from datetime import date

import pytest
from sqlglot import exp, parse_one

from dudao.indicators.plan import plan
from dudao.standards import load_standard

STANDARD = load_standard("cn-2017-quality-balance")
ON = date(2026, 9, 1)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark", "clickhouse"])
def test_the_plan_is_written_for_every_engine(dialect: str) -> None:
    made = plan(STANDARD, ON, dialect)
    assert isinstance(parse_one(made.values_sql, read=dialect), exp.Union)
    assert isinstance(parse_one(made.variation_sql, read=dialect), exp.Select)


def test_every_division_is_guarded() -> None:
    made = plan(STANDARD, ON)
    for text in (made.values_sql, made.variation_sql):
        for division in parse_one(text, read="duckdb").find_all(exp.Div):
            assert isinstance(division.expression, exp.Nullif)


def test_a_relief_out_of_force_is_not_in_the_plan() -> None:
    assert "visiting_pe" in plan(STANDARD, ON).numbers
    assert "visiting_pe" not in plan(STANDARD, date(2016, 1, 1)).numbers
