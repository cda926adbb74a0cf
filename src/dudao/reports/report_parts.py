"""Parts of a written report (报告的组成): headings, paragraphs, tables, charts and annexes, in words and figures as they are printed.

One list of parts is drawn twice, as Word (``report_docx``) and as PDF (``report_pdf``), so the two cannot say different things. Not here: what
a report says (``report_sections``), how it looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from dudao.reports import text

if TYPE_CHECKING:
    from dudao.reports.self_report import SelfReport

Align = Literal["left", "centre", "right"]

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""Controls and halves of characters: XML forbids most of them, and none has a shape."""
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 or 2, its number not in ``text`` until ``numbered``."""

    level: Literal[1, 2]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the text; ``lead``: the words it begins with, set off in 黑体."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: ``width`` as its share of the page's; ``unit`` stands under the title. Numbers are aligned right."""

    title: str
    width: float
    align: Align = "left"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: ``strong`` for what needs eyes; ``rows``: how many rows it spans, those below hold None in its place."""

    text: str
    strong: bool = False
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose header repeats on each page. ``note``: a line below it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of ``charts`` by its name; ``words`` say the same to who cannot see it."""

    name: str
    caption: str
    words: str


Part = Heading | Paragraph | Table | Chart


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex (附件), on a page of its own."""

    title: str
    parts: tuple[Part, ...]


def clean(words: str) -> str:
    """A text as it is drawn: without what cannot be printed, every run of white space one space, no number broken at its thousands.

    >>> clean("演示" + chr(7) + "小学" + chr(10) + "#let x")
    '演示小学 #let x'
    """
    return re.sub(r"[ \t\r\n\u00a0]+", " ", _UNPRINTABLE.sub("", words)).strip().replace("\u2009", "\u202f")


def row(*cells: str | Cell | None) -> tuple[Cell | None, ...]:
    """A row of cells; a plain text is a cell."""
    return tuple(Cell(cell) if isinstance(cell, str) else cell for cell in cells)


def annex_number(report: SelfReport, number: int) -> str:
    """What stands above an annex: 附件 alone where it is the only one."""
    return "附件" if len(report.annexes) == 1 else f"附件{number}"


def annexes_named(report: SelfReport) -> tuple[tuple[str, str], ...]:
    """附件说明: each line's beginning and name."""
    if len(report.annexes) == 1:
        return (("附件：", report.annexes[0].title),)
    return tuple(
        (f"{'' if number > 1 else '附件：'}{number}. ", annex.title)
        for number, annex in enumerate(report.annexes, start=1)
    )


def closing(report: SelfReport) -> tuple[tuple[str, float], ...]:
    """署名 and 成文日期, each with its distance from the right edge in characters.

    GB/T 9704-2012 7.3.5.2: the signature two characters in, the date's first character two after the signature's; where the date is
    longer, the date two in. Without a signature the date stands four in.
    """
    day = text.day(report.on)
    if not report.by:
        return ((day, 4),)
    longer = _characters(report.by) - _characters(day) - 2
    return (report.by, 2 + max(0, -longer)), (day, 2 + max(0, longer))


def _characters(words: str) -> float:
    """Width in Chinese characters; a digit takes half of one."""
    return sum(0.5 if letter.isascii() else 1 for letter in words)


def chinese(number: int) -> str:
    """A number from 1 to 99 as headings count.

    >>> chinese(3), chinese(10), chinese(12), chinese(21)
    ('三', '十', '十二', '二十一')
    """
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十") + (_DIGITS[ones] if ones else "")


def numbered(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts with their numbers: 一、 and （一） before headings, 表1 and 图1 before captions.

    >>> [part.text for part in numbered([Heading(1, "甲"), Heading(2, "乙"), Heading(1, "丙"), Heading(2, "丁")])]
    ['一、甲', '（一）乙', '二、丙', '（一）丁']
    """
    first = second = tables = charts = 0
    for part in parts:
        match part:
            case Heading(1, words):
                first, second = first + 1, 0
                yield Heading(1, f"{chinese(first)}、{words}")
            case Heading(_, words):
                second += 1
                yield Heading(2, f"（{chinese(second)}）{words}")
            case Table():
                tables += 1
                yield replace(part, caption=f"表{tables}　{part.caption}")
            case Chart():
                charts += 1
                yield replace(part, caption=f"图{charts}　{part.caption}")
            case _:
                yield part
