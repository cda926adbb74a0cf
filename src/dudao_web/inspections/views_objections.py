"""Views of objections: filing one, reading one with its answer, answering, the list of a stage and the end of the time."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns import rules as campaign_rules
from dudao_web.evidence import actions as evidence
from dudao_web.evidence.models import File
from dudao_web.evidence.views import stored
from dudao_web.inspections import objections, objections_page, queries, rules
from dudao_web.inspections.forms_objections import AnswerForm, ObjectForm
from dudao_web.inspections.models import Objection, Sheet
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused, object_key
from dudao_web.orgs.models import Role
from dudao_web.tasks.models import Task

UNITS = rules.OFFICES | {Role.SCHOOL}  # the offices of units that are looked at


def _objection(request: HttpRequest, pk: int) -> Objection:
    return get_object_or_404(objections_page.visible(request.membership), pk=pk)


def _own(request: HttpRequest, pk: int) -> Objection:
    """An objection of the unit's own; to others there is nothing to do here."""
    found = _objection(request, pk)
    if not campaign_rules.is_unit(request.membership, found.sheet.case):
        raise Http404
    return found


def _own_sheet(request: HttpRequest, pk: int) -> Sheet:
    found = get_object_or_404(queries.sheets(request.membership), pk=pk)
    if not campaign_rules.is_unit(request.membership, found.case) or found.state != "submitted":
        raise Http404
    return found


@page(UNITS, obj="申辩", methods=("GET", "POST"))
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit objects to judgements of a sheet that was fed back to it."""
    sheet = _own_sheet(request, pk)
    offered = objections_page.choices(sheet)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ObjectForm(*posted, offered=offered)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = objections.file(
                sheet=sheet,
                by=request.membership,
                text=said["text"],
                indicators=said["indicators"],
                file=_kept(request, form),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已提出申辩，等待{sheet.place.org.name}答复。")
            return redirect("inspections:objection", row.pk)
    context = {
        "sheet": sheet,
        "case": sheet.case,
        "campaign": sheet.case.campaign,
        "form": form,
        "differing": [one for one in offered if one.differs],
        "same": [one for one in offered if not one.differs],
        "fault": objections.not_now(sheet),
        "earlier": [(row, objections_page.mark(row)) for row in sheet.objections.order_by("pk")],
    }
    return render(request, "inspections/object.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, form: ObjectForm) -> File | None:
    return None if form.sent is None else evidence.receive(sent=form.sent, by=request.membership)


def _page(
    request: HttpRequest, found: Objection, form: AnswerForm | None = None, refused: str = ""
) -> HttpResponse:
    by, sheet = request.membership, found.sheet
    keeps = campaign_rules.acts_for(by, sheet.place.org)
    may_answer = rules.may_answer(by, found)
    findings = objections.may_go(found, by) if may_answer else {}
    items = objections_page.items(found, findings)
    unit = campaign_rules.is_unit(by, sheet.case)
    asked = Task.objects.filter(kind=objections.ANSWERED, object=object_key(found), state="open")
    context = {
        "objection": found,
        "mark": objections_page.mark(found),
        "sheet": sheet,
        "case": sheet.case,
        "campaign": sheet.case.campaign,
        "items": items,
        "form": form or (AnswerForm(items=items) if may_answer else None),
        "of_team": keeps and found.state == "filed" and not may_answer,
        "may_withdraw": rules.may_withdraw_objection(by, found),
        "may_read": unit and found.state == "answered" and asked.exists(),
        "keeps": keeps,
        "refused": refused,
    }
    wrong = refused or (form is not None and form.errors)
    return render(request, "inspections/objection.html", context, status=422 if wrong else 200)


@page(rules.READERS, obj="申辩")
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection: the original judgements, the statement, the answer and the result, side by side."""
    return _page(request, _objection(request, pk))


@page(rules.OFFICES, obj="申辩答复", methods=("POST",))
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The office that keeps the stage answers."""
    found, by = _objection(request, pk), request.membership
    if not campaign_rules.acts_for(by, found.sheet.place.org):
        raise Http404
    form = AnswerForm(request.POST, items=objections_page.items(found, objections.may_go(found, by)))
    if not form.is_valid():
        return _page(request, found, form)
    said = form.cleaned_data
    try:
        row = objections.answer(
            objection=found,
            by=by,
            result=said["result"],
            answer=said["answer"],
            changed=form.changed,
            findings=said["findings"],
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form)
    messages.success(request, f"已答复：{row.get_result_display()}。原判定保留。")
    return redirect("inspections:objection", found.pk)


@page(UNITS, obj="申辩", methods=("POST",))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit takes its objection back."""
    found = _own(request, pk)
    try:
        objections.withdraw(objection=found, by=request.membership)
    except Refused as refusal:
        return _page(request, found, refused=str(refusal))
    messages.success(request, "已撤回申辩，记录保留。")
    return redirect("inspections:objection", found.pk)


@page(UNITS, obj="申辩答复", methods=("POST",))
def read_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit has read the answer."""
    found = _own(request, pk)
    try:
        objections.read_answer(objection=found, by=request.membership)
    except Refused as refusal:
        return _page(request, found, refused=str(refusal))
    return redirect("inspections:objection", found.pk)


@page(rules.READERS, obj="申辩附件")
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The file that was sent with an objection."""
    found = _objection(request, pk)
    if found.file is None:
        raise Http404
    return stored(found.file)


@page(rules.OFFICES, obj="申辩", methods=("GET", "POST"))
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The objections of a stage; the office that keeps it ends the time for them where no days are stated."""
    place = get_object_or_404(campaigns.places(request.membership).filter(stage__type="review"), pk=pk)
    may = rules.may_end_objections(request.membership, place)
    if request.method == "POST":
        if not may:
            raise Http404
        ended = objections.end(place=place, by=request.membership)
        told = f"已结束 {len(ended)} 个单位的申辩。" if ended else "没有可以结束的申辩，没有改动。"
        messages.success(request, told)
        return redirect("inspections:end_objections", place.pk)
    context = {"place": place, "campaign": place.stage.campaign, "may_end": may}
    return render(
        request,
        "inspections/objections.html",
        context | objections_page.of_place(place, request.membership),
    )
