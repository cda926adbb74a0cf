"""Check zoned_pupils: its contract is the docstring of ``dudao.intake.checks.zoned_pupils``."""

from dudao.intake.checks import zoned_pupils
from dudao.tables import Figure


def test_more_than_the_stage(school_return, raised):
    unit = school_return(pupils_primary=100, zoned_primary=101, pupils_junior=200, zoned_junior=201)
    assert raised(zoned_pupils, unit) == [
        (
            "query",
            "E14",
            "「家庭住址在划片范围内的在校学生人数（小学）」101 人，大于「小学学生人数」100 人。",
        ),
        (
            "query",
            "E15",
            "「家庭住址在划片范围内的在校学生人数（初中）」201 人，大于「初中学生人数」200 人。",
        ),
    ]


def test_as_many_as_the_stage(school_return, raised):
    assert (
        raised(
            zoned_pupils,
            school_return(pupils_primary=100, zoned_primary=100, pupils_junior=200, zoned_junior=200),
        )
        == []
    )


def test_an_absent_stage_is_not_compared(school_return, raised):
    assert (
        raised(
            zoned_pupils,
            school_return(
                pupils_primary=100,
                zoned_primary=100,
                pupils_junior=Figure(None, "absent"),
                zoned_junior=Figure(None, "absent"),
            ),
        )
        == []
    )
