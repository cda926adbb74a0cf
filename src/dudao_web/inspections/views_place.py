"""The page of a stage of review for the office that keeps it: how far it is, its draw, teams and sheets, the form that closes it.

Made of blocks, each with its own owner; the closing itself is ``campaigns:place``. Not here: what the blocks do.
"""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from dudao_web import clock
from dudao_web.campaigns import procedures, shown
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.forms import ClosePlaceForm
from dudao_web.campaigns.models import Case, StageDate
from dudao_web.inspections import drawing_page, frames, queries, rules, sheets_page, teams_page
from dudao_web.inspections.models import Sample
from dudao_web.orgs.access import page


@page(rules.OFFICES, obj="督导阶段")
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One stage of review at an org: its clause and dates, how many units are done, what is to be done next."""
    rows = campaigns.places(request.membership).select_related(
        "stage__campaign__procedure", "closed_by", "proof"
    )
    found = get_object_or_404(rows, pk=pk, stage__type="review")
    may = rules.may_keep(request.membership, found)
    done, total = queries.progress(found)
    may_close = may and campaigns.reached(found)
    not_yet = queries.not_yet(found) if may_close else ""
    context = {
        "place": found,
        "campaign": found.stage.campaign,
        "clause": procedures.stage(found),
        "when": shown.when(found.due, clock.today(), found.closed_at is not None),
        "may": may,
        "done": done,
        "total": total,
        "left": total - done,
        "share": round(20 * done / total) if total else 0,
        "waiting": Case.objects.filter(place=found, done=False).count(),
        "form": ClosePlaceForm() if may_close else None,
        "not_yet": not_yet,
        "early": may and not may_close,
        **_drawing(found, closing=may_close and not not_yet),
        **teams_page.block(found, request.membership),
        **sheets_page.block(found, request.membership),
    }
    return render(request, "inspections/place.html", context)


def _drawing(place: StageDate, closing: bool) -> dict[str, Any]:
    """The block of the draw: its rounds, the newest first; none where all units take part. ``closing``: the form that closes the stage is
    shown, and with it who has not been drawn; that takes the whole frame.
    """
    if not frames.by_lot(procedures.stage(place)):
        return {"by_lot": False}
    rows = Sample.objects.filter(place=place).defer("frame", "notes").order_by("-number")
    rounds = list(rows.annotate(units=Count("drawn", filter=Q(drawn__dropped=False))))
    for one in rounds:
        one.mark, one.word = drawing_page.MARKS[one.state], Sample.STATES[one.state]
    due, last_year = frames.quotas(place), frames.last_year_of(place) is not None
    return {
        "by_lot": True,
        "rounds": rounds,
        "planned": next((one for one in rounds if one.state == "planned"), None),
        "still_due": None if due is None else sum(due.values()),
        "last_year": last_year,
        "unseen": drawing_page.unseen(place, frames.frame(place)) if closing and last_year else "",
        "again": any(one.state == "drawn" for one in rounds),
    }
