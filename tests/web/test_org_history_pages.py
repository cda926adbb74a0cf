"""Pages of the past of units: a year's tree, and what renames, moves, merges, splits and closes."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from screen import fits
from test_org_history import acts, fresh, merge
from world import SIZES, office, unit

from dudao_web.orgs import history
from dudao_web.orgs.models import Action, Kind, Membership, Role

YEAR = date(2017, 9, 1)


@pytest.mark.parametrize(
    "who",
    ("city_officer", "owner", "peer", "head", "stranger", "inspector", "system_admin", "security_admin"),
)
@pytest.mark.parametrize("verb", ["rename", "move", "merge", "split", "close"])
def test_a_unit_is_changed_by_whoever_may_create_it(world, client_of, who, verb):
    expected = 200 if who in {"city_officer", "owner", "system_admin"} else 404
    assert client_of(getattr(world, who)).get(f"/orgs/321182001/{verb}/").status_code == expected
    assert client_of(world.owner).get(f"/orgs/321182/{verb}/").status_code == 404


def test_the_tree_page_of_a_year(world, client_of):
    merge(world)
    client = client_of(world.owner)
    for asked, codes in (
        ("2016", ["321182", "321182001", "3211820001", "3211820002"]),
        ("2017-08-31", ["321182", "321182001", "3211820001", "3211820002"]),
        ("2017", ["321182", "321182001", "3211820001"]),
        ("2016&q=第二", ["3211820002"]),
        ("2016&kind=town", ["321182001"]),
    ):
        answer = client.get(f"/orgs/?on={asked}")
        assert [row.org.code for row in answer.context["orgs"]] == codes
        assert ("只读" in answer.content.decode(), answer.context["may_manage"]) == (True, False)
    for bad in ("17", "abcd", "2017-02-30", "2999"):
        assert client.get(f"/orgs/?on={bad}").status_code == 422


@pytest.mark.parametrize("url", ["/orgs/", "/orgs/?on=2017", "/orgs/321182/"])
def test_pages_take_the_same_queries_for_one_row_and_for_three(world, client_of, url):
    client = client_of(world.peer)  # a county with one school

    def queries_of() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url.replace("321182", "321181")).status_code == 200
        return len(seen)

    queries_of()
    before = queries_of()
    for number in (2, 3):
        school = unit(f"321181000{number}", f"演示{number}校", Kind.SCHOOL, world.danyang)
        history.rename_org(by=world.peer, org=school, name=f"演示{number}小学", on=date(2018, 1, 1))
    assert queries_of() == before


def test_a_former_name_is_found(world, client_of):
    history.rename_org(by=world.owner, org=world.town, name="三茅镇", on=YEAR)
    answer = client_of(world.owner).get("/orgs/?q=三茅街道")
    assert [row.name for row in answer.context["orgs"]] == ["三茅镇"]


def test_a_merger_on_its_pages(world, client_of):
    client = client_of(world.owner)
    url = "/orgs/3211820001/merge/"
    office(world.school_2, Role.SCHOOL, "school02", "二小")
    before = Action.objects.count()
    assert [org.code for org in client.get(url).context["form"].fields["units"].queryset] == ["3211820002"]
    answer = client.get(url, {"on": "2026-06-01", "units": "3211820002"})
    assert answer.context["points"][1] == "原单位的 1 个任职到这一天为止，其他岗位不受影响。"
    assert answer.context["sent"] == [("units", "3211820002"), ("on", "2026-06-01")]
    assert Action.objects.count() == before
    for wrong in ({"on": "2026-06-01"}, {"on": "2026-06-01", "units": "3211810001"}, {"units": "3211820002"}):
        assert client.get(url, wrong).status_code == 422
        assert client.post(url, wrong).status_code == 422
    answer = client.post(url, {"on": "2026-06-01", "units": "3211820002"})
    assert (answer.url, acts("merge_orgs")) == ("/orgs/3211820001/", 1)
    page = client.get("/orgs/3211820002/")
    assert (page.status_code, page.context["become"], page.context["may_change"]) == (
        200,
        [world.school_1],
        False,
    )
    assert [held.user.username for held in page.context["past"]] == ["school02"]
    assert client_of(world.head).get("/orgs/3211820002/").context["past"] == []
    assert client_of(world.peer).get("/orgs/3211820002/").status_code == 404


def test_a_split_a_move_and_an_end_on_their_pages(world, client_of):
    client = client_of(world.owner)
    parts = {"on": "2018-01-01", "parts": "321182002 东街道\n３２１１８２００３\t西街道\n"}
    answer = client.get("/orgs/321182001/split/", parts)
    assert answer.context["points"][2] == "原单位下面的 2 个单位改属“东街道”，可以再移动。"
    assert client.post("/orgs/321182001/split/", parts).url == "/orgs/321182001/"
    for wrong in ("321182007 甲", "321182007\n321182008", "321182007 甲\n321182007 乙", "=1 甲\n2 乙"):
        answer = client.get("/orgs/321182002/split/", {"on": "2018-01-01", "parts": wrong})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["parts"])
    move = {"on": "2018-01-02", "parent": "321182003"}
    assert "“西街道”可以看到" in client.get("/orgs/3211820001/move/", move).context["points"][2]
    assert client.post("/orgs/3211820001/move/", move).url == "/orgs/3211820001/"
    assert fresh(world.school_1)[0].parent.code == "321182003"
    refused = client.post("/orgs/321182003/close/", {"on": "2018-01-03"})
    assert (refused.status_code, "下面还有 1 个单位" in refused.content.decode()) == (422, True)
    closed = client.post("/orgs/3211820002/close/", {"on": "2018-01-03"})
    assert (closed.url, fresh(world.school_2)[0].until) == ("/orgs/3211820002/", date(2018, 1, 3))


def test_an_office_with_its_days_on_the_pages(world, client_of):
    client = client_of(world.owner)
    form = {"username": "sch2", "role": "school", "title": "二小"}
    wrong = client.post("/orgs/3211820002/invite/", {**form, "since": "2027-01-01", "until": "2027-01-01"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["until"])
    client.post("/orgs/3211820002/invite/", {**form, "since": "2090-01-01", "until": "2091-01-01"})
    held = Membership.objects.get(user__username="sch2")
    assert (held.since, held.until) == (date(2090, 1, 1), date(2091, 1, 1))
    page = client.get("/orgs/3211820002/")
    assert (page.context["accounts"], "（未到任）" in page.content.decode()) == ([held], True)
    url = f"/orgs/accounts/{held.pk}/end/"
    assert client.post(url, {"on": "2001-01-01"}).status_code == 422
    assert client.post(url, {"on": "2090-06-01"}).status_code == 302
    held.refresh_from_db()
    assert held.until == date(2090, 6, 1)


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize(
    "path",
    [
        "3211820001/",
        "3211820002/",
        "321182001/move/",
        "321182001/split/",
        "3211820001/merge/?on=2018-01-01",
        "3211820003/merge/?on=2018-01-01&units=3211820001",
        "321182001/close/",
        "?on=2016",
    ],
)
def test_pages_of_the_past_are_accessible_and_fit(world, sign_in, live_server, accessible, size, path):
    unit("3211820003", "演示第三小学", Kind.SCHOOL, world.town)
    office(world.school_2, Role.SCHOOL, "school02", "二小")
    merge(world)
    history.rename_org(by=world.owner, org=world.school_1, name="演示实验学校", on=date(2017, 12, 1))
    page = sign_in(world.owner)
    page.set_viewport_size(SIZES[size])
    page.goto(f"{live_server.url}/orgs/{path}")
    assert page.locator("h1").count() == 1
    assert accessible() == []
    fits(page, size)
