"""Deadlines (期限) as data and as text: what “8月前”, “2017底前”, “9～11月” or “1个月内” says.

Here live the reading of the forms that plans and task books print, and the days a deadline means in a year. Not here: counting from an
event (``clocks``), working days (``calendars``), whether something is overdue (the platform asks with its own clock).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

Unit = Literal["working_days", "days", "months"]
Reader = Callable[[re.Match[str]], "Deadline"]


class DeadlineError(ValueError):
    """A text that is no deadline; the message says which forms are read."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a year. ``year`` None: of the year of the campaign; ``day`` None: the last of the month.

    >>> Day(None, 2, None).on(2020).isoformat()
    '2020-02-29'
    """

    year: int | None
    month: int
    day: int | None

    def on(self, year: int) -> date:
        """The date; a day that the month of that year does not have is its last (2月29日)."""
        year = self.year or year
        last = monthrange(year, self.month)[1]
        return date(year, self.month, last if self.day is None else min(self.day, last))


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something begins or is due. ``text``: as printed.

    ``kind``: by, until ``last`` (``first``: where the text names a month or a year, its first day); window, from ``first`` to ``last``;
    within, ``count`` ``unit`` after the event ``after`` ("launch", "<stage>.opened", "<stage>.closed"; "" where the text alone
    does not say); open, no end (长期). ``precision``: day, month, year or open.
    """

    text: str
    kind: Literal["by", "window", "within", "open"]
    precision: Literal["day", "month", "year", "open"]
    first: Day | None = None
    last: Day | None = None
    count: int = 0
    unit: Unit = "days"
    after: str = ""

    def begins(self, year: int) -> date | None:
        """The day it stands for when something opens then: the first of a window, a month or a year."""
        found = self.first or self.last
        return found.on(year) if found else None

    def ends(self, year: int) -> date | None:
        """The last day in time; None for 长期 and for what is counted from an event.

        >>> parse("8月前").ends(2017).isoformat(), parse("长期").ends(2017)
        ('2017-07-31', None)
        """
        return self.last.on(year) if self.last else None


def parse(text: str) -> Deadline:
    """The deadline that a printed text says. DeadlineError for a text that is none.

    >>> parse("2017").last, parse("2017").precision
    (Day(year=2017, month=12, day=None), 'year')
    >>> found = parse("9～11月")
    >>> found.begins(2017).isoformat(), found.ends(2017).isoformat()
    ('2017-09-01', '2017-11-30')
    >>> found = parse("1个月内")
    >>> found.count, found.unit
    (1, 'months')
    """
    plain = re.sub(r"\s+", "", text).translate(_SAME)
    for pattern, read in _FORMS:
        match = pattern.fullmatch(plain)
        if match:
            found = read(match)
            _exists(text, found)
            return replace(found, text=text.strip())
    raise DeadlineError(f"“{text.strip()}”不是能识别的期限，可以写成：{_EXAMPLES}")


def months_after(day: date, months: int) -> date:
    """The same day some months later, else that month's last.

    >>> months_after(date(2017, 1, 31), 1).isoformat()
    '2017-02-28'
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return Day(year, month + 1, day.day).on(year)


def days_after(day: date, days: int) -> date:
    """A number of calendar days later; the day itself does not count.

    >>> days_after(date(2026, 3, 2), 30).isoformat()
    '2026-04-01'
    """
    return day + timedelta(days=days)


_EXAMPLES = "2017、2017.12、2017年底前、6月20日前、06-20、8月前、12月底前、9～11月、三季度、1个月内、10个工作日内、长期"
_SAME = str.maketrans("〜～~－—–−至到．０１２３４５６７８９", "---------.0123456789")
_NUMERALS = "零一二三四五六七八九十"
_COUNT = rf"(\d{{1,3}}|[{_NUMERALS}两]{{1,3}})"
_YEAR = r"(?:(?P<year>(?:19|20)\d\d)年)?"
_BY = r"(?:之前|以前|前)"


def _day(year: str | None, month: str, day: str | None) -> Day:
    return Day(int(year) if year else None, int(month), int(day) if day else None)


def _of_day(match: re.Match[str]) -> Deadline:
    return Deadline("", "by", "day", last=_day(match["year"], match["month"], match["day"]))


def _of_month(match: re.Match[str]) -> Deadline:
    first = _day(match["year"], match["month"], "1")
    return Deadline("", "by", "month", first, replace(first, day=None))


def _of_year(match: re.Match[str]) -> Deadline:
    year = match.groupdict().get("year")
    return Deadline("", "by", "year", _day(year, "1", "1"), _day(year, "12", None))


def _before_month(match: re.Match[str]) -> Deadline:
    year, month = match["year"], int(match["month"])
    if not 1 <= month <= 12:
        raise DeadlineError(f"“{match[0]}”中没有这一月")
    if month > 1:
        return Deadline("", "by", "month", last=_day(year, str(month - 1), None))
    if year is None:
        raise DeadlineError(f"“{match[0]}”指上一年的年底，请写明年份")
    return Deadline("", "by", "month", last=Day(int(year) - 1, 12, None))


def _window(match: re.Match[str]) -> Deadline:
    """From a month or a day to a month or a day; the second year, and the second month before a day, may be left out."""
    start, year = match["month"], match["year"]
    until = match["month2"] or (start if match["day2"] else None)
    if until is None or bool(match["day"]) != bool(match["day2"]):
        raise DeadlineError(f"“{match[0]}”的起止应同写到月，或同写到日")
    precision: Literal["day", "month"] = "day" if match["day"] else "month"
    first = _day(year, start, match["day"] or "1")
    return Deadline("", "window", precision, first, _day(match["year2"] or year, until, match["day2"]))


def _quarter(match: re.Match[str]) -> Deadline:
    start = "一二三四".index(match["quarter"]) * 3 + 1
    year = match["year"]
    return Deadline("", "window", "month", _day(year, str(start), "1"), _day(year, str(start + 2), None))


def _within(match: re.Match[str]) -> Deadline:
    units: dict[str, tuple[Unit, int]] = {
        "年": ("months", 12),
        "个月": ("months", 1),
        "个工作日": ("working_days", 1),
    }
    unit, factor = units.get(match["unit"], ("days", 1))
    count = _number(match[1]) * factor
    if count < 1:
        raise DeadlineError(f"“{match[0]}”的天数、月数应大于 0")
    return Deadline("", "within", "day", count=count, unit=unit)


def _number(text: str) -> int:
    """A whole number in digits, or in Chinese up to 99."""
    if text.isdigit():
        return int(text)
    if "十" not in text:
        return _NUMERALS.index(text.replace("两", "二")) if len(text) == 1 else 0
    tens, ones = text.split("十", 1)
    return (_NUMERALS.index(tens) if tens else 1) * 10 + (_NUMERALS.index(ones) if ones else 0)


def _open(_match: re.Match[str]) -> Deadline:
    return Deadline("", "open", "open")


def _exists(text: str, found: Deadline) -> None:
    """Whether the months and days are there, and a window does not end before it begins. A day with no year may be 2月29日."""
    for day in (found.first, found.last):
        if day is None:
            continue
        if (
            not 1 <= day.month <= 12
            or not 1 <= (1 if day.day is None else day.day) <= monthrange(day.year or 2000, day.month)[1]
        ):
            raise DeadlineError(f"“{text.strip()}”中没有这一天")
    if found.kind == "window" and found.first and found.last:
        if (found.first.year is None) != (found.last.year is None):
            raise DeadlineError(f"“{text.strip()}”的起止应同写年份")
        if found.last.on(2000) < found.first.on(2000):
            raise DeadlineError(f"“{text.strip()}”的截止早于开始，跨年的请写明年份")


def _form(pattern: str, read: Reader) -> tuple[re.Pattern[str], Reader]:
    return re.compile(pattern, re.ASCII), read


_FORMS = (
    _form(r"长期|长期坚持|持续推进", _open),
    _form(rf"(?P<year>(?:19|20)\d\d)(?:年?(?:内|底|年底|底{_BY}|年底{_BY})|年)?", _of_year),
    _form(rf"年(?:内|底)(?:{_BY})?", _of_year),
    _form(r"(?P<year>(?:19|20)\d\d)[-./](?P<month>\d{1,2})", _of_month),
    _form(r"(?:(?P<year>(?:19|20)\d\d)[-./])?(?P<month>\d{1,2})[-./](?P<day>\d{1,2})", _of_day),
    _form(rf"{_YEAR}(?P<month>\d{{1,2}})月(?:份|内|底|底{_BY})?", _of_month),
    _form(rf"{_YEAR}(?P<month>\d{{1,2}})月{_BY}", _before_month),
    _form(rf"{_YEAR}(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日(?:{_BY})?", _of_day),
    _form(
        rf"{_YEAR}(?P<month>\d{{1,2}})月?(?:(?P<day>\d{{1,2}})日)?-(?:(?P<year2>(?:19|20)\d\d)年)?"
        r"(?:(?P<month2>\d{1,2})月)?(?:(?P<day2>\d{1,2})日)?",
        _window,
    ),
    _form(rf"{_YEAR}第?(?P<quarter>[一二三四])季度", _quarter),
    _form(rf"{_COUNT}(?P<unit>个工作日|个月|年|日|天)(?:之内|以内|内)", _within),
)
"""Read in order; the first that fits the whole text is what it says."""
