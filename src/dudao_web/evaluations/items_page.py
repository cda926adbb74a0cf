"""The items of the county by chapter of the standard: value, limit, judgement, why, what they are made of, which schools fail.

Made of the run computed again (``frozen``), for the result's JSON holds no parts. Values to print only; every judgement and reason is the
library's. Not here: schools' ratios and coefficients (``schools_table``, ``verdict_page``).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dudao.evaluation.evaluate import Evaluation as Computed
from dudao.evaluation.explain.schools import name_of
from dudao.evaluation.item import Item, Part, SchoolItem
from dudao.evaluation.sentences import why
from dudao.evaluation.verdict import together
from dudao.issues import Issue
from dudao.reports import text
from dudao.standards import asked
from dudao.standards.model import (
    Chapter,
    Count,
    Declared,
    Given,
    Graded,
    Indicator,
    Points,
    Ratio,
    SchoolRule,
    Standard,
    Survey,
    Total,
    Variation,
    Veto,
)
from dudao.tables import MISSING, Figure, Return
from dudao_web.evaluations import shown
from dudao_web.standards import words

FAILING = ("not_met", "no_data")
TWICE = "UNIT-009"  # the same figure typed here and uploaded, with two values


@dataclass(frozen=True, slots=True)
class PartRow:
    """One row of what an item is made of. ``judgement``: "" where it is only shown."""

    name: str
    cells: tuple[str, ...]
    judgement: str


@dataclass(frozen=True, slots=True)
class PartTable:
    """What an item is made of: a level, a group, a subject a row. ``heads``: of the columns after the name."""

    heads: tuple[str, ...]
    rows: tuple[PartRow, ...]


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school that an item fails by or lacks. ``number``: of its page; ``refused``: a figure is given twice, and differently."""

    name: str
    number: int
    value: str
    limit: str
    judgement: str
    why: str
    relief: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of the county, to print. ``judgement``: "" of points, which only count in a total; ``failing``: of ``judged`` schools;
    ``answers``: it lacks what the county or a school has to give; ``refused``: what was given may not be used; ``counts``: what its
    value counts, where the title does not say so."""

    code: str
    title: str
    text: str
    clause: str
    value: str
    limit: str
    basis: str
    judgement: str
    why: str
    declared: tuple[tuple[str, str], ...]
    parts: PartTable | None
    judged: int
    failing: tuple[SchoolLine, ...]
    answers: bool
    refused: bool
    counts: str

    @property
    def open(self) -> bool:
        """Whether its parts are to be seen at once: some fail, or some are known where others lack."""
        rows = self.parts.rows if self.parts is not None else ()
        known = any(cell not in ("", "—", "无数据") for row in rows for cell in row.cells)
        return self.judgement == "not_met" or (self.judgement == "no_data" and known)


@dataclass(frozen=True, slots=True)
class ChapterPart:
    """One chapter. ``ratios``: it holds the schools' indicators, shown as a table of their own."""

    chapter: Chapter
    anchor: str
    ratios: bool
    lines: tuple[ItemLine, ...]
    counts: str


def chapters(computed: Computed) -> list[ChapterPart]:
    """Every chapter with its judged items, in document order."""
    standard = computed.standard
    found = []
    for number, chapter in enumerate(standard.chapters, 1):
        lines = tuple(
            line(computed, computed.item(item.code), computed.on)
            for item in chapter.indicators
            if not isinstance(item.rule, Ratio)
        )
        ratios = any(isinstance(item.rule, Ratio) for item in chapter.indicators)
        counts = Counter(own.judgement for own in lines)
        said = [f"{counts[key]} 项{word}" for key, word in text.JUDGEMENTS.items() if counts[key]]
        found.append(ChapterPart(chapter, f"chapter-{number}", ratios, lines, "，".join(said)))
    return found


def line(computed: Computed, item: Item, on: date) -> ItemLine:
    """One item."""
    standard, indicator = computed.standard, item.indicator
    failing = [one for one in item.schools if one.judgement in FAILING]
    said = (
        why(item)
        if item.judgement in FAILING and not isinstance(indicator.rule, Variation | SchoolRule)
        else item.note
    )
    refused = refusal(computed, item)
    return ItemLine(
        code=indicator.code,
        title=indicator.title,
        text=indicator.text,
        clause=indicator.clause,
        value=_value(standard, item),
        limit=words.plain_limits(standard, indicator, on),
        basis=_basis(item),
        judgement="" if isinstance(indicator.rule, Points) and item.value is not None else item.judgement,
        why=refused or (said if not failing or item.note else f"{_schools_said(item)}"),
        declared=tuple(_declared(computed, item)),
        parts=_parts(computed, item),
        judged=len(item.schools),
        failing=tuple(
            _school(computed, item, one)
            for one in sorted(failing, key=lambda one: one.judgement != "not_met")
        ),
        answers=item.judgement == "no_data" and bool(item.missing),
        refused=bool(refused),
        counts=indicator.note,
    )


def refusal(computed: Computed, item: Item) -> str:
    """What is said of a county's figure that the item lacks because it is given twice, and differently (UNIT-009); "" for none."""
    if item.judgement != "no_data":
        return ""
    labels = dict.fromkeys(gap.field for gap in item.missing if gap.school is None)
    return _twice(computed, labels, computed.intake.county)


def _twice(computed: Computed, labels: Iterable[str], unit: Return | None) -> str:
    """The first issue of one of a unit's figures that is given twice, in its own words."""
    if unit is None:
        return ""
    names = {field.label: field.name for field in computed.standard.fields}
    for label in labels:
        figure = unit.figure(names[label]) if label in names else MISSING
        issues = [issue for issue in computed.intake.issues if issue.code == TWICE]
        for issue in issues if figure.state == "refused" else ():
            if issue.found.startswith(f"「{label}」") and _of_unit(issue, unit, figure):
                return issue.found
    return ""


def _of_unit(issue: Issue, unit: Return, figure: Figure) -> bool:
    """Whether an issue is of a unit's own figure: in the cell it came from, or in the other one, which the issue names."""
    place = f" {figure.cell} 填的是"
    return unit.form == "county" or (f"{figure.file or unit.file} " in issue.found and place in issue.found)


def _schools_said(item: Item) -> str:
    counts = Counter(one.judgement for one in item.schools)
    said = [(counts["not_met"], "所未达标"), (counts["no_data"], "所缺数据")]
    return f"涉及 {len(item.schools)} 所学校，" + "，".join(
        f"{count} {word}" for count, word in said if count
    )


def _basis(item: Item) -> str:
    if isinstance(item.indicator.rule, Declared | Veto):
        return "申报"
    if isinstance(item.indicator.rule, Points | Graded):
        return "评分" if isinstance(item.indicator.rule, Points) else "评等"
    return text.BASES.get(item.indicator.basis, "计算")


def _value(standard: Standard, item: Item) -> str:
    """A value with its unit; what is counted of how many; a declared word."""
    rule, unit = item.indicator.rule, item.indicator.unit
    whole = next(iter(item.limit.values()), None)
    if isinstance(rule, Variation):
        return f"{item.value}/{whole} 项"
    if isinstance(rule, SchoolRule):
        return f"{item.value}/{whole} 校（按学段计）"
    if isinstance(rule, Points) and item.value is not None:
        return f"{shown.amount(item.value)}/{shown.amount(rule.most)} 分"
    levels = {stage.name: stage.title for stage in standard.levels}
    limits = item.limit if None not in item.limit else item.limit.get(None)
    return shown.answer(item.value, unit, levels, limits)


def _declared(computed: Computed, item: Item) -> Iterator[tuple[str, str]]:
    """What the county declared beside the judgement: proofs by name, particulars of a veto, what the clause asks besides."""
    county = computed.intake.county
    indicator = item.indicator
    rows = {Declared: ("proof", "佐证材料"), Veto: ("note", "情况说明")}.get(type(indicator.rule))
    if rows and county is not None and (said := county.text(asked.name(indicator, rows[0]))):
        yield rows[1], said
    for number, words_ in enumerate(indicator.also, 1):
        said = county.text(asked.name(indicator, f"also_{number}")) if county is not None else None
        yield words_, said or "未申报，不入判定"


def _parts(computed: Computed, item: Item) -> PartTable | None:
    """The levels, groups, subjects or scores of an item; none where it has only one."""
    rule, unit = item.indicator.rule, item.indicator.unit
    if isinstance(rule, Survey):
        return _survey(computed, item, rule)
    if isinstance(rule, Given):
        pairs = zip(rule.parts, item.parts[::2], item.parts[1::2], strict=True)
        rows = tuple(_subject(item, name, grade, figure) for name, grade, figure in pairs)
        return PartTable(("学业水平等级", "校际差异率"), rows)
    if isinstance(rule, Total):
        return PartTable(
            ("得分",),
            tuple(PartRow(part.name, (_or_none(part.value, "分"),), _shown(part)) for part in item.parts),
        )
    if isinstance(rule, Count):
        return PartTable(
            ("项数",),
            tuple(PartRow(f"{part.name} 等", (_or_none(part.value, "项"),), "") for part in item.parts),
        )
    if len(item.parts) < 2:
        return None
    rows = tuple(
        PartRow(part.name, (_or_none(part.value, unit, part),), part.judgement) for part in item.parts
    )
    return PartTable(("值",), rows)


def _shown(part: Part) -> str:
    return "no_data" if part.judgement == "no_data" else ""


def _or_none(value: Fraction | str | None, unit: str, part: Part | None = None) -> str:
    limit = part.limit.value if part is not None and part.limit is not None else None
    return shown.amount(value, unit, limit) or "无数据"


def _subject(item: Item, name: str, grade: Part, figure: Part) -> PartRow:
    """A subject of a result handed down: its grade and its figure, both judged."""
    if grade.judgement == "not_applicable":
        return PartRow(name, (str(grade.value), ""), "not_applicable")
    word = str(grade.value or "无数据") + (
        f"（应达到{grade.needed}）" if grade.judgement == "not_met" else ""
    )
    value = _or_none(figure.value, item.indicator.unit, figure)
    return PartRow(name, (word, value), together([grade.judgement, figure.judgement]))


def _survey(computed: Computed, item: Item, rule: Survey) -> PartTable:
    """Each group with its counts and its rate, then the sums, which are judged."""
    county, indicator = computed.intake.county, item.indicator
    rows = []
    for number, part in enumerate(item.parts, 1):
        if number > len(rule.groups):
            rows.append(
                PartRow(
                    part.name,
                    ("",) * len(asked.SURVEY) + (_or_none(part.value, "share", part),),
                    _judged(part),
                )
            )
            continue
        counts = []
        for what in asked.SURVEY:
            found = county.number(asked.name(indicator, f"{number}_{what}")) if county is not None else None
            counts.append("—" if found is None else shown.amount(found))
        rows.append(PartRow(part.name, (*counts, _or_none(part.value, "share")), ""))
    return PartTable((*asked.SURVEY.values(), "满意度"), tuple(rows))


def _judged(part: Part) -> str:
    return "" if part.judgement == "not_applicable" else part.judgement


def _school(computed: Computed, item: Item, one: SchoolItem) -> SchoolLine:
    """A school that an item fails by, or of which it lacks figures."""
    unit, limit = item.indicator.unit, one.limit
    bound = limit.value if limit is not None else None
    gaps = dict.fromkeys(gap.field for gap in one.missing)
    lacking = "、".join(f"“{gap}”" for gap in gaps)
    twice = _twice(computed, gaps, one.school.unit) if one.judgement == "no_data" else ""
    return SchoolLine(
        name=name_of(one.school),
        number=one.school.number,
        value=shown.amount(one.value, unit, bound) or "无数据",
        limit=words.limit(limit, unit) if limit is not None else "",
        judgement=one.judgement,
        why=twice or (f"缺{lacking}" if one.judgement == "no_data" and lacking else ""),
        refused=bool(twice),
        relief=one.relief.title if one.relief is not None and hasattr(one.relief, "title") else "",
    )


def of_school(computed: Computed, number: int) -> Sequence[tuple[Indicator, SchoolLine]]:
    """The items that are judged school by school, of one school, with how it stands."""
    return [
        (item.indicator, _school(computed, item, one))
        for item in computed.items
        for one in item.schools
        if one.school.number == number
    ]
