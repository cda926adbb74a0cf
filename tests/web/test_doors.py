"""Every page for every office: what ``dudao-web pages`` says of it is what it does (generated; examples in ``doors``).

The owner of the objects comes in, the superior as the page's roles say, a peer, a stranger, and whoever is not signed in
do not: a peer asking for the owner's objects is the owner asking with another's ids.
"""

from collections.abc import Iterator
from typing import Any

import doors
import pytest
from django.db import transaction
from django.test import Client
from world import World

from dudao_web.operations import pages
from dudao_web.orgs.models import Membership, Role

EVERY = pages.pages()
IN, OUT, ASKED = "in", "404", "sign in"  # what a door does


def door(client: Client, entry: dict[str, Any], given: dict[str, object]) -> str:
    """What the page answers; whatever it did is undone."""
    mark, cookies = transaction.savepoint(), client.cookies.copy()
    client.raise_request_exception = False  # a page that breaks is one line among the others
    address, said = doors.address(entry["url"], given), doors.SAID.get(entry["url"], {})
    answer = client.post(address, said) if entry["method"] == "POST" else client.get(address)
    list(answer.streaming_content) if answer.streaming else None
    transaction.savepoint_rollback(mark)
    client.cookies = cookies
    if answer.status_code == 302 and answer.url.startswith("/orgs/signin/?next="):
        return ASKED
    return IN if answer.status_code in {200, 204, 302, 422} else str(answer.status_code)


def roles(entry: dict[str, Any]) -> frozenset[str]:
    """The roles that the page, or this method of it, is for; of a public one every role."""
    work = doors.WORK.get((entry["url"], entry["method"]), frozenset(Role))
    return frozenset(
        work & {Role(role) for role in (Role if entry["roles"] == ["public"] else entry["roles"])}
    )


def owner(world: World, entry: dict[str, Any]) -> Membership:
    """The office of 扬中市 that the page is for; for a page of administrators alone one of these."""
    cast = (world.owner, world.head, world.inspector, world.system_admin, world.security_admin)
    return next(one for one in (*cast, world.audit_admin, world.city_officer) if one.role in roles(entry))


def expected(world: World, entry: dict[str, Any], who: str) -> str:
    """What the page's own words promise."""
    public = entry["roles"] == ["public"]
    if who == "anonymous":
        return IN if public else ASKED
    if who == "owner":
        return IN
    if getattr(world, who).role not in roles(entry):
        return OUT
    shared = entry["url"].startswith(doors.SHARED) and entry["url"] != doors.PREVIEW
    bound = "<" in entry["url"] and not shared and not public
    return OUT if bound and who != "city_officer" else IN


@pytest.fixture
def examples(world) -> doors.Examples:
    """The objects of 扬中市 and the arguments of the pages about them."""
    return doors.args(world)


def clients(world: World, client_of: Any) -> dict[int, Client]:
    """A signed-in client for each office of the cast, made once."""
    cast = [one for one in vars(world).values() if isinstance(one, Membership)]
    return {one.pk: client_of(one) for one in cast}


def mismatches(world: World, given: doors.Examples, client_of: Any) -> Iterator[str]:
    """Doors that do something else than they say."""
    signed_in = clients(world, client_of)
    for entry in EVERY:
        if "<" in entry["url"] and entry["url"] not in given:
            yield f"{entry['url']} has no example in doors.py"
            continue
        for who in ("owner", "city_officer", "peer", "stranger", "anonymous"):
            if who == "anonymous":
                client = Client()
            else:
                client = signed_in[(owner(world, entry) if who == "owner" else getattr(world, who)).pk]
            found = door(client, entry, given.get(entry["url"], {}))
            promised = expected(world, entry, who)
            if found != promised:
                yield f"{entry['method']} {entry['url']} {who}: {found}, not {promised}"


def test_every_door_does_what_it_says(world, examples, client_of):
    assert "\n".join(mismatches(world, examples, client_of)) == ""


def test_an_address_with_one_of_another_s_codes_opens_nothing(world, examples, client_of):
    """The owner's own address, and in it the county or the school of the peer."""
    client, own = client_of(world.owner), {world.yangzhong.code, world.school_1.code, world.school_2.code}
    other = {"county": world.danyang.code, "code": world.danyang_school.code}
    tried, opened = 0, []
    for entry in EVERY:
        given = examples.get(entry["url"], {})
        for name in given.keys() & other.keys():
            if given[name] in own and world.owner.role in roles(entry):
                tried += 1
                if door(client, entry, {**given, name: other[name]}) != OUT:
                    opened.append(f"{entry['method']} {entry['url']} with another's {name}")
    assert (opened, tried > 20) == ([], True)
