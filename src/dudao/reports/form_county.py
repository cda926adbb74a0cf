"""Table Ⅰ of the application form (基本情况): the county's figures from the 补充表, and its schools, classes and pupils counted from the returns.

Not here: the formulas' language (``dudao.evaluation.terms``), tables of indicators.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from dudao.evaluation.terms import Missing, school_value
from dudao.indicators.schools import School
from dudao.reports.form_figures import UNREADABLE, County, Filled, Found, decimal, fraction, lacking, whole
from dudao.reports.form_rows import Blank
from dudao.reports.sheets import Value
from dudao.standards.model import Stage
from dudao.units import rounded

FIGURES = {
    "A": ("population", 2),
    "B": ("rural_population", 2),
    "C": ("towns", 0),
    "D": ("villages", 0),
    "E": ("product_per_head", 0),
    "F": ("revenue_per_head", 0),
    "G": ("rural_income", 0),
    "H": ("urban_income", 0),
    "U": ("staff_primary", 0),
    "V": ("teachers_primary", 0),
    "W": ("staff_junior", 0),
    "X": ("teachers_junior", 0),
}
"""Column -> the county's figure (L1–L8, L21–L24), and its decimals."""
TYPES = {"I": "小学", "J": "九年一贯制", "K": "初中", "L": "完全中学", "M": "十二年一贯制", "N": "特殊教育学校", "O": "教学点"}
"""Column -> the school type that is counted (L9–L15)."""
SMALL = 50
"""L16 counts the teaching points of so many pupils and more."""
_MEND = "改正这些学校的“学校类型”后重新计算。"
_READ = "重新导出不能读取的文件后再计算。"
_ROW = 9


def of(county: County) -> Filled:
    """Row 9 of the sheet: L1–L24 in columns A–X."""
    cells: dict[str, Value] = {}
    blanks: list[Blank] = []
    for column, title, found, places in _columns(county):
        cell = f"{column}{_ROW}"
        if isinstance(found.value, Fraction):
            cells[cell] = whole(found.value) if places is None else rounded(decimal(found.value), places)
        what, mend = lacking(county.standard, found.missing)
        what = "" if column in FIGURES else what
        reason = "，".join(part for part in (what, found.why) if part)
        if found.value is None or reason:
            mend = mend or (_READ if found.why == UNREADABLE else _MEND)
            blanks.append(Blank("表1", cell, f"{title}，{reason}" if reason else title, mend))
    return Filled(cells, tuple(blanks))


def _columns(county: County) -> Iterator[tuple[str, str, Found, int | None]]:
    """Column, its name in the list of blanks, what stands in it, and its decimals (None: as many as it has)."""
    found: dict[str, tuple[str, Found, int | None]] = {}
    for column, (name, places) in FIGURES.items():
        term = county.ground.county_term(name)
        found[column] = (term.label, Found(fraction(term.value), term.missing), places)
    for column, kind in TYPES.items():
        found[column] = (f"{kind}数", _many(county, [school for school in _schools(county) if _is(school, kind)]), None)
    points = [school for school in _schools(county) if _is(school, "教学点")]
    found["P"] = (f"教学点数其中{SMALL}人及以上", _large(county, points), None)
    for columns, stage in zip(("QS", "RT"), county.standard.levels, strict=True):
        schools = [school for school in _schools(county) if stage in school.stages]
        classes = [(school, _classes_field(school, stage)) for school in schools]
        found[columns[0]] = (f"{stage.title}教学班数", _total(county, classes), None)
        pupils = [(school, stage.pupils) for school in schools]
        found[columns[1]] = (f"{stage.title}在校学生数", _total(county, pupils), None)
    for column in sorted(found):
        yield column, *found[column]


def _schools(county: County) -> tuple[School, ...]:
    return county.ground.roll.schools


def _is(school: School, kind: str) -> bool:
    return school.kind is not None and school.kind.name == kind


def _many(county: County, schools: list[School]) -> Found:
    """How many schools; unknown where a school's type is. A file that could not be read may hold another."""
    unknown = [school for school in _schools(county) if school.kind is None]
    if unknown:
        return Found(None, why=f"有 {len(unknown)} 所学校的学校类型不明")
    return Found(Fraction(len(schools)), why=UNREADABLE if county.intake.unreadable else "")


def _large(county: County, points: list[School]) -> Found:
    counts = [school.compulsory for school in points]
    if None in counts:
        stage = county.standard.levels[0]
        label = county.standard.field(stage.pupils).label
        return Found(None, tuple(Missing.of(label, school) for school in points if school.compulsory is None))
    return _many(county, [school for school, count in zip(points, counts, strict=True) if count is not None and count >= SMALL])


def _classes_field(school: School, stage: Stage) -> str:
    """The field that counts the classes of a stage: the school's own total where it has no other stage."""
    return "classes" if school.stages == (stage,) else f"classes_{stage.name}"


def _total(county: County, asked: Iterable[tuple[School, str]]) -> Found:
    """The sum of a field over schools."""
    terms = [(school, name, school_value(county.ground, school, name)) for school, name in asked]
    missing = tuple(
        gap for school, name, term in terms if term.value is None
        for gap in (term.missing or (Missing.of(county.standard.field(name).label, school),))
    )  # fmt: skip
    if missing or county.intake.unreadable:
        return Found(None, missing, UNREADABLE if county.intake.unreadable else "")
    return Found(sum((Fraction(term.value) for _, _, term in terms if term.value is not None), Fraction(0)))
