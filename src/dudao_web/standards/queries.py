"""Reads of standards used twice: the loaded standard of a version, and what the catalogue offers."""

import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from dudao.standards import CATALOGUE, load_standard
from dudao.standards.model import Standard
from dudao_web.evidence import directory
from dudao_web.orgs.models import Membership
from dudao_web.standards import rules
from dudao_web.standards.models import StandardVersion


@dataclass(frozen=True, slots=True)
class Offer:
    """A standard of the catalogue under one profile, to choose from."""

    standard: str
    profile: str
    title: str
    number: str
    profile_title: str

    @property
    def label(self) -> str:
        """As it is chosen from a list."""
        return f"{self.number}　{self.profile_title}"

    @property
    def key(self) -> str:
        """What a form sends back."""
        return f"{self.standard}/{self.profile}"


def visible(membership: Membership) -> QuerySet[StandardVersion]:
    """The texts an office may read: those of the catalogue, and the 细则 of units above, at or below its own. Without the text itself."""
    return StandardVersion.objects.filter(rules.readable(membership)).select_related("org").defer("text")


def to_file_by(membership: Membership) -> list[directory.Offer]:
    """What proofs are filed by: the newest text of each standard that the office may read, then the catalogue's others."""
    newest = {row.standard: row for row in visible(membership).order_by("pk")}
    own = [
        directory.Offer(str(row.pk), row.standard, f"{row.title}　{row.number}") for row in newest.values()
    ]
    return [*reversed(own), *(one for one in directory.catalogued() if one.standard not in newest)]


def by_key(key: str) -> Standard:
    """The text of an offered key: a version's, or the catalogue's."""
    return load(StandardVersion.objects.defer("text").get(pk=key)) if key.isdecimal() else load_standard(key)


def load(version: StandardVersion) -> Standard:
    """The standard as the version's own text says it, whatever the catalogue holds today."""
    return _load(version.sha256, version.profile, version.pk)


@lru_cache(maxsize=16)
def _load(sha256: str, profile: str, pk: int) -> Standard:
    folder = Path(settings.HOME) / "standards" / sha256
    if not folder.is_dir():
        _write(folder, StandardVersion.objects.values_list("text", flat=True).get(pk=pk))
    standard = load_standard(folder, profile)
    if standard.sha256 != sha256:
        raise RuntimeError(f"标准 {sha256[:8]} 的文件与登记时不一致：{folder.name}")
    return standard


def _write(folder: Path, text: dict[str, str]) -> None:
    """The folder of a version, whole or not at all: written aside, then renamed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix="."))
    for name, body in text.items():
        path = aside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body.encode())
    try:
        os.rename(aside, folder)
    except OSError:  # another process was first; the same hash is the same text
        if not folder.is_dir():
            raise


@lru_cache(maxsize=1)
def offers() -> tuple[Offer, ...]:
    """What the catalogue of this program offers, the default profile of each standard first."""
    found = []
    for path in sorted(CATALOGUE.iterdir()):
        if (path / "standard.yaml").is_file():
            standard = load_standard(path.name)
            found += [
                Offer(standard.id, profile.name, standard.title, standard.number, profile.title)
                for profile in standard.profiles
            ]
    return tuple(found)


@lru_cache(maxsize=32)
def offered(standard: str, profile: str) -> Standard | None:
    """A standard of this program's catalogue under a profile; None when it is not offered."""
    found = next(
        (offer for offer in offers() if (offer.standard, offer.profile) == (standard, profile)), None
    )
    return None if found is None else load_standard(found.standard, found.profile)
