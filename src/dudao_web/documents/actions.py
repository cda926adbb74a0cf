"""Issuing a document: the one act there is. An issued document is never changed and its number never given again."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction

from dudao_web import clock
from dudao_web.documents import queries, rules
from dudao_web.documents.models import Attachment, Document
from dudao_web.evidence.models import File
from dudao_web.orgs.actions import Refused, record
from dudao_web.orgs.models import Membership


@transaction.atomic
def issue(
    *,
    by: Membership,
    word: str,
    year: int,
    no: int,
    title: str,
    body: str,
    main_to: str,
    cc: str = "",
    issued_on: date,
    files: Sequence[File] = (),
) -> Document:
    """Issue a document of the own office. The same document again gives the one that is there; a number that another
    document has is refused, with who has it.
    """
    if not rules.may_issue(by):
        raise Refused("本岗位不发文。请由市或辖市区教育督导室办理。")
    fault = rules.number_fault(word, year, no)
    if fault:
        raise Refused(fault)
    empty = next((name for name, text in _needed(title, body, main_to) if not text.strip()), "")
    if empty:
        raise Refused(f"没有填写{empty}。请填写后再发文。")
    content = {"title": title, "body": body.replace("\r\n", "\n"), "main_to": main_to, "cc": cc}
    document = Document(org=by.org, office=by.title, word=word, year=year, no=no, **content)
    document.issued_on, document.by, document.at = issued_on, by, clock.now()
    document.sha256 = queries.content_sha256(
        office=document.office,
        number=document.number,
        issued_on=issued_on,
        attachments=[(file.name, file.sha256) for file in files],
        **content,
    )
    present = _taken(document)
    if present is not None:
        return present
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:  # another session took the number in this moment
        present = _taken(document)
        if present is None:
            raise
        return present
    Attachment.objects.bulk_create(
        Attachment(document=document, file=file, order=order) for order, file in enumerate(files, start=1)
    )
    record(by=by, action="documents.issue", obj=document)
    return document


def _needed(title: str, body: str, main_to: str) -> tuple[tuple[str, str], ...]:
    return ("标题", title), ("正文", body), ("主送", main_to)


def _taken(document: Document) -> Document | None:
    """The document that has this number: the very same one, or a refusal; None while the number is free."""
    same = {"org": document.org, "word": document.word, "year": document.year, "no": document.no}
    present = Document.objects.filter(**same).first()
    if present is None or present.sha256 == document.sha256:
        return present
    free = queries.next_no(document.org, document.word, document.year)
    raise Refused(
        f"{document.number}已用于《{present.title}》"
        f"（{present.issued_on.year}年{present.issued_on.month}月{present.issued_on.day}日，{present.office}）。"
        f"请改用其他序号，下一个是 {free}。"
    )
