"""Documents made of a run when they are asked for: the 自评报告 and the 验证包, made in the worker, kept by SHA-256.

Keyword-only verbs, an Action for each; asking twice is one document. Not here: the files made with every run (``actions``), what a report
says (``dudao.reports``), what a bundle holds (``dudao.bundle``).
"""

import json
import logging
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import transaction
from django_tasks import task

from dudao import bundle, intake
from dudao.evaluation import evaluate
from dudao.evaluation.explain import Handled
from dudao.intake import IntakeRefused
from dudao.reports import self_report
from dudao_web import clock
from dudao_web.evaluations import frozen, queries
from dudao_web.evaluations.actions import DEMO, DRAFT
from dudao_web.evaluations.models import Download, Evaluation
from dudao_web.evidence import actions as evidence
from dudao_web.evidence import queries as files
from dudao_web.orgs.actions import Refused, record
from dudao_web.orgs.models import Membership
from dudao_web.standards import queries as standards
from dudao_web.submissions.models import Submission, Upload

log = logging.getLogger(__name__)
STALE_MINUTES = 10  # a worker that was stopped leaves its document running
NAMES = {"docx": "自评报告_{}.docx", "pdf": "自评报告_{}.pdf", "bundle": "验证包_{}.zip"}


def ask(*, evaluation: Evaluation, kind: str, by: Membership) -> Download:
    """The document of a finished run, marked as the run now stands; made anew only when it could not be."""
    draft = not queries.status(evaluation).final
    with transaction.atomic():
        row, new = Download.objects.select_for_update().get_or_create(
            evaluation=evaluation, kind=kind, draft=draft, defaults={"by": by, "at": clock.now()}
        )
        if not new and not (row.state in ("failed", "refused") or stale(row)):
            return row
        row.state, row.note, row.at, row.by = "waiting", "", clock.now(), by
        row.save()
        record(by=by, action="evaluations.ask_download", obj=row)
        make_download.enqueue(row.pk)
    return row


def stale(row: Download) -> bool:
    """Whether it is under way for so long that the worker must have been stopped."""
    since = row.started_at or row.at
    return not row.finished and (clock.now() - since).total_seconds() > STALE_MINUTES * 60


@task()
def make_download(download_id: int) -> None:
    """The job. What goes wrong by our own fault is logged, and the row says so."""
    try:
        make(download_id)
    except Exception:
        Download.objects.filter(pk=download_id, state="running").update(state="failed")
        record(by=None, action="evaluations.download_failed", obj=Download.objects.get(pk=download_id))
        log.exception("download %s could not be made", download_id)


def make(download_id: int) -> None:
    """Make one document and keep it; one that is finished is left as it is."""
    with transaction.atomic():
        row = Download.objects.select_for_update().get(pk=download_id)
        if row.finished:
            return
        row.state, row.started_at = "running", clock.now()
        row.save()
        record(by=None, action="evaluations.begin_download", obj=row)
    run = Evaluation.objects.select_related("county", "version", "confirmation").get(pk=row.evaluation_id)
    note, file = "", None
    try:
        data, note = packed(run) if row.kind == "bundle" else (reported(run, row), "")
        name = f"{run.county.name}{run.year}年" + "".join(f"（{mark}）" for mark in marks(row))
        file = evidence.store(data=data, name=NAMES[row.kind].format(name), org=run.county, by=None)
    except Refused as refused:
        note = str(refused)
    with transaction.atomic():
        row = Download.objects.select_for_update().get(pk=download_id)
        row.state, row.note, row.file = "done" if file else "refused", note, file
        row.save()
        record(by=None, action="evaluations.finish_download", obj=row)


def marks(row: Download) -> list[str]:
    """What a document is marked with."""
    return [mark for mark, shown in ((DRAFT, row.draft), (DEMO, settings.DEMO)) if shown]


def reported(run: Evaluation, row: Download) -> bytes:
    """The 自评报告 of a run, in the name of the office that confirmed it; marked 预评 as long as it is."""
    again = frozen.again(run).computed
    report = self_report.of(standards.load(run.version), again.intake, run.data)
    office = run.confirmation.office if run.confirmation and not row.draft else ""
    kind = "docx" if row.kind == "docx" else "pdf"
    return self_report.write(replace(report, by=office, mark="　".join(marks(row))), kind)


def packed(run: Evaluation) -> tuple[bytes, str]:
    """The bundle of a run and what is to be known of it; Refused when its files alone do not give the run's result."""
    rows = list(queries.inputs(run).defer("figures"))
    standard = standards.load(run.version)
    confirmed = run.confirmation if run.confirmation and run.confirmation.digest == run.digest else None
    provenance = told(frozen.handled(rows, confirmed))
    with tempfile.TemporaryDirectory(prefix="dudao-bundle-") as name:
        given = laid_out(run, rows, Path(name))
        try:
            (found,) = intake.read([given], standard, county=run.county.code)
            computed = evaluate(standard, found, run.on)
            then, now = dict(run.data), computed.to_dict()
            issues = then.pop("issues") == now.pop("issues")
            if json.loads(json.dumps(now)) != then:
                raise Refused(
                    "只用留存的文件不能重新得出这次的结果：同一文件中有的填报已经替换或撤下。"
                    "请有关单位单独上传现行的填报表，重新计算后再制作。"
                )
            data = bundle.pack(computed, [given], handled=provenance)
        except (IntakeRefused, bundle.BundleRefused) as refused:
            raise Refused(str(refused)) from None
    return data, "" if issues else "存疑清单由文件重新检查得出，不含与上年比较的存疑。"


def told(found: Mapping[str, Handled]) -> bytes:
    """A ``provenance.json``."""
    entries = {
        sha256: {key: word for key, word in asdict(own).items() if word} for sha256, own in found.items()
    }
    return json.dumps(entries, ensure_ascii=False, sort_keys=True, indent=1).encode()


def laid_out(run: Evaluation, rows: Iterable[Submission], folder: Path) -> Path:
    """A folder with the files that the run rests on, each by the name its sources have: a member of an archive in a folder of the
    archive's name, without the members that no longer count."""
    came, given = folder / "came", folder / "given"
    came.mkdir()
    given.mkdir()
    wanted = {row.path for row in rows} | set(run.unreadable)
    names = {PurePosixPath(path).parts[0] for path in wanted}
    uploads = Upload.objects.filter(**run.of.key, name__in=names).select_related("file")
    for upload in uploads:
        _write(came, upload.name, files.content(upload.file))
    members = dict(intake.files([came]))
    for path in sorted(wanted):
        data = members.get(path)
        if data is not None:
            _write(given, path, data)
    for upload in uploads:
        if upload.name in wanted and members.get(upload.name) is None:
            _write(given, upload.name, files.content(upload.file))
    return given


def _write(folder: Path, name: str, data: bytes) -> None:
    target = folder.joinpath(*PurePosixPath(name).parts)
    if not target.resolve().is_relative_to(folder.resolve()) or target.resolve() == folder.resolve():
        raise Refused(f"{name}：文件名含有不允许的路径，不能放进验证包。")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
