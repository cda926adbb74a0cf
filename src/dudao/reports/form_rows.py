"""Rows of the application form (申报表各行): what tables Ⅱ-1, Ⅱ-2 and Ⅲ say of each school and level, and which cells stay blank.

Here an evaluation's JSON (schema 1) and the returns become figures as the form prints them, rounded once. Not here: the form as a whole and its
workbook (``application_form``), where a table stands on its sheet (``printed``), any judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from dudao.reports import text
from dudao.standards.model import SchoolRule, SchoolType, Standard
from dudao.tables import Intake, Return

_COMPLETE = {"met": "是", "not_met": "否", "no_data": "数据不全"}
_MEND = "在学校填报表中补填或改正后重新计算。"
_ADD = "在补充表中填写“{}”后重新计算。"
_NONE = "本县没有该学段学校的，不用填写。"


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One row of table Ⅱ-2: a school, or one stage of a school with several. None: cannot be filled. ``values`` in order L7–L13."""

    level: str
    number: int | None
    name: str
    sponsor: Decimal | None = None
    pupils: int | None = None
    grades: Decimal | None = None
    classes: Decimal | None = None
    values: tuple[Decimal | None, ...] = (None,) * 7
    meets: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A level in tables Ⅱ-1 and Ⅲ: schools meeting L1–L7 and the whole (L8), their shares in %, means, CVs and the composite."""

    level: str
    meeting: tuple[int | None, ...] = (None,) * 8
    shares: tuple[Decimal | None, ...] = (None,) * 8
    means: tuple[Decimal | None, ...] = (None,) * 7
    variations: tuple[Decimal | None, ...] = (None,) * 7
    composite: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Blank:
    """A cell that is not, or not fully, filled: what is missing and how to fill it."""

    sheet: str
    cell: str
    missing: str
    mend: str


class Units:
    """The returns by school code and name; a key that two returns share leads to none, since they cannot be told apart."""

    def __init__(self, standard: Standard, intake: Intake) -> None:
        self._standard = standard
        self._found: dict[tuple[str | None, str | None], Return | None] = {}
        for unit in intake.schools:
            key = (unit.text("school_code"), unit.text("school_name"))
            self._found[key] = None if key in self._found else unit

    def of(self, row: Mapping[str, Any]) -> Return | None:
        """The return that a row of the result was made of."""
        return self._found.get((row["code"], row["name"]))

    def kind(self, row: Mapping[str, Any]) -> SchoolType | None:
        """The school type of a row of the result."""
        unit = self.of(row)
        return self._standard.type_of(unit.text("school_type")) if unit else None

    def typed(self, row: Mapping[str, Any], field: str) -> Decimal | None:
        """A figure that was typed in; a blank of an optional field is not 0 here but unknown."""
        unit = self.of(row)
        figure = unit.figure(field) if unit and not unit.void else None
        if figure is None or figure.state != "given" or figure.value is None:
            return None
        return Decimal(figure.value)

    def classes_field(self, row: Mapping[str, Any]) -> str:
        """The field that counts the classes of the row's stage: the school's own total where it has no other stage."""
        kind, unit = self.kind(row), self.of(row)
        alone = (
            kind is not None
            and kind.stages == (row["level"],)
            and unit is not None
            and not unit.text("attached_stage")
        )
        return "classes" if alone else f"classes_{row['level']}"


def _rule(standard: Standard) -> SchoolRule:
    rule = standard.indicator("RS").rule
    assert isinstance(rule, SchoolRule)
    return rule


def _rows(result: Mapping[str, Any], level: str) -> list[Mapping[str, Any]]:
    return [row for row in result["schools"] if row["level"] == level]


def _county(result: Mapping[str, Any], code: str, level: str) -> Mapping[str, Any]:
    return next((row for row in result["county"] if row["code"] == code and row.get("level") == level), {})


def school_rows(standard: Standard, units: Units, result: Mapping[str, Any]) -> Iterator[SchoolRow]:
    """Rows of table Ⅱ-2: 小学 first, then 初中, each numbered from 1."""
    for stage in standard.levels:
        for number, row in enumerate(_rows(result, stage.name), start=1):
            values = [row["indicators"][code]["value"] for code in _rule(standard).of]
            yield SchoolRow(
                level=stage.name,
                number=number,
                name=_name(units.kind(row), row, stage.title, stage.name),
                sponsor=units.typed(row, "sponsor"),
                pupils=row["pupils"],
                grades=units.typed(row, f"grades_{stage.name}"),
                classes=units.typed(row, units.classes_field(row)),
                values=tuple(
                    None if v is None else text.rounded(v, standard.rounding.values) for v in values
                ),
                meets=_COMPLETE[row["judgement"]],
                remark=_remark(standard, row),
            )


def _name(kind: SchoolType | None, row: Mapping[str, Any], title: str, level: str) -> str:
    """A school with several stages has a row for each; a stage that its type does not have is an attached class (附设班)."""
    name = row["name"] or ""
    if kind is not None and level not in kind.stages:
        return f"{name}（附设{title}班）"
    return f"{name}（{title}部）" if kind is not None and len(kind.stages) > 1 else name


def _remark(standard: Standard, row: Mapping[str, Any]) -> str:
    """Which of the seven are met, which reach 85 % of the limit, which are below, which have no value; by their numbers."""
    groups: dict[str, list[str]] = {"达标": [], "达到85%": [], "低于85%": [], "无数据": [], "不适用": []}
    short: dict[str, list[str]] = {}
    places, rule = standard.rounding.values, _rule(standard)
    for number, code in enumerate(rule.of, start=1):
        item = row["indicators"][code]
        group = text.JUDGEMENTS[item["judgement"]]
        if item["judgement"] == "not_met":
            group = "达到85%" if item["reaches_85"] else "低于85%"
            limit = text.exact(item["limit"]) * (1 if item["reaches_85"] else rule.rest)
            if text.looks_met(item["value"], limit, places):
                short.setdefault(group, []).append(str(number))
        groups[group].append(str(number))
    if len(groups["达标"]) == len(rule.of):
        return f"{len(rule.of)}项均达标"
    said = {group: f"（第{'、'.join(numbers)}项{text.RAW_SHORT}）" for group, numbers in short.items()}
    return "；".join(
        f"第{'、'.join(numbers)}项{group}{said.get(group, '')}"
        for group, numbers in groups.items()
        if numbers
    )


def level_row(standard: Standard, level: str, result: Mapping[str, Any]) -> LevelRow:
    """A level's figures of tables Ⅱ-1 and Ⅲ. A school without a value does not meet the limit."""
    rows, codes, rounding = _rows(result, level), _rule(standard).of, standard.rounding
    means = [_county(result, code, level).get("mean") for code in codes]
    variations = [_county(result, code, level).get("cv") for code in codes]
    composite = _county(result, "composite", level).get("cv")
    row = LevelRow(
        level,
        means=tuple(None if v is None else text.rounded(v, rounding.means) for v in means),
        variations=tuple(None if v is None else text.rounded(v, rounding.variation) for v in variations),
        composite=None if composite is None else text.rounded(composite, rounding.variation),
    )
    if not rows:
        return row
    judgements = [[item["indicators"][code]["judgement"] for item in rows] for code in codes]
    meeting = [column.count("met") for column in (*judgements, [item["judgement"] for item in rows])]
    shares = tuple(text.share(count, len(rows), rounding.shares) for count in meeting)
    return replace(row, meeting=tuple(meeting), shares=shares)


def counts(standard: Standard, units: Units, result: Mapping[str, Any]) -> tuple[int | None, ...]:
    """小学学校总数、其中一贯制小学部、50人及以上教学点，初中学校总数、其中一贯制初中部、完全中学初中部; None where a type is unknown."""
    primary, junior = ([units.kind(row) for row in _rows(result, stage.name)] for stage in standard.levels)
    return (
        len(primary),
        _many(primary, lambda kind: {"primary", "junior"} <= set(kind.stages)),
        _many(primary, lambda kind: kind.fewest is not None),
        len(junior),
        _many(junior, lambda kind: {"primary", "junior"} <= set(kind.stages)),
        _many(junior, lambda kind: "primary" not in kind.stages and {"junior", "senior"} <= set(kind.stages)),
    )


def _many(kinds: list[SchoolType | None], fits: Callable[[SchoolType], bool]) -> int | None:
    return None if None in kinds else sum(kind is not None and fits(kind) for kind in kinds)


def balance_notes(standard: Standard, result: Mapping[str, Any]) -> Iterator[str]:
    """Lines under table Ⅲ: a CV that is within its limit only by rounding, and figures that lack schools."""
    places = standard.rounding.variation
    for stage in standard.levels:
        for number, code in enumerate(_rule(standard).of, start=1):
            item = _county(result, code, stage.name)
            if item.get("cv") is None:
                continue
            cv, limit = item["cv"], item["limit"]
            if item["judgement"] == "not_met" and text.rounded(cv, places) <= text.exact(limit):
                yield f"{stage.title} L{number} 差异系数 {text.rounded(cv, places)}，原值大于 {text.rounded(limit, 2)}，未达标。"
            if lacking := len(_rows(result, stage.name)) - item["n"]:
                yield f"{stage.title} L{number} 有 {lacking} 所学校无数据，所列为其余 {item['n']} 所学校的数值。"


def school_blanks(
    standard: Standard,
    units: Units,
    result: Mapping[str, Any],
    rows: Sequence[SchoolRow],
    sheet: str,
    top: int,
) -> Iterator[Blank]:
    """Blank cells of table Ⅱ-2, whose first row is ``top``."""
    lacking: dict[tuple[str, str, str | None], list[str]] = {}
    for item in result["missing"]:
        lacking.setdefault((item["code"], item["level"], item["school"]), []).append(f"“{item['field']}”")
    found = [row for stage in standard.levels for row in _rows(result, stage.name)]
    for number, (row, source) in enumerate(zip(rows, found, strict=True), start=top):
        asked = (
            ("C", row.sponsor, "sponsor"),
            ("E", row.grades, f"grades_{row.level}"),
            ("F", row.classes, units.classes_field(source)),
        )
        for letter, value, name in asked:
            if value is None:
                field = standard.field(name)
                mend = _ADD.format(field.label) if field.supplementary else _MEND
                yield Blank(sheet, f"{letter}{number}", f"{row.name}：{field.label}", mend)
        if row.pupils is None:
            label = standard.field(standard.stage(row.level).pupils).label
            yield Blank(sheet, f"D{number}", f"{row.name}：{label}", _MEND)
        for letter, code, value in zip("GHIJKLM", _rule(standard).of, row.values, strict=True):
            if value is None:
                fields = "、".join(lacking.get((code, row.level, source["code"]), []))
                title = standard.indicator(code).title
                yield Blank(
                    sheet,
                    f"{letter}{number}",
                    f"{row.name}：{title}" + (f"，缺{fields}" if fields else ""),
                    _MEND,
                )


def ratio_blanks(
    standard: Standard, result: Mapping[str, Any], row: LevelRow, sheet: str, top: int
) -> Iterator[Blank]:
    """Blank cells of a level in table Ⅱ-1, and figures that count schools without a value as not meeting the limit."""
    title, rows = standard.stage(row.level).title, _rows(result, row.level)
    if not rows:
        yield Blank(sheet, f"C{top}:J{top + 1}", f"没有计入的{title}", _NONE)
        return
    for letter, code in zip("CDEFGHIJ", (*_rule(standard).of, None), strict=True):
        judgements = [(item["indicators"][code] if code else item)["judgement"] for item in rows]
        if lacking := judgements.count("no_data"):
            name = standard.indicator(code).title if code else "综合评估"
            found = f"{name}：{lacking} 所{title}数据不全，按未达标计入"
            yield Blank(sheet, f"{letter}{top}:{letter}{top + 1}", found, _MEND)


def balance_blanks(
    standard: Standard, result: Mapping[str, Any], row: LevelRow, sheet: str, top: int
) -> Iterator[Blank]:
    """Blank cells of a level in table Ⅲ, and figures that lack schools."""
    title, many = standard.stage(row.level).title, len(_rows(result, row.level))
    if not many:
        yield Blank(sheet, f"C{top}:J{top + 1}", f"没有计入的{title}", _NONE)
        return
    for letter, code, mean, cv in zip("CDEFGHI", _rule(standard).of, row.means, row.variations, strict=True):
        name, counted = standard.indicator(code).title, _county(result, code, row.level).get("n", 0)
        lacking = f"，{many - counted} 所{title}无数据" if counted < many else ""
        for cell, value, what in (
            (f"{letter}{top}", mean, "全县平均值"),
            (f"{letter}{top + 1}", cv, "差异系数"),
        ):
            if value is None:
                yield Blank(sheet, cell, f"{name}：{what}" + lacking, _MEND)
            elif lacking:
                yield Blank(sheet, cell, f"{name}：{what}{lacking}，所填为其余 {counted} 所的数值", _MEND)
    if row.composite is None:
        yield Blank(sheet, f"J{top + 1}", "综合：有指标没有差异系数", _MEND)
