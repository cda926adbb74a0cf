"""What an office does with its stages: other dates, forwarding, closing; and the end of the campaign.

One act each, however many cases go on with it. Not here: what is decided about single cases (``actions``).
"""

from datetime import date

from django.db import transaction

from dudao.procedures import dated
from dudao_web import clock
from dudao_web.campaigns import calendars, procedures, queries, rules, stage_type, walking
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.documents.models import Document
from dudao_web.evidence.models import File
from dudao_web.notices import actions as notices
from dudao_web.notices.models import Notice
from dudao_web.orgs.actions import Refused, record, record_many
from dudao_web.orgs.models import Membership, Org


def _locked(place: StageDate) -> StageDate:
    """The stage as it is now; nothing moves in its campaign until the transaction ends."""
    walking.hold([place.stage.campaign_id])
    rows = StageDate.objects.select_related(
        "stage__campaign__org", "stage__campaign__procedure", "stage__campaign__notice", "org__parent"
    )
    return rows.get(pk=place.pk)


@transaction.atomic
def move_dates(
    *, place: StageDate, by: Membership, opens: date | None, due: date | None, reason: str
) -> StageDate:
    """Other dates for a stage at one's own org, with the reason; the launched ones stay in the stage."""
    place = _locked(place)
    if not rules.may_keep(by, place) or place.closed_at is not None:
        raise Refused("这个阶段已办结，或不由本单位安排日期。")
    if (place.opens, place.due) == (opens, due):
        return place
    if opens and due and due < opens:
        raise Refused(f"截止 {due:%Y-%m-%d} 早于开始 {opens:%Y-%m-%d}。请改正其中一个日期。")
    if not reason.strip():
        raise Refused("没有写改期的理由。")
    before = [place.opens, place.due]
    place.opens, place.due, place.reason = opens, due, reason.strip()
    place.save(update_fields=["opens", "due", "reason"])
    record(
        by=by,
        action="campaigns.move_dates",
        obj=place,
        data={"before": before},
        chain_name=place.stage.campaign.key,
    )
    walking.moved_dates(place)
    return place


@transaction.atomic
def forward(
    *, place: StageDate, by: Membership, document: Document, to: list[Org] | None = None, note: str = ""
) -> Notice:
    """An office sends a document of its own to the units of its stage of notice, and so closes it. Before the units begin it forwards
    the launch notice; a later one (督导意见书) stands for itself. ``to``: only to these.
    """
    place = _locked(place)
    campaign = place.stage.campaign
    if place.notice is not None and place.closed_at is not None:
        return place.notice
    if place.stage.type != "notice" or not rules.may_keep(by, place) or place.closed_at is not None:
        raise Refused("这个阶段不是通知，已经办结，或不由本单位办理。")
    _come(place)
    first = queries.before_units(place)
    below = Org.objects.filter(cases__in=queries.passing(place)).exclude(pk=place.org_id)
    notice = notices.send(
        by=by,
        document=document,
        to=to if to is not None else list(below),
        forward_of=campaign.notice if first else None,
        chain_name=campaign.key,
    )
    place.notice = notice
    _close(place, by, note or f"{'已转发' if first else '已印发'}：{document.number}", None)
    return notice


@transaction.atomic
def close(*, place: StageDate, by: Membership, note: str, proof: File | None = None) -> StageDate:
    """An office closes its stage with a note and, where there is one, a document; all cases there go on."""
    place = _locked(place)
    if place.closed_at is not None:
        return place
    kind = stage_type.of(place)
    if kind.of_unit or kind.waits or not rules.may_keep(by, place):
        raise Refused("这个阶段由单位逐个办理，或不由本单位办理，不能整体办结。")
    if not note.strip():
        raise Refused("没有写办理情况。请写明何时、怎样办的。")
    _come(place)
    if kind.not_yet is not None and (fault := kind.not_yet(place)):
        raise Refused(fault)
    _close(place, by, note.strip(), proof)
    return place


def _come(place: StageDate) -> None:
    """Refuse to close a stage that no unit has come to."""
    if not queries.reached(place):
        raise Refused(f"还没有单位到“{place.stage.title}”。请先办完前面的阶段。")


def _close(place: StageDate, by: Membership, note: str, proof: File | None) -> None:
    campaign = place.stage.campaign
    place.closed_at, place.closed_on, place.closed_by = clock.now(), clock.today(), by
    place.note, place.proof = note, proof
    place.save()
    cases = walking.held(Case.objects.filter(place=place, done=False).values_list("pk", flat=True))
    ways = queries.routes(campaign)
    for case in cases:
        walking.onward(case, ways[case.district_id])
    Case.objects.bulk_update(cases, ["state", "place", "done", "due"], batch_size=200)
    later = _start_clocks(place, ways)
    record_many(
        by=by,
        action="campaigns.close_stage",
        objs=[place, *cases, *later],
        data={"cases": len(cases)},
        chain_name=campaign.key,
    )
    walking.ask_units(cases)
    walking.ask_places([place, *{case.place_id: case.place for case in cases}.values()])
    walking.over_at(place)


def _start_clocks(place: StageDate, ways: dict[int, list[StageDate]]) -> list[StageDate]:
    """Stages whose dates run from the end of this one get them now ("within a month after the report")."""
    campaign, event = place.stage.campaign, f"{place.stage.key}.closed"
    assert place.closed_on is not None
    found = {
        stage.key: dated(stage, place.closed_on, calendars.known(), campaign.year)
        for stage in procedures.load(campaign.procedure).stages
        if any(deadline is not None and deadline.after == event for deadline in (stage.opens, stage.due))
    }
    mine = [way for way in ways.values() if any(one.pk == place.pk for one in way)]
    changed: dict[int, StageDate] = {}
    for way in mine:
        for one in way:
            known = found.get(one.stage.key)
            if known is None or one.closed_at is not None or one.pk in changed:
                continue
            opens, due = one.opens or known.opens, one.due or known.due
            if (opens, due) != (one.opens, one.due):
                one.opens, one.due = opens, due
                changed[one.pk] = one
    for one in changed.values():
        one.save(update_fields=["opens", "due"])
    return list(changed.values())


@transaction.atomic
def close_campaign(*, campaign: Campaign, by: Membership, note: str = "") -> Campaign:
    """The campaign ends; what was not finished stays as it is and is counted in the act."""
    walking.hold([campaign.pk])
    campaign = Campaign.objects.select_related("org").get(pk=campaign.pk)
    if campaign.state == "closed":
        return campaign
    if not rules.may_close_campaign(by, campaign):
        raise Refused("项目还没有启动，或不由本单位组织。")
    left = campaign.cases.filter(done=False).count()
    if left and not note.strip():
        raise Refused(f"还有 {left} 个单位没有办完。要现在办结的，请写明理由。")
    campaign.state, campaign.closed_at = "closed", clock.now()
    campaign.save(update_fields=["state", "closed_at"])
    record(
        by=by,
        action="campaigns.close",
        obj=campaign,
        data={"note": note.strip(), "left": left},
        chain_name=campaign.key,
    )
    walking.over(campaign)
    return campaign
