"""Whether what was reported as mended can be struck off: how, when, and on what evidence. Reads only.

Not here: who may (``rules.verify_fault``), the strike-off itself (``ledger``).
"""

from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from dudao_web import clock
from dudao_web.evidence.models import Revision
from dudao_web.findings import improving, queries
from dudao_web.findings.models import Finding, Rectification
from dudao_web.orgs import rules as orgs

NO_EVIDENCE = "整改报告没有列入问题之后新上传的佐证材料，不能凭材料销号。请退回补充材料，或现场核验。"
UNIMPROVED = "指标未改善：{}。确需销号的，请在核验意见中写明理由；否则请退回整改。"


def of_fixer(row: Finding, revision: Revision) -> bool:
    """Whether a proof is of the unit that mends the problem, or of the unit that has it."""
    return any(orgs.is_own(org, revision.proof.org) for org in (row.responsible, row.unit))


def last_report(row: Finding) -> Rectification | None:
    """The report that is verified."""
    return next((one for one in reversed(row.steps.all()) if one.kind == "report"), None)


def fault(row: Finding, method: str, note: str, on: date) -> str:
    """Why it cannot be struck off so, and what to do instead; "" for nothing."""
    if method not in Rectification.METHODS:
        return "没有选核验方式。请选材料核验或现场核验。"
    if on > clock.today():
        return f"核验日期 {on:%Y-%m-%d} 还没有到。请填今天或以前的日期。"
    first = max(day for day in (timezone.localtime(listed_at(row)).date(), row.mended_on) if day is not None)
    if on < first:
        return f"核验日期 {on:%Y-%m-%d} 早于列入问题或整改完成的日期 {first:%Y-%m-%d}。请核对。"
    if method == "on_site" and not note:
        return "没有写现场核验的情况。请写明看了什么、是否整改到位。"
    if method == "material" and not by_material(row):
        return NO_EVIDENCE
    change = improving.of(row) if not note else None
    return UNIMPROVED.format(change.said) if change is not None and change.unimproved else ""


def listed_at(row: Finding) -> datetime:
    """When it was listed, the last time."""
    found = queries.listing(row)
    return found.at if found is not None else row.at


def by_material(row: Finding) -> bool:
    """Whether the last report shows a proof of who mended it that came after the problem was listed, and still counts: else it must be
    seen on the spot. A paper that the unit had before, handed in once more or under another day, is none.
    """
    last, listed = last_report(row), listed_at(row)
    keys = last.proofs if last is not None else []
    had = Revision.objects.filter(
        file__sha256=OuterRef("file__sha256"), proof__org=OuterRef("proof__org"), at__lte=listed
    )
    found = Revision.objects.filter(~Exists(had), pk__in=keys, at__gt=listed, proof__withdrawn_at=None)
    return any(of_fixer(row, one) for one in found.select_related("proof__org"))
