"""What the pages of objections show: who sees one, the original judgement and the result side by side, what stands about a sheet.

Not here: changing anything (``objections``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from dudao.standards.model import Indicator
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns import shown
from dudao_web.campaigns.models import Campaign, Judgement, StageDate
from dudao_web.campaigns.shown import Word
from dudao_web.findings.models import Finding
from dudao_web.inspections import objections, queries, rules, scales, scoring
from dudao_web.inspections.models import Objection, Sheet
from dudao_web.orgs.models import Membership
from dudao_web.standards import queries as standards

MARKS = {"filed": "waiting", "answered": "done", "withdrawn": "withdrawn"}
RESULT_MARKS = {"upheld": "done", "partly": "near", "rejected": "not_applicable"}


def visible(membership: Membership) -> QuerySet[Objection]:
    """The objections about the sheets that an office reads."""
    rows = Objection.objects.filter(sheet__in=queries.sheets(membership).values("pk"))
    return rows.select_related(
        "sheet__case__campaign", "sheet__case__unit", "sheet__case__version", "sheet__team", "file", "by"
    ).select_related("sheet__place__stage__campaign", "sheet__place__org__parent", "answered_by")


def mark(objection: Objection) -> Word:
    """An objection in a mark and a word: its result once it is answered."""
    if objection.state == "answered":
        return Word(RESULT_MARKS[objection.result], objection.get_result_display())
    return Word(MARKS[objection.state], objection.get_state_display())


def word(indicator: Indicator | None, value: str, points: Any) -> Word:
    """A judgement of an item in a mark and a word, those of the standard where it has its own."""
    number = None if points is None else Decimal(str(points))
    usual = shown.word(Judgement(value=value, points=number))
    own = dict(scales.choices(indicator)).get(value, "") if indicator is not None else ""
    return usual if value in shown.GRADES or not own else Word(usual.mark, own)


@dataclass(frozen=True, slots=True)
class Item:
    """A judgement objected to. ``own``: what the unit said of itself; ``before``: the original, ``note``: its reason; ``after``: the
    result, None where nothing was changed, ``reason``: of the result; ``findings``: problems listed from it that can be withdrawn.
    """

    n: int
    code: str
    title: str
    indicator: Indicator | None
    own: Word
    before: Word
    note: str
    after: Word | None
    reason: str
    findings: Sequence[Finding]


def items(objection: Objection, findings: dict[str, list[Finding]] | None = None) -> list[Item]:
    """The judgements of an objection, in the order of the standard."""
    known = {one.code: one for one in standards.load(objection.sheet.case.version).indicators}
    own = campaigns.judgements(objection.sheet.case)
    order = [code for code in known if code in objection.frozen]
    found = []
    for n, code in enumerate(order):
        was, now = objection.frozen[code], objection.changed.get(code)
        found.append(
            Item(
                n=n,
                code=code,
                title=known[code].title,
                indicator=known[code],
                own=shown.word(own.get(code)),
                before=word(known[code], was["value"], was["points"]),
                note=was["note"],
                after=word(known[code], now["value"], now["points"]) if now else None,
                reason=now["reason"] if now else "",
                findings=(findings or {}).get(code, ()),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """A judgement that can be objected to. ``differs``: from what the unit said of itself."""

    code: str
    title: str
    own: Word
    found: Word
    note: str
    differs: bool


def choices(sheet: Sheet) -> list[Choice]:
    """What a unit can object to in a sheet, in the order of the standard."""
    offered, bases = objections.open_to(sheet), scoring.bases(sheet)
    own = campaigns.judgements(sheet.case)
    rows = []
    for one in standards.load(sheet.case.version).indicators:
        row = offered.get(one.code)
        if row is not None:
            base = bases.get(one.code)
            other = base is None or scoring.differs(base, row.value, row.points)
            found = word(one, row.value, row.points)
            rows.append(Choice(one.code, one.title, shown.word(own.get(one.code)), found, row.note, other))
    return rows


def of_sheet(sheet: Sheet, membership: Membership) -> dict[str, Any]:
    """What the page of a sheet shows of its objections (``inspections/_objections.html``)."""
    rows = list(sheet.objections.order_by("pk"))
    unit = rules.may_object(membership, sheet)
    waits = any(row.state == "filed" for row in rows)
    return {
        "objections": [(row, mark(row)) for row in rows],
        "object_sheet": sheet,
        "may_object": unit and not waits and not objections.not_now(sheet),
        "no_objection": objections.not_now(sheet) if unit and not waits else "",
    }


@dataclass(frozen=True, slots=True)
class Line:
    """An objection in the list of a stage."""

    objection: Objection
    mark: Word
    items: int


def of_place(place: StageDate, membership: Membership) -> dict[str, Any]:
    """All objections of a stage, those that wait first, and how many sheets are still open to one."""
    rows = visible(membership).filter(sheet__place=place)
    order = list(MARKS)
    found = sorted(rows, key=lambda row: (order.index(row.state), row.pk))
    sheets = Sheet.objects.filter(place=place, state="submitted")
    counted = sheets.aggregate(
        all=Count("pk"),
        endless=Count("pk", filter=Q(objections_until=None, objections_closed_at=None)),
        ended=Count("pk", filter=Q(objections_closed_at__isnull=False)),
    )
    return {
        "lines": [Line(row, mark(row), len(row.frozen)) for row in found],
        "waiting": sum(row.state == "filed" for row in found),
        "sheets": counted,
    }


def waiting(campaign: Campaign) -> str:
    """The objections that nobody can uphold any more once their campaign has ended, in words."""
    n = Objection.objects.filter(sheet__case__campaign=campaign, state="filed").count()
    return f"还有 {n} 份申辩没有答复。办结后只能答复“不采纳”，请先办理。" if n else ""
