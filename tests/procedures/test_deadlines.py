"""Reading deadlines as plans and task books print them, and the days they mean."""

from __future__ import annotations

from datetime import date

import pytest

from dudao.procedures.deadline import Deadline, DeadlineError, days_after, months_after, parse


@pytest.mark.parametrize(
    ("text", "precision", "last"),
    [
        ("2017", "year", "2017-12-31"),  # G10
        ("2017.12", "month", "2017-12-31"),
        ("2017底前", "year", "2017-12-31"),
        ("2018年底", "year", "2018-12-31"),
        ("8月前", "month", "2017-07-31"),
        ("2017.3", "month", "2017-03-31"),
        ("2017年", "year", "2017-12-31"),
        ("2017年内", "year", "2017-12-31"),
        ("2017年年底前", "year", "2017-12-31"),
        ("年底前", "year", "2017-12-31"),
        ("2017-12", "month", "2017-12-31"),
        ("2022年10月", "month", "2022-10-31"),
        ("2022年12月底前", "month", "2022-12-31"),
        ("2023年12月前", "month", "2023-11-30"),
        ("2018年1月前", "month", "2017-12-31"),
        ("12月底前", "month", "2017-12-31"),
        ("12月底", "month", "2017-12-31"),
        ("3月份", "month", "2017-03-31"),
        ("6月20日前", "day", "2017-06-20"),
        ("6月20日之前", "day", "2017-06-20"),
        ("6月20日", "day", "2017-06-20"),
        ("7月31日前", "day", "2017-07-31"),
        ("2017年6月20日前", "day", "2017-06-20"),
        ("06-20", "day", "2017-06-20"),
        ("2017-06-20", "day", "2017-06-20"),
        ("2017.6.20", "day", "2017-06-20"),
        (" 8 月 20 日 前 ", "day", "2017-08-20"),
        ("８月２０日前", "day", "2017-08-20"),
    ],
)
def test_a_day_in_time(text: str, precision: str, last: str) -> None:
    found = parse(text)
    assert (found.kind, found.precision, found.text) == ("by", precision, text.strip())
    assert found.ends(2017) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("9～11月", "2017-09-01", "2017-11-30"),
        ("9-11月", "2017-09-01", "2017-11-30"),
        ("9月至11月", "2017-09-01", "2017-11-30"),
        ("9月～11月", "2017-09-01", "2017-11-30"),
        ("2月13日～3月31日", "2017-02-13", "2017-03-31"),
        ("4月1日～30日", "2017-04-01", "2017-04-30"),
        ("2019年9月—2020年9月", "2019-09-01", "2020-09-30"),
        ("2022年10月—2023年2月", "2022-10-01", "2023-02-28"),
        ("2020年3月至5月", "2020-03-01", "2020-05-31"),
        ("一季度", "2017-01-01", "2017-03-31"),
        ("四季度", "2017-10-01", "2017-12-31"),
        ("2020年第三季度", "2020-07-01", "2020-09-30"),
    ],
)
def test_a_window(text: str, first: str, last: str) -> None:
    found = parse(text)
    assert found.kind == "window"
    assert (found.begins(2017), found.ends(2017)) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("1个月内", 1, "months"),
        ("一个月内", 1, "months"),
        ("两个月内", 2, "months"),
        ("1年内", 12, "months"),
        ("30日内", 30, "days"),
        ("10天内", 10, "days"),
        ("六十日以内", 60, "days"),
        ("二十五日内", 25, "days"),
        ("十五日内", 15, "days"),
        ("5个工作日内", 5, "working_days"),
        ("十个工作日之内", 10, "working_days"),
    ],
)
def test_counted_from_an_event(text: str, count: int, unit: str) -> None:
    assert parse(text) == Deadline(text, "within", "day", count=count, unit=unit)  # type: ignore[arg-type]
    assert parse(text).ends(2017) is None


def test_no_end() -> None:
    assert parse("长期") == Deadline("长期", "open", "open")
    assert (parse("长期").begins(2017), parse("长期").ends(2017)) == (None, None)


def test_when_something_opens() -> None:
    assert [parse(text).begins(2017) for text in ("9月1日", "2023年3月", "2017")] == [
        date(2017, 9, 1),
        date(2023, 3, 1),
        date(2017, 1, 1),
    ]


_HOW = "2017、2017.12、2017年底前、6月20日前、06-20、8月前、12月底前、9～11月、三季度、1个月内、10个工作日内、长期"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("尽快", f"“尽快”不是能识别的期限，可以写成：{_HOW}"),
        ("", f"“”不是能识别的期限，可以写成：{_HOW}"),
        ("17年底", f"“17年底”不是能识别的期限，可以写成：{_HOW}"),
        ("二二个月内", "“二二个月内”的天数、月数应大于 0"),
        ("0个工作日内", "“0个工作日内”的天数、月数应大于 0"),
        ("2月30日前", "“2月30日前”中没有这一天"),
        ("2019年2月29日前", "“2019年2月29日前”中没有这一天"),
        ("6月0日", "“6月0日”中没有这一天"),
        ("0月20日", "“0月20日”中没有这一天"),
        ("2017.13", "“2017.13”中没有这一天"),
        ("13月前", "“13月前”中没有这一月"),
        ("1月前", "“1月前”指上一年的年底，请写明年份"),
        ("11～2月", "“11～2月”的截止早于开始，跨年的请写明年份"),
        ("9月2日～1日", "“9月2日～1日”的截止早于开始，跨年的请写明年份"),
        ("9月～2020年3月", "“9月～2020年3月”的起止应同写年份"),
        ("9月～11月5日", "“9月-11月5日”的起止应同写到月，或同写到日"),
    ],
)
def test_what_is_no_deadline(text: str, message: str) -> None:
    with pytest.raises(DeadlineError) as caught:
        parse(text)
    assert str(caught.value) == message


def test_the_end_of_february() -> None:
    assert [parse("2月底前").ends(year) for year in (2019, 2020)] == [date(2019, 2, 28), date(2020, 2, 29)]
    assert [parse("3月前").ends(year) for year in (2019, 2020)] == [date(2019, 2, 28), date(2020, 2, 29)]
    assert [parse("2月29日前").ends(year) for year in (2019, 2020)] == [date(2019, 2, 28), date(2020, 2, 29)]


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        ("2018-01-28", 1, "2018-02-28"),
        ("2018-01-29", 1, "2018-02-28"),
        ("2018-01-31", 1, "2018-02-28"),
        ("2020-01-31", 1, "2020-02-29"),
        ("2020-02-29", 12, "2021-02-28"),
        ("2018-02-28", 1, "2018-03-28"),
        ("2017-12-31", 1, "2018-01-31"),
        ("2017-12-31", 2, "2018-02-28"),
        ("2017-05-31", 1, "2017-06-30"),
        ("2017-11-30", 1, "2017-12-30"),
    ],
)
def test_months_after_a_day(day: str, months: int, found: str) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(found)


def test_the_day_itself_does_not_count() -> None:
    assert days_after(date(2026, 3, 2), 30) == date(2026, 4, 1)  # G9: 复核
    assert days_after(date(2026, 3, 2), 15) == date(2026, 3, 17)  # G9: 申诉
