"""Check pupils_per_class: its contract is the docstring of ``dudao.intake.checks.pupils_per_class``."""

from dudao.intake.checks import pupils_per_class


def test_above_66(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=661, classes=10)
    assert raised(pupils_per_class, unit) == [
        (
            "query",
            "E16",
            "「班级总数」10 个，「小学学生人数」661 人，平均每班 66.1 人，超出常见范围（每班 3 至 66 人）。",
        ),
    ]


def test_below_3(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=29, classes=10)
    assert raised(pupils_per_class, unit) == [
        (
            "query",
            "E16",
            "「班级总数」10 个，「小学学生人数」29 人，平均每班 2.9 人，超出常见范围（每班 3 至 66 人）。",
        ),
    ]


def test_exactly_66(school_return, raised):
    assert raised(pupils_per_class, school_return(school_type="小学", pupils_primary=660, classes=10)) == []


def test_exactly_3(school_return, raised):
    assert raised(pupils_per_class, school_return(school_type="小学", pupils_primary=30, classes=10)) == []


def test_no_class(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=30, classes=0)
    assert raised(pupils_per_class, unit) == [
        (
            "query",
            "E16",
            "「班级总数」0 个，「小学学生人数」30 人，没有班级，超出常见范围（每班 3 至 66 人）。",
        ),
    ]


def test_no_pupil(school_return, raised):
    assert raised(pupils_per_class, school_return(school_type="小学", pupils_primary=0, classes=3)) == []


def test_one_reading_in_sense_is_enough(school_return, raised):
    assert (
        raised(
            pupils_per_class,
            school_return(school_type="完全中学", pupils_junior=600, pupils_senior=600, classes=10),
        )
        == []
    )
