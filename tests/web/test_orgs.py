"""Units: the tree and its pages, who sees and may what."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from screen import fits
from world import ON, SIZES, office, unit

from dudao_web.orgs import actions, queries, rules
from dudao_web.orgs.models import Action, Kind, Membership, Org, Role, User

EVERY_OFFICE = (
    "city_officer",
    "owner",
    "peer",
    "head",
    "stranger",
    "inspector",
    "system_admin",
    "security_admin",
    "audit_admin",
)


def codes(orgs) -> list[str]:
    return [org.code for org in orgs]


def listed(answer) -> list[str]:
    """Codes of the rows of the tree page."""
    return [row.org.code for row in answer.context["orgs"]]


# --- the tree


def test_paths_are_the_codes_from_the_root_down(world):
    assert world.school_1.path == "321100/321182/321182001/3211820001/"


def test_a_subtree_is_one_range_of_paths(world):
    unit("321182001-1", "演示分部", Kind.TOWN, world.yangzhong)  # longer code, not below the town
    found = Org.objects.filter(**rules.within(world.town))
    assert codes(found) == ["321182001", "3211820001", "3211820002"]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("city_officer", 7),
        ("owner", 4),
        ("peer", 2),
        ("head", 1),
        ("inspector", 4),
        ("system_admin", 7),
    ],
)
def test_an_office_sees_its_unit_and_below(world, who, seen):
    assert queries.visible_orgs(getattr(world, who), ON).count() == seen


def test_units_have_dates(world):
    world.school_2.until = date(2026, 6, 1)
    world.school_2.save()
    assert codes(queries.visible_orgs(world.owner, date(2026, 5, 31)))[-1] == "3211820002"
    assert codes(queries.visible_orgs(world.owner, date(2026, 6, 1)))[-1] == "3211820001"


def test_the_county_of_a_unit(world):
    assert queries.county_of(world.school_1) == world.yangzhong
    assert queries.county_of(world.yangzhong) == world.yangzhong
    assert queries.county_of(world.city) is None


def test_making_a_unit_twice_makes_it_once(world):
    before = (Org.objects.count(), Action.objects.count())
    again = unit("321182001", "三茅街道", Kind.TOWN, world.yangzhong)
    assert again == world.town
    assert (Org.objects.count(), Action.objects.count()) == before


def test_a_code_belongs_to_one_unit(world):
    with pytest.raises(actions.Refused, match="代码 321182001 已有单位使用"):
        unit("321182001", "新坝镇", Kind.TOWN, world.yangzhong)


def test_nothing_below_a_school(world):
    with pytest.raises(actions.Refused, match="“演示第一小学”是学校"):
        unit("3211820003", "演示分校", Kind.SCHOOL, world.school_1)


@pytest.mark.parametrize(
    ("name", "shown"), [("=1+1", "="), ("+甲小学", "+"), ("-甲", "-"), ("@甲", "@"), ("\t甲", "制表符")]
)
def test_a_name_that_a_spreadsheet_would_take_for_a_formula_is_refused(world, client_of, name, shown):
    with pytest.raises(actions.Refused) as refusal:
        unit("3211820009", name, Kind.SCHOOL, world.town)
    assert f"不能以“{shown}”开头" in str(refusal.value)
    form = {"code": "321182009", "name": name, "kind": "town"}
    answer = client_of(world.owner).post("/orgs/321182/new/", form)
    assert answer.status_code == (302 if name.startswith("\t") else 422)  # a form drops spaces at the ends


def plan(rows) -> list[str]:
    """How the database reads the units of a query, a step each."""
    sql, given_values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # of a few rows a scan would be as quick
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}", given_values)
        return [str(row[-1]) for row in cursor.fetchall()]


@pytest.mark.parametrize("who", ["owner", "head"])
def test_the_scope_is_read_by_the_index_on_the_path(world, who):
    step, *_ = plan(rules.visible(Org.objects.order_by("path"), getattr(world, who)))
    if connection.vendor == "postgresql":
        assert "Seq Scan" not in step
        return
    assert re.sub(r"INDEX \S+", "INDEX …", step) == "SEARCH orgs_org USING INDEX … (path>? AND path<?)"


# --- the pages


def test_the_tree_page_shows_the_own_scope(world, client_of):
    answer = client_of(world.owner).get("/orgs/")
    assert listed(answer) == ["321182", "321182001", "3211820001", "3211820002"]
    assert [row.depth for row in answer.context["orgs"]] == [0, 1, 2, 2]
    assert [row.org.accounts for row in answer.context["orgs"]] == [2, 0, 1, 0]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("q=第二", ["3211820002"]),
        ("q=321182001", ["321182001"]),
        ("kind=school", ["3211820001", "3211820002"]),
        ("q=演示&kind=town", []),
        ("q=云阳", []),
        ("kind=nonsense", ["321182", "321182001", "3211820001", "3211820002"]),
    ],
)
def test_search_stays_in_the_own_scope(world, client_of, search, found):
    assert listed(client_of(world.owner).get(f"/orgs/?{search}")) == found


def test_a_filling_unit_has_its_own_page_and_no_tree(world, client_of):
    assert client_of(world.head).get("/orgs/").url == "/orgs/3211820001/"


def test_how_many_accounts_a_unit_has_is_for_who_gives_them(world, client_of):
    answer = client_of(world.inspector).get("/orgs/")
    assert listed(answer) == ["321182", "321182001", "3211820001", "3211820002"]
    assert [hasattr(row.org, "accounts") for row in answer.context["orgs"]] == [False] * 4


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("owner", 200),
        ("city_officer", 200),
        ("system_admin", 200),
        ("inspector", 200),
        ("head", 404),
        ("peer", 404),
        ("stranger", 404),
    ],
)
def test_the_page_of_a_unit(world, client_of, who, status):
    assert client_of(getattr(world, who)).get("/orgs/321182/").status_code == status


def test_a_unit_out_of_scope_looks_like_none_at_all(world, client_of):
    client = client_of(world.peer)
    there, nowhere = client.get("/orgs/321182/"), client.get("/orgs/999999/")
    token = re.compile(r'(value=|X-CSRFToken":)"\w{64}"')  # masked anew for each answer
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert token.sub("", there.content.decode()) == token.sub("", nowhere.content.decode())


def test_accounts_are_shown_to_who_manages_them_and_to_the_filling_unit_itself(world, client_of):
    shown = {
        who: [m.user.username for m in client_of(getattr(world, who)).get(url).context["accounts"]]
        for who, url in (
            ("owner", "/orgs/3211820001/"),
            ("head", "/orgs/3211820001/"),
            ("inspector", "/orgs/321182/"),
            ("city_officer", "/orgs/321100/"),
        )
    }
    assert shown == {
        "owner": ["school01"],
        "head": ["school01"],
        "inspector": [],
        "city_officer": ["zhenjiang"],
    }


@pytest.mark.parametrize("who", EVERY_OFFICE)
@pytest.mark.parametrize("path", ["321182/new/", "321182/invite/", "import/", "import/template.xlsx"])
def test_pages_that_change_units_are_for_managers_of_that_unit(world, client_of, who, path):
    managers = {"city_officer", "owner", "system_admin"} | ({"peer"} if path.startswith("import") else set())
    managers |= {"security_admin"} if path.endswith("invite/") else set()
    expected = 200 if who in managers else 404
    assert client_of(getattr(world, who)).get(f"/orgs/{path}").status_code == expected


def test_a_new_unit(world, client_of):
    form = {"code": "３２１１８２００２", "name": "新坝镇", "kind": "town"}
    answer = client_of(world.owner).post("/orgs/321182/new/", form)
    assert answer.url == "/orgs/321182002/"
    made = Org.objects.get(code="321182002")
    assert (made.name, made.kind, made.parent, made.since) == (
        "新坝镇",
        "town",
        world.yangzhong,
        timezone.localdate(),
    )
    last = Action.objects.last()
    assert (last.action, last.object, last.membership) == (
        "orgs.create_org",
        f"org:{made.pk}",
        f"m{world.owner.pk}",
    )


@pytest.mark.parametrize("code", ["321182001", "signin", "a/b1", "中文1", ""])
def test_a_new_unit_with_a_bad_code(world, client_of, code):
    form = {"code": code, "name": "新坝镇", "kind": "town"}
    answer = client_of(world.owner).post("/orgs/321182/new/", form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["code"])


def test_a_new_account_shows_its_one_time_password_once(world, client_of):
    client = client_of(world.owner)
    form = {"username": "school02", "role": "school", "title": "演示第二小学"}
    answer = client.post("/orgs/3211820002/invite/", form)
    password = answer.context["rows"][0].password
    assert answer.content.decode().count(password) == 1
    assert answer["Cache-Control"] == "no-store"
    assert password not in client.get("/orgs/3211820002/").content.decode()
    assert User.objects.get(username="school02").check_password(password)


def test_an_office_offers_only_roles_that_it_may_give(world, client_of):
    form = client_of(world.owner).get("/orgs/321182/invite/").context["form"]
    assert [value for value, _ in form.fields["role"].choices] == ["county_officer", "inspector"]
    answer = client_of(world.owner).post(
        "/orgs/321182/invite/", {"username": "boss", "role": "system_admin", "title": "某处"}
    )
    assert (answer.status_code, User.objects.filter(username="boss").exists()) == (422, False)


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("city_officer", 200), ("peer", 404), ("head", 404), ("inspector", 404)],
)
def test_resetting_a_password(world, client_of, who, status):
    client = client_of(getattr(world, who))
    url = f"/orgs/accounts/{world.head.pk}/reset/"
    before = User.objects.get(pk=world.head.user_id).password
    assert client.get(url).status_code == status
    assert User.objects.get(pk=world.head.user_id).password == before  # asking changes nothing
    answer = client.post(url)
    assert answer.status_code == status
    if status == 200:
        assert User.objects.get(pk=world.head.user_id).check_password(answer.context["rows"][0].password)
    else:
        assert User.objects.get(pk=world.head.user_id).password == before


def test_ending_an_office_on_its_page(world, client_of):
    client = client_of(world.owner)
    url = f"/orgs/accounts/{world.head.pk}/end/"
    assert client.get(url).status_code == 200
    assert Membership.objects.get(pk=world.head.pk).until is None
    assert client.post(url).url == "/orgs/3211820001/"
    assert Membership.objects.get(pk=world.head.pk).until == timezone.localdate()
    assert client.post(url).status_code == 404


def test_nobody_ends_the_office_they_act_for(world, client_of):
    url = f"/orgs/accounts/{world.owner.pk}/end/"
    assert client_of(world.owner).post(url).status_code == 404
    assert client_of(world.city_officer).post(url).status_code == 302


@pytest.mark.parametrize("url", ["/orgs/", "/orgs/321182/", "/orgs/321182001/"])
def test_the_same_number_of_queries_for_few_rows_and_for_many(world, client_of, url):
    client = client_of(world.owner)
    client.get(url)

    def queries_of() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    before = queries_of()
    for number in range(3, 8):
        school = unit(f"321182000{number}", f"演示第{number}小学", Kind.SCHOOL, world.town)
        office(school, Role.SCHOOL, f"school0{number}", school.name)
        office(world.yangzhong, Role.INSPECTOR, f"inspector{number}", "督学")
    assert queries_of() == before


# --- in the browser


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "?on=2017",
        "321182/",
        "3211820001/",
        "321182/new/",
        "321182/invite/",
        "import/",
        "account/",
        "choose/",
    ],
)
def test_pages_are_accessible_and_fit(world, sign_in, live_server, accessible, size, path):
    page = sign_in(world.owner)
    page.set_viewport_size(SIZES[size])
    page.goto(f"{live_server.url}/orgs/{path}")
    assert page.locator("h1").count() == 1
    assert accessible() == []
    fits(page, size)


@pytest.mark.browser
def test_search_as_one_types_and_back(world, sign_in, live_server):
    page = sign_in(world.owner)
    page.goto(f"{live_server.url}/orgs/")
    page.get_by_label("名称或代码").press_sequentially("第二")
    page.get_by_text("共 1 个单位").wait_for()
    assert page.locator("tbody th").all_text_contents() == ["演示第二小学"]
    assert page.url.endswith("/orgs/?q=%E7%AC%AC%E4%BA%8C&kind=&on=")
    page.go_back()
    page.get_by_text("共 4 个单位").wait_for()


@pytest.mark.browser
def test_the_menu_on_a_phone(world, sign_in, live_server):
    page = sign_in(world.owner)
    page.set_viewport_size(SIZES["phone"])
    page.goto(f"{live_server.url}/orgs/account/")
    page.locator("summary", has_text="菜单").click()
    page.get_by_role("navigation", name="菜单", exact=True).get_by_role("link", name="单位").click()
    page.get_by_role("heading", name="单位", exact=True).wait_for()


# --- the place and the code of a unit


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        (
            Kind.COUNTY,
            "321199",
            "“扬中市”是县（市、区），下面不能设县（市、区）：县（市、区）只能设在省、设区市下面",
        ),
        (Kind.COUNTY, "x1", "代码“x1”不合规则，县（市、区）的代码应为 6 位数字的区划代码"),
        (Kind.FUNCTIONAL, "321171-1", "代码“321171-1”不合规则"),
        (
            Kind.TOWN,
            "3211820010",
            "镇（街道）的代码应为 9 位或 12 位数字的区划代码，分校、分部在后面加 -1、-2",
        ),
        (Kind.SCHOOL, "1", "学校的代码应为 10 位数字的学校标识码"),
        (Kind.CITY, "321200", "设区市只能设在省下面"),
    ],
)
def test_a_unit_stands_where_its_kind_belongs_under_a_code_of_its_kind(world, kind, code, said):
    with pytest.raises(actions.Refused) as refusal:
        unit(code, "演示单位", kind, world.yangzhong)
    assert said in str(refusal.value)


def test_a_branch_of_a_school_has_the_code_of_the_school_with_a_number(world):
    assert unit("3211820001-1", "演示第一小学东校区", Kind.SCHOOL, world.town).parent == world.town


def test_only_kinds_that_fit_are_offered(world, client_of):
    form = client_of(world.owner).get("/orgs/321182/new/").context["form"]
    assert [value for value, _ in form.fields["kind"].choices] == [
        "town",
        "school",
        "kindergarten",
        "department",
    ]
