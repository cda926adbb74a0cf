"""What a file is, by its bytes and not by its name.

A name only tells what was meant: bytes that no reader knows are an error when the name says that they are a table (it may be a
missing school), else they are no data. Not here: reading any of them.
"""

from __future__ import annotations

import zipfile
from typing import Literal

from dudao.intake.archive import FAULTS
from dudao.intake.messages import Refusal

Kind = Literal["workbook", "zip", "text", "parquet", "other"]

_ARCHIVES = (
    (b"Rar!\x1a\x07", " RAR "), (b"7z\xbc\xaf\x27\x1c", " 7z "), (b"\x1f\x8b", " gz "), (b"\xfd7zXZ\x00", " xz "),
    (b"\x28\xb5\x2f\xfd", " zstd "), (b"MSCF\0\0\0\0", " cab "), (b"\x1f\x9d", " Z "),
)  # fmt: skip
_ARCHIVE_NAMES = ("rar", "7z", "gz", "tgz", "bz2", "xz", "tar", "zst", "cab", "z", "lzh", "arj", "zipx")
_MACROS = ("xlsm", "xlsb", "xltm", "xlam")
_TABLES = {
    "xls": "旧版 Excel 工作簿（.xls）", "xlt": "旧版 Excel 模板", "xla": "Excel 加载项", "et": "WPS 表格（.et）", "ett": "WPS 表格模板（.ett）",
    "ets": "WPS 表格", "wps": "WPS 文件（.wps）", "ods": "OpenDocument 表格（.ods）", "ots": "OpenDocument 表格模板", "fods": "OpenDocument 表格",
    "sxc": "OpenOffice 表格", "numbers": "Numbers 表格", "dbf": "dBASE 表", "slk": "SYLK 表格", "dif": "DIF 表格", "uos": "标文通表格",
    "xltx": "Excel 模板（.xltx）", "mdb": "Access 数据库", "accdb": "Access 数据库",
}  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (
    b"\x09\x08\x10\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x00\x04\x00",
)
_FOREIGN = (
    b"%PDF",
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"GIF8",
    b"BM",
    b"RIFF",
    b"II*\x00",
    b"MM\x00*",
    b"\x00\x00\x00",
    b"MZ",
    b"\x7fELF",
    b"ID3",
)
_XML_TABLES = (
    b"urn:schemas-microsoft-com:office:spreadsheet",
    b'office:mimetype="application/vnd.oasis.opendocument.spreadsheet',
)


def extension(name: str) -> str:
    """The extension of a file name, lower-case, without the dot."""
    stem, dot, end = name.rpartition(".")
    return end.strip().lower() if dot and stem else ""


def kind_of(data: bytes, name: str) -> Kind:
    """What these bytes are; ``zip`` is told apart from workbooks by ``inside``. Refusal for tables and archives that are not read."""
    end = extension(name)
    for magic, what in _ARCHIVES:
        if data.startswith(magic):
            raise Refusal("FILE-011", what=what)
    if data[257:262] == b"ustar" or (data.startswith(b"BZh") and data[4:10] == b"1AY&SY"):
        raise Refusal("FILE-011", what=" tar " if data[257:262] == b"ustar" else " bz2 ")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if data.startswith(_OLE):
        return _compound(data, end)
    if data.startswith(_BIFF):
        raise Refusal("FILE-016", what=_TABLES["xls"])
    if data.startswith(b"PAR1") and data.endswith(b"PAR1"):
        return "parquet"
    if end in _ARCHIVE_NAMES:
        raise Refusal("FILE-011", what=f" {end} ")
    if end in _MACROS:
        raise Refusal("FILE-015")
    if end in _TABLES:
        raise Refusal("FILE-016", what=_TABLES[end])
    if not data:
        if is_table(name):
            raise Refusal("FILE-023")
        return "other"
    if end == "xlsx":
        raise Refusal("FILE-017")
    if end == "zip":
        raise Refusal("FILE-008")
    if end == "parquet":
        raise Refusal("FILE-022", what="Parquet 文件")
    if any(mark in data[:4096] for mark in _XML_TABLES):
        raise Refusal("FILE-016", what="XML 格式的表格")
    if end not in ("csv", "tsv") and (data.startswith(_FOREIGN) or b"\0" in data[:4096]):
        return "other"
    return "text"


def is_table(name: str) -> bool:
    """Whether a name says that the file is a table of some kind."""
    return extension(name) in {"xlsx", "csv", "tsv", "parquet", *_MACROS, *_TABLES}


def _compound(data: bytes, end: str) -> Kind:
    """An OLE file: an encrypted workbook, an old one, or an old document."""

    def holds(stream: str) -> bool:
        return f"{stream}\0".encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise Refusal("FILE-014")
    if end in _MACROS:
        raise Refusal("FILE-015")
    if end in _TABLES or end == "xlsx":
        raise Refusal("FILE-016", what=_TABLES.get(end, _TABLES["xls"]))
    if holds("WordDocument") or holds("PowerPoint Document"):
        return "other"
    if holds("Workbook") or holds("Book") or not end:
        raise Refusal("FILE-016", what=_TABLES["xls"])
    return "other"


def inside(archive: zipfile.ZipFile, name: str) -> Kind:
    """What a zip is: a workbook, an archive of files, or another document. Refusal for tables that are not read."""
    names = {member.filename.replace("\\", "/").lstrip("/").casefold() for member in archive.infolist()}
    end = extension(name)
    if end in _MACROS:
        raise Refusal("FILE-015")
    if "[content_types].xml" in names:
        if any(part.startswith("xl/") for part in names) or not any(
            part.startswith(("word/", "ppt/", "visio/")) for part in names
        ):
            return "workbook"
        if is_table(name):
            raise Refusal("FILE-017")
        return "other"
    if "mimetype" in names or "content.xml" in names:
        mime = _start(archive, "mimetype") + _start(archive, "META-INF/manifest.xml")
        if b"spreadsheet" in mime or end in _TABLES or is_table(name):
            raise Refusal("FILE-016", what=_TABLES["ods"])
        return "other"
    if end in _TABLES:
        raise Refusal("FILE-016", what=_TABLES[end])
    if end == "xlsx" or "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        raise Refusal("FILE-017")
    return "zip"


def _start(archive: zipfile.ZipFile, part: str) -> bytes:
    """The first bytes of a small part, empty when it is not there or damaged."""
    try:
        with archive.open(part) as stream:
            return stream.read(4096)
    except FAULTS:
        return b""
