"""What the pages of the 补充表 show: items with their clause, questions with what is known of them, counts of what is lacking.

Here lives the order and the shape of the questions. Not here: what follows from the answers (``foresight``), keeping them (``drafts``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dudao.standards import asked
from dudao.standards.model import Declared, Field, Given, Indicator, Standard, Survey
from dudao_web.submissions import figures, told
from dudao_web.submissions.drafts import Faults, Values
from dudao_web.submissions.merging import Held
from dudao_web.submissions.models import IssueRecord, Submission
from dudao_web.submissions.told import Unit

FEW = 3  # choices up to which they stand side by side, and not in a list
OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Question:
    """One field of one unit. ``locked``: it came in a file (``origin``, ``cell``) and is shown, not asked. ``words``: of the choices.

    ``lacking``: an item has no data without it. ``other``: what a file says where something else was typed. ``held``: what
    is typed is not saved. ``both``: what somebody else saved in the meantime, None where nobody did. ``asked``: the query to explain.
    """

    field: Field
    name: str
    label: str
    control: str
    value: str
    words: tuple[tuple[str, str], ...]
    hint: str
    locked: bool
    shown: str
    origin: Submission | None
    cell: str
    other: str
    lacking: bool
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    held: bool = False
    both: str | None = None
    asked: IssueRecord | None = None

    @property
    def open(self) -> bool:
        """Whether nothing is known yet."""
        return not self.locked and (self.held or not self.value)


@dataclass(frozen=True, slots=True)
class Block:
    """One item of the standard, or one group of figures: its clause, its judgement as the set stands, and its questions.

    ``heads``: of the columns where the questions stand in a table of ``rows``.
    """

    code: str
    title: str
    text: str
    clause: str
    judgement: str
    questions: tuple[Question, ...]
    rows: tuple[tuple[str, tuple[Question, ...]], ...] = ()
    heads: tuple[str, ...] = ()
    survey: bool = False

    @property
    def lacking(self) -> int:
        return sum(question.lacking for question in self.questions)

    @property
    def filled(self) -> int:
        return sum(not question.open for question in self.questions)


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the standard, or the figures that no item asks for."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows are asked, known, of these from files, and how many items still lack."""

    asked: int
    filled: int
    files: int
    lacking: int

    @classmethod
    def of(cls, questions: Iterable[Question]) -> "Counts":
        found = list(questions)
        return cls(
            len(found),
            sum(not question.open for question in found),
            sum(question.locked for question in found),
            sum(question.lacking for question in found),
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of one unit when a page is made: ``values`` as typed; faults and notes by field; what items lack."""

    unit: Unit
    values: Values
    lacks: frozenset[str]
    faults: Mapping[str, Sequence[str]]
    notes: Mapping[str, Sequence[str]]
    held: frozenset[str]
    both: Mapping[str, str]
    asked: Mapping[str, IssueRecord]


def said(
    unit: Unit,
    lacks: frozenset[str],
    values: Values,
    faults: Faults,
    notes: Faults,
    held: Held,
    asked: Mapping[tuple[str, str], IssueRecord],
) -> Said:
    """``values``: what is or would be kept; over them stands what was typed and is ``held`` back."""

    def own(found: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
        return {name: what for (code, name), what in found.items() if code == unit.code}

    typed = own(held.texts)
    return Said(
        unit, values | typed, lacks, own(faults), own(notes), frozenset(typed), own(held.both), own(asked)
    )


def question(field: Field, of: Said, *, label: str = "", prefix: str = "", hint: str = "") -> Question:
    """The question of a field."""
    name = field.name
    locked = of.unit.locked(name)
    row, figure = of.unit.given.get(name, (None, None))
    value = "" if locked else of.values.get(name, "")
    filed = of.unit.filed.get(name, "")
    words = _words(field)
    return Question(
        field,
        prefix + name,
        label or field.label,
        _control(field),
        value,
        words,
        hint or ("" if field.item or words != _plain(field) else field.note),
        locked,
        dict(words).get(told.text_of(figure)) or figures.shown(field, figure) if locked and figure else "",
        row if locked or (value and filed not in ("", value)) else None,
        (figure.cell or "") if figure is not None else "",
        filed if value and filed not in ("", value) else "",
        name in of.lacks,
        tuple(of.faults.get(name, ())),
        tuple(of.notes.get(name, ())),
        name in of.held,
        of.both.get(name),
        of.asked.get(name),
    )


def _control(field: Field) -> str:
    if field.kind == "flag" or field.choices:
        return "radio" if len(field.choices) <= FEW else "select"
    return "number" if field.numeric else "text"


def _plain(field: Field) -> tuple[tuple[str, str], ...]:
    words = ("是", "否") if field.kind == "flag" else field.choices
    return tuple((word, word) for word in words)


def _words(field: Field) -> tuple[tuple[str, str], ...]:
    """Each choice with its words; those of codes stand in the note: 代码：1 中央教育部门 2 中央其他部门."""
    known = dict(re.findall(r"(\d+) (\S+)", field.note)) if all(map(str.isdigit, field.choices)) else {}
    return tuple((word, f"{word} {known[word]}" if word in known else word) for word, _ in _plain(field))


def sections(standard: Standard, of: Said, judgements: Mapping[str, str]) -> list[Section]:
    """What is asked of the county: the items by chapter in document order, then the figures that no item asks for."""
    fields = told.asked_of_county(standard)
    by_item: dict[str, list[Field]] = {}
    for field in fields:
        by_item.setdefault(field.item, []).append(field)
    found = []
    for chapter in standard.chapters:
        blocks = tuple(
            _block(indicator, by_item[indicator.code], of, judgements.get(indicator.code, ""))
            for indicator in chapter.indicators
            if indicator.code in by_item
        )
        if blocks:
            found.append(Section(chapter.title, blocks))
    loose = groupby(by_item.get("", []), key=lambda field: field.group or OTHER)
    figures_of = tuple(
        Block(f"group-{number}", title, "", "", "", tuple(question(field, of) for field in members))
        for number, (title, members) in enumerate(loose, 1)
    )
    return [*found, Section("填表数据", figures_of)] if figures_of else found


def _block(indicator: Indicator, fields: Sequence[Field], of: Said, judgement: str) -> Block:
    rule = indicator.rule
    by_name = {
        field.name: question(field, of, label=_short(indicator, field), hint=_hint(indicator, field))
        for field in fields
    }
    rows: list[tuple[str, tuple[Question, ...]]] = []
    heads: tuple[str, ...] = ()
    if isinstance(rule, Survey):
        heads = tuple(asked.SURVEY.values())
        rows = [
            (group, tuple(by_name[asked.name(indicator, f"{n}_{what}")] for what in asked.SURVEY))
            for n, group in enumerate(rule.groups, 1)
        ]
    elif isinstance(rule, Given):
        heads = ("学业水平等级", "校际差异率")
        rows = [
            (part, tuple(by_name[asked.name(indicator, f"{n}_{what}")] for what in ("grade", "value")))
            for n, part in enumerate(rule.parts, 1)
        ]
    return Block(
        indicator.code,
        indicator.title,
        indicator.text,
        indicator.clause,
        judgement,
        tuple(by_name.values()),
        tuple(rows),
        heads,
        isinstance(rule, Survey),
    )


def _short(indicator: Indicator, field: Field) -> str:
    """A label beside its item: without the item's code and title; in a table, of its column alone."""
    if isinstance(indicator.rule, Survey | Given) and field.item:
        return field.label.rpartition("：")[2]
    return field.label.removeprefix(f"{indicator.code} ").removeprefix(f"{indicator.title}：")


def _hint(indicator: Indicator, field: Field) -> str:
    if isinstance(indicator.rule, Declared) and field.kind == "text":
        return f"写明材料名称、文号，如{field.note}。" if field.note else "写明材料名称、文号。"
    if isinstance(indicator.rule, Given) and field.numeric:
        return "填小数，如 0.12"
    return field.note


def of_school(standard: Standard, of: Said, stages: Iterable[str]) -> tuple[Question, ...]:
    """What is asked of a school with these stages, and whatever is known of it beside."""
    applies = told.applying(standard, stages, of.unit.own)
    return tuple(
        question(field, of, prefix=f"{of.unit.code}.")
        for field in told.asked_of_schools(standard)
        if field.name in applies or field.name in of.unit.typed
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A school in the table of all schools: a question under each column, None where the field is not asked of it."""

    unit: Unit
    kind: str
    cells: tuple[Question | None, ...]
    lacking: int


def table(
    standard: Standard, schools: Iterable[tuple[Said, Sequence[str]]]
) -> tuple[tuple[Field, ...], list[Row]]:
    """The columns that some school has, and a row for each."""
    fields = told.asked_of_schools(standard)
    rows = []
    for of, stages in schools:
        applies = told.applying(standard, stages, of.unit.own)
        cells = tuple(
            question(field, of, prefix=f"{of.unit.code}.")
            if field.name in applies or field.name in of.unit.typed
            else None
            for field in fields
        )
        rows.append((of, cells))
    used = [n for n in range(len(fields)) if any(cells[n] is not None for _, cells in rows)]
    return tuple(fields[n] for n in used), [
        Row(
            of.unit,
            of.unit.own.kind if of.unit.own is not None else "",
            tuple(cells[n] for n in used),
            sum(cell is not None and cell.lacking for cell in cells),
        )
        for of, cells in rows
    ]
