"""Check class_total: its contract is the docstring of ``dudao.intake.checks.class_total``."""

from dudao.intake.checks import class_total
from dudao.tables import Figure

BANDS = dict.fromkeys((f"classes_{n}" for n in (25, 30, 35, 40, 45, 50, 55, 60, 65, 66)), 0) | {
    "classes_25": 1,
    "classes_50": 4,
}
"""One class of 1 to 25 and four of 46 to 50 pupils: 185 to 225 in all."""


def test_bands_differ(school_return, raised):
    unit = school_return(classes=6, **BANDS)
    assert raised(class_total, unit) == [
        ("query", "E16", "「班级总数」6 个，各班额段合计 5 个，两者不等。"),
    ]


def test_bands_agree(school_return, raised):
    assert raised(class_total, school_return(classes=5, **BANDS)) == []


def test_a_refused_band_is_not_compared(school_return, raised):
    assert (
        raised(class_total, school_return(classes=6, **(BANDS | {"classes_66": Figure(None, "refused")})))
        == []
    )
