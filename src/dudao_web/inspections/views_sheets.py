"""Views of score sheets: the list, one sheet with its three judgements, one item a screen, handing in, reading the feedback, proofs.

Fetch, form, action, answer. Every row comes through ``queries.sheets``: a stranger's sheet is 404. Not here: what a score does
(``scoring``), what the page shows (``sheet_page``, ``sheets_page``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from dudao_web import clock
from dudao_web.campaigns import queries as campaigns
from dudao_web.evidence.models import Place, Revision
from dudao_web.evidence.views import attachment, stored
from dudao_web.inspections import (
    objections_page,
    queries,
    rules,
    scoring,
    sheet_form,
    sheet_page,
    sheet_rows,
    sheets_page,
    visits_page,
)
from dudao_web.inspections.models import Sheet
from dudao_web.inspections.sheet_form import Line
from dudao_web.inspections.sheet_page import View
from dudao_web.inspections.sheet_rows import Row
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused, record_export

PAGE_SIZE = 50
LONGEST_OPINION = 5000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Screen:
    """One item with its form and where the buttons lead."""

    row: Row
    line: Line
    back: Row | None
    next: Row | None


def _fetch(request: HttpRequest, pk: int) -> Sheet:
    """A sheet that the office may read; 404 otherwise."""
    found = get_object_or_404(queries.sheets(request.membership), pk=pk)
    if not rules.may_read_sheet(request.membership, found):
        raise Http404
    return found


def _row(view: View, slug: str) -> Row:
    try:
        return view.at(slug)
    except KeyError:
        raise Http404 from None


def _context(request: HttpRequest, view: View) -> dict[str, Any]:
    """What every page of a sheet shows."""
    case = view.sheet.case
    return {
        "sheet": view.sheet,
        "case": case,
        "campaign": case.campaign,
        "view": view,
        "source": view.own_column.title,
        "from_unit": not view.sees_all and view.member is None,
    }


@page(rules.READERS, obj="评分表")
def sheets(request: HttpRequest) -> HttpResponse:
    """The sheets of an office: what its teams are to score, by day; those of the stages it keeps; a unit's own once handed in."""
    found = sheets_page.asked(queries.sheets(request.membership), request.GET, request.membership)
    paged = Paginator(found.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "paged": paged,
        "days": sheets_page.by_day(sheets_page.lines(paged.object_list, request.membership), clock.today()),
    }
    return render(request, "inspections/sheets.html", context)


@page(rules.READERS, obj="评分表")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet: the three judgements side by side, one row open to be scored."""
    view = sheet_page.build(_fetch(request, pk), request.membership)
    opened = request.GET.get("item", "")
    screen = _screen(view, _row(view, opened)) if opened and view.may_score else None
    return _sheet(request, view, screen)


def _sheet(request: HttpRequest, view: View, screen: Screen | None, status: int = 200) -> HttpResponse:
    chosen = request.GET.get("show", "all")
    chosen = chosen if chosen in sheet_page.FILTERS else "all"
    context = _context(request, view) | {
        "parts": view.parts(chosen),
        "chosen": chosen,
        "filters": [(name, word, view.counts[name]) for name, word in sheet_page.FILTERS.items()],
        "open": screen,
        "lacking": sum(row.fault == "缺理由" for row in view.rows),
        "here": reverse("inspections:sheet", args=(view.sheet.pk,)),
        "unread": sheet_page.unread(request.membership, view.sheet),
        "visits": visits_page.of_sheet(view.sheet, request.membership),
        "columns": len(view.before) + len(view.after) + 3,
    }
    if view.sheet.state == "submitted":
        context |= objections_page.of_sheet(view.sheet, request.membership)
    return render(request, "inspections/sheet.html", context, status=status)


def _screen(view: View, row: Row, line: Line | None = None) -> Screen:
    back, after = view.beside(row)
    return Screen(row, line or sheet_form.of(row), back, after)


@page(rules.READERS, obj="评分", methods=("GET", "POST"))
def item(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One item a screen. A member of the team scores it here; whoever else may read the sheet reads it."""
    if request.method == "POST":
        return _score(request, pk, code)
    view = sheet_page.build(_fetch(request, pk), request.membership)
    return _item(request, view, _screen(view, _row(view, code)))


@page(rules.READERS, obj="评分")
def screens(request: HttpRequest, pk: int) -> HttpResponse:
    """All items of a sheet as screens, which a page keeps so that the next one is there without a line."""
    view = sheet_page.build(_fetch(request, pk), request.membership)
    context = _context(request, view) | {"screens": [_screen(view, row) for row in view.rows]}
    return render(request, "inspections/_screens.html", context)


def _item(
    request: HttpRequest, view: View, screen: Screen, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = _context(request, view) | {
        "screen": screen,
        "segments": sheet_page.segments(view.rows),
        "refusal": refusal,
    }
    if request.htmx:
        answer = render(request, "inspections/_not_kept.html", context, status=status)
        answer["X-Kept"] = "refused" if refusal else "no"
        return answer
    return render(request, "inspections/item.html", context, status=status)


def _score(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Keep a score and answer shortly; what cannot be kept is shown with what is wrong, two versions of one member are both shown."""
    line = sheet_form.read(request.POST)
    if line.choose == "theirs" or (line.empty and not line.seen and not request.htmx):
        return _onward(request, _member_sheet(request, pk), slug)
    try:
        row = scoring.score(
            sheet=Sheet(pk=pk),
            by=request.membership,
            indicator=sheet_rows.code(slug),
            value=line.value,
            points=line.number,
            note=line.note,
            problem=line.problem,
            key=sheet_form.key(line),
            seen=None if line.choose == "mine" else line.seen,
        )
    except Refused as refusal:
        return _not_kept(request, _member_sheet(request, pk), slug, line, str(refusal))
    if request.htmx:
        at = timezone.localtime(clock.now())
        context = {"at": at, "score": row, "token": sheet_form.new_token()}
        answer = render(request, "inspections/_kept.html", context)
        answer["X-Kept"] = "yes"
        return answer
    return _onward(request, row.sheet, slug)


def _member_sheet(request: HttpRequest, pk: int) -> Sheet:
    """A sheet that the membership scores; 404 for others."""
    found = _fetch(request, pk)
    if sheet_page.member_of(request.membership, found) is None:
        raise Http404
    return found


def _not_kept(request: HttpRequest, found: Sheet, slug: str, line: Line, refusal: str) -> HttpResponse:
    view = sheet_page.build(found, request.membership)
    row = _row(view, slug)
    if not view.may_score:
        return _item(request, view, _screen(view, row, line), refusal=refusal, status=422)
    if row.mine is not None and sheet_form.clashes(row.mine, line):
        return _again(request, view, row, replace(line, seen=str(row.mine.pk), both=row.mine))
    errors = sheet_form.faults(row, line) or {"value": refusal}
    return _again(request, view, row, replace(line, errors=errors))


def _again(request: HttpRequest, view: View, row: Row, line: Line) -> HttpResponse:
    """The form once more, with what was typed and what is wrong with it."""
    screen = _screen(view, row, line)
    if request.POST.get("from") == "sheet" and not request.htmx:
        return _sheet(request, view, screen, 422)
    return _item(request, view, screen, status=422)


def _onward(request: HttpRequest, found: Sheet, slug: str) -> HttpResponse:
    """Without scripts: back to where the member goes on."""
    codes, code = scoring.codes(found), sheet_rows.code(slug)
    at = codes.index(code)
    if request.POST.get("from") == "sheet":
        return redirect(f"{reverse('inspections:sheet', args=(found.pk,))}#row-{at + 1}")
    if request.POST.get("choose"):
        return redirect("inspections:item", found.pk, slug)
    if request.POST.get("go") == "next" and at + 1 < len(codes):
        return redirect("inspections:item", found.pk, sheet_rows.slug(codes[at + 1]))
    return redirect("inspections:sheet", found.pk)


@page(rules.SCORERS, obj="提交评分", methods=("GET", "POST"))
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """What handing in will do, what is still lacking, the opinion for the unit; and handing in. The leader's alone."""
    found = _fetch(request, pk)
    member = sheet_page.member_of(request.membership, found)
    if member is None or member.kind != "leader":
        raise Http404
    opinion, refusal = found.opinion, ""
    if request.method == "POST":
        opinion = request.POST.get("opinion", "").replace("\r\n", "\n").replace("\x00", "").strip()
        refusal = _opinion_fault(opinion)
        if not refusal:
            try:
                scoring.submit(sheet=found, by=request.membership, opinion=opinion)
            except Refused as refused:
                refusal = str(refused)
            else:
                messages.success(request, f"{found.case.unit.name}的评分表已提交，结果已反馈单位。")
                return redirect("inspections:sheet", pk)
    elif found.state != "open":
        return redirect("inspections:sheet", pk)
    view = sheet_page.build(_fetch(request, pk), request.membership)
    problems = scoring.problems(view.sheet, scoring.settled(view.sheet))
    context = _context(request, view) | {
        "opinion": opinion,
        "refusal": refusal,
        "longest": LONGEST_OPINION,
        "problems": [(view.at(sheet_rows.slug(one.indicator)), text) for one, text in problems],
        "differing": view.counts["differ"],
    }
    return render(request, "inspections/submit.html", context, status=422 if refusal else 200)


def _opinion_fault(opinion: str) -> str:
    if not opinion:
        return "没有填写初步督导意见。请写明主要成绩、问题和整改要求。"
    if len(opinion) > LONGEST_OPINION:
        return f"初步督导意见有 {len(opinion)} 字，最多 {LONGEST_OPINION} 字。请删减。"
    return ""


@page(rules.READERS, obj="初步督导意见", methods=("POST",))
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit has read the feedback."""
    found = _fetch(request, pk)
    try:
        scoring.acknowledge(sheet=found, by=request.membership)
    except Refused:
        raise Http404 from None
    messages.success(request, "已记为已阅。")
    return redirect("inspections:sheet", pk)


@page(rules.READERS, obj="佐证材料")
def sheet_proof(request: HttpRequest, pk: int, revision: int) -> FileResponse:
    """A proof of the unit at the standard of the sheet, for whoever reads the sheet: a team need not be of the unit's own tree."""
    found = _fetch(request, pk)
    placed = Place.objects.filter(standard=found.case.version.standard, removed_at=None)
    rows = Revision.objects.filter(
        proof__org=found.case.unit_id, proof__withdrawn_at=None, proof__in=placed.values("proof")
    )
    return stored(get_object_or_404(rows.select_related("file"), pk=revision).file)


@page(rules.OFFICES, obj="评分表", methods=("POST",))
def sheets_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheets of a stage as a workbook, for the office that keeps it and those above."""
    place = get_object_or_404(campaigns.places(request.membership), pk=pk)
    rows = sheets_page.lines(
        sheets_page.ordered(queries.sheets(request.membership).filter(place=place), request.membership),
        request.membership,
    )
    asked: Mapping[str, Any] = {"place": place.pk}
    record_export(
        by=request.membership, action="inspections.export", what="评分表", rows=len(rows), asked=dict(asked)
    )
    return attachment(sheets_page.workbook(rows), "评分表.xlsx", XLSX)
