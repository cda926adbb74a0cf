"""What the pages of a set list: the sets themselves, the rows of one, schools that have not handed in, differences."""

from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from dudao_web.orgs.models import Membership, Org
from dudao_web.standards import queries as standards
from dudao_web.standards.models import StandardVersion
from dudao_web.submissions import figures, queries, rules
from dudao_web.submissions.models import Confirmation, Opening, Submission, Upload
from dudao_web.submissions.queries import ReturnSet


def begun(county: Org, year: int, standard: str, profile: str) -> ReturnSet | None:
    """The set of a county and year that was begun under any text of this standard and profile: it stays bound to that text."""
    for model in (Opening, Upload):
        rows = model.objects.filter(
            county=county, year=year, version__standard=standard, version__profile=profile
        )
        row = rows.select_related("version").first()
        if row is not None:
            return ReturnSet(county, year, row.version)
    return None


def is_begun(of: ReturnSet) -> bool:
    """Whether the county office has begun the set, or something came in for it."""
    return any(model.objects.filter(**of.key).exists() for model in (Opening, Upload))


def _begun(counties: QuerySet[Org]) -> list[dict[str, Any]]:
    """County, year, version and last upload of every set, the latest year first."""
    of_set = ("county", "year", "version")
    order = ("-year", "county__path", "version")
    rows: dict[tuple[int, int, int], dict[str, Any]] = {}
    for found in (
        Upload.objects.filter(county__in=counties).values(*of_set, "county__path").annotate(last=Max("at")),
        Opening.objects.filter(county__in=counties).values(*of_set, "county__path"),
    ):
        for row in found.order_by(*order)[:500]:
            rows.setdefault((row["county"], row["year"], row["version"]), {"last": None} | row)
    return sorted(rows.values(), key=lambda row: (-row["year"], row["county__path"], row["version"]))


def _worth_listing(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the sets that nothing came in for, where the county has another in that year: they were begun by a wrong choice."""
    held = {(row["county"], row["year"]) for row in found if row["last"]}
    return [row for row in found if row["last"] or (row["county"], row["year"]) not in held]


def listed(counties: QuerySet[Org], membership: Membership, *, empty: bool = False) -> list[dict[str, Any]]:
    """Every set of these counties with its counts, the latest year first. A school's counts are of its own return.

    ``empty``: also those that nothing came in for, beside others of the same year.
    """
    found = _begun(counties) if empty else _worth_listing(_begun(counties))
    scope = rules.scope(membership)
    counts = {
        (row["county"], row["year"], row["version"]): row
        for row in Submission.objects.filter(scope, county__in=counties, state__in=Submission.CURRENT)
        .order_by()
        .values("county", "year", "version")
        .annotate(
            schools=Count("pk", filter=Q(form="school")), returned=Count("pk", filter=Q(state="returned"))
        )
    }
    for row in (
        queries.seen_issues(membership)
        .filter(county__in=counties, open=True)
        .order_by()
        .values("county", "year", "version")
        .annotate(
            errors=Count("pk", filter=Q(level="error")),
            queries=Count("pk", filter=Q(level="query")),
            unexplained=Count("pk", filter=Q(level="query", explanation="")),
        )
    ):
        counts.setdefault((row["county"], row["year"], row["version"]), {}).update(row)
    names = Org.objects.in_bulk({row["county"] for row in found})
    versions = StandardVersion.objects.defer("text").in_bulk({row["version"] for row in found})
    confirmed = {
        (row.county_id, row.year, row.version_id): row
        for row in Confirmation.objects.filter(county__in=counties).order_by("pk")
    }
    none = dict.fromkeys(("schools", "returned", "errors", "queries", "unexplained"), 0)
    return [
        {
            "of": ReturnSet(names[row["county"]], row["year"], versions[row["version"]]),
            "last": row["last"],
            "confirmation": confirmed.get((row["county"], row["year"], row["version"])),
            **none,
            **{
                key: count
                for key, count in counts.get((row["county"], row["year"], row["version"]), {}).items()
                if key in none
            },
        }
        for row in found
    ]


def rows(of: ReturnSet, membership: Membership, *, text: str = "", only: str = "") -> QuerySet[Submission]:
    """The returns that count, with the number of their open issues; ``only``: issues, returned, or "".

    What the 补充表 say has a page of its own, and is listed here only where it is asked for.
    """
    found = queries.submissions(of).filter(rules.scope(membership)).defer("figures")
    if not text and not only:
        found = found.filter(form__in=("county", "school"))
    found = found.annotate(
        errors=Count("issues", filter=Q(issues__open=True, issues__level="error")),
        queries=Count("issues", filter=Q(issues__open=True, issues__level="query")),
        unexplained=Count(
            "issues", filter=Q(issues__open=True, issues__level="query", issues__explanation="")
        ),
    )
    if text:
        found = found.filter(Q(name__icontains=text) | Q(code__startswith=text))
    if only == "issues":
        found = found.filter(Q(errors__gt=0) | Q(unexplained__gt=0))
    if only == "returned":
        found = found.filter(state="returned")
    return found.order_by("form", "code", "name", "pk")


def differences(version: StandardVersion, old: Submission, new: Submission) -> list[figures.Difference]:
    """What two returns of a unit say differently."""
    return figures.differences(
        standards.load(version), old.figures, new.figures, _refused(old), _refused(new)
    )


def _refused(row: Submission) -> dict[str, str]:
    """What the reader found in the cells of a return that it refused, by field."""
    at = {
        (figure.sheet, figure.cell): name
        for name, figure in figures.decode(row.figures).items()
        if figure.state == "refused"
    }
    if not at:
        return {}
    here = [item for item in row.upload.issues if item["file"] == row.path]
    return {
        at[item["sheet"], item["cell"]]: item["found"] for item in here if (item["sheet"], item["cell"]) in at
    }
