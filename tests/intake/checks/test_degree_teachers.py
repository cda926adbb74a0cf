"""Check degree_teachers: its contract is the docstring of ``dudao.intake.checks.degree_teachers``."""

from dudao.intake.checks import degree_teachers
from dudao.tables import Figure


def test_more_than_all(school_return, raised):
    unit = school_return(
        teachers=30, college_primary=11, bachelor_primary=15, master_primary=5, doctor_primary=0
    )
    assert raised(degree_teachers, unit) == [
        (
            "query",
            "E27",
            (
                "「专科学历教师人数（小学）」11 人、「本科学历教师人数（小学）」15 人、「硕士学历教师人数（小学）」5 人，"
                "合计 31 人，大于「专任教师总人数」30 人。"
            ),
        ),
    ]


def test_as_many_as_all(school_return, raised):
    assert (
        raised(
            degree_teachers,
            school_return(
                teachers=31, college_primary=11, bachelor_primary=15, master_primary=5, doctor_primary=0
            ),
        )
        == []
    )


def test_both_stages_count(school_return, raised):
    unit = school_return(
        teachers=6,
        college_primary=1,
        bachelor_primary=1,
        bachelor_junior=1,
        master_primary=1,
        master_junior=1,
        doctor_primary=1,
        doctor_junior=1,
    )
    assert raised(degree_teachers, unit) == [
        (
            "query",
            "E27",
            (
                "「专科学历教师人数（小学）」1 人、「本科学历教师人数（小学）」1 人、「本科学历教师人数（初中）」1 人、"
                "「硕士学历教师人数（小学）」1 人、「硕士学历教师人数（初中）」1 人、「博士研究生学历教师人数（小学）」1 人、"
                "「博士研究生学历教师人数（初中）」1 人，合计 7 人，大于「专任教师总人数」6 人。"
            ),
        ),
    ]


def test_a_missing_part_is_left_out(school_return, raised):
    unit = school_return(teachers=10, college_primary=Figure(None, "missing"), bachelor_primary=11)
    assert raised(degree_teachers, unit) == [
        ("query", "E27", "「本科学历教师人数（小学）」11 人，大于「专任教师总人数」10 人。"),
    ]
