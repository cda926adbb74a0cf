"""How ``bench/web.py`` and ``bench/web_years.py`` measure: a folder of its own, a request, bare statements, seconds of the processor.

Not here: what is measured.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests"), str(ROOT / "tests" / "web")]

TOKEN = "b" * 32
TRANSACTION = re.compile("BEGIN|COMMIT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK")
Row = tuple[str, int, float, float]  # words, calls, ours, the reference


@contextlib.contextmanager
def folder(on: str) -> Iterator[Path]:
    """A data folder of its own with Django on it, which stands on a day."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        os.environ["DUDAO_HOME"], os.environ["DJANGO_SETTINGS_MODULE"] = name, "dudao_web.settings"
        os.environ.pop("DATABASE_URL", None)
        (home / "static").mkdir()
        (home / "demo-accounts.json").write_text("[]", "utf-8")
        (home / "demo-on").write_text(on, "ascii")
        (home / "secret-key").write_text("bench" * 12, "ascii")
        import django

        django.setup()
        yield home


def tables() -> None:
    """Every table straight from the models, and the static files with their names."""
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def spent(job: Callable[[], object]) -> float:
    """Seconds of the processor of one call."""
    start = time.process_time()
    job()
    return time.process_time() - start


def by_turns(job: Callable[[], object], reference: Callable[[], object], n: int) -> tuple[float, float]:
    """Median of both, n times each."""
    pairs = [(spent(job), spent(reference)) for _ in range(n)]
    return statistics.median(own for own, _ in pairs), statistics.median(other for _, other in pairs)


def asking(
    application: Callable[..., Any],
    address: str,
    cookie: str,
    said: Callable[[], dict[str, str]] | None = None,
) -> Callable[[], None]:
    """One GET, or a POST of what is ``said``, read to its end; any other answer than 200 or 204 ends the run."""
    where, _, query = address.partition("?")
    if said is not None:
        cookie = f"{cookie}; csrftoken={TOKEN}"
    fixed = {
        "REQUEST_METHOD": "GET" if said is None else "POST", "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "HTTP_X_CSRFTOKEN": TOKEN, "PATH_INFO": where, "QUERY_STRING": query, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000",
        "HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_COOKIE": cookie,
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.multithread": True,
        "wsgi.multiprocess": False, "wsgi.run_once": False, **({"HTTP_HX_REQUEST": "true"} if said else {}),
    }  # fmt: skip
    status = ""

    def start(line: str, _headers: list[tuple[str, str]], _fault: Any = None) -> None:
        nonlocal status
        status = line

    def call() -> None:
        body = urlencode(said()).encode() if said else b""
        answer = application(
            {**fixed, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}, start
        )
        for _ in answer:
            pass
        answer.close()
        if not status.startswith(("200", "204")):
            raise SystemExit(f"{address}: {status}")

    return call


def statements(name: str, call: Callable[[], object], most: int) -> None:
    """Print how many statements a request takes, those of transactions left out."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as made:
        call()
    n = sum(not TRANSACTION.match(one["sql"]) for one in made.captured_queries)
    print(f"{name}：{n} 条语句（目标 ≤ {most}）", flush=True)


def inserts(connection: Any, rows: int) -> None:
    """Bare INSERTs of one row each in one transaction, taken back."""
    from django.db import transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for n in range(rows):
            cursor.execute(
                "INSERT INTO orgs_org (code, name, kind, path) VALUES (%s, %s, 'school', %s)",
                [f"b{n}", f"演示{n}", f"b{n}/"],
            )
        transaction.set_rollback(True)
