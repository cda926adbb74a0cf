"""Check rural_small: its contract is the docstring of ``dudao.intake.checks.rural_small``."""

from dudao.intake.checks import rural_small


def test_49_pupils(school_return, raised):
    unit = school_return(school_type="小学", rural_small=True, pupils_primary=49)
    assert raised(rural_small, unit) == [
        (
            "query",
            "E9",
            (
                "「是否50人及以上但不足100人的乡村小规模学校和教学点」填“是”，「小学学生人数」49 人，"
                "不在 50 至 99 人之间。"
            ),
        ),
    ]


def test_100_pupils_of_two_stages(school_return, raised):
    unit = school_return(school_type="九年一贯制", rural_small=True, pupils_primary=60, pupils_junior=40)
    assert raised(rural_small, unit) == [
        (
            "query",
            "E9",
            (
                "「是否50人及以上但不足100人的乡村小规模学校和教学点」填“是”，「小学学生人数」60 人、"
                "「初中学生人数」40 人，合计 100 人，不在 50 至 99 人之间。"
            ),
        ),
    ]


def test_50_pupils(school_return, raised):
    assert raised(rural_small, school_return(school_type="小学", rural_small=True, pupils_primary=50)) == []


def test_99_pupils(school_return, raised):
    assert raised(rural_small, school_return(school_type="小学", rural_small=True, pupils_primary=99)) == []


def test_not_claimed(school_return, raised):
    assert raised(rural_small, school_return(school_type="小学", rural_small=False, pupils_primary=49)) == []
