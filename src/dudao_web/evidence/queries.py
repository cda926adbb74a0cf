"""Reads of files used twice."""

import hashlib

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from dudao_web.evidence.models import File
from dudao_web.orgs import rules
from dudao_web.orgs.models import Membership, Role


class FileDamaged(Exception):
    """The stored bytes are not those whose hash was recorded."""


READERS = frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER, Role.SCHOOL})  # who gathers or hands in


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
