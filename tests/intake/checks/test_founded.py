"""Check founded: its contract is the docstring of ``dudao.intake.checks.founded``."""

from dudao.intake.checks import founded


def test_before_the_first_year(school_return, raised):
    unit = school_return(founded=1839)
    assert raised(founded, unit) == [
        ("query", "E5", "「建校时间」1839 年，不在 1840 年至 2100 年之间。"),
    ]


def test_after_the_last_year(school_return, raised):
    unit = school_return(founded=20011)
    assert raised(founded, unit) == [
        ("query", "E5", "「建校时间」20011 年，不在 1840 年至 2100 年之间。"),
    ]


def test_the_first_year(school_return, raised):
    assert raised(founded, school_return(founded=1840)) == []


def test_the_last_year(school_return, raised):
    assert raised(founded, school_return(founded=2100)) == []
