"""Recusal (回避): who may not judge which unit and why; the ties that people declare and offices enter.

Barred from a unit is every account of a person who holds an office there, left one less than three years ago, or has a tie to it that
lasts. The unit is itself, what went into it and what it went into; not the district above it. Not here: the refusal (``teams``).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dudao_web import clock
from dudao_web.inspections import rules
from dudao_web.inspections.models import Tie
from dudao_web.orgs.actions import Refused, record
from dudao_web.orgs.models import Membership, Org, Successor, User

YEARS = 3
NOW, LEFT = "现在该单位任职", "{:%Y-%m-%d} 离开该单位，不满三年"


def free_from(left: date) -> date:
    """The first day on which who left on a day (the first no longer in office) is free to judge: three years later.

    >>> free_from(date(2016, 2, 29)).isoformat()
    '2019-03-01'
    """
    try:
        return left.replace(year=left.year + YEARS)
    except ValueError:  # 29 February
        return date(left.year + YEARS, 3, 1)


def why(user: User, unit: Org, on: date) -> str:
    """Why a person must not judge a unit on a day, "" for nothing. It tells the kind, never what was written about it."""
    phrase = faults([user], [unit], on).get((user.pk, unit.pk), "")
    return f"须回避：{phrase}。" if phrase else ""


def faults(users: Iterable[User], units: Iterable[Org], on: date) -> dict[tuple[int, int], str]:
    """The same of many: (key of the user, key of the unit) -> why, for those pairs alone that must not be. A few queries for all."""
    persons, asked = list(users), list(units)
    barred = _barred(persons, on)
    if not any(barred.values()):
        return {}
    families = _families(asked)
    found = {}
    for user in persons:
        for unit in asked:
            reasons = [barred[user.pk][org] for org in sorted(families[unit.pk]) if org in barred[user.pk]]
            if reasons:
                found[user.pk, unit.pk] = reasons[0]
    return found


def _barred(users: Sequence[User], on: date) -> dict[int, dict[int, str]]:
    """For each user the orgs (by key) that the person is barred from, with the reason."""
    numbers = {user.person for user in users if user.person}
    accounts = User.objects.filter(Q(pk__in=[user.pk for user in users]) | Q(person__in=numbers))
    persons = {
        pk: ("", person) if person else (pk, "") for pk, person in accounts.values_list("pk", "person")
    }
    by_person: dict[object, dict[int, str]] = defaultdict(dict)
    held = Membership.objects.filter(user__in=persons, since__lte=on).order_by("pk")
    for user, org, until in held.values_list("user", "org", "until"):
        _bar(by_person[persons[user]], org, _of_office(until, on))
    for tie in Tie.objects.filter(user__in=persons).order_by("pk"):
        _bar(by_person[persons[tie.user_id]], tie.org_id, _of_tie(tie, on))
    return {user.pk: by_person[persons[user.pk]] for user in users}


def _bar(orgs: dict[int, str], org: int, reason: str) -> None:
    if reason and orgs.get(org) != NOW:  # the stronger reason is told
        orgs[org] = reason


def _of_office(until: date | None, on: date) -> str:
    if until is None or on < until:
        return NOW
    return LEFT.format(until) if on < free_from(until) else ""


def _of_tie(tie: Tie, on: date) -> str:
    """Ended on the day it was entered it was a mistake. One who ends 任职 has left on that day."""
    ended = tie.ended_at and _day(tie.ended_at)
    if ended is not None and (tie.kind != "employed" or ended == _day(tie.at)):
        return ""
    left = tie.until if tie.kind == "left" else ended
    if left is None:
        return NOW if tie.kind == "employed" else Tie.KINDS[tie.kind]
    return _of_office(left, on)


def lasts(tie: Tie, on: date) -> bool:
    """Whether a tie still keeps the person from judging on a day."""
    return bool(_of_tie(tie, on))


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _families(units: Sequence[Org]) -> dict[int, set[int]]:
    """For each unit the keys of itself, of all that went into it, and of all that it went into."""
    before: dict[int, set[int]] = defaultdict(set)
    after: dict[int, set[int]] = defaultdict(set)
    for old, new in Successor.objects.order_by("pk").values_list("before", "after"):
        before[new].add(old)
        after[old].add(new)
    return {unit.pk: _reach(unit.pk, before) | _reach(unit.pk, after) for unit in units}


def _reach(start: int, steps: dict[int, set[int]]) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        new = steps.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


# --- ties


@transaction.atomic
def declare(
    *, by: Membership, user: User, org: Org, kind: str, until: date | None = None, note: str = ""
) -> Tie:
    """A person declares a tie, or an office enters one for a person below it. The same while it lasts: the tie that is there.

    ``until``: the day of leaving, of ``left`` alone.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two at once are one
    if not rules.may_declare(by, user):
        raise Refused("回避关系由本人申报，或由上级督导室登记。")
    if kind not in Tie.KINDS:
        raise Refused("没有选关系。请从所列关系中选一种。")
    if kind == "left" and until is None:
        raise Refused("没有填离任日期。曾在该单位任职的，请填离任日期。")
    if kind != "left" and until is not None:
        raise Refused("只有“曾在该单位任职”填离任日期。请删去日期，或改选关系。")
    if until is not None and until > clock.today():
        raise Refused(f"离任日期 {until:%Y-%m-%d} 还没有到。请填今天或以前的日期。")
    same = Tie.objects.filter(user=user, org=org, kind=kind, until=until, ended_at=None).first()
    if same is not None:
        return same
    row = Tie.objects.create(
        user=user, org=org, kind=kind, until=until, note=note.strip(), by=by, at=clock.now()
    )
    record(by=by, action="inspections.declare_tie", obj=row)
    return row


@transaction.atomic
def end(*, tie: Tie, by: Membership) -> Tie:
    """A tie is over. One who had left is free of itself after three years, so that such a tie is ended on its own day alone."""
    Tie.objects.select_for_update().get(pk=tie.pk)
    tie = Tie.objects.select_related("user", "by__user", "org").get(pk=tie.pk)
    if tie.ended_at is not None:
        return tie
    if not rules.may_end_tie(by, tie):
        raise Refused("这项关系由上级督导室登记，由其解除。")
    if tie.kind == "left" and _day(tie.at) != clock.today():
        raise Refused("曾任职的，离任满三年后不再回避，不需要解除。")
    tie.ended_at = clock.now()
    tie.save(update_fields=["ended_at"])
    record(by=by, action="inspections.end_tie", obj=tie)
    return tie
