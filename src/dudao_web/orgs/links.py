"""Addresses that set a password (设置密码链接): for a new account or a forgotten password, instead of a one-time password.

The token is in the address only; the database has its hash. The address begins with DUDAO_PUBLIC_URL, never with what a
request claims as its host. The clock is the machine's.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from dudao_web.orgs import sessions
from dudao_web.orgs.actions import Refused, record, set_password
from dudao_web.orgs.models import Membership, User
from dudao_web.orgs.models_security import Link, fingerprint

CLOSED = "链接不存在、已经用过或已过期。请向上级单位另要一个。"


def offered() -> bool:
    """Whether this installation knows its own address."""
    return bool(settings.PUBLIC_URL)


def lasts(user: User) -> timedelta:
    """How long a link works: longer for an account that never signed in."""
    if user.last_login is None:
        return timedelta(days=settings.INVITE_DAYS)
    return timedelta(hours=settings.RESET_HOURS)


@transaction.atomic
def issue(*, by: Membership, user: User) -> tuple[str, Link]:
    """A new address for ``user``; earlier ones stop working. The address is kept nowhere."""
    if not offered():
        raise Refused("没有设置本平台的网址，不能发链接。请用一次性密码。")
    for before in user.links.select_for_update().filter(closed_at=None):
        _close(by, before)
    token = secrets.token_urlsafe(32)
    row = Link.objects.create(
        user=user,
        sha256=fingerprint(token),
        before=fingerprint(user.password),
        expires=timezone.now() + lasts(user),
    )
    record(by=by, action="orgs.issue_link", obj=row, data={"user": f"u{user.pk}"})
    return settings.PUBLIC_URL + reverse("orgs:link", args=[token]), row


def find(token: str) -> Link | None:
    """The link of a token, if it still opens; nothing tells an unknown one from a used one."""
    row = Link.objects.filter(sha256=fingerprint(token)).select_related("user").first()
    return row if row is not None and row.opens(timezone.now()) else None


@transaction.atomic
def redeem(*, token: str, password: str) -> User:
    """Set the password of the link's account, once; its logins end. ValidationError for a weak one."""
    row = Link.objects.select_for_update().filter(sha256=fingerprint(token)).first()
    if row is None or not row.opens(timezone.now()):
        raise Refused(CLOSED)
    set_password(user=row.user, password=password)
    _close(row.user, row)
    sessions.end_all(row.user)
    return row.user


def _close(by: Membership | User | None, row: Link) -> None:
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    record(by=by, action="orgs.close_link", obj=row)
