"""An account taken out of use, and put back. Its offices stay as they are; ending one office is in ``actions``."""

from django.db import transaction

from dudao_web import clock
from dudao_web.orgs import admins, sessions
from dudao_web.orgs.actions import Refused, record
from dudao_web.orgs.models import Membership, User


@transaction.atomic
def close_account(*, by: Membership | None, user: User) -> None:
    """The account signs in no more, and every login of it ends. Refused for the last of the three administrators."""
    user.refresh_from_db(from_queryset=User.objects.select_for_update())
    if not user.is_active:
        return
    if by is not None and by.user_id == user.pk:
        raise Refused("不能停用自己的账号。请由上级单位或安全管理员办理。")
    if fault := admins.close_fault(user, clock.today()):
        raise Refused(fault)
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(by=by, action="orgs.close_account", obj=user)
    sessions.end_all(user)


@transaction.atomic
def reopen_account(*, by: Membership | None, user: User) -> None:
    """The account signs in again, with its password and in the offices that it still holds."""
    user.refresh_from_db(from_queryset=User.objects.select_for_update())
    if user.is_active:
        return
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(by=by, action="orgs.reopen_account", obj=user)
