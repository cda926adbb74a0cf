"""What follows from a unit's answers: a judgement for every indicator, the outcome, and what is wrong with an answer.

The rules are the standard's (``dudao.evaluation``); nothing here knows one. Not here: keeping it (``actions``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from dudao.evaluation import Evaluation, evaluate
from dudao.intake.typed import Typed, typed
from dudao.issues import Issue
from dudao.standards.asked import AskedItem
from dudao_web.campaigns.actions import POINTS, Answered
from dudao_web.campaigns.models import Judgement
from dudao_web.submissions.self_check.answers import Sheet, note_of

GRADES = frozenset("ABC")
NAMED = 10  # items named in a refusal


@dataclass(frozen=True)
class Judged:
    """The sheet judged: ``answered`` as it would be handed in, ``issues`` by field, ``lacking``: items without a whole answer."""

    evaluation: Evaluation
    answered: tuple[Answered, ...]
    issues: Mapping[str, tuple[Issue, ...]]
    lacking: tuple[AskedItem, ...]

    @property
    def errors(self) -> dict[str, tuple[Issue, ...]]:
        """The errors alone: with one nothing is handed in."""
        found = {name: tuple(i for i in some if i.level == "error") for name, some in self.issues.items()}
        return {name: some for name, some in found.items() if some}

    @property
    def queries(self) -> dict[str, tuple[Issue, ...]]:
        """What is asked about an answer; it does not stand in the way."""
        found = {name: tuple(i for i in some if i.level == "query") for name, some in self.issues.items()}
        return {name: some for name, some in found.items() if some}


@dataclass(frozen=True, slots=True)
class Difference:
    """An indicator that would be handed in otherwise than last time."""

    before: Judgement
    after: Answered


def judge(sheet: Sheet, on: date, texts: Mapping[str, str] | None = None) -> Judged:
    """Judge a sheet as it stands, or with these ``texts`` in place of its own."""
    case, said = sheet.case, dict(sheet.texts if texts is None else texts)
    found: Typed = typed(
        sheet.standard, said, code=case.unit.code, name=case.unit.name, year=case.campaign.year
    )
    run = evaluate(sheet.standard, found.intake, on)
    items = {item.indicator.code: item for item in sheet.items}
    answered = []
    for item in run.items:
        code = item.indicator.code
        asked = items.get(code)
        own = {field.name: said[field.name] for field in asked.fields if field.name in said} if asked else {}
        value, points = _value(item.value, item.judgement, asked)
        answered.append(Answered(code, value, points, own, said.get(note_of(code)) or item.note))
    lacking = tuple(item for item in sheet.items if not sheet.answered(item, said))
    return Judged(run, tuple(answered), found.issues, lacking)


def why_not(judged: Judged) -> str:
    """Why it cannot be handed in, "" where it can."""
    if judged.lacking:
        names = "、".join(item.indicator.code for item in judged.lacking[:NAMED])
        more = "等" if len(judged.lacking) > NAMED else ""
        return f"还有 {len(judged.lacking)} 项没有填完：{names}{more}。请填完后提交。"
    if judged.errors:
        first = next(iter(judged.errors.values()))[0]
        return f"有 {len(judged.errors)} 处填写有误，不能提交。{first.found}{first.mend}"
    return ""


def differences(sheet: Sheet, judged: Judged) -> list[Difference]:
    """What would be handed in otherwise than last time, in document order; nothing before the first hand-in."""
    found = []
    for one in judged.answered:
        old = sheet.last.get(one.indicator)
        points = one.points.quantize(POINTS) if one.points is not None else None
        if old is not None and (old.value, old.points, old.answer, old.note) != (
            one.value,
            points,
            one.answer,
            one.note,
        ):
            found.append(Difference(old, one))
    return found


def _value(value: object, judgement: str, asked: AskedItem | None) -> tuple[str, Decimal | None]:
    """The word and the points of one judged item: a grade where it is graded, points where it gives some, else the judgement."""
    if isinstance(value, str) and value in GRADES:
        return value, None
    points = asked is not None and asked.kind == "points"
    if points and isinstance(value, Fraction):
        return judgement, Decimal(value.numerator) / Decimal(value.denominator)
    return judgement, None
