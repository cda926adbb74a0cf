"""Unpacking a bundle, which is hostile: its end, its directory, its names, its sizes and ratios are looked at before a byte is written.

Files go into one private folder and nowhere else; nothing of them is run. Not here: what they say (``verify``).
"""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from dudao.bundle.layout import INPUTS, MANIFEST, MAX_BUNDLE, PROVENANCE, RESULTS, STANDARD, TREE, fault_of
from dudao.intake import archive
from dudao.intake.archive import FAULTS, MAX_FILE, MAX_MEMBERS, MEGABYTE, Budget
from dudao.intake.messages import Refusal, issue

MAX_JSON = 256
"""MB of results or tree."""
MAX_LIST = 16
"""MB of the manifest, and of who handed in."""
_END = struct.Struct("<4s4H2LH")
_DIRECTORY = 16 * MEGABYTE
"""Bytes of a zip's directory: 20,000 files with long names."""
_MOST = {MANIFEST: MAX_LIST, PROVENANCE: MAX_LIST, RESULTS: MAX_JSON, TREE: MAX_JSON}
_FILES = MAX_MEMBERS + 1000
"""Files of a bundle: those of a run, and those of a standard."""


class Unreadable(Exception):
    """A file that is no bundle, or one that may not be opened; the message says why."""


def unpack(path: Path, folder: Path) -> dict[str, bytes]:
    """Write a bundle's files below ``folder``; name -> bytes of each. Unreadable when there is anything wrong with the zip."""
    try:
        _look(path)
        with zipfile.ZipFile(path) as opened:
            return _members(opened, folder)
    except FAULTS as fault:
        raise Unreadable("不是验证包，或已损坏，不能打开") from fault


def _look(path: Path) -> None:
    """The end of the file: a plain zip without comment whose directory is small, before anything reads that directory."""
    if not path.is_file():
        raise Unreadable("没有这个文件，或不是文件")
    size = path.stat().st_size
    if size > (MAX_BUNDLE + 2 * MAX_JSON) * MEGABYTE:
        raise Unreadable("文件过大，不予打开")
    with path.open("rb") as stream:
        head = stream.read(4)
        stream.seek(max(0, size - _END.size - 20))
        tail = stream.read()
    if head != b"PK\x03\x04" or len(tail) < _END.size or not tail[-_END.size :].startswith(b"PK\x05\x06"):
        raise Unreadable("不是验证包，或已损坏，不能打开")
    _, _, _, _, count, directory, _, comment = _END.unpack(tail[-_END.size :])
    if comment or tail[: -_END.size].startswith(b"PK\x06\x07"):
        raise Unreadable("不是本程序所写的验证包，不予打开")
    if directory > _DIRECTORY or count > _FILES:
        raise Unreadable("文件过多，不予打开")


def _members(opened: zipfile.ZipFile, folder: Path) -> dict[str, bytes]:
    members = [(archive.name_of(member), member) for member in opened.infolist()]
    if len(members) > _FILES:
        raise Unreadable("文件过多，不予打开")
    fault = fault_of(name for name, _ in members)
    if fault is not None:
        raise Unreadable(fault)
    if MANIFEST not in {name for name, _ in members}:
        raise Unreadable(f"没有 {MANIFEST}，不是验证包")
    found: dict[str, bytes] = {}
    budget = Budget(bytes=(MAX_BUNDLE + 2 * MAX_JSON) * MEGABYTE)
    for name, member in members:
        if archive.is_link(member):
            raise Unreadable(f"{name}：是链接，不予打开")
        most = _MOST.get(name, MAX_FILE)
        try:
            data = found[name] = archive.inflated(opened, member, most * MEGABYTE, budget)
        except Refusal as refusal:
            raise Unreadable(f"{name}：{issue(refusal.code, name, **refusal.words).found}") from None
        if name.startswith((INPUTS, STANDARD)):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return found
