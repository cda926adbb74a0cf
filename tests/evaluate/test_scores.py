"""Points, floors, bonus, grades and outcomes of a standard in which no school is asked (总分、等次)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from dudao.evaluation.evaluate import Evaluation, evaluate
from dudao.evaluation.item import Item
from dudao.evaluation.items import answers
from dudao.standards import asked, load_standard
from dudao.standards.model import Graded, Standard
from dudao.tables import Figure, Intake, Return

STANDARD = """\
id: points
version: "1"
title: 得分标准
number: 测〔2020〕1号
issuer: 测试单位
since: 2020-01-01
judged: 县
stages: []
school_types: []
profiles:
  default: {title: 原文, source: 第一条}
  bonus-counts: {title: 附加分计入, source: 第一条, set: {T: {total: {of: [A, B, X], bonus_most: 5, bonus_counts: true}}}}
chapters: [1.yaml, 2.yaml]
verdict: {all_of: [T, F], vetoes: [V], source: 第三条}
"""
FIELDS = """\
source: 测试
fields:
  - {name: county_code, label: 区县代码, kind: code, form: county, required: true}
"""
POINTS = """\
number: 一
title: 得分
clause: 第一条
indicators:
  - {code: A, title: 保障, text: 保障, clause: 一, points: {most: 70}}
  - {code: B, title: 差异, text: 差异, clause: 二, points: {most: 30}}
  - {code: X, title: 附加, text: 附加, clause: 三, points: {most: 8, bonus: true}}
  - {code: V, title: 挪用, text: 挪用, clause: 四, veto: {}}
  - {code: T, title: 总分, text: 总分, clause: 五, unit: 分, total: {of: [A, B, X], bonus_most: 5}, limit: {2020-01-01: ">= 85"}}
  - {code: F, title: 差异得分, text: 差异, clause: 六, unit: 分, total: {of: [B]}, limit: {2020-01-01: ">= 26"}}
"""
GRADES = """\
number: 二
title: 等级
clause: 第二条
indicators:
{items}
  - code: O
    title: 等次
    text: 等次
    clause: 七
    count:
      of: [{codes}]
      outcomes:
        - {{title: 通过, when: A >= 30 and C == 0, judgement: met}}
        - {{title: 有条件通过, when: A >= 26 and B + C <= 9 and C <= 2, judgement: basically_met}}
        - {{title: 不通过, when: A >= 0, judgement: not_met}}
"""
ON = date(2026, 9, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    found = tmp_path_factory.mktemp("points")
    codes = [f"D{number}" for number in range(1, 36)]
    rows = "\n".join(
        f"  - {{code: {code}, title: 项目{code}, text: 项目, clause: 七, declared: {{words: {{met: A, basically_met: B, not_met: C}}}}}}"
        for code in codes
    )
    files = {"standard": STANDARD, "fields": FIELDS, "1": POINTS, "2": GRADES.format(items=rows, codes=", ".join(codes))}
    for name, text in files.items():
        (found / f"{name}.yaml").write_text(text, "utf-8")
    return found


def run(standard: Standard, **given: object) -> Evaluation:
    figures = {
        name: Figure(value if isinstance(value, str) else Decimal(str(value)), "given", "表", f"E{row}")
        for row, (name, value) in enumerate(given.items(), 2)
    }
    county = Return("county", "得分.xlsx", "0" * 64, "表", figures)
    return evaluate(standard, Intake("500000", county, (), (), ()), ON)


@pytest.mark.parametrize(
    ("given", "total", "judgement"),
    [
        ({"A_points": 59, "B_points": 26}, 85, "met"),
        ({"A_points": 58.9, "B_points": 26}, Fraction("84.9"), "not_met"),
        ({"A_points": 58.9, "B_points": 26, "X_points": 5}, Fraction("84.9"), "not_met"),
        ({"A_points": 60}, None, "no_data"),
        ({"A_points": 54.9}, None, "not_met"),
        ({}, None, "no_data"),
    ],
)
def test_the_total_at_its_limit_and_with_points_missing(folder, given, total, judgement) -> None:
    item = run(load_standard(folder), **given).item("T")
    assert (item.value, item.judgement) == (total, judgement)


@pytest.mark.parametrize(
    ("bonus", "total"), [(0, "80"), (4.9, "84.9"), (5, "85"), (8, "85")], ids=["none", "below", "at the cap", "above the cap"]
)
def test_a_bonus_counts_only_under_its_profile_and_up_to_its_cap(folder, bonus, total) -> None:
    given = {"A_points": 54, "B_points": 26, "X_points": bonus}
    assert run(load_standard(folder), **given).item("T").value == 80
    counted = run(load_standard(folder, "bonus-counts"), **given).item("T")
    assert (counted.value, counted.judgement) == (Fraction(total), "met" if Fraction(total) >= 85 else "not_met")


def test_a_floor_and_a_veto_fail_whatever_the_total(folder) -> None:
    standard = load_standard(folder)
    good = run(standard, A_points=60, B_points=26, V_found="无")
    assert good.status == "met"
    low = run(standard, A_points=70, B_points=25.9, V_found="无")
    assert [low.item(code).judgement for code in ("T", "F")] == ["met", "not_met"]
    assert low.status == "not_met"
    assert run(standard, A_points=60, B_points=30, V_found="有").status == "not_met"
    assert run(standard, A_points=60, B_points=30).status == "undetermined"


def grades(a: int, b: int, c: int, blank: int = 0) -> dict[str, str]:
    words = ["A"] * a + ["B"] * b + ["C"] * c + [""] * blank
    named = {f"D{number}_met": word for number, word in enumerate(words, 1) if word}
    return named | {f"D{number}_proof": "材料" for number in range(1, 36)}


@pytest.mark.parametrize(
    ("counts", "outcome", "judgement"),
    [
        ((30, 5, 0), "通过", "met"),
        ((30, 4, 1), "有条件通过", "basically_met"),
        ((26, 7, 2), "有条件通过", "basically_met"),
        ((26, 6, 3), "不通过", "not_met"),
        ((29, 6, 0), "有条件通过", "basically_met"),
        ((25, 10, 0), "不通过", "not_met"),
    ],
)
def test_outcomes_by_counts_of_grades(folder, counts, outcome, judgement) -> None:
    """Golden check: 优质园 A30 B5 C0 passes, A30 B4 C1 and A26 B7 C2 with conditions, A26 B6 C3 fails."""
    item = run(load_standard(folder), **grades(*counts)).item("O")
    assert (item.value, item.judgement) == (outcome, judgement)


@pytest.mark.parametrize(
    ("counts", "judgement"),
    [((30, 4, 0, 1), "no_data"), ((0, 0, 0, 35), "no_data"), ((20, 10, 3, 2), "not_met"), ((24, 8, 2, 1), "not_met")],
)
def test_a_missing_grade_fails_only_what_no_grade_could_save(folder, counts, judgement) -> None:
    item = run(load_standard(folder), **grades(*counts)).item("O")
    assert (item.value, item.judgement) == (None, judgement)


BY_CLAUSES = Graded("clauses", {"A": ("有章程", "有规划"), "C": ("有事故",)})
BY_SHARE = Graded("share", {"C": ("有事故",)}, 10, Decimal("0.4"), Decimal("0.6"))


@pytest.mark.parametrize(("first", "second", "hit"), list(product(("达到", "未达到", None), ("达到", "未达到", None), ("有", "无", None))))
def test_a_grade_by_clauses(first, second, hit) -> None:
    """Any C-clause hit: C. Otherwise a blank leaves the grade open; every A-clause met: A; else B."""
    if hit == "有":
        right = "C"
    elif None in (first, second, hit):
        right = None
    else:
        right = "A" if first == second == "达到" else "B"
    assert answers.grade_of(BY_CLAUSES, [first, second], [hit], None)[0] == right


@pytest.mark.parametrize(
    ("short", "hit", "grade"),
    [
        *((0, "无", "A"), (1, "无", "B"), (4, "无", "B"), (5, "无", None), (6, "无", "C"), (10, "无", "C")),
        *((0, "有", "C"), (None, "有", "C"), (None, "无", None), (0, None, None), (6, None, "C")),
    ],
)
def test_a_grade_by_share_of_points_short(short, hit, grade) -> None:
    share = None if short is None else Fraction(short, 10)
    found, note = answers.grade_of(BY_SHARE, [], [hit], share)
    assert found == grade
    assert bool(note) == (short == 5)


def test_every_answer_has_a_row_of_its_own(folder) -> None:
    """A rule asks for what it judges by: no label twice, each of the 补充表."""
    for source in (folder, "cn-2017-quality-balance"):
        rows = [field for field in load_standard(source).fields if field.item]
        assert len({row.label for row in rows}) == len({row.name for row in rows}) == len(rows) > 3
        assert {row.form for row in rows} == {"county_supplement"}
    indicator = load_standard(folder).indicator("V")
    assert [(row.name, row.choices) for row in asked.of(indicator)] == [("V_found", ("有", "无")), ("V_note", ())]


def test_an_item_that_does_not_apply_is_left_out() -> None:
    """A county without a school under 100 pupils is not kept from the verdict by that item."""
    standard = load_standard("cn-2017-quality-balance")
    school = Return("school", "a.xlsx", "0" * 64, "表", {
        "school_type": Figure("小学", "given", "表", "A1"), "pupils_primary": Figure(Decimal(100), "given", "表", "A2"),
    })  # fmt: skip
    found: Item = evaluate(standard, Intake("1", None, (school,), (), ()), ON).item("G6")
    assert found.judgement == "not_applicable"


def test_a_bonus_in_error_leaves_the_total_open_only_where_it_counts(folder) -> None:
    """A bonus not claimed is none; one that was refused may be any."""
    refused = Figure(None, "refused", "表", "E4")

    def total(profile: str, bonus: Figure | None) -> tuple[object, str]:
        figures = {name: Figure(Decimal(value), "given", "表", "E2") for name, value in (("A_points", 54), ("B_points", 28))}
        county = Return("county", "得分.xlsx", "0" * 64, "表", figures | ({"X_points": bonus} if bonus else {}))
        found = evaluate(load_standard(folder, profile), Intake("500000", county, (), (), ()), ON)
        assert (found.item("X").judgement == "no_data") == (bonus is not None)
        return found.item("T").value, found.item("T").judgement

    assert total("bonus-counts", None) == (82, "not_met")
    assert total("bonus-counts", refused) == (None, "no_data")
    assert total("default", refused) == (82, "not_met")


@pytest.mark.parametrize("proof", ["无", "0", "——", "…", "暂无", "没有"])
def test_a_word_for_nothing_names_no_proof(proof) -> None:
    standard = load_standard("cn-2017-quality-balance")
    given = {"G1_met": Figure("达到", "given", "表", "E1"), "G1_proof": Figure(proof, "given", "表", "E2")}
    county = Return("county", "补充表.xlsx", "0" * 64, "表", given)
    assert evaluate(standard, Intake("1", county, (), (), ()), ON).item("G1").judgement == "no_data"
