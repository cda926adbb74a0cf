"""XML parts of a workbook, parsed with expat alone: no document type, no entity, no other encoding than UTF-8.

Here lives what every part must pass before anything reads it, and a small event parser. Not here: what a part means (``workbook``,
``marks``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import TypeVar
from xml.parsers import expat

from dudao.intake.messages import Refusal

T = TypeVar("T")
Started = Callable[[str, Mapping[str, str]], None]
Ended = Callable[[str, str], None]

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""Namespaces of workbook, sheet, strings and styles: transitional and strict."""
_SMALL = 64 * 1024
_SKIPPED = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")


def guard(part: bytes) -> None:
    """Refusal when a part holds a document type or is not UTF-8. What is no XML passes.

    A document type can stand before the root element only, so nothing after it needs to be looked at.
    """
    if part[:2] in (b"\xfe\xff", b"\xff\xfe") or part[:2] in (b"<\0", b"\0<"):
        raise Refusal("FILE-019", what="UTF-8")
    start = 3 if part.startswith(b"\xef\xbb\xbf") else 0
    if part[start : start + 5] == b"<?xml":
        declared = _ENCODING.search(part[start : part.find(b"?>", start) + 2])
        if declared and declared.group(1).lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
            raise Refusal("FILE-019", what="UTF-8")
    skipped = _SKIPPED.match(part, start)
    if skipped and part[skipped.end() : skipped.end() + 2] == b"<!":
        raise Refusal("FILE-018", what="文档类型定义（DTD）")


def parse(part: bytes, started: Started, ended: Ended) -> None:
    """Run through a part: ``started(name, attributes)`` and ``ended(name, text)`` for each element of the workbook namespaces or of packages.

    Names are without namespace; of attributes in a namespace only ``r:id`` is kept, as ``r:id``. ``text`` is the text directly inside,
    since the last child. Elements of other namespaces are run through unseen. Refusal when the part is not well formed.
    """
    guard(part)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    text: list[str] = []

    seen: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        text.clear()
        local = seen[name] if name in seen else seen.setdefault(name, _local(name))
        if local:
            for key in [key for key in attributes if " " in key]:
                attributes[_attribute(key)] = attributes.pop(key)
            started(local, attributes)

    def end(name: str) -> None:
        local = seen[name]
        if local:
            ended(local, "".join(text))
        text.clear()

    def document_type(*_: object) -> None:
        raise Refusal("FILE-018", what="文档类型定义（DTD）")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = document_type
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError) as fault:
        raise Refusal("FILE-017") from fault


def remembered(reader: Callable[..., T]) -> Callable[..., T]:
    """A reader of small parts that remembers the last ones: forms of one county are mostly made from one template."""
    known = lru_cache(maxsize=16)(reader)

    @wraps(reader)
    def call(part: bytes | None, *more: str) -> T:
        return (reader if part is not None and len(part) > _SMALL else known)(part, *more)

    return call


def escape(text: str) -> str:
    """Text as it stands inside an element or a double-quoted attribute."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _local(name: str) -> str:
    """The plain name of an element of a workbook or a package, "" of any other."""
    space, _, local = name.rpartition(" ")
    return (
        local if space in MAIN or space.startswith("http://schemas.openxmlformats.org/package/2006/") else ""
    )


def _attribute(key: str) -> str:
    """``r:id`` for the id attribute of the relationships namespace; no other attribute with a namespace is one of ours."""
    space, _, local = key.rpartition(" ")
    return "r:id" if space.endswith("/relationships") and local == "id" else key
