"""Forms of campaigns: private to this app's views. Those of the launch wizard are in ``forms_launch``."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from dudao_web.campaigns.models import Campaign, Case
from dudao_web.orgs.models import Org
from dudao_web.ui.widgets import Select

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _text(
    label: str, required: bool = True, rows: int = 3, longest: int = 500, **more: Any
) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=longest, widget=area, **more)


class NameFilter(forms.Form):
    """What a list of units is narrowed to: a name or code."""

    q = forms.CharField(
        label="单位名称或代码",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "单位名称或代码"}),
    )

    def apply(self, rows: QuerySet[Case]) -> QuerySet[Case]:
        """The rows that the filter leaves; a choice that does not exist filters nothing."""
        self.is_valid()
        words = (self.cleaned_data.get("q") or "").strip()
        return (
            rows.filter(Q(unit__name__icontains=words) | Q(unit__code__startswith=words)) if words else rows
        )


class CaseFilter(NameFilter):
    """What the list of cases is narrowed to besides: district (where there are several), stage, state. ``on``: the day for what is late."""

    district = forms.ChoiceField(label="辖市区", required=False, widget=Select)
    stage = forms.ChoiceField(label="阶段", required=False, widget=Select)
    state = forms.ChoiceField(label="状态", required=False, widget=Select)

    def __init__(self, *args: Any, campaign: Campaign, rows: QuerySet[Case], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        keys = rows.order_by().values("district").distinct()
        districts = [(org.code, org.name) for org in Org.objects.filter(pk__in=keys).order_by("path")]
        self.fields["district"].choices = [("", "全部辖市区"), *districts]
        if len(districts) < 2:
            del self.fields["district"]
        self.fields["stage"].choices = [
            ("", "全部阶段"),
            *((one.key, one.title) for one in campaign.stages.all()),
        ]
        states = [*Case.STATES.items(), ("unlock", "申请修改"), ("late", "逾期未交")]
        self.fields["state"].choices = [("", "全部状态"), *states]

    def apply(self, rows: QuerySet[Case]) -> QuerySet[Case]:
        """The rows that the filter leaves; a choice that does not exist filters nothing."""
        rows = super().apply(rows)
        said = self.cleaned_data
        if said.get("district"):
            rows = rows.filter(district__code=said["district"])
        if said.get("stage"):
            rows = rows.filter(place__stage__key=said["stage"])
        state = said.get("state")
        if state == "unlock":
            rows = rows.exclude(unlock="")
        elif state == "late":
            due = Q(due__lt=self.on) | Q(due=None, place__due__lt=self.on)
            rows = rows.filter(due, state__in=Case.OPEN, done=False)
        elif state in Case.STATES:
            rows = rows.filter(state=state)
        return rows


class CloseCampaignForm(forms.Form):
    """Why a campaign ends with cases that are not done."""

    note = _text("理由", required=False)

    def __init__(self, *args: Any, left: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if left:
            self.fields["note"].required = True


class ReturnForm(forms.Form):
    """Why a hand-in is returned, and until when it is due again."""

    reason = _text("退回理由", help_text="写明哪一项、为什么、怎样改，单位会看到原文。")
    due = forms.DateField(label="重报截止", required=False, widget=DAY)


class UnlockForm(forms.Form):
    """Until when the unit may change what it handed in."""

    due = forms.DateField(label="重报截止", required=False, widget=DAY)


class ReasonForm(forms.Form):
    """A reason, in words."""

    reason = _text("理由")


class OpinionForm(forms.Form):
    """What the responsible inspector writes."""

    text = _text("意见", rows=4, longest=2000)


class ClosePlaceForm(forms.Form):
    """How an office has done its stage, with a document where there is one."""

    note = _text("办理情况", rows=4, longest=2000, help_text="何时、怎样办的，有什么结果。")
    file = forms.FileField(label="附件（报告、通知、会议纪要等）", required=False)


class DatesForm(forms.Form):
    """Other dates for a stage, with the reason."""

    opens = forms.DateField(label="开始", required=False, widget=DAY)
    due = forms.DateField(label="截止", required=False, widget=DAY)
    reason = _text("改期理由")


class ForwardForm(forms.Form):
    """The district's own document with which it forwards a notice."""

    word = forms.CharField(label="代字", max_length=20, help_text="如 镇新教督")
    year = forms.IntegerField(label="年份", min_value=2000, max_value=2100)
    no = forms.IntegerField(label="号", min_value=1, max_value=99999)
    title = forms.CharField(label="标题", max_length=200)
    body = _text("正文", rows=6, longest=10000)
    file = forms.FileField(label="附件（辖市区实施方案等）", required=False)
