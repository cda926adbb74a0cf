"""Reads of titles: awards in force, the units of a cohort as they are today, what a rule chooses. Dates come from the caller."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from dudao_web import clock
from dudao_web.orgs import queries as orgs
from dudao_web.orgs import rules as orgs_rules
from dudao_web.orgs.models import Membership, Org
from dudao_web.titles.models import Award, Cohort, Title


def standing(on: date) -> Q:
    """Condition for awards that hold on a day: given by then, not withdrawn by then."""
    return Q(awarded_on__lte=on) & (Q(withdrawn_on=None) | Q(withdrawn_on__gt=on))


def award_of(unit: Org, on: date) -> Award | None:
    """The latest award that ``unit`` holds on a day; None when it holds none."""
    found = unit.awards.filter(standing(on)).select_related("title", "version")
    return found.order_by("-awarded_on", "-pk").first()


# --- what a rule chooses


@dataclass(frozen=True)
class Chosen:
    """What a rule chooses on a day: the awards, in the order of the canonical lines, and these lines with their hash."""

    awards: tuple[Award, ...]
    text: str

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical list."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        """How many awards of each title, by its name."""
        return counted(award.title.name for award in self.awards)

    @property
    def units(self) -> int:
        """How many units; one with two of the titles counts once."""
        return len({award.unit_id for award in self.awards})


def counted(names: Iterable[str]) -> dict[str, int]:
    """How often each occurs, in order of first occurrence."""
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return found


def line(award: Award) -> str:
    """The canonical line of an award."""
    return f"{award.unit.code},{award.title.key},{award.awarded_on.isoformat()}\n"


def chosen(titles: Iterable[Title], awarded_until: date, on: date) -> Chosen:
    """The awards of these titles given by ``awarded_until`` that still stand on ``on``."""
    rows = Award.objects.filter(standing(on), title__in=list(titles), awarded_on__lte=awarded_until)
    awards = sorted(rows.select_related("title", "unit"), key=lambda award: line(award).encode())
    return Chosen(tuple(awards), "".join(line(award) for award in awards))


# --- a frozen cohort


@dataclass(frozen=True)
class Line:
    """One line of a cohort: the unit as it was chosen, the award date as it was frozen, and where the unit is today."""

    unit: Org
    title: str  # name of the title
    awarded_on: date
    today: tuple[Org, ...]  # empty: the unit was closed, ``gone`` says when
    gone: str
    withdrawn_on: date | None  # after the list was frozen; it stays in it

    @property
    def moved(self) -> bool:
        """Whether another unit stands in its place today."""
        return bool(self.today) and self.today != (self.unit,)


def until(cohort: Cohort) -> date:
    """The last day on which an award counts, by the cohort's rule."""
    return date.fromisoformat(cohort.rule["awarded_until"])


def lines(cohort: Cohort, on: date, membership: Membership | None = None) -> list[Line]:
    """The lines of a cohort in its order; of those within the membership's scope alone where one is given."""
    of_titles = Award.objects.filter(title__key__in=cohort.rule["titles"]).select_related("unit", "title")
    awards = {award.pk: award for award in of_titles}
    found = []
    for (_, pk), text in zip(cohort.units, cohort.text.splitlines(), strict=True):
        award = awards[pk]
        if membership is None or orgs_rules.sees(membership, award.unit):
            found.append(_line(award, date.fromisoformat(text.rpartition(",")[2]), on))
    return found


def _line(award: Award, awarded_on: date, on: date) -> Line:
    """One line; only a unit that is no longer there is asked for its successors."""
    unit = award.unit
    if unit.until is None or on < unit.until:
        return Line(unit, award.title.name, awarded_on, (unit,), "", award.withdrawn_on)
    today = tuple(one for one in orgs.today(unit) if one.until is None or on < one.until)
    gone = "" if today else f"{unit.until.year}年{unit.until.month}月{unit.until.day}日停用，没有承接单位"
    return Line(unit, award.title.name, awarded_on, today, gone, award.withdrawn_on)


def members(cohort: Cohort) -> list[Org]:
    """The units of a cohort as they are today, each once, in the order of the tree: a merged one is in its successor,
    a closed one without a successor is left out."""
    found = {org.pk: org for one in lines(cohort, clock.today()) for org in one.today}
    return sorted(found.values(), key=lambda org: org.path)
