"""Pages of a campaign as each office sees them: the matrix with forwardings, own stages, quotas, the queue; blocks of the start page."""

import re
from datetime import date, timedelta

import checking
import pytest
from lookback import document, launched, versions

from dudao_web import clock
from dudao_web.campaigns import closing, home, launching, queries, shown
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.orgs.models import User

pytestmark = pytest.mark.django_db

YANGZHONG, JINGKOU = "321182", "321102"
QUOTAS = (
    {"district": YANGZHONG, "recheck": 3, "spot_check": 1},
    {"district": JINGKOU, "recheck": 2, "spot_check": 1},
)


@pytest.fixture(autouse=True)
def june(settings):
    """The campaign's own year."""
    settings.DEMO_ON = checking.ON


@pytest.fixture
def world():
    """A tenth of 镇江; all have chosen a password."""
    found = checking.small()
    User.objects.update(must_change_password=False)
    return found


@pytest.fixture
def campaign(world) -> Campaign:
    """The look-back of 2018, launched with quotas for two districts."""
    draft = launching.prepare(
        by=world.officer, procedure="zhenjiang-lookback", year=2018, title="2018年“回头看”", key="zj-2018"
    )
    plan = Plan(standards={kind: version.pk for kind, version in versions().items()}, quotas=QUOTAS)
    launching.revise(campaign=draft, by=world.officer, plan=plan)
    return launching.launch(campaign=draft, by=world.officer, document=document(world.officer, 11))


def forwarding(campaign: Campaign, code: str) -> StageDate:
    """A district's own stage of forwarding."""
    rows = StageDate.objects.select_related("stage__campaign", "org")
    return rows.get(stage__campaign=campaign, stage__type="notice", stage__actor="county", org__code=code)


def forward(world, campaign: Campaign, code: str) -> None:
    by = world.officers[code]
    closing.forward(place=forwarding(campaign, code), by=by, document=document(by, int(code[-3:])))


def page(client_of, held, address: str) -> str:
    """The text of a page, without its tags."""
    answer = client_of(held).get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def second_cells(world, campaign: Campaign) -> dict[str, tuple[str, str]]:
    """Mark and words of each district's forwarding in the matrix of the city."""
    lines = queries.matrix(campaign, world.officer)
    rows = shown.table(lines, checking.ON)
    return {row.name: (row.cells[1].mark, row.cells[1].text) for row in rows}


def test_the_matrix_says_who_forwarded_who_was_late_and_who_did_not(world, campaign, settings):
    forward(world, campaign, YANGZHONG)
    StageDate.objects.filter(pk=forwarding(campaign, JINGKOU).pk).update(due="2018-06-01")
    forward(world, campaign, JINGKOU)
    StageDate.objects.filter(pk=forwarding(campaign, "321111").pk).update(due="2018-06-08")
    found = second_cells(world, campaign)
    assert {found[name] for name in ("扬中市", "京口区", "润州区")} == {
        ("done", "已转发"),
        ("due", "逾期转发"),
        ("overdue", "逾期 4 天"),
    }
    assert found["丹阳市"] == ("running", "办理中")


def review(campaign: Campaign, code: str) -> StageDate:
    """The re-check of a district."""
    rows = StageDate.objects.select_related("stage__campaign", "org")
    return rows.get(stage__campaign=campaign, stage__key="recheck", org__code=code)


def test_the_heads_have_the_dates_of_the_districts_below_them(world, campaign, client_of):
    """A district has its own date: the city reads the range and each cell its own date, the district its own date alone."""
    launch = review(campaign, JINGKOU).due
    own = launch - timedelta(days=40)
    by = world.officers[YANGZHONG]
    closing.move_dates(place=review(campaign, YANGZHONG), by=by, opens=None, due=own, reason="提前")
    first, last = (f"{day.month}月{day.day}日" for day in (own, launch))
    text = page(client_of, world.officer, f"/campaigns/{campaign.key}/")
    assert text.count(f"{first}—{last}截止") == 1
    rows = {row.name: row.cells for row in shown.table(queries.matrix(campaign, world.officer), checking.ON)}
    at = review(campaign, YANGZHONG).stage.order - 1
    assert (rows["扬中市"][at].note, rows["京口区"][at].note) == (f"{first}截止", f"{last}截止")
    assert {rows[name][at + 1].note for name in ("扬中市", "京口区")} == {""}  # nobody moved this one
    heads = {
        name: shown.heads(queries.matrix(campaign, world.officers[name])) for name in (YANGZHONG, JINGKOU)
    }
    assert [heads[name][at].due for name in (YANGZHONG, JINGKOU)] == [first, last]


@pytest.mark.parametrize(
    ("done", "day", "mark", "note", "word"),
    [
        (3, 10, "query", "办结 8月10日，1 个没有查完", ("query", "已办结 3/4，1 个没有查完")),
        (3, 31, "query", "逾期办结 8月31日，1 个没有查完", ("query", "逾期办结 3/4，1 个没有查完")),
        (4, 10, "done", "办结 8月10日", ("done", "已办结")),
    ],
)
def test_a_review_closed_before_all_were_looked_at_is_not_shown_as_whole(
    world, campaign, done, day, mark, note, word
):
    place = review(campaign, YANGZHONG)
    place.due, place.closed_on, place.closed_at = date(2018, 8, 20), date(2018, 8, day), clock.now()
    place.save()
    of = queries.Cell(place.stage, place, done, 4, 0, 0)
    found = shown.cell(of, place.org, checking.ON)
    assert (found.mark, found.text, found.note) == (mark, f"{done}/4", note)
    held, line = world.officers[YANGZHONG], queries.Line(place.org, (of,))
    own = shown.own_places(campaign, held, checking.ON, [line])
    assert [(one.state, one.word) for one in own if one.place.pk == place.pk] == [word]


def test_an_own_stage_before_its_turn_has_not_begun(world, campaign):
    forward(world, campaign, YANGZHONG)
    held = world.officers[YANGZHONG]

    def words() -> list[tuple[str, str]]:
        lines = queries.matrix(campaign, held)
        own = shown.own_places(campaign, held, checking.ON, lines)
        return [(one.place.stage.key, one.word) for one in own]

    n = Case.objects.filter(campaign=campaign, district__code=YANGZHONG).count()
    assert words()[:3] == [
        (words()[0][0], "已转发"),
        (words()[1][0], f"进行中 0/{n}"),
        (words()[2][0], "未开始"),
    ]
    assert {word for _, word in words()[2:]} == {"未开始"}


def test_the_quotas_of_the_campaign_with_their_sums(world, campaign, client_of):
    text = page(client_of, world.officer, f"/campaigns/{campaign.key}/").partition("抽查计划")[2]
    assert re.search(r"扬中市 3 1 4 ", text) is not None
    assert re.search(r"京口区 2 1 3 合计 5 2 7 ", text) is not None


def test_on_a_phone_what_is_done_or_not_begun_is_left_out_until_asked_for(world, campaign, client_of):
    forward(world, campaign, YANGZHONG)
    client = client_of(world.officers[YANGZHONG])
    address = f"/campaigns/{campaign.key}/"
    short, whole = (client.get(address + query).content.decode() for query in ("", "?all=1"))
    stages = campaign.stages.count()
    assert (short.count('class="calm"'), whole.count('class="calm"')) == (stages - 1, 0)
    assert ("看全部阶段" in short, "看全部阶段" in whole) == (True, False)


def test_the_queue_is_searched_by_name_alone(world, campaign, client_of):
    forward(world, campaign, YANGZHONG)
    place = StageDate.objects.get(stage__campaign=campaign, stage__type="approval", org__code=YANGZHONG)
    answer = client_of(world.officers[YANGZHONG]).get(f"/campaigns/places/{place.pk}/queue/").content.decode()
    form = re.search(r'<form class="filters".*?</form>', answer, re.DOTALL).group()
    assert re.findall(r'name="(\w+)"', form) == ["q"]
    assert "单位名称或代码" in form


def test_the_list_of_a_district_offers_no_choice_of_districts(world, campaign, client_of):
    address = f"/campaigns/{campaign.key}/cases/"
    names = [
        re.findall(r'<select[^>]*?name="(\w+)"', client_of(held).get(address).content.decode())
        for held in (world.officer, world.officers[YANGZHONG])
    ]
    assert names == [["district", "stage", "state"], ["stage", "state"]]


def test_the_start_page_shows_the_present_stage_of_each_district(world, campaign):
    template, context = home.block(world.officer, checking.ON)
    (project,) = context["projects"]
    assert (template, project.stage.type, project.done, project.total) == (
        "campaigns/_home.html",
        "notice",
        1,
        8,
    )
    for code in world.officers:
        forward(world, campaign, code)
    (project,) = home.block(world.officer, checking.ON)[1]["projects"]
    total = Case.objects.filter(campaign=campaign).count()
    assert (project.stage.type, project.done, project.total) == ("self_check", 0, total)
    assert len(project.cells) == len(context["districts"]) == 8
    own = home.block(world.officers[YANGZHONG], checking.ON)[1]
    assert [district.name for district in own["districts"]] == ["扬中市"]


def test_the_start_page_has_the_dates_of_its_own_districts(world, campaign):
    """Of the present stage: the city reads the range and each cell its own date, a district its own."""
    place = forwarding(campaign, YANGZHONG)
    by, own = world.officers[YANGZHONG], place.due - timedelta(days=3)
    closing.move_dates(place=place, by=by, opens=None, due=own, reason="提前")
    first, last = (f"{day.month}月{day.day}日" for day in (own, forwarding(campaign, JINGKOU).due))
    found = {}
    for code in (YANGZHONG, JINGKOU):
        (project,) = home.block(world.officers[code], checking.ON)[1]["projects"]
        found[code] = project.due
    (project,) = home.block(world.officer, checking.ON)[1]["projects"]
    assert (found, project.due) == ({YANGZHONG: first, JINGKOU: last}, f"{first}—{last}")
    assert {cell.district: cell.note.partition("　")[0] for cell in project.cells}["扬中市"] == f"{first}截止"


def test_a_straggler_does_not_hold_back_the_picture(world, campaign):
    for code in world.officers:
        forward(world, campaign, code)
    cases = list(Case.objects.filter(campaign=campaign, district__code=YANGZHONG).order_by("path"))
    late = forwarding(campaign, YANGZHONG)
    Case.objects.filter(pk=cases[0].pk).update(place=late)
    (project,) = home.block(world.officer, checking.ON)[1]["projects"]
    assert project.stage.type == "self_check"


def test_the_next_dates_are_those_of_the_office_and_below(world, campaign):
    _, context = home.aside(world.officers[YANGZHONG], checking.ON)
    days = [(line["due"], line["days"]) for line in context["lines"]]
    assert days == sorted(days)
    assert {(due - checking.ON).days == n for due, n in days} == {True}
    assert len(home.aside(world.officer, checking.ON)[1]["lines"]) <= home.NEXT
    unit = world.office(Case.objects.filter(campaign=campaign).first().unit)
    assert (home.aside(unit, checking.ON), home.block(unit, checking.ON)) == (None, None)


def test_nothing_runs_nothing_is_shown(world):
    assert (home.block(world.officer, checking.ON), home.aside(world.officer, checking.ON)) == (None, None)
    assert launched(world).state == "running"
    assert home.block(world.officer, checking.ON) is not None
