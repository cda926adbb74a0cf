"""What is overdue climbs in steps: reminder (提醒), supervising note (督办), proposal of 约谈. Each once, until another day is set.

The days are the procedure's (``ladder``), else ``DEFAULT``, which is the product's own: no norm names days (decision record 0016).
Called by the clock. A step that was missed is made up for, dated on its own day. Not here: reminders of tasks (``tasks``), what the
office itself writes (``ledger.urge``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from dudao_web import clock
from dudao_web.campaigns import procedures
from dudao_web.campaigns.models import Campaign
from dudao_web.findings import asking, keeping, rules
from dudao_web.findings.models import Finding, Rectification
from dudao_web.orgs.actions import Refused, record_many
from dudao_web.orgs.models import Membership

AT_ONCE = 500  # findings of one act


@dataclass(frozen=True, slots=True)
class Step:
    """``level`` of a Finding that has come so far, ``kind`` of the Rectification, what it is called and says."""

    level: int
    kind: str
    title: str
    text: str


STEPS = (
    Step(1, "reminded", "提醒", "已逾期，请抓紧整改。"),
    Step(2, "urged", "督办", "逾期 {} 天仍未整改完成，由核验单位督办。"),
    Step(3, "interview", "约谈建议", "逾期 {} 天仍未整改完成，建议约谈责任单位。"),
)
REMINDER = 1  # days after the due day
DEFAULT = (7, 15)  # days after the due day: supervising note, proposal of 约谈


def days(campaign: Campaign) -> tuple[int, int, int]:
    """After how many days overdue each step is due."""
    ladder = procedures.load(campaign.procedure).ladder
    note, interview = (ladder.note, ladder.interview) if ladder is not None else DEFAULT
    return REMINDER, note, interview


def climb(*, on: date) -> int:
    """Every step that is due by a day, of every campaign, ended ones too; the number of steps. Again: none."""
    overdue = Finding.objects.filter(state__in=Finding.DUE, due__lt=on, level__lt=STEPS[-1].level)
    keys = overdue.order_by().values_list("case__campaign", flat=True).distinct()
    campaigns = Campaign.objects.filter(pk__in=keys).select_related("procedure").order_by("pk")
    return sum(_climb(campaign, on) for campaign in campaigns)


def _climb(campaign: Campaign, on: date) -> int:
    after = days(campaign)
    rows = Finding.objects.filter(
        case__campaign=campaign, state__in=Finding.DUE, due__lt=on, level__lt=STEPS[-1].level
    )
    found = list(rows.order_by("pk"))
    return sum(_some(campaign, found[at : at + AT_ONCE], after, on) for at in range(0, len(found), AT_ONCE))


@transaction.atomic
def _some(campaign: Campaign, findings: Sequence[Finding], after: tuple[int, ...], on: date) -> int:
    """One act for each level."""
    held = [row for row in keeping.held(findings) if row.state in Finding.DUE and row.due is not None]
    written = 0
    for step, wait in zip(STEPS, after, strict=True):
        rows = [row for row in held if row.level < step.level and row.due + timedelta(days=wait) <= on]
        if not rows:
            continue
        done = [
            Rectification(
                finding=row,
                kind=step.kind,
                text=step.text.format(wait),
                on=row.due + timedelta(days=wait),
                at=clock.now(),
            )
            for row in rows
        ]
        for row in rows:
            row.level = step.level
        Finding.objects.bulk_update(rows, ["level"])
        Rectification.objects.bulk_create(done)
        _tell(step, rows, wait)
        data = {"count": len(rows), "level": step.level}
        record_many(by=None, action="findings.climb", objs=[*rows, *done], data=data, chain_name=campaign.key)
        written += len(done)
    return written


def _tell(step: Step, rows: Sequence[Finding], wait: int) -> None:
    """Of a reminder the tasks remind themselves; beyond it who mends them reads why, and an office above is asked."""
    if step.kind == "urged":
        asking.ask(rows, f"督办：{step.text.format(wait)}")
        asking.supervise(rows)
    elif step.kind == "interview":
        asking.propose(rows)


@transaction.atomic
def decide(*, finding: Finding, by: Membership, held: bool, note: str) -> Finding:
    """The office whose ledger it is decides about the proposal: 约谈 or not, and why. The platform proposes, an office decides."""
    row, note = keeping.one(finding), keeping.words(note)
    text = f"{'约谈' if held else '不约谈'}：{note}"
    if keeping.said(row, "decided", by, text):
        return row
    if not rules.may_decide(by, row):
        raise keeping.changed(row)
    if not note:
        raise Refused("没有写理由。请写明何时约谈谁，或为什么不约谈。")
    step = keeping.step(row, "decided", by, text)
    asking.decided(row)
    keeping.write(row, by, "findings.decide", step)
    return row
