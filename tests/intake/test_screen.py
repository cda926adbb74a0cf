"""The look ahead over a wide table changes nothing: what it leaves out, no check has a word about."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from dataclasses import replace
from functools import cache

import build
import pytest

from dudao.intake import checks, read_file
from dudao.intake.checks import screen
from dudao.tables import Return

FIELDS = [field for field in build.STANDARD.fields if not field.of_county]
KINDS = ("小学", "教学点", "初中", "九年一贯制", "十二年一贯制", "完全中学")
ODD = ("", "x", "0", "1", "0.5", "46", "49", "50", "99", "100", "101", "999999999", "0.1", "2.7", "１２")


def sound(number: int, kind: str = "小学", **changes: object) -> dict[str, object]:
    """A school of which nothing is to be said."""
    values = build.values(kind, code=str(number), name=f"演示{number}校", **changes)
    return values | {"学校体育馆面积": values["室内体育用房面积"]}


def row(rng: random.Random, number: int, changes: int) -> dict[str, object]:
    """A school in order, some of its cells changed: by a little, doubled, halved, or to something odd."""
    values = sound(number, rng.choice(KINDS))
    for field in rng.sample(FIELDS, changes):
        value = values.get(field.label)
        if field.kind == "flag":
            values[field.label] = rng.choice(("是", "否", ""))
        elif field.kind == "choice":
            values[field.label] = rng.choice((*field.choices, ""))
        elif isinstance(value, int | float) and rng.random() < 0.7:
            values[field.label] = rng.choice((value + 1, max(0, value - 1), value * 2, value / 2, value * 50, value / 50))
        elif field.numeric:
            values[field.label] = rng.choice(ODD)
    return values


def table(rows: list[dict[str, object]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, [field.label for field in FIELDS], restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@cache
def units(seed: int, count: int = 300) -> tuple[Return, ...]:
    rng = random.Random(seed)
    return read_file("a.csv", table([row(rng, n, rng.choice((0, 0, 1, 1, 2, 8))) for n in range(count)]), build.STANDARD).returns


def without_look(unit: Return) -> Return:
    """The same return, of which no block is known."""
    return replace(unit, figures=dict(unit.figures))


@pytest.mark.parametrize("seed", range(6))
def test_the_outcome_is_the_same(seed):
    found = [checks.run(unit, build.STANDARD) for unit in units(seed)]
    assert found == [checks.run(without_look(unit), build.STANDARD) for unit in units(seed)]
    assert len([issues for issues, _ in found if issues]) > 100


def test_the_sample_reaches_every_check():
    told = Counter(issue.code for seed in range(6) for unit in units(seed) for issue in checks.run(unit, build.STANDARD)[0])
    ours = {module.CODE for module in checks.CHECKS if module not in checks.OF_THE_COUNTY} - {"CHK-029"}
    assert set(told) == ours


def test_sound_rows_are_left_out():
    (first, *_) = read_file("a.csv", table([sound(n) for n in range(30)]), build.STANDARD).returns
    ours = [module for module in checks.CHECKS if module not in checks.OF_THE_COUNTY]
    assert screen.doubtful(first.figures.block, build.STANDARD, ours) == frozenset()


def test_every_check_of_a_school_has_its_screen():
    assert set(screen.SCREENS) == {module for module in checks.CHECKS if module not in checks.OF_THE_COUNTY}


def test_a_check_without_a_screen_is_run_on_every_row():
    (first, *_) = units(0, 30)
    assert screen.doubtful(first.figures.block, build.STANDARD, [screen]) == frozenset(range(30))


def test_last_years_return_is_always_compared():
    made = units(1, 30)
    last = read_file("a.xlsx", build.school(code="1", pupils_primary=4000), build.STANDARD).returns[0]
    codes = {issue.code for unit in made for issue in checks.run(unit, build.STANDARD, last)[0]}
    assert "CHK-029" in codes


def test_figures_that_were_replaced_are_always_checked():
    made = read_file("宽.csv", table([sound(n) for n in range(30)]), build.STANDARD).returns
    teachers = replace(made[3].figure("teachers"), value=made[3].number("classes"))
    unit = replace(made[3], figures=made[3].figures.replacing({"teachers": teachers}))
    assert checks.run(made[3], build.STANDARD) == ([], frozenset())
    assert checks.run(unit, build.STANDARD) == checks.run(without_look(unit), build.STANDARD)
    assert checks.run(unit, build.STANDARD)[0] != []


@pytest.mark.parametrize("check", [module for module in screen.SCREENS if module.CODE != "CHK-029"], ids=lambda module: module.CODE)
def test_each_screen_names_every_row_of_its_check(check):
    told = 0
    for seed in range(6):
        made = units(seed)
        named = screen.doubtful(replace(made[0].figures.block, doubtful={}), build.STANDARD, [check])
        found = {unit.figures.row for unit in made if list(check.check(unit, build.STANDARD, None))}
        assert found <= named
        assert len(named) < len(made)
        told += len(found)
    assert told > 0
