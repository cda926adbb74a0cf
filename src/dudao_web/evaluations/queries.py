"""Reads of evaluations used twice: which may be opened, and whether a result is final or 预评."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from dudao_web.evaluations.models import Evaluation
from dudao_web.orgs import queries as units
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import COUNTY_KINDS, Kind, Membership, Org, Role
from dudao_web.submissions import queries as submissions
from dudao_web.submissions.models import Confirmation, Submission, Upload
from dudao_web.submissions.queries import ReturnSet


def visible(membership: Membership) -> QuerySet[Evaluation]:
    """Runs of the membership's county, or of the counties below it. A school: those of its county, of which
    the pages show it its own part alone.
    """
    if membership.role == Role.SCHOOL:
        codes = membership.org.path.strip("/").split("/")
        rows = Evaluation.objects.filter(county__code__in=codes, county__kind__in=COUNTY_KINDS)
    else:
        rows = orgs.visible(Evaluation.objects.all(), membership, "county")
    return rows.select_related("county", "version", "by", "confirmation").defer("version__text")


def marked(rows: QuerySet[Evaluation]) -> QuerySet[Evaluation]:
    """Runs with ``moved``: whether anything came in or left after their confirmation; ``again``: whether the set was
    confirmed once more since. For lists; ``status`` says it exactly.
    """
    later = Confirmation.objects.filter(**_of_set(), pk__gt=OuterRef("confirmation"))
    return rows.annotate(moved=_moved("confirmation__at"), again=Exists(later))


def moved(confirmations: Iterable[Confirmation]) -> set[int]:
    """Keys of those after which anything came in or left. For lists, by the rule of ``marked``."""
    rows = Confirmation.objects.filter(pk__in=[row.pk for row in confirmations])
    return set(rows.filter(_moved("at")).values_list("pk", flat=True))


def _of_set() -> dict[str, OuterRef]:
    return {name: OuterRef(name) for name in ("county", "year", "version")}


def _moved(since: str) -> Q:
    """Condition: the set changed after the time in the column ``since``."""
    returns = Submission.objects.filter(**_of_set(), state_at__gt=OuterRef(since))
    unreadable = Upload.objects.filter(**_of_set(), at__gt=OuterRef(since)).exclude(unreadable=[])
    return Exists(returns) | Exists(unreadable)


def latest(of: ReturnSet) -> Evaluation | None:
    """The last finished run of a set."""
    rows = Evaluation.objects.filter(**of.key, state="done").select_related("county", "confirmation")
    return rows.first()


def standing(of: ReturnSet) -> Evaluation | None:
    """The run that speaks for a set now: the last final one (as in ``status``), else the last finished one."""
    rows = Evaluation.objects.filter(**of.key, state="done").select_related(
        "county", "version", "confirmation"
    )
    now = submissions.digest(of)
    return rows.filter(digest=now, confirmation__digest=now).first() or rows.first()


def last_year(of: ReturnSet) -> Evaluation | None:
    """The last finished run of the year before that its county had confirmed, by the same standard and profile."""
    rows = Evaluation.objects.filter(
        county=of.county,
        year=of.year - 1,
        version__standard=of.version.standard,
        version__profile=of.version.profile,
        state="done",
        confirmation__isnull=False,
    )
    return rows.first()


@dataclass(frozen=True)
class Status:
    """Whether a result is final. ``why`` says in words what makes it 预评; ``changed`` lists what came in since."""

    final: bool
    why: str
    changed: tuple[Submission, ...] = ()


def status(evaluation: Evaluation) -> Status:
    """A result is 预评 unless the county has confirmed exactly the set it was made of and nothing changed since."""
    if submissions.digest(evaluation.of) == evaluation.digest:
        if evaluation.confirmation is not None and evaluation.confirmation.digest == evaluation.digest:
            return Status(True, "")
        return Status(False, "填报尚未经区县确认")
    if evaluation.confirmation is not None:
        changed = tuple(submissions.changed_since(evaluation.confirmation))
        why = f"确认后填报有变动（{len(changed)} 份）" if changed else "确认后收到不能读取的文件"
        return Status(False, why, changed)
    return Status(False, "计算后填报有变动")


def inputs(evaluation: Evaluation) -> QuerySet[Submission]:
    """The returns a run was made of."""
    return Submission.objects.filter(pk__in=evaluation.inputs).select_related(
        "file", "by", "upload__file", "upload__org", "unit"
    )


def absent(evaluation: Evaluation) -> list[Org]:
    """Schools of the county's tree on the day of the run that its result neither counts nor excludes."""
    entries = (*evaluation.data["schools"], *evaluation.data["excluded"])
    codes = {entry["code"] for entry in entries}
    schools = Org.objects.filter(
        units.current(evaluation.on), kind=Kind.SCHOOL, **orgs.within(evaluation.county)
    )
    return [school for school in schools if school.code not in codes]


def towns(evaluation: Evaluation) -> dict[str, str]:
    """Name of the town (镇、街道) by school code, where the tree of units says it."""
    schools = Org.objects.filter(kind=Kind.SCHOOL, parent__kind=Kind.TOWN, **orgs.within(evaluation.county))
    return dict(schools.values_list("code", "parent__name"))
