"""What waits for an administrator: units without an account, accounts not taken up, the record of the day. Read, never asked."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.timezone import localdate

from dudao_web.orgs import limits, rules
from dudao_web.orgs import queries as orgs
from dudao_web.orgs.models import LEAF_KINDS, Action, Kind, Membership, Role, User
from dudao_web.pages.due import Duty

OFTEN = 7  # days between two backups


def duties(membership: Membership, on: date) -> Iterator[Duty]:
    """What one of the three administrators has to look at on a day; nothing for another office."""
    if membership.role == Role.SYSTEM_ADMIN:
        yield from _without_account(membership, on)
    elif membership.role == Role.SECURITY_ADMIN:
        yield from _not_taken_up(membership, on)
    elif membership.role == Role.AUDIT_ADMIN:
        yield from _recorded(on)


def _without_account(membership: Membership, on: date) -> Iterator[Duty]:
    held = Membership.objects.filter(orgs.current(on), org=OuterRef("pk"))
    kinds = (LEAF_KINDS | {Kind.TOWN}) - {Kind.DEPARTMENT}
    n = orgs.visible_orgs(membership, on).filter(~Exists(held), kind__in=kinds).count()
    if n:
        href = reverse("orgs:import")
        yield Duty("waiting", f"{n} 个填报单位还没有账号", "学校、幼儿园、镇（街道）", href, "导入账号")
    last = Action.objects.filter(action="operations.back_up").order_by("-pk").first()
    if last is None or (on - localdate(last.at)).days > OFTEN:
        text = "还没有备份过数据" if last is None else f"{(on - localdate(last.at)).days} 天没有备份数据"
        yield Duty("waiting", text, "在服务器上执行 dudao-web backup 文件", reverse("orgs:tree"), "查看单位")


def _not_taken_up(membership: Membership, on: date) -> Iterator[Duty]:
    mine = rules.visible(Membership.objects.filter(orgs.current(on)), membership, "org")
    waiting = User.objects.filter(must_change_password=True, is_active=True, pk__in=mine.values("user"))
    n = waiting.count()
    if n:
        yield Duty(
            "waiting", f"{n} 个账号还没有启用", "一次性密码没有修改", reverse("orgs:security:index"), "查看"
        )
    lacking = sum(not one.second_step for one in limits.of_all() if one.role in rules.ADMINS)
    if lacking:
        text = f"{lacking} 类管理员登录没有要求两步验证"
        yield Duty("waiting", text, "账号安全", reverse("orgs:security:index"), "设置")


def _recorded(on: date) -> Iterator[Duty]:
    n = Action.objects.filter(at__date=on).count()
    yield Duty(
        "waiting", f"核对操作记录：今天 {n} 条", "核验记录是否完整", reverse("orgs:record:index"), "核对"
    )
