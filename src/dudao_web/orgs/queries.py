"""Reads used twice. Dates come from the caller."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dudao_web.orgs import rules
from dudao_web.orgs.models import COUNTY_KINDS, FormerOrg, Membership, Org, Successor, User

# What is said of a predecessor, and of a successor.
FROM = {"merge": "并入本单位的有", "split": "由此拆分设立："}
INTO = {"merge": "并入", "split": "拆分为"}

# Models that are about units themselves, see ``used``.
ABOUT_UNITS = (Org, FormerOrg, Successor, Membership)


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit as it stood on a day: its name and the unit above it of that day. ``depth`` 0: none above it is listed."""

    org: Org
    name: str
    parent: Org | None
    parent_name: str
    depth: int = 0

    @property
    def indent(self) -> int:
        """How far it is set in: the deepest two levels alike, for the narrow screen's sake."""
        return min(4, self.depth)


@dataclass(frozen=True, slots=True)
class Event:
    """A day in the past of a unit: what happened (设立, 改名, 移动, 并入, 拆分, 停用), in words and with which units."""

    on: date
    what: str
    text: str
    units: tuple[Org, ...] = ()


def current(on: date, through: str = "") -> Q:
    """Condition for dated rows (orgs, memberships) that hold on a day; ``through``: lookup prefix with "__"."""
    begun = Q(**{f"{through}since": None}) | Q(**{f"{through}since__lte": on})
    lasting = Q(**{f"{through}until": None}) | Q(**{f"{through}until__gt": on})
    return begun & lasting


def lasting(on: date) -> Q:
    """Condition for dated rows that hold on a day or begin after it."""
    return Q(until=None) | Q(until__gt=on)


def used(org: Org) -> bool:
    """Whether anything but units and offices is about a unit: returns, evaluations, files."""
    found = Org._meta.get_fields(include_hidden=True)
    others = [one for one in found if one.auto_created and one.one_to_many]
    others = [one for one in others if one.related_model not in ABOUT_UNITS]
    return any(one.related_model.objects.filter(**{one.field.name: org}).exists() for one in others)


def open_memberships(user: User, on: date) -> QuerySet[Membership]:
    """The offices that ``user`` holds on a day."""
    return user.memberships.filter(current(on)).select_related("org", "user")


def accounts_of(user: User) -> QuerySet[User]:
    """All accounts of the person whose account this is: those with the same 人员编号, or this one alone."""
    return User.objects.filter(Q(person=user.person) if user.person else Q(pk=user.pk))


def acting_membership(*, user: User, chosen: int | None, on: date) -> Membership | None:
    """The office ``user`` acts for: the chosen one while it is held, or the only one held."""
    held = list(open_memberships(user, on))
    for membership in held:
        if membership.pk == chosen:
            return membership
    return held[0] if len(held) == 1 else None


def visible_orgs(membership: Membership, on: date) -> QuerySet[Org]:
    """Units of the membership's scope that exist on a day, parents before children, where they stand today."""
    return rules.visible(Org.objects.filter(current(on)), membership)


def found_orgs(membership: Membership, on: date, *, text: str, kind: str, accounts: bool) -> QuerySet[Org]:
    """The units of the scope on a day whose name, former name or code is searched for; with the count of their accounts."""
    rows = visible_orgs(membership, on).select_related("parent")
    if text:
        former = FormerOrg.objects.filter(org=OuterRef("pk"), name__icontains=text)
        rows = rows.filter(Q(name__icontains=text) | Q(code__startswith=text) | Exists(former))
    if kind:
        rows = rows.filter(kind=kind)
    if accounts:
        rows = rows.annotate(accounts=Count("memberships", filter=current(on, "memberships__")))
    return rows.order_by("path")


def as_placed(org: Org, depth: int) -> Placed:
    """A unit of today as a row of the tree."""
    return Placed(org, org.name, org.parent, org.parent.name if org.parent else "", depth)


def tree_on(day: date, rows: QuerySet[Org] | None = None) -> list[Placed]:
    """The tree as it was on a day: units that existed, each with its name and parent of then, parents before children.

    ``rows``: of these units only, e.g. those of a scope; by default of all. Two queries.
    """
    orgs = (Org.objects.all() if rows is None else rows).filter(current(day)).select_related("parent")
    then: dict[int, FormerOrg] = {}
    for former in FormerOrg.objects.filter(until__gt=day).select_related("parent").order_by("-until"):
        then[former.org_id] = former  # the last one written is the first that ended after the day

    def name(org: Org | None) -> str:
        return "" if org is None else then[org.pk].name if org.pk in then else org.name

    placed = {}
    for org in orgs:
        parent = then[org.pk].parent if org.pk in then else org.parent
        placed[org.pk] = Placed(org, name(org), parent, name(parent))
    return _in_order(placed)


def _in_order(placed: dict[int, Placed]) -> list[Placed]:
    """Parents before children, by code within one parent; a unit whose parent is not listed is at the top."""
    below: dict[int | None, list[Placed]] = {}
    for one in sorted(placed.values(), key=lambda one: one.org.code):
        above = one.parent.pk if one.parent and one.parent.pk in placed else None
        below.setdefault(above, []).append(one)
    found: list[Placed] = []
    waiting = [(one, 0) for one in reversed(below.get(None, []))]
    while waiting:
        one, depth = waiting.pop()
        found.append(replace(one, depth=depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(one.org.pk, []))]
    return found


def today(org: Org) -> list[Org]:
    """What has become of a unit: itself while it exists, else the units of today that it went into; none if just closed."""
    found: dict[int, Org] = {}
    waiting = [org]
    while waiting:
        one = waiting.pop()
        if one.until is None:
            found[one.pk] = one
        else:
            waiting += [row.after for row in one.successors.select_related("after").order_by("-on", "-pk")]
    return list(found.values())


def history(org: Org) -> list[Event]:
    """What happened to a unit, oldest first."""
    events = [Event(org.since, "设立", "")] if org.since else []
    former = org.former.select_related("parent").order_by("until")
    for row, later in pairwise([*former, org]):
        if row.name != later.name:
            events.append(Event(row.until, "改名", f"原名“{row.name}”，改为“{later.name}”"))
        if row.parent_id != later.parent_id and row.parent and later.parent:
            text = f"由“{row.parent.name}”移到“{later.parent.name}”"
            events.append(Event(row.until, "移动", text))
    for (on, kind), units in _grouped(org.predecessors.select_related("before"), "before").items():
        events.append(Event(on, Successor.KINDS[kind], FROM[kind], units))
    into = _grouped(org.successors.select_related("after"), "after")
    for (on, kind), units in into.items():
        events.append(Event(on, Successor.KINDS[kind], INTO[kind], units))
    if org.until and not into:
        events.append(Event(org.until, "停用", ""))
    return sorted(events, key=lambda event: event.on)


def _grouped(rows: Iterable[Successor], side: str) -> dict[tuple[date, str], tuple[Org, ...]]:
    """The units of one side by day and kind."""
    found: dict[tuple[date, str], tuple[Org, ...]] = {}
    for row in rows:
        key = (row.on, row.kind)
        found[key] = (*found.get(key, ()), getattr(row, side))
    return found


def county_of(org: Org) -> Org | None:
    """The county-level unit (辖市区、功能区、市属) that ``org`` is or lies in."""
    codes = org.path.strip("/").split("/")
    return Org.objects.filter(code__in=codes, kind__in=COUNTY_KINDS).order_by("-path").first()


def counties(membership: Membership, on: date) -> QuerySet[Org]:
    """County-level units that the membership sees."""
    return visible_orgs(membership, on).filter(kind__in=COUNTY_KINDS)


def users_of(org: Org, on: date) -> QuerySet[Membership]:
    """Offices held at ``org`` itself on a day, or given from a later day on."""
    return org.memberships.filter(lasting(on)).select_related("user")


def past_offices(org: Org, on: date) -> QuerySet[Membership]:
    """Offices once held at ``org`` itself, the last ended first."""
    return org.memberships.exclude(lasting(on)).select_related("user").order_by("-until", "-pk")
