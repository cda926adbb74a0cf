"""Forms of proofs: private to this app's views."""

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from dudao_web.evidence.admission import ACCEPT
from dudao_web.evidence.models import Proof
from dudao_web.evidence.queries import Held

MOST_FILES = 20  # of one upload
NO_FILE = "没有选择文件。请选择后再上传。"
NO_DAY = "没有填写形成日期。请填写材料上写明的日期。"


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        many = data if isinstance(data, list | tuple) else [data]
        found = [super(FilesField, self).clean(item, initial) for item in many if item]
        if not found:
            raise forms.ValidationError(NO_FILE)
        if len(found) > MOST_FILES:
            raise forms.ValidationError(f"一次不超过 {MOST_FILES} 个文件。请分几次上传。")
        return found


def _day() -> forms.DateField:
    return forms.DateField(
        label="形成日期",
        help_text="材料上写明的日期，不是上传日期。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": NO_DAY, "invalid": "形成日期不是日期。请按 2018-06-30 的样子填写。"},
    )


def _files() -> FilesField:
    return FilesField(label="选择文件", allow_empty_file=True, widget=_Files(attrs={"accept": ACCEPT}))


class SpotForm(forms.Form):
    """Where a proof stands in the 建档目录: "" (not filed) or "<indicator>|<asked title>"."""

    spot = forms.ChoiceField(label="列入", required=False)
    empty = "请选择指标和材料"

    def __init__(self, *args: Any, rows: list[Held], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: list[tuple[str, Any]] = [("", self.empty)]
        for row in rows:
            choices = [(f"{row.code}|{title}", title) for title, _ in row.asked]
            groups.append((f"{row.code}　{row.title}", [*choices, (f"{row.code}|", "其他材料")]))
        self.fields["spot"].choices = groups

    def chosen(self) -> tuple[str, str] | None:
        """Indicator and asked title; None where none was chosen."""
        code, bar, title = self.cleaned_data["spot"].partition("|")
        return (code, title) if bar else None


class UploadForm(SpotForm):
    """New proofs, one of each file."""

    files = _files()
    effective_on = _day()
    field_order = ("files", "effective_on", "spot")
    empty = "暂不列入"


class ReviseForm(forms.Form):
    """A new revision of a proof."""

    file = forms.FileField(
        label="选择文件",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": NO_FILE},
    )
    effective_on = _day()


class IndicatorForm(forms.Form):
    """What is shown for one indicator: a proof that is there (从已有材料中选), or new files."""

    proof = forms.ModelChoiceField(
        Proof.objects.none(), label="从已有材料中选", required=False, empty_label="不选"
    )
    files = _files()
    effective_on = _day()
    asked = forms.ChoiceField(label="对应的材料", required=False)

    def __init__(self, *args: Any, own: Any, titles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proof"].queryset = own
        self.fields["asked"].choices = [*((one, one) for one in titles), ("", "其他材料")]
        if self.data.get("proof"):  # an existing proof asks for no file and has its own day
            for name in ("files", "effective_on"):
                self.fields[name] = forms.CharField(required=False)


class ReasonForm(forms.Form):
    """A reason in writing."""

    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "没有填写理由。请写明撤下的原因。"},
    )


class ShownForm(forms.Form):
    """What the page of a unit shows: a standard by its key, and the day before which a proof is outdated."""

    standard = forms.CharField(required=False)
    since = forms.DateField(required=False)

    def day(self) -> date | None:
        """The day, None where none is given or it is no date."""
        self.is_valid()
        return self.cleaned_data.get("since")
