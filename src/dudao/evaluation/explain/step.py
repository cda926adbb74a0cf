"""Steps of an explanation (计算说明): the one tree that the terminal, the page, the report and the proof bundle are views of.

Here live the nouns and their JSON. Not here: how a tree is made of an evaluation (``schools``, ``variation``, ``items``), its lines on a
terminal (``text``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dudao.evaluation.evaluate import Evaluation

SCHEMA = 1
NOT_SUBMITTED = "未经平台提交"
"""Said of a file that no ``provenance.json`` names."""

Number = Fraction | Decimal | float | int


@dataclass(frozen=True, slots=True)
class Leaf:
    """The cell that a figure was read from. ``value``: what stands there: a number as the decimal typed, 是 or 否, a text, None when it is
    blank or cannot be used. ``sheet`` and ``cell`` are None where the file has no such row or no sheets."""

    file: str
    sha256: str
    sheet: str | None
    cell: str | None
    value: Decimal | str | None


@dataclass(frozen=True, slots=True)
class Term:
    """A quantity that a step's formula uses or that follows from it. ``name``: stable (P, mean, S2 …); ``label``: in words."""

    name: str
    label: str
    value: Number | str | None
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, by which clause and formula, what came out, and the steps it rests on.

    ``code``: of the indicator or the school. ``clause``: the document's own words; ``source``: where they stand. ``value`` in ``unit``
    (shares 0-1 with unit share), by level where the item is. ``limit`` is compared by ``operator``. ``judgement``: that of the value;
    of the verdict: met, not_met or undetermined. ``share``: of a coefficient's S². ``by``: who handed the leaf's file in and who
    confirmed it. A step with a ``leaf`` has no steps.
    """

    label: str
    code: str | None = None
    level: str | None = None
    clause: str = ""
    source: str = ""
    formula: str = ""
    terms: tuple[Term, ...] = ()
    value: Number | str | Mapping[str, Number | str | None] | None = None
    unit: str = ""
    operator: str = ""
    limit: Number | None = None
    judgement: str = ""
    share: Fraction | None = None
    note: str = ""
    by: str = ""
    leaf: Leaf | None = None
    steps: tuple[Step, ...] = ()


_KEYS = ("code", "level", "clause", "source", "formula", "terms", "value", "unit", "operator", "limit", "judgement", "share", "note", "by")


def to_dict(step: Step) -> dict[str, object]:
    """A step and all below it as JSON; what says nothing is left out. A leaf is ``{file, sha256, sheet, cell, value}``."""
    found: dict[str, object] = {"label": step.label}
    for key in _KEYS:
        value = getattr(step, key)
        if value is not None and value != "" and value != ():
            found[key] = [_term(term) for term in value] if key == "terms" else number(value)
    if step.leaf is not None:
        leaf = step.leaf
        found["leaf"] = {
            "file": leaf.file,
            "sha256": leaf.sha256,
            "sheet": leaf.sheet,
            "cell": leaf.cell,
            "value": number(leaf.value),
        }
    if step.steps:
        found["steps"] = [to_dict(inner) for inner in step.steps]
    return found


def _term(term: Term) -> dict[str, object]:
    found = {"name": term.name, "label": term.label, "value": number(term.value), "unit": term.unit, "note": term.note}
    return {key: value for key, value in found.items() if value != ""}


def number(value: object) -> object:
    """A number as JSON has it: a whole one as one, any other as a double; by level where it is; words as they are."""
    if isinstance(value, Mapping):
        return {level: number(part) for level, part in value.items()}
    if isinstance(value, Fraction | Decimal):
        return int(value) if value == int(value) else float(value)
    return value


def document(evaluation: Evaluation, step: Step) -> dict[str, object]:
    """A tree with what it was computed under: the JSON of ``dudao explain`` and the bundle's ``tree.json``."""
    standard = evaluation.standard
    return {
        "schema": SCHEMA,
        "standard": {
            "id": standard.id,
            "version": standard.version,
            "sha256": standard.sha256,
            "profile": standard.profile.name,
        },
        "on": evaluation.on.isoformat(),
        "county_code": evaluation.intake.county_code,
        "tree": to_dict(step),
    }
