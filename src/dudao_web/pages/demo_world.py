"""What the demo's story is told with: its offices by unit, the day on which it stands, and a step of the story.

Every act of the story goes through the actions of the apps, on its own day. Not here: what happens (``demo``, ``demo_lookback``, ``demo_titles``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.conf import settings

from dudao_web import clock
from dudao_web.documents import actions as documents
from dudao_web.documents.models import Document
from dudao_web.orgs.models import Membership, Org, Role
from dudao_web.pages.demo_units import CITY, DISTRICTS, Unit

STARTED = date(2010, 9, 1)  # units and offices of the demo begin here


@dataclass(frozen=True)
class World:
    """The demo's units and offices. ``offices``: by code of the unit; ``inspectors``: by code of the district."""

    units: tuple[Unit, ...]
    orgs: dict[str, Org]
    offices: dict[str, Membership]
    inspectors: dict[str, Membership]

    @property
    def city(self) -> Membership:
        """The city's office."""
        return self.offices[CITY[0]]

    def decider(self, district: str) -> Membership:
        """The office that acts for a district: its own, for 市属 the city's."""
        return self.offices.get(district, self.city)


class Step(NamedTuple):
    """One thing that happens in the story: the day, in words, and the acts."""

    day: date
    what: str
    act: Callable[[World], None]


def gathered(units: list[Unit]) -> World:
    """The world as the database has it."""
    held = list(Membership.objects.select_related("org__parent", "user"))
    working = (Role.CITY_OFFICER, Role.COUNTY_OFFICER, Role.SCHOOL)
    return World(
        units=tuple(units),
        orgs={org.code: org for org in Org.objects.select_related("parent")},
        offices={one.org.code: one for one in held if one.role in working},
        inspectors={one.org.code: one for one in held if one.role == Role.INSPECTOR},
    )


def stand_on(day: date) -> None:
    """Let the demo's clock stand on a day. Nothing but a demo has such a clock."""
    if not settings.DEMO:
        raise RuntimeError("only a demo stands on a day")
    settings.DEMO_ON = day


def document(by: Membership, word: str, no: int, title: str, body: str, main_to: str) -> Document:
    """A document of an office, issued today and marked 演示数据."""
    today = clock.today()
    return documents.issue(
        by=by,
        word=word,
        year=today.year,
        no=no,
        title=title,
        body=f"{body}\n\n（演示数据）",
        main_to=main_to,
        issued_on=today,
    )


def districts() -> tuple[str, ...]:
    """Codes of the eight districts."""
    return tuple(district.code for district in DISTRICTS)
