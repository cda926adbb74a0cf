"""Pages on which an office puts its own 细则 into a published standard: the empty 录入表, the upload, the look over, the registration."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_protect

from dudao.standards import StandardError
from dudao.standards.items_book import Fault
from dudao.standards.model import Standard
from dudao_web.evidence import actions as evidence
from dudao_web.evidence import queries as files
from dudao_web.evidence.models import File
from dudao_web.evidence.views import attachment
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.standards import actions, own_items, queries, reading
from dudao_web.standards.forms import ItemsForm
from dudao_web.standards.own_items import OwnItems
from dudao_web.standards.rules import LOADERS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FAULTS = 100  # shown at once; the others come once these are mended


@page(LOADERS, obj="细则录入表")
def template(request: HttpRequest, standard: str) -> HttpResponse:
    """The empty 录入表 of a standard."""
    base = _base(standard, own_items.DEFAULT)
    return attachment(own_items.template(standard), f"细则录入表_{base.title}.xlsx", XLSX)


@page(LOADERS, obj="细则录入表", methods=("GET", "POST"))
@csrf_protect
def upload(request: HttpRequest, standard: str, profile: str) -> HttpResponse:
    """Choose a filled 录入表. A sound one is kept and shown; of one that is not, every fault is listed and nothing is kept."""
    base = _base(standard, profile)
    form = ItemsForm(request.POST, request.FILES) if request.method == "POST" else ItemsForm()
    found: tuple[Fault, ...] = ()
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        data = sent.read()
        _own, _, found = _tried(request, standard, profile, sent.name, data)
        if not found:
            by = request.membership
            file = evidence.store(data=data, name=sent.name, org=by.org, by=by)
            return redirect("standards:items_preview", standard, profile, file.pk)
    context = {"standard": base, "form": form, "faults": found[:MOST_FAULTS], "many": len(found)}
    context["book"] = own_items.book(standard)
    return render(request, "standards/items.html", context, status=422 if found or form.errors else 200)


@page(LOADERS, obj="细则录入表", methods=("GET", "POST"))
def preview(request: HttpRequest, standard: str, profile: str, file: int) -> HttpResponse:
    """What a 录入表 makes, to look over; POST registers it."""
    base = _base(standard, profile)
    row = get_object_or_404(files.visible(request.membership), pk=file, org=request.membership.org)
    data = _content(row)
    if request.method == "POST":
        try:
            version = actions.load_items(by=request.membership, base=standard, profile=profile, data=data)
        except Refused as error:
            return _preview(request, base, row, data, str(error))
        messages.success(request, f"已登记：{version.title}，第 {version.version} 版。")
        return redirect("standards:version", version.pk)
    return _preview(request, base, row, data, "")


def _preview(request: HttpRequest, base: Standard, row: File, data: bytes, refused: str) -> HttpResponse:
    own, made, found = _tried(request, base.id, base.profile.name, row.name, data)
    context = {
        "standard": base,
        "file": row,
        "faults": found[:MOST_FAULTS],
        "many": len(found),
        "refused": refused,
    }
    if made is not None:
        context |= {"made": made, "doubts": own.doubts, "chapters": own_items.shown(made)}
        context |= {"totals": own_items.totals(made), "verdict": reading.verdict(made)}
    return render(request, "standards/items_preview.html", context, status=422 if refused or found else 200)


def _tried(
    request: HttpRequest, standard: str, profile: str, name: str, data: bytes
) -> tuple[OwnItems, Standard | None, tuple[Fault, ...]]:
    """What was read, the standard that it makes, and else every fault."""
    own, org = own_items.read(standard, name, data), request.membership.org
    if own.faults:
        return own, None, own.faults
    identity, title = actions.identity_of(standard, org), actions.title_of(own.base, org)
    try:
        return own, own_items.tried(own, identity, title, "1", profile), ()
    except StandardError as error:
        return own, None, tuple(Fault("", "", problem.text, "") for problem in error.problems)


def _base(standard: str, profile: str) -> Standard:
    """A standard of the catalogue into which a 细则 may be loaded; there is no such page of any other."""
    found = queries.offered(standard, profile)
    if found is None or own_items.book(standard) is None:
        raise Http404
    return found


def _content(row: File) -> bytes:
    """The bytes of a kept file, if it can be a 录入表 at all."""
    if not row.name.lower().endswith(".xlsx"):
        raise Http404
    return files.content(row)
