"""Binding to a text: the two ways a standard comes into the platform, from the catalogue and from an office's own 细则."""

import hashlib

from django.db import transaction

from dudao.standards import StandardError, contents, load_standard
from dudao.standards.model import Standard
from dudao_web import clock
from dudao_web.orgs.actions import Refused, record
from dudao_web.orgs.models import Membership, Org
from dudao_web.standards import own_items, queries, rules
from dudao_web.standards.models import StandardVersion
from dudao_web.standards.own_items import OwnItems


def register(*, standard: str, profile: str, by: Membership | None) -> StandardVersion:
    """The version for the catalogue's present text of ``standard`` under ``profile``; the same text again gives the same row."""
    loaded = load_standard(standard, profile)
    text = {name: data.decode("utf-8") for name, data in contents(loaded.path).items()}
    with transaction.atomic():
        version, new = _kept(loaded, text, None)
        if new:
            record(by=by, action="standards.register", obj=version)
    return version


def load_items(*, by: Membership, base: str, profile: str, data: bytes) -> StandardVersion:
    """The version for the office's own 细则 in a filled 录入表 of the catalogue's standard ``base``; the same content under the same
    profile again gives the same row. Refused, with every fault, where the 录入表 is not sound."""
    if not rules.may_load(by):
        raise Refused("细则由市、区县督导室录入。")
    if own_items.book(base) is None or queries.offered(base, profile) is None:
        raise Refused(f"标准 {base} 的口径 {profile} 没有可以录入的细则。")
    own = own_items.read(base, "细则录入表", data)
    if own.faults:
        raise Refused("\n".join(str(fault) for fault in own.faults))
    identity = identity_of(base, by.org)
    title = title_of(own.base, by.org)
    with transaction.atomic():
        Org.objects.select_for_update().get(pk=by.org_id)  # the same 细则 sent twice at once makes one row
        number = _numbered(own, identity, title, by.org)
        sha256 = own_items.sha256(own, identity, title, number)
        present = StandardVersion.objects.filter(sha256=sha256, profile=profile).first()
        if present is not None:
            return present
        try:
            loaded = own_items.tried(own, identity, title, number, profile)
        except StandardError as error:
            raise Refused("\n".join(problem.text for problem in error.problems)) from None
        text = {name: body.decode() for name, body in own.files(identity, title, number).items()}
        version, _ = _kept(loaded, text, by.org)
        workbook = hashlib.sha256(data).hexdigest()
        record(by=by, action="standards.load_items", obj=version, data={"base": base, "workbook": workbook})
    return version


def identity_of(base: str, org: Org) -> str:
    """The id of a standard with a unit's own 细则 in it."""
    return f"{base}-{org.code.lower()}"


def title_of(base: Standard, org: Org) -> str:
    """Its title."""
    return f"{base.title}（{org.name}细则）"


def _numbered(own: OwnItems, identity: str, title: str, org: Org) -> str:
    """The version that this content was given before, else the next: 1, 2, 3."""
    rows = StandardVersion.objects.filter(org=org, standard=identity).order_by("pk")
    known = dict(rows.values_list("version", "sha256"))
    same = (
        number for number, sha256 in known.items() if own_items.sha256(own, identity, title, number) == sha256
    )
    return next(same, str(len(known) + 1))


def _kept(loaded: Standard, text: dict[str, str], org: Org | None) -> tuple[StandardVersion, bool]:
    """The row of a text, and whether it is new: of two at once, one makes it."""
    return StandardVersion.objects.get_or_create(
        sha256=loaded.sha256,
        profile=loaded.profile.name,
        defaults={
            "standard": loaded.id,
            "version": loaded.version,
            "title": loaded.title,
            "number": loaded.number,
            "profile_title": loaded.profile.title,
            "text": text,
            "org": org,
            "at": clock.now(),
        },
    )
