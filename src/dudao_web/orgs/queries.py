"""Reads used twice. Dates come from the caller."""

from datetime import date

from django.db.models import Q, QuerySet

from dudao_web.orgs import rules
from dudao_web.orgs.models import COUNTY_KINDS, Membership, Org, User


def current(on: date, through: str = "") -> Q:
    """Condition for dated rows (orgs, memberships) that hold on a day; ``through``: lookup prefix with "__"."""
    begun = Q(**{f"{through}since": None}) | Q(**{f"{through}since__lte": on})
    lasting = Q(**{f"{through}until": None}) | Q(**{f"{through}until__gt": on})
    return begun & lasting


def used(org: Org) -> bool:
    """Whether anything but units and offices is about a unit: returns, evaluations, files."""
    found = Org._meta.get_fields(include_hidden=True)
    others = [one for one in found if one.auto_created and one.one_to_many]
    others = [one for one in others if one.related_model not in (Org, Membership)]
    return any(one.related_model.objects.filter(**{one.field.name: org}).exists() for one in others)


def open_memberships(user: User, on: date) -> QuerySet[Membership]:
    """The offices that ``user`` holds on a day."""
    return user.memberships.filter(current(on)).select_related("org", "user")


def acting_membership(*, user: User, chosen: int | None, on: date) -> Membership | None:
    """The office ``user`` acts for: the chosen one while it is held, or the only one held."""
    held = list(open_memberships(user, on))
    for membership in held:
        if membership.pk == chosen:
            return membership
    return held[0] if len(held) == 1 else None


def visible_orgs(membership: Membership, on: date) -> QuerySet[Org]:
    """Units of the membership's scope that exist on a day, parents before children."""
    return rules.visible(Org.objects.filter(current(on)), membership)


def county_of(org: Org) -> Org | None:
    """The county-level unit (辖市区、功能区、市属) that ``org`` is or lies in."""
    codes = org.path.strip("/").split("/")
    return Org.objects.filter(code__in=codes, kind__in=COUNTY_KINDS).order_by("-path").first()


def counties(membership: Membership, on: date) -> QuerySet[Org]:
    """County-level units that the membership sees."""
    return visible_orgs(membership, on).filter(kind__in=COUNTY_KINDS)


def users_of(org: Org, on: date) -> QuerySet[Membership]:
    """Offices held at ``org`` itself on a day."""
    return org.memberships.filter(current(on)).select_related("user")
