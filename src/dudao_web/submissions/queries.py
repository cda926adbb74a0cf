"""Reads of returns used twice: the set of a county and year, what it holds, and what stands against it."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dudao.intake import assemble
from dudao.issues import Issue
from dudao.tables import Intake, Return
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import Kind, Membership, Org
from dudao_web.standards import queries as standards
from dudao_web.standards.models import StandardVersion
from dudao_web.submissions import figures, rules
from dudao_web.submissions.models import Confirmation, IssueRecord, Submission, Upload, is_of_file


@dataclass(frozen=True)
class ReturnSet:
    """Everything handed in for one county, one year and one standard (一县一年的填报)."""

    county: Org
    year: int
    version: StandardVersion

    @property
    def key(self) -> dict[str, Any]:
        """Filter arguments of its rows, and the fields of a new one."""
        return {"county": self.county, "year": self.year, "version": self.version}

    @property
    def args(self) -> tuple[str, int, int]:
        """Arguments of its addresses."""
        return (self.county.code, self.year, self.version.pk)


def set_of(row: Upload | Submission | IssueRecord | Confirmation) -> ReturnSet:
    """The set a row belongs to."""
    return ReturnSet(row.county, row.year, row.version)


def submissions(of: ReturnSet) -> QuerySet[Submission]:
    """What counts in the set now, in the order of the list: county return, then schools by code."""
    rows = Submission.objects.filter(**of.key, state__in=Submission.CURRENT)
    return rows.select_related("file", "upload", "by", "unit")


def seen_submissions(membership: Membership) -> QuerySet[Submission]:
    """Returns that the membership may open, the replaced ones too."""
    rows = Submission.objects.filter(rules.scope(membership))
    return rows.select_related("file", "upload", "by", "unit", "county")


def seen_uploads(membership: Membership) -> QuerySet[Upload]:
    """Uploads that the membership may open: a school its own, an office its counties'."""
    through = "org" if membership.role == rules.Role.SCHOOL else "county"
    rows = rules.orgs.visible(Upload.objects.all(), membership, through)
    return rows.select_related("file", "org", "by", "county")


def seen_issues(membership: Membership) -> QuerySet[IssueRecord]:
    """Issues that the membership may open: a school those of its own return and of files it uploaded itself."""
    if membership.role == rules.Role.SCHOOL:
        own = rules.orgs.own(membership.org, "submission__unit")
        whole = rules.orgs.own(membership.org, "upload__org")
        rows = IssueRecord.objects.filter(own | Q(submission=None) & whole)
    else:
        rows = IssueRecord.objects.filter(rules.scope(membership))
    return rows.select_related("submission__unit", "upload", "county", "explained_by").defer(
        "submission__figures"
    )


def intake_of(
    of: ReturnSet, *, without: Collection[int] = (), more: Sequence[Return] = ()
) -> tuple[Intake, list[Submission]]:
    """The set as the library reads it, and the rows it was made of. ``without`` (keys of rows) and ``more`` (returns):
    as it would be.
    """
    rows = [row for row in submissions(of) if row.pk not in without]
    intake = assemble(
        [*map(as_return, rows), *more],
        standards.load(of.version),
        county_code=of.county.code,
        unreadable=[name for upload in unreadable_uploads(of) for name in upload.unreadable],
        issues=read_issues(of, rows),
        last=_last(of),
    )
    return intake, rows


def unreadable_uploads(of: ReturnSet) -> list[Upload]:
    """Uploads with files that nobody could read or has set aside, in order; the same bytes once."""
    rows = Upload.objects.filter(**of.key, state="read", set_aside=False).exclude(unreadable=[])
    first: dict[str, Upload] = {}
    for upload in rows.select_related("file").order_by("pk"):
        first.setdefault(upload.file.sha256, upload)
    return list(first.values())


def absent(of: ReturnSet) -> list[Org]:
    """Schools of the county that have not handed in."""
    present = submissions(of).filter(unit=OuterRef("pk"), form="school")
    schools = Org.objects.filter(kind=Kind.SCHOOL, until=None, **orgs.within(of.county))
    return list(schools.filter(~Exists(present)))


def read_issues(of: ReturnSet, rows: Iterable[Submission]) -> list[Issue]:
    """What the reader found in the files of the set, without the forms that no longer count and the files set aside."""
    gone = Submission.objects.filter(**of.key).exclude(state__in=Submission.CURRENT)
    closed = set(gone.values_list("path", "sheet", "row")) - {(row.path, row.sheet, row.row) for row in rows}
    found: dict[Issue, None] = {}
    counted = {upload.pk for upload in unreadable_uploads(of)}
    for upload in Upload.objects.filter(**of.key, state="read").order_by("pk"):
        aside = set() if upload.pk in counted else set(upload.unreadable)
        items = [item for item in upload.issues if not (upload.set_aside and is_of_file(item))]
        for issue in (Issue(**item) for item in items):
            if issue.file not in aside and not lies_in(issue, closed):
                found[issue] = None
    return list(found)


def as_return(row: Submission) -> Return:
    """The library's Return of a row."""
    return figures.as_return(
        form=row.form,
        path=row.path,
        sha256=row.sha256,
        sheet=row.sheet,
        row=row.row,
        figures=row.figures,
        void=row.void or None,
    )


def _last(of: ReturnSet) -> dict[str, Return]:
    """Last year's returns of the same county, standard and profile, by school code, for jumps."""
    rows = Submission.objects.filter(
        county=of.county,
        year=of.year - 1,
        version__standard=of.version.standard,
        version__profile=of.version.profile,
        form="school",
        state__in=Submission.CURRENT,
    )
    return {row.code: as_return(row) for row in rows.order_by("version_id", "pk") if row.code}


def place_of(issue: Issue) -> tuple[str, str | None, int | None]:
    """File, sheet and row an issue points at."""
    digits = "".join(sign for sign in issue.cell or "" if sign.isdigit())
    return issue.file, issue.sheet, int(digits) if digits else None


def lies_in(issue: Issue, places: set[tuple[str, str | None, int | None]]) -> bool:
    """Whether the issue lies in one of these forms: a row of a wide table, or a whole sheet."""
    file, sheet, row = place_of(issue)
    return (file, sheet, row) in places or (file, sheet, None) in places


def owners(
    issues: Iterable[Issue], rows: Iterable[Submission], read: Collection[Issue]
) -> dict[Issue, Submission | None]:
    """The return each issue belongs to; None for one of the set, or of a file that holds several returns.

    ``read``: what the reader said. Of that alone an issue of a whole file is its return's: what is said of the whole set
    names some file too.
    """
    by_place = {(row.path, row.sheet, row.row): row for row in rows}
    by_file: dict[str, list[Submission]] = {}
    for row in by_place.values():
        by_file.setdefault(row.path, []).append(row)

    def of_file(issue: Issue) -> Submission | None:
        alone = by_file.get(issue.file, [])
        return alone[0] if issue in read and len(alone) == 1 else None

    return {issue: _owner(issue, by_place) or of_file(issue) for issue in issues}


def _owner(issue: Issue, by_place: dict[tuple[str, str | None, int | None], Submission]) -> Submission | None:
    file, sheet, row = place_of(issue)
    return by_place.get((file, sheet, row)) or by_place.get((file, sheet, None))


def digest(of: ReturnSet) -> str:
    """Hash of what the set holds: every return that counts, whether it was sent back, and every unreadable file."""
    rows = Submission.objects.filter(**of.key, state__in=Submission.CURRENT)
    lines = sorted(
        "\0".join(map(str, [*line, state] if state == "returned" else line))
        for *line, state in rows.values_list("form", "code", "name", "sha256", "sheet", "row", "state")
    )
    lines += sorted(f"\0{upload.file.sha256}" for upload in unreadable_uploads(of))
    return hashlib.sha256(json.dumps([of.version.sha256, of.version.profile, lines]).encode()).hexdigest()


@dataclass(frozen=True)
class Standing:
    """How a set stands: what it holds, whether the county stands for it, what is against confirming it."""

    of: ReturnSet
    digest: str
    confirmation: Confirmation | None
    schools: int
    returned: int
    unfinished: int
    errors: int
    queries: int
    unexplained: int
    absent: tuple[Org, ...]
    unknown: int
    units: int
    county: int
    asks_schools: bool

    @property
    def complete(self) -> bool:
        """Whether every school of the list of units has exactly its return, and there is none beside them."""
        if not self.asks_schools:
            return bool(self.county)
        return bool(self.schools) and not self.absent and not self.unknown and self.units == self.schools

    @property
    def confirmed(self) -> bool:
        """Whether the set is, to the byte, what the county confirmed."""
        return self.confirmation is not None and self.confirmation.digest == self.digest

    @property
    def changed(self) -> bool:
        """Confirmed once, and changed since."""
        return self.confirmation is not None and not self.confirmed

    @cached_property
    def against(self) -> list[str]:
        """Why the set cannot be confirmed now; empty when it can."""
        found = []
        if self.asks_schools and not self.schools:
            found.append("还没有学校填报")
        if not self.asks_schools and not self.county:
            found.append("区县还没有填报")
        if self.unfinished:
            found.append(f"{self.unfinished} 个文件没有读完")
        if self.errors:
            found.append(f"还有 {self.errors} 条错误未改正")
        if self.returned:
            found.append(f"{self.returned} 份已退回，尚未重新提交")
        return found


def standing(of: ReturnSet) -> Standing:
    """The standing of a set, in a fixed number of queries."""
    counts = Submission.objects.filter(**of.key, state__in=Submission.CURRENT).aggregate(
        schools=Count("pk", filter=Q(form="school")),
        returned=Count("pk", filter=Q(state="returned")),
        unknown=Count("pk", filter=Q(form="school", unit=None)),
        units=Count("unit", filter=Q(form="school"), distinct=True),
        county=Count("pk", filter=Q(form__in=("county", "county_supplement"))),
    )
    asks_schools = bool(standards.load(of.version).types)
    issues = IssueRecord.objects.filter(**of.key, open=True).aggregate(
        errors=Count("pk", filter=Q(level="error")),
        queries=Count("pk", filter=Q(level="query")),
        unexplained=Count("pk", filter=Q(level="query", explanation="")),
    )
    return Standing(
        of=of,
        digest=digest(of),
        confirmation=Confirmation.objects.filter(**of.key).select_related("by").first(),
        unfinished=Upload.objects.filter(**of.key).exclude(state="read").count(),
        absent=tuple(absent(of)) if asks_schools else (),
        asks_schools=asks_schools,
        **counts,
        **issues,
    )


def changed_since(confirmation: Confirmation) -> list[Submission]:
    """Returns that came in, were replaced, sent back or withdrawn after a confirmation, the latest first."""
    rows = Submission.objects.filter(
        county=confirmation.county_id, year=confirmation.year, version=confirmation.version_id
    )
    return list(rows.filter(state_at__gt=confirmation.at).exclude(state="replaced").order_by("-state_at"))


def may_have_file(membership: Membership, row: Submission) -> bool:
    """Whether the return's file may be handed out: a school gets it only where it holds no other unit's return."""
    if membership.role != rules.Role.SCHOOL:
        return True
    return not Submission.objects.filter(file=row.file_id).exclude(unit=membership.org).exists()
