"""A unit's own list of problems: note, hand up, answer, withdraw. One act each, with its step, in the chain of the campaign.

Whoever has a finding now is asked by a task to do its part. The same act with the same words again changes nothing; other words
about what is done already are refused, not dropped. Not here: plan, report, verification and strike-off (``ledger``).
"""

from datetime import date

from django.db import transaction

from dudao_web import clock
from dudao_web.campaigns.actions import locked as locked_case
from dudao_web.campaigns.models import Case
from dudao_web.findings import asking, keeping, rules
from dudao_web.findings.models import Finding
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Membership


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
    text, measure = keeping.words(text), keeping.words(measure)
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
    above = keeping.above(case.unit, case)
    if above is None and not mendable:
        raise Refused("本单位没有上级单位，问题须自行整改。")
    office = above or case.campaign.org
    row = keeping.listed(
        case,
        by,
        indicator=indicator,
        text=text,
        org=case.unit if mendable else office,
        responsible=case.unit,
        office=office,
        state="open" if mendable else "handed_up",
        **said,
    )
    steps = [keeping.step(row, "noted", by, measure if mendable else "")]
    if not mendable:
        steps.append(keeping.step(row, "handed_up", by, measure))
    asking.ask([row])
    keeping.write(row, by, "findings.note", *steps)
    return row


@transaction.atomic
def hand_up(*, finding: Finding, by: Membership, reason: str) -> Finding:
    """It cannot be mended here: the office above is asked to co-ordinate. That office may hand it on to the next one above."""
    row, reason = keeping.one(finding), keeping.words(reason)
    if row.state == "handed_up" and keeping.said(row, "handed_up", by, reason):
        return row
    if not rules.may_hand_up(by, row):
        raise keeping.changed(row)
    if not reason:
        raise Refused("没有写不能自行整改的原因。")
    above = keeping.above(row.org, row.case)
    if above is None:
        raise Refused("本单位没有上级单位，问题须在本级解决。")
    row.state, row.org, row.mendable, row.reason = "handed_up", above, False, reason
    row.save(update_fields=["state", "org", "mendable", "reason"])
    step = keeping.step(row, "handed_up", by, reason)
    asking.ask([row])
    keeping.write(row, by, "findings.hand_up", step)
    return row


@transaction.atomic
def answer(*, finding: Finding, by: Membership, text: str) -> Finding:
    """The office that has it says how it is solved or by whom; the unit then mends it or hands it up once more."""
    row, text = keeping.one(finding), keeping.words(text)
    if row.state == "answered" and keeping.said(row, "answered", by, text):
        return row
    if not rules.may_answer(by, row):
        raise keeping.changed(row)
    if not text:
        raise Refused("没有写答复。请写明由谁、怎样、何时解决。")
    row.state, row.org, row.answer, row.answered_by = "answered", row.responsible, text, by
    row.save(update_fields=["state", "org", "answer", "answered_by"])
    step = keeping.step(row, "answered", by, text)
    asking.ask([row])
    asking.resume(row)
    keeping.write(row, by, "findings.answer", step)
    return row


@transaction.atomic
def withdraw(*, finding: Finding, by: Membership, reason: str = "") -> Finding:
    """Take back what was listed by mistake; it stays on record. An office says why."""
    row, reason = keeping.one(finding), keeping.words(reason)
    if row.state == "withdrawn":
        return row
    if not rules.may_withdraw(by, row):
        raise keeping.changed(row)
    if row.steps.filter(kind="reopened").exists():
        raise Refused("重新列入的问题不能撤销。请整改后报告，由核验单位核验。")
    if row.source != "self":
        # else who mends it would take back what it cannot strike off
        if fault := rules.verify_fault(by, row):
            raise Refused(fault)
        if not reason:
            raise Refused("没有写撤销的理由。")
    row.state = "withdrawn"
    row.save(update_fields=["state"])
    step = keeping.step(row, "withdrawn", by, reason)
    asking.nobody(row)
    keeping.write(row, by, "findings.withdraw", step)
    return row
