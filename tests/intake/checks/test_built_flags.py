"""Check built_flags: its contract is the docstring of ``dudao.intake.checks.built_flags``."""

from dudao.intake.checks import built_flags
from dudao.tables import Figure


def test_older_than_the_flags_say(school_return, raised):
    unit = school_return(founded=2010, built_2010=False, built_2016=False)
    assert raised(built_flags, unit) == [
        ("query", "E6", "「建校时间」2010 年，「是否2010年及之前规划并建成」填“否”，两者不一致。"),
        ("query", "E7", "「建校时间」2010 年，「是否2016年及之前规划并建成」填“否”，两者不一致。"),
    ]


def test_younger_than_the_flags_say(school_return, raised):
    unit = school_return(founded=2017, built_2010=True, built_2016=True)
    assert raised(built_flags, unit) == [
        ("query", "E6", "「建校时间」2017 年，「是否2010年及之前规划并建成」填“是”，两者不一致。"),
        ("query", "E7", "「建校时间」2017 年，「是否2016年及之前规划并建成」填“是”，两者不一致。"),
    ]


def test_in_between(school_return, raised):
    assert raised(built_flags, school_return(founded=2016, built_2010=False, built_2016=True)) == []


def test_one_year_later(school_return, raised):
    unit = school_return(founded=2011, built_2010=True, built_2016=True)
    assert raised(built_flags, unit) == [
        ("query", "E6", "「建校时间」2011 年，「是否2010年及之前规划并建成」填“是”，两者不一致。"),
    ]


def test_old(school_return, raised):
    assert raised(built_flags, school_return(founded=1950, built_2010=True, built_2016=True)) == []


def test_a_blank_flag_is_not_compared(school_return, raised):
    assert (
        raised(built_flags, school_return(founded=1950, built_2010=Figure(False, "zero"), built_2016=True))
        == []
    )


def test_the_flags_against_each_other(school_return, raised):
    unit = school_return(founded=Figure(None, "missing"), built_2010=True, built_2016=False)
    assert raised(built_flags, unit) == [
        (
            "query",
            "E7",
            "「是否2010年及之前规划并建成」填“是”，「是否2016年及之前规划并建成」填“否”，两者矛盾。",
        ),
    ]
