"""The page of a draft's plan made ready: the stages with what the procedure says of their dates, the table of quotas, what is missing.

Not here: the form (``forms_launch``), what is asked of units (``burden``), whether it can be launched (``launching.faults``).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import BoundField

from dudao.procedures import Procedure, Stage, schedule
from dudao.procedures.clocks import LAUNCH, Dated
from dudao_web.campaigns import burden, calendars, launching, quotas, stage_type
from dudao_web.campaigns.forms_launch import PlanForm
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign
from dudao_web.orgs.models import Org
from dudao_web.standards.models import StandardVersion

ACTORS = {
    "unit": "单位",
    "owner": "组织单位",
    "county": "辖市区",
    "city": "市",
    "province": "省",
    "nation": "国家",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A stage: who acts, what the document says of its end, what follows for this campaign, and the two fields to type others."""

    stage: Stage
    actor: str
    kind: str
    printed: str
    opens: date | None
    due: date | None
    waits: str
    assumed: str
    fields: tuple[BoundField, BoundField]


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A district with a field for each column."""

    org: Org
    units: int
    fields: tuple[tuple[str, BoundField], ...]  # head of the column, field
    total: int


def context(campaign: Campaign, procedure: Procedure, form: PlanForm, today: date) -> dict[str, Any]:
    """Everything the page shows beside the fields; dates and counts are those of the plan as it is kept."""
    plan = Plan.of(campaign.plan)
    found = launching.reach(campaign, plan, today)
    kept = StandardVersion.objects.defer("text").in_bulk(list(plan.standards.values()))
    bound = {kind: kept[pk] for kind, pk in plan.standards.items()}
    table = quotas.table(procedure, campaign.year, plan.quotas)
    return {
        "campaign": campaign,
        "procedure": procedure,
        "form": form,
        "standards": [form[f"standard_{kind.kind}"] for kind in procedure.kinds],
        "rows": rows(campaign, procedure, form, today),
        "table": table,
        "sums": [(one.title, n) for one, n in zip(table.columns, table.sums, strict=True)],
        "quotas": _quotas(form, table, quotas.units_of(found.units)),
        "differences": [*table.differences, *quotas.row_differences(procedure, campaign.year, table)]
        if plan.quotas
        else [],
        "asked": burden.asked(procedure, campaign.year, bound, found.units),
        "reach": found,
        "faults": launching.faults(campaign, plan, today),
    }


def rows(campaign: Campaign, procedure: Procedure, form: PlanForm, today: date) -> list[Row]:
    """The stages in order, as they would be launched today."""
    dates = {one.stage: one for one in schedule(procedure, campaign.year, today, calendars.known())}
    titles = {stage.key: stage.title for stage in procedure.stages}
    return [
        Row(
            stage,
            ACTORS[stage.actor],
            stage_type.TYPES[stage.type].title,
            stage.due.text if stage.due else "",
            dates[stage.key].opens,
            dates[stage.key].due,
            _waits(dates[stage.key], titles),
            _assumed(dates[stage.key]),
            (form[f"opens_{stage.key}"], form[f"due_{stage.key}"]),
        )
        for stage in procedure.stages
    ]


def _waits(of: Dated, titles: dict[str, str]) -> str:
    if of.waits_for is None or of.waits_for == LAUNCH:
        return ""
    key, _, edge = of.waits_for.partition(".")
    return f"从“{titles[key]}”{'开始' if edge == 'opened' else '办结'}起算"


def _assumed(of: Dated) -> str:
    years = "、".join(map(str, of.years))
    return f"{years} 年没有工作日历，按周一至周五计。" if of.assumed else ""


def _quotas(form: PlanForm, table: quotas.Table, units: Any) -> list[QuotaRow]:
    totals = {line.code: line.total for line in table.lines}
    return [
        QuotaRow(
            org,
            units.get(org.code, 0),
            tuple((one.title, form[f"quota_{org.code}_{one.key}"]) for one in form.columns),
            totals.get(org.code, 0),
        )
        for org in form.counties
    ]
