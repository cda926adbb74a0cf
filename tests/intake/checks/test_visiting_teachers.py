"""Check visiting_teachers: its contract is the docstring of ``dudao.intake.checks.visiting_teachers``."""

from decimal import Decimal

from dudao.intake.checks import visiting_teachers
from dudao.tables import Figure


def test_without_the_flag(school_return, raised):
    unit = school_return(
        school_type="小学", rural_small=False, pupils_primary=60, visiting_pe=3, visiting_arts=1
    )
    assert raised(visiting_teachers, unit) == [
        (
            "query",
            "E42",
            (
                "「体育交流轮岗/兼职/走教教师人数」3 人，但「是否50人及以上但不足100人的乡村小规模学校和教学点」未填“是”，"
                "未计入。"
            ),
        ),
        (
            "query",
            "E45",
            (
                "「艺术交流轮岗/兼职/走教教师人数」1 人，但「是否50人及以上但不足100人的乡村小规模学校和教学点」未填“是”，"
                "未计入。"
            ),
        ),
    ]


def test_a_blank_flag_counts_as_no(school_return, raised):
    unit = school_return(
        school_type="小学", rural_small=Figure(False, "zero"), pupils_primary=60, visiting_pe=3
    )
    assert raised(visiting_teachers, unit) == [
        (
            "query",
            "E42",
            (
                "「体育交流轮岗/兼职/走教教师人数」3 人，但「是否50人及以上但不足100人的乡村小规模学校和教学点」未填“是”，"
                "未计入。"
            ),
        ),
    ]


def test_too_many_pupils(school_return, raised):
    unit = school_return(school_type="小学", rural_small=True, pupils_primary=100, visiting_pe=3)
    assert raised(visiting_teachers, unit) == [
        (
            "query",
            "E42",
            "「体育交流轮岗/兼职/走教教师人数」3 人，但「小学学生人数」100 人，不在 50 至 99 人之间，未计入。",
        ),
    ]


def test_too_few_pupils(school_return, raised):
    unit = school_return(school_type="小学", rural_small=True, pupils_primary=49, visiting_pe=3)
    assert raised(visiting_teachers, unit) == [
        (
            "query",
            "E42",
            "「体育交流轮岗/兼职/走教教师人数」3 人，但「小学学生人数」49 人，不在 50 至 99 人之间，未计入。",
        ),
    ]


def test_counted(school_return, raised):
    assert (
        raised(
            visiting_teachers,
            school_return(school_type="小学", rural_small=True, pupils_primary=99, visiting_pe=3),
        )
        == []
    )


def test_a_refused_flag_is_not_compared(school_return, raised):
    assert (
        raised(
            visiting_teachers,
            school_return(
                school_type="小学", rural_small=Figure(None, "refused"), pupils_primary=100, visiting_pe=3
            ),
        )
        == []
    )


def test_nought_without_the_flag(school_return, raised):
    assert (
        raised(
            visiting_teachers,
            school_return(
                school_type="小学",
                rural_small=False,
                pupils_primary=60,
                visiting_pe=0,
                visiting_music=Figure(Decimal(0), "zero"),
            ),
        )
        == []
    )


def test_counted_at_the_least(school_return, raised):
    unit = school_return(school_type="小学", rural_small=True, pupils_primary=50, visiting_pe=3)
    assert raised(visiting_teachers, unit) == []
