"""The README's commands in a fresh clone with a new HOME and no caches. Slow: `make test-fresh`, not in `make test`."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
START_S, STOP_S = 900, 30  # the first start makes the whole demo
pytestmark = pytest.mark.fresh


def _environment(home: Path) -> dict[str, str]:
    """A bare environment: new HOME, no caches, this Python. Only pip's own settings of the machine are kept."""
    keep = {
        k: v for k, v in os.environ.items() if k.startswith(("PIP_", "SSL_")) or k.lower().endswith("_proxy")
    }
    old = Path.home()
    for settings in (old / ".config/pip/pip.conf", old / ".pip/pip.conf"):
        if settings.is_file():
            keep.setdefault("PIP_CONFIG_FILE", str(settings))
    return keep | {
        "HOME": str(home),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PIP_NO_CACHE_DIR": "1",
        "PY": os.path.realpath(sys._base_executable),
    }


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """(folder, environment) of a clone of HEAD after `make env`."""
    base = tmp_path_factory.mktemp("fresh")
    (base / "home").mkdir()
    environment = _environment(base / "home")
    folder = base / "dudao"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True, env=environment)
    _run(["make", "env"], folder, environment, timeout=900)
    return folder, environment


def _run(command: list[str], folder: Path, environment: dict[str, str], timeout: int = 120) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _readme_commands(folder: Path) -> list[list[str]]:
    """The lines of the README's ```sh blocks: those that a reader can run as they stand."""
    commands, inside = [], False
    for line in (folder / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            inside = line == "```sh"
        elif inside and line.strip():
            commands.append(line.split("#")[0].split())
    return commands


def _marked(mark: str) -> dict[int, str]:
    """Living processes that were started with ``mark`` in their environment: pid -> command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            alive = (entry / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
            if alive and mark.encode() in (entry / "environ").read_bytes():
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def _page(url: str, process: subprocess.Popen, log: Path) -> str:
    """The page behind ``url`` as soon as the server answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert process.poll() is None, f"make run ended with {process.returncode}\n{log.read_text()}"
        try:
            with opener.open(url, timeout=5) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            pytest.fail(f"{url}: {error.code}\n{error.read().decode()[:2000]}\n{log.read_text()}")
        except OSError:
            time.sleep(0.2)
    return pytest.fail(f"no answer within {START_S} s\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _start_and_stop(folder: Path, environment: dict[str, str], log: Path) -> tuple[str, float]:
    """`make run`, the sign-in page, Ctrl-C; returns what was printed and the seconds until the page was there."""
    port, mark = _free_port(), uuid.uuid4().hex
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=folder,
            env=environment | {"BIND": f"127.0.0.1:{port}", "FRESH_MARK": mark},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # as at a terminal
        )
    try:
        page = _page(f"http://127.0.0.1:{port}/", process, log)
        seconds = time.monotonic() - began
        assert 'type="password"' in page
        assert "演示数据" in page
        running = [line for line in _marked(mark).values() if not line.startswith("make ")]
        assert len(running) >= 2, running
        assert any("worker" in line for line in running), running
        os.killpg(process.pid, signal.SIGINT)
        process.wait(STOP_S)
        end = time.monotonic() + STOP_S
        while _marked(mark) and time.monotonic() < end:
            time.sleep(0.1)
        assert _marked(mark) == {}, log.read_text()
    finally:
        for pid in _marked(mark):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
    text = log.read_text()
    assert f"127.0.0.1:{port}" in text
    assert "Traceback" not in text
    return text, seconds


def test_commands_of_the_readme(clone):
    folder, environment = clone
    commands = _readme_commands(folder)
    assert ["make", "run"] in commands
    assert ["make", "test"] in commands
    for command in commands:
        if command not in (["make", "run"], ["make", "test"]):  # below, and what runs the rest of the suite
            _run(command, folder, environment)


def test_both_programs_answer(clone):
    folder, environment = clone
    for program in ("dudao", "dudao-web"):
        assert program in _run([f".venv/bin/{program}", "--help"], folder, environment)


def test_run_twice(clone, tmp_path):
    folder, environment = clone
    before = _run(["git", "status", "--porcelain"], folder, environment)
    _start_and_stop(folder, environment, tmp_path / "first.log")
    _, seconds = _start_and_stop(folder, environment, tmp_path / "second.log")
    assert seconds < 30
    assert _run(["git", "status", "--porcelain"], folder, environment) == before, (
        "a run leaves no file that git sees"
    )
