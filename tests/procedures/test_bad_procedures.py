"""Every way of writing a procedure wrongly, with the message, the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.procedures import small_procedure as small

from dudao.cli import main
from dudao.procedures import ProcedureError, load_procedure

MAIN_KEYS = "id、version、title、number、issuer、since、source、note、kinds、years、cycle、topics、asks_topic、team、ladder、stages"
STAGE_KEYS = (
    "key、title、type、actor、text、clause、source、opens、due、deliverables、needs、cases、inspector、problems、"
    "judges、reconcile、objection"
)
HOW = "2017、2017.12、2017年底前、6月20日前、06-20、8月前、12月底前、9～11月、三季度、1个月内、10个工作日内、长期"
KINDS = "school、kindergarten、town、department、county、functional、direct、city、province"


def problems(folder: Path) -> list[str]:
    with pytest.raises(ProcedureError) as caught:
        load_procedure(folder)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "type: notice",
            "type: draw",
            "15 “draw”不在可用的值之中：data、self_check、approval、notice、manual、review",
        ),
        (
            "actor: city\n    text: 发出",
            "actor: experts\n    text: 发出",
            "16 “experts”不在可用的值之中：unit、owner、county、city、province、nation",
        ),
        ("title: 小程序\n", "title: 小程序\ncolour: red\n", f"4 不认识的键 colour，可用：{MAIN_KEYS}"),
        (
            "    clause: 第一条\n",
            "    clause: 第一条\n    colour: red\n",
            f"19 不认识的键 colour，可用：{STAGE_KEYS}",
        ),
        ("title: 小程序\n", "title: 小程序\ntitle: 又一个\n", "4 键 title 重复"),
        (
            "key: spot\n",
            "key: recheck\n",
            "39 阶段 recheck 重复\nprocedure.yaml:48 阶段 rectify after 写的 spot 不是这个程序的阶段\n"
            "quotas.yaml:5 列 spot 没有阶段用到\nquotas.yaml:7 列 spot 没有阶段用到",
        ),
        ("    clause: 第一条\n", "", "13 缺少 clause"),
        (
            "type: manual\n    actor: county\n    text: 各地复查",
            "type: review\n    judges: review\n    actor: county\n    text: 各地复查",
            "30 阶段 recheck 类型 review 须写 judges（review 复查、spot 抽查）和 reconcile（majority、mean、leader）",
        ),
        (
            "type: manual\n    actor: county\n    text: 各地复查",
            "type: review\n    judges: own\n    reconcile: majority\n    actor: county\n    text: 各地复查",
            "33 “own”不在可用的值之中：review、spot",
        ),
        (
            "type: manual\n    actor: county\n    text: 各地复查",
            "type: manual\n    objection: 5日内\n    actor: county\n    text: 各地复查",
            "30 阶段 recheck judges、reconcile、objection 只用于类型 review 的阶段",
        ),
        (
            "type: manual\n    actor: county\n    text: 各地复查",
            "type: review\n    judges: review\n    reconcile: mean\n    objection: 6月底前\n    actor: county\n    text: 各地复查",
            "35 “6月底前”应是起算的期限，如 5日内、10个工作日内，不写 after",
        ),
        (
            "team: {",
            "ladder: {note: 15, interview: 7, source: 第六条}\nteam: {",
            "11 逾期 15 天督办、7 天提出约谈建议，后者应晚于前者",
        ),
        ("team: {", "ladder: {note: 7, interview: 15}\nteam: {", "11 缺少 source"),
        ("    text: 发出通知。\n", "", "13 缺少 text"),
        ("    type: notice\n", "", "13 缺少 type"),
        ("source: 小程序实施方案\n", "", "1 缺少 source"),
        ("last: 2021, source: 第一条}", "last: 2021}", "8 缺少 source"),
        (", source: 第五条}", "}", "11 缺少 source"),
        ("fewest: 3", "fewest: 0", "11 督导小组的人数 0 应大于 0"),
        ("last: 2021", "last: 2019", "8 年度 2019 早于 2020"),
        ("last: 2021", "last: 99999", "8 年度 2020 至 99999 应在 1900 至 2100 之间"),
        (
            "  school: [wenling-2020]",
            "  schools: [wenling-2020]",
            f"10 单位类型 schools 不在可用的值之中：{KINDS}",
        ),
        ("  school: [wenling-2020]", "  school: []", "10 单位类型 school 没有评估标准"),
        ("kinds:\n  school: [wenling-2020]\n", "", "1 缺少 kinds"),
        ("needs: [notice]", "needs: [spot]", "19 阶段 self_check needs 写的 spot 不在它前面"),
        ("needs: [notice]", "needs: [self_check]", "19 阶段 self_check needs 写的 self_check 不在它前面"),
        ("needs: [notice]", "needs: [other]", "19 阶段 self_check needs 写的 other 不是这个程序的阶段"),
        ("opens: 5月", "opens: 7月", "19 阶段 self_check 截止 2020-06-30 早于开始 2020-07-01"),
        ("due: 6月底前", "due: 尽早", f"26 “尽早”不是能识别的期限，可以写成：{HOW}"),
        (
            "due: 6月底前",
            "due: 5个工作日内",
            "26 “5个工作日内”没有写从什么时候起算，应写成 {text: 5个工作日内, after: 阶段.closed}",
        ),
        ("due: 6月底前", "due: {text: 6月底前, after: launch}", "26 “6月底前”不是起算的期限，不能写 after"),
        (
            "after: spot.closed",
            "after: spot",
            "48 阶段 rectify after “spot”应为 launch、阶段.opened 或 阶段.closed",
        ),
        ("after: spot.closed", "after: rectify.closed", "48 阶段 rectify after 写的 rectify 不在它前面"),
        ("after: spot.closed", "after: other.closed", "48 阶段 rectify after 写的 other 不是这个程序的阶段"),
        (", after: spot.closed", "", "54 缺少 after"),
        ("cases: sample:recheck", "cases: sample:rectify", "39 阶段 spot cases 写的 rectify 不在它前面"),
        (
            "cases: open_findings",
            "cases: some",
            "48 阶段 rectify cases “some”应为 all、quota:列名、sample:阶段 或 open_findings",
        ),
        (
            "cases: quota:recheck",
            "cases: quota:other",
            "30 阶段 recheck cases 写的 quota:other 不是 quotas.yaml 的列\n"
            "quotas.yaml:4 列 recheck 没有阶段用到\nquotas.yaml:6 列 recheck 没有阶段用到",
        ),
        (
            "actor: unit",
            "actor: county",
            "19 阶段 self_check 类型 self_check 由单位自己办理，actor 应为 unit",
        ),
        (
            "actor: city\n    text: 发出",
            "actor: unit\n    text: 发出",
            "13 阶段 notice 类型 notice 由督导部门办理，actor 不能是 unit",
        ),
        (
            "    clause: 第一条\n",
            "    clause: 第一条\n    inspector: true\n",
            "13 阶段 notice inspector、problems 只用于单位自己办理的阶段",
        ),
        ("kind: report", "kind: song", "27 “song”不在可用的值之中：data、judgements、report、proof、notice"),
        ("problems: true", "problems: yes", "29 “yes”不在可用的值之中：false、true"),
        ("since: 2020-01-01", "since: 2020年", "6 “2020年”不是日期，应写成 2017-04-19"),
        ("id: small", "id: 小", "1 id “小”应由小写字母、数字和 - 组成"),
    ],
)
def test_a_procedure_that_is_not_sound(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = small.PROCEDURE.replace(old, new)
    assert text != small.PROCEDURE
    assert "\n".join(problems(small.write(tmp_path / "p", procedure=text))) == f"procedure.yaml:{expected}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: 复查, total: 5", "title: 复查, total: 6", "4 2020 年 recheck 合计写的是 6，各行相加是 5"),
        ("numbers: [2, 1, 2, 1]", "numbers: [2, 1, 3, 1]", "6 2021 年 recheck 合计写的是 6，各行相加是 7"),
        ("recheck: 7", "recheck: 8", "9 甲区 recheck 合计写的是 8，各年相加是 7"),
        (
            "numbers: [2, 1, 2, 1]",
            "numbers: [2, 1, 2]",
            "7 2021 年 spot 合计写的是 2，各行相加是 1\nquotas.yaml:10 乙区 有 3 个数，应有 4 个（每列一个）",
        ),
        (
            "numbers: [2, 1, 2, 1]",
            "numbers: [2, 1, 2, -1]",
            "7 2021 年 spot 合计写的是 2，各行相加是 0\nquotas.yaml:10 乙区 有小于 0 的数",
        ),
        (
            "numbers: [2, 1, 2, 1]",
            "numbers: [2, 1, 两, 1]",
            "6 2021 年 recheck 合计写的是 6，各行相加是 4\nquotas.yaml:10 “两”不是数字，请写成普通小数",
        ),
        ("district: 乙区", "district: 甲区", "10 甲区 重复"),
        ("source: 附件\n", "", "1 缺少 source"),
        ("year: 2021, stage: spot", "year: 2020, stage: spot", "7 2020 年 spot 一列重复"),
        ("year: 2021, stage: spot", "year: 2022, stage: spot", "7 2022 年不在程序的年度 2020 至 2021 之内"),
        ("[2, 1, 2, 1]", "[2, 3, 2, 1]", "5 2020 年 spot 合计写的是 2，各行相加是 4"),
    ],
)
def test_a_table_that_is_not_sound(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = small.QUOTAS.replace(old, new)
    assert text != small.QUOTAS
    assert "\n".join(problems(small.write(tmp_path / "p", quotas=text))) == f"quotas.yaml:{expected}"


def test_a_sample_is_no_more_than_what_it_is_drawn_from(tmp_path: Path) -> None:
    text = small.QUOTAS.replace("numbers: [2, 1, 2, 1]", "numbers: [2, 3, 2, 1]").replace(
        "{year: 2020, stage: spot, title: 抽查, total: 2}", "{year: 2020, stage: spot, title: 抽查, total: 4}"
    )
    assert problems(small.write(tmp_path / "p", quotas=text)) == [
        "quotas.yaml:10 乙区 2020 年 spot 3 多于 recheck 2"
    ]


def test_a_column_that_no_stage_takes(tmp_path: Path) -> None:
    text = small.QUOTAS.replace(", totals: {recheck: 7, spot: 2}", "").replace(
        "2020, stage: recheck", "2020, stage: self_check"
    )
    assert problems(small.write(tmp_path / "p", quotas=text)) == ["quotas.yaml:4 列 self_check 没有阶段用到"]


def test_a_quota_needs_its_table(tmp_path: Path) -> None:
    assert problems(small.write(tmp_path / "p", quotas=None)) == [
        "procedure.yaml:30 阶段 recheck cases 写的 quota:recheck 不是 quotas.yaml 的列"
    ]


def test_every_problem_is_shown_at_once(tmp_path: Path) -> None:
    text = small.PROCEDURE.replace("type: notice", "type: draw").replace("due: 8月前", "due: 尽早")
    found = problems(
        small.write(tmp_path / "p", procedure=text, quotas=small.QUOTAS.replace("total: 5", "total: 6"))
    )
    assert [item.split(" ")[0] for item in found] == [
        "procedure.yaml:15",
        "procedure.yaml:36",
        "quotas.yaml:4",
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "procedure.yaml:1 文件是空的"),
        (b"\xff\xfe\xff", "procedure.yaml:1 文件不是 UTF-8 编码"),
        (b"id: [\n", "procedure.yaml:2 YAML 写法有误"),
        (b"a: &x 1\nb: *x\n", "procedure.yaml:2 不能使用 YAML 的引用（*）"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, data: bytes, expected: str) -> None:
    (tmp_path / "procedure.yaml").write_bytes(data)
    (found,) = problems(tmp_path)
    assert found.startswith(expected)


@pytest.mark.parametrize("name", ["procedure", "quotas"])
def test_no_missing_line_and_no_wrong_shape_is_a_traceback(tmp_path: Path, name: str) -> None:
    """Each line left out, and each value made a list, a mapping or nothing: it loads, or says where and why."""
    whole = {"procedure": small.PROCEDURE, "quotas": small.QUOTAS}[name]
    lines = whole.splitlines(keepends=True)
    outcomes = set()
    for n, line in enumerate(lines):
        key = line.partition(":")[0]
        for instead in ("", f"{key}: []\n", f"{key}: {{a: b}}\n", f"{key}:\n", f"{key}: [[1], {{}}]\n"):
            text = "".join([*lines[:n], instead, *lines[n + 1 :]])
            folder = small.write(tmp_path / "p", **{name: text})
            try:
                outcomes.add(load_procedure(folder).id)
            except ProcedureError as error:
                outcomes.add(len(error.problems) > 0)
    assert outcomes == {"small", True}


def test_the_command_checks_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small.write(tmp_path / "p")
    assert main(["check", str(folder)]) == 0
    assert capsys.readouterr().out == f"{folder} 1 无问题：工作程序，5 个阶段\n"
    small.write(folder, procedure=small.PROCEDURE.replace("type: notice", "type: draw"))
    assert main(["check", str(folder)]) == 1
    assert (
        capsys.readouterr().err
        == f"{folder}/procedure.yaml:15 “draw”不在可用的值之中：data、self_check、approval、notice、manual、review\n"
    )


def test_an_id_may_name_a_standard_and_a_procedure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "kindergarten-conduct"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["kindergarten-conduct", "kindergarten-conduct"]
    assert main(["check", "monitoring-round"]) == 0
    assert capsys.readouterr().out == "monitoring-round 2020.1 无问题：工作程序，4 个阶段\n"
