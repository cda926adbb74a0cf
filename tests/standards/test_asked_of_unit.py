"""The list that a self-check page is built from: every item that the judged unit answers, in document order, and no other."""

from pathlib import Path

import pytest
from tests.standards.own_items import grades, load

from dudao.standards import CATALOGUE, load_standard
from dudao.standards.asked import asked_of_unit
from dudao.standards.model import Count, Formula, Ratio, SchoolRule, Total, Variation

NAMES = sorted(path.name for path in CATALOGUE.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", NAMES)
def test_every_field_that_a_rule_asks_stands_once_and_in_document_order(name: str) -> None:
    standard = load_standard(name)
    items = asked_of_unit(standard)
    codes = [item.indicator.code for item in items]
    assert codes == [item.code for item in standard.indicators if item.code in codes]
    asked = [field.name for item in items for field in item.fields if field.item]
    assert asked == [field.name for field in standard.fields if field.item]
    assert [item.indicator.code for item in items if item.indicator not in item.chapter.indicators] == []
    assert {type(item.indicator.rule) for item in items} & {
        Total,
        Count,
        Ratio,
        Variation,
        SchoolRule,
    } == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_left_out_asks_the_unit_nothing(name: str) -> None:
    standard = load_standard(name)
    codes = {item.indicator.code for item in asked_of_unit(standard)}
    out = [item.rule for item in standard.indicators if item.code not in codes]
    computed = [rule for rule in out if not isinstance(rule, Total | Count | Ratio | Variation | SchoolRule)]
    county = {field.name for field in standard.fields if field.of_county}
    assert {type(rule) for rule in computed} <= {Formula}
    assert [rule.text for rule in computed if any(name in rule.text for name in county)] == []


def test_a_county_answers_figures_words_surveys_and_results() -> None:
    items = {item.indicator.code: item for item in asked_of_unit(load_standard("cn-2017-quality-balance"))}
    assert [field.name for field in items["G7"].fields] == ["special_funds", "special_pupils"]
    assert [field.name for field in items["G8"].fields] == ["teacher_pay", "official_pay", "G8_also_1"]
    assert [field.name for field in items["G6"].fields] == ["quota_primary", "quota_junior"]
    assert (items["Q9"].kind, items["Q9"].choices, items["P1"].kind, items["V1"].choices) == (
        "given", ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"), "survey", ("有", "无")
    )  # fmt: skip
    assert items["G1"].proofs == ("学校布局规划图、相关文件等",)
    assert {"R1", "RC", "RS", "G3", "G9"} & set(items) == set()


def test_a_shared_figure_stands_at_each_item_that_uses_it() -> None:
    items = {item.indicator.code: item for item in asked_of_unit(load_standard("preschool-universal"))}
    assert [code for code, item in items.items() if "children" in [field.name for field in item.fields]] == [
        "Y1",
        "Y31",
    ]
    assert "YZ" not in items


def test_loaded_grades_ask_their_clauses_and_points_of_observation(tmp_path: Path) -> None:
    standard = load(tmp_path, "zhenjiang-double-creation", grades("条文", count=10))
    first = asked_of_unit(standard)[0]
    assert (first.kind, first.choices, first.most) == ("grade", ("A", "B", "C"), None)
    assert [field.name for field in first.fields] == ["1_a1", "1_a2", "1_c1"]
    share = load(
        tmp_path, "zhenjiang-double-creation", grades("观察点比例", count=10), identity="two", out="two"
    )
    first = asked_of_unit(share)[0]
    assert ([field.name for field in first.fields], first.most) == (["1_short", "1_c1"], 10)
    assert "ZP" not in {item.indicator.code for item in asked_of_unit(share)}
