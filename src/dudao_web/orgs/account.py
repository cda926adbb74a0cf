"""Views of the own account: office and password, own logins (我的登录), second step (两步验证)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe

from dudao_web import clock
from dudao_web.orgs import actions, limits, lockout, mfa, queries, sessions
from dudao_web.orgs.access import EVERYBODY, page
from dudao_web.orgs.forms import CodeForm, EnrolForm
from dudao_web.orgs.signin import LOCKED, WRONG_CODE

NEW_SECRET = "new_secret"  # in the session, until a code has proved it


@page(EVERYBODY, obj="账号")
def account(request: HttpRequest) -> HttpResponse:
    """The own account: office, other offices held, password."""
    held = list(queries.open_memberships(request.user, clock.today()))
    return render(request, "orgs/account.html", {"held": held})


@page(EVERYBODY, obj="登录", methods=("GET", "POST"), before_office=True)
def logins(request: HttpRequest) -> HttpResponse:
    """Where the own account is signed in; the others can be ended."""
    if request.method == "POST":
        ended = sessions.end_others(request)
        if ended:
            actions.record(by=request.user, action="orgs.end_logins", obj=request.user, data={"count": ended})
        messages.success(request, f"已退出其他 {ended} 个登录。")
        return redirect("orgs:logins")
    rows = sessions.of(request.user)
    for row in rows:
        row.said = row.get_decoded()
        row.own = row.pk == request.session.session_key
    own_limits = request.limits or limits.of_role("")
    return render(request, "orgs/logins.html", {"rows": rows, "limits": own_limits})


@page(EVERYBODY, obj="两步验证", before_office=True)
def show(request: HttpRequest) -> HttpResponse:
    """Whether the second step is on, and what can be done about it."""
    if request.user.must_change_password:
        return redirect("orgs:password")
    return _page(request)


def _page(
    request: HttpRequest, *, enrol: EnrolForm | None = None, change: CodeForm | None = None
) -> HttpResponse:
    """The page of the second step, with a form that was refused."""
    factor = mfa.factor_of(request.user)
    secret = "" if factor else request.session.get(NEW_SECRET, "")
    context = {
        "factor": factor,
        "left": factor.codes.count() if factor else 0,
        "must": bool(request.limits and request.limits.second_step),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "enrol": enrol or EnrolForm(user=request.user),
        "change": change or CodeForm(),
    }
    if secret:
        context["uri"] = mfa.uri(request.user, secret)
        context["picture"] = mark_safe(mfa.picture(context["uri"]))  # drawn here, from no input but the name
    refused = (enrol and enrol.errors) or (change and change.errors)
    return render(request, "orgs/mfa.html", context, status=422 if refused else 200)


@page(EVERYBODY, obj="两步验证", methods=("POST",), before_office=True)
def begin(request: HttpRequest) -> HttpResponse:
    """A new secret to take into an authenticator; nothing changes until a code has proved it."""
    if mfa.factor_of(request.user) is None:
        request.session[NEW_SECRET] = mfa.new_secret()
    return redirect("orgs:mfa")


@page(EVERYBODY, obj="两步验证", methods=("POST",), before_office=True)
def confirm(request: HttpRequest) -> HttpResponse:
    """The second step begins; its recovery codes are shown on the answer, once."""
    secret = request.session.get(NEW_SECRET)
    if not secret or request.user.must_change_password:
        return redirect("orgs:mfa")
    form = EnrolForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, enrol=form)
    try:
        codes = mfa.enrol(user=request.user, secret=secret, code=form.cleaned_data["code"])
    except actions.Refused as refusal:
        form.add_error("code", str(refusal))
        return _page(request, enrol=form)
    del request.session[NEW_SECRET]
    sessions.end_others(request)
    return render(request, "orgs/codes.html", {"codes": codes})


def _proved(request: HttpRequest) -> CodeForm:
    """The form by which a change of the second step is asked for: valid if its code passes."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return form
    if lockout.is_locked(request, request.user):
        form.add_error("code", LOCKED)
    elif not mfa.passes(user=request.user, code=form.cleaned_data["code"]):
        lockout.wrong_code(request, request.user)
        form.add_error("code", WRONG_CODE)
    return form


@page(EVERYBODY, obj="两步验证", methods=("POST",))
def renew(request: HttpRequest) -> HttpResponse:
    """Other recovery codes, shown once."""
    form = _proved(request)
    if not form.is_valid():
        return _page(request, change=form)
    codes = mfa.renew_codes(user=request.user)
    sessions.end_others(request)
    return render(request, "orgs/codes.html", {"codes": codes})


@page(EVERYBODY, obj="两步验证", methods=("POST",))
def end(request: HttpRequest) -> HttpResponse:
    """No second step any more; where the role demands one, a new one is owed at once (another telephone)."""
    form = _proved(request)
    if not form.is_valid():
        return _page(request, change=form)
    mfa.end(by=request.user, user=request.user)
    sessions.end_others(request)
    messages.success(request, "两步验证已停用。")
    return redirect("orgs:mfa")
