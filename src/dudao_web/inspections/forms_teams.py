"""Forms of teams and ties: private to ``views_teams``."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from dudao_web import clock
from dudao_web.inspections.models import Member, Tie
from dudao_web.orgs.forms import PlainField, cleaned
from dudao_web.orgs.models import Membership, Org
from dudao_web.ui.fields import DIGITS

CHOSEN = "kind."  # + key of a membership: what the person is to be


class TeamForm(forms.Form):
    """What a team is called."""

    name = PlainField(label="名称", max_length=50, help_text="例如“第一督导组”。")


def chosen(sent: QueryDict, among: QuerySet[Membership]) -> list[tuple[Membership, str]]:
    """Who was chosen in a list of candidates, with what they are to be, in the order of the tree; what is none of them is left out."""
    asked = {
        name.removeprefix(CHOSEN): kind
        for name, kind in sent.items()
        if name.startswith(CHOSEN) and kind in Member.KINDS
    }
    keys = [int(key) for key in asked if key.isdecimal() and len(key) <= DIGITS]
    return [(one, asked[str(one.pk)]) for one in among.filter(pk__in=keys)]


class TieForm(forms.Form):
    """A tie of a person to a unit. The unit is typed: there may be thousands."""

    user = forms.ChoiceField(label="人员")
    org = forms.CharField(label="单位", max_length=100, help_text="填单位全称或代码。")
    kind = forms.ChoiceField(label="关系", choices=[("", "请选择"), *Tie.KINDS.items()])
    until = forms.DateField(
        label="离任日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="曾在该单位任职的填写。离任满三年的不再回避。",
    )
    note = forms.CharField(
        label="说明", required=False, max_length=500, help_text="只有本人和上级督导室能看。"
    )

    def __init__(
        self, *args: Any, membership: Membership, people: QuerySet[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {membership.user_id: (membership.user, f"{membership.title}（本人）")}
        for one in people:
            self.people.setdefault(one.user_id, (one.user, one.title))
        self.fields["user"].choices = [(str(pk), title) for pk, (_, title) in self.people.items()]
        self.fields["user"].initial = str(membership.user_id)

    def clean_user(self) -> Any:
        return self.people[int(self.cleaned_data["user"])][0]

    def clean_org(self) -> Org:
        """The unit that the text names; of several of one name the code is asked for."""
        text = cleaned(self.cleaned_data["org"])
        found = list(Org.objects.filter(Q(code=text) | Q(name=text)).order_by("path")[:6])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(f"没有找到单位“{text}”。请填写单位全称或代码。")
        codes = "、".join(org.code for org in found[:5])
        raise forms.ValidationError(
            f"有几个单位叫“{text}”，请填代码：{codes}{'等' if len(found) > 5 else ''}。"
        )

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until is not None and until > clock.today():
            raise forms.ValidationError("离任日期还没有到。请填今天或以前的日期。")
        return until
