"""Titles: the figures of seed 000, targets, awards given and withdrawn, the workbook, cohorts frozen for good."""

import hashlib
import io
from datetime import date
from decimal import Decimal

import award_world
import openpyxl
import pytest
import xlsxwriter
from award_world import EARLY, LATE
from world import office

from dudao_web import clock
from dudao_web.operations import log
from dudao_web.orgs import history
from dudao_web.orgs.actions import Refused, create_org
from dudao_web.orgs.models import Action, Kind, Org, Role, Successor
from dudao_web.standards import actions as standards
from dudao_web.titles import actions, progress, queries, rules, sheet
from dudao_web.titles.actions import Given
from dudao_web.titles.models import Award, Cohort, Target

UNTIL = date(2015, 12, 31)
ON = date(2017, 5, 8)


@pytest.fixture
def both(world):
    return award_world.titles(world.city)


def acts() -> list[str]:
    return list(
        Action.objects.filter(action__startswith="titles.").order_by("pk").values_list("action", flat=True)
    )


def freeze(world, both, **kwargs):
    words = {"name": "2017年回头看名单", "titles": [both.towns, both.schools], "awarded_until": UNTIL}
    return actions.freeze_cohort(by=world.city_officer, org=world.city, **(words | kwargs))


# --- the figures of seed 000


@pytest.mark.parametrize(
    ("done", "target", "places", "shown"),
    [
        (55, 58, 1, "94.8"),
        (55, 58, 2, "94.83"),
        (447, 486, 1, "92.0"),
        (447, 486, 2, "91.98"),
        (502, 544, 1, "92.3"),
        (502, 544, 2, "92.28"),
        (1, 800, 2, "0.13"),  # 0.125 exactly: half up, not to even
        (1, 2000, 1, "0.1"),  # 0.05 exactly
    ],
)
def test_a_share_is_rounded_half_up_once(done, target, places, shown):
    assert str(rules.percent(done, target, places)) == shown


def test_no_share_without_a_target():
    assert rules.percent(3, 0) is None


def test_progress_of_the_whole_city(world):
    both = award_world.whole(world)
    units = {(both.towns, None): 58, (both.schools, None): 486, (both.schools, world.yangzhong): 60}
    actions.set_targets(by=world.city_officer, year=2018, units=units)
    rows = progress.rows(world.city_officer, [both.towns, both.schools], year=2018, today=ON, places=2)
    last = rows[-1]
    assert last.district is None
    assert [(c.done, c.target, c.percent) for c in (*last.cells, last.total)] == [
        (55, 58, Decimal("94.83")),
        (447, 486, Decimal("91.98")),
        (502, 544, Decimal("92.28")),
    ]
    districts = [row for row in rows if row.district]
    assert [sum(row.cells[i].done for row in districts) for i in (0, 1)] == [55, 447]
    assert len(districts) == 8
    own = progress.rows(world.owner, [both.towns, both.schools], year=2018, today=ON)
    assert [row.district for row in own] == [world.yangzhong]
    assert [cell.target for cell in (*own[0].cells, own[0].total)] == [0, 60, 0]
    before = progress.rows(world.city_officer, [both.schools], year=2015, today=ON)
    assert before[-1].cells[0].done == 375


def test_the_cohort_of_413(world):
    both = award_world.whole(world)
    cohort = freeze(world, both)
    assert len(cohort.units) == 413
    assert queries.chosen([both.towns, both.schools], UNTIL, ON).counts == {
        both.schools.name: 375,
        both.towns.name: 38,
    }
    assert len(queries.members(cohort)) == 413
    lines = cohort.text.encode().splitlines(keepends=True)
    assert lines == sorted(lines)
    assert cohort.sha256 == hashlib.sha256(cohort.text.encode()).hexdigest()
    assert acts()[-1] == "titles.freeze_cohort"


# --- titles and targets


def test_a_title_is_made_once_and_numbered(world):
    make = {"by": world.city_officer, "org": world.city, "name": "示范学校"}
    first = actions.create_title(unit_kinds=["school"], **make)
    assert first.key == "t321100-1"
    assert actions.create_title(unit_kinds=["school"], **make) == first
    assert acts() == ["titles.create_title"]
    with pytest.raises(Refused, match="授予对象与此不同"):
        actions.create_title(unit_kinds=["town"], **make)


def test_targets_are_set_in_one_act_and_emptied(world, both):
    units = {(both.towns, None): 58, (both.towns, world.danyang): 12, (both.schools, None): 0}
    assert len(actions.set_targets(by=world.city_officer, year=2018, units=units)) == 2
    assert actions.set_targets(by=world.city_officer, year=2018, units=units) == []
    actions.set_targets(by=world.city_officer, year=2018, units={(both.towns, world.danyang): 0})
    assert list(Target.objects.order_by("pk").values_list("units", flat=True)) == [58, 0]
    assert acts()[2:] == ["titles.set_targets"] * 2
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_the_whole_without_a_target_of_its_own_is_the_sum_of_the_districts(world, both):
    units = {(both.towns, world.danyang): 3, (both.towns, world.yangzhong): 2}
    actions.set_targets(by=None, year=2018, units=units)
    rows = progress.rows(world.city_officer, [both.towns], year=2018, today=ON)
    assert rows[-1].cells[0].target == 5


# --- awards


def test_an_award_twice_is_one(world, both):
    first = award_world.give(
        both.schools, world.school_1, grades={"A1": "B", "A10": "C", "A2": "C", "A3": "A"}
    )
    again = award_world.give(
        both.schools, world.school_1, grades={"A1": "B", "A10": "C", "A2": "C", "A3": "A"}
    )
    assert again == first
    assert first.below_a == [("A1", "B"), ("A2", "C"), ("A10", "C")]
    assert acts()[2:] == ["titles.award"]


def test_what_cannot_be_given(world, both):
    award_world.give(both.schools, world.school_1)
    with pytest.raises(Refused, match="登记的内容与此不同"):
        award_world.give(both.schools, world.school_1, batch="第二批")
    with pytest.raises(Refused, match="是学校，“市教育现代化先进镇（街道）”只授予镇（街道）"):
        award_world.give(both.towns, world.school_1)
    with pytest.raises(Refused, match="晚于今天"):
        award_world.give(both.schools, world.school_2, date(2999, 1, 1))


def test_withdrawn_from_a_day_on_and_given_again(world, both):
    award = award_world.give(both.schools, world.school_1)
    for _ in range(2):
        actions.withdraw(by=world.city_officer, award=award, on=LATE, reason="复查不合格")
    with pytest.raises(Refused, match="已于 2016-06-30 撤销"):
        actions.withdraw(by=world.city_officer, award=award, on=ON, reason="复查不合格")
    assert queries.award_of(world.school_1, date(2016, 6, 29)) == award
    assert queries.award_of(world.school_1, LATE) is None
    with pytest.raises(Refused, match="再次授予不能早于这一天"):
        award_world.give(both.schools, world.school_1, date(2016, 1, 1))
    again = award_world.give(both.schools, world.school_1, ON)
    assert queries.award_of(world.school_1, ON) == again
    assert acts()[2:] == ["titles.award", "titles.withdraw", "titles.award"]


def test_a_correction_keeps_what_was_before_in_the_record(world, both):
    award = award_world.give(both.schools, world.school_1, batch="第一批")
    given = Given(world.school_1, both.schools, EARLY, batch="第二批", problems=["操场偏小"])
    for _ in range(2):
        actions.correct_award(by=world.city_officer, award=award, given=given)
    award.refresh_from_db()
    assert (award.batch, award.problems) == ("第二批", ["操场偏小"])
    assert acts()[2:] == ["titles.award", "titles.correct_award"]
    assert Action.objects.last().data["before"]["batch"] == "第一批"


# --- cohorts


def test_a_frozen_cohort_never_changes(world, both):
    award_world.give(both.schools, world.school_1)
    award = award_world.give(both.towns, world.town)
    cohort = freeze(world, both)
    text = "3211820001,school,2014-12-20\n321182001,town,2014-12-20\n"
    assert (cohort.text, cohort.units[1]) == (text, ["321182001", award.pk])
    award_world.give(both.schools, world.school_2)
    actions.withdraw(by=None, award=award, on=LATE, reason="复查不合格")
    moved = Given(world.school_1, both.schools, date(2015, 1, 1))
    actions.correct_award(by=None, award=Award.objects.get(unit=world.school_1), given=moved)
    assert freeze(world, both) == cohort
    found = Cohort.objects.get()
    assert (found.text, found.sha256) == (text, hashlib.sha256(text.encode()).hexdigest())
    assert [org.code for org in queries.members(found)] == ["321182001", "3211820001"]
    lines = queries.lines(found, ON)
    assert [(line.awarded_on, line.withdrawn_on) for line in lines] == [(EARLY, None), (EARLY, LATE)]
    assert log.verify(chain_name=None, file=None, head=None)[1] == []
    with pytest.raises(Refused, match="冻结后不能更改"):
        freeze(world, both, titles=[both.schools])


def test_a_list_that_changed_since_its_preview_is_not_frozen(world, both):
    award_world.give(both.schools, world.school_1)
    seen = queries.chosen([both.schools], UNTIL, ON).sha256
    award_world.give(both.schools, world.school_2)
    with pytest.raises(Refused, match="名单与预览时不同"):
        freeze(world, both, titles=[both.schools], expected=seen)
    assert Cohort.objects.count() == 0
    with pytest.raises(Refused, match="没有单位符合规则"):
        freeze(world, both, titles=[both.towns])


def test_merged_units_are_once_in_their_successor_and_closed_ones_say_why(world, both):
    third = create_org(by=None, code="3211820003", name="演示第三小学", kind=Kind.SCHOOL, parent=world.town)
    for unit in (world.school_1, world.school_2, third, world.danyang_school):
        award_world.give(both.schools, unit)
    cohort = freeze(world, both)
    day = date(2016, 9, 1)
    for unit in (world.school_1, third):
        Successor.objects.create(before=unit, after=world.school_2, on=day, kind="merge")
    Org.objects.filter(pk__in=(world.school_1.pk, third.pk, world.danyang_school.pk)).update(until=day)
    assert queries.members(cohort) == [world.school_2]
    lines = {line.unit.code: line for line in queries.lines(cohort, ON)}
    assert lines["3211820001"].today == (world.school_2,)
    assert lines["3211810001"].gone == "2016年9月1日停用，没有承接单位"
    assert [line.moved for line in lines.values()] == [False, True, False, True]


def test_after_a_merge_the_successor_s_own_office_sees_what_the_others_were_given(world, both, client_of):
    """And its town does not see its schools' awards, nor any other school's office the successor's."""
    second = office(world.school_2, Role.SCHOOL, "school02", "演示第二小学")
    town = office(world.town, Role.SCHOOL, "town", "三茅街道")
    award = award_world.give(both.schools, world.school_1)
    assert [list(rules.visible_awards(one)) for one in (second, town, world.head)] == [[], [], [award]]
    history.merge_orgs(by=world.owner, orgs=[world.school_1], into=world.school_2, on=clock.today())
    assert [list(rules.visible_awards(one)) for one in (second, town, world.stranger)] == [[award], [], []]
    page = client_of(second).get("/titles/", follow=True).content.decode()
    assert ("演示第一小学（前身）" in page, both.schools.name in page) == (True, True)
    assert client_of(second).get(f"/titles/units/{world.school_1.code}/").status_code == 200
    cohort = freeze(world, both)
    assert [line.today for line in queries.lines(cohort, clock.today(), second)] == [(world.school_2,)]
    assert queries.lines(cohort, clock.today(), town) == []


# --- the workbook

HEAD = (*sheet.COLUMNS, "A1", "A2")


def workbook(*rows: tuple, head: tuple = HEAD) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate((head, *rows)):
            page.write_row(number, 0, row)
    return out.getvalue()


def known(both, *versions) -> sheet.Known:
    return sheet.known(Org.objects.all(), [both.towns, both.schools], versions)


def row(unit: Org, title: str = "市教育现代化先进学校", day: object = "2014-12-20", *rest: object) -> tuple:
    return (unit.code, unit.name, title, day, *rest)


def test_the_empty_form_says_its_columns_and_is_read_as_empty(world, both):
    data = sheet.template([both.towns, both.schools])
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["称号授予表", "填写说明"]
    assert tuple(cell.value for cell in book.worksheets[0][1]) == sheet.COLUMNS
    issues = sheet.read(data, known(both))[1]
    assert [(one.cell, one.text) for one in issues] == [("A2", "没有一行单位。请从第二行起填写。")]


def test_grades_and_problems_come_with_the_award_and_twice_is_once(world, both):
    data = workbook(
        row(
            world.school_1,
            "市教育现代化先进学校",
            "2014年12月20日",
            "第一批",
            "",
            "操场偏小\n 图书陈旧 \n",
            "B",
            "a",
        ),
        row(world.town, both.towns.name, "2014.12.20", "第一批", "", "", "", "Ｃ"),
    )
    rows, issues = sheet.read(data, known(both))
    assert issues == []
    made = actions.import_awards(by=world.city_officer, rows=rows)
    assert [(a.unit.name, a.awarded_on, a.batch, a.grades, a.problems) for a in made] == [
        ("演示第一小学", EARLY, "第一批", {"A1": "B", "A2": "A"}, ["操场偏小", "图书陈旧"]),
        ("三茅街道", EARLY, "第一批", {"A2": "C"}, []),
    ]
    assert actions.import_awards(by=world.city_officer, rows=rows) == []
    assert acts()[2:] == ["titles.import"]
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_every_bad_cell_is_named_and_nothing_is_taken(world, both):
    data = workbook(
        ("", "演示", both.schools.name, "2014-12-20"),
        ("9999999999", "演示", both.schools.name, "2014-12-20"),
        (world.school_1.code, "演示第九小学", both.schools.name, "2014-12-20"),
        row(world.school_1, "先进学校", "明年", "", "某标准", "", "D"),
    )
    rows, issues = sheet.read(data, known(both))
    assert rows == []
    assert [one.cell for one in issues] == ["A2", "A3", "B4", "C5", "D5", "F5", "H5"]
    assert issues[2].text == (
        "代码 3211820001 的单位是“演示第一小学”，表中写“演示第九小学”。请核对代码，或改为平台上的名称。"
    )
    assert issues[6].text == "项目 A1 的等次是“D”。请填 A、B 或 C，没有评的空着。"


def test_rows_that_clash_are_named(world, both):
    award_world.give(both.schools, world.school_2)
    data = workbook(
        row(world.school_1),
        row(world.school_1),
        row(world.school_2, both.schools.name, "2014-12-21"),
        row(world.school_1, both.towns.name),
    )
    rows, issues = sheet.read(data, known(both))
    assert issues == []
    found = actions.clashes(rows)
    assert [cell for cell, _ in found] == ["A3", "A4", "A5"]
    assert found[0][1] == "与 A2 是同一单位、同一称号。请只留一行。"
    with pytest.raises(Refused, match="A3 与 A2"):
        actions.import_awards(by=world.city_officer, rows=rows)
    assert Award.objects.count() == 1


def test_heads_that_are_no_column_and_items_that_the_standard_has_not(world, both):
    version = standards.register(standard="cn-2017-quality-balance", profile="default", by=None)
    head = (*sheet.COLUMNS, "G1", "Z99", "备注", "G1")
    data = workbook(
        row(world.school_1, both.schools.name, "2014-12-20", "", version.title, "", "A", "B"), head=head
    )
    issues = sheet.read(data, known(both, version))[1]
    assert [one.cell for one in issues] == ["J1", "K1", "I2"]
    assert issues[2].text == f"“{version.title}”没有项目 Z99。请更正列名或评估标准。"


def test_the_download_is_read_in_again_and_holds_no_formula(world, both):
    award = award_world.give(
        both.schools, world.school_1, grades={"A1": "B"}, problems=["=1+1", "操场偏小"], batch="第一批"
    )
    actions.withdraw(by=None, award=award, on=LATE, reason="@复查")
    data = sheet.table(list(Award.objects.all()), {world.school_1.pk: "扬中市"})
    cells = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [cell.data_type for cell in cells[2] if cell.value] == ["s"] * 10
    assert [cell.value for cell in cells[2]][6:] == ["=1+1\n操场偏小", "B", "扬中市", "2016-06-30", "@复查"]
    rows, issues = sheet.read(data, known(both))
    assert issues == []
    assert actions.import_awards(by=None, rows=rows) == []
