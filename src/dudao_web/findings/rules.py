"""Who may: predicates over a membership and a finding. Nothing here changes anything."""

from django.db.models import Q
from django.utils import timezone

from dudao_web import clock
from dudao_web.acts import Act
from dudao_web.campaigns import rules as campaigns
from dudao_web.campaigns.models import Case
from dudao_web.findings.models import Finding, Rectification
from dudao_web.orgs import queries as accounts
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import COUNTY_KINDS, ROLE_KINDS, Membership, Org, Role

OFFICES, READERS = campaigns.OFFICES, campaigns.READERS
ACTORS = READERS - {Role.INSPECTOR}  # a finding can be with them

NOT_OFFICE = "由“{}”督导室或其上级督导室核验，本单位不能办理。"
WROTE = "整改方案、进展或整改报告是同一人员写的，不能由本人核验，换账号、换身份也不行。请由其他人员核验。"
OF_UNIT = "这个账号的人员现在或自列入问题以来在“{}”任职，不能核验本单位的整改，换账号、换身份也不行。请由其他人员核验。"


def is_unit(membership: Membership, case: Case) -> bool:
    """Whether the list is the office's own."""
    return campaigns.is_unit(membership, case)


def acts_for(membership: Membership, org: Org) -> bool:
    """Whether the office does what is asked of ``org``: of a filling unit (a department too) its own, of a government its 督导室."""
    if org.kind in ROLE_KINDS[Role.SCHOOL]:
        return membership.role == Role.SCHOOL and orgs.is_own(membership.org, org)
    return campaigns.acts_for(membership, org)


def is_office(membership: Membership, finding: Finding) -> bool:
    """Whether it is the office that verifies the finding, or one above it; where the unit has left that office, one above it today."""
    if membership.role not in OFFICES:
        return False
    own, office, unit = membership.org, finding.office, finding.unit
    if campaigns.acts_for(membership, office) or own.contains(office):
        return True
    return not office.contains(unit) and own.contains(unit) and own.pk != unit.pk


def has_it(membership: Membership, finding: Finding) -> bool:
    """Whether it is the office that what was handed up is with; where the unit has left that district, one above it today."""
    own, here, unit = membership.org, finding.org, finding.unit
    left = here.kind in COUNTY_KINDS and not here.contains(unit)
    above = membership.role in OFFICES and own.contains(unit) and own.pk != unit.pk
    return campaigns.acts_for(membership, here) or (left and above)


def is_fixer(membership: Membership, finding: Finding) -> bool:
    """Whether it is the office of the unit that mends it."""
    return acts_for(membership, finding.responsible)


def may_note(membership: Membership, case: Case) -> bool:
    """Write a problem into the list: the unit itself, as long as the campaign runs. The list stays open after the hand-in."""
    return case.campaign.state == "running" and is_unit(membership, case)


def may_raise(membership: Membership, case: Case) -> bool:
    """List a problem of a unit from an office's page: an office above it."""
    return (
        membership.role in OFFICES
        and membership.org.contains(case.unit)
        and not orgs.is_own(membership.org, case.unit)
    )


def may_plan(membership: Membership, finding: Finding) -> bool:
    """Say how and until when it will be mended."""
    return finding.state == "planning" and is_fixer(membership, finding)


def may_return_plan(membership: Membership, finding: Finding) -> bool:
    """Send the plan back."""
    return finding.state == "open" and is_office(membership, finding)


def may_assign(membership: Membership, finding: Finding) -> bool:
    """Give it to another unit to mend: the office that verifies; handed up, the one that has it."""
    if finding.state == "handed_up":
        return has_it(membership, finding)
    return finding.state in Finding.TO_MEND and is_office(membership, finding)


def may_progress(membership: Membership, finding: Finding) -> bool:
    """Say how far it is."""
    return finding.state in ("open", "answered", "returned") and is_fixer(membership, finding)


def may_report(membership: Membership, finding: Finding) -> bool:
    """Say that it is mended."""
    return finding.state in ("open", "answered", "returned") and is_fixer(membership, finding)


def may_hand_up(membership: Membership, finding: Finding) -> bool:
    """Hand it up as not to be mended here: who mends it; the office that has it to the next one."""
    if finding.state == "handed_up":
        return has_it(membership, finding)
    return finding.state in Finding.TO_MEND and is_fixer(membership, finding)


def may_answer(membership: Membership, finding: Finding) -> bool:
    """Answer what was handed up: the office that has it."""
    return finding.state == "handed_up" and has_it(membership, finding)


def may_withdraw(membership: Membership, finding: Finding) -> bool:
    """Take back what was listed by mistake, before it is answered: the unit from its own list, the office what was found by others."""
    if finding.state not in ("planning", "open", "handed_up"):
        return False
    return is_unit(membership, finding.case) if finding.source == "self" else is_office(membership, finding)


def may_verify(membership: Membership, finding: Finding) -> bool:
    """Strike it off."""
    return finding.state == "mended" and not verify_fault(membership, finding)


def may_send_back(membership: Membership, finding: Finding) -> bool:
    """Return what is said to be mended."""
    return finding.state == "mended" and is_office(membership, finding)


def may_reopen(membership: Membership, finding: Finding) -> bool:
    """Open again what was struck off."""
    return finding.state == "struck" and is_office(membership, finding)


def may_move_due(membership: Membership, finding: Finding) -> bool:
    """Set another day."""
    return finding.state in Finding.LIVE and is_office(membership, finding)


def may_urge(membership: Membership, finding: Finding) -> bool:
    """Supervise (督办) what is not mended; not an office above that has yet to answer."""
    above = finding.state == "handed_up" and not has_it(membership, finding)
    if above and not membership.org.contains(finding.org):
        return False
    return finding.state in Finding.DUE and is_office(membership, finding)


def may_decide(membership: Membership, finding: Finding) -> bool:
    """Decide about the proposal of 约谈: the office whose ledger it is."""
    proposed = finding.state in Finding.DUE and finding.level >= 3
    return proposed and membership.role in OFFICES and acts_for(membership, finding.owner)


def verify_fault(membership: Membership, finding: Finding) -> str:
    """Why the person behind a membership cannot verify what was mended; "" for nothing.

    It must be the office that verifies, or one above. Whoever wrote plan, progress or report is refused under every account of the
    person (``User.person``) and every membership; so is who holds, or has held since the problem was listed, any office at the unit,
    at the unit that mends it, or at what became of either.
    """
    if not is_office(membership, finding):
        return NOT_OFFICE.format(finding.office.name)
    person = accounts.accounts_of(membership.user)
    if finding.steps.filter(kind__in=Rectification.BY_FIXER, by__user__in=person).exists():
        return WROTE
    listed = timezone.localtime(finding.at).date()
    lasting = Q(until=None) | Q(
        until__gte=listed
    )  # one that ended on that very day too: it may have acted that morning
    held = Membership.objects.filter(lasting, user__in=person, since__lte=clock.today())
    fixers = {finding.responsible, finding.unit}
    for org in (one.org for one in held.select_related("org").order_by("pk")):
        if any(orgs.is_own(org, one) or orgs.is_own(one, org) for one in fixers):
            return OF_UNIT.format(org.name)
    return ""


_OFFICE, _FIXER = "核验单位督导室或其上级", "责任单位"
_SAME = tuple((state, state) for state in Finding.LIVE)
_MENDING = ("open", "answered", "returned")

ACTS: dict[type[Finding], tuple[Act, ...]] = {
    Finding: (
        Act("actions.note", "登记问题", (("", "open"), ("", "handed_up")), "本单位，项目进行中", may_note),
        Act(
            "ledger.raise_",
            "列入台账",
            (("", "planning"), ("", "open"), ("struck", "returned"), *_SAME),
            "督导组提交评定时，或上级督导室",
        ),
        Act("ledger.plan", "报送整改方案", (("planning", "open"),), _FIXER, may_plan),
        Act("ledger.return_plan", "退回整改方案", (("open", "planning"),), _OFFICE, may_return_plan),
        Act(
            "ledger.assign",
            "交办",
            (("handed_up", "answered"), *((state, state) for state in Finding.TO_MEND)),
            f"{_OFFICE}，已上报的由所报的督导室",
            may_assign,
        ),
        Act("ledger.progress", "报告进展", tuple((state, state) for state in _MENDING), _FIXER, may_progress),
        Act("ledger.report", "报告整改完成", tuple((state, "mended") for state in _MENDING), _FIXER, may_report),
        Act("ledger.strike", "核验销号", (("mended", "struck"),), f"{_OFFICE}，整改人员和责任单位、本单位人员除外", may_verify),
        Act("ledger.send_back", "退回整改", (("mended", "returned"),), _OFFICE, may_send_back),
        Act("ledger.reopen", "重新列入", (("struck", "returned"),), f"{_OFFICE}，或系统重新计算后", may_reopen),
        Act("climbing.decide", "研究约谈建议", tuple((state, state) for state in Finding.DUE), "台账单位督导室", may_decide),
        Act("ledger.move_due", "调整时限", _SAME, _OFFICE, may_move_due),
        Act("ledger.urge", "督办", tuple((state, state) for state in Finding.DUE), _OFFICE, may_urge),
        Act("climbing.climb", "逾期升级", tuple((state, state) for state in Finding.DUE), "系统，按日期"),
        Act(
            "actions.hand_up",
            "报上级协调",
            (*((state, "handed_up") for state in Finding.TO_MEND), ("handed_up", "handed_up")),
            f"{_FIXER}，已上报的由所报的督导室再上报",
            may_hand_up,
        ),
        Act("actions.answer", "答复", (("handed_up", "answered"),), "问题所报的上级督导室", may_answer),
        Act(
            "actions.withdraw",
            "撤销",
            (("planning", "withdrawn"), ("open", "withdrawn"), ("handed_up", "withdrawn")),
            "自查问题由本单位，其他由核验单位督导室，答复前",
            may_withdraw,
        ),
    )
}  # fmt: skip
