"""A standard that takes over another: what it keeps, what it replaces, its hash, and each way of saying it wrongly."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.standards import small

from dudao.standards import StandardError, contents, digest, load_standard

HEAD = """\
id: own
extends: small
version: "2"
title: 沿用小标准
"""


def write(tmp_path: Path, text: str = HEAD, **more: str) -> Path:
    """The small standard and, beside it, a folder that extends it; ``more``: further files, ``__`` for a dot."""
    small.write(tmp_path / "small")
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "standard.yaml").write_text(text, "utf-8")
    for name, data in more.items():
        (folder / name.replace("__", ".")).write_text(data, "utf-8")
    return folder


def problems(folder: Path, profile: str = "default") -> list[str]:
    with pytest.raises(StandardError) as caught:
        load_standard(folder, profile)
    return [str(problem) for problem in caught.value.problems]


def test_what_is_not_said_is_the_base_s(tmp_path: Path) -> None:
    own, base = load_standard(write(tmp_path)), load_standard(tmp_path / "small")
    assert (own.id, own.version, own.title) == ("own", "2", "沿用小标准")
    assert (own.number, own.since, own.stages, own.types) == (
        base.number,
        base.since,
        base.stages,
        base.types,
    )
    assert (own.fields, own.verdict, own.profiles) == (base.fields, base.verdict, base.profiles)
    assert [item.code for item in own.indicators] == ["R1", "RC", "RS"]


def test_a_file_of_the_same_name_stands_in_place_of_the_base_s(tmp_path: Path) -> None:
    chapter = small.CHAPTER.replace("title: 每百生教室", "title: 每百生教室（本地）")
    assert (
        load_standard(write(tmp_path, **{"1__yaml": chapter})).indicator("R1").title == "每百生教室（本地）"
    )


def test_set_replaces_keys_and_the_profile_comes_last(tmp_path: Path) -> None:
    change = 'set:\n  R1: {title: 教室, limit: {primary: {2020-01-01: ">= 2.2"}}}\n'
    folder = write(tmp_path, HEAD + change)
    default, strict = load_standard(folder), load_standard(folder, "strict")
    assert [limit.value for limit in default.indicator("R1").limits] == [Decimal("2.2")]
    assert [limit.value for limit in strict.indicator("R1").limits] == [Decimal(3)]
    assert (default.indicator("R1").title, strict.indicator("R1").title) == ("教室", "教室")
    assert default.indicator("R1").unit == "间/百生"


def test_own_fields_come_after_the_base_s_and_replace_those_of_their_name(tmp_path: Path) -> None:
    fields = """\
source: 本地
fields:
  - {name: rooms, label: 普通教室数, kind: count, unit: 间, form: school, required: true}
  - {name: labs, label: 实验室数, kind: count, unit: 间, form: school, required: true}
"""
    own, base = load_standard(write(tmp_path, fields__yaml=fields)), load_standard(tmp_path / "small")
    assert [item.name for item in own.fields] == [*(item.name for item in base.fields), "labs"]
    assert own.field("rooms").label == "普通教室数"


def test_the_base_belongs_to_contents_and_hash(tmp_path: Path) -> None:
    folder = write(tmp_path)
    names = ("1.yaml", "fields.yaml", "standard.yaml")
    assert list(contents(folder)) == [*(f"extends/small/{name}" for name in names), "standard.yaml"]
    before = load_standard(folder).sha256
    assert before == digest(contents(folder))
    small.write(tmp_path / "small", fields=small.FIELDS.replace("教室数, kind", "教室总数, kind"))
    assert load_standard(folder).sha256 != before


def test_a_copy_in_the_folder_is_used_and_gives_the_same_hash(tmp_path: Path) -> None:
    folder = write(tmp_path)
    copy = tmp_path / "elsewhere" / "own"
    for name, data in contents(folder).items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(data)
    assert load_standard(copy).sha256 == load_standard(folder).sha256
    small.write(tmp_path / "small", chapter=small.CHAPTER.replace("每百生教室", "改动"))
    assert load_standard(copy).indicator("R1").title == "每百生教室"


def test_a_standard_may_extend_one_that_extends(tmp_path: Path) -> None:
    write(tmp_path)
    top = tmp_path / "top"
    top.mkdir()
    text = 'id: top\nextends: own\nversion: "3"\ntitle: 再沿用\nset: {RS: {title: 各校}}\n'
    (top / "standard.yaml").write_text(text, "utf-8")
    standard = load_standard(top)
    assert (standard.title, standard.number, standard.indicator("RS").title) == (
        "再沿用",
        "测〔2020〕1号",
        "各校",
    )
    assert "extends/own/extends/small/1.yaml" in contents(top)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD.replace("small", "nothing"), "standard.yaml:2 没有标准 nothing：应在同一文件夹旁"),
        (HEAD.replace("small", "own"), "standard.yaml:2 extends 循环：own → own"),
        (HEAD + "colour: red\n", "standard.yaml:5 不认识的键 colour"),
        (HEAD + "set: {R9: {title: 无}}\n", "standard.yaml:5 改动了不存在的指标 R9"),
        (HEAD + "set: {R1: {colour: 无}}\n", "standard.yaml:5 不认识的键 colour"),
        (
            HEAD + "set:\n  R1:\n    limit: {primary: {2020-01-01: 多}}\n",
            "standard.yaml:7 达标值“多”应写成比较",
        ),
        (HEAD + "chapters: [1.yaml, 2.yaml]\n", "standard.yaml:5 没有文件 2.yaml"),
    ],
)
def test_each_fault_names_file_and_line(tmp_path: Path, text: str, expected: str) -> None:
    found = problems(write(tmp_path, text))
    assert [line for line in found if line.startswith(expected)] != [], found


def test_a_circle_of_two_and_a_base_of_another_id_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (tmp_path / "small" / "standard.yaml").write_text(
        small.STANDARD.replace("id: small", "id: small\nextends: own"), "utf-8"
    )
    assert "extends/small/standard.yaml:2 extends 循环：own → small → own" in problems(folder)
    small.write(tmp_path / "small", standard=small.STANDARD.replace("id: small", "id: other"))
    assert "extends/small/standard.yaml:1 extends 写的是 small，这个标准的代号是 other" in problems(folder)


def test_a_fault_of_the_base_names_the_base_s_file(tmp_path: Path) -> None:
    folder = write(tmp_path)
    small.write(tmp_path / "small", chapter=small.CHAPTER.replace("share: weighted", "share: equal"))
    assert problems(folder) == ["extends/small/1.yaml:12 “equal”不在可用的值之中：stage、pupils、weighted"]
