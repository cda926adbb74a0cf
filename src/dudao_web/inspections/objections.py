"""Every change of objections (申辩): file, withdraw, answer, read the answer, end the time for them.

An objection freezes the judgements that it stands against, with their hashes. Nothing of them is ever changed: what the office judges
otherwise is a new judgement of the same source beside the original, which stays. A judgement is objected to once; its answer stands.
Who judged does not answer: neither a member of the team nor the same person under another account.

Where the procedure states no days the time runs until the office ends it (``end``); where it does, the office cannot make it shorter.
Not here: the problem that came from an item judged otherwise (``findings``), what was fed back (``scoring``).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse

from dudao.standards.model import Indicator, Points
from dudao_web import clock
from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns import queries, walking
from dudao_web.campaigns import rules as campaign_rules
from dudao_web.campaigns.actions import Answered
from dudao_web.campaigns.models import Case, Judgement, StageDate, content
from dudao_web.evidence.models import File
from dudao_web.findings import actions as ledger
from dudao_web.findings import rules as ledger_rules
from dudao_web.findings.models import Finding
from dudao_web.inspections import recusal, rules, scales, scoring
from dudao_web.inspections.models import Objection, Sheet
from dudao_web.orgs import chain
from dudao_web.orgs.actions import Refused, object_key, record, record_many
from dudao_web.orgs.models import Membership
from dudao_web.standards import queries as standards
from dudao_web.tasks import actions as tasks

TO_ANSWER, ANSWERED = "inspections.objection", "inspections.objection_answered"  # kinds of tasks
FROZEN = ("value", "points", "note", "answer")
PREFIX = "申辩后改判："
HOLDS = ("met", "A")  # an item from which no problem follows
LONGEST = 2000  # of a step of a problem


def _locked_sheet(sheet: Sheet) -> Sheet:
    """As it now is, held: first its campaign, as by all acts of a stage, then the sheet alone; then read with the rows around it."""
    walking.hold(Case.objects.filter(sheets=sheet.pk).values_list("campaign", flat=True))
    Sheet.objects.select_for_update().get(pk=sheet.pk)
    rows = Sheet.objects.select_related("case__campaign", "case__unit__parent", "case__version", "team")
    return rows.select_related("place__stage__campaign", "place__org__parent").get(pk=sheet.pk)


def _locked(objection: Objection) -> Objection:
    """As it now is; the sheet is locked first, by all alike, so that of two acts about it one comes after the other."""
    sheet = _locked_sheet(Objection.objects.select_related("sheet").get(pk=objection.pk).sheet)
    row = Objection.objects.select_for_update().get(pk=objection.pk)
    row.sheet = sheet
    return row


def _record(by: Membership, action: str, objection: Objection, data: dict[str, Any] | None = None) -> None:
    chain_name = objection.sheet.case.campaign.key
    record(by=by, action=action, obj=objection, data=data, chain_name=chain_name)


def not_now(sheet: Sheet) -> str:
    """Why no objection can be filed about a sheet now, "" where one can."""
    if sheet.case.campaign.state != "running":
        return f"“{sheet.case.campaign.title}”{sheet.case.campaign.get_state_display()}，不能再提出申辩。"
    if sheet.state != "submitted":
        return "评定还没有反馈，不能提出申辩。"
    if sheet.objections_until is not None and clock.today() > sheet.objections_until:
        return f"申辩截止 {sheet.objections_until:%Y-%m-%d}，已经过去，不能再提出申辩。"
    if sheet.objections_closed_at is not None:
        return "督导室已结束申辩，不能再提出申辩。"
    return ""


def open_to(sheet: Sheet) -> dict[str, Judgement]:
    """The judgements of a sheet that can be objected to, by indicator: those about which none was answered."""
    answered = {code for row in sheet.objections.filter(state="answered") for code in row.frozen}
    found = queries.judgements(sheet.case, sheet.source)
    return {code: row for code, row in found.items() if code not in answered}


@transaction.atomic
def file(
    *, sheet: Sheet, by: Membership, text: str, indicators: Sequence[str], file: File | None = None
) -> Objection:
    """The unit objects to judgements of a sheet, within the time. The same again is the one that waits; another while it waits is refused."""
    sheet, text = _locked_sheet(sheet), text.strip()
    if not campaign_rules.is_unit(by, sheet.case):
        raise Refused("申辩由被督导单位提出。")
    waiting = sheet.objections.filter(state="filed").first()
    if waiting is not None:
        if (waiting.text, set(waiting.frozen), waiting.file) == (text, set(indicators), file):
            return waiting
        raise Refused("已有一份申辩等待答复。要改的，请先撤回再提出。")
    fault = not_now(sheet)
    if fault:
        raise Refused(fault)
    if not text:
        raise Refused("没有写申辩理由。请写明哪一项、为什么、有什么依据。")
    if not indicators:
        raise Refused("没有选所针对的项目。请至少选一项。")
    offered = open_to(sheet)
    unknown = [code for code in indicators if code not in offered]
    if unknown:
        raise Refused(f"指标 {unknown[0]} 不在这次评定中，或已答复过申辩，不能再提出。请去掉这一项。")
    frozen = {code: _frozen(row) for code, row in offered.items() if code in indicators}
    row = Objection.objects.create(
        sheet=sheet,
        text=text,
        frozen=frozen,
        sha256=chain.digest(frozen),
        file=file,
        by=by,
        at=clock.now(),
    )
    _record(by, "inspections.object", row)
    _ask_office(row)
    return row


def _frozen(row: Judgement) -> dict[str, Any]:
    """A judgement as it stands, with its hash."""
    said = content(row)
    return {"judgement": row.pk, **{name: said[name] for name in FROZEN}, "sha256": chain.digest(said)}


def _ask_office(objection: Objection) -> None:
    """Ask the office that keeps the stage to answer; no law says by when."""
    sheet = objection.sheet
    org, role = walking.office_of(sheet.place.org)
    tasks.ask(
        org=org,
        role=role,
        kind=TO_ANSWER,
        object=object_key(objection),
        title=f"答复申辩：{sheet.case.unit.name}",
        about=sheet.case.campaign.title,
        asked_by=sheet.case.unit,
        href=_page(objection),
    )


def _page(objection: Objection) -> str:
    return reverse("inspections:objection", args=(objection.pk,))


@transaction.atomic
def withdraw(*, objection: Objection, by: Membership) -> Objection:
    """The unit takes its objection back before the answer; it stays readable."""
    row = _locked(objection)
    if row.state == "withdrawn":
        return row
    if not rules.may_withdraw_objection(by, row):
        raise Refused("申辩已经答复，或不是本单位提出的，不能撤回。")
    row.state = "withdrawn"
    row.save(update_fields=["state"])
    _record(by, "inspections.withdraw_objection", row)
    tasks.withdraw(kind=TO_ANSWER, object=object_key(row))
    return row


@transaction.atomic
def answer(
    *,
    objection: Objection,
    by: Membership,
    result: str,
    answer: str,
    changed: Mapping[str, Answered],
    findings: Iterable[Finding] = (),
) -> Objection:
    """The office answers with reasons. ``changed``: what it judges otherwise, by indicator; the note is the reason (that of the answer where
    it has none). Each becomes a judgement of the sheet's source beside the original. ``findings``: problems listed from items that hold
    after all; they are withdrawn with the same reason.
    """
    row, answer = _locked(objection), answer.strip()
    told = {code: _told(one, answer) for code, one in changed.items()}
    if row.state == "answered" and (row.result, row.answer, row.changed) == (result, answer, told):
        return row
    if row.state != "filed":
        raise Refused(f"这份申辩{row.get_state_display()}，不能再答复。请刷新后再看。")
    if rules.of_team(by, row.sheet.team):
        raise Refused("本人是或曾是评分的督导组成员，不能答复申辩。请由督导室其他人员答复。")
    if not rules.may_answer(by, row):
        raise Refused("申辩由承办这个阶段的督导室答复。")
    if barred := recusal.why(by.user, row.sheet.case.unit, clock.today()):
        raise Refused(f"{barred}请由督导室其他人员答复。")
    gone = list(findings)
    fault = _fault(row, result, answer, changed) or _kept_fault(row, changed, gone)
    if fault:
        raise Refused(fault)
    row.state, row.result, row.answer, row.changed = "answered", result, answer, told
    row.answered_by, row.answered_at = by, clock.now()
    row.save(update_fields=["state", "result", "answer", "changed", "answered_by", "answered_at"])
    if changed:
        campaigns.judge(
            case=row.sheet.case,
            by=by,
            source=row.sheet.source,
            answered=[_judged(row, code, told[code], one) for code, one in changed.items()],
        )
    for one in gone:
        ledger.withdraw(finding=one, by=by, reason=f"{PREFIX}{told[one.indicator]['reason']}"[:LONGEST])
    _record(by, "inspections.answer_objection", row)
    tasks.done(kind=TO_ANSWER, object=object_key(row))
    _tell_unit(row)
    return row


def _told(one: Answered, answer: str) -> dict[str, str | None]:
    points = None if one.points is None else str(one.points.quantize(campaigns.POINTS))
    return {"value": one.value, "points": points, "reason": one.note.strip() or answer}


def _judged(row: Objection, code: str, told: dict[str, str | None], one: Answered) -> Answered:
    """The judgement beside the original: what the unit or the team filled in stays as it was."""
    return Answered(
        indicator=code,
        value=one.value,
        points=one.points,
        answer=row.frozen[code]["answer"],
        note=f"{PREFIX}{told['reason']}",
    )


def _fault(row: Objection, result: str, answer: str, changed: Mapping[str, Answered]) -> str:
    """Why an answer cannot stand, and how to mend it; "" for nothing."""
    if result not in Objection.RESULTS:
        return "没有选答复结果。请选“采纳”“部分采纳”或“不采纳”。"
    if not answer:
        return "没有写答复理由。采纳和不采纳都要写明理由。"
    if changed and row.sheet.case.campaign.state != "running":
        return f"“{row.sheet.case.campaign.title}”已不在进行中，不能再改判，只能答复“不采纳”。"
    if any(code not in row.frozen for code in changed):
        return "改判的项目不在这份申辩中。请只改申辩所针对的项目。"
    left = [code for code in row.frozen if code not in changed]
    if result == "upheld" and left:
        return f"“采纳”须改判申辩的每一项，{'、'.join(left)}没有改。请改判，或答复“部分采纳”。"
    if result == "partly" and not changed:
        return "“部分采纳”须至少改判一项。请改判，或答复“不采纳”。"
    if result == "rejected" and changed:
        return "“不采纳”不改判。请去掉改判的项目，或答复“采纳”“部分采纳”。"
    current = queries.judgements(row.sheet.case, row.sheet.source)
    indicators = {one.code: one for one in standards.load(row.sheet.case.version).indicators}
    for code, one in changed.items():
        if code not in current or current[code].pk != row.frozen[code]["judgement"]:
            return f"{code} 在提出申辩后又有评定，不能在这里改判。请核对后答复“不采纳”或“部分采纳”。"
        fault = value_fault(indicators[code], one)
        if fault:
            return fault
        if (current[code].value, current[code].points) == (one.value, one.points):
            return f"{code} 改判后与原判定相同。请改成别的判定，或去掉这一项。"
    return ""


def may_go(objection: Objection, by: Membership) -> dict[str, list[Finding]]:
    """The problems of the ledger that came from the items objected to and could still be withdrawn, by indicator."""
    rows = Finding.objects.filter(
        case=objection.sheet.case, source=objection.sheet.source, indicator__in=list(objection.frozen)
    ).select_related("case__campaign", "office")
    found: dict[str, list[Finding]] = {}
    for row in rows.order_by("number"):
        if ledger_rules.may_withdraw(by, row):
            found.setdefault(row.indicator, []).append(row)
    return found


def _kept_fault(row: Objection, changed: Mapping[str, Answered], findings: Sequence[Finding]) -> str:
    """Why a problem cannot be withdrawn with the answer: it came from another item, or the item does not hold now either."""
    for one in findings:
        if (one.case_id, one.source) != (row.sheet.case_id, row.sheet.source):
            return "要撤销的问题不是这次评定列入的。请去掉。"
        if one.indicator not in changed or changed[one.indicator].value not in HOLDS:
            return f"问题 {one.register_number} 所在的 {one.indicator} 没有改判为达标，不能撤销。请去掉这个问题。"
    return ""


def value_fault(indicator: Indicator, one: Answered) -> str:
    """Why an item cannot be judged so: one of its choices, or points within its limits."""
    if not isinstance(indicator.rule, Points):
        known = one.value in dict(scales.choices(indicator)) and one.points is None
        return "" if known else f"{indicator.code} 的改判不在可选的判定中。请重新选择。"
    most, points = indicator.rule.most, one.points
    if one.value != scales.POINTED or points is None or not points.is_finite() or not 0 <= points <= most:
        return f"{indicator.code} 改判后的得分应为 0 至 {most:f} 之间的数。请改正。"
    return ""


def _tell_unit(objection: Objection) -> None:
    """Tell the unit that its objection is answered; the task ends when it says that it has read the answer."""
    case = objection.sheet.case
    org, role = scoring.unit_office(case.unit)
    tasks.ask(
        org=org,
        role=role,
        kind=ANSWERED,
        object=object_key(objection),
        title=f"申辩已答复：{objection.get_result_display()}",
        about=case.campaign.title,
        asked_by=objection.sheet.place.org,
        href=_page(objection),
    )


@transaction.atomic
def read_answer(*, objection: Objection, by: Membership) -> Objection:
    """The unit has read the answer: its task is over."""
    row = _locked(objection)
    if row.state != "answered" or not campaign_rules.is_unit(by, row.sheet.case):
        raise Refused("申辩还没有答复，或不是本单位提出的。")
    if tasks.done(kind=ANSWERED, object=object_key(row)):
        _record(by, "inspections.read_answer", row)
    return row


@transaction.atomic
def end(*, place: StageDate, by: Membership) -> list[Sheet]:
    """The office ends the time for objections about what was fed back so far, where the procedure states no days. The sheets ended with it."""
    walking.hold([place.stage.campaign_id])
    place = StageDate.objects.select_related("stage__campaign", "org__parent").get(pk=place.pk)
    rows = Sheet.objects.filter(
        place=place, state="submitted", objections_until=None, objections_closed_at=None
    )
    list(rows.order_by("pk").select_for_update().values_list("pk"))
    if not rules.may_end_objections(by, place):
        raise Refused("项目已不在进行中，或这个阶段不由本单位办理。")
    found = list(rows.order_by("pk"))
    if not found:
        return []
    Sheet.objects.filter(pk__in=[one.pk for one in found]).update(objections_closed_at=clock.now())
    record_many(
        by=by,
        action="inspections.end_objections",
        objs=found,
        data={"sheets": len(found)},
        chain_name=place.stage.campaign.key,
    )
    return found
