"""The second step of signing in (两步验证): a code of an authenticator (TOTP, RFC 6238), or a recovery code on paper.

The secret is kept as it is, since the server must compute with it; recovery codes as their hash. Pages are in ``account``
and ``signin``. The clock is the machine's.
"""

import secrets
import time

import pyotp
import segno
from django.db import transaction
from django.utils import timezone

from dudao_web.orgs.actions import Refused, record
from dudao_web.orgs.hashers import one_time_password
from dudao_web.orgs.models import Membership, User
from dudao_web.orgs.models_security import Factor, RecoveryCode, fingerprint

ISSUER = "督导评估"  # short, so that the picture stays coarse enough for an old camera
PERIOD = 30  # seconds a code stands, the same in every authenticator
CODES = 10


def new_secret() -> str:
    """A secret in the letters that authenticators take."""
    return pyotp.random_base32()


def uri(user: User, secret: str) -> str:
    """What the picture says to an authenticator."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)


def picture(text: str) -> str:
    """A QR code as an SVG element: black on white, without style or script."""
    return segno.make(text, error="l").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", title="二维码"
    )


def step_of(secret: str, code: str, after: int) -> int | None:
    """The step that ``code`` belongs to, of the present one and its neighbours, if it is later than ``after``."""
    present = int(time.time()) // PERIOD
    totp = pyotp.TOTP(secret, interval=PERIOD)
    fitting = [
        step
        for step in (present - 1, present, present + 1)
        if secrets.compare_digest(totp.generate_otp(step), code)
    ]
    return next((step for step in fitting if step > after), None)


def factor_of(user: User) -> Factor | None:
    """The second step of an account, if it has one."""
    return Factor.objects.filter(user=user).exclude(secret="").first()


@transaction.atomic
def enrol(*, user: User, secret: str, code: str) -> list[str]:
    """Begin the second step, proved by a code; the recovery codes, which are kept nowhere."""
    factor = Factor.objects.select_for_update().filter(user=user).first()
    if factor is not None and factor.secret:
        raise Refused("两步验证已经启用。要换手机的，请先停用再启用。")
    step = step_of(secret, code, 0)
    if step is None:
        raise Refused("验证码不对。请核对手机时间，输入当前显示的 6 位数字。")
    factor = factor or Factor(user=user)
    factor.secret, factor.since, factor.last_step = secret, timezone.now(), step
    factor.save()
    codes = _new_codes(factor)
    record(by=user, action="orgs.begin_second_step", obj=factor)
    return codes


@transaction.atomic
def renew_codes(*, user: User) -> list[str]:
    """Other recovery codes; the ones before stop working."""
    factor = Factor.objects.select_for_update().filter(user=user).exclude(secret="").first()
    if factor is None:
        raise Refused("两步验证没有启用。")
    codes = _new_codes(factor)
    record(by=user, action="orgs.renew_recovery_codes", obj=factor)
    return codes


def _new_codes(factor: Factor) -> list[str]:
    codes = [one_time_password() for _ in range(CODES)]
    factor.codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, sha256=fingerprint(code)) for code in codes)
    return codes


@transaction.atomic
def passes(*, user: User, code: str) -> bool:
    """Whether ``code`` lets the account in; if so it never will again."""
    factor = Factor.objects.select_for_update().filter(user=user).exclude(secret="").first()
    if factor is None:
        return False
    step = step_of(factor.secret, code, factor.last_step)
    if step is not None:
        factor.last_step = step
        factor.save(update_fields=["last_step"])
        return True
    used, _ = factor.codes.filter(sha256=fingerprint(code)).delete()
    if used:
        record(by=user, action="orgs.use_recovery_code", obj=factor, data={"left": factor.codes.count()})
    return bool(used)


@transaction.atomic
def end(*, by: Membership | User | None, user: User) -> bool:
    """The account signs in without a second step from now on; whether it had one. Its logins are ended by the caller."""
    factor = Factor.objects.select_for_update().filter(user=user).exclude(secret="").first()
    if factor is None:
        return False
    factor.codes.all().delete()
    factor.secret = ""
    factor.save(update_fields=["secret"])
    record(by=by, action="orgs.end_second_step", obj=factor)
    return True
