"""Views that show findings: the ledger, its table, the list of a unit, one finding. What is done about them: ``views_acts``, ``views_bulk``."""

from typing import Any

from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from dudao_web import clock
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.models import Campaign, Case
from dudao_web.evidence.models import Revision
from dudao_web.evidence.views import attachment, stored
from dudao_web.evidence.views_unit import local_path
from dudao_web.findings import doings, finding_page, ledger_page, ledger_table, queries, rules, shown
from dudao_web.findings.models import Finding
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import record_export
from dudao_web.standards.models import StandardVersion

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DIGITS = 18  # a row's key has no more; a longer number stops the database


def fetch_case(request: HttpRequest, pk: int) -> Case:
    """A case whose unit the office sees; 404 otherwise."""
    rows = campaigns.cases(request.membership).select_related("campaign__org", "unit__parent", "version")
    return get_object_or_404(rows.defer("version__text", "campaign__plan"), pk=pk)


def fetch(request: HttpRequest, pk: int) -> Finding:
    """A finding that the office sees; 404 otherwise."""
    get_object_or_404(queries.seen(request.membership).only("pk"), pk=pk)
    # a question a relation: a planner without statistics joins so many tables in the worst order
    texts = Prefetch("case__version", StandardVersion.objects.defer("text"))
    of = Prefetch("case__campaign", Campaign.objects.defer("plan").select_related("org"))
    rows = Finding.objects.prefetch_related(
        of, texts, "case__unit__parent", "case__district__parent", "unit", "org__parent", "responsible__parent",
        "office__parent", "answered_by__org", "repeats", "proof",
    )  # fmt: skip
    return rows.get(pk=pk)


def context(request: HttpRequest, row: Finding, **more: Any) -> dict[str, Any]:
    """What page and panel of a finding show; ``more``: a form that was sent and is shown again."""
    by, on = request.membership, clock.today()
    lines = finding_page.way(row)
    return {
        "row": row,
        "case": row.case,
        "today": on,
        "source": Finding.SOURCES.get(row.source, ""),
        "found": shown.found(row),
        "mended_href": shown.mended_href(row),
        "mark": shown.state(row),
        "when": shown.when(row, on),
        "level": shown.level(row) if row.state in Finding.LIVE else "",
        "indicator": shown.indicator(row),
        "lines": lines,
        "next": finding_page.upcoming(row),
        "again": [one for one in queries.again(row) if one.pk != row.pk],
        "works": doings.works(by, row, more.pop("sent", None)),
        "verify": doings.verification(by, row, lines, more.pop("verify_form", None)),
        "back": more.pop("back", ""),
        **more,
    }


@page(rules.READERS, obj="问题")
def index(request: HttpRequest) -> HttpResponse:
    """The ledger: what the office sees, by tab, filters and order; beside it the finding of ``row`` where the screen is wide."""
    asked = ledger_page.asked(request.membership, request.GET, clock.today())
    counts = ledger_page.counts(asked)
    by = request.membership
    words = {
        key: word
        for key, word in ledger_page.TABS.items()
        if (key != "verify" or by.role in rules.OFFICES) and (key != "mine" or by.role in rules.ACTORS)
    }
    chosen = _chosen(request)
    return render(
        request,
        "findings/index.html",
        {
            "asked": asked,
            "today": asked.on,
            "form": asked.form,
            "tabs": [(key, word, counts[key]) for key, word in words.items()],
            "paged": ledger_page.page(asked, counts[asked.tab], request.GET.get("page")),
            "heads": ledger_page.heads(asked.sort),
            "panel": context(request, chosen, back=request.get_full_path()) if chosen else None,
            "chosen": chosen.pk if chosen else None,
            "may_bulk": by.role in rules.OFFICES,
            "may_begin": by.role in rules.OFFICES,
        },
    )


def _chosen(request: HttpRequest) -> Finding | None:
    """The finding that stands beside the table; None where none was chosen, or the office does not see it."""
    key = request.GET.get("row", "")
    if not (key.isascii() and key.isdigit() and len(key) <= DIGITS):
        return None
    try:
        return fetch(request, int(key))
    except Http404:
        return None


@page(rules.READERS, obj="问题", methods=("POST",))
def download(request: HttpRequest) -> HttpResponse:
    """The ledger as a table: the rows that the page shows with the same filters, or of these the ones that were ticked."""
    by, on = request.membership, clock.today()
    asked = ledger_page.asked(by, request.GET, on)
    rows = asked.chosen
    ticked = [int(key) for key in request.POST.getlist("pk") if key.isascii() and key.isdigit()]
    if ticked:
        rows = rows.filter(pk__in=[key for key in ticked if len(str(key)) <= DIGITS])
    found = list(ledger_page.fetched(list(rows.values_list("pk", flat=True))))
    said = {key: value for key, value in request.GET.items() if value and key not in ("page", "row")}
    said |= {"chosen": len(ticked)} if ticked else {}
    record_export(by=by, action="findings.export", what="整改台账", rows=len(found), asked=said)
    words = "所选" if ticked else asked.words
    data = ledger_table.workbook(found, office=by.org.name, on=on, asked=words)
    return attachment(data, f"整改台账{on:%Y%m%d}.xlsx", XLSX)


def _list(request: HttpRequest, pk: int) -> dict[str, Any]:
    case, on, by = fetch_case(request, pk), clock.today(), request.membership
    rows = queries.of_case(case).prefetch_related(*ledger_page.SHARED)
    return {
        "case": case,
        "today": on,
        "rows": [ledger_page.row(one, on) for one in rows],
        "may_note": rules.may_note(by, case) or rules.may_raise(by, case),
    }


@page(rules.READERS, obj="问题清单")
def of_case(request: HttpRequest, pk: int) -> HttpResponse:
    """The problem list of one unit."""
    return render(request, "findings/case.html", _list(request, pk))


@page(rules.READERS, obj="问题清单")
def fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The same list as a fragment for the pages of other apps."""
    return render(request, "findings/_list.html", _list(request, pk))


@page(rules.READERS, obj="问题")
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One problem: what it is, what became of it, and what can be done now."""
    return render(request, "findings/finding.html", context(request, fetch(request, pk)))


@page(rules.READERS, obj="问题")
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a fragment for the panel beside the ledger."""
    return render(
        request, "findings/_panel.html", context(request, fetch(request, pk), back=local_path(request))
    )


@page(rules.READERS, obj="佐证材料")
def proof(request: HttpRequest, pk: int, revision: int) -> FileResponse:
    """The file of a proof that was shown with a step: whoever verifies opens it, whose unit it may be."""
    row = fetch(request, pk)
    if not finding_page.was_shown(row, revision):
        raise Http404
    return stored(get_object_or_404(Revision.objects.select_related("file"), pk=revision).file)
