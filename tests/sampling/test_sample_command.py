"""``dudao sample plan|draw|verify`` as an office calls it: exit codes, hashes on stdout, messages on stderr, nothing written over."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sampling import rounds

from dudao.sampling import NAMES, Quota, frame_bytes, publish, quota_bytes

FRAME = "dcad4d00bc555bb88a7ca897209db092aa6a54bf0828f1856996b873c9294842"
QUOTA = "bb8c22dfd8a24ecff23c675124769234dbd55efcda2b072affee37e07d46137f"


@pytest.fixture()
def given(tmp_path) -> tuple[object, ...]:
    """The options that name the vector."""
    (tmp_path / "f.csv").write_bytes(frame_bytes(rounds.VECTOR))
    (tmp_path / "q.csv").write_bytes(quota_bytes([Quota("X", "", 3)]))
    return (
        "--frame",
        tmp_path / "f.csv",
        "--quota",
        tmp_path / "q.csv",
        "--round",
        "T-1",
        "--out",
        tmp_path / "D",
    )


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_plan_draw_verify(run, given, tmp_path):
    planned = run("sample", "plan", *given)
    assert (planned.code, planned.out.decode()) == (0, f"{FRAME}  frame.csv\n{QUOTA}  quota.csv\n")
    assert planned.err == "T-1：抽样框 6 个单位，抽 3 个，其中必抽 0 个。\n请先公布以上哈希，再取随机数。\n"
    assert sorted(held(tmp_path / "D")) == ["frame.csv", "quota.csv", "strata.csv"]
    seed = ("--seed", "20180612", "--seed-source", "演示开奖")
    drawn = run("sample", "draw", *given, *seed)
    assert (drawn.code, drawn.out) == (0, b"A01\nA03\nA04\n")
    assert drawn.err == f"T-1：抽出 3 个，备抽 2 个，写入 {tmp_path / 'D'}。\n"
    assert held(tmp_path / "D") == publish(rounds.made(), "演示开奖")
    for again in (("plan", *given), ("draw", *given, *seed)):
        assert run("sample", *again).code == 0
    assert held(tmp_path / "D") == publish(rounds.made(), "演示开奖")
    verified = run("sample", "verify", f"{tmp_path}/D/")
    assert (verified.code, verified.err) == (0, "")
    assert verified.out.decode() == "核验一致：抽取结果与由抽样框、名额和随机数重算的相同。\n"


def test_a_draw_is_not_made_twice_into_one_folder(run, given, tmp_path):
    assert run("sample", "draw", *given, "--seed", "20180612").code == 0
    before = held(tmp_path / "D")
    done = run("sample", "draw", *given, "--seed", "20180613")
    assert (done.code, done.out, held(tmp_path / "D")) == (2, b"", before)
    assert "已有内容不同的 tickets.csv、draw.json，没有改动" in done.err
    (tmp_path / "q.csv").write_bytes(quota_bytes([Quota("X", "", 2)]))
    assert (run("sample", "plan", *given).code, held(tmp_path / "D")) == (2, before)


def test_another_file_of_that_name_stays(run, given, tmp_path):
    (tmp_path / "D" / "strata.csv").mkdir(parents=True)
    assert (run("sample", "plan", *given).code, [path.name for path in (tmp_path / "D").iterdir()]) == (
        2,
        ["strata.csv"],
    )
    (tmp_path / "D" / "strata.csv").rmdir()
    (tmp_path / "D" / "frame.csv").symlink_to(tmp_path / "nowhere")
    assert (run("sample", "plan", *given).code, (tmp_path / "nowhere").exists()) == (2, False)
    done = run("sample", "plan", *given[:-1], tmp_path / "f.csv")
    assert (done.code, (tmp_path / "f.csv").read_bytes()) == (2, frame_bytes(rounds.VECTOR))


def test_an_office_file_is_made_canonical_by_plan_only(run, given, tmp_path):
    (tmp_path / "f.csv").write_bytes(b"\xef\xbb\xbf" + frame_bytes(rounds.VECTOR).replace(b"\n", b"\r\n"))
    refused = run("sample", "draw", *given, "--seed", "20180612")
    assert (refused.code, refused.out, (tmp_path / "D").exists()) == (2, b"", False)
    assert "请先运行 dudao sample plan" in refused.err
    planned = run("sample", "plan", *given)
    assert (planned.code, planned.out.decode().split()[0]) == (0, FRAME)
    assert planned.err.splitlines()[:2] == ["frame.csv：去掉了 BOM", "frame.csv：换行改为 LF"]
    canonical = ("--frame", tmp_path / "D" / "frame.csv", *given[2:])
    assert run("sample", "draw", *canonical, "--seed", "20180612").out == b"A01\nA03\nA04\n"


def test_every_fault_is_named_and_nothing_is_written(run, given, tmp_path):
    (tmp_path / "f.csv").write_text(
        "code,name,district,kind,take,reason\nA 1,甲,X,k,draw,\nA2,乙,X,k,out,\n", "utf-8"
    )
    (tmp_path / "q.csv").write_text("district,kind,n\nX,,03\n", "utf-8")
    done = run("sample", "plan", *given)
    assert (done.code, done.out, (tmp_path / "D").exists()) == (2, b"", False)
    assert [line.split("：")[0] for line in done.err.splitlines()] == [
        "frame.csv 第 2 行",
        "frame.csv 第 3 行",
        "quota.csv 第 2 行",
        "dudao: 有 3 处需要更正，没有抽取，没有写出文件。",
    ]
    assert run("sample", "draw", *given, "--seed", "20180612").code == 2


@pytest.mark.parametrize(
    ("quotas", "said"),
    [
        ([Quota("X", "", 6)], "多于抽样框中的 5 个"),
        ([Quota("X", "", 2), Quota("X", "town", 1)], "既有不分类别的，又有分类别的"),
        ([Quota("x", "", 1)], "多于抽样框中的 0 个"),
    ],
)
def test_a_quota_that_cannot_be_met_exits_2(run, given, tmp_path, quotas, said):
    (tmp_path / "q.csv").write_bytes(quota_bytes(quotas))
    for step in (("plan", *given), ("draw", *given, "--seed", "20180612")):
        done = run("sample", *step)
        assert (done.code, done.out, (tmp_path / "D").exists()) == (2, b"", False)
        assert said in done.err


def test_certain_units_beyond_the_quota_exit_2(run, given, tmp_path):
    rows = [
        *rounds.VECTOR,
        *(rounds.Row(f"C{n}", "单位", "X", "town", "certain", "未复查") for n in range(4)),
    ]
    (tmp_path / "f.csv").write_bytes(frame_bytes(rows))
    done = run("sample", "plan", *given)
    assert (done.code, done.err.splitlines()[0]) == (2, "X 的名额 3 少于必抽的 4 个，请增加名额或改正 take。")


def test_kinds_without_a_quota_are_said(run, given, tmp_path):
    (tmp_path / "q.csv").write_bytes(quota_bytes([Quota("X", "town", 1)]))
    done = run("sample", "plan", *given)
    assert (done.code, done.err.splitlines()[0]) == (0, "X school 没有名额，不抽取。")


@pytest.mark.parametrize("seed", ["1234567", " 20180612", "种子20180612", ""])
def test_a_poor_seed_exits_2(run, given, tmp_path, seed):
    done = run("sample", "draw", *given, "--seed", seed)
    assert (done.code, done.out, (tmp_path / "D").exists()) == (2, b"", False)


def test_a_poor_round_or_source_exits_2(run, given, tmp_path):
    named = [*given[:5], "T\n1", *given[6:]]
    assert run("sample", "plan", *named).code == 2
    assert run("sample", "draw", *named, "--seed", "20180612").code == 2
    assert run("sample", "draw", *given, "--seed", "20180612", "--seed-source", "a\nb").code == 2
    assert not (tmp_path / "D").exists()


def test_bad_usage_exits_2(run, given, tmp_path):
    for arguments in ((), ("plan",), ("draw", *given), ("verify",), ("redraw", tmp_path)):
        assert run("sample", *arguments).code == 2
    for missing in (["--frame", tmp_path / "none", *given[2:]], ["--frame", tmp_path, *given[2:]]):
        assert run("sample", "plan", *missing).code == 2


def test_verify_names_the_first_differing_row(run, given, tmp_path):
    run("sample", "draw", *given, "--seed", "20180612")
    path = tmp_path / "D" / "tickets.csv"
    path.write_bytes(path.read_bytes().replace(b"X,town,1,A04", b"X,town,1,A05"))
    done = run("sample", "verify", tmp_path / "D")
    assert (done.code, done.err) == (1, "")
    assert done.out.decode().startswith(
        "核验不一致。tickets.csv 第 5 行：公布的是“X,town,1,A05,5083bca8c6836883"
    )


def test_verify_of_what_is_no_draw_exits_2(run, given, tmp_path):
    run("sample", "plan", *given)
    for place in (tmp_path / "D", tmp_path / "f.csv", tmp_path / "none"):
        done = run("sample", "verify", place)
        assert (done.code, done.out) == (2, b"")
    assert "缺少 tickets.csv、draw.json、verify.py" in run("sample", "verify", tmp_path / "D").err


def test_other_files_are_named_and_left_alone(run, given, tmp_path):
    run("sample", "draw", *given, "--seed", "20180612")
    (tmp_path / "D" / "公告.pdf").write_bytes(b"")
    done = run("sample", "verify", tmp_path / "D")
    assert (done.code, done.err) == (0, "公告.pdf 等 1 个文件不属于抽取结果，没有核验。\n")
    assert sorted(held(tmp_path / "D")) == sorted([*NAMES, "公告.pdf"])
