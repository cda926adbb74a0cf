"""The view of before and after of a problem: a fragment of its page, or a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from dudao_web.evaluations import mended, rules
from dudao_web.findings import queries as findings
from dudao_web.findings import rules as of_findings
from dudao_web.orgs.access import page


@page(of_findings.READERS, obj="问题")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """What the indicator was judged before and comes to after, for whoever sees the problem."""
    rows = findings.seen(request.membership).select_related(
        "case__campaign", "case__version", "case__unit", "unit"
    )
    finding = get_object_or_404(rows.defer("case__version__text", "case__campaign__plan"), pk=pk)
    context = {
        "row": finding,
        "mended": mended.of(finding),
        "may_open": rules.may_read(request.membership),
    }
    name = "evaluations/_mended.html" if request.htmx else "evaluations/mended.html"
    return render(request, name, context)
