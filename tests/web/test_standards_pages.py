"""Standards on the platform: the exact text a run is bound to, and the pages on which it is read."""

from datetime import date

import handin
import pytest

from dudao.standards import digest, load_standard
from dudao_web.orgs.models import Action
from dudao_web.standards import actions, queries, words
from dudao_web.standards.models import StandardVersion


def register(profile: str = "default") -> StandardVersion:
    return actions.register(standard=handin.STANDARD, profile=profile, by=None)


def test_the_same_text_is_registered_once(db):
    first = register()
    acts = Action.objects.count()
    assert register() == first
    assert Action.objects.count() == acts
    assert first.sha256 == load_standard(handin.STANDARD).sha256


def test_a_version_is_loaded_from_its_own_text(db):
    row = register()
    loaded = queries.load(row)
    assert (loaded.sha256, loaded.profile.name) == (row.sha256, "default")
    assert loaded.indicators == load_standard(handin.STANDARD).indicators


def test_a_version_stays_as_it_was_when_the_catalogue_changes(db):
    old = register()
    text = dict(old.text)
    text["1-resources.yaml"] = text["1-resources.yaml"].replace(
        'primary: {2017-04-19: ">= 4.2"}', 'primary: {2017-04-19: ">= 4.3"}'
    )
    other = StandardVersion.objects.create(
        standard=old.standard,
        version="2017.0",
        profile="default",
        sha256=digest({name: body.encode() for name, body in text.items()}),
        title=old.title,
        number=old.number,
        profile_title=old.profile_title,
        text=text,
        at=old.at,
    )
    shown = [words.limit(limit, "人/百生") for limit in queries.load(other).indicator("R1").limits]
    assert shown == ["≥4.3", "≥5.3"]
    assert (
        queries.load(old).indicator("R1").limits[0].value
        == load_standard(handin.STANDARD).indicator("R1").limits[0].value
    )


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("R4", ["（教学及辅助用房总面积 － 室内体育用房面积） ÷ 学生数"]),
        ("R6", ["10000 × 教学仪器设备资产值（账面原值） ÷ 学生数"]),
        ("G7", ["特殊教育学校经费总额 ÷ 特殊教育学校学生人数"]),
        ("G8", ["上年度义务教育学校教师年平均工资收入水平（不含民办学校） ÷ 当地公务员年平均工资收入"]),
        ("G1", []),
    ],
)
def test_formulas_in_words(code, lines):
    standard = load_standard(handin.STANDARD)
    assert words.formula_lines(standard, standard.indicator(code))[: len(lines) or None] == lines


@pytest.mark.parametrize(
    ("code", "profile", "limits"),
    [
        ("R6", "default", ["≥2\N{THIN SPACE}000", "≥2\N{THIN SPACE}500"]),
        ("G7", "default", ["≥6\N{THIN SPACE}000"]),
        ("G7", "shenyang-2025", ["≥8\N{THIN SPACE}000"]),
        ("G13", "default", ["≥100%", "≥95%"]),
        ("Q9", "default", ["＜0.15"]),
    ],
)
def test_limits_in_words(code, profile, limits):
    indicator = load_standard(handin.STANDARD, profile).indicator(code)
    assert [
        words.limit(item, indicator.unit) for item in words.limits_on(indicator, date(2026, 1, 1))
    ] == limits


def test_the_reading_page_prints_the_clause_as_it_is(world, client_of):
    row = register("shenyang-2025")
    page = client_of(world.head).get(f"/standards/{row.pk}/").content.decode()
    assert "特殊教育学校和随班就读残疾学生生均公用经费不低于8000元。" in page
    assert row.sha256 in page
    assert [f'id="{code}"' in page for code in ("R1", "RC", "G15", "V7")] == [True] * 4


def test_the_list_shows_texts_and_offers(world, client_of):
    row = register()
    page = client_of(world.city_officer).get("/standards/").content.decode()
    assert f'href="/standards/{row.pk}/"' in page
    assert "沈阳市 2025 年监测口径" in page


def test_an_unknown_text_is_not_there(world, client_of):
    assert client_of(world.owner).get("/standards/99/").status_code == 404
