"""Findings as rows for ``dudao-web export findings`` (columns: docs/reference/exports.md). The ledger for officers: ``ledger_table``."""

from collections.abc import Iterator

from dudao_web.findings.models import Finding

FINDINGS = (
    "finding", "case", "unit", "name", "district", "number", "serial", "indicator", "text", "source", "severity", "disposition",
    "mendable", "measure", "reason", "due", "state", "with", "responsible", "office", "answer", "note", "mended_on", "struck_at",
    "repeats", "times", "level", "at",
)  # fmt: skip


def findings(campaign: str) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    """One row a problem; ``campaign``: its key."""
    rows = Finding.objects.filter(case__campaign__key=campaign).order_by("case__path", "number")
    values = rows.values_list(
        "pk", "case_id", "unit__code", "unit__name", "case__district__code", "number", "serial", "indicator", "text",
        "source", "severity", "disposition", "mendable", "measure", "reason", "due", "state", "org__code",
        "responsible__code", "office__code", "answer", "note", "mended_on", "struck_at", "repeats_id", "times", "level",
        "at",
    )  # fmt: skip
    return FINDINGS, values.iterator(chunk_size=500)
