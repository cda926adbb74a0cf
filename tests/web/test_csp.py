"""Headers and pages: a strict policy on every answer, nothing inline, nothing from elsewhere, static files by hash."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template.loader import get_template
from django.test import Client

import dudao_web
from dudao_web.csp import POLICY
from dudao_web.operations.pages import pages

SOURCES = Path(dudao_web.__file__).parent
TEMPLATES = sorted(SOURCES.glob("*/templates/**/*.html"))


def test_the_policy():
    assert POLICY == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


@pytest.mark.parametrize("url", ["/orgs/signin/", "/orgs/", "/nothing/", "/orgs/signout/"])
def test_headers_on_every_answer(world, url):
    headers = Client().get(url).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_signed_in_pages_are_not_kept(world, client_of):
    assert client_of(world.owner).get("/orgs/").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_no_template_has_inline_style_script_or_handler(path):
    text = path.read_text("utf-8")
    assert re.findall(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"\']|\shx-on|javascript:", text) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_no_template_has_a_colour_or_names_another_host(path):
    text = path.read_text("utf-8")
    assert re.findall(r"#[0-9a-fA-F]{6}\b|https?://(?!www\.w3\.org/)", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_every_form_that_posts_carries_the_token(path):
    text = path.read_text("utf-8")
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.S)
    assert [form for form in forms if "{% csrf_token %}" not in form] == []


def test_every_page_says_who_may_open_it():
    listed = {(entry["url"], entry["method"]): entry["roles"] for entry in pages()}
    assert listed[("/orgs/signin/", "POST")] == ["public"]
    assert listed[("/orgs/<str:code>/new/", "POST")] == ["city_officer", "county_officer", "system_admin"]
    assert {method for _, method in listed} <= {"GET", "POST"}
    public = {url for (url, _), roles in listed.items() if "public" in roles}
    draws = {"/draws/", "/draws/<int:pk>/", "/draws/<int:pk>/<str:name>"}
    assert public == {"/orgs/signin/", "/orgs/signin/code/", "/orgs/link/<str:token>/"} | draws


def test_static_files_are_served_by_the_hash_of_their_content(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    name = staticfiles_storage.url("ui/dudao.css")
    assert re.fullmatch(r"/static/ui/dudao\.[0-9a-f]{12}\.css", name)
    assert (tmp_path / name.lstrip("/")).is_file()
    page = get_template("ui/error.html").render({"title": "试", "text": "试"})
    found = re.findall(r"/static/[^\"]+", page)
    assert len(found) == 6
    assert [url for url in found if not re.search(r"\.[0-9a-f]{12}\.", url)] == []


@pytest.mark.browser
def test_inline_scripts_and_styles_are_blocked(world, page, live_server, console):
    page.goto(f"{live_server.url}/orgs/signin/")
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); const d = document.createElement('div'); d.setAttribute('style', 'color: red');"
        " document.body.append(d); }"
    )
    assert page.evaluate("window.ran") is None
    assert page.evaluate("getComputedStyle(document.body.lastElementChild).color") != "rgb(255, 0, 0)"
    assert [text.split("'")[1].split(" ")[0] for text in console] == ["script-src", "style-src"]
    console.clear()


@pytest.mark.browser
def test_the_style_sheet_and_htmx_are_there(world, page, live_server):
    page.goto(f"{live_server.url}/orgs/signin/")
    assert page.evaluate("htmx.config.allowEval") is False
    assert page.evaluate("htmx.config.historyCacheSize") == 0
    assert page.evaluate("document.querySelectorAll('style').length") == 0
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.bar')).backgroundColor") == "rgb(18, 48, 79)"
    )


@pytest.mark.browser
def test_a_chinese_glyph_is_drawn(world, page, live_server):
    """Without a Chinese font every character is the same box, that of a code point no font has."""
    page.goto(f"{live_server.url}/orgs/signin/")
    pictures = []
    for character in ("督", "导", "\N{LATIN SMALL LETTER A}", "\uf8ee"):
        page.evaluate("text => { document.querySelector('h1').textContent = text }", character)
        pictures.append(page.locator("h1").screenshot())
    assert len(set(pictures)) == 4
