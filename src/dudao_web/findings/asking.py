"""Whom a finding asks: the tasks that follow from its state. Used by the actions; nothing here is an act of its own.

One office has a finding at a time, and is asked: to send a plan, to mend, to answer what was handed up, to verify. What climbed
beyond its due day asks others in addition: the office that verifies to supervise, the owner of the ledger to decide about 约谈.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from dudao_web.campaigns import walking
from dudao_web.findings.models import Finding
from dudao_web.orgs.actions import object_key
from dudao_web.orgs.models import ROLE_KINDS, Org, Role
from dudao_web.tasks import actions as tasks

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
    asked = _row(row, row.org, kind, title, _asker(row), note or said)
    return (
        asked | {"due": None} if kind == VERIFY else asked
    )  # the day was for who mends; no document names one for this


def _asker(row: Finding) -> Org | None:
    """The office that gave it to who has it; None where it comes from below, whose unit the task names anyway."""
    if row.state in ("handed_up", "mended"):
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
