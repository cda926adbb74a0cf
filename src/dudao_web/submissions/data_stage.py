"""The data stage of a campaign: a county's confirmed set, or a school's own return, is handed in as it stands.

Not here: the returns themselves (``actions``, ``reading``), what a county confirms (``queries``).
"""

from dataclasses import dataclass

from django.db import transaction

from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns import rules
from dudao_web.campaigns.models import Case, HandIn
from dudao_web.orgs import queries as orgs
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Membership
from dudao_web.submissions import queries
from dudao_web.submissions.models import Submission
from dudao_web.submissions.queries import ReturnSet

TYPE = "data"


@dataclass(frozen=True)
class Standing:
    """What stands of a case's data. ``digest``: of what would be handed in; ``lacking``: why it cannot be yet, "" if it can.
    ``changed``: it is not what was handed in last.
    """

    of: ReturnSet | None
    digest: str
    lacking: str
    changed: bool


def standing(case: Case) -> Standing:
    """Where the data of a case are: the set of its county, year and standard, and whether it can be handed in."""
    county = case.unit if case.unit.is_county else orgs.county_of(case.unit)
    if county is None:
        return Standing(None, "", "本单位不在任何县（市、区）之下，没有填报。", False)
    of = ReturnSet(county, case.campaign.year, case.version)
    if case.unit.is_county:
        now = queries.standing(of)
        digest = now.digest
        lacking = "" if now.confirmed else "全县填报还没有确认。请先在“填报”中确认全县填报。"
        if now.changed:
            lacking = "全县填报确认以后有变动。请先在“填报”中重新确认。"
    else:
        own = Submission.objects.filter(
            **of.key, unit=case.unit, form="school", state__in=Submission.CURRENT
        ).first()
        digest = own.sha256 if own else ""
        lacking = "还没有上传本校填报表。" if own is None else ""
        if own is not None and own.state == "returned":
            lacking = "本校填报表已退回，须改正后重新上传。"
    last = case.hand_ins.exclude(content="").last()
    return Standing(of, digest, lacking, last is not None and last.content != digest)


def may_hand_in(membership: Membership, case: Case) -> bool:
    """Whether the office hands in now: it is the unit's turn, and at the data."""
    return case.place.stage.type == TYPE and rules.may_fill(membership, case)


@transaction.atomic
def hand_in(*, case: Case, by: Membership) -> HandIn:
    """Hand in the data as they stand; from now on a change is shown against it."""
    case = campaigns.locked(case, moves=True)
    if rules.may_fill(by, case) and case.place.stage.type != TYPE:
        raise Refused(f"现在是“{case.place.stage.title}”阶段，不提交数据。")
    now = standing(case)
    if now.lacking and may_hand_in(by, case):
        raise Refused(now.lacking)
    return campaigns.hand_in(case=case, by=by, answered=(), content=now.digest)


def again(case: Case) -> str:
    """The digest of the data that a later stage of the unit is handed in with: once handed in, they go with it as they stand then,
    so that an office approves both together. "" for a case that hands in no data; Refused while they cannot be handed in.
    """
    if not case.hand_ins.exclude(content="").exists():
        return ""
    now = standing(case)
    if now.lacking:
        raise Refused(now.lacking)
    return now.digest
