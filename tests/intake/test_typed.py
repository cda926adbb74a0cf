"""Answers typed on a page become an Intake of that one unit, with what is wrong beside each field."""

from datetime import date
from decimal import Decimal

import pytest

from dudao.evaluation import evaluate
from dudao.intake.typed import PAGE, typed
from dudao.standards import load_standard


def read(standard: str, **answers: str):
    return typed(load_standard(standard), answers, code="321182", name="扬中市", year=2018)


def test_answers_are_figures_of_the_unit_at_their_field():
    found = read("chongqing-county", BZ_points="65.5", V1_found="无")
    figure = found.intake.county.figures["BZ_points"]
    assert (figure.value, figure.state, figure.cell) == (Decimal("65.5"), "given", "BZ_points")
    assert (found.issues, found.errors) == ({}, False)


@pytest.mark.parametrize(
    ("text", "codes", "errors"),
    [("六十", ["FIG-003"], True), ("３0", ["FIG-015"], False), ("", [], False), ("71", ["CHK-040"], True)],
)
def test_what_is_wrong_stands_at_its_field(text, codes, errors):
    found = read("chongqing-county", BZ_points=text)
    assert [one.code for one in found.issues.get("BZ_points", ())] == codes
    assert found.errors is errors
    assert {one.file for some in found.issues.values() for one in some} == ({PAGE} if codes else set())


def test_a_word_that_is_no_choice_is_refused_and_judged_no_data():
    found = read("chongqing-county", V1_found="也许")
    assert list(found.issues) == ["V1_found"]
    run = evaluate(load_standard("chongqing-county"), found.intake, date(2018, 6, 12))
    assert run.item("V1").judgement == "no_data"


def test_names_that_the_standard_does_not_have_are_left_out():
    assert read("chongqing-county", nothing="1", **{"ZD1::note": "说明"}) == read("chongqing-county")


def test_the_same_answers_make_the_same_intake():
    again = read("preschool-universal", children="950", population_3_6="1000")
    assert read("preschool-universal", children="950", population_3_6="1000") == again
    assert read("preschool-universal", children="951", population_3_6="1000") != again
