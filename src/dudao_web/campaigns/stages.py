"""The stage types that need nothing but campaigns: approval, notice, manual. Those of the unit's own work are in ``submissions.stages``."""

from django.urls import reverse

from dudao_web.campaigns.models import StageDate
from dudao_web.campaigns.stage_type import StageType


def _place(place: StageDate) -> str:
    return reverse("campaigns:place", args=(place.pk,))


def _queue(place: StageDate) -> str:
    return reverse("campaigns:queue", args=(place.pk,))


STAGES = (
    StageType("approval", "审核", "审核", waits=True, place_page=_queue),
    StageType("notice", "通知", "转发通知", place_page=_place),
    StageType("manual", "办理", "办理", place_page=_place),
)
