"""Empty forms to hand out (填报表模板): one row per school, the county's form, the form of one school, the 补充表.

Here lives which sheets each form has, and the values it may be handed out with. Labels, units and 是否必填 are the standard's. Not here:
how a sheet looks (``layout``), the words of 填表说明 (``guide``), and how a filled form is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dudao.intake import guide, labels
from dudao.intake.layout import FIRST, GROUP, LABEL, NOTE, ROWS, UNIT, Book
from dudao.standards.model import Field, Standard

__all__ = [
    "FIRST",
    "GROUP",
    "LABEL",
    "NOTE",
    "ROWS",
    "UNIT",
    "county_fields",
    "school_fields",
    "school_form",
    "supplement",
    "wide_fields",
    "write",
]

SCHOOLS, COUNTY, SCHOOL = "学校数据", "区县数据", "学校填报数据"
MORE_SCHOOLS, MORE_COUNTY = "学校补充数据", "区县补充数据"
UNIT_SHEET = "填报数据"
"""The only sheet of a standard that asks nothing of schools and has no form of the county."""


def write(standard: Standard, *, county: bool = True) -> bytes:
    """The workbook with one row per school; ``county``: with the county's form and the county's 补充表. A standard that asks nothing of
    schools: the unit's own sheets.
    """
    wide = wide_fields(standard)
    book = Book(standard, "义务教育学校填报表（一校一行）" if wide else "填报表")
    if wide:
        book.wide(SCHOOLS, wide)
    if county or not wide:
        if labels.has_county_form(standard):
            book.vertical(COUNTY, [field for field in standard.fields if field.form == "county"])
        if county_fields(standard):
            book.supplement(_county_sheet(standard), county_fields(standard), {})
    book.guide(guide.sections(standard, "wide" if wide else "supplement", county=county))
    return book.bytes()


def school_form(standard: Standard) -> bytes:
    """The form of one school in the real layout (A1:G69); below it the pupils that splitting needs and the real form lacks."""
    book = Book(standard, "义务教育学校填报表（一校一份）")
    needed = {stage.pupils for stage in standard.stages if not stage.judged}
    fields = [f for f in standard.fields if f.form == "school" or (f.form == "supplement" and f.name in needed)]
    book.vertical(SCHOOL, fields)
    book.guide(guide.sections(standard, "school", county=False))
    return book.bytes()


def supplement(
    standard: Standard,
    *,
    county: Mapping[str, object] | None = None,
    schools: Sequence[Mapping[str, object]] = (),
) -> bytes:
    """The 补充表: what no real form asks. ``county``: values by field name, written where they are to be filled in (county_code and the
    like too); ``schools``: such values of each school (school_code, school_name, …), one row each.

    Read again, each value is the same: numbers (Decimal, or digits as typed) as numbers, choices, texts and codes as text, 是/否 of a
    bool. Nothing is judged here: what is no number stays as typed, for reading to refuse. KeyError: a name that is not on the sheet.
    """
    book = Book(standard, "补充表")
    if school_fields(standard):
        book.wide(MORE_SCHOOLS, school_fields(standard), schools)
    if county_fields(standard):
        book.supplement(_county_sheet(standard), county_fields(standard), county or {})
    book.guide(guide.sections(standard, "supplement", county=bool(county_fields(standard))))
    return book.bytes()


def wide_fields(standard: Standard) -> tuple[Field, ...]:
    """The fields of the wide sheet in order of its columns."""
    return tuple(field for field in standard.fields if field.form in ("school", "supplement"))


def school_fields(standard: Standard) -> tuple[Field, ...]:
    """What the 补充表 asks of each school, behind its code and name; none where the standard asks nothing more of schools."""
    more = tuple(field for field in standard.fields if field.form == "supplement")
    names = [field for name in (labels.CODE, labels.NAME) for field in standard.fields if field.name == name]
    return (*names, *more) if more else ()


def county_fields(standard: Standard) -> tuple[Field, ...]:
    """What the 补充表 asks of the county, behind its name, code and year; none where the standard asks nothing more of it."""
    more = tuple(field for field in standard.fields if field.form == "county_supplement")
    names = tuple(field for field in standard.fields if field.of_county and field.name in labels.IDENTITY)
    return (*names, *more) if more else ()


def _county_sheet(standard: Standard) -> str:
    return MORE_COUNTY if wide_fields(standard) or labels.has_county_form(standard) else UNIT_SHEET
