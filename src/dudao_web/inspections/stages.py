"""The stage type of a review (复查、抽查): some units are drawn, or all are taken; teams judge them; the office closes the stage."""

from django.urls import reverse

from dudao_web.campaigns.models import StageDate
from dudao_web.campaigns.stage_type import StageType
from dudao_web.inspections import objections_page, queries, teams


def _place(place: StageDate) -> str:
    return reverse("inspections:place", args=(place.pk,))


STAGES = (
    StageType(
        "review",
        "评定",
        "评定",
        place_page=_place,
        not_yet=queries.not_yet,
        counts=queries.counts,
        waiting=objections_page.waiting,
        over=teams.over,
    ),
)
