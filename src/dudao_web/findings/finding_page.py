"""The page of one finding: what became of it, with proofs and figures, what comes next, what is looked at before it is struck off.

Not here: what can be done about it (``doings``), the ledger around it (``ledger_page``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dudao_web.evidence.models import Revision
from dudao_web.findings import forms, queries
from dudao_web.findings.models import Finding

NOW: dict[str, str] = {  # what comes next, by state
    "planning": "报送整改方案",
    "open": "整改",
    "handed_up": "答复",
    "answered": "按答复整改",
    "mended": "核验销号",
    "returned": "重新整改",
}
Check = tuple[str, str, int | None]  # what is looked at: key, words, the revision to open


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the way, with the proofs (key of the revision, title) and figures (label, value) shown with it."""

    step: queries.Step
    proofs: tuple[tuple[int, str], ...]
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Next:
    """What is to be done now, and by whom."""

    word: str
    office: str


def way(finding: Finding) -> list[Line]:
    """What became of a finding, oldest first: two queries."""
    steps = queries.steps(finding)
    keys = {key for step in steps for key in step.proofs}
    titles = dict(Revision.objects.filter(pk__in=keys).values_list("pk", "proof__title"))
    labels = {field.name: field.label for field in forms.figures(finding)}
    return [
        Line(
            step,
            tuple((key, titles[key]) for key in step.proofs if key in titles),
            tuple((labels.get(name, name), value) for name, value in step.answer.items()),
        )
        for step in steps
    ]


def was_shown(finding: Finding, revision: int) -> bool:
    """Whether a revision was shown with a step of the finding."""
    return any(revision in step.proofs for step in queries.steps(finding))


def upcoming(finding: Finding) -> Next | None:
    """What is to be done now; None when it is over."""
    return Next(NOW[finding.state], finding.org.name) if finding.state in NOW else None


def to_check(lines: Sequence[Line]) -> list[Check]:
    """What the office looks at before it strikes off: the proofs and figures of the last report, its words where it has neither."""
    last = next((one for one in reversed(lines) if one.step.kind == "report"), None)
    if last is None:
        return [("note", "整改情况", None)]
    rows: list[Check] = [(f"proof-{key}", title, key) for key, title in last.proofs]
    if last.figures:
        said = "，".join(f"{label} {value}" for label, value in last.figures)
        rows.append(("figures", f"更新后的数据：{said}", None))
    return rows or [("note", "整改情况", None)]
