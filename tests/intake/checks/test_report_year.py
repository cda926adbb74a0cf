"""Check report_year: its contract is the docstring of ``dudao.intake.checks.report_year``."""

from dudao.intake.checks import report_year


def test_before_the_standard(county_return, raised):
    unit = county_return(year=2016)
    assert raised(report_year, unit) == [
        ("query", "E4", "「填报年度」2016，不在 2017 年至 2100 年之间。"),
    ]


def test_a_digit_too_many(county_return, raised):
    unit = county_return(year=20255)
    assert raised(report_year, unit) == [
        ("query", "E4", "「填报年度」20255，不在 2017 年至 2100 年之间。"),
    ]


def test_the_first_year(county_return, raised):
    assert raised(report_year, county_return(year=2017)) == []


def test_the_last_year(county_return, raised):
    assert raised(report_year, county_return(year=2100)) == []
