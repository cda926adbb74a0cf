"""Rows for ``dudao-web export``: cases and judgements of a campaign, in the order of the tree (columns: contracts §5 and the docs)."""

from collections.abc import Iterator

from dudao_web.campaigns.models import Case, Judgement

CASES = (
    "case", "unit", "name", "district", "kind", "standard", "stage", "state", "done", "submitted_at", "approved_at", "hand_ins",
)  # fmt: skip
JUDGEMENTS = (
    "case",
    "unit",
    "district",
    "kind",
    "indicator",
    "source",
    "scorer",
    "value",
    "points",
    "at",
    "current",
)


def cases(campaign: str) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    """One row a unit; ``campaign``: its key."""
    rows = Case.objects.filter(campaign__key=campaign).select_related(
        "unit", "district", "version", "place__stage"
    )

    def found() -> Iterator[tuple[object, ...]]:
        for case in rows.prefetch_related("hand_ins").iterator(chunk_size=200):
            yield (
                case.pk,
                case.unit.code,
                case.unit.name,
                case.district.code,
                case.kind,
                case.version.standard,
                case.place.stage.key,
                case.state,
                int(case.done),
                case.submitted_at,
                case.approved_at,
                len(case.hand_ins.all()),
            )

    return CASES, found()


def judgements(campaign: str) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    """One row a judgement, those that later ones took the place of too (``current`` 0)."""
    rows = Judgement.objects.filter(case__campaign__key=campaign).order_by("case__path", "pk")
    values = rows.values_list(
        "case_id", "case__unit__code", "case__district__code", "case__kind",
        "indicator", "source", "scorer_id", "value", "points", "at", "superseded",
    )  # fmt: skip
    return JUDGEMENTS, ((*row[:10], int(not row[10])) for row in values.iterator(chunk_size=2000))
