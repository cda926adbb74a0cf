"""Pages of documents: the own register, one document, issuing one, its attachments."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from dudao_web import clock
from dudao_web.documents import actions, attaching, queries, rules
from dudao_web.documents.forms import DocumentForm
from dudao_web.documents.shown import enclosed
from dudao_web.evidence.views import stored
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused

PAGE = 50


@page(rules.READERS, obj="公文")
def index(request: HttpRequest) -> HttpResponse:
    """The own office's documents, newest numbers first; search by number, title, year."""
    rows = queries.visible(request.membership)
    years = list(rows.order_by("-year").values_list("year", flat=True).distinct())
    text, year = request.GET.get("q", "").strip(), request.GET.get("year", "")
    rows = rows.filter(queries.about(text))
    if year in map(str, years):
        rows = rows.filter(year=int(year))
    context = {"documents": Paginator(rows, PAGE).get_page(request.GET.get("page"))}
    context |= {"q": text, "year": year, "years": years, "any": bool(years)}
    return render(request, "documents/index.html", context)


@page(rules.ISSUERS, obj="公文", methods=("GET", "POST"))
def create(request: HttpRequest) -> HttpResponse:
    """Issue a document: typed number, words, attachments."""
    membership = request.membership
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DocumentForm(*posted, office=membership, today=clock.today())
    if request.method == "POST" and attaching.receive(form, membership):
        try:
            document = actions.issue(by=membership, **form.content)
        except Refused as refusal:
            form.add_error("no", str(refusal))
        else:
            messages.success(request, f"已发文：{document.number}。")
            return redirect("documents:document", document.pk)
    return render(request, "documents/create.html", {"form": form}, status=422 if form.errors else 200)


@page(rules.READERS, obj="公文")
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document as it was issued, with the fingerprint of its content."""
    found = get_object_or_404(queries.visible(request.membership), pk=pk)
    files = [
        enclosed(one, reverse("documents:file", args=(found.pk, one.order)))
        for one in found.attachments.select_related("file")
    ]
    context = {"document": found, "files": files, "unchanged": queries.unchanged(found)}
    return render(request, "documents/document.html", context)


@page(rules.READERS, obj="公文附件")
def file(request: HttpRequest, pk: int, order: int) -> FileResponse:
    """An attachment of an own document."""
    found = get_object_or_404(queries.visible(request.membership), pk=pk)
    return stored(get_object_or_404(found.attachments.select_related("file"), order=order).file)
