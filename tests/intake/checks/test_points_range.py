"""Check points_range: its contract is the docstring of ``dudao.intake.checks.points_range``."""

from dudao.intake.checks import points_range


def test_all_points_are_in_order(graded_return, graded_raised):
    assert graded_raised(points_range, graded_return(X1_points=30, X2_points=5)) == ([], [])
    assert graded_raised(points_range, graded_return(X1_points=0)) == ([], [])


def test_more_points_than_there_are(graded_return, graded_raised):
    found = [
        ("error", "「X1 项目X1：得分」30.01 分，大于该项满分 30 分。"),
        ("error", "「X2 项目X2：得分」6 分，大于该项满分 5 分。"),
    ]
    assert graded_raised(points_range, graded_return(X1_points="30.01", X2_points=6)) == (found, ["X1_points", "X2_points"])


def test_a_standard_without_points(county_return, raised):
    assert raised(points_range, county_return(P1_1_valid=10**6)) == []
