"""Marks, icons, numbers and dates as pages show them; the menu; the pages for what went wrong."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory

from dudao_web import errors, ui
from dudao_web.ui import menu
from dudao_web.ui.templatetags import ui as tags

FOLDER = Path(ui.__file__).parent
SPRITE = (FOLDER / "templates/ui/icons.svg").read_text("utf-8")
CSS = "".join(p.read_text("utf-8") for p in sorted(FOLDER.glob("static/ui/*.css")))


def shown(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


@pytest.mark.parametrize("state", tags.MARKS)
def test_every_state_has_a_shape_of_the_sprite_a_colour_and_a_word(state):
    shape, colour, word = tags.MARKS[state]
    assert f'id="i-{shape}"' in SPRITE
    assert f".{colour} {{ color:" in CSS
    assert text_of(shown("{% mark state %}", state=state)) == word


def test_a_mark_is_shape_word_and_colour():
    assert shown('{% mark "not_met" "低于 85%" "box" %}') == (
        '<span class="mark bad box"><svg class="icon " aria-hidden="true" focusable="false">'
        '<use href="#i-square-cross"></use></svg>低于 85%</span>'
    )


def test_in_a_cell_the_word_is_read_out_and_met_is_a_bare_check():
    html = shown('{% mark "met" "" "cell" %}')
    assert '<use href="#i-check">' in html
    assert '<span class="hidden">达标</span>' in html


def test_words_of_users_are_escaped():
    assert "&lt;b&gt;" in shown("{% mark 'error' word %}", word="<b>")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13240, "13 240"),
        (999, "999"),
        (1000, "1 000"),
        (1234567, "1 234 567"),
        ("1234.5", "1 234.5"),
        (Decimal("-1234.50"), "−1 234.50"),
        (0, "0"),
        (None, ""),
    ],
)
def test_thousands_have_a_thin_gap(value, text):
    assert tags.thin(value) == text.replace(" ", "\N{THIN SPACE}")


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Decimal("0.125"), 2, "0.13"),
        (6.93, 2, "6.93"),
        (2.5, 0, "3"),
        ("3479", 2, "3\N{THIN SPACE}479.00"),
        (None, 2, ""),
    ],
)
def test_rounding_is_half_up_and_for_show(value, places, text):
    assert tags.decimals(value, places) == text


@pytest.mark.parametrize(("value", "text"), [(Decimal("0.913"), "91.3%"), (1, "100.0%"), (None, "")])
def test_shares_are_shown_as_percent(value, text):
    assert tags.percent(value) == text


def test_dates_and_times_in_the_office_zone():
    late = datetime(2026, 6, 11, 16, 30, tzinfo=UTC)  # 00:30 on the 12th in the office
    assert (tags.day(late), tags.short_day(late), tags.weekday(late)) == (
        "2026年6月12日",
        "6月12日",
        "星期五",
    )
    assert tags.moment(late) == "2026年6月12日 00:30"
    assert tags.day(date(2026, 6, 1)) == "2026年6月1日"
    assert (tags.day(None), tags.moment(None), tags.weekday(None)) == ("", "", "")


@pytest.mark.parametrize(("size", "text"), [(1, "1 KB"), (880_640, "860 KB"), (2_516_582, "2.4 MB")])
def test_sizes_of_files(size, text):
    assert tags.filesize(size) == text


def test_the_title_is_shown_on_the_page_and_in_the_head(world, client_of):
    html = client_of(world.owner).get("/orgs/321182/").content.decode()
    assert "<title>扬中市 - 教育督导评估平台</title>" in html
    assert "<h1>扬中市</h1>" in html


def test_the_menu_holds_the_entries_of_the_apps_in_order(world):
    found = menu.entries(world.owner, "orgs")
    assert [e.label for e in found if e.current] == ["单位"]
    assert [e.href for e in found if e.label == "单位"] == ["/orgs/"]


def test_a_stranger_has_no_menu(world):
    assert "bar-menu" not in Client().get("/orgs/signin/").content.decode()


def test_demo_data_are_marked_and_real_data_are_not(world, client_of, settings):
    client = client_of(world.owner)
    assert "演示数据" not in client.get("/orgs/321182/").content.decode()
    settings.DEMO = True
    assert '<span class="demo">演示数据</span>' in client.get("/orgs/321182/").content.decode()


@pytest.mark.parametrize(
    ("answer", "status", "title"),
    [
        (errors.bad_request, 400, "无法处理"),
        (errors.forbidden, 404, "没有这个页面"),
        (errors.not_found, 404, "没有这个页面"),
        (errors.csrf_failure, 403, "页面已过期"),
        (errors.server_error, 500, "系统出错"),
    ],
)
def test_what_went_wrong_is_said_in_the_words_of_the_office(answer, status, title):
    response = answer(RequestFactory().get("/"))
    assert (response.status_code, f"<h1>{title}</h1>" in response.content.decode()) == (status, True)


def test_colours_stand_in_one_place():
    without_tokens = CSS.replace(CSS[CSS.index(":root {") : CSS.index("}", CSS.index(":root {"))], "")
    assert re.findall(r"#[0-9a-fA-F]{3,6}\b|rgba?\(", without_tokens) == []
