"""What a case is worth after something changed: the indicator of a problem that was struck off is computed again from the figures as
they now are, and a problem whose indicator has fallen since is listed again.

``Case.stale`` is the mark: whatever may change what a case is worth (a judgement, a strike-off, an approval) sets it in its own
transaction; the worker looks every few seconds (``tick``). Nothing here is called by a page.

Strike-offs go on after a campaign is closed, but it takes no more judgements then: of such a case nothing is computed and nothing
reopened, the mark alone goes, and before and after is read from the finding itself (``mended``). A problem that shows again in a later
year is a finding of that year (``findings.ledger``).

Not here: the verdict of a county from its returns (``actions``), who strikes off and how (``findings.ledger``).
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from dudao_web import clock
from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns import walking
from dudao_web.campaigns.actions import Answered
from dudao_web.campaigns.models import Case, Judgement
from dudao_web.campaigns.queries import judgements
from dudao_web.findings import figures, ledger
from dudao_web.findings.models import Finding
from dudao_web.inspections.objections import PREFIX
from dudao_web.submissions.self_check import answers, judging

log = logging.getLogger(__name__)
BELOW = {"B": "B", "C": "C", "basically_met": "基本合格", "not_met": "未达标"}  # value -> word
AT_ONCE = 500  # cases that are held together while their marks are taken away


@dataclass(frozen=True, slots=True)
class Done:
    """How many cases were computed again, and the keys of those that could not be."""

    count: int
    failed: frozenset[int] = frozenset()


def stale(but: Collection[int] = ()) -> Done:
    """Compute again whatever is marked, but for those cases. A case that fails by our own fault is logged and keeps its mark; the
    others go on. Run twice it does nothing.
    """
    marked = Case.objects.filter(stale=True).exclude(pk__in=but).order_by("pk")
    keys = list(marked.values_list("pk", flat=True))
    done, failed = 0, set()
    for start in range(0, len(keys), AT_ONCE):
        for key in _with_struck(keys[start : start + AT_ONCE]):
            try:
                again(key)
                done += 1
            except Exception:
                failed.add(key)
                log.exception("case %s could not be computed again", key)
    return Done(done, frozenset(failed))


@transaction.atomic
def _with_struck(keys: Sequence[int]) -> list[int]:
    """Of these cases, those with a problem struck off; the others have nothing to compute and lose the mark. Held before they are
    looked at: a strike-off that is under way marks its case after us.
    """
    rows = Case.objects.filter(pk__in=keys).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
    found = Finding.objects.filter(case__in=keys, state="struck").order_by().values_list("case", flat=True)
    struck = set(found)
    Case.objects.filter(pk__in=[key for key in keys if key not in struck]).update(stale=False)
    return sorted(struck)


@transaction.atomic
def again(key: int) -> None:
    """One case, held until the end: whoever judges, strikes off or approves meanwhile comes after and marks it anew."""
    (case,) = walking.held([key])
    if not case.stale:
        return
    struck = list(case.findings.filter(state="struck").exclude(indicator="").order_by("pk"))
    if case.campaign.state == "running" and struck:
        base = figures.handed_in(case)
        _compute(case, {row.indicator for row in struck}, base)
        _reopen(case, struck, base)
    Case.objects.filter(pk=case.pk).update(stale=False)


def _compute(case: Case, named: set[str], base: list[Judgement]) -> None:
    """Judgements of their own (计算) for the indicators that were named and whose figures are others than was handed in, or were when
    they were computed last. A case that answers no self-check is computed from its returns, by an Evaluation.
    """
    steps, present = figures.struck(case), judgements(case, "computed")
    if not base or not (steps or present):
        return
    handed_in = _judged(case, figures.texts(case, base))
    now = _judged(case, figures.texts(case, base, steps))
    changed = [
        one for code, one in now.items() if code in named and (code in present or one != handed_in.get(code))
    ]
    campaigns.judge(case=case, by=None, source="computed", answered=changed, action="evaluations.recompute")


def _judged(case: Case, texts: dict[str, str]) -> dict[str, Answered]:
    """What follows from the answers, by indicator."""
    found = judging.judge(answers.sheet(case), clock.today(), texts)
    return {one.indicator: one for one in found.answered}


def _reopen(case: Case, struck: Sequence[Finding], base: list[Judgement]) -> None:
    """List again what was struck off and shows again."""
    approved = {row.pk for row in base}
    rows = Judgement.objects.filter(case=case, indicator__in={row.indicator for row in struck})
    by_indicator: dict[str, list[Judgement]] = defaultdict(list)
    for row in rows.order_by("pk"):
        if row.source != "self" or row.pk in approved:
            by_indicator[row.indicator].append(row)
    for finding in struck:
        if reason := fallen(finding, by_indicator[finding.indicator]):
            ledger.reopen(finding=finding, by=None, reason=reason)


def fallen(finding: Finding, rows: Sequence[Judgement]) -> str:
    """Why a problem that was struck off shows again, "" where it does not: by the newest judgement of its indicator since (``rows``:
    all of them, oldest first), and by the newest of a team, which nothing that the unit says of itself hides.

    Below A or 达标 it has fallen; where points are given, with fewer than it had at the strike-off: those that the figures of the
    strike-off came to, else those that stood then.
    """
    assert finding.struck_at is not None  # it was struck off
    since = [row for row in rows if row.at > finding.struck_at]
    stood = next(
        (row for row in reversed(rows) if row.at <= finding.struck_at and row.points is not None), None
    )
    least = stood.points if stood is not None else None
    newest = of_team = ""
    for row in since:
        short = _short(row, least)
        if short and row.note.startswith(PREFIX):
            continue  # the answer to an objection is better than what it answers: by itself it shows no fall
        newest = short
        if row.source in Judgement.OF_TEAMS:
            of_team = newest
        elif row.source == "computed" and row.points is not None and not newest:
            least = row.points
    return newest or of_team


def _short(row: Judgement, least: Decimal | None) -> str:
    """In what a judgement falls short, in words; "" where it does not."""
    said = "按销号时的数据计算" if row.source == "computed" else f"{row.get_source_display()}判定"
    if row.points is not None:
        if least is None or row.points >= least:
            return ""
        return f"{said}为 {row.points.normalize():f} 分，低于销号时的 {least.normalize():f} 分。"
    return f"{said}为{_word(BELOW[row.value])}，没有达到要求。" if row.value in BELOW else ""


def _word(word: str) -> str:
    return f" {word}" if word.isascii() else word
