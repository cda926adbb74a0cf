"""The record of acts: the contract's vector, one row after the other, and what a check of the chain finds."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from dudao_web.orgs import actions, chain
from dudao_web.orgs.models import Action

VECTOR = {
    "chain": "demo",
    "seq": 1,
    "at": "2018-09-01T00:00:00.000000Z",
    "actor": "u1",
    "as": "m1",
    "action": "submissions.submit",
    "object": "submission:1",
    "after": "0" * 64,
    "data": {"说明": "补交"},
    "prev": "0" * 64,
}
VECTOR_HASH = "b2fb72249d2fae9a0b680c7e078a1c2246c9e755b24b46fcdd67797df75fd450"


def rows(count: int) -> list[dict]:
    """A whole chain of ``count`` rows."""
    found, prev = [], chain.FIRST_PREV
    for seq in range(1, count + 1):
        row = {**VECTOR, "seq": seq, "prev": prev}
        prev = chain.digest(row)
        found.append({**row, "hash": prev})
    return found


def test_the_vector_of_the_contract():
    assert chain.digest(VECTOR) == VECTOR_HASH


def test_times_are_utc_with_six_digits():
    assert chain.timestamp(datetime(2018, 9, 1, tzinfo=UTC)) == "2018-09-01T00:00:00.000000Z"


def test_plain_values():
    given = {"a": Decimal("1.50"), "b": (1, True, None), "c": {"乙", "甲"}}
    assert chain.plain(given) == {"a": "1.50", "b": [1, True, None], "c": ["乙", "甲"]}


def test_floats_are_refused():
    with pytest.raises(TypeError):
        chain.plain({"a": [0.5]})


def test_a_whole_chain():
    kept = rows(3)
    assert chain.first_broken(kept) == (None, 3, kept[2]["hash"])


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda kept: kept[1].update(data={"说明": "改过"}), 2),
        (lambda kept: kept[1].update(hash="f" * 64), 2),
        (lambda kept: kept.pop(1), 2),
        (lambda kept: kept.pop(0), 1),
        (lambda kept: kept[2].update(prev=kept[0]["hash"]), 3),
        (lambda kept: kept.insert(1, dict(kept[0])), 2),
    ],
)
def test_the_first_broken_row_is_named(change, broken):
    kept = rows(3)
    change(kept)
    assert chain.first_broken(kept)[0] == broken


def test_a_row_rewritten_with_its_hash_breaks_the_next_one():
    kept = rows(3)
    body = {**{key: kept[1][key] for key in chain.ROW_KEYS}, "data": {}}
    kept[1] = {**body, "hash": chain.digest(body)}
    assert chain.first_broken(kept)[0] == 3


def test_acts_follow_each_other_and_name_who_acted_as_what(world):
    head = Action.objects.filter(chain="office").last()
    act = actions.record(by=world.owner, action="orgs.test", obj=world.town, data={"理由": "试"})
    assert (act.seq, act.prev) == (head.seq + 1, head.hash)
    assert (act.actor, act.membership) == (f"u{world.owner.user_id}", f"m{world.owner.pk}")
    assert act.object == f"org:{world.town.pk}"
    assert act.after == chain.digest(actions.state(world.town))


def test_each_chain_counts_by_itself(world):
    act = actions.record(by=None, action="orgs.test", obj=world.town, chain_name="campaign-1")
    assert (act.seq, act.prev, act.actor, act.membership) == (1, chain.FIRST_PREV, "system", "")


def test_what_is_hashed_is_what_the_database_holds(world):
    world.town.name = "没有保存的名称"
    act = actions.record(by=None, action="orgs.test", obj=world.town)
    world.town.refresh_from_db()
    assert world.town.name == "三茅街道"
    assert act.after == chain.digest(actions.state(world.town))


def test_sign_in_time_is_no_part_of_the_state(world):
    before = actions.state(world.owner.user)
    world.owner.user.last_login = datetime(2026, 6, 1, tzinfo=UTC)
    assert actions.state(world.owner.user) == before
