"""Check survey_parents: its contract is the docstring of ``dudao.intake.checks.survey_parents``."""

from dudao.intake.checks import survey_parents


def test_half_is_in_order(county_return, raised):
    assert raised(survey_parents, county_return(P1_1_valid=60, P1_2_valid=100, P1_3_valid=40)) == []
    assert raised(survey_parents, county_return(P1_2_valid=100)) == []
    assert raised(survey_parents, county_return(P1_2_valid=0)) == []


def test_less_than_half(county_return, raised):
    found = "「P1 家长：有效问卷数」100 份，各类对象合计 201 份，家长不到一半（2012 年办法要求不少于 50%）。"
    assert raised(survey_parents, county_return(P1_1_valid=61, P1_2_valid=100, P1_3_valid=40)) == [("query", None, found)]


def test_parents_left_blank(county_return, raised):
    assert raised(survey_parents, county_return(P1_1_valid=61)) == []
