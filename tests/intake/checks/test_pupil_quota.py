"""Check pupil_quota: its contract is the docstring of ``dudao.intake.checks.pupil_quota``."""

from dudao.intake.checks import pupil_quota


def test_typed_in_wan(county_return, raised):
    unit = county_return(quota_primary="0.115", quota_junior=20001)
    assert raised(pupil_quota, unit) == [
        ("query", "E5", "「规定的小学生均公用经费标准」0.115 元，超出常见范围（200 至 20 000 元）。"),
        ("query", "E6", "「规定的初中生均公用经费标准」20 001 元，超出常见范围（200 至 20 000 元）。"),
    ]


def test_at_the_bounds(county_return, raised):
    assert raised(pupil_quota, county_return(quota_primary=200, quota_junior=20000)) == []
