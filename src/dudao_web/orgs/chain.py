"""The hash chain of acts, contracts §4: canonical form, hash, and the check of a chain. Pure; no database."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

FIRST_PREV = "0" * 64
ROW_KEYS = ("chain", "seq", "at", "actor", "as", "action", "object", "after", "data", "prev")


def plain(value: Any) -> Any:
    """``value`` in the words of the record: strings, integers, booleans, null, lists, objects. No floats."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, float):
        raise TypeError("the record of acts holds no floats: use a Decimal or a string")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [plain(v) for v in items]
    return str(value)


def timestamp(at: datetime) -> str:
    """UTC with six digits of a second: 2018-09-01T00:00:00.000000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(value: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of a plain value."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass
class Walk:
    """How far a chain was found in order; rows come one after the other and are not kept."""

    seq: int = 0
    head: str = FIRST_PREV
    broken: int | None = None

    def take(self, row: dict[str, Any]) -> bool:
        """Whether this row is the right one at its place: its number, the hash before it and its own."""
        if self.broken is not None:
            return False
        body = {key: row[key] for key in ROW_KEYS}
        if row["seq"] != self.seq + 1 or row["prev"] != self.head or row["hash"] != digest(body):
            self.broken = self.seq + 1
            return False
        self.seq, self.head = row["seq"], row["hash"]
        return True


def first_broken(rows: Iterable[dict[str, Any]]) -> tuple[int | None, int, str]:
    """Check rows of one chain in order: (seq of the first broken row or None, last seq, its hash)."""
    walk = Walk()
    for row in rows:
        if not walk.take(row):
            break
    return walk.broken, walk.seq, walk.head
