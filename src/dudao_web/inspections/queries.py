"""Reads of inspections used twice: what is to be looked at, how far a stage is. Nothing here changes anything."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from dudao_web import clock
from dudao_web.campaigns import procedures
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.inspections import frames, rules
from dudao_web.inspections.models import Drawn, Member, Sample, Sheet, Tie
from dudao_web.orgs import queries as persons
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import Membership, Role


def to_review(place: StageDate) -> QuerySet[Case]:
    """The cases that a stage looks at: those drawn and not replaced; where all take part, all that pass it."""
    if not frames.by_lot(procedures.stage(place)):
        return campaigns.passing(place)
    drawn = Drawn.objects.filter(case=OuterRef("pk"), sample__place=place, dropped=False)
    return Case.objects.filter(Exists(drawn))


def unfinished(place: StageDate) -> QuerySet[Case]:
    """Of these, the cases whose sheet is not handed in."""
    done = Sheet.objects.filter(case=OuterRef("pk"), place=place, state="submitted")
    return to_review(place).exclude(Exists(done))


def progress(place: StageDate) -> tuple[int, int]:
    """How many of them are done, and how many there are."""
    total = to_review(place).count()
    return total - unfinished(place).count(), total


def not_yet(place: StageDate) -> str:
    """Why a stage of review cannot be closed now; "" where it can. A stage that has none to draw closes without a draw."""
    if not frames.by_lot(procedures.stage(place)):
        return ""
    states = set(Sample.objects.filter(place=place).values_list("state", flat=True))
    if "planned" in states:
        return "抽样框已公布，还没有抽取。请先抽取或作废，再办结。"
    if "drawn" in states:
        return ""
    due = frames.quotas(place)
    none_due = due is not None and not any(due.values())
    if none_due or not any(line.take != "out" for line in frames.frame(place)):
        return ""
    return "还没有抽取要查的单位。请先抽取，再办结。"


def counts(campaign: Campaign) -> dict[tuple[int, int], tuple[int, int]]:
    """(handed-in sheets, units to look at) of every stage of review, by key of the place and of the district."""
    places = StageDate.objects.filter(stage__campaign=campaign, stage__type="review")
    rows = list(places.select_related("stage", "org"))
    procedure = procedures.load(campaign.procedure)
    lot = [row for row in rows if frames.by_lot(procedure.stage(row.stage.key))]
    whole = [row for row in rows if row not in lot]
    totals: dict[tuple[int, int], int] = {}
    sheets = Sheet.objects.filter(place__in=[row.pk for row in rows], state="submitted")
    if lot:
        drawn = Drawn.objects.filter(sample__place__in=[row.pk for row in lot], dropped=False)
        totals |= _by_place(drawn.annotate(of=F("sample__place")))
        dropped = Drawn.objects.filter(case=OuterRef("case"), sample__place=OuterRef("place"), dropped=True)
        sheets = sheets.exclude(Exists(dropped))
    if whole:
        cases = Case.objects.filter(campaign=campaign).order_by()
        of_district = dict(cases.values_list("district").annotate(n=Count("pk")))
        for district, way in campaigns.routes(campaign).items():
            totals |= {(row.pk, district): of_district[district] for row in whole if row in way}
    done = _by_place(sheets.annotate(of=F("place")))
    return {key: (done.get(key, 0), total) for key, total in totals.items()}


def _by_place(rows: QuerySet) -> dict[tuple[int, int], int]:
    """How many rows there are of each place and district."""
    grouped: Iterable[tuple[int, int, int]] = (
        rows.order_by().values_list("of", "case__district").annotate(n=Count("pk"))
    )
    return {(place, district): n for place, district, n in grouped}


# --- teams and sheets


def sheets(membership: Membership) -> QuerySet[Sheet]:
    """The sheets that an office reads (``rules.may_read_sheet``, of many): of its own teams; of the stages that it keeps and those below;
    once handed in those of its units; a filling unit its own, handed in.
    """
    own_team = Member.objects.filter(team=OuterRef("team"), membership=membership, left_at=None)
    seen = Q(Exists(own_team))
    handed_in = Q(state="submitted")
    if membership.role in rules.OFFICES:
        seen |= Q(**orgs.within(membership.org, "place__org"))
        seen |= handed_in & Q(**orgs.within(membership.org, "case__unit"))
    elif membership.role == Role.SCHOOL:
        seen |= handed_in & orgs.own(membership.org, "case__unit")
    return around(Sheet.objects.filter(seen))


def around(rows: QuerySet[Sheet]) -> QuerySet[Sheet]:
    """Sheets with the rows that their rules and pages look at; without the text of the standard."""
    found = rows.select_related(
        "case__campaign__procedure",
        "case__unit",
        "case__version",
        "place__stage__campaign",
        "place__org",
        "team",
    )
    return found.defer("case__version__text", "case__campaign__procedure__text")


def ties(membership: Membership) -> QuerySet[Tie]:
    """The ties that are shown: the person's own, and to an office those of persons with an office at or below its unit."""
    user = membership.user
    seen = Q(user=user) | Q(user__person=user.person) if user.person else Q(user=user)
    if membership.role in rules.OFFICES:
        below = Membership.objects.filter(user=OuterRef("user"), **orgs.within(membership.org, "org"))
        seen |= Exists(below)
    return Tie.objects.filter(seen).select_related("user", "org", "by__user")


def candidates(place: StageDate, text: str = "") -> QuerySet[Membership]:
    """Who can be asked into a team of a stage: inspectors and officers below the office that launched the campaign, or the one that keeps
    the stage (跨区域联合); inspectors first, and of these its own. ``text``: in the name of the office or of its unit.
    """
    above = place.stage.campaign.org
    here = Q(**orgs.within(above, "org")) | Q(**orgs.within(place.org, "org"))
    rows = Membership.objects.filter(here, persons.current(clock.today()), role__in=rules.SCORERS)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(org__name__icontains=text))
    office = models.Case(models.When(role=Role.INSPECTOR, then=models.Value(0)), default=models.Value(1))
    own = models.Case(
        models.When(Q(**orgs.within(place.org, "org")), then=models.Value(0)), default=models.Value(1)
    )
    return (
        rows.annotate(office=office, own=own)
        .select_related("user", "org")
        .order_by("office", "own", "org__path", "pk")
    )
