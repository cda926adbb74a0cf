"""The national application form (申报表): what goes into its tables, and the workbook in its layout, titles and rounding.

Tables Ⅰ–Ⅵ are filled from an evaluation and the returns: Ⅰ by ``form_county``, Ⅱ and Ⅲ by ``form_rows``, Ⅳ and Ⅴ by ``form_clauses``, Ⅵ by
``form_survey``. Every cell that the form asks for and that stays blank is listed, in ``blanks`` and on a sheet of its own. The workbook that
the layout follows has a ninth sheet, one city's self-assessment form for schools: it is no part of the application form and is left out.
Not here: the printed texts (``templates/application_form.yaml``), the drawing (``printed``), any judgement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from dudao.reports import form_clauses, form_county, form_rows, form_survey, printed, text
from dudao.reports.form_figures import County, Filled
from dudao.reports.form_rows import Blank, LevelRow, SchoolRow
from dudao.reports.sheets import Book, Column, Table, Value, foot, head, write_table
from dudao.standards.model import Standard
from dudao.tables import Intake

BASICS, RATIOS, SCHOOLS, BALANCE, GUARANTEE, QUALITY, SURVEY = "表1", "表2-1", "表2-2", "表3", "表4", "表5", "表6"
BLANKS = "空白单元格"
FIRST_ROW = 4
"""Row of the first school in table Ⅱ-2."""
_FORM = "application_form"
_PLACEHOLDERS = (3, 10)
_LETTERS = "CDEFGHI"


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """The form of one county. ``cells``: of tables Ⅰ, Ⅳ, Ⅴ and Ⅵ, by sheet; ``counts``: the numbers in the note of table Ⅱ-2, in order;
    ``notes``: lines under table Ⅲ.

    ``mark``: printed at the head of every page (预评, 演示数据), empty for none.
    """

    county: str
    on: date
    standard: str
    wording: printed.Wording
    schools: tuple[SchoolRow, ...]
    levels: tuple[LevelRow, ...]
    counts: tuple[int | None, ...]
    notes: tuple[str, ...]
    blanks: tuple[Blank, ...]
    cells: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    mark: str = ""


def applies(standard: Standard) -> bool:
    """Whether a standard has the indicators that this form prints."""
    codes = {indicator.code for indicator in standard.indicators}
    sheets = printed.load(_FORM)
    stated = {*printed.clauses_named(sheets), *printed.indicators_stated(sheets), form_survey.CODE}
    return codes >= {*(f"R{number}" for number in range(1, 8)), "RC", "RS", *stated}


def unfilled(standard: Standard, on: date) -> ApplicationForm:
    """The form as printed, with its sample rows and nothing filled in."""
    rows = [
        SchoolRow(level.name, number, f"{level.title} {number}" if number else "…")
        for level in standard.levels
        for number in (1, 2, 3, None)
    ]
    return ApplicationForm(
        county="",
        on=on,
        standard=_standard(standard),
        wording=_wording(standard),
        schools=tuple(rows),
        levels=tuple(LevelRow(level.name) for level in standard.levels),
        counts=(),
        notes=(),
        blanks=(),
    )


def of(standard: Standard, intake: Intake, result: Mapping[str, Any]) -> ApplicationForm:
    """The form of an evaluated county, from the evaluation's JSON (schema 1) and the returns it was made of.

    A school without a value counts as not meeting the indicator in table Ⅱ-1; ``blanks`` says so.
    """
    units = form_rows.Units(standard, intake)
    filled = _filled(standard, County(standard, intake, result))
    form = ApplicationForm(
        county=(intake.county.text("county_name") if intake.county else None) or result["county_code"] or "",
        on=date.fromisoformat(result["on"]),
        standard=_standard(standard),
        wording=_wording(standard),
        schools=tuple(form_rows.school_rows(standard, units, result)),
        levels=tuple(form_rows.level_row(standard, level.name, result) for level in standard.levels),
        counts=form_rows.counts(standard, units, result),
        notes=tuple(form_rows.balance_notes(standard, result)),
        blanks=(),
        cells={sheet: table.cells for sheet, table in filled.items()},
    )
    before, *after = filled.values()
    rest = [blank for table in after for blank in table.blanks]
    return replace(form, blanks=(*before.blanks, *_blanks(standard, intake, units, result, form), *rest))


def _filled(standard: Standard, county: County) -> Mapping[str, Filled]:
    """Tables Ⅰ, Ⅳ, Ⅴ and Ⅵ."""
    wording = _wording(standard)
    return {
        BASICS: form_county.of(county),
        GUARANTEE: form_clauses.of(county, printed.sheet_of(GUARANTEE, _FORM), wording, rounds=True),
        QUALITY: form_clauses.of(county, printed.sheet_of(QUALITY, _FORM), wording, rounds=False),
        SURVEY: form_survey.of(county),
    }


def write(form: ApplicationForm) -> bytes:
    """The workbook: the eight sheets of the form, then 空白单元格."""
    book = Book("义务教育优质均衡发展督导评估申报表", form.on)
    look = {
        "header": head(form.county, "", form.mark, f"数据日期 {text.day(form.on)}"),
        "footer": foot(form.standard),
    }
    values = {**form.cells, RATIOS: _ratio_cells(form), SCHOOLS: _school_cells(form), BALANCE: _balance_cells(form)}
    for sheet in printed.load(_FORM):
        if sheet.name == SCHOOLS:
            sheet = printed.stretch(sheet, *_PLACEHOLDERS, len(form.schools))
        cells = dict(values.get(sheet.name, {}))
        if form.mark:
            cells |= _marked(sheet, form)
        printed.draw(book, sheet, form.wording, cells, **look)
    columns = (
        Column("工作表", 12, True),
        Column("单元格", 10, True),
        Column("缺少内容", 60),
        Column("填写办法", 50),
    )
    rows = tuple((blank.sheet, blank.cell, blank.missing, blank.mend) for blank in form.blanks)
    write_table(book, Table(BLANKS, columns, rows), **look)
    return book.close()


def _marked(sheet: printed.Sheet, form: ApplicationForm) -> dict[str, Value]:
    """The title with the mark beside it, so that it is seen on the screen too and not only at the head of a printed page."""
    title = next((form.wording.text(row.cells[0]) for number, row in sheet.rows.items() if number == 0 and row.cells), None)
    return {"A1": f"{title}（{form.mark}）"} if title and title.startswith("表") else {}


def _wording(standard: Standard) -> printed.Wording:
    codes = printed.clauses_named(printed.load(_FORM))
    return printed.Wording(standard.profile.name, {code: standard.indicator(code).text for code in codes})


def _standard(standard: Standard) -> str:
    return f"{standard.title}（{standard.number}）  口径：{standard.profile.title}"


def _ratio_cells(form: ApplicationForm) -> dict[str, Value]:
    cells: dict[str, Value] = {}
    for top, row in zip((4, 6), form.levels, strict=True):
        cells |= {f"{letter}{top}": value for letter, value in zip(_LETTERS + "J", row.meeting, strict=True)}
        cells |= {
            f"{letter}{top + 1}": value for letter, value in zip(_LETTERS + "J", row.shares, strict=True)
        }
    return cells


def _balance_cells(form: ApplicationForm) -> dict[str, Value]:
    cells: dict[str, Value] = {}
    for top, row in zip((4, 6), form.levels, strict=True):
        cells |= {f"{letter}{top}": value for letter, value in zip(_LETTERS, row.means, strict=True)}
        cells |= {f"{letter}{top + 1}": value for letter, value in zip(_LETTERS, row.variations, strict=True)}
        cells[f"J{top + 1}"] = row.composite
    return cells | {f"A{9 + index}": f"   {note}" for index, note in enumerate(form.notes)}


def _school_cells(form: ApplicationForm) -> dict[str, Value]:
    cells: dict[str, Value] = {}
    for number, row in enumerate(form.schools, start=FIRST_ROW):
        line = (
            row.number,
            row.name,
            row.sponsor,
            row.pupils,
            row.grades,
            row.classes,
            *row.values,
            row.meets,
            row.remark,
        )
        cells |= {f"{letter}{number}": value for letter, value in zip("ABCDEFGHIJKLMNO", line, strict=True)}
    return cells | {f"A{_note_row(form)}": _school_note(form)}


def _note_row(form: ApplicationForm) -> int:
    return FIRST_ROW + len(form.schools)


def _school_note(form: ApplicationForm) -> str:
    """The printed note of table Ⅱ-2 with its counts; an unknown one keeps its printed blank."""
    sheet = printed.sheet_of(SCHOOLS, _FORM)
    note = form.wording.text(sheet.rows[_PLACEHOLDERS[1] + 1].cells[0])
    assert note is not None
    first, *rest = printed.blanks(note)
    numbers = [printed.BLANK if count is None else str(count) for count in form.counts] or [printed.BLANK] * len(rest)
    return first + "".join(number + part for number, part in zip(numbers, rest, strict=True))


def _blanks(
    standard: Standard,
    intake: Intake,
    units: form_rows.Units,
    result: Mapping[str, Any],
    form: ApplicationForm,
) -> Iterator[Blank]:
    """Blanks and half-blanks of the tables that are filled here, table by table."""
    note = f"A{_note_row(form)}"
    for file in intake.unreadable:
        yield Blank(SCHOOLS, note, f"文件 {file} 无法读取，可能缺少一所学校", "重新导出该文件后再计算。")
    if None in form.counts:
        yield Blank(
            SCHOOLS, note, "注1：有学校的学校类型不明，其中数未填", "改正这些学校的“学校类型”后重新计算。"
        )
    yield from form_rows.school_blanks(standard, units, result, form.schools, SCHOOLS, FIRST_ROW)
    for top, row in zip((4, 6), form.levels, strict=True):
        yield from form_rows.ratio_blanks(standard, result, row, RATIOS, top)
    for top, row in zip((4, 6), form.levels, strict=True):
        yield from form_rows.balance_blanks(standard, result, row, BALANCE, top)
