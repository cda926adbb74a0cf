"""Check pay: its contract is the docstring of ``dudao.intake.checks.pay``."""

from dudao.intake.checks import pay


def test_typed_in_yuan(county_return, raised):
    unit = county_return(teacher_pay=98000, official_pay="100.01")
    assert raised(pay, unit) == [
        (
            "query",
            "E9",
            (
                "「上年度义务教育学校教师年平均工资收入水平（不含民办学校）」98 000 万元，"
                "超出常见范围（0.5 至 100 万元）。"
            ),
        ),
        ("query", "E10", "「当地公务员年平均工资收入」100.01 万元，超出常见范围（0.5 至 100 万元）。"),
    ]


def test_too_little(county_return, raised):
    unit = county_return(teacher_pay="0.49")
    assert raised(pay, unit) == [
        (
            "query",
            "E9",
            (
                "「上年度义务教育学校教师年平均工资收入水平（不含民办学校）」0.49 万元，"
                "超出常见范围（0.5 至 100 万元）。"
            ),
        ),
    ]


def test_at_the_bounds(county_return, raised):
    assert raised(pay, county_return(teacher_pay="0.5", official_pay=100)) == []
