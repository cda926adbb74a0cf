"""How the ledger is kept: findings held while they are changed, listed under their numbers, each act with its step.

Used by the actions; nothing here is an act of its own. A finding is changed by whoever holds its case, so that all that is done about
one unit in a campaign comes one after the other; then its row is read again. Held in this order: cases (by key), the turn of the
campaign's chain, the turn of the ledger; a transaction that has recorded an act already can therefore list problems.
"""

import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q

from dudao_web import clock
from dudao_web.campaigns.models import Case, Judgement
from dudao_web.findings.models import Finding, Rectification
from dudao_web.orgs import queries
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.actions import Refused, record, wait_for_turn
from dudao_web.orgs.models import COUNTY_KINDS, Kind, Membership, Org

MONTH = timedelta(days=30)  # of what is listed again where no document names a day
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs that show nothing
AROUND = (  # what an act reads of a finding besides itself
    "case__campaign__org",
    "case__unit__parent",
    "case__district__parent",
    "unit__parent",
    "org__parent",
    "office__parent",
    "responsible__parent",
    "owner__parent",
    "answered_by__org",
)


def held(findings: Iterable[Finding]) -> list[Finding]:
    """Findings as they now are, held by their cases until the transaction ends, in the order of their keys.

    First held, then read with the rows around them, as ``campaigns.walking.held`` does.
    """
    found = list(findings)
    cases = Case.objects.filter(pk__in={row.case_id for row in found}).order_by("pk")
    list(cases.select_for_update(no_key=True).values_list("pk"))
    rows = Finding.objects.filter(pk__in=[row.pk for row in found]).order_by("pk")
    return list(rows.prefetch_related(*AROUND))  # one question a relation, see there


def one(finding: Finding) -> Finding:
    """As it now is, held."""
    (found,) = held([finding])
    return found


def words(text: str) -> str:
    """What somebody wrote, without the blanks around it; nothing where no sign of it can be seen (U+200B and the like)."""
    seen = any(unicodedata.category(sign)[0] in "LNPS" and sign not in BLANK for sign in text)
    return text.strip() if seen else ""


def not_over(due: date) -> None:
    """Refuse a day that is over."""
    if due < clock.today():
        raise Refused(f"整改时限 {due:%Y-%m-%d} 已经过去。请填今天或以后的日期。")


def standing(row: Finding) -> str:
    """Why an act cannot be done, in words: the finding is in another state, or with another office."""
    holder = f"现由“{row.org.name}”办理，" if row.state in Finding.LIVE else ""
    return f"这个问题现在是“{row.get_state_display()}”，{holder}不能这样办，或不由本单位办。请刷新后再看。"


def changed(row: Finding) -> Refused:
    """That as a refusal."""
    return Refused(standing(row))


def listed(case: Case, by: Membership | None, **said: Any) -> Finding:
    """A new line of the ledger, for a case that is held: with its number in the unit's list and in the owner's ledger of the year, and
    with the problem of an earlier year that has come back in it. Its step is for the caller to write.
    """
    campaign = case.campaign
    wait_for_turn(campaign.key)  # as if an act of this transaction had been recorded already
    wait_for_turn(f"findings {campaign.org_id} {campaign.year}")
    numbers = case.findings.aggregate(last=Max("number"))
    serials = Finding.objects.filter(owner=campaign.org_id, year=campaign.year).aggregate(last=Max("serial"))
    before = earlier(case, said.get("indicator", ""), said["text"])
    return Finding.objects.create(
        case=case,
        unit=case.unit,
        owner=campaign.org,
        year=campaign.year,
        serial=(serials["last"] or 0) + 1,
        number=(numbers["last"] or 0) + 1,
        repeats=before,
        times=before.times + 1 if before is not None else 1,
        by=by,
        at=clock.now(),
        **said,
    )


def earlier(case: Case, indicator: str, text: str) -> Finding | None:
    """The last problem of the unit in an earlier year with the same indicator of the same standard (without one: of the same words),
    struck off or still not mended.
    """
    same = Q(indicator=indicator) if indicator else Q(indicator="", text=text)
    rows = Finding.objects.filter(
        orgs.own(case.unit, "unit"),
        same,
        year__lt=case.campaign.year,
        case__version__standard=case.version.standard,
    )
    return rows.exclude(state="withdrawn").order_by("-year", "-pk").first()


def judged(case: Case, source: str, indicator: str) -> dict[str, Any]:
    """The judgement that shows the problem, as it now stands; of what an office registers, the last one of a team."""
    sources = Judgement.OF_TEAMS if source == "office" else (source,)
    rows = Judgement.objects.filter(case=case, source__in=sources, indicator=indicator, superseded=False)
    found = rows.order_by("-pk").first() if indicator else None
    if found is None:
        return {}
    points = None if found.points is None else str(found.points)
    return {"source": found.source, "value": found.value, "points": points}


def same(case: Case, indicator: str, text: str) -> Finding | None:
    """The line of the campaign that this problem is: the live one of the same words, else the one struck off at the same indicator
    (without one: of the same words).
    """
    rows = list(case.findings.filter(indicator=indicator).exclude(state="withdrawn").order_by("-pk"))
    again = Rectification.objects.filter(finding__in=rows, kind="reopened", text=text)
    words = {row.pk for row in rows if row.text == text} | set(again.values_list("finding", flat=True))
    rows.sort(key=lambda row: (row.state == "struck", row.pk not in words))
    return next((row for row in rows if row.pk in words or (row.state == "struck" and indicator)), None)


def step(
    row: Finding, kind: str, by: Membership | None, text: str = "", on: date | None = None, **more: Any
) -> Rectification:
    """One more step of a finding, today where no other day is meant."""
    return Rectification.objects.create(
        finding=row, kind=kind, text=text, on=on or clock.today(), by=by, at=clock.now(), **more
    )


def said(row: Finding, kind: str, by: Membership | None, text: str, **more: Any) -> bool:
    """Whether this is what the same office did last: the same act once more changes nothing."""
    last = row.steps.last()
    asked = {"kind": kind, "by_id": by.pk if by is not None else None, "text": text, **more}
    return last is not None and all(getattr(last, name) == value for name, value in asked.items())


def write(row: Finding, by: Membership | None, action: str, *steps: Rectification) -> None:
    """The act on a finding, with the steps that it added, in the chain of the campaign: the last thing of every act."""
    chain = row.case.campaign.key
    record(by=by, action=action, obj=row, also=steps, chain_name=chain)


def above(org: Org, case: Case) -> Org | None:
    """Whom ``org`` hands up to. The unit of a case: its district, where it has left that the one of today; a county that is one, the
    office that launched, or where it did so itself its parent. Any other: the office above it in the tree.
    """
    if org.pk == case.unit_id:
        left = not case.district.contains(case.unit)
        district = (left and queries.county_of(case.unit)) or case.district
        found = (district, case.campaign.org, case.unit.parent)
        return next((one for one in found if one is not None and one.pk != org.pk), None)
    if org.kind == Kind.DIRECT and org.parent is not None:
        org = org.parent  # the city acts for 市属
    return org.parent


def verifier(office: Org, *fixers: Org) -> Org:
    """The office that verifies: ``office``, or, where it mends the problem itself, the nearest above it that does not. Itself where
    none is above: then nobody there may verify it (``rules.verify_fault``).
    """
    found: Org | None = office
    while found is not None and any(orgs.is_own(found, one) for one in fixers):
        found = found.parent
    return found or office


def assign_fault(by: Membership, row: Finding, responsible: Org) -> str:
    """Why an office cannot give a problem to a unit, and to whom it can; "" for nothing."""
    if responsible.until is not None:
        return f"“{responsible.name}”已停用。请改交其他单位。"
    county = responsible.kind in COUNTY_KINDS - {Kind.DIRECT} and responsible.contains(row.unit)
    department = by.org.contains(responsible) and serves(responsible, row.unit)
    if responsible.pk == row.unit_id or county or department:
        return ""
    return f"不能交给“{responsible.name}”。只能交给出现问题的单位、它所在的县（市、区），或本级、所在县（市、区）的政府部门。"


def serves(org: Org, unit: Org) -> bool:
    """Whether it is a department of a government that the unit stands under: one of another district has nothing to do with it."""
    return org.kind == Kind.DEPARTMENT and org.parent is not None and org.parent.contains(unit)
