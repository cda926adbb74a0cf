"""Forms of the draw: quotas, marks and the coming seed of a round; the seed; a reason. Private to ``views_draws``.

Not here: what may be asked at all (``drawing`` refuses), the frame itself (``frames``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from dudao_web.inspections.drawing import LONGEST_REASON, MARKED
from dudao_web.inspections.frames import Line
from dudao_web.orgs.models import Kind
from dudao_web.ui.widgets import Select

MOMENT = "%Y-%m-%dT%H:%M"
ROWS = 3  # for marks, at first; a page that comes back has two more than are filled
MOST_ROWS = 200
TAKES = (("", "不标注"), *MARKED.items())


class PlanForm(forms.Form):
    """A round to be published. ``quota``, ``marks``: what was typed, as ``drawing.plan`` takes it."""

    seed_source = forms.CharField(
        label="随机数来源",
        max_length=200,
        help_text="由谁、在哪里、哪一期公布，事先说定。如：中国体育彩票排列 5 第 26140 期开奖号码加两位年份。",
    )
    seed_at = forms.DateTimeField(
        label="公布时间",
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        help_text="随机数公布的时间。到这个时间以后才能抽取。",
    )

    def __init__(
        self,
        *args: Any,
        lines: Sequence[Line],
        districts: Mapping[str, str],
        quotas: Mapping[tuple[str, str], int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units = {line.code: line for line in lines if line.take != "out"}
        self.kinds = {
            code: sorted({line.kind for line in lines if line.district == code}) for code in districts
        }
        self.districts = districts
        for code, name in districts.items():
            self.fields[f"n_{code}"] = _number(f"{name}　名额", quotas.get((code, "")))
            for kind in self.kinds[code] if len(self.kinds[code]) > 1 else ():
                self.fields[f"n_{code}_{kind}"] = _number(f"{name}　{Kind(kind).label}", None)
        for n in range(self._rows()):
            self.fields[f"unit_{n}"] = forms.CharField(
                label=f"单位（第 {n + 1} 行）",
                required=False,
                max_length=160,
                widget=forms.TextInput(attrs={"list": "units"}),
            )
            self.fields[f"take_{n}"] = forms.ChoiceField(
                label=f"标注（第 {n + 1} 行）", required=False, choices=TAKES, widget=Select
            )
            self.fields[f"reason_{n}"] = forms.CharField(
                label=f"理由（第 {n + 1} 行）", required=False, max_length=LONGEST_REASON
            )

    def _rows(self) -> int:
        """How many rows for marks: two more than were filled in."""
        filled = [
            int(key.removeprefix("unit_"))
            for key in self.data
            if re.fullmatch(r"unit_\d{1,3}", key) and str(self.data[key]).strip()
        ]
        return min(MOST_ROWS, max(ROWS, max(filled, default=-1) + 3))

    @property
    def mark_rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each row of marks."""
        return [(self[f"unit_{n}"], self[f"take_{n}"], self[f"reason_{n}"]) for n in range(self._rows())]

    @property
    def quota_rows(self) -> list[tuple[str, Any, list[Any]]]:
        """For each district its name, the field for all kinds, and those for each kind where there are several."""
        return [
            (name, self[f"n_{code}"], [field for field in self if field.name.startswith(f"n_{code}_")])
            for code, name in self.districts.items()
        ]

    @property
    def named(self) -> Iterable[str]:
        """What can be chosen as a unit to mark."""
        return (f"{line.code} {line.name}" for line in self.units.values())

    def clean(self) -> dict[str, Any]:
        """Numbers by district or by district and kind; marks by the code of the unit."""
        said = super().clean() or {}
        self.quota: dict[tuple[str, str], int] = {}
        for code, name in self.districts.items():
            whole = said.get(f"n_{code}")
            typed = {kind: said.get(f"n_{code}_{kind}") for kind in self.kinds[code]}
            if any(n is not None for n in typed.values()):
                parts = {kind: n or 0 for kind, n in typed.items()}
                if whole is not None and whole != sum(parts.values()):
                    text = f"各类型合计 {sum(parts.values())}，与{name}的名额 {whole} 不同。请改正其中一处。"
                    self.add_error(f"n_{code}", text)
                self.quota |= {(code, kind): n for kind, n in parts.items()}
            else:
                self.quota[code, ""] = whole or 0
        self.marks: dict[str, tuple[str, str]] = {}
        for n in range(self._rows()):
            self._mark(n, said)
        return said

    def _mark(self, n: int, said: Mapping[str, Any]) -> None:
        unit, take = (said.get(f"{name}_{n}") or "" for name in ("unit", "take"))
        reason = said.get(f"reason_{n}") or ""
        if not (unit or take or reason):
            return
        code = unit.split(" ")[0]
        line = self.units.get(code) or next((one for one in self.units.values() if one.name == unit), None)
        if line is None:
            self.add_error(f"unit_{n}", "参加抽取的单位中没有它。请从列表中选，或写代码。")
        elif not take:
            self.add_error(f"take_{n}", "没有选必查或不抽。")
        elif not reason.strip():
            self.add_error(f"reason_{n}", "没有写理由。")
        elif line.code in self.marks:
            self.add_error(f"unit_{n}", f"“{line.name}”写了两行。请删去一行。")
        else:
            self.marks[line.code] = (take, reason)


class SeedForm(forms.Form):
    """The announced seed, with the hash of the frame that whoever types it has before the eyes."""

    frame = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seed = forms.CharField(
        label="随机数", max_length=200, help_text="照公布的写，至少 8 位数字。多个号码之间用一个空格。"
    )

    def clean_seed(self) -> str:
        """As announced; full-width digits are what an input method makes of them."""
        text: str = self.cleaned_data["seed"]
        plain = "".join(chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in text)
        if not plain.strip():
            raise ValidationError("没有写随机数。")
        return plain.replace("\N{IDEOGRAPHIC SPACE}", " ").strip()


class ReasonForm(forms.Form):
    """Why a round is given up, why a unit is replaced."""

    reason = forms.CharField(
        label="理由", max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )


def _number(label: str, initial: int | None) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=999_999, initial=initial)
