"""Issue (数据错误): something wrong with a file or a figure, and nothing else.

Here lives the one shape in which every reader and every check reports. Not here: findings, which are
problems of a school, and errors of a standard's folder (``dudao.standards.load`` has its own, with file and
line).

Two levels that are never mixed: an ``error`` must be corrected, its figure counts as no_data; a ``query``
(存疑) is corrected or explained in writing, and changes neither a value nor the exit code.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["error", "query"]


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    """One message about one place.

    ``code`` is topic and number (``FIG-012``), never reused. ``file`` is relative to the INPUT it came from;
    ``sheet`` and ``cell`` are None for a fault of a whole file. ``found`` says which rule and what was
    found, ``mend`` how to mend it; both are Chinese sentences for the person who filled the form.

    >>> Issue("error", "FIG-003", "a.xlsx", "学校填报数据", "E11", "「小学学生人数」填了“3,520”，不是数字。", "去掉逗号。").line()
    'a.xlsx 学校填报数据!E11 错误 FIG-003 「小学学生人数」填了“3,520”，不是数字。 去掉逗号。'
    """

    level: Level
    code: str
    file: str
    sheet: str | None
    cell: str | None
    found: str
    mend: str

    def line(self) -> str:
        """The issue as one line of text: where, which rule, what was found, how to mend."""
        where = self.file
        place = "!".join(part for part in (self.sheet, self.cell) if part)
        where += f" {place}" if place else ""
        word = "错误" if self.level == "error" else "存疑"
        return f"{where} {word} {self.code} {self.found} {self.mend}"

    def to_dict(self) -> dict[str, str | None]:
        """The issue as it stands in the JSON of schema 1."""
        return asdict(self)
