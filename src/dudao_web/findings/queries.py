"""Reads of findings used twice: what an office sees, which of them wait for it, the list of a case, what became of one."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from dudao_web.campaigns.models import Case
from dudao_web.findings.models import Finding
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.actions import object_key
from dudao_web.orgs.models import Action, Kind, Membership, Role

APP = "findings"  # its acts are findings.<verb>
NOTED_UP = "登记并报上级协调"  # what cannot be mended in the unit goes up in the same act
VERBS = {"note": "登记", "hand_up": "报上级协调", "answer": "答复", "mend": "记为已整改", "withdraw": "撤销"}
MINE = "mine"  # beside the states: what is with the office that asks


def seen(membership: Membership) -> QuerySet[Finding]:
    """Findings of the membership's own unit and below."""
    rows = orgs.visible(Finding.objects.all(), membership, "unit")
    return rows.select_related(
        "case__campaign", "case__unit__parent", "unit", "org__parent", "by", "answered_by", "proof"
    )


def with_office(membership: Membership) -> Q:
    """Condition for what the office itself must do: mend, or answer (for 市属, which has no office, the city's). An inspector nothing."""
    if membership.role == Role.INSPECTOR:
        return Q(pk__in=())
    own = orgs.own(membership.org, "org")
    if membership.role == Role.CITY_OFFICER:
        own |= Q(org__kind=Kind.DIRECT, org__parent=membership.org)
    return own & Q(state__in=Finding.LIVE)


def of_case(case: Case) -> QuerySet[Finding]:
    """The problem list of one unit, those taken back left out."""
    return Finding.objects.filter(case=case).exclude(state="withdrawn")


def counts(rows: QuerySet[Finding], membership: Membership) -> dict[str, int]:
    """How many of ``rows`` are with the office (``MINE``), and how many are in each state."""
    asked = {name: Count("pk", filter=Q(state=name)) for name in Finding.STATES}
    return rows.order_by().aggregate(**{MINE: Count("pk", filter=with_office(membership))}, **asked)


@dataclass(frozen=True, slots=True)
class Step:
    """One act in the life of a finding: the word, when, which office, what was written."""

    word: str
    at: datetime
    office: str
    text: str


def steps(finding: Finding) -> list[Step]:
    """What became of a finding, oldest first, from the record of acts."""
    chain = finding.case.campaign.key
    acts = list(Action.objects.filter(chain=chain, object=object_key(finding)).order_by("seq"))
    offices = Membership.objects.in_bulk({int(act.membership[1:]) for act in acts if act.membership})
    verbs = [act.action.partition(".")[2] for act in acts]
    then = next((verb for verb in verbs if verb in ("hand_up", "answer")), "")
    noted_up = then == "answer" or bool(not then and finding.reason)
    return [
        Step(
            word=NOTED_UP if verb == "note" and noted_up else VERBS.get(verb, verb),
            at=act.at,
            office=offices[int(act.membership[1:])].title if act.membership else "",
            text=act.data.get("text", ""),
        )
        for act, verb in zip(acts, verbs, strict=True)
    ]
