"""The files of a bundle and their names (验证包的内容): inputs so that reading them again names every file as before, and the manifest.

``inputs/<n>/<folder>/…`` is the INPUT number n: a folder with what is in it, or one file in a folder. The folder has the name of the
real one only where the results use it (two INPUTs with files of one name), else ``in``: no more of a machine's paths leaves it than the
results say. Not here: zip (``pack``, ``unpack``), comparing (``compare``).
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath

from dudao.evaluation import Evaluation, explain
from dudao.evaluation.explain import provenance
from dudao.evaluation.result import to_bytes
from dudao.intake import archive, sources
from dudao.intake.archive import MAX_FILE, MEGABYTE
from dudao.standards import contents, digest

SCHEMA = 1
MANIFEST, RESULTS, TREE, PROVENANCE = "manifest.json", "results.json", "tree.json", "provenance.json"
INPUTS, STANDARD = "inputs/", "standard/"
MAX_BUNDLE = 512
"""MB of all files unpacked."""
MAX_NAME = 1000
"""Characters of a name."""
MAX_DEPTH = 40
"""Folders above a file."""
_SAME = "in"


class BundleRefused(Exception):
    """An evaluation of which no bundle can be made; the message says why and how to mend it."""


def program() -> str:
    """The program and its version, as a bundle states them."""
    try:
        return f"dudao {version('dudao')}"
    except PackageNotFoundError:
        return "dudao 0"


def inputs_of(evaluation: Evaluation, inputs: Sequence[Path]) -> tuple[list[str], dict[str, bytes]]:
    """The INPUTs as paths in the bundle, and the bytes of every file that was read, by its name there."""
    entries = sources.entries(inputs)
    units = (*evaluation.intake.schools, *filter(None, [evaluation.intake.county]))
    known = {**{unit.file: unit.sha256 for unit in units}, **evaluation.intake.hashes}
    listed: list[str] = []
    files: dict[str, bytes] = {}
    total = 0
    for number, given in enumerate(inputs):
        folder = given.is_dir() and not given.is_symlink()
        own = [entry for entry in entries if (entry.folder[:1] == (f"#{number}",) if folder else entry.path == given and not entry.folder)]
        if not own:
            continue
        names = {entry: _relative(entry, given, folder) for entry in own}
        top = _top(given, folder) if any(entry.file != name for entry, name in names.items()) else _SAME
        listed.append(f"{INPUTS}{number}/{top}" if folder else f"{INPUTS}{number}/{top}/{names[own[0]]}")
        for entry, name in names.items():
            data = _bytes(entry)
            total += len(data)
            if total > MAX_BUNDLE * MEGABYTE:
                raise BundleRefused(f"填报表合计超过 {MAX_BUNDLE} MB，不能放进验证包。请移出与填报无关的文件。")
            if known.get(entry.file, "") not in ("", hashlib.sha256(data).hexdigest()):
                raise BundleRefused(f"{entry.file} 在评估期间有改动，请重新评估。")
            place = f"{INPUTS}{number}/{top}/{name}"
            if place in files:
                raise BundleRefused(f"{entry.file} 与另一个文件的名字读出来相同，不能放进验证包。请改名后重新评估。")
            files[place] = data
    return listed, files


def _relative(entry: sources.Entry, given: Path, folder: bool) -> str:
    return sources.legible(entry.path.relative_to(given).as_posix() if folder else given.name)


def _top(given: Path, folder: bool) -> str:
    """The name that the reader puts before files of one name."""
    return sources.legible((given if folder else given.parent).resolve().name) or "□"


def _bytes(entry: sources.Entry) -> bytes:
    try:
        regular = entry.path.is_file() and not entry.path.is_symlink()
        if regular and entry.path.stat().st_size <= MAX_FILE * MEGABYTE:
            return entry.path.read_bytes()
    except OSError:
        regular = False
    what = f"超过 {MAX_FILE} MB" if regular else "不能读取，或是链接"
    raise BundleRefused(f"{entry.file} {what}，不能放进验证包。请换成文件本身，或移出后重新评估。")


def members(
    evaluation: Evaluation, listed: Sequence[str], inputs: Mapping[str, bytes], handled: bytes | None = None
) -> dict[str, bytes]:
    """Every file of the bundle by name, sorted. ``handled``: the bytes of a ``provenance.json``."""
    standard = contents(evaluation.standard.path)
    if digest(standard) != evaluation.standard.sha256:
        raise BundleRefused("评估标准在评估期间有改动，请重新评估。")
    files = {**inputs, **{f"{STANDARD}{name}": data for name, data in standard.items()}, RESULTS: to_bytes(evaluation)}
    if handled is not None:
        files[PROVENANCE] = handled
    tree = explain.verdict(evaluation, provenance.read(handled) if handled is not None else None)
    files[TREE] = _json(explain.document(evaluation, tree))
    fault = fault_of(files)
    if fault is not None:
        raise BundleRefused(f"{fault}，不能放进验证包。请改名后重新评估。")
    bound = evaluation.standard
    files[MANIFEST] = _json(
        {
            "schema": SCHEMA,
            "program": program(),
            "standard": {"id": bound.id, "version": bound.version, "sha256": bound.sha256, "profile": bound.profile.name},
            "on": evaluation.on.isoformat(),
            "county": evaluation.intake.county_code,
            "inputs": list(listed),
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
        }
    )
    return dict(sorted(files.items()))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def fault_of(names: Iterable[str]) -> str | None:
    """What is wrong with the names of a bundle's files, or None: names that leave their folder, that are too long or too deep, and names
    that some system takes for one (case, composition of letters)."""
    seen: dict[str, str] = {}
    folders: set[str] = set()
    for name in names:
        parts = name.split("/")
        shown = archive.tame(name)[:100]
        if archive.unsafe(name) or "\\" in name or any(part in ("", ".", "..") for part in parts):
            return f"文件名“{shown}”含有不允许的路径"
        if len(name) > MAX_NAME or len(parts) > MAX_DEPTH or any(len(part.encode("utf-8", "replace")) > 255 for part in parts):
            return f"文件名“{shown}”过长"
        key = unicodedata.normalize("NFC", name).casefold()
        if key in seen:
            return f"文件名“{shown}”重复，或只有大小写不同"
        seen[key] = name
        folders.update(unicodedata.normalize("NFC", str(parent)).casefold() for parent in PurePosixPath(name).parents)
    clash = next((name for key, name in seen.items() if key in folders), None)
    return f"“{archive.tame(clash)[:100]}”既是文件又是文件夹" if clash else None
