"""What units and offices do with cases: hand in, approve, return, unlock, sign, judge. Launching is in ``launching``, stages in ``closing``.

Keyword-only, one transaction and one act each; the case is locked and looked at again before it moves, so that of two acts at the
same time one is refused. What moves cases holds their campaign first (``walking.hold``). Every act stands in the campaign's own chain.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from dudao_web import clock
from dudao_web.campaigns import queries, rules, walking
from dudao_web.campaigns.models import Approval, Case, HandIn, Judgement, Opinion
from dudao_web.campaigns.models import content as content_of
from dudao_web.orgs import chain
from dudao_web.orgs.actions import Refused, record, record_many
from dudao_web.orgs.models import Membership
from dudao_web.standards import queries as standards

POINTS = Decimal("0.001")  # as the column keeps them


@dataclass(frozen=True, slots=True)
class Answered:
    """One indicator as a unit answers it; the fields are those of a Judgement."""

    indicator: str
    value: str
    points: Decimal | None = None
    answer: Mapping[str, str] | None = None
    note: str = ""


def locked(case: Case, *, moves: bool = False) -> Case:
    """The case as it is now, held until the transaction ends; ``moves``: for an act that takes it to another stage."""
    if moves:
        walking.hold([case.campaign_id])
    (found,) = walking.held([case.pk])
    return found


@transaction.atomic
def begin(*, case: Case, by: Membership) -> Case:
    """The unit has begun to fill in. A case that is begun stays as it is."""
    case = locked(case)
    if case.state == "todo" and rules.may_fill(by, case):
        case.state = "draft"
        case.save(update_fields=["state"])
        record(by=by, action="campaigns.begin", obj=case, chain_name=case.campaign.key)
    return case


@transaction.atomic
def hand_in(
    *, case: Case, by: Membership, answered: Sequence[Answered], report: str = "", content: str = ""
) -> HandIn:
    """The unit hands in: what it answers otherwise than before becomes new judgements, and the case goes on. ``content``: hash of the
    returns, where it is these that are handed in.
    """
    case = locked(case, moves=True)
    if not rules.may_fill(by, case):
        raise Refused(_why_not(case))
    place, today = case.place, clock.today()
    if place.opens is not None and today < place.opens:
        raise Refused(f"“{place.stage.title}”从 {place.opens:%Y-%m-%d} 开始，现在还不能提交。请到时再提交。")
    last = case.hand_ins.last()
    now = clock.now()
    row = HandIn(
        case=case,
        place=place,
        number=last.number + 1 if last else 1,
        report=report,
        content=content,
        late=walking.today_late(place, case),
        by=by,
        at=now,
    )
    fresh = _judgements(case, by, answered, now)
    row.count, row.sha256 = len(fresh), chain.digest([content_of(one) for one in fresh])
    row.marks = {one.indicator: chain.digest(content_of(one))[:16] for one in fresh}
    row.save(force_insert=True)
    names = [one.indicator for one in fresh]
    Judgement.objects.filter(case=case, source="self", superseded=False, indicator__in=names).update(
        superseded=True
    )
    for one in fresh:
        one.hand_in = row
    Judgement.objects.bulk_create(fresh)
    case.state, case.submitted_at, case.unlock = "submitted", now, ""
    walking.onward(case, queries.route(case))
    case.save()
    data = {"count": row.count, "sha256": row.sha256, "number": row.number}
    record_many(by=by, action="campaigns.hand_in", objs=[row, case], data=data, chain_name=case.campaign.key)
    walking.ask_units([case])
    walking.ask_places([case.place])
    if place.stage.inspector:
        walking.ask_inspectors([case], "campaigns:case")
    return row


def _why_not(case: Case) -> str:
    if case.campaign.state != "running":
        return f"“{case.campaign.title}”{case.campaign.get_state_display()}，不能再提交。"
    if case.state in ("submitted", "approved"):
        return "已经提交，等待审核，不能再改。要修改的，请申请退回修改。"
    return f"现在是“{case.place.stage.title}”阶段，还不能提交。"


def _judgements(case: Case, by: Membership, answered: Iterable[Answered], now: datetime) -> list[Judgement]:
    """Rows (not saved) for the answers that differ from what stands."""
    present = queries.judgements(case)
    rows = [_judgement(case, by, "self", one, now) for one in answered]
    said = queries.said
    return [row for row in rows if row.indicator not in present or said(row) != said(present[row.indicator])]


def _judgement(case: Case, by: Membership | None, source: str, one: Answered, now: datetime) -> Judgement:
    return Judgement(
        case=case,
        indicator=one.indicator,
        source=source,
        value=one.value,
        points=one.points.quantize(POINTS) if one.points is not None else None,
        answer=dict(one.answer or {}),
        note=one.note,
        scorer=by,
        at=now,
    )


@transaction.atomic
def approve(*, cases: Iterable[Case], by: Membership) -> int:
    """The office approves what waits for it, one unit or many: one act. Those that no longer wait are left; how many were approved.
    Whoever had asked to change it may ask again.
    """
    given_in = list(cases)
    walking.hold({case.campaign_id for case in given_in})
    rows = walking.held([case.pk for case in given_in])
    waiting = [case for case in rows if rules.may_decide(by, case)]
    if not waiting:
        return 0
    if len({case.campaign_id for case in waiting}) > 1:
        raise Refused("一次只能审核同一督导项目的单位。请分项目审核。")
    campaign, now = waiting[0].campaign, clock.now()
    last = {
        row.case_id: row
        for row in HandIn.objects.filter(case__in=[case.pk for case in waiting]).order_by("number")
    }
    given = [
        Approval(case=case, hand_in=last[case.pk], place=case.place, result="approved", by=by, at=now)
        for case in waiting
    ]
    Approval.objects.bulk_create(given)
    ways = queries.routes(campaign, list({case.district_id: case.district for case in waiting}.values()))
    left = [case.place for case in waiting]
    for case in waiting:
        case.state, case.approved_at, case.unlock, case.stale = "approved", now, "", True
        walking.onward(case, ways[case.district_id])
    Case.objects.bulk_update(waiting, ["state", "approved_at", "unlock", "stale", "place", "done", "due"])
    record_many(
        by=by,
        action="campaigns.approve",
        objs=[*given, *waiting],
        data={"count": len(waiting)},
        chain_name=campaign.key,
    )
    walking.ask_units(waiting)
    walking.ask_places([*left, *(case.place for case in waiting)])
    walking.unlock_decided(waiting)
    return len(waiting)


@transaction.atomic
def send_back(*, case: Case, by: Membership, reason: str, due: date | None = None) -> Approval:
    """The office returns what waits for it, with reasons and a date: it is the unit's turn again."""
    case = locked(case, moves=True)
    if not rules.may_decide(by, case):
        raise Refused("这个单位的提交已经办理，或不在本单位审核。请刷新后再看。")
    if not reason.strip():
        raise Refused("没有写退回的理由。请写明哪一项、为什么、怎样改。")
    _yet_to_come(due)
    return _reopen(case, by, "returned", reason.strip(), due)


@transaction.atomic
def ask_unlock(*, case: Case, by: Membership, reason: str) -> None:
    """The unit asks to change what it handed in; the office that has it, or approved it last, decides."""
    case = locked(case)
    if not rules.may_ask_unlock(by, case):
        raise Refused("现在不能申请修改：还没有提交，或已经申请，或项目已办结。")
    if not reason.strip():
        raise Refused("没有写申请修改的理由。请写明要改哪一项、为什么。")
    case.unlock = reason.strip()
    case.save(update_fields=["unlock"])
    record(
        by=by,
        action="campaigns.ask_unlock",
        obj=case,
        data={"reason": case.unlock},
        chain_name=case.campaign.key,
    )
    walking.ask_unlock(case, queries.decider(case))


@transaction.atomic
def unlock(*, case: Case, by: Membership, reason: str = "", due: date | None = None) -> Approval:
    """Let the unit change what it handed in; what was approved before stays on record and the change is shown against it."""
    case = locked(case, moves=True)
    if not rules.may_unlock(by, case, queries.decider(case)):
        raise Refused("这个单位现在不能解锁：没有提交，或不由本单位审核。")
    if not (reason.strip() or case.unlock):
        raise Refused("这个单位没有申请修改。要主动退回的，请写明理由。")
    _yet_to_come(due)
    return _reopen(case, by, "unlocked", reason.strip() or case.unlock, due)


@transaction.atomic
def decline_unlock(*, case: Case, by: Membership, reason: str) -> Approval:
    """Refuse the change that the unit asked for, with the reason."""
    case = locked(case)
    if not case.unlock or not rules.may_unlock(by, case, queries.decider(case)):
        raise Refused("这个单位没有待办的修改申请。请刷新后再看。")
    if not reason.strip():
        raise Refused("没有写不同意的理由。")
    case.unlock = ""
    case.save(update_fields=["unlock"])
    given = _approval(case, by, "declined", reason.strip(), None)
    record_many(by=by, action="campaigns.decline_unlock", objs=[given, case], chain_name=case.campaign.key)
    walking.unlock_decided([case])
    return given


def _approval(case: Case, by: Membership, result: str, reason: str, due: date | None) -> Approval:
    last = case.hand_ins.last()
    assert last is not None  # only what was handed in is decided about
    return Approval.objects.create(
        case=case,
        hand_in=last,
        place=case.place,
        result=result,
        reason=reason,
        due=due,
        by=by,
        at=clock.now(),
    )


def _yet_to_come(due: date | None) -> None:
    """Refuse a day that is over."""
    if due is not None and due < clock.today():
        raise Refused(f"重报截止 {due:%Y-%m-%d} 已经过去。请填今天或以后的日期。")


def _reopen(case: Case, by: Membership, result: str, reason: str, due: date | None) -> Approval:
    given = _approval(case, by, result, reason, due)
    left = case.place
    walking.back(case, queries.route(case))
    case.due, case.unlock = due, ""
    case.save()
    action = "campaigns.send_back" if result == "returned" else "campaigns.unlock"
    data = {"reason": reason, "due": due}
    record_many(by=by, action=action, objs=[given, case], data=data, chain_name=case.campaign.key)
    walking.ask_units([case], note=reason)
    walking.ask_places([left])
    walking.unlock_decided([case])
    return given


@transaction.atomic
def sign(*, case: Case, by: Membership, text: str) -> Opinion:
    """A responsible inspector's opinion about the self-check, signed; the same words about the same hand-in again are one opinion."""
    case = locked(case)
    if not rules.may_sign(by, case):
        raise Refused("只有本单位的责任督学可以签署意见，项目须在进行中。")
    if not text.strip():
        raise Refused("没有写意见。")
    seen = case.hand_ins.last()
    present = case.opinions.filter(by=by, hand_in=seen, text=text.strip()).first()
    if present is not None:
        return present
    row = Opinion.objects.create(case=case, hand_in=seen, text=text.strip(), by=by, at=clock.now())
    record(by=by, action="campaigns.sign", obj=row, chain_name=case.campaign.key)
    if seen is not None:
        walking.opinion_given(case)
    return row


@transaction.atomic
def judge(
    *,
    case: Case,
    by: Membership | None,
    source: str,
    answered: Iterable[Answered],
    action: str = "campaigns.judge",
) -> list[Judgement]:
    """What a team found (复查、抽查), or what was computed again (计算): judgements of their own beside the unit's, and one act. A later
    one of the same source takes the place of the earlier and leaves it as it was; what stands already is left. The new ones.

    Whether ``by`` may is for the caller to ask: it knows the sheet and the team (``inspections``), or that it computes (``evaluations``).
    """
    case = locked(case)
    if case.campaign.state != "running":
        raise Refused(f"“{case.campaign.title}”{case.campaign.get_state_display()}，不能再评定。")
    if source == "self" or source not in Judgement.SOURCES:
        raise Refused("自查由单位提交。评定的来源只能是复查、抽查，计算由系统完成。")
    known = {one.code for one in standards.load(case.version).indicators}
    present = queries.judgements(case, source)
    rows = []
    for one in answered:
        if one.indicator not in known:
            raise Refused(f"评估标准“{case.version}”没有指标 {one.indicator}。请核对指标编号。")
        row, old = _judgement(case, by, source, one, clock.now()), present.get(one.indicator)
        if old is None or queries.said(old) != queries.said(row):
            rows.append(row)
    if not rows:
        return []
    replaced = [present[row.indicator].pk for row in rows if row.indicator in present]
    if replaced:
        Judgement.objects.filter(pk__in=replaced).update(superseded=True)
    Judgement.objects.bulk_create(rows)
    Case.objects.filter(pk=case.pk).update(stale=True)
    record_many(by=by, action=action, objs=rows, chain_name=case.campaign.key)
    return rows
