"""What the pages of a return and of the issues show: figures in the form's order with their issues, filters, counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from dudao.standards.model import Field, Standard
from dudao_web.submissions import figures
from dudao_web.submissions.models import IssueRecord, Submission


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the form with its figure and the issues at its cell."""

    field: Field
    text: str
    state: str
    place: str
    issues: tuple[IssueRecord, ...]


def groups(
    standard: Standard, row: Submission, issues: Iterable[IssueRecord]
) -> list[tuple[str, list[Line]]]:
    """The fields of the form under their groups, in the form's order; fields that no form of the unit asks are left out."""
    stored = figures.decode(row.figures)
    by_cell: dict[tuple[str | None, str | None], list[IssueRecord]] = {}
    for issue in issues:
        by_cell.setdefault((issue.sheet, issue.cell), []).append(issue)
    found: dict[str, list[Line]] = {}
    for field in standard.fields:
        figure = stored.get(field.name)
        if figure is None or (figure.cell is None and field.form == "supplement"):
            continue
        place = f"{figure.sheet}!{figure.cell}" if figure.sheet and figure.cell else figure.cell or ""
        here = tuple(by_cell.get((figure.sheet, figure.cell), ())) if figure.cell else ()
        line = Line(field, figures.shown(field, figure), figure.state, place, here)
        found.setdefault(field.group or "补充信息", []).append(line)
    return list(found.items())


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list of issues: ``level`` error or query, ``answer`` yes or no, a code, a text."""

    level: str
    answer: str
    code: str
    text: str

    def query(self, **changes: str) -> str:
        """The address part of this, with changes."""
        pairs = {"level": self.level, "answer": self.answer, "code": self.code, "q": self.text} | changes
        return "?" + urlencode({key: value for key, value in pairs.items() if value})


def asked(get: QueryDict) -> Asked:
    """What the address asks."""
    level, answer = get.get("level", ""), get.get("answer", "")
    return Asked(
        level if level in IssueRecord.LEVELS else "",
        answer if answer in ("yes", "no") else "",
        get.get("code", "").strip()[:32],
        get.get("q", "").strip()[:50],
    )


def wanted(rows: QuerySet[IssueRecord], what: Asked) -> QuerySet[IssueRecord]:
    """The issues that fit."""
    if what.level:
        rows = rows.filter(level=what.level)
    if what.answer:
        unanswered = Q(level="query", explanation="")
        rows = (
            rows.filter(unanswered) if what.answer == "no" else rows.filter(level="query").exclude(unanswered)
        )
    if what.code:
        rows = rows.filter(code=what.code)
    if what.text:
        rows = rows.filter(
            Q(submission__name__icontains=what.text)
            | Q(submission__code__startswith=what.text)
            | Q(file__icontains=what.text)
            | Q(found__icontains=what.text)
        )
    return rows


def counts(rows: QuerySet[IssueRecord]) -> dict[str, int]:
    """How many errors, queries, queries without an answer."""
    return rows.aggregate(
        all=Count("pk"),
        errors=Count("pk", filter=Q(level="error")),
        queries=Count("pk", filter=Q(level="query")),
        unexplained=Count("pk", filter=Q(level="query", explanation="")),
    )


def codes(rows: QuerySet[IssueRecord]) -> list[dict[str, Any]]:
    """Each code with how often it occurs."""
    return list(rows.order_by("code").values("code").annotate(count=Count("pk")))
