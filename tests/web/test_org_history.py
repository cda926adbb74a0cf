"""The past of units: renamed, moved, merged, split, closed; the tree of a day; who finds what a past unit has."""

from datetime import date, timedelta

import handin
import pytest
from world import ON, office, unit

from dudao_web import clock
from dudao_web.operations import log
from dudao_web.orgs import actions, chain, history, queries, rules
from dudao_web.orgs.history import Part
from dudao_web.orgs.models import Action, FormerOrg, Kind, Membership, Org, Role, Successor

YEAR = date(2017, 9, 1)
BEFORE = YEAR - timedelta(days=1)


def shown(day: date, membership: Membership | None = None) -> list[tuple[str, str, str]]:
    """Code, name and parent's name of the tree of a day."""
    rows = rules.visible(Org.objects.all(), membership) if membership else None
    return [(one.org.code, one.name, one.parent_name) for one in queries.tree_on(day, rows)]


def fresh(*orgs: Org) -> list[Org]:
    """The same units as the database has them."""
    return [Org.objects.get(pk=org.pk) for org in orgs]


def merge(world, on: date = YEAR) -> None:
    """The second school goes into the first."""
    history.merge_orgs(by=world.owner, orgs=[world.school_2], into=world.school_1, on=on)


def split(world, on: date = YEAR) -> list[Org]:
    """The town is divided into two."""
    parts = [Part("321182002", "东街道"), Part("321182003", "西街道")]
    return history.split_org(by=world.owner, org=world.town, parts=parts, on=on)


def acts(verb: str) -> int:
    return Action.objects.filter(action=f"orgs.{verb}").count()


# --- the tree of a day


def test_a_past_day_shows_the_tree_of_that_day(world):
    history.rename_org(by=world.owner, org=world.town, name="三茅镇", on=YEAR)
    history.move_org(by=world.owner, org=world.school_2, parent=world.yangzhong, on=date(2018, 9, 1))
    merge(world, date(2019, 9, 1))
    first = ("3211820001", "演示第一小学")
    second = ("3211820002", "演示第二小学")
    county = ("321182", "扬中市", "镇江市")
    assert shown(BEFORE, world.owner) == [
        county,
        ("321182001", "三茅街道", "扬中市"),
        (*first, "三茅街道"),
        (*second, "三茅街道"),
    ]
    renamed = ("321182001", "三茅镇", "扬中市")
    assert shown(YEAR, world.owner) == [county, renamed, (*first, "三茅镇"), (*second, "三茅镇")]
    assert shown(date(2018, 9, 1), world.owner) == [
        county,
        (*second, "扬中市"),
        renamed,
        (*first, "三茅镇"),
    ]
    assert shown(date(2019, 9, 1), world.owner) == [county, renamed, (*first, "三茅镇")]
    assert shown(date(2016, 8, 31), world.owner) == []


def test_two_changes_on_one_day_leave_what_was_before_them_both(world):
    history.rename_org(by=world.owner, org=world.town, name="甲", on=YEAR)
    history.rename_org(by=world.owner, org=world.town, name="乙", on=YEAR)
    assert [(row.name, row.until) for row in FormerOrg.objects.all()] == [("三茅街道", YEAR)]
    assert [one.name for one in queries.tree_on(YEAR) if one.org == world.town] == ["乙"]


def test_the_tree_of_a_day_takes_two_queries_however_large(world, django_assert_num_queries):
    history.rename_org(by=world.owner, org=world.town, name="甲", on=YEAR)
    with django_assert_num_queries(2):
        assert len(queries.tree_on(BEFORE)) == 7


def test_a_day_is_neither_to_come_nor_before_the_last_change(world):
    history.rename_org(by=world.owner, org=world.town, name="甲", on=YEAR)
    for day, said in (
        (BEFORE, "“甲”在2017年9月1日有过变更，日期不能早于这一天"),
        (date(2016, 8, 31), "“甲”2016年9月1日才设立，日期不能早于这一天"),
        (clock.today() + timedelta(days=1), "日期不能晚于今天"),
    ):
        with pytest.raises(actions.Refused, match=said):
            history.rename_org(by=world.owner, org=world.town, name="乙", on=day)


# --- moved


def test_a_move_writes_the_paths_of_the_subtree_anew(world):
    history.move_org(by=world.city_officer, org=world.town, parent=world.danyang, on=YEAR)
    paths = [org.path for org in fresh(world.town, world.school_1)]
    assert paths == ["321100/321181/321182001/", "321100/321181/321182001/3211820001/"]
    assert [code for code, _, _ in shown(clock.today(), world.owner)] == ["321182"]
    assert len(queries.visible_orgs(world.peer, ON)) == 5
    act = Action.objects.last()
    assert (act.action, act.object, act.data["before"], act.data["after"]) == (
        "orgs.move_org",
        f"org:{world.town.pk}",
        "321182",
        "321181",
    )
    former = FormerOrg.objects.get()
    rows = [former, *fresh(world.school_1, world.school_2)]
    assert act.data["objects"] == {actions.object_key(r): chain.digest(actions.state(r)) for r in rows}
    history.move_org(by=world.city_officer, org=world.town, parent=world.danyang, on=YEAR)
    assert acts("move_org") == 1


def test_a_unit_moves_only_where_its_kind_belongs(world):
    with pytest.raises(actions.Refused, match="“演示第一小学”是学校，下面不能再设单位"):
        history.move_org(by=world.owner, org=world.school_2, parent=world.school_1, on=YEAR)
    history.close_org(
        by=world.owner, org=(empty := unit("321182009", "空镇", Kind.TOWN, world.yangzhong)), on=ON
    )
    with pytest.raises(actions.Refused, match="“空镇”已停用"):
        history.move_org(by=world.owner, org=world.school_2, parent=empty, on=ON)


# --- merged


def test_a_merged_unit_is_found_below_its_successor(world):
    merge(world)
    (gone,) = fresh(world.school_2)
    assert (gone.until, gone.parent, gone.path) == (
        YEAR,
        world.town,
        "321100/321182/321182001/3211820001/~3211820002/",
    )
    assert queries.today(gone) == [world.school_1]
    assert queries.county_of(gone) == world.yangzhong
    seers = (world.city_officer, world.owner, world.head, world.peer, world.stranger)
    found = [rules.visible(Org.objects.filter(pk=gone.pk), who).count() for who in seers]
    assert found == [1, 1, 1, 0, 0]
    assert [rules.sees(who, gone) for who in seers] == [True, True, True, False, False]
    assert list(queries.visible_orgs(world.head, ON)) == [world.school_1]


def test_the_return_of_a_merged_school_is_found_by_its_successor(world):
    of = handin.set_of(world.yangzhong)
    upload = handin.hand_in(of, office(world.school_2, Role.SCHOOL, "school02", "二小"), "学校.xlsx", b"x")
    merge(world)
    rows = type(upload).objects.all()
    seers = (world.owner, world.head, world.peer, world.stranger)
    assert [rules.visible(rows, who, "org").count() for who in seers] == [1, 1, 0, 0]


def test_offices_of_a_merged_unit_end(world):
    held = office(world.school_2, Role.SCHOOL, "school02", "二小")
    coming, _ = actions.invite(
        by=None, org=world.school_2, role=Role.SCHOOL, username="s3", title="x", on=date(2027, 1, 1)
    )
    merge(world, ON)
    held.refresh_from_db()
    coming.refresh_from_db()
    assert (held.until, coming.until) == (ON, date(2027, 1, 1))
    assert queries.open_memberships(held.user, ON).count() == 0
    with pytest.raises(actions.Refused, match="“演示第二小学”已停用，不能再设岗位"):
        (gone,) = fresh(world.school_2)
        office(gone, Role.SCHOOL, "s4", "x")


def test_a_merger_is_one_act_and_happens_once(world):
    office(world.school_2, Role.SCHOOL, "school02", "二小")
    merge(world)
    before = Action.objects.count()
    merge(world)
    assert (Action.objects.count(), Successor.objects.count(), acts("merge_orgs")) == (before, 1, 1)
    act = Action.objects.get(action="orgs.merge_orgs")
    assert (act.object, act.data["before"]) == (f"org:{world.school_1.pk}", ["3211820002"])
    kinds = sorted(key.partition(":")[0] for key in act.data["objects"])
    assert kinds == ["membership", "org", "successor"]


def test_towns_merge_with_what_is_below_them(world):
    other = unit("321182002", "新坝镇", Kind.TOWN, world.yangzhong)
    merge(world)
    history.merge_orgs(by=world.owner, orgs=[world.town], into=other, on=date(2018, 1, 1))
    paths = [org.path for org in fresh(world.town, world.school_1, world.school_2)]
    assert paths == [
        "321100/321182/321182002/~321182001/",
        "321100/321182/321182002/3211820001/",
        "321100/321182/321182002/3211820001/~3211820002/",
    ]
    held = office(other, Role.SCHOOL, "xinba", "新坝镇")
    assert [org.code for org in rules.visible(Org.objects.all(), held)] == ["321182002", "321182001"]
    assert shown(date(2018, 1, 1), world.owner)[2] == ("3211820001", "演示第一小学", "新坝镇")
    assert shown(date(2017, 12, 31), world.owner)[1:3] == [
        ("321182001", "三茅街道", "扬中市"),
        ("3211820001", "演示第一小学", "三茅街道"),
    ]


def test_today_follows_merger_after_merger(world):
    third = unit("3211820003", "演示第三小学", Kind.SCHOOL, world.town)
    merge(world)
    history.merge_orgs(by=world.owner, orgs=[world.school_1], into=third, on=date(2018, 9, 1))
    gone, first = fresh(world.school_2, world.school_1)
    assert (queries.today(gone), queries.today(first), queries.today(third)) == ([third], [third], [third])
    assert gone.path.endswith("/3211820003/~3211820001/~3211820002/")


def test_units_of_different_rank_do_not_merge(world):
    with pytest.raises(actions.Refused, match="“三茅街道”是镇（街道），不能并入学校“演示第一小学”"):
        history.merge_orgs(by=world.owner, orgs=[world.town], into=world.school_1, on=YEAR)
    with pytest.raises(actions.Refused, match="不能并入它自己"):
        history.merge_orgs(by=world.owner, orgs=[world.town], into=world.town, on=YEAR)
    assert Successor.objects.count() == 0


# --- split, closed


def test_a_split_unit_has_successors_of_whom_the_first_keeps_its_records(world):
    east, west = split(world)
    (gone,) = fresh(world.town)
    assert (queries.today(gone), gone.path) == ([east, west], "321100/321182/321182002/~321182001/")
    assert (east.kind, east.parent, east.since) == ("town", world.yangzhong, YEAR)
    assert fresh(world.school_1)[0].parent == east
    assert split(world) == [east, west]
    assert (acts("split_org"), acts("create_org")) == (1, 7)


def test_a_unit_may_be_divided_among_units_that_are_there(world):
    other = unit("321182002", "新坝镇", Kind.TOWN, world.yangzhong)
    parts = [Part("321182002", "新坝镇"), Part("321182003", "西街道")]
    made = history.split_org(by=world.owner, org=world.town, parts=parts, on=YEAR)
    assert [org.code for org in made] == ["321182002", "321182003"]
    assert made[0] == other
    third = unit("321182005", "丙镇", Kind.TOWN, world.yangzhong)
    with pytest.raises(actions.Refused, match="至少要有两个单位"):
        history.split_org(by=world.owner, org=third, parts=parts[:1], on=YEAR)
    with pytest.raises(actions.Refused, match="代码 3211820001 已有单位使用"):
        bad = [Part("3211820001", "甲"), Part("321182008", "乙")]
        history.split_org(by=world.owner, org=third, parts=bad, on=YEAR)


def test_a_unit_is_closed_when_nothing_is_left_in_it(world):
    with pytest.raises(actions.Refused, match="“三茅街道”下面还有 2 个单位"):
        history.close_org(by=world.owner, org=world.town, on=ON)
    with pytest.raises(actions.Refused, match="“演示第一小学”还有 1 个账号在用"):
        history.close_org(by=world.owner, org=world.school_1, on=ON)
    empty = unit("321183", "句容市", Kind.COUNTY, world.city)
    of = handin.set_of(empty)
    handin.hand_in(of, world.city_officer, "区县.xlsx", handin.county(of))
    with pytest.raises(actions.Refused, match="“句容市”已有填报或计算，不能停用"):
        history.close_org(by=world.city_officer, org=empty, on=ON)
    history.close_org(by=world.owner, org=world.school_2, on=ON)
    history.close_org(by=world.owner, org=world.school_2, on=ON)
    assert (acts("close_org"), queries.today(world.school_2)) == (1, [])
    with pytest.raises(actions.Refused, match="代码 3211820002 的单位“演示第二小学”已停用"):
        unit("3211820002", "演示第二小学", Kind.SCHOOL, world.town)


# --- what is told of it


def test_the_history_of_a_unit(world):
    merge(world)
    history.rename_org(by=world.owner, org=world.school_1, name="演示实验学校", on=date(2018, 9, 1))
    history.move_org(by=world.owner, org=world.school_1, parent=world.yangzhong, on=date(2019, 9, 1))
    first, second = fresh(world.school_1, world.school_2)
    assert [(e.on.year, e.what, e.text, e.units) for e in queries.history(first)] == [
        (2016, "设立", "", ()),
        (2017, "并入", "并入本单位的有", (second,)),
        (2018, "改名", "原名“演示第一小学”，改为“演示实验学校”", ()),
        (2019, "移动", "由“三茅街道”移到“扬中市”", ()),
    ]
    assert [(e.on.year, e.what, e.text, e.units) for e in queries.history(second)] == [
        (2016, "设立", "", ()),
        (2017, "并入", "并入", (first,)),
    ]


def test_every_row_is_as_its_last_act_left_it(world):
    history.rename_org(by=world.owner, org=world.town, name="三茅镇", on=YEAR)
    merge(world, date(2018, 1, 1))
    history.move_org(by=world.city_officer, org=world.town, parent=world.danyang, on=date(2018, 2, 1))
    history.split_org(
        by=world.city_officer,
        org=fresh(world.town)[0],
        parts=[Part("321181002", "甲镇"), Part("321181003", "乙镇")],
        on=date(2018, 3, 1),
    )
    assert log.verify(chain_name=None, file=None, head=None)[1] == []
    Org.objects.filter(pk=world.school_2.pk).update(path="x/")
    assert log.verify(chain_name=None, file=None, head=None)[1] == [
        f"org:{world.school_2.pk}：内容与最后一次操作记录不一致"
    ]
