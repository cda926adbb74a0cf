"""Reminders by e-mail, sent by the worker. A failing server delays a letter; the reminder itself stands in the to-do list."""

import logging
import smtplib
from collections import defaultdict
from datetime import date, timedelta

from django.core.mail import EmailMessage, get_connection
from django.db.models import QuerySet
from django_tasks import task

from dudao_web import clock
from dudao_web.orgs.queries import current
from dudao_web.tasks import rules
from dudao_web.tasks.models import Address, Reminder

log = logging.getLogger(__name__)
TRIED_FOR = timedelta(days=7)  # a letter that could not be sent in a week would no longer be news


@task()
def send_reminders(on: str) -> None:
    """The job: send what has not been sent, one letter to each address. What fails is tried again at the next tick."""
    send(date.fromisoformat(on))


def send(on: date) -> int:
    """Send the letters of a day; the number of letters that went out."""
    waiting = Reminder.objects.filter(
        mailed_at=None, task__state="open", day__gt=on - TRIED_FOR, day__lte=on
    ).select_related("task__org")
    letters = _letters(waiting, on)
    sent: list[Reminder] = []
    failed: set[int] = set()
    number = 0
    for email, reminders in letters.items():
        try:
            _letter(email, reminders).send()
        except (smtplib.SMTPException, OSError):
            log.exception("reminders could not be sent to one address")
            failed |= {one.pk for one in reminders}
        else:
            sent += reminders
            number += 1
    whole = {one.pk for one in sent} - failed
    Reminder.objects.filter(pk__in=whole).update(mailed_at=clock.now())
    return number


def _letters(waiting: QuerySet[Reminder], on: date) -> dict[str, list[Reminder]]:
    """Which address is told of which reminders: those whose to-do list shows the task."""
    held = Address.objects.filter(current(on, "membership__")).exclude(email="")
    letters: dict[str, list[Reminder]] = defaultdict(list)
    for address in held.select_related("membership__org"):
        letters[address.email] += waiting.filter(rules.mine(address.membership, "task__"))
    return {email: reminders for email, reminders in letters.items() if reminders}


def _of(one: Reminder) -> str:
    """Whose task it is and for what: of two with the same words the letter says which is which."""
    return "　".join(part for part in (one.task.org.name, one.task.about) if part)


def _letter(email: str, reminders: list[Reminder]) -> EmailMessage:
    lines = [
        f"{one.get_kind_display()}：{one.task.title}（{_of(one)}），"
        f"{one.task.due:%Y}年{one.task.due.month}月{one.task.due.day}日截止"
        for one in reminders
    ]
    body = "\n".join(["下列事项请登录教育督导评估平台办理：", "", *lines, ""])
    return EmailMessage(f"督导待办提醒 {len(lines)} 项", body, to=[email], connection=get_connection())
