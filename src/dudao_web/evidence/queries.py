"""Reads of files and proofs used twice: who sees them, what stands at an indicator, what is still lacking."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.core.files.storage import default_storage
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from dudao.standards.model import Standard
from dudao.standards.proofs import asked
from dudao_web.evidence.models import File, Place, Proof, Revision
from dudao_web.orgs import rules
from dudao_web.orgs.models import Membership, Org, Role


class FileDamaged(Exception):
    """The stored bytes are not those whose hash was recorded."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A material that the 建档目录 asks for at an indicator and that the unit lacks, or has only from before the day."""

    indicator: str
    title: str
    asked: str
    state: Literal["missing", "outdated"]


@dataclass(frozen=True, slots=True)
class Held:
    """What a unit has at one indicator: for each asked title its proofs, and those that answer none of them."""

    code: str
    title: str
    asked: tuple[tuple[str, tuple[Proof, ...]], ...]
    others: tuple[Proof, ...]

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """Every proof at the indicator, once."""
        return tuple(dict.fromkeys([*(p for _, held in self.asked for p in held), *self.others]))


READERS = frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER, Role.SCHOOL})  # who gathers or hands in
PROOF_READERS = READERS | {Role.INSPECTOR}


def visible(membership: Membership) -> QuerySet[File]:
    """Handed-in files of the membership's own unit and below: a school sees its own, a county its schools' too.

    A file that nobody handed in was made by the platform: the app that made it decides who may have it, and when.
    """
    if membership.role not in READERS:
        return File.objects.none()
    return rules.visible(File.objects.filter(by__isnull=False), membership, "org")


def content(file: File) -> bytes:
    """The bytes, checked against the recorded hash; FileDamaged when they differ."""
    with default_storage.open(file.path) as stored:
        data = stored.read()
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise FileDamaged(f"{file.name}（{file.sha256[:8]}）的内容与存入时不一致")
    return data


def visible_proofs(membership: Membership) -> QuerySet[Proof]:
    """Proofs of the membership's own unit and below, the withdrawn ones too."""
    if membership.role not in PROOF_READERS:
        return Proof.objects.none()
    return rules.visible(Proof.objects.select_related("org"), membership, "org")


def may_file(membership: Membership, org: Org) -> bool:
    """Whether the office files proofs of a unit: only the unit itself does."""
    return membership.role in READERS and membership.org_id == org.pk


def with_revisions(proofs: QuerySet[Proof]) -> QuerySet[Proof]:
    """The same proofs with their revisions and files, the last revision first, in one more query."""
    return proofs.prefetch_related(Prefetch("revisions", Revision.objects.select_related("file")))


def current_proofs(org: Org) -> QuerySet[Proof]:
    """The unit's proofs that count, by title."""
    return with_revisions(Proof.objects.filter(org=org, withdrawn_at=None))


def proofs_for(org: Org, standard: str, indicator: str) -> QuerySet[Proof]:
    """The unit's proofs that count at an indicator; ``standard``: its id."""
    places = Place.objects.filter(standard=standard, indicator=indicator, removed_at=None)
    return current_proofs(org).filter(pk__in=places.values("proof"))


def places_at(org: Org, standard: str, indicator: str | None = None) -> dict[str, list[Place]]:
    """The unit's places in the 建档目录 of a standard by indicator (or of one), with their proofs and revisions: two queries."""
    rows = Place.objects.filter(
        standard=standard, removed_at=None, proof__org=org, proof__withdrawn_at=None
    ).select_related("proof")
    if indicator is not None:
        rows = rows.filter(indicator=indicator)
    rows = rows.prefetch_related(Prefetch("proof__revisions", Revision.objects.select_related("file")))
    found: dict[str, list[Place]] = defaultdict(list)
    for place in rows:
        found[place.indicator].append(place)
    return found


def standards_of(org: Org) -> list[str]:
    """The standards that the unit filed proofs by, the one with most places first."""
    rows = Place.objects.filter(proof__org=org, proof__withdrawn_at=None, removed_at=None)
    counted = rows.order_by().values("standard").annotate(count=Count("pk"))
    return list(counted.order_by("-count", "standard").values_list("standard", flat=True))


def unfiled(org: Org) -> QuerySet[Proof]:
    """The unit's proofs that count and stand at no indicator of any standard."""
    placed = Exists(Place.objects.filter(proof=OuterRef("pk"), removed_at=None))
    return current_proofs(org).filter(~placed)


def held(code: str, title: str, titles: Sequence[str], places: Sequence[Place]) -> Held:
    """What stands at one indicator: ``titles`` are asked for, ``places`` are filed there."""
    named = tuple((one, tuple(p.proof for p in places if p.asked == one)) for one in titles)
    others = dict.fromkeys(p.proof for p in places if p.asked not in titles)
    return Held(code, title, named, tuple(others))


def archive(org: Org, standard: Standard) -> list[Held]:
    """What the unit has at every indicator of a standard, in its order: two queries, however much it has."""
    places = places_at(org, standard.id)
    return [held(one.code, one.title, asked(one), places.get(one.code, ())) for one in standard.indicators]


def lacking(rows: Sequence[Held], since: date | None = None) -> list[Gap]:
    """The gaps of an archive: see ``gaps``."""
    found = []
    for row in rows:
        for title, proofs in row.asked:
            if not proofs:
                found.append(Gap(row.code, row.title, title, "missing"))
            elif since and all(proof.current.effective_on < since for proof in proofs):
                found.append(Gap(row.code, row.title, title, "outdated"))
    return found


def gaps(org: Org, standard: Standard, since: date | None = None) -> list[Gap]:
    """What the 建档目录 of a standard asks of a unit and it has not, or (``since``) only from before that day.

    A proof answers the title that it was filed under; one filed at the indicator alone answers none.
    """
    return lacking(archive(org, standard), since)
