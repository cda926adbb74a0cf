"""Check migrant_pupils: its contract is the docstring of ``dudao.intake.checks.migrant_pupils``."""

from dudao.intake.checks import migrant_pupils
from dudao.tables import Figure


def test_more_than_all_pupils(school_return, raised):
    unit = school_return(school_type="九年一贯制", pupils_primary=100, pupils_junior=50, migrant_pupils=151)
    assert raised(migrant_pupils, unit) == [
        (
            "query",
            "E13",
            (
                "「进城务工人员随迁子女在校生人数」151 人，大于「小学学生人数」100 人、「初中学生人数」50 人，"
                "合计 150 人。"
            ),
        ),
    ]


def test_as_many_as_all_pupils(school_return, raised):
    assert (
        raised(
            migrant_pupils,
            school_return(school_type="九年一贯制", pupils_primary=100, pupils_junior=50, migrant_pupils=150),
        )
        == []
    )


def test_senior_pupils_count(school_return, raised):
    assert (
        raised(
            migrant_pupils,
            school_return(school_type="完全中学", pupils_junior=50, pupils_senior=100, migrant_pupils=150),
        )
        == []
    )


def test_unknown_pupils_are_not_compared(school_return, raised):
    assert (
        raised(
            migrant_pupils,
            school_return(
                school_type="九年一贯制",
                pupils_primary=100,
                pupils_junior=Figure(None, "missing"),
                migrant_pupils=151,
            ),
        )
        == []
    )
