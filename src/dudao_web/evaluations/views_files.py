"""Files of a run: the result to the byte, the table as asked, the official files, and the documents made when they are asked for.

Only offices that read the verdict have them: a bundle holds every return. Not here: making them (``actions``, ``downloads``).
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web.evaluations import downloads, queries, rules, table_file
from dudao_web.evaluations.models import Download, Evaluation
from dudao_web.evaluations.views import base, fetch, table
from dudao_web.evidence import views as evidence
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import record_export
from dudao_web.standards import queries as standards


def _given_out(
    request: HttpRequest,
    evaluation: Evaluation,
    what: str,
    rows: int = 1,
    asked: dict[str, str] | None = None,
) -> None:
    """On record: a file of a run; ``rows``: of the table, 1 for a document."""
    said = f"{what} {evaluation.number}"
    record_export(by=request.membership, action="evaluations.export", what=said, rows=rows, asked=asked)


@page(rules.OFFICES, obj="结论", methods=("POST",))
def result_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The result as schema 1 has it, to the byte."""
    evaluation = fetch(request, pk)
    _given_out(request, evaluation, "result.json")
    name = f"{evaluation.number}{'' if queries.status(evaluation).final else '（预评）'}.json"
    return evidence.attachment(evaluation.result.encode(), name, "application/json")


@page(rules.OFFICES, obj="结论", methods=("POST",))
def schools_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The rows of the table as asked, as CSV or xlsx."""
    evaluation = fetch(request, pk)
    if kind not in table_file.KINDS:
        raise Http404
    shown = table(request, evaluation, standards.load(evaluation.version))
    asked = {name: value for name, value in request.GET.items() if value}
    _given_out(request, evaluation, f"schools.{kind}", len(shown.rows), asked)
    return table_file.answer(kind, evaluation, shown, final=queries.status(evaluation).final)


@page(rules.OFFICES, obj="结论", methods=("POST",))
def official_file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The application form or the results, marked 预评 as long as the result is."""
    evaluation = fetch(request, pk)
    final = queries.status(evaluation).final
    file = {
        "form": evaluation.form if final else evaluation.draft_form,
        "results": evaluation.results if final else evaluation.draft_results,
    }.get(kind)
    if file is None:
        raise Http404
    _given_out(request, evaluation, kind)
    return evidence.stored(file)


@page(rules.OFFICES, obj="结论")
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """Every file of a run: what is made, what may be asked for, how far it is."""
    evaluation = fetch(request, pk)
    context = base(evaluation)
    rows = _rows(evaluation, final=context["status"].final)
    context |= {"rows": rows, "busy": any(row is not None and not row.finished for _, _, row in rows)}
    name = "evaluations/_documents.html" if request.htmx else "evaluations/documents.html"
    return render(request, name, context)


def _rows(evaluation: Evaluation, *, final: bool) -> list[tuple[str, str, Download | None]]:
    """Each kind of document with its title, and the one that is there or under way, marked as the run now stands."""
    found = {
        row.kind: row for row in evaluation.downloads.filter(draft=not final).select_related("file", "by")
    }
    return [(kind, title, found.get(kind)) for kind, title in Download.KINDS.items()]


@page(rules.OFFICES, obj="结论", methods=("POST",))
def make(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Ask for a document."""
    evaluation = fetch(request, pk)
    if kind not in Download.KINDS:
        raise Http404
    row = downloads.ask(evaluation=evaluation, kind=kind, by=request.membership)
    if not row.finished:
        messages.success(request, f"{row.get_kind_display()}正在制作，做好后在这里下载。")
    return redirect("evaluations:documents", evaluation.pk)


@page(rules.OFFICES, obj="结论", methods=("POST",))
def document(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """A document that was made, marked 预评 as long as the result is."""
    evaluation = fetch(request, pk)
    draft = not queries.status(evaluation).final
    rows = Download.objects.filter(evaluation=evaluation, kind=kind, draft=draft, state="done")
    found = get_object_or_404(rows.select_related("file"))
    _given_out(request, evaluation, kind)
    return evidence.stored(found.file)
