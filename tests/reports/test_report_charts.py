"""Charts: Vega-Lite with inline data only, the result's values, states by shape and word, same bytes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import altair
import pytest
from report_county import DEFAULT, intake, judged, small

from dudao.reports import charts
from dudao.reports.self_report import SelfReport, of


@cache
def county() -> tuple[SelfReport, dict]:
    found = intake(*small())
    result = judged(found)
    return of(DEFAULT, found, result), result


def keys(spec: object) -> Iterator[str]:
    if isinstance(spec, dict):
        yield from spec
        for value in spec.values():
            yield from keys(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from keys(value)


@pytest.mark.parametrize("name", charts.CHARTS)
def test_inline_data_only(name):
    spec = charts.CHARTS[name](county()[0])
    assert [key for key in keys(spec) if key in ("url", "href", "$schema", "format_type", "lookup")] == []
    assert "//" not in json.dumps(spec)
    assert list(spec["data"]) == ["values"]
    assert spec["description"]


@pytest.mark.parametrize("name", charts.CHARTS)
def test_is_vega_lite(name):
    spec = charts.CHARTS[name](county()[0])
    altair.Chart.from_dict(spec, validate=True)


def test_coefficients_are_the_results():
    report, result = county()
    rows = charts.variation(report)["data"]["values"]
    expected = [(item["cv"], item.get("limit")) for item in result["county"] if "cv" in item]
    assert [(row["cv"], row["limit"]) for row in rows] == expected
    assert {row["state"] for row in rows if row["indicator"] != "综合"} == {"在限值内"}


def test_schools_met_are_the_tables():
    report, _ = county()
    rows = charts.schools_met(report)["data"]["values"]
    assert [row["label"] for row in rows] == [f"{item.met}/{item.schools}" for item in report.meetings]
    assert [row["share"] for row in rows] == [item.met / item.schools for item in report.meetings]


def test_axis_grows_with_a_larger_coefficient():
    report, _ = county()
    wide = replace(report, coefficients=(replace(report.coefficients[0], cv=1.23),))
    for given, top in ((report, 0.6), (wide, 1.3)):
        scales = [layer["encoding"]["x"]["scale"] for layer in charts.variation(given)["hconcat"][0]["layer"]]
        assert scales == [{"domain": [0, top]}] * len(scales)


def test_state_is_said_by_shape_and_word():
    assert len(set(charts._SHAPES.values())) == len(charts._SHAPES)
    assert list(charts._SHAPES) == list(charts._COLOURS)


@pytest.mark.parametrize("name", charts.CHARTS)
def test_drawn_with_the_open_font_and_the_same_bytes(name):
    spec = charts.CHARTS[name](county()[0])
    drawn = charts.svg(spec).decode()
    assert "Noto Sans SC" in drawn
    assert "YaHei" not in drawn
    assert drawn.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xlink", "").count("http") == 0
    assert charts.png(spec) == charts.png(spec)
    assert charts.png(spec)[:8] == b"\x89PNG\r\n\x1a\n"
