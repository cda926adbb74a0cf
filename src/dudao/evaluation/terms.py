"""The terms of a formula over the county (公式中的各项): every name and every ``sum(...)`` with its exact value and its cells.

Here lives the step from figures to terms, for items judged by formula. Not here: limits and judgements (``items``), ratios per
school (``dudao.indicators``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from dudao.indicators.exact import Value, figure_of, parsed, value_in, value_of
from dudao.indicators.schools import Roll, School
from dudao.standards.formula import Tree
from dudao.standards.model import Formula, Indicator, Standard
from dudao.tables import MISSING, Figure, Intake


@dataclass(frozen=True, slots=True)
class Source:
    """A cell a value rests on: the field's label, file, sheet, cell."""

    field: str
    file: str
    sheet: str | None
    cell: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A figure that a value lacks: the field's label, and the school (None: the county), told apart by its number."""

    field: str
    number: int | None = None
    school: School | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, label: str, school: School) -> Missing:
        """What a school lacks."""
        return cls(label, school.number, school)


@dataclass(frozen=True, slots=True)
class Term:
    """One term: ``label`` in words, its exact value (None: unknown), the cells it rests on, and what it lacks.

    ``stages``: of a sum, the stages of its figures; None among them: figures of the whole school.
    """

    label: str
    value: Value
    sources: tuple[Source, ...] = ()
    missing: tuple[Missing, ...] = ()
    stages: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Computed:
    """A county formula: its value, its terms by name or ``sum(...)``; ``nothing``: no school that it is about."""

    value: Fraction | None
    terms: Mapping[str, Term]
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What items are judged on: the standard, one county's figures and schools, the day."""

    standard: Standard
    intake: Intake
    roll: Roll
    on: date
    _terms: dict[str, Term] = field(default_factory=dict, repr=False, compare=False)

    def county_given(self, name: str) -> Figure:
        """A figure of the county; missing without a county return. Of a return that may not be used, only what the 补充表 says counts."""
        county = self.intake.county
        if county is None:
            return MISSING
        figure = county.figure(name)
        return figure if county.void is None or figure.file is not None else MISSING

    def county_figure(self, name: str) -> Value:
        """A figure of the county as an exact value."""
        return value_in(self.county_given(name))

    def county_term(self, name: str) -> Term:
        """A figure of the county as a term."""
        if name not in self._terms:
            figure, label = self.county_given(name), self.standard.field(name).label
            sources: tuple[Source, ...] = ()
            if self.intake.county is not None and figure.cell is not None:
                sources = (Source(label, figure.file or self.intake.county.file, figure.sheet, figure.cell),)
            missing = () if figure.known else (Missing(label),)
            self._terms[name] = Term(label, self.county_figure(name), sources, missing)
        return self._terms[name]


def school_value(ground: Ground, school: School, text: str) -> Term:
    """A formula of one school's figures, and of the county's where it names them. A stage that the school lacks counts 0."""
    sources: dict[Source, None] = {}
    missing: dict[Missing, None] = {}
    standard = ground.standard

    def figure(name: str) -> Value:
        if name in standard.derived:
            value = figure_of(standard, school, name)
            if value is None or name == "compulsory_pupils":
                for field_name in standard.pupil_fields:
                    _cell(standard, school, field_name, school.figure(field_name), sources, missing)
            return value
        if standard.field(name).of_county:
            term = ground.county_term(name)
            sources.update(dict.fromkeys(term.sources))
            missing.update(dict.fromkeys(term.missing))
            return term.value
        found = school.figure(name)
        if found.state == "absent":
            return 0
        _cell(standard, school, name, found, sources, missing)
        return value_in(found)

    value = value_of(parsed(text), figure)
    return Term(text, value, tuple(sources), tuple(missing) if value is None else ())


def _cell(
    standard: Standard, school: School, name: str, found: Figure, sources: dict[Source, None], missing: dict[Missing, None]
) -> None:
    """Note the cell of a figure, or that it is lacking."""
    if found.state == "absent":
        return
    if found.cell is not None:
        sources[Source(standard.field(name).label, found.file or school.unit.file, found.sheet, found.cell)] = None
    if not found.known:
        lacking = name if school.usable else school.blocked
        missing[Missing.of(standard.field(lacking).label, school)] = None


def placed(ground: Ground, rule: Formula, level: str | None) -> list[School]:
    """The schools a formula is about, in order of the rows: those counted (at ``level``), or all with a judged stage; within its
    scope as far as that is known."""
    if rule.schools == "all":
        schools = [
            school for school in ground.roll.schools if school.kind is None or school.kind.excluded is None
        ]
    else:
        rows = (row for row in ground.roll.rows if level in (None, row.level.name))
        schools = list({row.school.number: row.school for row in rows}.values())
    return [school for school in schools if within(rule, school) is not False]


def within(rule: Formula, school: School) -> bool | None:
    """Whether a school is in the scope of a formula; None when that depends on an unknown figure."""
    if not rule.scope:
        return True
    answers = [_one_of(school.figure(name), words) for name, words in rule.scope.items()]
    if False in answers:
        return False
    return None if None in answers else True


def _one_of(figure: Figure, words: tuple[str, ...]) -> bool | None:
    if not figure.known:
        return None
    word = {True: "是", False: "否"}.get(figure.value) if isinstance(figure.value, bool) else figure.value  # type: ignore[call-overload]
    return word in words


def county_value(ground: Ground, indicator: Indicator, level: str | None) -> Computed:
    """The county formula of an indicator (at a level) with its terms. A file that could not be read leaves sums unknown."""
    rule = indicator.rule
    assert isinstance(rule, Formula)
    tree = parsed(rule.by_level[level] if level is not None else rule.text)
    schools = placed(ground, rule, level)
    terms: dict[str, Term] = {}
    whole = _summed(ground, rule, tree, schools, terms)
    for name in whole.names():
        if name not in terms:
            terms[name] = ground.county_term(name)
    value = value_of(whole, lambda name: terms[name].value)
    sums = any(name.startswith("sum(") for name in terms)
    nobody = not any(_has_stage(school, terms) for school in schools)
    nothing = sums and nobody and bool(ground.roll.rows) and not ground.intake.unreadable
    return Computed(None if value is None else Fraction(value), terms, nothing)


def _has_stage(school: School, terms: Mapping[str, Term]) -> bool:
    """Whether a school has a stage that the sums count, or they count the whole school."""
    stages = {stage for name, term in terms.items() if name.startswith("sum(") for stage in term.stages}
    return None in stages or any(stage.name in stages for stage in school.stages)


def _summed(ground: Ground, rule: Formula, tree: Tree, schools: list[School], terms: dict[str, Term]) -> Tree:
    """The tree with every ``sum(...)`` replaced by a name, whose term is put into ``terms``."""
    if tree.kind == "call" and tree.word == "sum":
        name = f"sum({written(tree.parts[0])})"
        if name not in terms:
            terms[name] = _sum(ground, rule, tree.parts[0], schools)
        return Tree("name", name)
    return Tree(
        tree.kind, tree.word, tuple(_summed(ground, rule, part, schools, terms) for part in tree.parts)
    )


def _sum(ground: Ground, rule: Formula, inner: Tree, schools: list[School]) -> Term:
    text = written(inner)
    label = f"各校{ground.standard.field(text).label}合计" if inner.kind == "name" else f"各校合计（{text}）"
    found = [school_value(ground, school, text) for school in schools]
    missing = [gap for term in found for gap in term.missing]
    for school in schools:
        if within(rule, school) is None:
            names = [name for name in rule.scope if not school.figure(name).known] if school.usable else [school.blocked]
            missing += [Missing.of(ground.standard.field(name).label, school) for name in names]
    values = [term.value for term in found]
    total: Fraction | None = None
    if schools and not missing and None not in values and not ground.intake.unreadable:
        total = Fraction(sum(value for value in values if value is not None))
    own = (None if name in ground.standard.derived else ground.standard.field(name).stage for name in inner.names())
    return Term(
        label,
        total,
        tuple(source for term in found for source in term.sources),
        tuple(dict.fromkeys(missing)),
        tuple(dict.fromkeys(own)),
    )


def written(tree: Tree) -> str:
    """A formula as text again.

    >>> from dudao.standards.formula import parse
    >>> written(parse("(a+b) * ceil(c/12)"))
    '(a + b) * ceil(c / 12)'
    """
    parts = [written(part) for part in tree.parts]
    match tree.kind:
        case "number" | "name":
            return tree.word
        case "call":
            return f"{tree.word}({', '.join(parts)})"
        case "neg":
            return f"-{_closed(tree.parts[0], parts[0])}"
        case "not":
            return f"not {_closed(tree.parts[0], parts[0])}"
        case "and" | "or":
            return f" {tree.kind} ".join(
                _closed(part, text) for part, text in zip(tree.parts, parts, strict=True)
            )
    sides = [_closed(part, text) for part, text in zip(tree.parts, parts, strict=True)]
    if tree.word == "+" and tree.parts[0].kind == "arithmetic":
        sides[0] = parts[0]
    return f" {tree.word} ".join(sides)


def _closed(tree: Tree, text: str) -> str:
    return text if tree.kind in ("number", "name", "call") else f"({text})"


def terms(
    standard: Standard, intake: Intake, roll: Roll, indicator: Indicator, level: str | None, on: date
) -> Mapping[str, Term]:
    """The terms of a county formula, by name or ``sum(...)``."""
    return county_value(Ground(standard, intake, roll, on), indicator, level).terms
