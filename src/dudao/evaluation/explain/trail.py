"""From a cell to its leaf (来源、经办): what stands in each cell, what was said of it, whose file it is.

Here lives the last stretch of every chain. Not here: which cells a value rests on, which the evaluation says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dudao.evaluation.evaluate import Evaluation
from dudao.evaluation.explain.provenance import Handled
from dudao.evaluation.explain.step import NOT_SUBMITTED, Leaf, Step
from dudao.evaluation.terms import Source
from dudao.indicators.exact import parsed
from dudao.indicators.schools import School
from dudao.standards.model import Field
from dudao.tables import Figure, Return

Place = tuple[str, str | None, str]
_STATES = {"missing": "没有填写", "refused": "不能采用", "absent": "没有该学段，不填"}


@dataclass(frozen=True)
class Trail:
    """An evaluation, and of its cells everything that can be said. ``handled``: by SHA-256 of the file."""

    evaluation: Evaluation
    handled: Mapping[str, Handled] = field(default_factory=dict)

    @cached_property
    def _hashes(self) -> Mapping[str, str]:
        intake = self.evaluation.intake
        units = (*intake.schools, *filter(None, [intake.county]))
        return {**{unit.file: unit.sha256 for unit in units}, **intake.hashes}

    @cached_property
    def _cells(self) -> Mapping[Place, tuple[Field, Figure]]:
        """Every figure by the place it was read from."""
        return {place: pair for unit, fields in self._units() for place, pair in _of(unit, fields)}

    def _units(self) -> Iterator[tuple[Return, list[Field]]]:
        intake, fields = self.evaluation.intake, self.evaluation.standard.fields
        schools = [item for item in fields if not item.of_county]
        yield from ((unit, schools) for unit in intake.schools)
        if intake.county is not None:
            yield intake.county, [item for item in fields if item.of_county]

    @cached_property
    def _said(self) -> Mapping[Place, str]:
        """What was found wrong or doubtful in a cell."""
        said: dict[Place, str] = {}
        for issue in self.evaluation.intake.issues:
            if issue.cell is not None:
                place = issue.file, issue.sheet, issue.cell
                word = "错误" if issue.level == "error" else "存疑"
                said[place] = said.get(place, "") + f"{word} {issue.code}：{issue.found}"
        return said

    def figures(self, sources: Iterable[Source], missing: Iterable[str] = (), unit: Return | None = None) -> tuple[Step, ...]:
        """A step for each cell, and one for each figure that ``unit`` should have given and that has no cell."""
        found = {source: self._figure(source) for source in sources}
        named = {source.field for source in found}
        return (*found.values(), *(self._lacking(label, unit) for label in dict.fromkeys(missing) if label not in named))

    def named(self, school: School, names: Iterable[str]) -> tuple[Step, ...]:
        """The steps of fields of a school by name, as far as its form has them."""
        fields = [self.evaluation.standard.field(name) for name in names]
        figures = [(item, school.unit.figure(item.name)) for item in fields]
        file = school.unit.file
        sources = [
            Source(item.label, figure.file or file, figure.sheet, figure.cell) for item, figure in figures if figure.cell is not None
        ]
        return self.figures(sources)

    def derived(self, school: School, text: str) -> tuple[Step, ...]:
        """The steps of the figures behind the derived names of a formula: pupils of the judged stages, the school's type."""
        standard = self.evaluation.standard
        used = [name for name in parsed(text).names() if name in standard.derived]
        pupils = [stage.pupils for stage in school.judged] if "compulsory_pupils" in used else []
        return self.named(school, [*pupils, *(["school_type"] if set(used) - {"compulsory_pupils"} else [])])

    def _figure(self, source: Source) -> Step:
        place = source.file, source.sheet, source.cell
        item, figure = self._cells[place]
        value = _word(figure.value)
        notes = [*filter(None, [_state(figure), self._said.get(place)])]
        shown = value if figure.state == "given" and figure.found is None else figure.found
        leaf = self._leaf(source.file, source.sheet, source.cell, shown)
        return Step(source.field, value=value, unit=item.unit, note="；".join(notes), by=self._by(leaf.sha256), leaf=leaf)

    def _lacking(self, label: str, unit: Return | None) -> Step:
        if unit is None:
            return Step(label, judgement="no_data", note="没有交填报表，或表中没有这一项")
        leaf = self._leaf(unit.file, unit.sheet, None, None)
        return Step(label, judgement="no_data", note="表中没有这一项，或没有填写", by=self._by(leaf.sha256), leaf=leaf)

    def _leaf(self, file: str, sheet: str | None, cell: str | None, value: object) -> Leaf:
        return Leaf(file, self._hashes.get(file, ""), sheet, cell, value)  # type: ignore[arg-type]

    def _by(self, sha256: str) -> str:
        handled = self.handled.get(sha256)
        return handled.words() if handled else NOT_SUBMITTED


def _of(unit: Return, fields: Iterable[Field]) -> Iterator[tuple[Place, tuple[Field, Figure]]]:
    for item in fields:
        figure = unit.figure(item.name)
        if figure.cell is not None:
            yield (figure.file or unit.file, figure.sheet, figure.cell), (item, figure)


def _word(value: object) -> object:
    """A value as the form shows it."""
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else value


def _state(figure: Figure) -> str:
    if figure.state == "zero":
        return "空白，按“否”计" if figure.value is False else "空白，按 0 计"
    return _STATES.get(figure.state, "")
