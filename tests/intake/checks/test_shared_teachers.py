"""Check shared_teachers: its contract is the docstring of ``dudao.intake.checks.shared_teachers``."""

from decimal import Decimal

from dudao.intake.checks import shared_teachers
from dudao.tables import Figure


def test_nine_year_school(school_return, raised):
    unit = school_return(
        school_type="九年一贯制学校",
        backbone=6,
        pe_teachers=3,
        music_teachers=2,
        fine_art_teachers=2,
        arts_teachers=0,
    )
    assert raised(shared_teachers, unit) == [
        (
            "query",
            "E35",
            "「县级及以上骨干教师数」6 人，没有分学段填写，按义务教育各学段学生数折算，标为估算。",
        ),
        (
            "query",
            "E38",
            (
                "「体育专任教师人数」3 人、「音乐专任教师人数」2 人、「美术专任教师人数」2 人、「艺术专任教师人数」0 人，"
                "没有分学段填写，按义务教育各学段学生数折算，标为估算。"
            ),
        ),
    ]


def test_twelve_year_school(school_return, raised):
    unit = school_return(
        school_type="十二年一贯制",
        backbone=6,
        pe_teachers=3,
        music_teachers=2,
        fine_art_teachers=2,
        arts_teachers=0,
    )
    assert raised(shared_teachers, unit) == [
        (
            "query",
            "E35",
            "「县级及以上骨干教师数」6 人，没有分学段填写，按义务教育各学段学生数折算，标为估算。",
        ),
        (
            "query",
            "E38",
            (
                "「体育专任教师人数」3 人、「音乐专任教师人数」2 人、「美术专任教师人数」2 人、「艺术专任教师人数」0 人，"
                "没有分学段填写，按义务教育各学段学生数折算，标为估算。"
            ),
        ),
    ]


def test_complete_secondary_school(school_return, raised):
    unit = school_return(
        school_type="完全中学",
        backbone=6,
        pe_teachers=3,
        music_teachers=2,
        fine_art_teachers=2,
        arts_teachers=0,
    )
    assert raised(shared_teachers, unit) == [
        (
            "query",
            "E35",
            "「县级及以上骨干教师数」6 人，没有分学段填写，按义务教育各学段学生数折算，标为估算。",
        ),
        (
            "query",
            "E38",
            (
                "「体育专任教师人数」3 人、「音乐专任教师人数」2 人、「美术专任教师人数」2 人、「艺术专任教师人数」0 人，"
                "没有分学段填写，按义务教育各学段学生数折算，标为估算。"
            ),
        ),
    ]


def test_one_stage(school_return, raised):
    assert (
        raised(
            shared_teachers,
            school_return(
                school_type="小学",
                backbone=6,
                pe_teachers=3,
                music_teachers=2,
                fine_art_teachers=2,
                arts_teachers=0,
            ),
        )
        == []
    )


def test_an_attached_stage(school_return, raised):
    unit = school_return(school_type="小学", attached_stage="初中", backbone=6)
    assert raised(shared_teachers, unit) == [
        (
            "query",
            "E35",
            "「县级及以上骨干教师数」6 人，没有分学段填写，按义务教育各学段学生数折算，标为估算。",
        ),
    ]


def test_typed_by_stage(school_return, raised):
    assert (
        raised(
            shared_teachers,
            school_return(
                school_type="九年一贯制",
                backbone=6,
                pe_teachers=3,
                music_teachers=2,
                fine_art_teachers=2,
                arts_teachers=0,
                backbone_primary=4,
                backbone_junior=2,
                pe_art_primary=4,
                pe_art_junior=3,
            ),
        )
        == []
    )


def test_a_senior_part_needs_no_figure(school_return, raised):
    assert raised(shared_teachers, school_return(school_type="完全中学", backbone=6, backbone_junior=6)) == []


def test_one_stage_left_blank(school_return, raised):
    unit = school_return(
        school_type="九年一贯制", backbone=6, backbone_primary=4, backbone_junior=Figure(Decimal(0), "zero")
    )
    assert raised(shared_teachers, unit) == [
        (
            "query",
            "E35",
            "「县级及以上骨干教师数」6 人，没有分学段填写，按义务教育各学段学生数折算，标为估算。",
        ),
    ]


def test_an_unknown_whole_is_not_compared(school_return, raised):
    assert (
        raised(shared_teachers, school_return(school_type="九年一贯制", backbone=Figure(None, "missing")))
        == []
    )
