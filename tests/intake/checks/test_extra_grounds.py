"""Check extra_grounds: its contract is the docstring of ``dudao.intake.checks.extra_grounds``."""

from dudao.intake.checks import extra_grounds
from dudao.tables import Figure


def test_without_the_flag(school_return, raised):
    unit = school_return(dense_centre=False, leased_area=200, other_grounds_area="30.5")
    assert raised(extra_grounds, unit) == [
        (
            "query",
            "E50",
            "「校外租赁场馆面积」200 平方米，但「是否人口密度过高的大城市中心城区学校」未填“是”，未计入。",
        ),
        (
            "query",
            "E51",
            "「校内其他体育场面积」30.5 平方米，但「是否人口密度过高的大城市中心城区学校」未填“是”，未计入。",
        ),
    ]


def test_with_the_flag(school_return, raised):
    assert raised(extra_grounds, school_return(dense_centre=True, leased_area=200)) == []


def test_nought_without_the_flag(school_return, raised):
    assert raised(extra_grounds, school_return(dense_centre=False, leased_area=0)) == []


def test_a_refused_flag_is_not_compared(school_return, raised):
    assert raised(extra_grounds, school_return(dense_centre=Figure(None, "refused"), leased_area=200)) == []
