"""Views of the security administrator: accounts locked out, second steps, limits of each role; and links that set a password."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from dudao_web.orgs import admins, limits, links, lockout, mfa, rules, sessions
from dudao_web.orgs.access import page
from dudao_web.orgs.forms import LimitsForm
from dudao_web.orgs.models import Membership, Role, User
from dudao_web.orgs.models_security import Factor

PAGE_SIZE = 100
GUARD = frozenset({Role.SECURITY_ADMIN})


def _accounts(request: HttpRequest) -> QuerySet[User]:
    """The accounts with an office within the own unit."""
    held = rules.visible(
        Membership.objects.filter(until=None, user=OuterRef("pk")), request.membership, "org"
    )
    return User.objects.filter(Exists(held))


def _account(request: HttpRequest, pk: int) -> User:
    """One of them but the own one: nobody eases the limits for oneself."""
    return get_object_or_404(_accounts(request).exclude(pk=request.user.pk), pk=pk)


@page(GUARD, obj="账号安全")
def index(request: HttpRequest) -> HttpResponse:
    """Every account of the own unit and below: locked, second step, logins; search by account or office."""
    rows = _accounts(request)
    locked = lockout.locked()
    text, which = request.GET.get("q", "").strip(), request.GET.get("which", "")
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(display__icontains=text))
    if which == "locked":
        rows = rows.filter(username__in=locked)
    if which == "second_step":
        rows = rows.filter(factor__secret__gt="")
    alive = Q(sessions__expire_date__gt=timezone.now())
    rows = rows.annotate(
        second_step=Exists(Factor.objects.filter(user=OuterRef("pk")).exclude(secret="")),
        logins=Count("sessions", filter=alive),
    ).order_by("username")
    paged = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in paged.object_list:
        row.locked = locked.get(row.username, 0)
        row.eased = row.pk != request.user.pk and bool(row.locked or row.second_step)
    context = {"accounts": paged, "q": text, "which": which, "limits": None}
    if admins.sets_limits(request.membership):
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
    rows = rules.visible(Membership.objects.filter(until=None), request.membership, "org")
    held = get_object_or_404(rows.select_related("org", "user"), pk=pk)
    if not links.offered() or not rules.may_reset(request.membership, held.user):
        raise Http404
    made = links.issue(by=request.membership, user=held.user) if request.method == "POST" else None
    context = {"held": held, "org": held.org, "made": made}
    return render(request, "orgs/new_link.html", context)
