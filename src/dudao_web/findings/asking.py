"""Whom a finding asks: the tasks that follow from its state. Used by the actions; nothing here is an act of its own.

One office has a finding at a time, and is asked: to send a plan, to mend, to answer what was handed up, to verify. What climbed
beyond its due day asks others in addition: the office that verifies to supervise, the owner of the ledger to decide about 约谈.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from dudao_web.campaigns import walking
from dudao_web.findings import keeping
from dudao_web.findings.models import Finding
from dudao_web.orgs.actions import object_key
from dudao_web.orgs.models import COUNTY_KINDS, ROLE_KINDS, Org, Role
from dudao_web.orgs.queries import county_of
from dudao_web.tasks import actions as tasks
from dudao_web.tasks.models import Task

PLAN, MEND = "findings.plan", "findings.mend"  # kinds of the tasks of who mends it
ANSWER, VERIFY = "findings.answer", "findings.verify"  # of the office above, and of the one that verifies
URGE, INTERVIEW = "findings.urge", "findings.interview"  # of what is overdue
KINDS = (PLAN, MEND, ANSWER, VERIFY, URGE, INTERVIEW)
ASKED = {  # state -> kind of the task, what it is called
    "planning": (PLAN, "报送整改方案"),
    "open": (MEND, "整改"),
    "returned": (MEND, "重新整改"),
    "answered": (MEND, "按答复整改"),
    "handed_up": (ANSWER, "协调解决"),
    "mended": (VERIFY, "核验整改"),
}
WITH_OFFICE = ("handed_up", "mended")  # states in which an office above the unit has it


def party(org: Org) -> tuple[Org, Role]:
    """The office that does what is asked of a unit: its own, or the 督导室 of a government (for 市属 the city's)."""
    return (org, Role.SCHOOL) if org.kind in ROLE_KINDS[Role.SCHOOL] else walking.office_of(org)


def ask(rows: Iterable[Finding], note: str = "") -> None:
    """Ask whoever has each of them now; what was asked before of others is over. ``note``: to be read on the task."""
    found = list(rows)
    keys = [object_key(row) for row in found]
    for kind in (PLAN, MEND, ANSWER, VERIFY):
        tasks.done_many(kind=kind, objects=keys)
    for kind, level in ((URGE, 2), (INTERVIEW, 3)):
        over = [object_key(row) for row in found if row.level < level or row.state not in Finding.DUE]
        tasks.done_many(kind=kind, objects=over)
    asked = [_task(row, note) for row in found if row.state in ASKED]
    if asked:
        tasks.ask_many(asked)


def _task(row: Finding, note: str) -> dict[str, Any]:
    kind, title = ASKED[row.state]
    said = {"handed_up": row.reason, "answered": row.answer}.get(row.state, "")
    asked = _row(row, _holder(row), kind, title, _asker(row), note or said)
    return (
        asked | {"due": None} if kind == VERIFY else asked
    )  # the day was for who mends; no document names one for this


def _holder(row: Finding) -> Org:
    """Who has it; of what is with a district that the unit has left, the office above the unit today (``rules.has_it``, ``is_office``)."""
    left = row.org.kind in COUNTY_KINDS and not row.org.contains(row.unit)
    if row.state not in WITH_OFFICE or not left:
        return row.org
    return county_of(row.unit) or row.unit.parent or row.org


def _asker(row: Finding) -> Org | None:
    """The office that gave it to who has it; None where it comes from below, whose unit the task names anyway."""
    if row.state in WITH_OFFICE:
        return None
    if row.answered_by is not None:
        return row.answered_by.org
    return row.office if row.source != "self" else None


def _row(row: Finding, org: Org, kind: str, title: str, by: Org | None, note: str) -> dict[str, Any]:
    to, role = party(org)
    unit = "" if to == row.unit else row.unit.name  # by number and unit two of the same words are told apart
    return {
        "org": to,
        "role": role,
        "kind": kind,
        "object": object_key(row),
        "title": f"{title}：{row.text}",
        "about": "　".join(part for part in (row.register_number, unit, row.case.campaign.title) if part),
        "asked_by": by,
        "href": reverse("findings:finding", args=(row.pk,)),
        "due": row.due,
        "opens": None,
        "note": note,
    }


def supervise(rows: Iterable[Finding]) -> None:
    """The task of the office that verifies them, to supervise what is not mended in time (督办). Not of what waits for its own answer, or
    for that of an office above it: their task to answer is overdue by itself.
    """
    asked = [
        _row(row, row.office, URGE, "督办", None, "" if row.org == row.unit else f"现由{row.org.name}办理")
        for row in rows
        if row.state != "handed_up" or (row.office.contains(row.org) and party(row.org) != party(row.office))
    ]
    if asked:
        tasks.ask_many(asked)


def propose(rows: Sequence[Finding]) -> None:
    """The task of the office whose ledger it is, to decide about 约谈 of who has it: who did not mend, or did not answer; not of itself."""
    asked = [
        _row(row, row.owner, INTERVIEW, f"约谈建议（{row.org.name}）", row.office, "")
        for row in rows
        if party(row.org) != party(row.owner)
    ]
    if asked:
        tasks.ask_many(asked)
    both = [object_key(row) for row in rows if party(row.owner) == party(row.office)]
    tasks.done_many(kind=URGE, objects=both)  # one office is asked once


def resume(row: Finding) -> None:
    """What was overdue while an office above had it is with who mends it again: what nobody supervised or decided about is asked once
    more, for the clock has written these steps already.
    """
    if row.level < 2:
        return
    note = row.steps.filter(kind="urged").last()
    proposal = row.steps.filter(kind__in=("interview", "decided")).last()
    if note is not None and note.by_id is None:
        supervise([row])
    if row.level >= 3 and proposal is not None and proposal.kind == "interview":
        propose([row])


@transaction.atomic
def follow() -> int:
    """What is asked of a district that the unit has left is asked of the office above it today; the number. Again: none."""
    waiting = Finding.objects.filter(state__in=WITH_OFFICE, org__kind__in=COUNTY_KINDS)
    waiting = waiting.exclude(unit__path__startswith=F("org__path")).select_related("unit")
    left = {object_key(row): row for row in waiting.order_by("pk")}
    if not left:
        return 0
    asked = Task.objects.filter(kind__in=(ANSWER, VERIFY), object__in=left, state="open")
    gone = [
        left[task.object]
        for task in asked.select_related("org")
        if not task.org.contains(left[task.object].unit)
    ]
    rows = [row for row in keeping.held(gone) if row.state in WITH_OFFICE]
    if rows:
        ask(rows)
    return len(rows)


def decided(row: Finding) -> None:
    """The office has decided about 约谈."""
    tasks.done(kind=INTERVIEW, object=object_key(row))


def supervised(rows: Iterable[Finding]) -> None:
    """The office has supervised."""
    tasks.done_many(kind=URGE, objects=[object_key(row) for row in rows])


def moved(rows: Iterable[Finding], due: date) -> None:
    """Another due day; nothing climbs any more."""
    keys = [object_key(row) for row in rows]
    for kind in (PLAN, MEND, ANSWER):
        tasks.move_due(kind=kind, objects=keys, due=due)
    for kind in (URGE, INTERVIEW):
        tasks.done_many(kind=kind, objects=keys)


def nobody(row: Finding) -> None:
    """It was taken back: nothing is asked of anybody."""
    for kind in KINDS:
        tasks.withdraw(kind=kind, object=object_key(row))
