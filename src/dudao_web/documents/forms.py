"""The sheet of a document being written. Also of the pages above that issue one as part of their own act (a notice, a launch)."""

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from dudao_web.documents import queries, rules
from dudao_web.evidence.models import File
from dudao_web.orgs.models import Membership
from dudao_web.ui.fields import Rows

CONTENT = ("word", "year", "no", "title", "main_to", "body", "cc", "issued_on")
MOST_FILES = 20
MOST_BYTES = 20 * 1024 * 1024


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class AttachmentsField(forms.FileField):
    """Several files in one field, each bounded in size."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        sent = data if isinstance(data, list | tuple) else [data]
        files = [super(AttachmentsField, self).clean(item, initial) for item in sent if item]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                f"选择了 {len(files)} 个文件，一次不超过 {MOST_FILES} 个。请减少文件。"
            )
        large = [file for file in files if file.size > MOST_BYTES]
        if large:
            raise forms.ValidationError(
                f"“{large[0].name}”超过 {MOST_BYTES // 1024 // 1024} MB。请压缩后再上传。"
            )
        return files


class DocumentForm(forms.Form):
    """Number, title, receivers in words, body, attachments. ``kept``: attachments that an earlier try has stored."""

    NUMBER = ("word", "year", "no")

    word = forms.CharField(label="代字", max_length=30)
    year = forms.IntegerField(label="年份", min_value=rules.YEARS.start, max_value=rules.YEARS.stop - 1)
    no = forms.IntegerField(label="序号", min_value=1, max_value=rules.MOST_NO)
    title = forms.CharField(label="标题", max_length=200)
    main_to = forms.CharField(label="主送", max_length=500, help_text="按公文所写，如“各辖市区教育督导室”。")
    body = forms.CharField(
        label="正文", max_length=50_000, widget=forms.Textarea(attrs={"rows": 12}), help_text="一行一段。"
    )
    cc = forms.CharField(label="抄送", max_length=500, required=False)
    issued_on = forms.DateField(label="成文日期", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    files = AttachmentsField(
        label="附件",
        required=False,
        help_text="可选多个文件，每个不超过 20 MB。照片中的拍摄位置、设备和时间自动除去。",
    )
    kept = Rows(File.objects.none(), required=False, label="已上传的附件")

    def __init__(self, *args: Any, office: Membership, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept"].queryset = _own_files(office)
        self.stored: list[File] = []
        following = queries.next_numbers(office.org, today.year)
        self.next_numbers = [one.number for one in following]
        first = following[0] if following else None
        self.initial = {
            "word": first.word if first else "",
            "year": today.year,
            "no": first.no if first else 1,
            "issued_on": today,
        } | self.initial

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if all(name in data for name in self.NUMBER):
            fault = rules.number_fault(*(data[name] for name in self.NUMBER))
            if fault:
                self.add_error("word", fault)
        return data

    @property
    def content(self) -> dict[str, Any]:
        """The arguments of ``actions.issue`` that the sheet holds; the attachments are those ``stored``."""
        return {name: self.cleaned_data[name] for name in CONTENT} | {"files": self.stored}


def _own_files(office: Membership) -> QuerySet[File]:
    """Files that the unit itself handed in."""
    return File.objects.filter(org=office.org_id, by__isnull=False)
