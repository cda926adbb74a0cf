"""Check county_parts: its contract is the docstring of ``dudao.intake.checks.county_parts``."""

from dudao.intake.checks import county_parts


def test_a_part_larger_than_its_whole(county_return, raised):
    unit = county_return(population="98", rural_population="120")
    found = "「农业人口数」120 万人，大于「人口总数」98 万人。"
    assert [(level, text) for level, _, text in raised(county_parts, unit)] == [("query", found)]


def test_as_large(county_return, raised):
    unit = county_return(population="98", rural_population="98", staff_primary=100, teachers_primary=100, disabled_special=3)
    assert raised(county_parts, unit) == []
