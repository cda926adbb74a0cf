"""Check teaching_area: its contract is the docstring of ``dudao.intake.checks.teaching_area``."""

from dudao.intake.checks import teaching_area
from dudao.tables import Figure


def test_below(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=100, teaching_area="0.45")
    assert raised(teaching_area, unit) == [
        (
            "query",
            "E46",
            (
                "「教学及辅助用房总面积」0.45 平方米，「小学学生人数」100 人，生均 0.0045 平方米，"
                "低于常见范围（1 至 40 平方米）。"
            ),
        ),
    ]


def test_above(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=100, teaching_area="4000.1")
    assert raised(teaching_area, unit) == [
        (
            "query",
            "E46",
            (
                "「教学及辅助用房总面积」4 000.1 平方米，「小学学生人数」100 人，生均 40 平方米，"
                "高于常见范围（1 至 40 平方米）。"
            ),
        ),
    ]


def test_at_the_lower_bound(school_return, raised):
    assert (
        raised(teaching_area, school_return(school_type="小学", pupils_primary=100, teaching_area=100)) == []
    )


def test_at_the_upper_bound(school_return, raised):
    assert (
        raised(teaching_area, school_return(school_type="小学", pupils_primary=100, teaching_area=4000)) == []
    )


def test_ten_times_as_much_at_a_small_school(school_return, raised):
    assert (
        raised(teaching_area, school_return(school_type="小学", pupils_primary=99, teaching_area=39600)) == []
    )


def test_more_than_that_at_a_small_school(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=99, teaching_area=39601)
    assert raised(teaching_area, unit) == [
        (
            "query",
            "E46",
            (
                "「教学及辅助用房总面积」39 601 平方米，「小学学生人数」99 人，生均 400.01 平方米，"
                "高于常见范围（1 至 400 平方米）。"
            ),
        ),
    ]


def test_unknown_pupils_are_not_compared(school_return, raised):
    assert (
        raised(
            teaching_area,
            school_return(school_type="小学", pupils_primary=Figure(None, "missing"), teaching_area=1),
        )
        == []
    )


def test_no_pupil(school_return, raised):
    assert raised(teaching_area, school_return(school_type="小学", pupils_primary=0, teaching_area=1)) == []


def test_one_reading_in_sense_is_enough(school_return, raised):
    assert (
        raised(
            teaching_area,
            school_return(school_type="完全中学", pupils_junior=100, pupils_senior=100, teaching_area=8000),
        )
        == []
    )


def test_neither_reading_in_sense(school_return, raised):
    unit = school_return(school_type="完全中学", pupils_junior=100, pupils_senior=100, teaching_area=8001)
    assert raised(teaching_area, unit) == [
        (
            "query",
            "E46",
            (
                "「教学及辅助用房总面积」8 001 平方米，「初中学生人数」100 人、「高中在校生」100 人，"
                "合计 200 人（义务教育阶段 100 人），生均 80.01 平方米，高于常见范围（1 至 40 平方米）。"
            ),
        ),
    ]
