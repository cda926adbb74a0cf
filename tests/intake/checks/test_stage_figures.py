"""Check stage_figures: its contract is the docstring of ``dudao.intake.checks.stage_figures``."""

from decimal import Decimal

from dudao.intake.checks import stage_figures
from dudao.tables import Figure


def test_stages_below_the_whole(school_return, raised):
    unit = school_return(school_type="九年一贯制", backbone=6, backbone_primary=3, backbone_junior=2)
    assert raised(stage_figures, unit) == [
        (
            "query",
            None,
            (
                "分学段填写：「县级及以上骨干教师数（小学）」3 人、「县级及以上骨干教师数（初中）」2 人，合计 5；"
                "全校填写：「县级及以上骨干教师数」6 人，合计 6。两者不符。"
            ),
        ),
    ]


def test_stages_make_the_whole(school_return, raised):
    assert (
        raised(
            stage_figures,
            school_return(school_type="九年一贯制", backbone=5, backbone_primary=3, backbone_junior=2),
        )
        == []
    )


def test_one_stage_not_typed_is_not_compared(school_return, raised):
    assert (
        raised(
            stage_figures,
            school_return(
                school_type="九年一贯制",
                backbone=6,
                backbone_primary=3,
                backbone_junior=Figure(Decimal(0), "zero"),
            ),
        )
        == []
    )


def test_a_senior_part_may_have_the_rest(school_return, raised):
    assert raised(stage_figures, school_return(school_type="完全中学", classes=30, classes_junior=18)) == []


def test_a_junior_part_above_the_whole(school_return, raised):
    unit = school_return(school_type="完全中学", classes=30, classes_junior=31)
    assert raised(stage_figures, unit) == [
        (
            "query",
            None,
            "分学段填写：「班级数（初中）」31 个，合计 31；全校填写：「班级总数」30 个，合计 30。两者不符。",
        ),
    ]


def test_four_subjects_make_the_whole(school_return, raised):
    unit = school_return(
        school_type="小学",
        pe_art_primary=8,
        pe_teachers=3,
        music_teachers=2,
        fine_art_teachers=2,
        arts_teachers=0,
    )
    assert raised(stage_figures, unit) == [
        (
            "query",
            None,
            (
                "分学段填写：「体育、艺术专任教师数（小学）」8 人，合计 8；全校填写：「体育专任教师人数」3 人、"
                "「音乐专任教师人数」2 人、「美术专任教师人数」2 人、「艺术专任教师人数」0 人，合计 7。两者不符。"
            ),
        ),
    ]


def test_an_attached_stage_counts(school_return, raised):
    assert (
        raised(
            stage_figures,
            school_return(
                school_type="小学", attached_stage="初中", classes=7, classes_primary=6, classes_junior=1
            ),
        )
        == []
    )


def test_unknown_type_is_not_compared(school_return, raised):
    assert raised(stage_figures, school_return(backbone=6, backbone_primary=3)) == []
