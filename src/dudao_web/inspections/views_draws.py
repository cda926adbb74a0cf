"""Views of the draw for the office that makes it: plan a round, give its seed, give it up, replace a unit. The public pages: ``views_public``."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web.campaigns import procedures
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.models import StageDate
from dudao_web.inspections import drawing, drawing_page, frames, rules
from dudao_web.inspections.forms_draws import PlanForm, ReasonForm, SeedForm
from dudao_web.inspections.models import Drawn, Sample
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused


def _place(request: HttpRequest, pk: int) -> StageDate:
    """An open stage that the office asking keeps and whose units are drawn; otherwise there is no such page."""
    rows = campaigns.places(request.membership).select_related("stage__campaign__procedure", "org__parent")
    found = get_object_or_404(rows, pk=pk, stage__type="review")
    if not rules.may_keep(request.membership, found) or not frames.by_lot(procedures.stage(found)):
        raise Http404
    return found


def _sample(request: HttpRequest, pk: int) -> Sample:
    """A round of a stage of the office's unit or one below it; otherwise there is no such page."""
    rows = orgs.visible(Sample.objects.all(), request.membership, "place__org")
    return get_object_or_404(
        rows.select_related("place__stage__campaign__procedure", "place__org__parent", "by"), pk=pk
    )


@page(rules.OFFICES, obj="抽样", methods=("GET", "POST"))
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Look over the frame, mark single units, set the quotas, say where the seed will come from, and publish the round."""
    place = _place(request, pk)
    waiting = place.samples.filter(state="planned").first()
    if waiting is not None and request.method == "GET":
        return redirect("inspections:draw", waiting.pk)
    lines, quotas = frames.frame(place), frames.quotas(place)
    names = drawing_page.names_of(line.district for line in lines)
    form = PlanForm(request.POST or None, lines=lines, districts=names, quotas=quotas or {})
    made, refusal = None, ""
    if request.method == "GET":
        try:
            made = drawing.prepare(place=place)
        except Refused as told:
            refusal = str(told)
    elif form.is_valid():
        try:
            if "publish" in request.POST:
                return _published(request, place, form)
            made = drawing.prepare(place=place, quota=form.quota, marks=form.marks)
        except Refused as told:
            form.add_error(None, str(told))
    found = drawing_page.layers(made.lines, made.strata, names) if made else []
    context = {
        "place": place,
        "campaign": place.stage.campaign,
        "clause": procedures.stage(place),
        "form": form,
        "lines": [(line, names[line.district], drawing_page.KINDS[line.kind]) for line in lines],
        "counts": {take: sum(line.take == take for line in lines) for take in ("draw", "certain", "out")},
        "layers": found,
        "gaps": drawing_page.gaps(found),
        "left_out": [line for line in lines if line.left_out],
        "unseen": drawing_page.unseen(place, made.lines, made.strata) if made else "",
        "taken": sum(one.taken for one in found),
        "refusal": refusal,
        "several": len(names) > 1,
    }
    return render(request, "inspections/draw_plan.html", context, status=422 if form.errors else 200)


def _published(request: HttpRequest, place: StageDate, form: PlanForm) -> HttpResponse:
    said = form.cleaned_data
    sample = drawing.plan(
        place=place,
        by=request.membership,
        quota=form.quota,
        marks=form.marks,
        seed_source=said["seed_source"],
        seed_at=said["seed_at"],
    )
    messages.success(request, "抽样框和名额已公布。随机数公布以后，在这里抽取。")
    return redirect("inspections:draw", sample.pk)


def _shown(request: HttpRequest, sample: Sample, status: int = 200, **forms: Any) -> HttpResponse:
    may = rules.may_draw(request.membership, sample)
    context = {
        **drawing_page.shown(sample),
        "may": may,
        "may_cancel": rules.may_cancel(request.membership, sample),
        "may_replace": rules.may_keep(request.membership, sample.place),
        "notes": [(row, sample.notes[row.code]) for row in drawing.rows(sample) if row.code in sample.notes],
        "seed_form": SeedForm(initial={"frame": sample.frame_sha256}),
        "cancel_form": ReasonForm(auto_id="cancel_%s"),
        "replace_form": ReasonForm(auto_id="replace_%s"),
        **forms,
    }
    return render(request, "inspections/draw.html", context, status=status)


@page(rules.OFFICES, obj="抽样")
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """A round: its files and hashes, where its seed comes from, the drawn units."""
    return _shown(request, _sample(request, pk))


@page(rules.OFFICES, obj="抽样", methods=("POST",))
def seed(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the announced seed and draw."""
    sample = _sample(request, pk)
    form = SeedForm(request.POST)
    if form.is_valid():
        try:
            sample = drawing.draw(
                sample=sample,
                by=request.membership,
                frame_sha256=form.cleaned_data["frame"],
                seed=form.cleaned_data["seed"],
            )
        except Refused as told:
            form.add_error(None, str(told))
        else:
            messages.success(request, f"已抽取 {sample.drawn.count()} 个单位，结果已公布。")
            return redirect("inspections:draw", sample.pk)
    return _shown(request, sample, 422, seed_form=form, wrong=form)


@page(rules.OFFICES, obj="抽样", methods=("POST",))
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a round up before its seed is used."""
    sample = _sample(request, pk)
    form = ReasonForm(request.POST, auto_id="cancel_%s")
    if form.is_valid():
        try:
            drawing.cancel(sample=sample, by=request.membership, **form.cleaned_data)
        except Refused as told:
            form.add_error(None, str(told))
        else:
            messages.success(request, "这一轮已作废，理由已公布。")
            return redirect("inspections:place", sample.place_id)
    return _shown(request, sample, 422, cancel_form=form, wrong=form)


@page(rules.OFFICES, obj="抽样", methods=("POST",))
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the next of the reserve in the place of a drawn unit that has closed."""
    rows = orgs.visible(Drawn.objects.all(), request.membership, "sample__place__org")
    row = get_object_or_404(rows, pk=pk)
    sample = _sample(request, row.sample_id)
    form = ReasonForm(request.POST, auto_id="replace_%s")
    if form.is_valid():
        try:
            after = drawing.replace(drawn=row, by=request.membership, **form.cleaned_data)
        except Refused as told:
            form.add_error(None, str(told))
        else:
            messages.success(request, f"已由“{after.case.unit.name}”递补。")
            return redirect("inspections:draw", sample.pk)
    return _shown(request, sample, 422, replace_form=form, replacing=row.pk, wrong=form)
