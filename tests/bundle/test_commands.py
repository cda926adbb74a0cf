"""``dudao explain``, ``dudao evaluate --bundle`` and ``dudao verify`` as an outsider calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.evaluate import explained

import forms
from dudao.bundle.pack import zipped

ON = ("--standard", forms.STANDARD, "--on", "2025-09-01")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return forms.lay(tmp_path_factory.mktemp("mixed"), explained.files())


@pytest.fixture(scope="module")
def made(tmp_path_factory, folder, run) -> tuple[Path, bytes]:
    """A bundle and the JSON of the same run."""
    out = tmp_path_factory.mktemp("out")
    done = run("evaluate", folder, *ON, "--json", out / "r.json", "--bundle", out / "F.zip")
    assert done.code == 1  # a cell is blank
    return out / "F.zip", (out / "r.json").read_bytes()


def test_a_bundle_holds_the_results_as_written(made, run):
    path, results = made
    assert explained.members(path.read_bytes())["results.json"] == results
    done = run("verify", path)
    assert (done.code, done.out.decode()) == (0, "核验一致：结果和计算说明均可由包内的填报表和评估标准重新得出。\n")
    assert done.err == "包内的评估标准与本机目录中的 cn-2017-quality-balance 相同。\n"


def test_one_digit_changed_exits_1_and_names_the_place(made, run, tmp_path):
    files = explained.members(made[0].read_bytes())
    result = json.loads(files["results.json"])
    result["county"][3]["cv"] += 0.001
    files["results.json"] = json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    (tmp_path / "F.zip").write_bytes(zipped(files))
    done = run("verify", tmp_path / "F.zip")
    assert done.code == 1
    assert any(line.startswith(f"results.json county[3].cv：包内 {result['county'][3]['cv']}，重算 ") for line in done.out.decode().splitlines())


def test_what_is_no_bundle_exits_2(run, tmp_path):
    (tmp_path / "F.zip").write_bytes(b"PK")
    for path in (tmp_path / "F.zip", tmp_path / "none.zip", tmp_path):
        done = run("verify", path)
        assert (done.code, done.out) == (2, b"")


def test_no_bundle_among_the_forms_and_none_for_several_counties(run, folder, tmp_path):
    done = run("evaluate", folder, *ON, "--json", tmp_path / "r.json", "--bundle", folder / "F.zip")
    assert (done.code, (folder / "F.zip").exists(), (tmp_path / "r.json").exists()) == (2, False, False)
    assert run("evaluate", folder, *ON, "--out", tmp_path, "--bundle", tmp_path / "F.zip").code == 2


def test_explain_writes_the_tree(run, folder, tmp_path):
    done = run("explain", folder, *ON, "--unit", forms.COUNTY_CODE, "--level", "初中", "--indicator", "R5", "--json", "-")
    assert done.code == 0
    found = done.json
    assert (found["schema"], found["on"], found["county_code"], found["standard"]["id"]) == (1, "2025-09-01", forms.COUNTY_CODE, forms.STANDARD)
    assert abs(sum(step["share"] for step in found["tree"]["steps"]) - 1) <= 1e-12
    again = run("explain", folder, *ON, "--unit", forms.COUNTY_CODE, "--level", "junior", "--indicator", "R5", "--json", tmp_path / "t.json")
    assert (again.code, again.out, (tmp_path / "t.json").read_bytes()) == (0, b"", done.out)


def test_explain_in_words(run, folder):
    done = run("explain", folder, *ON, "--unit", forms.COUNTY_CODE)
    lines = done.out.decode().splitlines()
    assert (done.code, lines[0].split("　")[:2]) == (0, ["结论（990001）", "待定"])
    assert [line for line in lines if line.startswith("  学校规模（G4）")] == [
        "  学校规模（G4）　640 人　≤2000 人　达标　数值为与达标值相差最小（或超出最多）的学校的值"
    ]


def test_explain_says_who(run, folder, tmp_path):
    digest = explained.Originals(explained.files()).sha256("甲镇/一小.xlsx")
    (tmp_path / "p.json").write_text(json.dumps({digest: {"submitted_by": "演示一小", "confirmed_by": "演示区教育督导室"}}), "utf-8")
    done = run("explain", folder, *ON, "--unit", explained.PRIMARY, "--indicator", "R7", "--provenance", tmp_path / "p.json")
    assert (done.code, done.out.decode().count("经办：演示一小 提交，演示区教育督导室 确认")) == (0, 2)
    (tmp_path / "p.json").write_text("[]", "utf-8")
    assert run("explain", folder, *ON, "--unit", explained.PRIMARY, "--provenance", tmp_path / "p.json").code == 2


@pytest.mark.parametrize("words", [["--unit", "0"], ["--unit", explained.THROUGH], ["--unit", explained.PRIMARY, "--indicator", "G1"], []])
def test_explain_of_what_is_not_there_exits_2(run, folder, tmp_path, words):
    done = run("explain", folder, *ON, *words, "--json", tmp_path / "t.json")
    assert (done.code, done.out, (tmp_path / "t.json").exists()) == (2, b"", False)
