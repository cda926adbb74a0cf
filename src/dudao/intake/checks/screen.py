"""One look at all rows of a wide table: which of them need no check, because every check would be silent.

Here lives, for each check of a school, when it may have something to say, told column by column in doubles. It may name a row too many,
never one too few: whatever it names goes through the checks themselves, which alone decide. A check without an entry here names every row.
Not here: what is wrong (each check), and the figures of a single form, for which a look ahead does not pay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import nan
from types import ModuleType

from dudao.intake import labels
from dudao.intake.checks import (
    budget_per_pupil,
    budget_spending,
    built_flags,
    class_pupils,
    class_total,
    degree_teachers,
    equipment,
    extra_grounds,
    figures,
    founded,
    indoor_and_gym,
    indoor_sports,
    jumps,
    media_rooms,
    migrant_pupils,
    pe_art_teachers,
    pupils_per_class,
    pupils_per_teacher,
    retention,
    room_sizes,
    rural_small,
    rural_small_classes,
    shared_teachers,
    sports_area,
    stage_figures,
    teacher_parts,
    teaching_area,
    training_budget,
    visiting_teachers,
    zoned_pupils,
)
from dudao.intake.row import Block
from dudao.standards.model import Standard
from dudao.units import YUAN_PER_WAN

FEWEST = 20
"""Rows from which a look ahead pays."""
_NEAR = 1 - 1e-9
"""Amounts are compared with this margin: sums and products of doubles may be off by a little."""


class _Rows:
    """The columns of a block as the screens read them, each made once; rows by their place."""

    def __init__(self, block: Block, standard: Standard) -> None:
        self.block, self.standard = block, standard
        self._zeros: dict[str, list[float]] = {}
        self.pupils = self._sum([stage.pupils for stage in standard.levels])

    def known(self, name: str) -> list[float]:
        """Numbers, nan where there is none to be used: no comparison with it holds."""
        return self.block.numeric(name, nan) or [nan] * len(self.block.numbers)

    def zeros(self, name: str) -> list[float]:
        """Numbers, 0 where there is none to be used."""
        if name not in self._zeros:
            self._zeros[name] = self.block.numeric(name, 0.0) or [0.0] * len(self.block.numbers)
        return self._zeros[name]

    def lacks(self, *names: str) -> bool:
        """Whether one of the fields is not asked at all, so that a check that needs it is silent."""
        return any(name not in self.block.columns for name in names)

    def _sum(self, names: Sequence[str]) -> list[float]:
        return [sum(row) for row in zip(*(self.zeros(name) for name in names), strict=True)] or [0.0] * len(self.block.numbers)

    def over(self, parts: Sequence[str], whole: str) -> Iterable[int]:
        """Where parts add up to more than their whole."""
        parts = [part for part in parts if not self.lacks(part)]
        if not parts or self.lacks(whole):
            return ()
        sums = self.zeros(parts[0]) if len(parts) == 1 else self._sum(parts)
        return (place for place, (part, most) in enumerate(zip(sums, self.known(whole), strict=True)) if part > most)

    def filled(self, names: Iterable[str]) -> Iterable[int]:
        """Where one of the numbers is not zero."""
        return (place for name in names for place, value in enumerate(self.zeros(name)) if value)

    def per_pupil(self, names: Sequence[str], least: float, most: float, scale: float = 1.0) -> Iterable[int]:
        """Where an amount per pupil is not clearly within its bounds."""
        if self.lacks(*names):
            return ()
        low, high, steep = least / _NEAR, most * _NEAR, most * figures.SMALL_FACTOR * _NEAR
        return (
            place
            for place, (amount, pupils) in enumerate(zip(self._sum(names), self.pupils, strict=True))
            if pupils and not low * pupils <= scale * amount <= (steep if pupils < figures.SMALL else high) * pupils
        )


def doubtful(block: Block, standard: Standard, checks: Sequence[ModuleType]) -> frozenset[int]:
    """The rows of which some of the checks may have something to say."""
    if standard not in block.doubtful:
        block.doubtful[standard] = frozenset(block.numbers[place] for place in _doubtful(block, standard, checks))
    return block.doubtful[standard]


def _doubtful(block: Block, standard: Standard, checks: Sequence[ModuleType]) -> Iterable[int]:
    if any(module not in SCREENS for module in checks):
        return range(len(block.numbers))
    rows = _Rows(block, standard)
    places = set(_broken(rows))
    for module in checks:
        places.update(SCREENS[module](rows))
    return places


def _broken(rows: _Rows) -> Iterable[int]:
    """Rows with a count that is no whole number: sums of those need not be exact in doubles."""
    for name, done in rows.block.columns.items():
        if done.column.field.kind == "count":
            values = rows.zeros(name)
            if not all(map(float.is_integer, values)):
                yield from (place for place, value in enumerate(values) if value % 1)


def _bands(rows: _Rows) -> list[tuple[float, ...]] | None:
    names = [name for name, _, _ in figures.BANDS]
    return None if rows.lacks(*names) else list(zip(*(rows.zeros(name) for name in names), strict=True))


def _class_total(rows: _Rows) -> Iterable[int]:
    bands = _bands(rows)
    if bands is None or rows.lacks("classes"):
        return ()
    return (place for place, (own, total) in enumerate(zip(bands, rows.known("classes"), strict=True)) if sum(own) != total)


def _class_pupils(rows: _Rows) -> Iterable[int]:
    bands = _bands(rows)
    if bands is None:
        return
    low = [least for _, least, _ in figures.BANDS]
    high = [most or 0 for _, _, most in figures.BANDS]
    for place, (own, pupils) in enumerate(zip(bands, rows.pupils, strict=True)):
        least = most = 0.0
        for count, fewest, largest in zip(own, low, high, strict=True):
            if count:
                least += count * fewest
                most += count * largest
        if not (least <= pupils and (own[-1] or pupils <= most)):
            yield place


def _stage_figures(rows: _Rows) -> Iterable[int]:
    names = {name for parts, _ in stage_figures.PAIRS for name in parts}
    return (place for name in names if not rows.lacks(name) for place, value in enumerate(rows.known(name)) if value == value)


def _indoor_and_gym(rows: _Rows) -> Iterable[int]:
    if rows.lacks("indoor_sports_area", "gym_area"):
        return ()
    pairs = zip(rows.known("indoor_sports_area"), rows.known("gym_area"), strict=True)
    return (place for place, (indoor, gym) in enumerate(pairs) if indoor != gym)


def _migrant_pupils(rows: _Rows) -> Iterable[int]:
    pairs = zip(rows.zeros("migrant_pupils"), rows.pupils, strict=True)
    return (place for place, (part, pupils) in enumerate(pairs) if part > pupils)


def _budget_spending(rows: _Rows) -> Iterable[int]:
    times = budget_spending.TIMES * _NEAR
    pairs = zip(rows.zeros("budget"), rows.zeros("spending"), strict=True)
    return (place for place, (own, spent) in enumerate(pairs) if not (own <= times * spent and spent <= times * own))


def _pupils_per_class(rows: _Rows) -> Iterable[int]:
    least, most = float(pupils_per_class.LEAST), float(pupils_per_class.MOST)
    pairs = zip(rows.zeros("classes"), rows.pupils, strict=True)
    return (place for place, (own, pupils) in enumerate(pairs) if pupils and not least * own <= pupils <= most * own)


def _pupils_per_teacher(rows: _Rows) -> Iterable[int]:
    least, most = float(pupils_per_teacher.LEAST), float(pupils_per_teacher.MOST)
    for place, (own, pupils) in enumerate(zip(rows.zeros("teachers"), rows.pupils, strict=True)):
        if pupils and not (pupils <= most * own and (pupils < figures.SMALL or pupils >= least * own)):
            yield place


def _media_rooms(rows: _Rows) -> Iterable[int]:
    pairs = zip(rows.zeros("media_rooms"), rows.zeros("classes"), strict=True)
    return (place for place, (rooms, own) in enumerate(pairs) if rooms > media_rooms.MOST * own)


def _founded(rows: _Rows) -> Iterable[int]:
    values = () if rows.lacks("founded") else rows.known("founded")
    return (place for place, year in enumerate(values) if not founded.FIRST <= year <= founded.LAST)


def _built_flags(rows: _Rows) -> Iterable[int]:
    years = rows.known("founded")
    for name, last in built_flags.YEARS:
        for place, (typed, year) in enumerate(zip(rows.block.words(name), years, strict=True)):
            if typed is not None and typed != (year <= last):
                yield place


def _flagged(name: str) -> Callable[[_Rows], Iterable[int]]:
    return lambda rows: (place for place, typed in enumerate(rows.block.words(name)) if typed)


def _retention(rows: _Rows) -> Iterable[int]:
    columns = [rows.zeros(name) for name in retention.PARTS]
    for place, (graduates, entrants, moved_in, moved_out, died) in enumerate(zip(*columns, strict=True)):
        if graduates or entrants or moved_in or moved_out or died:
            expected = entrants + moved_in - moved_out - died
            if not (expected >= 0 and graduates <= expected <= 2 * graduates):
                yield place


def _shared_teachers(rows: _Rows) -> Iterable[int]:
    """Schools of several stages, by their type or by attached classes."""
    one = {kind.name for kind in rows.standard.types if len(kind.stages) < 2}
    pairs = zip(rows.block.words(labels.TYPE), rows.block.words(labels.ATTACHED), strict=True)
    return (place for place, (kind, attached) in enumerate(pairs) if attached is not None or kind not in one)


def _bounds(module: ModuleType) -> tuple[float, float]:
    return float(module.LEAST), float(module.MOST)


_WAN = float(YUAN_PER_WAN)
SCREENS: Mapping[ModuleType, Callable[[_Rows], Iterable[int]]] = {
    indoor_sports: lambda rows: rows.over(("indoor_sports_area",), "teaching_area"),
    class_total: _class_total,
    class_pupils: _class_pupils,
    degree_teachers: lambda rows: rows.over(degree_teachers.PARTS, "teachers"),
    teacher_parts: lambda rows: (place for part in teacher_parts.PARTS for place in rows.over((part,), "teachers")),
    pe_art_teachers: lambda rows: rows.over(pe_art_teachers.PARTS, "teachers"),
    stage_figures: _stage_figures,
    indoor_and_gym: _indoor_and_gym,
    room_sizes: lambda rows: (place for parts, whole in room_sizes.ROOMS for place in rows.over(parts, whole)),
    zoned_pupils: lambda rows: (place for part, whole in zoned_pupils.PAIRS for place in rows.over((part,), whole)),
    migrant_pupils: _migrant_pupils,
    training_budget: lambda rows: rows.over(("training_budget",), "budget"),
    budget_spending: _budget_spending,
    pupils_per_class: _pupils_per_class,
    pupils_per_teacher: _pupils_per_teacher,
    teaching_area: lambda rows: rows.per_pupil(("teaching_area",), *_bounds(teaching_area)),
    sports_area: lambda rows: rows.per_pupil(("gym_area", "grounds_area"), *_bounds(sports_area)),
    equipment: lambda rows: rows.per_pupil(("equipment",), *_bounds(equipment), _WAN),
    budget_per_pupil: lambda rows: rows.per_pupil(("budget",), *_bounds(budget_per_pupil), _WAN),
    media_rooms: _media_rooms,
    founded: _founded,
    built_flags: _built_flags,
    rural_small: _flagged("rural_small"),
    rural_small_classes: _flagged("rural_small_classes"),
    retention: _retention,
    visiting_teachers: lambda rows: rows.filled(visiting_teachers.PARTS),
    extra_grounds: lambda rows: rows.filled(extra_grounds.PARTS),
    shared_teachers: _shared_teachers,
    jumps: lambda rows: (),
}
"""Each check of a school -> the places of the rows of which it may have something to say. ``jumps`` needs a return of last year, with
which no row is skipped."""
