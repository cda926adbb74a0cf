"""Keeping bytes: the one way a file comes into the store."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from dudao_web import clock
from dudao_web.evidence.models import File
from dudao_web.orgs.actions import record
from dudao_web.orgs.models import Membership, Org

NAME_LENGTH = 255


def store(*, data: bytes, name: str, org: Org, by: Membership | None) -> File:
    """Keep ``data`` for ``org`` under ``name``. The same bytes under the same name again give the file that is there.

    The bytes are hashed and written before the transaction, so that a large file never holds the database.
    """
    file = File(
        sha256=hashlib.sha256(data).hexdigest(), name=name[-NAME_LENGTH:], size=len(data), org=org, by=by
    )
    _keep(file, data)
    with transaction.atomic():
        present = File.objects.filter(org=org, sha256=file.sha256, name=file.name).first()
        if present is not None:
            return present
        file.at = clock.now()
        file.save(force_insert=True)
        record(by=by, action="evidence.store", obj=file)
    return file


def _keep(file: File, data: bytes) -> None:
    """Write the bytes unless they are there; what a crash left half written is written again."""
    if default_storage.exists(file.path):
        if default_storage.size(file.path) == file.size:
            return
        default_storage.delete(file.path)
    saved = default_storage.save(file.path, ContentFile(data))
    if saved != file.path:  # another process kept the same bytes in the meantime
        default_storage.delete(saved)
