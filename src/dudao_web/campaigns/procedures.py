"""Binding to the text of a procedure, and reading it again: the same for procedures as ``standards`` is for standards."""

from functools import lru_cache

from django.db import transaction

from dudao.procedures import Procedure, load_procedure, procedure_from
from dudao.procedures.model import Stage
from dudao.standards import contents
from dudao_web import clock
from dudao_web.campaigns.models import ProcedureVersion, StageDate
from dudao_web.orgs.actions import record
from dudao_web.orgs.models import Membership


def register(*, procedure: str, by: Membership | None) -> ProcedureVersion:
    """The version for the catalogue's present text of ``procedure``; the same text again gives the same row."""
    loaded = load_procedure(procedure)
    text = {name: data.decode("utf-8") for name, data in contents(loaded.path).items()}
    with transaction.atomic():
        version, new = ProcedureVersion.objects.get_or_create(
            sha256=loaded.sha256,
            defaults={
                "procedure": loaded.id,
                "version": loaded.version,
                "title": loaded.title,
                "number": loaded.number,
                "text": text,
                "at": clock.now(),
            },
        )
        if new:
            record(by=by, action="campaigns.register", obj=version)
    return version


def load(version: ProcedureVersion) -> Procedure:
    """The procedure as the version's own text says it, whatever the catalogue holds today."""
    return _load(version.sha256, version.pk)


def stage(place: StageDate) -> Stage:
    """What the procedure's own text says of a place's stage."""
    return load(place.stage.campaign.procedure).stage(place.stage.key)


@lru_cache(maxsize=16)
def _load(sha256: str, pk: int) -> Procedure:
    text = ProcedureVersion.objects.values_list("text", flat=True).get(pk=pk)
    procedure = procedure_from({name: body.encode() for name, body in text.items()})
    if procedure.sha256 != sha256:
        raise RuntimeError(f"工作程序 {sha256[:8]} 的文件与登记时不一致")
    return procedure


@lru_cache(maxsize=32)
def offered(procedure: str) -> Procedure:
    """A procedure of this program's catalogue."""
    return load_procedure(procedure)
