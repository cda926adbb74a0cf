"""How many queries a page or a saved answer takes: with session and account, without the statements of transactions.

The number is the same for one row and for fifty. Seconds are not measured here (``make bench``).
"""

import re

import checking
import pytest
import reviewing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lookback import city, forward_all, launched, texts

from dudao_web.campaigns import queries
from dudao_web.campaigns.models import Case, HandIn, StageDate
from dudao_web.orgs.models import Role, User
from dudao_web.submissions.models import Answer
from dudao_web.submissions.self_check import actions as self_check
from dudao_web.tasks import actions as tasks

pytestmark = pytest.mark.django_db

LIST, PAGE, ACT = 12, 20, 12  # at most
YANGZHONG, JINGKOU = "321182", "321102"
TRANSACTION = re.compile("BEGIN|COMMIT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK|SELECT pg_advisory")


@pytest.fixture(autouse=True)
def june(settings):
    """The campaign's own year."""
    settings.DEMO_ON = checking.ON


@pytest.fixture
def look():
    """镇江's 413 units in a campaign that every district has forwarded; all have chosen a password."""
    world = city()
    campaign = launched(world)
    forward_all(world, campaign)
    User.objects.update(must_change_password=False)
    return world, campaign


@pytest.fixture
def small():
    """A few units with twelve items each, and one school's case."""
    world = checking.small()
    case = checking.case_of(checking.campaign(world, checking.own_items(world)))
    world.office(case.unit)
    User.objects.update(must_change_password=False)
    return world, case


def count(act) -> int:
    with CaptureQueriesContext(connection) as made:
        act()
    return sum(not TRANSACTION.match(one["sql"]) for one in made.captured_queries)


def counted(client, address: str, rows: int | None = None) -> int:
    """Queries of a page that is answered; the first visit of all loads what a program loads once. ``rows``: those it must show."""
    answer = client.get(address)
    assert answer.status_code == 200
    if rows is not None:
        assert len(re.findall('<th scope="row">', answer.content.decode())) == rows
    return count(lambda: client.get(address))


def hand_in_all(world, cases) -> None:
    """What the cases' units hand in, as it stands in the tables."""
    place = StageDate.objects.get(stage__type="approval", org=cases[0].district)
    HandIn.objects.bulk_create(
        HandIn(case=case, place=case.place, number=1, count=1, sha256="0" * 64, at=case.campaign.at)
        for case in cases
    )
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(state="submitted", place=place)


def test_the_list_of_cases(look, client_of):
    world, campaign = look
    client, address = client_of(world.officer), f"/campaigns/{campaign.key}/cases/"
    one = Case.objects.filter(campaign=campaign).first().unit.code
    asked = {1: f"?q={one}", 3: f"?q=镇&district={JINGKOU}", 50: ""}
    found = {rows: counted(client, address + query, rows) for rows, query in asked.items()}
    assert found == dict.fromkeys(asked, found[50])
    assert found[50] <= LIST


def test_the_queue_of_an_office(look, client_of):
    world, campaign = look
    cases = list(
        Case.objects.filter(campaign=campaign, district__code=JINGKOU).select_related(
            "campaign", "district", "place"
        )
    )
    client, found = client_of(world.officers[JINGKOU]), {}
    for rows in (1, 3, 50):
        hand_in_all(world, cases[HandIn.objects.count() : rows])
        found[rows] = counted(
            client, f"/campaigns/places/{Case.objects.get(pk=cases[0].pk).place_id}/queue/", rows
        )
    assert found == dict.fromkeys(found, found[50])
    assert found[50] <= PAGE


@pytest.mark.parametrize("who", ["city", "district", "unit"])
def test_the_start_page(look, client_of, who):
    world, campaign = look
    case = Case.objects.filter(campaign=campaign, district__code=JINGKOU, kind="school").first()
    held = {"city": world.officer, "district": world.officers[JINGKOU], "unit": world.office(case.unit)}[who]
    User.objects.update(must_change_password=False)
    client, found = client_of(held), {}
    for n in (1, 3, 50):
        tasks.ask_many(
            {"org": held.org, "role": Role(held.role), "kind": "test.own", "object": f"test:{number}", "title": "上报材料",
             "about": "", "asked_by": world.city, "href": "/", "due": checking.ON, "opens": None, "note": ""}
            for number in range(n)
        )  # fmt: skip
        found[n] = counted(client, "/")
    assert found == dict.fromkeys(found, found[50])
    assert found[50] <= PAGE


def test_the_page_of_a_campaign_takes_as_many_for_eight_districts_as_for_one(look, client_of):
    world, campaign = look
    eight, one = (
        counted(client_of(held), f"/campaigns/{campaign.key}/")
        for held in (world.officer, world.officers[JINGKOU])
    )
    assert eight == one
    assert eight <= PAGE


def test_the_page_of_a_unit_with_what_it_handed_in(small, client_of):
    world, case = small
    unit = world.office(case.unit)
    self_check.save(case=case, by=unit, texts=texts(case))
    self_check.hand_in(case=case, by=unit)
    for held in (unit, world.officers[YANGZHONG], world.officer):
        assert counted(client_of(held), f"/campaigns/cases/{case.pk}/") <= PAGE


def test_saving_one_answer(small, client_of):
    world, case = small
    client, address = client_of(world.office(case.unit)), f"/submissions/self-check/{case.pk}/?item=ZD1"
    said = {"ZD1_met": "达到", "seen.ZD1_met": ""}
    client.post(
        address, {"ZD1_proof": "名册", "seen.ZD1_proof": ""}, HTTP_HX_REQUEST="true"
    )  # begun, standard loaded
    assert count(lambda: client.post(address, said, HTTP_HX_REQUEST="true")) <= ACT
    assert Answer.objects.get(case=case, field="ZD1_met").text == "达到"


def test_scoring_one_item(client_of):
    """A line of the sheet scored by a member on its page; the first loads the standard."""
    review = reviewing.at_review(n=1)
    sheet = reviewing.assigned(review)[0]
    first, second = (code for code, one in reviewing.coded(sheet)[1:3])
    client = client_of(review.leader)

    def score(code: str, seen: str = "") -> None:
        said = {"value": "A", "note": "查阅材料", "token": "t" * 20, "seen": seen}
        answer = client.post(f"/inspections/sheets/{sheet.pk}/items/{code}/", said, HTTP_HX_REQUEST="true")
        assert answer["X-Kept"] == "yes"

    score(first)
    assert count(lambda: score(second)) <= ACT
    assert sheet.scores.count() == 2


def plan(rows) -> list[str]:
    """How the database reads the rows of a query, a step a line."""
    sql, given = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
            cursor.execute("SET LOCAL enable_seqscan = off")  # of a few hundred rows a scan would be as quick
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}", given)
        return [row[-1] for row in cursor.fetchall()]


def test_the_scope_of_an_office_is_a_range_of_the_index_on_the_path(look):
    world, _ = look
    steps = "\n".join(plan(queries.cases(world.officers[JINGKOU]).order_by()))
    if connection.vendor == "sqlite":
        assert re.findall(r"SEARCH orgs_org USING (?:COVERING )?INDEX \S+ (.*)", steps) == [
            "(path>? AND path<?)"
        ]
        assert "SCAN" not in steps
    else:
        assert re.findall(r"Index Cond: .*path.* >= .* AND .*path.* < ", steps) != []


def test_a_list_of_cases_comes_in_order_from_an_index(look):
    world, campaign = look
    steps = plan(queries.cases(world.officers[JINGKOU]).filter(campaign=campaign).order_by("path")[:50])
    if connection.vendor == "sqlite":
        assert [step for step in steps if step.startswith("SCAN") or "TEMP B-TREE" in step] == []
        assert "SEARCH campaigns_case USING INDEX case_list (campaign_id=?)" in steps
    else:
        assert [step for step in steps if re.search("Seq Scan on (campaigns_case|orgs_org)", step)] == []


def test_the_matrix_is_counted_from_one_index(look):
    world, campaign = look
    with CaptureQueriesContext(connection) as made:
        queries.matrix(campaign, world.officer)
    counting = 'SELECT "campaigns_case"."district_id" AS "district", "campaigns_case"."place_id"'
    (sql,) = [one["sql"] for one in made.captured_queries if counting in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        steps = [row[-1] for row in cursor.fetchall()]
    kind = "SEARCH campaigns_case USING COVERING INDEX case_matrix (campaign_id=?)"
    assert kind in steps if connection.vendor == "sqlite" else steps != []
    assert len(made.captured_queries) == 7  # three of them for what is drawn and re-checked
