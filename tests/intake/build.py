"""Small builders of files for the intake tests: forms as a school hands them in, raw packages, and odd zips.

Here lives what the tests of reading share beyond ``tests/forms.py`` (filled forms in the real layout). All schools are 演示数据.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

import openpyxl

import forms
from dudao.intake import Reading, read_file
from dudao.standards import load_standard
from dudao.tables import Figure, Intake, Return

STANDARD = load_standard("cn-2017-quality-balance")
SHEET = forms.SCHOOL_SHEET
CELL = forms.CELL
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

Edit = Callable[[openpyxl.Workbook], None]


def values(
    kind: str = "小学", code: object = "9900000001", name: str = "演示小学", **changes: object
) -> dict[str, object]:
    """A complete and plausible school of a type, by label; ``changes`` by field name."""
    pupils = {"小学": (400, 0, None), "教学点": (60, 0, None), "初中": (0, 400, None), "九年一贯制": (300, 200, None),
              "十二年一贯制": (300, 200, 100), "完全中学": (0, 300, 300)}[kind]  # fmt: skip
    filled = forms.filled(kind, name, code, *pupils)
    return filled | {STANDARD.field(field).label: value for field, value in changes.items()}


def school(
    kind: str = "小学", code: object = "9900000001", name: str = "演示小学", **changes: object
) -> bytes:
    """A school return in the real layout, written as bare XML (fast); ``changes`` by field name."""
    return form(forms.form_rows(forms.SCHOOL_ROWS, values(kind, code, name, **changes)))


def form(rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook of one sheet with these rows."""
    return package(sheet_xml(text_cells(rows)), title=SHEET)


def saved(edit: Edit, kind: str = "小学", **changes: object) -> bytes:
    """A school return as openpyxl writes it, changed by ``edit``."""
    return edited(forms.school_form(values(kind, **changes)), edit)


def edited(data: bytes, edit: Edit) -> bytes:
    """A workbook changed by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def one(data: bytes, name: str = "a.xlsx") -> tuple[Return, list[tuple[str, str | None]]]:
    """The only return in a file, and (code, cell) of each of its issues in order of finding."""
    reading = read_file(name, data, STANDARD)
    (unit,) = reading.returns
    return unit, [(issue.code, issue.cell) for issue in reading.issues]


def figure(data: bytes, field: str) -> tuple[Figure, list[tuple[str, str | None]]]:
    """A figure of the only return in a file, and the issues of the file."""
    unit, issues = one(data)
    return unit.figure(field), issues


def told(source: Reading | Intake) -> list[tuple[str, str, str | None, str | None]]:
    """(code, file, sheet, cell) of every issue that is not a check's."""
    return [
        (issue.code, issue.file, issue.sheet, issue.cell)
        for issue in source.issues
        if not issue.code.startswith("CHK")
    ]


def codes(data: bytes, name: str = "a.xlsx") -> list[str]:
    """The codes of the issues of one file."""
    return [issue.code for issue in read_file(name, data, STANDARD).issues]


def refused(data: bytes, name: str = "a.xlsx") -> str:
    """The code for which a file is unreadable; it must be unreadable, and say so once, of the whole file."""
    reading = read_file(name, data, STANDARD)
    (issue,) = reading.issues
    assert (reading.returns, reading.unreadable) == ((), (name,))
    assert (issue.level, issue.file, issue.sheet, issue.cell) == ("error", name, None, None)
    return issue.code


def zipped(members: Mapping[str, bytes] | Sequence[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    """A zip of members in order; names may be given twice."""
    pairs = members.items() if isinstance(members, Mapping) else members
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in pairs:
            archive.writestr(name, data)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def replaced(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A package with bytes of one part replaced; they must be there."""
    found = parts(data)
    assert old in found[part]
    return zipped(found | {part: found[part].replace(old, new)})


def package(
    sheet: str,
    *,
    more: Mapping[str, bytes] | None = None,
    path: str = "xl/worksheets/sheet1.xml",
    title: str = "表",
) -> bytes:
    """A smallest workbook around one sheet part given as XML."""
    target = path.removeprefix("xl/") if path.startswith("xl/") else f"/{path}"
    made = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{BOOK_TYPE}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="{title}" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{OFFICE}/worksheet" Target="{target}"/></Relationships>',
        path: sheet,
    }
    return zipped({name: text.encode() for name, text in made.items()} | dict(more or {}))


def sheet_xml(body: str) -> str:
    """A sheet part with these rows."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def text_cells(rows: Sequence[Sequence[object]]) -> str:
    """Rows as XML with inline strings and numbers."""
    lines = []
    for row, cells in enumerate(rows, 1):
        made = ""
        for column, value in enumerate(cells):
            place = f"{openpyxl.utils.get_column_letter(column + 1)}{row}"
            if isinstance(value, bool):
                made += f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
            elif isinstance(value, int | float):
                made += f'<c r="{place}"><v>{value!r}</v></c>'
            elif value:
                made += f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
        lines.append(f'<row r="{row}">{made}</row>')
    return "".join(lines)


def wide_rows(
    *schools: Mapping[str, object], fields: Sequence[str] | None = None, units: bool = True
) -> list[list[object]]:
    """A wide table: labels, units, one row a school (by label)."""
    chosen = [
        field
        for field in STANDARD.fields
        if not field.of_county and (fields is None or field.name in fields)
    ]
    rows: list[list[object]] = [[field.label for field in chosen]]
    if units:
        rows.append([field.unit or None for field in chosen])
    return [*rows, *([school.get(field.label) for field in chosen] for school in schools)]


def wide_book(*rows: Sequence[object], title: str = "学校数据") -> bytes:
    """A workbook of one sheet."""
    return forms.book((title, rows))


def column_of(field: str) -> str:
    """The letters of a field's column in ``wide_rows`` of all fields."""
    names = [item.name for item in STANDARD.fields if not item.of_county]
    return openpyxl.utils.get_column_letter(names.index(field) + 1)
