"""Whose task it is, and on which days it is pointed out. Plain; nothing here reads or changes rows."""

from datetime import date, timedelta

from django.db.models import Q

from dudao_web.orgs.models import Membership, Role
from dudao_web.orgs.rules import own, within

SOON = timedelta(days=3)  # pointed out this long before it is due
AGAIN = timedelta(days=7)  # and, overdue, so often again


def mine(membership: Membership, through: str = "") -> Q:
    """Condition for the tasks of an office: its own unit's, and of those that went into it; an inspector's are those of every unit
    within its own.

    ``through``: lookup prefix that leads to the task, with "__".
    """
    if membership.role == Role.INSPECTOR:
        return Q(**{f"{through}role": Role.INSPECTOR}, **within(membership.org, f"{through}org"))
    return Q(**{f"{through}role": membership.role}) & own(membership.org, f"{through}org")


def reminder(due: date, on: date) -> tuple[date, str] | None:
    """The reminder that stands on a day: (the day it fell due, its kind), or None before the first.

    A tick that was missed is made up for by the next one: the day is the one planned, not the one of the tick.
    """
    first = due + timedelta(days=1)
    if on >= first:
        return first + (on - first) // AGAIN * AGAIN, "overdue"
    if on >= due - SOON:
        return due - SOON, "due_soon"
    return None
