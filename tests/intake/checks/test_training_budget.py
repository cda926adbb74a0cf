"""Check training_budget: its contract is the docstring of ``dudao.intake.checks.training_budget``."""

from dudao.intake.checks import training_budget


def test_more_than_the_budget(school_return, raised):
    unit = school_return(training_budget="10.01", budget=10)
    assert raised(training_budget, unit) == [
        (
            "query",
            "E64",
            "「上一年度教师培训经费预算总额」10.01 万元，大于「上一年度公用经费预算总额」10 万元。",
        ),
    ]


def test_all_of_the_budget(school_return, raised):
    assert raised(training_budget, school_return(training_budget=10, budget=10)) == []
