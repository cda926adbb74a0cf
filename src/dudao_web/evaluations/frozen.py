"""A frozen run computed again by the library: what the result's JSON does not hold (parts of items, terms, cells), and who handed in.

The returns are those of the run, its issues and unreadable files those of its result; ``same`` says whether the result comes out to the
byte. Not here: what is shown of it (``explanation``, ``items_page``).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils import timezone

from dudao.evaluation import evaluate
from dudao.evaluation.evaluate import Evaluation as Computed
from dudao.evaluation.explain import Handled
from dudao.evaluation.result import to_bytes
from dudao.intake import assemble
from dudao.issues import Issue
from dudao_web.evaluations.models import Evaluation
from dudao_web.standards import queries as standards
from dudao_web.submissions import queries as submissions
from dudao_web.submissions.models import Confirmation, Submission

KEPT = 4  # runs kept in memory


@dataclass(frozen=True)
class Again:
    """A run computed again. ``same``: its result equals the frozen one to the byte."""

    computed: Computed
    same: bool


def again(evaluation: Evaluation) -> Again:
    """The run as the library computes it now; a few are kept, for a run never changes."""
    return _again(evaluation.pk, evaluation.sha256)


@lru_cache(maxsize=KEPT)
def _again(pk: int, sha256: str) -> Again:
    run = Evaluation.objects.select_related("county", "version").get(pk=pk)
    rows = {row.pk: row for row in Submission.objects.filter(pk__in=run.inputs)}
    standard = standards.load(run.version)
    intake = assemble(
        [submissions.as_return(rows[key]) for key in run.inputs],
        standard,
        county_code=run.county.code,
        unreadable=run.unreadable,
    )
    issues = tuple(Issue(**item) for item in run.data["issues"])
    computed = evaluate(standard, replace(intake, issues=issues), run.on)
    return Again(computed, hashlib.sha256(to_bytes(computed)).hexdigest() == sha256)


def handled(inputs: Iterable[Submission], confirmation: Confirmation | None) -> Mapping[str, Handled]:
    """Who handed each file in and who confirmed it, by the file's SHA-256: the provenance of a run (contracts §2)."""
    confirmed = (confirmation.office, _moment(confirmation.at)) if confirmation else ("", "")
    return {
        row.sha256: Handled(row.by.title if row.by else row.upload.org.name, _moment(row.at), *confirmed)
        for row in inputs
    }


def _moment(at: object) -> str:
    """2026-06-10 18:00, in the office's zone."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"  # type: ignore[arg-type]
