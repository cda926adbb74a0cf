"""Views of the tree of units and its accounts: fetch within the own scope, form, action, answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web import clock
from dudao_web.orgs import actions, queries, rules, sheet
from dudao_web.orgs.access import EVERYBODY, page
from dudao_web.orgs.forms import ImportForm, InviteForm, NameForm, OrgForm
from dudao_web.orgs.models import LEAF_KINDS, Kind, Membership, Org, Role

MANAGERS = frozenset(rules.GRANTS)
PAGE_SIZE = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _org(request: HttpRequest, code: str) -> Org:
    """The unit, if the office asking sees it; otherwise there is no such page."""
    return get_object_or_404(queries.visible_orgs(request.membership, clock.today()), code=code)


def _membership(request: HttpRequest, pk: int) -> Membership:
    """An open office that the asker may give and take; otherwise there is no such page."""
    rows = rules.visible(Membership.objects.filter(until=None), request.membership, "org")
    found = get_object_or_404(rows.select_related("org", "user"), pk=pk)
    if not rules.may_grant(request.membership, found.role, found.org):
        raise Http404
    return found


@page(EVERYBODY, obj="单位")
def tree(request: HttpRequest) -> HttpResponse:
    """The units of the own scope, parents before children; search by name, code or kind."""
    today = clock.today()
    rows = queries.visible_orgs(request.membership, today).select_related("parent")
    text, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(code__startswith=text))
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    held = queries.current(today, "memberships__")
    rows = rows.annotate(accounts=Count("memberships", filter=held)).order_by("path")
    paged = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    top = request.membership.org.path.count("/")
    for row in paged.object_list:
        row.depth = 0 if text or kind else min(4, row.path.count("/") - top)
    context = {"orgs": paged, "q": text, "kind": kind, "kinds": Kind.choices}
    context["may_manage"] = rules.may_manage_orgs(request.membership)
    return render(request, "orgs/tree.html", context)


@page(EVERYBODY, obj="单位")
def org(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: facts, accounts, the units below it."""
    today = clock.today()
    unit = _org(request, code)
    manages = rules.may_manage_orgs(request.membership)
    above = Org.objects.filter(code__in=unit.path.strip("/").split("/")[:-1])
    accounts = list(queries.users_of(unit, today)) if manages or unit == request.membership.org else []
    for held in accounts:
        held.manageable = rules.may_grant(request.membership, held.role, unit)
    context = {
        "org": unit,
        "above": rules.visible(above, request.membership),
        "accounts": accounts,
        "children": unit.children.filter(queries.current(today)),
        "may_manage": manages,
        "may_change": rules.may_change(request.membership, unit),
        "may_have_children": unit.kind not in LEAF_KINDS,
    }
    return render(request, "orgs/org.html", context)


@page(MANAGERS, obj="单位", methods=("GET", "POST"))
def create(request: HttpRequest, code: str) -> HttpResponse:
    """A new unit below another."""
    parent = _org(request, code)
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


def _changeable(request: HttpRequest, code: str) -> Org:
    """A unit that the asker may rename and close; otherwise there is no such page."""
    unit = _org(request, code)
    if not rules.may_change(request.membership, unit):
        raise Http404
    return unit


@page(MANAGERS, obj="单位", methods=("GET", "POST"))
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Another name for a unit."""
    unit = _changeable(request, code)
    form = NameForm(request.POST or None, initial={"name": unit.name})
    if request.method == "POST" and form.is_valid():
        actions.rename_org(by=request.membership, org=unit, name=form.cleaned_data["name"])
        messages.success(request, f"名称已改为“{unit.name}”。")
        return redirect("orgs:org", unit.code)
    context = {"form": form, "org": unit, "title": "改名称", "verb": "改名称"}
    return render(request, "orgs/form.html", context, status=422 if form.errors else 200)


@page(MANAGERS, obj="单位", methods=("GET", "POST"))
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a unit, after a page that says what will happen."""
    unit = _changeable(request, code)
    refused = ""
    if request.method == "POST":
        try:
            actions.close_org(by=request.membership, org=unit, on=clock.today())
        except actions.Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, f"已停用“{unit.name}”。")
            return redirect("orgs:org", unit.parent.code)
    context = {
        "org": unit,
        "question": f"停用单位“{unit.name}”？",
        "text": "停用后不再列入单位名单，代码不能再用。已有的填报和操作记录保留。",
        "verb": "停用",
        "refrain": "不停用",
        "refused": refused,
    }
    return render(request, "orgs/confirm.html", context, status=422 if refused else 200)


@page(MANAGERS, obj="账号", methods=("GET", "POST"))
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """An account for an office at a unit; its one-time password is shown on the answer, once."""
    unit = _org(request, code)
    grants = rules.GRANTS[Role(request.membership.role)]
    form = InviteForm(request.POST or None, org=unit, grants=grants, initial={"title": unit.name})
    if request.method == "POST" and form.is_valid():
        try:
            held, password = actions.invite(
                by=request.membership, org=unit, on=clock.today(), **form.cleaned_data
            )
        except actions.Refused as refusal:
            form.add_error("username", str(refusal))
        else:
            rows = [actions.NewAccount(held, password)]
            return render(request, "orgs/passwords.html", {"org": unit, "rows": rows})
    context = {"form": form, "org": unit, "title": "新增账号", "verb": "新增账号"}
    return render(request, "orgs/form.html", context, status=422 if form.errors else 200)


@page(MANAGERS, obj="账号", methods=("GET", "POST"))
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


@page(MANAGERS, obj="任职", methods=("GET", "POST"))
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an office, after a page that says what will happen. Nobody ends the office they act for."""
    held = _membership(request, pk)
    if held == request.membership:
        raise Http404
    if request.method == "POST":
        actions.end_membership(by=request.membership, membership=held, on=clock.today())
        messages.success(request, f"已停用 {held.user.username} 在“{held.org.name}”的岗位。")
        return redirect("orgs:org", held.org.code)
    context = {
        "org": held.org,
        "question": f"停用账号 {held.user.username} 在“{held.org.name}”的岗位？",
        "text": f"该账号不再能以“{held.get_role_display()}”办理。已办事项和记录保留。",
        "verb": "停用",
        "refrain": "不停用",
    }
    return render(request, "orgs/confirm.html", context)


@page(MANAGERS, obj="单位", methods=("GET", "POST"))
def import_orgs(request: HttpRequest) -> HttpResponse:
    """Units and accounts from a workbook: all bad rows are listed, and nothing is taken until none is left."""
    form = ImportForm(request.POST or None, request.FILES or None)
    issues: list[sheet.RowIssue] = []
    if request.method == "POST" and form.is_valid():
        rows, issues = sheet.read(form.cleaned_data["file"].read())
        if not issues:
            done, issues = actions.import_orgs(by=request.membership, rows=rows, on=clock.today())
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
