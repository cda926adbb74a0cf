"""Reads of documents used twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet

from dudao_web.documents import rules
from dudao_web.documents.models import Document
from dudao_web.orgs import chain
from dudao_web.orgs.models import Membership, Org


@dataclass(frozen=True, slots=True)
class Next:
    """The number that follows the last one of a 代字 in a year. A suggestion: the number is typed."""

    word: str
    year: int
    no: int

    @property
    def number(self) -> str:
        """As it is printed."""
        return f"{self.word}〔{self.year}〕{self.no}号"


def visible(membership: Membership) -> QuerySet[Document]:
    """The documents of the own office. What others received they read as a notice."""
    if not rules.may_read(membership):
        return Document.objects.none()
    return Document.objects.filter(org=membership.org_id)


def about(text: str, through: str = "") -> Q:
    """Condition: every part of ``text`` is in the title or the number. ``through``: lookup prefix with "__"."""
    found = Q()
    for part in text.replace("〔", " ").replace("〕", " ").split():
        one = Q(**{f"{through}title__icontains": part}) | Q(**{f"{through}word__contains": part})
        number = part.removesuffix("号")
        if number.isdecimal() and len(number) < 6:
            one |= Q(**{f"{through}no": int(number)}) | Q(**{f"{through}year": int(number)})
        found &= one
    return found


def next_no(org: Org, word: str, year: int) -> int:
    """The number after the highest that the unit has given to this 代字 in this year."""
    last = Document.objects.filter(org=org, word=word, year=year).aggregate(last=Max("no"))["last"]
    return (last or 0) + 1


def next_numbers(org: Org, year: int) -> list[Next]:
    """For each 代字 that the unit has used: what comes next in a year, the one used last first."""
    rows = Document.objects.filter(org=org).values("word").annotate(newest=Max("pk")).order_by("-newest")
    last = dict(
        Document.objects.filter(org=org, year=year).order_by().values_list("word").annotate(last=Max("no"))
    )
    return [Next(row["word"], year, last.get(row["word"], 0) + 1) for row in rows]


def content_sha256(
    *,
    office: str,
    number: str,
    title: str,
    body: str,
    main_to: str,
    cc: str,
    issued_on: date,
    attachments: Iterable[tuple[str, str]],
) -> str:
    """The fingerprint of a document's content: SHA-256 of its canonical JSON; attachments as (name, their SHA-256)."""
    return chain.digest(
        {
            "发文机关": office,
            "发文字号": number,
            "标题": title,
            "正文": body,
            "主送": main_to,
            "抄送": cc,
            "成文日期": issued_on.isoformat(),
            "附件": [{"文件名": name, "sha256": sha256} for name, sha256 in attachments],
        }
    )


def unchanged(document: Document) -> bool:
    """Whether the stored content is still the one whose fingerprint was taken when it was issued."""
    files = document.attachments.select_related("file").order_by("order")
    return document.sha256 == content_sha256(
        office=document.office,
        number=document.number,
        title=document.title,
        body=document.body,
        main_to=document.main_to,
        cc=document.cc,
        issued_on=document.issued_on,
        attachments=[(one.file.name, one.file.sha256) for one in files],
    )
