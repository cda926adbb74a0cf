"""Working-day calendars: what is shipped, what is refused, and the counting against a naive one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dudao.procedures.calendars import (
    Calendar,
    CalendarError,
    Counted,
    is_working_day,
    load_calendar,
    load_calendars,
    working_days_after,
)

SHIPPED = load_calendars()
GOOD = """\
year: 2018
sources: [放假安排通知]
holidays:
  - {title: 元旦, from: 2018-01-01, to: 2018-01-01}
workdays: [2018-02-11]
"""


def test_the_shipped_years_name_their_notices() -> None:
    assert {
        year: [source.rpartition("国办发明电")[2] for source in calendar.sources]
        for year, calendar in SHIPPED.items()
    } == {
        2017: ["〔2016〕17号）"],
        2018: ["〔2017〕12号）", "〔2018〕15号）"],
        2019: ["〔2018〕15号）", "〔2019〕3号）"],
        2020: ["〔2019〕16号）", "〔2020〕1号）"],
    }


@pytest.mark.parametrize(("year", "longer"), [(2017, 0), (2018, 0), (2019, 0), (2020, 2)])
def test_a_year_has_its_weekdays_less_eleven(year: int, longer: int) -> None:
    """全国年节及纪念日放假办法: 11 days; what else is off is worked on a weekend. 2020: 1-31 off, 2-1 no longer worked."""
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    mine = [day for day in days if day.year == year]
    weekdays = sum(day.weekday() < 5 for day in mine)
    assert sum(is_working_day(day, SHIPPED) for day in mine) == weekdays - 11 - longer


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2017-01-02", False),
        ("2017-01-22", True),
        ("2017-09-30", True),
        ("2017-10-08", False),
        ("2017-10-09", True),
        ("2018-12-29", True),
        ("2018-12-31", False),
        ("2019-05-05", True),
        ("2020-01-31", False),
        ("2020-02-01", False),
        ("2020-02-03", True),
    ],
)
def test_a_day_of_the_notices(day: str, working: bool) -> None:
    assert is_working_day(date.fromisoformat(day), SHIPPED) is working


def test_over_the_spring_festival() -> None:
    assert working_days_after(date(2018, 2, 9), 5, SHIPPED) == Counted(
        date(2018, 2, 22)
    )  # 2-11 is a Sunday worked
    assert working_days_after(date(2018, 2, 9), 1, SHIPPED) == Counted(date(2018, 2, 11))


def test_a_year_without_a_calendar_counts_weekdays_and_says_so() -> None:
    assert working_days_after(date(2018, 2, 9), 5, {}) == Counted(date(2018, 2, 16), (2018,))
    assert working_days_after(date(2018, 2, 9), 5, {}).assumed is True
    assert working_days_after(date(2018, 2, 9), 5, SHIPPED).assumed is False
    over = working_days_after(date(2020, 12, 30), 3, SHIPPED)
    assert over == Counted(date(2021, 1, 4), (2021,))


def test_a_year_is_named_only_when_it_was_counted() -> None:
    assert working_days_after(date(2020, 12, 30), 1, SHIPPED) == Counted(date(2020, 12, 31))
    assert working_days_after(date(2016, 12, 31), 1, SHIPPED) == Counted(date(2017, 1, 3))


def test_no_working_days_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="should be 1 or more"):
        working_days_after(date(2018, 1, 1), 0, {})


def naive(day: date, n: int, calendar: Calendar) -> date:
    """The n-th of all the days of two years on which one works, listed one by one."""
    listed = []
    for step in range(1, 800):
        one = day + timedelta(days=step)
        weekend = one.strftime("%a") in ("Sat", "Sun")
        if one in calendar.workdays or (not weekend and one not in calendar.holidays):
            listed.append(one)
    return listed[n - 1]


@given(
    day=st.dates(date(2018, 1, 1), date(2018, 12, 31)),
    n=st.integers(1, 120),
    off=st.sets(st.dates(date(2018, 1, 1), date(2018, 12, 31)), max_size=40),
    on=st.sets(st.dates(date(2018, 1, 1), date(2018, 12, 31)), max_size=15),
)
def test_counting_agrees_with_a_naive_count(day: date, n: int, off: set[date], on: set[date]) -> None:
    worked = frozenset(one for one in on - off if one.weekday() > 4)
    calendar = Calendar(2018, ("x",), frozenset(off), worked)
    found = working_days_after(day, n, {2018: calendar})
    assert found.day == naive(day, n, calendar)
    assert found.years == ((2019,) if found.day.year == 2019 else ())


def test_an_office_loads_its_own(tmp_path: Path) -> None:
    (tmp_path / "2018.yaml").write_text(GOOD, "utf-8")
    own = load_calendars(tmp_path)
    assert own == {
        2018: Calendar(2018, ("放假安排通知",), frozenset({date(2018, 1, 1)}), frozenset({date(2018, 2, 11)}))
    }
    assert load_calendar(GOOD.encode()) == own[2018] == load_calendar(tmp_path / "2018.yaml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("year: 2018\n", "", "calendar.yaml:1 缺少 year"),
        ("sources: [放假安排通知]\n", "", "calendar.yaml:1 缺少 sources：写明放假安排的通知和文号"),
        ("to: 2018-01-01", "to: 2019-01-01", "calendar.yaml:4 2018-01-01 至 2019-01-01 不全在 2018 年"),
        ("from: 2018-01-01", "from: 2018-01-03", "calendar.yaml:4 截止 2018-01-01 早于开始 2018-01-03"),
        ("workdays: [2018-02-11]", "workdays: [2018-02-12]", "calendar.yaml:5 2018-02-12 不是星期六、星期日"),
        ("workdays: [2018-02-11]", "workdays: [2017-02-11]", "calendar.yaml:5 2017-02-11 不在 2018 年"),
        ("workdays: [2018-02-11]", "workdays: [春节]", "calendar.yaml:5 “春节”不是日期，应写成 2017-04-19"),
        ("to: 2018-01-01", "to: 2018-02-11", "calendar.yaml:5 2018-02-11 既是放假又是上班"),
        ("workdays: [2018-02-11]\n", "", "calendar.yaml:1 缺少 workdays"),
        (
            "workdays",
            "extra: 1\nworkdays",
            "calendar.yaml:5 不认识的键 extra，可用：year、sources、holidays、workdays",
        ),
    ],
)
def test_a_calendar_that_is_not_sound(old: str, new: str, message: str) -> None:
    text = GOOD.replace(old, new)
    assert text != GOOD
    with pytest.raises(CalendarError) as caught:
        load_calendar(text.encode())
    assert message in [str(problem) for problem in caught.value.problems]


def test_two_calendars_of_one_year(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOOD, "utf-8")
    with pytest.raises(CalendarError) as caught:
        load_calendars(tmp_path)
    assert [str(problem) for problem in caught.value.problems] == ["b.yaml:1 2018 年的工作日历重复"]


def test_a_file_that_is_no_text() -> None:
    with pytest.raises(CalendarError) as caught:
        load_calendar(b"\xff\xfe")
    assert [str(problem) for problem in caught.value.problems] == ["calendar.yaml:1 文件不是 UTF-8 编码"]
