"""Who may: plain predicates over a membership, and the scope filter. Nothing here changes anything."""

from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from dudao_web import clock
from dudao_web.orgs.models import (
    BRANCH_KINDS,
    CODE_DIGITS,
    COUNTY_KINDS,
    GONE,
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
    Role.SYSTEM_ADMIN: frozenset(Role) - ADMINS,
    Role.SECURITY_ADMIN: frozenset(Role),
    Role.CITY_OFFICER: frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER, Role.SCHOOL, Role.INSPECTOR}),
    Role.COUNTY_OFFICER: frozenset({Role.COUNTY_OFFICER, Role.SCHOOL, Role.INSPECTOR}),
}
GRANTERS = frozenset(GRANTS)
KEEPERS = GRANTERS - {Role.SECURITY_ADMIN}  # of units: who gives administrators their offices makes no units

# With one of these a cell of an exported table begins a formula.
FORMULA_STARTS = frozenset("=+-@\t\r")

SCHOOL_KINDS = frozenset({Kind.SCHOOL, Kind.KINDERGARTEN})


def within(org: Org, through: str = "") -> dict[str, str]:
    """Filter arguments for the rows at or below ``org``; ``through`` is the lookup that leads to the org.

    A range, not LIKE: the index on path serves it on every engine. "0" is the character after "/".
    """
    path = f"{through}__path" if through else "path"
    return {f"{path}__gte": org.path, f"{path}__lt": org.path[:-1] + "0"}


def own(org: Org, through: str = "") -> Q:
    """Condition for the rows of ``org`` itself and of the units that went into it, not of those below it.

    The same range as ``within``, of which it leaves out the units of today: a predecessor's part of the path begins
    with ``GONE``.
    """
    path = f"{through}__path" if through else "path"
    return Q(**within(org, through)) & (Q(**{path: org.path}) | Q(**{f"{path}__gte": org.path + GONE}))


def is_own(org: Org, other: Org) -> bool:
    """Whether ``other`` is ``org`` itself or went into it (``own``, of one unit): what was asked of it is asked of ``org`` today."""
    return org.path == other.path or other.path.startswith(org.path + GONE)


def scope(membership: Membership, through: str = "") -> Q:
    """Condition for the rows that an office sees: a filling unit its own, every other its unit's and all below it."""
    if membership.role == Role.SCHOOL:
        return own(membership.org, through)
    return Q(**within(membership.org, through))


def visible(rows: Rows, membership: Membership, through: str = "") -> Rows:
    """The rows that the office sees (``scope``). ``through``: lookup to the org, e.g. "org"."""
    return rows.filter(scope(membership, through))


def sees(membership: Membership, org: Org) -> bool:
    """Whether the rows of ``org`` are in the office's ``scope``."""
    if membership.role == Role.SCHOOL:
        return is_own(membership.org, org)
    return membership.org.contains(org)


def may_manage_orgs(membership: Membership) -> bool:
    """Create units within the own unit."""
    return membership.role in KEEPERS


def may_invite(membership: Membership) -> bool:
    """Give offices within the own unit."""
    return membership.role in GRANTERS


def may_change(membership: Membership, org: Org) -> bool:
    """Rename, move, merge, split or close ``org``: whoever may create it, that is a manager of a unit above it."""
    below = membership.org.contains(org) and membership.org != org
    return may_manage_orgs(membership) and below and org.until is None


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


def text_fault(text: str) -> str:
    """Why a name cannot stand as it is, and how to mend it; "" for nothing. A spreadsheet takes such a cell for a formula."""
    if text[:1] not in FORMULA_STARTS:
        return ""
    shown = {"\t": "制表符", "\r": "回车符"}.get(text[0], text[0])
    return f"不能以“{shown}”开头，表格软件会当作公式。请删去开头的这个字符。"


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


def rank_of(org: Org) -> frozenset[Kind]:
    """The kinds that can go into ``org``: counties into counties, towns into towns, schools and kindergartens into either."""
    for kinds in (COUNTY_KINDS, SCHOOL_KINDS):
        if org.kind in kinds:
            return kinds
    return frozenset({Kind(org.kind)})


def merge_fault(org: Org, into: Org) -> str:
    """Why ``org`` cannot go into ``into``, and how to mend it; "" for nothing."""
    if org == into:
        return f"“{org.name}”不能并入它自己。请更正单位。"
    if org.kind in rank_of(into):
        return ""
    return f"“{org.name}”是{Kind(org.kind).label}，不能并入{Kind(into.kind).label}“{into.name}”。请更正单位。"


def may_grant(membership: Membership, role: str, org: Org) -> bool:
    """Give ``role`` at ``org`` to somebody, or end it."""
    return role in GRANTS.get(Role(membership.role), frozenset()) and membership.org.contains(org)


def may_reset(membership: Membership, user: User) -> bool:
    """Give ``user`` a new one-time password, close or reopen it: only where the asker could give every office that it holds."""
    lasting = Q(until=None) | Q(until__gt=clock.today())
    held = list(user.memberships.filter(lasting).select_related("org"))
    return bool(held) and all(may_grant(membership, m.role, m.org) for m in held)


def same_person(user: User, other: User) -> bool:
    """Whether two accounts are one person's: the same account, or the same 人员编号."""
    return user.pk == other.pk or (user.person is not None and user.person == other.person)
