"""Every change of evaluations: start one, and run it in the worker.

Keyword-only, one transaction each, an Action for each; running one twice is harmless. The computing itself happens
outside any transaction: it reads frozen rows and writes one row at its end.
"""

import hashlib
import logging
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.db import transaction
from django_tasks import task

from dudao.evaluation import evaluate
from dudao.evaluation.result import to_bytes
from dudao.reports import application_form, results
from dudao_web import clock
from dudao_web.evaluations.models import Evaluation
from dudao_web.evidence import actions as evidence
from dudao_web.evidence.models import File
from dudao_web.orgs.actions import Refused, record
from dudao_web.orgs.models import Membership
from dudao_web.standards import queries as standards
from dudao_web.submissions import queries as submissions
from dudao_web.submissions import reading
from dudao_web.submissions.queries import ReturnSet

log = logging.getLogger(__name__)
DRAFT, DEMO = "预评", "演示数据"
STEPS = 3  # read the set, compute, write the files


@transaction.atomic
def start(*, of: ReturnSet, on: date, by: Membership | None) -> Evaluation:
    """Queue a run over the set as it is now. A run of the same set on the same day gives the one that is there."""
    reading.lock(of)
    now = submissions.standing(of)
    if not computable(of, now):
        raise Refused("还没有填报，不能计算。请先上传填报表。")
    if now.unfinished:
        raise Refused(f"{now.unfinished} 个文件没有读完。请等读取完成后再计算。")
    confirmation = now.confirmation if now.confirmed else None
    present = Evaluation.objects.filter(
        **of.key,
        on=on,
        digest=now.digest,
        confirmation=confirmation,
        state__in=("waiting", "running", "done"),
    ).first()
    if present is not None:
        return present
    evaluation = Evaluation.objects.create(
        **of.key, on=on, by=by, at=clock.now(), digest=now.digest, confirmation=confirmation, total=STEPS
    )
    record(by=by, action="evaluations.start", obj=evaluation)
    run_evaluation.enqueue(evaluation.pk)
    return evaluation


def computable(of: ReturnSet, now: submissions.Standing) -> bool:
    """Whether there is anything to compute: a school's return, or any return where the standard judges no schools."""
    if now.schools:
        return True
    return not standards.load(of.version).levels and submissions.submissions(of).exists()


@task()
def run_evaluation(evaluation_id: int) -> None:
    """The job: run one evaluation. What goes wrong by our own fault is logged, and the row says so."""
    try:
        run(evaluation_id)
    except Exception:
        Evaluation.objects.filter(pk=evaluation_id, state="running").update(state="failed")
        record(by=None, action="evaluations.run_failed", obj=Evaluation.objects.get(pk=evaluation_id))
        log.exception("evaluation %s could not be run", evaluation_id)


def run(evaluation_id: int) -> None:
    """Compute, write the files, keep the result; a finished run is left as it is."""
    evaluation = _begin(evaluation_id)
    if evaluation is None:
        return
    of = evaluation.of
    standard = standards.load(of.version)
    with transaction.atomic():
        reading.lock(of)
        intake, rows = submissions.intake_of(of)
        evaluation.digest = submissions.digest(of)
    _step(evaluation, 1)
    outcome = evaluate(standard, intake, evaluation.on)
    text = to_bytes(outcome)
    result = outcome.to_dict()
    _step(evaluation, 2)
    form = application_form.of(standard, intake, result) if application_form.applies(standard) else None
    table = results.of(standard, intake, result)
    base = DEMO if settings.DEMO else ""
    files: dict[str, File | None] = {}
    for prefix, mark in (("", base), ("draft_", f"{DRAFT}　{base}".strip())):
        name = f"{of.county.name}{of.year}年{'' if not prefix else f'（{DRAFT}）'}.xlsx"
        files[f"{prefix}results"] = _file(
            evaluation, f"计算结果_{name}", results.write(replace(table, mark=mark))
        )
        if form is not None:
            files[f"{prefix}form"] = _file(
                evaluation, f"申报表_{name}", application_form.write(replace(form, mark=mark))
            )
    with transaction.atomic():
        row = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
        if row.state != "running":
            return
        for field, file in files.items():
            setattr(row, field, file)
        row.state, row.done, row.finished_at = "done", STEPS, clock.now()
        row.inputs, row.digest = [item.pk for item in rows], evaluation.digest
        row.unreadable = list(intake.unreadable)
        row.result, row.sha256 = text.decode(), hashlib.sha256(text).hexdigest()
        row.status = str(outcome.status)
        row.save()
        record(by=None, action="evaluations.finish", obj=row)


@transaction.atomic
def _begin(evaluation_id: int) -> Evaluation | None:
    rows = Evaluation.objects.select_for_update(of=("self",)).select_related("county", "version")
    evaluation = rows.get(pk=evaluation_id)
    if evaluation.finished:
        return None
    evaluation.state, evaluation.started_at = "running", clock.now()
    evaluation.save(update_fields=["state", "started_at"])
    record(by=None, action="evaluations.begin", obj=evaluation)
    return evaluation


def _step(evaluation: Evaluation, done: int) -> None:
    """Progress, seen by the page at once: outside the transaction that keeps the result."""
    Evaluation.objects.filter(pk=evaluation.pk).update(done=done)


def _file(evaluation: Evaluation, name: str, data: bytes) -> File:
    return evidence.store(data=data, name=name, org=evaluation.county, by=None)
