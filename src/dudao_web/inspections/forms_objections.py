"""Forms of objections: private to ``views_objections``."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from dudao.standards.model import Points
from dudao_web.campaigns.actions import Answered
from dudao_web.evidence.admission import ACCEPT
from dudao_web.findings.models import Finding
from dudao_web.inspections import scales
from dudao_web.inspections.models import Objection
from dudao_web.inspections.objections_page import Choice, Item
from dudao_web.ui.fields import Rows
from dudao_web.ui.widgets import Select


def _text(label: str, rows: int, longest: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


class ObjectForm(forms.Form):
    """What a unit objects to, why, and a file where there is one."""

    text = _text(
        "申辩理由",
        6,
        10_000,
        help_text="写明哪一项、为什么、有什么依据。",
        error_messages={"required": "没有写申辩理由。请写明哪一项、为什么、有什么依据。"},
    )
    indicators = forms.MultipleChoiceField(
        label="所针对的项目",
        error_messages={
            "required": "没有选所针对的项目。请至少选一项。",
            "invalid_choice": "“%(value)s”不在可以申辩的项目中。请刷新后再选。",
        },
    )
    file = forms.FileField(
        label="附件（不要求）", required=False, widget=forms.FileInput(attrs={"accept": ACCEPT})
    )

    def __init__(self, *args: Any, offered: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicators"].choices = [(one.code, one.title) for one in offered]
        self.picked = set(self["indicators"].value() or ())

    @property
    def sent(self) -> UploadedFile | None:
        """The file, where one was sent."""
        return self.cleaned_data.get("file")


class AnswerForm(forms.Form):
    """The office's answer: result, reasons, and for each item what it is judged now ("" : it stays)."""

    result = forms.ChoiceField(
        label="结果",
        choices=list(Objection.RESULTS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "没有选答复结果。请选“采纳”“部分采纳”或“不采纳”。"},
    )
    answer = _text(
        "答复理由",
        5,
        10_000,
        help_text="单位会看到原文。",
        error_messages={"required": "没有写答复理由。采纳和不采纳都要写明理由。"},
    )
    findings = Rows(Finding.objects.none(), required=False, label="撤销的问题")

    def __init__(self, *args: Any, items: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        gone = [one.pk for item in items for one in item.findings]
        self.fields["findings"].queryset = Finding.objects.filter(pk__in=gone)
        self.picked = {str(pk) for pk in self["findings"].value() or ()}
        for item in items:
            if isinstance(item.indicator.rule, Points):
                self.fields[f"points_{item.n}"] = forms.DecimalField(
                    label=f"{item.code} 改判得分",
                    required=False,
                    min_value=0,
                    max_value=item.indicator.rule.most,
                    max_digits=9,
                    decimal_places=3,
                    widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}),
                )
            else:
                self.fields[f"value_{item.n}"] = forms.ChoiceField(
                    label=f"{item.code} 改判",
                    required=False,
                    choices=[("", "不改"), *scales.choices(item.indicator)],
                    widget=Select,
                )
            self.fields[f"reason_{item.n}"] = forms.CharField(
                label=f"{item.code} 改判理由", required=False, max_length=1000
            )

    @property
    def lines(self) -> list[tuple[Item, Any, Any]]:
        """Each item with its fields: what it is judged now, and why."""
        return [
            (
                item,
                self[f"points_{item.n}" if f"points_{item.n}" in self.fields else f"value_{item.n}"],
                self[f"reason_{item.n}"],
            )
            for item in self.items
        ]

    @property
    def changed(self) -> dict[str, Answered]:
        """What is judged otherwise, by indicator."""
        said, found = self.cleaned_data, {}
        for item in self.items:
            value, points = said.get(f"value_{item.n}") or "", said.get(f"points_{item.n}")
            if points is not None:
                value = scales.POINTED
            if value:
                found[item.code] = Answered(
                    item.code, value, points, None, said.get(f"reason_{item.n}") or ""
                )
        return found
