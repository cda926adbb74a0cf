"""Check veto_note: its contract is the docstring of ``dudao.intake.checks.veto_note``."""

from dudao.intake.checks import veto_note


def test_without_particulars(county_return, raised):
    found = "「V2 违规择校：有无」填“有”，没有写明情况。"
    assert [(level, text) for level, _, text in raised(veto_note, county_return(V2_found="有"))] == [("query", found)]


def test_with_particulars_or_none(county_return, raised):
    assert raised(veto_note, county_return(V1_found="无", V2_found="有", V2_note="某校已查处")) == []
