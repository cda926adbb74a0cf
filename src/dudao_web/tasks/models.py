"""Task (待办事项): what an office must do by a date, from whom and where; Reminder: that it was told so.

A task is derived from recorded acts (a notice sent, a stage opened) and is therefore no row of the record. It knows the page to
do it on, no noun of the apps above: ``object`` is only a name. Who may do the work is decided on that page, not here.
"""

from typing import ClassVar

from django.db import models

from dudao_web.orgs.models import Membership, Org, Role


class Task(models.Model):
    """One thing due: ``role`` at ``org`` must act (an inspector: any whose unit contains ``org``)."""

    STATES: ClassVar = (("open", "待办"), ("done", "已办"), ("withdrawn", "已撤销"))

    org = models.ForeignKey(Org, models.PROTECT, related_name="tasks", verbose_name="承办单位")
    role = models.CharField("岗位", max_length=16, choices=Role)
    kind = models.CharField("事项", max_length=40)  # "<app>.<what>", e.g. "notices.receipt"
    object = models.CharField("对象", max_length=100)  # object_key of the row it is about, e.g. "case:12"
    title = models.CharField("办什么", max_length=200)
    about = models.CharField("为哪件工作", max_length=200, blank=True)
    asked_by = models.ForeignKey(Org, models.PROTECT, null=True, related_name="+", verbose_name="交办单位")
    href = models.CharField("办理页面", max_length=200)  # a path on this server
    opens = models.DateField("开始日期", null=True)
    due = models.DateField("截止日期", null=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default="open")
    done_at = models.DateTimeField("办结时间", null=True)
    note = models.CharField("说明", max_length=500, blank=True)  # e.g. the reason of a return

    class Meta:
        ordering = (models.F("due").asc(nulls_last=True), "pk")
        constraints = (
            models.UniqueConstraint(fields=("kind", "object", "org", "role"), name="one_task_per_object"),
        )
        indexes = (models.Index(fields=("org", "role", "state"), name="task_of_an_office"),)

    def __str__(self) -> str:
        return self.title


class Reminder(models.Model):
    """That a task was pointed out: once for the day on which that fell due, however often the clock is asked."""

    KINDS: ClassVar = (("due_soon", "临期提醒"), ("overdue", "逾期催办"))

    task = models.ForeignKey(Task, models.CASCADE, related_name="reminders")
    day = models.DateField("提醒日期")
    kind = models.CharField("种类", max_length=10, choices=KINDS)
    mailed_at = models.DateTimeField("邮件发出时间", null=True)

    class Meta:
        ordering = ("day", "pk")
        constraints = (
            models.UniqueConstraint(fields=("task", "day", "kind"), name="one_reminder_per_task_and_day"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}　{self.task_id}"


class Address(models.Model):
    """Where reminders of an office also go by e-mail; the office sets it itself, blank for none."""

    recorded: ClassVar[bool] = True

    membership = models.OneToOneField(Membership, models.PROTECT, related_name="address")
    email = models.EmailField("提醒邮箱", max_length=200, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.email
