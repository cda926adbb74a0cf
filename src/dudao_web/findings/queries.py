"""Reads of findings used twice: what an office sees, which of them wait for it, the list of a case, what became of one."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from dudao_web.campaigns.models import Case
from dudao_web.findings.models import Finding, Rectification
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import COUNTY_KINDS, Kind, Membership, Role

MINE = "mine"  # beside the states: what is with the office that asks
OVERDUE = "overdue"
SYSTEM = "系统"
LISTED = ("noted", "reopened")  # steps that list a problem, for the first time or again


def seen(membership: Membership) -> QuerySet[Finding]:
    """Findings of the membership's own unit and below; a filling unit's also those that it is to mend for another."""
    where = orgs.scope(membership, "unit")
    if membership.org.kind == Kind.DEPARTMENT:
        where |= orgs.own(membership.org, "responsible")
    return Finding.objects.filter(where)


def with_office(membership: Membership) -> Q:
    """Condition for what the office itself must do: plan, mend, answer or verify (for 市属, which has no office, the city's). An
    inspector nothing.
    """
    if membership.role == Role.INSPECTOR:
        return Q(pk__in=())
    own = orgs.own(membership.org, "org")
    # asked of the county that the unit has left (rules.has_it, is_office)
    waits = Q(state__in=("handed_up", "mended"), org__kind__in=COUNTY_KINDS)
    if membership.role == Role.CITY_OFFICER:
        own |= Q(org__kind=Kind.DIRECT, org__parent=membership.org)
        for above in ("unit__parent", "unit__parent__parent"):  # 市属 itself, or a town in it
            own |= waits & Q(**{f"{above}__kind": Kind.DIRECT, f"{above}__parent": membership.org})
    if membership.role == Role.COUNTY_OFFICER:
        own |= waits & Q(**orgs.within(membership.org, "unit")) & ~Q(**orgs.within(membership.org, "org"))
    return own & Q(state__in=Finding.LIVE)


def overdue(on: date) -> Q:
    """Condition for what is not mended although its day is over."""
    return Q(state__in=Finding.DUE, due__lt=on)


def of_case(case: Case) -> QuerySet[Finding]:
    """The problem list of one unit, those taken back left out."""
    return Finding.objects.filter(case=case).exclude(state="withdrawn")


def counts(rows: QuerySet[Finding], membership: Membership, on: date | None = None) -> dict[str, int]:
    """How many of ``rows`` are with the office (``MINE``), and how many are in each state; with a day also how many are overdue."""
    asked = {name: Count("pk", filter=Q(state=name)) for name in Finding.STATES}
    if on is not None:
        asked[OVERDUE] = Count("pk", filter=overdue(on))
    return rows.order_by().aggregate(**{MINE: Count("pk", filter=with_office(membership))}, **asked)


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the life of a finding: the word, the day it is of and when it was written, which office, what it says.

    ``proofs``: keys of revisions; the rest as a Rectification has it.
    """

    kind: str
    word: str
    on: date
    at: datetime
    office: str
    text: str
    method: str
    proofs: tuple[int, ...]
    answer: dict[str, str]
    before: dict[str, object]
    after: dict[str, object]


def steps(finding: Finding) -> list[Step]:
    """What became of a finding, oldest first: one query."""
    return [
        Step(
            kind=row.kind,
            word=row.get_kind_display(),
            on=row.on,
            at=row.at,
            office=row.by.title if row.by is not None else SYSTEM,
            text=row.text,
            method=row.get_method_display(),
            proofs=tuple(row.proofs),
            answer=row.answer,
            before=row.before,
            after=row.after,
        )
        for row in finding.steps.select_related("by")
    ]


def listing(finding: Finding) -> Rectification | None:
    """The step that listed it, the last time. From all its steps, which may have been fetched with those of other findings."""
    return next((one for one in reversed(finding.steps.all()) if one.kind in LISTED), None)


def again(finding: Finding) -> list[Finding]:
    """The same problem year by year, oldest first, itself among them: the chain of ``repeats``, a query a year."""
    found = [finding]
    while found[0].repeats_id is not None:
        found.insert(0, Finding.objects.select_related("case__campaign").get(pk=found[0].repeats_id))
    while later := (
        Finding.objects.filter(repeats=found[-1])
        .exclude(state="withdrawn")
        .select_related("case__campaign")
        .order_by("pk")
        .first()
    ):
        found.append(later)
    return found
