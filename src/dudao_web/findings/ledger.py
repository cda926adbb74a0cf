"""The way of a problem from the ledger to the strike-off (整改台账 → 销号): listed, planned, reported, verified by somebody else.

One act each, with its step, in the chain of the campaign, which may have ended. The same act again changes nothing. Steps are only
ever added. Not here: the unit's own list (``actions``), what the day does to what is overdue (``climbing``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from dudao.procedures.clocks import count
from dudao_web import clock
from dudao_web.campaigns import calendars, procedures
from dudao_web.campaigns.actions import locked as locked_case
from dudao_web.campaigns.models import Case
from dudao_web.evidence.models import Revision
from dudao_web.findings import answers, asking, faults, keeping, rules, striking
from dudao_web.findings.models import Finding, Rectification
from dudao_web.orgs.actions import Refused, record_many, wait_for_turn
from dudao_web.orgs.models import Kind, Membership, Org

NO_TEXT = "没有写{}。"


def due_for(case: Case, on: date) -> date | None:
    """The day by which the procedure wants problems mended that are listed on a day ("1个月内"); None where it names none."""
    for stage in procedures.load(case.campaign.procedure).stages:
        if stage.cases == "open_findings" and stage.due is not None and stage.due.kind == "within":
            return count(stage.due, on, calendars.known()).day
    return None


@transaction.atomic
def raise_(
    *,
    case: Case,
    by: Membership | None,
    text: str,
    source: str,
    indicator: str = "",
    clause: str = "",
    severity: str = "normal",
    disposition: str = "notice",
    measure: str = "",
    due: date | None = None,
    responsible: Org | None = None,
    office: Org,
    before: dict[str, Any] | None = None,
) -> Finding:
    """List what a team, an office or the computation found. Whether ``by`` may is for the caller to ask, as with a judgement.

    One that is listed already in the campaign is that row; one struck off there is opened again; one of an earlier year is linked. What
    is guided on the spot, or comes with its measure, needs no plan.
    """
    case = locked_case(case)
    text, measure, today = keeping.words(text), keeping.words(measure), clock.today()
    if not text:
        raise Refused("没有写问题。请写明是什么问题、在哪里。")
    if due is not None and due < today:
        raise Refused(f"整改时限 {due:%Y-%m-%d} 已经过去。请填今天或以后的日期。")
    due = due or due_for(case, today)
    before = before if before is not None else keeping.judged(case, source, indicator)
    same = keeping.same(case, indicator, text)
    if same is not None:
        return _again(keeping.one(same), by, text, source, due, before)
    fixer = responsible or case.unit
    row = keeping.listed(
        case,
        by,
        indicator=indicator,
        clause=clause,
        text=text,
        source=source,
        severity=severity,
        disposition=disposition,
        mendable=True,
        measure=measure,
        due=due,
        org=fixer,
        responsible=fixer,
        office=keeping.verifier(office, case.unit, fixer),
        state="open" if measure or disposition == "on_spot" else "planning",
        before=before,
    )
    step = keeping.step(row, "noted", by, measure, before=before)
    asking.ask([row])
    keeping.write(row, by, "findings.raise", step)
    return row


def _again(
    row: Finding, by: Membership | None, text: str, source: str, due: date | None, before: dict[str, Any]
) -> Finding:
    """A line that is there is found again. What the unit listed itself becomes the office's line when others find it too: the unit can
    then no longer take it back, and shows evidence from now on.
    """
    own = row.source == "self" and source != "self"
    row.source = source if own else row.source
    if row.state == "struck":
        return _reopened(row, by, text, due, before)
    if not own:
        return row
    row.disposition, row.due, row.before = "notice", due or row.due, before
    row.save(update_fields=["source", "disposition", "due", "before"])
    step = keeping.step(row, "noted", by, "", before=before)
    asking.ask([row])
    keeping.write(row, by, "findings.raise", step)
    return row


@transaction.atomic
def plan(*, finding: Finding, by: Membership, measure: str, due: date | None = None) -> Finding:
    """How and by when it will be mended. An earlier day than the office's may be named; a later one is the office's to set."""
    row, measure = keeping.one(finding), keeping.words(measure)
    if row.state == "open" and keeping.said(row, "plan", by, measure) and due in (None, row.due):
        return row
    if not rules.may_plan(by, row):
        raise keeping.changed(row)
    if not measure:
        raise Refused("没有写整改措施。请写明做什么、谁负责、分几步。")
    if due is not None and row.due is not None and due > row.due:
        raise Refused(f"计划完成日期不能晚于整改时限 {row.due:%Y-%m-%d}。需要延期的，请与核验单位联系。")
    if due is not None and due != row.due:
        keeping.not_over(due)
    said = {"due": row.due.isoformat() if row.due else None}
    row.state, row.measure, row.due = "open", measure, due or row.due
    row.save(update_fields=["state", "measure", "due"])
    step = keeping.step(row, "plan", by, measure, before=said)
    asking.ask([row])
    keeping.write(row, by, "findings.plan", step)
    return row


@transaction.atomic
def return_plan(*, finding: Finding, by: Membership, reason: str) -> Finding:
    """The plan will not do; the office's own day holds again."""
    row, reason = keeping.one(finding), keeping.words(reason)
    if row.state == "planning" and keeping.said(row, "plan_returned", by, reason):
        return row
    if not rules.may_return_plan(by, row):
        raise keeping.changed(row)
    if not reason:
        raise Refused("没有写退回的理由。请写明方案哪里不行、怎样改。")
    last = row.steps.filter(kind__in=("plan", "moved")).last()
    if last is not None and last.kind == "plan":
        due = last.before.get("due")
        row.due = date.fromisoformat(due) if due else None
    row.state = "planning"
    row.save(update_fields=["state", "due"])
    step = keeping.step(row, "plan_returned", by, reason)
    asking.ask([row], reason)
    keeping.write(row, by, "findings.return_plan", step)
    return row


@transaction.atomic
def assign(*, finding: Finding, by: Membership, responsible: Org, note: str) -> Finding:
    """Give it to another unit to mend (交办): a department, the county, or the unit itself again. Handed up, it is answered so."""
    row, note = keeping.one(finding), keeping.words(note)
    if row.responsible == responsible and keeping.said(row, "assigned", by, f"{responsible.name}：{note}"):
        return row
    if not rules.may_assign(by, row):
        raise keeping.changed(row)
    if not note:
        raise Refused(NO_TEXT.format("交办意见"))
    if fault := keeping.assign_fault(by, row, responsible):
        raise Refused(fault)
    up = row.state == "handed_up"
    if up:
        row.state, row.answer, row.answered_by = "answered", note, by
    elif row.responsible == responsible:
        raise Refused(f"这个问题已由“{responsible.name}”负责整改。请选其他单位。")
    if responsible.kind == Kind.DEPARTMENT:
        row.disposition = "coordinate"
    row.responsible = row.org = responsible
    row.office = keeping.verifier(row.office, row.unit, responsible)
    row.save()
    step = keeping.step(row, "assigned", by, f"{responsible.name}：{note}")
    asking.ask([row], note)
    if up:
        asking.resume(row)
    keeping.write(row, by, "findings.assign", step)
    return row


@transaction.atomic
def progress(*, finding: Finding, by: Membership, note: str) -> Finding:
    """How far it is; any number of times."""
    row, note = keeping.one(finding), keeping.words(note)
    if keeping.said(row, "progress", by, note):
        return row
    if not rules.may_progress(by, row):
        raise keeping.changed(row)
    if not note:
        raise Refused(NO_TEXT.format("进展情况"))
    step = keeping.step(row, "progress", by, note)
    keeping.write(row, by, "findings.progress", step)
    return row


@transaction.atomic
def report(
    *,
    finding: Finding,
    by: Membership,
    note: str,
    on: date,
    proofs: Sequence[Revision] = (),
    answer: Mapping[str, str] | None = None,
) -> Finding:
    """It is mended, ``on``: since when; with proofs and the figures of the indicator as they are now. The office is asked to verify."""
    row, note = keeping.one(finding), keeping.words(note)
    shown = [proof.pk for proof in proofs]
    if row.state == "mended" and keeping.said(row, "report", by, note, on=on, proofs=shown):
        return row
    if not rules.may_report(by, row):
        raise keeping.changed(row)
    if not note:
        raise Refused("没有写整改情况。请写明怎样改的。")
    if on > clock.today():
        raise Refused(f"完成日期 {on:%Y-%m-%d} 还没有到。请填今天或以前的日期。")
    if any(proof.proof.withdrawn or not striking.of_fixer(row, proof) for proof in proofs):
        raise Refused("佐证材料不是本单位的，或已撤下。请从本单位材料中选。")
    said = answers.checked(row, answer or {})
    row.state, row.note, row.mended_on, row.org = "mended", note, on, row.office
    row.proof = proofs[0].proof if proofs else None
    row.save(update_fields=["state", "note", "mended_on", "org", "proof"])
    step = keeping.step(row, "report", by, note, on, proofs=shown, answer=said)
    asking.ask([row])
    keeping.write(row, by, "findings.report", step)
    return row


@transaction.atomic
def strike(*, finding: Finding, by: Membership, method: str, note: str = "", on: date) -> Finding:
    """Verified and struck off (销号), by somebody else than who mended it: on material that is new, or seen on the spot."""
    row, note = keeping.one(finding), keeping.words(note)
    if row.state == "struck" and keeping.said(row, "struck", by, note, on=on, method=method):
        return row
    if row.state != "mended":
        raise keeping.changed(row)
    if fault := rules.verify_fault(by, row) or striking.fault(row, method, note, on):
        raise Refused(fault)
    last = striking.last_report(row)
    row.state, row.struck_at = "struck", clock.now()
    row.save(update_fields=["state", "struck_at"])
    Case.objects.filter(pk=row.case_id).update(stale=True)
    step = keeping.step(
        row, "struck", by, note, on, method=method, before=row.before, answer=last.answer if last else {}
    )
    asking.ask([row])
    keeping.write(row, by, "findings.strike", step)
    return row


@transaction.atomic
def send_back(*, finding: Finding, by: Membership, reason: str, due: date) -> Finding:
    """It is not mended: back to who mends it, with the reason and a new day."""
    row, reason = keeping.one(finding), keeping.words(reason)
    if row.state == "returned" and row.due == due and keeping.said(row, "returned", by, reason):
        return row
    if not rules.may_send_back(by, row):
        raise keeping.changed(row)
    if not reason:
        raise Refused("没有写退回的理由。请写明哪里没有整改到位、怎样改。")
    keeping.not_over(due)
    return _back(row, by, "findings.send_back", "returned", reason, due)


@transaction.atomic
def reopen(*, finding: Finding, by: Membership | None, reason: str, due: date | None = None) -> Finding:
    """What was struck off has fallen again within the campaign; ``by`` None: the computation shows it. Its steps stay as they are."""
    row, reason = keeping.one(finding), keeping.words(reason)
    if row.state == "returned" and keeping.said(row, "reopened", by, reason):
        return row
    if row.state != "struck" or (by is not None and not rules.may_reopen(by, row)):
        raise keeping.changed(row)
    if not reason:
        raise Refused(NO_TEXT.format("重新列入的理由"))
    if due is not None:
        keeping.not_over(due)
    return _reopened(row, by, reason, due or due_for(row.case, clock.today()), None)


def _reopened(
    row: Finding, by: Membership | None, text: str, due: date | None, before: dict[str, Any] | None
) -> Finding:
    row.struck_at, row.before = None, before or row.before
    due = due or (
        clock.today() + keeping.MONTH if row.due else None
    )  # what had a day has one again, or it would never climb
    return _back(row, by, "findings.reopen", "reopened", text, due)


def _back(
    row: Finding, by: Membership | None, action: str, kind: str, text: str, due: date | None
) -> Finding:
    row.state, row.org, row.due, row.level = "returned", row.responsible, due, 0
    row.save()
    step = keeping.step(row, kind, by, text, before=row.before if kind == "reopened" else {})
    asking.ask([row], text)
    keeping.write(row, by, action, step)
    return row


# --- several at once: all of them or none


def _each(
    findings: Iterable[Finding], by: Membership, fault: Callable[[Membership, Finding], str]
) -> list[Finding]:
    """The findings as they now are, held; Refused with every one that has a fault, by its number."""
    rows = keeping.held(findings)
    found = [f"{row.register_number}　{said}" for row in rows if (said := fault(by, row))]
    if found:
        raise Refused("\n".join(found))
    return rows


def _write_many(
    rows: Sequence[Finding], steps: Sequence[Rectification], by: Membership | None, action: str
) -> None:
    """One act for the findings of each campaign, with their steps."""
    chains: dict[str, list[Finding | Rectification]] = defaultdict(list)
    for row, step in zip(rows, steps, strict=True):
        chains[row.case.campaign.key] += [row, step]
    for chain in sorted(chains):
        record_many(by=by, action=action, objs=chains[chain], chain_name=chain)


@transaction.atomic
def strike_many(
    *, findings: Iterable[Finding], by: Membership, method: str, note: str = "", on: date
) -> list[Finding]:
    """Strike off several, an act each. All or none: what cannot be struck off is named with the reason."""
    rows, said, done = keeping.held(findings), [], []
    for chain in sorted({row.case.campaign.key for row in rows}):
        wait_for_turn(chain)  # of all of them, before the first act
    for row in rows:
        try:
            if row.state == "mended" and (fault := faults.strike(by, row)):
                raise Refused(fault)
            with transaction.atomic():
                done.append(strike(finding=row, by=by, method=method, note=note, on=on))
        except Refused as refusal:
            said.append(f"{row.register_number}　{refusal}")
    if said:
        raise Refused("\n".join(said))
    return done


@transaction.atomic
def move_due(*, findings: Iterable[Finding], by: Membership, due: date, reason: str) -> list[Finding]:
    """Another day for one or several; they begin to climb anew. Those that have it already are left."""
    reason = keeping.words(reason)
    rows = [row for row in _each(findings, by, faults.move) if row.due != due]
    if not rows:
        return []
    if not reason:
        raise Refused(NO_TEXT.format("调整时限的理由"))
    keeping.not_over(due)
    steps = []
    for row in rows:
        said = {"due": row.due.isoformat() if row.due else None}
        row.due, row.level = due, 0
        row.save(update_fields=["due", "level"])
        steps.append(keeping.step(row, "moved", by, reason, before=said, after={"due": due.isoformat()}))
    asking.moved(rows, due)
    _write_many(rows, steps, by, "findings.move_due")
    return rows


@transaction.atomic
def urge(*, findings: Iterable[Finding], by: Membership, note: str) -> list[Finding]:
    """Supervise (督办) one or several: who mends them reads it on the task. The same words again on the same day are one step."""
    note = keeping.words(note)
    today = clock.today()
    rows = [
        row for row in _each(findings, by, faults.urge) if not keeping.said(row, "urged", by, note, on=today)
    ]
    if not rows:
        return []
    if not note:
        raise Refused(NO_TEXT.format("督办意见"))
    steps = []
    for row in rows:
        if row.due is not None and row.due < today and row.level < 2:
            row.level = 2
            row.save(update_fields=["level"])
        steps.append(keeping.step(row, "urged", by, note))
    asking.ask(rows, f"督办：{note}")
    asking.supervised(rows)
    _write_many(rows, steps, by, "findings.urge")
    return rows
