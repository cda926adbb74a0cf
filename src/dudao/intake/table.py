"""Table: what recognition makes of a sheet. Fields with their cells, one row a unit; a vertical form is a table of one row.

Here live the shapes between finding a form (``vertical``, ``wide``) and making returns of it (``returns``). Not here: what a cell means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dudao.intake.messages import shown
from dudao.intake.sheet import PLAIN, Mark, blank, letters
from dudao.standards.model import Field
from dudao.tables import Form
from dudao.units import plain, same_unit

Loss = Literal["lacking", "twice", "unit"]
"""Why a column has no usable value: its label is not there, is there twice, or its unit was changed."""


@dataclass(frozen=True, slots=True)
class Column:
    """The cells of one field. ``place``: (row, column) of the first, from 0; None when the form has none. ``marks``: by row of the table."""

    field: Field
    values: Sequence[object]
    place: tuple[int, int] | None
    marks: Mapping[int, Mark] = field(default_factory=dict)
    loss: Loss | None = None

    def cell(self, row: int) -> str | None:
        """The address of the cell in a row of the table."""
        return None if self.place is None else f"{letters(self.place[1])}{self.place[0] + row + 1}"

    def mark(self, row: int) -> Mark:
        """The mark of the cell in a row of the table."""
        return self.marks.get(row, PLAIN)


@dataclass(frozen=True, slots=True)
class Note:
    """An issue of the form itself, not placed in a file yet."""

    code: str
    cell: str | None
    words: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Table:
    """A form found in a sheet. ``columns``: of every field of the form, by name. ``rows``: row number in the sheet (from 1) of each unit that
    is filled in, by row of the table; a vertical form has none. ``spoiled``: rows whose cells may have shifted, with the reason.
    """

    form: Form
    sheet: str | None
    columns: Mapping[str, Column]
    rows: Mapping[int, int | None]
    notes: Sequence[Note] = ()
    typed: bool = True
    spoiled: Mapping[int, str] = field(default_factory=dict)
    wide: bool = False


def unit_notes(
    found: Field, text: object, cell: str | None, *, blank_is_odd: bool
) -> tuple[Loss | None, list[Note]]:
    """What a unit cell says against the standard's unit: nothing, a query about the spelling, or that the unit was changed."""
    if not found.numeric or not found.unit or text == found.unit:
        return None, []
    words: dict[str, object] = {"label": found.label, "unit": found.unit}
    if blank(text):
        return None, [Note("FORM-008", cell, words | {"what": "没有写单位"})] if blank_is_odd else []
    if not isinstance(text, str) or not same_unit(text, found.unit):
        return "unit", [Note("FORM-007", cell, words | {"value": shown(text)})]
    if plain(text) != plain(found.unit):
        return None, [Note("FORM-008", cell, words | {"what": f"写的是“{shown(text)}”"})]
    return None, []
