"""补充表: its figures put among those of the return they belong to, a school's by 学校代码, the county's into the county's own return.

Here lives what follows from one unit being told of in several files: whose row it is, the same field given twice, a figure of a stage that
the school does not have. Every figure keeps the file, sheet and cell it was typed in. Not here: how a 补充表 is known and read (``labels``,
``vertical``, ``wide``, ``returns``), the same return handed in twice (``county``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dudao.intake import labels
from dudao.intake.messages import issue, shown
from dudao.intake.row import Figures
from dudao.issues import Issue
from dudao.standards.model import Field, Standard
from dudao.tables import MISSING, Figure, Return
from dudao.units import plain

_SETTLED = "FIG-024"
"""What reading says of a figure that only some schools need; not so where the 补充表 has it."""


@dataclass(slots=True)
class Joined:
    """What became of the 补充表: issues, the returns whose figures were taken, and issues of reading that no longer hold."""

    issues: list[Issue] = field(default_factory=list)
    used: list[Return] = field(default_factory=list)
    settled: set[tuple[str, str, str | None, str | None]] = field(default_factory=set)

    def still(self, issues: Iterable[Issue]) -> Iterator[Issue]:
        """Those issues of reading that still hold."""
        return (found for found in issues if (found.code, found.file, found.sheet, found.cell) not in self.settled)

    def say(self, code: str, unit: Return, name: str, **words: object) -> None:
        """An issue at a figure of a 补充表."""
        figure = unit.figure(name)
        self.issues.append(issue(code, unit.file, figure.sheet or unit.sheet, figure.cell, **words))


def to_schools(schools: Sequence[Return], supplements: Sequence[Return], standard: Standard, joined: Joined) -> list[Return]:
    """The schools, each with the figures that 补充表 give of it; one entry a school already (``county``)."""
    places: dict[str, list[int]] = {}
    for number, unit in enumerate(schools):
        code = text(unit, labels.CODE)
        if code is not None and supplements:
            places.setdefault(code, []).append(number)
    mine: dict[int, list[Return]] = {}
    for supplement in supplements:
        code = text(supplement, labels.CODE)
        if code is None or supplement.void is not None or not _answers(supplement, standard):
            continue  # reading has told of a code that cannot be used
        number = _place(supplement, code, [(n, schools[n]) for n in places.get(code, ())], joined)
        if number is not None:
            mine.setdefault(number, []).append(supplement)
    joined.used += [unit for own in mine.values() for unit in own]
    return [
        _with(unit, mine[number], _of_school(unit, mine[number], standard, joined)) if number in mine else unit
        for number, unit in enumerate(schools)
    ]


def to_county(county: Return | None, supplements: Sequence[Return], standard: Standard, joined: Joined) -> Return | None:
    """The county's return with the figures that 补充表 give; of them alone where it has handed in no other."""
    supplements = [unit for unit in supplements if unit.void is None]
    if not supplements:
        return county
    if county is None:
        first = supplements[0]
        county = Return("county", first.file, first.sha256, first.sheet)
    joined.used += supplements
    figures = {}
    for name in (labels.COUNTY_CODE, labels.COUNTY_NAME, labels.YEAR):
        figure = _named(county, supplements, name, joined, standard)
        if figure is not None:
            figures[name] = figure
    for supplement in supplements:
        if supplement.figure(labels.COUNTY_CODE).state == "missing" and labels.COUNTY_CODE in figures_of(standard):
            joined.say("UNIT-010", supplement, labels.COUNTY_CODE, label=standard.field(labels.COUNTY_CODE).label)
    return _with(county, supplements, figures | _given(county, supplements, standard, joined))


def text(unit: Return, name: str) -> str | None:
    """A text of a return, without making a figure of it where it is not made yet."""
    figures = unit.figures
    return figures.text(name) if isinstance(figures, Figures) else unit.text(name)


def where(unit: Return) -> str:
    """A return's place in words, where another one is told of it."""
    place = unit.file + (f" {unit.sheet}" if unit.sheet else "")
    return f"{place} 第 {unit.row} 行" if unit.row else place


def figures_of(standard: Standard) -> frozenset[str]:
    """Names of the standard's fields."""
    return frozenset(item.name for item in standard.fields)


def _with(unit: Return, supplements: Sequence[Return], figures: Mapping[str, Figure]) -> Return:
    """A return with these figures in place of its own."""
    if isinstance(unit.figures, Figures):
        return replace(unit, figures=unit.figures.replacing(figures))
    return replace(unit, figures={**unit.figures, **figures})


def _asked(supplement: Return, standard: Standard) -> Iterator[Field]:
    return (item for item in standard.fields if item.supplementary and item.name in supplement.figures)


def _answers(supplement: Return, standard: Standard) -> bool:
    """Whether anything beside the unit's name is filled in."""
    return any(supplement.figure(item.name).state != "missing" for item in _asked(supplement, standard))


def _place(supplement: Return, code: str, schools: Sequence[tuple[int, Return]], joined: Joined) -> int | None:
    """The school of a row: by its code, and by its name too where two schools have that code."""
    if not schools:
        joined.say("UNIT-007", supplement, labels.CODE, value=code)
        return None
    name = text(supplement, labels.NAME)
    same = [number for number, unit in schools if plain(text(unit, labels.NAME) or "") == plain(name or "")]
    if len(schools) > 1:
        if len(same) != 1:
            joined.say("UNIT-011", supplement, labels.CODE, value=code, count=len(schools))
        return same[0] if len(same) == 1 else None
    number, unit = schools[0]
    known = text(unit, labels.NAME)
    if name is not None and known is not None and not same:
        joined.say("UNIT-008", supplement, labels.NAME, value=shown(name), other=where(unit), known=shown(known))
    return number


def _named(
    county: Return, supplements: Sequence[Return], name: str, joined: Joined, standard: Standard
) -> Figure | None:
    """What names the county where its own return does not; a query where two say different things."""
    known, place = county.figure(name), where(county)
    found = None
    for supplement in supplements:
        figure = supplement.figure(name)
        if not figure.known:
            continue
        if not known.known:
            known, place = figure, where(supplement)
            found = _from(figure, supplement, county)
        elif plain(str(figure.value)) != plain(str(known.value)):
            value, other = shown(str(figure.value)), shown(str(known.value))
            joined.say("UNIT-012", supplement, name, label=standard.field(name).label, value=value, other=place, known=other)
    return found


def _from(figure: Figure, supplement: Return, unit: Return) -> Figure:
    return figure if supplement.file == unit.file else replace(figure, file=supplement.file)


def _of_school(school: Return, supplements: Sequence[Return], standard: Standard, joined: Joined) -> dict[str, Figure]:
    """The figures that change for a school; those of a stage it does not have are told of and left out."""
    kind = standard.type_of(text(school, labels.TYPE))
    attached = _attached(school, supplements, standard, joined)
    lost = {
        item.name
        for item in standard.fields
        if item.stage is not None and item.stage != attached and school.figure(item.name).state == "absent"
    }
    left = []
    for supplement in supplements:
        for name in lost & set(supplement.figures):
            figure = supplement.figure(name)
            if figure.known and figure.value != 0:
                words = {"label": standard.field(name).label, "value": shown(str(figure.value)), "kind": kind.name if kind else ""}
                joined.say("FIG-023", supplement, name, **words)
        own = {name: figure for name, figure in supplement.figures.items() if name not in lost}
        left.append(replace(supplement, figures=own))
    figures = _given(school, left, standard, joined)
    if attached is not None:
        absent = [item.name for item in standard.fields if item.stage == attached]
        figures = {name: MISSING for name in absent if school.figure(name).state == "absent"} | figures
    for name in kind.needs if kind is not None else ():
        if name in figures:
            cell = school.figure(name).cell or school.figure(labels.TYPE).cell
            joined.settled.add((_SETTLED, school.file, school.sheet, cell))
    return figures


def _attached(school: Return, supplements: Sequence[Return], standard: Standard, joined: Joined) -> str | None:
    """The stage of attached classes of which only the 补充表 tells: its return was read as that of a school without it."""
    if text(school, labels.ATTACHED) is not None:
        return None
    for supplement in supplements:
        title = supplement.text(labels.ATTACHED)
        for stage in standard.stages:
            if stage.title == title and school.figure(stage.pupils).state == "absent":
                joined.say("FIG-025", supplement, labels.ATTACHED, label=standard.field(labels.ATTACHED).label, value=title)
                return stage.name
    return None


def _given(unit: Return, supplements: Sequence[Return], standard: Standard, joined: Joined) -> dict[str, Figure]:
    """Each figure that the 补充表 give of a unit. The same field again with another value: an error, and of no use."""
    figures: dict[str, Figure] = {}
    for item in standard.fields:
        if not item.supplementary:
            continue
        told = [(unit, unit.figure(item.name))] if unit.figure(item.name).state in ("given", "refused") else []
        told += [(one, one.figure(item.name)) for one in supplements if one.figure(item.name).state in ("given", "refused")]
        if not told or (len(told) == 1 and told[0][0] is unit):
            continue
        first, figure = told[0]
        figure = figure if first is unit else _from(figure, first, unit)
        for other, again in told[1:]:
            if again.known and figure.known and again.value != figure.value:
                words = {"value": _said(again), "other": _spot(first, told[0][1]), "known": _said(figure)}
                joined.say("UNIT-009", other, item.name, label=item.label, **words)
                figure = replace(figure, value=None, state="refused")
            elif not again.known:
                figure = replace(figure, value=None, state="refused")
        figures[item.name] = figure
    return figures


def _said(figure: Figure) -> str:
    if isinstance(figure.value, bool):
        return "是" if figure.value else "否"
    return shown(f"{figure.value:f}" if not isinstance(figure.value, str) and figure.value is not None else figure.value)


def _spot(unit: Return, figure: Figure) -> str:
    return f"{where(unit)} {figure.cell or ''}".rstrip()
