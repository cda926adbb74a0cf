"""Charts (图): Vega-Lite specifications of a report's figures, the same for the page and for paper, and their drawing for paper.

A specification holds its data inline and no address of any kind. State is said by shape and word as well as colour (ui §2, §9). Not here:
the figures (``report_sections``), where a chart stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Any

from dudao.reports import fonts

if TYPE_CHECKING:
    from dudao.reports.self_report import SelfReport

Spec = dict[str, Any]

_PAGE = '"PingFang SC","Microsoft YaHei","Noto Sans SC","Noto Sans CJK SC",sans-serif'
_INK, _INK_2, _LINE, _ACCENT, _WASH = "#1b2733", "#43505d", "#c5cdd6", "#1d4f91", "#eceff2"
_WITHIN, _ABOVE, _OPEN, _ALONE = "在限值内", "大于限值", "不能判定", "不判定"
_COLOURS = {_WITHIN: "#1c6b43", _ABOVE: "#a61b1b", _OPEN: "#56616c", _ALONE: "#56616c"}
_SHAPES = {_WITHIN: "circle", _ABOVE: "square", _OPEN: "diamond", _ALONE: "triangle-up"}
_SAID = {"met": _WITHIN, "not_met": _ABOVE, "no_data": _OPEN, "not_applicable": _ALONE}
_WIDTH, _STEP = 400, 26
"""Pixels of all panels across, and of one row down."""
_AXIS = 0.6
"""Where the axis of coefficients ends, unless one is larger."""


def variation(report: SelfReport) -> Spec:
    """校际差异系数: a dot for each indicator beside the limit, a panel for each level; the value stands beside its dot."""
    rows = [
        {
            "level": item.level,
            "indicator": item.short,
            "cv": item.cv,
            "limit": item.limit,
            "label": item.shown or "无数据",
            "at": 0 if item.cv is None else item.cv,
            "state": _SAID[item.judgement],
        }
        for item in report.coefficients
    ]
    top = max([_AXIS, *(ceil(row["cv"] * 10) / 10 for row in rows if row["cv"] is not None)])
    levels = list(dict.fromkeys(row["level"] for row in rows))
    x = {"type": "quantitative", "scale": {"domain": [0, top]}}
    axis = {"title": "差异系数", "format": ".1f", "tickCount": 6, "grid": False}
    limit = {"field": "limit", "aggregate": "max"}
    state = {"field": "state", "type": "nominal", "legend": {"title": None}}
    states = [word for word in _COLOURS if any(row["state"] == word for row in rows)]

    def panel(y: Spec) -> list[Spec]:
        value = {"x": {**x, "field": "at"}, "y": y, "text": {"field": "label"}}
        label = {"type": "text", "align": "left", "dx": 8}
        return [
            {"mark": {"type": "rule", "strokeDash": [4, 3], "color": _INK}, "encoding": {"x": {**x, **limit}}},
            {
                "mark": {"type": "text", "dy": -8, "color": _INK},
                "encoding": {
                    "x": {**x, **limit},
                    "y": {"value": 0},
                    "text": {**limit, "type": "quantitative", "format": ".2f"},
                },
            },
            # a white edge keeps the value readable where it crosses the limit
            {"mark": {**label, "stroke": "white", "strokeWidth": 4}, "encoding": value},
            {"mark": {**label, "color": _INK}, "encoding": value},
            {
                "transform": [{"filter": "isValid(datum.cv)"}],
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {
                    "x": {**x, "field": "cv", "axis": axis},
                    "y": y,
                    "color": {**state, "scale": {"domain": states, "range": [_COLOURS[word] for word in states]}},
                    "shape": {**state, "scale": {"domain": states, "range": [_SHAPES[word] for word in states]}},
                },
            },
        ]

    return _chart("各项指标的校际差异系数，虚线为限值，圆点在限值内，方块大于限值。", rows, levels, panel, "（虚线为限值）")


def schools_met(report: SelfReport) -> Spec:
    """达标学校比例: a bar for each indicator, a panel for each level; met and all schools stand beside it."""
    rows = [
        {
            "level": item.level,
            "indicator": item.short,
            "share": item.met / item.schools,
            "label": f"{item.met}/{item.schools}",
        }
        for item in report.meetings
        if item.judged
    ]
    levels = list(dict.fromkeys(row["level"] for row in rows))
    x = {"type": "quantitative", "scale": {"domain": [0, 1.25], "nice": False}}
    axis = {"title": "达标学校比例", "format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "grid": False}

    def panel(y: Spec) -> list[Spec]:
        whole, part = {**x, "datum": 1, "axis": axis}, {**x, "field": "share", "axis": axis}
        label = {"type": "text", "align": "left", "dx": 5, "color": _INK}
        return [
            {"mark": {"type": "bar", "color": _WASH, "height": 14}, "encoding": {"x": whole, "y": y}},
            {"mark": {"type": "bar", "color": _ACCENT, "height": 14}, "encoding": {"x": part, "y": y}},
            {"mark": label, "encoding": {"x": whole, "y": y, "text": {"field": "label"}}},
        ]

    return _chart("各项指标达标学校占学校总数的比例，条旁为达标学校数和学校总数。", rows, levels, panel)


CHARTS: Mapping[str, Callable[[SelfReport], Spec]] = {"variation": variation, "schools_met": schools_met}
"""By the name a report's part gives."""


def svg(spec: Spec) -> bytes:
    """The chart as an SVG, drawn with the open font; same input, same bytes."""
    return _drawing().vegalite_to_svg(_on_paper(spec), allowed_base_urls=[]).encode()


def png(spec: Spec, scale: float = 3) -> bytes:
    """The chart as a PNG of ``scale`` dots to a pixel, drawn with the open font; same input, same bytes."""
    return _drawing().vegalite_to_png(_on_paper(spec), scale=scale, ppi=72, allowed_base_urls=[])


def _chart(words: str, rows: list[Spec], levels: list[str], panel: Callable[[Spec], list[Spec]], note: str = "") -> Spec:
    """Panels side by side over one table of rows; only the first names the indicators."""
    indicators = list(dict.fromkeys(row["indicator"] for row in rows))
    views = []
    for number, level in enumerate(levels):
        labels = {"labels": not number, "title": None, "ticks": False, "labelLimit": 240}
        y = {"field": "indicator", "type": "nominal", "sort": indicators, "axis": labels}
        views.append(
            {
                "title": level + note,
                "width": _WIDTH // len(levels) - 10,
                "height": {"step": _STEP},
                "transform": [{"filter": {"field": "level", "equal": level}}],
                "layer": panel(y),
            }
        )
    return {"description": words, "data": {"values": rows}, "hconcat": views, "spacing": 24, "config": _config()}


def _config() -> Spec:
    """The shared theme: ui §9."""
    return {
        "font": _PAGE,
        "background": "white",
        "view": {"stroke": None},
        "axis": {
            "labelFontSize": 12,
            "labelFlush": False,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelColor": _INK,
            "titleColor": _INK_2,
            "domainColor": _LINE,
            "tickColor": _LINE,
        },
        "title": {"fontSize": 13, "fontWeight": "bold", "color": _INK, "anchor": "start", "frame": "group", "offset": 10},
        "text": {"fontSize": 12},
        "legend": {"orient": "bottom", "labelFontSize": 12, "labelColor": _INK, "direction": "horizontal"},
    }


def _on_paper(spec: Spec) -> Spec:
    """With the one font that every machine has: same bytes everywhere, nothing bold, since the package has one weight."""
    config = spec["config"]
    return spec | {"config": config | {"font": fonts.SANS, "title": config["title"] | {"fontWeight": "normal"}}}


@cache
def _drawing() -> Any:
    # 90 MB of code and a second to start: loaded only where something is drawn
    import vl_convert

    vl_convert.register_font_directory(str(fonts.folder()))
    return vl_convert
