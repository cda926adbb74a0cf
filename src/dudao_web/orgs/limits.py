"""The limits of signing in for each role: second step, idle minutes, logins at a time; what holds, and setting it."""

from typing import Any

from django.db import transaction

from dudao_web.orgs.actions import record
from dudao_web.orgs.models import Membership, Role
from dudao_web.orgs.models_security import Limits
from dudao_web.orgs.rules import ADMINS

IDLE, IDLE_ADMIN = 8 * 60, 30  # minutes, until the security administrator sets others
LOGINS = 3
IDLE_RANGE, LOGINS_RANGE = (5, 8 * 60), (1, 20)


def default(role: str) -> Limits:
    """What holds for a role for which nothing was set."""
    return Limits(role=role, idle=IDLE_ADMIN if role in ADMINS else IDLE, logins=LOGINS)


def of_role(role: str) -> Limits:
    """What holds for a role."""
    return Limits.objects.filter(role=role).first() or default(role)


def of_all() -> list[Limits]:
    """What holds for every role, in the order of the roles."""
    found = {row.role: row for row in Limits.objects.all()}
    return [found.get(role.value) or default(role.value) for role in Role]


def strictest(roles: list[str]) -> int:
    """Logins at a time for an account with these offices."""
    return min((row.logins for row in of_all() if row.role in roles), default=LOGINS)


@transaction.atomic
def set_limits(*, by: Membership, role: str, second_step: bool, idle: int, logins: int) -> None:
    """Set what holds for a role from now on, also for those signed in."""
    row = Limits.objects.select_for_update().filter(role=role).first() or default(role)
    before = _values(row)
    row.second_step, row.idle, row.logins = second_step, idle, logins
    if _values(row) == before:
        return
    row.save()
    record(
        by=by, action="orgs.set_limits", obj=row, data={"role": role, "before": before, "after": _values(row)}
    )


def _values(row: Limits) -> dict[str, Any]:
    return {"second_step": row.second_step, "idle": row.idle, "logins": row.logins}
