"""The published folder (公布的文件): six files by name, the same bytes for the same draw. Not here: writing them to a disk or a page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from dudao.sampling.design import Stratum, strata_bytes
from dudao.sampling.draw import METHOD, Draw, tickets_bytes
from dudao.sampling.frame import Impossible, digest, value_fault

FRAME, QUOTA, STRATA, TICKETS, DRAW, VERIFY = NAMES = (
    "frame.csv",
    "quota.csv",
    "strata.csv",
    "tickets.csv",
    "draw.json",
    "verify.py",
)
SCRIPT = Path(__file__).parent / "published" / VERIFY
"""The file that is published with every draw of METHOD. It belongs to the method: it is not changed, a new one is a new method."""
KEYS = ("method", "round", "frame_hash", "quota_hash", "seed", "seed_source")
"""What ``draw.json`` says, one key a line from line 2."""
MOST_SOURCE = 1000
"""Signs of the source of a seed."""


def planned(frame: bytes, quota: bytes, found: Iterable[Stratum]) -> dict[str, bytes]:
    """What is published before the seed: both files and the strata, by name."""
    return {FRAME: frame, QUOTA: quota, STRATA: strata_bytes(found)}


def publish(draw: Draw, seed_source: str = "") -> dict[str, bytes]:
    """All six files by name. ``seed_source``: where the seed was published, one line. Impossible when that line cannot be used."""
    if fault := source_fault(seed_source):
        raise Impossible([fault])
    return {
        **planned(draw.frame, draw.quota, draw.strata),
        TICKETS: tickets_bytes(draw.tickets),
        DRAW: statement(draw.round, draw.frame, draw.quota, draw.seed, seed_source),
        VERIFY: SCRIPT.read_bytes(),
    }


def source_fault(text: str) -> str:
    """What is wrong with the source of a seed, as a Chinese sentence; empty when it may be used (commas and quotes may stand in it)."""
    what = value_fault(text.replace(",", "").replace('"', ""))  # as verify.py looks at it
    if what:
        return f"随机数来源{what}。"
    return f"随机数来源超过 {MOST_SOURCE} 个字符。" if len(text) > MOST_SOURCE else ""


def statement(round: str, frame: bytes, quota: bytes, seed: str, seed_source: str) -> bytes:
    """``draw.json``: what the draw was made of, one key a line."""
    said = dict(zip(KEYS, (METHOD, round, digest(frame), digest(quota), seed, seed_source), strict=True))
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()
