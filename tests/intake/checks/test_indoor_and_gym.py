"""Check indoor_and_gym: its contract is the docstring of ``dudao.intake.checks.indoor_and_gym``."""

from dudao.intake.checks import indoor_and_gym
from dudao.tables import Figure


def test_they_differ(school_return, raised):
    unit = school_return(gym_area=900, indoor_sports_area="899.5")
    assert raised(indoor_and_gym, unit) == [
        ("query", "E48", "「学校体育馆面积」900 平方米，「室内体育用房面积」899.5 平方米，两者不等。"),
    ]


def test_they_agree(school_return, raised):
    assert raised(indoor_and_gym, school_return(gym_area="900.0", indoor_sports_area=900)) == []


def test_unknown_is_not_compared(school_return, raised):
    assert (
        raised(indoor_and_gym, school_return(gym_area=900, indoor_sports_area=Figure(None, "refused"))) == []
    )
