"""What a unit has answered, with the figures of its problems that were mended since.

Reads alone. Not here: what follows from them (``improving``, ``evaluations``), checking what is typed (``answers``).
"""

from collections.abc import Iterable
from datetime import datetime

from dudao.standards import asked
from dudao.standards.model import Declared, Standard
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.models import Case, Judgement
from dudao_web.evidence.models import Revision
from dudao_web.findings.models import Rectification
from dudao_web.standards import queries as standards

Told = tuple[datetime, dict[str, str]]  # when it was said, field -> text


def handed_in(case: Case, until: datetime | None = None) -> list[Judgement]:
    """The unit's own judgements that count, one an indicator: as approved last; where nothing was approved, as handed in last.
    ``until``: without what was handed in after that time.
    """
    approved = campaigns.last_approved(case)
    rows = Judgement.objects.filter(case=case, source="self", hand_in__isnull=False)
    if until is not None:
        rows = rows.filter(at__lte=until)
    if approved is not None:
        rows = rows.filter(hand_in__number__lte=approved.number)
    return list({row.indicator: row for row in rows.order_by("hand_in__number", "pk")}.values())


def struck(case: Case) -> list[Rectification]:
    """The strike-offs of a case that came with figures, oldest first."""
    rows = Rectification.objects.filter(finding__case=case, kind="struck").select_related("finding")
    return [row for row in rows.order_by("pk") if row.answer]


def texts(case: Case, rows: Iterable[Judgement], steps: Iterable[Rectification] = ()) -> dict[str, str]:
    """Field name -> text: the answers of ``rows`` and the figures of ``steps``, what was said later over what was said before."""
    standard = standards.load(case.version)
    told: list[Told] = [(row.at, row.answer) for row in rows]
    told += [(step.at, step.answer | _proof(standard, step)) for step in steps]
    found: dict[str, str] = {}
    for _, answer in sorted(told, key=lambda one: one[0]):
        found.update(answer)
    return found


def _proof(standard: Standard, step: Rectification) -> dict[str, str]:
    """What proves an item that is declared anew: the proofs of the report, else how the strike-off was verified. Without any, the
    declaration would count for nothing.
    """
    code = step.finding.indicator
    rule = next((one.rule for one in standard.indicators if one.code == code), None)
    name = f"{code}_proof"
    if not isinstance(rule, Declared) or not rule.needs_proof or name in step.answer:
        return {}
    report = (
        step if step.kind == "report" else step.finding.steps.filter(kind="report", pk__lt=step.pk).last()
    )
    keys = report.proofs if report is not None else []
    titles = Revision.objects.filter(pk__in=keys).order_by("pk").values_list("proof__title", flat=True)
    said = "、".join(dict.fromkeys(titles)) or step.get_method_display()
    return {name: said} if asked.names_proof(said) else {}
