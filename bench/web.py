"""The platform's rows of ``make bench``: an office with 500 units × 100 indicators × 3 judgements and 5,000 problems, then with ten times as many.

Run as a process of its own; the last line of its output is the rows as JSON. Nothing is asserted: machines differ (what is asserted
are the numbers of queries, tests/web/test_query_counts.py). A page is one call of the WSGI application with a session's cookie, all
middleware included: no server, no network and no test client stand between the two that are compared. What ours are held against is
in ``web_plain``; how the data come about in ``web_data`` and ``web_reviews``. Counted are seconds of the processor: other work on the
machine stretches those of the clock. The writes of many rows are compared as functions with bare statements, in one transaction each.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from web_calls import Row, asking, by_turns, folder, inserts, spent, statements, tables

UNITS, TIMES = 500, 10
ON = "2018-06-12"  # the demo's day on which the data stand, in this process and in the server's
PAGES = 40  # calls of each page
WRITES = 200


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
        "整改台账（50 行）": reverse("findings:index"),
    }


GOALS = {"首页待办": "（目标 ≤ 4）", "整改台账（50 行）": "（目标 ≤ 1.5）"}  # times the list


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
        rows.append((f"{name}／单位名单（50 行）{GOALS.get(name, '')}", PAGES, own, other))
        if name in GOALS:
            statements(name, calls[name], 20)
    return rows


def review_rows(campaign: Any, cookie: str) -> Iterator[Row]:
    """A score sheet of 100 items beside the list; how far the judgements of all units agree beside the bare reading of them."""
    import web_data
    import web_reviews
    from django.db import connection
    from django.urls import reverse

    from dudao_web.wsgi import application

    sheet, (leader, *_) = web_reviews.half_scored(campaign, "321182")
    listed = asking(application, addresses(campaign)["单位名单（50 行）"], cookie)
    page = asking(application, reverse("inspections:sheet", args=(sheet.pk,)), web_data.cookie(leader))
    page()
    statements("评分表", page, 20)
    yield ("评分表（100 项、三种判定）／单位名单（50 行）", PAGES, *by_turns(page, listed, PAGES))
    page = asking(application, reverse("inspections:agreement", args=(campaign.key,)), cookie)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT j.case_id, j.indicator, j.source, j.value, j.scorer_id FROM campaigns_judgement j"
                " JOIN campaigns_case c ON c.id = j.case_id WHERE c.campaign_id = %s AND NOT j.superseded",
                [campaign.pk],
            )
            cursor.fetchall()

    page()
    own, other = by_turns(page, bare, 3)
    yield (f"评定一致性（{UNITS} 个单位、3 种来源各 100 项）／裸读同样多的判定", 3, own, other)


def grown_rows(
    home: Path, grow: Callable[[], None], found: dict[str, str], cookie: str, words: str
) -> list[Row]:
    """Each page over what has grown beside the same page over the data before, by turns."""
    from django.conf import settings
    from django.db import connection

    from dudao_web.wsgi import application

    now = settings.DATABASES["default"]["NAME"]
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
        rows.append((f"{title}：{words}", PAGES, own, other))
    over(now, lambda: None)()
    return rows


def act_rows(world: Any, campaign: Any) -> Iterator[Row]:
    """One scored item beside a trivial UPDATE; the approval of 100 at once."""
    import web_data
    import web_plain
    import web_reviews
    from django.db import connection
    from django.urls import reverse

    from dudao_web.campaigns import actions
    from dudao_web.campaigns.models import Case, Judgement
    from dudao_web.wsgi import application

    waiting = Case.objects.filter(state="submitted", kind="school").order_by("pk")
    sheet, (leader, *_) = web_reviews.half_scored(campaign, "321182")
    code, *_ = (one.indicator for one in sheet.scores.order_by("pk"))
    numbers = iter(range(10 * WRITES))
    where = reverse("inspections:item", args=(sheet.pk, code))
    cookie, judged = web_data.cookie(leader), Judgement.objects.filter(case=sheet.case_id).last()
    scored = asking(application, where, cookie, lambda: web_reviews.said(next(numbers)))
    updated = asking(
        web_plain.handler(), f"/update/{judged.pk}/", cookie, lambda: web_reviews.said(next(numbers))
    )
    scored()
    statements("评定一项", scored, 12)
    own, other = by_turns(scored, updated, WRITES)
    yield ("每秒评定一项（评分页）／每秒 UPDATE 一行的简单 Django 请求（目标 ≥ 0.1）", WRITES, other, own)
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
    import web_reviews
    from run import add

    tables()
    rows: dict[str, dict[str, object]] = {}
    world = lookback.city()
    add(rows, *import_row(world))
    campaign, row = launch_rows(world, lookback)
    add(rows, *row)
    web_data.begin(world, campaign, UNITS)
    cookie = web_data.cookie(world.officer)
    for row in (*page_rows(campaign, cookie), *review_rows(campaign, cookie)):
        add(rows, *row)
    mb = memory(home, every_page(world, campaign, cookie))
    print(f"网页进程内存（每页各 10 次之后，目标 ≤ 150 MB）：{mb:.0f} MB", flush=True)
    rows["网页进程内存 MB"] = {"ratio": round(mb), "n": 1}
    pages = addresses(campaign)
    words = f"{TIMES} 倍数据／原数据（目标 < 1.3）"
    for row in grown_rows(home, lambda: web_data.grow(world, campaign, TIMES * UNITS), pages, cookie, words):
        add(rows, *row)
    of_problems = {name: pages[name] for name in GOALS}
    words = "50 000 个问题／5 000 个问题"
    for row in grown_rows(home, lambda: web_reviews.problems(campaign, 50_000), of_problems, cookie, words):
        add(rows, *row)
    for row in act_rows(world, campaign):
        add(rows, *row)
    return rows


if __name__ == "__main__":
    with folder(ON) as home:
        print(json.dumps(measure(home), ensure_ascii=False))
