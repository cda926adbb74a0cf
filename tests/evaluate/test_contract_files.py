"""Contracts §1, files: what is ignored, queried or refused; hostile files end in a message within seconds and stop nobody else."""

import io
import json
import os
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

import forms

GOOD = forms.school_form(forms.filled("小学", "演示第一小学", "9900010001", 300))
SPARE = forms.school_form(forms.filled("小学", "演示第二小学", "9900010002", 300))
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(3000)
DTD = '<!DOCTYPE x [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
SPACE = f'xmlns="{forms.MAIN}"'


def edit(data: bytes, changes: dict[str, Callable[[bytes], bytes] | bytes]) -> bytes:
    """A workbook with parts changed or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            change = changes.get(name)
            part = old.read(name)
            new.writestr(name, change(part) if callable(change) else change or part)
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name])
    return out.getvalue()


def far_cell(part: bytes) -> bytes:
    """One more cell at the last corner of the sheet."""
    row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return part.replace(b"</sheetData>", row)


def elsewhere(data: bytes) -> bytes:
    """The far cell in a part that only the relations name, outside xl/worksheets."""
    sheet = f'{HEAD}<worksheet {SPACE}><sheetData></sheetData></worksheet>'.encode()
    kinds = b'<Override PartName="/odd/part.bin" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    return edit(data, {
        "xl/_rels/workbook.xml.rels": lambda p: p.replace(b"/xl/worksheets/sheet3.xml", b"/odd/part.bin"),
        "[Content_Types].xml": lambda p: p.replace(b"</Types>", kinds + b"</Types>"),
        "odd/part.bin": far_cell(sheet),
    })  # fmt: skip


NUMBERS = {"nan.xlsx": "NaN", "inf.xlsx": "INF", "huge.xlsx": "1E400", "word.xlsx": "x"}


def number(name: str, text: str) -> bytes:
    """A number cell that holds these characters (校内体育场面积)."""
    values = forms.filled("小学", f"演示{name}小学", f"98{name}", 300, changes={"校内体育场面积": 123454321})
    return edit(forms.school_form(values), {"xl/worksheets/sheet1.xml": lambda p: p.replace(b"123454321", text.encode())})


def raw_zip(names: list[bytes], data: bytes = b"", *, flags: int = 0, attributes: int = 0) -> bytes:
    """A zip written by hand: names as bytes, any flags."""
    body, index, crc = b"", b"", zlib.crc32(data)
    for name in names:
        fields = (20, flags, 0, 0, 33, crc, len(data), len(data), len(name), 0)
        index += b"PK\x01\x02" + struct.pack("<HHHHHHLLLHHHHHLL", 0x314, *fields, 0, 0, 0, attributes, len(body)) + name
        body += b"PK\x03\x04" + struct.pack("<HHHHHLLLHH", *fields) + name + data
    count = min(len(names), 65535)
    return body + index + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, count, count, len(index), len(body), 0)


def shared(values: dict[str, object]) -> bytes:
    """The form as an office program saves it: texts in a table of shared strings, one of them in two fonts."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet(forms.SCHOOL_SHEET)
        for number, line in enumerate(forms.form_rows(forms.SCHOOL_ROWS, values)):
            sheet.write_row(number, 0, line)
        sheet.write_rich_string("C12", "初中", book.add_format({"bold": True}), "学生人数")
    return out.getvalue()


SHARED = shared(forms.filled("小学", "演示第四小学", "9900010004", 300))
LINK = (stat.S_IFLNK | 0o777) << 16
TABLE = [list(forms.SCHOOL_LABELS)]
REFUSED = {  # file -> bytes; each alone must be an error that names it
    "broken.xlsx": b"PK\x03\x04 no workbook", "cut.xlsx": SPARE[:3000], "text.xlsx": b"name,code\n", "empty.xlsx": b"",
    "old.xls": OLE, "locked.xlsx": OLE, "wps.et": OLE, "macro.xlsm": SPARE, "binary.xlsb": SPARE,
    "open.ods": forms.zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
    "cut.zip": forms.zipped({"a.xlsx": SPARE})[:3000],
    "nested.zip": forms.zipped({"a.xlsx": SPARE, "inner.zip": forms.zipped({"b.xlsx": SPARE})}),
    "encrypted.zip": raw_zip([b"a.xlsx"], SPARE, flags=1), "link.zip": raw_zip([b"a.xlsx"], b"/etc/passwd", attributes=LINK),
    "up.zip": forms.zipped({"../up.xlsx": SPARE}), "root.zip": forms.zipped({"/root.xlsx": SPARE}),
    "drive.zip": forms.zipped({"C:\\drive.xlsx": SPARE}), "back.zip": forms.zipped({"..\\..\\back.xlsx": SPARE}),
    "far.xlsx": edit(SPARE, {"xl/worksheets/sheet1.xml": far_cell}), "far2.xlsx": edit(SPARE, {"xl/worksheets/sheet2.xml": far_cell}),
    "far3.xlsx": elsewhere(SPARE), "dtd.xlsx": edit(SPARE, {"xl/workbook.xml": lambda p: DTD.encode() + p}),
    "dtd2.xlsx": edit(SPARE, {"xl/worksheets/sheet1.xml": lambda p: DTD.encode() + p}),
    "dtd3.xlsx": edit(SHARED, {"xl/sharedStrings.xml": lambda p: DTD.encode() + p}),
    "wide.xlsx": forms.book(("表", [[*TABLE[0], *(f"栏{n}" for n in range(40))], ["演示"] * 108])),
    "long.csv": forms.wide([forms.nameplate("小学", f"演示第{n}小学", f"98{n:08}") for n in range(2001)]),
    "field.csv": ",".join(forms.SCHOOL_LABELS).encode() + b"\n" + b"x" * 300000 + b"\n",
    "strings.xlsx": edit(SHARED, {"xl/sharedStrings.xml": f"{HEAD}<sst {SPACE}></sst>".encode()}),
}  # fmt: skip
REFUSED |= {name: number(name, text) for name, text in NUMBERS.items()}
SIZE = b'<dimension ref="A1:XFD1048576"/><sheetData>'
OPEN = {  # no traceback, nothing hangs; what is said of them is left open
    "nul.csv": b"\x00" * 5000, "size.xlsx": edit(SPARE, {"xl/worksheets/sheet2.xml": lambda p: p.replace(b"<sheetData>", SIZE)}),
    "bad.parquet": b"PAR1 nothing PAR1", "twice.zip": raw_zip([b"a.txt", b"a.txt"], b"x"),
}  # fmt: skip
IGNORED = ["~$a.xlsx", ".hidden.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX/a.xlsx", "甲/~$b.xlsx", "z.zip/__MACOSX/._a.xlsx",
           "z.zip/~$a.xlsx", "z.zip/.a.xlsx", "z.zip/Thumbs.db"]  # fmt: skip
NO_DATA = {"readme.txt": b"text", "photo.jpg": b"\xff\xd8\xff", "scan.pdf": b"%PDF-1.4",
           "letter.docx": forms.zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"})}  # fmt: skip


@pytest.fixture(scope="module")
def hostile(county, tmp_path_factory):
    """All of them beside one good form and two links, in one run: (run, seconds)."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.xlsx").write_bytes(SPARE)
    start = time.monotonic()
    run = county({"good.xlsx": GOOD} | REFUSED | OPEN | dict.fromkeys(IGNORED, b"PK\x03\x04 junk") | NO_DATA)
    return run, time.monotonic() - start


def test_hostile_files_end_in_seconds_and_the_good_one_is_read(hostile):
    run, seconds = hostile
    assert run.code == 1
    assert seconds < 30
    good = [s for s in run.json["schools"] if s["code"] == "9900010001"]
    assert [(s["judgement"], s["indicators"]["R1"]["judgement"]) for s in good] == [("met", "met")]


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_an_error(hostile, name):
    issues = [i for i in hostile[0].json["issues"] if i["file"] == name or i["file"].startswith(f"{name}/")]
    assert "error" in {i["level"] for i in issues}
    assert [i for i in issues if not i["found"] or not i["mend"]] == []


def test_no_school_of_a_refused_file_is_judged(hostile):
    """What a refused file holds is not used; 9900010002 also stands in nested.zip beside the refused archive."""
    judged = {s["code"] for s in hostile[0].json["schools"] if s["judgement"] != "no_data"}
    assert judged - {"9900010002"} == {"9900010001"}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_cell_that_is_no_number(hostile, name):
    found = [s["indicators"]["R5"]["value"] for s in hostile[0].json["schools"] if s["name"] == f"演示{name}小学"]
    assert found in ([None], [])  # the cell or the whole workbook may be refused


def test_ignored_without_a_word(hostile):
    assert [i for i in hostile[0].json["issues"] if i["file"].rpartition("/")[2].startswith(("~$", ".", "Thumbs", "desktop"))] == []
    assert [i for i in hostile[0].json["issues"] if "__MACOSX" in i["file"]] == []


@pytest.mark.parametrize("name", NO_DATA)
def test_files_that_are_no_data_are_queried(hostile, name):
    assert [i["level"] for i in hostile[0].json["issues"] if i["file"] == name] == ["query"]


def test_no_place_is_absolute_or_climbs(hostile):
    files = {i["file"] for i in hostile[0].json["issues"]}
    bad = [f for f in files if f.startswith("/") or (len(f) > 1 and f[1] == ":")]
    assert bad == []


def test_links_are_refused(tmp_path, evaluate):
    """A link to a file, to a folder, to itself; each an error, none followed."""
    outside, folder = tmp_path / "outside", tmp_path / "in"
    forms.lay(outside, {"secret.xlsx": SPARE})
    forms.lay(folder, {"county.xlsx": forms.county_form(), "good.xlsx": GOOD})
    (folder / "file.xlsx").symlink_to(outside / "secret.xlsx")
    (folder / "folder").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    run = evaluate(folder)
    assert [s["code"] for s in run.json["schools"]] == ["9900010001"]
    errors = {i["file"] for i in run.json["issues"] if i["level"] == "error"}
    assert errors == {"file.xlsx", "folder", "loop"}


@pytest.mark.parametrize("name", [b"\xff\xfe.xlsx", b"a\nb.xlsx", b"\x1b[31m.xlsx", b"pipe.xlsx"], ids=["not UTF-8", "line break", "escape", "pipe"])
def test_odd_names_and_special_files_do_no_harm(tmp_path, evaluate, name):
    """Names that cannot be printed as they are, and a pipe that nobody writes to."""
    folder = forms.lay(tmp_path / "in", {"county.xlsx": forms.county_form(), "good.xlsx": GOOD})
    place = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
    if name == b"pipe.xlsx":
        os.mkfifo(place)
    else:
        place.write_bytes(b"junk")
    run = evaluate(folder, timeout=20)
    assert (run.code, [s["code"] for s in run.json["schools"]]) == (1, ["9900010001"])
    assert [i["level"] for i in run.json["issues"]] == ["error"]


def test_names_in_gbk(county):
    """A zip made by an old Windows: names in GBK without the UTF-8 flag."""
    result = county({"报送.zip": raw_zip(["丙镇/演示第二小学.xlsx".encode("gbk")], SPARE)}).json
    sources = result["schools"][0]["indicators"]["R1"]["sources"]
    assert {source["file"] for source in sources} == {"报送.zip/丙镇/演示第二小学.xlsx"}
    assert [i for i in result["issues"] if i["level"] == "error"] == []


def test_shared_strings_and_rich_text(county):
    result = county({"a.xlsx": SHARED}).json
    assert [(s["code"], s["judgement"]) for s in result["schools"]] == [("9900010004", "met")]
    assert result["issues"] == []


def _bomb(size: int) -> bytes:
    """A workbook whose sheet unpacks to so many bytes."""
    sheet = f"{HEAD}<worksheet {SPACE}><sheetData>".encode() + b" " * size + b"</sheetData></worksheet>"
    return edit(SPARE, {"xl/worksheets/sheet1.xml": sheet})


BOMBS = {
    "workbook over 32 MB": lambda: {"bomb.xlsx": _bomb(34 << 20)},
    "run over 512 MB": lambda: {"bomb.zip": forms.zipped(dict.fromkeys((f"{n}.xlsx" for n in range(28)), b"PK" + bytes(19_500_000)))},
    "over 20,000 members": lambda: {"bomb.zip": raw_zip([f"{n}.xlsx".encode() for n in range(20_001)])},
    "file over 20 MB": lambda: {"bomb.xlsx": bytes(21_000_000)},
    "csv over 20 MB": lambda: {"bomb.csv": b"a,b\n" * 5_500_000},
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_in_seconds(tmp_path, evaluate, name):
    files = {"county.xlsx": forms.county_form(), "a_good.xlsx": GOOD} | BOMBS[name]()
    folder = forms.lay(tmp_path / "in", files)
    start = time.monotonic()
    run = evaluate(folder)
    assert time.monotonic() - start < 30
    errors = {i["file"].partition("/")[0] for i in run.json["issues"] if i["level"] == "error"}
    assert (run.code, errors) == (1, {next(name for name in files if name.startswith("bomb"))})
    assert len(json.dumps(run.json["issues"])) < 8_000_000
