"""Forms of sign-in, accounts and units: fields and their words. What happens with them is in ``actions``."""

import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from dudao_web.orgs import rules
from dudao_web.orgs.models import PARENT_KINDS, ROLE_KINDS, Kind, Membership, Org, Role, User, role_name

# A digit must be in it, so that no code is a word of an address.
CODE = re.compile(r"[0-9A-Za-z-]*[0-9][0-9A-Za-z-]*")
USERNAME = re.compile(r"[0-9A-Za-z._@-]{3,64}")


def cleaned(text: str) -> str:
    """Full-width letters and digits as typed on a Chinese keyboard, and spaces at the ends, are no difference."""
    return unicodedata.normalize("NFKC", text).strip()


class PlainField(forms.CharField):
    """A name as people write it; one that a spreadsheet would take for a formula is refused."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if fault := rules.text_fault(text):
            raise forms.ValidationError(fault)
        return text


class DayField(forms.DateField):
    """A day, with the browser's calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SignInForm(forms.Form):
    """Account and password. Says nothing about which of them was wrong."""

    username = forms.CharField(
        label="账号",
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_username(self) -> str:
        return cleaned(self.cleaned_data["username"])


class CodeForm(forms.Form):
    """A code of the authenticator, or a recovery code."""

    code = forms.CharField(
        label="验证码",
        max_length=40,
        help_text="验证器显示的 6 位数字，或一个备用码。",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        return cleaned(self.cleaned_data["code"]).replace(" ", "")


class EnrolForm(CodeForm):
    """The code that proves a new authenticator, and the password again: an open screen is not enough."""

    password = forms.CharField(
        label="当前密码",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = "扫描后验证器显示的 6 位数字。"
        self.user = user

    def clean_password(self) -> str:
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError("当前密码不对。请重新输入。")
        return self.cleaned_data["password"]


class LimitsForm(forms.Form):
    """What holds for a role: second step, idle minutes, logins at a time."""

    second_step = forms.BooleanField(label="须两步验证", required=False)
    idle = forms.IntegerField(label="停用多久后退出（分钟）", min_value=5, max_value=480)
    logins = forms.IntegerField(label="同时登录数", min_value=1, max_value=20)


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    new = forms.CharField(
        label="新密码",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 10 个字符，不能全是数字，不能与账号相近，不能是常见密码。",
    )
    again = forms.CharField(
        label="再输一次",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new(self) -> str:
        validate_password(self.cleaned_data["new"], self.user)
        return self.cleaned_data["new"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "new" in data and data.get("again") != data["new"]:
            self.add_error("again", "两次输入的新密码不一致。请重新输入。")
        return data


class PasswordForm(NewPasswordForm):
    """The own password: the present one, the new one twice."""

    old = forms.CharField(
        label="当前密码",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("old", "new", "again")

    def clean_old(self) -> str:
        if not self.user.check_password(self.cleaned_data["old"]):
            raise forms.ValidationError("当前密码不对。请重新输入。")
        return self.cleaned_data["old"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "new" in data and data.get("old") == data["new"]:
            self.add_error("new", "新密码与当前密码相同。请换一个密码。")
        return data


class OrgForm(forms.Form):
    """A new unit below another."""

    code = forms.CharField(
        label="代码", max_length=32, help_text="区划代码或学校标识码，由数字、字母和 - 组成。"
    )
    name = PlainField(label="名称", max_length=100)
    kind = forms.ChoiceField(label="类型")

    def __init__(self, *args: Any, parent: Org, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = [kind for kind in Kind if Kind(parent.kind) in PARENT_KINDS[kind]]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in below]

    def clean_code(self) -> str:
        code = cleaned(self.cleaned_data["code"])
        if not CODE.fullmatch(code):
            raise forms.ValidationError(f"代码“{code}”不合规则。代码由数字、字母和 - 组成，至少有一个数字。")
        if fault := rules.text_fault(code):
            raise forms.ValidationError(fault)
        return code


class InviteForm(forms.Form):
    """An account for an office at a unit."""

    username = forms.CharField(
        label="账号", max_length=64, help_text="3 至 64 个字母、数字或 . _ @ -。已有的账号将增加这个岗位。"
    )
    role = forms.ChoiceField(label="岗位")
    title = PlainField(label="处室名称", max_length=100, help_text="显示在页面右上角，写处室名称，不写姓名。")

    since = DayField(
        label="任职起", required=False, help_text="不填为今天。可以是以后的日期，到那天才能办理。"
    )
    until = DayField(label="任职止", required=False, help_text="自这一天起不再任职。不填为一直任职。")

    def __init__(self, *args: Any, org: Org, grants: frozenset[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [
            (role.value, role_name(role, org.kind))
            for role in Role
            if role in grants and Kind(org.kind) in ROLE_KINDS[role]
        ]

    def clean_username(self) -> str:
        name = cleaned(self.cleaned_data["username"])
        if not USERNAME.fullmatch(name):
            raise forms.ValidationError(f"账号“{name}”不合规则。账号为 3 至 64 个字母、数字或 . _ @ -。")
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("until") and data.get("since") and data["until"] <= data["since"]:
            self.add_error("until", "任职止不晚于任职起。请更正日期。")
        return data


class PersonForm(forms.Form):
    """Whose account it is."""

    person = PlainField(
        label="人员编号",
        max_length=32,
        required=False,
        help_text="本单位自编的编号。同一人员的几个账号填同一个编号；只有一个账号的不填。不写姓名和证件号码。",
    )

    def clean_person(self) -> str:
        return cleaned(self.cleaned_data["person"])


class EndForm(forms.Form):
    """The day from which an office is no longer held."""

    on = DayField(label="停用日期", required=False, help_text="自这一天起不再任职。不填为今天。")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].initial = today

    def clean_on(self) -> date:
        on = self.cleaned_data["on"] or self.today
        if on < self.today:
            raise forms.ValidationError("停用日期不能早于今天。请更正日期。")
        return on


class ImportForm(forms.Form):
    """The workbook with units and accounts."""

    file = forms.FileField(label="单位表", help_text="Excel 工作簿（.xlsx），不超过 5 MB。")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(".xlsx"):
            raise forms.ValidationError(f"文件“{file.name}”不是 .xlsx 工作簿。请另存为 .xlsx 后再上传。")
        if file.size > 5 * 1024 * 1024:
            raise forms.ValidationError(f"文件“{file.name}”超过 5 MB。请只保留单位表一张工作表。")
        return file


class ChooseForm(forms.Form):
    """Which of several offices to act for."""

    membership = forms.ModelChoiceField(
        label="办理身份", queryset=Membership.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
