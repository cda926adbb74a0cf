"""Keeping bytes, and every change of proofs: add, revise, place, take out of a place, withdraw.

A file is checked, hashed and written before the transaction. Nothing is ever deleted: a new revision stands beside the old one.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from dudao_web import clock
from dudao_web.evidence import admission, queries
from dudao_web.evidence.admission import Admitted
from dudao_web.evidence.models import File, Place, Proof, Revision
from dudao_web.orgs.actions import Refused, record
from dudao_web.orgs.models import Membership, Org

ASIDE = ".incoming"  # where bytes are written before they are whole; ``tick`` removes what was left
NAME_LENGTH = 255
TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to file a proof at: id of the standard, code of the indicator, the asked title that it answers."""

    standard: str
    indicator: str
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of one file: its proof, whether the unit had these bytes already, what was taken out of pictures."""

    proof: Proof
    known: bool
    removed: tuple[str, ...]


def store(*, data: bytes, name: str, org: Org, by: Membership | None) -> File:
    """Keep ``data`` for ``org`` under ``name``. The same bytes under the same name again give the file that is there.

    The bytes are hashed and written before the transaction, so that a large file never holds the database.
    """
    sha256 = _keep(data)
    with transaction.atomic():
        return _file(sha256, data, name, org, by)


def receive(*, sent: UploadedFile, by: Membership) -> File:
    """Keep a file that an office sends beside a text, as it may come in: pictures without what the camera wrote. Refused for others."""
    admission.admit(sent.name, sent.size)
    return store(data=admission.checked(sent.name, sent.read()).data, name=sent.name, org=by.org, by=by)


def _file(sha256: str, data: bytes, name: str, org: Org, by: Membership | None) -> File:
    """The row of kept bytes, the present one where there is one. In a transaction; takes the unit's lock."""
    Org.objects.select_for_update().get(pk=org.pk)  # the same bytes sent twice at once make one row
    name = name[-NAME_LENGTH:]
    present = File.objects.filter(org=org, sha256=sha256, name=name).first()
    if present is not None:
        return present
    file = File.objects.create(sha256=sha256, name=name, size=len(data), org=org, by=by, at=clock.now())
    record(by=by, action="evidence.store", obj=file)
    return file


def _keep(data: bytes) -> str:
    """Write the bytes below their hash, whole or not at all; the hash.

    They are written aside and put in place even where they are there already: how long it takes tells nobody that another
    unit holds the same file, and what a crash left half written is mended.
    """
    file = File(sha256=hashlib.sha256(data).hexdigest())
    aside = default_storage.save(f"{ASIDE}/{uuid4().hex}", ContentFile(data))
    source, target = default_storage.path(aside), default_storage.path(file.path)
    try:
        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
        os.replace(source, target)
    except OSError:
        default_storage.delete(aside)
        raise
    return file.sha256


def add(
    *,
    org: Org,
    by: Membership,
    name: str,
    data: bytes,
    effective_on: date,
    title: str = "",
    spots: Iterable[Spot] = (),
) -> Filed:
    """A file becomes a proof of the unit, filed at ``spots``; the same bytes again are cited there, not kept twice (直接引用).

    Only the unit's own proofs are looked at. ``title``: the file's name without its extension where it is empty. Refused for a
    file that may not come in, or a day that has not come.
    """
    _own(by, org)
    _past(effective_on)
    admitted = admission.checked(name, data)
    sha256 = _keep(admitted.data)
    with transaction.atomic():
        Org.objects.select_for_update().get(pk=org.pk)
        proof = _with_bytes(org, sha256)
        known = proof is not None
        if proof is None:
            file = _file(sha256, admitted.data, name, org, by)
            wanted = title.strip() or PurePosixPath(name).stem
            proof = Proof.objects.create(org=org, title=wanted[:TITLE_LENGTH], by=by, at=clock.now())
            record(by=by, action="evidence.add", obj=proof, data={"sha256": sha256})
            _revise(proof, 1, file, effective_on, by)
        for spot in spots:
            _place(proof, spot, by)
    return Filed(proof, known, admitted.removed)


def _with_bytes(org: Org, sha256: str) -> Proof | None:
    """The unit's proof whose last revision has these bytes."""
    for proof in queries.current_proofs(org).filter(revisions__file__sha256=sha256).distinct().order_by("pk"):
        if proof.current.file.sha256 == sha256:
            return proof
    return None


def revise(
    *, proof: Proof, by: Membership, name: str, data: bytes, effective_on: date
) -> tuple[Revision, Admitted]:
    """A new revision beside the old ones. The same bytes of the same day again give the revision that is there."""
    _own(by, proof.org)
    _past(effective_on)
    admitted = admission.checked(name, data)
    sha256 = _keep(admitted.data)
    with transaction.atomic():
        row = _locked(proof)
        last = row.current
        if (last.file.sha256, last.effective_on) == (sha256, effective_on):
            return last, admitted
        file = _file(sha256, admitted.data, name, proof.org, by)
        return _revise(row, last.number + 1, file, effective_on, by), admitted


def _revise(proof: Proof, number: int, file: File, effective_on: date, by: Membership) -> Revision:
    revision = Revision.objects.create(
        proof=proof, number=number, file=file, effective_on=effective_on, by=by, at=clock.now()
    )
    record(by=by, action="evidence.revise", obj=revision, data={"sha256": file.sha256})
    return revision


@transaction.atomic
def place(*, proof: Proof, by: Membership, spot: Spot) -> Place:
    """File a proof at one more indicator; the same place again gives the one that is there."""
    _own(by, proof.org)
    return _place(_locked(proof), spot, by)


def _place(proof: Proof, spot: Spot, by: Membership) -> Place:
    asked = spot.asked[:TITLE_LENGTH]
    here = {"proof": proof, "standard": spot.standard, "indicator": spot.indicator, "asked": asked}
    present = Place.objects.filter(**here, removed_at=None).first()
    if present is not None:
        return present
    row = Place.objects.create(**here, by=by, at=clock.now())
    record(by=by, action="evidence.place", obj=row)
    return row


@transaction.atomic
def take_out(*, place: Place, by: Membership) -> None:
    """A proof filed at the wrong indicator no longer stands there; the proof itself stays."""
    row = Place.objects.select_for_update().get(pk=place.pk)
    _own(by, row.proof.org)
    if row.removed_at is not None:
        return
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    record(by=by, action="evidence.take_out", obj=row)


@transaction.atomic
def withdraw(*, proof: Proof, by: Membership, reason: str) -> None:
    """The proof no longer counts anywhere; its revisions stay readable."""
    _own(by, proof.org)
    reason = reason.strip()
    if not reason:
        raise Refused("没有填写理由。请写明撤下的原因。")
    row = Proof.objects.select_for_update().get(pk=proof.pk)
    if row.withdrawn:
        return
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = clock.now(), by, reason[:500]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(by=by, action="evidence.withdraw", obj=row, data={"理由": row.withdrawn_reason})


def _locked(proof: Proof) -> Proof:
    """The proof as it now is, locked; Refused when it was withdrawn."""
    row = Proof.objects.select_for_update().get(pk=proof.pk)
    if row.withdrawn:
        raise Refused(f"“{row.title}”已撤下，不能再用。请上传新的材料。")
    return row


def _own(by: Membership, org: Org) -> None:
    if not queries.may_file(by, org):
        raise Refused(f"佐证材料由“{org.name}”自己管理，其他单位不能改动。")


def _past(effective_on: date) -> None:
    if effective_on > clock.today():
        raise Refused("形成日期晚于今天。请填写材料上写明的日期。")
