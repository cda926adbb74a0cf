"""Who sends, forwards and receives notices."""

from dudao_web.orgs.models import ROLE_KINDS, Kind, Membership, Org, Role

SENDERS = frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER})
READERS = SENDERS | {Role.SCHOOL}


def may_read(membership: Membership) -> bool:
    """Who has an inbox."""
    return membership.role in READERS


def may_send(membership: Membership) -> bool:
    """Send to units below, forward to them, urge them."""
    return membership.role in SENDERS


def receiver(org: Org) -> Role:
    """The office of a unit that acknowledges what is sent to it."""
    above = (role for role in (Role.CITY_OFFICER, Role.COUNTY_OFFICER) if Kind(org.kind) in ROLE_KINDS[role])
    return next(above, Role.SCHOOL)
