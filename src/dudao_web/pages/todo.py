"""What an office must do now, read from the sets and runs it sees."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from dudao_web.evaluations import queries as evaluations
from dudao_web.evaluations.models import Evaluation
from dudao_web.orgs import queries as orgs
from dudao_web.orgs.models import Membership, Org, Role
from dudao_web.standards import queries as standards
from dudao_web.submissions import queries as submissions
from dudao_web.submissions import sets
from dudao_web.submissions.models import Submission
from dudao_web.submissions.queries import ReturnSet

SETS = 3  # the newest sets of a county that may still hold work


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do: the words, where it is done, the verb on its button."""

    state: str
    text: str
    note: str
    href: str
    verb: str
    first: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """One set in the table of an office above: counts, confirmation, verdict."""

    of: ReturnSet
    schools: int
    errors: int
    queries: int
    unexplained: int
    returned: int
    confirmed_at: datetime | None
    run: Evaluation | None


@dataclass(frozen=True, slots=True)
class Work:
    """The whole start page."""

    duties: tuple[Duty, ...]
    progress: tuple[Progress, ...]
    verdicts: tuple[Duty, ...]


def work(membership: Membership) -> Work:
    """Everything on the start page of an office."""
    if membership.role == Role.COUNTY_OFFICER:
        found = _listed(Org.objects.filter(pk=membership.org_id), membership)
        duties = [duty for item in found[:SETS] for duty in _county(item)]
        return Work(tuple(duties), tuple(found), ())
    if membership.role == Role.CITY_OFFICER:
        found = _listed(orgs.counties(membership, timezone.localdate()), membership)
        return Work((), tuple(found), ())
    if membership.role == Role.SCHOOL:
        return Work(tuple(_school(membership)), (), tuple(_own_results(membership)))
    return Work((), (), ())


def _listed(counties: Any, membership: Membership) -> list[Progress]:
    rows = sets.listed(counties, membership)
    runs: dict[tuple[int, int, int], Evaluation] = {}
    kept = evaluations.marked(
        Evaluation.objects.filter(county__in=counties, state="done").defer("result", "inputs")
    )
    for run in kept.select_related("county", "confirmation").order_by("pk"):
        runs[run.county_id, run.year, run.version_id] = run
    return [
        Progress(
            of=row["of"],
            schools=row["schools"],
            errors=row["errors"],
            queries=row["queries"],
            unexplained=row["unexplained"],
            returned=row["returned"],
            confirmed_at=row["confirmation"].at if row["confirmation"] else None,
            run=runs.get((row["of"].county.pk, row["of"].year, row["of"].version.pk)),
        )
        for row in rows
    ]


def _county(item: Progress) -> Iterator[Duty]:
    """What the county office has to do for one set, in the order of the work."""
    of, now = item.of, submissions.standing(item.of)
    where = f"{of.year}年填报"
    here, problems = reverse("submissions:set", args=of.args), reverse("submissions:issues", args=of.args)
    if now.unfinished:
        yield Duty(
            "running",
            f"{now.unfinished} 个文件没有读完",
            where,
            reverse("submissions:uploads", args=of.args),
            "查看",
        )
    if now.errors:
        yield Duty(
            "error", f"改正错误 {now.errors} 条，或退回学校改正", where, f"{problems}?level=error", "处理"
        )
    if now.unexplained:
        yield Duty(
            "query", f"说明存疑数据 {now.unexplained} 条", where, f"{problems}?level=query&answer=no", "说明"
        )
    if now.returned:
        yield Duty("returned", f"催报已退回的填报 {now.returned} 份", where, f"{here}?only=returned", "查看")
    if not now.confirmed and not now.against:
        text = "重新确认：确认后填报有变动" if now.changed else "确认全县填报"
        yield Duty(
            "submitted",
            text,
            f"{where}　{now.schools} 所学校",
            reverse("evaluations:confirm", args=of.args),
            "确认",
            True,
        )


def _school(membership: Membership) -> Iterator[Duty]:
    """What a school has to do: hand in, mend, explain."""
    county = orgs.county_of(membership.org)
    if county is None:
        return
    for item in sets.listed(Org.objects.filter(pk=county.pk), membership)[:SETS]:
        of: ReturnSet = item["of"]
        if of.year < timezone.localdate().year and not item["returned"]:
            continue
        here = reverse("submissions:set", args=of.args)
        where = f"{of.year}年　{of.version.number}"
        rows = Submission.objects.filter(**of.key, unit=membership.org, state__in=Submission.CURRENT)
        own = rows.only("pk", "state", "reason").first()
        if own is None:
            yield Duty("draft", "上传本校填报表", where, here, "上传", True)
            continue
        mine = reverse("submissions:submission", args=(own.pk,))
        if own.state == "returned":
            yield Duty("returned", f"改正后重新上传：{own.reason}", where, mine, "查看", True)
        elif item["errors"]:
            yield Duty("error", f"改正错误 {item['errors']} 条后重新上传", where, mine, "查看", True)
        unexplained = (
            submissions.seen_issues(membership)
            .filter(**of.key, open=True, level="query", explanation="")
            .count()
        )
        if unexplained:
            yield Duty("query", f"说明存疑数据 {unexplained} 条", where, mine, "说明")


def _own_results(membership: Membership) -> Iterator[Duty]:
    """A school's own part of the last run of each of its newest sets."""
    county = orgs.county_of(membership.org)
    done = Evaluation.objects.filter(county=county, state="done")
    last = done.order_by("-year").values("year", "version").annotate(last=Max("pk"))[:SETS]
    rows = done.filter(pk__in=[row["last"] for row in last]).select_related("county", "version")
    for run in rows.defer("version__text"):
        standard = standards.load(run.version)
        for number, entry in enumerate(run.data["schools"]):
            if entry["code"] == membership.org.code:
                level = standard.stage(entry["level"]).title
                href = reverse("evaluations:school", args=(run.pk, number))
                state = "undetermined" if entry["judgement"] == "no_data" else entry["judgement"]
                yield Duty(state, f"{run.year}年　{level}各项指标", run.number, href, "查看")
