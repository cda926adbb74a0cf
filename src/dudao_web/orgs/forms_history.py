"""Forms of what makes the past of a unit: name, place, merger, division, end. What happens is in ``history``."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from dudao_web.orgs.forms import CODE, DayField, PlainField, cleaned
from dudao_web.orgs.history import Part
from dudao_web.orgs.models import Org

EARLY = "文件写明的生效日期，不晚于今天。"


class DatedForm(forms.Form):
    """The day from which a change holds."""

    on = DayField(label="生效日期", help_text=EARLY)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].initial = today

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError("日期不能晚于今天。请在生效当日或以后办理。")
        return on


class RenameForm(DatedForm):
    """Another name for a unit."""

    name = PlainField(label="名称", max_length=100)
    field_order = ("name", "on")


class MoveForm(DatedForm):
    """Another parent for a unit."""

    parent = forms.ModelChoiceField(
        label="新的上级", queryset=Org.objects.none(), to_field_name="code", empty_label="请选择"
    )
    field_order = ("parent", "on")

    def __init__(self, *args: Any, parents: QuerySet[Org], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents


class MergeForm(DatedForm):
    """The units that go into one."""

    units = forms.ModelMultipleChoiceField(
        label="并入的单位",
        queryset=Org.objects.none(),
        to_field_name="code",
        error_messages={"required": "没有选择单位。请至少选一个。"},
    )
    field_order = ("units", "on")

    def __init__(self, *args: Any, units: QuerySet[Org], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units


class SplitForm(DatedForm):
    """The units that one is divided into, a line each."""

    parts = forms.CharField(
        label="拆分后的单位",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="每行一个：代码，空格，名称。已有的单位照写代码和名称。第一行的单位承接下级单位、填报和记录。",
    )
    field_order = ("parts", "on")

    def clean_parts(self) -> list[Part]:
        parts = []
        for line in filter(None, map(cleaned, self.cleaned_data["parts"].splitlines())):
            code, _, name = line.replace("\t", " ").partition(" ")
            if not CODE.fullmatch(code) or not name.strip() or len(name.strip()) > 100:
                raise forms.ValidationError(f"“{line}”不合规则。每行先写代码，空一格，再写名称。")
            parts.append(Part(code, name.strip()))
        if len({part.code for part in parts}) != len(parts) or len(parts) < 2:
            raise forms.ValidationError("至少写两个代码不同的单位，每行一个。")
        return parts
