"""Forms of titles: fields and their words, private to this app's views. What happens with them is in ``actions``."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from dudao_web.orgs.forms import cleaned
from dudao_web.orgs.models import Kind, Org
from dudao_web.standards.models import StandardVersion
from dudao_web.titles.models import GRADES, Award, Title, item_order
from dudao_web.titles.sheet import ITEM, LONGEST_BATCH, LONGEST_PROBLEM, MOST_PROBLEMS
from dudao_web.ui.fields import Rows

KINDS = (Kind.TOWN, Kind.SCHOOL, Kind.KINDERGARTEN, Kind.DEPARTMENT, Kind.COUNTY, Kind.FUNCTIONAL)
MOST_UNITS = 100_000


def _day(**attrs: Any) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


class TitleForm(forms.Form):
    """A new title."""

    name = forms.CharField(label="名称", max_length=100)
    unit_kinds = forms.MultipleChoiceField(
        label="授予对象",
        choices=[(kind.value, kind.label) for kind in KINDS],
        widget=forms.CheckboxSelectMultiple,
    )


class AwardForm(forms.Form):
    """One award as it is registered or corrected. ``versions``: the standards that may be named."""

    awarded_on = forms.DateField(label="授予日期", widget=_day())
    batch = forms.CharField(label="批次", max_length=LONGEST_BATCH, required=False)
    version = forms.ModelChoiceField(
        StandardVersion.objects.none(), label="评估标准", required=False, empty_label="未注明"
    )
    grades = forms.CharField(
        label="各项等次",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="一行一个项目，写作“A1 B”：项目代码、空格、等次（A、B 或 C）。",
    )
    problems = forms.CharField(
        label="评估组提出的问题",
        required=False,
        max_length=MOST_PROBLEMS * LONGEST_PROBLEM,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="一行一条。",
    )

    def __init__(self, *args: Any, versions: QuerySet[StandardVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions

    @staticmethod
    def words_of(award: Award) -> dict[str, Any]:
        """An award as the form shows it."""
        return {
            "awarded_on": award.awarded_on,
            "batch": award.batch,
            "version": award.version_id,
            "grades": "\n".join(f"{item} {grade}" for item, grade in award.graded),
            "problems": "\n".join(award.problems),
        }

    def clean_grades(self) -> dict[str, str]:
        """The grades by item; a line that is none is named."""
        grades: dict[str, str] = {}
        for line in self.cleaned_data["grades"].splitlines():
            words = cleaned(line).split()
            if not words:
                continue
            if len(words) != 2 or not ITEM.fullmatch(words[0]) or words[1].upper() not in GRADES:
                raise forms.ValidationError(
                    f"“{line.strip()[:40]}”不合规则。请写项目代码、空格、等次，如“A1 B”。"
                )
            if words[0] in grades:
                raise forms.ValidationError(f"项目 {words[0]} 写了两次。请只留一行。")
            grades[words[0]] = words[1].upper()
        return {item: grades[item] for item in sorted(grades, key=item_order)}

    def clean_problems(self) -> list[str]:
        """The problems, one text each."""
        problems = [line.strip() for line in self.cleaned_data["problems"].splitlines() if line.strip()]
        if len(problems) > MOST_PROBLEMS:
            raise forms.ValidationError(f"问题有 {len(problems)} 条，不能多于 {MOST_PROBLEMS} 条。请合并。")
        for problem in problems:
            if len(problem) > LONGEST_PROBLEM:
                raise forms.ValidationError(
                    f"问题“{problem[:12]}…”有 {len(problem)} 个字，不能多于 {LONGEST_PROBLEM} 个字。请缩短。"
                )
        return problems


class NewAwardForm(AwardForm):
    """One award of a unit that is named by its code. ``units``: those that may be named."""

    code = forms.CharField(label="单位代码", max_length=32)
    field_order = ("code",)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units

    def clean_code(self) -> Org:
        """The unit."""
        code = cleaned(self.cleaned_data["code"])
        unit = self.units.filter(code=code).first()
        if unit is None:
            raise forms.ValidationError(f"没有代码为 {code} 的单位，或不在本单位范围内。请更正代码。")
        return unit


class WithdrawForm(forms.Form):
    """Why and from which day a title is taken back."""

    on = forms.DateField(label="撤销日期", widget=_day())
    reason = forms.CharField(
        label="撤销原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="写明依据。"
    )


class RuleForm(forms.Form):
    """The rule of a cohort: which titles, given by which day."""

    titles = Rows(Title.objects.none(), label="称号", widget=forms.CheckboxSelectMultiple)
    awarded_until = forms.DateField(label="授予截止日期", widget=_day())

    def __init__(self, *args: Any, titles: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["titles"].queryset = titles
        self.today = today

    def clean_awarded_until(self) -> date:
        """Not a day to come: the list would not be whole."""
        day = self.cleaned_data["awarded_until"]
        if day > self.today:
            raise forms.ValidationError("授予截止日期晚于今天。请改为今天或以前的日期。")
        return day


class FreezeForm(RuleForm):
    """The rule that was previewed, and the name to freeze the list under."""

    name = forms.CharField(label="名单名称", max_length=100, help_text="如“2017年回头看名单”。")
    expected = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class YearForm(forms.Form):
    """The year of targets."""

    year = forms.IntegerField(label="年份", min_value=2000, max_value=2100)


class TargetsForm(forms.Form):
    """The targets of a year: a field for each title and district, and one for the whole."""

    def __init__(
        self,
        *args: Any,
        titles: Iterable[Title],
        districts: Iterable[Org | None],
        units: dict[Any, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cells: dict[str, tuple[Title, Org | None]] = {}
        for district in districts:
            for title in titles:
                name = f"t{title.pk}-{district.pk if district else 'all'}"
                where = district.name if district else "全市"
                self.cells[name] = (title, district)
                self.fields[name] = forms.IntegerField(
                    label=f"{where}　{title.name}",
                    required=False,
                    min_value=0,
                    max_value=MOST_UNITS,
                    initial=units.get((title.pk, district.pk if district else None)) or None,
                    widget=forms.NumberInput(
                        attrs={"class": "num", "inputmode": "numeric", "aria-label": f"{where}，{title.name}"}
                    ),
                )

    def units(self) -> dict[tuple[Title, Org | None], int]:
        """What was typed, by title and district; an empty field is 0."""
        return {place: self.cleaned_data[name] or 0 for name, place in self.cells.items()}

    def rows(self) -> list[tuple[Org | None, list[Any]]]:
        """The fields by district, as the page shows them."""
        found: dict[Any, tuple[Org | None, list[Any]]] = {}
        for name, (_, district) in self.cells.items():
            found.setdefault(district, (district, []))[1].append(self[name])
        return list(found.values())
