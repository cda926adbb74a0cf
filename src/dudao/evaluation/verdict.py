"""The rules over judgements: strong-Kleene AND, the school rule, the verdict's status.

Here live pure functions on lists of judgements. Not here: values and limits (``judge``), words (``sentences``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from dudao.evaluation.judge import Judgement

Status = Literal["met", "not_met", "undetermined"]


def together(judgements: Iterable[Judgement]) -> Judgement:
    """All of them: one not_met makes not_met whatever is missing; else one no_data makes no_data; else met.
    not_applicable is left out; nothing left to judge is no_data.

    >>> together(["met", "no_data", "not_met"]), together(["met", "no_data"]), together(["met", "not_applicable"]), together([])
    ('not_met', 'no_data', 'met', 'no_data')
    """
    judged = [judgement for judgement in judgements if judgement != "not_applicable"]
    if "not_met" in judged:
        return "not_met"
    if "no_data" in judged or not judged:
        return "no_data"
    return "met"


def school_rule(judgements: Sequence[Judgement], reaches: Sequence[bool | None], at_least: int) -> Judgement:
    """每校规则: not_met if a value misses even the share of its limit that the rest must reach, or too many are
    below their limits; else no_data if a value is missing; else met.

    ``reaches``: for each value whether it reaches that share, None without a value. ``at_least``: how many
    must meet their limit.

    >>> school_rule(["met"] * 6 + ["not_met"], [True] * 7, 6), school_rule(["met"] * 5 + ["not_met"] * 2, [True] * 7, 6)
    ('met', 'not_met')
    >>> school_rule(["met"] * 6 + ["no_data"], [True] * 6 + [None], 6)
    'no_data'
    """
    below = sum(judgement == "not_met" for judgement in judgements)
    if any(reach is False for reach in reaches) or below > len(judgements) - at_least:
        return "not_met"
    return "no_data" if "no_data" in judgements else "met"


def status(judgements: Iterable[Judgement]) -> Status:
    """The verdict's status of the judgements it rests on."""
    joined = together(judgements)
    return "undetermined" if joined == "no_data" else joined  # type: ignore[return-value]
