"""Views of coming in and going out: password, second step, password from a link, one-time password, choice of the office."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from dudao_web import clock
from dudao_web.orgs import actions, limits, links, lockout, mfa, queries, sessions
from dudao_web.orgs.access import EVERYBODY, PUBLIC, page
from dudao_web.orgs.forms import ChooseForm, CodeForm, NewPasswordForm, PasswordForm, SignInForm
from dudao_web.orgs.membership import SESSION_KEY, client_address
from dudao_web.orgs.models import User

# One answer for an unknown account, a wrong password and a closed account.
REFUSED = "账号或密码不对。请核对后重新输入；忘记密码的，请上级单位重置。"
LOCKED = "连续输错次数过多，本机暂不能登录这个账号。请 15 分钟后再试，或请安全管理员解除锁定。"
WRONG_CODE = "验证码不对或已经用过。请输入当前显示的 6 位数字，或一个没有用过的备用码。"
PENDING = "pending"  # who has passed the password and owes the second step
PENDING_SECONDS = 300
BACKEND = settings.AUTHENTICATION_BACKENDS[-1]


def _target(request: HttpRequest) -> str:
    """Where to go after signing in: the page that was asked for, if it is ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure()):
        return asked
    return "/"


@page(PUBLIC, obj="登录", methods=("GET", "POST"))
def signin(request: HttpRequest) -> HttpResponse:
    """Account and password; then the second step, for accounts that have one."""
    if request.user.is_authenticated:
        return redirect(_target(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is None:
            lockout.refused(form.cleaned_data["username"])
            return _refuse(request, form, REFUSED, 422)
        if mfa.factor_of(user) is None:
            return _enter(request, user, _target(request))
        request.session.cycle_key()
        request.session[PENDING] = {
            "user": user.pk,
            "hash": user.get_session_auth_hash(),
            "at": timezone.now().timestamp(),
            "next": _target(request),
        }
        return redirect("orgs:code")
    return render(request, "orgs/signin.html", {"form": form, "next": _target(request)})


@page(PUBLIC, obj="登录", methods=("GET", "POST"))
def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the authenticator or from paper."""
    user = _pending(request)
    if user is None:
        request.session.pop(PENDING, None)
        return redirect("orgs:signin")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if lockout.is_locked(request, user):
            return locked_out(request, None, None)
        if mfa.passes(user=user, code=form.cleaned_data["code"]):
            return _enter(request, user, request.session.pop(PENDING)["next"])
        lockout.refused(user.username)
        lockout.wrong_code(request, user)
        form.add_error("code", WRONG_CODE)
    return render(request, "orgs/code.html", {"form": form}, status=422 if form.errors else 200)


def _pending(request: HttpRequest) -> User | None:
    """Who has passed the password a moment ago, and whose password is still the same."""
    owed = request.session.get(PENDING)
    if not owed or timezone.now().timestamp() - owed["at"] > PENDING_SECONDS:
        return None
    user = User.objects.filter(pk=owed["user"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), owed["hash"]):
        return None
    return user


def _enter(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """The account is in: new session key, the only office held is the one acted for, older logins end."""
    login(request, user, BACKEND)
    held = list(queries.open_memberships(user, clock.today()))
    if len(held) == 1:
        request.session[SESSION_KEY] = held[0].pk
    at_most = limits.strictest([one.role for one in held])
    sessions.begin(request, address=client_address(request), at_most=at_most)
    actions.record_sign_in(user=user)
    return redirect(target)


def _refuse(request: HttpRequest, form: SignInForm, why: str, status: int) -> HttpResponse:
    """The sign-in page with the reason, which takes the focus instead of the first field."""
    form.fields["username"].widget.attrs.pop("autofocus")
    context = {"form": form, "refused": why, "next": _target(request)}
    return render(request, "orgs/signin.html", context, status=status)


def locked_out(request: HttpRequest, _answer: HttpResponse | None, _credentials: Any) -> HttpResponse:
    """What django-axes shows after too many failures; the same for accounts that do not exist."""
    return _refuse(request, SignInForm(), LOCKED, 429)


@page(PUBLIC, obj="账号", methods=("GET", "POST"))
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The password of an account, set from a link. Unknown, used and expired links get one answer."""
    found = links.find(token)
    if found is None:
        return render(request, "orgs/link_closed.html", {"why": links.CLOSED}, status=404)
    form = NewPasswordForm(request.POST or None, user=found.user)
    if request.method == "POST" and form.is_valid():
        try:
            links.redeem(token=token, password=form.cleaned_data["new"])
        except actions.Refused as refusal:
            return render(request, "orgs/link_closed.html", {"why": str(refusal)}, status=404)
        except ValidationError as fault:  # the account was renamed in between
            form.add_error("new", fault)
        else:
            messages.success(request, "密码已设置。请登录。")
            return redirect("orgs:signin")
    context = {"form": form, "account": found.user}
    return render(request, "orgs/link.html", context, status=422 if form.errors else 200)


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
        sessions.end_others(request)
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
