"""Views of findings: the list of a unit, the inbox of an office, one finding with what can be done about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web import clock
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.models import Case
from dudao_web.evidence.views import attachment
from dudao_web.findings import actions, queries, rules
from dudao_web.findings.exports import workbook
from dudao_web.findings.forms import AnswerForm, MendForm, NoteForm, ReasonForm
from dudao_web.findings.models import Finding
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused, record_export
from dudao_web.orgs.models import Membership

PAGE_SIZE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOWNLOADED = ("case__campaign", "case__district", "unit", "org")


def _case(request: HttpRequest, pk: int) -> Case:
    return get_object_or_404(campaigns.cases(request.membership).select_related("unit__parent"), pk=pk)


def _finding(request: HttpRequest, pk: int) -> Finding:
    return get_object_or_404(queries.seen(request.membership), pk=pk)


def _own(request: HttpRequest, pk: int) -> Finding:
    """One of the unit's own office; to others there is nothing to do here."""
    row = _finding(request, pk)
    if not rules.is_unit(request.membership, row.case):
        raise Http404
    return row


def _asked(request: HttpRequest) -> tuple[QuerySet[Finding], str, str]:
    """The findings that the address asks for, the words searched for, and the state (or ``queries.MINE``) chosen."""
    rows = queries.seen(request.membership).exclude(state="withdrawn")
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    if text:
        rows = rows.filter(Q(text__icontains=text) | Q(unit__name__icontains=text))
    return rows, text, state if state in {queries.MINE, *Finding.STATES} else ""


def _of_state(rows: QuerySet[Finding], state: str, membership: Membership) -> QuerySet[Finding]:
    """Those of a state, or with the office that asks; ``membership``'s own first, then the newest."""
    mine = queries.with_office(membership)
    if state:
        rows = rows.filter(mine if state == queries.MINE else Q(state=state))
    turn = models.Case(models.When(mine, then=models.Value(0)), default=models.Value(1))
    return rows.annotate(turn=turn).order_by("turn", "-at", "-pk")


@page(rules.READERS, obj="问题")
def index(request: HttpRequest) -> HttpResponse:
    """All problems that the office sees, its inbox among them: those that are with it first; by state, search."""
    by = request.membership
    rows, text, state = _asked(request)
    found = queries.counts(rows, by)
    words = {key: word for key, word in Finding.STATES.items() if key != "withdrawn"}
    if by.role in rules.ACTORS:
        words = {queries.MINE: "现由本单位"} | words
    paged = Paginator(_of_state(rows, state, by), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "findings/index.html",
        {
            "findings": paged,
            "q": text,
            "state": state,
            "states": [(key, word, found[key]) for key, word in words.items()],
            "every": sum(found[key] for key in Finding.STATES),
        },
    )


@page(rules.READERS, obj="问题", methods=("POST",))
def download(request: HttpRequest) -> HttpResponse:
    """The rows that the index shows with the same filters, as a workbook in the order of the tree."""
    rows, text, state = _asked(request)
    ordered = _of_state(rows, state, request.membership).order_by("unit__path", "case", "number")
    found = list(ordered.select_related(*DOWNLOADED))
    asked = {"q": text, "state": state}
    record_export(
        by=request.membership, action="findings.export", what="问题清单", rows=len(found), asked=asked
    )
    return attachment(workbook(found), "问题清单.xlsx", XLSX)


def _list(request: HttpRequest, pk: int) -> dict[str, Any]:
    case = _case(request, pk)
    return {
        "case": case,
        "findings": queries.of_case(case),
        "may_note": rules.may_note(request.membership, case),
    }


@page(rules.READERS, obj="问题清单")
def of_case(request: HttpRequest, pk: int) -> HttpResponse:
    """The problem list of one unit."""
    return render(request, "findings/case.html", _list(request, pk))


@page(rules.READERS, obj="问题清单")
def fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The same list as a fragment for the pages of other apps."""
    return render(request, "findings/_list.html", _list(request, pk))


@page(rules.ACTORS, obj="问题清单", methods=("GET", "POST"))
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a problem into the list."""
    case = _case(request, pk)
    if not rules.may_note(request.membership, case):
        raise Http404
    initial = {"indicator": request.GET.get("indicator", ""), "mendable": "yes"}
    data = request.POST if request.method == "POST" else None
    form = NoteForm(data, case=case, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.note(case=case, by=request.membership, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = f"已报{row.org.name}协调。" if row.state == "handed_up" else "已记入问题清单。"
            messages.success(request, said)
            return redirect("findings:of_case", case.pk)
    return render(
        request, "findings/new.html", {"case": case, "form": form}, status=422 if form.errors else 200
    )


def _context(request: HttpRequest, row: Finding) -> dict[str, Any]:
    by = request.membership
    return {
        "row": row,
        "case": row.case,
        "steps": queries.steps(row),
        "may_mend": rules.may_mend(by, row),
        "may_hand_up": rules.may_hand_up(by, row),
        "may_withdraw": rules.may_withdraw(by, row),
        "may_answer": rules.may_answer(by, row),
        "mend_form": MendForm(case=row.case, initial={"on": clock.today()}),
        "reason_form": ReasonForm(),
        "answer_form": AnswerForm(),
    }


@page(rules.READERS, obj="问题")
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One problem: what it is, who has it, what was answered, and what can be done now."""
    return render(request, "findings/finding.html", _context(request, _finding(request, pk)))


def _act(
    request: HttpRequest, row: Finding, name: str, form: Form, act: Callable[..., object], said: str
) -> HttpResponse:
    if form.is_valid():
        try:
            act(finding=row, by=request.membership, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("findings:finding", row.pk)
    context = _context(request, row) | {name: form, "wrong": form}
    return render(request, "findings/finding.html", context, status=422)


@page(rules.ACTORS, obj="问题", methods=("POST",))
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """It is mended."""
    row = _own(request, pk)
    return _act(
        request, row, "mend_form", MendForm(request.POST, case=row.case), actions.mend, "已记为已整改。"
    )


@page(rules.ACTORS, obj="问题", methods=("POST",))
def hand_up(request: HttpRequest, pk: int) -> HttpResponse:
    """It cannot be mended here."""
    return _act(
        request,
        _own(request, pk),
        "reason_form",
        ReasonForm(request.POST),
        actions.hand_up,
        "已上报协调。",
    )


@page(rules.OFFICES, obj="问题", methods=("POST",))
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The office answers."""
    return _act(
        request,
        _finding(request, pk),
        "answer_form",
        AnswerForm(request.POST),
        actions.answer,
        "已答复单位。",
    )


@page(rules.ACTORS, obj="问题", methods=("POST",))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Noted by mistake."""
    row = _own(request, pk)
    try:
        actions.withdraw(finding=row, by=request.membership)
    except Refused as refusal:
        context = _context(request, row) | {"refused": str(refusal)}
        return render(request, "findings/finding.html", context, status=422)
    messages.success(request, "已撤销，记录保留。")
    return redirect("findings:of_case", row.case_id)
