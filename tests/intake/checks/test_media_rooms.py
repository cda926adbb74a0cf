"""Check media_rooms: its contract is the docstring of ``dudao.intake.checks.media_rooms``."""

from dudao.intake.checks import media_rooms


def test_more_than_five_a_class(school_return, raised):
    unit = school_return(media_rooms=31, classes=6)
    assert raised(media_rooms, unit) == [
        (
            "query",
            "E53",
            "「网络多媒体教室间数」31 间，「班级总数」6 个，平均每班 5.17 间，高于常见范围（每班不超过 5 间）。",
        ),
    ]


def test_five_a_class(school_return, raised):
    assert raised(media_rooms, school_return(media_rooms=30, classes=6)) == []


def test_no_class(school_return, raised):
    assert raised(media_rooms, school_return(media_rooms=30, classes=0)) == []
