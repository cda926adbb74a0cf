"""Check class_pupils: its contract is the docstring of ``dudao.intake.checks.class_pupils``."""

from dudao.intake.checks import class_pupils

BANDS = dict.fromkeys((f"classes_{n}" for n in (25, 30, 35, 40, 45, 50, 55, 60, 65, 66)), 0) | {
    "classes_25": 1,
    "classes_50": 4,
}
"""One class of 1 to 25 and four of 46 to 50 pupils: 185 to 225 in all."""


def test_too_many_pupils(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=226, **BANDS)
    assert raised(class_pupils, unit) == [
        ("query", "E11", "「小学学生人数」226 人，按各班额段的班级个数应为 185 至 225 人。"),
    ]


def test_too_few_pupils(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=184, **BANDS)
    assert raised(class_pupils, unit) == [
        ("query", "E11", "「小学学生人数」184 人，按各班额段的班级个数应为 185 至 225 人。"),
    ]


def test_the_least(school_return, raised):
    assert raised(class_pupils, school_return(school_type="小学", pupils_primary=185, **BANDS)) == []


def test_the_most(school_return, raised):
    assert raised(class_pupils, school_return(school_type="小学", pupils_primary=225, **BANDS)) == []


def test_the_last_band_has_no_most(school_return, raised):
    assert (
        raised(
            class_pupils,
            school_return(school_type="小学", pupils_primary=1000, **(BANDS | {"classes_66": 1})),
        )
        == []
    )


def test_the_last_band_has_a_least(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=250, **(BANDS | {"classes_66": 1}))
    assert raised(class_pupils, unit) == [
        ("query", "E11", "「小学学生人数」250 人，按各班额段的班级个数应不少于 251 人。"),
    ]


def test_no_class_but_pupils(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=30, **(dict.fromkeys(BANDS, 0)))
    assert raised(class_pupils, unit) == [
        ("query", "E11", "「小学学生人数」30 人，按各班额段的班级个数应为 0 至 0 人。"),
    ]


def test_classes_may_include_senior(school_return, raised):
    assert (
        raised(
            class_pupils, school_return(school_type="完全中学", pupils_junior=100, pupils_senior=100, **BANDS)
        )
        == []
    )


def test_classes_may_leave_senior_out(school_return, raised):
    assert (
        raised(
            class_pupils, school_return(school_type="完全中学", pupils_junior=200, pupils_senior=100, **BANDS)
        )
        == []
    )


def test_neither_reading_fits(school_return, raised):
    unit = school_return(school_type="完全中学", pupils_junior=100, pupils_senior=50, **BANDS)
    assert raised(class_pupils, unit) == [
        (
            "query",
            "E12",
            (
                "「初中学生人数」100 人、「高中在校生」50 人，合计 150 人（义务教育阶段 100 人），"
                "按各班额段的班级个数应为 185 至 225 人。"
            ),
        ),
    ]


def test_unknown_senior_is_not_compared(school_return, raised):
    assert raised(class_pupils, school_return(school_type="完全中学", pupils_junior=100, **BANDS)) == []
