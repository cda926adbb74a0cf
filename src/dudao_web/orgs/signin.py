"""Views of coming in and going out: sign-in, one-time password, choice of the office, own account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from dudao_web import clock
from dudao_web.orgs import actions, queries
from dudao_web.orgs.access import EVERYBODY, PUBLIC, page
from dudao_web.orgs.forms import ChooseForm, PasswordForm, SignInForm
from dudao_web.orgs.membership import SESSION_KEY

# One answer for an unknown account, a wrong password and a closed account.
REFUSED = "账号或密码不对。请核对后重新输入；忘记密码的，请上级单位重置。"
LOCKED = "连续输错次数过多，本机暂不能登录这个账号。请 15 分钟后再试，或请上级单位重置密码。"


def _target(request: HttpRequest) -> str:
    """Where to go after signing in: the page that was asked for, if it is ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure()):
        return asked
    return "/"


@page(PUBLIC, obj="登录", methods=("GET", "POST"))
def signin(request: HttpRequest) -> HttpResponse:
    """Account and password; the session key is renewed."""
    if request.user.is_authenticated:
        return redirect(_target(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            login(request, user)  # new session key, old content dropped
            actions.record_sign_in(user=user)
            return redirect(_target(request))
        return _refuse(request, form, REFUSED, 422)
    return render(request, "orgs/signin.html", {"form": form, "next": _target(request)})


def _refuse(request: HttpRequest, form: SignInForm, why: str, status: int) -> HttpResponse:
    """The sign-in page with the reason, which takes the focus instead of the first field."""
    form.fields["username"].widget.attrs.pop("autofocus")
    context = {"form": form, "refused": why, "next": _target(request)}
    return render(request, "orgs/signin.html", context, status=status)


def locked_out(request: HttpRequest, _answer: HttpResponse | None, _credentials: Any) -> HttpResponse:
    """What django-axes shows after too many failures; the same for accounts that do not exist."""
    return _refuse(request, SignInForm(), LOCKED, 429)


@page(EVERYBODY, obj="登录", methods=("POST",), before_office=True)
def signout(request: HttpRequest) -> HttpResponse:
    """The session ends."""
    logout(request)
    return redirect("orgs:signin")


@page(EVERYBODY, obj="账号", methods=("GET", "POST"), before_office=True)
def password(request: HttpRequest) -> HttpResponse:
    """The own password; a one-time password must be changed before anything else."""
    form = PasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        actions.set_password(user=request.user, password=form.cleaned_data["new"])
        update_session_auth_hash(request, request.user)  # this session stays, all others end
        messages.success(request, "密码已修改。")
        return redirect("/")
    return render(request, "orgs/password.html", {"form": form}, status=422 if form.errors else 200)


@page(EVERYBODY, obj="任职", methods=("GET", "POST"), before_office=True)
def choose(request: HttpRequest) -> HttpResponse:
    """Which of several offices to act for in this session."""
    if request.user.must_change_password:
        return redirect("orgs:password")
    held = queries.open_memberships(request.user, clock.today())
    form = ChooseForm(request.POST or None)
    form.fields["membership"].queryset = held
    if request.method == "POST" and form.is_valid():
        request.session.cycle_key()
        request.session[SESSION_KEY] = form.cleaned_data["membership"].pk
        return redirect("/")
    return render(request, "orgs/choose.html", {"form": form, "held": list(held)})


@page(EVERYBODY, obj="账号")
def account(request: HttpRequest) -> HttpResponse:
    """The own account: office, other offices held, password."""
    held = list(queries.open_memberships(request.user, clock.today()))
    return render(request, "orgs/account.html", {"held": held})
