"""资料汇编: a unit's current proofs as one zip, by indicator, with 目录.xlsx and 目录.txt. Made while it is sent, never kept whole.

Not here: who may have it (``views``).
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import xlsxwriter
from django.utils import timezone

from dudao.intake.archive import FAULTS
from dudao_web.evidence import queries
from dudao_web.evidence.models import Proof, Revision
from dudao_web.evidence.queries import Held

MOST = 512  # MB of one bundle
HEAD = (
    "指标",
    "指标名称",
    "要求的材料",
    "材料名称",
    "第几版",
    "形成日期",
    "上传日期",
    "文件",
    "字节数",
    "文件指纹（SHA-256）",
)
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the 目录: a proof at an indicator; ``path``: its file in the zip, "" for a gap."""

    code: str
    title: str
    asked: str
    proof: Proof | None
    path: str

    @property
    def cells(self) -> tuple[str | int, ...]:
        """As the 目录 prints it."""
        if self.proof is None:
            return (self.code, self.title, self.asked, "缺", "", "", "", "", "", "")
        last = self.proof.current
        days = (last.effective_on.isoformat(), timezone.localtime(last.at).date().isoformat())
        tail = (self.path, last.file.size, last.file.sha256)
        return (self.code, self.title, self.asked or "其他材料", self.proof.title, last.number, *days, *tail)


class _Pipe(io.RawIOBase):
    """Takes what the zip writes and gives it on: nothing is sought, nothing stays."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        self.waiting += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since."""
        data = bytes(self.waiting)
        self.waiting.clear()
        return data


def lines(rows: Sequence[Held]) -> list[Line]:
    """The 目录 in the order of the standard. A proof of several indicators lies in the folder of the first one."""
    paths: dict[int, str] = {}
    used: set[str] = set()
    found = []
    for row in rows:
        for asked, proofs in (*row.asked, ("", row.others)):
            if asked and not proofs:
                found.append(Line(row.code, row.title, asked, None, ""))
            for proof in proofs:
                if proof.pk not in paths:
                    paths[proof.pk] = _free(row, proof, used)
                found.append(Line(row.code, row.title, asked, proof, paths[proof.pk]))
    return found


def _free(row: Held, proof: Proof, used: set[str]) -> str:
    """Where a proof lies in the zip: folder of the indicator, its title and day; a number where that is taken."""
    last = proof.current
    folder = _fit(f"{row.code} {row.title}")
    stem, suffix = _fit(f"{proof.title}（{last.effective_on}）"), PurePosixPath(last.file.name).suffix.lower()
    path, number = f"{folder}/{stem}{suffix}", 1
    while path.casefold() in used:
        number += 1
        path = f"{folder}/{stem}（{number}）{suffix}"
    used.add(path.casefold())
    return path


def _fit(text: str) -> str:
    """A text as a name of a file on any system."""
    return _UNFIT.sub("_", text).strip(" .")[:80] or "_"


def size(found: Sequence[Line]) -> int:
    """Bytes of the files, each once."""
    return sum({line.path: line.proof.current.file.size for line in found if line.proof}.values())


def stream(heading: str, found: Sequence[Line]) -> Iterator[bytes]:
    """The zip piece by piece, a file at a time. A file that is damaged or gone is named in 未收入.txt, the others are sent."""
    pipe = _Pipe()
    missing = []
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_member("目录.txt"), _text(heading, found))
        archive.writestr(_member("目录.xlsx"), _table(heading, found))
        yield pipe.taken()
        files: dict[str, Revision] = {line.path: line.proof.current for line in found if line.proof}
        for path, revision in files.items():
            try:
                data = queries.content(revision.file)
            except (queries.FileDamaged, *FAULTS):
                missing.append(f"{path}：文件缺失或与存入时不一致，没有收入。\r\n")
                continue
            archive.writestr(_member(path), data)
            yield pipe.taken()
        if missing:
            archive.writestr(_member("未收入.txt"), "".join(missing).encode("utf-8-sig"))
    yield pipe.taken()


def _member(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, ZIP_EPOCH)


def _text(heading: str, found: Sequence[Line]) -> bytes:
    rows = [heading, "", "\t".join(HEAD), *("\t".join(map(str, line.cells)) for line in found)]
    return "".join(f"{row}\r\n" for row in rows).encode("utf-8-sig")


def _table(heading: str, found: Sequence[Line]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("目录")
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_string(0, 0, heading, bold)
        sheet.write_row(2, 0, HEAD, bold)
        for at, line in enumerate(found, start=3):
            for column, cell in enumerate(line.cells):
                sheet.write(at, column, cell, wrap)
        for column, width in enumerate((8, 28, 28, 28, 8, 12, 12, 40, 12, 66)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(3, 0)
    return out.getvalue()
