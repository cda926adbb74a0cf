"""What an office must do now: its tasks, and what follows from the sets and runs it sees."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Max, QuerySet
from django.urls import reverse

from dudao_web.evaluations import queries as evaluations
from dudao_web.evaluations.models import Evaluation
from dudao_web.orgs import queries as orgs
from dudao_web.orgs.models import Kind, Membership, Org, Role
from dudao_web.pages import administration
from dudao_web.pages.due import Duty, Group, asked, grouped
from dudao_web.standards import queries as standards
from dudao_web.submissions import foresight, sets, told
from dudao_web.submissions import queries as submissions
from dudao_web.submissions.models import Submission, Upload
from dudao_web.submissions.queries import ReturnSet

COUNTS = ("schools", "errors", "queries", "unexplained", "returned")
SETS = 3  # the newest sets of a county that may still hold work


@dataclass(frozen=True, slots=True)
class Progress:
    """One set in the table of an office above: counts, confirmation, verdict. ``of`` is None where a county has not begun.

    ``due``: schools that must hand in: those that did, and those of the tree that did not; None for a year gone by.
    ``listed``: whether the tree has schools of the county at all.
    ``changed``: something came in or left after the confirmation.
    """

    county: Org
    year: int
    of: ReturnSet | None = None
    schools: int = 0
    due: int | None = None
    listed: bool = True
    errors: int = 0
    queries: int = 0
    unexplained: int = 0
    returned: int = 0
    confirmed_at: datetime | None = None
    changed: bool = False
    run: Evaluation | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """The whole start page."""

    duties: tuple[Duty, ...]
    progress: tuple[Progress, ...]
    verdicts: tuple[Duty, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The duties by time."""
        return grouped(self.duties)


def work(membership: Membership, on: date) -> Work:
    """Everything on the start page of an office on a day."""
    tasks = asked(membership, on)
    if membership.role == Role.COUNTY_OFFICER:
        own = Org.objects.filter(pk=membership.org_id)
        found = _listed(own, membership, _schools(own, membership, on), on)
        duties = [duty for item in found[:SETS] if item.of for duty in _county(item.of, on)]
        return Work((*tasks, *duties), tuple(found), ())
    if membership.role == Role.CITY_OFFICER:
        counties = orgs.counties(membership, on)
        due = _schools(counties, membership, on)
        found = _listed(counties, membership, due, on)
        begun = {item.county.pk for item in found if item.year == on.year}
        found += [
            Progress(county, on.year, due=due[county.pk], listed=bool(due[county.pk]))
            for county in counties
            if county.pk not in begun
        ]
        return Work(tuple(tasks), tuple(sorted(found, key=lambda item: (-item.year, item.county.path))), ())
    if membership.role == Role.SCHOOL and membership.org.kind == Kind.SCHOOL:
        return Work((*tasks, *_school(membership, on)), (), tuple(_own_results(membership)))
    return Work((*tasks, *administration.duties(membership, on)), (), ())


def _listed(
    counties: QuerySet[Org], membership: Membership, schools: dict[int, int], on: date
) -> list[Progress]:
    rows = sets.listed(counties, membership)
    runs: dict[tuple[int, int, int], Evaluation] = {}
    kept = evaluations.marked(
        Evaluation.objects.filter(county__in=counties, state="done").defer("result", "inputs")
    )
    for run in kept.select_related("county", "confirmation").order_by("pk"):
        runs[run.county_id, run.year, run.version_id] = run
    moved = evaluations.moved(row["confirmation"] for row in rows if row["confirmation"])
    present = _present(counties, on)
    found = []
    for row in rows:
        of, confirmation = row["of"], row["confirmation"]
        key = (of.county.pk, of.year, of.version.pk)
        absent = schools[of.county.pk] - present.get(key, 0)
        found.append(
            Progress(
                county=of.county,
                year=of.year,
                of=of,
                due=row["schools"] + absent if of.year == on.year else None,
                listed=of.year != on.year or bool(schools[of.county.pk]),
                confirmed_at=confirmation.at if confirmation else None,
                changed=confirmation is not None and confirmation.pk in moved,
                run=runs.get(key),
                **{name: row[name] for name in COUNTS},
            )
        )
    return found


def _schools(counties: QuerySet[Org], membership: Membership, on: date) -> dict[int, int]:
    """How many schools the tree of each county has on a day: counted by the unit above them, towns and counties being few."""
    found = {county.code: (county.pk, 0) for county in counties}
    rows = orgs.visible_orgs(membership, on).filter(kind=Kind.SCHOOL, parent__isnull=False).order_by()
    for path, n in rows.values_list("parent__path").annotate(n=Count("pk")):
        for code in path.strip("/").split("/"):
            if code in found:
                found[code] = (found[code][0], found[code][1] + n)
    return dict(found.values())


def _present(counties: QuerySet[Org], on: date) -> dict[tuple[int, int, int], int]:
    """How many of them have a school return that counts, by set of the year."""
    rows = Submission.objects.filter(
        orgs.current(on, "unit__"),
        county__in=counties,
        year=on.year,
        form="school",
        state__in=Submission.CURRENT,
        unit__path__startswith=F("county__path"),
    )
    counted = (
        rows.order_by()
        .values_list("county", "version", "unit__kind")
        .annotate(n=Count("unit", distinct=True))
    )
    return {(county, on.year, version): n for county, version, kind, n in counted if kind == Kind.SCHOOL}


def _where(of: ReturnSet) -> str:
    """The set in words: a county may have several in one year."""
    return f"{of.year}年　{of.version.title}（{of.version.profile_title}）"


def _county(of: ReturnSet, on: date) -> Iterator[Duty]:
    """What the county office has to do for one set, in the order of the work."""
    now = submissions.standing(of)
    where = _where(of)
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
    if not now.confirmed and (now.schools or now.county):
        yield from _lacking(of, now.digest, on, where)
    if not now.confirmed and not now.against:
        text = "重新确认：确认后填报有变动" if now.changed else "确认全县填报"
        yield Duty(
            "submitted",
            text,
            f"{where}　{now.schools} 所学校" if now.asks_schools else where,
            reverse("evaluations:confirm", args=of.args),
            "确认",
            True,
        )


def _lacking(of: ReturnSet, digest: str, on: date, where: str) -> Iterator[Duty]:
    """What items of the set lack of the 补充表: the county's, and the schools' together."""
    standard = standards.load(of.version)
    if not told.asked_of_county(standard) and not told.asked_of_schools(standard):
        return
    lacks = foresight.lacks(of, digest, on)
    own = len(lacks.get(None, ()))
    schools = sum(len(names) for code, names in lacks.items() if code is not None)
    if own:
        here = reverse("submissions:supplement", args=of.args)
        yield Duty("draft", f"填写补充表，还缺 {own} 项", where, here, "填写")
    if schools:
        here = f"{reverse('submissions:supplement_schools', args=of.args)}?only=open"
        yield Duty("draft", f"填写或催报各校补充表，还缺 {schools} 项", where, here, "填写")


def _school(membership: Membership, on: date) -> Iterator[Duty]:
    """What a school has to do: hand in, mend, explain."""
    county = orgs.county_of(membership.org)
    if county is None:
        return
    for item in sets.listed(Org.objects.filter(pk=county.pk), membership)[:SETS]:
        of: ReturnSet = item["of"]
        if of.year < on.year and not item["returned"]:
            continue
        here = reverse("submissions:set", args=of.args)
        where = _where(of)
        unread = [
            row
            for row in Upload.objects.filter(**of.key, org=membership.org, state="read", set_aside=False)
            if row.unreadable
        ]
        if unread:
            uploads = reverse("submissions:uploads", args=of.args)
            text = f"不能读取的文件 {len(unread)} 个，改正后重新上传或搁置"
            yield Duty("error", text, where, uploads, "处理")
        rows = Submission.objects.filter(
            **of.key, unit=membership.org, form="school", state__in=Submission.CURRENT
        )
        own = rows.only("pk", "state", "reason", "kind").first()
        if own is None:
            yield Duty("draft", "上传本校填报表", where, here, "上传", True)
            continue
        mine = reverse("submissions:submission", args=(own.pk,))
        if own.state == "returned":
            yield Duty("returned", f"改正后重新上传：{own.reason}", where, mine, "查看", True)
        found = submissions.seen_issues(membership).filter(**of.key, open=True)
        errors = found.filter(level="error", submission__isnull=False).count()
        if own.state != "returned" and errors:
            yield Duty("error", f"改正错误 {errors} 条后重新上传", where, mine, "查看", True)
        unexplained = found.filter(level="query", explanation="").count()
        if unexplained:
            yield Duty("query", f"说明存疑数据 {unexplained} 条", where, mine, "说明")
        yield from _supplement(of, membership, own.kind, where, on)


def _supplement(of: ReturnSet, membership: Membership, kind: str, where: str, on: date) -> Iterator[Duty]:
    """What a school of this type has to do about its 补充表."""
    standard = standards.load(of.version)
    known = standard.type_of(kind)
    if known is None or known.excluded is not None or not told.asked_of_schools(standard):
        return
    here = reverse("submissions:supplement_school", args=(*of.args, membership.org.code))
    rows = Submission.objects.filter(
        **of.key, unit=membership.org, form="supplement", state__in=Submission.CURRENT
    )
    row = rows.order_by("state").only("state", "reason").first()  # returned before submitted
    if row is not None and row.state == "returned":
        yield Duty("returned", f"改正后重新保存补充表：{row.reason}", where, here, "填写", True)
        return
    if submissions.standing(of).confirmed:
        return
    lacking = len(foresight.lacks(of, submissions.digest(of), on).get(membership.org.code, ()))
    if lacking:
        yield Duty("draft", f"填写补充表，还缺 {lacking} 项", where, here, "填写")


def _own_results(membership: Membership) -> Iterator[Duty]:
    """A school's own part of the run that speaks for each of its newest sets, 预评 as long as that is not final."""
    county = orgs.county_of(membership.org)
    done = Evaluation.objects.filter(county=county, state="done")
    last = done.order_by("-year").values("year", "version").annotate(last=Max("pk"))[:SETS]
    for newest in done.filter(pk__in=[row["last"] for row in last]).select_related("county", "version"):
        run = evaluations.standing(newest.of) or newest
        draft = "" if evaluations.status(run).final else "（预评）"
        standard = standards.load(run.version)
        for number, entry in enumerate(run.data["schools"]):
            if entry["code"] == membership.org.code:
                level = standard.stage(entry["level"]).title
                href = reverse("evaluations:school", args=(run.pk, number))
                state = "undetermined" if entry["judgement"] == "no_data" else entry["judgement"]
                yield Duty(state, f"{run.year}年　{level}各项指标{draft}", run.number, href, "查看")
