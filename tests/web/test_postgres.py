"""The two engines: what the office does must not depend on which one keeps its rows.

Most of this runs on either engine (``make test``, ``make test-postgres``); the rest is marked ``postgres`` and needs the
server of ``tools/postgres.py``.
"""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from racing import at_once
from world import unit

import conftest
from dudao_web import database
from dudao_web.orgs import actions, rules
from dudao_web.orgs.models import Action, Kind, Org

COMMAND = Path(sys.executable).with_name("dudao-web")
HOME = Path("/home")


# --- DATABASE_URL


def test_without_a_url_the_rows_are_in_the_folder():
    found = database.settings("", HOME)
    assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.sqlite3", HOME / "dudao.sqlite3")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://a:b@db:5433/dudao", ("dudao", "a", "b", "db", "5433")),
        ("postgres://a@[::1]/dudao", ("dudao", "a", "", "::1", "")),
        ("postgresql://%E5%B1%80:p%40%2F%3F%23@db/%E7%9D%A3%E5%AF%BC", ("督导", "局", "p@/?#", "db", "")),
        ("postgresql://a@%2Frun%2FPg/dudao", ("dudao", "a", "", "/run/Pg", "")),
        ("postgresql:///dudao?host=/run/postgresql", ("dudao", "", "", "/run/postgresql", "")),
    ],
)
def test_a_url_says_all(url, expected):
    found = database.settings(url, HOME)
    assert tuple(found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == expected


def test_a_url_may_ask_for_encryption():
    found = database.settings("postgresql://a@db/d?sslmode=verify-full&connect_timeout=3", HOME)
    assert found["OPTIONS"] == {"sslmode": "verify-full", "connect_timeout": "3"}


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://a:geheim@db/d", "只能用 postgresql:// 开头"),
        ("postgresql://a:geheim@db", "没有写明库名"),
        ("postgresql://a:geheim@db/d/e", "没有写明库名"),
        ("postgresql://a:ge/heim@db/d", "各部分无法分开"),
        ("postgresql://a:1/geheim@db/d", "账号或密码中有未转义的字符"),
        ("postgresql://a:1?geheim=@db/d", "账号或密码中有未转义的字符"),
        ("postgresql://a:1#geheim@db/d", "账号或密码中有未转义的字符"),
        ("postgresql://a:geheim@db/d?options=-c", "不支持参数 options"),
        ("postgresql://[a:geheim@db/d", "各部分无法分开"),
    ],
)
def test_a_bad_url_is_explained_without_the_password(url, why):
    with pytest.raises(database.BadURL, match=why) as fault:
        database.settings(url, HOME)
    assert ("geheim" in str(fault.value), "ge/" in str(fault.value)) == (False, False)


# --- the order of paths, the same on every engine


@pytest.mark.parametrize("code", ["321182+A", "３２１１８２", "321182~", "321182‐甲", "321182＋甲"])
def test_names_that_a_language_would_sort_among_others_are_in_no_other_s_scope(world, code):
    """By the rules of a language these stand between "321182/" and "3211820", or are equal to it."""
    other = Org.objects.create(
        code=code, name="别处", kind=Kind.DEPARTMENT, path=f"321100/{code}/", parent=world.city
    )
    seen = rules.visible(Org.objects.all(), world.owner)
    assert other not in seen
    assert {org.code for org in seen} == {
        org.code for org in Org.objects.all() if org.path.startswith(world.yangzhong.path)
    }


def test_paths_come_in_the_order_of_their_bytes(world):
    for code in ("Z1", "a1", "A-1", "a_1", "甲", "Ａ"):
        unit(code, code, Kind.DEPARTMENT, world.yangzhong)
    paths = list(Org.objects.order_by("path").values_list("path", flat=True))
    assert paths == sorted(paths, key=lambda path: path.encode("utf-8"))


def plan(query) -> str:
    """How the engine would answer, where a table is too large to read as a whole."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            cursor.execute("SET LOCAL enable_seqscan = off")
    return query.explain()


def test_the_scope_of_an_office_is_read_from_the_index(world):
    rows = [
        Org(code=f"x{n}", name="演示", kind=Kind.SCHOOL, path=f"321100/321181/x{n}/") for n in range(2000)
    ]
    Org.objects.bulk_create(rows)
    found = plan(rules.visible(Org.objects.order_by(), world.owner)).replace("(path)::text", "path")
    told = {
        "postgresql": ("Index Cond: ((path >= '321100/321182/'::text) AND (path < ", "Seq Scan"),
        "sqlite": ("(path>? AND path<?)", "SCAN"),
    }
    index, whole = told[connection.vendor]
    assert (index in found, whole in found) == (True, False), found


# --- what only one engine takes


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/orgs/?q=%00", 400),
        ("/orgs/?q=a%00b", 400),
        ("/orgs/%00/", 400),
        ("/evidence/99999999999999999999/", 404),
        ("/submissions/321182/99999999999999999999/1/", 404),
    ],
)
def test_what_no_column_can_hold_is_no_error_of_ours(world, client_of, url, status):
    assert client_of(world.owner).get(url).status_code == status


def test_a_form_with_a_nul_changes_nothing(world, client_of):
    before = Action.objects.count()
    answer = client_of(world.owner).post(f"/orgs/{world.town.code}/rename/", {"name": "新\0名"})
    assert (answer.status_code, Action.objects.count()) == (400, before)


# --- two acts at once


class AtOnceTests(TransactionTestCase):
    """Threads have connections of their own, so that rows must really be there."""

    def setUp(self) -> None:
        self.org = actions.create_org(by=None, code="321100", name="镇江市", kind="city", parent=None)

    def test_the_first_acts_of_a_chain_take_one_place_each(self) -> None:
        def act() -> None:
            for _ in range(5):
                with transaction.atomic():
                    actions.record(by=None, action="orgs.test", obj=self.org, chain_name="campaign-1")

        at_once(*[act] * 6)
        seqs = Action.objects.filter(chain="campaign-1").order_by("seq").values_list("seq", flat=True)
        self.assertEqual(list(seqs), list(range(1, 31)))


# --- commands on a server, each in a process of its own


def call(home: Path, *args: object, url: str = "") -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DUDAO", "DJANGO", "BIND", "DATABASE"))}
    done = subprocess.run(
        [COMMAND, *map(str, args)],
        env={**kept, "DUDAO_HOME": str(home), **({"DATABASE_URL": url} if url else {})},
        capture_output=True,
        text=True,
        timeout=180,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


ORG = ("--org-name", "扬中市", "--org-code", "321182", "--org-kind", "county", "--username", "admin")


@pytest.fixture
def empty_database(db) -> str:
    """The URL of a new database on the server of the tests."""
    import psycopg

    name = f"office_{uuid.uuid4().hex}"
    with psycopg.connect(conftest.SERVER, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    yield conftest.SERVER.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(conftest.SERVER, autocommit=True) as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


COUNTS = """
import json, sys
from dudao_web.operations import home
from pathlib import Path
home.enter(Path(sys.argv[1]))
from dudao_web.operations import backup
print(json.dumps({m._meta.label: m._base_manager.count() for m in backup.kept_models()}))
"""


def counts(home: Path, url: str = "") -> str:
    """Rows of every table, asked in a process of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DUDAO", "DJANGO", "DATABASE"))}
    environment = {**kept, **({"DATABASE_URL": url} if url else {})}
    return subprocess.check_output([sys.executable, "-c", COUNTS, home], env=environment, text=True)


@pytest.mark.postgres
def test_a_backup_moves_an_office_from_one_engine_to_the_other_and_back(tmp_path, empty_database):
    """The demo's whole city from SQLite to PostgreSQL and back: the same rows, the same heads."""
    on_file, on_server, back = tmp_path / "file", tmp_path / "server", tmp_path / "back"
    made = call(on_file, "demo", "--accounts", tmp_path / "accounts.json", "--share", "20")
    assert (made.returncode, made.stderr) == (0, "")
    there, home_again = tmp_path / "1.zip", tmp_path / "2.zip"
    for done in (
        call(on_file, "backup", there),
        call(on_server, "restore", there, url=empty_database),
    ):
        assert (done.returncode, done.stderr) == (0, "")
    head = call(on_file, "verify-log")
    moved = call(on_server, "verify-log", url=empty_database)
    assert (head.returncode, moved.returncode, moved.stderr) == (0, 0, "")
    assert moved.stdout == head.stdout
    assert counts(on_server, empty_database) == counts(on_file)

    for done in (
        call(on_server, "backup", home_again, url=empty_database),
        call(back, "restore", home_again),
    ):
        assert (done.returncode, done.stderr) == (0, "")
    assert call(back, "verify-log").stdout == call(on_server, "verify-log", url=empty_database).stdout
    assert counts(back) == counts(on_server, empty_database)


@pytest.mark.postgres
def test_an_office_on_a_server_from_its_beginning(tmp_path, empty_database):
    home = tmp_path / "home"
    early = call(home, "verify-log", url=empty_database)
    assert (early.returncode, "没有数据" in early.stderr) == (2, True)
    made = call(home, "init", *ORG, url=empty_database)
    assert (made.returncode, made.stderr) == (0, "")
    assert (home / "dudao.sqlite3").exists() is False
    again = call(home, "init", *ORG, url=empty_database)
    assert (again.returncode, again.stderr.startswith("错误：这里已经初始化过。")) == (1, True)
    upgraded = call(home, "upgrade", url=empty_database)
    assert (upgraded.returncode, "无需升级" in upgraded.stdout) == (0, True)
    ticked = call(home, "tick", url=empty_database)
    assert (ticked.returncode, "末条校验值" in ticked.stdout) == (0, True)


@pytest.mark.postgres
def test_demo_data_never_go_into_an_office_on_a_server(tmp_path, empty_database):
    home = tmp_path / "home"
    assert call(home, "init", *ORG, url=empty_database).returncode == 0
    before = counts(home, empty_database)
    refused = call(home, "demo", "--accounts", tmp_path / "a.json", url=empty_database)
    assert (refused.returncode, "已有数据，不能生成演示数据" in refused.stderr) == (1, True)
    assert counts(home, empty_database) == before
    assert (home / "demo-accounts.json").exists() is False


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("postgresql://u:geheim@127.0.0.1:1/none", 2, "无法连接数据库 none（127.0.0.1:1）"),
        ("postgresql:///none?host=/nowhere", 2, "无法连接数据库 none（/nowhere）"),
        ("mysql://u:geheim@db/none", 2, "DATABASE_URL 不合规则：只能用 postgresql:// 开头"),
    ],
)
def test_a_server_that_is_not_there_is_said_in_one_line(tmp_path, url, code, said):
    for command in (("verify-log",), ("upgrade",), ("init", *ORG)):
        done = call(tmp_path / "home", *command, url=url)
        assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (code, True, 1)
        assert "geheim" not in done.stderr
