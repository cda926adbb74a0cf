"""How cases go from stage to stage, and the tasks that follow. Used by the actions; nothing here is an act of its own.

A case stands at one place of its route. It goes on when the unit hands in, when an office approves, or when an office closes its
stage; places that are closed already are passed. Coming to a stage of units asks the unit, coming to an office's stage the office.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Prefetch
from django.urls import reverse

from dudao_web import clock
from dudao_web.campaigns import stage_type
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.campaigns.queries import Route
from dudao_web.orgs.actions import object_key
from dudao_web.orgs.models import COUNTY_KINDS, Kind, Org, Role
from dudao_web.standards.models import StandardVersion
from dudao_web.tasks import actions as tasks

UNIT_TASK, PLACE_TASK = "campaigns.unit", "campaigns.place"
OPINION_TASK, UNLOCK_TASK = "campaigns.opinion", "campaigns.unlock"
AROUND = (  # what an act reads of a case besides the case
    "campaign__org",
    "unit__parent",
    "district__parent",
    "place__stage__campaign",
    "place__org__parent",
    "version",
)


def hold(campaigns: Iterable[int]) -> None:
    """Keep others from moving cases, closing stages or changing dates in campaigns (by key) until the transaction ends: what a route
    says stays true. Taken before any case of theirs is held, by all alike.
    """
    list(
        Campaign.objects.select_for_update(no_key=True)
        .filter(pk__in=campaigns)
        .order_by("pk")
        .values_list("pk")
    )


def held(cases: Iterable[int]) -> list[Case]:
    """Cases (by key) as they are now, held until the transaction ends, in the order of their keys.

    First held, then read with the rows around them: PostgreSQL would leave out one whose place has changed while it was waited for.
    """
    keys = list(cases)
    rows = Case.objects.filter(pk__in=keys).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
    if len(keys) == 1:
        return list(rows.select_related(*AROUND).defer("version__text"))
    # one question a relation: a planner without statistics joins twelve tables of many rows in the worst order
    texts = Prefetch("version", StandardVersion.objects.defer("text"))
    return list(rows.prefetch_related(*AROUND[:-1], texts))


def onward(case: Case, route: Route, *, start: bool = False) -> None:
    """Move a case (not saved) past its place to the next one that is open; at the end it is done. ``start``: to the first one."""
    here = -1 if start else next(n for n, place in enumerate(route) if place.pk == case.place_id)
    for place in route[here + 1 :]:
        if place.closed_at is None:
            _land(case, place)
            return
    case.place, case.done, case.due = route[-1], True, None


def _land(case: Case, place: StageDate) -> None:
    case.place, case.due = place, None
    kind = stage_type.of(place)
    if kind.of_unit:
        case.state = "todo"
    elif kind.waits and case.state == "approved":
        case.state = "submitted"  # approved below, waits for the next level


def back(case: Case, route: Route) -> None:
    """Move a case (not saved) to the unit's own stage that came last."""
    here = next(n for n, place in enumerate(route) if place.pk == case.place_id)
    case.place = next(place for place in reversed(route[: here + 1]) if stage_type.of(place).of_unit)
    case.state, case.done = "returned", False


def office_of(org: Org) -> tuple[Org, Role]:
    """The office that is asked for ``org``: for 市属 the one above it."""
    if org.kind == Kind.DIRECT and org.parent is not None:
        return org.parent, Role.CITY_OFFICER
    if org.kind in COUNTY_KINDS:
        return org, Role.COUNTY_OFFICER
    return org, Role.CITY_OFFICER


def _unit_office(case: Case) -> tuple[Org, Role]:
    if case.kind in (Kind.SCHOOL, Kind.KINDERGARTEN, Kind.TOWN, Kind.DEPARTMENT):
        return case.unit, Role.SCHOOL
    return office_of(case.unit)


def _unit_row(case: Case, note: str) -> dict[str, Any]:
    org, role = _unit_office(case)
    kind = stage_type.of(case.place)
    assert kind.case_page is not None  # a stage of units has a page
    return {
        "org": org,
        "role": role,
        "kind": UNIT_TASK,
        "object": object_key(case),
        "title": f"{case.place.stage.title}：改正后重新提交"
        if case.state == "returned"
        else case.place.stage.title,
        "about": case.campaign.title,
        "asked_by": case.place.org if case.place.org_id != case.unit_id else case.campaign.org,
        "href": kind.case_page(case),
        "due": case.due or case.place.due,
        "opens": case.place.opens,
        "note": note,
    }


def ask_units(cases: Iterable[Case], note: str = "") -> None:
    """The tasks of units whose turn it has become, and the end of those whose turn is over."""
    turn, over = [], []
    for case in cases:
        mine = stage_type.of(case.place).of_unit and case.state in Case.OPEN and not case.done
        (turn if mine else over).append(case)
    if over:
        tasks.done_many(kind=UNIT_TASK, objects=[object_key(case) for case in over])
    if len(turn) == 1:
        tasks.ask(**_unit_row(turn[0], note))
    elif turn:
        tasks.ask_many(_unit_row(case, note) for case in turn)


def ask_inspectors(cases: Iterable[Case], page: str) -> None:
    """The task of each unit's responsible inspector to write an opinion; ``page``: name of the address of a case."""
    rows = [
        {
            "org": case.unit,
            "role": Role.INSPECTOR,
            "kind": OPINION_TASK,
            "object": object_key(case),
            "title": f"签署自查意见：{case.unit.name}",
            "about": case.campaign.title,
            "asked_by": case.district,
            "href": reverse(page, args=(case.pk,)) + "#sign",
            "due": None,
            "opens": None,
            "note": "",
        }
        for case in cases
    ]
    if rows:
        tasks.ask_many(rows)


def ask_places(places: Iterable[StageDate]) -> None:
    """The tasks of the offices that keep these stages: asked while cases are there (for approval: wait there), else over."""
    found = {place.pk: place for place in places}
    office = [place for place in found.values() if not stage_type.of(place).of_unit]
    rows = Case.objects.filter(place__in=[place.pk for place in office], done=False).order_by()
    counts: dict[int, int] = {}
    for place, state, n in rows.values_list("place", "state").annotate(n=Count("pk")):
        if not stage_type.of(found[place]).waits or state == "submitted":
            counts[place] = counts.get(place, 0) + n
    for place in office:
        n = counts.get(place.pk, 0)
        if n and place.closed_at is None:
            tasks.ask(**_place_row(place, n))
        else:
            tasks.done(kind=PLACE_TASK, object=object_key(place))


def _place_row(place: StageDate, n: int) -> dict[str, Any]:
    org, role = office_of(place.org)
    kind = stage_type.of(place)
    assert kind.place_page is not None  # a stage of an office has a page
    waiting = f"，{n} 个单位待审" if kind.waits else ""
    return {
        "org": org,
        "role": role,
        "kind": PLACE_TASK,
        "object": object_key(place),
        "title": f"{place.stage.title}{waiting}" + (f"（{place.org.name}）" if org != place.org else ""),
        "about": place.stage.campaign.title,
        "asked_by": place.stage.campaign.org,
        "href": kind.place_page(place),
        "due": place.due,
        "opens": place.opens,
        "note": "",
    }


def moved_dates(place: StageDate) -> None:
    """The tasks of a place, and of the units at it without a date of their own, after its dates were changed."""
    kind = stage_type.of(place)
    if kind.of_unit:
        rows = Case.objects.filter(place=place, due=None, state__in=Case.OPEN, done=False)
        tasks.move_due(
            kind=UNIT_TASK, objects=[f"case:{pk}" for pk in rows.values_list("pk", flat=True)], due=place.due
        )
    else:
        tasks.move_due(kind=PLACE_TASK, objects=[object_key(place)], due=place.due)


def today_late(place: StageDate, case: Case) -> bool:
    """Whether a hand-in today comes after its date."""
    due = case.due or place.due
    return due is not None and clock.today() > due


def ask_unlock(case: Case, decider: Org | None) -> None:
    """The task of the office that decides about a request to change a hand-in."""
    if decider is None:
        return
    org, role = office_of(decider)
    tasks.ask(
        org=org,
        role=role,
        kind=UNLOCK_TASK,
        object=object_key(case),
        title=f"{case.unit.name}申请修改已提交的内容",
        about=case.campaign.title,
        asked_by=case.unit,
        href=reverse("campaigns:case", args=(case.pk,)) + "#ask",
        due=None,
        opens=None,
        note=case.unlock,
    )


def unlock_decided(cases: Iterable[Case]) -> None:
    """The requests are decided, one way or the other."""
    tasks.done_many(kind=UNLOCK_TASK, objects=[object_key(case) for case in cases])


def opinion_given(case: Case) -> None:
    """A responsible inspector has signed."""
    tasks.done(kind=OPINION_TASK, object=object_key(case))


def over(campaign: Campaign) -> None:
    """Nothing is asked of anybody any more in a campaign that has ended."""
    cases = [f"case:{pk}" for pk in campaign.cases.values_list("pk", flat=True)]
    for kind in (UNIT_TASK, OPINION_TASK, UNLOCK_TASK):
        tasks.done_many(kind=kind, objects=cases)
    places = list(StageDate.objects.filter(stage__campaign=campaign).select_related("stage"))
    tasks.done_many(kind=PLACE_TASK, objects=[object_key(place) for place in places])
    for place in places:
        over_at(place)


def over_at(place: StageDate) -> None:
    """Nothing that its stage has asked beside the place itself is asked any more."""
    if (end := stage_type.of(place).over) is not None:
        end(place)
