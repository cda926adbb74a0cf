"""Every change of findings: note, mend, hand up, answer, withdraw. One act each, in the chain of the campaign.

Whoever has a finding now is asked by a task to do its part. The same act with the same words again changes nothing; other words
about what is done already are refused, not dropped.
"""

from datetime import date

from django.db import transaction
from django.urls import reverse

from dudao_web import clock
from dudao_web.campaigns import walking
from dudao_web.campaigns.actions import locked as locked_case
from dudao_web.campaigns.models import Case
from dudao_web.evidence.models import Proof
from dudao_web.findings import queries, rules
from dudao_web.findings.models import Finding
from dudao_web.orgs.actions import Refused, object_key, record
from dudao_web.orgs.models import ROLE_KINDS, Membership, Org, Role
from dudao_web.tasks import actions as tasks

MEND, ANSWER = "findings.mend", "findings.answer"  # kinds of the tasks of the unit, and of the office above
CHANGED = "这个问题的状态已经变动，现在是“{}”。请刷新后再看。"


def _locked(finding: Finding) -> Finding:
    rows = Finding.objects.select_for_update(of=("self",)).select_related(
        "case__campaign__org", "case__unit__parent", "case__district__parent", "unit", "org__parent"
    )
    return rows.get(pk=finding.pk)


def _record(by: Membership, verb: str, finding: Finding, text: str) -> None:
    """``text``: what was written this time; a later round takes its place in the row."""
    data = {"text": text} if text else None
    chain = finding.case.campaign.key
    record(by=by, action=f"{queries.APP}.{verb}", obj=finding, data=data, chain_name=chain)


@transaction.atomic
def note(
    *,
    case: Case,
    by: Membership,
    text: str,
    indicator: str = "",
    mendable: bool,
    measure: str = "",
    due: date | None = None,
) -> Finding:
    """Write a problem into the unit's list. One that cannot be mended here (``measure`` then says why) goes straight to the inbox of
    the office above.
    """
    case = locked_case(case)
    text, measure = text.strip(), measure.strip()
    if not rules.may_note(by, case):
        raise Refused("问题清单由本单位填写，项目须在进行中。")
    if not text:
        raise Refused("没有写问题。请写明是什么问题、在哪里。")
    if not measure:
        raise Refused("没有写整改措施。请写明怎样改，不能自行整改的写明原因。")
    said = {"mendable": mendable, "measure" if mendable else "reason": measure, "due": due}
    same = case.findings.filter(indicator=indicator, text=text, state__in=Finding.LIVE).first()
    if same is not None:
        if any(getattr(same, name) != value for name, value in said.items()):
            raise Refused(
                f"这个问题已登记为第 {same.number} 个，整改的内容与此不同。请在那里办理，或先撤销。"
            )
        return same
    if due is not None and due < clock.today():
        raise Refused(f"整改时限 {due:%Y-%m-%d} 已经过去。请填今天或以后的日期。")
    last = case.findings.order_by("-number").values_list("number", flat=True).first()
    row = Finding.objects.create(
        case=case,
        unit=case.unit,
        org=case.unit if mendable else _above(case),
        number=(last or 0) + 1,
        indicator=indicator,
        text=text,
        state="open" if mendable else "handed_up",
        by=by,
        at=clock.now(),
        **said,
    )
    _record(by, "note", row, measure)
    _ask(row)
    return row


def _above(case: Case) -> Org:
    """Who a unit hands up to: its district; a county the office that launched the campaign, or where it did so itself its parent."""
    for org in (case.district, case.campaign.org, case.unit.parent):
        if org is not None and org.pk != case.unit_id:
            return org
    raise Refused("本单位没有上级单位，问题须自行整改。")


def _ask(finding: Finding) -> None:
    """Ask whoever has it now: the unit to mend it, the office above to answer. What was asked before is over."""
    up = finding.state == "handed_up"
    tasks.done(kind=MEND if up else ANSWER, object=object_key(finding))
    fills_in = finding.org.kind in ROLE_KINDS[Role.SCHOOL]
    org, role = (finding.org, Role.SCHOOL) if fills_in else walking.office_of(finding.org)
    title = {"open": "整改", "handed_up": "协调解决", "answered": "按答复整改"}[finding.state]
    tasks.ask(
        org=org,
        role=role,
        kind=ANSWER if up else MEND,
        object=object_key(finding),
        title=f"{title}：{finding.text}",
        about=finding.case.campaign.title,
        asked_by=finding.unit if up else finding.answered_by.org if finding.answered_by else None,
        href=reverse("findings:finding", args=(finding.pk,)),
        due=finding.due,
        note=finding.reason if up else finding.answer,
    )


@transaction.atomic
def mend(*, finding: Finding, by: Membership, note: str, on: date, proof: Proof | None = None) -> Finding:
    """The unit has mended it; ``on``: since when. With a proof where there is one."""
    finding, note = _locked(finding), note.strip()
    if finding.state == "mended" and (finding.note, finding.mended_on, finding.proof) == (note, on, proof):
        return finding
    if not rules.may_mend(by, finding):
        raise Refused(CHANGED.format(finding.get_state_display()))
    if not note:
        raise Refused("没有写整改情况。请写明怎样改的。")
    if on > clock.today():
        raise Refused(f"完成日期 {on:%Y-%m-%d} 还没有到。请填今天或以前的日期。")
    if proof is not None and (proof.org_id != finding.unit_id or proof.withdrawn):
        raise Refused("佐证材料不是本单位的，或已撤下。请从本单位材料中选。")
    finding.state, finding.note, finding.mended_on, finding.proof = "mended", note, on, proof
    finding.save(update_fields=["state", "note", "mended_on", "proof"])
    _record(by, "mend", finding, note)
    tasks.done(kind=MEND, object=object_key(finding))
    return finding


@transaction.atomic
def hand_up(*, finding: Finding, by: Membership, reason: str) -> Finding:
    """It cannot be mended here: the office above is asked to co-ordinate."""
    finding, reason = _locked(finding), reason.strip()
    if finding.state == "handed_up" and finding.reason == reason:
        return finding
    if not rules.may_hand_up(by, finding):
        raise Refused(CHANGED.format(finding.get_state_display()))
    if not reason:
        raise Refused("没有写不能自行整改的原因。")
    finding.state, finding.org, finding.mendable = "handed_up", _above(finding.case), False
    finding.reason = reason
    finding.save(update_fields=["state", "org", "mendable", "reason"])
    _record(by, "hand_up", finding, reason)
    _ask(finding)
    return finding


@transaction.atomic
def answer(*, finding: Finding, by: Membership, text: str) -> Finding:
    """The office that has it says how it is solved or by whom; the unit then mends it or hands it up once more."""
    finding, text = _locked(finding), text.strip()
    if finding.state == "answered" and (finding.answer, finding.answered_by_id) == (text, by.pk):
        return finding
    if not rules.may_answer(by, finding):
        raise Refused(CHANGED.format(finding.get_state_display()))
    if not text:
        raise Refused("没有写答复。请写明由谁、怎样、何时解决。")
    finding.state, finding.org = "answered", finding.unit
    finding.answer, finding.answered_by = text, by
    finding.save(update_fields=["state", "org", "answer", "answered_by"])
    _record(by, "answer", finding, text)
    _ask(finding)
    return finding


@transaction.atomic
def withdraw(*, finding: Finding, by: Membership) -> Finding:
    """Take back what was noted by mistake; it stays on record."""
    finding = _locked(finding)
    if finding.state == "withdrawn":
        return finding
    if not rules.may_withdraw(by, finding):
        raise Refused(CHANGED.format(finding.get_state_display()))
    finding.state = "withdrawn"
    finding.save(update_fields=["state"])
    _record(by, "withdraw", finding, "")
    for kind in (MEND, ANSWER):
        tasks.withdraw(kind=kind, object=object_key(finding))
    return finding
