"""What time does to signing in: logins that have expired and failures that no longer lock anybody are removed.

By the machine's own clock, as they were written, not by the office's day. Links and refusals stay: the record of acts
names each of them, and what it names is never removed.
"""

from datetime import date, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from dudao_web.orgs.models_security import Session


def tick(on: date) -> list[str]:
    """Remove what was left; one line for the log where there was any."""
    now = timezone.now()
    expired, _ = Session.objects.filter(expire_date__lt=now).delete()
    before = now - timedelta(hours=settings.AXES_COOLOFF_TIME)
    attempts, _ = AccessAttempt.objects.filter(attempt_time__lt=before).delete()
    found = (("过期的登录", expired), ("已不计数的登录失败", attempts))
    told = "，".join(f"{what} {count} 个" for what, count in found if count)
    return [f"清除{told}"] if told else []
