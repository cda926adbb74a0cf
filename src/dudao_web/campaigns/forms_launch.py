"""Forms of the launch wizard: the procedure and its year, then the plan. Private to ``views_launch``.

The plan's form is made of what the procedure says: kinds of units, stages, quotas. Not here: what a plan means (``launching.Plan``).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from dudao.procedures import Procedure, procedures
from dudao_web.campaigns.forms import DAY
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign
from dudao_web.orgs.models import Kind, Membership, Org
from dudao_web.standards import actions as versions
from dudao_web.standards import queries as standards
from dudao_web.standards.models import StandardVersion
from dudao_web.titles.models import Cohort
from dudao_web.ui.widgets import Select

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST = 9999  # units of a district


class NewForm(forms.Form):
    """Which procedure, in which year, under which name."""

    procedure = forms.ChoiceField(label="工作程序", widget=Select)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    title = forms.CharField(label="项目名称", max_length=200)
    key = forms.CharField(
        label="编号",
        max_length=48,
        help_text="小写字母、数字和 - ，如 lookback-2018；用于导出和操作记录，启动后不变。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procedure"].choices = [(name, f"{title}　{number}") for name, title, number in procedures()]

    def clean_key(self) -> str:
        key = self.cleaned_data["key"].strip()
        if not KEY.fullmatch(key) or key == "office":
            raise forms.ValidationError(f"编号“{key}”不合规则。请用小写字母、数字和 - ，如 lookback-2018。")
        if Campaign.objects.filter(key=key).exists():
            raise forms.ValidationError(f"编号 {key} 已有项目使用。请换一个。")
        return key


class PlanForm(forms.Form):
    """What the campaign is to be. Half of it may be missing: it is asked for at the launch only."""

    title = forms.CharField(label="项目名称", max_length=200)
    districts = forms.MultipleChoiceField(
        label="辖市区", required=False, widget=forms.CheckboxSelectMultiple, help_text="都不选为全部。"
    )
    cohort = forms.TypedChoiceField(
        label="对象名单", required=False, coerce=int, empty_value=None, widget=Select
    )
    topic = forms.CharField(label="督导专题", required=False, max_length=200)
    team = forms.CharField(
        label="督导小组",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="一行一个，写岗位（如 市督导室专职督学），不写姓名；第一个为组长。",
    )

    def __init__(
        self,
        *args: Any,
        campaign: Campaign,
        procedure: Procedure,
        by: Membership,
        counties: Iterable[Org],
        **kwargs: Any,
    ) -> None:
        self.campaign, self.procedure, self.by = campaign, procedure, by
        self.counties = list(counties)
        plan = Plan.of(campaign.plan)
        super().__init__(*args, initial=self._initial(plan), **kwargs)
        self.fields["districts"].choices = [(org.code, org.name) for org in self.counties]
        own = Cohort.objects.filter(org=campaign.org).order_by("-pk")
        self.fields["cohort"].choices = [
            ("", "不用名单，按单位类型"),
            *((one.pk, f"{one.name}（{len(one.units)} 个）") for one in own),
        ]
        for kind in procedure.kinds:
            choices = [("", "不参加"), *_standards(kind.standards, by)]
            label = str(Kind(kind.kind).label)
            self.fields[f"standard_{kind.kind}"] = forms.ChoiceField(
                label=label, choices=choices, required=False, widget=Select
            )
        for stage in procedure.stages:
            for what, word in (("opens", "开始"), ("due", "截止")):
                label = f"{stage.title}：{word}"
                self.fields[f"{what}_{stage.key}"] = forms.DateField(label=label, required=False, widget=DAY)
        self.columns = quota_columns(procedure, campaign.year)
        for org in self.counties:
            for key, title in self.columns:
                self.fields[f"quota_{org.code}_{key}"] = forms.IntegerField(
                    label=f"{org.name}：{title}", required=False, min_value=0, max_value=MOST
                )
        if not procedure.asks_topic:
            self.fields["topic"].widget = forms.HiddenInput()
        if procedure.team is None:
            self.fields["team"].widget = forms.HiddenInput()

    def _initial(self, plan: Plan) -> dict[str, Any]:
        found: dict[str, Any] = {
            "title": self.campaign.title,
            "districts": list(plan.districts),
            "cohort": plan.cohort,
            "topic": plan.topic,
            "team": "\n".join(plan.team),
        }
        rows = StandardVersion.objects.defer("text").in_bulk(list(plan.standards.values()))
        for kind, pk in plan.standards.items():
            found[f"standard_{kind}"] = _key(rows[pk])
        if not self.campaign.plan:
            found |= {
                f"standard_{kind.kind}": f"{kind.standards[0]}/default" for kind in self.procedure.kinds
            }
        for key, (opens, due) in plan.dates.items():
            found |= {f"opens_{key}": opens, f"due_{key}": due}
        kept = {row["district"]: row for row in plan.quotas}
        for org in self.counties:
            for key, _ in quota_columns(self.procedure, self.campaign.year):
                known = kept.get(org.code, {}).get(key)
                if known is None and not self.campaign.plan and self.procedure.quotas is not None:
                    printed = self.procedure.quotas
                    known = printed.number(org.code, self.campaign.year, key)
                    known = printed.number(org.name, self.campaign.year, key) if known is None else known
                found[f"quota_{org.code}_{key}"] = known
        return found

    def plan(self) -> Plan:
        """What was typed, with the chosen standards registered."""
        said = self.cleaned_data
        chosen = {kind.kind: said.get(f"standard_{kind.kind}") or "" for kind in self.procedure.kinds}
        days = {
            stage.key: (_iso(said.get(f"opens_{stage.key}")), _iso(said.get(f"due_{stage.key}")))
            for stage in self.procedure.stages
        }
        quotas = [
            {"district": org.code, **{key: said.get(f"quota_{org.code}_{key}") for key, _ in self.columns}}
            for org in self.counties
        ]
        filled = [row for row in quotas if any(row[key] is not None for key, _ in self.columns)]
        return Plan(
            standards={kind: _version(key, self.by).pk for kind, key in chosen.items() if key},
            districts=tuple(said["districts"]),
            cohort=said["cohort"],
            dates={key: pair for key, pair in days.items() if any(pair)},
            quotas=tuple(filled),
            topic=said["topic"],
            team=tuple(line.strip() for line in said["team"].splitlines() if line.strip()),
        )


def quota_columns(procedure: Procedure, year: int) -> list[tuple[str, str]]:
    """Stage key and head of each column of the table of quotas in a year: as printed, else the stages that take some units only."""
    printed = procedure.quotas.columns if procedure.quotas else ()
    found = [(one.stage, one.title) for one in printed if one.year == year]
    partly = [stage for stage in procedure.stages if stage.cases.startswith(("quota:", "sample:"))]
    return found or [(stage.key, stage.title) for stage in partly]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _standards(ids: Iterable[str], by: Membership) -> list[tuple[str, str]]:
    """What may be bound: this program's texts of these standards, and the office's own 细则 upon them, the newest first."""
    named = tuple(ids)
    offered = [(one.key, one.label) for one in standards.offers() if one.standard in named]
    own = standards.visible(by).filter(org__isnull=False).order_by("-pk")
    loaded = [
        (_key(row), f"{row.title}　{row.org.name}细则，第 {row.version} 版")
        for row in own
        if _base(row) in named
    ]
    return [*loaded, *offered]


def _base(row: StandardVersion) -> str:
    """The standard that a loaded 细则 fills: its id without the unit's code."""
    return row.standard.removesuffix(f"-{row.org.code}") if row.org else row.standard


def _key(row: StandardVersion) -> str:
    """How a form names a text: a 细则 by its row, a standard of the catalogue by its name."""
    return str(row.pk) if row.org_id else f"{row.standard}/{row.profile}"


def _version(key: str, by: Membership) -> StandardVersion:
    if key.isdecimal():
        return standards.visible(by).get(pk=key)
    standard, _, profile = key.partition("/")
    return versions.register(standard=standard, profile=profile, by=by)


def totals(rows: Iterable[Mapping[str, Any]], columns: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Sum of each column."""
    rows = list(rows)
    return {key: sum(row.get(key) or 0 for row in rows) for key, _ in columns}
