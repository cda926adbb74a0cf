"""Progress against the targets: one cell for each district and title, sums over both. Not here: the setting of targets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dudao_web.orgs import queries as orgs
from dudao_web.orgs.models import Membership, Org
from dudao_web.titles import queries, rules
from dudao_web.titles.models import Target, Title


@dataclass(frozen=True)
class Cell:
    """Units that hold a title (None: any of the titles) in a district (None: the whole), against the target (0: none set)."""

    title: Title | None
    district: Org | None
    done: int
    target: int
    places: int

    @property
    def percent(self) -> Decimal | None:
        """The share, half up from the exact fraction; None without a target."""
        return rules.percent(self.done, self.target, self.places)

    @property
    def bar(self) -> int:
        """How much of the bar is filled: never more than the whole."""
        return min(self.done, self.target)

    @property
    def reached(self) -> bool:
        """Whether the target is met."""
        return 0 < self.target <= self.done


@dataclass(frozen=True)
class Row:
    """A district (None: the whole), a cell for each title, and their sum."""

    district: Org | None
    cells: tuple[Cell, ...]
    total: Cell


def years(titles: Iterable[Title]) -> list[int]:
    """The years for which targets are set."""
    return sorted(
        set(Target.objects.filter(title__in=list(titles), units__gt=0).values_list("year", flat=True))
    )


def year_shown(known: Sequence[int], asked: str, today: date) -> int:
    """The year asked for, else the next one with a target, else the last one, else this one."""
    named = [year for year in known if str(year) == asked]
    if named:
        return named[0]
    to_come = [year for year in known if year >= today.year]
    return to_come[0] if to_come else known[-1] if known else today.year


def district_of(path: str, districts: dict[str, Org]) -> Org | None:
    """The county-level unit, of ``districts`` by code, that a path goes through."""
    return next((districts[code] for code in path.split("/") if code in districts), None)


def rows(
    membership: Membership, titles: Sequence[Title], *, year: int, today: date, places: int = 1
) -> list[Row]:
    """A row for each district that the membership sees, and one for the whole where it sees all of it.

    Counted on the last day of the year, or today where that is earlier.
    """
    on = min(today, date(year, 12, 31))
    districts = {org.code: org for org in orgs.counties(membership, today)}
    done: dict[tuple[int, int | None], int] = {}
    held = rules.visible_awards(membership).filter(queries.standing(on), title__in=titles)
    for title, path in held.order_by().values_list("title_id", "unit__path"):
        district = district_of(path, districts)
        for place in {None, district.pk if district else None}:
            done[title, place] = done.get((title, place), 0) + 1
    targets: dict[tuple[int, int | None], int] = {}
    for row in Target.objects.filter(title__in=titles, year=year).order_by():
        targets[row.title_id, row.district_id] = row.units
    for title in titles:  # no target for the whole: that of all districts together
        if not targets.get((title.pk, None)):
            targets[title.pk, None] = sum(
                units for (pk, where), units in targets.items() if pk == title.pk and where
            )

    def row(district: Org | None) -> Row:
        where = district.pk if district else None
        cells = tuple(
            Cell(title, district, done.get((title.pk, where), 0), targets.get((title.pk, where), 0), places)
            for title in titles
        )
        targeted = all(
            cell.target for cell in cells
        )  # a sum over some titles alone would be no share of anything
        target = sum(cell.target for cell in cells) if targeted else 0
        total = Cell(None, district, sum(cell.done for cell in cells), target, places)
        return Row(district, cells, total)

    whole = [row(None)] if all(membership.org.contains(title.org) for title in titles) else []
    return [row(district) for district in districts.values()] + whole
