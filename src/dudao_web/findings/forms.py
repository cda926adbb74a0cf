"""Forms of one finding: private to this app's views. What is written at each step. The ledger as a whole: ``forms_ledger``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from dudao.standards.model import Field
from dudao_web.campaigns.models import Case
from dudao_web.evidence.admission import ACCEPT
from dudao_web.evidence.forms import FilesField
from dudao_web.evidence.models import Proof
from dudao_web.findings import answers
from dudao_web.findings.models import Finding, Rectification
from dudao_web.orgs.models import Org
from dudao_web.standards import queries as standards
from dudao_web.ui.fields import Rows
from dudao_web.ui.templatetags.ui import day as day_of
from dudao_web.ui.widgets import Select

FIGURE = "figure-"  # before the name of a figure's field
LONGEST_FIGURE = 40


def day(label: str, required: bool = True, **more: Any) -> forms.DateField:
    """A day, with what is said where it is lacking or is none."""
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": f"没有填写{label}。",
            "invalid": f"{label}不是日期。请按 2018-06-30 的样子填写。",
        },
        **more,
    )


def area(label: str, required: bool = True, rows: int = 3, **more: Any) -> forms.CharField:
    """A few lines of text, with what is said where they are lacking."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": f"没有填写{label}。"},
        **more,
    )


# --- a problem is written down


class IndicatorField(forms.CharField):
    """An indicator of a standard, found by typing a part of its code or title; gives its code, "" for none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="对应指标", required=False, max_length=200, **kwargs)
        self.widget = forms.TextInput(
            attrs={"list": "indicators", "autocomplete": "off", "placeholder": "输入编号或名称"}
        )
        self.known: dict[str, str] = {}

    def clean(self, value: Any) -> str:
        """The code; a text that fits no indicator, or several, is refused."""
        text = super().clean(value)
        if not text or text in self.known:
            return text
        code = text.split("\u3000")[0].strip()
        if code in self.known:
            return code
        found = [code for code, title in self.known.items() if text in f"{code}\u3000{title}"]
        if len(found) != 1:
            many = f"有 {len(found)} 项与它相符" if found else "没有这一项"
            raise forms.ValidationError(f"标准中{many}：“{text}”。请从列出的指标中选一项。")
        return found[0]


class CaseForm(forms.Form):
    """A form about a unit in a campaign, whose standard gives the indicators."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = [(one.code, one.title) for one in standards.load(case.version).indicators]
        self.fields["indicator"].known = dict(self.indicators)


class NoteForm(CaseForm):
    """A problem that a unit writes into its own list, and whether it can mend it itself."""

    indicator = IndicatorField()
    text = area("存在问题")
    mendable = forms.TypedChoiceField(
        label="能否自行整改",
        choices=(("yes", "能，本单位整改"), ("no", "不能，报上级协调")),
        coerce=lambda said: said == "yes",
    )
    measure = area("整改措施或原因", help_text="能自行整改的写整改措施，不能的写原因。")
    due = day("整改时限", required=False)


class RaiseForm(CaseForm):
    """A problem that an office lists for a unit."""

    indicator = IndicatorField(help_text="不对应某一项的，不填。")
    text = area("存在问题", help_text="写明是什么问题、在哪里、查看了什么。")
    severity = forms.ChoiceField(label="程度", choices=list(Finding.SEVERITIES.items()), initial="normal")
    disposition = forms.ChoiceField(
        label="处理方式", choices=list(Finding.DISPOSITIONS.items()), initial="notice"
    )
    measure = area("整改要求", required=False, rows=2)
    responsible = forms.ModelChoiceField(label="责任单位", queryset=None, empty_label=None)
    due = day("整改时限", required=False, help_text="按工作程序的时限预填，可以更改。")

    def __init__(self, *args: Any, orgs: QuerySet[Org], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = orgs


# --- the steps of one


class PlanForm(forms.Form):
    """How it will be mended, and by when."""

    measure = area("整改措施", help_text="写明做什么、谁负责、分几步。")
    due = day("计划完成", required=False)


class ProgressForm(forms.Form):
    """How far it is."""

    note = area("进展情况")


class TextForm(forms.Form):
    """Words: how it will be solved, an answer, a reason."""

    text = area("内容")

    def __init__(self, *args: Any, label: str = "", hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["text"]
        field.label, field.help_text = label or field.label, hint
        field.error_messages["required"] = f"没有填写{field.label}。"


class DecideForm(TextForm):
    """Whether 约谈 is held, and why."""

    held = forms.ChoiceField(
        label="决定", choices=(("yes", "约谈"), ("no", "不约谈")), widget=forms.RadioSelect,
        error_messages={"required": "没有选决定。", "invalid_choice": "没有选决定。"},
    )  # fmt: skip
    field_order = ("held", "text")


class DatedForm(TextForm):
    """A reason, and the new date."""

    due = day("新的整改时限")
    field_order = ("due", "text")


class AssignForm(forms.Form):
    """Who is to mend it."""

    responsible = forms.ModelChoiceField(label="责任单位", queryset=None, empty_label="请选择单位")
    note = area("交办意见")

    def __init__(self, *args: Any, orgs: QuerySet[Org], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = orgs


class _Files(FilesField):
    """Several files, or none."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files; none where none was chosen."""
        return super().clean(data, initial) if data else []


class Proofs(Rows):
    """Proofs of the unit, told apart by the day that stands on them; those from before ``listed`` say so."""

    listed: datetime | None = None

    def label_from_instance(self, obj: Proof) -> str:
        """Title, day, and whether it had been handed in before the problem was listed."""
        last = obj.current
        old = "，列入问题前已有" if self.listed is not None and last.at <= self.listed else ""
        return f"{obj.title}（{day_of(last.effective_on)}形成{old}）"


class ReportForm(forms.Form):
    """How it was mended, since when, with what proofs, and the figures of its indicator as they are now.

    ``own``: the proofs that the unit has; ``listed``: when the problem was listed, which only newer ones prove mended.
    """

    note = area("整改情况")
    on = day("完成日期")
    proofs = Proofs(
        label="从已有材料中选",
        queryset=Proof.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    files = _Files(
        label="选择文件",
        required=False,
        allow_empty_file=True,
        help_text="照片中的拍摄位置、设备和时间自动除去。",
    )
    effective_on = day("形成日期", required=False, help_text="新上传的材料上写明的日期。")

    def __init__(
        self,
        *args: Any,
        own: QuerySet[Proof],
        listed: datetime | None = None,
        figures: Sequence[Field] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proofs"].listed = listed
        self.fields["proofs"].queryset = own
        self.fields["files"].widget.attrs["accept"] = ACCEPT
        for field in figures:
            self.fields[FIGURE + field.name] = _figure(field)

    @property
    def words(self) -> list[forms.BoundField]:
        """What was done, and when."""
        return [self["note"], self["on"]]

    @property
    def figures(self) -> list[forms.BoundField]:
        """The figures asked for."""
        return [field for field in self if field.name.startswith(FIGURE)]

    def answer(self) -> dict[str, str]:
        """The figures that were filled in, by field."""
        return {
            name.removeprefix(FIGURE): value.strip()
            for name, value in self.cleaned_data.items()
            if name.startswith(FIGURE) and value.strip()
        }

    def clean(self) -> dict[str, Any]:
        """New files need the day that stands on them."""
        said = super().clean() or self.cleaned_data
        if said.get("files") and not said.get("effective_on") and "effective_on" not in self.errors:
            self.add_error("effective_on", "没有填写形成日期。请填写材料上写明的日期。")
        return said


def _figure(field: Field) -> forms.Field:
    label = f"{field.label}（{field.unit}）" if field.unit else field.label
    if field.choices:
        choices = [("", "没有变动"), *((one, one) for one in field.choices)]
        return forms.ChoiceField(label=label, required=False, choices=choices, widget=Select)
    shown = forms.TextInput(attrs={"inputmode": "decimal", "class": "num"})
    return forms.CharField(label=label, required=False, max_length=LONGEST_FIGURE, widget=shown)


def figures(finding: Finding) -> tuple[Field, ...]:
    """What the standard asks of the unit at the indicator of a finding, words left out."""
    asked = answers.asked(finding)
    return tuple(one for one in asked.fields if one.numeric or one.choices) if asked is not None else ()


class VerifyForm(forms.Form):
    """What the office found when it verified: it has looked at every proof, how, when; struck off, or returned with a reason and a date."""

    method = forms.ChoiceField(
        label="核验方式",
        choices=list(Rectification.METHODS.items()),
        widget=forms.RadioSelect,
        required=False,
    )
    on = day("核验日期", required=False)
    note = area("核验意见或退回理由", required=False)
    due = day("退回后的整改时限", required=False)
    result = forms.ChoiceField(label="结果", choices=(("strike", "同意销号"), ("return", "退回整改")))

    def __init__(self, *args: Any, proofs: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = list(proofs)
        self.ticked = set(self.data.getlist("seen")) if self.is_bound else set()

    def clean(self) -> dict[str, Any]:
        """To strike off needs every box, the way and the day; to return a reason and a new date."""
        said = super().clean() or self.cleaned_data
        if said.get("result") == "strike":
            left = [label for key, label in self.asked if key not in self.ticked]
            if left:
                self.add_error(None, f"还有 {len(left)} 项没有核对：{'、'.join(left)}。逐项核对后才能销号。")
            for name, words in (("method", "没有选核验方式。"), ("on", "没有填写核验日期。")):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, words)
        elif said.get("result") == "return":
            for name, words in (
                ("note", "没有写退回理由。请写明哪里没有整改到位、怎样改。"),
                ("due", "没有填写退回后的整改时限。"),
            ):
                if not (said.get(name) or "") and name not in self.errors:
                    self.add_error(name, words)
        return said
