"""What a team finds: members score item by item, the scores come to one judgement each, the leader hands the sheet in.

Rows of Score are added and never changed; a later one of the same member takes the place of the earlier. Every act holds the campaign
first, as closing a stage does, so that no score comes after the close. Not here: whose sheet it is (``teams``), what becomes of a
problem (``findings.ledger``), objections (``objections``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse

from dudao.evaluation.reconcile import Single, reconcile
from dudao.procedures import clocks
from dudao.standards.model import Points
from dudao_web import clock
from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns import calendars, procedures, walking
from dudao_web.campaigns.actions import POINTS, Answered
from dudao_web.campaigns.models import Judgement, StageDate
from dudao_web.findings import ledger
from dudao_web.findings.models import Finding
from dudao_web.inspections import carried, queries, recusal, rules, scales, teams
from dudao_web.inspections.models import Member, Score, Sheet, Tie
from dudao_web.orgs.actions import Refused, object_key, record
from dudao_web.orgs.models import ROLE_KINDS, Membership, Org, Role
from dudao_web.standards import queries as standards
from dudao_web.tasks import actions as tasks

TASK = "inspections.feedback"  # of the unit: read what was found
AGAIN = "（再次出现）"
LONGEST_NOTE = 2000
LONGEST_PROBLEM = 1000  # as a line of the ledger has it
NAMED = 10  # items named in a refusal


class Overtaken(Refused):
    """The member scored the item elsewhere after the form that is sent was shown."""


# --- one score


@transaction.atomic
def score(
    *,
    sheet: Sheet,
    by: Membership,
    indicator: str,
    value: str,
    points: Decimal | None = None,
    note: str = "",
    problem: str = "",
    key: str = "",
    seen: str | None = None,
) -> Score:
    """What a member finds in an item. The same again, or a line sent again with its ``key``, is the score that is there.

    Refused for others, after the stage was closed, without a reason where it differs from the judgement before it; Overtaken where the
    score that stands is neither ``seen`` (the key of the one that the form was shown with, "" for none) nor sent by the same form.
    """
    walking.hold(Sheet.objects.filter(pk=sheet.pk).values("case__campaign"))
    sheet = _read(sheet, by)
    _mine(sheet)
    _scorable(sheet)
    value, points = _checked(sheet, indicator, value, points)
    note, problem = note.strip(), problem.strip()
    for words, what, most in (
        (note, "的理由和记录", LONGEST_NOTE),
        (problem, "列为问题的文字", LONGEST_PROBLEM),
    ):
        if len(words) > most:
            raise Refused(f"{carried.label(indicator)} {what}有 {len(words)} 字，最多 {most} 字。请缩短。")
    rows = Score.objects.filter(sheet=sheet, member=sheet.by_member, indicator=indicator)
    there = rows.filter(Q(superseded=False) | Q(key=key) if key else Q(superseded=False))
    sent = next((row for row in there if key and row.key == key), None)
    if sent is not None:
        return sent
    last = next((row for row in there if not row.superseded), None)
    given = (value, points, note, problem)
    if last is not None and (last.value, last.points, last.note, last.problem) == given:
        return last
    if last is not None and seen not in (None, str(last.pk)) and not _same_form(last, key):
        raise Overtaken("这一项已在别处评定，与现在填的不同。请选一个。")
    if not note:
        _reasoned(sheet, indicator, value, points)
    if last is not None:
        Score.objects.filter(pk=last.pk).update(superseded=True)
    row = Score.objects.create(
        sheet=sheet,
        member_id=sheet.by_member,
        indicator=indicator,
        value=value,
        points=points,
        note=note,
        problem=problem,
        key=key,
        at=clock.now(),
    )
    record(by=by, action="inspections.score", obj=row, chain_name=sheet.case.campaign.key)
    return row


def _mine(sheet: Sheet) -> None:
    """Refuse who is not in the team of a sheet (``_read``), or must keep away from the unit."""
    if sheet.by_member is None:
        raise Refused("这个单位不由本人所在的督导组评定，不能评分。")
    if sheet.barred:
        raise Refused(
            "本人已登记与这个单位的关系，须回避，不能评分。请由督导室改由其他督导组评定，或调整本组成员。"
        )


def _same_form(row: Score, key: str) -> bool:
    """Whether a score was sent by the form that a key is of: the key begins with the form's own mark."""
    mark, dash, _ = key.partition("-")
    return bool(mark and dash) and row.key.startswith(mark + dash)


def _read(sheet: Sheet, by: Membership) -> Sheet:
    """The sheet as it now is, with ``by_member``: the key of the member that ``by`` is in its team, None for others."""
    mine = Member.objects.filter(team=OuterRef("team"), membership=by, left_at=None).values("pk")
    tie = Tie.objects.filter(user=by.user_id, org=OuterRef("case__unit"), ended_at=None).exclude(kind="left")
    rows = Sheet.objects.annotate(by_member=Subquery(mine[:1]), barred=Exists(tie))
    around = ("case__campaign", "case__unit", "case__version", "place__stage")
    found = rows.select_related(*around).defer("case__version__text").filter(pk=sheet.pk).first()
    if found is None:
        raise Refused("没有这张评分表。")
    return found


def codes(sheet: Sheet) -> list[str]:
    """What is scored in a sheet, in order: the items of the standard, then the problems carried in."""
    own = [one.code for one in scales.items(standards.load(sheet.case.version))]
    return own + [code for code, _ in carried.coded_of(sheet)]


def _scorable(sheet: Sheet) -> None:
    """Refuse when a sheet cannot be scored or handed in today."""
    campaign, place = sheet.case.campaign, sheet.place
    if campaign.state != "running":
        raise Refused(f"“{campaign.title}”{campaign.get_state_display()}，不能再评分。")
    if place.closed_at is not None:
        raise Refused(f"“{place.stage.title}”已办结，不能再评分。")
    if sheet.state != "open":
        raise Refused(f"“{sheet.case.unit.name}”的评分表已提交，不能再改。")
    if place.opens is not None and clock.today() < place.opens:
        raise Refused(f"“{place.stage.title}”从 {place.opens:%Y-%m-%d} 开始，现在还不能评分。请到时再评。")


def _checked(sheet: Sheet, code: str, value: str, points: Decimal | None) -> tuple[str, Decimal | None]:
    """The value and the points as they are kept; Refused where the item has none such."""
    indicator = None
    if code.startswith("#"):
        if code not in dict(carried.coded_of(sheet)):
            raise Refused(f"评分表没有“{carried.label(code)}”。请刷新后再评。")
    else:
        standard = standards.load(sheet.case.version)
        indicator = next((one for one in scales.items(standard) if one.code == code), None)
        if indicator is None:
            raise Refused(f"评估标准没有要评定的指标 {code}。请核对指标编号。")
        if isinstance(indicator.rule, Points):
            return scales.POINTED, scales.within(code, points, indicator.rule.most)
    offered = dict(scales.choices(indicator))
    if value not in offered:
        raise Refused(f"{carried.label(code)} 没有选判定。请从 {'、'.join(offered.values())} 中选一项。")
    return value, None


def _reasoned(sheet: Sheet, code: str, value: str, points: Decimal | None) -> None:
    """Refuse a judgement that differs from the one before it without a reason."""
    base = bases(sheet, code).get(code)
    if base is not None and differs(base, value, points):
        indicator = standards.load(sheet.case.version).indicator(code)
        of, own = base.get_source_display(), Judgement.SOURCES[sheet.source]
        raise Refused(
            f"{code} {own}判定为{scales.said(indicator, value, points)}，与{of}的{scales.said(indicator, base.value, base.points)}不同。"
            "请写明理由。"
        )


def bases(sheet: Sheet, code: str = "") -> dict[str, Judgement]:
    """What the sheet's judgements are compared with, by indicator: the 自查; of a 抽查 the 复查 where there is one. ``code``: of one alone."""
    sources = ["self", "review"] if sheet.source == "spot" else ["self"]
    rows = Judgement.objects.filter(case=sheet.case_id, source__in=sources, superseded=False)
    if code:
        rows = rows.filter(indicator=code)
    return {row.indicator: row for row in sorted(rows, key=lambda row: sources.index(row.source))}


def differs(base: Judgement, value: str, points: Decimal | None) -> bool:
    """Whether a judgement is another one than ``base``: by points where both have some."""
    if points is not None and base.points is not None:
        return points != base.points
    return value != base.value


# --- the scores of a team come to one judgement


@dataclass(frozen=True, slots=True)
class Settled:
    """One item with what its scores come to. ``value`` "": it is open. ``scores``: those that count, the leader's first; ``base``: the
    judgement it is compared with; ``fault``: 未判定, 缺理由 or "".
    """

    indicator: str
    value: str
    points: Decimal | None
    note: str
    scores: tuple[Score, ...]
    base: Judgement | None
    differs: bool
    fault: str


def settled(sheet: Sheet) -> list[Settled]:
    """Every item of a sheet in order, then the problems carried in: three queries. Scores of who has left the team do not count; of a
    sheet that is handed in those do that it was made of.
    """
    open_ = Q(superseded=False, member__left_at=None, member__team=sheet.team_id)
    counted = open_ if sheet.state == "open" else Q(pk__in=sheet.counted)
    rows = Score.objects.filter(counted, sheet=sheet).select_related("member__membership__user")
    by_item: dict[str, list[Score]] = {}
    for row in sorted(rows, key=lambda row: (row.member.kind != "leader", row.pk)):
        by_item.setdefault(row.indicator, []).append(row)
    rule, compared = procedures.stage(sheet.place).reconcile, bases(sheet)
    return [_settle(code, by_item.get(code, []), rule, compared.get(code)) for code in codes(sheet)]


def _settle(code: str, scores: Sequence[Score], rule: str, base: Judgement | None) -> Settled:
    one = reconcile(rule, [Single(row.value, row.points, row.member.kind == "leader") for row in scores])
    if one is None:
        return Settled(code, "", None, "", tuple(scores), base, False, "未判定")
    points = None if one.points is None else one.points.quantize(POINTS)
    meant = rule == "mean" and points is not None  # then every score is part of the result
    agreed = [row for row in scores if meant or (row.value, row.points) == (one.value, points)]
    notes = dict.fromkeys(row.note for row in agreed if row.note)
    note = "\n".join(notes) or next((row.note for row in scores if row.member.kind == "leader"), "")
    other = base is not None and differs(base, one.value, points)
    fault = "缺理由" if other and not note else ""
    return Settled(code, one.value, points, note, tuple(scores), base, other, fault)


# --- handing in


@transaction.atomic
def submit(*, sheet: Sheet, by: Membership, opinion: str) -> Sheet:
    """The leader hands the sheet in: judgements, problems into the ledger, feedback to the unit. Once done it stays as it is."""
    walking.hold([sheet.place.stage.campaign_id])
    case = campaigns.locked(sheet.case)
    Sheet.objects.select_for_update().get(pk=sheet.pk)
    sheet = queries.around(Sheet.objects.all()).get(pk=sheet.pk)
    members = teams.present(sheet.team)
    leader = next((one for one in members if one.kind == "leader"), None)
    if leader is None or leader.membership_id != by.pk:
        raise Refused("评分表由组长提交。")
    if sheet.state == "submitted":
        return sheet
    _scorable(sheet)
    found = settled(sheet)
    _ready(sheet, members, found, opinion)
    answered = [Answered(one.indicator, one.value, one.points, None, one.note) for one in _items(found)]
    campaigns.judge(case=case, by=by, source=sheet.source, answered=answered)
    raise_problems(sheet, by, found)
    sheet.state, sheet.opinion, sheet.by = "submitted", opinion.strip(), by
    sheet.submitted_at, sheet.objections_until = clock.now(), _objections_until(sheet.place)
    sheet.counted = sorted(row.pk for one in found for row in one.scores)
    sheet.save(update_fields=["state", "opinion", "by", "submitted_at", "objections_until", "counted"])
    record(by=by, action="inspections.submit", obj=sheet, chain_name=sheet.case.campaign.key)
    _feed_back(sheet)
    teams.ask(sheet.team)
    return sheet


def _items(found: Iterable[Settled]) -> list[Settled]:
    """Those of the standard; the problems carried in are none."""
    return [one for one in found if not one.indicator.startswith("#")]


def _ready(sheet: Sheet, members: Sequence[Member], found: Sequence[Settled], opinion: str) -> None:
    """Refuse a sheet that cannot be handed in, with all that is lacking."""
    lacking = [teams.fault(sheet.team, members)]
    counted = sheet.team.members.filter(left_at=None).select_related("membership__user").order_by("pk")
    barred = recusal.faults([one.membership.user for one in counted], [sheet.case.unit], clock.today())
    for one in counted:  # also whose office has ended: the scores still count
        if (one.membership.user_id, sheet.case.unit_id) in barred:
            lacking.append(f"{one.membership.title}须回避本单位。请由督导室将其调出本组。")
    if not queries.to_review(sheet.place).filter(pk=sheet.case_id).exists():
        lacking.append("本单位已不在要查的单位中。请与督导室核对。")
    for fault, mend in (("未判定", "请评定；票数相同的由组长评定"), ("缺理由", "请写明与前次判定不同的理由")):
        codes = [carried.label(one.indicator) for one in found if one.fault == fault]
        if codes:
            more = "等" if len(codes) > NAMED else ""
            lacking.append(f"{fault} {len(codes)} 项：{'、'.join(codes[:NAMED])}{more}。{mend}。")
    if not opinion.strip():
        lacking.append("没有写初步督导意见。")
    if said := "".join(one for one in lacking if one):
        raise Refused(f"不能提交。{said}")


def problems(sheet: Sheet, found: Sequence[Settled]) -> list[tuple[Settled, str]]:
    """What goes into the ledger: what members listed, what was carried in and is not mended, what has fallen again after it was struck off."""
    lines = dict(carried.coded_of(sheet))
    listed: list[tuple[Settled, str]] = []
    for one in found:
        texts = dict.fromkeys(row.problem for row in one.scores if row.problem)
        if one.indicator in lines and one.value == "not_met" and not texts:
            texts = {lines[one.indicator]["text"][:LONGEST_PROBLEM]: None}
        listed += [(one, text) for text in texts]
    named = {one.indicator for one, _ in listed}
    fallen = {
        one.indicator: one
        for one in _items(found)
        if one.value in carried.BELOW and one.indicator not in named
    }
    return listed + [
        (fallen[row.indicator], row.text.removesuffix(AGAIN)[: LONGEST_PROBLEM - len(AGAIN)] + AGAIN)
        for row in carried.struck(sheet, fallen)
    ]


def raise_problems(sheet: Sheet, by: Membership, found: Sequence[Settled]) -> list[Finding]:
    """Put the problems of a sheet into the ledger."""
    office, _ = walking.office_of(sheet.place.org)
    return [
        ledger.raise_(
            case=sheet.case,
            by=by,
            text=text,
            source=sheet.source,
            indicator="" if one.indicator.startswith("#") else one.indicator,
            office=office,
            before={
                "source": sheet.source,
                "value": one.value,
                "points": None if one.points is None else str(one.points),
            },
        )
        for one, text in problems(sheet, found)
    ]


def _objections_until(place: StageDate) -> date | None:
    """The last day for an objection, counted from today; None where the procedure states none."""
    within = procedures.stage(place).objection
    return clocks.count(within, clock.today(), calendars.known()).day if within else None


def unit_office(unit: Org) -> tuple[Org, Role]:
    """The office of a unit that is looked at: its own, of a county its 督导室."""
    return (unit, Role.SCHOOL) if unit.kind in ROLE_KINDS[Role.SCHOOL] else walking.office_of(unit)


def _feed_back(sheet: Sheet) -> None:
    """Ask the unit to read what was found."""
    org, role = unit_office(sheet.case.unit)
    tasks.ask(
        org=org,
        role=role,
        kind=TASK,
        object=object_key(sheet),
        title=f"查看{Judgement.SOURCES[sheet.source]}反馈",
        about=sheet.case.campaign.title,
        asked_by=sheet.place.org,
        href=reverse("inspections:sheet", args=(sheet.pk,)),
        due=sheet.objections_until,
        note=sheet.opinion,
    )


@transaction.atomic
def acknowledge(*, sheet: Sheet, by: Membership) -> Sheet:
    """The unit has read the feedback: its task is over. Read once, it is read."""
    Sheet.objects.select_for_update().get(pk=sheet.pk)
    sheet = queries.around(Sheet.objects.all()).get(pk=sheet.pk)
    if not rules.may_acknowledge(by, sheet):
        raise Refused("评分表还没有提交，或不是本单位的。")
    if tasks.done(kind=TASK, object=object_key(sheet)):
        record(by=by, action="inspections.acknowledge", obj=sheet, chain_name=sheet.case.campaign.key)
    return sheet
