"""Row (一行): the figures of one row of a table, each made when it is asked for.

Here lives the mapping that a Return has as its figures, so that a wide table of plain numbers costs nothing a cell. Not here: what a cell
means (``figures``), what a blank means (``returns``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from dudao.intake import figures
from dudao.intake.table import Column
from dudao.standards.model import Standard
from dudao.tables import Figure, State

Pair = tuple[Decimal | str | bool | None, State]
PLAIN_NUMBER: Pair = (None, "given")
"""Stands for the number in the cell."""


def refused(figure: Figure) -> Figure:
    """A figure that may not be used."""
    return replace(figure, value=None, state="refused")


@dataclass(slots=True)
class Done:
    """A column read: ``odd`` holds every row whose figure is not simply the number in the cell; None there: no figure at all."""

    column: Column
    odd: dict[int, Pair | None]


@dataclass(slots=True)
class Block:
    """All rows of a table: its columns by field name, and the numbers of the rows that are filled in.

    ``doubtful``: those of which the checks may have something to say, once they have looked (``checks.screen``).
    """

    columns: Mapping[str, Done]
    sheet: str | None
    numbers: Sequence[int]
    doubtful: dict[Standard, frozenset[int]] = field(default_factory=dict)

    def numeric(self, name: str, otherwise: float) -> list[float] | None:
        """The numbers of a column as doubles, row by row, those that may not be used as ``otherwise``; None: no such column."""
        done = self.columns.get(name)
        if done is None:
            return None
        values, odd = done.column.values, done.odd
        if not odd and len(values) == len(self.numbers):
            return values  # type: ignore[return-value]
        return [_double(odd[n], otherwise) if n in odd else values[n] for n in self.numbers]  # type: ignore[misc]

    def words(self, name: str) -> list[Decimal | str | bool | None]:
        """The texts, choices or flags of a column, row by row; None where there is none to be used."""
        done = self.columns.get(name)
        odd = {} if done is None else done.odd
        return [pair[0] if (pair := odd.get(n)) and pair[1] in ("given", "zero") else None for n in self.numbers]


def _double(pair: Pair | None, otherwise: float) -> float:
    if pair is None or pair[1] not in ("given", "zero") or not isinstance(pair[0], Decimal):
        return otherwise
    return float(pair[0])


class Figures(Mapping[str, Figure]):
    """The figures of one row of a table, by field name; each is made when it is first asked for. ``as_read``: none was replaced since."""

    __slots__ = ("_columns", "_made", "as_read", "block", "row")

    def __init__(self, block: Block, row: int) -> None:
        self.block, self.row = block, row
        self.as_read = True
        self._columns = block.columns
        self._made: dict[str, Figure | None] = {}

    def get(self, name: str, default: Figure | None = None) -> Figure | None:  # type: ignore[override]
        """The figure of a field."""
        made = self._made
        found = made[name] if name in made else made.setdefault(name, self._make(name))
        return default if found is None else found

    def __getitem__(self, name: str) -> Figure:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._columns if self.get(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def text(self, name: str) -> str | None:
        """The text of a field, without making its figure."""
        done = self._columns.get(name)
        pair = None if done is None or name in self._made else done.odd.get(self.row, PLAIN_NUMBER)
        value = pair[0] if pair else getattr(self.get(name), "value", None)
        return value if isinstance(value, str) else None

    def number(self, name: str) -> Decimal | None:
        """The value of a number that may be used, without making a figure of it."""
        made = self._made.get(name)
        if made is None:
            done = self._columns.get(name)
            if done is None:
                return None
            if self.row not in done.odd:
                return figures.cut(done.column.values[self.row])  # type: ignore[arg-type]
            pair = done.odd[self.row]
            value, usable = (None, False) if pair is None else (pair[0], pair[1] in ("given", "zero"))
        else:
            value, usable = made.value, made.known
        return value if usable and isinstance(value, Decimal) else None

    def replacing(self, figures: Mapping[str, Figure]) -> Figures:
        """The same figures, some of them replaced."""
        copy = Figures(self.block, self.row)
        copy.as_read = False
        copy._made = {**self._made, **figures}
        return copy

    def refusing(self, names: Iterable[str]) -> Figures:
        """The same figures, those of some fields refused."""
        known = {name: figure for name in names if (figure := self.get(name)) is not None}
        return self.replacing({name: refused(figure) for name, figure in known.items()})

    def _make(self, name: str) -> Figure | None:
        done = self._columns.get(name)
        if done is None:
            return None
        pair = done.odd.get(self.row, PLAIN_NUMBER)
        if pair is None:
            return None
        found = _found(done.column.values[self.row], pair) if pair is not PLAIN_NUMBER else None
        if pair is PLAIN_NUMBER:
            pair = (figures.cut(done.column.values[self.row]), "given")  # type: ignore[arg-type]
        return Figure(*pair, self.block.sheet, done.column.cell(self.row), found=found)


def _found(cell: object, pair: Pair) -> Decimal | str | None:
    """What a cell shows, where the figure is not just that."""
    value, state = pair
    if isinstance(cell, bool) or state not in ("given", "refused") or cell in (None, "") or cell == value:
        return None
    if isinstance(cell, int | float):
        return figures.cut(float(cell)) if state == "refused" else None
    return str(cell)
