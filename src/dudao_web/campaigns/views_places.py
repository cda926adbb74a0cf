"""Views of stages at an org: close with a note and a document, other dates, forward, approve many at once."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web import clock
from dudao_web.campaigns import actions, closing, procedures, queries, rules, shown, stage_type
from dudao_web.campaigns.forms import ClosePlaceForm, DatesForm, ForwardForm, NameFilter
from dudao_web.campaigns.models import Case, HandIn, StageDate
from dudao_web.documents import actions as documents
from dudao_web.documents.models import Document
from dudao_web.evidence import actions as evidence
from dudao_web.evidence.models import File
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Org
from dudao_web.ui.fields import DIGITS

PAGE_SIZE = 50


def _place(request: HttpRequest, pk: int) -> StageDate:
    """The stage at an org, if the office asking is that org's or one above it; otherwise there is no such page."""
    return get_object_or_404(
        queries.places(request.membership).select_related("closed_by", "proof", "notice"), pk=pk
    )


def _kept(request: HttpRequest, pk: int) -> StageDate:
    """A stage that the office asking keeps."""
    found = _place(request, pk)
    if not rules.may_keep(request.membership, found):
        raise Http404
    return found


def _below(place: StageDate) -> QuerySet[Org]:
    """The units to whom an office sends the document of its stage: none where a district itself is looked at."""
    return Org.objects.filter(cases__in=queries.passing(place)).exclude(pk=place.org_id)


def _file(request: HttpRequest, form: ClosePlaceForm | ForwardForm) -> File | None:
    sent = form.cleaned_data.get("file")
    return None if sent is None else evidence.receive(sent=sent, by=request.membership)


@page(rules.OFFICES, obj="督导阶段", methods=("GET", "POST"))
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One stage at an org: its clause, its dates, how it was done; the office that keeps it closes it here."""
    found = _place(request, pk)
    kind = stage_type.of(found)
    may = rules.may_keep(request.membership, found) and found.closed_at is None
    of_office = may and not kind.of_unit and not kind.waits
    may_close = of_office and queries.reached(found)
    form = ClosePlaceForm(request.POST or None, request.FILES or None) if may_close else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            closing.close(
                place=found, by=request.membership, note=form.cleaned_data["note"], proof=_file(request, form)
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{found.stage.title}”已办结。")
            return redirect("campaigns:campaign", found.stage.campaign.key)
    here = Case.objects.filter(place=found, done=False)
    context = {
        "place": found,
        "campaign": found.stage.campaign,
        "when": shown.when(found.due, clock.today(), found.closed_at is not None),
        "clause": procedures.load(found.stage.campaign.procedure).stage(found.stage.key),
        "form": form,
        "early": of_office and not may_close,
        "may": may,
        "may_forward": may_close and found.stage.type == "notice" and _below(found).exists(),
        "waiting": here.count(),
        "kind": kind,
    }
    return render(
        request, "campaigns/place.html", context, status=422 if form is not None and form.errors else 200
    )


@page(rules.OFFICES, obj="督导阶段", methods=("GET", "POST"))
def dates(request: HttpRequest, pk: int) -> HttpResponse:
    """Other dates for a stage at one's own org, with the reason."""
    found = _kept(request, pk)
    initial = {"opens": found.opens, "due": found.due, "reason": found.reason}
    form = DatesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            closing.move_dates(place=found, by=request.membership, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{found.stage.title}”的日期已改。")
            return redirect("campaigns:campaign", found.stage.campaign.key)
    context = {"place": found, "campaign": found.stage.campaign, "form": form}
    return render(request, "campaigns/dates.html", context, status=422 if form.errors else 200)


@page(rules.OFFICES, obj="督导阶段", methods=("GET", "POST"))
def forward(request: HttpRequest, pk: int) -> HttpResponse:
    """Forward the launch notice to the district's units with an own document; the stage is done with it."""
    found = _kept(request, pk)
    units, campaign = _below(found), found.stage.campaign
    if found.stage.type != "notice" or found.closed_at is not None or not units.exists():
        raise Http404
    title = campaign.notice.document.title if campaign.notice else campaign.title
    initial = {
        "year": clock.today().year,
        "title": f"关于转发《{title}》的通知",
        "body": f"现将《{title}》转发给你们，请结合实际认真贯彻执行。",
    }
    form = ForwardForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():  # a number is used only by what is sent
                closing.forward(place=found, by=request.membership, document=_document(request, form, found))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已转发，{units.count()} 个单位可以开始办理。")
            return redirect("campaigns:campaign", campaign.key)
    context = {"place": found, "campaign": campaign, "form": form, "units": units.count()}
    return render(request, "campaigns/forward.html", context, status=422 if form.errors else 200)


def _document(request: HttpRequest, form: ForwardForm, place: StageDate) -> Document:
    """The district's document, issued today, with the launch document's attachments and its own."""
    said = form.cleaned_data
    own = _file(request, form)
    notice = place.stage.campaign.notice
    inherited = [one.file for one in notice.document.attachments.select_related("file")] if notice else []
    return documents.issue(
        by=request.membership,
        word=said["word"],
        year=said["year"],
        no=said["no"],
        title=said["title"],
        body=said["body"],
        main_to=f"{place.org.name}各单位",
        issued_on=clock.today(),
        files=[*inherited, *([own] if own else [])],
    )


@page(rules.OFFICES, obj="督导阶段", methods=("GET", "POST"))
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits for an office's decision in a stage of approval: look at each, or approve those that are ticked."""
    found = _place(request, pk)
    if not stage_type.of(found).waits:
        raise Http404
    waiting = queries.cases(request.membership).filter(place=found, state="submitted", done=False)
    if request.method == "POST":
        if not rules.may_keep(request.membership, found):
            raise Http404
        ticked = {int(pk) for pk in request.POST.getlist("case") if pk.isdecimal() and len(pk) <= DIGITS}
        if not ticked:
            messages.success(request, "没有选单位，没有改动。请勾选后再通过。")
            return redirect("campaigns:queue", found.pk)
        n = actions.approve(cases=waiting.filter(pk__in=ticked), by=request.membership)
        left = len(ticked) - n
        messages.success(
            request, f"已通过 {n} 个单位。" + (f"另 {left} 个已由别人办理，没有改动。" if left else "")
        )
        return redirect("campaigns:queue", found.pk)
    form = NameFilter(request.GET)
    rows = form.apply(waiting).order_by("path")
    newest_first = Prefetch("hand_ins", HandIn.objects.order_by("-number"))
    paged = Paginator(rows.prefetch_related(newest_first, "opinions"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "place": found,
        "campaign": found.stage.campaign,
        "form": form,
        "cases": paged,
        "several": len({case.district_id for case in paged}) > 1,
        "signs": found.stage.campaign.stages.filter(inspector=True).exists(),
        "may": rules.may_keep(request.membership, found),
        "when": shown.when(found.due, clock.today()),
    }
    return render(request, "campaigns/queue.html", context)
