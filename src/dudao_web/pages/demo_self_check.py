"""What units of the demo do in a self-check, once each: read the notice, fill in, note problems, hand in, and the inspector's signature.

Not here: who does it when (``demo_lookback``, ``demo_cases``).
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from dudao_web import clock
from dudao_web.campaigns import actions
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.findings import actions as findings
from dudao_web.notices import actions as notices
from dudao_web.notices.models import Notice, Receipt
from dudao_web.orgs.models import Kind, Membership
from dudao_web.pages import demo_answers
from dudao_web.pages.demo_titles import draw
from dudao_web.pages.demo_units import YANGZHONG
from dudao_web.pages.demo_world import World
from dudao_web.submissions.self_check import actions as self_check


def campaign(year: int) -> Campaign:
    """The look-back of a year."""
    return Campaign.objects.select_related("notice").get(key=f"zj-{year}")


def cases(year: int, district: str) -> list[Case]:
    """The cases of a district, in an order of their own that is always the same."""
    rows = Case.objects.filter(campaign__key=f"zj-{year}", district__code=district)
    found = rows.select_related("campaign", "unit", "version", "place__stage", "place__org")
    return sorted(found, key=lambda case: draw(case.unit.code, "order"))


def place(year: int, stage: str, code: str) -> StageDate:
    """A stage of the look-back at a district."""
    rows = StageDate.objects.select_related("stage__campaign", "org__parent")
    return rows.get(stage__campaign__key=f"zj-{year}", stage__key=stage, org__code=code)


def acknowledge(by: Membership, notice: Notice | None) -> None:
    """An office has read a notice that was sent to it."""
    receipt = Receipt.objects.filter(notice=notice, org=by.org, acknowledged_at=None).first()
    if receipt is not None:
        notices.acknowledge(receipt=receipt, by=by)


def hand_in(world: World, found: Sequence[Case], notice: Notice | None) -> None:
    """Units read the notice, fill in everything and hand in."""
    for case in found:
        by = world.offices[case.unit.code]
        acknowledge(by, notice)
        texts = demo_answers.whole(case.version_id, case.unit.code, case.campaign.year)
        self_check.save(case=case, by=by, texts=texts)
        note_findings(case, by)
        self_check.hand_in(case=case, by=by, report=demo_answers.REPORT)


def sign(world: World, found: Iterable[Case]) -> None:
    """The responsible inspector of the demo signs."""
    for case in found:
        actions.sign(case=case, by=world.inspectors[YANGZHONG], text=demo_answers.OPINION)


def begin(world: World, case: Case, notice: Notice | None) -> None:
    """A unit reads the notice and fills in a part."""
    by = world.offices[case.unit.code]
    acknowledge(by, notice)
    texts = demo_answers.half(case.version_id, case.unit.code, case.campaign.year)
    self_check.save(case=case, by=by, texts=texts)


def note_findings(case: Case, by: Membership) -> None:
    """One unit in eight finds a problem that it can mend; a few hand one up to their district."""
    number, year = draw(case.unit.code, "finding"), case.campaign.year
    if number % 8 == year % 2:
        known = demo_answers.OF_TOWNS if case.kind == Kind.TOWN else demo_answers.FINDINGS
        code, text, measure = known[number // 8 % len(known)]
        due = clock.today() + timedelta(days=60)
        findings.note(case=case, by=by, text=text, indicator=code, mendable=True, measure=measure, due=due)
    if number % 40 == 5 and year == 2018:
        text = demo_answers.HANDED_UP[number // 40 % len(demo_answers.HANDED_UP)]
        findings.note(case=case, by=by, text=text, mendable=False, measure=demo_answers.WHY_UP)
