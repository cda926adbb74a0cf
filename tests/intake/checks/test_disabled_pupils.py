"""Check disabled_pupils: its contract is the docstring of ``dudao.intake.checks.disabled_pupils``."""

from dudao.intake.checks import disabled_pupils


def test_more_than_there_are(county_return, raised):
    unit = county_return(disabled_all=100, disabled_enrolled=101)
    assert raised(disabled_pupils, unit) == [
        ("query", "E21", "「适龄残疾儿童少年入学总人数」101 人，大于「适龄残疾儿童少年总数」100 人。"),
    ]


def test_as_many(county_return, raised):
    assert raised(disabled_pupils, county_return(disabled_all=100, disabled_enrolled=100)) == []
