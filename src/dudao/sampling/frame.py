"""Frame (抽样框) and quotas (名额): their rows, the rules of their values, and the one form in bytes in which they are hashed.

``frame.csv`` and ``quota.csv`` are canonical: UTF-8 without BOM, NFC, LF, a header, no quotes or commas in values, rows in byte order. Reading
takes nothing else and says every fault; it never puts a file right, since the hash is that of the bytes. An office's own file, with a BOM, CRLF
or rows in another order, is made canonical once, by ``tidy`` (``dudao sample plan``). Not here: how many are drawn (``design``), tickets (``draw``).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Generic, TypeVar

FRAME_COLUMNS = ("code", "name", "district", "kind", "take", "reason")
QUOTA_COLUMNS = ("district", "kind", "n")
TAKES = ("draw", "certain", "out")
"""draw: by its ticket; certain: taken without one; out: not in the draw. The last two need a reason."""
MAX_FILE = 20_000_000
"""Bytes of a frame or a quota table: some 300,000 units."""
MOST_FAULTS = 1000
"""Faults that are listed of one file."""
_CODE = re.compile(r"[A-Za-z0-9-]+")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class Row:
    """One unit of the frame. ``take`` is one of TAKES; ``reason`` may be empty for ``draw`` only."""

    code: str
    name: str
    district: str
    kind: str
    take: str = "draw"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many units of a district and kind are taken, ``certain`` ones included; ``kind`` empty: of all kinds of the district together."""

    district: str
    kind: str
    n: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one row: where (``line`` counts from 1, the header is line 1), which rule, what was found, how to mend it."""

    file: str
    line: int
    rule: str
    found: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行：{self.found}。{self.rule}，{self.mend}。"


class Impossible(Exception):
    """A draw that cannot be made; ``messages`` are all reasons that were found, in Chinese, each with how to mend it. Nothing is drawn."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(self.messages))


class Faulty(Impossible):
    """A frame or quota table that is not as it must be; ``faults`` say where."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(map(str, self.faults))


def digest(data: bytes) -> str:
    """SHA-256 of a file's bytes, 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def read_frame(data: bytes) -> tuple[tuple[Row, ...], tuple[Fault, ...]]:
    """The rows of a canonical ``frame.csv`` and every fault; with a fault, the rows are not to be used."""
    return read(FRAME, data)


def read_quota(data: bytes) -> tuple[tuple[Quota, ...], tuple[Fault, ...]]:
    """The rows of a canonical ``quota.csv`` and every fault; with a fault, the rows are not to be used."""
    return read(QUOTA, data)


def frame_bytes(rows: Iterable[Row]) -> bytes:
    """``frame.csv`` of these units in any order: NFC, byte order of (district, kind, code). Faulty names the row, as a line, and the rule.

    >>> frame_bytes([Row("B2", "乙校", "X", "小学"), Row("A1", "甲校", "X", "小学", "out", "2017")]).decode().splitlines()
    ['code,name,district,kind,take,reason', 'A1,甲校,X,小学,out,2017', 'B2,乙校,X,小学,draw,']
    """
    return written(FRAME, rows)


def quota_bytes(quotas: Iterable[Quota]) -> bytes:
    """``quota.csv`` of these quotas in any order. Faulty names the row, as a line, and the rule.

    >>> digest(quota_bytes([Quota("X", "", 3)]))[:16]
    'bb8c22dfd8a24ecf'
    """
    return written(QUOTA, quotas)


T = TypeVar("T")
Wrong = tuple[str, str, str]
"""Rule, found, mend."""


@dataclass(frozen=True, slots=True)
class Table(Generic[T]):
    """What the two files differ in. ``order``: the columns that rows are sorted by; ``once``: what may not come twice, ``only``: that rule."""

    file: str
    columns: tuple[str, ...]
    order: tuple[str, ...]
    once: Callable[[T], object]
    only: str
    made: Callable[[Sequence[str]], T]
    faults: Callable[[Sequence[str]], Iterator[Wrong]]


def read(table: Table[T], data: bytes) -> tuple[tuple[T, ...], tuple[Fault, ...]]:
    """The rows of a canonical file and its faults by line, at most MOST_FAULTS."""
    if fault := unreadable(table, data):
        return (), (fault,)
    text = data.decode()
    rows, faults = rows_of(table, enumerate(text.removesuffix("\n").split("\n"), 1))
    faults += [*_form_faults(table, text), *_order_faults(table, rows)]
    return tuple(row for _, row in rows), tuple(sorted(faults, key=lambda fault: fault.line)[:MOST_FAULTS])


def rows_of(table: Table[T], lines: Iterable[tuple[int, str]]) -> tuple[list[tuple[int, T]], list[Fault]]:
    """Rows with their lines, and faults of header, cells and repeated units; the order is left alone."""
    header = ",".join(table.columns)
    found = iter(lines)
    line, text = next(found, (1, ""))
    if text != header:
        return [], [
            Fault(
                table.file, line, f"表头应为 {header}", f"表头是“{shown(text)}”", "请改正表头，各列依次填写"
            )
        ]
    return _sound(table, ((line, text.split(",")) for line, text in found))


def _sound(
    table: Table[T], given: Iterable[tuple[int, Sequence[str]]]
) -> tuple[list[tuple[int, T]], list[Fault]]:
    """Rows of cells with their lines, and the faults of all; it stops at MOST_FAULTS."""
    faults: list[Fault] = []
    rows: list[tuple[int, T]] = []
    seen: dict[object, int] = {}
    for line, cells in given:
        row = _row(table, line, cells, faults)
        if row is not None:
            rows.append((line, row))
            first = seen.setdefault(table.once(row), line)
            if first != line:
                faults.append(Fault(table.file, line, table.only, f"与第 {first} 行重复", "请删去一行"))
        if len(faults) >= MOST_FAULTS:
            break
    return rows, faults


def _row(table: Table[T], line: int, cells: Sequence[str], faults: list[Fault]) -> T | None:
    """One row, or None with its faults told."""
    if len(cells) != len(table.columns):
        found, mend = ("是空行", "请删去") if list(cells) == [""] else (f"有 {len(cells)} 列", "请逐列核对")
        faults.append(Fault(table.file, line, f"每行 {len(table.columns)} 列，值中不能有逗号", found, mend))
        return None
    told = [
        fault for name, cell in zip(table.columns, cells, strict=True) if (fault := _value_fault(name, cell))
    ]
    told = told or list(table.faults(cells))
    faults += [Fault(table.file, line, *parts) for parts in told]
    return None if told else table.made(cells)


def written(table: Table[T], rows: Iterable[T]) -> bytes:
    """The canonical file of rows; Faulty names every value that cannot stand in one, lines counted as they would be written."""
    cells_of = attrgetter(*table.columns)
    given = [[unicodedata.normalize("NFC", str(value)) for value in cells_of(row)] for row in rows]
    at = [table.columns.index(name) for name in table.order]
    given.sort(key=lambda cells: [cells[n] for n in at])
    _, faults = _sound(table, enumerate(given, 2))
    if faults:
        raise Faulty(faults)
    return "".join(",".join(cells) + "\n" for cells in [table.columns, *given]).encode()


def unreadable(table: Table[T], data: bytes) -> Fault | None:
    """Why bytes are no text of such a file at all."""
    if len(data) > MAX_FILE:
        return Fault(
            table.file,
            1,
            f"不超过 {MAX_FILE // 1_000_000} MB",
            f"有 {len(data)} 字节",
            "请核对是否用错了文件",
        )
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Fault(table.file, 1, "须是 CSV 文本", "是工作簿", "请在表格软件中另存为“CSV UTF-8”")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Fault(
            table.file,
            line,
            "须是 UTF-8 编码",
            f"有不是 UTF-8 的字节 {data[error.start]:02x}",
            "请另存为“CSV UTF-8”",
        )
    return None


def shown(text: str, most: int = 60) -> str:
    """A value as a message shows it: bounded, nothing invisible."""
    cut = text[:most] + ("…" if len(text) > most else "")
    return "".join(sign if unicodedata.category(sign) not in _INVISIBLE else "□" for sign in cut)


def value_fault(value: str) -> str:
    """What no value may hold, in words; empty when it is sound."""
    if "," in value or '"' in value:
        return "含有逗号或引号"
    if not value.isprintable() and any(unicodedata.category(sign) in _INVISIBLE for sign in value):
        return "含有换行、控制符或看不见的字符"
    return "首尾有空格" if value != value.strip() else ""


def _value_fault(name: str, value: str) -> Wrong | None:
    """What is wrong with a value of any column."""
    if what := value_fault(value):
        return (
            "值中不能有逗号、引号、控制符，首尾不能有空格",
            f"{name} “{shown(value)}”{what}",
            "请改正这个值",
        )
    return None


def _form_faults(table: Table[T], text: str) -> Iterator[Fault]:
    """What is wrong with the bytes as a whole: BOM, CR, composition of letters, last LF. Each with its first line."""
    mend = "请先运行 dudao sample plan，用它写出的文件"
    if text.startswith("\ufeff"):
        yield Fault(table.file, 1, "UTF-8 不带 BOM", "文件以 BOM 开头", mend)
    if "\r" in text:
        yield Fault(table.file, text.count("\n", 0, text.index("\r")) + 1, "只用 LF 换行", "行尾有 CR", mend)
    if not unicodedata.is_normalized("NFC", text):
        line = next(
            n for n, row in enumerate(text.split("\n"), 1) if not unicodedata.is_normalized("NFC", row)
        )
        yield Fault(table.file, line, "文字须是 NFC 形式", "有分解的字符", mend)
    if not text.endswith("\n"):
        yield Fault(table.file, text.count("\n") + 1, "每行以 LF 结尾", "最后一行没有换行", mend)


def _order_faults(table: Table[T], rows: Sequence[tuple[int, T]]) -> Iterator[Fault]:
    """Rows that stand before their place. Code points and UTF-8 bytes sort alike, so text is compared."""
    key = attrgetter(*table.order)
    keys = [(line, key(row)) for line, row in rows]
    rule, mend = (
        f"各行按（{', '.join(table.order)}）的字节顺序排列",
        "请先运行 dudao sample plan，用它写出的文件",
    )
    for (_, before), (line, after) in pairwise(keys):
        if after < before:
            yield Fault(table.file, line, rule, "这一行应在上一行之前", mend)


def _frame_faults(cells: Sequence[str]) -> Iterator[Wrong]:
    """What is wrong with a unit."""
    code, name, district, kind, take, reason = cells
    if not _CODE.fullmatch(code):
        yield "code 只用字母、数字和短横", f"code 是“{shown(code)}”", "请改正代码"
    for column, value in (("name", name), ("district", district), ("kind", kind)):
        if not value:
            yield f"{column} 必须填写", f"{column} 是空的", "请填写"
    if take not in TAKES:
        yield "take 只能是 draw、certain 或 out", f"take 是“{shown(take)}”", "请改正"
    elif take != "draw" and not reason:
        yield "certain 和 out 必须写明理由", f"take 是 {take}，reason 是空的", "请填写 reason"


def _quota_faults(cells: Sequence[str]) -> Iterator[Wrong]:
    """What is wrong with a quota."""
    if not cells[0]:
        yield "district 必须填写", "district 是空的", "请填写"
    if not _WHOLE.fullmatch(cells[2]):
        yield "n 是 0 或正整数，至多九位，不带前导的 0、符号和小数", f"n 是“{shown(cells[2])}”", "请填写整数"


FRAME: Table[Row] = Table(
    file="frame.csv",
    columns=FRAME_COLUMNS,
    order=("district", "kind", "code"),
    once=attrgetter("code"),
    only="同一代码只能有一行",
    made=lambda cells: Row(*cells),
    faults=_frame_faults,
)
QUOTA: Table[Quota] = Table(
    file="quota.csv",
    columns=QUOTA_COLUMNS,
    order=("district", "kind"),
    once=attrgetter("district", "kind"),
    only="同一辖区、类别只能有一行",
    made=lambda cells: Quota(cells[0], cells[1], int(cells[2])),
    faults=_quota_faults,
)
