"""Check rural_small_classes: its contract is the docstring of ``dudao.intake.checks.rural_small_classes``."""

from dudao.intake.checks import rural_small_classes


def test_a_larger_class(school_return, raised):
    unit = school_return(rural_small_classes=True, classes_35=1, classes_40=0, classes_66=2)
    assert raised(rural_small_classes, unit) == [
        (
            "query",
            "E10",
            (
                "「是否最大班额低于30人的农村小规模学校」填“是”，但「每班31-35人班级个数」1 个、"
                "「每班66人以上班级个数」2 个。"
            ),
        ),
    ]


def test_the_band_up_to_30_may_be_below_30(school_return, raised):
    assert (
        raised(rural_small_classes, school_return(rural_small_classes=True, classes_30=3, classes_35=0)) == []
    )


def test_not_claimed(school_return, raised):
    assert raised(rural_small_classes, school_return(rural_small_classes=False, classes_35=1)) == []
