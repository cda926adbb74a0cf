"""Keeping a self-check and handing it in. Saving an answer is no act (a draft); handing in is one.

Keyword-only; what stays in the way is said item by item, and nothing typed is lost by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from dudao.standards.model import Field
from dudao_web import clock
from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns import rules
from dudao_web.campaigns.models import Case, HandIn
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Membership
from dudao_web.submissions import data_stage, drafts
from dudao_web.submissions.models import Answer
from dudao_web.submissions.self_check import answers, judging

LONGEST = 2000  # characters of an answer
LONGEST_REPORT = 5000
TYPE = "self_check"
CLOSED = "已经提交或不是本单位填报，不能再改。要修改的，请申请退回修改。"


@dataclass(frozen=True)
class Conflict:
    """Another tab or colleague saved this field since the page was shown: their text, which stands until the user decides."""

    field: str
    text: str


def may_fill(membership: Membership, case: Case) -> bool:
    """Whether the office fills the self-check in now: it is the unit's turn, and at a self-check."""
    return case.place.stage.type == TYPE and rules.may_fill(membership, case)


@transaction.atomic
def save(
    *, case: Case, by: Membership, texts: Mapping[str, str], seen: Mapping[str, str] | None = None
) -> list[Conflict]:
    """Keep answers of a draft (field -> text; "" clears). ``seen``: what the page had shown of each. What is sent as it was shown was
    not touched, and what was changed meanwhile by somebody else to another text is not overwritten but returned.
    """
    case = campaigns.locked(case)
    if not may_fill(by, case):
        raise Refused(CLOSED)
    sheet = answers.sheet(case)
    named = answers.fields(sheet.items)
    free = {answers.REPORT, *(answers.note_of(item.indicator.code) for item in sheet.items)}
    conflicts, rows, now = [], [], clock.now()
    for name, raw in texts.items():
        if name not in named and name not in free:
            continue
        text = _typed(name, named.get(name), raw)
        old = sheet.answers.get(name)
        stands = old.text if old else ""
        if seen is not None and name in seen:
            shown = _typed(name, named.get(name), seen[name])
            if text == shown:
                continue
            if stands not in (shown, text):
                conflicts.append(Conflict(name, stands))
                continue
        if text != stands or (seen is None and old is not None and old.origin != answers.TYPED):
            source = (
                old.source if old is not None and text else ""
            )  # a figure carried in before is shown as changed
            rows.append(
                Answer(case=case, field=name, text=text, origin=answers.TYPED, source=source, by=by, at=now)
            )
    _keep(rows)
    if case.state == "todo":
        campaigns.begin(case=case, by=by)
    return conflicts


def _typed(name: str, field: Field | None, raw: str) -> str:
    """A text as it is kept. Notes and the report keep their lines; too long a text is cut (the page does not let it be typed)."""
    if field is not None:
        return drafts.typed(field, raw)[:LONGEST]
    lines = "\n".join(raw.replace("\x00", "").splitlines()).strip()
    return lines[: LONGEST_REPORT if name == answers.REPORT else LONGEST]


def _keep(rows: list[Answer]) -> None:
    """Write answers in one statement, each over the one that was there."""
    if rows:
        Answer.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["case", "field"],
            update_fields=["text", "origin", "source", "by", "at"],
        )


@transaction.atomic
def carry_in(*, case: Case, by: Membership) -> int:
    """Write what is known already into fields that have no answer yet, marked as carried in; how many."""
    case = campaigns.locked(case)
    if not may_fill(by, case):
        return 0
    sheet, now = answers.sheet(case), clock.now()
    new = [
        Answer(case=case, field=name, text=one.text, origin=answers.CARRIED, source=one.source, by=by, at=now)
        for name, one in open_known(sheet).items()
    ]
    _keep(new)
    if new:
        campaigns.begin(case=case, by=by)
    return len(new)


def open_known(sheet: answers.Sheet) -> dict[str, answers.Known]:
    """What is known already of fields that have no answer yet."""
    given = {name for name, answer in sheet.answers.items() if answer.text}
    return {name: one for name, one in sheet.known.items() if name not in given}


@transaction.atomic
def hand_in(*, case: Case, by: Membership, report: str = "") -> HandIn:
    """Hand the self-check in. Refused while an item is not answered or an answer cannot be used; the messages name the items."""
    case = campaigns.locked(case, moves=True)  # what is judged is what is handed in, whoever saves meanwhile
    if case.place.stage.type == TYPE:
        sheet = answers.sheet(case)
        judged = judging.judge(sheet, clock.today())
        if rules.may_fill(by, case) and (why := judging.why_not(judged)):
            raise Refused(why)
        if len(report) > LONGEST_REPORT:
            raise Refused(
                f"自查报告有 {len(report)} 字，最多 {LONGEST_REPORT} 字。请删减，或把报告作为附件上传。"
            )
        content = data_stage.again(case) if rules.may_fill(by, case) else ""
        return campaigns.hand_in(case=case, by=by, answered=judged.answered, report=report, content=content)
    if rules.may_fill(by, case):
        raise Refused(f"现在是“{case.place.stage.title}”阶段，不提交自查。")
    return campaigns.hand_in(case=case, by=by, answered=())  # refuses, and says why
