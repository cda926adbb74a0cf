"""Forms of the launch wizard: the procedure and its year, then the plan. Private to ``views_launch``.

The plan's form is made of what the procedure says: kinds of units, stages, quotas. Not here: what a plan means (``launching.Plan``).
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from dudao.procedures import Procedure, procedures
from dudao_web.campaigns import quotas
from dudao_web.campaigns.forms import DAY
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign
from dudao_web.orgs import queries as orgs
from dudao_web.orgs import rules as scopes
from dudao_web.orgs.models import Kind, Membership, Org
from dudao_web.standards import actions as versions
from dudao_web.standards import queries as standards
from dudao_web.standards.models import StandardVersion
from dudao_web.titles.models import Cohort
from dudao_web.ui.widgets import Select

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TAKEN = frozenset(
    {"new", "cases", "places", "calendars", "office"}
)  # addresses beside it, and the office's own chain
MOST = 9999  # units of a district


def suggested(procedure: str, year: int, org: Org) -> str:
    """A key that no campaign has: procedure and year, then the unit's code, then a number."""
    plain = f"{procedure}-{year}"[:40]
    names = [plain, f"{plain[:34]}-{org.code.lower()}", *(f"{plain}-{n}" for n in range(2, 100))]
    used = set(Campaign.objects.filter(key__in=names).values_list("key", flat=True))
    return next((name for name in names if name not in used), "")


class NewForm(forms.Form):
    """Which procedure, in which year, under which name."""

    procedure = forms.ChoiceField(widget=forms.HiddenInput)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    title = forms.CharField(label="项目名称", max_length=200)
    key = forms.CharField(
        label="编号",
        max_length=48,
        help_text="小写字母、数字和 -，用于地址、导出和操作记录，建立后不变。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procedure"].choices = [(id_, title) for id_, title, _ in procedures()]

    def clean_key(self) -> str:
        key = self.cleaned_data["key"].strip()
        if not KEY.fullmatch(key) or key in TAKEN:
            raise forms.ValidationError(f"编号“{key}”不合规则。请用小写字母、数字和 -，如 lookback-2018。")
        if Campaign.objects.filter(key=key).exists():
            raise forms.ValidationError(f"编号 {key} 已有项目使用。请换一个。")
        return key


class PlanForm(forms.Form):
    """What the campaign is to be. Half of it may be missing: it is asked for at the launch only."""

    title = forms.CharField(label="项目名称", max_length=200)
    districts = forms.MultipleChoiceField(
        label="辖市区", required=False, widget=forms.CheckboxSelectMultiple, help_text="都不选为全部。"
    )
    units = forms.CharField(
        label="单位代码",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只督导其中几个单位的，一行一个代码，辖市区不再勾选。不填为范围内全部单位。",
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
        on: date,
        **kwargs: Any,
    ) -> None:
        self.campaign, self.procedure, self.by, self.on = campaign, procedure, by, on
        self.counties = list(counties)
        self.columns = quotas.columns(procedure, campaign.year)
        super().__init__(*args, initial=self._initial(Plan.of(campaign.plan)), **kwargs)
        self.fields["districts"].choices = [(org.code, org.name) for org in self.counties]
        own = Cohort.objects.filter(org=campaign.org).order_by("-pk")
        self.fields["cohort"].choices = [
            ("", "不用名单，按单位类型"),
            *((one.pk, f"{one.name}（{len(one.units)} 个）") for one in own),
        ]
        for kind in procedure.kinds:
            self.fields[f"standard_{kind.kind}"] = forms.ChoiceField(
                label=str(Kind(kind.kind).label),
                choices=[("", "不参加"), *_standards(kind.standards, by)],
                required=False,
                widget=Select,
            )
        for stage in procedure.stages:
            for what, word in (("opens", "开始"), ("due", "截止")):
                label = f"{stage.title}：{word}"
                self.fields[f"{what}_{stage.key}"] = forms.DateField(label=label, required=False, widget=DAY)
        for org in self.counties:
            for one in self.columns:
                self.fields[f"quota_{org.code}_{one.key}"] = forms.IntegerField(
                    label=f"{org.name}：{one.title}", required=False, min_value=0, max_value=MOST
                )

    def _initial(self, plan: Plan) -> dict[str, Any]:
        known = {org.code for org in self.counties}
        found: dict[str, Any] = {
            "title": self.campaign.title,
            "districts": [code for code in plan.districts if code in known],
            "units": "\n".join(code for code in plan.districts if code not in known),
            "cohort": plan.cohort,
            "topic": plan.topic,
            "team": "\n".join(plan.team),
        }
        rows = StandardVersion.objects.defer("text").in_bulk(list(plan.standards.values()))
        for kind, pk in plan.standards.items():
            found[f"standard_{kind}"] = _key(rows[pk])
        for key, (opens, due) in plan.dates.items():
            found |= {f"opens_{key}": opens, f"due_{key}": due}
        for row in plan.quotas:
            found |= {f"quota_{row['district']}_{one.key}": row.get(one.key) for one in self.columns}
        return found

    def clean_units(self) -> str:
        codes = [word for word in re.split(r"[\s,，、]+", self.cleaned_data["units"]) if word]
        inside = Org.objects.filter(orgs.current(self.on), **scopes.within(self.campaign.org))
        known = set(inside.filter(code__in=codes[:2000]).values_list("code", flat=True))
        wrong = [code for code in codes if code not in known]
        if wrong:
            raise forms.ValidationError(f"本单位范围内没有代码 {'、'.join(wrong[:5])}。请核对单位名单。")
        return "\n".join(codes)

    def plan(self) -> Plan:
        """What was typed, with the chosen standards registered."""
        said = self.cleaned_data
        chosen = {kind.kind: said.get(f"standard_{kind.kind}") or "" for kind in self.procedure.kinds}
        days = {
            stage.key: (_iso(said.get(f"opens_{stage.key}")), _iso(said.get(f"due_{stage.key}")))
            for stage in self.procedure.stages
        }
        rows = [
            {
                "district": org.code,
                **{one.key: said.get(f"quota_{org.code}_{one.key}") for one in self.columns},
            }
            for org in self.counties
        ]
        filled = [row for row in rows if any(row[one.key] is not None for one in self.columns)]
        return Plan(
            standards={kind: _version(key, self.by).pk for kind, key in chosen.items() if key},
            districts=tuple(dict.fromkeys([*said["districts"], *said["units"].split()])),
            cohort=said["cohort"],
            dates={key: pair for key, pair in days.items() if any(pair)},
            quotas=tuple(filled),
            topic=said["topic"].strip(),
            team=tuple(line.strip() for line in said["team"].splitlines() if line.strip()),
        )


def proposed(
    campaign: Campaign, procedure: Procedure, counties: Iterable[Org], by: Membership, on: date
) -> Plan:
    """What a plan begins with: for each kind of unit that there is the newest text, the quotas of the procedure's own table."""
    inside = Org.objects.filter(orgs.current(on), **scopes.within(campaign.org))
    kinds = set(inside.order_by().values_list("kind", flat=True).distinct())
    heads = quotas.columns(procedure, campaign.year)
    return Plan(
        standards={
            kind.kind: _version(_standards(kind.standards, by)[0][0], by).pk
            for kind in procedure.kinds
            if kind.kind in kinds
        },
        quotas=tuple(
            {
                "district": org.code,
                **{one.key: quotas.printed(procedure, campaign.year, org, one.key) for one in heads},
            }
            for org in counties
            if heads
        ),
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _standards(ids: Iterable[str], by: Membership) -> list[tuple[str, str]]:
    """What may be bound: the office's own 细则 upon these standards, the newest first, then this program's texts of them."""
    named = tuple(ids)
    offers = sorted(
        (one for one in standards.offers() if one.standard in named),
        key=lambda one: named.index(one.standard),
    )
    offered = [(one.key, f"{one.title}　{one.label}") for one in offers]
    own = standards.visible(by).filter(org__isnull=False).order_by("-pk")
    return [
        *((_key(row), f"{row.title}　第 {row.version} 版") for row in own if _base(row) in named),
        *offered,
    ]


def _base(row: StandardVersion) -> str:
    """The standard that an office's own 细则 fills."""
    return next(
        (
            one.standard
            for one in standards.offers()
            if row.org and versions.identity_of(one.standard, row.org) == row.standard
        ),
        row.standard,
    )


def _key(row: StandardVersion) -> str:
    """How a form names a text: a 细则 by its row, a standard of the catalogue by its name."""
    return str(row.pk) if row.org_id else f"{row.standard}/{row.profile}"


def _version(key: str, by: Membership) -> StandardVersion:
    if key.isdecimal():
        return standards.visible(by).get(pk=key)
    standard, _, profile = key.partition("/")
    return versions.register(standard=standard, profile=profile, by=by)
