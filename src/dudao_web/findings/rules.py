"""Who may: plain predicates over a membership and a finding. Nothing here changes anything."""

from dudao_web.acts import Act
from dudao_web.campaigns import rules as campaigns
from dudao_web.campaigns.models import Case
from dudao_web.findings.models import Finding
from dudao_web.orgs.models import Membership, Role

OFFICES, READERS = campaigns.OFFICES, campaigns.READERS
ACTORS = READERS - {Role.INSPECTOR}  # a finding can be with them


def is_unit(membership: Membership, case: Case) -> bool:
    """Whether the list is the office's own."""
    return campaigns.is_unit(membership, case)


def may_note(membership: Membership, case: Case) -> bool:
    """Write a problem into the list: the unit itself, as long as the campaign runs. The list stays open after the hand-in."""
    return case.campaign.state == "running" and is_unit(membership, case)


def may_mend(membership: Membership, finding: Finding) -> bool:
    """Say that it is mended."""
    return finding.state in ("open", "answered") and is_unit(membership, finding.case)


def may_hand_up(membership: Membership, finding: Finding) -> bool:
    """Hand it up as not to be mended here."""
    return finding.state in ("open", "answered") and is_unit(membership, finding.case)


def may_withdraw(membership: Membership, finding: Finding) -> bool:
    """Take back what was noted by mistake, before it is answered."""
    return finding.state in ("open", "handed_up") and is_unit(membership, finding.case)


def may_answer(membership: Membership, finding: Finding) -> bool:
    """Answer what was handed up: the office that has it."""
    return finding.state == "handed_up" and campaigns.acts_for(membership, finding.org)


ACTS: dict[type[Finding], tuple[Act, ...]] = {
    Finding: (
        Act("actions.note", "登记问题", (("", "open"), ("", "handed_up")), "本单位，项目进行中", may_note),
        Act("actions.mend", "记为已整改", (("open", "mended"), ("answered", "mended")), "本单位", may_mend),
        Act(
            "actions.hand_up",
            "报上级协调",
            (("open", "handed_up"), ("answered", "handed_up")),
            "本单位",
            may_hand_up,
        ),
        Act("actions.answer", "答复", (("handed_up", "answered"),), "问题所报的上级督导室", may_answer),
        Act(
            "actions.withdraw",
            "撤销",
            (("open", "withdrawn"), ("handed_up", "withdrawn")),
            "本单位，答复前",
            may_withdraw,
        ),
    )
}
