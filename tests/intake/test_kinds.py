"""What a file is, by its bytes and not by its name (contracts §1, Input)."""

from __future__ import annotations

import build
import pytest

DOCX = build.zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def _utf16(stream: str) -> bytes:
    return f"{stream}\0".encode("utf-16-le")


def test_other_files_are_queried() -> None:
    others = {
        "a.pdf": b"%PDF-1.7 x", "b.jpg": b"\xff\xd8\xff\xe0", "c.txt": "说明".encode(), "d.docx": DOCX, "e.doc": OLE + _utf16("WordDocument"),
        "f": b"\x00\x01\x02", "g.json": b"{}", "h.txt": "说明".encode("utf-16"), "空.txt": b"", "i.zip": build.zipped({}),
    }  # fmt: skip
    assert {name: build.codes(data, name) for name, data in others.items()} == {
        name: ["FILE-025"] for name in others
    }


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xls", OLE + _utf16("Workbook"), "FILE-016"),
        ("a", OLE + _utf16("Book"), "FILE-016"),
        ("a.xlsx", OLE + _utf16("EncryptedPackage"), "FILE-014"),
        ("a.et", OLE, "FILE-016"),
        ("a.wps", OLE, "FILE-016"),
        ("a.xls", b"<html><table></table></html>", "FILE-016"),
        ("a.xls", b"\x09\x08\x10\x00\x00\x06\x05\x00", "FILE-016"),
        ("a.xml", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "FILE-016"),
        ("a.ods", build.zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}), "FILE-016"),
        ("a.zip", build.zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}), "FILE-016"),
        ("a.dbf", b"\x03\x00", "FILE-016"),
        ("a.xlsm", b"x", "FILE-015"),
        ("a.xlsx", b"PK\x03\x04 cut short", "FILE-017"),
        ("a.zip", b"PK\x03\x04 cut short", "FILE-008"),
        ("a.xlsx", b"x", "FILE-017"),
        ("a.xlsx", b"%PDF-1.7", "FILE-017"),
        ("a.xlsx", DOCX, "FILE-017"),
        ("a.xlsx", build.zipped({"a.txt": b"x"}), "FILE-017"),
        ("a.zip", build.zipped({"xl/workbook.xml": b"x"}), "FILE-017"),
        ("a.xlsx", b"", "FILE-023"),
        ("a.csv", b"", "FILE-023"),
        ("a.zip", b"x", "FILE-008"),
        ("a.parquet", b"PAR1", "FILE-022"),
        ("a.parquet", b"PAR1 x PAR1", "FILE-022"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00", "FILE-011"),
        ("a.xlsx", b"7z\xbc\xaf\x27\x1c", "FILE-011"),
        ("a.tgz", b"\x1f\x8b\x08", "FILE-011"),
        ("a.tar", bytes(257) + b"ustar\x0000", "FILE-011"),
        ("a.7z", b"x", "FILE-011"),
    ],
)  # fmt: skip
def test_tables_and_archives_that_cannot_be_read_are_errors(name, data, code) -> None:
    assert build.refused(data, name) == code
