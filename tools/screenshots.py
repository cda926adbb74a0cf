"""Pictures of every page at 1440 and 360 px, into build/screenshots: the demo is started and walked through by its links.

One picture for each address pattern and width, taken as the first office that reaches it. Prints pages that are wider
than the screen or that say something in the console; exit 1 if there are any.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from browser import browser, chromium
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from dudao_web.operations import home

OUT = Path(__file__).parents[1] / "build" / "screenshots"
WIDTHS = {1440: 900, 360: 740}
OFFICES = ("yangzhong", "zhenjiang", "school01", "town01", "inspector", "sysadmin", "secadmin", "auditor")
# Pages of one pattern that lead to different ones: a year not computed yet, a sent-back return, an upload that failed.
ASK_AGAIN = frozenset({
    "submissions/<str:county>/<int:year>/<int:version>/",
    "submissions/returns/<int:pk>/",
    "submissions/uploads/<int:pk>/",
})  # fmt: skip
NO_PAGE = re.compile(r"\.(xlsx|json|csv|docx|pdf|zip)$|<str:kind>|/(annotated|original)/$|^evidence/")


@contextmanager
def demo(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A fresh demo that serves on a free port: its address, and the passwords by account."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    environment = {**os.environ, "DUDAO_HOME": str(folder), "BIND": bind}
    command = [sys.executable, "-m", "dudao_web.cli"]
    accounts = folder / "accounts.json"
    subprocess.run([*command, "demo", "--accounts", str(accounts)], env=environment, check=True)
    running = subprocess.Popen([*command, "run"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        if not any("Ctrl-C" in line for line in running.stdout):
            raise SystemExit("演示系统没有启动")
        found = json.loads(accounts.read_text("utf-8"))
        yield f"http://{bind}", {account["username"]: account["password"] for account in found}
    finally:
        running.terminate()
        running.wait(30)


def pattern(url: str) -> str | None:
    """The address pattern behind a URL, or None for what is no page of ours."""
    try:
        return resolve(urlsplit(url).path).route or "home"
    except Resolver404:
        return None


def links(page: Page) -> list[str]:
    """Where the page leads on this host."""
    own = urlsplit(page.url).netloc
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    absolute = [urldefrag(urljoin(page.url, href)).url for href in found]
    return [url for url in absolute if urlsplit(url).netloc == own]


def walk(chrome: Browser, base: str, name: str, password: str, done: set[str]) -> list[str]:
    """Take every page that ``name`` reaches and nobody reached before; what is wrong with them."""
    context = chrome.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{base}/orgs/signin/")
    wrong = picture(page, "orgs/signin/", done)
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{base}/")
    waiting = deque([f"{base}/", f"{base}/orgs/choose/"])
    seen = set(waiting)
    while waiting:
        url = waiting.popleft()
        route = pattern(url)
        if route is None or NO_PAGE.search(route):
            continue
        if route in done and route not in ASK_AGAIN:
            continue
        answer = page.request.head(url)
        if "attachment" in answer.headers.get("content-disposition", ""):
            continue
        page.goto(url)
        wrong += picture(page, route, done)
        new = [link for link in links(page) if link not in seen and pattern(link) not in {None, *done}]
        seen.update(new)
        waiting.extend(new)
    context.close()
    return wrong


def picture(page: Page, route: str, done: set[str]) -> list[str]:
    """Both widths of the page as it stands."""
    if route in done:
        return []
    done.add(route)
    name = re.sub(r"[^0-9a-z]+", "-", re.sub(r"<\w+:", "<", route)).strip("-")
    wrong = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(100)
        page.screenshot(path=OUT / f"{name}-{width}.png", full_page=True)
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            wrong.append(f"{route}：{width} 像素宽时页面宽 {needed} 像素")
    page.set_viewport_size({"width": 1440, "height": 900})
    print(f"{name}　{page.title()}", flush=True)
    return wrong


def main() -> int:
    """All pages of all offices."""
    chromium()
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    done: set[str] = set()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="dudao-screenshots-") as name:
        folder = Path(name)
        with demo(folder) as (base, passwords), browser(folder) as chrome:
            home.enter(folder)
            from dudao_web.operations.pages import pages  # needs Django on the demo's folder

            for office in OFFICES:
                wrong += walk(chrome, base, office, passwords[office], done)
    print(f"{len(done)} 页，{OUT}")
    listed = {entry["url"].lstrip("/") or "home" for entry in pages() if entry["method"] == "GET"}
    for route in sorted(route for route in listed - done if not NO_PAGE.search(route)):
        print(f"演示数据中没有走到：{route}")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
