"""The folder of a standard (评估标准文件夹): its files, those of the standard it takes over, and their hash.

A ``standard.yaml`` that says ``extends: <id>`` takes over every file of that standard: an own file stands in place of the
base's file of the same name, an own key of ``standard.yaml`` in place of the base's. The base is a part of the folder: its files
are listed under ``extends/<id>/`` and covered by the hash. A folder that holds such a copy (a proof bundle, the platform's record)
needs nothing else; else the base is the folder of that name beside it, else the catalogue's.
Not here: what the files say (``load``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from dudao.standards.nodes import Entry, Keys, Problem, StandardError, read_yaml

CATALOGUE = Path(__file__).parent / "catalogue"
LARGEST = 2_000_000
"""Bytes of one file."""
MAIN, FIELDS = "standard.yaml", "fields.yaml"
ID = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Layer:
    """One standard of a chain of takeovers: where its files are listed ("" or ``extends/<id>/`` …) and its ``standard.yaml``."""

    prefix: str
    root: Entry


def folder_of(standard: str | Path) -> Path:
    """The folder of a standard, by its id in the catalogue or by its path. StandardError when there is none."""
    named = CATALOGUE / str(standard)
    path = named if ID.fullmatch(str(standard)) and named.is_dir() else Path(standard)
    if not (path / MAIN).is_file():
        known = "、".join(sorted(item.name for item in CATALOGUE.iterdir() if (item / MAIN).is_file()))
        raise StandardError(
            [
                Problem(
                    str(standard),
                    1,
                    f"没有这个评估标准（应为含 standard.yaml 的文件夹，或目录中的：{known}）",
                )
            ]
        )
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Relative path -> bytes of every file of a standard's folder and of the standard it takes over, sorted; hidden files and
    Python leftovers are no part of it. A base that is not found is left out, and named when the standard is loaded."""
    return dict(sorted(_contents(folder, frozenset()).items()))


def _contents(folder: Path, above: frozenset[Path]) -> dict[str, bytes]:
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(part.startswith((".", "__")) for part in name.split("/")):
            found[name] = path.read_bytes()
    base = _base(found.get(MAIN, b""))
    if base is None or f"extends/{base}/{MAIN}" in found:
        return found
    above |= {folder.resolve()}
    for place in (folder.parent / base, CATALOGUE / base):
        if (place / MAIN).is_file() and place.resolve() not in above:
            return found | {f"extends/{base}/{name}": data for name, data in _contents(place, above).items()}
    return found


def _base(data: bytes) -> str | None:
    """The id that a ``standard.yaml`` extends, as far as it can be read."""
    root = read_yaml(MAIN, data.decode("utf-8", "replace"), []) if len(data) <= LARGEST else None
    pairs = root.node.value if root is not None and isinstance(root.node, yaml.MappingNode) else []
    base = next((str(value.value) for key, value in pairs if key.value == "extends"), "")
    return base if ID.fullmatch(base) else None


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the sorted relative paths, each followed by NUL and the file's bytes (contracts §1)."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + files[name])
    return total.hexdigest()


def opened(files: Mapping[str, bytes], name: str, at: Entry | None, problems: list[Problem]) -> Entry | None:
    """The root of one YAML file; None, with a problem (at ``at``, where it is named), when it is not there or cannot be read."""
    data = files.get(name)
    if data is None:
        (at or Entry(name, yaml.ScalarNode("", "", yaml.Mark(name, 0, 0, 0, None, None)), problems)).problem(
            f"没有文件 {name}"
        )
        return None
    if len(data) > LARGEST:
        problems.append(Problem(name, 1, f"文件超过 {LARGEST} 字节"))
        return None
    try:
        return read_yaml(name, data.decode("utf-8"), problems)
    except UnicodeDecodeError:
        problems.append(Problem(name, 1, "文件不是 UTF-8 编码"))
        return None


def layers(files: Mapping[str, bytes], problems: list[Problem]) -> tuple[Layer, ...]:
    """The standard itself and, in order, those it takes over; a base that is not there or that comes round again is a problem."""
    found: list[Layer] = []
    names: list[str] = []
    prefix = ""
    root = opened(files, MAIN, None, problems)
    while root is not None:
        found.append(Layer(prefix, root))
        keys = dict(root.pairs())
        own = keys["id"].text() if "id" in keys else ""
        if names and own != names[-1]:
            root.problem(f"extends 写的是 {names[-1]}，这个标准的代号是 {own}")
        names = names or [own]
        named = keys.get("extends")
        if named is None:
            break
        names.append(named.text())
        prefix = f"{prefix}extends/{names[-1]}/"
        if names[-1] in names[:-1]:
            named.problem(f"extends 循环：{' → '.join(names)}")
            break
        if f"{prefix}{MAIN}" not in files:
            named.problem(
                f"没有标准 {names[-1]}：应在同一文件夹旁、本文件夹的 extends/{names[-1]} 中，或在目录中"
            )
            break
        root = opened(files, f"{prefix}{MAIN}", named, problems)
    return tuple(found)


def merged(chain: tuple[Layer, ...], *allowed: str) -> Keys:
    """``standard.yaml`` as it holds: each key from the nearest standard that says it."""
    keys = [Keys(layer.root, *allowed) for layer in chain]
    for base in keys[1:]:
        keys[0].found = {**base.found, **keys[0].found}
    return keys[0]


def nearest(chain: tuple[Layer, ...], files: Mapping[str, bytes], name: str) -> str:
    """The path of a file by the name that ``standard.yaml`` uses: the own one, else the nearest base's."""
    return next((f"{layer.prefix}{name}" for layer in chain if f"{layer.prefix}{name}" in files), name)


def attached(files: Mapping[str, bytes], name: str, problems: list[Problem]) -> Entry | None:
    """The root of a file that a folder may have beside its standard (职责分解表, 实施步骤), its own or the nearest base's; None
    where none has it, or, with a problem, where it cannot be read."""
    path = nearest(layers(files, []), files, name)
    return opened(files, path, None, problems) if path in files else None
