"""To whom a notice goes: all districts, units of some kinds, or single ones. The words of it are the document's form."""

from datetime import date
from typing import Any

from django import forms

from dudao_web.orgs import queries as orgs
from dudao_web.orgs.models import COUNTY_KINDS, Kind, Membership, Org

FEW = 60  # so many units are listed without a search


class ReceiversForm(forms.Form):
    """The choice of 主送 units below the own unit; ``chosen`` holds them once the form is valid."""

    to = forms.ChoiceField(
        label="主送单位", error_messages={"required": "没有选择主送单位。请选择一种主送范围。"}
    )
    kinds = forms.MultipleChoiceField(label="类型", required=False)
    units = forms.MultipleChoiceField(label="单位", required=False)
    look = forms.CharField(label="查单位", required=False, max_length=100)

    def __init__(self, *args: Any, office: Membership, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = orgs.visible_orgs(office, on).exclude(pk=office.org_id)
        self.below = {str(org.pk): org for org in rows}
        present = {org.kind for org in self.below.values()}
        counties = [("counties", "全部辖市区")] if present & COUNTY_KINDS else []
        self.fields["to"].choices = [*counties, ("kinds", "按单位类型"), ("units", "单个单位")]
        self.fields["kinds"].choices = [(kind.value, kind.label) for kind in Kind if kind in present]
        self.fields["units"].choices = [(pk, org.name) for pk, org in self.below.items()]
        self.chosen: list[Org] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "to" in data:
            self.chosen = self._chosen(data)
            if not self.chosen:
                self.add_error("to", "没有选择主送单位。请至少选择一个单位。")
        return data

    def _chosen(self, data: dict[str, Any]) -> list[Org]:
        if data["to"] == "units":
            return [self.below[pk] for pk in data.get("units", ())]
        kinds = COUNTY_KINDS if data["to"] == "counties" else data.get("kinds", ())
        return [org for org in self.below.values() if org.kind in kinds]

    @property
    def mode(self) -> str:
        """The range chosen so far."""
        return str(self["to"].value() or self.fields["to"].choices[0][0])

    @property
    def kinds_offered(self) -> list[tuple[str, str, bool, int]]:
        """Each kind below: value, name, whether it is chosen, how many units."""
        picked = set(self["kinds"].value() or ())
        counts = {kind: 0 for kind, _ in self.fields["kinds"].choices}
        for org in self.below.values():
            counts[org.kind] += 1
        return [(kind, name, kind in picked, counts[kind]) for kind, name in self.fields["kinds"].choices]

    @property
    def units_offered(self) -> list[tuple[str, Org, bool]]:
        """The units to choose from: those looked for, and those already chosen."""
        picked = set(self["units"].value() or ())
        text = str(self["look"].value() or "").strip()
        found = (
            {pk for pk, org in self.below.items() if text in org.name or org.code.startswith(text)}
            if text or len(self.below) <= FEW
            else set()
        )
        return [(pk, org, pk in picked) for pk, org in self.below.items() if pk in picked or pk in found]


class NoteForm(forms.Form):
    """What a forwarding office adds: why now, why other dates."""

    note = forms.CharField(
        label="转发说明",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="另定期限、补充要求或迟转的原因。没有的不填。",
    )
