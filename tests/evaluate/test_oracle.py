"""The command against the independent calculation, over generated counties of 200 schools: every value, CV, judgement, gap, exclusion."""

import pytest

import agree
import forms


@pytest.mark.parametrize(("seed", "holes"), [(1, True), (2, False), (3, True)])
def test_every_number_of_a_county(world_folder, evaluate, seed, holes):
    folder, files = world_folder(seed, holes=holes)
    run = evaluate(folder)
    assert agree.differences(run.json, files) == []
    assert run.code == (1 if holes else 0)


@pytest.mark.parametrize("seed", range(10, 16))
def test_every_number_of_a_small_county(world_folder, evaluate, seed):
    """Few schools: levels with one school, CVs near their limits, levels without a school."""
    folder, files = world_folder(seed, schools=seed - 8)
    assert agree.differences(evaluate(folder).json, files) == []


def test_the_comparison_sees_a_difference(county):
    """One more square metre in one cell is found: the comparison itself can fail."""
    school = forms.filled("小学", "演示第一小学", "9900010001", 300)
    county_return = {"区县填报表.xlsx": forms.county_form()}
    files = {"a.xlsx": forms.school_form(school)} | county_return
    result = county(files).json
    assert agree.differences(result, files) == []
    changed = {"a.xlsx": forms.school_form(school | {"校内体育场面积": school["校内体育场面积"] + 0.01})}
    wrong = agree.differences(result, changed | county_return)
    assert [line.split(":")[0] for line in wrong] == ["a.xlsx primary R5 value", "county R5 primary mean"]
    fewer = {"a.xlsx": forms.school_form(school | {"持有教师资格证的专任教师人数": 0})}
    wrong = agree.differences(result, fewer | county_return)
    assert [line.split(":")[0] for line in wrong] == ["item G12 judgement", "item G12 value"]
