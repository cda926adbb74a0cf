"""Check indoor_sports: its contract is the docstring of ``dudao.intake.checks.indoor_sports``."""

from dudao.intake.checks import indoor_sports
from dudao.tables import Figure


def test_larger_is_an_error(school_return, raised):
    unit = school_return(indoor_sports_area="1180", teaching_area="960.5")
    assert raised(indoor_sports, unit) == [
        ("error", "E47", "「室内体育用房面积」1 180 平方米，大于「教学及辅助用房总面积」960.5 平方米。"),
    ]


def test_one_hundredth_more_is_an_error(school_return, raised):
    unit = school_return(indoor_sports_area="960.01", teaching_area=960)
    assert raised(indoor_sports, unit) == [
        ("error", "E47", "「室内体育用房面积」960.01 平方米，大于「教学及辅助用房总面积」960 平方米。"),
    ]


def test_equal_is_in_order(school_return, raised):
    assert raised(indoor_sports, school_return(indoor_sports_area=960, teaching_area=960)) == []


def test_a_missing_total_is_not_compared(school_return, raised):
    assert (
        raised(indoor_sports, school_return(indoor_sports_area=960, teaching_area=Figure(None, "missing")))
        == []
    )
