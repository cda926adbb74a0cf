"""Figures between the library and the database: a Return as a row's JSON and back, unchanged; and how two returns differ.

Pure functions over values. Not here: reading files (``dudao.intake``), keeping rows (``actions``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dudao.standards.model import Field, Standard
from dudao.tables import MISSING, Figure, Return

Stored = dict[str, list[Any]]
"""field name -> [value as text or null, kind of value, state, sheet, cell], and where the cell shows something else than the
value: what it shows, and its kind"""

_KINDS = {Decimal: "number", str: "text", bool: "flag", type(None): "none"}


def encode(figures: Mapping[str, Figure]) -> Stored:
    """Figures as JSON: decimals as text, so that nothing is rounded."""
    stored: Stored = {}
    for name, figure in figures.items():
        stored[name] = [*_kept(figure.value), figure.state, figure.sheet, figure.cell]
        if figure.found is not None:
            stored[name] += _kept(figure.found)
    return stored


def _kept(value: Decimal | str | bool | None) -> list[str | None]:
    return [None if value is None else str(value), _KINDS[type(value)]]


def decode(stored: Stored) -> dict[str, Figure]:
    """The figures that were encoded.

    >>> figures = {"a": Figure(Decimal("0.10"), "given", "表", "E2", found="0.10 "), "b": Figure(True, "given")}
    >>> decode(encode(figures)) == figures
    True
    """
    return {name: _figure(*item) for name, item in stored.items()}


def _figure(
    text: str | None, kind: str, state: Any, sheet: str | None, cell: str | None, *found: str | None
) -> Figure:
    shown: Any = _value(found[0], found[1]) if found else None
    return Figure(_value(text, kind), state, sheet, cell, found=shown)


def _value(text: str | None, kind: str | None) -> Decimal | str | bool | None:
    if text is not None and kind == "number":
        return Decimal(text)
    if text is not None and kind == "flag":
        return text == "True"
    return text


def shown(field: Field, figure: Figure) -> str:
    """A figure as a person reads it: 13 240, 是, 小学; words where there is none."""
    value = figure.value
    if figure.state == "missing":
        return "未填"
    if figure.state == "absent":
        return "不适用"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:,f}".replace(",", "\N{THIN SPACE}") if field.kind not in ("year",) else f"{value:f}"
    return value if value is not None else "不能采用"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two returns of a unit say differently. ``change``: new − old, ``share``: of the old; None for words."""

    label: str
    unit: str
    old: str
    new: str
    change: str
    share: str


def differences(
    standard: Standard,
    old: Stored,
    new: Stored,
    old_said: Mapping[str, str] | None = None,
    new_said: Mapping[str, str] | None = None,
) -> list[Difference]:
    """Every field whose value differs, in the order of the form.

    ``old_said``, ``new_said``: what was found in cells that were refused, by field; a refused figure has no value.
    """
    before, after = decode(old), decode(new)
    found = []
    for field in standard.fields:
        a, b = before.get(field.name, MISSING), after.get(field.name, MISSING)
        if (a.value, a.state) != (b.value, b.state):
            found.append(_difference(field, a, b))
        elif a.state == b.state == "refused":
            said = [(words or {}).get(field.name, "") for words in (old_said, new_said)]
            if said[0] != said[1]:
                found.append(Difference(field.label, "", said[0], said[1], "", ""))
    return found


def _difference(field: Field, a: Figure, b: Figure) -> Difference:
    change = share = ""
    if field.kind != "year" and isinstance(a.value, Decimal) and isinstance(b.value, Decimal):
        step = b.value - a.value
        sign = "＋" if step > 0 else "－"
        change = f"{sign}{abs(step):,f}".replace(",", "\N{THIN SPACE}")
        share = f"{sign}{abs(step) / abs(a.value):.1%}" if a.value else ""
    return Difference(field.label, field.unit, shown(field, a), shown(field, b), change, share)


def as_return(
    *,
    form: Any,
    path: str,
    sha256: str,
    sheet: str | None,
    row: int | None,
    figures: Stored,
    void: str | None,
) -> Return:
    """The library's Return of a stored row."""
    return Return(form, path, sha256, sheet, decode(figures), row, void)
