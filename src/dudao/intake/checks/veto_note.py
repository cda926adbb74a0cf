"""A situation that bars recognition (一票否决) and is stated to exist comes with its particulars (情况说明).

Query, at the statement; it bars recognition either way.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.asked import YES, name
from dudao.standards.model import Standard, Veto
from dudao.tables import Return

CODE = "CHK-047"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """有 without particulars."""
    for indicator in figures.asking(standard, Veto):
        found, note = name(indicator, "found"), name(indicator, "note")
        if unit.text(found) == YES and unit.figure(note).state == "missing":
            said = f"{figures.told(unit, standard, found)}，没有写明情况。"
            yield figures.query(CODE, unit, found, said, "请在情况说明中写明时间、单位和处理结果；填错的改为“无”。")
