"""Items made of other items: the total of points (总分) and the outcome by counts of grades (等次).

Here lives what follows when points or grades are missing: not_met as soon as nothing missing could change that, else no_data. Not
here: the items themselves (``items``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from dudao.evaluation.item import Answer, Item, Part, against
from dudao.evaluation.judge import Judgement, limit_of
from dudao.evaluation.terms import Missing
from dudao.indicators.exact import parsed, value_of
from dudao.standards.model import Count, Indicator, Outcome, Points, Total


def judged(indicator: Indicator, items: Mapping[str, Item], on: date) -> Item:
    """A total or a count over items that are judged already."""
    rule = indicator.rule
    if isinstance(rule, Total):
        return _total(indicator, rule, items, on)
    assert isinstance(rule, Count)
    return _count(indicator, rule, items)


def _total(indicator: Indicator, rule: Total, items: Mapping[str, Item], on: date) -> Item:
    limit = limit_of(indicator.limits, None, on)
    bound = Fraction(limit.value) if limit is not None and limit.value is not None else None
    least = most = Fraction(0)
    bonus_least = bonus_most = Fraction(0)
    parts, missing = [], []
    for code in rule.of:
        item = items[code]
        points = item.indicator.rule
        if not isinstance(points, Points):
            continue
        weight = Fraction(rule.weights.get(code, 1))
        value = item.value if isinstance(item.value, Fraction) else None
        low, high = (Fraction(0), Fraction(points.most)) if value is None else (value, value)
        if points.bonus:
            bonus_least, bonus_most = bonus_least + weight * low, bonus_most + weight * high
            missing += item.missing if rule.bonus_counts else ()
        else:
            least, most = least + weight * low, most + weight * high
            missing += item.missing
        parts.append(
            Part(f"{code} {item.indicator.title}", value, "no_data" if value is None else "not_applicable")
        )
    cap = Fraction(rule.bonus_most)
    # A bonus is claimed; without a claim there is none, and nothing is missing.
    bonus = min(bonus_least, cap)
    counted = bonus if rule.bonus_counts else Fraction(0)
    highest = most + (min(bonus_most, cap) if rule.bonus_counts else 0)
    if missing:
        judgement: Judgement = "not_met" if against(highest, limit, bound) == "not_met" else "no_data"
    else:
        judgement = against(least + counted, limit, bound)
    total = None if missing else least + counted
    limits = {None: limit.value} if limit is not None and limit.value is not None else {}
    note = f"附加分 {float(bonus):g} 分不计入" if bonus and not rule.bonus_counts else ""
    return Item(indicator, total, limits, judgement, parts=tuple(parts), missing=tuple(missing), note=note)


_LETTERS: Mapping[Judgement, str] = {"met": "A", "basically_met": "B", "not_met": "C"}


def _count(indicator: Indicator, rule: Count, items: Mapping[str, Item]) -> Item:
    counts = dict.fromkeys("ABC", 0)
    open_ones = 0
    missing: list[Missing] = []
    for code in rule.of:
        judgement = items[code].judgement
        if judgement in _LETTERS:
            counts[_LETTERS[judgement]] += 1
        elif judgement == "no_data":
            open_ones += 1
            missing += items[code].missing
    reached = [_outcome(rule, {**counts, **more}) for more in _completions(counts, open_ones)]
    value: Answer = None
    found: Judgement = "no_data"
    if not open_ones and sum(counts.values()):
        outcome = reached[0]
        value, found = (outcome.title, outcome.judgement) if outcome else (None, "not_met")  # type: ignore[assignment]
    elif open_ones and all(outcome is None or outcome.judgement == "not_met" for outcome in reached):
        found = "not_met"
    parts = tuple(Part(letter, Fraction(number), "not_applicable") for letter, number in counts.items())
    note = "；".join(_told(rule, items, found, open_ones))
    return Item(indicator, value, {}, found, parts=parts, missing=tuple(missing), note=note)


_NAMED = 5
"""Items named in a note; all of them stand in the result."""


def _told(rule: Count, items: Mapping[str, Item], found: Judgement, open_ones: int) -> Iterator[str]:
    """What the outcome comes from: the items that failed, and how many have no result."""
    failed = [items[code].indicator.title for code in rule.of if items[code].judgement == "not_met"]
    if found == "not_met" and failed:
        more = f" 等 {len(failed)} 项" if len(failed) > _NAMED else ""
        yield f"未达到：{'、'.join(failed[:_NAMED])}{more}"
    if open_ones:
        lacking = [items[code].indicator.title for code in rule.of if items[code].judgement == "no_data"]
        more = f" 等 {open_ones} 项" if open_ones > _NAMED else ""
        yield f"没有结果：{'、'.join(lacking[:_NAMED])}{more}"


def _completions(counts: Mapping[str, int], more: int) -> Iterator[dict[str, int]]:
    """Every way in which the open items could turn out."""
    for a in range(more + 1):
        for b in range(more - a + 1):
            yield {"A": counts["A"] + a, "B": counts["B"] + b, "C": counts["C"] + more - a - b}


def _outcome(rule: Count, counts: Mapping[str, int]) -> Outcome | None:
    """The first outcome that fits."""
    for outcome in rule.outcomes:
        if value_of(parsed(outcome.when), lambda name: Fraction(counts[name])):
            return outcome
    return None
