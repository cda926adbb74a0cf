"""Pages of the draw that anybody opens, without an account: the list of rounds, one round, its files, and the same draw computed again.

They say what the published files say and nothing else: no notes of the office, no persons. Nothing of a session is read.
"""

import io
import zipfile

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control

from dudao.sampling import NAMES
from dudao_web.inspections import drawing, drawing_page
from dudao_web.inspections.models import Sample
from dudao_web.orgs.access import PUBLIC, page

PAGE_SIZE = 50
KEPT = 60  # seconds that a page may be kept on the way: a draw is seen a minute later at the most
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "py": "text/x-python; charset=utf-8"}
ALL = "all.zip"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of a zip: the same files give the same bytes


@page(PUBLIC, obj="公开抽签")
def draws(request: HttpRequest) -> HttpResponse:
    """Every round, the newest first."""
    rows = Sample.objects.select_related("place__stage__campaign", "place__org").order_by("-at", "-pk")
    paged = Paginator(rows.defer("frame", "quota", "notes"), PAGE_SIZE).get_page(request.GET.get("page"))
    for one in paged:
        one.mark, one.word = drawing_page.MARKS[one.state], Sample.STATES[one.state]
    return _kept(request, render(request, "inspections/public_draws.html", {"samples": paged}))


@page(PUBLIC, obj="公开抽签")
def draw_public(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: files, hashes, seed, drawn units, how to verify; with ``verify=1`` computed again."""
    sample = _sample(pk)
    context = drawing_page.shown(sample) | {"all": ALL}
    if sample.state == "drawn" and request.GET.get("verify") == "1":
        context |= {"verified": True, "difference": drawing.difference(sample)}
    return _kept(request, render(request, "inspections/public_draw.html", context))


@page(PUBLIC, obj="公开抽签")
def draw_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One published file, or all of them in a zip, in a folder by the name of the round."""
    sample = _sample(pk)
    files = drawing.published(sample)
    if name == ALL:
        data, kind, called = _zipped(sample.round, files), "application/zip", f"{sample.round}.zip"
    elif name in files:
        data, kind, called = files[name], TYPES[name.rpartition(".")[2]], name
    else:
        raise Http404
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{called}"'
    return _kept(request, answer)


def _sample(pk: int) -> Sample:
    return get_object_or_404(Sample.objects.select_related("place__stage__campaign", "by"), pk=pk)


def _zipped(folder: str, files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in NAMES:
            if name in files:
                archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", FIRST_DAY), files[name])
    return held.getvalue()


def _kept(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The same for everybody: a proxy may keep it for a moment. To whoever is signed in nothing is given to keep, as on every page."""
    if request.membership is None:
        patch_cache_control(answer, public=True, max_age=KEPT)
    return answer
