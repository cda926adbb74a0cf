"""What the answers of the 补充表 make of the items: which are without data, what they lack, and what a draft would change.

Here lives the step from a set, as it is or would be, to judgements; nothing is kept. Not here: a run that is kept
(``evaluations``), the rules (``dudao.evaluation``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dudao.evaluation import Evaluation, evaluate
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Intake, Return
from dudao_web.standards import queries as standards
from dudao_web.submissions import queries
from dudao_web.submissions.models import Submission
from dudao_web.submissions.queries import ReturnSet

Lacks = Mapping[str | None, frozenset[str]]
"""school code, None for the county -> names of the fields of the 补充表 that an item lacks"""


@dataclass(frozen=True)
class Stand:
    """How a set stands, or would stand: what the library reads in it and makes of it."""

    intake: Intake
    rows: tuple[Submission, ...]
    evaluation: Evaluation
    lacks: Lacks

    @property
    def stages(self) -> dict[str, tuple[str, ...]]:
        """Code -> stages of each school that is asked for figures at all."""
        schools = [
            one for one in self.evaluation.roll.schools if one.code and not (one.kind and one.kind.excluded)
        ]
        return {one.code: tuple(stage.name for stage in one.stages) for one in schools if one.code}

    @property
    def judgements(self) -> dict[str, str]:
        """Item -> judgement, in document order."""
        return {item.indicator.code: item.judgement for item in self.evaluation.items}


def stand(of: ReturnSet, on: date, *, without: Collection[int] = (), more: Sequence[Return] = ()) -> Stand:
    """The set on a day; ``without`` rows and with ``more`` returns, as it would be."""
    standard = standards.load(of.version)
    intake, rows = queries.intake_of(of, without=without, more=more)
    evaluation = evaluate(standard, intake, on)
    return Stand(intake, tuple(rows), evaluation, _lacks(standard, evaluation))


@lru_cache(maxsize=256)
def lacks(of: ReturnSet, digest: str, on: date) -> Lacks:
    """What the items of a set lack. ``digest``: of what the set holds (``queries.digest``); the same set is evaluated once."""
    return stand(of, on).lacks


def _lacks(standard: Standard, evaluation: Evaluation) -> Lacks:
    names = {field.label: field.name for field in standard.fields if field.supplementary}
    found: dict[str | None, set[str]] = {}
    for item in evaluation.items:
        parts = [gap for one in (*item.parts, *item.schools) for gap in one.missing]
        for gap in (*item.missing, *parts):
            if gap.field in names:
                code = gap.school.code if gap.school is not None else None
                found.setdefault(code, set()).add(names[gap.field])
    return {code: frozenset(fields) for code, fields in found.items()}


def found_in(intake: Intake, file: str) -> list[Issue]:
    """What is wrong in a file, as the set stands."""
    return [issue for issue in intake.issues if issue.file == file]


@dataclass(frozen=True, slots=True)
class Change:
    """An item that would be judged otherwise."""

    code: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a draft would make: items judged otherwise, the verdict before and after, items still without data."""

    changes: tuple[Change, ...]
    before: str
    after: str
    open: tuple[tuple[str, str], ...]

    @property
    def groups(self) -> list[tuple[str, str, list[Change]]]:
        """Judgement before, judgement after, and the items that change so; in the order of the first of each."""
        found: dict[tuple[str, str], list[Change]] = {}
        for change in self.changes:
            found.setdefault((change.before, change.after), []).append(change)
        return [(before, after, items) for (before, after), items in found.items()]


def foreseen(now: Stand, then: Stand) -> Foreseen:
    """What would change from one to the other."""
    before = now.judgements
    titles = {item.indicator.code: item.indicator.title for item in then.evaluation.items}
    after = then.judgements
    return Foreseen(
        tuple(
            Change(code, titles[code], before[code], judgement)
            for code, judgement in after.items()
            if before[code] != judgement
        ),
        now.evaluation.status,
        then.evaluation.status,
        tuple((code, titles[code]) for code, judgement in after.items() if judgement == "no_data"),
    )
