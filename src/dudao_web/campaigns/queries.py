"""Reads of campaigns used twice: what an office sees, the way of a case through the stages, the matrix, what changed.

Whatever a page shows is filtered by the range of the tree path (``orgs.rules``); nothing here changes anything.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dudao_web.campaigns import rules, stage_type
from dudao_web.campaigns.models import Approval, Campaign, Case, HandIn, Judgement, Stage, StageDate
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import Membership, Org, Role

Route = list[StageDate]
Counted = dict[tuple[int, int], tuple[int, int]]  # key of the place and of the district -> (done, all)


def cases(membership: Membership) -> QuerySet[Case]:
    """The cases of the membership's own unit and below, as the units stand today."""
    return orgs.visible(Case.objects.all(), membership, "unit").select_related(
        "campaign", "unit", "district", "place__stage", "place__org"
    )


def campaigns(membership: Membership) -> QuerySet[Campaign]:
    """Campaigns that the membership's unit or one below it launched, or has a case in; a draft is seen by its own office alone."""
    launched = orgs.own(membership.org, "org")
    own = Q(**orgs.within(membership.org, "org")) if membership.role != Role.SCHOOL else launched
    inside = orgs.visible(Case.objects.filter(campaign=OuterRef("pk")), membership, "unit")
    begun = ~Q(state__in=("draft", "withdrawn"))
    seen = begun & (own | Exists(inside))
    if membership.role in rules.OFFICES:
        seen |= launched
    return Campaign.objects.filter(seen).select_related("org", "procedure")


def places(membership: Membership) -> QuerySet[StageDate]:
    """The stages whose dates the membership's unit, or one below it, keeps."""
    return orgs.visible(StageDate.objects.all(), membership, "org").select_related(
        "stage__campaign", "org__parent"
    )


def routes(campaign: Campaign, districts: Sequence[Org] = ()) -> dict[int, Route]:
    """The places that a case passes, in order, by key of its district: for each stage the district's own, or that of the office above.

    ``districts``: those to look at; none: all that have a case.
    """
    found = list(StageDate.objects.filter(stage__campaign=campaign).select_related("stage__campaign", "org"))
    if not districts:
        keys = Case.objects.filter(campaign=campaign).order_by().values("district").distinct()
        districts = list(Org.objects.filter(pk__in=keys))
    by_stage: dict[int, list[StageDate]] = defaultdict(list)
    for place in found:
        by_stage[place.stage.order].append(place)
    return {
        district.pk: [keeper(by_stage[order], district) for order in sorted(by_stage)]
        for district in districts
    }


def keeper(found: list[StageDate], district: Org) -> StageDate:
    """The district's own place, else the nearest above it, else the only one there is (the owner's)."""
    above = [place for place in found if place.org.contains(district)]
    return max(above, key=lambda place: len(place.org.path)) if above else found[0]


def passing(place: StageDate) -> QuerySet[Case]:
    """The cases whose way leads through a place, wherever they stand."""
    campaign = place.stage.campaign
    through = [key for key, way in routes(campaign).items() if place in way]
    return Case.objects.filter(campaign=campaign, district__in=through)


def reached(place: StageDate) -> bool:
    """Whether any unit has come to a place: what it needs is done. Units that lag behind do not hold it up."""
    return passing(place).filter(place__stage__order__gte=place.stage.order).exists()


def before_units(place: StageDate) -> bool:
    """Whether no unit has anything to do in the campaign before a place."""
    first = place.stage.campaign.stages.filter(actor="unit").first()
    return first is None or place.stage.order < first.order


def route(case: Case) -> Route:
    """The places of one case, in order."""
    return routes(case.campaign, [case.district])[case.district_id]


def decider(case: Case) -> Org | None:
    """The office that has a locked case now, or approved it last; its district's where none has yet (of a county: the owner)."""
    if case.state not in ("submitted", "approved"):
        return None
    if stage_type.of(case.place).waits and case.state == "submitted":
        return case.place.org
    last = case.approvals.filter(result="approved").select_related("place__org").last()
    if last is not None:
        return last.place.org
    return case.district if case.district_id != case.unit_id else case.campaign.org


@dataclass(frozen=True, slots=True)
class Cell:
    """One stage in one district. ``done`` of ``total`` cases for a unit's stage, of those that are looked at for a stage of review;
    ``place`` has the dates and, for an office's stage, whether it is closed. ``waiting``: cases that wait there; ``returned``: sent back to the unit.
    """

    stage: Stage
    place: StageDate
    done: int
    total: int
    waiting: int
    returned: int


@dataclass(frozen=True, slots=True)
class Line:
    """A district in the matrix, or all of them together (``district`` None)."""

    district: Org | None
    cells: tuple[Cell, ...]


def waiting(campaign: Campaign) -> list[str]:
    """What waits for an answer that cannot be given once the campaign has ended, in words."""
    kinds = {stage.type for stage in campaign.stages.all()}
    found = [one.waiting(campaign) for key, one in stage_type.TYPES.items() if key in kinds and one.waiting]
    return [text for text in found if text]


def matrix(campaign: Campaign, membership: Membership) -> list[Line]:
    """Every district that the membership sees, in the order of the tree: one GROUP BY over the cases, and what its stages count."""
    rows = orgs.visible(Case.objects.filter(campaign=campaign), membership, "unit").order_by()
    counted = list(rows.values_list("district", "place", "state", "done").annotate(n=Count("pk")))
    orders = dict(
        StageDate.objects.filter(stage__campaign=campaign).values_list("pk", "stage__order").order_by()
    )
    by_district: dict[int, list[tuple[int, str, bool, int]]] = defaultdict(list)
    for district, place, state, done, n in counted:
        by_district[district].append((orders[place], state, done, n))
    districts = list(Org.objects.filter(pk__in=by_district).order_by("path"))
    ways = routes(campaign, districts) if districts else {}
    own = counted_by_stages(campaign, {place.stage.type for way in ways.values() for place in way})
    return [
        Line(
            district,
            tuple(cell(place, by_district[district.pk], district, own) for place in ways[district.pk]),
        )
        for district in districts
    ]


def counted_by_stages(campaign: Campaign, types: Iterable[str]) -> Counted:
    """What the types of stages count themselves in a campaign (``StageType.counts``), by key of the place and of the district."""
    found: Counted = {}
    for key in types:
        kind = stage_type.TYPES[key]
        if kind.counts is not None:
            found |= kind.counts(campaign)
    return found


def cell(place: StageDate, counts: list[tuple[int, str, bool, int]], district: Org, own: Counted) -> Cell:
    """What the cases of a district, counted by order of the stage, state and whether they are done, make of one stage; ``own``: of a
    stage whose type counts for itself.
    """
    order = place.stage.order
    here = [(state, n) for at, state, done, n in counts if at == order and not done]
    kind = stage_type.of(place)
    waits = kind.waits
    through = (sum(n for at, _, done, n in counts if at > order or done), sum(n for *_, n in counts))
    done, total = through if kind.counts is None else own.get((place.pk, district.pk), (0, 0))
    return Cell(
        stage=place.stage,
        place=place,
        done=done,
        total=total,
        waiting=sum(n for state, n in here if not waits or state == "submitted"),
        returned=sum(n for state, n in here if state == "returned"),
    )


def judgements(case: Case, source: str = "self") -> dict[str, Judgement]:
    """The current judgements of a source, by indicator."""
    rows = Judgement.objects.filter(case=case, source=source, superseded=False)
    return {row.indicator: row for row in rows}


@dataclass(frozen=True, slots=True)
class Change:
    """An indicator that two hand-ins answer differently; None: not answered."""

    indicator: str
    before: Judgement | None
    after: Judgement | None


def changes(case: Case, before: HandIn | None, after: HandIn | None = None) -> list[Change]:
    """What the unit changed after hand-in ``before`` (None: all) up to ``after`` (None: the last), in the order of the answers."""
    rows = Judgement.objects.filter(case=case, source="self", hand_in__isnull=False).select_related("hand_in")
    old: dict[str, Judgement] = {}
    new: dict[str, Judgement] = {}
    for row in rows.order_by("hand_in__number", "pk"):
        if before is not None and row.hand_in.number <= before.number:
            old[row.indicator] = row
        if after is None or row.hand_in.number <= after.number:
            new[row.indicator] = row
    return [
        Change(name, old.get(name), row)
        for name, row in new.items()
        if name not in old or (row.pk != old[name].pk and said(row) != said(old[name]))
    ]


def said(row: Judgement) -> tuple[object, ...]:
    """What a judgement says: two that say the same are no change."""
    return (row.value, row.points, row.answer, row.note)


def last_approved(case: Case, place: StageDate | None = None) -> HandIn | None:
    """The hand-in that was approved last (at ``place``): what changed since then is shown to the office."""
    rows = Approval.objects.filter(case=case, result="approved")
    if place is not None:
        rows = rows.filter(place=place)
    last = rows.select_related("hand_in").last()
    return last.hand_in if last else None
