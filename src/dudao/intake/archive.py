"""Zip archives, treated as hostile: names, encryption, ratio and size are looked at while inflating.

Here lives what is common to an archive of forms and to a workbook, which is a zip too; nothing is ever written to disk. Not here: which
files lie in a folder or an archive (``sources``), what a workbook's parts mean (``workbook``).
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass

from dudao.intake.messages import Refusal

MEGABYTE = 1024 * 1024
MAX_FILE = 20
"""MB of a file (contracts §1)."""
MAX_WORKBOOK = 32
"""MB of a workbook unpacked (contracts §1)."""
MAX_RUN = 512
"""MB of a run unpacked (contracts §1)."""
MAX_MEMBERS = 20_000
"""Files of a run, members of archives counted (contracts §1)."""
MAX_RATIO = 200
"""Times that a member of more than 1 MB may grow: filled forms grow 5 to 30 times, a bomb 1000 times."""

FAULTS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, OverflowError,
    IndexError, KeyError, AttributeError,
)  # fmt: skip
"""What zipfile raises on damaged bytes."""
_CJK = "\u2e80"
"""First character of the Chinese blocks; what two bytes of UTF-8 can write lies below."""
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(slots=True)
class Budget:
    """What one run may still unpack and list; every reader draws on it."""

    bytes: int = MAX_RUN * MEGABYTE
    members: int = MAX_MEMBERS

    def unpack(self, size: int) -> None:
        """Take ``size`` bytes; Refusal when the run has none left."""
        if size > self.bytes:
            raise Refusal("FILE-005", limit=MAX_RUN)
        self.bytes -= size

    def list(self, count: int = 1) -> None:
        """Take ``count`` files; Refusal when the run has none left."""
        if count > self.members:
            raise Refusal("FILE-006", limit=MAX_MEMBERS)
        self.members -= count


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive of these bytes; Refusal when its directory cannot be read."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except FAULTS as fault:
        raise Refusal("FILE-008") from fault


def name_of(member: zipfile.ZipInfo) -> str:
    """The name of a member as its maker wrote it, with / between folders."""
    name = member.orig_filename
    if not member.flag_bits & 0x800:
        name = decoded(name.encode("cp437", "replace"))
    return name.replace("\\", "/")


def decoded(raw: bytes) -> str:
    """A file name of unknown encoding: UTF-8, or GBK (read as GB18030) as Chinese Windows writes it.

    Two Chinese characters in GBK may be valid UTF-8 too, of letters that no Chinese name has.

    >>> decoded("一小.xlsx".encode("gbk")), decoded("一小.xlsx".encode()), decoded(b"a.xlsx")
    ('一小.xlsx', '一小.xlsx', 'a.xlsx')
    """
    found = [text for encoding in ("utf-8", "gb18030") if (text := _strictly(raw, encoding)) is not None]
    chinese = [text for text in found if text.isascii() or any(letter >= _CJK for letter in text)]
    return next(iter(chinese or found), raw.decode("utf-8", "replace"))


def _strictly(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def unsafe(name: str) -> bool:
    """Whether a member's name tries to leave its folder: absolute, with a drive, with .., or with control characters."""
    return (
        name.startswith("/")
        or _DRIVE.match(name) is not None
        or ".." in name.split("/")
        or any(ord(letter) < 32 or ord(letter) == 127 for letter in name)
    )


def tame(name: str) -> str:
    """A member's name as it may be printed and joined: without root, drive, . and .. and control characters.

    >>> tame("../../etc/passwd"), tame("C:/甲/乙.xlsx"), tame("/a//./b")
    ('etc/passwd', '甲/乙.xlsx', 'a/b')
    """
    name = "".join(letter if letter.isprintable() else "□" for letter in _DRIVE.sub("", name, count=1))
    return "/".join(part for part in name.split("/") if part not in ("", ".", "..")) or "□"


def is_link(member: zipfile.ZipInfo) -> bool:
    """Whether a member is a symbolic link."""
    return stat.S_ISLNK(member.external_attr >> 16)


def inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, budget: Budget) -> bytes:
    """The bytes of a member. Refusal when it is encrypted, damaged, larger than ``most`` bytes, or beyond ratio or budget.

    What the headers say is only a first look: no more than ``most`` bytes are ever inflated, and the checksum must hold.
    """
    if member.flag_bits & 0x1:
        raise Refusal("FILE-009")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refusal("FILE-011", what="压缩方式特殊的")
    if member.file_size > most:
        raise Refusal("FILE-004", limit=most // MEGABYTE)
    try:
        with archive.open(member) as part:
            data = part.read(most + 1)
    except FAULTS as fault:
        raise Refusal("FILE-008") from fault
    if len(data) > most:
        raise Refusal("FILE-004", limit=most // MEGABYTE)
    if len(data) > MEGABYTE and len(data) > MAX_RATIO * max(member.compress_size, 1):
        raise Refusal("FILE-007", limit=MAX_RATIO)
    budget.unpack(len(data))
    return data
