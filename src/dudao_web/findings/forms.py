"""Forms of findings: private to this app's views."""

from typing import Any

from django import forms

from dudao_web.campaigns.models import Case
from dudao_web.evidence import queries as evidence
from dudao_web.standards import queries as standards

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _area(label: str, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), **more
    )


class NoteForm(forms.Form):
    """A problem, and whether the unit can mend it itself."""

    indicator = forms.ChoiceField(label="对应指标", required=False)
    text = _area("存在问题")
    mendable = forms.TypedChoiceField(
        label="能否自行整改",
        choices=(("yes", "能，本单位整改"), ("no", "不能，报上级协调")),
        coerce=lambda said: said == "yes",
    )
    measure = _area("整改措施或原因", help_text="能自行整改的写整改措施，不能的写原因。")
    due = forms.DateField(label="整改时限", required=False, widget=DAY)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = standards.load(case.version).indicators
        self.fields["indicator"].choices = [
            ("", "不对应某一项"),
            *((one.code, f"{one.code}　{one.title}") for one in found),
        ]


class MendForm(forms.Form):
    """How it was mended, since when, with which proof."""

    note = _area("整改情况")
    on = forms.DateField(label="完成日期", widget=DAY)
    proof = forms.ModelChoiceField(label="佐证材料", queryset=None, required=False, empty_label="没有")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proof"].queryset = evidence.current_proofs(case.unit)


class ReasonForm(forms.Form):
    """Why it cannot be mended here."""

    reason = _area("原因")


class AnswerForm(forms.Form):
    """How it will be solved."""

    text = _area("答复", help_text="由谁、怎样、何时解决。")
