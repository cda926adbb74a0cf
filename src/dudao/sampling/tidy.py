"""An office's own file made canonical (整理), before its hash is published: the one place that puts a file right.

What a spreadsheet does to a text is mended and told: BOM, CRLF, decomposed letters, empty rows, no last LF, another order of rows. A value is
never changed: a wrong one is a fault of its line. Not here: reading what is hashed already (``frame``), which takes canonical files only.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from dudao.sampling.frame import FRAME, QUOTA, Fault, Table, rows_of, unreadable, written

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tidied:
    """``data``: the canonical file, empty when there are ``faults``; ``notes``: what was put right, in Chinese."""

    data: bytes
    notes: tuple[str, ...]
    faults: tuple[Fault, ...]


def tidy_frame(data: bytes) -> Tidied:
    """A frame as an office saved it.

    >>> found = tidy_frame("\\ufeffcode,name,district,kind,take,reason\\r\\nA1,甲校,X,小学,draw,\\r\\n".encode())
    >>> found.data.decode().splitlines()[1], found.notes
    ('A1,甲校,X,小学,draw,', ('frame.csv：去掉了 BOM', 'frame.csv：换行改为 LF'))
    """
    return _tidied(FRAME, data)


def tidy_quota(data: bytes) -> Tidied:
    """A quota table as an office saved it."""
    return _tidied(QUOTA, data)


def _tidied(table: Table[T], data: bytes) -> Tidied:
    if fault := unreadable(table, data):
        return Tidied(b"", (), (fault,))
    text = data.decode()
    notes = ["去掉了 BOM"] if text.startswith("\ufeff") else []
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        notes.append("换行改为 LF")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not unicodedata.is_normalized("NFC", text):
        notes.append("文字改为 NFC 形式")
        text = unicodedata.normalize("NFC", text)
    if not text.endswith("\n"):
        notes.append("补上最后的换行")
    lines = text.removesuffix("\n").split("\n")
    full = [(number, line) for number, line in enumerate(lines, 1) if line.strip(",")]
    if len(full) < len(lines):
        notes.append(f"去掉 {len(lines) - len(full)} 个空行")
    rows, faults = rows_of(table, full)
    if faults:
        return Tidied(b"", (), tuple(faults))
    key = attrgetter(*table.order)
    keys = [key(row) for _, row in rows]
    if keys != sorted(keys):
        notes.append(f"各行改按（{', '.join(table.order)}）的字节顺序排列")
    return Tidied(
        written(table, (row for _, row in rows)), tuple(f"{table.file}：{note}" for note in notes), ()
    )
