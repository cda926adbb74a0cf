"""Figures of the application form (申报表所填的数): what one blank asks, as an exact number or a word, with what it lacks.

Values of indicators are those of the evaluation's JSON; every other number is a formula over the same figures, by the same terms, so the form
never disagrees with the JSON. Not here: which blank asks what (``templates/application_form.yaml``), rounding and sentences (``form_clauses``,
``form_county``, ``form_survey``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dudao.evaluation import items
from dudao.evaluation.item import Item
from dudao.evaluation.terms import Ground, Missing, county_value
from dudao.indicators.schools import roll
from dudao.reports import text
from dudao.reports.form_rows import Blank
from dudao.reports.sheets import Value
from dudao.standards.model import Formula, Indicator, Standard
from dudao.tables import Intake

UNREADABLE = "有文件不能读取，可能缺少学校"
_TOLD = 4
"""Missing fields that one blank names; all of them are in the results workbook."""


@dataclass(frozen=True, slots=True)
class Found:
    """What stands for one thing the form asks: a number, a word, or None; ``missing``: what it lacks; ``why``: another reason."""

    value: Fraction | str | None
    missing: tuple[Missing, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """One table of the form: values by cell (B13), and the cells that are not, or not fully, filled."""

    cells: Mapping[str, Value]
    blanks: tuple[Blank, ...] = ()


class County:
    """One county's evaluation as the form reads it: the result in JSON beside the figures it was made of."""

    def __init__(self, standard: Standard, intake: Intake, result: Mapping[str, Any]) -> None:
        self.standard, self.intake = standard, intake
        self.ground = Ground(standard, intake, roll(standard, intake), date.fromisoformat(result["on"]))
        self._entries = {row["code"]: row for row in result["county"] if "cv" not in row}
        self._items: dict[str, Item] = {}

    def entry(self, code: str) -> Mapping[str, Any]:
        """The JSON's entry of an item: value, limit, judgement."""
        return self._entries[code]

    def item(self, code: str) -> Item:
        """The item with its parts and schools."""
        if code not in self._items:
            ground, indicator = self.ground, self.standard.indicator(code)
            self._items[code] = items.judged(self.standard, self.intake, ground.roll, indicator, ground.on)
        return self._items[code]

    def found(self, asked: str, indicator: Indicator) -> Found:
        """What ``asked`` stands for: the value of an indicator, at a level (G13_primary); a word; or a formula, its sums over the schools
        that ``indicator`` is about."""
        if (value := self.stated(asked)) is not None:
            return value
        if asked.isidentifier() and self.standard.field(asked).kind == "choice":
            term = self.ground.county_term(asked)
            given = self.ground.county_given(asked).value
            return Found(given if isinstance(given, str) else None, term.missing)
        rule = indicator.rule
        schools = rule.schools if isinstance(rule, Formula) else "counted"
        computed = county_value(self.ground, replace(indicator, rule=Formula(asked, schools=schools)), None)
        missing = tuple(gap for term in computed.terms.values() for gap in term.missing)
        why = UNREADABLE if self.intake.unreadable and "sum(" in asked else ""
        return Found(fraction(computed.value), missing, why)

    def stated(self, asked: str) -> Found | None:
        """The JSON's value of an indicator named by its code, with a level where it has one; None when it names no indicator."""
        level = next((stage.name for stage in self.standard.levels if asked.endswith(f"_{stage.name}")), None)
        code = asked.removesuffix(f"_{level}") if level else asked
        if code not in self._entries:
            return None
        value, item = self.entry(code)["value"], self.item(code)
        if level is not None:
            value = value[level] if isinstance(value, Mapping) else None
        if value is None:
            gaps = [part.missing for part in item.parts if part.level == level] if level else [item.missing]
            return Found(None, tuple(gap for found in gaps for gap in found), item.note)
        return Found(Fraction(text.exact(value)))


def fraction(value: object) -> Fraction | None:
    """An exact value as a fraction; None of what is no number."""
    return Fraction(value) if isinstance(value, int | Fraction) and not isinstance(value, bool) else None


def decimal(value: Fraction) -> Decimal:
    """A fraction as a decimal, exact where it is finite."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def whole(value: Fraction) -> Decimal:
    """A number with no more decimals than it has.

    >>> whole(Fraction(25, 2)), whole(Fraction(1200))
    (Decimal('12.5'), Decimal('1200'))
    """
    found = decimal(value)
    return found.quantize(Decimal(1)) if value.denominator == 1 else found


def lacking(standard: Standard, missing: Iterable[Missing]) -> tuple[str, str]:
    """What is missing, in words, and how to fill it; both empty when nothing is."""
    schools: dict[str, set[int | None]] = {}
    for gap in missing:
        schools.setdefault(gap.field, set()).add(gap.school.number if gap.school else None)
    if not schools:
        return "", ""
    named = [f"“{label}”" + (f"（{len(found)} 所学校）" if None not in found else "") for label, found in schools.items()]
    what = "、".join(named[:_TOLD]) + (f"等 {len(named)} 项" if len(named) > _TOLD else "")
    forms = {item.label: item.form for item in standard.fields}
    asked = {forms[label] for label in schools}
    steps = []
    if "county" in asked:
        steps.append("在区县填报表中补填或改正")
    if "school" in asked:
        steps.append("在学校填报表中补填或改正")
    if asked & {"supplement", "county_supplement"}:
        steps.append("在补充表中填写")
    return f"缺{what}", "，".join(steps) + "后重新计算。"
