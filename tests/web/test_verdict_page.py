"""The verdict page: what it says, how the table sorts and filters, the strips, and that it works without scripts."""

import doctest
import json
import re
from typing import Any

import handin
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from handin import FIRST, JUNIOR, SECOND

import forms
from dudao.evaluation import evaluate
from dudao.evaluation.evaluate import Evaluation as Evaluated
from dudao.evaluation.result import to_bytes
from dudao.intake import assemble, read_file
from dudao.standards import load_standard
from dudao_web.evaluations import asked, schools_table, shown, table_file, verdict_page
from dudao_web.evaluations.models import Evaluation
from dudao_web.submissions import figures

CODES = ("R1", "R2", "R3", "R4", "R5", "R6", "R7")
EQUIPMENT = "教学仪器设备资产值（账面原值）"


FILES = {
    "1.xlsx": (FIRST, None, {}),
    "2.xlsx": (SECOND, None, {"R5": "0.8", "R4": "0.9"}),
    "3.xlsx": (JUNIOR, {EQUIPMENT: None}, {}),
}
"""Second school: R5 at 0.8, R4 at 0.9 of the limit; the junior school lacks its equipment."""
STANDARD = load_standard(handin.STANDARD)
TOWNS = {"3211820001": "三茅街道", "3211820002": "三茅街道"}


@pytest.fixture
def of(world):
    return handin.set_of(world.yangzhong)


@pytest.fixture
def done(world, of) -> Evaluation:
    """The run of FILES on the platform."""
    handin.hand_in(of, world.owner, "区县.xlsx", handin.county(of))
    for file, (name, changes, factors) in FILES.items():
        handin.hand_in(of, world.owner, file, handin.school(name, changes, **factors))
    return handin.run(of, world.owner)


@pytest.fixture(scope="session")
def computed() -> Evaluated:
    """The evaluation of FILES, without a database."""
    returns = [
        unit
        for file, (name, changes, factors) in FILES.items()
        for unit in read_file(file, handin.school(name, changes, **factors), STANDARD).returns
    ]
    return evaluate(STANDARD, assemble(returns, STANDARD, county_code="321182"), handin.DAY)


@pytest.fixture(scope="session")
def data(computed: Evaluated) -> dict[str, Any]:
    """Its result as JSON."""
    return json.loads(to_bytes(computed))


def table_of(data: dict[str, Any], query: str = "") -> schools_table.Table:
    what = asked.read(QueryDict(query), ("primary", "junior"), CODES)
    return schools_table.build(STANDARD, data, handin.DAY, TOWNS, what)


def names(table: schools_table.Table) -> list[str]:
    return [row.name for row in table.rows]


# --- numbers


@pytest.mark.parametrize("module", [shown, table_file, figures], ids=lambda module: module.__name__)
def test_the_examples_in_docstrings_hold(module):
    done = doctest.testmod(module)
    assert (done.failed, done.attempted > 0) == (0, True)


@pytest.mark.parametrize(
    ("number", "places", "limit", "met", "text"),
    [
        (7.499999, 2, 7.5, False, "7.499999"),
        (7.494, 2, 7.5, False, "7.49"),
        (7.5, 2, 7.5, True, "7.50"),
        (0.4503, 3, 0.45, False, "0.4503"),
        (3593.971, 2, 2000, True, "3\N{THIN SPACE}593.97"),
        (None, 2, 7.5, None, ""),
    ],
)
def test_a_value_is_never_rounded_over_its_limit(number, places, limit, met, text):
    assert shown.value(number, places, limit, met=met) == text


def test_per_cent_of_the_limit_stays_below_100_when_it_is():
    assert [shown.percent_of(*pair) for pair in ((7.499999, 7.5), (7.5, 7.5), (6.12, 7.5), (None, 7.5))] == [
        "99.9%",
        "100.0%",
        "81.6%",
        "",
    ]


# --- the head


def test_reasons_are_the_result_s_and_lead_to_their_explanation(data, computed):
    first, more = verdict_page.reasons(data, STANDARD, verdict_page.units(computed))
    assert [(reason.judgement, reason.link) for reason in first] == [
        ("not_met", ("school", 1)),
        ("no_data", ("variation", "junior", "R6")),
        ("no_data", ("school", 2)),
    ]
    assert [reason.text for reason in (*first, *more)] == [r["text"] for r in data["verdict"]["reasons"]]
    assert {reason.link[0] for reason in more} == {"item"}


def test_the_five_dimensions(data):
    found = verdict_page.dimensions(data, STANDARD)
    assert [(d.title, d.text, d.judgement, d.anchor) for d in found] == [
        ("资源配置", "1 校未达标，1 校缺数据，1 项差异系数数据不全", "not_met", "chapter-1"),
        ("政府保障程度", "5/16 项", "undetermined", "chapter-2"),
        ("教育质量", "2/9 项", "undetermined", "chapter-3"),
        ("社会认可度", "0/1 项", "undetermined", "chapter-4"),
        ("一票否决", "6 种情形", "undetermined", "chapter-5"),
    ]


def test_counted_and_excluded_schools(data):
    assert verdict_page.counted(data, STANDARD) == "小学 2 个，初中 1 个"
    assert verdict_page.excluded({"excluded": [{"reason": "a"}, {"reason": "b"}, {"reason": "a"}]}) == [
        ("a", 2),
        ("b", 1),
    ]


# --- the strips


def test_a_strip_stands_where_its_value_is(data, computed):
    chart = verdict_page.chart(data, STANDARD, None, computed.composites)
    cvs = {(item["code"], item["level"]): item["cv"] for item in data["county"] if "mean" in item}
    strip = chart.rows[4].strips[0]
    assert (strip.code, strip.level, strip.judgement) == ("R5", "primary", "met")
    assert strip.x == round(cvs["R5", "primary"] / 0.6 * 100, 2)
    assert strip.limit_x == round(0.5 / 0.6 * 100, 2)
    assert strip.cv == f"{cvs['R5', 'primary']:.3f}"
    assert (chart.met, chart.all) == (13, 14)


def test_no_data_is_words_instead_of_a_dot(data, computed):
    chart = verdict_page.chart(data, STANDARD, None, computed.composites)
    assert [(s.code, s.level, s.words, s.x, s.cv) for s in chart.eyes] == [
        ("R6", "junior", "数据不全，未判定", None, "")
    ]


def test_the_axis_grows_with_a_larger_value(data, computed):
    result = {"county": [dict(item) for item in data["county"]], "schools": []}
    next(i for i in result["county"] if "mean" in i).update(cv=0.83, judgement="not_met")
    chart = verdict_page.chart(result, STANDARD, data, computed.composites)
    assert [label for _, label in chart.ticks] == ["0", "0.2", "0.4", "0.6", "0.8"]
    assert chart.rows[0].strips[0].x == round(0.83 / 0.9 * 100, 2)
    assert chart.has_last


# --- the table


def test_what_needs_eyes_comes_first_within_its_level(data):
    assert names(table_of(data)) == [SECOND, FIRST, JUNIOR]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=name", [FIRST, SECOND, JUNIOR]),
        ("sort=-name", [SECOND, FIRST, JUNIOR]),
        ("sort=R5", [SECOND, FIRST, JUNIOR]),
        ("sort=-R5", [FIRST, SECOND, JUNIOR]),
        ("sort=-pupils", [FIRST, SECOND, JUNIOR]),
        ("sort=-judgement", [FIRST, SECOND, JUNIOR]),
        ("sort=evil", [SECOND, FIRST, JUNIOR]),
        ("level=junior", [JUNIOR]),
        ("level=other", [SECOND, FIRST, JUNIOR]),
        ("only=1", [SECOND, JUNIOR]),
        ("q=第二", [SECOND]),
        ("q=三茅", [SECOND, FIRST]),
        ("q=3211820015", [JUNIOR]),
        ("q=没有", []),
    ],
)
def test_sort_and_filters(data, query, expected):
    assert names(table_of(data, query)) == expected


def test_cells_carry_mark_tint_gap_and_limit(data):
    row = table_of(data).rows[0]
    cells = {cell.code: cell for cell in row.cells}
    assert [(cells[c].state, cells[c].tint) for c in ("R1", "R4", "R5")] == [
        ("met", ""),
        ("near", "near"),
        ("not_met", "bad"),
    ]
    assert (cells["R5"].text, cells["R5"].limit, cells["R5"].percent, cells["R5"].gap) == (
        "6.00",
        "7.5",
        "80.0%",
        "差 540 ㎡",
    )
    assert (row.met, row.judged, row.town) == (5, 7, "三茅街道")
    junior = table_of(data).rows[2]
    assert [(cell.code, cell.state, cell.text, cell.tint) for cell in junior.eyes] == [
        ("R6", "no_data", "", "none")
    ]


def test_group_rows_carry_the_limits_of_their_level(data):
    groups = table_of(data).groups
    assert [group.title for group in groups] == ["小学", "初中"]
    assert [code for code, _ in groups[0].limits] == list(CODES)
    first, second = ([text for _, text in group.limits] for group in groups)
    assert first == ["≥4.2", "≥1", "≥0.9", "≥4.5", "≥7.5", "≥2\N{THIN SPACE}000", "≥2.3"]
    assert second == ["≥5.3", "≥1", "≥0.9", "≥5.8", "≥10.2", "≥2\N{THIN SPACE}500", "≥2.4"]


def test_values_as_per_cent_of_the_limit(data):
    row = table_of(data, "percent=1").rows[0]
    assert [cell.text for cell in row.cells if cell.code == "R5"] == ["80.0%"]


def test_above_200_rows_there_are_pages(data):
    school = data["schools"][0]
    result = data | {"schools": [school | {"name": f"演示{n}", "code": f"{n:04d}"} for n in range(450)]}

    def page(number):
        what = asked.read(QueryDict(f"page={number}&sort=name"), ("primary",), CODES)
        return schools_table.build(STANDARD, result, handin.DAY, {}, what)

    assert [len(page(n).rows) for n in (1, 2, 3, 99)] == [200, 200, 50, 50]
    assert (page(2).previous, page(2).next) == ("?sort=name", "?sort=name&page=3")
    assert page(3).next == ""


def test_links_keep_what_is_asked():
    what = asked.read(QueryDict("level=primary&only=1&q=三茅&sort=R5&page=3"), ("primary",), CODES)
    assert what.query(page=1) == "?level=primary&only=1&q=%E4%B8%89%E8%8C%85&sort=R5"
    assert what.sort_link("R5") == "?level=primary&only=1&q=%E4%B8%89%E8%8C%85&sort=-R5"
    assert (what.sorted_by("R5"), what.sorted_by("R1")) == ("ascending", "none")


# --- the page itself


def page_of(client_of, who, done, query="", **headers) -> str:
    answer = client_of(who).get(f"/evaluations/{done.pk}/{query}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_sentence_comes_before_any_figure(world, done, client_of):
    page = page_of(client_of, world.owner, done)
    places = [
        page.index(text)
        for text in (done.data["verdict"]["sentence"], "资源配置</a>", "校际差异系数", "各校 7 项指标")
    ]
    assert places == sorted(places)
    assert done.version.sha256[:8] in page
    assert "小学 2 个，初中 1 个" in page
    assert "填报尚未经区县确认，本结果为预评" in page


def test_no_style_or_script_stands_in_the_page(world, done, client_of):
    client = client_of(world.owner)
    for path in (
        "",
        "items/G4/",
        "explain/",
        "documents/",
        "record/",
        "schools/1/",
        "schools/1/R5/",
        "variations/primary/R5/",
    ):
        page = client.get(f"/evaluations/{done.pk}/{path}").content.decode()
        assert re.findall(r"<style|\sstyle=|<script(?![^>]* src=)|\son[a-z]+=", page) == [], path


def test_a_sorted_column_says_so(world, done, client_of):
    page = page_of(client_of, world.owner, done, "?sort=-R5")
    assert re.findall(r'aria-sort="(\w+)"[^>]*><a href="[^"]*sort=(-?\w+)', page) == [("descending", "R5")]


def test_gaps_are_shown_when_asked(world, done, client_of):
    assert "差 540 ㎡" not in page_of(client_of, world.owner, done)
    assert "差 540 ㎡" in page_of(client_of, world.owner, done, "?gaps=1")


def test_htmx_gets_only_the_part_it_swaps(world, done, client_of):
    asked_for = {"HX-Request": "true", "HX-Target": "schools"}
    part = page_of(client_of, world.owner, done, "?only=1", **asked_for)
    assert part.startswith('<section class="sheet schools" id="schools"')
    drawer = page_of(
        client_of, world.owner, done, "schools/1/R5/", **{"HX-Request": "true", "HX-Target": "drawer"}
    )
    assert drawer.startswith('<div class="veil"><section class="drawer" aria-labelledby="drawer-title">')
    assert "<html" in page_of(client_of, world.owner, done, "schools/1/R5/")


def test_an_empty_filter_leads_back(world, done, client_of):
    page = page_of(client_of, world.owner, done, "?q=没有这样的学校")
    assert "没有符合条件的学校" in page


def test_a_county_without_counted_schools_says_so(world, of, client_of):
    data = forms.school_form(forms.nameplate("特殊教育学校", "演示特殊教育学校", "3211820022"))
    handin.hand_in(of, world.owner, "特教.xlsx", data)
    page = page_of(client_of, world.owner, handin.run(of, world.owner))
    assert "没有计入的学校" in page
    assert "特殊教育学校不计入 1" in page


def queries_of(client, address: str) -> int:
    ask = client.post if address.endswith(".csv") else client.get
    ask(address)  # what is kept from page to page (content types, loaded standard) is there already
    with CaptureQueriesContext(connection) as found:
        assert ask(address).status_code == 200
    return len(found)


def test_the_number_of_queries_does_not_grow_with_the_schools(world, of, client_of):
    client = client_of(world.owner)
    handin.hand_in(of, world.owner, "区县.xlsx", handin.county(of))
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST, {"学校体育馆面积": 300}))
    one = handin.run(of, world.owner)
    base = f"/submissions/321182/{handin.YEAR}/{of.version.pk}/"
    pages = ["", "explain/", "items/G4/", "items/G9/", "items/G4/0/", "documents/", "record/", "schools/0/", "schools/0/R5/",
             "schools/0/RS/", "variations/primary/R5/", "schools.csv"]  # fmt: skip
    sets = ["/", "/submissions/", base, f"{base}issues/", f"{base}uploads/", "/evaluations/"]
    before = [queries_of(client, f"/evaluations/{one.pk}/{path}") for path in pages] + [
        queries_of(client, a) for a in sets
    ]
    handin.hand_in(of, world.owner, "2.xlsx", handin.school(SECOND, {"学校体育馆面积": 300}))
    handin.hand_in(of, world.owner, "3.xlsx", handin.school(JUNIOR, {"学校体育馆面积": 300}))
    three = handin.run(of, world.owner)
    after = [queries_of(client, f"/evaluations/{three.pk}/{path}") for path in pages] + [
        queries_of(client, a) for a in sets
    ]
    assert after == before
