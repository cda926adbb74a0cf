"""The commands as an administrator types them: each in a process of its own, on a folder of its own."""

import http.cookiejar
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest

COMMAND = Path(sys.executable).with_name("dudao-web")
ONE_TIME = r"[A-Za-z0-9]{5}-[A-Za-z0-9]{5}-[A-Za-z0-9]{5}"


class Run(NamedTuple):
    code: int
    out: str
    err: str


def environment(home: Path, **extra: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DUDAO", "DJANGO", "BIND"))}
    return {**kept, "DUDAO_HOME": str(home), **extra}


def call(home: Path, *args: object, **extra: str) -> Run:
    done = subprocess.run(
        [COMMAND, *map(str, args)],
        env=environment(home, **extra),
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return Run(done.returncode, done.stdout, done.stderr)


def init(home: Path) -> Run:
    return call(
        home,
        "init",
        "--org-name",
        "扬中市",
        "--org-code",
        "321182",
        "--org-kind",
        "county",
        "--username",
        "admin",
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> tuple[Path, Run]:
    """An office that was just set up."""
    home = tmp_path_factory.mktemp("office") / "home"
    return home, init(home)


def test_setting_up_shows_a_one_time_password_once(office):
    home, done = office
    assert (done.code, done.err) == (0, "")
    accounts = re.findall(rf"^(\S+)　账号：(\S+)　一次性密码：{ONE_TIME}$", done.out, re.M)
    assert [pair[:2] for pair in accounts] == [
        ("系统管理员", "admin"), ("安全管理员", "secadmin"), ("审计管理员", "auditor"),
    ]  # fmt: skip
    modes = {p.name: oct(p.stat().st_mode & 0o777) for p in home.iterdir() if p.is_file()}
    assert modes == {"dudao.sqlite3": "0o600", "secret-key": "0o600"}
    assert home.stat().st_mode & 0o777 == 0o700


def test_setting_up_twice_is_refused(office):
    again = init(office[0])
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith("错误：这里已经初始化过。")


def test_nothing_is_asked_without_a_terminal(tmp_path):
    done = call(tmp_path / "home", "init", "--org-name", "扬中市")
    assert (done.code, done.err) == (2, "错误：缺少 --org-code。\n")


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [("--org-code", "无", "单位代码“无”不合规则"), ("--username", "a b", "账号“a b”不合规则")],
)
def test_bad_answers_leave_an_empty_office(tmp_path, option, value, message):
    given = {"--org-name": "扬中市", "--org-code": "321182", "--username": "admin"} | {option: value}
    done = call(tmp_path, "init", *(part for pair in given.items() for part in pair))
    assert (done.code, message in done.err) == (2, True)
    assert init(tmp_path).code == 0


def test_a_password_is_reset(office):
    home, _ = office
    done = call(home, "reset-password", "admin")
    assert (done.code, len(re.findall(ONE_TIME, done.out))) == (0, 1)
    assert call(home, "reset-password", "nobody").code == 2


def test_backup_destroy_restore(office, tmp_path):
    home, _ = office
    target = tmp_path / "备份.zip"
    assert call(home, "backup", target).code == 0
    assert target.stat().st_mode & 0o777 == 0o600
    assert call(home, "backup", target).code == 1
    fresh = tmp_path / "fresh"
    done = call(fresh, "restore", target)
    assert (done.code, done.err) == (0, "")
    assert call(fresh, "verify-log").out == call(home, "verify-log").out
    refused = call(fresh, "restore", target)
    assert (refused.code, "--replace" in refused.err) == (1, True)
    assert call(fresh, "restore", target, "--replace").code == 0
    assert (fresh / "secret-key").read_text() != (home / "secret-key").read_text()


def test_the_record_is_exported_and_verified(office, tmp_path):
    home, _ = office
    out = tmp_path / "log.jsonl"
    assert call(home, "export-log", "--out", out).code == 0
    inside, outside = call(home, "verify-log"), call(home, "verify-log", "--file", out)
    assert (inside.code, outside.code, inside.out) == (0, 0, outside.out)
    last = json.loads(out.read_text("utf-8").splitlines()[-1])
    assert (last["action"], last["actor"], last["data"]["what"]) == (
        "orgs.export",
        "system",
        "操作记录 office",
    )
    assert call(home, "verify-log", "--head", "f" * 64).code == 1
    assert call(home, "verify-log", "--file", tmp_path / "none").code == 2
    assert call(home, "export-log", "--chain", "none", "--out", tmp_path / "x").code == 2


def test_a_change_in_sql_is_reported(tmp_path):
    init(tmp_path)
    with sqlite3.connect(tmp_path / "dudao.sqlite3") as database:
        database.execute("UPDATE orgs_org SET name = '别处'")
    done = call(tmp_path, "verify-log")
    assert (done.code, done.err) == (1, "org:1：内容与最后一次操作记录不一致\n")


def test_upgrade_says_what_changed(office, tmp_path):
    done = call(tmp_path, "upgrade")
    assert (done.code, "数据库升级：orgs.0001_initial" in done.out) == (0, True)
    assert call(tmp_path, "upgrade").out == "完成：数据库无需升级，静态文件已更新。\n"
    assert sorted(p.name for p in tmp_path.glob("before-upgrade*")) == []


def test_commands_on_an_empty_folder_say_so(tmp_path):
    for command in (
        ["worker"],
        ["serve"],
        ["verify-log"],
        ["backup", tmp_path / "b"],
        ["reset-password", "a"],
    ):
        done = call(tmp_path / "none", *command)
        assert (command, done.code, "没有数据库" in done.err) == (command, 2, True)


def test_restoring_what_is_not_there(tmp_path):
    assert call(tmp_path / "home", "restore", tmp_path / "none").code == 2
    assert not (tmp_path / "home").exists()


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("x")
    done = call(tmp_path / "file" / "home", "upgrade")
    assert (done.code, "无法写入" in done.err) == (1, True)


@pytest.mark.parametrize("bind", ["nonsense", "127.0.0.1:", "127.0.0.1:99999"])
def test_a_bad_address(tmp_path, bind):
    done = call(tmp_path, "run", BIND=bind)
    assert (done.code, f"BIND“{bind}”不合规则" in done.err) == (2, True)


def test_a_taken_address(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = call(tmp_path, "run", BIND=f"127.0.0.1:{taken.getsockname()[1]}")
    assert (done.code, "不能使用" in done.err) == (1, True)


def test_the_list_of_pages(tmp_path):
    found = json.loads(call(tmp_path, "pages", "--json").out)
    assert {"url": "/orgs/signin/", "method": "POST", "object": "登录", "roles": ["public"]} in found
    assert {tuple(entry) for entry in found} == {("url", "method", "object", "roles")}


# --- the demo


def test_a_demo_is_made_anew_and_never_touches_a_real_office(office, tmp_path):
    home, _ = office
    before = call(home, "verify-log").out
    accounts = tmp_path / "a.json"
    made = []
    for _ in range(2):
        done = call(home, "demo", "--accounts", accounts, "--share", "20")
        assert (done.code, done.err) == (0, "")
        made.append(json.loads(accounts.read_text("utf-8")))
    first, second = made
    assert {tuple(a) for a in first} == {("role", "org", "username", "password")}
    assert {a["role"] for a in first} == {
        "city_officer", "county_officer", "school", "inspector", "system_admin", "security_admin", "audit_admin",
    }  # fmt: skip
    assert [a["username"] for a in second] == [a["username"] for a in first]
    assert not {a["password"] for a in second} & {a["password"] for a in first}
    assert accounts.stat().st_mode & 0o777 == 0o600
    assert call(home, "verify-log").out == before
    whole = call(home / "demo", "verify-log")
    assert (whole.code, whole.err) == (0, "")
    refused = call(home / "demo", "init", "--org-name", "x", "--org-code", "1", "--username", "abc")
    assert (refused.code, "是演示数据" in refused.err) == (1, True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    """A running demo: its process, what it printed, and its way out."""

    def __init__(self, home: Path, port: int) -> None:
        self.port, self.started, self.lines = port, time.monotonic(), []
        self.process = subprocess.Popen(
            [COMMAND, "run"],
            env=environment(home, BIND=f"127.0.0.1:{port}"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for line in self.process.stdout:
            self.lines.append(line)
            if "Ctrl-C" in line:
                break
        self.seconds = time.monotonic() - self.started

    def accounts(self) -> dict[str, str]:
        return dict(re.findall(rf"(\S+) +({ONE_TIME})", "".join(self.lines)))

    def children(self) -> list[int]:
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in found.split()]

    def stop(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(30)
        self.process.stdout.close()
        return code


def sign_in(port: int, username: str, password: str) -> str:
    """The address of the page that follows a sign-in over HTTP."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    url = f"http://127.0.0.1:{port}/orgs/signin/?next=/orgs/account/"
    page = opener.open(url, timeout=20).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    form = {
        "csrfmiddlewaretoken": token,
        "username": username,
        "password": password,
        "next": "/orgs/account/",
    }
    answer = opener.open(url, urllib.parse.urlencode(form).encode(), timeout=20)
    assert "演示数据" in answer.read().decode()
    return urllib.parse.urlsplit(answer.url).path


def test_the_demo_runs_stops_whole_and_keeps_its_data(tmp_path):
    made = call(tmp_path / "demo", "demo", "--accounts", tmp_path / "a.json", "--share", "20")
    assert made.code == 0
    first = Demo(tmp_path, free_port())
    accounts = first.accounts()
    assert "zhenjiang" in accounts
    assert sign_in(first.port, "zhenjiang", accounts["zhenjiang"]) == "/orgs/account/"
    children = first.children()
    assert len(children) == 2
    assert first.stop(signal.SIGINT) == 0
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []

    second = Demo(tmp_path, free_port())
    try:
        assert second.accounts() == accounts
        assert second.seconds < 20  # "in seconds", with room for a busy machine
        assert sign_in(second.port, "yangzhong", accounts["yangzhong"]) == "/orgs/account/"
        os.kill(second.children()[1], signal.SIGKILL)  # one dies: the other stops too
        assert second.process.wait(30) == 1
        third = Demo(tmp_path, free_port())
        children = third.children()
        third.stop(signal.SIGKILL)  # the starter dies: both stop
        deadline = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
    finally:
        second.process.kill()
        second.process.stdout.close()
    assert (tmp_path / "demo" / "demo-accounts.json").stat().st_mode & 0o777 == 0o600
