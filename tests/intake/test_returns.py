"""Blank cells and stages: what is asked of a school depends on its type (contracts §1, Blank cell)."""

from __future__ import annotations

from decimal import Decimal

import build
import pytest

import forms

STAGED = {
    stage: [f for f in build.STANDARD.fields if f.form == "school" and f.stage == stage]
    for stage in ("primary", "junior")
}
OPTIONAL = [f for f in build.STANDARD.fields if f.form == "school" and not f.required]
FLAGS = [f for f in build.STANDARD.fields if f.form == "school" and f.kind == "flag"]
RETENTION = ("graduates", "entrants", "moved_in", "moved_out", "died")


def place(field: str) -> str:
    """The cell of a field in the real layout."""
    return build.CELL[build.STANDARD.field(field).label]


def told(kind: str, **changes: object) -> list[tuple[str, str | None]]:
    """The issues of a school with these changes."""
    return build.one(build.school(kind, **changes))[1]


def read(kind: str, field: str, value: object) -> tuple[object, str, list[tuple[str, str | None]]]:
    """Value and state of one field, and all issues."""
    found, issues = build.figure(build.school(kind, **{field: value}), field)
    return found.value, found.state, issues


def test_complete_schools_of_every_type_have_no_issue() -> None:
    kinds = ("小学", "教学点", "初中", "九年一贯制", "十二年一贯制", "完全中学")
    assert {kind: told(kind) for kind in kinds} == {kind: [] for kind in kinds}


@pytest.mark.parametrize("field", [field.name for field in OPTIONAL])
def test_an_optional_blank_is_zero(field) -> None:
    assert read("小学", field, None) == (Decimal(0), "zero", [])
    assert read("小学", field, 0) == (Decimal(0), "given", [])


def test_zero_is_a_value() -> None:
    assert read("小学", "teachers", 0) == (Decimal(0), "given", [])


@pytest.mark.parametrize("blank", [None, "", "   ", "　", "\u00a0"])
def test_spaces_are_blank(blank) -> None:
    assert read("小学", "teachers", blank) == (None, "missing", [("FIG-001", place("teachers"))])


@pytest.mark.parametrize("field", [field.name for field in FLAGS])
def test_a_blank_flag_is_no_with_a_query(field) -> None:
    assert read("小学", field, None) == (False, "zero", [("FIG-002", place(field))])


REQUIRED = [
    f.name
    for f in build.STANDARD.fields
    if f.form == "school" and f.required and f.kind != "flag" and f.name != "school_type"
]


@pytest.mark.parametrize("field", REQUIRED)
def test_any_other_blank_is_an_error(field) -> None:
    assert read("九年一贯制", field, None) == (None, "missing", [("FIG-001", place(field))])


@pytest.mark.parametrize(
    ("kind", "stage"),
    [("小学", "junior"), ("教学点", "junior"), ("初中", "primary"), ("完全中学", "primary")],
)
def test_figures_of_an_absent_stage_are_not_applicable(kind, stage) -> None:
    blank, _ = build.one(build.school(kind, **{field.name: None for field in STAGED[stage]}))
    zero, issues = build.one(build.school(kind, **{field.name: 0 for field in STAGED[stage]}))
    assert issues == []
    for field in STAGED[stage]:
        for unit in (blank, zero):
            found = unit.figure(field.name)
            assert (found.value, found.state, found.cell) == (None, "absent", place(field.name))


@pytest.mark.parametrize("field", [field.name for field in STAGED["junior"]])
def test_a_figure_of_an_absent_stage_that_is_not_zero_is_an_unused_error(field) -> None:
    assert read("小学", field, 3) == (None, "absent", [("FIG-023", place(field))])


@pytest.mark.parametrize(
    ("value", "code"),
    [("无", "FIG-003"), ("0", None), ("３", "FIG-023"), (-1, "FIG-012"), (0.5, "FIG-013"), (" ", None)],
)
def test_what_else_stands_in_a_cell_of_an_absent_stage(value, code) -> None:
    assert read("小学", "pupils_junior", value) == (
        None,
        "absent",
        [(code, place("pupils_junior"))] if code else [],
    )


def test_retention_is_asked_of_schools_with_a_junior_stage_only() -> None:
    assert [build.one(build.school("小学"))[0].figure(field).state for field in RETENTION] == ["absent"] * 5
    assert told("完全中学", **dict.fromkeys(RETENTION)) == [("FIG-001", place(field)) for field in RETENTION]


@pytest.mark.parametrize("kind", ["特殊教育学校", "职业学校"])
def test_special_and_vocational_schools_need_name_type_and_code_only(kind) -> None:
    unit, issues = build.one(
        build.form(forms.form_rows(forms.SCHOOL_ROWS, forms.nameplate(kind, "演示学校", "1")))
    )
    assert (unit.text("school_type"), unit.figure("pupils_primary").state, issues) == (kind, "missing", [])


def test_nothing_else_of_a_special_school_is_judged() -> None:
    lines = forms.form_rows(
        forms.SCHOOL_ROWS,
        build.values(pupils_primary="3,520", pupils_junior=80, teachers="无") | {"学校类型": "特殊教育学校"},
    )
    unit, issues = build.one(build.form([row for row in lines if row[2] != "建校时间"]))
    assert (unit.figure("pupils_primary").state, unit.number("pupils_junior"), issues) == ("missing", 80, [])


@pytest.mark.parametrize("kind", ["特殊教育学校", "职业学校"])
@pytest.mark.parametrize("label", ["学校名称", "学校代码"])
def test_special_and_vocational_schools_do_need_name_and_code(kind, label) -> None:
    values = forms.nameplate(kind, "演示学校", "1") | {label: None}
    assert build.one(build.form(forms.form_rows(forms.SCHOOL_ROWS, values)))[1] == [
        ("FIG-001", build.CELL[label])
    ]


@pytest.mark.parametrize(("kind", "code"), [(None, "FIG-001"), ("高中", "FIG-017")])
def test_of_an_unknown_type_only_four_things_are_checked_for_blanks(kind, code) -> None:
    blanks = dict.fromkeys(field.label for field in build.STANDARD.fields)
    lines = forms.form_rows(
        forms.SCHOOL_ROWS, {label: None for label in blanks if label in build.CELL} | {"学校类型": kind}
    )
    unit, issues = build.one(build.form(lines))
    cells = [place(field) for field in ("school_name", "school_code", "pupils_primary", "pupils_junior")]
    assert sorted(issues) == sorted([(code, place("school_type")), *(("FIG-001", cell) for cell in cells)])
    assert unit.figure("dense_centre").state == "missing"


def test_of_an_unknown_type_the_contents_are_checked_all_the_same() -> None:
    assert told("小学", school_type="高中", teachers="12人") == [("FIG-017", place("school_type")), ("FIG-001", place("pupils_junior")),
                                                            ("FIG-005", place("teachers"))]  # fmt: skip


@pytest.mark.parametrize("kind", ["完全中学", "十二年一贯制"])
def test_schools_with_a_senior_stage_need_its_pupils(kind) -> None:
    unit, issues = build.one(build.school(kind, pupils_senior=None))
    assert (unit.figure("pupils_senior").value, unit.figure("pupils_senior").state, issues) == (
        None,
        "missing",
        [("FIG-024", "E70")],
    )
    printed = [
        row for row in forms.form_rows(forms.SCHOOL_ROWS, build.values(kind)) if row[2] != "高中在校生"
    ]
    unit, issues = build.one(build.form(printed))
    assert (unit.figure("pupils_senior").state, issues) == ("missing", [("FIG-024", place("school_type"))])
    assert told(kind, pupils_senior=0) == []


def test_other_schools_are_not_asked_for_senior_pupils() -> None:
    assert "pupils_senior" in build.one(build.school("完全中学"))[0].figures
    unit, _ = build.one(build.school("小学"))
    assert unit.figure("pupils_senior").state == "absent"
    assert told("小学", pupils_senior=5) == [("FIG-023", "E70")]


def test_supplements_that_nobody_filled_are_no_figures() -> None:
    unit, issues = build.one(build.wide_book(*build.wide_rows(build.values())))
    supplements = [field.name for field in build.STANDARD.fields if field.form == "supplement"]
    assert [name for name in supplements if name in unit.figures] == [
        "pupils_senior",
        "grades_junior",
        "classes_junior",
        "backbone_junior",
        "pe_art_junior",
    ]
    assert {unit.figure(name).state for name in supplements} == {"absent", "missing"}
    assert issues == []


def test_attached_classes_add_a_stage() -> None:
    attached = build.values(
        "小学",
        pupils_junior=60,
        **{field.name: 3 for field in STAGED["junior"] if field.name != "pupils_junior"},
    )
    plain = build.wide_book(*build.wide_rows(attached))
    unit, issues = build.one(plain)
    assert (unit.figure("pupils_junior").state, len(issues)) == ("absent", len(STAGED["junior"]))
    unit, issues = build.one(build.wide_book(*build.wide_rows(attached | {"附设班学段": "初中"})))
    assert (unit.number("pupils_junior"), unit.text("attached_stage"), issues) == (60, "初中", [])


def test_an_attached_stage_asks_for_its_figures() -> None:
    _, issues = build.one(build.wide_book(*build.wide_rows(build.values() | {"附设班学段": "初中"})))
    assert issues == [("FIG-001", f"{build.column_of(field.name)}3") for field in STAGED["junior"]]
    assert told("小学", attached_stage="高中") == [("FIG-017", "E70")]


def test_figures_are_a_mapping() -> None:
    unit, _ = build.one(build.school())
    assert set(unit.figures) == {field.name for field in build.STANDARD.fields if field.form == "school"} | {
        field.name
        for field in build.STANDARD.fields
        if field.form == "supplement" and field.stage in ("junior", "senior")
    }
    assert len(unit.figures) == len(list(unit.figures.items()))
    assert unit.figures.get("sponsor") is None
    with pytest.raises(KeyError):
        unit.figures["sponsor"]
