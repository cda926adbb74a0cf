"""Check pupils_per_teacher: its contract is the docstring of ``dudao.intake.checks.pupils_per_teacher``."""

from dudao.intake.checks import pupils_per_teacher


def test_above_40(school_return, raised):
    unit = school_return(school_type="初中", pupils_junior=401, teachers=10)
    assert raised(pupils_per_teacher, unit) == [
        (
            "query",
            "E27",
            (
                "「专任教师总人数」10 人，「初中学生人数」401 人，平均每名教师 40.1 名学生，"
                "超出常见范围（3 至 40 名）。"
            ),
        ),
    ]


def test_exactly_40(school_return, raised):
    assert raised(pupils_per_teacher, school_return(school_type="初中", pupils_junior=400, teachers=10)) == []


def test_below_3(school_return, raised):
    unit = school_return(school_type="初中", pupils_junior=100, teachers=34)
    assert raised(pupils_per_teacher, unit) == [
        (
            "query",
            "E27",
            (
                "「专任教师总人数」34 人，「初中学生人数」100 人，平均每名教师 2.94 名学生，"
                "超出常见范围（3 至 40 名）。"
            ),
        ),
    ]


def test_exactly_3(school_return, raised):
    assert raised(pupils_per_teacher, school_return(school_type="初中", pupils_junior=102, teachers=34)) == []


def test_few_pupils_a_teacher_at_a_small_school(school_return, raised):
    assert raised(pupils_per_teacher, school_return(school_type="初中", pupils_junior=99, teachers=34)) == []


def test_no_teacher(school_return, raised):
    unit = school_return(school_type="初中", pupils_junior=99, teachers=0)
    assert raised(pupils_per_teacher, unit) == [
        (
            "query",
            "E27",
            "「专任教师总人数」0 人，「初中学生人数」99 人，没有教师，超出常见范围（3 至 40 名）。",
        ),
    ]


def test_no_pupil(school_return, raised):
    assert raised(pupils_per_teacher, school_return(school_type="初中", pupils_junior=0, teachers=34)) == []


def test_one_reading_in_sense_is_enough(school_return, raised):
    assert (
        raised(
            pupils_per_teacher,
            school_return(school_type="完全中学", pupils_junior=100, pupils_senior=300, teachers=40),
        )
        == []
    )
