"""Views of the launch wizard: a new draft, its plan, the launch with its notice. What is missing is said where it is asked."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao.procedures import Procedure, procedures
from dudao_web import clock
from dudao_web.campaigns import burden, launching, queries, rules
from dudao_web.campaigns import procedures as texts
from dudao_web.campaigns.forms_launch import NewForm, PlanForm, totals
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign
from dudao_web.documents import actions as documents
from dudao_web.documents import attaching
from dudao_web.documents.forms import DocumentForm
from dudao_web.orgs import queries as orgs
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Org
from dudao_web.standards import queries as standards
from dudao_web.standards.models import StandardVersion


def _draft(request: HttpRequest, key: str) -> Campaign:
    """The office's own draft; otherwise there is no such page."""
    found = get_object_or_404(queries.campaigns(request.membership), key=key)
    if not rules.may_prepare(request.membership, found):
        raise Http404
    return found


@page(rules.OFFICES, obj="督导项目", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """A new draft: which procedure, in which year."""
    year = clock.today().year
    form = NewForm(request.POST or None, initial={"year": year})
    if request.method == "POST" and form.is_valid():
        try:
            row = launching.prepare(by=request.membership, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已建立项目，尚未启动。请逐项核对后启动。")
            return redirect("campaigns:plan", row.key)
    context = {"form": form, "procedures": [_told(name) for name, _, _ in procedures()]}
    return render(request, "campaigns/new.html", context, status=422 if form.errors else 200)


def _told(name: str) -> dict[str, Any]:
    """A procedure in the list to choose from: its name and its stages in a row."""
    loaded = texts.offered(name)
    return {
        "title": loaded.title,
        "number": loaded.number,
        "stages": [stage.title for stage in loaded.stages],
    }


def _counties(campaign: Campaign, request: HttpRequest) -> list[Org]:
    """The districts that a campaign of this office can reach; a county's own campaign reaches itself."""
    found = list(orgs.counties(request.membership, clock.today()))
    return [org for org in found if campaign.org.contains(org)]


@page(rules.OFFICES, obj="督导项目", methods=("GET", "POST"))
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """The plan of a draft: standards, units, dates, quotas; below it what it will ask of each unit and what is still missing."""
    found = get_object_or_404(queries.campaigns(request.membership), key=key)
    if found.state == "running" or found.state == "closed":
        return redirect("campaigns:campaign", found.key)
    if not rules.may_prepare(request.membership, found):
        raise Http404
    procedure = texts.load(found.procedure)
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        campaign=found, procedure=procedure, by=request.membership, counties=_counties(found, request),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        kept = form.plan()
        wrong = _quota_faults(found, kept, form)
        if not wrong:
            launching.revise(
                campaign=found, by=request.membership, plan=kept, title=form.cleaned_data["title"]
            )
            messages.success(request, "已保存。")
            return redirect("campaigns:launch" if "launch" in request.POST else "campaigns:plan", found.key)
        for field, said in wrong:
            form.add_error(field, said)
    return render(
        request,
        "campaigns/plan.html",
        _plan_context(found, procedure, form),
        status=422 if form.errors else 200,
    )


def _plan_context(campaign: Campaign, procedure: Procedure, form: PlanForm) -> dict[str, Any]:
    kept, today = Plan.of(campaign.plan), clock.today()
    reached = launching.units(campaign, kept, today)
    dates = launching.planned(campaign, kept, today)
    rows = StandardVersion.objects.defer("text").in_bulk(list(kept.standards.values()))
    bound = {kind: standards.load(rows[pk]) for kind, pk in kept.standards.items()}
    sums = totals(kept.quotas, form.columns)
    printed = procedure.quotas
    off = [
        f"“{title}”合计 {sums[key]}，文件所印为 {printed.total(key, year=campaign.year)}。"
        for key, title in form.columns
        if printed is not None and kept.quotas and sums[key] != printed.total(key, year=campaign.year)
    ]
    return {
        "campaign": campaign,
        "procedure": procedure,
        "form": form,
        "standards": [form[f"standard_{kind.kind}"] for kind in procedure.kinds],
        "stages": [
            (stage, form[f"opens_{stage.key}"], form[f"due_{stage.key}"], dates.get(stage.key), _waits(stage))
            for stage in procedure.stages
        ],
        "columns": form.columns,
        "quotas": [
            (org, [form[f"quota_{org.code}_{key}"] for key, _ in form.columns]) for org in form.counties
        ],
        "sums": [sums[key] for key, _ in form.columns],
        "off": off,
        "asked": burden.asked(procedure, bound, reached),
        "reached": len(reached),
        "faults": launching.faults(campaign, kept, today) if campaign.plan else ["还没有保存过计划。"],
    }


def _waits(stage: Any) -> str:
    """From which event a stage's dates are counted, in words; "" where they are days."""
    found = [one for one in (stage.opens, stage.due) if one is not None and one.after]
    return found[0].text if found else ""


def _quota_faults(campaign: Campaign, kept: Plan, form: PlanForm) -> list[tuple[str, str]]:
    """Numbers that are larger than what a district has."""
    reached = launching.units(campaign, kept, clock.today())
    have = Counter(code for org in reached for code in org.path.strip("/").split("/"))
    return [
        (f"quota_{row['district']}_{key}", f"{row[key]} 多于参加的单位数 {have[row['district']]}。请改小。")
        for row in kept.quotas
        for key, _ in form.columns
        if reached and (row.get(key) or 0) > have[row["district"]]
    ]


@page(rules.OFFICES, obj="督导项目", methods=("GET", "POST"))
def launch(request: HttpRequest, key: str) -> HttpResponse:
    """The launch: the notice with its number, what will happen, and the button."""
    found = _draft(request, key)
    kept, today, by = Plan.of(found.plan), clock.today(), request.membership
    faults = launching.faults(found, kept, today)
    if faults:
        messages.success(request, "还不能启动：" + "".join(faults))
        return redirect("campaigns:plan", found.key)
    reached = launching.units(found, kept, today)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DocumentForm(*sent, office=by, today=today, initial=_words(found, request))
    alone = {org.pk for org in reached} == {by.org_id}
    if request.method == "POST" and (alone or attaching.receive(form, by)):
        try:
            document = None if alone else documents.issue(by=by, **form.content)
            launching.launch(campaign=found, by=by, document=document)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已启动，{len(reached)} 个单位参加。")
            return redirect("campaigns:campaign", found.key)
    context = {
        "campaign": found,
        "form": form,
        "reached": len(reached),
        "alone": alone,
        "procedure": texts.load(found.procedure),
    }
    return render(request, "campaigns/launch.html", context, status=422 if request.method == "POST" else 200)


def _words(campaign: Campaign, request: HttpRequest) -> dict[str, str]:
    """A notice to begin with."""
    districts = [org.name for org in _counties(campaign, request) if org.pk != campaign.org_id]
    to = "、".join(districts) if 0 < len(districts) <= 12 else "各有关单位"
    body = f"现将“{campaign.title}”有关事项通知如下。请按照各阶段的要求和日期办理。"
    return {"title": f"关于开展“{campaign.title}”的通知", "main_to": to, "body": body}


@page(rules.OFFICES, obj="督导项目", methods=("GET", "POST"))
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Give up a draft, after a page that says so."""
    found = _draft(request, key)
    if request.method == "POST":
        launching.withdraw(campaign=found, by=request.membership)
        messages.success(request, f"已撤销“{found.title}”。")
        return redirect("campaigns:index")
    return render(request, "campaigns/withdraw.html", {"campaign": found})
