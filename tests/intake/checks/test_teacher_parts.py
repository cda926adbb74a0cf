"""Check teacher_parts: its contract is the docstring of ``dudao.intake.checks.teacher_parts``."""

from dudao.intake.checks import teacher_parts
from dudao.tables import Figure


def test_each_part_more_than_all(school_return, raised):
    unit = school_return(teachers=20, backbone=21, certified=22, trained_360=23)
    assert raised(teacher_parts, unit) == [
        ("query", "E35", "「县级及以上骨干教师数」21 人，大于「专任教师总人数」20 人。"),
        ("query", "E36", "「持有教师资格证的专任教师人数」22 人，大于「专任教师总人数」20 人。"),
        ("query", "E37", "「近5年培训满360学时专任教师人数」23 人，大于「专任教师总人数」20 人。"),
    ]


def test_each_part_as_many_as_all(school_return, raised):
    assert raised(teacher_parts, school_return(teachers=20, backbone=20, certified=20, trained_360=20)) == []


def test_unknown_total_is_not_compared(school_return, raised):
    assert raised(teacher_parts, school_return(teachers=Figure(None, "refused"), backbone=21)) == []
