"""A school that is doubled, of unknown type or half read is never left out in silence: what it could change is no_data.

And what was handed in is never written over, nor an earlier result taken for this run's.
"""

import os

import pytest

import forms

RATIOS = {f"R{number}" for number in range(1, 8)}
GOOD = forms.school_form(forms.filled("小学", "演示丙小学", "9900010009", 300))


def form(kind, code, *pupils, **changes):
    return forms.school_form(forms.filled(kind, f"演示{code}学校", code, *pupils, changes=changes))


def outcome(result):
    """School rows with their judgement, RS and the CVs' judgements by level."""
    rows = [(entry["code"], entry["level"], entry["judgement"]) for entry in result["schools"]]
    cvs = {(item["level"], item["judgement"]) for item in result["county"] if "cv" in item and item["code"] != "composite"}
    (rule,) = [item["judgement"] for item in result["county"] if item["code"] == "RS"]
    return rows, rule, cvs


@pytest.mark.parametrize("order", [0, 1])
def test_a_school_handed_in_twice_stays_whatever_the_first_form_says(county, order):
    pair = [form("小学", "1", 500), form("小学", "1", 0)]
    result = county({"a.xlsx": pair[order], "b.xlsx": pair[1 - order], "z.xlsx": GOOD}).json
    rows, rule, cvs = outcome(result)
    assert rows == [("1", "primary", "no_data"), ("9900010009", "primary", "met")]
    assert rule == "no_data"
    assert cvs == {("primary", "no_data"), ("junior", "not_applicable")}
    assert result["excluded"] == []


@pytest.mark.parametrize("order", [0, 1])
def test_twice_with_different_types_stands_at_both_levels(county, order):
    pair = [form("小学", "1", 500), form("九年一贯制", "1", 300, 200)]
    rows, rule, _ = outcome(county({"a.xlsx": pair[order], "b.xlsx": pair[1 - order], "z.xlsx": GOOD}).json)
    assert rows == [("1", "primary", "no_data"), ("9900010009", "primary", "met"), ("1", "junior", "no_data")]
    assert rule == "no_data"


def test_a_school_of_blank_type_without_pupils_stands_at_both_levels(county):
    values = {"学校名称": "演示无名学校", "学校代码": "1", "小学学生人数": 0, "初中学生人数": 0}
    rows, rule, _ = outcome(county({"a.xlsx": forms.school_form(values), "z.xlsx": GOOD}).json)
    assert rows == [("1", "primary", "no_data"), ("9900010009", "primary", "met"), ("1", "junior", "no_data")]
    assert rule == "no_data"


ATTACHED = "附设班学段"


def wide_school(kind, primary, junior, **more):
    """A row of a wide table with the figures of a through school under another type, as a school with attached classes has them."""
    return forms.filled("九年一贯制", "演示附设学校", "7", primary, junior) | {"学校类型": kind} | more


def test_attached_classes_split_the_school(county):
    table = forms.wide([wide_school("小学", 300, 100, **{ATTACHED: "初中"})], (ATTACHED,))
    rows, _, _ = outcome(county({"a.csv": table}).json)
    assert rows == [("7", "primary", "met"), ("7", "junior", "met")]


def test_an_attached_stage_that_cannot_be_read_leaves_no_value(county):
    table = forms.wide([wide_school("小学", 300, 100, **{ATTACHED: "初中部"})], (ATTACHED,))
    result = county({"a.csv": table}).json
    rows, rule, _ = outcome(result)
    assert rows == [("7", "primary", "no_data"), ("7", "junior", "no_data")]
    assert rule == "no_data"
    assert {entry["field"] for entry in result["missing"] if entry["code"] in RATIOS} == {ATTACHED}


@pytest.mark.parametrize(("primary", "junior", "excluded"), [(60, 20, 0), (40, 60, 0), (30, 19, 2), (30, 20, 0)])
def test_a_teaching_point_counts_by_all_its_pupils(county, primary, junior, excluded):
    table = forms.wide([wide_school("教学点", primary, junior, **{ATTACHED: "初中"})], (ATTACHED,))
    result = county({"a.csv": table}).json
    assert [len(result["excluded"]), len(result["schools"])] == [excluded, 2 - excluded]


STAGES = ("县级及以上骨干教师数（小学）", "县级及以上骨干教师数（初中）")
ARTS = ("体育、艺术专任教师数（小学）", "体育、艺术专任教师数（初中）")


def test_a_stage_figure_in_error_is_not_replaced_by_a_share(county):
    values = forms.filled("九年一贯制", "演示学校", "7", 300, 100, changes=dict(zip(STAGES, (3, "2人"), strict=True)))
    result = county({"a.csv": forms.wide([values], STAGES)}).json
    assert [entry["indicators"]["R2"]["judgement"] for entry in result["schools"]] == ["no_data", "no_data"]
    assert {entry["field"] for entry in result["missing"] if entry["code"] in RATIOS} == {STAGES[1]}


def test_a_relief_counts_beside_stage_figures(county):
    flag = "是否50人及以上但不足100人的乡村小规模学校和教学点"
    changes = dict(zip(ARTS, (0, 1), strict=True)) | {flag: "是", "体育交流轮岗/兼职/走教教师人数": 2}
    values = forms.filled("九年一贯制", "演示学校", "7", 50, 40, changes=changes)
    result = county({"a.csv": forms.wide([values], ARTS)}).json
    found = [entry["indicators"]["R3"]["value"] for entry in result["schools"]]
    assert found == [pytest.approx(200 / 90, rel=1e-12), pytest.approx(100 / 40 + 200 / 90, rel=1e-12)]
    assert [(relief["code"], relief["amount"]) for relief in result["reliefs"]] == [("R3-visiting", 2)]


def test_tiny_values_keep_their_coefficient(county):
    files = {
        f"{code}.xlsx": form("小学", code, 100, 教学及辅助用房总面积=area, 室内体育用房面积=0, 学校体育馆面积=0)
        for code, area in (("1", 1e-160), ("2", 1e-165))
    }
    (entry,) = [
        item for item in county(files).json["county"] if (item["code"], item.get("level")) == ("R4", "primary")
    ]
    assert entry["cv"] == pytest.approx(0.99998, abs=1e-5)
    assert entry["judgement"] == "not_met"


def test_no_result_of_an_earlier_run_is_left_on_exit_2(run, tmp_path):
    forms.lay(tmp_path / "in", {"区县填报表.xlsx": forms.county_form(), "a.xlsx": GOOD})
    (tmp_path / "empty").mkdir()
    target = tmp_path / "out.json"
    common = ("--standard", forms.STANDARD, "--on", "2025-09-01", "--json", target)
    assert run("evaluate", tmp_path / "in", *common).code == 0
    assert target.exists()
    assert run("evaluate", tmp_path / "empty", *common).code == 2
    assert not target.exists()
    target.write_text("别的文件", "utf-8")
    assert run("evaluate", tmp_path / "empty", *common).code == 2
    assert target.read_text("utf-8") == "别的文件"


@pytest.mark.parametrize("option", ["--json", "--form", "--results"])
def test_what_was_handed_in_is_never_written_over(run, tmp_path, option):
    folder = forms.lay(tmp_path / "in", {"区县填报表.xlsx": forms.county_form(), "甲/a.xlsx": GOOD})
    target = folder / "甲" / "a.xlsx"
    done = run("evaluate", folder, "--standard", forms.STANDARD, "--on", "2025-09-01", option, target)
    assert (done.code, target.read_bytes()) == (2, GOOD)
    done = run("return", folder, "--standard", forms.STANDARD, "--out", folder)
    assert (done.code, target.read_bytes()) == (2, GOOD)


def test_two_results_never_share_a_file(run, tmp_path):
    folder = forms.lay(tmp_path / "in", {"区县填报表.xlsx": forms.county_form(), "a.xlsx": GOOD})
    target = tmp_path / "x"
    common = ("--standard", forms.STANDARD, "--on", "2025-09-01", "--json", target, "--form", target)
    assert run("evaluate", folder, *common).code == 2
    assert not target.exists()


def test_a_pipe_is_written_to_as_it_is(run, tmp_path):
    folder = forms.lay(tmp_path / "in", {"区县填报表.xlsx": forms.county_form(), "a.xlsx": GOOD})
    done = run("evaluate", folder, "--standard", forms.STANDARD, "--on", "2025-09-01", "--json", os.devnull)
    assert done.code == 0
    assert not os.path.isfile(os.devnull)


def test_our_own_results_among_the_returns_are_no_return(run, tmp_path):
    folder = forms.lay(tmp_path / "in", {"区县填报表.xlsx": forms.county_form(), "a.xlsx": GOOD})
    common = ("--standard", forms.STANDARD, "--on", "2025-09-01", "--results", folder / "结果.xlsx")
    assert [run("evaluate", folder, *common).code for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("code", ["", "../x", "a b/c"])
def test_a_county_code_is_a_code(evaluate, tmp_path, code):
    folder = forms.lay(tmp_path / "in", {"a.xlsx": GOOD})
    assert evaluate(folder, "--county", code).code == 2
