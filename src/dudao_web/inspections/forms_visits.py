"""Forms of visits: private to ``views_visits``."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from dudao_web.inspections.models import Visit
from dudao_web.inspections.visits import MOST_LISTED, Hear
from dudao_web.ui.widgets import Select

USUAL = ("学生", "家长", "教师")  # 教育督导条例 第十九条 names them
ROWS = 6


def _text(label: str, rows: int = 3, longest: int = 500, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


def _number(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_LISTED,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num", "maxlength": 5}),
    )


class PlanForm(forms.Form):
    """A visit: unit (by its sheet), day, matters, and rows of people to hear. A row without numbers asks for nobody."""

    sheet = forms.ModelChoiceField(
        None,
        label="单位",
        empty_label="选择单位",
        widget=Select,
        error_messages={
            "required": "没有选单位。请选择一个单位。",
            "invalid_choice": "没有这个单位。请重新选择。",
        },
    )
    on = forms.DateField(
        label="日期",
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        error_messages={"required": "没有填日期。", "invalid": "日期不合规则。请按 2018-06-20 的样子填写。"},
    )
    matters = _text(
        "督导事项",
        4,
        2000,
        help_text="一行一项，写进书面通知。",
        error_messages={"required": "没有写督导事项。请写明这次看什么。"},
    )

    def __init__(self, *args: Any, sheets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].queryset = sheets
        self.fields["sheet"].label_from_instance = lambda row: f"{row.case.unit.name}　{row.team.name}"
        for n in range(ROWS):
            usual = USUAL[n] if n < len(USUAL) else ""
            self.fields[f"group_{n}"] = forms.CharField(
                label="对象", required=False, max_length=50, initial=usual
            )
            self.fields[f"listed_{n}"] = _number("名册人数")
            self.fields[f"asked_{n}"] = _number("听取人数")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in range(ROWS):
            group, listed, asked = (data.get(f"{name}_{n}") for name in ("group", "listed", "asked"))
            if (listed or asked) and not (group and listed and asked):
                self.add_error(f"group_{n}", "对象、名册人数、听取人数没有填全。请填全，或都清空。")
        return data

    @property
    def hear(self) -> list[Hear]:
        """Whom to hear."""
        data = self.cleaned_data
        filled = [n for n in range(ROWS) if data.get(f"asked_{n}")]
        return [Hear(data[f"group_{n}"].strip(), data[f"listed_{n}"], data[f"asked_{n}"]) for n in filled]

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        """The rows of people to hear, as bound fields."""
        return [(self[f"group_{n}"], self[f"listed_{n}"], self[f"asked_{n}"]) for n in range(ROWS)]

    @property
    def main(self) -> list[Any]:
        """The fields above the rows."""
        return [self["sheet"], self["on"], self["matters"]]


class ReasonForm(forms.Form):
    """Why a visit is cancelled, or held without a notice."""

    reason = _text("理由", error_messages={"required": "没有写理由。"})


class RecordForm(forms.Form):
    """The record with which the leader ends a visit."""

    record = _text(
        "督导记录",
        6,
        20_000,
        help_text="做了什么、看到什么、听到什么意见。不写姓名。",
        error_messages={"required": "没有写督导记录。请写明做了什么、看到什么。"},
    )


class ObserveForm(forms.Form):
    """One observation. ``key``: made by the page; the same sent again is one row."""

    text = _text(
        "看到或听到什么", 5, 4000, error_messages={"required": "没有写内容。请写明看到或听到了什么。"}
    )
    group = forms.ChoiceField(label="来自", required=False, widget=Select)
    indicator = forms.ChoiceField(label="指标", required=False, widget=Select)
    photo = forms.FileField(
        label="照片（不要求）",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png"}),
        help_text="拍摄位置、设备和时间会除去。不拍人脸。",
    )
    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, visit: Visit, indicators: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        heard = [(one["group"], f"听取{one['group']}意见") for one in visit.hear]
        self.fields["group"].choices = [("", "现场看到"), *heard]
        self.fields["indicator"].choices = [("", "不对应某一项"), *indicators]

    @property
    def sent(self) -> UploadedFile | None:
        """The photo, where one was taken."""
        return self.cleaned_data.get("photo")
