"""Of the counts of each group of a survey (申报表 表Ⅵ), 有效问卷数 is at most 问卷总数, 满意问卷数 at most 有效问卷数, 走访满意人数 at most 走访人数.

Error, at the part that is larger than its whole; both become unusable, so that the item of the survey has no rate. Which items have
a survey, and of whom, the standard says.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.asked import name
from dudao.standards.model import Standard, Survey
from dudao.tables import Return

CODE = "CHK-038"
PAIRS = (("valid", "sent"), ("satisfied", "valid"), ("visit_satisfied", "visited"))
"""What is a part of what."""


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """A part larger than its whole."""
    for part, whole in _wrong(unit, standard):
        found = f"{figures.told(unit, standard, part)}，大于{figures.told(unit, standard, whole)}。"
        yield figures.error(CODE, unit, part, found, "请改正其中一项，否则满意度按无数据处理。")


def refuses(unit: Return, standard: Standard) -> Iterator[str]:
    """The fields that become unusable."""
    for pair in _wrong(unit, standard):
        yield from pair


def _wrong(unit: Return, standard: Standard) -> Iterator[tuple[str, str]]:
    for indicator in figures.asking(standard, Survey):
        for number in range(1, len(indicator.rule.groups) + 1):
            for part, whole in PAIRS:
                names = name(indicator, f"{number}_{part}"), name(indicator, f"{number}_{whole}")
                values = figures.numbers(unit, names)
                if values is not None and values[0] > values[1]:
                    yield names
