"""三员 separation: system, security and audit administrator keep each other in check. Predicates; nothing here changes anything.

The system administrator keeps units and accounts, the security administrator gives offices to administrators and sets
the limits of signing in, the audit administrator reads the record of acts. None of them handles returns. Who may give
which office is in ``rules.GRANTS``.
"""

from dudao_web import clock
from dudao_web.orgs.models import Membership, Org, Role, User
from dudao_web.orgs.rules import ADMINS


def at_top(membership: Membership) -> bool:
    """Whether the office stands at a unit with none above: what holds for the whole installation is done there."""
    return membership.org.parent_id is None


def sets_limits(membership: Membership) -> bool:
    """Set the limits of signing in, for all roles."""
    return membership.role == Role.SECURITY_ADMIN and at_top(membership)


def reads_record(membership: Membership) -> bool:
    """Read the record of acts, which is one for the whole installation."""
    return membership.role == Role.AUDIT_ADMIN and at_top(membership)


def guards_accounts(membership: Membership) -> bool:
    """Unlock accounts and end their second step, within the own unit."""
    return membership.role == Role.SECURITY_ADMIN


def grant_fault(by: Membership | None, user: User, role: str, org: Org) -> str:
    """Why ``user`` cannot be given ``role``, and what to do instead; "" for nothing."""
    if by is not None and by.user_id == user.pk and (role in ADMINS or by.role in ADMINS):
        return "不能给自己增加管理员岗位。请由另一位安全管理员办理。"
    if role == Role.AUDIT_ADMIN and org.parent_id is not None:
        return f"审计管理员只设在最上级单位，不能设在“{org.name}”。"
    held = list(user.memberships.all()) if user.pk else []
    was = {m.role for m in held if m.role in ADMINS and m.role != role}
    now = {m.role for m in held if m.role != role and (m.until is None or m.until > clock.today())}
    if role in ADMINS and was:
        return f"账号 {user.username} 担任过{_words(was)}，不能再任{Role(role).label}。请另设账号。"
    if role in ADMINS and now:
        return f"账号 {user.username} 现任{_words(now)}，管理员须用单独的账号。请另设账号。"
    if now & ADMINS:
        return f"账号 {user.username} 现任{_words(now & ADMINS)}，不能兼任其他岗位。请另设账号。"
    return ""


def end_fault(membership: Membership) -> str:
    """Why an office cannot be ended; "" for nothing. The last of each of the three at the top stays.

    Within a transaction: all holders are locked, so that the last two cannot end each other.
    """
    if membership.role not in ADMINS or not at_top(membership):
        return ""
    holders = Membership.objects.filter(role=membership.role, org__parent=None, until=None)
    holders = holders.select_related("user").select_for_update(of=("self",))
    if any(other.user.is_active for other in holders if other != membership):
        return ""
    return f"这是最后一个{Role(membership.role).label}，不能停用。请先另设一个。"


def _words(roles: set[str]) -> str:
    return "、".join(role.label for role in Role if role in roles)
