"""What signing in needs: Session (one login), Factor and RecoveryCode (second step), Link (sets a password), Refusal, Limits.

Imported by ``models``, which holds the units, accounts and offices themselves. Who may do what is in ``admins``.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models

if TYPE_CHECKING:
    from dudao_web.orgs.sessions import SessionStore


def fingerprint(secret: str) -> str:
    """SHA-256 of what may not be kept. Enough for random tokens, which nobody can guess one by one."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Session(AbstractBaseSession):
    """One login of an account. Nothing of it is kept in backups, and no act records it but the sign-in itself."""

    kept: ClassVar[bool] = False  # see operations.backup

    user = models.ForeignKey("orgs.User", models.CASCADE, null=True, related_name="sessions")
    began = models.DateTimeField("登录时间")
    seen = models.DateTimeField("最近使用")

    objects = BaseSessionManager()

    def __str__(self) -> str:
        return f"{self.user_id} {self.began}"

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        from dudao_web.orgs.sessions import SessionStore

        return SessionStore


class Factor(models.Model):
    """The second step of an account: the secret that it shares with an authenticator (TOTP, RFC 6238); "" once ended."""

    recorded: ClassVar[bool] = True
    unrecorded: ClassVar[tuple[str, ...]] = ("last_step",)  # moves with every sign-in

    user = models.OneToOneField("orgs.User", models.PROTECT, related_name="factor")
    secret = models.CharField(max_length=32)
    since = models.DateTimeField("启用时间")
    last_step = (
        models.BigIntegerField()
    )  # of the last code taken: that one and older ones are never taken again

    def __str__(self) -> str:
        return f"{self.user_id}"


class RecoveryCode(models.Model):
    """A code on paper that stands in for the authenticator, once. Kept as its hash."""

    factor = models.ForeignKey(Factor, models.CASCADE, related_name="codes")
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("factor", "sha256"), name="one_recovery_code"),)

    def __str__(self) -> str:
        return f"{self.factor_id}"


class Link(models.Model):
    """An address that sets the password of an account, once and until an hour. Only the hash of its token is kept."""

    recorded: ClassVar[bool] = True

    user = models.ForeignKey("orgs.User", models.PROTECT, related_name="links")
    sha256 = models.CharField(max_length=64, unique=True)
    before = models.CharField(
        max_length=64
    )  # hash of the stored password it replaces: another password closes it
    expires = models.DateTimeField("有效期至")
    closed_at = models.DateTimeField("停用时间", null=True)  # used, or replaced by a newer one

    def __str__(self) -> str:
        return f"{self.user_id} {self.expires}"

    def opens(self, now: datetime) -> bool:
        """Whether it still sets a password: not used, not expired, no other password set since, account in use."""
        unchanged = self.before == fingerprint(self.user.password)
        return self.closed_at is None and now < self.expires and unchanged and self.user.is_active


class Refusal(models.Model):
    """How often signing in was refused on a day: a row for each account, one for all names that no account has."""

    recorded: ClassVar[bool] = True
    unrecorded: ClassVar[tuple[str, ...]] = (
        "count",
    )  # an act at 1, 10, 100: nobody outside can fill the record

    day = models.DateField()
    user = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="refusals")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("day", "user"), name="one_refusal_row_an_account"),
            models.UniqueConstraint(
                fields=("day",), condition=models.Q(user=None), name="one_refusal_row_of_strangers"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.user_id} {self.count}"

    @classmethod
    def verify_rows(cls) -> Iterator[str]:
        """Complaints about rows that were changed besides being counted (``dudao-web verify-log``).

        All acts on a row must leave it as the first did: one that counts would otherwise take an altered day or account into the
        record. And the count must lie between the last act and the next one that there would have been.
        """
        from dudao_web.orgs.models import Action

        first: dict[str, str] = {}
        counted: dict[str, int] = {}
        acts = Action.objects.filter(action="orgs.sign_in_refused").order_by("pk")
        altered = set()
        for key, after, data in acts.values_list("object", "after", "data").iterator(chunk_size=500):
            if first.setdefault(key, after) != after:
                altered.add(key)
            counted[key] = data["count"]
        for row in cls.objects.order_by("pk").iterator(chunk_size=500):
            key = f"refusal:{row.pk}"
            if key in altered:
                yield f"{key}：日期或账号与第一次操作记录不一致"
            if key in counted and not counted[key] <= row.count < counted[key] * 10:
                yield f"{key}：次数 {row.count} 与操作记录（{counted[key]} 次）不符"


class Limits(models.Model):
    """What the security administrator set for a role: second step, idle minutes, logins at a time."""

    recorded: ClassVar[bool] = True

    role = models.CharField("岗位", max_length=16, unique=True)
    second_step = models.BooleanField("须两步验证", default=False)
    idle = models.PositiveSmallIntegerField("停用多久后退出（分钟）")
    logins = models.PositiveSmallIntegerField("同时登录数")

    def __str__(self) -> str:
        return self.role
