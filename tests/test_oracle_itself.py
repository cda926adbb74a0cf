"""The independent calculation against worked examples that others have published or that follow by hand. Nothing of the product."""

from fractions import Fraction

import pytest

import forms
import oracle

PUPILS, BOOKS = (45, 37, 89, 76, 55), (279, 137, 935, 160, 402)


def _row(changes=None, *, kind="小学", pupils=(300, 0, None), level=0, **factors) -> oracle.Row:
    values = forms.filled(kind, "演示第一学校", "9900010001", *pupils, factors=factors, changes=changes)
    return oracle.county({"a.xlsx": forms.school_form(values)}).rows[level]


def test_worked_example_of_the_coefficient():
    mean, square = oracle.spread([(Fraction(p), Fraction(b, p)) for p, b in zip(PUPILS, BOOKS, strict=True)])
    assert mean == Fraction(1913, 302)
    assert round(oracle.root(square), 4) == 0.5153
    assert round(oracle.root(square * mean**2), 2) == 3.26


def test_each_printed_term_of_the_worked_example():
    terms = [Fraction(p, 302) * (Fraction(b, p) - Fraction(1913, 302)) ** 2 for p, b in zip(PUPILS, BOOKS, strict=True)]
    assert [round(float(t), 2) for t in terms] == [0.0, 0.85, 5.13, 4.5, 0.17]


def test_root_is_exact_where_a_root_exists():
    assert oracle.root(Fraction(1, 4)) == 0.5
    assert oracle.root(Fraction(81, 400)) == 0.45


def test_split_example():
    changes = {"教学及辅助用房总面积": 5200, "室内体育用房面积": 0}
    primary = _row(changes, kind="九年一贯制", pupils=(600, 400, None), level=0)
    junior = _row(changes, kind="九年一贯制", pupils=(600, 400, None), level=1)
    assert (primary.values["R4"].value, junior.values["R4"].value) == (5, Fraction("5.5"))
    assert (primary.values["R4"].gap, junior.values["R4"].gap) == (None, 284)  # 5.8/1.1 x 1040 - 5200 = 283.6…


def test_published_split_example():
    """166 + 210 pupils, 23226 books: 9711 and 13515 books once 58.5 is rounded, 9711.6 and 13514.4 exactly."""
    changes = {"教学及辅助用房总面积": 23226, "室内体育用房面积": 0}
    rows = [_row(changes, kind="九年一贯制", pupils=(166, 210, None), level=level) for level in (0, 1)]
    assert [round(float(row.values["R4"].value * row.pupils), 1) for row in rows] == [9711.6, 13514.4]


@pytest.mark.parametrize(("kind", "pupils", "level", "value"), [
    ("十二年一贯制", (100, 100, 100), 0, Fraction(3420) / Fraction(342)),
    ("十二年一贯制", (100, 100, 100), 1, Fraction("1.1") * 3420 / Fraction(342)),
    ("完全中学", (0, 100, 100), 0, Fraction(3420) / Fraction(220)),
    ("九年一贯制", (0, 100, None), 0, Fraction("34.2")),
])  # fmt: skip
def test_split_weights(kind, pupils, level, value):
    row = _row({"教学及辅助用房总面积": 3420, "室内体育用房面积": 0}, kind=kind, pupils=pupils, level=level)
    assert row.values["R4"].value == value


def test_teachers_of_a_through_school_are_shared_by_pupils():
    changes = {"县级及以上骨干教师数": 9}
    values = [_row(changes, kind="九年一贯制", pupils=(600, 400, None), level=level).values["R2"] for level in (0, 1)]
    assert [(v.value, v.gap, v.estimated) for v in values] == [(Fraction("0.9"), 1, True)] * 2


@pytest.mark.parametrize(("pupils", "counted"), [(49, False), (50, True), (99, True), (100, False)])
def test_relief_of_small_rural_schools(pupils, counted):
    changes = {oracle.RURAL: "是", oracle.ARTS[0]: 0, oracle.ARTS[1]: 0, oracle.ARTS[2]: 0, oracle.ARTS[3]: 0, oracle.VISITING[0]: 2}
    assert _row(changes, pupils=(pupils, 0, None)).values["R3"].value == (Fraction(200, pupils) if counted else 0)


@pytest.mark.parametrize(("figures", "judgement"), [
    ([], "met"), ([("R4", "0.85")], "met"), ([("R4", "0.84")], "not_met"), ([("R4", "0.99"), ("R5", "0.99")], "not_met"),
])  # fmt: skip
def test_school_rule(figures, judgement):
    limits = [oracle.LIMITS[code]["primary"] for code in oracle.CODES]
    share = {code: Fraction(text) for code, text in figures}
    values = [(limit * share.get(code, 1), limit) for code, limit in zip(oracle.CODES, limits, strict=True)]
    assert oracle.school_judgement(values) == judgement


def test_school_rule_with_missing_values():
    limit = Fraction(1)
    assert oracle.school_judgement([(limit, limit)] * 6 + [(None, limit)]) == "no_data"
    assert oracle.school_judgement([(Fraction("0.8"), limit)] + [(None, limit)] * 6) == "not_met"


@pytest.mark.parametrize(("judgements", "whole"), [
    (["met", "met"], "met"), (["met", "no_data"], "no_data"), (["no_data", "not_met"], "not_met"),
    (["met", "not_applicable"], "met"), (["not_applicable"], "no_data"), ([], "no_data"),
])  # fmt: skip
def test_kleene(judgements, whole):
    assert oracle.all_met(judgements) == whole


def test_numbers_are_the_digits_a_spreadsheet_shows():
    form = oracle.read("a.xlsx", forms.school_form({"学校名称": "演示", "校内体育场面积": 0.1 + 0.2, "学校体育馆面积": " １２.５ "}))
    assert (form.number("校内体育场面积"), form.number("学校体育馆面积")) == (Fraction("0.3"), Fraction("12.5"))


def test_the_world_holds_what_it_promises():
    """All school types; values met, at 85 % and below; reliefs; excluded levels; blank cells."""
    right = oracle.county(forms.world(1, 120))
    judgements = {row.judgement for row in right.rows}
    assert judgements == {"met", "not_met", "no_data"}
    assert {kind for _, _, kind, _ in right.excluded} >= {"教学点", "特殊教育学校", "职业学校"}
    assert {indicator for _, indicator, _ in right.reliefs} == {"R3", "R5"}
    assert len(right.errors) > 2
    assert oracle.county(forms.world(1, 30, holes=False)).errors == frozenset()


def test_the_world_is_the_same_for_the_same_seed():
    cells = [[oracle.read(p, d).cells for p, d in forms.world(3, 12).items() if "第" in p] for _ in range(2)]
    assert cells[0] == cells[1]
