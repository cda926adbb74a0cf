"""The stage types of a unit's own work: self_check (自查) and data (数据填报)."""

from django.urls import reverse

from dudao_web.campaigns.models import Case
from dudao_web.campaigns.stage_type import StageType
from dudao_web.submissions.self_check.carried import carried


def _self_check(case: Case) -> str:
    return reverse("submissions:self_check", args=(case.pk,))


def _data(case: Case) -> str:
    return reverse("submissions:data_stage", args=(case.pk,))


STAGES = (
    StageType("self_check", "自查", "自查并提交", of_unit=True, case_page=_self_check, known=carried),
    StageType("data", "数据填报", "填报并提交", of_unit=True, case_page=_data),
)
"""Both are done once by every unit; the office that keeps the stage only sets its dates."""
