"""Refused sign-ins: counted for each day and account, locked per account and address (django-axes), unlocked by hand.

Strangers cannot fill the record: it gets a row at the first, tenth, hundredth … refusal of a day. Names that no account has
are one row a day, so that a refusal costs the same work whoever was named.
"""

from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.db.models import F, Sum
from django.http import HttpRequest
from django.utils import timezone

from dudao_web import clock
from dudao_web.orgs.actions import record
from dudao_web.orgs.models import Membership, User
from dudao_web.orgs.models_security import Refusal


@transaction.atomic
def refused(username: str) -> None:
    """Signing in as ``username`` was refused."""
    user = User.objects.filter(username=username).first()
    row, _ = Refusal.objects.get_or_create(day=clock.today(), user=user)
    Refusal.objects.filter(pk=row.pk).update(count=F("count") + 1)
    row.refresh_from_db()
    if str(row.count).strip("0") == "1":  # 1, 10, 100
        record(by=None, action="orgs.sign_in_refused", obj=row, data={"count": row.count})


def wrong_code(request: HttpRequest, user: User) -> None:
    """A wrong second step counts like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": user.username}, request=request)


def is_locked(request: HttpRequest, user: User) -> bool:
    """Whether the account may not be tried from this address now."""
    return not AxesProxyHandler.is_allowed(request, {"username": user.username})


def locked() -> dict[str, int]:
    """Accounts that are locked somewhere: from how many addresses."""
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    rows = AccessAttempt.objects.filter(attempt_time__gte=since).values("username", "ip_address")
    found: dict[str, int] = {}
    for row in rows.annotate(times=Sum("failures_since_start")).order_by():
        if row["times"] >= settings.AXES_FAILURE_LIMIT:
            found[row["username"]] = found.get(row["username"], 0) + 1
    return found


@transaction.atomic
def unlock(*, by: Membership, user: User) -> bool:
    """Let the account be tried again from everywhere; whether anything was counted."""
    if not AxesProxyHandler.reset_attempts(username=user.username):
        return False
    record(by=by, action="orgs.unlock", obj=user)
    return True
