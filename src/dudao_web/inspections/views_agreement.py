"""Views of how far 自查, 复查 and 抽查 agree in a campaign: for offices alone, the owner's over all units, a district's over its own."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from dudao_web import clock
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.models import Campaign
from dudao_web.evidence.views import attachment
from dudao_web.inspections import agreement, rules
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import record_export

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE_SIZE = 100


def _campaign(request: HttpRequest, key: str) -> Campaign:
    """A campaign that the office sees, once it is launched; 404 otherwise."""
    rows = campaigns.campaigns(request.membership).exclude(state__in=("draft", "withdrawn"))
    return get_object_or_404(rows, key=key)


@page(rules.OFFICES, obj="评定一致性")
def show(request: HttpRequest, key: str) -> HttpResponse:
    """One pair of sources (``?pair=``): all units together, by district, by the office that judged, by unit."""
    found = _campaign(request, key)
    asked = request.GET.get("pair")
    pair = next((one for one in agreement.PAIRS if one.key == asked), agreement.PAIRS[0])
    (table,) = agreement.tables(found, request.membership, (pair,))
    context = {
        "campaign": found,
        "pairs": agreement.PAIRS,
        "table": table,
        "units": Paginator(table.units, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "inspections/agreement.html", context)


@page(rules.OFFICES, obj="评定一致性", methods=("POST",))
def download(request: HttpRequest, key: str) -> HttpResponse:
    """The lines of all pairs as a table."""
    found = _campaign(request, key)
    data, rows = agreement.workbook(agreement.tables(found, request.membership))
    record_export(
        by=request.membership,
        action="inspections.export",
        what="评定一致性",
        rows=rows,
        asked={"campaign": found.key},
    )
    return attachment(data, f"评定一致性_{found.year}_{clock.today():%Y%m%d}.xlsx", XLSX)
