"""Every change of returns: begin, receive, explain, send back, withdraw, set aside, confirm. Reading a file is in ``reading``.

Keyword-only, one transaction each, an Action for each; running one twice is harmless.
"""

from pathlib import PurePosixPath

from django.db import transaction

from dudao_web import clock
from dudao_web.evidence import actions as evidence
from dudao_web.orgs.actions import Refused, record
from dudao_web.orgs.models import Membership, Org, Role
from dudao_web.submissions import queries, reading
from dudao_web.submissions.models import Confirmation, IssueRecord, Opening, Submission, Upload
from dudao_web.submissions.queries import ReturnSet

SUFFIXES = (".xlsx", ".csv", ".parquet", ".zip")
LARGEST = 20 * 1024 * 1024  # bytes of one upload, as the reader has it (contracts §1)
STALE_MINUTES = 10  # a worker that was stopped leaves its file running


@transaction.atomic
def begin(*, of: ReturnSet, by: Membership) -> Opening:
    """The county office begins a set: its schools see it from now on."""
    opening, new = Opening.objects.get_or_create(**of.key, defaults={"by": by, "at": clock.now()})
    if new:
        record(by=by, action="submissions.begin", obj=opening)
    return opening


def receive(*, of: ReturnSet, name: str, data: bytes, org: Org, by: Membership, batch: str = "") -> Upload:
    """Keep a file that came in and queue it for reading. The same bytes again, still waiting, give the upload that is there.

    ``batch``: the same for files sent together.
    """
    admit(name, len(data))
    file = evidence.store(data=data, name=name, org=org, by=by)
    with transaction.atomic():
        reading.lock(of)
        waiting = Upload.objects.filter(
            **of.key, file=file, org=org, state__in=("waiting", "running")
        ).first()
        if waiting is not None:
            return waiting
        upload = Upload.objects.create(
            **of.key, org=org, by=by, file=file, name=free_name(of, name), batch=batch, at=clock.now()
        )
        record(by=by, action="submissions.receive", obj=upload, data={"sha256": file.sha256})
        reading.read_upload.enqueue(upload.pk)
    return upload


def enter(*, of: ReturnSet, name: str, data: bytes, org: Org, by: Membership) -> Upload:
    """Keep a 补充表 typed on the web as the workbook it makes, and read it at once, as any file that came in."""
    file = evidence.store(data=data, name=name, org=org, by=by)
    with transaction.atomic():
        reading.lock(of)
        upload = Upload.objects.create(
            **of.key, org=org, by=by, file=file, name=free_name(of, name), entered=True, at=clock.now()
        )
        record(by=by, action="submissions.enter", obj=upload, data={"sha256": file.sha256})
    reading.read_upload.call(upload.pk)
    upload.refresh_from_db()
    return upload


def admit(name: str, size: int) -> None:
    """Refused for a kind or size of file that is not taken; asked before its bytes are held in memory."""
    if PurePosixPath(name).suffix.lower() not in SUFFIXES:
        raise Refused(f"{name}：只收 xlsx、csv、parquet 和 zip 文件。请另存为其中一种后重新上传。")
    if size == 0:
        raise Refused(f"{name}：文件是空的。请上传填好的填报表。")
    if size > LARGEST:
        raise Refused(f"{name}：文件超过 20 MB。请分成几个文件上传。")


def free_name(of: ReturnSet, name: str) -> str:
    """``name``, or 名称（2）.xlsx where the set already has a file of that name: a source names one file."""
    path = PurePosixPath(name)
    stem, suffix = path.stem[-200:], path.suffix
    taken = set(Upload.objects.filter(**of.key, name__startswith=stem).values_list("name", flat=True))
    free, number = f"{stem}{suffix}", 1
    while free in taken:
        number += 1
        free = f"{stem}（{number}）{suffix}"
    return free


@transaction.atomic
def read_again(*, upload: Upload, by: Membership) -> None:
    """Queue a file whose reading was broken off once more."""
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.state not in ("failed", "running", "waiting") or not stale(upload):
        return
    upload.state = "waiting"
    upload.save(update_fields=["state"])
    record(by=by, action="submissions.read_again", obj=upload)
    reading.read_upload.enqueue(upload.pk)


def stale(upload: Upload) -> bool:
    """Whether its reading failed, or has been under way for so long that the worker must have been stopped."""
    since = upload.started_at or upload.at
    return upload.state == "failed" or (clock.now() - since).total_seconds() > STALE_MINUTES * 60


@transaction.atomic
def explain(*, issue: IssueRecord, text: str, by: Membership) -> None:
    """A query (存疑) is explained in writing. An error is not explained away: it must be corrected."""
    issue = IssueRecord.objects.select_for_update().get(pk=issue.pk)
    text = text.strip()
    if issue.level != "query":
        raise Refused("错误须改正数据后重新提交，不能以说明代替。")
    if not text:
        raise Refused("没有填写说明。请写明数据属实的原因。")
    if issue.explanation == text:
        return
    issue.explanation, issue.explained_by, issue.explained_at = text, by, clock.now()
    issue.save(update_fields=["explanation", "explained_by", "explained_at"])
    record(by=by, action="submissions.explain", obj=issue, data={"说明": text})


def send_back(*, submission: Submission, reason: str, by: Membership) -> None:
    """The county office sends a return back (退回), with the reason; it counts until a new one replaces it."""
    _move(submission, "returned", reason, by, "submissions.send_back")


@transaction.atomic
def take_back(*, submission: Submission, by: Membership) -> None:
    """The county office undoes sending back (撤销退回): the return stands as it was handed in."""
    of = queries.set_of(submission)
    reading.lock(of)
    row = Submission.objects.select_for_update().get(pk=submission.pk)
    if row.state == "submitted":
        return
    if row.state != "returned":
        raise Refused(f"“{row}”{Submission.STATES[row.state]}，不能撤销退回。请刷新后查看现在的填报。")
    row.state, row.reason, row.state_at = "submitted", "", clock.now()
    row.save(update_fields=["state", "reason", "state_at"])
    record(by=by, action="submissions.take_back", obj=row)
    reading.refresh_issues(of)


def withdraw(*, submission: Submission, reason: str, by: Membership) -> None:
    """A return that should not be in the set (another year, another county) leaves it; it is kept."""
    _move(submission, "withdrawn", reason, by, "submissions.withdraw")


@transaction.atomic
def _move(submission: Submission, state: str, reason: str, by: Membership, action: str) -> None:
    of = queries.set_of(submission)
    reading.lock(of)
    row = Submission.objects.select_for_update().get(pk=submission.pk)
    reason = reason.strip()
    if row.state == state:
        return
    if not reason:
        raise Refused("没有填写理由。请写明要改正什么。")
    if state not in Submission.MOVES[row.state]:
        raise Refused(f"“{row}”{Submission.STATES[row.state]}，不能再办理。请刷新后查看现在的填报。")
    row.state, row.reason, row.state_at = state, reason, clock.now()
    row.save(update_fields=["state", "reason", "state_at"])
    record(by=by, action=action, obj=row, data={"理由": reason})
    reading.refresh_issues(of)


@transaction.atomic
def set_aside(*, upload: Upload, reason: str, by: Membership) -> None:
    """What could not be read in a file, or is asked of it as a whole, is no school's return: it no longer counts.

    A school says so of its own files alone.
    """
    of = queries.set_of(upload)
    reading.lock(of)
    row = Upload.objects.select_for_update().get(pk=upload.pk)
    reason = reason.strip()
    if row.set_aside or not row.doubtful:
        return
    if not reason:
        raise Refused("没有填写理由。请写明为什么可以不读这个文件。")
    same = Upload.objects.filter(**of.key, state="read", set_aside=False, file__sha256=row.file.sha256)
    if by.role == Role.SCHOOL:
        same = same.filter(org=by.org)
    for upload in same.select_for_update(of=("self",)):
        upload.set_aside, upload.reason = True, reason
        upload.save(update_fields=["set_aside", "reason"])
        record(by=by, action="submissions.set_aside", obj=upload, data={"理由": reason})
    reading.refresh_issues(of)


@transaction.atomic
def confirm(*, of: ReturnSet, seen: str, by: Membership, absent_reason: str = "") -> Confirmation:
    """The county office stands for the set as it ``seen`` (its digest) was shown.

    ``absent_reason``: why schools of the list of units have no return; asked for where there are any.
    """
    reading.lock(of)
    now = queries.standing(of)
    if now.confirmed and now.confirmation is not None:
        return now.confirmation
    if now.against:
        raise Refused(f"{'；'.join(now.against)}。办完后再确认。")
    if seen != now.digest:
        raise Refused("打开本页以后填报有变动。请核对现在的数据后再确认。")
    reason = absent_reason.strip()[:500]
    if now.absent and not reason:
        raise Refused(f"{len(now.absent)} 所学校没有填报，没有写明原因。请写明撤并、停办等原因。")
    confirmation = Confirmation.objects.create(
        **of.key,
        office=by.title,
        by=by,
        at=clock.now(),
        digest=now.digest,
        schools=now.schools,
        unexplained=now.unexplained,
        absent=[school.name for school in now.absent],
        absent_reason=reason if now.absent else "",
    )
    record(by=by, action="submissions.confirm", obj=confirmation)
    return confirmation
