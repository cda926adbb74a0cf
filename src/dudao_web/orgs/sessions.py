"""Logins: kept in the database with their account, ended when idle, by a newer one, or with what they rest on.

The engine of SESSION_ENGINE. Clocks here are the machine's, never the office's day. How one signs in is in ``signin``.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone

from dudao_web.orgs.models_security import Session

BEGAN, ADDRESS, DEVICE = "began", "address", "device"  # in the session's own content, see ``begin``
SESSION_KEY = "membership"  # there too: the office acted for
STEP = timedelta(minutes=1)  # how finely the last use is kept: a write a minute, not one a page


class SessionStore(db.SessionStore):
    """Django's, with the account and the last use beside the content."""

    row: Session | None = None  # as it was read for this request

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = super()._get_session_from_db()
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        row.user_id = data.get(USER_KEY)
        row.seen = timezone.now()
        row.began = datetime.fromtimestamp(data[BEGAN], UTC) if BEGAN in data else row.seen
        return row


def begin(request: HttpRequest, *, address: str, at_most: int) -> None:
    """Note when and from where a login began; of the account's logins the newest ``at_most`` stay."""
    request.session[BEGAN] = timezone.now().timestamp()
    request.session[ADDRESS] = address
    request.session[DEVICE] = request.META.get("HTTP_USER_AGENT", "")[:200]
    request.session.save()
    newest = Session.objects.filter(user=request.user).order_by("-began", "-seen")
    kept = list(newest.values_list("pk", flat=True)[:at_most])
    Session.objects.filter(user=request.user).exclude(pk__in=kept).delete()


def idle(request: HttpRequest, minutes: int) -> bool:
    """Whether the login lay unused for longer than that; if not, this use is noted."""
    row: Session | None = getattr(request.session, "row", None)
    now = timezone.now()
    if row is None:
        return False
    if now - row.seen > timedelta(minutes=minutes):
        return True
    if now - row.seen > STEP:
        Session.objects.filter(pk=row.pk).update(seen=now)
    return False


def of(user: Any) -> list[Session]:
    """The account's logins that still hold, newest first."""
    return list(user.sessions.filter(expire_date__gt=timezone.now()).order_by("-began"))


def end_all(user: Any) -> None:
    """Every login of the account ends."""
    Session.objects.filter(user=user).delete()


def end_acting(memberships: Iterable[Any]) -> None:
    """Every login that acts for one of these offices ends; those of the same accounts for other offices stay."""
    ended = {held.pk: held.user_id for held in memberships}
    rows = Session.objects.filter(user__in=set(ended.values()))
    acting = [row.pk for row in rows if row.get_decoded().get(SESSION_KEY) in ended]
    Session.objects.filter(pk__in=acting).delete()


def end_others(request: HttpRequest) -> int:
    """Every login of the account but this one ends; how many did. This one gets a new key."""
    request.session.cycle_key()
    return Session.objects.filter(user=request.user).exclude(pk=request.session.session_key).delete()[0]
