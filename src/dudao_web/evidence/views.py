"""Handing files back, as attachments, never shown inside our own pages; and the pages of one proof. A unit's pages: ``views_unit``."""

from urllib.parse import quote

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web.evidence import actions, admission, directory, queries
from dudao_web.evidence.forms import ReasonForm, ReviseForm, SpotForm
from dudao_web.evidence.models import File, Place, Proof
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused


@page(queries.READERS, obj="文件")
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes as they were handed in."""
    return stored(get_object_or_404(queries.visible(request.membership), pk=pk))


def stored(file: File) -> FileResponse:
    """A kept file as an attachment. Who may have it was decided by the view that asks."""
    response = FileResponse(
        default_storage.open(file.path),
        as_attachment=True,
        filename=file.name.rpartition("/")[2],
        content_type="application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def attachment(data: bytes, name: str, kind: str = "application/octet-stream") -> HttpResponse:
    """Bytes made on the spot, to be saved under a name, never shown."""
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def fetch_proof(request: HttpRequest, pk: int, *, own: bool = False) -> Proof:
    """A proof the office may see; ``own``: one that it may change, 404 otherwise."""
    row = get_object_or_404(queries.with_revisions(queries.visible_proofs(request.membership)), pk=pk)
    if own and not queries.may_file(request.membership, row.org):
        raise Http404
    return row


@page(queries.PROOF_READERS, obj="佐证材料")
def revision(request: HttpRequest, pk: int, number: int) -> FileResponse:
    """The file of one revision."""
    proof = fetch_proof(request, pk)
    return stored(get_object_or_404(proof.revisions.select_related("file"), number=number).file)


@page(queries.PROOF_READERS, obj="佐证材料")
def proof_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One proof: its revisions, and where it stands in the 建档目录."""
    return _proof_page(request, fetch_proof(request, pk))


def _proof_page(
    request: HttpRequest, proof: Proof, form: ReviseForm | None = None, refused: str = ""
) -> HttpResponse:
    form = form or ReviseForm()
    places = list(proof.places.filter(removed_at=None))
    titles = directory.titles(request.membership)
    key = directory.chosen(
        request.membership, request.GET.get("standard", ""), [place.standard for place in places]
    )
    may = queries.may_file(request.membership, proof.org) and not proof.withdrawn
    spots = SpotForm(rows=queries.archive(proof.org, directory.load(key))) if may else None
    context = {
        "proof": proof,
        "revisions": proof.revisions.select_related("file", "by"),
        "places": [(place, titles.get(place.standard, place.standard)) for place in places],
        "may": may,
        "form": form,
        "refused": [refused] if refused else [],
        "spots": spots,
        "offers": directory.offers(request.membership),
        "key": key,
    }
    return render(request, "evidence/proof.html", context, status=422 if form.errors or refused else 200)


@page(queries.READERS, obj="佐证材料", methods=("POST",))
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """A new revision; the old ones stay."""
    proof = fetch_proof(request, pk, own=True)
    form = ReviseForm(request.POST, request.FILES)
    if not form.is_valid():
        return _proof_page(request, proof, form)
    file, effective_on = form.cleaned_data["file"], form.cleaned_data["effective_on"]
    try:
        admission.admit(file.name, file.size)
        row, admitted = actions.revise(
            proof=proof, by=request.membership, name=file.name, data=file.read(), effective_on=effective_on
        )
    except Refused as refusal:
        return _proof_page(request, proof, form, str(refusal))
    taken = f"已除去图片中的{'、'.join(admitted.removed)}。" if admitted.removed else ""
    messages.success(request, f"第 {row.number} 版已上传，原版本保留。{taken}")
    return redirect("evidence:proof", proof.pk)


@page(queries.READERS, obj="佐证材料", methods=("POST",))
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """File a proof at one more indicator."""
    proof = fetch_proof(request, pk, own=True)
    key = directory.chosen(request.membership, request.POST.get("standard", ""), [])
    standard = directory.load(key)
    form = SpotForm(request.POST, rows=queries.archive(proof.org, standard))
    spot = form.chosen() if form.is_valid() else None
    if spot is None:
        return _proof_page(request, proof, refused="没有选择指标。请选择要列入的指标和材料。")
    try:
        actions.place(proof=proof, by=request.membership, spot=actions.Spot(standard.id, *spot))
    except Refused as refusal:
        return _proof_page(request, proof, refused=str(refusal))
    messages.success(request, f"已列入指标 {spot[0]}。")
    return redirect("evidence:proof", proof.pk)


@page(queries.READERS, obj="佐证材料", methods=("POST",))
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """A proof no longer stands at an indicator."""
    row = get_object_or_404(Place.objects.select_related("proof"), pk=pk)
    proof = fetch_proof(request, row.proof_id, own=True)
    actions.take_out(place=row, by=request.membership)
    messages.success(request, f"已从指标 {row.indicator} 移出，材料保留。")
    return redirect("evidence:proof", proof.pk)


@page(queries.READERS, obj="佐证材料", methods=("GET", "POST"))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The proof counts no more, with a reason; what was handed in stays readable."""
    proof = fetch_proof(request, pk, own=True)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.withdraw(proof=proof, by=request.membership, reason=form.cleaned_data["reason"])
        messages.success(request, f"已撤下“{proof.title}”。")
        return redirect("evidence:proof", proof.pk)
    context = {"proof": proof, "form": form}
    return render(request, "evidence/withdraw.html", context, status=422 if form.errors else 200)
