"""Who handed a file in and who confirmed it (经办): an optional ``provenance.json`` beside the files, keyed by the file's SHA-256.

``{"<sha256>": {"submitted_by": "…", "submitted_at": "…", "confirmed_by": "…", "confirmed_at": "…"}}``; all but ``submitted_by`` may be
left out, other keys are not looked at. The platform writes it of its own record; it is no part of the computation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

LARGEST = 16 * 1024 * 1024
"""Bytes of the file."""
_HASH = re.compile(r"[0-9a-f]{64}")
_KEYS = ("submitted_by", "submitted_at", "confirmed_by", "confirmed_at")
_LONGEST = 200


class ProvenanceError(ValueError):
    """A ``provenance.json`` that cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Handled:
    """By which office a file was handed in and confirmed, and when; empty: not stated."""

    submitted_by: str
    submitted_at: str = ""
    confirmed_by: str = ""
    confirmed_at: str = ""

    def words(self) -> str:
        """One line: 演示第一小学 2026-05-28 提交，演示区教育督导室 2026-06-03 确认。

        >>> Handled("演示第一小学", "2026-05-28").words()
        '演示第一小学 2026-05-28 提交，尚未确认'
        """
        submitted = " ".join(filter(None, [self.submitted_by, self.submitted_at]))
        confirmed = " ".join(filter(None, [self.confirmed_by, self.confirmed_at]))
        return f"{submitted} 提交，{confirmed} 确认" if confirmed else f"{submitted} 提交，尚未确认"


def read(data: bytes) -> Mapping[str, Handled]:
    """What a ``provenance.json`` says, by SHA-256 in lower case. ProvenanceError when it is none."""
    if len(data) > LARGEST:
        raise ProvenanceError(f"provenance.json 超过 {LARGEST // 1024 // 1024} MB")
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ProvenanceError("provenance.json 不是有效的 JSON（UTF-8）") from None
    if not isinstance(found, dict):
        raise ProvenanceError("provenance.json 应为以文件 SHA-256 为键的对象")
    return {key.lower(): _handled(key, entry) for key, entry in found.items() if _HASH.fullmatch(key.lower())}


def _handled(key: str, entry: object) -> Handled:
    if not isinstance(entry, dict):
        raise ProvenanceError(f"provenance.json {key[:12]}…：应为对象")
    words = {}
    for name in _KEYS:
        value = entry.get(name)
        if value is not None and (not isinstance(value, str) or len(value) > _LONGEST):
            raise ProvenanceError(f"provenance.json {key[:12]}… {name}：应为不超过 {_LONGEST} 字的文字")
        words[name] = " ".join((value or "").split())
    if not words["submitted_by"]:
        raise ProvenanceError(f"provenance.json {key[:12]}…：缺少 submitted_by（提交单位）")
    return Handled(**words)
