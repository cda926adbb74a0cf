"""The form of a working-day calendar: a year's holidays as the notice of the State Council's office prints them, a line each."""

import json
from datetime import date

from django import forms

HOLIDAYS = "元旦 2020-01-01 2020-01-01\n春节 2020-01-24 2020-02-02"


class CalendarForm(forms.Form):
    """A year: its notice, its holidays (name, first day, last day) and the weekends on which one works."""

    year = forms.IntegerField(label="年份", min_value=2000, max_value=2100)
    source = forms.CharField(
        label="放假通知", max_length=300, help_text="标题和文号，如 国务院办公厅关于2020年部分节假日安排的通知（国办发明电〔2019〕16号）"
    )  # fmt: skip
    holidays = forms.CharField(
        label="放假",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": HOLIDAYS}),
        help_text="每行一个假期：名称、第一天、最后一天，以空格分开。连同其中的星期六、星期日。",
    )
    workdays = forms.CharField(
        label="调休上班",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "2020-01-19"}),
        help_text="每行一天，如 2020-01-19。只写要上班的星期六、星期日。",
    )

    def clean_holidays(self) -> list[tuple[str, date, date]]:
        """Name, first day and last day of each line."""
        found = []
        for number, words in _lines(self.cleaned_data["holidays"]):
            if len(words) != 3:
                raise forms.ValidationError(
                    f"第 {number} 行“{' '.join(words)}”不是名称、第一天、最后一天三项。请按“元旦 2020-01-01 2020-01-01”填写。"
                )
            found.append((words[0], _day(words[1], number), _day(words[2], number)))
        return found

    def clean_workdays(self) -> list[date]:
        """The days, however many stand on a line."""
        lines = _lines(self.cleaned_data["workdays"])
        return [_day(word, number) for number, words in lines for word in words]

    def data_of_year(self) -> bytes:
        """What was typed, as a calendar file."""
        said = self.cleaned_data
        lines = [f"year: {said['year']}", "sources:", f"  - {json.dumps(said['source'], ensure_ascii=False)}"]
        lines.append("holidays:")
        for title, first, last in said["holidays"]:
            name = json.dumps(title, ensure_ascii=False)
            lines.append(f"  - {{title: {name}, from: {first}, to: {last}}}")
        lines.append(f"workdays: [{', '.join(map(str, said['workdays']))}]")
        return ("\n".join(lines) + "\n").encode()


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """The words of each line that has any, with its number."""
    return [(number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.split()]


def _day(word: str, number: int) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise forms.ValidationError(
            f"第 {number} 行“{word}”不是日期。请写成 2020-01-01 这样的年、月、日。"
        ) from None
