"""Which files may come in as a proof, told by their bytes: kinds, size, macros, archives. Nothing is stored here.

Taken: PDF, OFD, Word, Excel, PowerPoint, WPS, JPG, PNG, plain text and CSV, and a zip of these. The extension must agree with the content.
Office files of the old kind (OLE: .doc .xls .ppt .wps .et .dps) are taken, because offices still write them and WPS its own; but only
without macros: every name in their directory is looked at (a VBA storage, a packaged program), and a workbook for sheets of Excel 4
macros. What is left is served as an attachment only, so that a script in a PDF never runs in the platform's pages. Pictures lose
what the camera wrote into them (``photos``), in a zip too; pictures inside office documents stay as the author put them in.

Not here: the rules of the data returns (``submissions``, ``dudao.intake``).
"""

import io
import re
import struct
import zipfile
from dataclasses import dataclass

from django.conf import settings

from dudao.intake import archive
from dudao.intake.kinds import extension
from dudao.intake.messages import CODES, Refusal
from dudao_web.evidence import photos
from dudao_web.orgs.actions import Refused

MEGABYTE = 1024 * 1024
LARGEST = 20  # MB of one file; the office may set PROOF_LARGEST_MB
MOST_MEMBERS = 500  # files of one archive
MOST_PARTS = 10_000  # parts of one office document
MOST_UNPACKED = 200  # MB of one archive unpacked

# Extension -> kind that the content must be of.
KINDS = {
    "pdf": "pdf",
    "ofd": "ofd",
    "jpg": "jpeg",
    "jpeg": "jpeg",
    "png": "png",
    "txt": "text",
    "csv": "text",
    "zip": "zip",
    "docx": "docx",
    "xlsx": "xlsx",
    "pptx": "pptx",
    "doc": "doc",
    "wps": "doc",
    "xls": "xls",
    "et": "xls",
    "ppt": "ppt",
    "dps": "ppt",
}
WORDS = {
    "pdf": "PDF",
    "ofd": "OFD 版式文件",
    "jpeg": "JPG 图片",
    "png": "PNG 图片",
    "text": "纯文本",
    "zip": "zip 压缩包",
    "docx": "Word 文档（docx）",
    "xlsx": "Excel 工作簿（xlsx）",
    "pptx": "演示文稿（pptx）",
    "doc": "旧版文字文档（doc、wps）",
    "xls": "旧版表格（xls、et）",
    "ppt": "旧版演示文稿（ppt、dps）",
}
TAKEN = "PDF、OFD、Word、Excel、PowerPoint、WPS、JPG、PNG、txt、csv 和 zip"
ACCEPT = ",".join(f".{end}" for end in KINDS)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
PAGES = "ofd.xml"  # the first part of an OFD (GB/T 33190)
# What its other parts may be: descriptions, pictures, fonts, seals and signatures.
PAGE_PARTS = frozenset(
    [
        "xml",
        "png",
        "jpg",
        "jpeg",
        "bmp",
        "gif",
        "tif",
        "tiff",
        "jb2",
        "gbig2",
        "ttf",
        "ttc",
        "otf",
        "cff",
        "dat",
        "esl",
        "sig",
        "der",
        "cer",
    ]
)
STREAMS = {"worddocument": "doc", "workbook": "xls", "book": "xls", "powerpoint document": "ppt"}
MACRO_STORAGES = frozenset({"vba", "macros", "_vba_project", "_vba_project_cur"})
LEFT_BEHIND = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
SYSTEM_FILES = "系统附带文件"
PACKAGED = "\x01ole10native"  # a file of any kind put into a document
# BOUNDSHEET ([MS-XLS] 2.4.28): length, position, hidden or not, then 01 for a sheet of Excel 4 macros.
MACRO_SHEET = re.compile(rb"\x85\x00[\x08-\x60]\x00.{4}[\x00-\x02]\x01[\x01-\x1f][\x00\x01]", re.DOTALL)
MARKUP = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|script|svg|\?xml|iframe|meta)\b", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A file that may come in: its bytes as they are kept, and what was taken out of its pictures."""

    name: str
    data: bytes
    kind: str
    removed: tuple[str, ...] = ()


def largest() -> int:
    """MB of the largest file that is taken."""
    return getattr(settings, "PROOF_LARGEST_MB", LARGEST)


def admit(name: str, size: int) -> None:
    """Refused by name and size alone; asked before the bytes are held in memory."""
    if extension(name) not in KINDS:
        raise Refused(f"{name}：不收这类文件，只收 {TAKEN} 文件。请另存为其中一种后重新上传。")
    if size == 0:
        raise Refused(f"{name}：文件是空的。请核对文件后重新上传。")
    if size > largest() * MEGABYTE:
        raise Refused(
            f"{name}：文件为 {size / MEGABYTE:.1f} MB，超过 {largest()} MB。请压缩图片或分成几个文件上传。"
        )


def checked(name: str, data: bytes) -> Admitted:
    """The file as it may be kept; Refused with the reason and how to mend it."""
    admit(name, len(data))
    return _checked(name, data, archive.Budget(MOST_UNPACKED * MEGABYTE, MOST_MEMBERS), nested=False)


def _checked(name: str, data: bytes, budget: archive.Budget, *, nested: bool) -> Admitted:
    end = extension(name)
    if end not in KINDS:
        raise Refused(f"{name}：不收这类文件，只收 {TAKEN} 文件。请移出后重新上传。")
    try:
        kind = _kind(name, data, budget)
        if kind != KINDS[end]:
            raise Refused(
                f"{name}：扩展名是 .{end}，内容是{WORDS[kind]}，两者不一致。请改正扩展名后重新上传。"
            )
        if kind == "zip" and nested:
            raise Refusal("FILE-010")
        if kind in ("jpeg", "png"):
            kept, removed = photos.cleaned(data)
            return Admitted(name, kept, kind, removed)
        return _zip(name, data, budget) if kind == "zip" else Admitted(name, data, kind)
    except Refusal as refusal:
        message = CODES[refusal.code]
        raise Refused(f"{name}：{message.found.format(**refusal.words)}{message.mend}") from refusal
    except photos.Broken:
        raise Refused(f"{name}：图片不完整或已损坏。请重新导出或重新拍摄后上传。") from None


def _kind(name: str, data: bytes, budget: archive.Budget) -> str:
    """What the bytes are; Refused for what is not taken or not whole."""
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-2048:]:
            raise Refused(f"{name}：PDF 文件不完整。请重新导出后上传。")
        return "pdf"
    if data.startswith(photos.JPEG):
        return "jpeg"
    if data.startswith(photos.PNG):
        return "png"
    if data.startswith(OLE):
        return _compound(name, data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(name, data, budget)
    return _text(name, data)


def _text(name: str, data: bytes) -> str:
    """Plain text in UTF-8 or GB18030, and no page or picture written as text."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text):
            break
        if MARKUP.match(text):
            raise Refused(f"{name}：内容是网页、XML 或 SVG，不收。请另存为 PDF 后上传。")
        return "text"
    raise Refused(f"{name}：内容不是可收的文件。只收 {TAKEN} 文件，请另存为其中一种后重新上传。")


def _names(data: bytes) -> set[str]:
    """Names in the directory of an OLE file, lower-case ([MS-CFB] 2.6.1: entries of 128 bytes, aligned)."""
    found = set()
    for at in range(512, len(data) - 127, 128):
        length, kind = struct.unpack_from("<HB", data, at + 64)
        if (
            kind in (1, 2, 5)
            and 4 <= length <= 64
            and length % 2 == 0
            and data[at + length - 2 : at + length] == b"\0\0"
        ):
            found.add(data[at : at + length - 2].decode("utf-16-le", "replace").casefold())
    return found


def _compound(name: str, data: bytes) -> str:
    """An OLE file without macros and packaged files."""
    names = _names(data)
    if "encryptedpackage" in names:
        raise Refused(f"{name}：文件设有打开密码。请取消密码后重新上传。")
    macro_sheet = names & {"workbook", "book"} and MACRO_SHEET.search(data)
    if names & MACRO_STORAGES or macro_sheet:
        raise Refused(f"{name}：文件含有宏。请另存为不含宏的文件后重新上传。")
    if PACKAGED in names:
        raise Refused(f"{name}：文件中嵌有其他文件。请删去嵌入的文件，单独上传。")
    for stream, kind in STREAMS.items():
        if stream in names:
            return kind
    raise Refused(f"{name}：文件不完整，或不是文字、表格、演示文稿。请重新保存后上传。")


def _zipped(name: str, data: bytes, budget: archive.Budget) -> str:
    """An office document without macros, an OFD, or a plain zip."""
    with archive.opened(data) as opened:
        members = opened.infolist()
        if len(members) > MOST_PARTS:
            raise Refused(f"{name}：内部文件过多，不予读取。请分成几个文件上传。")
        names = {archive.name_of(member).casefold() for member in members}
        if PAGES in names:
            for member in members:
                archive.inflated(opened, member, MOST_UNPACKED * MEGABYTE, budget)
            other = [
                one for one in sorted(names) if not one.endswith("/") and extension(one) not in PAGE_PARTS
            ]
            if other:
                raise Refused(
                    f"{name}：OFD 中附有不收的文件（{archive.tame(other[0])}）。请删去附件后重新上传。"
                )
            return "ofd"
        if "[content_types].xml" not in names:
            return "zip"
        if any("vbaproject" in one or "activex" in one or "/macrosheets/" in one for one in names):
            raise Refused(f"{name}：文件含有宏或控件。请另存为不含宏的文件后重新上传。")
        for member in members:
            part = archive.inflated(opened, member, MOST_UNPACKED * MEGABYTE, budget)
            called = archive.name_of(member).casefold()
            if called == "[content_types].xml" and b"macroenabled" in part.lower():
                raise Refused(f"{name}：文件含有宏。请另存为不含宏的文件后重新上传。")
            if "/embeddings/" in called and part.startswith(OLE):
                _embedded(name, part)
            if "/embeddings/" in called and part.startswith(b"PK\x03\x04"):
                _zipped(name, part, budget)
    return next((kind for part, kind in PARTS.items() if part in names), "zip")


def _embedded(name: str, part: bytes) -> None:
    """An object in an office document: no macros and no packaged file."""
    if _names(part) & (MACRO_STORAGES | {PACKAGED}):
        raise Refused(f"{name}：文件中嵌有宏或其他文件。请删去嵌入的对象后重新上传。")


def _zip(name: str, data: bytes, budget: archive.Budget) -> Admitted:
    """A zip of files that may come in, its pictures cleaned; written anew only where one of them was."""
    removed: dict[str, None] = {}
    kept: list[tuple[zipfile.ZipInfo, str, bytes]] = []
    seen: set[str] = set()
    with archive.opened(data) as opened:
        if len(opened.infolist()) > MOST_MEMBERS:
            raise Refused(f"{name}：其中文件超过 {MOST_MEMBERS} 个。请分成几个压缩包上传。")
        for member in opened.infolist():
            called = archive.name_of(member)
            if archive.unsafe(called) or archive.is_link(member):
                raise Refusal("FILE-012", value=archive.tame(called))
            if member.is_dir() or called.endswith("/"):
                continue
            if "__MACOSX" in called.split("/") or called.rpartition("/")[2].casefold() in LEFT_BEHIND:
                removed[SYSTEM_FILES] = None
                continue
            if called.casefold() in seen:
                raise Refusal("FILE-013")
            seen.add(called.casefold())
            inner = archive.inflated(opened, member, MOST_UNPACKED * MEGABYTE, budget)
            found = _checked(f"{name}/{called}", inner, budget, nested=True)
            removed.update(dict.fromkeys(found.removed))
            kept.append((member, called, found.data))
    if not kept:
        raise Refused(f"{name}：压缩包是空的。请核对后重新上传。")
    if not removed:
        return Admitted(name, data, "zip")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fresh:
        for member, called, inner in kept:
            fresh.writestr(zipfile.ZipInfo(called, member.date_time), inner, zipfile.ZIP_DEFLATED)
    return Admitted(name, out.getvalue(), "zip", tuple(removed))
