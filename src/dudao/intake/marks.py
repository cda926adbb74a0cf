"""A look at a sheet before it is read: how far its cells reach, and what their values do not show.

A naive reader allocates every cell from A1 to the last one, so one cell at XFD1048576 ends the process. Hence a part reaches the reader
in one of two ways: as it is, when a few searches over its bytes prove that nothing unusual is in it, or rewritten from what expat saw, cells
with a content only. What was looked at is what is read. Not here: the values themselves (``workbook``).
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from dudao.intake import markup
from dudao.intake.messages import Refusal
from dudao.intake.sheet import HEADINGS, MAX_COLUMNS, MAX_ROWS, Mark, address, position

LAST_ROW = MAX_ROWS + HEADINGS
LONGEST = 32_767
"""Characters of a cell, as in the office programs."""
MOST_TAGS = 3_000_000
"""Tags of a sheet part: a full form has a million, and rows formatted to their end 16 384 each."""
MOST_TEXT = 64_000_000
"""Characters of all cells of a workbook: a string may be stored once and used by every cell."""

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_CLASSES = bytes.maketrans(string.ascii_letters.encode() + string.digits.encode(), b"A" * 52 + b"0" * 10)
_SMALLEST = len('<c r="A1" t="s"><v>0</v></c>')
_STRING_CELL = re.compile(rb't="s"[^<>]*><v>([0-9]{1,9})</v>')


@dataclass(frozen=True, slots=True)
class Formats:
    """Number formats that matter, by index of the cell style: shown as a percentage; shown with at least so many digits.

    ``ids`` and ``codes`` are all formats, from which the reader tells dates.
    """

    percent: frozenset[int] = frozenset()
    digits: Mapping[int, int] = field(default_factory=dict)
    ids: tuple[int, ...] = ()
    codes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """A sheet part that is safe to read, and the marks of its cells by (row, column) from 0."""

    part: bytes
    marks: Mapping[tuple[int, int], Mark]


@markup.remembered
def formats(part: bytes | None) -> Formats:
    """The formats of a styles part."""
    codes: dict[int, str] = {}
    ids: list[int] = []
    inside = False

    def started(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal inside
        if name == "cellXfs":
            inside = True
        elif name == "numFmt":
            codes[_number(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif name == "xf" and inside:
            ids.append(_number(attributes.get("numFmtId", "0")))

    def ended(name: str, text: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    if part is not None:
        markup.parse(part, started, ended)
    percent = {i for i, code in enumerate(ids) if code in (9, 10) or _is_percent(codes.get(code, ""))}
    digits = {i: n for i, code in enumerate(ids) if (n := _digits(codes.get(code, "")))}
    return Formats(frozenset(percent), digits, tuple(ids), codes)


@lru_cache(maxsize=1024)
def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Refusal("FILE-017")
    return int(text)


def _is_percent(code: str) -> bool:
    return "%" in re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code)


def _digits(code: str) -> int:
    return len(code) if re.fullmatch(r"0{2,32}", code) else 0


def look(part: bytes, known: Formats) -> Look:
    """Look at a sheet part. Refusal when it is not well formed or reaches beyond the limits."""
    markup.guard(part)
    if _nothing_unusual(part, known):
        return Look(part, {})
    return _rewritten(part, known)


def _nothing_unusual(part: bytes, known: Formats) -> bool:
    """Whether searches over the bytes prove: every cell has its address, none lies beyond row 9999 or column ZZ; no formula, error value,
    percentage or padded number; no comment, CDATA, prefix or single quote that would let a search miss one. What the reader allocates is
    then bounded (an address of another shape is an error to it), and the exact extent is asked of it before its values are.
    """
    start, end = part.find(b"<sheetData>"), part.rfind(b"</sheetData>")
    if start < 0 or end < start or part.find(b"<!", 0, start) >= 0 or _more_after(part[end + 12 :]):
        return False
    data = part[start + 11 : end]
    # A search for one byte is some fifty times as fast as for two, so each pair is looked for only if its rarer byte is there.
    if any(sign in data for sign in (b"!", b"?", b"&", b"'")) or (b"f" in data and b"<f" in data):
        return False
    if (b"e" in data and b'"e"' in data) or any(after[:1] in b"crf" for after in data.split(b":")[1:]):
        return False
    cells = data.count(b'<c r="')
    if cells != data.count(b"<c"):
        return False
    classes = data.translate(_CLASSES)
    if b"AAA0" in classes or b'00000"' in classes:
        return False
    styled = (*known.percent, *known.digits)
    return 0 not in styled and not any(b's="%d"' % style in data for style in styled)


def _more_after(rest: bytes) -> bool:
    return re.search(rb"<!|sheetData|[<:]c[\s>/]|[<:]row[\s>/]", rest) is not None


@dataclass(slots=True)
class _Cell:
    """The cell being run through."""

    row: int
    column: int
    kind: str
    style: int
    value: str | None = None
    formula: bool = False


class _Rewriter:
    """Takes expat's events of one sheet and keeps the cells with a content."""

    def __init__(self, known: Formats) -> None:
        self.known = known
        self.out: list[str] = []
        self.marks: dict[tuple[int, int], Mark] = {}
        self.row, self.column = -1, -1
        self.cell: _Cell | None = None
        self.texts: list[str] = []
        self.phonetic = False
        self.open_row = -1

    def started(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._place(attributes.get("r"))
            style = attributes.get("s", "0")
            self.cell = _Cell(
                self.row, self.column, attributes.get("t", "n"), _number(style) if style != "0" else 0
            )
            self.texts.clear()
        elif name == "row":
            self.row, self.column = _row(attributes.get("r"), self.row), -1
        elif name == "f" and self.cell is not None:
            self.cell.formula = True
        elif name == "rPh":
            self.phonetic = True

    def ended(self, name: str, text: str) -> None:
        if name == "v":
            if self.cell is not None:
                self.cell.value = text
        elif name == "c" and self.cell is not None:
            if self.cell.kind == "inlineStr":
                self.cell.value = "".join(self.texts)
            if self.cell.value or self.cell.formula:
                self._keep(self.cell)
            self.cell = None
        elif name == "t" and not self.phonetic:
            self.texts.append(text)
        elif name == "rPh":
            self.phonetic = False

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self.row, self.column = max(self.row, 0), self.column + 1
            return
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise Refusal("FILE-017")
        self.column = _column(found.group(1))
        row = int(found.group(2)) - 1
        if row != self.row and self.row >= 0:
            raise Refusal("FILE-017")
        self.row = row

    def _keep(self, cell: _Cell) -> None:
        if cell.row >= LAST_ROW or cell.column >= MAX_COLUMNS:
            raise Refusal("FILE-020", what="工作表", rows=MAX_ROWS, columns=MAX_COLUMNS)
        if cell.value and len(cell.value) > LONGEST:
            raise Refusal("FILE-021")
        error = cell.value or "#" if cell.kind == "e" else None
        percent, digits = cell.style in self.known.percent, self.known.digits.get(cell.style, 0)
        if cell.formula or error or percent or digits:
            mark = Mark(cell.formula, error, percent, digits)
            self.marks[cell.row, cell.column] = mark
        if not cell.value or error:
            return
        if cell.row != self.open_row:
            self.out.append(f'{"</row>" if self.open_row >= 0 else ""}<row r="{cell.row + 1}">')
            self.open_row = cell.row
        self.out.append(_cell_xml(cell))


def _cell_xml(cell: _Cell) -> str:
    head = f'<c r="{address(cell.row, cell.column)}" s="{cell.style}"'
    if cell.kind in ("inlineStr", "str"):
        return (
            f'{head} t="inlineStr"><is><t xml:space="preserve">{markup.escape(cell.value or "")}</t></is></c>'
        )
    kind = cell.kind if cell.kind in ("s", "b", "d", "n") else "n"
    return f'{head} t="{kind}"><v>{markup.escape((cell.value or "").strip())}</v></c>'


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    return position(f"{letters}1")[1] - 1


def _row(text: str | None, last: int) -> int:
    if text is None:
        return last + 1
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text):
        raise Refusal("FILE-017")
    return int(text) - 1


def _rewritten(part: bytes, known: Formats) -> Look:
    if part.count(b"<") > MOST_TAGS:
        raise Refusal("FILE-020", what="工作表", rows=MAX_ROWS, columns=MAX_COLUMNS)
    writer = _Rewriter(known)
    markup.parse(part, writer.started, writer.ended)
    body = "".join(writer.out) + ("</row>" if writer.open_row >= 0 else "")
    return Look(
        f'<worksheet xmlns="{markup.MAIN[0]}"><sheetData>{body}</sheetData></worksheet>'.encode(),
        writer.marks,
    )


def strings(part: bytes | None) -> tuple[bytes | None, list[int]]:
    """The shared strings, safe to read, and the length of each in bytes (at most). Refusal for one longer than a cell may be."""
    if part is None:
        return None, []
    markup.guard(part)
    chunks = part.split(b"</si>")
    usual = (
        b"<!" not in part
        and b":si" not in part
        and b"<si/>" not in part
        and b"<?" not in part[5:]
        and b"'" not in part[: part.find(b"<si")]
    )
    if usual and part.count(b"<si>") == len(chunks) - 1 and max(map(len, chunks)) <= LONGEST:
        return part, [len(chunk) for chunk in chunks[:-1]]
    texts = _texts(part)
    body = "".join(f'<si><t xml:space="preserve">{markup.escape(text)}</t></si>' for text in texts)
    return f'<sst xmlns="{markup.MAIN[0]}">{body}</sst>'.encode(), [4 * len(text) for text in texts]


def _texts(part: bytes) -> list[str]:
    texts: list[str] = []
    pieces: list[str] = []
    phonetic = False

    def started(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal phonetic
        phonetic = phonetic or name == "rPh"

    def ended(name: str, text: str) -> None:
        nonlocal phonetic
        if name == "t" and not phonetic:
            pieces.append(text)
        elif name == "rPh":
            phonetic = False
        elif name == "si":
            texts.append("".join(pieces))
            pieces.clear()
            if len(texts[-1]) > LONGEST:
                raise Refusal("FILE-021")

    markup.parse(part, started, ended)
    return texts


def weight(part: bytes, lengths: list[int]) -> int:
    """How much text the shared strings make in the cells of a looked-at part, at most; exact only where it comes near the limit."""
    longest = max(lengths, default=0)
    estimate = len(part) // _SMALLEST * longest
    if estimate > MOST_TEXT // 4:
        estimate = part.count(b'"s"') * longest
    if estimate <= MOST_TEXT // 4:
        return estimate
    used = [int(index) for index in _STRING_CELL.findall(part)]
    if len(used) != part.count(b'"s"'):
        raise Refusal("FILE-021")
    return sum(lengths[index] for index in used if index < len(lengths))
