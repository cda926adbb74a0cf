"""Check budget_per_pupil: its contract is the docstring of ``dudao.intake.checks.budget_per_pupil``."""

from dudao.intake.checks import budget_per_pupil


def test_below(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=100, budget="0.99")
    assert raised(budget_per_pupil, unit) == [
        (
            "query",
            "E62",
            (
                "「上一年度公用经费预算总额」0.99 万元，「小学学生人数」100 人，生均 99 元，"
                "低于常见范围（100 至 30 000 元）。"
            ),
        ),
    ]


def test_above(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=100, budget=115000)
    assert raised(budget_per_pupil, unit) == [
        (
            "query",
            "E62",
            (
                "「上一年度公用经费预算总额」115 000 万元，「小学学生人数」100 人，生均 11 500 000 元，"
                "高于常见范围（100 至 30 000 元）。"
            ),
        ),
    ]


def test_at_the_lower_bound(school_return, raised):
    assert raised(budget_per_pupil, school_return(school_type="小学", pupils_primary=100, budget=1)) == []


def test_at_the_upper_bound(school_return, raised):
    assert raised(budget_per_pupil, school_return(school_type="小学", pupils_primary=100, budget=300)) == []
