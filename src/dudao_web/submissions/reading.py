"""Reading what came in, in the worker: from a file to returns, and from the set to its issues.

Bytes are read and parsed before the write transaction. Not here: how a file is read (``dudao.intake``), what an office
decides about it (``actions``).
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from django.db import transaction
from django_tasks import task

from dudao.intake import Reading, read_file, sources
from dudao.intake.archive import Budget
from dudao.intake.labels import IDENTITY, SUPPLEMENTS
from dudao.issues import Issue
from dudao.tables import Return
from dudao.units import plain
from dudao_web import clock
from dudao_web.evidence import actions as evidence_actions
from dudao_web.evidence import queries as evidence
from dudao_web.evidence.models import File
from dudao_web.orgs.actions import record
from dudao_web.orgs.models import Kind, Org
from dudao_web.standards import queries as standards
from dudao_web.submissions import figures, queries
from dudao_web.submissions.models import IssueRecord, Submission, Upload
from dudao_web.submissions.queries import ReturnSet

log = logging.getLogger(__name__)
OF_COUNTY = frozenset({"county", "county_supplement"})  # forms of the county, the others are of a school


@task()
def read_upload(upload_id: int) -> None:
    """The job: read one upload. What goes wrong by our own fault is logged, and the upload says so."""
    try:
        read(upload_id)
    except Exception:
        Upload.objects.filter(pk=upload_id, state="running").update(state="failed")
        record(by=None, action="submissions.read_failed", obj=Upload.objects.get(pk=upload_id))
        log.exception("upload %s could not be read", upload_id)


def lock(of: ReturnSet) -> None:
    """One change of a county's sets at a time: inside a transaction, until its end."""
    Org.objects.select_for_update().get(pk=of.county.pk)


def read(upload_id: int) -> None:
    """Read an upload's file and take its returns into the set; one that was read already is left as it is."""
    upload = _begin(upload_id)
    if upload is None:
        return
    of = queries.set_of(upload)
    data = evidence.content(upload.file)
    reading = read_file(upload.name, data, standards.load(upload.version))
    files = _files(upload, data, reading)
    with transaction.atomic():
        lock(of)
        if Upload.objects.select_for_update().get(pk=upload.pk).state != "running":
            return
        _take(upload, of, reading, files)
        refresh_issues(of)


def _files(upload: Upload, data: bytes, reading: Reading) -> dict[str, File]:
    """The kept file of each form's path: the upload itself, or a member of its archive, kept for itself."""
    wanted = {unit.file for unit in reading.returns}
    if wanted <= {upload.name}:
        return {upload.name: upload.file}
    Upload.objects.filter(pk=upload.pk).update(total=len(wanted))
    found: dict[str, File] = {}
    for source in sources.contents(upload.name, data, Budget()):
        if source.file in wanted:
            found[source.file] = evidence_actions.store(
                data=source.data, name=source.file.rpartition("/")[2], org=upload.org, by=upload.by
            )
            Upload.objects.filter(pk=upload.pk).update(done=len(found))
    return found


@transaction.atomic
def _begin(upload_id: int) -> Upload | None:
    rows = Upload.objects.select_for_update(of=("self",)).select_related(
        "file", "org", "by", "county", "version"
    )
    upload = rows.get(pk=upload_id)
    if upload.state not in ("waiting", "running"):
        return None
    upload.state, upload.started_at = "running", clock.now()
    upload.save(update_fields=["state", "started_at"])
    record(by=None, action="submissions.begin_reading", obj=upload)
    return upload


@dataclass
class _Taken:
    """What became of the forms of one file."""

    counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    left: set[tuple[str, str | None, int | None]] = field(default_factory=set)  # places of forms not taken


def _take(upload: Upload, of: ReturnSet, reading: Reading, files: dict[str, File]) -> None:
    taken = _Taken()
    earlier = list(queries.submissions(of).select_for_update(of=("self",)))
    codes = [unit.text("school_code") for unit in reading.returns]
    named = list(Org.objects.filter(code__in=[code for code in codes if code]))
    by_code = {unit.code: unit for unit in named if unit.kind == Kind.SCHOOL and of.county.contains(unit)}
    elsewhere = {unit.code for unit in named if not of.county.contains(unit)}
    # The same bytes under another name are one file to the library: they keep the name they have in the set.
    known = {row.sha256: row.path for row in earlier}
    names = {unit.file: known.get(unit.sha256, unit.file) for unit in reading.returns}
    for found in reading.returns:
        unit = replace(found, file=names[found.file])
        refusal = _refusal(upload, found, elsewhere)
        present = next((row for row in earlier if _same(unit, row)), None)
        if unit.form in SUPPLEMENTS and not _answers(unit):
            taken.left.add((unit.file, unit.sheet, unit.row))
        elif refusal is not None:
            taken.counts["refused"] += 1
            taken.notes.append(refusal)
            taken.left.add((unit.file, unit.sheet, unit.row))
        elif present is not None:
            taken.counts["again" if _again(upload, present) else "same"] += 1
            taken.left.add((unit.file, unit.sheet, unit.row))
        else:
            _keep(upload, of, unit, by_code, earlier, taken, files[found.file])
    issues = [replace(issue, file=names.get(issue.file, issue.file)) for issue in reading.issues]
    upload.state, upload.finished_at = "read", clock.now()
    upload.done = upload.total = len(reading.returns)
    upload.counts, upload.notes = dict(taken.counts), taken.notes
    upload.unreadable = list(reading.unreadable)
    upload.issues = [issue.to_dict() for issue in issues if not queries.lies_in(issue, taken.left)]
    upload.save()
    record(by=None, action="submissions.read", obj=upload, data=dict(taken.counts))
    if upload.adopted and any(unit.form == "school" for unit in reading.returns):
        _mended(upload, of)


def _again(upload: Upload, row: Submission) -> bool:
    """A return that was sent back and comes in again as it was is handed in again; whether it had been sent back."""
    if row.state != "returned":
        return False
    row.state, row.reason, row.state_at = "submitted", "", clock.now()
    row.save(update_fields=["state", "reason", "state_at"])
    record(by=upload.by, action="submissions.submit_again", obj=row)
    return True


def _mended(upload: Upload, of: ReturnSet) -> None:
    """A school's form that could be read takes the place of the files of that school that could not, or held none."""
    if upload.org.kind != Kind.SCHOOL:
        return
    rows = Upload.objects.select_for_update(of=("self",)).filter(
        **of.key, org=upload.org, state="read", set_aside=False, pk__lt=upload.pk
    )
    for old in rows:
        if old.doubtful == [old.name] and not old.adopted:
            old.set_aside, old.reason = True, f"本校已上传 {upload.name}"
            old.save(update_fields=["set_aside", "reason"])
            record(by=upload.by, action="submissions.set_aside", obj=old, data={"理由": old.reason})


def _refusal(upload: Upload, unit: Return, elsewhere: Collection[str]) -> str | None:
    """Why a form is not this office's to hand in; None when it is. ``elsewhere``: codes of units outside the county."""
    if unit.form in OF_COUNTY:
        code = unit.text("county_code")
        if upload.org.kind == Kind.SCHOOL:
            return f"{unit.file}：{Submission.FORMS[unit.form]}由区县督导室上传，未采用。"
        if code is not None and code != upload.county.code:
            return f"{unit.file}：区县代码 {code} 不是{upload.county.name}的 {upload.county.code}，未采用。请核对文件或代码。"
        return None
    if upload.org.kind == Kind.SCHOOL:
        code, name = unit.text("school_code"), unit.text("school_name")
        if code not in (None, upload.org.code) or (
            code is None and plain(name or "") != plain(upload.org.name)
        ):
            said = code or name or "未填"
            return f"{unit.file}：学校代码 {said} 不是本校的 {upload.org.code}，未采用。请上传本校的填报表。"
    code = unit.text("school_code")
    if code in elsewhere:
        return f"{unit.file}：学校代码 {code} 不是本区县的学校，未采用。请核对文件或代码。"
    return None


def _answers(unit: Return) -> bool:
    """Whether a 补充表 says anything of the unit that it names."""
    return any(unit.figure(name).state != "missing" for name in unit.figures if name not in IDENTITY)


def _identity(unit: Return) -> tuple[str, str]:
    """Code and name of the unit a form speaks of."""
    code = unit.text("county_code" if unit.form in OF_COUNTY else "school_code") or ""
    name = unit.text("county_name" if unit.form in OF_COUNTY else "school_name") or ""
    return code, name


def _same(unit: Return, row: Submission) -> bool:
    """Whether the very same form is in the set already."""
    return (unit.form, unit.sha256, unit.sheet, unit.row) == (row.form, row.sha256, row.sheet, row.row)


def _replaces(upload: Upload, unit: Return, row: Submission) -> bool:
    """Whether a new form takes the place of one in the set: the same school, or the county's own return.

    Files sent together are no correction of one another, and a county form without a code is nobody's: both stand.
    The same code under another name is no replacement when an office hands it in: both stand, and the library
    says so, until one is withdrawn. A school's own form always replaces what the set has of that school.
    What is typed on the web replaces what was typed there, an uploaded 补充表 an uploaded one: never one the other.
    """
    if unit.form != row.form or row.upload_id == upload.pk or upload.entered != row.upload.entered:
        return False
    if upload.batch and upload.batch == row.upload.batch:
        return False
    if unit.form in OF_COUNTY:
        return upload.entered or bool(unit.text("county_code"))
    if upload.org.kind == Kind.SCHOOL and upload.org.pk == row.unit_id:
        return True
    code, name = _identity(unit)
    if plain(name) != plain(row.name):
        return False
    return code == row.code or (bool(name) and not (code and row.code))


def _keep(
    upload: Upload,
    of: ReturnSet,
    unit: Return,
    units: dict[str, Org],
    earlier: list[Submission],
    taken: _Taken,
    file: File,
) -> None:
    code, name = _identity(unit)
    org = of.county if unit.form in OF_COUNTY else units.get(code)
    if unit.form not in OF_COUNTY and upload.org.kind == Kind.SCHOOL:
        org = upload.org
    now = clock.now()
    row = Submission.objects.create(
        **of.key,
        form=unit.form,
        unit=org,
        code=code,
        name=name,
        kind=unit.text("school_type") or "",
        upload=upload,
        file=file,
        path=unit.file,
        sha256=unit.sha256,
        sheet=unit.sheet,
        row=unit.row,
        figures=figures.encode(unit.figures),
        void=unit.void or "",
        by=upload.by,
        at=upload.at,
        state_at=now,
    )
    record(by=upload.by, action="submissions.submit", obj=row)
    replaced = [old for old in earlier if old.current and _replaces(upload, unit, old)]
    for old in replaced:
        old.state, old.replaced_by, old.state_at = "replaced", row, now
        old.save(update_fields=["state", "replaced_by", "state_at"])
        record(by=upload.by, action="submissions.replace", obj=old)
    taken.counts["replaced" if replaced else "new"] += 1


def refresh_issues(of: ReturnSet) -> None:
    """The issues of the set as it is now: new ones added, gone ones closed; an explanation stays with its issue."""
    intake, rows = queries.intake_of(of)
    read = frozenset(queries.read_issues(of, rows))
    owners = queries.owners(intake.issues, rows, read)
    found = {_key(issue, owners[issue]): issue for issue in intake.issues}
    uploads = {upload.name: upload for upload in Upload.objects.filter(**of.key)}
    present = {record.key: record for record in IssueRecord.objects.filter(**of.key)}
    changed, new = [], []
    for key, issue in found.items():
        kept = present.get(key) or IssueRecord(**of.key, key=key)
        kept.open, kept.submission = True, owners[issue]
        kept.upload = uploads.get(issue.file.partition("/")[0]) if owners[issue] or issue in read else None
        for name, value in issue.to_dict().items():
            setattr(kept, name, value)
        (changed if key in present else new).append(kept)
    for key, kept in present.items():
        if key not in found and kept.open:
            kept.open = False
            changed.append(kept)
    IssueRecord.objects.bulk_create(new)
    fields = ["open", "submission", "upload", "level", "code", "file", "sheet", "cell", "found", "mend"]
    IssueRecord.objects.bulk_update(changed, fields, batch_size=200)


def _key(issue: Issue, row: Submission | None) -> str:
    """Hash of an issue's words, its unit and its place; not of the file's name, so that the answer outlives a new file."""
    unit = f"{row.form}:{row.code}:{row.name}" if row is not None else issue.file
    parts = (issue.level, issue.code, unit, issue.sheet, issue.cell, issue.found)
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()
