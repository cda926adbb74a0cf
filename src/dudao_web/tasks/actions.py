"""Every change of tasks: asked, done, withdrawn, moved; reminders and the address they go to.

A task follows from a recorded act of the app that asks, so that asking and doing leave no row of their own in the record.
Keyword-only; running one twice is harmless.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from dudao_web import clock
from dudao_web.orgs.actions import record
from dudao_web.orgs.models import Membership, Org
from dudao_web.tasks import mail, queries, rules
from dudao_web.tasks.models import Address, Reminder, Task

KEY = ("kind", "object", "org", "role")
ASKED = ("title", "about", "asked_by", "href", "opens", "due", "note", "state", "done_at")
BATCH = 500


def ask(
    *,
    org: Org,
    role: str,
    kind: str,
    object: str,
    title: str,
    about: str = "",
    asked_by: Org | None,
    href: str,
    due: date | None = None,
    opens: date | None = None,
    note: str = "",
) -> Task:
    """Ask an office to do something. The same key again: the same task with the new words and dates, open once more."""
    row = {"org": org, "role": role, "kind": kind, "object": object, "title": title, "about": about}
    ask_many([row | {"asked_by": asked_by, "href": href, "due": due, "opens": opens, "note": note}])
    return Task.objects.get(kind=kind, object=object, org=org, role=role)


@transaction.atomic
def ask_many(rows: Iterable[dict[str, Any]]) -> int:
    """Ask for many at once, as a launch does; ``rows`` are the arguments of ``ask``. The number of tasks asked for."""
    tasks: dict[tuple[Any, ...], Task] = {}
    for row in rows:
        task = Task(**row)
        task.title, task.about, task.note = task.title[:200], task.about[:200], task.note[:500]
        tasks[task.kind, task.object, task.org_id, task.role] = task
    Task.objects.bulk_create(
        tasks.values(), BATCH, update_conflicts=True, unique_fields=KEY, update_fields=ASKED
    )
    return len(tasks)


def done(*, kind: str, object: str, org: Org | None = None) -> int:
    """What was asked about ``object`` is done (at ``org`` only, if named). The number of tasks that were open."""
    return _end("done", kind, [object], org)


def done_many(*, kind: str, objects: Iterable[str]) -> int:
    """What was asked about many objects is done."""
    return _end("done", kind, objects, None)


def withdraw(*, kind: str, object: str, org: Org | None = None) -> int:
    """What was asked about ``object`` is no longer asked."""
    return _end("withdrawn", kind, [object], org)


@transaction.atomic
def move_due(*, kind: str, objects: Iterable[str], due: date | None) -> int:
    """Another due day for what is open about ``objects``."""
    return sum(
        Task.objects.filter(kind=kind, object__in=some, state="open").update(due=due)
        for some in _batches(objects)
    )


@transaction.atomic
def _end(state: str, kind: str, objects: Iterable[str], org: Org | None) -> int:
    at = org and {"org": org}
    return sum(
        Task.objects.filter(kind=kind, object__in=some, state="open", **(at or {})).update(
            state=state, done_at=clock.now()
        )
        for some in _batches(objects)
    )


def _batches(objects: Iterable[str]) -> Iterable[list[str]]:
    """Names in lots that fit one statement of any engine."""
    names = list(objects)
    return (names[at : at + BATCH] for at in range(0, len(names), BATCH))


@transaction.atomic
def remind(*, on: date) -> int:
    """Write down the reminders that stand on a day; those already written stay. The number of new ones.

    Where a mail server is set, the worker is asked to send what has not been sent: here nothing waits for it.
    """
    open_tasks = queries.opened(on).filter(due__isnull=False, due__lte=on + rules.SOON)
    present = set(Reminder.objects.filter(task__in=open_tasks).values_list("task", "day", "kind"))
    new = []
    for pk, due in open_tasks.order_by("pk").values_list("pk", "due"):
        standing = rules.reminder(due, on)
        if standing and (pk, *standing) not in present:
            new.append(Reminder(task_id=pk, day=standing[0], kind=standing[1]))
    Reminder.objects.bulk_create(new, BATCH, ignore_conflicts=True)
    if settings.EMAIL_HOST:
        transaction.on_commit(lambda: mail.send_reminders.enqueue(on.isoformat()))
    return len(new)


@transaction.atomic
def set_address(*, by: Membership, email: str) -> Address:
    """Where reminders of the own office also go; "" for nowhere. The same again changes nothing."""
    address, made = Address.objects.select_for_update().get_or_create(membership=by)
    if made or address.email != email:
        address.email = email
        address.save(update_fields=["email"])
        record(by=by, action="tasks.set_address", obj=address)
    return address
