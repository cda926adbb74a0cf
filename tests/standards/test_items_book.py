"""A locality's own 评分细则 by points: the workbook out, filled and back, the folder it becomes, every fault with its cell; the command."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from tests.standards.own_items import Change, bytes_of, empty, evaluated, found, load, points, put, run

from dudao.cli.messages import Refused
from dudao.intake import items_template
from dudao.standards import StandardError, contents, load_standard
from dudao.standards.items_book import book_of
from dudao.standards.model import Points


# -- points (重庆) ----------------------------------------------------------------------------------------------------
def test_a_county_s_own_points_replace_the_published_frame(tmp_path: Path) -> None:
    standard = load(tmp_path, "chongqing-county", points())
    assert (standard.id, standard.title, standard.number) == (
        "own",
        "本地标准",
        load_standard("chongqing-county").number,
    )
    assert [item.code for item in standard.indicators] == [
        "1.1",
        "1.2",
        "2.1",
        "2.2",
        "3.1",
        "4.1",
        "T1",
        "T2",
        "V1",
        "V2",
        "V3",
    ]
    assert standard.indicator("1.1").text == "教育经费投入实现“三个增长”。"
    assert standard.indicator("1.2").clause == "细则 保障措施 经费保障 1.2"
    assert [str(item.rule.most) for item in standard.indicators if isinstance(item.rule, Points)] == [
        "25",
        "15",
        "15",
        "15",
        "30",
        "5",
    ]
    assert standard.indicator("T1").rule.of == ("1.1", "1.2", "2.1", "2.2", "3.1", "4.1")
    assert standard.indicator("T2").rule.of == ("2.1", "2.2")


def test_the_loaded_points_are_judged_by_the_published_rule(tmp_path: Path) -> None:
    standard = load(tmp_path, "chongqing-county", points())
    scored = {"1.1_points": 20, "1.2_points": 15, "2.1_points": 13, "2.2_points": 13, "3.1_points": 24}
    none = {"V1_found": "无", "V2_found": "无", "V3_found": "无"}
    assert evaluated(standard, **scored, **none).status == "met"
    assert evaluated(standard, **{**scored, "3.1_points": "23.9"}, **none).status == "not_met"
    assert (
        evaluated(standard, **{**scored, "2.1_points": "12.9", "3.1_points": 30}, **none).status == "not_met"
    )
    assert evaluated(standard, **scored, **{**none, "V1_found": "有"}).status == "not_met"
    bonus = load_standard(tmp_path / "own", "bonus-counts")
    raised = {**scored, "3.1_points": "23.9", "4.1_points": "0.1", **none}
    assert (evaluated(standard, **raised).status, evaluated(bonus, **raised).status) == ("not_met", "met")


def test_without_own_bonus_items_the_published_one_stays(tmp_path: Path) -> None:
    def no_bonus(book: Workbook) -> None:
        book["评估细则"].delete_rows(7)

    standard = load(tmp_path, "chongqing-county", points(no_bonus))
    assert standard.indicator("JF").rule == Points(
        load_standard("chongqing-county").indicator("JF").rule.most, True
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            put("E2", 24),
            "工作表“评估细则” E6：各项分值合计 99 分，应为 100 分（不含附加分）。请核对各项分值。",
        ),
        (put("E4", 14), "工作表“评估细则” E4：“差异程度”各项分值合计 29 分，应为 30 分。请核对各项分值。"),
        (
            put("C3", "1.1"),
            "工作表“评估细则” C3：编号“1.1”与第 2 行重复。请改为不重复的编号，按文本填写以保留末尾的 0。",
        ),
        (put("C3", None), "工作表“评估细则” C3：没有编号。请填写，每项一个，不重复。"),
        (
            put("C3", "一"),
            "工作表“评估细则” C3：编号“一”不能使用。请只用字母、数字和中间的点、短横，不超过 20 个字符，如 1.2.3。",
        ),
        (put("C3", "V1"), "工作表“评估细则” C3：编号“V1”是本标准其他指标的代码。请换一个编号。"),
        (put("D3", " "), "工作表“评估细则” D3：没有填写内容。请照细则原文填写。"),
        (put("A2", None), "工作表“评估细则” A2：没有填写一级指标。请填写；与上一行相同的可以不填。"),
        (
            put("A2", "办学条件"),
            "工作表“评估细则” A2：一级指标“办学条件”不是本标准的。应为：保障措施、差异程度、公众评价、奖励加分。",
        ),
        (put("A6", None), "工作表“评估细则” A2：没有一级指标“公众评价”的指标。请补齐。"),
        (put("E3", None), "工作表“评估细则” E3：没有分值。请填写这一项的满分。"),
        (put("E3", 0), "工作表“评估细则” E3：分值是 0。请填写大于 0 的数。"),
        (put("E3", "15分"), "工作表“评估细则” E3：“15分”不是可用的数。请填写不带单位、逗号和百分号的数。"),
        (put("F3", "有"), "工作表“评估细则” F3：附加分填了“有”。请填“是”或“否”，不填按“否”。"),
        (
            put("F3", "是"),
            "工作表“评估细则” F3：一级指标“保障措施”与附加分“是”不一致。附加分的一级指标应为“奖励加分”。",
        ),
        (
            put("F7", "否"),
            "工作表“评估细则” F7：一级指标“奖励加分”与附加分“否”不一致。“奖励加分”各项的附加分应填“是”。",
        ),
        (
            put("E1", "得分"),
            "工作表“评估细则” E1：表头是“得分”，应为“分值”。请用本标准的细则录入表填写，不要增删或移动列。",
        ),
    ],
)
def test_each_fault_of_points_names_its_cell(change: Change, expected: str) -> None:
    assert expected in found("chongqing-county", points(change))


def test_a_sound_workbook_has_no_fault_and_an_empty_one_says_so() -> None:
    assert found("chongqing-county", points()) == []
    standard, book, made = empty("chongqing-county")
    assert found(standard.id, bytes_of(made)) == [
        "工作表“评估细则” A2：没有一项指标。请从第 2 行起逐项填写。"
    ]
    del made["评估细则"]
    assert found(standard.id, bytes_of(made)) == [
        "工作表“评估细则”：没有这个工作表。请用本标准的细则录入表填写。"
    ]
    assert book.source.startswith("方案三")


def test_what_is_no_workbook_is_refused_in_words() -> None:
    assert found("chongqing-county", b"PK\x03\x04 damaged") == [
        "细则.xlsx：不是有效的工作簿，不能读取。请用表格软件重新打开，另存为 .xlsx 后再交。"
    ]
    assert found("chongqing-county", b"a,b\n1,2\n") != []


# -- the command ------------------------------------------------------------------------------------------------------
def test_the_template_is_written_and_is_the_same_every_time(tmp_path: Path) -> None:
    assert run("chongqing-county", "--template", str(tmp_path / "a.xlsx")) == 0
    standard = load_standard("chongqing-county")
    assert (tmp_path / "a.xlsx").read_bytes() == items_template.write(standard, book_of(standard))
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["评估细则", "填写说明"]


def test_a_faulty_workbook_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Refused, match=r"细则.xlsx 有 1 处需要更正，没有写出标准。"):
        load(tmp_path, "chongqing-county", points(put("E2", 24)))
    assert "各项分值合计 99 分" in capsys.readouterr().err
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--id", "own", "--title", "甲"], "录入细则还要写明 --out。"),
        (["--out", "own", "--id", "Own", "--title", "甲"], "代号“Own”不能使用，请只用小写字母、数字和短横。"),
        (
            ["--out", "own", "--id", "chongqing-county", "--title", "甲"],
            "代号 chongqing-county 是原标准的，请另取一个。",
        ),
        (
            ["--out", ".", "--id", "own", "--title", "甲"],
            ". 已有内容，没有改动。请用 --out 指明一个新文件夹。",
        ),
    ],
)
def test_bad_usage_is_said(
    words: list[str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.xlsx").write_bytes(points())
    with pytest.raises(Refused) as caught:
        run("chongqing-county", "--load", "a.xlsx", *words)
    assert str(caught.value) == expected


def test_a_standard_without_a_book_says_so() -> None:
    with pytest.raises(StandardError, match=r"cn-2017-quality-balance 没有可以录入的细则"):
        book_of(load_standard("cn-2017-quality-balance"))


def test_a_standard_beside_the_catalogue_goes_along_as_a_copy(tmp_path: Path) -> None:
    folder = tmp_path / "chongqing-copy"
    for name, data in contents(load_standard("chongqing-county").path).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data.replace(b"id: chongqing-county", b"id: chongqing-copy"))
    standard = load(tmp_path, str(folder), points())
    assert "extends/chongqing-copy/standard.yaml" in contents(standard.path)
