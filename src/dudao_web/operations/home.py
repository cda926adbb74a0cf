"""The data folder: made with its key before Django starts, checked and prepared afterwards.

The database is a file in it, or on the PostgreSQL server that ``DATABASE_URL`` names (``dudao_web.database``).
"""

import contextlib
import json
import os
import secrets
import shutil
import sqlite3
from datetime import datetime
from io import StringIO
from pathlib import Path

KEY_NAME = "secret-key"
DATABASE_NAME = "dudao.sqlite3"
DEMO_NAME = "demo-accounts.json"


class Trouble(Exception):
    """Something the administrator can mend; the text says what and how. ``code`` is the exit code."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


def chosen() -> Path:
    """DUDAO_HOME, or ./var."""
    return Path(os.environ.get("DUDAO_HOME") or "var").resolve()


def demo_home(*, fresh: bool) -> Path:
    """Where demo data live: never in the folder of a real office.

    A DUDAO_HOME that holds demo data is used itself; so is one without a database when a fresh demo is asked for
    there by name. Otherwise the folder ``demo`` in it. With ``DATABASE_URL`` the absence of a file proves nothing.
    """
    home = chosen()
    if (home / DEMO_NAME).exists():
        return home
    named = os.environ.get("DUDAO_HOME") and not os.environ.get("DATABASE_URL")
    if fresh and named and not (home / DATABASE_NAME).exists():
        return home
    return home / "demo"


def demo_accounts(home: Path) -> list[dict[str, str]] | None:
    """The accounts of a demo folder; None where no demo was made, or its making was broken off."""
    try:
        found = json.loads((home / DEMO_NAME).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return found if isinstance(found, list) else None


def clear_demo(home: Path) -> None:
    """Make ``home`` an empty demo folder. A database that is not marked as a demo is never touched."""
    marker = home / DEMO_NAME
    if (home / DATABASE_NAME).exists() and not marker.exists():
        raise Trouble(f"{home} 中的数据库不是演示数据，不能清除。请把 DUDAO_HOME 指向另一个目录。")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(marker, '"loading"\n', replace=True)
    for path in home.glob(f"{DATABASE_NAME}*"):
        path.unlink()
    for name in ("files", "standards"):
        shutil.rmtree(home / name, ignore_errors=True)


def enter(home: Path) -> None:
    """Make the folder (0700) and its key (0600) if need be, and start Django on it."""
    os.environ["DUDAO_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dudao_web.settings")
    key = Path(os.environ.get("DUDAO_SECRET_KEY_FILE") or home / KEY_NAME)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            write_private(key, secrets.token_urlsafe(50) + "\n")
    except OSError as error:
        raise Trouble(
            f"数据目录 {home} 无法写入（{error.strerror}）。请检查目录权限或设置 DUDAO_HOME。"
        ) from None
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as fault:
        if os.environ.get("DATABASE_URL") and "psycopg" in str(fault):
            raise Trouble(
                "缺少 PostgreSQL 驱动 psycopg。请按安装说明重新安装，或取消 DATABASE_URL 使用 SQLite。"
            ) from None
        raise Trouble(str(fault), code=2) from None


def write_private(path: Path, text: str, *, replace: bool = False) -> None:
    """A new file that only this account can read, written whole before it has its name if it replaces one."""
    target = path.with_name(f".{path.name}.{os.getpid()}") if replace else path
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    if replace:
        os.replace(target, path)


def require_database() -> None:
    """Refuse to work on an empty folder or on a database of another version of the program."""
    if not _used():
        lacking = "没有数据库。请检查 DUDAO_HOME" if _file() else "没有数据。请检查 DATABASE_URL"
        raise Trouble(f"{_database()} 中{lacking}，或先执行 dudao-web init。", code=2)
    if waiting := pending():
        raise Trouble(f"数据库需要升级（{len(waiting)} 步）。请先执行 dudao-web upgrade。")


def _file() -> Path | None:
    """The database's file; None where it is on a server."""
    from django.db import connection

    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None


def _database() -> str:
    """Where the rows are, for a message: never with a password."""
    from django.conf import settings
    from django.db import connection

    if _file():
        return str(settings.HOME)
    told = connection.settings_dict
    return f"数据库 {told['NAME']}（{told['HOST'] or '本机'}{':' if told['PORT'] else ''}{told['PORT']}）"


def _used() -> bool:
    """Whether anything was ever set up in the database."""
    from django.db import OperationalError, connection

    if file := _file():
        return file.exists()
    try:
        return "django_migrations" in connection.introspection.table_names()
    except OperationalError as error:
        first = str(error).strip().partition("\n")[0]
        raise Trouble(
            f"无法连接{_database()}：{first}。请检查 DATABASE_URL，并确认 PostgreSQL 已启动、库已建立。",
            code=2,
        ) from None


def refuse_used_server(what: str) -> None:
    """Demo data go into an empty database on a server: only in its own folder may a demo clear anything."""
    from dudao_web.orgs.models import Org

    if _file() is None and Org.objects.exists():
        raise Trouble(f"{_database()} 中已有数据，{what}。请另建一个空库，或取消 DATABASE_URL 使用 SQLite。")


def pending() -> list[str]:
    """Names of the migrations that are not applied yet."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label}.{step.name}" for step, _ in plan]


def prepare() -> list[str]:
    """Bring database and static files to this program's version; the migrations that were applied.

    SQLite keeps a copy aside; PostgreSQL changes its tables within a transaction, all or nothing.
    """
    from django.core.management import call_command

    from dudao_web.orgs.sessions import SessionStore

    used, file = _used(), _file()
    applied = pending()
    if applied and used and file:
        _copy_aside(file)
    call_command("migrate", verbosity=0, interactive=False)
    SessionStore.clear_expired()
    for path in file.parent.glob(f"{file.name}*") if file else ():
        path.chmod(0o600)
    call_command("collectstatic", verbosity=0, interactive=False, clear=False, stdout=StringIO())
    return applied


def _copy_aside(database: Path) -> None:
    """A copy of the database beside it before it is changed: before-upgrade-<time>.sqlite3."""
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    aside = database.with_name(f"before-upgrade-{stamp}.sqlite3")
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        contextlib.closing(sqlite3.connect(database)) as old,
        contextlib.closing(sqlite3.connect(aside)) as new,
    ):
        old.backup(new)
