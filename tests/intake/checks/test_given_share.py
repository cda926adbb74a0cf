"""Check given_share: its contract is the docstring of ``dudao.intake.checks.given_share``."""

from dudao.intake.checks import given_share


def test_below_one(county_return, raised):
    assert raised(given_share, county_return(Q9_1_value="0.999", Q9_6_value=0)) == []


def test_one_and_more(county_return, raised):
    found = "「Q9 {}：校际差异率」{}，校际差异率一般小于 1，可能填成了百分数。"
    assert raised(given_share, county_return(Q9_1_value=1, Q9_6_value="14.9")) == [
        ("query", None, found.format("语文", "1")),
        ("query", None, found.format("德育", "14.9")),
    ]
