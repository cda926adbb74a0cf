"""Check sports_area: its contract is the docstring of ``dudao.intake.checks.sports_area``."""

from dudao.intake.checks import sports_area


def test_below(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=100, gym_area=49, grounds_area=50)
    assert raised(sports_area, unit) == [
        (
            "query",
            "E48",
            (
                "「学校体育馆面积」49 平方米、「校内体育场面积」50 平方米，「小学学生人数」100 人，生均 0.99 平方米，"
                "低于常见范围（1 至 80 平方米）。"
            ),
        ),
    ]


def test_above(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=100, gym_area=1, grounds_area=8000)
    assert raised(sports_area, unit) == [
        (
            "query",
            "E48",
            (
                "「学校体育馆面积」1 平方米、「校内体育场面积」8 000 平方米，「小学学生人数」100 人，"
                "生均 80.01 平方米，高于常见范围（1 至 80 平方米）。"
            ),
        ),
    ]


def test_at_the_lower_bound(school_return, raised):
    assert (
        raised(
            sports_area, school_return(school_type="小学", pupils_primary=100, gym_area=0, grounds_area=100)
        )
        == []
    )


def test_at_the_upper_bound(school_return, raised):
    assert (
        raised(
            sports_area, school_return(school_type="小学", pupils_primary=100, gym_area=0, grounds_area=8000)
        )
        == []
    )
