"""What the indicator of a problem comes to with the figures of its report, beside how it was judged when it was listed: whoever
verifies is told before the strike-off where it is no better.

Reads alone. Not here: whether it can be struck off (``striking``), the same in full on a page, and from returns (``evaluations``).
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dudao.evaluation import evaluate
from dudao.intake.typed import typed
from dudao.standards.model import Points
from dudao_web import clock
from dudao_web.campaigns import shown
from dudao_web.campaigns.models import Judgement
from dudao_web.findings import answers, figures, queries
from dudao_web.findings.models import Finding
from dudao_web.standards import queries as standards
from dudao_web.ui.templatetags.ui import MARKS

RANKS = {"A": 2, "met": 2, "B": 1, "basically_met": 1, "C": 0, "not_met": 0}
BEST = 2


@dataclass(frozen=True, slots=True)
class Change:
    """``before``, ``after``: as words and marks; ``unimproved``: no better than before, which to strike off needs a reason; ``short``:
    below what is asked, so that a running campaign may list it again once it is computed (``evaluations``).
    """

    before: shown.Word
    after: shown.Word
    unimproved: bool
    short: bool

    @property
    def said(self) -> str:
        """Both in one sentence."""
        return f"列入时判定为“{_word(self.before)}”，按整改报告的数据为“{_word(self.after)}”"


def _word(said: shown.Word) -> str:
    return said.word or MARKS[said.mark][2]


def of(finding: Finding) -> Change | None:
    """None where no report since it was listed has figures, or where one of the two cannot be judged (nobody had, and nothing was
    handed in by then): then material decides alone.
    """
    listing = queries.listing(finding)
    first = listing.pk if listing is not None else 0
    reports = [one for one in finding.steps.all() if one.kind == "report" and one.pk > first]
    # a later one without figures takes nothing back
    report = next((one for one in reversed(reports) if one.answer), None)
    item = answers.asked(finding) if report is not None else None
    if report is None or item is None:
        return None
    struck = figures.struck(finding.case)
    before = _listed(finding)
    if before is None:
        known = figures.handed_in(finding.case, listing.at if listing is not None else finding.at)
        if not known:
            return None
        earlier = [one for one in struck if one.pk < first]
        before = _judged(finding, figures.texts(finding.case, known, earlier), item.kind)
    last = reports[-1]
    handed_in = figures.handed_in(finding.case, last.at)
    told = [one for one in struck if one.pk < last.pk]
    after = _judged(finding, figures.texts(finding.case, handed_in, [*told, report]), item.kind)
    rule = item.indicator.rule
    if before.points is not None and after.points is not None:
        full = isinstance(rule, Points) and after.points >= rule.most
        unimproved, short = after.points <= before.points and not full, False
    elif before.value in RANKS and after.value in RANKS:
        short = RANKS[after.value] < BEST
        unimproved = short and RANKS[after.value] <= RANKS[before.value]
    else:
        return None
    return Change(shown.word(before), shown.word(after), unimproved, short)


def _listed(finding: Finding) -> Judgement | None:
    """How it was judged when it was listed; None where nobody had."""
    said = finding.before
    if not said.get("value"):
        return None
    points = None if said.get("points") is None else Decimal(said["points"])
    return Judgement(value=said["value"], points=points)


def _judged(finding: Finding, texts: dict[str, str], kind: str) -> Judgement:
    """The indicator by the standard's own rules, from these answers. Not kept."""
    case = finding.case
    standard = standards.load(case.version)
    read = typed(standard, texts, code=case.unit.code, name=case.unit.name, year=case.campaign.year)
    item = evaluate(standard, read.intake, clock.today()).item(finding.indicator)
    if isinstance(item.value, str) and item.value in shown.GRADES:
        return Judgement(value=item.value, points=None)
    given = kind == "points" and isinstance(item.value, Fraction)
    points = Decimal(item.value.numerator) / Decimal(item.value.denominator) if given else None
    return Judgement(value=item.judgement, points=points)
