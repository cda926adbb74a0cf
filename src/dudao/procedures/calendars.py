"""Working-day calendars (工作日历): one YAML file a year, with the notices it comes from.

Here live their loading and the counting of working days. A year without a file counts Monday to Friday and says so (``assumed``).
Not here: deadlines (``deadline``), what is counted from which event (``clocks``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from dudao.standards.folder import opened
from dudao.standards.nodes import Entry, Keys, Problem, StandardError

SHIPPED = Path(__file__).parent / "working_days"


class CalendarError(StandardError):
    """A calendar that cannot be used; ``problems`` are all that were found, with file and line."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """One year. ``holidays``: days off, weekends within them too; ``workdays``: Saturdays and Sundays on which one works (调休)."""

    year: int
    sources: tuple[str, ...]
    holidays: frozenset[date]
    workdays: frozenset[date]


Calendars = Mapping[int, Calendar]
"""Year -> its calendar."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A day found by counting. ``years``: those counted Monday to Friday, for want of a calendar."""

    day: date
    years: tuple[int, ...] = ()

    @property
    def assumed(self) -> bool:
        """Whether a year without a calendar was counted."""
        return bool(self.years)


def load_calendar(source: Path | bytes) -> Calendar:
    """The calendar of a file, by its path or its bytes; CalendarError with every problem when it is not sound.

    >>> text = "year: 2018\\nsources: [通知]\\nholidays: [{title: 元旦, from: 2018-01-01, to: 2018-01-01}]\\nworkdays: []\\n"
    >>> len(load_calendar(text.encode()).holidays)
    1
    """
    name, data = (
        ("calendar.yaml", source) if isinstance(source, bytes) else (source.name, source.read_bytes())
    )
    problems: list[Problem] = []
    root = opened({name: data}, name, None, problems)
    found = _calendar(root) if root else None
    if problems or found is None:
        raise CalendarError(sorted(set(problems)))
    return found


def load_calendars(folder: Path = SHIPPED) -> dict[int, Calendar]:
    """Every calendar of a folder, by year; those that come with the program when none is named. CalendarError when one is not sound
    or two are of one year."""
    found: dict[int, Calendar] = {}
    for path in sorted(folder.glob("*.yaml")):
        calendar = load_calendar(path)
        if calendar.year in found:
            raise CalendarError([Problem(path.name, 1, f"{calendar.year} 年的工作日历重复")])
        found[calendar.year] = calendar
    return found


def is_working_day(day: date, calendars: Calendars) -> bool:
    """Whether one works on a day; Monday to Friday in a year without a calendar.

    >>> is_working_day(date(2018, 2, 11), load_calendars()), is_working_day(date(2018, 2, 11), {})
    (True, False)
    """
    calendar = calendars.get(day.year)
    if calendar is None or (day not in calendar.holidays and day not in calendar.workdays):
        return day.weekday() < 5
    return day in calendar.workdays


def working_days_after(day: date, n: int, calendars: Calendars) -> Counted:
    """The n-th working day after a day (n >= 1); the day itself does not count.

    >>> found = working_days_after(date(2018, 2, 14), 1, load_calendars())
    >>> found.day.isoformat(), found.assumed
    ('2018-02-22', False)
    >>> found = working_days_after(date(2018, 2, 14), 1, {})
    >>> found.day.isoformat(), found.years
    ('2018-02-15', (2018,))
    """
    if n < 1:
        raise ValueError(f"working days after a day: n is {n}, should be 1 or more")
    years = set()
    while n:
        day += timedelta(days=1)
        if day.year not in calendars:
            years.add(day.year)
        n -= is_working_day(day, calendars)
    return Counted(day, tuple(sorted(years)))


def _calendar(root: Entry) -> Calendar | None:
    keys = Keys(root, "year", "sources", "holidays", "workdays")
    at_year = keys.need("year")
    year = at_year.whole() if at_year else 0
    keys.need("holidays")
    keys.need("workdays")
    sources = keys.texts("sources")
    if not any(sources):
        root.problem("缺少 sources：写明放假安排的通知和文号")
    holidays: set[date] = set()
    for entry in keys.items("holidays"):
        own = Keys(entry, "title", "from", "to")
        own.text("title")
        first, last = own.day("from"), own.day("to")
        if first.year != year or last.year != year:
            entry.problem(f"{first} 至 {last} 不全在 {year} 年")
        elif last < first:
            entry.problem(f"截止 {last} 早于开始 {first}")
        else:
            holidays.update(_days(first, last))
    workdays: set[date] = set()
    for entry in keys.items("workdays"):
        day = entry.day()
        if day.year != year:
            entry.problem(f"{day} 不在 {year} 年")
        elif day.weekday() < 5:
            entry.problem(f"{day} 不是星期六、星期日")
        elif day in holidays:
            entry.problem(f"{day} 既是放假又是上班")
        workdays.add(day)
    return Calendar(year, sources, frozenset(holidays), frozenset(workdays))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
