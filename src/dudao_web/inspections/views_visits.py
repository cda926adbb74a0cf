"""Views of visits: those of a stage, planning one, one visit with its notice and record, and the phone page of observations."""

import secrets
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web import clock
from dudao_web.campaigns import rules as campaigns
from dudao_web.campaigns.models import StageDate
from dudao_web.documents import actions as documents
from dudao_web.documents import attaching
from dudao_web.documents.forms import DocumentForm
from dudao_web.evidence import admission
from dudao_web.evidence.views import stored
from dudao_web.inspections import rules, visits, visits_page
from dudao_web.inspections.forms_visits import ObserveForm, PlanForm, ReasonForm, RecordForm
from dudao_web.inspections.models import Visit
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.standards import queries as standards

DONE = "X-Kept"  # tells the page that what it sent has arrived


def _place(request: HttpRequest, pk: int) -> StageDate:
    """A stage that the office keeps or oversees, or of which it sees visits; otherwise there is no such page."""
    place = get_object_or_404(
        StageDate.objects.filter(stage__type="review").select_related("stage__campaign", "org__parent"), pk=pk
    )
    oversees = request.membership.role in rules.OFFICES and orgs.sees(request.membership, place.org)
    if not oversees and not visits_page.visible(request.membership).filter(place=place).exists():
        raise Http404
    return place


def _visit(request: HttpRequest, pk: int) -> Visit:
    return get_object_or_404(visits_page.visible(request.membership), pk=pk)


def _kept(request: HttpRequest, pk: int) -> Visit:
    """A visit of a stage that the office keeps."""
    found = _visit(request, pk)
    if not campaigns.acts_for(request.membership, found.place.org):
        raise Http404
    return found


def _member(request: HttpRequest, pk: int) -> Visit:
    """A visit of a team that the office is in."""
    found = _visit(request, pk)
    if not found.team.members.filter(membership=request.membership, left_at=None).exists():
        raise Http404
    return found


@page(rules.READERS, obj="实地督导")
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The visits of a stage that the office sees."""
    place = _place(request, pk)
    found = visits_page.visible(request.membership).filter(place=place)
    context = {
        "place": place,
        "campaign": place.stage.campaign,
        "rows": visits_page.rows(found),
        "may_plan": rules.may_keep(request.membership, place),
        "unit": request.membership.role not in rules.SCORERS,
    }
    return render(request, "inspections/visits.html", context)


@page(rules.OFFICES, obj="实地督导", methods=("GET", "POST"))
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a visit: unit, day, matters, whom to hear."""
    place = _place(request, pk)
    if not rules.may_keep(request.membership, place):
        raise Http404
    sheets = visits_page.unplanned(place)
    chosen = request.GET.get("sheet", "")
    initial = {"sheet": chosen} if chosen.isdecimal() else {}
    form = PlanForm(request.POST or None, sheets=sheets, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = visits.plan(
                case=said["sheet"].case,
                place=place,
                team=said["sheet"].team,
                by=request.membership,
                on=said["on"],
                matters=said["matters"],
                hear=form.hear,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已安排实地督导。请发书面通知。")
            return redirect("inspections:visit", row.pk)
    context = {"place": place, "campaign": place.stage.campaign, "form": form, "sheets": sheets.exists()}
    return render(request, "inspections/visit_plan.html", context, status=422 if form.errors else 200)


def _page(
    request: HttpRequest, visit: Visit, wrong: Form | None = None, at: str = "", refused: str = ""
) -> HttpResponse:
    """The page of a visit; ``wrong``: the form that could not be taken, ``at``: its name on the page."""
    by = request.membership
    forms = {
        "reason_form": ReasonForm(),
        "cancel_form": ReasonForm(auto_id="cancel_%s"),
        "record_form": RecordForm(),
    }
    if wrong is not None:
        forms[at] = wrong
    over = visit.state in ("done", "cancelled")
    may_write = not over and rules.may_observe(by, visit)
    context = {
        "visit": visit,
        "case": visit.case,
        "place": visit.place,
        "campaign": visit.case.campaign,
        "shown": visits_page.shown(visit, by),
        "mark": visits_page.MARKS[visit.state],
        "late": visits_page.late(visit),
        "come": clock.today() >= visit.on,
        "ready": visit.state == "noticed" or bool(visit.reason),
        "may_notify": visit.state == "planned" and rules.may_keep(by, visit.place),
        "may_cancel": rules.may_cancel_visit(by, visit),
        "may_write": may_write,
        "may_finish": not over and rules.may_finish(by, visit),
        "draw": visits.DRAW,
        "wrong": wrong,
        "refused": refused,
        **forms,
    }
    status = 422 if refused or (wrong is not None and wrong.errors) else 200
    return render(request, "inspections/visit.html", context, status=status)


@page(rules.READERS, obj="实地督导")
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit: the plan, the notice, whom to hear, what was seen, the record."""
    return _page(request, _visit(request, pk))


@page(rules.OFFICES, obj="实地督导通知", methods=("GET", "POST"))
def notify(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the notice, proposed from the plan, issue and send it."""
    found = _kept(request, pk)
    by = request.membership
    if found.state != "planned" and request.method == "GET":
        return redirect("inspections:visit", found.pk)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DocumentForm(*posted, office=by, today=clock.today(), initial=visits_page.notice(found))
    if request.method == "POST" and attaching.receive(form, by):
        try:
            with transaction.atomic():  # a number is used only by what is sent
                visits.notify(visit=found, by=by, document=documents.issue(by=by, **form.content))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已发通知，{found.case.unit.name}的待办中列出“签收通知”。")
            return redirect("inspections:visit", found.pk)
    context = {"visit": found, "place": found.place, "campaign": found.case.campaign, "form": form}
    return render(request, "inspections/visit_notice.html", context, status=422 if form.errors else 200)


@page(rules.OFFICES, obj="实地督导", methods=("POST",))
def unannounced(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why there is no written notice."""
    found, form = _kept(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, "reason_form")
    try:
        visits.unannounced(visit=found, by=request.membership, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        return _page(request, found, form, "reason_form", str(refusal))
    messages.success(request, "已记下不发通知的理由。")
    return redirect("inspections:visit", found.pk)


@page(rules.OFFICES, obj="实地督导", methods=("POST",))
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a visit, with the reason."""
    found, form = _kept(request, pk), ReasonForm(request.POST, auto_id="cancel_%s")
    if not form.is_valid():
        return _page(request, found, form, "cancel_form")
    try:
        visits.cancel(visit=found, by=request.membership, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        return _page(request, found, form, "cancel_form", str(refusal))
    told = "通知已发出的，请另行告知单位。" if found.document_id else ""
    messages.success(request, f"已取消，记录保留。{told}")
    return redirect("inspections:visits", found.place_id)


@page(rules.SCORERS, obj="实地督导", methods=("POST",))
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader ends the visit with its record."""
    found, form = _member(request, pk), RecordForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, "record_form")
    try:
        visits.finish(visit=found, by=request.membership, record=form.cleaned_data["record"])
    except Refused as refusal:
        return _page(request, found, form, "record_form", str(refusal))
    messages.success(request, "督导记录已提交，这次实地督导已完成。")
    return redirect("inspections:visit", found.pk)


def _observe_form(request: HttpRequest, found: Visit, *posted: Any) -> ObserveForm:
    indicators = [
        (one.code, f"{one.code}　{one.title}") for one in standards.load(found.case.version).indicators
    ]
    return ObserveForm(*posted, visit=found, indicators=indicators, initial={"key": secrets.token_hex(16)})


@page(rules.SCORERS, obj="观察记录", methods=("GET", "POST"))
def observe(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what is seen or heard, on a phone first: one text, large buttons; a photo is never asked for."""
    found = _member(request, pk)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = _observe_form(request, found, *posted)
    kept = False
    if request.method == "POST" and form.is_valid():
        try:
            _note(request, found, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            kept = True
            if not request.htmx:
                messages.success(request, "已记下。")
                return redirect("inspections:observe", found.pk)
            form = _observe_form(request, found)
    context = {
        "visit": found,
        "case": found.case,
        "form": form,
        "kept": kept,
        "shown": visits_page.shown(found, request.membership),
        "open": found.state in ("planned", "noticed"),
        "ready": found.state == "noticed" or bool(found.reason),
        "come": clock.today() >= found.on,
    }
    name = "inspections/_visit_observe.html" if request.htmx else "inspections/visit_observe.html"
    response = render(request, name, context, status=422 if form.errors else 200)
    if kept:
        response.headers[DONE] = "yes"
    return response


def _note(request: HttpRequest, found: Visit, form: ObserveForm) -> None:
    said, photo, sent = form.cleaned_data, None, form.sent
    if sent is not None:
        admission.admit(sent.name, sent.size)
        photo = visits.keep_photo(visit=found, by=request.membership, name=sent.name, data=sent.read())
    words = {name: said[name] for name in ("text", "indicator", "group", "key")}
    visits.note(visit=found, by=request.membership, photo=photo, **words)


@page(rules.READERS, obj="观察记录照片")
def photo(request: HttpRequest, pk: int, observation: int) -> FileResponse:
    """The photo of an observation that the reader sees."""
    found = visits_page.shown(_visit(request, pk), request.membership)
    row = next((one for one in found.observations if one.pk == observation and one.photo_id), None)
    if row is None:
        raise Http404
    return stored(row.photo)
