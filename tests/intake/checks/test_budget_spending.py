"""Check budget_spending: its contract is the docstring of ``dudao.intake.checks.budget_spending``."""

from dudao.intake.checks import budget_spending


def test_more_than_twice(school_return, raised):
    unit = school_return(budget=10, spending="20.01")
    assert raised(budget_spending, unit) == [
        (
            "query",
            "E63",
            (
                "「上一年度公用经费决算总额」20.01 万元，「上一年度公用经费预算总额」10 万元，决算为预算的 2 倍，"
                "相差过大。"
            ),
        ),
    ]


def test_less_than_half(school_return, raised):
    unit = school_return(budget=10, spending="4.99")
    assert raised(budget_spending, unit) == [
        (
            "query",
            "E63",
            (
                "「上一年度公用经费决算总额」4.99 万元，「上一年度公用经费预算总额」10 万元，决算为预算的 0.5 倍，"
                "相差过大。"
            ),
        ),
    ]


def test_twice_is_in_order(school_return, raised):
    assert raised(budget_spending, school_return(budget=10, spending=20)) == []


def test_half_is_in_order(school_return, raised):
    assert raised(budget_spending, school_return(budget=10, spending=5)) == []


def test_spending_without_a_budget(school_return, raised):
    unit = school_return(budget=0, spending=5)
    assert raised(budget_spending, unit) == [
        (
            "query",
            "E63",
            "「上一年度公用经费决算总额」5 万元，「上一年度公用经费预算总额」0 万元，相差过大。",
        ),
    ]


def test_both_nought(school_return, raised):
    assert raised(budget_spending, school_return(budget=0, spending=0)) == []
