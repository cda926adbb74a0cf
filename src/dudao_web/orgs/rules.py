"""Who may: plain predicates over a membership, and the scope filter. Nothing here changes anything."""

from typing import Any, TypeVar

from django.db.models import QuerySet

from dudao_web.orgs.models import (
    BRANCH_KINDS,
    CODE_DIGITS,
    LEAF_KINDS,
    PARENT_KINDS,
    Kind,
    Membership,
    Org,
    Role,
    User,
)

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


def may_change(membership: Membership, org: Org) -> bool:
    """Rename or close ``org``: whoever may create it, that is a manager of a unit above it."""
    below = membership.org.contains(org) and membership.org != org
    return may_manage_orgs(membership) and below


def code_fault(code: str, kind: Kind) -> str:
    """What is wrong with the code of a unit of this kind, and how to mend it; "" for nothing."""
    digits = CODE_DIGITS.get(kind)
    plain = code.partition("-")[0] if kind in BRANCH_KINDS else code
    if digits is None or (plain.isascii() and plain.isdigit() and len(plain) in digits):
        return ""
    name = "学校标识码" if kind in (Kind.SCHOOL, Kind.KINDERGARTEN) else "区划代码"
    many = "或 ".join(f"{count} 位" for count in digits)
    branch = "，分校、分部在后面加 -1、-2" if kind in BRANCH_KINDS else ""
    return f"代码“{code}”不合规则，{kind.label}的代码应为 {many}数字的{name}{branch}。请更正代码或类型。"


def place_fault(kind: Kind, parent: Org) -> str:
    """Why a unit of this kind cannot stand below ``parent``, and how to mend it; "" for nothing."""
    above = Kind(parent.kind)
    if above in LEAF_KINDS:
        return f"“{parent.name}”是{above.label}，下面不能再设单位。请更正上级代码。"
    if above in PARENT_KINDS[kind]:
        return ""
    fitting = "、".join(known.label for known in Kind if known in PARENT_KINDS[kind])
    where = f"只能设在{fitting}下面" if fitting else "没有上级"
    return f"“{parent.name}”是{above.label}，下面不能设{kind.label}：{kind.label}{where}。请更正类型或上级。"


def may_grant(membership: Membership, role: str, org: Org) -> bool:
    """Give ``role`` at ``org`` to somebody, or end it."""
    return role in GRANTS.get(Role(membership.role), frozenset()) and membership.org.contains(org)


def may_reset(membership: Membership, user: User) -> bool:
    """Give ``user`` a new one-time password: only where every office it holds could be given by the asker."""
    held = list(user.memberships.filter(until=None).select_related("org"))
    return bool(held) and all(may_grant(membership, m.role, m.org) for m in held)
