"""Explanations: every leaf is what openpyxl finds in the original, every value is that of the results, shares sum to 1."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import sqrt
from typing import Any

import pytest
from tests.evaluate import explained
from tests.standards import small

import forms
from dudao.evaluation import Evaluation, explain
from dudao.evaluation.explain import provenance, text

RATIOS = ("R1", "R2", "R3", "R4", "R5", "R6", "R7")


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory) -> Evaluation:
    return explained.evaluated(forms.lay(tmp_path_factory.mktemp("mixed"), explained.files()))


@pytest.fixture(scope="module")
def result(evaluation) -> Mapping[str, Any]:
    return json.loads(json.dumps(evaluation.to_dict()))


@pytest.fixture(scope="module")
def tree(evaluation) -> Mapping[str, Any]:
    return json.loads(json.dumps(explain.to_dict(explain.verdict(evaluation))))


def as_json(step: explain.Step) -> Any:
    return json.loads(json.dumps(explain.to_dict(step)))


# --- leaves ---------------------------------------------------------------------------------------------------------


def test_every_leaf_is_in_the_original(tree):
    originals = explained.Originals(explained.files())
    found = list(explained.leaves(tree))
    wrong = [leaf for leaf in found if leaf["sha256"] != originals.sha256(leaf["file"])]
    wrong += [leaf for leaf in found if leaf["cell"] is not None and originals.value(leaf) != leaf["value"]]
    assert wrong == []
    assert {leaf["file"] for leaf in found} == set(originals.files)
    assert [leaf["value"] for leaf in found if leaf["cell"] is None] == [None] * sum(leaf["cell"] is None for leaf in found)


def test_a_step_has_a_leaf_or_steps_and_a_leaf_says_who(tree):
    assert [step["label"] for step in explained.steps(tree) if "leaf" in step and "steps" in step] == []
    assert {step["by"] for step in explained.steps(tree) if "leaf" in step} == {"未经平台提交"}


def test_blank_cells_and_typed_text_are_said(evaluation):
    blank = as_json(explain.school(evaluation, explained.WIDE, code="R5"))
    (ground,) = (step for step in blank["steps"] if step["label"] == "校内体育场面积")
    assert (blank["judgement"], "value" in blank, ground["leaf"]["value"]) == ("no_data", False, None)
    assert ground["note"].startswith("没有填写；错误 FIG-001")
    typed = as_json(explain.school(evaluation, explained.PRIMARY, code="R7"))
    (rooms,) = (step for step in typed["steps"] if step["label"] == "网络多媒体教室间数")
    assert (rooms["value"], rooms["leaf"]["cell"], rooms["note"].split("：")[0]) == (18, forms.CELL["网络多媒体教室间数"], "存疑 FIG-015")


def test_figures_of_the_supplement_come_from_its_own_file(evaluation):
    found = as_json(explain.county(evaluation, "G13"))
    rows = {leaf["file"] for step in explained.steps(found) if step["label"] == "城乡类型" for leaf in explained.leaves(step)}
    assert "补充表.xlsx" in rows


# --- values are those of the results --------------------------------------------------------------------------------


def test_values_of_the_county_are_the_results(evaluation, result):
    for entry in result["county"]:
        found = as_json(explain.county(evaluation, entry["code"], entry.get("level")))
        assert found.get("value") == entry["cv" if "cv" in entry else "value"], entry["code"]
        if "judgement" in entry:
            assert found["judgement"] == entry["judgement"], entry["code"]
        if isinstance(entry.get("limit"), int | float):
            assert found["limit"] == entry["limit"], entry["code"]


def test_values_of_the_schools_are_the_results(evaluation, result):
    for entry in result["schools"]:
        rule = as_json(explain.school(evaluation, entry["code"], entry["level"]))
        assert rule["judgement"] == entry["judgement"]
        assert [step["code"] for step in rule["steps"]] == list(RATIOS)
        for code, item in entry["indicators"].items():
            found = as_json(explain.school(evaluation, entry["code"], entry["level"], code))
            assert (found.get("value"), found["limit"], found["judgement"], found["unit"]) == (
                item["value"], item["limit"], item["judgement"], item["unit"]
            )  # fmt: skip
            cells = [(s["field"], s["file"], s["sheet"], s["cell"]) for s in item["sources"]]
            steps = [(s["label"], s["leaf"]["file"], s["leaf"]["sheet"], s["leaf"]["cell"]) for s in found["steps"] if s["leaf"]["cell"]]
            assert steps == cells
            gaps = [{"amount": term["value"], "unit": term["unit"]} for term in found["terms"] if term["name"] == "gap"]
            assert gaps == ([item["gap"]] if item["gap"] else [])


def test_the_verdict_holds_every_item_in_order(evaluation, tree, result):
    rule = evaluation.standard.verdict
    assert tree["judgement"] == result["verdict"]["status"]
    assert [step.get("code") for step in tree["steps"]] == [*rule.all_of, *rule.vetoes, None]
    assert tree["note"] == result["verdict"]["sentence"]


def test_a_ratio_follows_from_its_terms(evaluation):
    found = as_json(explain.school(evaluation, explained.THROUGH, "junior", "R5"))
    terms = {term["name"]: term["value"] for term in found["terms"]}
    assert terms["resource"] * terms["part"] / terms["P"] == pytest.approx(found["value"], rel=1e-14)
    assert terms["part"] == pytest.approx(1.1 * 200 / (300 + 1.1 * 200), rel=1e-14)
    assert terms["distance"] == pytest.approx(found["value"] - 10.2, rel=1e-12)


# --- coefficients ---------------------------------------------------------------------------------------------------


def cv_of(pairs: list[tuple[float, float]]) -> float:
    pupils = sum(count for count, _ in pairs)
    mean = sum(count * value for count, value in pairs) / pupils
    return sqrt(sum(count * (value - mean) ** 2 for count, value in pairs) / pupils) / mean


def test_shares_sum_to_one_and_are_what_they_say(evaluation):
    for coefficient in evaluation.coefficients:
        found = as_json(explain.county(evaluation, coefficient.indicator.code, coefficient.level.name))
        rows = [(step["share"], _term(step, "P"), step["value"]) for step in found["steps"] if "share" in step]
        assert abs(sum(share for share, _, _ in rows) - 1) <= 1e-12
        assert [share for share, _, _ in rows] == sorted((share for share, _, _ in rows), reverse=True)
        pupils, mean = sum(count for _, count, _ in rows), _term(found, "mean")
        assert mean == pytest.approx(sum(count * value for _, count, value in rows) / pupils, rel=1e-12)
        for share, count, value in rows:
            assert share == pytest.approx(count / pupils * (value - mean) ** 2 / _term(found, "S2"), rel=1e-9, abs=1e-15)


def test_what_the_coefficient_would_be_otherwise(evaluation):
    found = as_json(explain.county(evaluation, "R1", "小学"))
    rows = [(_term(step, "P"), step["value"]) for step in found["steps"]]
    top, mean = found["steps"][0], _term(found, "mean")
    assert _term(found, "top") == top["share"]
    assert _term(found, "cv_without") == pytest.approx(cv_of(rows[1:]), rel=1e-12)
    assert _term(found, "cv_at_mean") == pytest.approx(cv_of([(rows[0][0], mean), *rows[1:]]), rel=1e-12)
    more = cv_of([(rows[0][0], rows[0][1] + 100 / rows[0][0]), *rows[1:]]) - found["value"]
    assert _term(found, "cv_per_thing") == pytest.approx(more, rel=1e-6)
    assert _term(found, "distance") == pytest.approx(found["limit"] - found["value"], rel=1e-12)


def _term(step: Mapping[str, Any], name: str) -> float:
    (term,) = (term for term in step["terms"] if term["name"] == name)
    return term["value"]


BOOKS = {"小学1": (45, 279), "小学2": (37, 137), "小学3": (89, 935), "小学4": (76, 160), "小学5": (55, 402)}


def _small(tmp_path, schools: Mapping[str, tuple[int, int]], **changes: str) -> Evaluation:
    lines = ["学校名称,学校类型,学校代码,学生数,教室数,借用教室数,是否城区"]
    lines += [f"{name},小学,{number},{pupils},{rooms},,否" for number, (name, (pupils, rooms)) in enumerate(schools.items(), 1)]
    folder = forms.lay(tmp_path / "in", {"表.csv": "\n".join(lines).encode()})
    return explained.evaluated(folder, small.write(tmp_path / "standard", **changes))


def test_the_worked_example_of_books(tmp_path):
    found = as_json(explain.county(_small(tmp_path, BOOKS), "R1"))
    assert round(found["value"], 4) == 0.5153
    printed = {"小学3": 5.13, "小学4": 4.5, "小学2": 0.85, "小学5": 0.17, "小学1": 0.003}  # (P_i/P)(x_i − X̄)² as published
    assert [(step["label"], step["share"]) for step in found["steps"]] == [
        (name, pytest.approx(value / sum(printed.values()), abs=0.001)) for name, value in printed.items()
    ]
    assert abs(sum(step["share"] for step in found["steps"]) - 1) <= 1e-12


@pytest.mark.parametrize(
    "schools, note",
    [
        ({"甲": (50, 5), "乙": (100, 10)}, "各校相等，S² 为 0，不分解"),
        ({"甲": (50, 5)}, "各校相等，S² 为 0，不分解"),
        ({"甲": (50, 0), "乙": (100, 0)}, "全县平均值为 0，不能计算"),
    ],
)
def test_nothing_to_take_apart(tmp_path, schools, note):
    found = as_json(explain.county(_small(tmp_path, schools), "R1", "primary"))
    assert (found["note"], [step for step in found["steps"] if "share" in step]) == (note, [])


def test_without_a_school_rule_a_school_shows_all_its_ratios(tmp_path):
    chapter = small.CHAPTER[: small.CHAPTER.index("  - code: RS")]
    standard = small.STANDARD.replace("all_of: [RC, RS]", "all_of: [RC]")
    found = as_json(explain.school(_small(tmp_path, BOOKS, chapter=chapter, standard=standard), "3"))
    assert [(step["code"], step["value"]) for step in found["steps"]] == [("R1", 100 * 935 / 89)]


# --- items ----------------------------------------------------------------------------------------------------------


def test_a_sum_over_schools_lists_what_each_adds(evaluation):
    found = as_json(explain.county(evaluation, "G12"))
    above, below = found["steps"]
    for step in (above, below):
        assert step["value"] == sum(inner["value"] for inner in step["steps"])
    assert found["value"] == above["value"] / below["value"]


def test_a_level_of_an_item_is_that_part_of_it(evaluation):
    whole = as_json(explain.county(evaluation, "G13"))
    part = as_json(explain.county(evaluation, "G13", "初中"))
    assert (part, part["level"]) == (whole["steps"][1], "junior")


def test_an_item_of_one_school(evaluation):
    one = as_json(explain.school(evaluation, explained.THROUGH, code="G4"))
    assert (one["value"], one["limit"], one["judgement"]) == (500, 2500, "met")
    assert [(step["label"], step["value"]) for step in one["steps"]] == [("小学学生人数", 300), ("初中学生人数", 200)]


def test_declared_items_show_word_and_proof(evaluation):
    found = as_json(explain.county(evaluation, "G1"))
    assert [(step["value"], step["leaf"]["file"]) for step in found["steps"]] == [("达到", "补充表.xlsx"), ("规划图", "补充表.xlsx")]
    assert ("value" in found, found["note"]) == (False, "申报：达到")


def test_surveys_show_every_group(evaluation):
    found = as_json(explain.county(evaluation, "P1"))
    groups = [step for step in found["steps"] if "steps" in step]
    assert groups[0]["value"] == 0.88
    assert {leaf["file"] for leaf in explained.leaves(groups[0])} == {"补充表.xlsx"}


# --- what is there --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unit, level, code, words",
    [
        ("nobody", None, None, ["没有单位 nobody", "区县 990001", f"{explained.PRIMARY} 演示一小"]),
        (explained.THROUGH, None, "R1", ["R1 分学段", "primary（小学）", "junior（初中）"]),
        (explained.PRIMARY, "junior", "R1", ["R1 没有学段 junior", "primary（小学）"]),
        (explained.PRIMARY, None, "R9", ["学校没有指标 R9", "R1、R2", "RS", "G4", "区县代码"]),
        (explained.PRIMARY, None, "G1", ["学校没有指标 G1"]),
        (explained.PRIMARY, "primary", "G4", ["G4 不分学段"]),
        ("990001", None, "R1", ["R1 分学段", "primary（小学）"]),
        ("990001", "高中", "composite", ["composite 没有学段 高中"]),
        ("990001", None, "R9", ["没有县级指标 R9", "composite", "RC", "V6"]),
        ("990001", "primary", "G1", ["G1 不分学段"]),
        ("990001", "primary", "RC", ["RC 不分学段"]),
        ("990001", "primary", None, ["结论不分学段"]),
    ],
)
def test_what_is_not_there_is_named_with_what_is(evaluation, unit, level, code, words):
    with pytest.raises(explain.NotThere) as refused:
        explain.unit(evaluation, unit, level, code)
    assert [word for word in words if word not in str(refused.value)] == []


def test_a_school_by_its_name_and_one_that_is_not_counted(evaluation):
    assert as_json(explain.unit(evaluation, "演示一小"))["code"] == explained.PRIMARY
    tiny = as_json(explain.unit(evaluation, explained.TINY, code="R1"))
    assert (tiny["judgement"], tiny["note"]) == ("not_applicable", "小学：不足50人的教学点，不计入")
    assert [(step["label"], step["value"]) for step in tiny["steps"]] == [("学校类型", "教学点"), ("小学学生人数", 36)]


# --- who ------------------------------------------------------------------------------------------------------------


def test_who_handed_in_and_who_confirmed(evaluation):
    originals = explained.Originals(explained.files())
    told = {
        originals.sha256("甲镇/一小.xlsx"): {"submitted_by": "演示一小", "submitted_at": "2025-05-28", "confirmed_by": "演示区教育督导室", "x": 1},
        originals.sha256("宽表.csv").upper(): {"submitted_by": "乙镇中心校", "confirmed_by": None},
        "note": "not a file",
    }
    handled = provenance.read(json.dumps(told, ensure_ascii=False).encode())
    found = as_json(explain.county(evaluation, "R1", "primary", handled))
    by = {step["leaf"]["file"]: step["by"] for step in explained.steps(found) if "leaf" in step}
    assert by == {
        "甲镇/一小.xlsx": "演示一小 2025-05-28 提交，演示区教育督导室 确认",
        "宽表.csv": "乙镇中心校 提交，尚未确认",
        "乙镇.zip/实验.xlsx": "未经平台提交",
        "表格.xlsx": "未经平台提交",
    }


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b"\xff", b"[" * 100_000, json.dumps({"a" * 64: 1}).encode(), json.dumps({"a" * 64: {"submitted_at": "x"}}).encode(),
     json.dumps({"a" * 64: {"submitted_by": 5}}).encode(), json.dumps({"a" * 64: {"submitted_by": "x" * 201}}).encode()],
)  # fmt: skip
def test_a_provenance_that_cannot_be_used(data):
    with pytest.raises(provenance.ProvenanceError):
        provenance.read(data)


# --- text -----------------------------------------------------------------------------------------------------------


def test_the_lines_of_a_school_name_formula_cell_and_hash(evaluation):
    lines = list(text.lines(explain.school(evaluation, explained.PRIMARY, code="R7")))
    digest = explained.Originals(explained.files()).sha256("甲镇/一小.xlsx")
    assert lines[0] == "每百名学生拥有网络多媒体教室数（R7）　2.8125 间/百生　≥2.3 间/百生　达标"
    assert "  公式：100 × 网络多媒体教室间数 ÷ 小学学生人数" in lines
    assert f"    来源：甲镇/一小.xlsx 学校填报数据!{forms.CELL['网络多媒体教室间数']} “１８” sha256 {digest}" in lines
    assert "    经办：未经平台提交" in lines


def test_long_lists_are_cut(evaluation, world_folder):
    folder, _ = world_folder(5, schools=60)
    step = explain.county(explained.evaluated(folder), "R4", "primary")
    lines = list(text.lines(step))
    heads = [line for line in lines if line.startswith("  演示") and "占差异" in line]
    assert (len(heads), lines[-1]) == (text.LISTED, f"  另有 {len(step.steps) - text.LISTED} 项，见 --json 的结果。")
