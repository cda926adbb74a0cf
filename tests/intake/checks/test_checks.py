"""The list of the checks, their run over one unit, what they share, and the reference page."""

import doctest
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dudao.intake import checks
from dudao.intake.checks import figures
from dudao.intake.checks.__main__ import reference
from dudao.issues import Issue
from dudao.standards.model import Field
from dudao.tables import Figure, Return

ROOT = Path(__file__).resolve().parents[3]
SRC = ROOT / "src" / "dudao" / "intake" / "checks"
NAMES = [module.__name__.rpartition(".")[2] for module in checks.CHECKS]
SOUND = {
    "school_type": "小学",
    "founded": 2000,
    "built_2010": True,
    "built_2016": True,
    "dense_centre": False,
    "rural_small": False,
    "rural_small_classes": False,
    "pupils_primary": 600,
    "pupils_junior": Figure(None, "absent"),
    "migrant_pupils": 100,
    "zoned_primary": 600,
    "classes": 14,
    **dict.fromkeys(("classes_25", "classes_30", "classes_35", "classes_50", "classes_55"), 0),
    **dict.fromkeys(("classes_60", "classes_65", "classes_66"), 0),
    "classes_40": 4,
    "classes_45": 10,
    "teachers": 40,
    "college_primary": 10,
    "bachelor_primary": 28,
    "master_primary": 2,
    "doctor_primary": 0,
    "backbone": 6,
    "certified": 40,
    "trained_360": 38,
    "pe_teachers": 2,
    "music_teachers": 2,
    "fine_art_teachers": 2,
    "arts_teachers": 0,
    "teaching_area": "3200.5",
    "indoor_sports_area": 600,
    "gym_area": 600,
    "grounds_area": 4000,
    "equipment": 248,
    "media_rooms": 20,
    "music_rooms": 2,
    "music_rooms_96": 2,
    "fine_art_rooms": 1,
    "fine_art_rooms_90": 1,
    "budget": 80,
    "spending": 79,
    "training_budget": 5,
}


def test_codes_are_in_order_and_used_once():
    assert [module.CODE for module in checks.CHECKS] == [f"CHK-{n:03}" for n in range(1, len(NAMES) + 1)]


def test_one_check_one_file_one_test_file():
    modules = {path.stem for path in SRC.glob("*.py")} - {"__init__", "__main__", "figures", "screen"}
    assert sorted(NAMES) == sorted(modules)
    assert [name for name in NAMES if not (Path(__file__).parent / f"test_{name}.py").is_file()] == []


def test_which_checks_yield_errors():
    assert {m.CODE: m.REFUSES for m in checks.CHECKS if hasattr(m, "REFUSES")} == {
        "CHK-001": ("indoor_sports_area",)
    }
    assert [m.CODE for m in checks.CHECKS if hasattr(m, "refuses")] == ["CHK-038", "CHK-040", "CHK-041"]


def test_a_sound_school_raises_nothing(school_return, standard):
    last = school_return(**SOUND)
    assert checks.run(school_return(**SOUND), standard, last) == ([], frozenset())


def test_an_error_refuses_its_field(school_return, standard):
    unit = school_return(**SOUND | {"teaching_area": 800, "indoor_sports_area": 801, "gym_area": 801})
    found = "「室内体育用房面积」801 平方米，大于「教学及辅助用房总面积」800 平方米。"
    mend = "请改正其中一项，否则生均教学及辅助用房面积按无数据处理。"
    error = Issue("error", "CHK-001", "a.xlsx", "学校填报数据", "E47", found, mend)
    assert checks.run(unit, standard, None) == ([error], frozenset({"indoor_sports_area"}))


def test_queries_refuse_nothing(school_return, standard):
    issues, refused = checks.run(school_return(**SOUND | {"classes": 15, "media_rooms": 76}), standard)
    assert [issue.code for issue in issues] == ["CHK-002", "CHK-019"]
    assert refused == frozenset()


def test_a_type_that_is_not_counted_is_not_compared(school_return, standard):
    wrong = SOUND | {"teaching_area": 1, "classes": 99}
    assert checks.run(school_return(**wrong | {"school_type": "特殊教育学校"}), standard) == ([], frozenset())
    assert checks.run(school_return(**wrong | {"school_type": "职业"}), standard) == ([], frozenset())


def test_an_unknown_type_keeps_what_needs_no_stages(school_return, standard):
    unit = school_return(**SOUND | {"school_type": "学堂", "classes": 15, "pupils_primary": 9})
    assert [issue.code for issue in checks.run(unit, standard)[0]] == ["CHK-002", "CHK-010"]


def test_an_empty_return_raises_nothing(school_return, county_return, standard):
    assert checks.run(school_return(), standard, school_return(**SOUND)) == ([], frozenset())
    assert checks.run(county_return(), standard, county_return()) == ([], frozenset())


EXTREMES = [Decimal(text) for text in ("0", "1E-300", "0.5", "1", "49", "50", "99", "100", "2500.5", "1E+9")]


def _any_value(field: Field) -> st.SearchStrategy[Decimal | bool | str]:
    if field.numeric:
        return st.sampled_from(EXTREMES)
    return st.booleans() if field.kind == "flag" else st.sampled_from(field.choices or ("甲", ""))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_figures_of_another_standard_break_a_check(graded_standard, data):
    values = {field.name: Figure(data.draw(_any_value(field)), "given", "表", "A1") for field in graded_standard.fields}
    unit = Return("county", "a.xlsx", "0" * 64, "表", values)
    issues, refused = checks.run(unit, graded_standard, unit)
    assert {issue.code for issue in issues} <= {"CHK-037", "CHK-040", "CHK-041"}
    assert len(refused) == len([issue for issue in issues if issue.level == "error"])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_figures_break_a_check(standard, data):
    form = data.draw(st.sampled_from(("school", "county")))
    fields = [field for field in standard.fields if field.of_county == (form == "county")]
    units = []
    for _ in range(2):
        values = {field.name: Figure(data.draw(_any_value(field)), "given", "表", "A1") for field in fields}
        units.append(Return(form, "a.xlsx", "0" * 64, "表", values))
    issues, refused = checks.run(units[0], standard, units[1])
    errors = {issue.code for issue in issues if issue.level == "error"}
    assert errors <= ({"CHK-001"} if form == "school" else {"CHK-038"})
    assert bool(refused) == bool(errors)
    assert [issue for issue in issues if len(issue.found) > 400] == []


def test_figures_as_messages_tell_them():
    result = doctest.testmod(figures)
    assert (result.failed, result.attempted) == (0, 2)


def test_reference_page_is_in_step():
    page = (ROOT / "docs" / "reference" / "checks.md").read_text(encoding="utf-8")
    assert page == reference(), "run: .venv/bin/python -m dudao.intake.checks > docs/reference/checks.md"
