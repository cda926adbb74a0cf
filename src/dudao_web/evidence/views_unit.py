"""Pages of a unit's proofs: the 建档目录 with its gaps and the upload, one indicator, the bundle. One proof: ``views``."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from dudao_web import clock
from dudao_web.evidence import actions, admission, bundle, directory, queries
from dudao_web.evidence.forms import MOST_FILES, IndicatorForm, ShownForm, UploadForm
from dudao_web.evidence.models import Place
from dudao_web.orgs import queries as orgs
from dudao_web.orgs import rules
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused, record_export
from dudao_web.orgs.models import Org, Role

PAGE = 100
MOST_TITLES = 50  # asked titles in one address
LONGEST_CODE = Place._meta.get_field("indicator").max_length


def fetch_unit(request: HttpRequest, code: str, *, own: bool = False) -> Org:
    """A unit whose proofs the office may see; ``own``: whose proofs it files; 404 otherwise."""
    org = get_object_or_404(rules.visible(Org.objects.all(), request.membership), code=code)
    if own and not queries.may_file(request.membership, org):
        raise Http404
    return org


@page(queries.PROOF_READERS, obj="佐证材料")
def index(request: HttpRequest) -> HttpResponse:
    """The units whose proofs the office may see; a school comes to its own at once."""
    membership = request.membership
    if membership.role == Role.SCHOOL:
        return redirect("evidence:unit", membership.org.code)
    text = request.GET.get("q", "").strip()
    rows = orgs.visible_orgs(membership, clock.today()).filter(
        Q(name__icontains=text) | Q(code__startswith=text)
    )
    counted = Count("proofs", filter=Q(proofs__withdrawn_at=None))
    listed = Paginator(rows.annotate(count=counted).order_by("path"), PAGE).get_page(request.GET.get("page"))
    context = {"page": listed, "text": text, "files": membership.role in queries.READERS}
    return render(request, "evidence/index.html", context)


@page(queries.PROOF_READERS, obj="佐证材料", methods=("GET", "POST"))
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """A unit's 建档目录: what is lacking, what there is by indicator, and the upload of several files at once."""
    posted = request.method == "POST"
    org = fetch_unit(request, code, own=posted)
    filed_by = queries.standards_of(org)
    standard = directory.load(
        key := directory.chosen(request.membership, request.GET.get("standard", ""), filed_by)
    )
    rows = queries.archive(org, standard)
    form = UploadForm(*((request.POST, request.FILES) if posted else ()), rows=rows)
    outcome = Outcome()
    if posted and form.is_valid():
        spot = form.chosen()
        outcome = _take(request, org, form.cleaned_data, [actions.Spot(standard.id, *spot)] if spot else [])
        if request.headers.get("X-One-File"):  # the script sends file by file and shows each answer
            status = 422 if outcome.refused else 200
            return render(request, "evidence/_outcome.html", outcome.shown, status=status)
        if not outcome.refused:
            messages.success(request, outcome.told)
            return redirect(request.get_full_path())
        rows = queries.archive(org, standard)
    since = ShownForm(request.GET).day()
    asked = sum(len(row.asked) for row in rows)
    lacking = queries.lacking(rows, since)
    context = {
        "org": org,
        "key": key,
        "offers": directory.offers(request.membership),
        "standard": standard,
        "since": since,
        "asked": asked,
        "answered": asked - len(lacking),
        "gaps": lacking,
        "missing": sum(gap.state == "missing" for gap in lacking),
        "outdated": sum(gap.state == "outdated" for gap in lacking),
        "rows": [row for row in rows if row.asked or row.others],
        "unfiled": queries.unfiled(org),
        "form": form,
        **outcome.shown,
        "may": queries.may_file(request.membership, org),
        "largest": admission.largest(),
        "most": MOST_FILES,
        "taken": admission.TAKEN,
    }
    return render(
        request, "evidence/unit.html", context, status=422 if form.errors or outcome.refused else 200
    )


class Outcome:
    """What became of the files of one upload: what was taken, and why others were not."""

    def __init__(self) -> None:
        self.filed: list[actions.Filed] = []
        self.refused: list[str] = []

    @property
    def shown(self) -> dict[str, Any]:
        """As a template takes it."""
        return {"filed": self.filed, "refused": self.refused}

    @property
    def told(self) -> str:
        """What was taken, in one sentence or two."""
        removed = dict.fromkeys(word for one in self.filed for word in one.removed)
        known = [one.proof.title for one in self.filed if one.known]
        return "".join(
            (
                f"已收到 {len(self.filed)} 个文件。" if len(self.filed) > len(known) else "",
                f"已有此材料，直接引用：{'、'.join(known)}。" if known else "",
                f"已除去图片中的{'、'.join(removed)}。" if removed else "",
            )
        )


def _take(request: HttpRequest, org: Org, data: dict[str, Any], spots: list[actions.Spot]) -> Outcome:
    """Add each file; one that is refused keeps none of the others back."""
    outcome = Outcome()
    for file in data["files"]:
        try:
            admission.admit(file.name, file.size)
            outcome.filed.append(
                actions.add(
                    org=org,
                    by=request.membership,
                    name=file.name,
                    data=file.read(),
                    effective_on=data["effective_on"],
                    spots=spots,
                )
            )
        except Refused as refusal:
            outcome.refused.append(str(refusal))
    return outcome


@page(queries.PROOF_READERS, obj="佐证材料", methods=("GET", "POST"))
def for_indicator(request: HttpRequest, code: str, standard: str, indicator: str) -> HttpResponse:
    """What a unit shows for one indicator: choose from what there is, or upload. A fragment of the page that asks for it.

    Asked by address: ``asked`` (each title the 建档目录 asks for), ``title`` (of the indicator), ``next`` (path to go back to).
    """
    posted = request.method == "POST"
    org = fetch_unit(request, code, own=posted)
    if standard not in directory.titles(request.membership) or len(indicator) > LONGEST_CODE:
        raise Http404
    titles = [text[:200] for text in request.GET.getlist("asked")[:MOST_TITLES] if text]
    own = queries.current_proofs(org)
    given = (request.POST, request.FILES) if posted else ()
    asks = {"own": own, "titles": titles, "auto_id": f"{indicator}-%s"}
    form = IndicatorForm(*given, **asks)
    outcome = Outcome()
    if posted and form.is_valid():
        data = form.cleaned_data
        spot = actions.Spot(standard, indicator, data["asked"])
        if data["proof"] is None:
            outcome = _take(request, org, data, [spot])
        else:
            try:
                actions.place(proof=data["proof"], by=request.membership, spot=spot)
            except Refused as refusal:
                outcome.refused.append(str(refusal))
        if not outcome.refused:
            back = local_path(request)
            if not request.htmx:
                messages.success(request, outcome.told or "已列入本指标。")
                return redirect(back or request.get_full_path())
            posted = False
    places = queries.places_at(org, standard, indicator).get(indicator, ())
    row = queries.held(indicator, request.GET.get("title", "")[:200], titles, places)
    if not posted:  # what is still lacking is offered first
        lacking = next((title for title, proofs in row.asked if not proofs), "")
        form = IndicatorForm(**asks, initial={"asked": lacking})
    context = {
        "org": org,
        "indicator": indicator,
        "row": row,
        "form": form,
        **outcome.shown,
        "next": local_path(request),
        "may": queries.may_file(request.membership, org),
        "largest": admission.largest(),
    }
    name = "evidence/_for_indicator.html" if request.htmx else "evidence/for_indicator.html"
    return render(request, name, context, status=422 if form.errors or outcome.refused else 200)


def local_path(request: HttpRequest) -> str:
    """The path to go back to, "" where it is none of this server."""
    path = request.GET.get("next", "")
    fits = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if fits else ""


@page(queries.PROOF_READERS, obj="资料汇编", methods=("POST",))
def bundle_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The unit's current proofs as a zip, of one chapter where ``chapter`` says so; above the limit a page that says so."""
    org = fetch_unit(request, code)
    key = directory.chosen(request.membership, request.GET.get("standard", ""), queries.standards_of(org))
    standard, number = directory.load(key), request.GET.get("chapter", "")
    rows = queries.archive(org, standard)
    if number:
        codes = {one.code for part in standard.chapters if part.number == number for one in part.indicators}
        rows = [row for row in rows if row.code in codes]
    found = bundle.lines(rows)
    size = bundle.size(found)
    if size > bundle.MOST * admission.MEGABYTE:
        context = {
            "org": org,
            "key": key,
            "standard": standard,
            "size": size,
            "most": bundle.MOST,
            "part": number,
        }
        return render(request, "evidence/bundle_too_large.html", context, status=413)
    asked = {"unit": org.code, "standard": key, "chapter": number}
    kept = len({line.path for line in found if line.path})
    record_export(by=request.membership, action="evidence.export", what="资料汇编", rows=kept, asked=asked)
    heading = f"{org.name}　资料汇编　{standard.title}"
    answer = StreamingHttpResponse(bundle.stream(heading, found), content_type="application/zip")
    name = quote(f"{org.name}资料汇编{clock.today():%Y%m%d}.zip")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
