"""Verifying a bundle (核验验证包): everything is computed again from what is in it, and compared byte for byte.

A bundle is made a second time from its own inputs and standard; it holds if every file is the same. So it does not matter whether the
manifest was mended. Not here: opening the zip (``unpack``), comparing (``compare``).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import yaml

from dudao.bundle.compare import MOST, Difference, differences, json_of
from dudao.bundle.layout import (
    INPUTS,
    MANIFEST,
    PROVENANCE,
    RESULTS,
    SCHEMA,
    STANDARD,
    fault_of,
    inputs_of,
    members,
    program,
)
from dudao.bundle.unpack import Unreadable, unpack
from dudao.evaluation import evaluate
from dudao.intake import read
from dudao.standards import CATALOGUE, contents, digest, load_standard

_HUGE = re.compile(r"[\d_.][eE][+-]?[\d_]{3,}|[\d_]{40,}")
"""A number that would take exact fractions for ever."""
_PROGRAM = re.compile(r"dudao \d[0-9A-Za-z.+-]{0,40}")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Verified:
    """What came out. ``differences``: none: the bundle holds; at most MOST. ``notes``: what is not a difference but should be known."""

    differences: tuple[Difference, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What is needed to compute again, as the manifest says it."""

    program: str
    profile: str
    on: date
    county: str | None
    inputs: tuple[str, ...]


def verify(path: Path) -> Verified:
    """Recompute a bundle and compare. Unreadable when it cannot be opened or its manifest says nothing usable.

    Only a private temporary folder is written to, and removed; nothing but the bundle is used, nothing of it is run.
    """
    with tempfile.TemporaryDirectory(prefix="dudao-verify-") as name:
        folder = Path(name).resolve()
        held = unpack(path, folder)
        manifest = _manifest(held[MANIFEST])
        try:
            _bounded(held)
            computed = _computed(folder, manifest, held.get(PROVENANCE))
        except Unreadable:
            raise
        except Exception as fault:  # what a hostile standard or form may break is not known, and none of it is a traceback
            cause = str(fault).replace(str(folder), "").partition("\n")[0][:200] or type(fault).__name__
            difference = Difference(RESULTS, "", "有结果", f"不能由包内的标准和填报表重算：{cause}")
            return Verified((difference,), tuple(_notes(folder, manifest)))
        found = tuple(islice(differences(held, computed), MOST))
        return Verified(found, tuple(_notes(folder, manifest)))


def _bounded(files: Mapping[str, bytes]) -> None:
    """Look at every number of a standard before anything computes with it; OverflowError names the file of one that is no limit, no
    factor and no year of any standard. A file that is no YAML is left to loading, which says what is wrong with it."""
    for name, data in files.items():
        if not (name.startswith(STANDARD) and name.endswith(".yaml")):
            continue
        try:
            for event in yaml.parse(data.decode("utf-8", "replace"), Loader=_Loader):
                if isinstance(event, yaml.ScalarEvent) and _HUGE.search(event.value):
                    raise OverflowError(f"{name} 中有过大或过长的数字")
        except yaml.YAMLError:
            continue


def _computed(folder: Path, manifest: _Manifest, handled: bytes | None) -> Mapping[str, bytes]:
    """The files of the bundle that its own inputs and standard make."""
    standard = load_standard(folder / STANDARD, manifest.profile)
    inputs = [folder / name for name in manifest.inputs]
    (intake,) = read(inputs, standard, county=manifest.county)
    evaluation = evaluate(standard, intake, manifest.on)
    _, files = inputs_of(evaluation, inputs)
    there = {path.relative_to(folder).as_posix(): data for path, data in _placed(inputs, files)}
    return members(evaluation, manifest.inputs, there, handled)


def _placed(inputs: list[Path], files: Mapping[str, bytes]) -> Iterator[tuple[Path, bytes]]:
    """The files that were read, by where they lie: INPUT n of the second making is INPUT n of the first."""
    for name, data in files.items():
        number, _, rest = name.removeprefix(INPUTS).split("/", 2)
        given = inputs[int(number)]
        yield (given / rest if given.is_dir() else given), data


def _manifest(data: bytes) -> _Manifest:
    found = json_of(data)
    try:
        profile, on, county, inputs = found["standard"]["profile"], found["on"], found["county"], found["inputs"]  # type: ignore[index]
        sound = found["schema"] == SCHEMA and isinstance(profile, str) and isinstance(county, str | None)  # type: ignore[index]
        sound = sound and isinstance(inputs, list) and bool(inputs)
        sound = sound and all(isinstance(name, str) and name.startswith(INPUTS) for name in inputs) and fault_of(inputs) is None
        if sound:
            written = found["program"]  # type: ignore[index]
            if not isinstance(written, str) or not _PROGRAM.fullmatch(written):
                raise ValueError(written)
            return _Manifest(written, profile, date.fromisoformat(on), county, tuple(inputs))
    except (KeyError, TypeError, ValueError):
        pass
    raise Unreadable(f"{MANIFEST} 不是本程序认识的验证包清单")


def _notes(folder: Path, manifest: _Manifest) -> list[str]:
    """Which program wrote it, and whether this installation knows the standard."""
    notes = []
    if manifest.program != program():
        notes.append(f"验证包由 {manifest.program} 生成，本机为 {program()}，版本不同。")
    own = digest(contents(folder / STANDARD))
    known = [path.name for path in sorted(CATALOGUE.iterdir()) if path.is_dir() and digest(contents(path)) == own]
    if known:
        notes.append(f"包内的评估标准与本机目录中的 {known[0]} 相同。")
    else:
        notes.append("本机目录中没有与包内相同的评估标准；核验只用包内的标准。")
    return notes
