"""Forms of returns: private to this app's views."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from dudao_web.standards import queries as standards

MOST_FILES = 100  # Django's own bound of one request
YEARS_BACK = 5


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        if isinstance(data, list | tuple):
            return [super(FilesField, self).clean(item, initial) for item in data if item]
        one = super().clean(data, initial)
        return [one] if one else []


def ignored(name: str) -> bool:
    """Whether a name is one that office programs and systems leave in every folder: nobody's return."""
    return name.startswith(("~$", ".")) or name.lower() in ("thumbs.db", "desktop.ini")


class UploadForm(forms.Form):
    """The files of an upload, chosen one by one or as a folder."""

    files = FilesField(label="填报表", required=False, allow_empty_file=True)
    folder = FilesField(label="文件夹", required=False, allow_empty_file=True)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        sent = [*(data.get("files") or []), *(data.get("folder") or [])]
        chosen = [file for file in sent if not ignored(file.name or "")]
        if not chosen:
            raise forms.ValidationError("没有选择文件。请选择填报表后再上传。")
        data["chosen"] = chosen
        return data


class SetForm(forms.Form):
    """Which year and standard to hand in for."""

    year = forms.TypedChoiceField(label="填报年度", coerce=int)
    standard = forms.ChoiceField(label="评估标准")

    def __init__(self, *args: Any, today_year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(y, f"{y}年") for y in range(today_year, today_year - YEARS_BACK, -1)]
        self.fields["standard"].choices = [
            (offer.key, f"{offer.title}　{offer.number}　{offer.profile_title}")
            for offer in standards.offers()
        ]


class ReasonForm(forms.Form):
    """A reason in writing."""

    reason = forms.CharField(
        label="理由",
        max_length=500,
        strip=True,
        error_messages={"required": "没有填写理由。请写明要改正什么。"},
    )


class ExplainForm(forms.Form):
    """The explanation of a query."""

    text = forms.CharField(
        label="说明",
        max_length=500,
        strip=True,
        error_messages={"required": "没有填写说明。请写明数据属实的原因。"},
    )
