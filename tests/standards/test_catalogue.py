"""The standards of the catalogue beside the national one of 2017: worked cases, limits, the published rows, and the way from an empty
workbook to each verdict."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import yaml

from dudao import intake
from dudao.evaluation import cases
from dudao.evaluation.coefficients import composite
from dudao.evaluation.evaluate import Evaluation, evaluate
from dudao.intake import template
from dudao.standards import CATALOGUE, load_standard
from dudao.standards.model import Count, Declared, Graded, Ratio, Standard, Survey, Variation, Veto
from dudao.tables import Figure, Intake, Return
from dudao.units import rounded

NAMES = tuple(sorted(path.name for path in CATALOGUE.iterdir() if path.is_dir()))
NATIONAL = ("cn-2017-quality-balance", "wenling-2020")
"""The national standard, whose limits tests/evaluate goes through one by one, and the one that judges by it."""
OF_COUNTY = (
    "chongqing-county",
    "kindergarten-conduct",
    "preschool-universal",
    "school-plan",
    "special-checklist",
    "zhenjiang-double-creation",
    "zhenjiang-double-creation-town",
)
"""Those that ask nothing of a school."""
ON = date(2022, 9, 1)


def test_a_folder_bears_the_id_of_its_standard() -> None:
    assert [load_standard(name).id for name in NAMES] == list(NAMES)
    assert {"cn-2012-basic-balance", "wenling-2020", *OF_COUNTY} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_worked_case_holds(name: str) -> None:
    outcomes = cases.run_all(CATALOGUE / name)
    assert [(one.name, one.differences) for one in outcomes if one.differences] == []
    assert len(outcomes) >= 2


def unseen(folder: Path) -> list[str]:
    """Codes of items with a limit that no worked case shows met, not met and, a school's ratio apart, without data."""
    standard = load_standard(folder)
    whole = {
        code: item.code
        for item in standard.indicators
        if isinstance(item.rule, Variation)
        for code in item.rule.of
    }
    seen: dict[str, set[str]] = {}
    for file in (folder / "tests").glob("*.yaml"):
        for case in yaml.safe_load(file.read_text("utf-8")):
            for item in case["expect"]:
                code = item.get("item") or item.get("indicator") or whole.get(item.get("coefficient", ""), "")
                seen.setdefault(code, set()).add(item.get("judgement", ""))
    limited = [item for item in standard.indicators if item.limits or isinstance(item.rule, Count)]
    wanted = {
        item.code: {"met", "not_met", *([] if isinstance(item.rule, Ratio) else ["no_data"])}
        for item in limited
    }
    return [code for code, judgements in wanted.items() if not judgements <= seen.get(code, set())]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NATIONAL])
def test_the_cases_reach_both_sides_of_every_limit(name: str) -> None:
    assert unseen(CATALOGUE / name) == []


# -- 2012: the published rows -----------------------------------------------------------------------------------------
PUBLISHED = """\
万州区 primary 0.437 0.419 0.255 0.188 0.171 0.263 0.263 0.42 0.302
万州区 junior 0.381 0.298 0.264 0.212 0.207 0.502 0.445 0.539 0.356
黔江区 primary 0.633 0.891 0.435 0.328 0.351 0.391 0.379 0.541 0.494
黔江区 junior 0.808 0.445 0.537 0.472 0.492 0.243 0.272 0.265 0.442
江津区 primary 0.535 0.478 0.376 0.354 0.191 0.264 0.254 0.369 0.353
江津区 junior 0.319 0.346 0.187 0.241 0.154 0.267 0.25 0.324 0.261
永川区 primary 0.696 0.916 0.819 0.58 0.45 0.286 0.285 0.47 0.562
永川区 junior 0.422 0.491 0.637 0.409 0.544 0.298 0.259 0.449 0.439
綦江区 primary 0.568 0.61 0.201 0.415 0.267 0.336 0.324 0.423 0.393
"""
"""重庆市11个区县义务教育学校校际差异系数表, the nine rows of coefficients that we hold: eight single ones and 综合."""
EXCEPTION = ("永川区", "primary")
"""The mean of its printed coefficients is 0.56275, 0.563 to three decimals; printed is 0.562, which the unrounded ones may well give."""


def rows() -> list[tuple[str, str, list[str], str]]:
    lines = [line.split() for line in PUBLISHED.splitlines()]
    return [(line[0], line[1], line[2:10], line[10]) for line in lines]


@pytest.mark.parametrize(("county", "level", "single", "printed"), rows())
def test_the_composite_is_the_mean_of_the_eight(
    county: str, level: str, single: list[str], printed: str
) -> None:
    found = composite([float(text) for text in single])
    assert found is not None
    if (county, level) == EXCEPTION:
        assert (str(rounded(found, 5)), str(rounded(found, 3)), printed) == ("0.56275", "0.563", "0.562")
    else:
        assert str(rounded(found, 3)) == printed.ljust(5, "0")


def test_2012_judges_the_composite_and_no_single_coefficient_and_splits_five_of_eight() -> None:
    standard = load_standard("cn-2012-basic-balance")
    ratios = {item.code: item.rule for item in standard.indicators if isinstance(item.rule, Ratio)}
    assert [code for code, rule in ratios.items() if rule.share == "weighted"] == [
        "B1",
        "B2",
        "B3",
        "B4",
        "B5",
    ]
    assert [code for code, rule in ratios.items() if rule.share == "stage"] == ["B6", "B7", "B8"]
    assert standard.indicator("BC").rule.judges == "composite"
    assert {limit.level: str(limit.value) for limit in standard.indicator("BC").limits} == {
        "primary": "0.65",
        "junior": "0.55",
    }
    assert sorted(word for item in standard.exclusions for word in item.words) == [
        "1",
        "10",
        "2",
        "3",
        "4",
        "5",
        "6",
        "9",
    ]


def county_of(*schools: Mapping[str, object]) -> Intake:
    """An intake of schools under the 2012 standard; numbers as integers, a field left out is missing."""
    made = [
        Return(
            "school",
            "a.xlsx",
            "0" * 64,
            "s",
            {
                name: Figure(Decimal(value) if isinstance(value, int) else value, "given", "s", "A1")
                for name, value in school.items()
            },
        )
        for school in schools
    ]
    return Intake("360199", None, tuple(made), (), ())


SCHOOL = {
    "school_type": "小学",
    "pupils_primary": 100,
    "teaching_area": 400,
    "sports_area": 600,
    "equipment": 9,
    "computers": 9,
    "books": 2000,
    "teachers_primary": 6,
    "higher_primary": 5,
    "titled_primary": 3,
}


def test_a_school_whose_sponsor_is_not_given_lacks_that_field() -> None:
    standard = load_standard("cn-2012-basic-balance")
    known = {**SCHOOL, "school_code": "S1", "sponsor": "7"}
    found = evaluate(standard, county_of(known, {**SCHOOL, "school_code": "S2"}), ON)
    assert [result.values["B1"].missing for result in found.schools] == [(), ("举办者类型",)]
    assert found.item("BC").judgement == "no_data"


def test_without_limit_and_school_rule_a_school_s_value_is_shown_and_not_judged() -> None:
    standard = load_standard("cn-2012-basic-balance")
    (found,) = evaluate(standard, county_of({**SCHOOL, "school_code": "S1", "sponsor": "7"}), ON).schools
    value = found.values["B5"]
    assert (value.value, value.judgement, value.gap, value.reaches) == (20.0, "not_applicable", None, None)
    assert found.judgement == "not_applicable"


# -- other facts of the documents -------------------------------------------------------------------------------------
def test_preschool_has_the_36_items_and_basically_met_only_where_the_form_has_it() -> None:
    standard = load_standard("preschool-universal")
    items = [item for item in standard.indicators if item.code != "YZ"]
    assert [item.code for item in items] == [f"Y{number}" for number in range(1, 37)]
    declared = {item.code: item.rule for item in items if isinstance(item.rule, Declared)}
    with_middle = [code for code, rule in declared.items() if "basically_met" in rule.words]
    assert with_middle == ["Y11", "Y12", "Y16", "Y17", "Y26", "Y27", "Y29"]
    assert [code for code in with_middle if "为基本合格" not in standard.indicator(code).text] == []
    computed = [item.code for item in items if item.code not in declared]
    assert computed == ["Y1", "Y2", "Y3", "Y28", "Y31"]
    rule = standard.indicator("YZ").rule
    assert isinstance(rule, Count)
    assert [(one.title, one.when) for one in rule.outcomes[:3]] == [
        ("创优", "A >= 33 and C == 0"),
        ("提高", "A >= 31 and C == 0"),
        ("巩固", "A >= 29 and C == 0"),
    ]


def test_chongqing_says_only_what_was_published() -> None:
    standard = load_standard("chongqing-county")
    points = {item.code: item.rule for item in standard.indicators if item.code in ("BZ", "CY", "JF")}
    assert {code: (str(rule.most), rule.bonus) for code, rule in points.items()} == {
        "BZ": ("70", False), "CY": ("30", False), "JF": ("5", True)
    }  # fmt: skip
    assert standard.indicator("T1").rule.of == ("BZ", "CY", "JF")
    assert [load_standard("chongqing-county", name).indicator("T1").rule.bonus_counts for name in ("default", "bonus-counts")] == [
        False, True
    ]  # fmt: skip
    assert standard.verdict.vetoes == ("V1", "V2", "V3")


def test_double_creation_has_four_topics_and_two_sets() -> None:
    school, town = load_standard("zhenjiang-double-creation"), load_standard("zhenjiang-double-creation-town")
    assert [item.short for item in school.indicators[1:]] == [
        "素质教育",
        "课程体系",
        "智慧校园",
        "现代学校制度",
    ]
    assert (school.judged, town.judged) == ("学校", "镇（街道）")
    assert [item.code for item in town.indicators] == [item.code for item in school.indicators]
    shown = load_standard("zhenjiang-double-creation", "demonstration")
    assert shown.verdict.all_of == ("ZP", "SF1", "SF2", "SF3", "SF4")


def test_kindergartens_have_five_areas_and_what_was_not_published_is_not_written() -> None:
    standard = load_standard("kindergarten-conduct")
    areas = ["办园条件", "安全卫生", "保育教育", "教职工队伍", "内部管理"]
    assert [chapter.title for chapter in standard.chapters] == areas
    assert [item.text for item in standard.indicators] == [f"{area}。" for area in areas]
    assert standard.judged == "幼儿园"


# -- from an empty workbook to each verdict ---------------------------------------------------------------------------
def filled(standard: Standard, words: Mapping[str, object]) -> bytes:
    """The workbook that the standard gives out, with ``words`` (by field name) in its vertical sheets."""
    book = openpyxl.load_workbook(io.BytesIO(template.write(standard)))
    labels = {standard.field(name).label: value for name, value in words.items()}
    for sheet in book:
        columns = {cell.value: cell.column for cell in sheet[1]}
        if {"填报项目", "填报值"} <= set(columns):
            for row in range(2, sheet.max_row + 1):
                label = sheet.cell(row, columns["填报项目"]).value
                if label in labels:
                    sheet.cell(row, columns["填报值"]).value = labels[label]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def judged(standard: Standard, words: Mapping[str, object], tmp_path: Path) -> Evaluation:
    """The evaluation of a filled workbook, read as a command reads it; it must hold no error."""
    path = tmp_path / "填报表.xlsx"
    identity = {"county_name": "演示县", "county_code": "329999", "year": 2022}
    path.write_bytes(filled(standard, {**identity, **words}))
    (found,) = intake.read([path], standard)
    required = {standard.field(name).label for name in words}
    errors = [
        one for one in found.issues if one.level == "error" and any(label in one.found for label in required)
    ]
    assert errors == []
    return evaluate(standard, found, ON)


def best(standard: Standard) -> dict[str, object]:
    """An answer to everything that makes every item as good as it can be."""
    words: dict[str, object] = {
        "children": 900,
        "population_3_6": 1000,
        "registered_children": 900,
        "public_children": 500,
        "inclusive_children": 300,
        "classes": 40,
        "classes_fit": 40,
        "teachers": 90,
    }
    words = {name: value for name, value in words.items() if name in {item.name for item in standard.fields}}
    for field in standard.fields:
        if not field.item:
            continue
        rule, what = standard.indicator(field.item).rule, field.name.removeprefix(f"{field.item}_")
        if isinstance(rule, Declared):
            words[field.name] = rule.words["met"] if what == "met" else "佐证材料目录"
        elif isinstance(rule, Veto) and what == "found":
            words[field.name] = "无"
        elif what == "points":
            words[field.name] = float(rule.most)
        elif isinstance(rule, Survey):
            words[field.name] = 100
        elif isinstance(rule, Graded):
            words[field.name] = {"a": "达到", "c": "无"}.get(what[0], 0)
    return words


@pytest.mark.parametrize("name", OF_COUNTY)
def test_an_empty_workbook_is_undetermined_a_full_one_is_met(name: str, tmp_path: Path) -> None:
    standard = load_standard(name)
    assert judged(standard, {}, tmp_path).status == "undetermined"
    found = judged(standard, best(standard), tmp_path)
    assert found.status == "met", found.reasons


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("chongqing-county", {"V2_found": "有"}),
        ("chongqing-county", {"CY_points": 25.9}),
        ("preschool-universal", {"Y4_met": "不合格"}),
        ("preschool-universal", {"teachers": 59}),
        ("zhenjiang-double-creation", {"ZP_met": "未达标"}),
        ("zhenjiang-double-creation-town", {"ZP_met": "未达标"}),
        ("kindergarten-conduct", {"YT5_met": "不符合"}),
        ("special-checklist", {"ZX_met": "不符合"}),
        ("school-plan", {"GH_met": "未完成"}),
    ],
)
def test_one_answer_turns_a_full_workbook(name: str, change: dict[str, object], tmp_path: Path) -> None:
    standard = load_standard(name)
    assert judged(standard, {**best(standard), **change}, tmp_path).status == "not_met"


@pytest.mark.parametrize("name", NAMES)
def test_each_gives_the_same_workbook_every_time(name: str) -> None:
    standard = load_standard(name)
    assert template.write(standard) == template.write(standard)
