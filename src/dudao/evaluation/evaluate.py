"""One run for one county: from the Intake to an Evaluation, every value with its limit, judgement, gap and
cells.

Here lives the order of the work. Not here: SQL and fractions (``dudao.indicators``), the rules over
judgements (``verdict``), the JSON (``result``), words (``sentences``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from dudao.evaluation import items, scores, sentences
from dudao.evaluation.coefficients import Coefficient, Composite, coefficients, composites
from dudao.evaluation.item import Item
from dudao.evaluation.judge import limit_of
from dudao.evaluation.values import SchoolResult, judged_school, value_of_row
from dudao.evaluation.verdict import Status, status, together
from dudao.indicators.exact import parsed
from dudao.indicators.plan import ratios
from dudao.indicators.run import run
from dudao.indicators.schools import Roll, School, roll
from dudao.standards.model import (
    Count,
    Indicator,
    Instead,
    Limit,
    Ratio,
    SchoolRule,
    Standard,
    Total,
    Variation,
)
from dudao.tables import Intake


@dataclass(frozen=True, slots=True)
class Relieved:
    """One use of a relief by one school; ``amount`` in ``unit``: what it let count, or the limit in place of the plain one.

    ``names``: the fields it rests on, the flag first.
    """

    code: str
    indicator: Indicator
    school: School
    flag: str
    names: tuple[str, ...]
    amount: Fraction
    unit: str
    until: date | None


@dataclass(frozen=True)
class Evaluation:
    """The whole result for one county."""

    standard: Standard
    on: date
    intake: Intake
    roll: Roll
    schools: tuple[SchoolResult, ...]
    coefficients: tuple[Coefficient, ...]
    composites: Mapping[str, Composite]
    items: tuple[Item, ...]
    reliefs: tuple[Relieved, ...]

    @cached_property
    def status(self) -> Status:
        """met, not_met or undetermined, by the standard's verdict rule."""
        rule = self.standard.verdict
        return status([self.item(code).judgement for code in (*rule.all_of, *rule.vetoes)])

    def item(self, code: str) -> Item:
        """The judged item of a code; KeyError when there is none."""
        return self._items[code]

    @cached_property
    def _items(self) -> Mapping[str, Item]:
        return {item.indicator.code: item for item in self.items}

    @cached_property
    def reasons(self) -> tuple[sentences.Reason, ...]:
        """Why the verdict is not met, not_met first."""
        return sentences.reasons(self)

    def to_dict(self) -> dict[str, object]:
        """The JSON of schema 1 (contracts §1)."""
        from dudao.evaluation.result import to_dict

        return to_dict(self)


def evaluate(standard: Standard, intake: Intake, on: date) -> Evaluation:
    """Evaluate one county's intake under a standard on a day. Pure: same input, same result."""
    counted = roll(standard, intake)
    run_values = run(standard, counted, on)
    rule = next((item.rule for item in standard.indicators if isinstance(item.rule, SchoolRule)), None)
    labels = {item.name: item.label for item in standard.fields}
    found = ratios(standard)
    limits = {(item.code, level.name): limit_of(item.limits, level.name, on) for item in found for level in standard.levels}
    results = []
    for row in counted.rows:
        bulk = run_values.by_row[row.school.number, row.level.name]
        values = {
            item.code: value_of_row(standard, row, item, bulk[item.code], limits[item.code, row.level.name], rule, labels, on)
            for item in found
        }
        results.append(SchoolResult(row, values, judged_school(values, rule)))
    each = coefficients(standard, counted, results, run_values.spreads, bool(intake.unreadable), on)
    mean = composites(standard, results, each, bool(intake.unreadable), on)
    judged = _items(standard, intake, counted, results, each, mean, on)
    reliefs = tuple(sorted((*_reliefs(results), *_item_reliefs(judged, standard.derived)), key=_relief_key))
    return Evaluation(standard, on, intake, counted, tuple(results), each, mean, judged, reliefs)


def _items(
    standard: Standard,
    intake: Intake,
    counted: Roll,
    results: Sequence[SchoolResult],
    each: Sequence[Coefficient],
    mean: Mapping[str, Composite],
    on: date,
) -> tuple[Item, ...]:
    found: dict[str, Item] = {}
    incomplete = bool(intake.unreadable)
    order = [item for item in standard.indicators if not isinstance(item.rule, Ratio)]
    for indicator in sorted(order, key=lambda item: isinstance(item.rule, Total | Count)):
        if isinstance(indicator.rule, Variation):
            among = each if indicator.rule.judges == "each" else mean.values()
            judged = [item.judgement for item in among if item.judgement != "not_applicable"]
            found[indicator.code] = Item(indicator, judged.count("met"), {None: len(judged)}, together(judged))
        elif isinstance(indicator.rule, SchoolRule):
            judged = [result.judgement for result in results]
            joined = together([*judged, *(["no_data"] if incomplete else [])])
            found[indicator.code] = Item(indicator, judged.count("met"), {None: len(judged)}, joined)
        elif isinstance(indicator.rule, Total | Count):
            found[indicator.code] = scores.judged(indicator, found, on)
        else:
            found[indicator.code] = items.judged(standard, intake, counted, indicator, on)
    return tuple(found[item.code] for item in order)


def _reliefs(results: Sequence[SchoolResult]) -> list[Relieved]:
    """Each relief of a ratio once a school, however many levels it has."""
    found: dict[tuple[str, int], Relieved] = {}
    for result in results:
        for value in result.values.values():
            for relief, amount in value.used.reliefs:
                school = result.row.school
                if amount is not None and school.usable:
                    names = (relief.flag, *parsed(relief.adds).names())
                    found.setdefault(
                        (relief.code, school.number),
                        Relieved(relief.code, value.indicator, school, relief.flag, names, amount, relief.unit, relief.until),
                    )
    return list(found.values())


def _item_reliefs(found: Sequence[Item], derived: frozenset[str]) -> Iterator[Relieved]:
    """The reliefs that items judged school by school rest on."""
    for item in found:
        for one in item.schools:
            relief = one.relief
            if isinstance(relief, Limit) and relief.value is not None:
                names = (relief.flag, *parsed(relief.when or "0").names())
                names = tuple(name for name in dict.fromkeys(names) if name and name not in derived)
                amount = Fraction(relief.value)
                yield Relieved(relief.code, item.indicator, one.school, relief.flag, names, amount, item.indicator.unit, relief.until)
            elif isinstance(relief, Instead) and one.value is not None:
                names = (relief.flag, *parsed(relief.text).names())
                yield Relieved(relief.code, item.indicator, one.school, relief.flag, names, one.value, relief.unit, relief.until)


def _relief_key(item: Relieved) -> tuple[str, str, int]:
    return item.code, item.school.code or "", item.school.number
