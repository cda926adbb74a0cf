"""Loading a standard: what it says, and every way of saying it wrongly, with file and line."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.standards import small

from dudao.standards import CATALOGUE, StandardError, contents, load_standard
from dudao.standards.model import Limit, Outcome, Total


def problems(folder: Path, profile: str = "default") -> list[str]:
    with pytest.raises(StandardError) as caught:
        load_standard(folder, profile)
    return [str(problem) for problem in caught.value.problems]


def test_a_sound_folder_loads(tmp_path: Path) -> None:
    standard = load_standard(small.write(tmp_path / "s"))
    assert [indicator.code for indicator in standard.indicators] == ["R1", "RC", "RS"]
    assert standard.indicator("R1").limits == (
        Limit("primary", ">=", Decimal("2"), date(2020, 1, 1), None, "第一条（一）"),
        Limit("primary", ">=", Decimal("2.5"), date(2022, 1, 1), None, "第一条（一）"),
    )


def test_the_hash_is_over_sorted_paths_and_bytes(tmp_path: Path) -> None:
    folder = small.write(tmp_path / "s")
    total = hashlib.sha256()
    for name in ("1.yaml", "fields.yaml", "standard.yaml"):
        total.update(name.encode() + b"\0" + (folder / name).read_bytes())
    assert load_standard(folder).sha256 == total.hexdigest()


def test_a_profile_replaces_the_keys_it_names(tmp_path: Path) -> None:
    folder = small.write(tmp_path / "s")
    limits = load_standard(folder, "strict").indicator("R1").limits
    assert [limit.value for limit in limits] == [Decimal(3)]
    assert load_standard(folder, "strict").sha256 == load_standard(folder).sha256


def test_a_profile_may_end_a_relief(tmp_path: Path) -> None:
    ended = "  ended: {title: 放宽截止, source: 第五条, reliefs: {R1-city: {until: 2022-12-31}}}\nchapters"
    folder = small.write(tmp_path / "s", standard=small.STANDARD.replace("chapters", ended))
    rule = load_standard(folder, "ended").indicator("R1").rule
    assert [relief.until for relief in rule.reliefs] == [date(2022, 12, 31)]
    assert [relief.until for relief in load_standard(folder).indicator("R1").rule.reliefs] == [None]


@pytest.mark.parametrize(
    ("part", "old", "new", "expected"),
    [
        ("chapter", "    unit: 间/百生\n", "    unit: 间/百生\n    colour: red\n", "1.yaml:10 不认识的键 colour"),
        ("chapter", "    unit: 间/百生\n", "    unit: 间/百生\n    unit: 间\n", "1.yaml:10 键 unit 重复"),
        ("chapter", "    clause: 第二条\n", "", "1.yaml:18 缺少 clause"),
        ("chapter", "since: 2020-01-01, source: 第四条", "since: 2020-01-01", "1.yaml:16 缺少 source"),
        ("chapter", "resource: rooms", "resource: desks", "1.yaml:5 R1 用到的数据项 desks 不在 fields.yaml"),
        ("chapter", "resource: rooms", "resource: rooms ** 2", "1.yaml:11 公式“rooms ** 2”"),
        ("chapter", '">= 2"', '"2 以上"', "1.yaml:17 达标值“2 以上”应写成比较"),
        ("chapter", "2022-01-01", "2022-13-01", "1.yaml:17 “2022-13-01”不是日期"),
        ("chapter", "share: weighted", "share: equal", "1.yaml:12 “equal”不在可用的值之中"),
        ("chapter", "{of: [R1], at_least", "{of: [R9], at_least", "1.yaml:24 RS 用到的指标 R9 不存在"),
        ("chapter", "scale: 100", "scale: many", "1.yaml:13 “many”不是数字"),
        ("chapter", "scale: 100", "scale: .inf", "1.yaml:13 “.inf”不是数字"),
        ("chapter", "rest_reaches: 0.85", "rest_reaches: 85", "1.yaml:24 RS rest_reaches 85 应在 0 与 1 之间"),
        ("chapter", "  - code: RS", "  - code: R1", "1.yaml:24 指标代码 R1 重复"),
        ("fields", "name: extra", "name: rooms", "fields.yaml:1 数据项 rooms 重复"),
        ("fields", "source: 测试\n", "", "fields.yaml:1 缺少 source"),
        ("fields", "stage: primary", "stage: nursery", "fields.yaml:1 数据项 pupils 的学段 nursery 没有定义"),
        ("standard", "all_of: [RC, RS]", "all_of: [RC, RX]", "standard.yaml:1 结论规则用到的指标 RX 不存在"),
        ("standard", "chapters: [1.yaml]", "chapters: [2.yaml]", "standard.yaml:15 没有文件 2.yaml"),
        ("standard", "weight: 1, source: 第一条", "weight: 1", "standard.yaml:9 缺少 source"),
        ("standard", "title: 小标准", "title: &a 小标准\nnote: *a", "standard.yaml:4 不能使用 YAML 的引用"),
        ("standard", "id: small", "id: [small", "standard.yaml:"),
    ],
)
def test_each_fault_names_file_and_line(tmp_path: Path, part: str, old: str, new: str, expected: str) -> None:
    text = {"standard": small.STANDARD, "fields": small.FIELDS, "chapter": small.CHAPTER}[part]
    assert old in text
    folder = small.write(tmp_path / "s", **{part: text.replace(old, new)})
    found = problems(folder)
    assert [text for text in found if text.startswith(expected)] != [], found


def test_all_problems_come_in_one_run(tmp_path: Path) -> None:
    chapter = small.CHAPTER.replace("scale: 100", "scale: many").replace("    clause: 第二条\n", "")
    assert len(problems(small.write(tmp_path / "s", chapter=chapter))) == 2


def test_an_unknown_standard_and_profile_are_named(tmp_path: Path) -> None:
    with pytest.raises(StandardError, match="没有这个评估标准"):
        load_standard(tmp_path / "nothing")
    assert problems(small.write(tmp_path / "s"), "none") == ["standard.yaml:1 没有口径 none，可用：default、strict"]


SAYS = """\
number: 二
title: 其他
clause: 第五条
indicators:
  - {code: A1, title: 比例, text: 比例, clause: 一, unit: share, formula: {is: sum(rooms) / sum(pupils)}, limit: {2020-01-01: ">= 0.5"}}
  - {code: A2, title: 每校, text: 每校, clause: 二, unit: 间, formula: {each: school, is: "rooms - ceil(pupils / 12)"}, limit: {2020-01-01: ">= 0"}}
  - {code: A3, title: 工资, text: 工资, clause: 三, unit: 间, formula: {is: sum(rooms)}, limit: {2020-01-01: ">= sum(extra)"}}
  - code: A4
    title: 规模
    text: 规模
    clause: 四
    unit: 人
    formula: {each: school, is: pupils}
    limit: {2020-01-01: "<= 2000"}
    relief_limits:
      - {is: "<= 2400", when: city, since: 2020-01-01, until: 2023-12-31, source: 第六条}
  - {code: A5, title: 申明, text: 申明, clause: 五, declared: {proofs: [文件]}}
  - {code: A6, title: 监测, text: 监测, clause: 六, given: {parts: [语文], grades: [Ⅰ, Ⅱ, Ⅲ, Ⅳ], at_least: Ⅲ}, limit: {2020-01-01: "< 0.15"}}
  - {code: A7, title: 否决, text: 否决, clause: 七, veto: {}}
  - {code: A8, title: 满意度, text: 满意度, clause: 八, unit: share, survey: {groups: [家长]}, limit: {2020-01-01: ">= 0.85"}}
  - {code: A9, title: 分级, text: 分级, clause: 九, graded: {by: clauses, clauses: {A: [有章程], C: [无章程]}}}
  - {code: A10, title: 分级, text: 分级, clause: 十, graded: {by: share, points: 10, short_b: 0.4, short_c: 0.6}}
  - {code: A11, title: 得分, text: 得分, clause: 十一, points: {most: 30}}
  - {code: A12, title: 加分, text: 加分, clause: 十二, points: {most: 5, bonus: true}}
  - code: A13
    title: 总分
    text: 总分
    clause: 十三
    total: {of: [A11, A12], bonus_most: 5, weights: {A11: 2}}
    limit: {2020-01-01: ">= 85"}
  - code: A14
    title: 等次
    text: 等次
    clause: 十四
    count: {of: [A9, A10], outcomes: [{title: 通过, when: A >= 2 and C == 0, judgement: met}]}
"""


def test_a_standard_can_say_all_that_the_source_documents_need(tmp_path: Path) -> None:
    verdict = """\
verdict:
  all_of: [RC, A1]
  vetoes: [A7]
  source: 第九条
"""
    text = small.STANDARD.replace("chapters: [1.yaml]", "chapters: [1.yaml, 2.yaml]")
    folder = small.write(tmp_path / "s", standard=text[: text.index("verdict:")] + verdict)
    (folder / "2.yaml").write_text(SAYS, "utf-8")
    standard = load_standard(folder)
    assert [item.basis for item in standard.chapters[1].indicators] == [
        *["computed"] * 4,
        *("declared", "given", "declared", "given", "declared", "declared", "declared", "declared", "computed", "computed"),
    ]
    assert standard.indicator("A3").limits[0].figure == "sum(extra)"
    assert standard.indicator("A4").limits[1].when == "city"
    assert standard.indicator("A13").rule == Total(("A11", "A12"), {"A11": Decimal(2)}, Decimal(5), False)
    assert standard.indicator("A14").rule.outcomes == (Outcome("通过", "A >= 2 and C == 0", "met"),)


def test_every_standard_of_the_catalogue_is_sound_in_every_profile() -> None:
    names = sorted(item.name for item in CATALOGUE.iterdir() if item.is_dir())
    assert "cn-2017-quality-balance" in names
    for name in names:
        for profile in load_standard(name).profiles:
            assert load_standard(name, profile.name).profile == profile


def test_the_national_standard_follows_its_profile() -> None:
    default = load_standard("cn-2017-quality-balance")
    local = load_standard("cn-2017-quality-balance", "shenyang-2025")
    assert default.indicator("G7").limits[0].value == 6000
    assert local.indicator("G7").limits[0].value == 8000
    assert "8000元" in local.indicator("G7").text
    assert default.verdict.vetoes == ("V1", "V2", "V3", "V4", "V5", "V6")
    assert local.verdict.vetoes[-1] == "V7"
    assert len(contents(default.path)) >= 8
