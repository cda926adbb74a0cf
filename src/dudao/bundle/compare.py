"""What differs between a bundle and what was computed from it: file, path, both values.

Here lives the comparison of files, JSON by its paths. Not here: reading or computing (``verify``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dudao.bundle.layout import MANIFEST

MOST = 1000
"""Differences that are listed."""
_SHOWN = 60
_DEEPEST = 200
_GROWN = 4
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place: the file, the path in it (county[3].cv; empty: the whole file), what the bundle holds and what was computed."""

    file: str
    path: str
    held: str
    computed: str

    def line(self) -> str:
        """The difference as one line.

        >>> Difference("results.json", "county[3].cv", "0.4", "0.5").line()
        'results.json county[3].cv：包内 0.4，重算 0.5'
        """
        return f"{self.file}{' ' if self.path else ''}{self.path}：包内 {self.held}，重算 {self.computed}"


def differences(held: Mapping[str, bytes], computed: Mapping[str, bytes]) -> Iterator[Difference]:
    """Every place where the files differ, the manifest first. What the manifest says of the program is not compared."""
    for name in sorted({*held, *computed}, key=lambda name: (name != MANIFEST, name)):
        if name not in computed:
            yield Difference(name, "", "有此文件", "不应有")
        elif name not in held:
            yield Difference(name, "", "没有此文件", "应有")
        elif held[name] != computed[name]:
            yield from _within(name, held[name], computed[name])


def _within(name: str, held: bytes, computed: bytes) -> Iterator[Difference]:
    sound = len(held) <= _GROWN * len(computed) + _GROWN  # a hostile text may be far larger than any that was computed
    one, other = (json_of(held), json_of(computed)) if sound else (None, None)
    if one is None or other is None:
        place = next((n for n, (a, b) in enumerate(zip(held, computed, strict=False)) if a != b), min(len(held), len(computed)))
        yield Difference(name, "", f"{len(held)} 字节，自第 {place + 1} 字节起不同", f"{len(computed)} 字节")
        return
    found = [item for item in _values(name, "", one, other, 0) if (name, item.path) != (MANIFEST, "program")]
    if not found and name != MANIFEST:
        found = [Difference(name, "", "写法不同（空格、键的次序或数字的写法）", "数值相同")]
    yield from found


def json_of(data: bytes) -> object | None:
    """A JSON text; None when it is none. Neither depth nor long numbers of a hostile one do harm."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _values(file: str, path: str, held: object, computed: object, depth: int) -> Iterator[Difference]:
    if depth > _DEEPEST:
        yield Difference(file, path, "嵌套过深", "")
    elif isinstance(held, dict) and isinstance(computed, dict):
        for key in dict.fromkeys((*computed, *held)):
            inner = f"{path}.{key}" if path else key
            yield from _values(file, inner, held.get(key, _NOTHING), computed.get(key, _NOTHING), depth + 1)
    elif isinstance(held, list) and isinstance(computed, list):
        for place in range(max(len(held), len(computed))):
            pair = (items[place] if place < len(items) else _NOTHING for items in (held, computed))
            yield from _values(file, f"{path}[{place}]", *pair, depth + 1)
    elif type(held) is not type(computed) or held != computed:
        yield Difference(file, path, shown(held), shown(computed))


def shown(value: object) -> str:
    """A value as a message repeats it."""
    if value is _NOTHING:
        return "没有"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "嵌套过深"
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
