"""Worked cases: every one of the catalogue holds, and one that does not hold is reported with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.standards import small

from dudao.cli import main
from dudao.evaluation.cases import run_all
from dudao.standards import CATALOGUE, load_standard

CASES = """\
- name: 恰好达标
  on: 2021-01-01
  given: |
    | school_code | school_type | pupils | rooms |
    | A | 小学 | 100 | 2 |
    | B | 小学 | 100 | 1 |
    | C | 小学 | 100 | - |
  expect:
    - {school: A, level: primary, indicator: R1, value: "2", judgement: met}
    - {school: B, level: primary, indicator: R1, value: "1.00", judgement: not_met, gap: "1"}
    - {school: C, level: primary, indicator: R1, value: none, judgement: no_data}
    - {coefficient: R1, level: primary, value: "0.33", judgement: no_data}
    - {item: RS, judgement: not_met}
    - {verdict: not_met}
"""


@pytest.mark.parametrize("name", sorted(item.name for item in CATALOGUE.iterdir() if item.is_dir()))
def test_every_case_of_the_catalogue_holds(name: str) -> None:
    outcomes = run_all(load_standard(name).path)
    assert outcomes != ()
    assert [(outcome.name, outcome.differences) for outcome in outcomes if outcome.differences] == []


def folder(tmp_path: Path, cases: str) -> Path:
    place = small.write(tmp_path / "s")
    (place / "tests").mkdir()
    (place / "tests" / "a.yaml").write_text(cases, "utf-8")
    return place


def test_a_case_that_holds(tmp_path: Path) -> None:
    assert [outcome.differences for outcome in run_all(folder(tmp_path, CASES))] == [()]


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ('value: "2"', 'value: "3"', "第 9 行 value：应为 3，得 2"),
        ("judgement: met", "judgement: not_met", "第 9 行 judgement：应为 not_met，得 met"),
        ('gap: "1"', 'gap: "2"', "第 10 行 gap：应为 2，得 1"),
        ("{school: C", "{school: D", "第 11 行：没有这一项结果"),
        ("{verdict: not_met}", "{verdict: met}", "第 14 行 verdict：应为 met，得 not_met"),
    ],
)
def test_a_case_that_does_not_hold_says_where(tmp_path: Path, old: str, new: str, difference: str) -> None:
    (outcome,) = run_all(folder(tmp_path, CASES.replace(old, new)))
    assert outcome.differences == (difference,)


def test_the_command_says_how_many_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(folder(tmp_path, CASES))]) == 0
    assert capsys.readouterr().out == "small 算例 1 个，符合 1 个，不符 0 个。\n"


def test_the_command_fails_when_one_does_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(folder(tmp_path, CASES.replace('"2"', '"3"')))]) == 1
    assert "第 9 行 value：应为 3，得 2" in capsys.readouterr().err


def test_a_folder_without_cases_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(small.write(tmp_path / "s"))]) == 2
    assert "没有算例" in capsys.readouterr().err


def test_check_names_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = small.write(tmp_path / "s", chapter=small.CHAPTER.replace("scale: 100", "scale: many"))
    assert main(["check", str(place)]) == 1
    assert "1.yaml:13 “many”不是数字" in capsys.readouterr().err
    assert main(["check", str(tmp_path / "none")]) == 2
    assert main(["check"]) == 0
