"""Views of the security administrator: accounts locked out, second steps, limits of each role.

And of whoever gives the offices of an account: a link that sets its password, whose it is, closing it, reopening it.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from dudao_web import clock
from dudao_web.orgs import actions, admins, closing, limits, links, lockout, mfa, queries, rules, sessions
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.forms import LimitsForm, PersonForm
from dudao_web.orgs.models import Membership, Org, Role, User
from dudao_web.orgs.models_security import Factor

PAGE_SIZE = 100
GUARD = frozenset({Role.SECURITY_ADMIN})


def _accounts(request: HttpRequest) -> QuerySet[User]:
    """The accounts with an office within the own unit."""
    held = Membership.objects.filter(queries.lasting(clock.today()), user=OuterRef("pk"))
    return User.objects.filter(Exists(rules.visible(held, request.membership, "org")))


def _account(request: HttpRequest, pk: int) -> User:
    """One of them but the own one: nobody eases the limits for oneself."""
    return get_object_or_404(_accounts(request).exclude(pk=request.user.pk), pk=pk)


@page(GUARD, obj="账号安全")
def index(request: HttpRequest) -> HttpResponse:
    """Every account of the own unit and below: locked, second step, logins; search by account or office."""
    rows = _accounts(request)
    locked, today = lockout.locked(), clock.today()
    text, which = request.GET.get("q", "").strip(), request.GET.get("which", "")
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(display__icontains=text))
    if which == "locked":
        rows = rows.filter(username__in=locked)
    if which == "second_step":
        rows = rows.filter(factor__secret__gt="")
    if which == "closed":
        rows = rows.filter(is_active=False)
    alive = Q(sessions__expire_date__gt=timezone.now())
    rows = rows.annotate(
        second_step=Exists(Factor.objects.filter(user=OuterRef("pk")).exclude(secret="")),
        logins=Count("sessions", filter=alive),
    ).order_by("username")
    paged = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in paged.object_list:
        row.locked = locked.get(row.username, 0)
        row.own = row.pk == request.user.pk
        row.closable = not row.own and rules.may_reset(request.membership, row)
    context = {"accounts": paged, "q": text, "which": which, "limits": None}
    if admins.sets_limits(request.membership):
        context["gaps"] = [(role.label, day) for role, day in admins.gaps(today)]
        context["today"] = today
        context["limits"] = [(Role(row.role), row) for row in limits.of_all()]
    return render(request, "orgs/security.html", context)


@page(GUARD, obj="账号安全", methods=("POST",))
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """A locked account may be tried again."""
    user = _account(request, pk)
    if lockout.unlock(by=request.membership, user=user):
        messages.success(request, f"已解除账号 {user.username} 的锁定。")
    return redirect("orgs:security:index")


@page(GUARD, obj="账号安全", methods=("GET", "POST"))
def end_second_step(request: HttpRequest, pk: int) -> HttpResponse:
    """The second step of an account whose telephone is lost, after a page that says what will happen."""
    user = _account(request, pk)
    if mfa.factor_of(user) is None:
        raise Http404
    if request.method == "POST":
        if mfa.end(by=request.membership, user=user):
            sessions.end_all(user)
        messages.success(request, f"已停用账号 {user.username} 的两步验证。")
        return redirect("orgs:security:index")
    return render(request, "orgs/end_second_step.html", {"account": user})


@page(GUARD, obj="登录限制", methods=("GET", "POST"))
def set_limits(request: HttpRequest, role: str) -> HttpResponse:
    """What holds for the offices of a role when they sign in."""
    if not admins.sets_limits(request.membership) or role not in Role.values:
        raise Http404
    row = limits.of_role(role)
    start = {"second_step": row.second_step, "idle": row.idle, "logins": row.logins}
    form = LimitsForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        limits.set_limits(by=request.membership, role=role, **form.cleaned_data)
        messages.success(request, f"{Role(role).label}的登录限制已保存。")
        return redirect("orgs:security:index")
    context = {"form": form, "role": Role(role)}
    return render(request, "orgs/limits.html", context, status=422 if form.errors else 200)


@page(rules.GRANTERS, obj="账号", methods=("GET", "POST"))
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link with which an office sets its own password; shown on the answer, once."""
    rows = Membership.objects.filter(queries.lasting(clock.today()), user__is_active=True)
    rows = rules.visible(rows, request.membership, "org")
    held = get_object_or_404(rows.select_related("org", "user"), pk=pk)
    if not links.offered() or not rules.may_reset(request.membership, held.user):
        raise Http404
    made = links.issue(by=request.membership, user=held.user) if request.method == "POST" else None
    context = {"held": held, "org": held.org, "made": made}
    return render(request, "orgs/new_link.html", context)


def _manageable(request: HttpRequest, pk: int) -> tuple[User, Org]:
    """An account but the own one, all of whose offices the asker could give, and a unit where it has one."""
    user = _account(request, pk)
    if not rules.may_reset(request.membership, user):
        raise Http404
    held = user.memberships.filter(queries.lasting(clock.today())).select_related("org")
    return user, rules.visible(held, request.membership, "org")[0].org


def _after(request: HttpRequest, unit: Org, told: str) -> HttpResponse:
    """Back to where the account is listed: the security administrator's list, or its unit."""
    messages.success(request, told)
    if admins.guards_accounts(request.membership):
        return redirect("orgs:security:index")
    return redirect("orgs:org", unit.code)


@page(rules.GRANTERS, obj="账号", methods=("GET", "POST"))
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an account out of use, after a page that says what will happen."""
    user, unit = _manageable(request, pk)
    refused = ""
    if request.method == "POST":
        try:
            closing.close_account(by=request.membership, user=user)
        except Refused as refusal:
            refused = str(refusal)
        else:
            return _after(request, unit, f"已停用账号 {user.username}。")
    context = {
        "org": unit,
        "question": f"停用账号 {user.username}？",
        "text": "该账号在各处的登录随即退出，以后不能登录，可以恢复。它的岗位、已办事项和记录保留。",
        "verb": "停用账号",
        "refrain": "不停用",
        "refused": refused,
    }
    return render(request, "orgs/confirm.html", context, status=422 if refused else 200)


@page(rules.GRANTERS, obj="账号", methods=("GET", "POST"))
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose account it is, so that all accounts of one person count as that person."""
    user, unit = _manageable(request, pk)
    form = PersonForm(request.POST or None, initial={"person": user.person or ""})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_person(by=request.membership, user=user, person=form.cleaned_data["person"])
        except Refused as refusal:
            form.add_error("person", str(refusal))
        else:
            return _after(request, unit, f"账号 {user.username} 的人员编号已登记。")
    context = {"form": form, "org": unit, "title": f"账号 {user.username} 的人员编号", "verb": "登记"}
    return render(request, "orgs/form.html", context, status=422 if form.errors else 200)


@page(rules.GRANTERS, obj="账号", methods=("POST",))
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an account back into use."""
    user, unit = _manageable(request, pk)
    closing.reopen_account(by=request.membership, user=user)
    return _after(request, unit, f"已恢复账号 {user.username}。")
