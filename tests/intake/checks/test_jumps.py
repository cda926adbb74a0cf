"""Check jumps: its contract is the docstring of ``dudao.intake.checks.jumps``."""

from dudao.intake.checks import jumps
from dudao.tables import Figure


def test_more_than_a_fifth_up_and_down(school_return, raised):
    unit = school_return(pupils_primary=1250, teaching_area="3999.5", backbone=9)
    last = school_return(pupils_primary=1000, teaching_area=5000, backbone=12)
    assert raised(jumps, unit, last) == [
        ("query", "E11", "「小学学生人数」1 250 人，上年 1 000 人，增加 25.0%，超过 20%。"),
        ("query", "E35", "「县级及以上骨干教师数」9 人，上年 12 人，减少 25.0%，超过 20%。"),
        ("query", "E46", "「教学及辅助用房总面积」3 999.5 平方米，上年 5 000 平方米，减少 20.0%，超过 20%。"),
    ]


def test_a_fifth_is_in_order(school_return, raised):
    unit = school_return(pupils_primary=1200, backbone=8)
    assert raised(jumps, unit, school_return(pupils_primary=1000, backbone=10)) == []


def test_a_small_base_is_not_compared(school_return, raised):
    unit = school_return(backbone=90, teaching_area=90)
    assert raised(jumps, unit, school_return(backbone=9, teaching_area="9.99")) == []


def test_nought_after_ten(school_return, raised):
    assert raised(jumps, school_return(backbone=0), school_return(backbone=10)) == [
        ("query", "E35", "「县级及以上骨干教师数」0 人，上年 10 人，减少 100.0%，超过 20%。"),
    ]


def test_years_codes_and_flags_are_not_compared(school_return, raised):
    unit = school_return(founded=2020, built_2010=False, school_code="2", school_name="甲小学")
    last = school_return(founded=1000, built_2010=True, school_code="1", school_name="乙小学")
    assert raised(jumps, unit, last) == []


def test_unusable_figures_are_not_compared(school_return, raised):
    unit = school_return(backbone=20, certified=Figure(None, "missing"))
    assert raised(jumps, unit, school_return(backbone=Figure(None, "refused"), certified=40)) == []


def test_county_returns_too(county_return, raised):
    assert raised(jumps, county_return(rotated=30), county_return(rotated=20)) == [
        ("query", "E12", "「实际交流轮岗教师数」30 人，上年 20 人，增加 50.0%，超过 20%。"),
    ]


def test_no_return_of_last_year(school_return, raised):
    assert raised(jumps, school_return(backbone=20), None) == []
