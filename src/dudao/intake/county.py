"""One county: which returns belong to it, the same unit handed in twice, the checks, and the order of everything.

A school belongs to the nearest county return in its own folder or above. A 补充表 names a county only where no county return does. Not
here: reading (``sources``, ``forms``), putting the 补充表 among the returns (``supplements``), evaluating.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dudao.intake import checks, labels, supplements
from dudao.intake.messages import issue
from dudao.intake.row import Figures, refused
from dudao.intake.sheet import position
from dudao.intake.sources import Folder
from dudao.intake.supplements import text, where
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Intake, Return
from dudao.units import plain

_TOLD = 3
"""Faults that are told when nothing could be read."""


class IntakeRefused(Exception):
    """Nothing to evaluate: nothing could be read, or it is not clear of which county. ``issues``: what was found on the way."""

    def __init__(self, message: str, issues: Sequence[Issue] = ()) -> None:
        super().__init__(message)
        self.issues = tuple(issues)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave: returns, issues, and its name if it could not be read. An archive gives those of its members.

    ``sha256``: of the file's bytes, lower-case hex; empty where they could not be had.
    """

    returns: tuple[Return, ...] = ()
    issues: tuple[Issue, ...] = ()
    unreadable: tuple[str, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A reading and the folder that its file lies in."""

    folder: Folder
    reading: Reading


def counties(
    pieces: Sequence[Piece], standard: Standard, county: str | None, every: bool
) -> tuple[Intake, ...]:
    """One intake a county; IntakeRefused when nothing was read or the county is not clear."""
    issues = [found for piece in pieces for found in piece.reading.issues]
    if not any(piece.reading.returns for piece in pieces):
        told = "".join(f" {found.file}：{found.found}" for found in issues[:_TOLD])
        raise IntakeRefused(f"没有读到任何填报表。{told}", issues)
    named = _named(pieces)
    codes = sorted({code for code in named.values() if code is not None})
    if county is not None and codes and county not in codes:
        raise IntakeRefused(
            f"指明的区县代码是 {county}，区县填报表上是 {'、'.join(codes)}，两者不符。", issues
        )
    groups: dict[str | None, list[Reading]] = {code: [] for code in codes}
    everywhere: list[Reading] = []
    for piece in pieces:
        code = _nearest(piece.folder, named)
        returns = piece.reading.returns
        if code is None and codes and county is None and all(unit.form in labels.SUPPLEMENTS for unit in returns):
            code = _told(returns, codes)
        if code is None and codes and not returns:
            everywhere.append(piece.reading)
            continue
        if code is None and codes and county is None:
            raise IntakeRefused(
                f"{returns[0].file} 所在的文件夹及其上级没有区县填报表，不知属于哪个区县（已有：{'、'.join(codes)}）。",
                issues,
            )
        groups.setdefault(county if code is None else code, []).append(piece.reading)
    if county is not None:
        groups = {county: groups[county]}
    elif len(groups) > 1 and not every:
        raise IntakeRefused(
            f"读到多个区县（{'、'.join(codes)}），请用 --county 选定一个，或用 --out 逐个输出。", issues
        )
    return tuple(_merged([*readings, *everywhere], standard, code) for code, readings in groups.items())


def _merged(readings: Sequence[Reading], standard: Standard, code: str | None) -> Intake:
    return assemble(
        [unit for reading in readings for unit in reading.returns],
        standard,
        county_code=code,
        unreadable=[file for reading in readings for file in reading.unreadable],
        issues=[found for reading in readings for found in reading.issues],
    )


def _named(pieces: Sequence[Piece]) -> dict[Folder, str | None]:
    """The county of each folder that holds a county return, or, where there is none at all, a 补充表 of the county; None where its code
    cannot be used. IntakeRefused when one folder has two.
    """
    return _coded(pieces, "county") or _coded(pieces, "county_supplement")


def _coded(pieces: Iterable[Piece], form: str) -> dict[Folder, str | None]:
    named: dict[Folder, str | None] = {}
    first: dict[Folder, str] = {}
    for piece in pieces:
        for unit in piece.reading.returns:
            if unit.form != form:
                continue
            code = unit.text(labels.COUNTY_CODE)
            known = named.get(piece.folder)
            if known is not None and code is not None and code != known:
                raise IntakeRefused(
                    f"{unit.file} 的区县代码是 {code}，同一文件夹中 {first[piece.folder]} 的是 {known}，请分放在两个文件夹。"
                )
            if known is None:
                named[piece.folder], first[piece.folder] = code, unit.file
    return named


def _told(returns: Sequence[Return], codes: Sequence[str]) -> str | None:
    """The county that a file of 补充表 alone belongs to, wherever it lies: the only one, or the one that it names."""
    if len(codes) == 1 and returns:
        return codes[0]
    own = {unit.text(labels.COUNTY_CODE) for unit in returns if unit.form == "county_supplement"} & set(codes)
    return own.pop() if len(own) == 1 else None


def _nearest(folder: Folder, named: Mapping[Folder, str | None]) -> str | None:
    """The county named in a folder or the nearest one above it."""
    for depth in range(len(folder), -1, -1):
        if folder[:depth] in named:
            return named[folder[:depth]]
    return None


def assemble(
    returns: Sequence[Return],
    standard: Standard,
    *,
    county_code: str | None,
    unreadable: Sequence[str] = (),
    issues: Sequence[Issue] = (),
    last: Mapping[str, Return] | None = None,
) -> Intake:
    """One county's intake: duplicates settled, every check run, all in order. ``last``: last year's returns by school code."""
    ordered = sorted(returns, key=lambda unit: (unit.file, unit.sheet or "", unit.row or 0))
    ordered, found, dropped = _identical(ordered)
    by_form = {form: [unit for unit in ordered if unit.form == form] for pair in labels.UNITS for form in pair}
    joined = supplements.Joined()
    schools, more = _same_school(by_form["school"])
    found += more
    schools = supplements.to_schools(schools, by_form["supplement"], standard, joined)
    county, more = _county_return(by_form["county"], county_code)
    found += more
    lacks = county is None and ordered and labels.has_county_form(standard)
    own, more = _of_county(by_form["county_supplement"], county_code)
    found += more
    county = supplements.to_county(county, own, standard, joined)
    found += joined.issues
    found += joined.still(known for known in issues if known.file not in dropped)
    checked = []
    for unit in schools:
        unit, more = _checked(unit, standard, last.get(text(unit, labels.CODE) or "") if last else None)
        checked.append(unit)
        found += more
    if county is not None:
        county, more = _checked(county, standard, None)
        found += more
    if lacks:
        found.append(_without_county(ordered[0], county_code or (county and text(county, labels.COUNTY_CODE))))
    checked.sort(key=lambda unit: (text(unit, labels.CODE) or "", text(unit, labels.NAME) or "", unit.file))
    return Intake(
        county_code,
        county,
        tuple(checked),
        tuple(sorted(set(unreadable))),
        tuple(sorted(found, key=_place)),
        dict(sorted((unit.file, unit.sha256) for unit in (*checked, *filter(None, [county]), *joined.used))),
    )


def _place(found: Issue) -> tuple[str, str, tuple[int, int], str]:
    return found.file, found.sheet or "", position(found.cell), found.code


def _checked(unit: Return, standard: Standard, last: Return | None) -> tuple[Return, list[Issue]]:
    """A return after its checks; figures that a check refuses are of no use. Of a void return nothing is compared."""
    if unit.void is not None:
        return unit, []
    found, spoiled = checks.run(unit, standard, last)
    if not spoiled:
        return unit, found
    if isinstance(unit.figures, Figures):
        return replace(unit, figures=unit.figures.refusing(spoiled)), found
    figures = {name: refused(figure) if name in spoiled else figure for name, figure in unit.figures.items()}
    return replace(unit, figures=figures), found


def _identical(returns: Sequence[Return]) -> tuple[list[Return], list[Issue], set[str]]:
    """Files with the same bytes are used once: the returns left, a query for each other file, and the names of those."""
    first: dict[str, str] = {}
    dropped: dict[str, str] = {}
    kept: list[Return] = []
    for unit in returns:
        file = first.setdefault(unit.sha256, unit.file)
        if file == unit.file:
            kept.append(unit)
        else:
            dropped[unit.file] = file
    return kept, [issue("UNIT-001", file, other=other) for file, other in dropped.items()], set(dropped)


def _same_school(schools: Sequence[Return]) -> tuple[list[Return], list[Issue]]:
    """The same code again: under the same name one entry without usable figures, under another name both counted; an error either way."""
    kept: dict[tuple[str, str], int] = {}
    first: dict[str, Return] = {}
    left: list[Return] = []
    found: list[Issue] = []
    for unit in schools:
        code, name = text(unit, labels.CODE), text(unit, labels.NAME) or ""
        if code is None:
            left.append(unit)
            continue
        earlier = first.setdefault(code, unit)
        again = kept.get((code, plain(name)))
        if again is not None:
            other = left[again]
            found.append(_at_code("UNIT-002", unit, value=code, name=name, other=where(other)))
            left[again] = _twice(other, unit)
            continue
        if earlier is not unit:
            found.append(
                _at_code(
                    "UNIT-003", unit, value=code, name=earlier.text(labels.NAME) or "", other=where(earlier)
                )
            )
        kept[code, plain(name)] = len(left)
        left.append(unit)
    return left, found


def _twice(one: Return, other: Return) -> Return:
    """One entry for a school handed in twice: no figure of it counts; if the two do not agree on its stages, nor does its type."""
    figures = one.figures
    if any(one.text(name) != other.text(name) for name in ("school_type", "attached_stage")):
        figures = {**figures, "school_type": replace(one.figure("school_type"), value=None, state="refused")}
    return replace(one, figures=figures, void="同一学校交了两份填报表")


def _county_return(units: Sequence[Return], county_code: str | None) -> tuple[Return | None, list[Issue]]:
    """The county's own return; handed in twice: one entry without usable figures; of another county: not used."""
    units, found = _of_county(units, county_code)
    kept: Return | None = None
    for unit in units:
        if kept is None:
            kept = unit
        else:
            code = unit.text(labels.COUNTY_CODE) or ""
            found.append(_at_code("UNIT-005", unit, value=code, other=where(kept)))
            kept = replace(kept, void="区县填报表交了两份")
    return kept, found


def _of_county(units: Sequence[Return], county_code: str | None) -> tuple[list[Return], list[Issue]]:
    """Those that are of this county as far as they say; an error for each that is of another."""
    kept: list[Return] = []
    found: list[Issue] = []
    for unit in units:
        code = unit.text(labels.COUNTY_CODE)
        if county_code is not None and code is not None and code != county_code:
            what = "区县填报表" if unit.form == "county" else "补充表"
            found.append(_at_code("UNIT-006", unit, what=what, value=code, other=county_code))
        else:
            kept.append(unit)
    return kept, found


def _at_code(code: str, unit: Return, **words: object) -> Issue:
    figure = unit.figure(labels.CODE if unit.form == "school" else labels.COUNTY_CODE)
    return issue(code, unit.file, unit.sheet, figure.cell, **words)


def _without_county(unit: Return, code: str | None) -> Issue:
    what = "区县填报的数据按无数据处理" + ("" if code else "，结果中没有区县代码")
    return issue("UNIT-004", unit.file, what=what)
