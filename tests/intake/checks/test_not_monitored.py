"""Check not_monitored: its contract is the docstring of ``dudao.intake.checks.not_monitored``."""

from dudao.intake.checks import not_monitored


def test_a_figure_beside_the_word(county_return, raised):
    unit = county_return(Q9_2_grade="未监测", Q9_2_value="0.2")
    found = "「Q9 数学：学业水平等级」填“未监测”，又填了「Q9 数学：校际差异率」0.2，该学科不计。"
    assert [(level, text) for level, _, text in raised(not_monitored, unit)] == [("query", found)]


def test_only_one_of_them(county_return, raised):
    assert raised(not_monitored, county_return(Q9_1_grade="未监测", Q9_2_grade="Ⅲ", Q9_2_value="0.2")) == []
