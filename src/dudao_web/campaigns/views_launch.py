"""Views of the launch wizard: a new draft, its plan, the launch with its notice. What is missing is said where it is asked."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao.procedures import procedures
from dudao_web import clock
from dudao_web.campaigns import launching, plan_page, queries, quotas, rules
from dudao_web.campaigns import procedures as texts
from dudao_web.campaigns.forms_launch import NewForm, PlanForm, proposed, suggested
from dudao_web.campaigns.launching import Plan, Reach
from dudao_web.campaigns.models import Campaign
from dudao_web.documents import attaching
from dudao_web.documents.forms import DocumentForm
from dudao_web.orgs import queries as orgs
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import COUNTY_KINDS, Kind, Org


def _own(request: HttpRequest, key: str) -> Campaign:
    """A campaign of the office itself."""
    found = get_object_or_404(queries.campaigns(request.membership), key=key)
    if found.org_id != request.membership.org_id:
        raise Http404
    return found


def _draft(request: HttpRequest, key: str) -> Campaign:
    """The office's own draft; otherwise there is no such page."""
    found = _own(request, key)
    if not rules.may_prepare(request.membership, found):
        raise Http404
    return found


@page(rules.OFFICES, obj="督导项目", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """A new draft: first which procedure, then its year and name."""
    known = {id_ for id_, _, _ in procedures()}
    asked = (request.POST if request.method == "POST" else request.GET).get("procedure", "")
    if asked not in known:
        offered = [texts.offered(id_) for id_, _, _ in procedures()]
        return render(request, "campaigns/choose.html", {"procedures": offered})
    chosen, year = texts.offered(asked), clock.today().year
    initial = {
        "procedure": asked,
        "year": year,
        "title": f"{year}年{chosen.title}",
        "key": suggested(asked, year, request.membership.org),
    }
    form = NewForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = launching.prepare(by=request.membership, **form.cleaned_data)
            begun = proposed(row, chosen, _counties(row, request), request.membership, clock.today())
            launching.revise(campaign=row, by=request.membership, plan=begun)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已建立项目，尚未启动。请逐项核对，保存后启动。")
            return redirect("campaigns:plan", row.key)
    context = {"form": form, "procedure": chosen}
    return render(request, "campaigns/new.html", context, status=422 if form.errors else 200)


def _counties(campaign: Campaign, request: HttpRequest) -> list[Org]:
    """The districts that a campaign of this office can reach; a county's own campaign reaches itself."""
    return [org for org in orgs.counties(request.membership, clock.today()) if campaign.org.contains(org)]


@page(rules.OFFICES, obj="督导项目", methods=("GET", "POST"))
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """The plan of a draft: standards, units, dates, quotas; below it what it will ask of each unit and what is still missing."""
    found = _own(request, key)
    if found.state in ("running", "closed"):
        return redirect("campaigns:campaign", found.key)
    if not rules.may_prepare(request.membership, found):
        raise Http404
    procedure, today, by = texts.load(found.procedure), clock.today(), request.membership
    posted = request.POST if request.method == "POST" else None
    form = PlanForm(
        posted, campaign=found, procedure=procedure, by=by, counties=_counties(found, request), on=today
    )
    wrong = False
    if posted is not None and form.is_valid():
        kept = form.plan()
        if not _too_many(found, kept, form):
            found = launching.revise(campaign=found, by=by, plan=kept, title=form.cleaned_data["title"])
            wrong = "launch" in posted and bool(launching.faults(found, kept, today))
            if not wrong:
                messages.success(request, "已保存。")
                return redirect("campaigns:launch" if "launch" in posted else "campaigns:plan", found.key)
    context = plan_page.context(found, procedure, form, today) | {"refused": wrong}
    return render(request, "campaigns/plan.html", context, status=422 if form.errors or wrong else 200)


def _too_many(campaign: Campaign, kept: Plan, form: PlanForm) -> bool:
    """Say beside the field where more units are to be visited than there are."""
    reached = launching.units(campaign, kept, clock.today())
    found = (
        quotas.faults(form.procedure, campaign.year, kept.quotas, quotas.units_of(reached)) if reached else []
    )
    for code, key, text in found:
        form.add_error(f"quota_{code}_{key}", text)
    return bool(found)


@page(rules.OFFICES, obj="督导项目", methods=("GET", "POST"))
def launch(request: HttpRequest, key: str) -> HttpResponse:
    """The launch: what will happen, the notice with its number, and the button. Sent twice it is one launch."""
    found = _own(request, key)
    if found.state in ("running", "closed"):
        return redirect("campaigns:campaign", found.key)
    if not rules.may_prepare(request.membership, found):
        raise Http404
    kept, today, by = Plan.of(found.plan), clock.today(), request.membership
    if launching.faults(found, kept, today):
        return redirect("campaigns:plan", found.key)
    reach = launching.reach(found, kept, today)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DocumentForm(*sent, office=by, today=today, initial=_words(found, kept, reach))
    refused = ""
    if request.method == "POST" and (not reach.to or attaching.receive(form, by)):
        try:
            if reach.to:
                launching.issue_and_launch(campaign=found, by=by, **form.content)
            else:
                launching.launch(campaign=found, by=by, document=None)
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, f"已启动，{len(reach.units)} 个单位参加。")
            return redirect("campaigns:campaign", found.key)
    context = {"campaign": found, "form": form, "reach": reach, "refused": refused}
    context |= {"procedure": texts.load(found.procedure), "districts": _districts(reach)}
    return render(request, "campaigns/launch.html", context, status=422 if request.method == "POST" else 200)


def _districts(reach: Reach) -> list[tuple[str, int, int]]:
    """Each district's name, its units, and how many of them the notice goes to straight."""
    straight = {org.pk for org in reach.to}
    found: dict[int, tuple[str, int, int]] = {}
    for org in reach.units:
        district = reach.districts[org.path]
        name, n, told = found.get(district.pk, (district.name, 0, 0))
        found[district.pk] = (name, n + 1, told + (org.pk in straight))
    return list(found.values())


def _words(campaign: Campaign, kept: Plan, reach: Reach) -> dict[str, str]:
    """A notice to begin with: to whom, and the dates of what units and districts do."""
    offices = [org.name for org in reach.to if org.kind in COUNTY_KINDS]
    units = [org for org in reach.to if org.kind not in COUNTY_KINDS]
    to = (
        f"{'、'.join(offices)}教育督导室"
        if 0 < len(offices) <= 15
        else "各辖市、区教育督导室"
        if offices
        else ""
    )
    names = "、".join(org.name for org in units) if len(units) <= 5 else ""
    kinds = "、".join(f"各{Kind(kind).label}" for kind in dict.fromkeys(org.kind for org in units))
    lines = [f"现将{campaign.title}有关事项通知如下，请结合实际认真组织实施。"]
    dates = launching.planned(campaign, kept, clock.today())
    for stage in texts.load(campaign.procedure).stages:
        due = dates[stage.key][1]
        if stage.actor in ("unit", "county") and due is not None:
            lines.append(f"{stage.title}：{due.year}年{due.month}月{due.day}日前完成。")
    body = "\n".join([lines[0], *(f"{n}.{line}" for n, line in enumerate(lines[1:], 1))])
    main_to = "，".join(part for part in (to, names or kinds) if part)
    return {"title": f"关于开展{campaign.title}的通知", "main_to": main_to, "body": body}


@page(rules.OFFICES, obj="督导项目", methods=("GET", "POST"))
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Give up a draft, after a page that says so."""
    found = _draft(request, key)
    if request.method == "POST":
        launching.withdraw(campaign=found, by=request.membership)
        messages.success(request, f"已撤销“{found.title}”。")
        return redirect("campaigns:index")
    return render(request, "campaigns/withdraw.html", {"campaign": found})
