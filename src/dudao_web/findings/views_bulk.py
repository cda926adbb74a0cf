"""Work on several findings at once: supervised, given another date, struck off. What cannot is named before anything is typed, and the
rest is offered; the act checks each again, and does all or none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from dudao_web import clock
from dudao_web.findings import faults, ledger, ledger_page, queries, rules, striking
from dudao_web.findings.forms_ledger import MoveForm, StrikeForm, UrgeForm
from dudao_web.findings.models import Finding
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Membership

MOST = 200  # at once
DIGITS = 18  # a row's key has no more; a longer number stops the database
ON_SITE = "没有新上传的佐证材料，只能现场核验"
NOTHING = "没有选择问题。请在台账中选择后再办理。"


@dataclass(frozen=True, slots=True)
class Many:
    """Something that is done about several findings: words, why one cannot be among them, form, act."""

    title: str
    button: str
    said: str
    fault: Callable[[Membership, Finding], str]
    form: type[Form]
    act: Callable[[Sequence[Finding], Membership, dict[str, Any]], object]


MANY: dict[str, Many] = {
    "urge": Many(
        "督办", "督办这 {} 个问题", "已督办 {} 个问题。", faults.urge, UrgeForm,
        lambda rows, by, said: ledger.urge(findings=rows, by=by, note=said["text"]),
    ),
    "move": Many(
        "调整时限", "调整这 {} 个问题的时限", "已调整 {} 个问题的时限。", faults.move, MoveForm,
        lambda rows, by, said: ledger.move_due(findings=rows, by=by, due=said["due"], reason=said["text"]),
    ),
    "strike": Many(
        "同意销号", "同意这 {} 个问题销号", "已同意 {} 个问题销号。", faults.strike, StrikeForm,
        lambda rows, by, said: ledger.strike_many(
            findings=rows, by=by, method=said["method"], note=said["note"], on=said["on"]
        ),
    ),
}  # fmt: skip


@page(rules.OFFICES, obj="问题", methods=("POST",))
def bulk(request: HttpRequest) -> HttpResponse:
    """First what was ticked with the form; sent with ``sure``, it is done, all or none."""
    verb = request.POST.get("do", "")
    if verb not in MANY:
        raise Http404
    many, found, back = MANY[verb], _ticked(request), _back(request)
    sure = "sure" in request.POST
    form = many.form(request.POST if sure else None, initial={"on": clock.today()})
    refused = [] if found else [NOTHING]
    if found and sure and form.is_valid():
        try:
            many.act(found, request.membership, form.cleaned_data)
        except Refused as refusal:
            refused = str(refusal).split("\n")  # a line for each that cannot
        else:
            messages.success(request, many.said.format(len(found)))
            return redirect(back)
    why = {row.pk: many.fault(request.membership, row) for row in found}
    rows = [_line(row, verb) for row in found if not why[row.pk]]
    if any(told for _, told in rows):
        form.initial["method"] = "on_site"
    shown = {
        "verb": verb,
        "many": many,
        "rows": rows,
        "button": many.button.format(len(rows)),
        "blocked": [(row, why[row.pk]) for row in found if why[row.pk]],
        "form": form,
        "back": back,
        "refused": refused,
    }
    return render(request, "findings/bulk.html", shown, status=422 if form.errors or refused else 200)


def _line(row: Finding, verb: str) -> tuple[ledger_page.Row, str]:
    """A line of the ledger, with what is to be known of it before."""
    seen_only = verb == "strike" and not striking.by_material(row)
    return ledger_page.row(row, clock.today()), ON_SITE if seen_only else ""


def _ticked(request: HttpRequest) -> list[Finding]:
    """The findings that were ticked and that the office sees, in the order of the ledger."""
    keys = [
        int(key)
        for key in request.POST.getlist("pk")
        if key.isascii() and key.isdigit() and len(key) <= DIGITS
    ][:MOST]
    rows = queries.seen(request.membership).select_related(None).filter(pk__in=keys)
    known = rows.exclude(state="withdrawn").order_by("year", "serial").values_list("pk", flat=True)
    found = list(ledger_page.fetched(list(known)))
    prefetch_related_objects(found, "steps")  # asked of each row several times
    return found


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    fits = back.startswith("/findings/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if fits else "/findings/"
