"""The bulk path of a nation equals ``evaluate`` county by county, whatever the figures; counts equal those made row by row."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from dudao.evaluation import nation_sql
from dudao.evaluation.nation import Nation, evaluate_nation
from dudao.indicators.nation_duckdb import DuckEngine
from dudao.indicators.nation_input import BadTable
from dudao.standards.model import Standard
from indicators import nation_world as world

TABLES = {"schools": "judged", "coefficients": "coefficients", "counties": "counties"}


def bulk(folder: Path, rows: list[world.Row], teachers: list[world.Row] | None = None, standard: Standard = world.STANDARD):
    """The three tables of a run, the run and its issues."""
    schools = world.write(folder / "given.parquet", rows)
    opened = [(world.TABLES[0], world.write(folder / "teachers.parquet", teachers))] if teachers else []
    issues: list[tuple[str, str | None]] = []
    engine = DuckEngine("300MB", folder)
    found: dict[str, list[world.Row]] = {}
    try:
        told = lambda issue: issues.append((issue.code, issue.cell))  # noqa: E731
        nation = evaluate_nation(engine, standard, world.ON, schools, opened, found=told)
        for name, table in TABLES.items():
            engine.write(exp.select("*").from_(table), folder / f"{name}.parquet")
            found[name] = world.read(folder / f"{name}.parquet")
    finally:
        engine.close()
    return found, nation, issues


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_value_and_judgement_is_that_of_evaluate(tmp_path: Path, seed: int) -> None:
    rows = [*world.schools(seed, 5, 30), *world.equal_schools("360098", 2), *world.equal_schools("360099", 6)]
    found, nation, _ = bulk(tmp_path, rows)
    assert world.differences(rows, found) == []
    assert isinstance(nation, Nation)
    assert nation.exact_rows > 20


def test_coefficients_at_the_limit_are_decided_exactly(tmp_path: Path) -> None:
    """A coefficient of exactly 0.50 is met; doubles alone do not decide it."""
    rows = world.equal_schools("360099", 6)
    found, nation, _ = bulk(tmp_path, rows)
    assert nation.exact_spreads == 7
    own = {row["code"]: row["judgement"] for row in found["coefficients"] if row["level"] == "primary"}
    assert own == dict.fromkeys(("R1", "R2", "R3", "R4", "R5", "R6", "R7"), "met") | {"composite": "not_applicable"}


def test_a_ratio_at_its_limit_is_decided_exactly(tmp_path: Path) -> None:
    """4.14 / 460 × 100 is below 0.9 as a double, and 0.9 exactly."""
    rows = world.equal_schools("360097", 1)
    rows[0] |= {"pupils_primary": 460.0, "pe_teachers": 4.14}
    found, _, _ = bulk(tmp_path, rows)
    assert [row["R3_judgement"] for row in found["schools"]] == ["met"]


def test_figures_are_counted_from_rows(tmp_path: Path) -> None:
    rows = world.schools(4, 4, 25)
    teachers = world.teacher_rows(5, rows)
    found, _, issues = bulk(tmp_path, rows, teachers)
    assert world.differences(world.counted(rows, teachers), found) == []
    assert {code for code, _ in issues if code in ("NAT-012", "NAT-013", "NAT-014")} == {"NAT-012", "NAT-013", "NAT-014"}


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows = world.schools(6, 8, 40)
    texts = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        bulk(tmp_path / name, rows)
        texts.append([(tmp_path / name / f"{table}.parquet").read_bytes() for table in TABLES])
    assert texts[0] == texts[1]


def test_faults_are_named(tmp_path: Path) -> None:
    rows = world.equal_schools("360099", 9)
    rows[0]["media_rooms"] = float("nan")
    rows[1]["media_rooms"] = -1.0
    rows[2]["media_rooms"] = None
    rows[3]["school_type"] = "夜校"
    rows[4]["school_code"] = None
    rows[5]["school_code"] = rows[6]["school_code"]
    rows[7]["indoor_sports_area"] = 99999.0
    rows[8]["pupils_primary"] = 100.5
    found, _, issues = bulk(tmp_path, rows)
    assert sorted({code for code, _ in issues}) == [
        *("NAT-003", "NAT-004", "NAT-005", "NAT-006", "NAT-008", "NAT-010", "NAT-011"),
    ]
    codes = [f"360099 36009900{number:02} media_rooms" for number in range(2)]
    assert [cell for code, cell in issues if code == "NAT-010"][:2] == codes
    assert world.differences(rows, found) == []


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("county_code", " ", "没有区县代码"),
        ("media_rooms", True, "列 media_rooms 不是数字"),
        ("school_code", 1.5, "列 school_code 不是文本"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path: Path, column: str, value: object, said: str) -> None:
    rows = [row | {column: value} for row in world.equal_schools("360099", 2)]
    with pytest.raises(BadTable, match=said):
        bulk(tmp_path, rows)


def test_a_table_without_types_is_refused(tmp_path: Path) -> None:
    rows = [{name: value for name, value in row.items() if name != "school_type"} for row in world.equal_schools("360099", 2)]
    with pytest.raises(BadTable, match="缺少列 school_type"):
        bulk(tmp_path, rows)


def test_csv_and_parquet_are_the_same(tmp_path: Path) -> None:
    rows = world.schools(7, 3, 20, holes=False)
    first, _, _ = bulk(tmp_path, rows)
    engine = DuckEngine("300MB", tmp_path)
    evaluate_nation(engine, world.STANDARD, world.ON, world.write(tmp_path / "given.csv", rows))
    engine.write(exp.select("*").from_("judged"), tmp_path / "again.parquet")
    engine.close()
    assert world.read(tmp_path / "again.parquet") == first["schools"]


def test_a_text_that_is_no_number_is_no_data(tmp_path: Path) -> None:
    rows = [row | {"media_rooms": text} for row, text in zip(world.equal_schools("360099", 3), ("7", "7间", "1e3"), strict=True)]
    found, _, issues = bulk(tmp_path, rows)
    assert [row["R7"] for row in found["schools"]] == [7.0, None, None]
    assert len([code for code, _ in issues if code == "NAT-010"]) == 2


def test_the_rules_over_counts_are_those_over_lists() -> None:
    """``counties`` and ``together`` on every mix of judgements."""
    from itertools import product

    from dudao.evaluation.verdict import together

    judging = nation_sql.judging(world.STANDARD, world.ON)
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE places (county_code VARCHAR, schools BIGINT)")
        engine.execute("CREATE TABLE judged (county_code VARCHAR, judgement VARCHAR)")
        engine.execute("CREATE TABLE coefficients (county_code VARCHAR, item VARCHAR, judgement VARCHAR)")
        expected = {}
        for place, mix in enumerate(product(["met", "not_met", "no_data", "not_applicable"], repeat=3)):
            engine.execute("INSERT INTO places VALUES (?, 1)", [str(place)])
            engine.executemany("INSERT INTO coefficients VALUES (?, 'RC', ?)", [[str(place), word] for word in mix])
            expected[str(place)] = together(mix)
        query = nation_sql.counties(judging).sql(dialect="duckdb")
        found = {row[0]: row[4] for row in engine.execute(query).fetchall()}
    assert found == expected


def test_the_bundle_of_results_says_what_it_rests_on(tmp_path: Path, run) -> None:
    """The command: three tables, issues, and nation.json; exit 1 for a figure in error."""
    rows = world.equal_schools("360099", 4)
    rows[0]["media_rooms"] = None
    schools = world.write(tmp_path / "schools.parquet", rows)
    done = run("nation", schools, "--standard", world.STANDARD.id, "--on", "2026-09-01", "--out", tmp_path / "out")
    assert done.code == 1, done.err
    assert "360099 3600990000 media_rooms 错误 NAT-008" in done.err
    names = ["coefficients.parquet", "counties.parquet", "issues.csv", "nation.json", "schools.parquet"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    about = json.loads((tmp_path / "out" / "nation.json").read_text("utf-8"))
    assert about["standard"]["sha256"] == world.STANDARD.sha256
    assert [item["file"] for item in about["inputs"]] == ["schools.parquet"]
