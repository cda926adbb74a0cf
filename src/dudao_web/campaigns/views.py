"""Views of campaigns: the list, one campaign with its matrix, its cases. Fetch within the own scope, answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web import clock
from dudao_web.campaigns import closing, procedures, queries, quotas, rules, shown
from dudao_web.campaigns.forms import CaseFilter, CloseCampaignForm
from dudao_web.campaigns.models import Campaign, Case
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Role

PAGE_SIZE = 50


def _campaign(request: HttpRequest, key: str) -> Campaign:
    """The campaign, if the office asking sees it; otherwise there is no such page."""
    return get_object_or_404(queries.campaigns(request.membership), key=key)


@page(rules.READERS, obj="督导项目")
def index(request: HttpRequest) -> HttpResponse:
    """The campaigns that the office launched, or takes part in: the newest first."""
    rows = queries.campaigns(request.membership).exclude(state="withdrawn").defer("procedure__text")
    if request.membership.role not in rules.OFFICES:
        rows = rows.exclude(state="draft")
    paged = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"campaigns": paged, "may_prepare": request.membership.role in rules.OFFICES}
    return render(request, "campaigns/index.html", context)


@page(rules.READERS, obj="督导项目")
def campaign(request: HttpRequest, key: str) -> HttpResponse:
    """One campaign: for an office the matrix district × stage and its own stages with their dates, for a unit its own case."""
    found = _campaign(request, key)
    if rules.may_prepare(request.membership, found):
        return redirect("campaigns:plan", found.key)
    if found.state in ("draft", "withdrawn"):
        raise Http404
    if request.membership.role == Role.SCHOOL:
        own = queries.cases(request.membership).filter(campaign=found).first()
        if own is not None:
            return redirect("campaigns:case", own.pk)
    today, procedure = clock.today(), procedures.load(found.procedure)
    lines = queries.matrix(found, request.membership)
    own = shown.own_places(found, request.membership, today, lines)
    context = {
        "campaign": found,
        "heads": shown.heads(lines),
        "table": shown.table(lines, today, request.membership.role in rules.OFFICES),
        "quotas": quotas.table(procedure, found.year, found.quotas) if found.quotas else None,
        "all_stages": "all" in request.GET,  # on a phone
        "own": own,
        "reasons": any(one.place.reason for one in own),
        "bindings": found.bindings.select_related("version").defer("version__text"),
        "may_close": rules.may_close_campaign(request.membership, found),
    }
    return render(request, "campaigns/campaign.html", context)


@page(rules.READERS, obj="督导项目")
def cases(request: HttpRequest, key: str) -> HttpResponse:
    """The units of a campaign with their states: filter, search, 50 a page."""
    found = _campaign(request, key)
    rows = queries.cases(request.membership).filter(campaign=found)
    form = CaseFilter(request.GET, campaign=found, rows=rows, on=clock.today())
    rows = form.apply(rows).order_by("path")
    paged = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "campaign": found,
        "form": form,
        "cases": paged,
        "rows": shown.case_rows(paged.object_list, clock.today()),
    }
    return render(request, "campaigns/cases.html", context)


@page(rules.OFFICES, obj="督导项目", methods=("GET", "POST"))
def close(request: HttpRequest, key: str) -> HttpResponse:
    """End a campaign, after a page that says what is left undone."""
    found = _campaign(request, key)
    if not rules.may_close_campaign(request.membership, found):
        return redirect("campaigns:campaign", found.key)
    left = Case.objects.filter(campaign=found, done=False).count()
    form = CloseCampaignForm(request.POST or None, left=left)
    if request.method == "POST" and form.is_valid():
        try:
            closing.close_campaign(campaign=found, by=request.membership, note=form.cleaned_data["note"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{found.title}”已办结。")
            return redirect("campaigns:campaign", found.key)
    context = {"campaign": found, "form": form, "left": left, "waiting": queries.waiting(found)}
    return render(request, "campaigns/close.html", context, status=422 if form.errors else 200)
