"""Check special_funds: its contract is the docstring of ``dudao.intake.checks.special_funds``."""

from dudao.intake.checks import special_funds


def test_typed_in_wan(county_return, raised):
    unit = county_return(special_funds=48, special_pupils=60)
    assert raised(special_funds, unit) == [
        (
            "query",
            "E7",
            (
                "「特殊教育学校经费总额」48 元，「特殊教育学校学生人数」60 人，生均 0.8 元，"
                "超出常见范围（600 至 200 000 元）。"
            ),
        ),
    ]


def test_too_much(county_return, raised):
    unit = county_return(special_funds=200001, special_pupils=1)
    assert raised(special_funds, unit) == [
        (
            "query",
            "E7",
            (
                "「特殊教育学校经费总额」200 001 元，「特殊教育学校学生人数」1 人，生均 200 001 元，"
                "超出常见范围（600 至 200 000 元）。"
            ),
        ),
    ]


def test_at_the_lower_bound(county_return, raised):
    assert raised(special_funds, county_return(special_funds=6000, special_pupils=10)) == []


def test_at_the_upper_bound(county_return, raised):
    assert raised(special_funds, county_return(special_funds=200000, special_pupils=1)) == []


def test_funds_without_a_pupil(county_return, raised):
    unit = county_return(special_funds=1, special_pupils=0)
    assert raised(special_funds, unit) == [
        ("query", "E7", "「特殊教育学校经费总额」1 元，「特殊教育学校学生人数」0 人，有经费而没有学生。"),
    ]


def test_no_such_school(county_return, raised):
    assert raised(special_funds, county_return(special_funds=0, special_pupils=0)) == []
