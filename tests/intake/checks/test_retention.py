"""Check retention: its contract is the docstring of ``dudao.intake.checks.retention``."""

from dudao.intake.checks import retention
from dudao.tables import Figure


def test_more_than_should_graduate(school_return, raised):
    unit = school_return(graduates=98, entrants=100, moved_in=3, moved_out=5, died=1)
    assert raised(retention, unit) == [
        (
            "query",
            "E65",
            (
                "「本届毕业学生人数」98 人、「毕业年级初一时在校学生数」100 人、「毕业年级三年转入学生数」3 人、"
                "「毕业年级三年转出学生数」5 人、「毕业年级三年死亡学生数」1 人，毕业人数多于应毕业人数 97 人。"
            ),
        ),
    ]


def test_all_who_should_graduate(school_return, raised):
    assert raised(retention, school_return(graduates=97, entrants=100, moved_in=3, moved_out=5, died=1)) == []


def test_fewer_than_half(school_return, raised):
    unit = school_return(graduates=48, entrants=100, moved_in=3, moved_out=5, died=1)
    assert raised(retention, unit) == [
        (
            "query",
            "E65",
            (
                "「本届毕业学生人数」48 人、「毕业年级初一时在校学生数」100 人、「毕业年级三年转入学生数」3 人、"
                "「毕业年级三年转出学生数」5 人、「毕业年级三年死亡学生数」1 人，毕业人数不到应毕业人数 97 人的一半。"
            ),
        ),
    ]


def test_half(school_return, raised):
    assert raised(retention, school_return(graduates=50, entrants=100, moved_in=3, moved_out=3, died=0)) == []


def test_more_left_than_were_there(school_return, raised):
    unit = school_return(graduates=0, entrants=10, moved_in=1, moved_out=11, died=1)
    assert raised(retention, unit) == [
        (
            "query",
            "E65",
            (
                "「本届毕业学生人数」0 人、「毕业年级初一时在校学生数」10 人、「毕业年级三年转入学生数」1 人、"
                "「毕业年级三年转出学生数」11 人、「毕业年级三年死亡学生数」1 人，转出和死亡人数多于初一时在校和转入人数。"
            ),
        ),
    ]


def test_no_such_year_yet(school_return, raised):
    assert raised(retention, school_return(graduates=0, entrants=0, moved_in=0, moved_out=0, died=0)) == []


def test_unknown_is_not_compared(school_return, raised):
    assert (
        raised(
            retention,
            school_return(graduates=98, entrants=100, moved_in=3, moved_out=5, died=Figure(None, "missing")),
        )
        == []
    )


def test_nobody_is_left_to_graduate(school_return, raised):
    assert raised(retention, school_return(graduates=0, entrants=3, moved_in=0, moved_out=3, died=0)) == []
