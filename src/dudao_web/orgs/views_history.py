"""Pages of what makes the past of a unit: renamed at once; moved, merged, split, closed in two steps.

The first step is a form sent by GET, the second a page that says what will happen, whose button does it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dudao_web import clock
from dudao_web.orgs import history, queries, rules
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.forms_history import DatedForm, MergeForm, MoveForm, RenameForm, SplitForm
from dudao_web.orgs.models import COUNTY_KINDS, PARENT_KINDS, UPPER_KINDS, Kind, Org
from dudao_web.orgs.views import MANAGERS, fetch_org

KEPT = "往年的单位树不变，已有的填报、材料和操作记录保留。"


def _changeable(request: HttpRequest, code: str) -> Org:
    """A unit that the asker may change; otherwise there is no such page."""
    unit = fetch_org(request, code)
    if not rules.may_change(request.membership, unit):
        raise Http404
    return unit


def _data(request: HttpRequest) -> Any:
    """What was sent: by POST, or by GET as the first of two steps; None for nothing yet."""
    return request.POST if request.method == "POST" else request.GET or None


def _steps(
    request: HttpRequest,
    unit: Org,
    form: DatedForm,
    words: dict[str, str],
    points: Callable[[dict[str, Any]], Sequence[str]],
    do: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    """The form, the page that says what will happen (``points``), the act. ``do`` gives the message.

    ``words``: title, verb, and question of the second page.
    """
    if form.is_valid():
        if request.method == "GET":
            sent = [(name, value) for name in form.fields for value in form.data.getlist(name)]
            context = {"org": unit, "sent": sent, "points": points(form.cleaned_data), **words}
            return render(request, "orgs/confirm.html", {**context, "refrain": f"不{words['verb']}"})
        try:
            told = do(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, told)
            return redirect("orgs:org", unit.code)
    context = {"form": form, "org": unit, "title": words["title"], "verb": "下一步", "method": "get"}
    return render(request, "orgs/form.html", context, status=422 if form.errors else 200)


def _day(form: dict[str, Any]) -> str:
    on = form["on"]
    return f"{on.year}年{on.month}月{on.day}日"


@page(MANAGERS, obj="单位", methods=("GET", "POST"))
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Another name for a unit."""
    unit = _changeable(request, code)
    form = RenameForm(request.POST or None, today=clock.today(), initial={"name": unit.name})
    if request.method == "POST" and form.is_valid():
        try:
            history.rename_org(by=request.membership, org=unit, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("on", str(refusal))
        else:
            messages.success(request, f"名称已改为“{unit.name}”。")
            return redirect("orgs:org", unit.code)
    context = {"form": form, "org": unit, "title": "改名称", "verb": "改名称"}
    return render(request, "orgs/form.html", context, status=422 if form.errors else 200)


@page(MANAGERS, obj="单位", methods=("GET", "POST"))
def move(request: HttpRequest, code: str) -> HttpResponse:
    """A unit with all below it to another parent."""
    unit = _changeable(request, code)
    parents = queries.visible_orgs(request.membership, clock.today())
    parents = parents.filter(kind__in=PARENT_KINDS[Kind(unit.kind)]).exclude(pk=unit.parent_id)
    below = Org.objects.filter(queries.current(clock.today()), **rules.within(unit)).count() - 1

    def points(form: dict[str, Any]) -> list[str]:
        many = f"和下面的 {below} 个单位" if below else ""
        old, new = unit.parent.name, form["parent"].name
        return [
            f"自{_day(form)}起，“{unit.name}”{many}属“{new}”。{KEPT}",
            "账号和任职不变，照常使用。",
            f"填报、材料和记录随单位走：“{new}”可以看到，“{old}”不再看到。",
        ]

    def do(form: dict[str, Any]) -> str:
        history.move_org(by=request.membership, org=unit, **form)
        return f"“{unit.name}”已移到“{form['parent'].name}”。"

    words = {"title": "移动单位", "verb": "移动", "question": f"移动“{unit.name}”？"}
    form = MoveForm(_data(request), today=clock.today(), parents=parents)
    return _steps(request, unit, form, words, points, do)


@page(MANAGERS, obj="单位", methods=("GET", "POST"))
def merge(request: HttpRequest, code: str) -> HttpResponse:
    """Other units of the same county-level unit go into this one."""
    into = _changeable(request, code)
    today = clock.today()
    place = into.parent if into.kind in UPPER_KINDS | COUNTY_KINDS else queries.county_of(into)
    around = rules.within(place or into.parent)
    rows = queries.visible_orgs(request.membership, today).filter(kind__in=rules.rank_of(into), **around)
    rows = rows.exclude(pk=into.pk).select_related("parent")

    def points(form: dict[str, Any]) -> list[str]:
        units = form["units"]
        names = "、".join(f"“{unit.name}”" for unit in units)
        held = sum(unit.memberships.filter(queries.lasting(form["on"])).count() for unit in units)
        below = sum(unit.children.filter(until=None).count() for unit in units)
        return [
            f"自{_day(form)}起，{names}停用，并入“{into.name}”，代码不能再用。{KEPT}",
            f"原单位的 {held} 个任职到这一天为止，其他岗位不受影响。" if held else "原单位没有在任的账号。",
            *([f"原单位下面的 {below} 个单位改属“{into.name}”。"] if below else []),
            f"原单位的填报、材料和记录由“{into.name}”及其上级查看。合并后不能撤回。",
        ]

    def do(form: dict[str, Any]) -> str:
        history.merge_orgs(by=request.membership, orgs=list(form["units"]), into=into, on=form["on"])
        return f"{len(form['units'])} 个单位已并入“{into.name}”。"

    title = "合并单位"
    words = {"title": title, "verb": "合并", "question": f"其他单位并入“{into.name}”？"}
    form = MergeForm(_data(request), today=today, units=rows)
    return _steps(request, into, form, words, points, do)


@page(MANAGERS, obj="单位", methods=("GET", "POST"))
def split(request: HttpRequest, code: str) -> HttpResponse:
    """A unit is divided into several."""
    unit = _changeable(request, code)

    def points(form: dict[str, Any]) -> list[str]:
        parts = form["parts"]
        names = "、".join(f"“{part.name}”（{part.code}）" for part in parts)
        held = unit.memberships.filter(queries.lasting(form["on"])).count()
        below = unit.children.filter(until=None).count()
        return [
            f"自{_day(form)}起，“{unit.name}”停用，拆分为{names}，原代码不能再用。{KEPT}",
            f"原单位的 {held} 个任职到这一天为止。拆分后的单位须另设账号。"
            if held
            else "拆分后的单位须另设账号。",
            *([f"原单位下面的 {below} 个单位改属“{parts[0].name}”，可以再移动。"] if below else []),
            f"原单位的填报、材料和记录由“{parts[0].name}”及其上级查看。拆分后不能撤回。",
        ]

    def do(form: dict[str, Any]) -> str:
        made = history.split_org(by=request.membership, org=unit, parts=form["parts"], on=form["on"])
        return f"“{unit.name}”已拆分为 {len(made)} 个单位。"

    words = {"title": "拆分单位", "verb": "拆分", "question": f"拆分“{unit.name}”？"}
    form = SplitForm(_data(request), today=clock.today())
    return _steps(request, unit, form, words, points, do)


@page(MANAGERS, obj="单位", methods=("GET", "POST"))
def close(request: HttpRequest, code: str) -> HttpResponse:
    """A unit ends without a successor."""
    unit = _changeable(request, code)

    def points(form: dict[str, Any]) -> list[str]:
        return [
            f"自{_day(form)}起，“{unit.name}”不再列入单位名单，代码不能再用。{KEPT}",
            "有单位承接的，请办理合并或拆分。停用后不能撤回。",
        ]

    def do(form: dict[str, Any]) -> str:
        history.close_org(by=request.membership, org=unit, on=form["on"])
        return f"已停用“{unit.name}”。"

    words = {"title": "停用单位", "verb": "停用", "question": f"停用单位“{unit.name}”？"}
    form = DatedForm(_data(request), today=clock.today())
    return _steps(request, unit, form, words, points, do)
