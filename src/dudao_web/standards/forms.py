"""Forms of standards: private to this app's views."""

from typing import Any

from django import forms

LARGEST = 5 * 1024 * 1024


class ItemsForm(forms.Form):
    """A filled 细则录入表."""

    file = forms.FileField(
        label="细则录入表",
        help_text="填好的 Excel 工作簿（.xlsx），不超过 5 MB。",
        allow_empty_file=True,
        error_messages={"required": "没有选择文件。请选择填好的细则录入表。"},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(".xlsx"):
            raise forms.ValidationError(f"文件“{file.name}”不是 .xlsx 工作簿。请另存为 .xlsx 后再上传。")
        if file.size > LARGEST:
            raise forms.ValidationError(f"文件“{file.name}”超过 5 MB。请只保留录入表的工作表。")
        return file
