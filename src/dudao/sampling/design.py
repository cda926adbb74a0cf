"""Strata (层): how many of the units of each district and kind are drawn, from the frame and the quotas, in integers.

``certain`` units are taken first and lower the quota; what is left is n. A quota without a kind is divided over the kinds of its district by
largest remainder. Every (district, kind) of the frame is a stratum; one that no quota names has n = 0: nothing of it is drawn, all of it is
listed. Not here: which units (``draw``), the bytes of frame and quotas (``frame``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dudao.sampling.frame import Impossible, Quota, Row

STRATA_COLUMNS = ("district", "kind", "eligible", "n")
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stratum:
    """The units of one district and kind: ``eligible`` with a ticket, ``certain`` taken without one, ``n`` of the eligible to be drawn."""

    district: str
    kind: str
    eligible: int
    certain: int
    n: int


def strata(rows: Iterable[Row], quotas: Iterable[Quota]) -> tuple[Stratum, ...]:
    """The strata in byte order of (district, kind). Impossible names every quota that cannot be met.

    >>> units = [Row(f"A{n}", "校", "X", "小学" if n < 3 else "初中") for n in range(5)]
    >>> [(found.kind, found.eligible, found.n) for found in strata(units, [Quota("X", "", 3)])]
    [('初中', 2, 1), ('小学', 3, 2)]
    """
    eligible: Counter[Key] = Counter()
    certain: Counter[Key] = Counter()
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        kinds[row.district].add(row.kind)
        eligible[row.district, row.kind] += row.take == "draw"
        certain[row.district, row.kind] += row.take == "certain"
    left: dict[Key, int] = {}
    messages: list[str] = []
    for district, numbers in _by_district(quotas, messages).items():
        whole = [(district, kind) for kind in sorted(kinds[district])]
        if "" in numbers and len(numbers) > 1:
            messages.append(f"{district} 的名额既有不分类别的，又有分类别的，请只用一种。")
            left |= dict.fromkeys(whole, 0)
        elif "" in numbers:
            n = _left(district, numbers[""], whole, eligible, certain, messages)
            left |= divided(n, {cell: eligible[cell] for cell in whole})
        else:
            kinds[district] |= set(numbers)
            for kind, n in numbers.items():
                left[district, kind] = _left(
                    f"{district} {kind}", n, [(district, kind)], eligible, certain, messages
                )
    cells = sorted((district, kind) for district, found in kinds.items() for kind in found)
    for cell in cells:
        if cell not in left and certain[cell]:
            messages.append(
                f"{' '.join(cell)} 有 {certain[cell]} 个必抽单位，没有名额，请给出名额或改正 take。"
            )
    if messages:
        raise Impossible(messages)
    return tuple(Stratum(*cell, eligible[cell], certain[cell], left.get(cell, 0)) for cell in cells)


def divided(n: int, sizes: Mapping[Key, int]) -> dict[Key, int]:
    """n shared in proportion to the sizes by largest remainder: floor(n·N_k/N), the rest by larger n·N_k mod N, ties in byte order.

    >>> divided(3, {("X", "school"): 3, ("X", "town"): 2})
    {('X', 'school'): 2, ('X', 'town'): 1}
    """
    total = sum(sizes.values())
    if total == 0:
        return dict.fromkeys(sizes, 0)
    shares = {key: n * size // total for key, size in sizes.items()}
    first = sorted(sizes, key=lambda key: (-(n * sizes[key] % total), key))
    for key in first[: n - sum(shares.values())]:
        shares[key] += 1
    return shares


def without_quota(rows: Iterable[Row], quotas: Iterable[Quota]) -> list[Key]:
    """The (district, kind) of the frame that no quota names, in byte order: nothing is drawn there."""
    named = {(quota.district, quota.kind) for quota in quotas}
    return sorted(
        {
            (row.district, row.kind)
            for row in rows
            if not named & {(row.district, row.kind), (row.district, "")}
        }
    )


def strata_bytes(found: Iterable[Stratum]) -> bytes:
    """``strata.csv``: district, kind, eligible (rows with a ticket), n (how many of them are drawn)."""
    lines = [
        ",".join(STRATA_COLUMNS),
        *(f"{one.district},{one.kind},{one.eligible},{one.n}" for one in found),
    ]
    return "".join(line + "\n" for line in lines).encode()


def _by_district(quotas: Iterable[Quota], messages: list[str]) -> dict[str, dict[str, int]]:
    """District -> kind -> n; a quota twice is told."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for quota in quotas:
        if quota.kind in found[quota.district]:
            messages.append(f"{quota.district} {quota.kind}".rstrip() + " 的名额重复，请删去一行。")
        found[quota.district][quota.kind] = quota.n
    return found


def _left(
    where: str, n: int, cells: list[Key], eligible: Counter[Key], certain: Counter[Key], messages: list[str]
) -> int:
    """What a quota leaves to be drawn by ticket in its strata; 0 and a message when it cannot be met."""
    sure, most = sum(certain[cell] for cell in cells), sum(eligible[cell] for cell in cells)
    if n < sure:
        messages.append(f"{where} 的名额 {n} 少于必抽的 {sure} 个，请增加名额或改正 take。")
    elif n - sure > most:
        taken = f"（必抽 {sure} 个，可抽 {most} 个）" if sure else ""
        messages.append(
            f"{where} 的名额 {n} 多于抽样框中的 {sure + most} 个{taken}，请减少名额或补全抽样框。"
        )
    else:
        return n - sure
    return 0
