"""Views of the tree of units and its accounts: fetch within the own scope, form, action, answer.

What makes the past of a unit has its pages in ``views_history``.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from dudao_web import clock
from dudao_web.orgs import actions, importing, links, queries, rules, sheet
from dudao_web.orgs.access import EVERYBODY, page
from dudao_web.orgs.forms import EndForm, ImportForm, InviteForm, OrgForm, cleaned
from dudao_web.orgs.models import LEAF_KINDS, Kind, Membership, Org, Role

MANAGERS, GRANTERS = rules.KEEPERS, rules.GRANTERS
PAGE_SIZE = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def fetch_org(request: HttpRequest, code: str) -> Org:
    """The unit of today, if the office asking sees it; otherwise there is no such page."""
    return get_object_or_404(queries.visible_orgs(request.membership, clock.today()), code=code)


def _membership(request: HttpRequest, pk: int) -> Membership:
    """An office, held or to begin, that the asker may give and take; otherwise there is no such page."""
    rows = Membership.objects.filter(queries.lasting(clock.today()))
    rows = rules.visible(rows, request.membership, "org")
    found = get_object_or_404(rows.select_related("org", "user"), pk=pk)
    if not rules.may_grant(request.membership, found.role, found.org):
        raise Http404
    return found


def _asked_day(text: str, today: date) -> tuple[date | None, str]:
    """The day in the past of "2017-12-31" or "2017" (its last day), or why there is none."""
    if not text:
        return None, ""
    try:
        day = date.fromisoformat(f"{text}-12-31" if len(text) == 4 else text)
    except ValueError:
        return None, f"“{text}”不是日期。请写成 2017-12-31 或 2017。"
    if day > today:
        return None, f"{text} 还没有到。请填今天以前的日期或年份。"
    return day, ""


@page(EVERYBODY, obj="单位")
def tree(request: HttpRequest) -> HttpResponse:
    """The units of the own scope, parents before children; search by name (also a former one), code or kind.

    ``?on=2017-12-31`` or ``?on=2017``: the tree of that day, to read. A filling unit has no tree, only its own page.
    """
    membership, today = request.membership, clock.today()
    if membership.role == Role.SCHOOL:
        return redirect("orgs:org", membership.org.code)
    text, kind, on = (cleaned(request.GET.get(name, "")) for name in ("q", "kind", "on"))
    kind = kind if kind in Kind.values else ""
    day, fault = _asked_day(on, today)
    may_invite = rules.may_invite(membership)
    if day:
        rows = queries.tree_on(day, rules.visible(Org.objects.all(), membership))
        rows = [row for row in rows if text in row.name or row.org.code.startswith(text)]
        listed: Any = [row for row in rows if kind in ("", row.org.kind)]
    else:
        listed = queries.found_orgs(membership, today, text=text, kind=kind, accounts=may_invite)
    paged = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    if not day:
        top = membership.org.path.count("/")
        paged.object_list = [queries.as_placed(org, org.path.count("/") - top) for org in paged.object_list]
    context = {
        "orgs": paged,
        "flat": bool(text or kind),
        "q": text,
        "kind": kind,
        "kinds": Kind.choices,
        "on": on,
        "day": day,
        "fault": fault,
        "may_invite": may_invite and not day,
        "may_manage": rules.may_manage_orgs(membership) and not day,
    }
    return render(request, "orgs/tree.html", context, status=422 if fault else 200)


@page(EVERYBODY, obj="单位")
def org(request: HttpRequest, code: str) -> HttpResponse:
    """One unit, of today or of the past: facts, accounts, the units below it, what happened to it.

    Accounts are shown to who may give the office, and a filling unit's own to itself.
    """
    today, membership = clock.today(), request.membership
    unit = get_object_or_404(rules.visible(Org.objects.select_related("parent"), membership), code=code)
    above = Org.objects.filter(code__in=unit.path.strip("/").split("/")[:-1])
    own = unit == membership.org and membership.role == Role.SCHOOL

    def shown(rows: Iterable[Membership]) -> list[Membership]:
        found = list(rows) if own or rules.may_invite(membership) else []
        for held in found:
            held.manageable = rules.may_grant(membership, held.role, unit)
            closed = held.manageable and not held.user.is_active
            held.reopenable = closed and rules.may_reset(membership, held.user)
        return [held for held in found if own or held.manageable or held.user_id == membership.user_id]

    context = {
        "org": unit,
        "above": rules.visible(above, membership),
        "accounts": shown(queries.users_of(unit, today)),
        "past": shown(queries.past_offices(unit, today)),
        "today": today,
        "history": queries.history(unit),
        "become": [] if unit.until is None else queries.today(unit),
        "children": rules.visible(unit.children.filter(queries.current(today)), membership),
        "may_manage": rules.may_manage_orgs(membership) and unit.until is None,
        "may_invite": rules.may_invite(membership) and unit.until is None,
        "links_offered": links.offered(),
        "may_change": rules.may_change(membership, unit),
        "may_have_children": unit.kind not in LEAF_KINDS,
    }
    return render(request, "orgs/org.html", context)


@page(MANAGERS, obj="单位", methods=("GET", "POST"))
def create(request: HttpRequest, code: str) -> HttpResponse:
    """A new unit below another."""
    parent = fetch_org(request, code)
    if parent.kind in LEAF_KINDS:
        raise Http404
    form = OrgForm(request.POST or None, parent=parent)
    if request.method == "POST" and form.is_valid():
        try:
            unit = actions.create_org(
                by=request.membership, parent=parent, since=clock.today(), **form.cleaned_data
            )
        except actions.Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, f"已新建“{unit.name}”。")
            return redirect("orgs:org", unit.code)
    context = {"form": form, "org": parent, "title": "新建下级单位", "verb": "新建"}
    return render(request, "orgs/form.html", context, status=422 if form.errors else 200)


@page(GRANTERS, obj="账号", methods=("GET", "POST"))
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """An account for an office at a unit; its one-time password is shown on the answer, once."""
    unit = fetch_org(request, code)
    grants = rules.GRANTS[Role(request.membership.role)]
    initial = {"title": unit.name, "since": clock.today()}
    form = InviteForm(request.POST or None, org=unit, grants=grants, initial=initial)
    if request.method == "POST" and form.is_valid():
        since = form.cleaned_data.pop("since") or clock.today()
        try:
            held, password = actions.invite(by=request.membership, org=unit, on=since, **form.cleaned_data)
        except actions.Refused as refusal:
            form.add_error("username", str(refusal))
        else:
            rows = [actions.NewAccount(held, password)]
            return render(request, "orgs/passwords.html", {"org": unit, "rows": rows})
    context = {"form": form, "org": unit, "title": "新增账号", "verb": "新增账号"}
    return render(request, "orgs/form.html", context, status=422 if form.errors else 200)


@page(GRANTERS, obj="账号", methods=("GET", "POST"))
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time password, after a page that says what will happen."""
    held = _membership(request, pk)
    if not rules.may_reset(request.membership, held.user):
        raise Http404
    if request.method == "POST":
        password = actions.reset_password(by=request.membership, user=held.user)
        rows = [actions.NewAccount(held, password)]
        return render(request, "orgs/passwords.html", {"org": held.org, "rows": rows})
    context = {
        "org": held.org,
        "question": f"重置账号 {held.user.username} 的密码？",
        "text": "原密码立即失效，该账号在各处的登录随即退出。新的一次性密码只显示一次。",
        "verb": "重置密码",
        "refrain": "不重置",
    }
    return render(request, "orgs/confirm.html", context)


@page(GRANTERS, obj="任职", methods=("GET", "POST"))
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an office, after a page that says what will happen. Nobody ends the office they act for."""
    held = _membership(request, pk)
    if held == request.membership:
        raise Http404
    refused = ""
    form = EndForm(request.POST if request.method == "POST" else None, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_membership(by=request.membership, membership=held, on=form.cleaned_data["on"])
        except actions.Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, f"已停用 {held.user.username} 在“{held.org.name}”的岗位。")
            return redirect("orgs:org", held.org.code)
    context = {
        "org": held.org,
        "question": f"停用账号 {held.user.username} 在“{held.org.name}”的岗位？",
        "text": f"该账号不再能以“{held.get_role_display()}”办理。已办事项和记录保留。",
        "verb": "停用岗位",
        "refrain": "不停用",
        "refused": refused,
        "form": form,
    }
    if held.user.is_active and rules.may_reset(request.membership, held.user):
        href = reverse("orgs:close_account", args=[held.user_id])
        context["other"] = {"note": "这个账号在各单位都不再用的：", "href": href, "verb": "停用账号"}
    return render(request, "orgs/confirm.html", context, status=422 if refused or form.errors else 200)


@page(MANAGERS, obj="单位", methods=("GET", "POST"))
def import_orgs(request: HttpRequest) -> HttpResponse:
    """Units and accounts from a workbook: all bad rows are listed, and nothing is taken until none is left."""
    form = ImportForm(request.POST or None, request.FILES or None)
    issues: list[sheet.RowIssue] = []
    if request.method == "POST" and form.is_valid():
        rows, issues = sheet.read(form.cleaned_data["file"].read())
        if not issues:
            done, issues = importing.import_orgs(by=request.membership, rows=rows, on=clock.today())
            if not issues:
                return render(request, "orgs/imported.html", {"done": done})
    status = 422 if issues or form.errors else 200
    return render(request, "orgs/import.html", {"form": form, "issues": issues}, status=status)


@page(MANAGERS, obj="单位表")
def import_template(request: HttpRequest) -> HttpResponse:
    """The empty workbook for the import."""
    return HttpResponse(
        sheet.template(),
        content_type=XLSX,
        headers={"Content-Disposition": 'attachment; filename="units.xlsx"'},
    )
