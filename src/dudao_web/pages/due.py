"""One list of everything due to an office: its tasks, and the duties that follow from the returns; overdue first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from dudao_web.inspections.models import Member
from dudao_web.inspections.teams import TASK as TEAM_TASK
from dudao_web.orgs.models import Membership, Role
from dudao_web.tasks import queries as tasks
from dudao_web.tasks.models import Task

SOON = timedelta(days=7)
# The verb on a task's button; others are 办理.
VERBS = {
    "notices.receipt": "签收",
    "campaigns.unit": "填写",
    "campaigns.opinion": "签署",
    "campaigns.unlock": "审定",
    "findings.answer": "答复",
    "findings.interview": "研究",
    "findings.mend": "整改",
    "findings.plan": "报送",
    "findings.urge": "督办",
    "findings.verify": "核验",
}
GROUPS = (
    ("overdue", "已逾期"),
    ("today", "今天到期"),
    ("soon", "七日内"),
    ("later", "七日以后"),
    ("none", "不限期"),
)


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do: the words, where it is done, the verb on its button; by when, where that is set."""

    state: str
    text: str
    note: str
    href: str
    verb: str
    first: bool = False
    due: date | None = None
    days: int = 0  # from today to ``due``; below 0 it is overdue

    @property
    def overdue(self) -> int:
        """By how many days it is overdue."""
        return max(0, -self.days)


@dataclass(frozen=True, slots=True)
class Group:
    """Duties of one stretch of time."""

    key: str
    title: str
    duties: tuple[Duty, ...]


def asked(membership: Membership, on: date) -> Iterator[Duty]:
    """The tasks of an office as duties, overdue first, without a day last."""
    rows = tasks.open_for(membership, on)
    if membership.role == Role.INSPECTOR:  # asked by office; what a team is to do is for its members alone
        mine = Member.objects.filter(membership=membership, left_at=None).values_list("team", flat=True)
        rows = rows.exclude(~Q(object__in=[f"team:{pk}" for pk in mine]), kind=TEAM_TASK)
    for task in rows:
        days = (task.due - on).days if task.due else 0
        state = "overdue" if days < 0 else "due" if task.due and days <= SOON.days else "waiting"
        yield Duty(
            state=state,
            text=task.title,
            note="　".join(part for part in _parts(task, membership) if part),
            href=task.href,
            verb=VERBS.get(task.kind, "办理"),
            first=days < 0,
            due=task.due,
            days=days,
        )


def _parts(task: Task, membership: Membership) -> tuple[str, ...]:
    """For what, from whom, and what was added to it; whose unit's, where it is not the office's own."""
    return (
        task.org.name if task.org_id != membership.org_id else "",
        task.about,
        f"{task.asked_by.name}交办" if task.asked_by and task.asked_by_id != membership.org_id else "",
        task.note,
    )


def grouped(duties: Iterable[Duty]) -> tuple[Group, ...]:
    """The duties by time, in their order; stretches without any are left out."""
    found: dict[str, list[Duty]] = {key: [] for key, _ in GROUPS}
    for duty in duties:
        found[_group(duty)].append(duty)
    return tuple(Group(key, title, tuple(found[key])) for key, title in GROUPS if found[key])


def _group(duty: Duty) -> str:
    if duty.due is None:
        return "none"
    if duty.days <= 0:
        return "overdue" if duty.days < 0 else "today"
    return "soon" if duty.days <= SOON.days else "later"
