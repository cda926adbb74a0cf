"""Reads of evaluations used twice: which may be opened, and whether a result is final or 预评."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from dudao_web.evaluations.models import Evaluation
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import COUNTY_KINDS, Kind, Membership, Org, Role
from dudao_web.submissions import queries as submissions
from dudao_web.submissions.models import Submission, Upload
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
    """Runs with ``moved``: whether anything came in or left after their confirmation. For lists; ``status`` says it exactly."""
    of_set = {name: OuterRef(name) for name in ("county", "year", "version")}
    since = OuterRef("confirmation__at")
    returns = Submission.objects.filter(**of_set, state_at__gt=since)
    unreadable = Upload.objects.filter(**of_set, at__gt=since).exclude(unreadable=[])
    return rows.annotate(moved=Exists(returns) | Exists(unreadable))


def latest(of: ReturnSet) -> Evaluation | None:
    """The last finished run of a set."""
    rows = Evaluation.objects.filter(**of.key, state="done").select_related("county", "confirmation")
    return rows.first()


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
        "file", "by", "upload__file", "unit"
    )


def towns(evaluation: Evaluation) -> dict[str, str]:
    """Name of the town (镇、街道) by school code, where the tree of units says it."""
    schools = Org.objects.filter(kind=Kind.SCHOOL, parent__kind=Kind.TOWN, **orgs.within(evaluation.county))
    return dict(schools.values_list("code", "parent__name"))
