"""Spark and DuckDB on the same nation: the same judgements, the same values. Not collected by itself: ``make test-spark`` (Java 17)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlglot import exp

from dudao.evaluation.nation import Engine, evaluate_nation
from dudao.indicators.nation_duckdb import DuckEngine
from dudao.indicators.nation_spark import SparkEngine
from indicators import nation_world

TABLES = {"schools": "judged", "coefficients": "coefficients", "counties": "counties"}


def results(engine: Engine, files: Path, out: Path) -> tuple[dict[str, list[nation_world.Row]], list[str]]:
    """The three tables, sorted, and the issues."""
    out.mkdir()
    issues: list[str] = []
    rows = [(table, files / f"{table.name}.parquet") for table in nation_world.TABLES]
    told = lambda issue: issues.append(issue.line())  # noqa: E731
    evaluate_nation(engine, nation_world.STANDARD, nation_world.ON, files / "schools.parquet", rows, found=told)
    found = {}
    for name, table in TABLES.items():
        engine.write(exp.select("*").from_(table), out / f"{name}.parquet")
        path = out / f"{name}.parquet"
        found[name] = sorted(nation_world.read(path / "*.parquet" if path.is_dir() else path), key=key)
    return found, issues


def key(row: nation_world.Row) -> str:
    return str([row.get(name) for name in ("county_code", "school_code", "school_name", "level", "item", "code")])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation")
    schools = nation_world.schools(3, 6, 30) + nation_world.equal_schools("360099", 6)
    nation_world.write(folder / "schools.parquet", schools)
    nation_world.write(folder / "teachers.parquet", nation_world.teacher_rows(4, schools))
    return folder


def test_the_same_results(files: Path, tmp_path: Path) -> None:
    duck = DuckEngine("300MB", tmp_path)
    spark = SparkEngine("1GB", tmp_path)
    try:
        mine, my_issues = results(duck, files, tmp_path / "duckdb")
        other, other_issues = results(spark, files, tmp_path / "spark")
    finally:
        duck.close()
        spark.close()
    assert my_issues == other_issues
    for name in TABLES:
        assert [rounded(row) for row in other[name]] == [rounded(row) for row in mine[name]]


def rounded(row: nation_world.Row) -> nation_world.Row:
    """Doubles to eleven digits: engines add in another order."""
    return {name: nation_world.near(value) if isinstance(value, float) else value for name, value in row.items()}
