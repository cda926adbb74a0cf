"""Standards on the platform: the exact text a run is bound to, and the pages on which it is read."""

from datetime import date

import handin
import pytest
from django.test import Client
from django.utils.html import escape

from dudao.standards import digest, load_standard
from dudao.standards.responsibilities import responsibilities
from dudao_web.orgs.models import Action
from dudao_web.standards import actions, queries, reading, words
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
        ("G1", ["申报：“达到”、“未达到”。",
                "申报“达到”须写明佐证材料（学校布局规划图、相关文件等），没有写明为无数据。"]),
        ("G4", ["每校：义务教育阶段学生数", "每所学校单独判定，均符合才达标；值为余量最小的学校的值。"]),
        ("G9", ["各校（近5年培训满360学时专任教师人数）合计 ÷ 各校（专任教师总人数）合计"]),
        ("Q9", ["语文、数学、科学、体育、艺术、德育，各科学业水平等级不低于Ⅲ（由低到高 Ⅰ、Ⅱ、Ⅲ、Ⅳ），且校际差异率符合限值。",
                "填“未监测”的学科不计；各科都未监测为无数据。"]),
        ("V1", ["申报有无：“无”为达标，“有”为未达标，一票否决；没有申报为无数据。"]),
        ("RS", ["每所学校、每个学段：R1 高于规定学历教师、R2 县级以上骨干教师、R3 体育、艺术专任教师、R4 教学及辅助用房、"
                "R5 体育运动场馆、R6 教学仪器设备值、R7 网络多媒体教室共 7 项中至少 6 项达标，其余不低于达标值的 85%。"]),
    ],
)  # fmt: skip
def test_rules_in_words(code, lines):
    standard = load_standard(handin.STANDARD)
    assert words.rule_lines(standard, standard.indicator(code))[: len(lines)] == lines


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


def lines(standard: str, code: str, profile: str = "default") -> list[str]:
    loaded = load_standard(standard, profile)
    return words.rule_lines(loaded, loaded.indicator(code))


def test_rules_of_other_kinds_in_words():
    assert lines("cn-2012-basic-balance", "BC")[2] == (
        "综合差异系数 ＝ 各项差异系数之和 ÷ 项数；按学段判定综合差异系数，单项差异系数只列出。"
    )
    assert lines("chongqing-county", "JF") == ["0—5 分，附加分；没有得分为无数据。"]
    assert [lines("chongqing-county", "T1", profile)[1] for profile in ("default", "bonus-counts")] == [
        "附加分不计入。",
        "附加分计入，最多计 5 分。",
    ]
    assert lines("preschool-universal", "YZ")[1] == "创优：A ≥ 33 且 C ＝ 0"
    assert lines(handin.STANDARD, "P1", "shenyang-2025")[1] == "实地走访的满意度同样须符合达标值。"


def test_the_verdict_rule_in_words():
    assert reading.verdict(load_standard("chongqing-county")) == (
        "T1 总分、T2 差异程度总得分均达标，且没有一票否决的情形（V1 挤占、截留、挪用教育经费、"
        "V2 义务教育普及程度降到“普九”验收标准以下、V3 重大违规办学行为或重大安全事故）。"
    )


def test_readings_are_compared_item_by_item():
    found = {row.code: row.said for row in reading.compared(load_standard(handin.STANDARD))}
    assert set(found) == {"", "G7", "P1", "Q1", "V7"}
    assert [said.splitlines()[0] for said in found["G7"]] == [
        "达标值 ≥6\N{THIN SPACE}000 元/生",
        "达标值 ≥8\N{THIN SPACE}000 元/生",
    ]
    assert found["V7"][0] == "没有这一项"


def test_who_is_left_out():
    assert reading.left_out(load_standard(handin.STANDARD)) == [
        "教学点：不足50人的教学点（少于 50 人）",
        "特殊教育学校不计入",
        "职业学校不计入",
    ]
    assert reading.left_out(load_standard("preschool-universal")) == []


def test_every_offered_text_can_be_read(world, client_of):
    client = client_of(world.head)
    index = client.get("/standards/").content.decode()
    for offer in queries.offers():
        address = f"/standards/catalogue/{offer.standard}/{offer.profile}/"
        assert f'href="{address}"' in index
        page = client.get(address)
        assert (page.status_code, offer.title in page.content.decode()) == (200, True)
    assert client.get("/standards/catalogue/no-such/default/").status_code == 404
    assert client.get(f"/standards/catalogue/{handin.STANDARD}/no-such/").status_code == 404


def test_duties_by_unit(world, client_of):
    client = client_of(world.owner)
    page = client.get("/standards/catalogue/wenling-2020/default/duties/").content.decode()
    rows = [row for row in responsibilities(load_standard("wenling-2020")) if "市委编办" in row.units]
    assert f'<h2 id="unit-1">市委编办</h2><p class="meta">{len(rows)} 项任务</p>' in page
    assert [row.task in page for row in rows] == [True] * len(rows)
    row = actions.register(standard="wenling-2020", profile="default", by=None)
    assert (
        client.get(f"/standards/{row.pk}/duties/").content.decode().count("<article")
        == page.count("<article")
        > 33
    )
    assert client.get(f"/standards/catalogue/{handin.STANDARD}/default/duties/").status_code == 404


def test_strangers_without_an_account_read_nothing(db):
    assert Client().get("/standards/catalogue/wenling-2020/default/duties/").status_code == 302


def test_worked_cases_are_listed(world, client_of):
    page = client_of(world.owner).get("/standards/catalogue/cn-2012-basic-balance/default/").content.decode()
    names = [case.name for case in reading.cases(load_standard("cn-2012-basic-balance"))]
    assert (len(names) > 10, [escape(name) in page for name in names]) == (True, [True] * len(names))


@pytest.mark.parametrize(
    ("standard", "profile", "title", "why"),
    [
        ("chongqing-county", "default", "公众评价", "本章没有单独的项目，合在"),
        ("zhenjiang-double-creation", "default", "示范", "本口径没有本章的项目，见口径“"),
    ],
)
def test_a_chapter_without_items_says_why(world, client_of, standard, profile, title, why):
    found = {chapter.title: said for chapter, _, said in reading.chapters(load_standard(standard, profile))}
    assert (found[title].startswith(why), sum(bool(said) for said in found.values()) < len(found)) == (
        True,
        True,
    )
    page = client_of(world.head).get(f"/standards/catalogue/{standard}/{profile}/").content.decode()
    assert ("0 项</p>" in page, escape(found[title]) in page) == (False, True)


def test_a_limit_keeps_the_decimals_of_the_document():
    lines_ = reading.line(
        load_standard(handin.STANDARD), load_standard(handin.STANDARD).indicator("RC")
    ).limits
    assert [(one.level, one.text) for one in lines_] == [("小学", "≤0.50"), ("初中", "≤0.45")]
