"""Units and accounts: the tree, who sees and may what, one-time passwords, and the record of it all."""

import re
from datetime import date

import handin
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
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


# --- accounts


def test_a_role_is_held_where_it_belongs(world):
    with pytest.raises(actions.Refused, match="岗位不能设在学校“演示第一小学”"):
        office(world.school_1, Role.COUNTY_OFFICER, "someone", "某处")


def test_an_invitation_makes_the_account_once(world):
    first, password = actions.invite(
        by=world.owner, org=world.school_2, role=Role.SCHOOL, username="school02", title="演示第二小学", on=ON
    )
    second, nothing = actions.invite(
        by=world.owner, org=world.school_2, role=Role.SCHOOL, username="school02", title="演示第二小学", on=ON
    )
    assert (first, nothing) == (second, None)
    assert first.user.check_password(password)
    assert first.user.must_change_password
    assert [a.action for a in Action.objects.order_by("-pk")[:2]] == ["orgs.invite", "orgs.create_user"]


def test_a_stored_hash_is_never_rewritten_by_a_check(world):
    user = User.objects.get(username="yangzhong")
    password = actions.reset_password(by=None, user=user)
    stored = User.objects.get(pk=user.pk).password
    assert user.check_password(password)
    assert User.objects.get(pk=user.pk).password == stored


def test_a_weak_password_is_no_password(world):
    with pytest.raises(ValidationError):
        actions.set_password(user=world.owner.user, password="1234")


def test_ending_an_office_twice_ends_it_once(world):
    actions.end_membership(by=world.owner, membership=world.inspector, on=date(2026, 6, 2))
    count = Action.objects.count()
    actions.end_membership(by=world.owner, membership=world.inspector, on=date(2026, 6, 3))
    assert (world.inspector.until, Action.objects.count()) == (date(2026, 6, 2), count)


@pytest.mark.parametrize(
    ("who", "role", "where", "may"),
    [
        ("owner", Role.SCHOOL, "school_1", True),
        ("owner", Role.COUNTY_OFFICER, "yangzhong", True),
        ("owner", Role.SCHOOL, "danyang_school", False),
        ("owner", Role.CITY_OFFICER, "city", False),
        ("owner", Role.SYSTEM_ADMIN, "yangzhong", False),
        ("city_officer", Role.COUNTY_OFFICER, "danyang", True),
        ("city_officer", Role.SYSTEM_ADMIN, "city", False),
        ("system_admin", Role.SYSTEM_ADMIN, "yangzhong", True),
        ("head", Role.SCHOOL, "school_1", False),
        ("inspector", Role.SCHOOL, "school_1", False),
        ("security_admin", Role.SCHOOL, "school_1", False),
        ("audit_admin", Role.SCHOOL, "school_1", False),
    ],
)
def test_who_may_give_which_office_where(world, who, role, where, may):
    assert rules.may_grant(getattr(world, who), role, getattr(world, where)) is may


def test_a_password_is_reset_only_by_who_could_give_every_office_of_the_account(world):
    assert rules.may_reset(world.owner, world.inspector.user)
    office(world.danyang, Role.INSPECTOR, "inspector", "丹阳市责任督学")
    assert not rules.may_reset(world.owner, world.inspector.user)
    assert rules.may_reset(world.city_officer, world.inspector.user)


# --- the pages


def test_the_tree_page_shows_the_own_scope(world, client_of):
    answer = client_of(world.owner).get("/orgs/")
    assert codes(answer.context["orgs"]) == ["321182", "321182001", "3211820001", "3211820002"]
    assert [org.depth for org in answer.context["orgs"]] == [0, 1, 2, 2]
    assert [org.accounts for org in answer.context["orgs"]] == [2, 0, 1, 0]


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
    assert codes(client_of(world.owner).get(f"/orgs/?{search}").context["orgs"]) == found


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


def test_accounts_are_shown_to_who_manages_them_and_to_the_unit_itself(world, client_of):
    shown = {
        who: [m.user.username for m in client_of(getattr(world, who)).get(url).context["accounts"]]
        for who, url in (
            ("owner", "/orgs/3211820001/"),
            ("head", "/orgs/3211820001/"),
            ("inspector", "/orgs/3211820001/"),
        )
    }
    assert shown == {"owner": ["school01"], "head": ["school01"], "inspector": []}


@pytest.mark.parametrize("who", EVERY_OFFICE)
@pytest.mark.parametrize("path", ["321182/new/", "321182/invite/", "import/", "import/template.xlsx"])
def test_pages_that_change_units_are_for_managers_of_that_unit(world, client_of, who, path):
    managers = {"city_officer", "owner", "system_admin"} | ({"peer"} if path.startswith("import") else set())
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
    "path", ["", "321182/", "3211820001/", "321182/new/", "321182/invite/", "import/", "account/", "choose/"]
)
def test_pages_are_accessible_and_fit(world, sign_in, live_server, accessible, size, path):
    page = sign_in(world.owner)
    page.set_viewport_size(SIZES[size])
    page.goto(f"{live_server.url}/orgs/{path}")
    assert page.locator("h1").count() == 1
    assert accessible() == []
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[size]["width"]


@pytest.mark.browser
def test_search_as_one_types_and_back(world, sign_in, live_server):
    page = sign_in(world.owner)
    page.goto(f"{live_server.url}/orgs/")
    page.get_by_label("名称或代码").press_sequentially("第二")
    page.get_by_text("共 1 个单位").wait_for()
    assert page.locator("tbody th").all_text_contents() == ["演示第二小学"]
    assert page.url.endswith("/orgs/?q=%E7%AC%AC%E4%BA%8C&kind=")
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


# --- the place and the code of a unit; renamed, closed


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


@pytest.mark.parametrize("who", EVERY_OFFICE)
@pytest.mark.parametrize("verb", ["rename", "close"])
def test_a_unit_is_renamed_and_closed_by_whoever_may_create_it(world, client_of, who, verb):
    expected = 200 if who in {"city_officer", "owner", "system_admin"} else 404
    assert client_of(getattr(world, who)).get(f"/orgs/321182001/{verb}/").status_code == expected
    assert client_of(world.owner).get(f"/orgs/321182/{verb}/").status_code == 404


def test_a_unit_is_renamed(world, client_of):
    answer = client_of(world.owner).post("/orgs/321182001/rename/", {"name": "三茅镇"})
    assert (answer.url, Org.objects.get(code="321182001").name) == ("/orgs/321182001/", "三茅镇")
    last = Action.objects.last()
    assert (last.action, last.data) == ("orgs.rename_org", {"before": "三茅街道"})


def test_a_unit_made_by_mistake_is_closed(world, client_of):
    client = client_of(world.owner)
    refused = client.post("/orgs/321182001/close/")
    assert (
        refused.status_code,
        "“三茅街道”下面还有 2 个单位。请先停用下级单位。" in refused.content.decode(),
    ) == (
        422,
        True,
    )
    wrong = unit("321182999", "演示镇", Kind.TOWN, world.yangzhong)
    assert client.post("/orgs/321182999/close/").url == "/orgs/321182/"
    wrong.refresh_from_db()
    assert (wrong.until, Action.objects.last().action) == (timezone.localdate(), "orgs.close_org")
    assert client.get("/orgs/321182999/").status_code == 404
    with pytest.raises(actions.Refused, match="代码 321182999 的单位“演示镇”已停用"):
        unit("321182999", "演示镇", Kind.TOWN, world.yangzhong)


def test_a_unit_with_accounts_or_a_county_with_returns_is_not_closed(world):
    with pytest.raises(actions.Refused, match="“演示第一小学”还有 1 个账号在用"):
        actions.close_org(by=world.owner, org=world.school_1, on=ON)
    empty = unit("321183", "句容市", Kind.COUNTY, world.city)
    of = handin.set_of(empty)
    handin.hand_in(of, world.city_officer, "区县.xlsx", handin.county(of))
    with pytest.raises(actions.Refused, match="“句容市”已有填报或计算，不能停用"):
        actions.close_org(by=world.city_officer, org=empty, on=ON)
