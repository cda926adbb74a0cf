"""Fixtures of the platform's tests: Django on a folder of its own, one cast, signed-in clients, a real Chromium.

Only tests below this folder load Django; the library's tests never do.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import pytest

HOME = Path(tempfile.mkdtemp(prefix="dudao-test-"))
os.environ["DUDAO_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dudao_web.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "1"  # Playwright runs a loop in the thread that also makes the test's rows
)
django.setup()
SERVER = os.environ.get("DATABASE_URL", "")  # that of make test-postgres

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "tools")]

import world as cast  # noqa: E402
from axe_playwright_python.sync_playwright import Axe  # noqa: E402
from browser import ARGS, chromium, fontconfig  # noqa: E402
from django.conf import settings as django_settings  # noqa: E402
from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from playwright.sync_api import ConsoleMessage, Page, Request  # noqa: E402

from dudao_web.orgs.membership import SESSION_KEY  # noqa: E402
from dudao_web.orgs.models import Membership  # noqa: E402

# Static files straight from the sources, and for the whole session: the live server starts before any test.
django_settings.STATIC_ROOT = HOME / "static"
django_settings.STATIC_ROOT.mkdir()
django_settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A database file: the live server's threads have connections of their own, as when it really serves.

    Under ``make test-postgres`` Django makes its test database on that server.
    """
    if connections["default"].vendor == "sqlite":
        connections.databases["default"]["TEST"]["NAME"] = str(HOME / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def commands_have_their_own_database() -> None:
    """A command that a test starts keeps its rows in its own folder, unless the test names a server for it."""
    os.environ.pop("DATABASE_URL", None)


@pytest.fixture(autouse=True)
def platform(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test stores files in its own folder; hashing is quick."""
    settings.HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.PUBLIC_URL = "https://dudao.example.cn"
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1000)


@pytest.fixture
def world(db: None) -> cast.World:
    """The cast: a city, two districts, schools, an account for each role."""
    return cast.build()


@pytest.fixture
def client_of() -> Callable[[Membership], Client]:
    """A client signed in as an office."""

    def of(membership: Membership) -> Client:
        client = Client()
        client.force_login(membership.user, "django.contrib.auth.backends.ModelBackend")
        session = client.session
        session[SESSION_KEY] = membership.pk
        session.save()
        return client

    return of


# --- the browser


@pytest.fixture(scope="session")
def browser_type_launch_args(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Debian's Chromium with the font wheel; a missing one fails with the command that installs it."""
    try:
        path = chromium()
    except SystemExit as missing:
        pytest.fail(str(missing), pytrace=False)
    return {"executable_path": path, "args": ARGS, "env": fontconfig(tmp_path_factory.mktemp("fonts"))}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "zh-CN", "viewport": cast.SIZES["desktop"]}


@pytest.fixture
def console() -> list[str]:
    """What the browser said. Empty at the end of each test; one that expects a message takes it out."""
    return []


@pytest.fixture
def page(page: Page, live_server: Any, console: list[str]) -> Iterator[Page]:
    """A page that must ask no other host for anything and say nothing in its console, CSP messages above all."""
    own, elsewhere = urlsplit(live_server.url).netloc, []

    def asked(request: Request) -> None:
        if urlsplit(request.url).netloc not in {own, ""}:
            elsewhere.append(request.url)

    def spoke(message: ConsoleMessage) -> None:
        if "the server responded with a status of 4" not in message.text:
            console.append(message.text)

    page.on("request", asked)
    page.on("console", spoke)
    page.on("pageerror", lambda error: console.append(str(error)))
    page.set_default_timeout(15_000)
    yield page
    assert elsewhere == []
    assert console == []


@pytest.fixture
def accessible(page: Page) -> Callable[[], list[str]]:
    """Run axe (WCAG 2.1 AA) on the page as it stands; the violations in words."""

    def run() -> list[str]:
        page.wait_for_load_state()
        found = Axe().run(page, options=WCAG).response["violations"]
        return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found for n in v["nodes"]]

    return run


@pytest.fixture
def sign_in(page: Page, live_server: Any) -> Callable[[Membership], Page]:
    """Sign in through the form, as an office with the cast's password."""

    def enter(membership: Membership) -> Page:
        page.goto(f"{live_server.url}/orgs/signin/")
        page.get_by_label("账号").fill(membership.user.username)
        page.get_by_label("密码").fill(cast.PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/signin" not in url)
        return page

    return enter
