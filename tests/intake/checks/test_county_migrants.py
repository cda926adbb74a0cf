"""Check county_migrants: its contract is the docstring of ``dudao.intake.checks.county_migrants``."""

from dudao.intake.checks import county_migrants


def test_more_than_there_are(county_return, raised):
    unit = county_return(migrant_eligible=100, migrant_public=90, migrant_bought=11)
    assert raised(county_migrants, unit) == [
        (
            "query",
            "E17",
            (
                "「在县域内公办学校就读的随迁子女人数」90 人、「在政府购买服务的民办学校就读随迁子女人数」11 人，"
                "合计 101 人，大于「符合条件的随迁子女总人数」100 人。"
            ),
        ),
    ]


def test_as_many(county_return, raised):
    assert (
        raised(county_migrants, county_return(migrant_eligible=100, migrant_public=90, migrant_bought=10))
        == []
    )
