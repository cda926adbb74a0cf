"""Reading pages of standards: the list of texts, one text clause by clause, who answers for what.

A text is either one that runs are bound to (by its key) or one that the catalogue offers (by its name and profile). Not here: putting an
own 细则 in (``views_items``).
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from dudao.standards.model import Standard
from dudao_web.orgs.access import EVERYBODY, page
from dudao_web.standards import own_items, queries, reading, rules
from dudao_web.standards.models import StandardVersion


@page(EVERYBODY, obj="评估标准")
def index(request: HttpRequest) -> HttpResponse:
    """The texts that runs are bound to, and what the catalogue offers."""
    loads = own_items.bases() if rules.may_load(request.membership) else frozenset()
    context = {"versions": queries.visible(request.membership), "offers": queries.offers(), "loads": loads}
    return render(request, "standards/index.html", context)


@page(EVERYBODY, obj="评估标准")
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """A text that runs are bound to, chapter by chapter."""
    row = _bound(request, pk)
    return _read(request, queries.load(row), reverse("standards:duties", args=(pk,)), row)


@page(EVERYBODY, obj="评估标准")
def duties(request: HttpRequest, pk: int) -> HttpResponse:
    """职责分解 of a text that runs are bound to."""
    return _duties(request, queries.load(_bound(request, pk)), reverse("standards:version", args=(pk,)))


@page(EVERYBODY, obj="评估标准")
def offer(request: HttpRequest, standard: str, profile: str) -> HttpResponse:
    """A text that the catalogue offers, chapter by chapter."""
    return _read(
        request, _offered(standard, profile), reverse("standards:offer_duties", args=(standard, profile))
    )


@page(EVERYBODY, obj="评估标准")
def offer_duties(request: HttpRequest, standard: str, profile: str) -> HttpResponse:
    """职责分解 of a text that the catalogue offers."""
    return _duties(request, _offered(standard, profile), reverse("standards:offer", args=(standard, profile)))


def _bound(request: HttpRequest, pk: int) -> StandardVersion:
    return get_object_or_404(queries.visible(request.membership), pk=pk)


def _offered(standard: str, profile: str) -> Standard:
    found = queries.offered(standard, profile)
    if found is None:
        raise Http404
    return found


def _read(
    request: HttpRequest, standard: Standard, duties_link: str, row: StandardVersion | None = None
) -> HttpResponse:
    loads = row is None and standard.id in own_items.bases() and rules.may_load(request.membership)
    context = {
        "row": row,
        "loads": loads,
        "standard": standard,
        "verdict": reading.verdict(standard),
        "chapters": reading.chapters(standard),
        "left_out": reading.left_out(standard),
        "compared": reading.compared(standard),
        "duties_link": duties_link if reading.duties(standard) else "",
        "cases": reading.cases(standard),
    }
    return render(request, "standards/version.html", context)


def _duties(request: HttpRequest, standard: Standard, back: str) -> HttpResponse:
    """What each unit answers for, and the phases of the plan; 404 for a standard without such a table."""
    found = reading.duties(standard)
    if not found:
        raise Http404
    context = {"back": back, "standard": standard, "duties": found, "phases": reading.plan(standard)}
    return render(request, "standards/duties.html", context)
