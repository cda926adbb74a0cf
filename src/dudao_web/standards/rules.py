"""Who may: put in an own 细则, and read the texts that hold one."""

from django.db.models import Q

from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import Membership, Role

LOADERS = frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER})


def may_load(membership: Membership) -> bool:
    """Put the office's own 细则 into a standard."""
    return membership.role in LOADERS


def readable(membership: Membership) -> Q:
    """Condition on a StandardVersion: of the catalogue, or of a unit above, at or below the membership's own."""
    above = membership.org.path.strip("/").split("/")
    below = orgs.within(membership.org, "org")
    return Q(org=None) | Q(org__code__in=above) | Q(**below)
