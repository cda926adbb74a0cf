"""The published folder: any change is found, by the library and by the script that is published with it, which agree on file and line."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import random
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sampling import rounds

from dudao.sampling import (
    NAMES,
    Difference,
    Impossible,
    Quota,
    Unreadable,
    digest,
    planned,
    publish,
    quota_bytes,
    strata,
    verify,
)
from dudao.sampling.publish import SCRIPT, statement

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files() -> Files:
    return publish(
        rounds.made(rounds.MIXED, rounds.MIXED_QUOTAS), "演示彩票第 18070 期，2018-06-12 21:15 开奖"
    )


@pytest.fixture(scope="module")
def script() -> Callable[[Path], tuple[int, str]]:
    """The published script in this process: a folder -> exit code and what it says."""
    main = runpy.run_path(str(SCRIPT))["main"]

    def run(folder: Path) -> tuple[int, str]:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            code = main([str(folder)])
        return code, said.getvalue()

    return run


def laid(folder: Path, files: Files) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (folder / name).unlink(missing_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def mended(files: Files) -> Files:
    """With the hashes of ``draw.json`` made right again."""
    said = json.loads(files["draw.json"])
    return files | {
        "draw.json": statement(
            said["round"], files["frame.csv"], files["quota.csv"], said["seed"], said["seed_source"]
        )
    }


def outcome(files: Files) -> tuple[int, str, int]:
    """Exit code, file and line, as the library finds them."""
    try:
        found = verify(files)
    except Unreadable:
        return 2, "", 0
    return (1, found.file, found.line) if found else (0, "", 0)


def outcome_of(code: int, said: str) -> tuple[int, str, int]:
    """Exit code, file and line, as the script says them."""
    assert said.count("\n") == 1
    if code != 1:
        return code, "", 0
    file, line = re.fullmatch(r"核验不一致。([a-z.]+)(?: 第 (\d+) 行)?：.+。\n", said).groups()
    return code, file, int(line or 0)


def agreed(files: Files, folder: Path, script) -> tuple[int, str, int]:
    """What both find."""
    found = outcome(files)
    assert outcome_of(*script(laid(folder, files))) == found
    return found


def changed(data: bytes, old: str, new: str) -> bytes:
    assert data.count(old.encode()) >= 1
    return data.replace(old.encode(), new.encode(), 1)


def test_a_published_draw_holds(files, tmp_path, script):
    assert agreed(files, tmp_path / "D", script) == (0, "", 0)
    assert script(tmp_path / "D") == (0, "核验一致：轮次“T-1”抽出 5 个单位，与重算的相同。\n")


@pytest.mark.parametrize(
    ("name", "old", "new", "at", "at_mended"),
    [
        ("frame.csv", "UA02", "UA03", ("draw.json", 4), ("tickets.csv", 2)),
        ("frame.csv", "A06", "A07", ("draw.json", 4), ("tickets.csv", 2)),
        ("frame.csv", "2017", "2016", ("draw.json", 4), ("tickets.csv", 2)),
        ("frame.csv", "A01", "A09", ("frame.csv", 3), ("frame.csv", 3)),
        ("frame.csv", "draw", "Draw", ("frame.csv", 2), ("frame.csv", 2)),
        ("quota.csv", "3", "2", ("draw.json", 5), ("strata.csv", 2)),
        ("quota.csv", "3", "9", ("draw.json", 5), ("quota.csv", 0)),
        ("quota.csv", "3", "03", ("quota.csv", 2), ("quota.csv", 2)),
        ("strata.csv", "X,town,2,1", "X,town,3,1", ("strata.csv", 3), ("strata.csv", 3)),
        ("tickets.csv", "X,school,1", "X,school,2", ("tickets.csv", 2), ("tickets.csv", 2)),
        ("draw.json", "20180612", "20180613", ("tickets.csv", 2), ("tickets.csv", 2)),
        ("draw.json", "T-1", "T-2", ("tickets.csv", 2), ("tickets.csv", 2)),
        ("draw.json", "dudao-draw-1", "dudao-draw-2", ("draw.json", 2), None),
        ("draw.json", "20180612", "2018061", ("draw.json", 6), ("draw.json", 6)),
        ("draw.json", '"T-1"', '""', ("draw.json", 3), ("draw.json", 3)),
        ("draw.json", "18070 期", "18070\\n期", ("draw.json", 7), ("draw.json", 7)),
        ("draw.json", "18070 期", "\\ud800", ("draw.json", 7), None),
        ("draw.json", "}", ', "x": 1}', ("draw.json", 8), None),
    ],
)
def test_one_change_is_found_also_when_the_hashes_are_mended(
    files, tmp_path, script, name, old, new, at, at_mended
):
    broken = files | {name: changed(files[name], old, new)}
    assert agreed(broken, tmp_path / "D", script) == (1, *at)
    if at_mended is not None:
        assert agreed(mended(broken), tmp_path / "D", script) == (1, *at_mended)


def test_every_changed_digit_of_every_file_is_found(files, tmp_path, script):
    """All but the source of the seed, which nothing computes."""
    source = files["draw.json"].index(b"seed_source")
    passed = []
    for name in NAMES[:-1]:
        data = files[name]
        places = [
            n
            for n, sign in enumerate(data)
            if sign in b"0123456789" and not (name == "draw.json" and n > source)
        ]
        for n in random.Random(name).sample(places, min(len(places), 40)):
            broken = files | {name: data[:n] + (b"1" if data[n : n + 1] != b"1" else b"2") + data[n + 1 :]}
            for version in (broken, mended(broken)) if name != "draw.json" else (broken,):
                if agreed(version, tmp_path / "D", script)[0] != 1:
                    passed.append((name, n))
    assert passed == []


def test_rows_taken_away_added_or_moved_are_found(files, tmp_path, script):
    for name in ("frame.csv", "quota.csv", "strata.csv", "tickets.csv"):
        lines = files[name].splitlines(keepends=True)
        for rows in (
            lines[:-1],
            [*lines, lines[-1]],
            [*lines, b"\n"],
            [lines[0], *lines[:0:-1]],
            lines[1:],
            [],
        ):
            broken = files | {name: b"".join(rows)}
            assert agreed(broken, tmp_path / "D", script)[0] == 1
            assert agreed(mended(broken), tmp_path / "D", script)[0] == 1
        assert agreed(files | {name: files[name][:-1]}, tmp_path / "D", script)[:2] == (1, name)


def test_a_changed_script_is_found_by_the_library(files):
    found = verify(files | {"verify.py": changed(files["verify.py"], "dudao-draw-1", "dudao-draw-2")})
    assert (found.file, found.line) == ("verify.py", 1)


def test_a_difference_says_both_values(files):
    found = verify(files | {"strata.csv": changed(files["strata.csv"], "X,town,2,1", "X,town,2,0")})
    right = "由公布的 frame.csv、quota.csv 和随机数重算得“X,town,2,1”"
    assert found == Difference("strata.csv", 3, "X,town,2,0", right)
    assert str(found) == f"strata.csv 第 3 行：公布的是“X,town,2,0”，{right}。"
    assert str(Difference("quota.csv", 0, "甲", "乙")) == "quota.csv：公布的是“甲”，乙。"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("frame.csv", b"\xff"),
        ("frame.csv", b"x" * 20_000_001),
        ("quota.csv", b"\xed\xa0\x80"),
        ("draw.json", b""),
        ("draw.json", b"\xff"),
        ("draw.json", b"[" * 100_000),
        ("draw.json", b"9" * 10_000),
        ("draw.json", b"[]"),
        ("draw.json", b'{"method":"dudao-draw-1"}'),
    ],
)
def test_what_cannot_be_read_is_said_so(files, tmp_path, script, name, data):
    assert agreed(files | {name: data}, tmp_path / "D", script) == (2, "", 0)


def test_a_missing_file_cannot_be_read(files, tmp_path, script):
    for name in NAMES:
        less = {other: data for other, data in files.items() if other != name}
        assert outcome(less) == (2, "", 0)
        if name != "verify.py":
            assert script(laid(tmp_path / name, less)) == (2, f"不能核验：缺少 {name}。\n")
    assert script(tmp_path / "none")[0] == 2


def test_a_draw_that_could_not_be_made_is_not_verified(files, tmp_path, script):
    quotas = [Quota("X", "", 3), Quota("X", "school", 1)]
    broken = mended(files | {"quota.csv": quota_bytes(quotas)})
    assert agreed(broken, tmp_path / "D", script) == (1, "quota.csv", 0)


def test_library_and_script_agree_on_a_hundred_rounds(tmp_path, script):
    drawn = 0
    for number in range(100):
        rows, quotas = rounds.random_round(number)
        found = rounds.made(rows, quotas, f"轮次 {number}", f"{number:08d}")
        whole = publish(found, f"第 {number} 期")
        assert agreed(whole, tmp_path / "D", script) == (0, "", 0)
        assert (
            script(tmp_path / "D")[1]
            == f"核验一致：轮次“轮次 {number}”抽出 {len(found.drawn)} 个单位，与重算的相同。\n"
        )
        assert len(found.drawn) == sum(quota.n for quota in quotas)
        drawn += len(found.drawn)
        dice = random.Random(number)
        for name in NAMES[:-1]:
            at = dice.randrange(len(whole[name]))
            sign = dice.choice([b"", b",", b"\n", b"0", b"A", b" ", b"\r", b"\xff", b'"', "甲".encode()])
            broken = whole | {name: whole[name][:at] + sign + whole[name][at + 1 :]}
            agreed(broken, tmp_path / "D", script)
            if outcome(broken)[0] == 1 and name in ("frame.csv", "quota.csv"):
                agreed(mended(broken), tmp_path / "D", script)
    assert drawn > 500


def test_library_and_script_refuse_the_same_quotas(tmp_path, script):
    refused = 0
    for number in range(100):
        rows, quotas = rounds.random_round(number)
        if not quotas:
            continue
        wrong = [
            Quota(quotas[0].district, quotas[0].kind, quotas[0].n + number % 7),
            *quotas[1 : len(quotas) - number % 2],
        ]
        frame, quota = rounds.frame_bytes(rows), rounds.quota_bytes(wrong)
        try:
            planned(frame, quota, strata(rows, wrong))
        except Impossible:
            refused += 1
            said = statement("T-1", frame, quota, rounds.SEED, "")
            held = {
                "frame.csv": frame,
                "quota.csv": quota,
                "strata.csv": b"",
                "tickets.csv": b"",
                "draw.json": said,
                "verify.py": b"",
            }
            assert agreed(held, tmp_path / "D", script) == (1, "quota.csv", 0)
    assert refused > 30


def test_the_script_runs_alone_from_anywhere(files, tmp_path):
    folder = laid(tmp_path / "D", files)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    python = getattr(
        sys, "_base_executable", sys.executable
    )  # outside the virtual environment: dudao cannot be imported
    command = [python, "-I", "-S", str(folder / "verify.py")]
    told = "核验一致：轮次“T-1”抽出 5 个单位，与重算的相同。\n"
    for given in ([f"{folder}/"], []):
        done = subprocess.run(
            [*command, *given],
            capture_output=True,
            cwd=elsewhere,
            env={"PYTHONIOENCODING": "utf-8"},
            check=False,
        )
        assert (done.returncode, done.stdout.decode(), done.stderr) == (0, told, b"")
    alone = [python, "-I", "-S", "-c", "import dudao"]
    assert subprocess.run(alone, capture_output=True, cwd=elsewhere, env={}, check=False).returncode == 1
    assert list(elsewhere.iterdir()) == []
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)
    (folder / "tickets.csv").write_bytes(changed(files["tickets.csv"], "X,school,1", "X,school,2"))
    done = subprocess.run(
        [*command, str(folder)], capture_output=True, cwd=elsewhere, env={"LC_ALL": "C"}, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"tickets.csv" in done.stdout


def test_the_script_needs_nothing_but_an_old_python():
    tree = ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 6))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"hashlib", "json", "os", "re", "sys", "unicodedata"}
    assert [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)] == []


def test_the_script_of_this_method_is_frozen():
    """Its hash is published, so that anybody can see that a folder brings this script; a change is a decision record (0015)."""
    guide = Path(__file__).parents[2] / "docs" / "how-to" / "draw-a-sample.md"
    assert re.findall(r"\b[0-9a-f]{64}\b", guide.read_text("utf-8")) == [digest(SCRIPT.read_bytes())]


@pytest.mark.parametrize("source", ["a\nb", " a", "\x1b[31m", "\ud800", "x" * 1001, '体彩 "', "a ,", '" a"'])
def test_a_source_is_one_line_of_text(source):
    with pytest.raises(Impossible):
        publish(rounds.made(), source)


def test_a_source_may_hold_commas_and_quotes(tmp_path, script):
    whole = publish(rounds.made(), '福彩“双色球”, "红球" 第 2018068 期 https://127.0.0.1/?a=1&b=\\2')
    assert agreed(whole, tmp_path / "D", script) == (0, "", 0)
