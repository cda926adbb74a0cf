"""The command stops cleanly: Ctrl-C, a bad file and too little memory leave no result and no traceback."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import duckdb
import pytest

from indicators import nation_world as world

COMMAND = Path(sys.executable).with_name("dudao")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--memory", "3"], "--memory 3 不是内存大小"),
        (["--rows", "teachers"], "应写成 名称=文件"),
        (["--rows", "pupils=a.parquet"], "没有这种明细，可用：teachers"),
        (["--rows", "teachers=absent.parquet"], "没有文件 absent.parquet"),
        (["--on", "2026"], "不是日期"),
    ],
)
def test_bad_usage_is_said(tmp_path: Path, run, options: list[str], said: str) -> None:
    schools = world.write(tmp_path / "schools.parquet", world.equal_schools("360099", 2))
    done = run("nation", schools, "--standard", world.STANDARD.id, *options, "--out", tmp_path / "out")
    assert done.code == 2
    assert said in done.err


def test_a_file_that_is_no_table_is_said_and_leaves_nothing(tmp_path: Path, run) -> None:
    (tmp_path / "schools.parquet").write_bytes(b"PAR1 is not enough")
    done = run("nation", tmp_path / "schools.parquet", "--standard", world.STANDARD.id, "--on", "2026-09-01", "--out", tmp_path / "out")
    assert done.code == 2
    assert "schools.parquet 不能读取" in done.err
    assert list((tmp_path / "out").iterdir()) == []


def test_an_earlier_result_does_not_outlive_a_run_that_gave_none(tmp_path: Path, run) -> None:
    schools = world.write(tmp_path / "schools.parquet", world.equal_schools("360099", 2))
    options = ["--standard", world.STANDARD.id, "--on", "2026-09-01", "--out", tmp_path / "out"]
    assert run("nation", schools, *options).code in (0, 1)
    schools.write_bytes(b"gone")
    assert run("nation", schools, *options).code == 2
    assert list((tmp_path / "out").iterdir()) == []


def test_ctrl_c_stops_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    schools = world.write(tmp_path / "schools.parquet", world.equal_schools("360099", 2))
    teachers = tmp_path / "teachers.parquet"
    with duckdb.connect() as engine:
        rows = "SELECT '3600990000' AS school_code, '小学' AS stage, '本科' AS degree, '其他' AS subject, true AS backbone, true AS certified"
        engine.execute(f"COPY ({rows}, CAST(hash(j) % 900 AS INTEGER) AS trained_hours FROM range(20000000) r(j)) TO '{teachers}' (FORMAT parquet)")
    command = [COMMAND, "nation", schools, "--rows", f"teachers={teachers}", "--standard", world.STANDARD.id, "--on", "2026-09-01"]
    out = tmp_path / "out"
    # A suite that runs in the background of a shell has Ctrl-C switched off, and its children would inherit that.
    heeds = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    child = subprocess.Popen([*map(str, command), "--out", str(out)], stderr=subprocess.PIPE, preexec_fn=heeds)
    while not (out.is_dir() and any(out.iterdir())):
        time.sleep(0.01)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert (child.returncode, err.decode().splitlines()[-1]) == (2, "dudao: 已中断，没有写出结果。")
    assert list(out.iterdir()) == []
