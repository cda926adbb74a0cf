"""A small county for the reports' tests: returns built from filled values, without workbooks. All schools are 演示数据.

Here lives the step that intake does for real files, for complete and sound values only. Not here: expectations.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import forms
from dudao.evaluation import evaluate
from dudao.issues import Issue
from dudao.standards import load_standard
from dudao.standards.model import Field, Standard
from dudao.tables import ABSENT, Figure, Intake, Return

ON = date(2025, 9, 1)
DEFAULT = load_standard("cn-2017-quality-balance")
SHENYANG = load_standard("cn-2017-quality-balance", profile="shenyang-2025")


def figure(field: Field, value: object, stages: tuple[str, ...], row: int) -> Figure:
    """A figure as intake would read it from row ``row`` of the school form."""
    if field.stage is not None and field.stage not in stages:
        return ABSENT
    sheet, cell = "学校填报数据", f"E{row}"
    if value is None:
        return (
            Figure(None, "missing", sheet, cell)
            if field.required or field.supplementary
            else Figure(Decimal(0), "zero", sheet, cell)
        )
    if field.kind == "flag":
        return Figure(value == "是", "given", sheet, cell)
    return Figure(Decimal(str(value)) if field.numeric else str(value), "given", sheet, cell)


def unit(standard: Standard, values: Mapping[str, object], *, void: str | None = None) -> Return:
    """One school's return from its values by label."""
    kind = standard.type_of(str(values["学校类型"]))
    attached = tuple(stage.name for stage in standard.stages if stage.title == values.get("附设班学段"))
    stages = (kind.stages if kind else ("primary", "junior")) + attached
    figures = {
        field.name: figure(field, values.get(field.label), stages, number)
        for number, field in enumerate(standard.fields, start=2)
        if field.form == "school" or field.label in values
    }
    return Return("school", f"演示/{values['学校名称']}.xlsx", "0" * 64, "学校填报数据", figures, void=void)


def intake(
    *schools: Mapping[str, object],
    standard: Standard = DEFAULT,
    unreadable: tuple[str, ...] = (),
    issues: tuple[Issue, ...] = (),
    county: Mapping[str, object] | None = None,
) -> Intake:
    """A county of these schools. ``county``: its own figures by field name, those of the 补充表 among them; None: blank."""
    units = sorted(
        (unit(standard, values) for values in schools),
        key=lambda item: (item.text("school_code") or "", item.file),
    )
    figures = {"county_name": Figure("演示区", "given", "区县填报数据", "E2")}
    for row, (name, value) in enumerate((county or {}).items(), start=3):
        figures[name] = _county_figure(standard.field(name), value, f"E{row}")
    found = Return("county", "演示/区县填报表.xlsx", "1" * 64, "区县填报数据", figures)
    return Intake("990001", found, tuple(units), unreadable, issues)


def _county_figure(field: Field, value: object, cell: str) -> Figure:
    if value is None:
        return Figure(None, "missing", "区县填报数据", cell)
    typed = Decimal(str(value)) if field.numeric else str(value)
    if field.supplementary:
        return Figure(typed, "given", "区县补充", cell, "演示/补充表.xlsx")
    return Figure(typed, "given", "区县填报数据", cell)


def judged(found: Intake, standard: Standard = DEFAULT) -> dict:
    """The JSON of an intake's evaluation."""
    return evaluate(standard, found, ON).to_dict()


def small() -> tuple[dict[str, object], ...]:
    """Five schools of five types; 演示第二小学 misses R1 at 85 %, 演示第一初级中学 is short of two, 演示实验学校 has both stages."""
    return (
        forms.filled("小学", "演示第一小学", "9900000001", 1000),
        forms.filled("小学", "演示第二小学", "9900000002", 500, factors={"R1": "0.95"}),
        forms.filled("初中", "演示第一初级中学", "9900000003", 0, 600, factors={"R4": "0.9", "R7": "0.5"}),
        forms.filled(
            "九年一贯制",
            "演示实验学校",
            "9900000004",
            700,
            400,
            changes={"举办者类型": "7", "年级数（小学）": 6, "班级数（小学）": 18},
        ),
        forms.filled("教学点", "演示山村教学点", "9900000005", 60),
        forms.filled("教学点", "演示山后教学点", "9900000006", 30),
        forms.nameplate("特殊教育学校", "演示启智学校", "9900000007"),
    )
