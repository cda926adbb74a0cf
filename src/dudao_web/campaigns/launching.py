"""From a plan to a running campaign: prepare, revise, launch. One act for a launch, however many units it reaches.

Not here: the wizard that asks (``views_launch``), what units and offices do afterwards (``actions``, ``closing``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction

from dudao.procedures import Procedure, schedule
from dudao.procedures import Stage as PlannedStage
from dudao_web import clock
from dudao_web.campaigns import calendars, procedures, queries, quotas, rules, walking
from dudao_web.campaigns.models import Binding, Campaign, Case, Stage, StageDate
from dudao_web.documents import actions as documents
from dudao_web.documents.models import Document
from dudao_web.notices import actions as notices
from dudao_web.orgs import queries as orgs
from dudao_web.orgs import rules as scopes
from dudao_web.orgs.actions import Refused, record, record_many
from dudao_web.orgs.models import COUNTY_KINDS, Kind, Membership, Org
from dudao_web.standards.models import StandardVersion
from dudao_web.titles import queries as titles
from dudao_web.titles.models import Cohort

LEVELS: Mapping[str, Kind] = {"city": Kind.CITY, "province": Kind.PROVINCE, "nation": Kind.NATION}


@dataclass(frozen=True)
class Plan:
    """What a campaign is to be. ``standards``: kind of unit -> key of a StandardVersion. ``districts``: codes, () for all. ``cohort``:
    key of a frozen list that takes the place of "all units of these kinds". ``dates``: stage key -> (opens, due) typed over, ISO days or
    "". ``quotas``: as Campaign has them. ``team``: offices of the inspection team, leader first.
    """

    standards: Mapping[str, int] = field(default_factory=dict)
    districts: tuple[str, ...] = ()
    cohort: int | None = None
    dates: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    quotas: tuple[Mapping[str, Any], ...] = ()
    topic: str = ""
    team: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Plan":
        """As ``Campaign.plan`` keeps it."""
        return cls(
            standards=dict(kept.get("standards", {})),
            districts=tuple(kept.get("districts", ())),
            cohort=kept.get("cohort"),
            dates={key: (pair[0], pair[1]) for key, pair in kept.get("dates", {}).items()},
            quotas=tuple(kept.get("quotas", ())),
            topic=kept.get("topic", ""),
            team=tuple(kept.get("team", ())),
        )

    @property
    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "standards": dict(self.standards),
            "districts": list(self.districts),
            "cohort": self.cohort,
            "dates": {key: list(pair) for key, pair in self.dates.items()},
            "quotas": [dict(row) for row in self.quotas],
            "topic": self.topic,
            "team": list(self.team),
        }


class Fault(NamedTuple):
    """What stands in the way of a launch, in words; ``section``: the part of the plan where it is mended."""

    section: str
    text: str


@dataclass(frozen=True)
class Reach:
    """Whom a launch reaches: the units, the district of each by its path, and the orgs that the notice is sent to."""

    units: list[Org]
    districts: Mapping[str, Org]
    to: list[Org]


@transaction.atomic
def prepare(*, by: Membership, procedure: str, year: int, title: str, key: str) -> Campaign:
    """A draft of a campaign, seen by its own office alone."""
    if by.role not in rules.OFFICES:
        raise Refused("只有督导室可以建立督导项目。")
    if not title.strip():
        raise Refused("没有填写项目名称。")
    about = {
        "title": title.strip(),
        "org": by.org,
        "year": year,
        "procedure": procedures.register(procedure=procedure, by=by),
        "by": by,
        "at": clock.now(),
    }
    row, new = Campaign.objects.get_or_create(key=key, defaults=about)
    if not new:
        raise Refused(f"编号 {key} 已有项目使用。请换一个编号。")
    record(by=by, action="campaigns.prepare", obj=row, chain_name=key)
    return row


@transaction.atomic
def revise(*, campaign: Campaign, by: Membership, plan: Plan, title: str | None = None) -> Campaign:
    """Keep what the wizard has asked so far; only another name is an act."""
    campaign = _locked(campaign)
    if not rules.may_prepare(by, campaign):
        raise Refused("项目已启动或已撤销，不能再改。")
    campaign.plan = plan.kept
    if title is not None and title.strip() and title.strip() != campaign.title:
        campaign.title = title.strip()
        campaign.save(update_fields=["plan", "title"])
        record(by=by, action="campaigns.revise", obj=campaign, chain_name=campaign.key)
    else:
        campaign.save(update_fields=["plan"])
    return campaign


@transaction.atomic
def withdraw(*, campaign: Campaign, by: Membership) -> None:
    """Give up a draft."""
    campaign = _locked(campaign)
    if campaign.state == "withdrawn":
        return
    if not rules.may_prepare(by, campaign):
        raise Refused("项目已启动，不能撤销。要结束的，请办结项目。")
    campaign.state = "withdrawn"
    campaign.save(update_fields=["state"])
    record(by=by, action="campaigns.withdraw", obj=campaign, chain_name=campaign.key)


def units(campaign: Campaign, plan: Plan, on: date) -> list[Org]:
    """The units that the plan reaches, in the order of the tree: those of its kinds, or of its frozen list, in its districts."""
    kinds = [kind for kind in plan.standards if kind in Kind.values]
    if plan.cohort is not None:
        found = titles.members(Cohort.objects.get(pk=plan.cohort, org=campaign.org))
        rows = [org for org in found if org.kind in kinds and campaign.org.contains(org)]
    else:
        inside = Org.objects.filter(orgs.current(on), kind__in=kinds, **scopes.within(campaign.org))
        rows = list(inside.select_related("parent"))
    if plan.districts:
        codes = set(plan.districts)
        rows = [org for org in rows if codes & set(org.path.strip("/").split("/"))]
    return sorted({org.pk: org for org in rows}.values(), key=lambda org: org.path)


def planned(campaign: Campaign, plan: Plan, launch: date) -> dict[str, tuple[date | None, date | None]]:
    """Opening and due day of each stage by key: those typed over, else those of the procedure; None where an event is yet to come."""
    procedure = procedures.load(campaign.procedure)
    found = schedule(procedure, campaign.year, launch, calendars.known())
    dates = {one.stage: (one.opens, one.due) for one in found}
    for key, (opens, due) in plan.dates.items():
        if key in dates:
            dates[key] = (_day(opens) or dates[key][0], _day(due) or dates[key][1])
    return dates


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def faults(campaign: Campaign, plan: Plan, on: date) -> list[Fault]:
    """What stands in the way of a launch; none: it can be launched."""
    wrong = []
    reached = units(campaign, plan, on)
    if not plan.standards:
        wrong.append(Fault("standards", "没有选定各类单位的评估标准。"))
    elif not reached:
        wrong.append(Fault("scope", "所选范围内没有单位。请核对单位类型、辖市区或对象名单。"))
    procedure, dates = procedures.load(campaign.procedure), planned(campaign, plan, on)
    if procedure.asks_topic and not plan.topic.strip():
        wrong.append(Fault("topic", "没有写明督导专题。"))
    if procedure.team is not None and len(set(plan.team)) < procedure.team.fewest:
        text = f"督导小组至少 {procedure.team.fewest} 人，现有 {len(set(plan.team))} 人。"
        wrong.append(Fault("team", text))
    for stage in procedure.stages:
        opens, due = dates.get(stage.key, (None, None))
        if opens and due and due < opens:
            text = f"“{stage.title}”的截止 {due:%Y-%m-%d} 早于开始 {opens:%Y-%m-%d}。"
            wrong.append(Fault("dates", text))
    return wrong + _quota_faults(campaign, procedure, plan, reached)


def _quota_faults(campaign: Campaign, procedure: Procedure, plan: Plan, reached: list[Org]) -> list[Fault]:
    names = {org.code: org.name for org in _districts(reached, campaign.org).values()}
    titles_of = {one.key: one.title for one in quotas.columns(procedure, campaign.year)}
    found = quotas.faults(procedure, campaign.year, plan.quotas, quotas.units_of(reached)) if reached else []
    return [Fault("quotas", f"{names.get(code, code)}“{titles_of[key]}”{text}") for code, key, text in found]


def reach(campaign: Campaign, plan: Plan, on: date) -> Reach:
    """Whom a launch on a day would reach."""
    reached = units(campaign, plan, on)
    districts = _districts(reached, campaign.org)
    straight = _tells_units(procedures.load(campaign.procedure).stages)
    return Reach(reached, districts, _addressees(reached, districts, campaign.org, straight=straight))


@transaction.atomic
def issue_and_launch(*, campaign: Campaign, by: Membership, **content: Any) -> Campaign:
    """Issue the notice of the launch (``content``: as ``documents.actions.issue`` takes it) and launch, both or neither."""
    campaign = _locked(campaign)
    if campaign.state == "running":
        return campaign
    return launch(campaign=campaign, by=by, document=documents.issue(by=by, **content))


@transaction.atomic
def launch(*, campaign: Campaign, by: Membership, document: Document | None) -> Campaign:
    """Launch: the stages with their dates, a case for every unit, the notice to the districts. From now on the texts are fixed.

    ``document``: what is sent; None where nobody but the launching office itself is reached.
    """
    campaign = _locked(campaign)
    if campaign.state == "running":
        return campaign
    if not rules.may_prepare(by, campaign):
        raise Refused("项目已撤销或已办结，不能启动。")
    plan, today = Plan.of(campaign.plan), clock.today()
    wrong = faults(campaign, plan, today)
    if wrong:
        raise Refused("不能启动：" + "".join(fault.text for fault in wrong))
    found = reach(campaign, plan, today)
    reached, districts, to = found.units, found.districts, found.to
    stages, places = _stages(campaign, plan, today, districts)
    bound = {
        kind: Binding.objects.create(campaign=campaign, kind=kind, version=StandardVersion.objects.get(pk=pk))
        for kind, pk in plan.standards.items()
    }
    if to and document is None:
        raise Refused("没有启动通知。请填写通知的文号和正文。")
    if document is not None and to:
        campaign.notice = notices.send(by=by, document=document, to=to, chain_name=campaign.key)
    campaign.state, campaign.launched_at, campaign.quotas = (
        "running",
        clock.now(),
        [dict(row) for row in plan.quotas],
    )
    campaign.topic, campaign.team = plan.topic, list(plan.team)
    campaign.cohort = Cohort.objects.get(pk=plan.cohort) if plan.cohort is not None else None
    campaign.save()
    _close_the_launch(places, campaign, by)
    cases = _cases(campaign, reached, districts, bound)
    record_many(
        by=by,
        action="campaigns.launch",
        objs=[campaign, *stages, *places, *bound.values(), *cases],
        data={"units": len(cases)},
        chain_name=campaign.key,
    )
    walking.ask_units(cases)
    walking.ask_places({case.place_id: case.place for case in cases}.values())
    return campaign


def _locked(campaign: Campaign) -> Campaign:
    walking.hold([campaign.pk])
    return Campaign.objects.select_related("org", "procedure").get(pk=campaign.pk)


def _districts(reached: list[Org], owner: Org) -> dict[str, Org]:
    """The district of every unit, by the unit's path: the county-level unit it is or lies in, else the owner."""
    codes = {code for org in reached for code in org.path.strip("/").split("/")}
    known = {
        org.code: org
        for org in Org.objects.filter(code__in=codes, kind__in=COUNTY_KINDS).select_related("parent")
    }
    found = {}
    for org in reached:
        above = [known[code] for code in org.path.strip("/").split("/") if code in known]
        found[org.path] = above[-1] if above else owner
    return found


def _addressees(reached: list[Org], districts: Mapping[str, Org], owner: Org, *, straight: bool) -> list[Org]:
    """To whom the launch is sent: the districts; the units themselves of 市属, which has no office, of the owner, and with
    ``straight`` all of them.
    """
    found = {org.pk: org for org in districts.values() if org.kind != Kind.DIRECT}
    for org in reached:
        district = districts[org.path]
        if straight or district.pk == owner.pk or district.kind == Kind.DIRECT:
            found[org.pk] = org
    found.pop(owner.pk, None)
    return list(found.values())


def _tells_units(stages: Sequence[PlannedStage]) -> bool:
    """Whether the notice is written to the units (书面督导通知): it comes before they begin, and no district is to forward it."""
    first = next((n for n, stage in enumerate(stages) if stage.actor == "unit"), 0)
    actors = {stage.actor for stage in stages[:first] if stage.type == "notice"}
    return bool(actors) and "county" not in actors


def _keepers(stage: PlannedStage, districts: Mapping[str, Org], owner: Org) -> list[Org]:
    """Who keeps the dates of a stage: each district, the owner, or the unit of that level above the district; the owner where there is none."""
    below = list({org.pk: org for org in districts.values()}.values())
    if stage.actor in ("unit", "county"):
        return below
    if stage.actor == "owner":
        return [owner]
    kind = LEVELS[stage.actor]
    found: dict[int, Org] = {}
    for org in below:
        above = Org.objects.filter(code__in=org.path.strip("/").split("/"), kind=kind).first() or owner
        found[above.pk] = above
    return list(found.values())


def _stages(
    campaign: Campaign, plan: Plan, today: date, districts: Mapping[str, Org]
) -> tuple[list[Stage], list[StageDate]]:
    dates = planned(campaign, plan, today)
    stages, places = [], []
    for order, known in enumerate(procedures.load(campaign.procedure).stages, 1):
        opens, due = dates.get(known.key, (None, None))
        stage = Stage.objects.create(
            campaign=campaign,
            order=order,
            key=known.key,
            title=known.title,
            type=known.type,
            actor=known.actor,
            inspector=known.inspector,
            problems=known.problems,
            opens=opens,
            due=due,
        )
        stages.append(stage)
        places += [
            StageDate(stage=stage, org=org, opens=opens, due=due)
            for org in _keepers(known, districts, campaign.org)
        ]
    return stages, StageDate.objects.bulk_create(places)


def _close_the_launch(places: list[StageDate], campaign: Campaign, by: Membership) -> None:
    """What the launch itself does: the owner's own notice that comes first, and the forwarding to units it was sent to straight."""
    first = min(place.stage.order for place in places)
    for place in places:
        leading = place.stage.order == first and place.org_id == campaign.org_id
        straight = place.stage.actor == "county" and (
            place.org.kind == Kind.DIRECT or place.org_id == campaign.org_id
        )
        if place.stage.type == "notice" and (leading or (straight and _before_units(place, places))):
            place.closed_at, place.closed_on, place.closed_by = clock.now(), clock.today(), by
            place.note, place.notice = "随启动通知办理", campaign.notice
            place.save()


def _before_units(place: StageDate, places: list[StageDate]) -> bool:
    """Whether no unit has anything to do before this stage."""
    begins = [one.stage.order for one in places if one.stage.actor == "unit"]
    return not begins or place.stage.order < min(begins)


def _cases(
    campaign: Campaign, reached: list[Org], districts: Mapping[str, Org], bound: Mapping[str, Binding]
) -> list[Case]:
    ways = queries.routes(campaign, list({org.pk: org for org in districts.values()}.values()))
    cases = []
    for org in reached:
        district = districts[org.path]
        case = Case(
            campaign=campaign,
            unit=org,
            district=district,
            path=org.path,
            kind=org.kind,
            version=bound[org.kind].version,
        )
        walking.onward(case, ways[district.pk], start=True)
        cases.append(case)
    return Case.objects.bulk_create(cases)
