"""Verifying a published draw (核验): everything is computed again from frame, quotas, round and seed, and compared row by row.

``published/verify.py`` does the same without this library; both name the same file and line. Not here: opening a folder (the command line).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from dudao.sampling.design import strata, strata_bytes
from dudao.sampling.draw import draw, round_fault, seed_fault, tickets_bytes
from dudao.sampling.frame import MAX_FILE, Fault, Impossible, read_frame, read_quota, shown
from dudao.sampling.publish import (
    DRAW,
    FRAME,
    KEYS,
    NAMES,
    QUOTA,
    SCRIPT,
    STRATA,
    TICKETS,
    VERIFY,
    source_fault,
    statement,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """The first row that differs. ``line`` counts from 1, 0: the file as a whole; ``found``: as published; ``right``: what was computed, or the
    rule that is broken."""

    file: str
    line: int
    found: str
    right: str

    def __str__(self) -> str:
        where = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{where}：公布的是“{self.found}”，{self.right}。"


class Unreadable(Exception):
    """A folder that is no published draw; the message says why."""


def verify(files: Mapping[str, bytes]) -> Difference | None:
    """The first difference of a published draw, None when it holds. Unreadable when a file is missing or is no such file.

    Other names in ``files`` are not looked at. The source of the seed cannot be computed: it is for people to check.
    """
    absent = [name for name in NAMES if name not in files]
    if absent:
        raise Unreadable(f"缺少 {'、'.join(absent)}")
    frame, quota = files[FRAME], files[QUOTA]
    said = _said(files[DRAW])
    for name in (FRAME, QUOTA):
        _text(name, files[name])
    (rows, frame_faults), (quotas, quota_faults) = read_frame(frame), read_quota(quota)
    for fault in (*frame_faults[:1], *quota_faults[:1]):
        return _broken(fault, files[fault.file])
    for key, fault_of in (("round", round_fault), ("seed", seed_fault), ("seed_source", source_fault)):
        if wrong := fault_of(said[key]):
            return Difference(DRAW, KEYS.index(key) + 2, shown(said[key]), wrong.rstrip("。"))
    if found := _compared(
        DRAW, files[DRAW], statement(said["round"], frame, quota, said["seed"], said["seed_source"])
    ):
        return found
    try:
        layers = strata(rows, quotas)
    except Impossible as fault:
        return Difference(QUOTA, 0, f"{len(quotas)} 个名额", fault.messages[0].rstrip("。"))
    if found := _compared(STRATA, files[STRATA], strata_bytes(layers)):
        return found
    made = draw(frame, quota, said["round"], said["seed"])
    return _compared(TICKETS, files[TICKETS], tickets_bytes(made.tickets)) or _compared(
        VERIFY, files[VERIFY], SCRIPT.read_bytes()
    )


def _said(data: bytes) -> dict[str, str]:
    """What ``draw.json`` says, by key."""
    try:
        said = json.loads(_text(DRAW, data))
    except (ValueError, RecursionError):
        raise Unreadable(f"{DRAW} 不是 JSON") from None
    if not isinstance(said, dict) or not all(isinstance(said.get(key), str) for key in KEYS):
        raise Unreadable(f"{DRAW} 不是抽取说明，应有 {'、'.join(KEYS)}")
    return said


def _text(name: str, data: bytes) -> str:
    if len(data) > MAX_FILE:
        raise Unreadable(f"{name} 超过 {MAX_FILE // 1_000_000} MB")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Unreadable(f"{name} 不是 UTF-8 文本") from None


def _broken(fault: Fault, data: bytes) -> Difference:
    """A row that no frame or quota table may hold."""
    return Difference(
        fault.file, fault.line, _line(data.split(b"\n"), fault.line - 1), f"{fault.found}；{fault.rule}"
    )


def _compared(name: str, found: bytes, right: bytes) -> Difference | None:
    """The first line in which two files differ."""
    if found == right:
        return None
    theirs, ours = found.split(b"\n"), right.split(b"\n")
    pairs = enumerate(zip(theirs, ours, strict=False))
    at = next((n for n, (one, other) in pairs if one != other), min(len(theirs), len(ours)))
    return Difference(
        name, at + 1, _line(theirs, at), f"由公布的 {FRAME}、{QUOTA} 和随机数重算得“{_line(ours, at)}”"
    )


def _line(lines: list[bytes], at: int) -> str:
    return shown(lines[at].decode("utf-8", "replace"), 160) if at < len(lines) else "没有这一行"
