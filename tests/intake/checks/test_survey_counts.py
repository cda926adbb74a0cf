"""Check survey_counts: its contract is the docstring of ``dudao.intake.checks.survey_counts``."""

import pytest

from dudao.intake import checks
from dudao.intake.checks import survey_counts

PAIRS = [("sent", "valid"), ("valid", "satisfied"), ("visited", "visit_satisfied")]


@pytest.mark.parametrize(("whole", "part"), PAIRS)
def test_a_part_of_all_is_in_order(county_return, raised, whole, part):
    assert raised(survey_counts, county_return(**{f"P1_2_{whole}": 100, f"P1_2_{part}": 100})) == []
    assert raised(survey_counts, county_return(**{f"P1_2_{whole}": 100, f"P1_2_{part}": 99})) == []
    assert raised(survey_counts, county_return(**{f"P1_2_{whole}": 0, f"P1_2_{part}": 0})) == []


@pytest.mark.parametrize(("whole", "part"), PAIRS)
def test_more_than_all(county_return, raised, standard, whole, part):
    unit = county_return(**{f"P1_2_{whole}": 100, f"P1_2_{part}": 101})
    big, small = (standard.field(f"P1_2_{what}") for what in (part, whole))
    found = f"「{big.label}」101 {big.unit}，大于「{small.label}」100 {small.unit}。"
    assert raised(survey_counts, unit) == [("error", None, found)]
    assert checks.run(unit, standard)[1] == {f"P1_2_{whole}", f"P1_2_{part}"}


def test_each_group_for_itself(county_return, raised, standard):
    unit = county_return(P1_1_valid=10, P1_1_satisfied=11, P1_7_sent=5, P1_7_valid=6, P1_7_satisfied=7)
    assert [found.partition("，")[0] for _, _, found in raised(survey_counts, unit)] == [
        "「P1 学生：满意问卷数」11 份",
        "「P1 其他群众：有效问卷数」6 份",
        "「P1 其他群众：满意问卷数」7 份",
    ]
    assert checks.run(unit, standard)[1] == {"P1_1_valid", "P1_1_satisfied", "P1_7_sent", "P1_7_valid", "P1_7_satisfied"}


def test_groups_are_not_compared_with_each_other(county_return, raised):
    assert raised(survey_counts, county_return(P1_1_valid=10, P1_2_satisfied=11)) == []
