"""Who may: plain predicates over a membership and a row. Nothing here changes anything; ``visible`` filters are in ``queries``."""

from dudao_web.acts import Act
from dudao_web.campaigns import stage_type
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import COUNTY_KINDS, Kind, Membership, Org, Role

OFFICES = frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER})
READERS = OFFICES | {Role.SCHOOL, Role.INSPECTOR}


def acts_for(membership: Membership, org: Org) -> bool:
    """Whether an office does what is asked of ``org``: its own, that of the unit it went into since, and for 市属 (which has no
    office of its own) the one above it.
    """
    if membership.role not in OFFICES:
        return False
    if orgs.is_own(membership.org, org):
        return True
    return (
        org.kind == Kind.DIRECT
        and membership.role == Role.CITY_OFFICER
        and membership.org_id == org.parent_id
    )


def acts_on(membership: Membership, case: Case) -> bool:
    """Whether an office does what a case's place asks: that of the place; where the unit has left that district, one above it today."""
    here = case.place.org
    left = here.kind in COUNTY_KINDS and not here.contains(case.unit)
    above = membership.role in OFFICES and membership.org.contains(case.unit)
    return acts_for(membership, here) or (left and above and membership.org_id != case.unit_id)


def may_load_calendar(membership: Membership) -> bool:
    """Say which days are working days, for all campaigns here: the office that has none above it, or a city's."""
    return membership.role == Role.CITY_OFFICER or (
        membership.role in OFFICES and membership.org.parent_id is None
    )


def may_prepare(membership: Membership, campaign: Campaign) -> bool:
    """Change a campaign that is not launched, and launch it."""
    return campaign.state == "draft" and _launches(membership, campaign)


def may_close_campaign(membership: Membership, campaign: Campaign) -> bool:
    """End a running campaign."""
    return campaign.state == "running" and _launches(membership, campaign)


def _launches(membership: Membership, campaign: Campaign) -> bool:
    return membership.role in OFFICES and orgs.is_own(membership.org, campaign.org)


def may_keep(membership: Membership, place: StageDate) -> bool:
    """Change the dates of a stage at an org, and close it where it is an office's stage."""
    return place.stage.campaign.state == "running" and acts_for(membership, place.org)


def may_fill(membership: Membership, case: Case) -> bool:
    """Fill in and hand in: the unit's own office, while it is the unit's turn."""
    return is_unit(membership, case) and is_open(case)


def is_unit(membership: Membership, case: Case) -> bool:
    """Whether the membership is the office of the case's unit (a county's unit is the county, its office the 督导室)."""
    if Kind(case.kind) in COUNTY_KINDS | {Kind.CITY, Kind.PROVINCE}:
        return acts_for(membership, case.unit)
    return membership.role == Role.SCHOOL and orgs.is_own(membership.org, case.unit)


def is_open(case: Case) -> bool:
    """Whether it is the unit's turn: below a hand-in nothing moves until an office returns or unlocks it."""
    turn = stage_type.of(case.place).of_unit and case.state in Case.OPEN
    return turn and case.campaign.state == "running" and not case.done


def may_decide(membership: Membership, case: Case) -> bool:
    """Approve or return what was handed in: the office in whose stage the case waits."""
    waiting = stage_type.of(case.place).waits and case.state == "submitted"
    return waiting and case.campaign.state == "running" and acts_on(membership, case)


def may_ask_unlock(membership: Membership, case: Case) -> bool:
    """Ask to change what was handed in."""
    locked = case.state in ("submitted", "approved") and not case.unlock
    return locked and case.campaign.state == "running" and is_unit(membership, case)


def may_unlock(membership: Membership, case: Case, decider: Org | None) -> bool:
    """Grant or decline that: ``decider``, the office that has it now or approved it last (``queries.decider``), or one above."""
    if membership.role not in OFFICES or case.campaign.state != "running" or decider is None:
        return False
    locked = case.state in ("submitted", "approved")
    above = membership.org.contains(decider) and membership.org_id != case.unit_id
    return locked and (acts_for(membership, decider) or above)


def may_sign(membership: Membership, case: Case) -> bool:
    """Write and sign an opinion: a responsible inspector of the unit, in a campaign that runs."""
    return (
        membership.role == Role.INSPECTOR
        and membership.org.contains(case.unit)
        and case.campaign.state == "running"
    )


# To the next stage (walking.onward).
_ONWARD = (("submitted", "todo"), ("approved", "todo"), ("approved", "submitted"))
_TURN = tuple((state, "submitted") for state in Case.OPEN)

ACTS: dict[type[Campaign] | type[Case] | type[StageDate], tuple[Act, ...]] = {
    Campaign: (
        Act("launching.prepare", "新建", (("", "draft"),), "督导室"),
        Act("launching.revise", "修改筹备", (("draft", "draft"),), "组织单位督导室", may_prepare),
        Act("launching.launch", "启动", (("draft", "running"),), "组织单位督导室", may_prepare),
        Act("launching.withdraw", "撤销筹备", (("draft", "withdrawn"),), "组织单位督导室", may_prepare),
        Act("closing.close_campaign", "办结项目", (("running", "closed"),), "组织单位督导室", may_close_campaign),
    ),
    StageDate: (
        Act("launching.launch", "启动", (("", "open"), ("", "closed")), "组织单位督导室", may_prepare),
        Act("closing.move_dates", "改期", (("open", "open"),), "该阶段的承办督导室", may_keep),
        Act("closing.forward", "转发通知", (("open", "closed"),), "该阶段的承办督导室", may_keep),
        Act("closing.close", "办结阶段", (("open", "closed"),), "该阶段的承办督导室", may_keep),
    ),
    Case: (
        Act("launching.launch", "启动", (("", "todo"),), "组织单位督导室", may_prepare),
        Act("actions.begin", "填写", (("todo", "draft"), ("draft", "draft"), ("returned", "returned")), "本单位，轮到本单位时", may_fill),
        Act("actions.hand_in", "提交", (*_TURN, _ONWARD[0]), "本单位，轮到本单位时", may_fill),
        Act("actions.approve", "审核通过", (("submitted", "approved"), *_ONWARD[1:]), "所处审核阶段的督导室", may_decide),
        Act("actions.send_back", "退回", (("submitted", "returned"),), "所处审核阶段的督导室", may_decide),
        Act("actions.sign", "签署意见", tuple((state, state) for state in Case.STATES), "本单位的责任督学", may_sign),
        Act(
            "actions.ask_unlock", "申请修改", (("submitted", "submitted"), ("approved", "approved")), "本单位", may_ask_unlock
        ),
        Act(
            "actions.unlock", "同意修改", (("submitted", "returned"), ("approved", "returned")), "审核的督导室或其上级", may_unlock
        ),
        Act(
            "actions.decline_unlock",
            "不同意修改",
            (("submitted", "submitted"), ("approved", "approved")),
            "审核的督导室或其上级",
            may_unlock,
        ),
        Act("closing.forward", "转发通知", _ONWARD, "所处阶段的承办督导室", may_keep),
        Act("closing.close", "办结阶段", _ONWARD, "所处阶段的承办督导室", may_keep),
    ),
}  # fmt: skip
