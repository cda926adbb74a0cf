"""The platform's rows of ``make bench``: an office with 500 units × 100 indicators × 3 judgements, then with ten times as many.

Run as a process of its own; the last line of its output is the rows as JSON. Nothing is asserted: machines differ (what is asserted
are the numbers of queries, tests/web/test_query_counts.py). A page is one call of the WSGI application with a session's cookie, all
middleware included: no server, no network and no test client stand between the two that are compared. What ours are held against is
in ``web_plain``; how the data come about in ``web_data``. Counted are seconds of the processor: other work on the machine stretches
those of the clock. The writes of many rows are compared as functions with bare statements, in one transaction each.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests"), str(ROOT / "tests" / "web")]

UNITS, TIMES = 500, 10
ON = "2018-06-12"  # the demo's day on which the data stand, in this process and in the server's
PAGES = 40  # calls of each page
WRITES = 200
TOKEN = "b" * 32
Row = tuple[str, int, float, float]  # words, calls, ours, the reference


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
        "wsgi.multiprocess": False, "wsgi.run_once": False,
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


def tables() -> None:
    """Every table straight from the models, and the static files with their names."""
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def import_row(world: Any) -> Row:
    """500 units with an account each; taken back afterwards."""
    from django.db import connection, transaction

    from dudao_web import clock
    from dudao_web.orgs import importing
    from dudao_web.orgs.sheet import UnitRow

    rows = [
        UnitRow(
            f"A{n}", f"3211820{n}", f"演示新{n}小学", "school", "321182", f"new{n}", "school", "", None, None
        )
        for n in range(100, 600)
    ]

    def ours() -> None:
        with transaction.atomic():
            done, _ = importing.import_orgs(by=world.officer, rows=rows, on=clock.today())
            assert done is not None and len(done.accounts) == UNITS
            transaction.set_rollback(True)

    own, other = by_turns(ours, lambda: inserts(connection, 3 * UNITS), 3)
    return ("导入 500 个单位及其账号／同样多行的裸 INSERT（单位、账号、岗位各一行）", 3, own, other)


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


def launch_rows(world: Any, lookback: Any) -> tuple[Any, Row]:
    """The launch of 413 units by made-up 细则 of 100 items."""
    import web_data
    from checking import own_items
    from django.db import connection

    from dudao_web.campaigns import launching

    draft = launching.prepare(
        by=world.officer,
        procedure="zhenjiang-lookback",
        year=2018,
        title="2018年“双创”“回头看”",
        key="zj-2018",
    )
    items = own_items(world, web_data.INDICATORS)
    plan = launching.Plan(standards={kind: version.pk for kind, version in items.items()})
    launching.revise(campaign=draft, by=world.officer, plan=plan)
    document = lookback.document(world.officer, 11)
    own = spent(lambda: launching.launch(campaign=draft, by=world.officer, document=document))
    draft.refresh_from_db()
    other = spent(lambda: inserts(connection, 2 * 413))
    return draft, ("启动 413 个单位的项目／同样多行的裸 INSERT（单位情况、待办各一行）", 1, own, other)


def addresses(campaign: Any) -> dict[str, str]:
    """The pages that are measured, by name."""
    from django.urls import reverse

    from dudao_web.campaigns.models import Case

    case = Case.objects.filter(campaign=campaign, state="submitted", kind="school").order_by("pk").first()
    assert case is not None
    return {
        "单位名单（50 行）": reverse("campaigns:cases", args=(campaign.key,)),
        "首页待办": reverse("pages:home"),
        "项目页": reverse("campaigns:campaign", args=(campaign.key,)),
        "单位页": reverse("campaigns:case", args=(case.pk,)),
    }


def page_rows(campaign: Any, cookie: str) -> list[Row]:
    """Throughput of the list beside the trivial page, the other pages beside the list."""
    import web_plain

    from dudao_web.wsgi import application

    calls = {name: asking(application, where, cookie) for name, where in addresses(campaign).items()}
    plain = asking(web_plain.handler(), f"/{campaign.key}/", cookie)
    for call in (plain, *calls.values()):
        call()
        call()
    listed, *others = calls
    own, other = by_turns(calls[listed], plain, PAGES)
    rows: list[Row] = [("单位名单每秒页数／简单 Django 表格页每秒页数（目标 ≥ 0.6）", PAGES, other, own)]
    for name in others:
        own, other = by_turns(calls[name], calls[listed], PAGES)
        rows.append(
            (f"{name}／单位名单（50 行）" + ("（目标 ≤ 4）" if name == "首页待办" else ""), PAGES, own, other)
        )
    return rows


def grown_rows(home: Path, grow: Callable[[], None], campaign: Any, cookie: str) -> list[Row]:
    """Each page over ten times the data beside the same page over the data before, by turns."""
    from django.conf import settings
    from django.db import connection

    from dudao_web.wsgi import application

    found, now = addresses(campaign), settings.DATABASES["default"]["NAME"]
    connection.close()
    shutil.copy(now, home / "before.sqlite3")
    grow()

    def over(name: Path, call: Callable[[], None]) -> Callable[[], None]:
        def there() -> None:  # a connection lives as long as a request
            connection.close()
            connection.settings_dict["NAME"] = name
            call()

        return there

    rows = []
    for title, where in found.items():
        call = asking(application, where, cookie)
        over(home / "before.sqlite3", call)()
        over(now, call)()
        own, other = by_turns(over(now, call), over(home / "before.sqlite3", call), PAGES)
        rows.append((f"{title}：{TIMES} 倍数据／原数据（目标 < 1.3）", PAGES, own, other))
    over(now, lambda: None)()
    return rows


def act_rows(world: Any, campaign: Any) -> Iterator[Row]:
    """One scored item beside a trivial UPDATE; the approval of 100 at once."""
    import web_data
    import web_plain
    from django.conf import settings
    from django.db import connection

    from dudao_web.campaigns import actions
    from dudao_web.campaigns.models import Case

    officer = world.officers["321182"]
    waiting = Case.objects.filter(state="submitted", kind="school").order_by("pk")
    case = waiting.filter(place__org=officer.org).first()
    assert case is not None
    known = [one.indicator for one in case.judgements.filter(source="review").order_by("pk")[:3]]
    numbers = iter(range(10 * WRITES))

    def said() -> dict[str, str]:
        n = next(numbers)
        return {"indicator": known[n % len(known)], "note": f"第 {n} 次"}

    cookie = web_data.cookie(officer)
    scored = asking(web_plain.handler(settings.MIDDLEWARE), f"/score/{case.pk}/", cookie, said)
    updated = asking(web_plain.handler(), f"/update/{case.judgements.last().pk}/", cookie, said)
    own, other = by_turns(scored, updated, WRITES)
    yield (
        "每秒评定一项（核对权限、记入操作记录）／每秒 UPDATE 一行的简单 Django 请求（目标 ≥ 0.1）",
        WRITES,
        other,
        own,
    )
    many = list(waiting.filter(place__org=world.districts["321181"])[:100])
    own = spent(lambda: actions.approve(cases=many, by=world.officers["321181"]))
    other = spent(lambda: inserts(connection, 2 * len(many)))
    yield (f"一次审核通过 {len(many)} 个单位／同样多行的裸 INSERT（单位情况、审核各一行）", 1, own, other)


def memory(home: Path, found: list[tuple[str, str]]) -> float:
    """Resident MB of a web worker (granian, as ``dudao-web serve`` starts it) after it has answered with each page, ten times each."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = f"from dudao_web.operations.run import serve; serve('127.0.0.1', {port})"
    server = subprocess.Popen([sys.executable, "-c", serve], env={**os.environ, "DUDAO_HOME": str(home)})
    try:
        for address, cookie in found * 10:
            read(f"http://127.0.0.1:{port}{address}", cookie)
        (worker,) = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        status = Path(f"/proc/{worker}/status").read_text()
        maps = Path(f"/proc/{worker}/maps").read_text()
        for name in ("duckdb", "vl_convert", "typst"):
            if f"/{name}" in maps:
                print(f"网页进程载入了 {name}")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024
    finally:
        server.terminate()
        server.wait(15)


def read(url: str, cookie: str) -> None:
    """One page from the server, which may still be starting."""
    for attempt in range(100):
        try:
            with urllib.request.urlopen(
                urllib.request.Request(url, headers={"Cookie": cookie}), timeout=60
            ) as answer:
                answer.read()
                return
        except urllib.error.HTTPError as fault:
            raise SystemExit(f"{url}: {fault.code}") from None
        except OSError:
            if attempt == 99:
                raise
            time.sleep(0.2)


def every_page(world: Any, campaign: Any, cookie: str) -> list[tuple[str, str]]:
    """The pages that are measured, every page that needs no object and the city's office opens, and a unit's self-check; with who asks."""
    import web_data
    from django.urls import NoReverseMatch, get_resolver, reverse

    from dudao_web.campaigns.models import Case

    found = list(addresses(campaign).values())
    for space in get_resolver().namespace_dict:
        patterns = get_resolver().namespace_dict[space][1].url_patterns
        for pattern in patterns:
            door = getattr(pattern.callback, "page", None)
            if door is None or door.public or "GET" not in door.methods or "city_officer" not in door.roles:
                continue
            with contextlib.suppress(NoReverseMatch):
                found.append(reverse(f"{space}:{pattern.name}"))
    case = Case.objects.filter(campaign=campaign, kind="school", state="draft").order_by("pk").first()
    assert case is not None
    unit = web_data.cookie(world.office(case.unit))
    own = [(reverse(f"submissions:{name}", args=(case.pk,)), unit) for name in ("self_check", "hand_in")]
    return [*((address, cookie) for address in dict.fromkeys(found)), *own, (reverse("pages:home"), unit)]


def measure(home: Path) -> dict[str, dict[str, object]]:
    """Every row; printed as it comes."""
    import lookback
    import web_data
    from run import add

    tables()
    rows: dict[str, dict[str, object]] = {}
    world = lookback.city()
    add(rows, *import_row(world))
    campaign, row = launch_rows(world, lookback)
    add(rows, *row)
    web_data.begin(world, campaign, UNITS)
    cookie = web_data.cookie(world.officer)
    for row in page_rows(campaign, cookie):
        add(rows, *row)
    mb = memory(home, every_page(world, campaign, cookie))
    print(f"网页进程内存（每页各 10 次之后，目标 ≤ 150 MB）：{mb:.0f} MB", flush=True)
    rows["网页进程内存 MB"] = {"ratio": round(mb), "n": 1}
    for row in grown_rows(home, lambda: web_data.grow(world, campaign, TIMES * UNITS), campaign, cookie):
        add(rows, *row)
    for row in act_rows(world, campaign):
        add(rows, *row)
    return rows


def main() -> None:
    """A data folder of its own, and the rows."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        os.environ["DUDAO_HOME"], os.environ["DJANGO_SETTINGS_MODULE"] = name, "dudao_web.settings"
        os.environ.pop("DATABASE_URL", None)
        (home / "static").mkdir()
        (home / "demo-accounts.json").write_text("[]", "utf-8")
        (home / "demo-on").write_text(ON, "ascii")
        (home / "secret-key").write_text("bench" * 12, "ascii")
        import django

        django.setup()
        print(json.dumps(measure(home), ensure_ascii=False))


if __name__ == "__main__":
    main()
