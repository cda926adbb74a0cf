"""Binding to a text: the one way a standard comes into the platform."""

from django.db import transaction

from dudao.standards import contents, load_standard
from dudao_web import clock
from dudao_web.orgs.actions import record
from dudao_web.orgs.models import Membership
from dudao_web.standards.models import StandardVersion


def register(*, standard: str, profile: str, by: Membership | None) -> StandardVersion:
    """The version for the catalogue's present text of ``standard`` under ``profile``; the same text again gives the same row."""
    loaded = load_standard(standard, profile)
    text = {name: data.decode("utf-8") for name, data in contents(loaded.path).items()}
    with transaction.atomic():
        present = StandardVersion.objects.filter(sha256=loaded.sha256, profile=profile).first()
        if present is not None:
            return present
        version = StandardVersion.objects.create(
            standard=loaded.id,
            version=loaded.version,
            profile=profile,
            sha256=loaded.sha256,
            title=loaded.title,
            number=loaded.number,
            profile_title=loaded.profile.title,
            text=text,
            at=clock.now(),
        )
        record(by=by, action="standards.register", obj=version)
    return version
