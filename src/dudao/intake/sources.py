"""Which files there are to read: INPUTs, folders and archives walked with care, each file with the folder it lies in.

Folders make a tree under one root: a file given as INPUT lies in the root, a folder or an archive is a folder of its own. Left out in
silence are temporary files of office programs and systems. Links are never followed. Not here: what a file holds.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dudao.intake import archive, kinds
from dudao.intake.archive import MAX_FILE, MAX_MEMBERS, MEGABYTE, Budget
from dudao.intake.messages import Refusal, shown

Folder = tuple[str, ...]
_LEFT = ("thumbs.db", "desktop.ini", "__macosx")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the file system, not opened yet. ``file``: its name in messages, relative to its INPUT."""

    file: str
    folder: Folder
    path: Path


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one file (or member of an archive) and what it is, or why it cannot be read."""

    file: str
    folder: Folder
    data: bytes = b""
    kind: kinds.Kind = "other"
    refusal: Refusal | None = None
    zipped: zipfile.ZipFile | None = None
    """A workbook's package, opened."""
    siblings: int = 1
    """How many files its archive holds."""


def ignored(name: str) -> bool:
    """Whether a file or folder is left out in silence: ~$*, dotfiles, Thumbs.db, desktop.ini, __MACOSX.

    >>> [ignored(name) for name in ("~$a.xlsx", ".git", "Thumbs.db", "a.xlsx")]
    [True, True, True, False]
    """
    return name.startswith(("~$", ".")) or name.casefold() in _LEFT


def legible(name: str) -> str:
    """A path of the file system as it may be printed: GBK names (kept by Linux as bytes) decoded, control characters as boxes.

    >>> legible(bytes.fromhex("d5f2").decode("utf-8", "surrogateescape") + ".xlsx")
    '镇.xlsx'
    """
    if not name.isprintable():
        name = archive.decoded(name.encode("utf-8", "surrogateescape"))
        name = "".join(letter if letter.isprintable() else "□" for letter in name)
    return name


def entries(inputs: Sequence[Path]) -> list[Entry]:
    """Every file of the INPUTs, in order of INPUT and path; at most one more than a run may list."""
    found: list[list[Entry]] = []
    for number, given in enumerate(inputs):
        if given.is_dir() and not given.is_symlink():
            inner = [
                Entry(legible(name.as_posix()), (f"#{number}", *name.parts[:-1]), given / name)
                for name in _walk(given)
            ]
            found.append(inner)
        else:
            found.append([Entry(legible(given.name), (), given)])
    return _distinct(inputs, found)


def _walk(top: Path) -> list[Path]:
    """Paths below a folder that are not left out, relative to it; links to folders and folders that cannot be opened among them."""
    found: list[Path] = []

    def closed(fault: OSError) -> None:
        found.append(Path(fault.filename or top).relative_to(top))

    for where, folders, files in os.walk(top, onerror=closed):
        here = Path(where)
        folders[:] = sorted(name for name in folders if not ignored(name))
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if name not in links]
        found += [(here / name).relative_to(top) for name in [*files, *links] if not ignored(name)]
        if len(found) > MAX_MEMBERS:
            break
    return sorted(found, key=lambda path: path.parts)


def _distinct(inputs: Sequence[Path], found: list[list[Entry]]) -> list[Entry]:
    """Entries under names that differ: where two INPUTs would give one, the INPUT's own name (or its folder's) goes before it."""
    count = Counter(entry.file for inner in found for entry in inner)
    taken: set[str] = set()
    named: list[Entry] = []
    for given, inner in zip(inputs, found, strict=True):
        own = legible((given if given.is_dir() else given.parent).resolve().name) or "□"
        for entry in inner:
            name = f"{own}/{entry.file}" if count[entry.file] > 1 else entry.file
            again = 1
            while name in taken:
                again += 1
                name = f"{own}#{again}/{entry.file}"
            taken.add(name)
            named.append(replace(entry, file=name))
    return named


def unfold(entry: Entry, budget: Budget) -> Iterator[Source]:
    """The files that an entry holds: itself, or the members of an archive."""
    try:
        budget.list()
        data = _bytes(entry.path)
    except Refusal as refusal:
        yield Source(entry.file, entry.folder, refusal=refusal)
        return
    yield from contents(entry.file, data, budget, entry.folder)


def contents(file: str, data: bytes, budget: Budget, folder: Folder = ()) -> Iterator[Source]:
    """The files in these bytes: themselves, or the members of an archive, which is a folder of its own."""
    try:
        if len(data) > MAX_FILE * MEGABYTE:
            raise Refusal("FILE-003", limit=MAX_FILE)
        kind, opened = _kind(data, file)
        if kind == "zip" and opened is not None:
            yield from _members(file, opened, budget, (*folder, file))
            return
        if kind in ("text", "parquet"):
            budget.unpack(len(data))
        yield Source(file, folder, data, kind, zipped=opened)
    except Refusal as refusal:
        yield Source(file, folder, refusal=refusal)


def _bytes(path: Path) -> bytes:
    """The bytes of a regular file."""
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise Refusal("FILE-002", what="链接")
        if not stat.S_ISREG(status.st_mode):
            raise Refusal("FILE-001" if stat.S_ISDIR(status.st_mode) else "FILE-002", what="特殊文件")
        if status.st_size > MAX_FILE * MEGABYTE:
            raise Refusal("FILE-003", limit=MAX_FILE)
        with path.open("rb") as stream:
            return stream.read(MAX_FILE * MEGABYTE + 1)
    except OSError as fault:
        raise Refusal("FILE-001") from fault


def _members(file: str, opened: zipfile.ZipFile, budget: Budget, folder: Folder) -> Iterator[Source]:
    """The files of an archive, one after another; each is refused for itself."""
    members = [(archive.name_of(member), member) for member in opened.infolist()]
    members = [
        (name, member) for name, member in members if not (name.endswith("/") and not member.file_size)
    ]
    members = [
        pair for pair in members if not any(ignored(part) for part in pair[0].split("/") if part.strip("."))
    ]
    budget.list(len(members))
    if not members:
        yield Source(file, folder)
    seen: set[str] = set()
    for name, member in sorted(members, key=lambda pair: pair[0]):
        place = f"{file}/{archive.tame(name)}"
        inner = (*folder, *archive.tame(name).split("/")[:-1])
        try:
            if archive.unsafe(name):
                raise Refusal("FILE-012", value=shown(name))
            if place in seen:
                raise Refusal("FILE-013")
            seen.add(place)
            source = _member(opened, member, place, inner, budget)
        except Refusal as refusal:
            source = Source(place, inner, refusal=refusal)
        yield replace(source, siblings=len(members))


def _member(
    opened: zipfile.ZipFile, member: zipfile.ZipInfo, file: str, folder: Folder, budget: Budget
) -> Source:
    """One member, inflated; an archive in an archive is refused."""
    if archive.is_link(member):
        raise Refusal("FILE-002", what="链接")
    if member.file_size > MAX_FILE * MEGABYTE:
        raise Refusal("FILE-003", limit=MAX_FILE)
    data = archive.inflated(opened, member, MAX_FILE * MEGABYTE, budget)
    kind, inner = _kind(data, file)
    if kind == "zip":
        raise Refusal("FILE-010")
    return Source(file, folder, data, kind, zipped=inner)


def _kind(data: bytes, file: str) -> tuple[kinds.Kind, zipfile.ZipFile | None]:
    """What the bytes are, and the zip opened where they are one."""
    kind = kinds.kind_of(data, file)
    if kind != "zip":
        return kind, None
    try:
        opened = archive.opened(data)
    except Refusal:
        if kinds.is_table(file):
            raise Refusal("FILE-017") from None
        raise
    return kinds.inside(opened, file), opened
