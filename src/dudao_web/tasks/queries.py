"""Reads of tasks used twice. The day comes from the caller."""

from datetime import date

from django.db.models import Q, QuerySet

from dudao_web.orgs.models import Membership
from dudao_web.tasks import rules
from dudao_web.tasks.models import Task


def opened(on: date) -> QuerySet[Task]:
    """Tasks of all offices that are open on a day: asked, begun, neither done nor withdrawn."""
    return Task.objects.filter(Q(opens=None) | Q(opens__lte=on), state="open")


def open_for(membership: Membership, on: date) -> QuerySet[Task]:
    """What an office must do: overdue first, then by due day, without a day last; not yet opened ones are left out."""
    return opened(on).filter(rules.mine(membership)).select_related("org", "asked_by")
