"""The draw ``dudao-draw-1``: the contract's vector, tickets, reserve, and that every unit has the same chance."""

from __future__ import annotations

import hashlib
from collections import Counter
from math import sqrt

import pytest
from tests.sampling import rounds

from dudao.sampling import (
    Faulty,
    Impossible,
    Quota,
    Row,
    digest,
    frame_bytes,
    publish,
    quota_bytes,
    round_fault,
    seed_fault,
)
from dudao.sampling.draw import draw

ROUNDS = 2000


def test_the_vector_of_the_contract():
    found = rounds.made()
    assert found.frame_hash == "dcad4d00bc555bb88a7ca897209db092aa6a54bf0828f1856996b873c9294842"
    assert found.quota_hash == "bb8c22dfd8a24ecff23c675124769234dbd55efcda2b072affee37e07d46137f"
    tickets = {one.code: one.ticket[:16] for one in found.tickets}
    assert {code: tickets[code] for code in ("A01", "A03", "A04")} == {
        "A01": "367a264463b147b2",
        "A03": "7bdf8e19f17b509b",
        "A04": "5083bca8c6836883",
    }
    assert found.drawn == ("A01", "A03", "A04")


def test_a_ticket_is_the_hash_of_six_lines():
    found = rounds.made()
    lines = ("dudao-draw-1", "T-1", digest(found.frame), digest(found.quota), "20180612", "A05")
    assert found.tickets[-1].ticket == hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_the_published_files_of_the_vector():
    files = publish(rounds.made(), "演示开奖第 1 期")
    assert list(files) == ["frame.csv", "quota.csv", "strata.csv", "tickets.csv", "draw.json", "verify.py"]
    assert files["strata.csv"] == b"district,kind,eligible,n\nX,school,3,2\nX,town,2,1\n"
    assert [(*row.split(",")[:4], row[-1]) for row in files["tickets.csv"].decode().splitlines()] == [
        ("district", "kind", "rank", "code", "n"),
        ("X", "school", "1", "A01", "1"),
        ("X", "school", "2", "A03", "1"),
        ("X", "school", "3", "A02", "0"),
        ("X", "town", "1", "A04", "1"),
        ("X", "town", "2", "A05", "0"),
    ]
    hashes = [digest(files[name]) for name in ("frame.csv", "quota.csv")]
    assert files["draw.json"].decode() == (
        '{\n  "method": "dudao-draw-1",\n  "round": "T-1",\n'
        f'  "frame_hash": "{hashes[0]}",\n  "quota_hash": "{hashes[1]}",\n'
        '  "seed": "20180612",\n  "seed_source": "演示开奖第 1 期"\n}\n'
    )


def test_the_order_of_input_changes_no_byte():
    first = publish(rounds.made(rounds.MIXED, rounds.MIXED_QUOTAS))
    assert publish(rounds.made(rounds.MIXED[::-1], rounds.MIXED_QUOTAS[::-1])) == first


def test_each_thing_that_goes_into_a_ticket_changes_it():
    tickets = {
        rounds.made(*given).tickets[0].ticket
        for given in (
            (),
            (rounds.VECTOR, rounds.VECTOR_QUOTAS, "T-2"),
            (rounds.VECTOR, rounds.VECTOR_QUOTAS, "T-1", "20180613"),
            (rounds.VECTOR, (Quota("X", "", 2),)),
            (rounds.VECTOR[:-1],),
        )
    }
    assert len(tickets) == 5


def test_certain_units_come_first_without_a_ticket_and_lower_n():
    found = rounds.made(rounds.MIXED, rounds.MIXED_QUOTAS)
    here = [
        (one.kind, one.rank, one.code, one.ticket != "", one.drawn)
        for one in found.tickets
        if one.district == "扬中市"
    ]
    assert here[0] == ("学校", 0, "B02", False, True)
    assert sorted(row[1:2] + row[3:] for row in here[1:]) == [(1, True, True), (2, True, False)]
    assert [(one.district, one.kind, one.eligible, one.certain, one.n) for one in found.strata] == [
        ("X", "school", 3, 0, 2),
        ("X", "town", 2, 0, 1),
        ("丹阳市", "学校", 1, 0, 0),
        ("扬中市", "学校", 2, 1, 1),
        ("扬中市", "镇（街道）", 0, 0, 0),
    ]


def test_units_without_a_quota_are_listed_and_not_drawn():
    found = rounds.made(rounds.MIXED, rounds.MIXED_QUOTAS)
    assert [(one.rank, one.drawn) for one in found.tickets if one.code == "C01"] == [(1, False)]


def test_the_reserve_follows_in_ticket_order_within_the_stratum():
    found = rounds.made(quotas=(Quota("X", "school", 1), Quota("X", "town", 1)))
    by_ticket = [
        one.code for one in sorted(found.tickets, key=lambda one: one.ticket) if one.kind == "school"
    ]
    assert found.drawn[0] == by_ticket[0]
    assert found.reserve(by_ticket[0]) == tuple(by_ticket[1:])
    assert found.next_reserve(by_ticket[0]) == by_ticket[1]
    assert found.next_reserve(by_ticket[0], by_ticket[1:2]) == by_ticket[2]
    assert found.next_reserve(by_ticket[1], [by_ticket[1]]) == by_ticket[2]
    assert found.next_reserve(by_ticket[0], by_ticket[1:]) is None
    with pytest.raises(KeyError):
        found.reserve("A06")


@pytest.mark.parametrize(
    ("seed", "sound"),
    [
        ("20180612", True),
        ("stat-00001", True),
        ("06 12 18 21 25 30 + 07", True),
        ("!\"#$%&'(", True),
        ("~" * 1000, True),
        ("", False),
        ("1234567", False),
        ("1 2 3 4 5", False),
        (" 20180612", False),
        ("20180612 ", False),
        ("2018061２", False),
        ("2018\n0612", False),
        ("2018\t0612", False),
        ("2018\x7f0612", False),
        ("\ud80012345678", False),
        ("~" * 1001, False),
    ],
)
def test_which_seeds_may_be_used(seed: str, sound: bool):
    assert (seed_fault(seed) == "") is sound
    if not sound:
        with pytest.raises(Impossible) as fault:
            rounds.made(seed=seed)
        assert fault.value.messages == (seed_fault(seed),)


@pytest.mark.parametrize(
    "name", ["", " T", "T\n1", "T\x00", "a,b", "e\u0301", "\u202e1", "\ud800", "T" * 1001]
)
def test_which_rounds_may_not_be_named(name: str):
    with pytest.raises(Impossible) as fault:
        rounds.made(round=name)
    assert fault.value.messages == (round_fault(name),)


def test_files_that_are_not_canonical_are_not_drawn_from():
    frame, quota = frame_bytes(rounds.VECTOR), quota_bytes([Quota("X", "", 3)])
    with pytest.raises(Faulty) as fault:
        draw(frame.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + quota, "T-1", rounds.SEED)
    assert {one.file for one in fault.value.faults} == {"frame.csv", "quota.csv"}


def test_every_unit_has_the_same_chance():
    """Contract: seeds stat-00001 … stat-02000; a unit's count lies within 5 standard deviations of 2000·n/N of its stratum."""
    sizes = {("甲", "小学"): 37, ("甲", "初中"): 11, ("乙", "小学"): 28, ("乙", "镇"): 9, ("丙", "小学"): 15}
    rows = [
        Row(f"{d}{k}{n}".encode().hex(), "单位", d, k) for (d, k), size in sizes.items() for n in range(size)
    ]
    assert len(rows) == 100
    frame = frame_bytes(rows)
    quota = quota_bytes(
        [Quota("甲", "", 9), Quota("乙", "小学", 14), Quota("乙", "镇", 1), Quota("丙", "小学", 15)]
    )
    counts: Counter[str] = Counter()
    for number in range(1, ROUNDS + 1):
        found = draw(frame, quota, "统计", f"stat-{number:05d}")
        counts.update(found.drawn)
    numbers = {(one.district, one.kind): one.n for one in found.strata}
    assert numbers == {
        ("甲", "小学"): 7,
        ("甲", "初中"): 2,
        ("乙", "小学"): 14,
        ("乙", "镇"): 1,
        ("丙", "小学"): 15,
    }
    apart = []
    for row in rows:
        share = numbers[row.district, row.kind] / sizes[row.district, row.kind]
        if abs(counts[row.code] - ROUNDS * share) > 5 * sqrt(ROUNDS * share * (1 - share)):
            apart.append((row, counts[row.code]))
    assert apart == []
