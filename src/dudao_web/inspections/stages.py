"""The stage type of a review (复查、抽查): some units are drawn, or all are taken; teams judge them; the office closes the stage."""

from django.urls import reverse

from dudao_web.campaigns.models import Case, StageDate
from dudao_web.campaigns.stage_type import StageType
from dudao_web.inspections import objections_page, queries, teams


def _place(place: StageDate) -> str:
    return reverse("inspections:place", args=(place.pk,))


def _case(case: Case) -> str:
    """Its score sheets, once there are some."""
    there = case.sheets.exists()
    return f"{reverse('inspections:sheets')}?state=all&case={case.pk}" if there else ""


STAGES = (
    StageType(
        "review",
        "评定",
        "评定",
        case_page=_case,
        place_page=_place,
        not_yet=queries.not_yet,
        counts=queries.counts,
        waiting=objections_page.waiting,
        over=teams.over,
    ),
)
