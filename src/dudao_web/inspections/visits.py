"""Every change of visits (实地督导): plan, written notice, why there is none, observations, the record, cancel.

A visit keeps what was done and seen, nothing that tracks a person: no place, no coming and going, no name of anybody who was heard.
Whom to hear is drawn by the platform: numbers of the unit's own list (名册), so that neither the unit nor the team chooses. The order is
that of the SHA-256 of ``dudao-hear-1|<visit>|<group>|<seed>|<number>``; anybody can compute it again from what the page shows. Another
draw takes another plan, and so a cancelled one with its reason.

Not here: the document of the notice (``documents``, ``notices``), what is judged (``scoring``), who reads what (``queries``, ``rules``).
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from dudao_web import clock
from dudao_web.campaigns import walking
from dudao_web.campaigns.models import Case, StageDate
from dudao_web.documents.models import Document
from dudao_web.evidence import actions as evidence
from dudao_web.evidence import admission
from dudao_web.evidence.models import File
from dudao_web.inspections import rules
from dudao_web.inspections.models import Observation, Sheet, Team, Visit
from dudao_web.notices import actions as notices
from dudao_web.orgs.actions import Refused, object_key, record
from dudao_web.orgs.models import Membership
from dudao_web.standards import queries as standards
from dudao_web.tasks import actions as tasks

NOTICE_TASK = "inspections.visit_notice"  # of the office: send the written notice before the day
DRAW = "dudao-hear-1"
MOST_LISTED = 10_000  # numbers of one list
MOST_GROUPS = 12
CHANGED = "这次实地督导现在是“{}”，不能再办。请刷新后再看。"


@dataclass(frozen=True, slots=True)
class Hear:
    """A group of people to hear: ``listed`` on the unit's own list, ``asked`` of them."""

    group: str
    listed: int
    asked: int


def drawn(visit: int, group: str, seed: str, listed: int, asked: int) -> list[int]:
    """The numbers that a seed draws from a list of ``listed``, in their order."""

    def ticket(number: int) -> bytes:
        return hashlib.sha256(f"{DRAW}|{visit}|{group}|{seed}|{number}".encode()).digest()

    return sorted(sorted(range(1, listed + 1), key=ticket)[:asked])


def _recorded(visit: Visit, by: Membership, action: str, obj: Visit | Observation, reason: str = "") -> None:
    data = {"reason": reason} if reason else None
    record(by=by, action=action, obj=obj, data=data, chain_name=visit.case.campaign.key)


def _locked(visit: Visit) -> Visit:
    """As it now is, held: first its campaign, as by all acts of a stage, then the visit alone; then read with the rows around it."""
    walking.hold(Case.objects.filter(visits=visit.pk).values_list("campaign", flat=True))
    Visit.objects.select_for_update().get(pk=visit.pk)
    rows = Visit.objects.select_related("case__campaign", "case__unit", "case__version", "place__org__parent")
    return rows.select_related("place__stage__campaign", "team").get(pk=visit.pk)


@transaction.atomic
def plan(
    *,
    case: Case,
    place: StageDate,
    team: Team,
    by: Membership,
    on: date,
    matters: str,
    hear: Sequence[Hear] = (),
) -> Visit:
    """Plan a visit of a unit that the team was given, and draw whom to hear. The same plan again is the visit that is there."""
    walking.hold([case.campaign_id])  # the stage stays open until this is written
    place = StageDate.objects.select_related("stage__campaign", "org__parent").get(pk=place.pk)
    matters = matters.strip()
    if not rules.may_keep(by, place):
        raise Refused("这个阶段已办结，或不由本单位办理，不能安排实地督导。")
    if not Sheet.objects.filter(case=case, place=place, team=team).exists():
        raise Refused(f"“{case.unit.name}”没有分给“{team.name}”。请先把单位分给督导组。")
    fault = _fault(on, matters, hear)
    if fault:
        raise Refused(fault)
    present = Visit.objects.filter(case=case, place=place, on=on).exclude(state="cancelled").first()
    if present is not None:
        if (present.team_id, present.matters, _asked(present)) == (team.pk, matters, list(hear)):
            return present
        raise Refused(f"“{case.unit.name}”{on:%Y-%m-%d}已有实地督导。要改的，请先取消那一次并写明理由。")
    row = Visit.objects.create(
        case=case,
        place=place,
        team=team,
        on=on,
        matters=matters,
        seed=secrets.token_hex(16) if hear else "",
        by=by,
        at=clock.now(),
    )
    row.hear = [
        {
            "group": one.group,
            "listed": one.listed,
            "asked": one.asked,
            "drawn": drawn(row.pk, one.group, row.seed, one.listed, one.asked),
        }
        for one in hear
    ]
    row.save(update_fields=["hear"])
    _recorded(row, by, "inspections.plan_visit", row)
    _ask_notice(row)
    return row


def _fault(on: date, matters: str, hear: Sequence[Hear]) -> str:
    """Why a plan cannot stand, and how to mend it; "" for nothing."""
    if on < clock.today():
        return f"日期 {on:%Y-%m-%d} 已经过去。请填今天或以后的日期。"
    if not matters:
        return "没有写督导事项。请写明这次看什么。"
    groups = [one.group for one in hear]
    if len(groups) > MOST_GROUPS:
        return f"听取意见的对象有 {len(groups)} 类，最多 {MOST_GROUPS} 类。请合并。"
    for one in hear:
        if not one.group.strip() or "|" in one.group:
            return "听取意见的对象没有名称，或含有“|”。请更正。"
        if groups.count(one.group) > 1:
            return f"听取意见的对象“{one.group}”写了两次。请删去一行。"
        if not 1 <= one.asked <= one.listed <= MOST_LISTED:
            return (
                f"“{one.group}”名册 {one.listed} 人、听取 {one.asked} 人不合规则：听取 1 人以上，"
                f"不超过名册人数，名册不超过 {MOST_LISTED} 人。请改正其中一项。"
            )
    return ""


def _asked(visit: Visit) -> list[Hear]:
    return [Hear(one["group"], one["listed"], one["asked"]) for one in visit.hear]


def _ask_notice(visit: Visit) -> None:
    """Ask the office to send the written notice before the day."""
    org, role = walking.office_of(visit.place.org)
    tasks.ask(
        org=org,
        role=role,
        kind=NOTICE_TASK,
        object=object_key(visit),
        title=f"发实地督导通知：{visit.case.unit.name}",
        about=visit.place.stage.campaign.title,
        asked_by=visit.place.org,
        href=reverse("inspections:visit", args=(visit.pk,)),
        due=visit.on,
    )


@transaction.atomic
def notify(*, visit: Visit, by: Membership, document: Document) -> Visit:
    """Send the written notice, a document of the own office, to the unit. The first notice stands."""
    visit = _locked(visit)
    if visit.state == "noticed" and visit.document_id == document.pk:
        return visit
    if visit.state != "planned" or not rules.may_keep(by, visit.place):
        raise Refused(CHANGED.format(visit.get_state_display()))
    if clock.today() > visit.on:
        raise Refused(f"实地督导的日期 {visit.on:%Y-%m-%d} 已过，不能再发通知。请取消后重新安排。")
    notices.send(by=by, document=document, to=[visit.case.unit], chain_name=visit.case.campaign.key)
    visit.state, visit.document = "noticed", document
    visit.save(update_fields=["state", "document"])
    _recorded(visit, by, "inspections.notify_visit", visit)
    tasks.done(kind=NOTICE_TASK, object=object_key(visit))
    return visit


@transaction.atomic
def unannounced(*, visit: Visit, by: Membership, reason: str) -> Visit:
    """Say why there is no written notice: without one of the two nothing is written down about the visit."""
    visit, reason = _locked(visit), reason.strip()
    if visit.state == "planned" and reason and visit.reason == reason:
        return visit
    if visit.state != "planned" or not rules.may_keep(by, visit.place):
        raise Refused(CHANGED.format(visit.get_state_display()))
    if not reason:
        raise Refused("没有写不发通知的理由。")
    visit.reason = reason
    visit.save(update_fields=["reason"])
    _recorded(visit, by, "inspections.unannounced_visit", visit, reason)
    tasks.withdraw(kind=NOTICE_TASK, object=object_key(visit))
    return visit


@transaction.atomic
def cancel(*, visit: Visit, by: Membership, reason: str) -> Visit:
    """The visit does not take place, with the reason; what was drawn and written stays readable."""
    visit, reason = _locked(visit), reason.strip()
    if visit.state == "cancelled":
        return visit
    if not rules.may_cancel_visit(by, visit):
        raise Refused(CHANGED.format(visit.get_state_display()))
    if not reason:
        raise Refused("没有写取消的理由。")
    visit.state, visit.reason = "cancelled", reason
    visit.save(update_fields=["state", "reason"])
    _recorded(visit, by, "inspections.cancel_visit", visit, reason)
    tasks.withdraw(kind=NOTICE_TASK, object=object_key(visit))
    return visit


def keep_photo(*, visit: Visit, by: Membership, name: str, data: bytes) -> File:
    """A photo as it may be kept: whole, and without place, time and device. It belongs to the office that keeps the stage."""
    if not rules.may_observe(by, visit):
        raise Refused("观察记录由督导组成员填写。")
    admitted = admission.checked(name, data)
    if admitted.kind not in ("jpeg", "png"):
        raise Refused(f"{name}：照片只收 JPG、PNG。请重新选择。")
    return evidence.store(data=admitted.data, name=name, org=visit.place.org, by=by)


@transaction.atomic
def note(
    *,
    visit: Visit,
    by: Membership,
    text: str,
    indicator: str = "",
    group: str = "",
    photo: File | None = None,
    key: str = "",
) -> Observation:
    """What a member of the team saw, or was told by one of a group. ``key``: made by the page, so that the same sent again is one row."""
    visit, text = _locked(visit), text.strip()
    if key:
        said = {
            "text": text,
            "indicator": indicator,
            "group": group,
        }  # other words in the same form are another row
        present = visit.observations.filter(by=by, key=key, **said).first()
        if present is not None:
            return present
    _recordable(visit, rules.may_observe(by, visit))
    if not text:
        raise Refused("没有写观察内容。请写明看到或听到了什么。")
    if indicator and indicator not in {one.code for one in standards.load(visit.case.version).indicators}:
        raise Refused(f"评估标准“{visit.case.version}”没有指标 {indicator}。请核对指标编号。")
    if group and group not in {one["group"] for one in visit.hear}:
        raise Refused(f"这次没有安排听取“{group}”的意见。请从列出的对象中选。")
    row = Observation.objects.create(
        visit=visit,
        indicator=indicator,
        group=group,
        text=text,
        photo=photo,
        key=key[:40],
        by=by,
        at=clock.now(),
    )
    _recorded(visit, by, "inspections.observe", row)
    return row


@transaction.atomic
def finish(*, visit: Visit, by: Membership, record: str) -> Visit:
    """The leader closes the visit with its record; then nothing more is written down. The same record again changes nothing."""
    visit, text = _locked(visit), record.strip()
    if visit.state == "done" and visit.record == text:
        return visit
    _recordable(visit, rules.may_finish(by, visit))
    if not text:
        raise Refused("没有写督导记录。请写明做了什么、看到什么。")
    visit.state, visit.record, visit.done_at = "done", text, clock.now()
    visit.save(update_fields=["state", "record", "done_at"])
    _recorded(visit, by, "inspections.finish_visit", visit)
    tasks.withdraw(kind=NOTICE_TASK, object=object_key(visit))
    return visit


def _recordable(visit: Visit, may: bool) -> None:
    """Refuse to write down anything about a visit that is over, not of this person, not announced, or not come yet."""
    if visit.state not in ("planned", "noticed"):
        raise Refused(CHANGED.format(visit.get_state_display()))
    if not may:
        raise Refused("观察记录由督导组成员填写，督导记录由组长填写，项目须在进行中。")
    if visit.state == "planned" and not visit.reason:
        raise Refused("还没有发书面通知，不能记录。请督导室先发通知，或写明不发通知的理由。")
    if clock.today() < visit.on:
        raise Refused(f"实地督导在 {visit.on:%Y-%m-%d}，还没有到，不能记录。")
