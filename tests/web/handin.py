"""What the cast hands in: filled forms of 扬中市 (演示数据), and the worker's part done at once.

Forms come from ``forms``, which knows nothing of the product. Not here: the cast itself (``world``).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import forms
from dudao_web.evaluations import actions as evaluations
from dudao_web.evaluations.models import Evaluation
from dudao_web.orgs.models import Membership, Org
from dudao_web.standards import actions as versions
from dudao_web.submissions import actions, queries, reading
from dudao_web.submissions.models import IssueRecord, Submission, Upload
from dudao_web.submissions.queries import ReturnSet

YEAR = 2026
DAY = date(2026, 6, 10)
STANDARD = "cn-2017-quality-balance"
FIRST, SECOND, JUNIOR = "演示第一小学", "演示第二小学", "演示第一初级中学"
CODES = {FIRST: "3211820001", SECOND: "3211820002", JUNIOR: "3211820015"}
PUPILS = {FIRST: (420, 0), SECOND: (360, 0), JUNIOR: (0, 480)}
KINDS = {FIRST: "小学", SECOND: "小学", JUNIOR: "初中"}


def set_of(county: Org, *, profile: str = "default", year: int = YEAR) -> ReturnSet:
    """The set of a county under the standard."""
    return ReturnSet(county, year, versions.register(standard=STANDARD, profile=profile, by=None))


def values(name: str, changes: Mapping[str, Any] | None = None, **factors: str) -> forms.Values:
    """What a school of the cast fills in, by label; ``factors``: R5="0.8" for 0.8 x its limit."""
    primary, junior = PUPILS[name]
    return forms.filled(KINDS[name], name, CODES[name], primary, junior, factors=factors, changes=changes)


_made: dict[str, bytes] = {}  # a workbook carries the second it was written in: the same form is made once


def school(name: str, changes: Mapping[str, Any] | None = None, **factors: str) -> bytes:
    """The school's return as a workbook; the same arguments give the same bytes."""
    key = repr((name, changes, factors))
    if key not in _made:
        _made[key] = forms.school_form(values(name, changes, **factors))
    return _made[key]


def county(of: ReturnSet) -> bytes:
    """The county's own return; the same county gives the same bytes."""
    if of.county.code not in _made:
        _made[of.county.code] = forms.county_form(code=of.county.code)
    return _made[of.county.code]


def hand_in(of: ReturnSet, by: Membership, name: str, data: bytes, *, org: Org | None = None) -> Upload:
    """A file comes in and is read."""
    upload = actions.receive(of=of, name=name, data=data, org=org or by.org, by=by)
    reading.read(upload.pk)
    upload.refresh_from_db()
    return upload


def whole(of: ReturnSet, by: Membership, **factors: str) -> ReturnSet:
    """A set without an issue: the county return and three schools; ``factors`` are those of the second school."""
    hand_in(of, by, "区县填报表.xlsx", county(of))
    hand_in(of, by, f"{FIRST}.xlsx", school(FIRST))
    hand_in(of, by, f"{SECOND}.xlsx", school(SECOND, **factors))
    hand_in(of, by, f"{JUNIOR}.xlsx", school(JUNIOR))
    return of


def run(of: ReturnSet, by: Membership, *, on: date = DAY) -> Evaluation:
    """A run, computed at once."""
    evaluation = evaluations.start(of=of, on=on, by=by)
    evaluations.run(evaluation.pk)
    return Evaluation.objects.select_related("county", "version", "confirmation").get(pk=evaluation.pk)


def confirm(of: ReturnSet, by: Membership) -> Any:
    """The county stands for the set as it is."""
    return actions.confirm(of=of, seen=queries.digest(of), by=by)


def current(of: ReturnSet, name: str) -> Submission:
    """The return of a unit that counts."""
    return queries.submissions(of).get(name=name)


def open_issues(of: ReturnSet) -> list[tuple[str, str, str | None]]:
    """(code, unit, cell) of what is found in the set."""
    rows = (
        IssueRecord.objects.filter(**of.key, open=True)
        .select_related("submission")
        .order_by("code", "file", "cell")
    )
    return [(row.code, row.submission.name if row.submission else "", row.cell) for row in rows]


def work_waiting() -> None:
    """What the worker would do: every file that waits is read, every run that waits is computed."""
    for upload in Upload.objects.filter(state="waiting"):
        reading.read(upload.pk)
    for evaluation in Evaluation.objects.filter(state="waiting"):
        evaluations.run(evaluation.pk)
