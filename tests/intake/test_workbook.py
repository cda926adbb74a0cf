"""Workbooks that must not be read as they are: reach, document types, macros, parts in odd places (contracts §1, Input)."""

from __future__ import annotations

from decimal import Decimal

import build
import openpyxl
import pytest

import forms
from dudao.intake import marks, read_file
from dudao.intake.messages import Refusal

SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
RELS = "xl/_rels/workbook.xml.rels"


def with_cell(reference: str, row: str | None = None) -> bytes:
    """A school return with one more cell somewhere far."""
    number = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    line = f'<row r="{row or number}"><c r="{reference}"><v>1</v></c></row></sheetData>'
    return build.replaced(build.school(), SHEET, b"</sheetData>", line.encode())


@pytest.mark.parametrize(
    "reference", ["XFD1048576", "A1048576", "XFD70", "E2001", "CW70", "A99999", "AAA70", "B10000", "ZZ9999"]
)
def test_a_cell_far_away_is_found_before_anything_is_allocated(reference) -> None:
    assert build.refused(with_cell(reference)) == "FILE-020"


@pytest.mark.parametrize("reference", ["E2000", "CV70"])
def test_the_last_row_and_column_of_a_form_are_read(reference) -> None:
    unit, issues = build.one(with_cell(reference))
    assert unit.number("pupils_primary") == 400
    assert issues == ([("FORM-010", "E2000")] if reference == "E2000" else [])


def test_far_cells_without_content_do_not_count() -> None:
    more = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    unit, issues = build.one(build.replaced(build.school(), SHEET, b"</sheetData>", more))
    assert (unit.number("pupils_primary"), issues) == (400, [])


def test_far_cells_are_looked_for_in_every_sheet_that_the_relations_name() -> None:
    far = build.sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    found = build.parts(build.school())
    book = found[BOOK].replace(b"</sheets>", '<sheet name="乙" sheetId="2" r:id="b"/></sheets>'.encode())
    for target in ("../odd/data.bin", "/odd/data.bin", "\\odd\\data.bin", "/ODD/data.BIN"):
        link = f'<Relationship Id="b" Type="{build.OFFICE}/worksheet" Target="{target}"/></Relationships>'
        rels = found[RELS].replace(b"</Relationships>", link.encode())
        assert (
            build.refused(build.zipped(found | {BOOK: book, RELS: rels, "odd/data.bin": far.encode()}))
            == "FILE-020"
        ), target


@pytest.mark.parametrize(
    "row",
    [
        '<row><c><v>1</v></c></row><row r="1048576"><c><v>2</v></c></row>',
        "<row r='70'><c r='XFD70'><v>1</v></c></row>",
        '<x:row r="70" xmlns:x="{m}"><x:c r="XFD70"><x:v>1</x:v></x:c></x:row>',
        '<row r="70"><c s="0"\n r="XFD70"><v>1</v></c></row>',
        '<row r="70"><c r="&#88;FD70"><v>1</v></c></row>',
        '<row r="70">' + "<c><v>1</v></c>" * 101 + "</row>",
        '<row r="2001"><c r="A2001" t="inlineStr"><is><t>远</t></is></c></row>',
        '<row r="2021"><c r="A2021"><f>1</f></c></row>',
    ],
)
def test_far_cells_in_disguise_are_found(row) -> None:
    line = (row.replace("{m}", build.MAIN) + "</sheetData>").encode()
    assert build.refused(build.replaced(build.school(), SHEET, b"</sheetData>", line)) == "FILE-020"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ('<row r="70"><c r="AAAAAAAAAAAA70"><v>1</v></c></row>', "FILE-017"),
        ('<row r="70"><c r="zzz70"><v>1</v></c></row>', "FILE-017"),
        ('<row r="70"><c r="70A"><v>1</v></c></row>', "FILE-017"),
        ('<row r="70"><c r="A71"><v>1</v></c></row>', "FILE-017"),
        ('<row r="0"><c r="A0"><v>1</v></c></row>', "FILE-017"),
        ('<row r="70"><c r="A70" t="s"><v>999</v></c></row>', "FILE-017"),
        ('<row r="70"><c r="A70"><v>1</v></row>', "FILE-017"),
        ("&lol;", "FILE-017"),
        ('<row r="70"><c r="A70" s="x"><v>1</v></c></row>', "FILE-017"),
    ],
)
def test_cells_in_no_place_are_refused(row, code) -> None:
    found = build.replaced(build.school(), SHEET, b"</sheetData>", (row + "<!-- --></sheetData>").encode())
    assert build.refused(found) == code


def test_addresses_that_the_reader_alone_judges_are_refused_too() -> None:
    line = b'<row r="70"><c r="70A"><v>1</v></c></row></sheetData>'
    assert build.refused(build.replaced(build.school(), SHEET, b"</sheetData>", line)) == "FILE-017"


def test_prefixed_tags_and_cells_without_address_are_read() -> None:
    rows = forms.form_rows(forms.SCHOOL_ROWS, build.values())
    body = build.text_cells(rows)
    cells = "".join("<x:row>" + "".join(_prefixed(value) for value in row) + "</x:row>" for row in rows)
    sheet = f'<x:worksheet xmlns:x="{build.MAIN}"><x:sheetData>{cells}</x:sheetData></x:worksheet>'
    plain, _ = build.one(build.package(build.sheet_xml(body)))
    odd, issues = build.one(build.package(sheet))
    assert (dict(odd.figures), issues) == (dict(plain.figures), [])


def _prefixed(value: object) -> str:
    if value is None:
        return "<x:c/>"
    if isinstance(value, int | float):
        return f"<x:c><x:v>{value}</x:v></x:c>"
    return f'<x:c t="inlineStr"><x:is><x:t>{value}</x:t></x:is></x:c>'


def test_comments_and_cdata_do_not_split_a_value() -> None:
    cell = build.CELL["小学学生人数"]
    old = f'<c r="{cell}"><v>40010</v></c>'.encode()
    for raw in ("4<!-- x -->0", "<![CDATA[40]]>", "4<?x?>0", "&#52;0"):
        data = build.replaced(
            build.school(pupils_primary=40010), SHEET, old, f'<c r="{cell}"><v>{raw}</v></c>'.encode()
        )
        assert build.one(data)[0].number("pupils_primary") == 40, raw


def test_the_sheets_of_other_office_programs_are_read() -> None:
    rows = build.sheet_xml(build.text_cells(forms.form_rows(forms.SCHOOL_ROWS, build.values())))
    strict = rows.replace(build.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    moved = build.package(rows, path="odd/place/数据.xml")
    for data in (
        build.package(strict),
        moved,
        build.package(rows.replace("<row ", '<row ht="15" ')),
        build.package("\ufeff" + rows),
    ):
        unit, issues = build.one(data)
        assert (unit.number("pupils_primary"), issues) == (Decimal(400), [])


@pytest.mark.parametrize(
    "part", [SHEET, BOOK, RELS, "[Content_Types].xml", "_rels/.rels", "docProps/app.xml"]
)
@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]>', "FILE-018"),
        ('<?xml version="1.0"?>\n<!-- --> <!DOCTYPE x SYSTEM "file:///etc/passwd">', "FILE-018"),
        ('<?xml version="1.0" encoding="GBK"?>', "FILE-019"),
        ('<?xml version="1.0" encoding="UTF-7"?>', "FILE-019"),
    ],
)
def test_document_types_and_other_encodings_are_refused_in_any_part(part, prefix, code) -> None:
    found = build.parts(build.school()) | {"docProps/app.xml": b"<x/>"}
    assert build.refused(build.zipped(found | {part: prefix.encode() + found[part]})) == code


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_parts_in_utf_16_are_refused(encoding) -> None:
    found = build.parts(build.school())
    assert build.refused(build.zipped(found | {SHEET: found[SHEET].decode().encode(encoding)})) == "FILE-019"


def test_macros_and_binary_workbooks_are_refused() -> None:
    found = build.parts(build.school())
    types = "[Content_Types].xml"
    assert build.refused(build.zipped(found | {"xl/vbaProject.bin": b"x"})) == "FILE-015"
    for kind in (
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.ms-excel.sheet.binary.macroEnabled.main",
    ):
        changed = found[types].replace(build.BOOK_TYPE.encode(), kind.encode())
        assert build.refused(build.zipped(found | {types: changed})) == "FILE-015"
    macro = found[RELS].replace(b"relationships/worksheet", b"relationships/xlMacrosheet")
    assert build.refused(build.zipped(found | {RELS: macro})) == "FILE-015"
    assert build.refused(build.school(), "a.xlsm") == "FILE-015"
    assert build.refused(build.zipped({"xl/workbook.bin": b"x", types: found[types]}), "a.xlsb") == "FILE-015"


def test_a_default_type_of_binary_files_makes_no_macro_workbook() -> None:
    kind = b'<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
    data = build.replaced(build.school(), "[Content_Types].xml", b"</Types>", kind)
    assert build.one(data)[1] == []


def test_damaged_packages_are_refused() -> None:
    found = build.parts(build.school())
    cases = {
        "no workbook": {name: part for name, part in found.items() if name != BOOK},
        "no relations": {name: part for name, part in found.items() if name != RELS},
        "no sheet": {name: part for name, part in found.items() if name != SHEET},
        "sheet cut short": found | {SHEET: found[SHEET][:900]},
        "sheet elsewhere": found | {RELS: found[RELS].replace(b"/>", b' TargetMode="External"/>')},
        "sheet twice": found
        | {BOOK: found[BOOK].replace(b"</sheets>", b'<sheet name="x" sheetId="2" r:id="a"/></sheets>')},
        "other content": found
        | {"[Content_Types].xml": found["[Content_Types].xml"].replace(b"spreadsheetml", b"drawingml")},
        "parts that differ in case": found | {"XL/workbook.xml": found[BOOK]},
    }
    assert {name: build.refused(build.zipped(case)) for name, case in cases.items()} == dict.fromkeys(
        cases, "FILE-017"
    )


def test_millions_of_empty_cells_are_not_run_through() -> None:
    part = build.sheet_xml("<row>" + "<c/>" * marks.MOST_TAGS + "</row>").encode()
    with pytest.raises(Refusal) as refused:
        marks.look(part, marks.Formats())
    assert refused.value.code == "FILE-020"


def test_more_than_200_sheets_are_refused() -> None:
    found = build.parts(build.school())
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="s{n}"/>' for n in range(2, 202))
    links = "".join(
        f'<Relationship Id="s{n}" Type="{build.OFFICE}/worksheet" Target="s{n}.xml"/>' for n in range(2, 202)
    )
    more = {f"xl/s{n}.xml": build.sheet_xml("").encode() for n in range(2, 202)}
    book = found[BOOK].replace(b"</sheets>", f"{sheets}</sheets>".encode())
    rels = found[RELS].replace(b"</Relationships>", f"{links}</Relationships>".encode())
    assert build.refused(build.zipped(found | more | {BOOK: book, RELS: rels})) == "FILE-017"


def test_a_text_used_by_every_cell_is_weighed_first() -> None:
    text = "长" * 30_000
    strings = f'<sst xmlns="{build.MAIN}"><si><t>{text}</t></si></sst>'
    link = f'<Relationship Id="t" Type="{build.OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{column}{row}" t="s"><v>0</v></c>' for column in "ABCDEFGHIJ")
        + "</row>"
        for row in range(1, 2000)
    )
    found = build.parts(build.package(build.sheet_xml(rows)))
    found |= {
        "xl/sharedStrings.xml": strings.encode(),
        RELS: found[RELS].replace(b"</Relationships>", link.encode()),
    }
    assert build.refused(build.zipped(found)) == "FILE-021"
    longer = strings.replace(text, "长" * 32_768)
    assert build.refused(build.zipped(found | {"xl/sharedStrings.xml": longer.encode()})) == "FILE-021"


@pytest.mark.parametrize("written", ["<si><t>小学</t></si>", "<si><r><t>小</t></r><r><t>学</t></r></si>", "<si><t>小<!-- -->学</t></si>",
                                     "<si><t>小学</t><rPh sb='0' eb='1'><t>xiao</t></rPh></si>"])  # fmt: skip
def test_shared_strings_are_read_whole(written) -> None:
    strings = f'<sst xmlns="{build.MAIN}">{written}</sst>'
    link = f'<Relationship Id="t" Type="{build.OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    cell = build.CELL["学校类型"]
    old = f'<c r="{cell}" t="inlineStr"><is><t xml:space="preserve">小学</t></is></c>'.encode()
    found = build.parts(
        build.replaced(build.school(), SHEET, old, f'<c r="{cell}" t="s"><v>0</v></c>'.encode())
    )
    found |= {
        "xl/sharedStrings.xml": strings.encode(),
        RELS: found[RELS].replace(b"</Relationships>", link.encode()),
    }
    assert build.one(build.zipped(found))[0].text("school_type") == "小学"


def test_a_bomb_in_any_part_is_refused() -> None:
    found = build.parts(build.school())
    zeros = bytes(33 * 1024 * 1024)
    assert build.refused(build.zipped(found | {"xl/media/image1.png": zeros})) == "FILE-004"
    assert (
        build.refused(build.zipped(found | {"xl/media/image1.png": zeros[: 2 * 1024 * 1024]})) == "FILE-007"
    )
    spaces = found[SHEET].replace(b"</sheetData>", b" " * (33 * 1024 * 1024) + b"</sheetData>")
    assert build.refused(build.zipped(found | {SHEET: spaces})) == "FILE-004"


def test_a_bomb_whose_header_lies_is_not_inflated() -> None:
    data = bytearray(build.zipped(build.parts(build.school()) | {"xl/media/a.png": bytes(33 * 1024 * 1024)}))
    size = (33 * 1024 * 1024).to_bytes(4, "little")
    place = data.rfind(size)
    while place > 0:
        data[place : place + 4] = (100).to_bytes(4, "little")
        place = data.rfind(size)
    assert build.refused(bytes(data)) == "FILE-017"


def test_an_encrypted_part_is_refused_as_an_encrypted_workbook() -> None:
    data = bytearray(build.school())
    place = 0
    while (place := data.find(b"PK\x01\x02", place)) >= 0:
        data[place + 8] |= 1
        place += 4
    assert build.refused(bytes(data)) == "FILE-014"


def test_what_openpyxl_and_our_own_writer_make_is_read_alike() -> None:
    values = build.values("九年一贯制")
    written, _ = build.one(build.form(forms.form_rows(forms.SCHOOL_ROWS, values)))
    openpyxl_made, _ = build.one(forms.school_form(values))
    assert dict(written.figures) == dict(openpyxl_made.figures)


def test_a_cell_in_a_merged_area_is_read_at_its_own_address() -> None:
    def merge(book: openpyxl.Workbook) -> None:
        book[build.SHEET].merge_cells("H1:J9")
        book[build.SHEET]["H1"] = "说明"

    unit, issues = build.one(build.saved(merge))
    assert (unit.number("pupils_primary"), issues) == (400, [])


def test_hidden_sheets_are_read_like_others() -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book.move_sheet(build.SHEET, 2)
        book.active = 0
        book[build.SHEET].sheet_state = "veryHidden"

    assert build.one(build.saved(hide))[0].sheet == build.SHEET


def test_a_workbook_without_any_cell_is_no_form() -> None:
    reading = read_file("a.xlsx", build.package(build.sheet_xml("")), build.STANDARD)
    assert build.told(reading) == [("FILE-026", "a.xlsx", None, None)]
