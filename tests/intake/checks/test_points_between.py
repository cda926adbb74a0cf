"""Check points_between: its contract is the docstring of ``dudao.intake.checks.points_between``. X3: 40 points, B up to 40 %, C from 60 %."""

import pytest

from dudao.intake.checks import points_between


@pytest.mark.parametrize("short", [0, 16, 24, 40])
def test_a_share_with_a_grade(graded_return, graded_raised, short):
    assert graded_raised(points_between, graded_return(X3_short=short)) == ([], [])


@pytest.mark.parametrize("short", [17, 23])
def test_a_share_between_two_grades(graded_return, graded_raised, short):
    found = f"「X3 项目X3：未达到的观察点数」{short} 个，占观察点的比例介于 B、C 两等之间，细则没有写明，该项按无数据处理。"
    assert graded_raised(points_between, graded_return(X3_short=short)) == ([("query", found)], [])
