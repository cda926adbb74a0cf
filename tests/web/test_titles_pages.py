"""Pages of titles: what each office sees, what is typed and refused, equal queries for one row and three."""

import hashlib
import io
import re
from datetime import date

import award_world
import openpyxl
import pytest
from award_world import EARLY, LATE
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from test_titles import row, workbook
from world import SIZES

from dudao_web.titles import actions
from dudao_web.titles.models import Award, Cohort, Target, Title


@pytest.fixture
def both(world):
    return award_world.titles(world.city)


@pytest.fixture
def given(world, both):
    """Two awards in 扬中市 and one in 丹阳市, and their cohort."""
    words = {"grades": {"A1": "B", "A2": "A"}, "problems": ["操场偏小"], "batch": "第一批"}
    awards = [
        award_world.give(both.schools, world.school_1, **words),
        award_world.give(both.schools, world.danyang_school),
        award_world.give(both.towns, world.town),
    ]
    actions.freeze_cohort(
        by=world.city_officer,
        org=world.city,
        name="回头看名单",
        titles=[both.towns, both.schools],
        awarded_until=date(2015, 12, 31),
    )
    return awards


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# --- who sees what


@pytest.mark.parametrize(
    ("who", "index", "title", "own", "peer", "cohort", "csv", "edit"),
    [
        ("city_officer", 200, 200, 200, 200, 200, 200, 200),
        ("owner", 200, 200, 200, 404, 200, 404, 404),
        ("peer", 200, 200, 404, 200, 200, 404, 404),
        ("head", 302, 404, 200, 404, 404, 404, 404),
        ("stranger", 302, 404, 404, 200, 404, 404, 404),
        ("inspector", 404, 404, 404, 404, 404, 404, 404),
        ("audit_admin", 404, 404, 404, 404, 404, 404, 404),
    ],
)
def test_each_office_sees_its_own(world, given, client_of, who, index, title, own, peer, cohort, csv, edit):
    client = client_of(getattr(world, who))
    pk = Cohort.objects.get().pk
    found = {
        "/titles/": index,
        "/titles/school/": title,
        "/titles/school/awards.xlsx": title,
        "/titles/units/3211820001/": own,
        "/titles/units/3211810001/": peer,
        "/titles/cohorts/": cohort,
        f"/titles/cohorts/{pk}/": cohort,
        f"/titles/cohorts/{pk}/list.csv": csv,
        "/titles/cohorts/new/": edit,
        "/titles/targets/": edit,
        "/titles/new/": edit,
        "/titles/import/": edit,
        "/titles/import/template.xlsx": edit,
        "/titles/school/award/": edit,
        f"/titles/awards/{given[0].pk}/correct/": edit,
        f"/titles/awards/{given[0].pk}/withdraw/": edit,
    }
    exports = ("/titles/school/awards.xlsx", f"/titles/cohorts/{pk}/list.csv")  # each an act
    asked = {path: client.post if path in exports else client.get for path in found}
    assert {path: ask(path).status_code for path, ask in asked.items()} == found


def test_a_district_reads_its_own_rows_alone(world, given, client_of):
    client = client_of(world.owner)
    assert "演示云阳小学" not in text_of(client.get("/titles/school/"))
    assert "共 1 项" in text_of(client.get("/titles/school/"))
    book = openpyxl.load_workbook(io.BytesIO(client.post("/titles/school/awards.xlsx").content)).active
    assert [line[1].value for line in book.iter_rows(min_row=2)] == ["演示第一小学"]
    shown = text_of(client.get(f"/titles/cohorts/{Cohort.objects.get().pk}/"))
    assert "本辖区 2 个单位" in shown
    assert "演示云阳小学" not in shown
    assert "丹阳市" not in text_of(client.get("/titles/"))


def test_a_town_sees_its_own_award_not_those_of_its_schools(world, given, both):
    from dudao_web.orgs.models import Membership, Role
    from dudao_web.titles import rules

    town = Membership(user=world.head.user, org=world.town, role=Role.SCHOOL, title="三茅街道", since=EARLY)
    assert [award.unit for award in rules.visible_awards(town)] == [world.town]


def test_a_unit_reads_what_was_found(world, given, client_of):
    answer = client_of(world.head).get("/titles/", follow=True)
    assert answer.redirect_chain == [("/titles/units/3211820001/", 302)]
    shown = text_of(answer)
    assert "市教育现代化先进学校" in shown
    assert "A1 B" in shown
    assert "1．操场偏小" in shown
    assert "撤销" not in shown


# --- what is typed


def test_a_title_an_award_a_correction_a_withdrawal(world, client_of):
    client = client_of(world.city_officer)
    answer = client.post("/titles/new/", {"name": "示范学校", "unit_kinds": ["school"]})
    key = Title.objects.get().key
    assert answer.url == f"/titles/{key}/"
    typed = {
        "code": "３２１１８２０００１",
        "awarded_on": "2014-12-20",
        "grades": "A1 b\nA2 Ａ",
        "problems": "操场偏小\n图书陈旧",
    }
    wrong = client.post(f"/titles/{key}/award/", typed | {"grades": "A1：优"})
    assert wrong.status_code == 422
    assert "“A1：优”不合规则。" in text_of(wrong)
    assert "图书陈旧" in wrong.content.decode()
    assert client.post(f"/titles/{key}/award/", typed).url == "/titles/units/3211820001/"
    award = Award.objects.get()
    assert (award.grades, award.problems) == ({"A1": "B", "A2": "A"}, ["操场偏小", "图书陈旧"])
    typed = {"awarded_on": "2014-12-21", "grades": "A1 A", "problems": ""}
    assert client.post(f"/titles/awards/{award.pk}/correct/", typed).status_code == 302
    early = client.post(f"/titles/awards/{award.pk}/withdraw/", {"on": "2014-01-01", "reason": "复查不合格"})
    assert early.status_code == 422
    assert "撤销日期应在授予日期 2014-12-21 与今天之间" in text_of(early)
    done = client.post(f"/titles/awards/{award.pk}/withdraw/", {"on": "2016-06-30", "reason": "复查不合格"})
    assert done.url == "/titles/units/3211820001/"
    award.refresh_from_db()
    assert (award.awarded_on, award.withdrawn_on, award.grades) == (date(2014, 12, 21), LATE, {"A1": "A"})


def test_targets_are_typed_by_district(world, both, given, client_of):
    client = client_of(world.city_officer)
    name = f"t{both.schools.pk}-{world.yangzhong.pk}"
    assert client.post("/titles/targets/?year=2018", {name: "x"}).status_code == 422
    answer = client.post("/titles/targets/?year=2018", {name: "3", f"t{both.towns.pk}-all": "58"})
    assert answer.url == "/titles/?year=2018"
    assert list(Target.objects.order_by("units").values_list("district__name", "units")) == [
        ("扬中市", 3),
        (None, 58),
    ]
    shown = text_of(client.get("/titles/"))
    assert "1/3 33.3" in shown
    assert "1/58 1.7" in shown
    assert "1/58 1.72" in text_of(client.get("/titles/?places=2"))


def test_filters(world, both, given, client_of):
    client = client_of(world.city_officer)
    actions.withdraw(by=None, award=given[1], on=LATE, reason="复查不合格")

    def units(query: str) -> list[str]:
        page = client.get(f"/titles/school/?{query}").content.decode()
        return re.findall(r'<a class="tap" href="/titles/units/(\d+)/"', page)

    assert units("") == ["3211810001", "3211820001"]
    assert units("district=321182") == ["3211820001"]
    assert units("batch=第一批") == ["3211820001"]
    assert units("year=2013") == []
    assert units("q=云阳") == ["3211810001"]
    assert units("state=withdrawn") == ["3211810001"]
    assert units("state=standing") == ["3211820001"]


# --- the workbook


def _file(data: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("授予表.xlsx", data)}


def test_an_import_takes_all_or_nothing(world, both, client_of):
    client = client_of(world.city_officer)
    bad = workbook(row(world.school_1), row(world.school_1), row(world.school_2, "先进"))
    answer = client.post("/titles/import/", _file(bad))
    assert answer.status_code == 422
    assert "2 处需要更正，本次没有导入任何称号。 A3 与 A2 是同一单位" in text_of(answer)
    assert Award.objects.count() == 0
    good = workbook(row(world.school_1), row(world.town, both.towns.name))
    assert "已登记 2 项称号。" in text_of(client.post("/titles/import/", _file(good), follow=True))
    again = client.post("/titles/import/", _file(good), follow=True)
    assert "已登记 0 项称号。另有 2 项原已登记，没有重复。" in text_of(again)
    assert client.post("/titles/import/", _file(b"PK\x03\x04 no")).status_code == 422
    assert client.get("/titles/import/template.xlsx").content[:2] == b"PK"


# --- cohorts


def test_a_cohort_is_previewed_and_frozen_and_its_file_has_its_hash(world, both, client_of):
    client = client_of(world.city_officer)
    award_world.give(both.schools, world.school_1)
    award_world.give(both.schools, world.school_2, LATE)
    rule = {"titles": [both.schools.pk], "awarded_until": "2015-12-31"}
    preview = client.get("/titles/cohorts/new/", rule)
    assert "预览：1 个单位" in text_of(preview)
    sha256 = hashlib.sha256(b"3211820001,school,2014-12-20\n").hexdigest()
    assert sha256 in preview.content.decode()
    stale = client.post("/titles/cohorts/new/", rule | {"name": "名单", "expected": "0" * 64})
    assert stale.status_code == 422
    assert "名单与预览时不同" in text_of(stale)
    answer = client.post("/titles/cohorts/new/", rule | {"name": "名单", "expected": sha256})
    cohort = Cohort.objects.get()
    assert answer.url == f"/titles/cohorts/{cohort.pk}/"
    assert sha256 in client.get(answer.url).content.decode()
    file = client.post(f"/titles/cohorts/{cohort.pk}/list.csv")
    assert hashlib.sha256(file.content).hexdigest() == cohort.sha256 == sha256
    late = client.get("/titles/cohorts/new/", rule | {"awarded_until": "2999-01-01"})
    assert late.status_code == 422
    assert "授予截止日期晚于今天" in text_of(late)


# --- queries and looks


def test_as_many_queries_for_three_rows_as_for_one(world, both, client_of):
    client = client_of(world.city_officer)

    def counts(pk: int) -> list[int]:
        found = []
        paths = ("", "school/", "school/awards.xlsx", "units/3211820001/", "cohorts/", f"cohorts/{pk}/")
        for path in paths:
            with CaptureQueriesContext(connection) as caught:
                ask = client.post if path.endswith(".xlsx") else client.get
                assert ask(f"/titles/{path}").status_code == 200
            found.append(len(caught))
        return found

    def freeze(name: str) -> int:
        words = {"titles": [both.schools], "awarded_until": date(2015, 12, 31)}
        return actions.freeze_cohort(by=world.city_officer, org=world.city, name=name, **words).pk

    award_world.give(both.schools, world.school_1)
    one = counts(freeze("一"))
    award_world.give(both.schools, world.school_2)
    award_world.give(both.schools, world.danyang_school)
    assert counts(freeze("二")) == one
    assert max(one) <= 15


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_are_accessible_and_not_wider_than_the_screen(
    world, both, given, live_server, page, sign_in, accessible, size
):
    actions.set_targets(by=None, year=2018, units={(both.towns, None): 58, (both.schools, None): 486})
    page.set_viewport_size(SIZES[size])
    sign_in(world.city_officer)
    pk = Cohort.objects.get().pk
    preview = f"cohorts/new/?titles={both.schools.pk}&awarded_until=2015-12-31"
    paths = (
        "",
        "new/",
        "targets/?year=2018",
        "import/",
        "school/",
        "school/award/",
        "units/3211820001/",
        f"awards/{given[0].pk}/withdraw/",
        "cohorts/",
        preview,
        f"cohorts/{pk}/",
    )
    for path in paths:
        page.goto(f"{live_server.url}/titles/{path}")
        assert (path, accessible()) == (path, [])
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (path, wide) == (path, 0)
