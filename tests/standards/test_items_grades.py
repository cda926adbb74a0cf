"""A locality's own 评分细则 by grades: both rules of grading, the outcome by counts, and every fault with its cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.workbook import Workbook
from tests.standards.own_items import RULES, Change, evaluated, found, grades, load, put

from dudao.standards import load_standard
from dudao.standards.model import Graded


# -- grades (镇江双创) ------------------------------------------------------------------------------------------------
def test_grades_by_clauses(tmp_path: Path) -> None:
    standard = load(tmp_path, "zhenjiang-double-creation", grades("条文"))
    item = standard.indicator("1")
    assert item.rule == Graded("clauses", {"A": ("有制度", "有落实"), "C": ("弄虚作假",)})
    assert [chapter.title for chapter in standard.chapters][:6] == [
        "办学条件",
        "队伍建设",
        "管理水平",
        "素质教育",
        "办学绩效",
        "总评",
    ]
    assert standard.indicator("ZP").rule.of == tuple(str(number) for number in range(1, 36))
    one = evaluated(
        standard,
        **{
            "1_a1": "达到",
            "1_a2": "达到",
            "1_c1": "无",
            "2_a1": "达到",
            "2_a2": "未达到",
            "2_c1": "无",
            "3_c1": "有",
        },
    )
    assert [one.item(code).value for code in ("1", "2", "3", "4")] == ["A", "B", "C", None]


def test_grades_by_share_leave_the_band_between_open(tmp_path: Path) -> None:
    standard = load(tmp_path, "zhenjiang-double-creation", grades("观察点比例"))
    short = {"1": 0, "2": 1, "3": 4, "4": 5, "5": 6, "6": 10}
    answers = {f"{code}_short": count for code, count in short.items()} | {
        f"{code}_c1": "无" for code in short
    }
    one = evaluated(standard, **answers, **{"7_short": 0, "7_c1": "有"})
    assert [one.item(str(code)).value for code in range(1, 8)] == ["A", "B", "B", None, "C", "C", "C"]
    assert one.item("4").judgement == "no_data"


@pytest.mark.parametrize(
    ("a", "b", "c", "value", "status"),
    [
        (30, 5, 0, "通过", "met"),
        (30, 4, 1, "有条件通过", "met"),
        (26, 7, 2, "有条件通过", "met"),
        (26, 6, 3, None, "not_met"),
        (25, 10, 0, None, "not_met"),
        (35, 0, 0, "通过", "met"),
        (29, 6, 0, "有条件通过", "met"),
    ],
)
def test_the_outcome_of_35_items(
    a: int, b: int, c: int, value: str | None, status: str, tmp_path: Path
) -> None:
    """Golden check G8: 优质园's rule set, loaded as any locality loads its own; it is not 双创's."""
    standard = load(tmp_path, "zhenjiang-double-creation", grades("观察点比例"))
    short = [0] * a + [1] * b + [6] * c
    answers = {f"{place}_short": count for place, count in enumerate(short, 1)}
    one = evaluated(standard, **answers, **{f"{place}_c1": "无" for place in range(1, 36)})
    assert (one.item("ZP").value, one.status) == (value, status)


def test_a_missing_grade_is_undetermined_unless_nothing_could_change_it(tmp_path: Path) -> None:
    standard = load(tmp_path, "zhenjiang-double-creation", grades("观察点比例"))
    hits = {f"{place}_c1": "无" for place in range(1, 36)}
    good = {f"{place}_short": 0 for place in range(1, 35)}
    assert evaluated(standard, **good, **hits).status == "undetermined"
    bad = {**good, "1_short": 6, "2_short": 6, "3_short": 6}
    assert evaluated(standard, **bad, **hits).status == "not_met"


def test_the_other_parts_stay_and_the_town_has_its_own_set(tmp_path: Path) -> None:
    standard = load(tmp_path, "zhenjiang-double-creation", grades("条文"))
    assert [item.code for item in standard.chapters[-2].indicators] == ["ZD1", "ZD2", "ZD3", "ZD4"]
    assert load_standard(tmp_path / "own", "demonstration").verdict.all_of == (
        "ZP",
        "SF1",
        "SF2",
        "SF3",
        "SF4",
    )
    town = load(
        tmp_path, "zhenjiang-double-creation-town", grades("条文", count=5), identity="towns", out="towns"
    )
    assert (town.judged, len(town.indicator("ZP").rule.of)) == ("镇（街道）", 5)


@pytest.mark.parametrize(
    ("by", "change", "expected"),
    [
        (
            None,
            None,
            "工作表“等次规则” B2：没有填写等次规则。细则按哪一种规则定等，应由制定单位明确，填“条文”或“观察点比例”；不能由软件代定。",
        ),
        ("平均", None, "工作表“等次规则” B2：等次规则“平均”不在可用的之中。请填“条文”或“观察点比例”。"),
        ("条文", put("E3", None), "工作表“评估细则” E3：按条文定等，没有填写 A 级条文。请填写，一行一条。"),
        ("条文", put("E3", "长" * 91), "工作表“评估细则” E3：第 1 条有 91 字，超过 90 字。请分成几条。"),
        (
            "条文",
            put("A3", "重点关注"),
            "工作表“评估细则” A3：一级指标“重点关注”与本标准已有的维度同名。请换一个名称。",
        ),
        (
            "观察点比例",
            put("G3", None),
            "工作表“评估细则” G3：按观察点比例定等，没有填写观察点数。请填写大于 0 的整数。",
        ),
        ("观察点比例", put("G3", 2.5), "工作表“评估细则” G3：“2.5”不是整数。请填写 0 或正整数。"),
        (
            "观察点比例",
            put("B3", None, "等次规则"),
            f"{RULES} B3：没有填写“B等最多未达到的观察点比例”。请照细则填写 0 至 1 之间的数，如 0.4。",
        ),
        (
            "观察点比例",
            put("B4", 60, "等次规则"),
            "工作表“等次规则” B4：“C等最少未达到的观察点比例”是 60。请填写大于 0、不大于 1 的数，如 0.4。",
        ),
        (
            "观察点比例",
            put("B3", 0.6, "等次规则"),
            "工作表“等次规则” B3：B等的比例不小于C等的比例。请核对两个比例。",
        ),
        (
            "条文",
            put("E8", "合格", "等次规则"),
            "工作表“等次规则” A8：没有写明怎样算通过。请在结论表中至少填写一行判定为“通过”的结论。",
        ),
        (
            "条文",
            put("E9", "缓评", "等次规则"),
            "工作表“等次规则” E9：判定“缓评”不在可用的之中。请填：通过、有条件通过、不通过。",
        ),
        ("条文", put("A9", None, "等次规则"), "工作表“等次规则” A9：没有结论的名称。请填写，如“通过”。"),
        (
            "条文",
            put("A3", "B等", "等次规则"),
            f"{RULES} A3：这里应为“B等最多未达到的观察点比例”。请用本标准的细则录入表填写，不要增删行。",
        ),
    ],
)
def test_each_fault_of_grades_names_its_cell(by: str | None, change: Change | None, expected: str) -> None:
    assert expected in found("zhenjiang-double-creation", grades(by, change))


def test_an_outcome_without_a_condition_is_a_fault() -> None:
    def without(book: Workbook) -> None:
        for cell in ("B8", "D8"):
            book["等次规则"][cell] = None

    expected = "工作表“等次规则” B8：结论“通过”没有条件。请填写 A、B、C 等次的项数。"
    assert found("zhenjiang-double-creation", grades("条文", without)) == [expected]
