"""Check room_sizes: its contract is the docstring of ``dudao.intake.checks.room_sizes``."""

from dudao.intake.checks import room_sizes


def test_more_by_size_than_rooms(school_return, raised):
    unit = school_return(
        music_rooms=2,
        music_rooms_96=1,
        music_rooms_73=1,
        music_rooms_61=1,
        fine_art_rooms=1,
        fine_art_rooms_90=2,
        fine_art_rooms_67=0,
        fine_art_rooms_61=0,
    )
    assert raised(room_sizes, unit) == [
        (
            "query",
            "E54",
            (
                "「单间面积≥96㎡的音乐教室间数」1 间、「73㎡≤单间面积＜96㎡的音乐教室间数」1 间、"
                "「61㎡≤单间面积＜73㎡的音乐教室间数」1 间，合计 3 间，大于「音乐教室总间数」2 间。"
            ),
        ),
        ("query", "E58", "「单间面积≥90㎡的美术教室间数」2 间，大于「美术教室总间数」1 间。"),
    ]


def test_as_many_or_fewer(school_return, raised):
    assert (
        raised(
            room_sizes,
            school_return(
                music_rooms=3,
                music_rooms_96=1,
                music_rooms_73=1,
                music_rooms_61=1,
                fine_art_rooms=4,
                fine_art_rooms_90=2,
                fine_art_rooms_67=0,
                fine_art_rooms_61=0,
            ),
        )
        == []
    )
