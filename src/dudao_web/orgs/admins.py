"""三员 separation: system, security and audit administrator keep each other in check. Predicates; nothing here changes anything.

The system administrator keeps units and accounts, the security administrator gives offices to administrators and sets
the limits of signing in, the audit administrator reads the record of acts. None of them handles returns. Who may give
which office is in ``rules.GRANTS``.
"""

from collections.abc import Sequence
from datetime import date

from dudao_web.orgs import queries
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


def grant_fault(
    by: Membership | None, user: User, role: str, org: Org, *, since: date, until: date | None = None
) -> str:
    """Why ``user`` cannot be given ``role`` in those days, and what to do instead; "" for nothing.

    Offices of the past and those to begin count like those held today: of the three an account has one, ever.
    """
    if by is not None and by.user_id == user.pk and (role in ADMINS or by.role in ADMINS):
        return "不能给自己增加管理员岗位。请由另一位安全管理员办理。"
    if role == Role.AUDIT_ADMIN and org.parent_id is not None:
        return f"审计管理员只设在最上级单位，不能设在“{org.name}”。"
    if not user.is_active:
        return f"账号 {user.username} 已停用，不能设岗位。请先恢复这个账号，或另设账号。"
    held = [m for m in user.memberships.all() if m.role != role] if user.pk else []
    admin = {m.role for m in held if m.role in ADMINS}
    meanwhile = {m.role for m in held if _overlap(m, since, until)}
    if role in ADMINS and admin:
        return f"账号 {user.username} 设过{_words(admin)}，不能再任{Role(role).label}。请另设账号。"
    if role in ADMINS and meanwhile:
        return f"账号 {user.username} 同期任{_words(meanwhile)}，管理员须用单独的账号。请另设账号。"
    if meanwhile & ADMINS:
        return f"账号 {user.username} 同期任{_words(meanwhile & ADMINS)}，不能兼任其他岗位。请另设账号。"
    return ""


def _overlap(membership: Membership, since: date, until: date | None) -> bool:
    """Whether the office is held on any of the days from ``since`` up to, not including, ``until``."""
    return (membership.until is None or since < membership.until) and (
        until is None or membership.since < until
    )


def end_fault(membership: Membership, on: date) -> str:
    """Why an office cannot end on a day; "" for nothing. None of the three at the top may be without a holder for it."""
    if membership.role not in ADMINS or not at_top(membership):
        return ""
    return _gap_fault(membership.role, on, [membership.pk])


def close_fault(user: User, on: date) -> str:
    """Why an account cannot be closed from a day on; "" for nothing: as if every office of it ended."""
    held = user.memberships.filter(role__in=ADMINS, org__parent=None).filter(queries.lasting(on))
    pks = {role: [m.pk for m in held if m.role == role] for role in {m.role for m in held}}
    return next((fault for role in sorted(pks) if (fault := _gap_fault(role, on, pks[role]))), "")


def gaps(on: date) -> list[tuple[Role, date]]:
    """Which of the three nobody holds at the top on some day from ``on`` on, each with the first such day."""
    found = [(role, first_without(role, on)) for role in Role if role in ADMINS]
    return [(role, day) for role, day in found if day is not None]


def first_without(role: str, on: date, leaving_out: Sequence[int] = ()) -> date | None:
    """The first day from ``on`` on which no account in use holds the role at the top; None: there is none.

    ``leaving_out``: keys of offices that do not count.
    """
    rows = Membership.objects.filter(queries.lasting(on), role=role, org__parent=None, user__is_active=True)
    day = on
    for since, until in rows.exclude(pk__in=leaving_out).order_by("since").values_list("since", "until"):
        if since > day:
            break
        if until is None:
            return None
        day = max(day, until)
    return day


def hold(role: str) -> None:
    """Keep all holders of a role at the top as they are until the transaction ends. Taken before any one of them is locked, by all alike:
    else two that end each other's office wait for one another.
    """
    top = Membership.objects.filter(role=role, org__parent=None).order_by("pk")
    list(top.select_for_update(of=("self",)).values_list("pk"))


def _gap_fault(role: str, on: date, ending: Sequence[int]) -> str:
    """Why these offices cannot end on a day: the role would be without a holder sooner than it is anyway.

    Within a transaction: all holders are held, so that the last two cannot end each other.
    """
    hold(role)
    gap, anyway = first_without(role, on, ending), first_without(role, on)
    if gap is None or gap == anyway:
        return ""
    label = Role(role).label
    if gap == on:
        return f"这是最后一个{label}，不能停用。请先另设一个。"
    return f"停用后，{gap.year}年{gap.month}月{gap.day}日起没有{label}，不能停用。请先另设一个。"


def _words(roles: set[str]) -> str:
    return "、".join(role.label for role in Role if role in roles)
