"""The draw itself (抽取): a ticket for every unit, the n smallest of a stratum are drawn, the others are its reserve in ticket order.

A ticket (签号) is a hash of the round, both files, the seed and the unit's code: nobody who does not know the seed can tell it, everybody who does
can compute it. Not here: strata (``design``), the published folder (``publish``).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from dudao.sampling.design import Stratum, strata
from dudao.sampling.frame import Faulty, Impossible, Row, digest, read_frame, read_quota, value_fault

METHOD = "dudao-draw-1"
TICKET_COLUMNS = ("district", "kind", "rank", "code", "ticket", "drawn")
LEAST_SEED = 8
"""Signs of a seed, spaces not counted."""
MOST_SIGNS = 1000
"""Signs of a seed, of the name of a round."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One unit's place in its stratum. ``rank`` counts from 1 in ticket order; a ``certain`` unit has rank 0 and an empty ticket."""

    district: str
    kind: str
    rank: int
    code: str
    ticket: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw that was made, with what it was made of: the bytes of frame and quotas, round and seed."""

    frame: bytes
    quota: bytes
    round: str
    seed: str
    strata: tuple[Stratum, ...]
    tickets: tuple[Ticket, ...]

    @property
    def frame_hash(self) -> str:
        """The hash of ``frame.csv``, published before the seed."""
        return digest(self.frame)

    @property
    def quota_hash(self) -> str:
        """The hash of ``quota.csv``, published before the seed."""
        return digest(self.quota)

    @property
    def drawn(self) -> tuple[str, ...]:
        """Codes of the drawn units, ``certain`` ones too, in the order of ``tickets.csv``."""
        return tuple(ticket.code for ticket in self.tickets if ticket.drawn)

    def reserve(self, code: str) -> tuple[str, ...]:
        """The reserve (备抽名单) of a unit's stratum in ticket order. KeyError when the unit has no place in the draw."""
        place = next(((one.district, one.kind) for one in self.tickets if one.code == code), None)
        if place is None:
            raise KeyError(code)
        return tuple(one.code for one in self.tickets if (one.district, one.kind) == place and not one.drawn)

    def next_reserve(self, code: str, used: Collection[str] = ()) -> str | None:
        """Who replaces a drawn unit that has closed: the first of its reserve that is not used; None when none is left.

        ``used``: every reserve that has replaced another or has closed itself.
        """
        return next((other for other in self.reserve(code) if other not in used and other != code), None)


def seed_fault(seed: str) -> str:
    """What is wrong with a seed, as a Chinese sentence; empty when it may be used.

    Whether it is random cannot be told from it: it must come from a named public source, later than the hashes of frame and quotas.

    >>> seed_fault("20180612"), seed_fault("1234567")
    ('', '随机数不足 8 位（空格不计），请用至少 8 位随机数字。')
    """
    if not seed.isascii() or not seed.isprintable():
        return "随机数只能用可打印的 ASCII 字符。"
    if seed != seed.strip():
        return "随机数首尾不能有空格。"
    if len(seed.replace(" ", "")) < LEAST_SEED:  # a sign of any kind holds at least as much as a digit
        return f"随机数不足 {LEAST_SEED} 位（空格不计），请用至少 {LEAST_SEED} 位随机数字。"
    return f"随机数超过 {MOST_SIGNS} 个字符。" if len(seed) > MOST_SIGNS else ""


def round_fault(name: str) -> str:
    """What is wrong with the name of a round (轮次), as a Chinese sentence; empty when it may be used."""
    if not name:
        return "轮次不能是空的。"
    if what := value_fault(name):
        return f"轮次名称{what}。"
    if not unicodedata.is_normalized("NFC", name):
        return "轮次名称的文字不是 NFC 形式，请重新键入。"
    return f"轮次名称超过 {MOST_SIGNS} 个字符。" if len(name) > MOST_SIGNS else ""


def draw(frame: bytes, quota: bytes, round: str, seed: str) -> Draw:
    """The draw of canonical files. Impossible (Faulty for a file) says everything that is in the way; nothing is drawn then.

    >>> from dudao.sampling import Quota, frame_bytes, quota_bytes
    >>> units = frame_bytes(Row(f"A0{n}", f"UA0{n}", "X", "school") for n in range(1, 5))
    >>> found = draw(units, quota_bytes([Quota("X", "", 2)]), "T-1", "20180612")
    >>> found.drawn, found.reserve("A03")
    (('A03', 'A04'), ('A01', 'A02'))
    """
    rows, faults = read_frame(frame)
    quotas, more = read_quota(quota)
    if faults or more:
        raise Faulty((*faults, *more))
    wrong = [fault for fault in (round_fault(round), seed_fault(seed)) if fault]
    if wrong:
        raise Impossible(wrong)
    found = strata(rows, quotas)
    head = "\n".join((METHOD, round, digest(frame), digest(quota), seed, "")).encode()
    return Draw(frame, quota, round, seed, found, _tickets(rows, found, head))


def tickets_bytes(tickets: tuple[Ticket, ...]) -> bytes:
    """``tickets.csv``: rows by (district, kind, rank, code); units that are ``out`` have none."""
    lines = [",".join(TICKET_COLUMNS)]
    lines += [
        f"{one.district},{one.kind},{one.rank},{one.code},{one.ticket},{int(one.drawn)}" for one in tickets
    ]
    return "".join(line + "\n" for line in lines).encode()


def _tickets(rows: tuple[Row, ...], found: tuple[Stratum, ...], head: bytes) -> tuple[Ticket, ...]:
    """Every unit's place, stratum by stratum."""
    start = hashlib.sha256(head)
    certain: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    drawable: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        if row.take == "certain":
            certain[row.district, row.kind].append(row.code)
        elif row.take == "draw":
            ticket = start.copy()
            ticket.update(row.code.encode())
            drawable[row.district, row.kind].append((ticket.hexdigest(), row.code))
    tickets: list[Ticket] = []
    for one in found:
        place = (one.district, one.kind)
        tickets += [Ticket(*place, 0, code, "", True) for code in sorted(certain[place])]
        ordered = enumerate(sorted(drawable[place]), 1)
        tickets += [Ticket(*place, rank, code, ticket, rank <= one.n) for rank, (ticket, code) in ordered]
    return tuple(tickets)
