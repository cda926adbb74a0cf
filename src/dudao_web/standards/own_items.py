"""An office's own 细则: from a filled 录入表 to the text of a standard under the office's name, and what of it to look over.

Built of the library alone; no database. Not here: keeping the text (``actions``), the pages (``views_items``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from dudao.intake import items_book, items_template
from dudao.standards import StandardError, contents, digest
from dudao.standards.items_book import Book, Fault, Row, Rules, book_of
from dudao.standards.items_check import doubts, faults
from dudao.standards.items_folder import files, sound
from dudao.standards.model import Chapter, Count, Declared, Graded, Indicator, Points, Standard
from dudao.standards.proofs import asked
from dudao_web.standards import queries, words
from dudao_web.standards.words import number

DEFAULT = "default"


@dataclass(frozen=True)
class OwnItems:
    """A filled 录入表 as read. ``faults``: why it cannot be taken; ``doubts``: what to look at again."""

    base: Standard
    book: Book
    rows: tuple[Row, ...]
    rules: Rules
    faults: tuple[Fault, ...]
    doubts: tuple[Fault, ...]

    def files(self, identity: str, title: str, version: str) -> dict[str, bytes]:
        """The folder of the new standard with that of the base, file by file."""
        own = files(self.base, self.book, self.rows, self.rules, identity, title, version)
        return {**self._lent, **own}

    @cached_property
    def _lent(self) -> Mapping[str, bytes]:
        return {f"extends/{self.base.id}/{name}": data for name, data in contents(self.base.path).items()}


@dataclass(frozen=True, slots=True)
class LineShown:
    """One item to look over: what it is judged by, in short, and its proofs."""

    indicator: Indicator
    rule: tuple[str, ...]
    proofs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChapterShown:
    """A chapter that the 细则 fills. ``points``: their sum, None where it has none."""

    chapter: Chapter
    lines: tuple[LineShown, ...]
    points: str | None


@lru_cache(maxsize=1)
def bases() -> frozenset[str]:
    """Ids of the catalogue's standards into which a 细则 may be loaded."""
    return frozenset(offer.standard for offer in queries.offers() if book(offer.standard) is not None)


@lru_cache(maxsize=32)
def book(standard: str) -> Book | None:
    """What a standard of the catalogue lets be loaded; None where there is no such standard, or nothing may."""
    base = queries.offered(standard, DEFAULT)
    try:
        return None if base is None else book_of(base)
    except StandardError:
        return None


def template(standard: str) -> bytes:
    """The empty 录入表 of a standard that lets items be loaded."""
    base, own = queries.offered(standard, DEFAULT), book(standard)
    assert base is not None and own is not None
    return items_template.write(base, own)


def read(standard: str, name: str, data: bytes) -> OwnItems:
    """A filled 录入表 of a standard that lets items be loaded."""
    base, own = queries.offered(standard, DEFAULT), book(standard)
    assert base is not None and own is not None
    filled = items_book.read(name, data, own)
    found = filled.faults or faults(base, own, filled.rows, filled.rules)
    again = () if found else doubts(base, own, filled.rows)
    return OwnItems(base, own, filled.rows, filled.rules, found, again)


def tried(own: OwnItems, identity: str, title: str, version: str, profile: str) -> Standard:
    """The standard that a sound 录入表 makes; StandardError where it cannot be loaded after all. Its folder is gone: its path is of no use."""
    return sound(own.files(identity, title, version), identity, profile)[0]


def sha256(own: OwnItems, identity: str, title: str, version: str) -> str:
    """The hash that the text will have."""
    return digest(own.files(identity, title, version))


def shown(standard: Standard) -> list[ChapterShown]:
    """The chapters that the 细则 fills, in document order, with what each item is judged by."""
    found = []
    for chapter in standard.chapters:
        if not chapter.file.startswith("extends/"):
            lines = tuple(
                LineShown(item, tuple(_short(standard, item)), asked(item)) for item in chapter.indicators
            )
            points = [item.rule.most for item in chapter.indicators if isinstance(item.rule, Points)]
            found.append(ChapterShown(chapter, lines, number(sum(points, Decimal(0))) if points else None))
    return found


def _short(standard: Standard, indicator: Indicator) -> Iterator[str]:
    match indicator.rule:
        case Points() as rule:
            yield f"{number(rule.most)} 分{'（附加分）' if rule.bonus else ''}"
        case Graded() as rule:
            if rule.by == "share":
                yield f"观察点 {rule.points} 个"
            for grade, clauses in rule.clauses.items():
                yield from (f"{grade}{place}　{clause}" for place, clause in enumerate(clauses, 1))
        case Declared() as rule:
            yield "、".join(rule.words.values())
        case Count():
            yield from words.rule_lines(standard, indicator)


def totals(standard: Standard) -> str:
    """How much a 细则 holds: 12 项，100 分（不含附加分）."""
    items = [line.indicator for own in shown(standard) for line in own.lines]
    own = [item for item in items if not isinstance(item.rule, Count)]
    points = [item.rule.most for item in own if isinstance(item.rule, Points) and not item.rule.bonus]
    many = f"，{number(sum(points, Decimal(0)))} 分（不含附加分）" if points else ""
    return f"{len(own)} 项{many}"
