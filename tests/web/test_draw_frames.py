"""The frame of a stage: three years without replacement, closed and merged units, 抽查 from this year's looked-at units."""

from datetime import date

import checking
import pytest
from checking import DANYANG, YANGZHONG
from drawing_world import campaign_of, codes, drawn, hand_in, place_of, planned, refused, soon, takes

from dudao.sampling import read_quota
from dudao_web.campaigns.models import Case, StageDate
from dudao_web.inspections import drawing, drawing_page, frames, queries
from dudao_web.inspections.models import Drawn
from dudao_web.orgs import history
from dudao_web.orgs.models import Kind, Org, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return checking.small()


@pytest.fixture
def bound(world):
    return checking.own_items(world, 3)


@pytest.fixture
def campaign(world, bound, settings):
    """The look-back of 2017: 扬中 4 schools, 丹阳 1 town and 8 schools."""
    return campaign_of(world, 2017, settings, bound)


@pytest.fixture
def place(campaign):
    return place_of(campaign, "recheck", DANYANG)


@pytest.fixture
def officer(world):
    return world.officers[DANYANG]


def next_year(world, bound, settings, year: int) -> StageDate:
    return place_of(campaign_of(world, year, settings, bound), "recheck", DANYANG)


def finish(place: StageDate) -> None:
    """The year is over, whatever was not done."""
    StageDate.objects.filter(pk=place.pk).update(closed_at=soon(), closed_on=date(2017, 12, 1))


def test_three_years_without_replacement(world, bound, campaign, place, officer, settings):
    """Looked at: out with the year. Drawn in vain: certain. Closed: out. Merged: one row, under the code of the successor."""
    first = drawn(place, officer, settings, quota={(DANYANG, "school"): 3, (DANYANG, "town"): 0})
    *looked_at, missed = sorted(codes(first))
    hand_in(place, Case.objects.filter(campaign=campaign, unit__code__in=looked_at), officer)
    finish(place)
    left = [line for line in frames.frame(place) if line.take == "draw" and line.kind == "school"]
    gone, merged, into = (Org.objects.get(code=line.code) for line in left[:3])
    on = settings.DEMO_ON
    history.close_org(by=None, org=gone, on=on)
    history.merge_orgs(by=None, orgs=[merged], into=into, on=on)
    second = next_year(world, bound, settings, 2018)
    found = takes(second)
    assert {code: found[code] for code in looked_at} == dict.fromkeys(looked_at, ("out", "2017"))
    assert (found[missed], found[gone.code]) == (("certain", "2017年未查"), ("out", "已停办"))
    assert (merged.code in found, found[into.code], len(found)) == (False, ("draw", ""), 8)
    again = drawn(second, officer, settings, quota={(DANYANG, "school"): 4})
    assert missed in codes(again)
    assert not codes(again) & set(looked_at)
    hand_in(second, queries.to_review(second), officer)
    finish(second)
    third = takes(next_year(world, bound, settings, 2019))
    years = [reason for take, reason in third.values() if take == "out"]
    assert (years.count("2017"), years.count("2018"), third[missed]) == (2, 4, ("out", "2018"))
    assert sum(take == "draw" for take, _ in third.values()) == 1  # the town


def plan_page(client_of, place: StageDate, officer) -> str:
    """The page on which a round is planned."""
    User.objects.update(must_change_password=False)
    return client_of(officer).get(f"/inspections/places/{place.pk}/draw/").content.decode()


def left_out(place: StageDate) -> dict[str, str]:
    return {line.code: line.note for line in frames.frame(place) if line.left_out}


def test_a_unit_that_was_left_out_is_named_until_it_is_looked_at(
    world, bound, campaign, place, officer, settings, client_of
):
    """An office leaves two units out of a draw. Each later year says so and why; who is looked at is named no more."""
    first, second = [line.code for line in frames.frame(place) if line.kind == "school"][:2]
    marks = {first: ("out", "校舍改建"), second: ("out", "整体搬迁")}
    assert left_out(place) == {}
    sample = drawn(place, officer, settings, quota={(DANYANG, "school"): 2}, marks=marks)
    hand_in(place, queries.to_review(place), officer)
    finish(place)
    place = next_year(world, bound, settings, 2018)
    told = {first: "2017 年列为本次不抽：校舍改建", second: "2017 年列为本次不抽：整体搬迁"}
    assert ({takes(place)[code] for code in told}, left_out(place)) == ({("draw", "")}, told)
    page = plan_page(client_of, place, officer)
    assert ("下列 2 个单位至今没有查过" in page, page.count(told[first])) == (True, 2)
    marks = {first: ("out", "尚未完工"), second: ("certain", "去年未查")}
    sample = drawn(place, officer, settings, quota={(DANYANG, "school"): 2}, marks=marks)
    assert "校舍改建" not in sample.frame
    hand_in(place, queries.to_review(place), officer)
    finish(place)
    place = next_year(world, bound, settings, 2019)
    assert left_out(place) == {first: f"{told[first]}；2018 年列为本次不抽：尚未完工"}


def test_a_unit_that_was_left_out_is_named_in_what_it_went_into(world, bound, place, officer, settings):
    before = next(line for line in frames.frame(place) if line.kind == "school").case.unit
    drawn(place, officer, settings, marks={before.code: ("out", "校舍改建")})
    finish(place)
    new = Org.objects.create(
        code="3211810999",
        name="丹阳市新校",
        kind=Kind.SCHOOL,
        parent=place.org,
        path=f"{place.org.path}3211810999/",
    )
    history.merge_orgs(by=None, orgs=[before], into=new, on=settings.DEMO_ON)
    place = next_year(world, bound, settings, 2018)
    case = Case.objects.filter(campaign=place.stage.campaign, unit=new).exists()
    assert (case, left_out(place)) == (True, {new.code: "2017 年列为本次不抽：校舍改建"})


def test_the_reason_of_another_office_is_not_told(
    world, bound, campaign, place, officer, settings, client_of
):
    """丹阳 leaves a unit out and says why; the unit moves to 扬中, which reads that it was left out, not why."""
    unit = next(line for line in frames.frame(place) if line.kind == "school").case.unit
    drawn(place, officer, settings, marks={unit.code: ("out", "举报在核")})
    finish(place)
    there = Org.objects.get(code=YANGZHONG)
    history.move_org(by=None, org=unit, parent=there, on=settings.DEMO_ON)
    place = place_of(campaign_of(world, 2018, settings, bound), "recheck", YANGZHONG)
    officer = world.officers[YANGZHONG]
    told = {unit.code: "2017 年列为本次不抽"}
    assert (left_out(place), "举报在核" in plan_page(client_of, place, officer)) == (told, False)
    assert planned(place, officer).notes == told


def test_in_the_last_year_it_is_said_who_would_not_be_looked_at(world, bound, settings, officer, client_of):
    """2017—2019 goes through the whole list; with fewer places than units are left the page says how many."""
    places = [next_year(world, bound, settings, year) for year in (2018, 2019, 2020)]
    told = "2017—2019年为一轮，本年是最后一年，还有 6 个单位没有查过，也没有名额。"
    assert [told in plan_page(client_of, place, officer) for place in places] == [False, True, False]
    place = places[1]
    every = drawing.prepare(place=place, quota={(DANYANG, ""): 9})
    assert drawing_page.unseen(place, every.lines, every.strata) == ""
    mark = {next(line.code for line in every.lines if line.kind == "school"): ("out", "校舍改建")}
    most = drawing.prepare(place=place, quota={(DANYANG, ""): 8}, marks=mark)
    assert drawing_page.unseen(place, most.lines, most.strata).endswith("还有 1 个单位")


def merged_into(world, bound, settings, place, officer, looked_at: set[int]) -> tuple[str, str]:
    """Two schools, of which those by index were looked at in 2017, merge: the first into the second. The second's part in 2018."""
    campaign = place.stage.campaign
    before, after = list(Case.objects.filter(campaign=campaign, district__code=DANYANG, kind="school")[:2])
    marks = {before.unit.code: ("certain", "测试"), after.unit.code: ("certain", "测试")}
    drawn(place, officer, settings, quota={(DANYANG, "school"): 2}, marks=marks)
    hand_in(place, [one for n, one in enumerate((before, after)) if n in looked_at], officer)
    finish(place)
    history.merge_orgs(by=None, orgs=[before.unit], into=after.unit, on=settings.DEMO_ON)
    return takes(next_year(world, bound, settings, 2018))[after.unit.code]


@pytest.mark.parametrize(
    ("looked_at", "part"),
    [
        ({0, 1}, ("out", "2017")),
        ({1}, ("out", "2017")),  # the unit that goes on was looked at itself
        ({0}, ("certain", "2017年未查")),  # only what went into it was
        (set(), ("certain", "2017年未查")),
    ],
)
def test_a_merged_unit_goes_on_in_its_successor(world, bound, settings, place, officer, looked_at, part):
    assert merged_into(world, bound, settings, place, officer, looked_at) == part


def test_a_unit_merged_after_the_launch_goes_on_under_its_successor(world, place, officer, settings):
    """The successor is new and has no case of its own: its row leads to the case of the unit that went into it."""
    before = Case.objects.filter(campaign=place.stage.campaign, kind="school", district=place.org).first()
    new = Org.objects.create(
        code="3211810999",
        name="丹阳市新校",
        kind=Kind.SCHOOL,
        parent=place.org,
        path=f"{place.org.path}3211810999/",
    )
    history.merge_orgs(by=None, orgs=[before.unit], into=new, on=settings.DEMO_ON)
    line = next(line for line in frames.frame(place) if line.code == new.code)
    assert (line.take, line.case, line.note) == ("draw", before, f"原“{before.unit.name}”并入")
    sample = drawn(place, officer, settings, marks={new.code: ("certain", "新设立")})
    assert before in queries.to_review(place)
    assert drawing.difference(sample) == ""


def test_a_unit_merged_into_another_district_stands_in_that_frame_alone(world, campaign, place, settings):
    """Each unit has one row, whichever district kept it before."""
    gone, into = (
        Case.objects.filter(campaign=campaign, kind="school", district__code=code).first().unit
        for code in (DANYANG, YANGZHONG)
    )
    history.merge_orgs(by=None, orgs=[gone], into=into, on=settings.DEMO_ON)
    there = place_of(campaign, "recheck", YANGZHONG)
    assert (len(takes(place)), len(takes(there))) == (8, 4)
    assert [code in takes(there) for code in (gone.code, into.code)] == [False, True]


def test_the_spot_check_takes_only_this_years_looked_at_units(world, bound, campaign, officer, settings):
    checked = []
    for code in (DANYANG, YANGZHONG):
        place = place_of(campaign, "recheck", code)
        drawn(place, world.officers[code], settings)
        cases = list(queries.to_review(place))
        hand_in(place, cases[1:], world.officers[code])
        checked += [case.unit.code for case in cases[1:]]
    spot = place_of(campaign, "spot_check", "321100")
    assert {line.code: line.take for line in frames.frame(spot)} == dict.fromkeys(checked, "draw")
    sample = drawn(spot, world.officer, settings)
    assert sorted((q.district, q.n) for q in read_quota(sample.quota.encode())[0]) == [
        (DANYANG, 1),
        (YANGZHONG, 1),
    ]
    assert (codes(sample) <= set(checked), len(codes(sample))) == (True, 2)
    assert {row.district for row in Drawn.objects.filter(sample=sample)} == {DANYANG, YANGZHONG}
    assert refused(lambda: planned(spot, world.officers[DANYANG])) == "这个阶段已办结，或不由本单位抽取。"


def test_a_spot_check_without_looked_at_units_has_no_frame(world, campaign):
    spot = place_of(campaign, "spot_check", "321100")
    assert refused(lambda: planned(spot, world.officer)) == "没有可以抽取的单位。请先办完前面的阶段。"
    assert queries.not_yet(spot) == ""
