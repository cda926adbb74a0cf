"""Check declared_proof: its contract is the docstring of ``dudao.intake.checks.declared_proof``."""

from dataclasses import replace

import pytest

from dudao.intake.checks import declared_proof
from dudao.standards import load_standard
from dudao.tables import Figure, Return


def test_declared_without_proof(county_return, raised):
    found = "「G1 学校规划布局合理：是否达到要求」填“达到”，没有写明佐证材料（学校布局规划图、相关文件等），该项按无数据处理。"
    assert raised(declared_proof, county_return(G1_met="达到")) == [("query", None, found)]


@pytest.mark.parametrize("proof", ["无", "——", "0", "…", "暂无", "没有。"])
def test_a_word_for_nothing_names_no_proof(county_return, raised, proof):
    assert len(raised(declared_proof, county_return(G1_met="达到", G1_proof=proof))) == 1


def test_with_proof(county_return, raised):
    assert raised(declared_proof, county_return(G1_met="达到", G1_proof="布局规划图")) == []


def test_a_proof_in_error_has_its_own_message(county_return, raised):
    refused = Figure(None, "refused", "区县填报数据", "E9")
    assert raised(declared_proof, county_return(G1_met="达到", G1_proof=refused)) == []


def test_not_met_needs_none(county_return, raised):
    assert raised(declared_proof, county_return(G1_met="未达到")) == []


def test_nothing_declared(county_return, raised):
    assert raised(declared_proof, county_return(G1_proof="布局规划图")) == []


def test_what_does_not_apply_and_what_asks_for_no_proof_needs_none():
    standard = load_standard("special-checklist")

    def said(word: str) -> Return:
        return Return("county", "f", "0" * 64, "s", {"ZX_met": Figure(word, "given", "s", "A1")})

    assert [len(list(declared_proof.check(said(word), standard, None))) for word in ("符合", "不适用")] == [1, 0]
    (chapter,) = standard.chapters
    free = replace(chapter.indicators[0], rule=replace(chapter.indicators[0].rule, proofs=(), needs_proof=False))
    free_standard = replace(standard, chapters=(replace(chapter, indicators=(free,)),))
    assert list(declared_proof.check(said("符合"), free_standard, None)) == []
