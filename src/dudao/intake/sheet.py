"""Sheet (工作表): the cells of one sheet as read, with the marks that a plain value does not show.

Here live the shapes that every reader (workbook, CSV, Parquet) hands to the recognition of forms, and cell addresses.
Not here: reading (``workbook``, ``tabular``), recognising a form (``forms``, ``wide``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

MAX_ROWS = 2000
"""Rows of a form (contracts §1)."""
MAX_COLUMNS = 100
"""Columns of a form (contracts §1)."""
HEADINGS = 20
"""Rows that a wide table may need above its 2000 schools: titles, header, units, notes."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the value of a cell does not show.

    ``formula``: the cell holds one (its cached value, if any, is the cell's value) · ``error``: its error value, such as #N/A ·
    ``percent``: it is shown as a percentage · ``digits``: its number is shown with at least so many digits (0: no such format).
    """

    formula: bool = False
    error: str | None = None
    percent: bool = False
    digits: int = 0


PLAIN = Mark()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells by row and column, from A1. ``name``: None where the file has no sheets (CSV, Parquet).

    ``rows``: float, str, bool, date or time a cell; "" is a blank one. ``marks``: by (row, column) from 0. ``typed``: whether the file
    tells numbers from text, so that a number typed as text can be seen. ``widths``: cells of a row as found, where they may differ (CSV).
    """

    name: str | None
    rows: Sequence[Sequence[object]]
    marks: Mapping[tuple[int, int], Mark] = field(default_factory=dict)
    typed: bool = True
    widths: Sequence[int] = ()


@lru_cache(maxsize=256)
def letters(column: int) -> str:
    """The letters of a column counted from 0.

    >>> letters(0), letters(25), letters(26), letters(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def address(row: int, column: int) -> str:
    """The address of a cell, row and column counted from 0.

    >>> address(10, 4)
    'E11'
    """
    return f"{letters(column)}{row + 1}"


def position(cell: str | None) -> tuple[int, int]:
    """Row and column of an address, for sorting; (0, 0) of none.

    >>> position("E11"), position(None)
    ((11, 5), (0, 0))
    """
    if cell is None:
        return 0, 0
    head = cell.rstrip("0123456789")
    column = 0
    for letter in head:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(head) :] or 0), column


def blank(value: object) -> bool:
    """Whether a cell counts as blank: nothing, or spaces of any kind."""
    return value is None or (isinstance(value, str) and (not value or value.isspace()))
