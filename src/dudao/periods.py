"""Periods (时效): which of several dated values holds on a day.

Not here: deadlines and calendars (``dudao.procedures``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Anything that holds from ``since`` (inclusive) to ``until`` (inclusive, None: no end)."""

    since: date
    until: date | None


T = TypeVar("T", bound=Dated)


def holds(item: Dated, on: date) -> bool:
    """Whether a dated item is in force on a day; the first and the last day count."""
    return item.since <= on and (item.until is None or on <= item.until)


def in_force(items: Iterable[T], on: date) -> T | None:
    """The item in force on a day, the one with the latest ``since`` when several are; None when none is."""
    held = [item for item in items if holds(item, on)]
    return max(held, key=lambda item: item.since) if held else None
