"""Check equipment: its contract is the docstring of ``dudao.intake.checks.equipment``."""

from dudao.intake.checks import equipment


def test_below(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=100, equipment="1.99")
    assert raised(equipment, unit) == [
        (
            "query",
            "E52",
            (
                "「教学仪器设备资产值（账面原值）」1.99 万元，「小学学生人数」100 人，生均 199 元，"
                "低于常见范围（200 至 50 000 元）。"
            ),
        ),
    ]


def test_above(school_return, raised):
    unit = school_return(school_type="小学", pupils_primary=100, equipment=2000000)
    assert raised(equipment, unit) == [
        (
            "query",
            "E52",
            (
                "「教学仪器设备资产值（账面原值）」2 000 000 万元，「小学学生人数」100 人，"
                "生均 200 000 000 元，高于常见范围（200 至 50 000 元）。"
            ),
        ),
    ]


def test_at_the_lower_bound(school_return, raised):
    assert raised(equipment, school_return(school_type="小学", pupils_primary=100, equipment=2)) == []


def test_at_the_upper_bound(school_return, raised):
    assert raised(equipment, school_return(school_type="小学", pupils_primary=100, equipment=500)) == []
