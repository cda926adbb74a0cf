"""Check points_short: its contract is the docstring of ``dudao.intake.checks.points_short``."""

from dudao.intake.checks import points_short


def test_all_of_them_short_is_in_order(graded_return, graded_raised):
    assert graded_raised(points_short, graded_return(X3_short=40)) == ([], [])
    assert graded_raised(points_short, graded_return(X3_short=0, X4_a1="达到")) == ([], [])


def test_more_than_there_are(graded_return, graded_raised):
    found = [("error", "「X3 项目X3：未达到的观察点数」41 个，大于该项观察点总数 40 个。")]
    assert graded_raised(points_short, graded_return(X3_short=41)) == (found, ["X3_short"])
