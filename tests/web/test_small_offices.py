"""What every office finds behind the entries of its top bar; the offices of small units their own, and nothing of another unit."""

from typing import get_type_hints

import doors
import pytest
from world import World, office, unit

from dudao_web.orgs.models import Kind, Membership, Role
from dudao_web.ui import menu

KINDS = {
    "town": None,  # that of the cast, with two schools below it
    "kindergarten": ("3211820801", "演示幼儿园", Kind.KINDERGARTEN),
    "department": ("321182-cz", "演示财政局", Kind.DEPARTMENT),
}


@pytest.fixture(params=KINDS)
def small(request, world):
    """An office of a town, a kindergarten, a department."""
    made = KINDS[request.param]
    org = unit(*made, world.yangzhong) if made else world.town
    return office(org, Role.SCHOOL, "small", org.name)


def test_every_entry_opens_and_shows_nothing_of_another_unit(small, world, client_of):
    doors.args(world)  # 扬中市 has something of every kind
    client, shown = client_of(small), {}
    for entry in menu.entries(small, ""):
        answer = client.get(entry.href, follow=True)
        assert (entry.label, answer.status_code) == (entry.label, 200)
        shown[entry.label] = answer.content.decode()
    others = (world.school_1, world.school_2, world.danyang, world.danyang_school)
    seen = [(org.name, label) for org in others for label, text in shown.items() if org.name in text]
    assert (seen, "填报" in shown, "称号" in shown) == ([], False, True)


@pytest.mark.parametrize("who", [name for name, kind in get_type_hints(World).items() if kind is Membership])
def test_no_entry_leads_any_office_to_a_page_that_is_not_there(world, client_of, who):
    membership = getattr(world, who)
    found = {
        entry.href: client_of(membership).get(entry.href).status_code
        for entry in menu.entries(membership, "")
    }
    assert set(found.values()) <= {200, 302}
    assert len(found) > 2


def test_the_returns_say_that_the_unit_has_no_part_in_them(small, world, client_of):
    examples, client = doors.args(world), client_of(small)
    answer = client.get("/submissions/")
    assert (answer.status_code, answer.context["sets"]) == (200, [])
    assert "本单位没有填报任务" in answer.content.decode()
    address = doors.address(doors.SET, examples[doors.SET])
    assert (client.get(address).status_code, client_of(world.head).get(address).status_code) == (404, 200)
    assert 'href="/submissions/"' not in client.get("/").content.decode()
