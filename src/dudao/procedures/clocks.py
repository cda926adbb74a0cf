"""The dates of a procedure's stages in a year: what is known at the launch, and what follows an event that has come.

Here live the legal clocks: N working days, calendar days or months after an event. Not here: reading deadlines (``deadline``),
calendars (``calendars``), today: every day is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dudao.procedures.calendars import Calendars, Counted, working_days_after
from dudao.procedures.deadline import Deadline, days_after, months_after
from dudao.procedures.model import Procedure, Stage

LAUNCH = "launch"
"""The event that every campaign begins with."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A stage's dates. ``waits_for``: the event ("<stage>.closed") from which a date that is still None will be counted; ``years``:
    those counted Monday to Friday, for want of a calendar."""

    stage: str
    opens: date | None
    due: date | None
    waits_for: str | None = None
    years: tuple[int, ...] = ()

    @property
    def assumed(self) -> bool:
        """Whether working days of a year without a calendar were counted Monday to Friday."""
        return bool(self.years)


def count(deadline: Deadline, day: date, calendars: Calendars) -> Counted:
    """The day that a deadline counted from an event falls on, when the event was on ``day``.

    >>> from dudao.procedures.deadline import parse
    >>> count(parse("1个月内"), date(2018, 1, 31), {}).day.isoformat()
    '2018-02-28'
    """
    if deadline.unit == "working_days":
        return working_days_after(day, deadline.count, calendars)
    if deadline.unit == "months":
        return Counted(months_after(day, deadline.count))
    return Counted(days_after(day, deadline.count))


def schedule(
    procedure: Procedure,
    year: int,
    launch: date,
    calendars: Calendars | None = None,
    overrides: Mapping[str, tuple[date | None, date | None]] | None = None,
) -> tuple[Dated, ...]:
    """The dates of every stage that can be known when a campaign of ``year`` is launched; what is counted from an event yet to come
    is None, with the event named. ``overrides``: stage -> (opens, due) in place of the procedure's; None leaves its own.
    ValueError for an override of a stage that is not there.

    >>> from dudao.procedures import load_procedure
    >>> found = schedule(load_procedure("zhenjiang-lookback"), 2017, date(2017, 5, 8))
    >>> [(item.opens.isoformat(), item.due.isoformat()) for item in found if item.stage == "spot_check"]
    [('2017-09-01', '2017-11-30')]
    """
    own = dict(overrides or {})
    unknown = sorted(own.keys() - {stage.key for stage in procedure.stages})
    if unknown:
        raise ValueError(f"程序 {procedure.id} 没有阶段 {'、'.join(unknown)}")
    events = {LAUNCH: launch}
    found = []
    for stage in procedure.stages:
        one = _dated(stage, year, events, calendars or {}, own.get(stage.key, (None, None)))
        if one.opens is not None:
            events[f"{stage.key}.opened"] = one.opens
        found.append(one)
    return tuple(found)


def dated(
    stage: Stage, event_day: date, calendars: Calendars | None = None, year: int | None = None
) -> Dated:
    """A stage's dates once the event that it waits for has come, on ``event_day``. ``year``: of the campaign, where it is another.

    >>> from dudao.procedures import load_procedure
    >>> stage = load_procedure("zhenjiang-lookback").stage("rectification")
    >>> dated(stage, date(2017, 12, 31)).due.isoformat()
    '2018-01-31'
    """
    events = {
        deadline.after: event_day
        for deadline in (stage.opens, stage.due)
        if deadline is not None and deadline.after
    }
    return _dated(stage, event_day.year if year is None else year, events, calendars or {}, (None, None))


def _dated(
    stage: Stage,
    year: int,
    events: Mapping[str, date],
    calendars: Calendars,
    own: tuple[date | None, date | None],
) -> Dated:
    years: set[int] = set()
    waits: str | None = None
    days: list[date | None] = []
    for deadline, given, plain in (
        (stage.opens, own[0], stage.opens.begins(year) if stage.opens else None),
        (stage.due, own[1], stage.due.ends(year) if stage.due else None),
    ):
        day = plain if given is None else given
        if given is None and deadline is not None and deadline.after:
            if deadline.after in events:
                counted = count(deadline, events[deadline.after], calendars)
                day = counted.day
                years.update(counted.years)
            else:
                waits = waits or deadline.after
        days.append(day)
    return Dated(stage.key, days[0], days[1], waits, tuple(sorted(years)))
