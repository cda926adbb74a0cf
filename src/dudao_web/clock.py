"""The office's day and moment: the one place where the platform asks what time it is.

A demo stands on a fixed day, kept in its own folder (``settings.DEMO_ON``): the hour still runs, the day does not. No other
data can have one. Not here: clocks of security (sessions, lock-outs, tokens), which follow the machine's.
"""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The moment, aware. In a demo on a fixed day: that day at the hour it is."""
    present = timezone.now()
    if settings.DEMO_ON is None:
        return present
    local = timezone.localtime(present)
    fixed = settings.DEMO_ON
    return local.replace(year=fixed.year, month=fixed.month, day=fixed.day)


def today() -> date:
    """The office's day."""
    return timezone.localtime(now()).date()
