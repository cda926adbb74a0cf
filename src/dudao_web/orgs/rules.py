"""Who may: plain predicates over a membership, and the scope filter. Nothing here changes anything."""

from typing import Any, TypeVar

from django.db.models import QuerySet

from dudao_web.orgs.models import Membership, Org, Role, User

Rows = TypeVar("Rows", bound="QuerySet[Any]")

ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

# Which roles a role may give to others and take back.
GRANTS: dict[Role, frozenset[Role]] = {
    Role.SYSTEM_ADMIN: frozenset(Role),
    Role.CITY_OFFICER: frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER, Role.SCHOOL, Role.INSPECTOR}),
    Role.COUNTY_OFFICER: frozenset({Role.COUNTY_OFFICER, Role.SCHOOL, Role.INSPECTOR}),
}


def within(org: Org, through: str = "") -> dict[str, str]:
    """Filter arguments for the rows at or below ``org``; ``through`` is the lookup that leads to the org.

    A range, not LIKE: the index on path serves it on every engine. "0" is the character after "/".
    """
    path = f"{through}__path" if through else "path"
    return {f"{path}__gte": org.path, f"{path}__lt": org.path[:-1] + "0"}


def visible(rows: Rows, membership: Membership, through: str = "") -> Rows:
    """The rows of the membership's own unit and below. ``through``: lookup to the org, e.g. "org"."""
    return rows.filter(**within(membership.org, through))


def may_manage_orgs(membership: Membership) -> bool:
    """Create units and accounts within the own unit."""
    return membership.role in GRANTS


def may_grant(membership: Membership, role: str, org: Org) -> bool:
    """Give ``role`` at ``org`` to somebody, or end it."""
    return role in GRANTS.get(Role(membership.role), frozenset()) and membership.org.contains(org)


def may_reset(membership: Membership, user: User) -> bool:
    """Give ``user`` a new one-time password: only where every office it holds could be given by the asker."""
    held = list(user.memberships.filter(until=None).select_related("org"))
    return bool(held) and all(may_grant(membership, m.role, m.org) for m in held)
