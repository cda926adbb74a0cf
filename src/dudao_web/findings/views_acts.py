"""Views that do something about one finding, or write a new one down. What is shown: ``views``; several at once: ``views_bulk``."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from dudao_web import clock
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.forms import NameFilter
from dudao_web.campaigns.models import Case
from dudao_web.evidence import actions as evidence
from dudao_web.evidence import admission
from dudao_web.evidence.models import Revision
from dudao_web.findings import actions, doings, finding_page, ledger, rules
from dudao_web.findings.forms import NoteForm, RaiseForm, ReportForm
from dudao_web.findings.models import Finding
from dudao_web.findings.views import context, fetch, fetch_case
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused

CASES = 50  # of a page


# --- one finding


@page(rules.ACTORS, obj="问题", methods=("POST",))
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One of ``doings.DOINGS``."""
    row, doing = fetch(request, pk), doings.DOINGS[verb]
    if not doing.party(request.membership, row):
        raise Http404
    form = doings.form(verb, request.membership, row, request.POST, request.FILES)
    if form.is_valid():
        try:
            said, taken = _report(request, form) if isinstance(form, ReportForm) else (form.cleaned_data, "")
            doing.act(row, request.membership, said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, row, doing.said + taken, listed=verb != "withdraw")
    return _again(request, row, sent=(verb, form))


def _done(request: HttpRequest, row: Finding, said: str, listed: bool = True) -> HttpResponse:
    """Back to where the form stood: the ledger with its panel, or the finding's own page; the unit's list where it is no longer listed."""
    messages.success(request, said)
    if not listed:
        return redirect("findings:of_case", row.case_id)
    back = request.POST.get("back", "")
    fits = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back) if fits else redirect("findings:finding", row.pk)


def _again(request: HttpRequest, row: Finding, **more: Any) -> HttpResponse:
    shown = context(request, row, back=request.POST.get("back", ""), **more)
    return render(request, "findings/finding.html", shown, status=422)


def _report(request: HttpRequest, form: ReportForm) -> tuple[dict[str, Any], str]:
    """What was reported, with the proofs: those that were chosen, and the new files, which become proofs of the office's unit; and what
    was taken out of photos, in words.

    New files stay the unit's own where the report is refused, and are ticked when the form is shown again.
    """
    said, by = form.cleaned_data, request.membership
    proofs = [proof.current for proof in said["proofs"]]
    removed: dict[str, None] = {}
    for file in said["files"]:
        admission.admit(file.name, file.size)
        filed = evidence.add(
            org=by.org, by=by, name=file.name, data=file.read(), effective_on=said["effective_on"]
        )
        removed.update(dict.fromkeys(filed.removed))
        proofs.append(Revision.objects.filter(proof=filed.proof).order_by("-number").first())
        form.data = form.data.copy()
        form.data.appendlist("proofs", str(filed.proof.pk))
    taken = f"已除去图片中的{'、'.join(removed)}。" if removed else ""
    return {"note": said["note"], "on": said["on"], "proofs": proofs, "answer": form.answer()}, taken


@page(rules.OFFICES, obj="问题", methods=("POST",))
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """核验销号: struck off, or returned."""
    row, by = fetch(request, pk), request.membership
    if not rules.is_office(by, row):
        raise Http404
    form = doings.verify_form(row, finding_page.way(row), request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            if said["result"] == "strike":
                ledger.strike(finding=row, by=by, method=said["method"], note=said["note"], on=said["on"])
            else:
                ledger.send_back(finding=row, by=by, reason=said["note"], due=said["due"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, row, "已同意销号。" if said["result"] == "strike" else "已退回整改。")
    return _again(request, row, verify_form=form)


# --- a new one


@page(rules.OFFICES, obj="问题清单")
def begin(request: HttpRequest) -> HttpResponse:
    """For which unit a problem is to be written down: the cases of running campaigns, by name."""
    rows = campaigns.cases(request.membership).filter(campaign__state="running")
    form = NameFilter(request.GET)
    found = form.apply(rows).defer("campaign__plan").order_by("-campaign__year", "campaign", "path")
    paged = Paginator(found, CASES).get_page(request.GET.get("page"))
    return render(request, "findings/begin.html", {"form": form, "paged": paged})


@page(rules.ACTORS, obj="问题清单", methods=("GET", "POST"))
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a problem down: the unit into its own list, an office above for the unit."""
    case, by = fetch_case(request, pk), request.membership
    own = rules.may_note(by, case)
    if not own and not rules.may_raise(by, case):
        raise Http404
    form = _form(request, case, own)
    if request.method == "POST" and form.is_valid():
        try:
            if own:
                row = actions.note(case=case, by=by, **form.cleaned_data)
            else:
                row = ledger.raise_(case=case, by=by, source="office", office=by.org, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            up = f"已报{row.org.name}协调。" if row.state == "handed_up" else "已记入问题清单。"
            messages.success(request, up if own else f"已登记，编号 {row.register_number}。")
            return redirect("findings:of_case", case.pk) if own else redirect("findings:finding", row.pk)
    shown = {"case": case, "form": form, "own": own}
    return render(request, "findings/new.html", shown, status=422 if form.errors else 200)


def _form(request: HttpRequest, case: Case, own: bool) -> Form:
    data = request.POST if request.method == "POST" else None
    asked = {"indicator": request.GET.get("indicator", "")}
    if own:
        return NoteForm(data, case=case, initial=asked | {"mendable": "yes"})
    asked |= {"due": ledger.due_for(case, clock.today()), "responsible": case.unit_id}
    orgs = doings.can_mend(request.membership, case.district, case.unit)
    return RaiseForm(data, case=case, orgs=orgs, initial=asked)
