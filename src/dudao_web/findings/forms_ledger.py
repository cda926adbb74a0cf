"""Forms of the ledger as a whole: what narrows it, and what is written about several findings at once. Of one: ``forms``."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from dudao_web.campaigns.models import Campaign
from dudao_web.findings.forms import area, day
from dudao_web.findings.models import Finding, Rectification
from dudao_web.orgs.models import Kind, Org
from dudao_web.ui.widgets import Select


def _chosen(found: dict[str, str], every: str) -> list[tuple[str, str]]:
    return [("", every), *found.items()]


class LedgerFilter(forms.Form):
    """What the ledger is narrowed to. ``rows``: all that the office sees, which give the choices."""

    district = forms.ChoiceField(label="辖市区", required=False, widget=Select)
    campaign = forms.ChoiceField(label="督导项目", required=False, widget=Select)
    state = forms.ChoiceField(
        label="状态", required=False, widget=Select, choices=_chosen(Finding.STATES, "全部状态")
    )
    q = forms.CharField(
        label="编号、单位、问题",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "编号、单位、问题"}),
    )
    severity = forms.ChoiceField(
        label="程度", required=False, widget=Select, choices=_chosen(Finding.SEVERITIES, "全部程度")
    )
    source = forms.ChoiceField(
        label="来源", required=False, widget=Select, choices=_chosen(Finding.SOURCES, "各种来源")
    )
    disposition = forms.ChoiceField(
        label="处理方式", required=False, widget=Select, choices=_chosen(Finding.DISPOSITIONS, "全部处理方式")
    )
    kind = forms.ChoiceField(
        label="责任单位类型",
        required=False,
        widget=Select,
        choices=[("", "各类责任单位"), *((kind.value, kind.label) for kind in Kind)],
    )
    indicator = forms.ChoiceField(label="指标", required=False, widget=Select)
    LOOKUPS: ClassVar[dict[str, str]] = {  # field -> what of a finding it names
        "district": "case__district__code",
        "campaign": "case__campaign__key",
        "state": "state",
        "severity": "severity",
        "source": "source",
        "disposition": "disposition",
        "kind": "responsible__kind",
        "indicator": "indicator",
    }
    MORE: ClassVar[tuple[str, ...]] = (
        "severity",
        "source",
        "disposition",
        "kind",
        "indicator",
    )  # behind 更多条件

    def __init__(self, *args: Any, rows: QuerySet[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = rows.order_by()
        districts = Org.objects.filter(pk__in=rows.values("case__district")).order_by("path")
        found = dict(districts.values_list("code", "name"))
        self.fields["district"].choices = _chosen(found, "全部辖市区")
        if len(found) < 2:
            del self.fields["district"]
        campaigns = Campaign.objects.filter(pk__in=rows.values("case__campaign"))
        self.fields["campaign"].choices = _chosen(dict(campaigns.values_list("key", "title")), "全部督导项目")
        codes = rows.exclude(indicator="").values_list("indicator", flat=True).distinct()
        self.fields["indicator"].choices = _chosen({code: code for code in sorted(codes)}, "全部指标")
        self.fields["state"].choices = [one for one in self.fields["state"].choices if one[0] != "withdrawn"]
        for name in self.MORE:
            self.fields[name].widget.attrs["class"] = "more"

    @property
    def text(self) -> str:
        """The words that are searched for."""
        return (self._said("q") or "").strip()

    @property
    def narrows(self) -> bool:
        """Whether anything was chosen."""
        return any(self._said(name) for name in ("q", *self.LOOKUPS))

    @property
    def more(self) -> list[forms.BoundField]:
        """The filters that are seldom used."""
        return [self[name] for name in self.MORE]

    @property
    def first(self) -> list[forms.BoundField]:
        """The filters that stand in the open."""
        return [field for field in self if field.name not in self.MORE]

    @property
    def more_open(self) -> bool:
        """Whether one of those is in use."""
        return any(self._said(name) for name in self.MORE)

    def _said(self, name: str) -> str:
        self.is_valid()
        return self.cleaned_data.get(name) or ""

    def apply(self, rows: QuerySet[Finding]) -> QuerySet[Finding]:
        """The rows that the choices leave; the words are searched for elsewhere."""
        said = {lookup: self._said(name) for name, lookup in self.LOOKUPS.items()}
        return rows.filter(**{lookup: value for lookup, value in said.items() if value})

    def words(self) -> list[str]:
        """What was chosen, in words."""
        found = [
            dict(self.fields[name].choices).get(self._said(name), "")
            for name in self.LOOKUPS
            if name in self.fields and self._said(name)
        ]
        return [*found, *([f"“{self.text}”"] if self.text else [])]


class UrgeForm(forms.Form):
    """What is written to those that are urged."""

    text = area("督办意见", help_text="责任单位会看到原文。")


class MoveForm(forms.Form):
    """Another date, and why."""

    due = day("新的整改时限")
    text = area("调整理由")


class StrikeForm(forms.Form):
    """How and when several were verified."""

    method = forms.ChoiceField(label="核验方式", choices=list(Rectification.METHODS.items()))
    on = day("核验日期")
    note = area("核验意见", required=False)
    seen = forms.BooleanField(
        label="已逐个核对所列问题的全部佐证材料",
        error_messages={"required": "没有确认已逐个核对。没有核对的，请逐个办理。"},
    )
