"""Check pe_art_teachers: its contract is the docstring of ``dudao.intake.checks.pe_art_teachers``."""

from dudao.intake.checks import pe_art_teachers


def test_more_than_all(school_return, raised):
    unit = school_return(teachers=7, pe_teachers=3, music_teachers=2, fine_art_teachers=2, arts_teachers=1)
    assert raised(pe_art_teachers, unit) == [
        (
            "query",
            "E27",
            (
                "「体育专任教师人数」3 人、「音乐专任教师人数」2 人、「美术专任教师人数」2 人、「艺术专任教师人数」1 人，"
                "合计 8 人，大于「专任教师总人数」7 人。"
            ),
        ),
    ]


def test_as_many_as_all(school_return, raised):
    assert (
        raised(
            pe_art_teachers,
            school_return(teachers=8, pe_teachers=3, music_teachers=2, fine_art_teachers=2, arts_teachers=1),
        )
        == []
    )


def test_visiting_teachers_are_not_compared(school_return, raised):
    assert raised(pe_art_teachers, school_return(teachers=8, pe_teachers=8, visiting_pe=5)) == []
