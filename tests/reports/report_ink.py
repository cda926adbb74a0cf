"""Measuring a rendered PDF for the reports' tests: each character with its place, size and font.

Lengths in points from the top left corner of the page. Not here: expectations.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar

MM = 72 / 25.4


@dataclass(frozen=True)
class Letter:
    """A character: page from 1, ``x`` of its left edge, ``right``, ``y`` of its baseline from the top, size, font without its prefix."""

    page: int
    text: str
    x: float
    right: float
    y: float
    size: float
    font: str


def letters(data: bytes) -> list[Letter]:
    """Every printed character, in the order of the file."""
    found = []
    for number, page in enumerate(extract_pages(io.BytesIO(data), laparams=None), start=1):
        for item in _chars(page):
            font = item.fontname.rpartition("+")[2]
            y = page.height - item.matrix[5]
            found.append(Letter(number, item.get_text(), item.matrix[4], item.bbox[2], y, round(item.size, 2), font))
    return found


def lines(found: list[Letter]) -> list[list[Letter]]:
    """Characters of each baseline, from the top of the first page on; each line from left to right."""
    rows: dict[tuple[int, float], list[Letter]] = {}
    for letter in found:
        rows.setdefault((letter.page, round(letter.y, 1)), []).append(letter)
    return [sorted(rows[key], key=lambda letter: letter.x) for key in sorted(rows)]


def said(found: list[Letter]) -> str:
    """The text in reading order, spaces and breaks left out."""
    words = "".join(letter.text for line in lines(found) for letter in line)
    return "".join(words.split()).replace("\u200b", "")


def _chars(item: object) -> Iterator[LTChar]:
    if isinstance(item, LTChar):
        yield item
    elif hasattr(item, "__iter__"):
        for part in item:
            yield from _chars(part)
