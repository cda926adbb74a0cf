"""Check senior_places: its contract is the docstring of ``dudao.intake.checks.senior_places``."""

from dudao.intake.checks import senior_places


def test_more_than_the_larger_figure(county_return, raised):
    unit = county_return(good_senior_places=100, good_senior_quota=101, good_senior_rural=102)
    assert raised(senior_places, unit) == [
        ("query", "E15", "「优质高中招生分配指标数」101 人，大于「优质高中招生计划总人数」100 人。"),
        ("query", "E16", "「向农村学校分配指标数」102 人，大于「优质高中招生分配指标数」101 人。"),
    ]


def test_as_many(county_return, raised):
    assert (
        raised(
            senior_places, county_return(good_senior_places=100, good_senior_quota=100, good_senior_rural=100)
        )
        == []
    )
