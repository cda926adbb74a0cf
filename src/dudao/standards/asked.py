"""What the rules of a standard ask for beside its fields: the rows of the 补充表 that follow from declared items, vetoes, surveys,
results handed down, points and grades.

Here lives one function a kind of rule. Every answer becomes a Figure like any other, with file, sheet and cell. Not here: the fields
that a document itself asks for (``fields.yaml``), how an answer is judged (``dudao.evaluation``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from dudao.standards.model import Chapter, Declared, Field, Given, Graded, Indicator, Points, Survey, Veto

YES, NO = "有", "无"
"""Answers to a veto, and to a C-clause."""
NOT_MONITORED = "未监测"
HOLDS, HOLDS_NOT = "达到", "未达到"
"""Answers to an A-clause, and to what a clause asks beside its figure."""
SURVEY = {"sent": "问卷总数", "valid": "有效问卷数", "satisfied": "满意问卷数", "visited": "走访人数", "visit_satisfied": "走访满意人数"}
"""Counts of one group of a survey (申报表 表Ⅵ): name of the figure, words of its row."""


_NO_NAME = frozenset({"没有", "暂无", "待补", "待定", "不详", "不适用", "暂缺", "无佐证", "none", "na", "null"})


def names_proof(text: str | None) -> bool:
    """Whether a text names a proof: at least two letters or characters, and not a word for nothing.

    >>> names_proof("学校布局规划图"), names_proof("无"), names_proof("——"), names_proof("0"), names_proof("暂无。")
    (True, False, False, False, False)
    """
    letters = "".join(sign for sign in unicodedata.normalize("NFKC", text or "") if sign.isalpha())
    return len(letters) > 1 and letters.casefold() not in _NO_NAME


def asked(chapters: Iterable[Chapter]) -> tuple[Field, ...]:
    """The fields that the rules of the chapters ask for, in document order."""
    return tuple(field for chapter in chapters for indicator in chapter.indicators for field in of(indicator, chapter.title))


def of(indicator: Indicator, group: str = "") -> Iterator[Field]:
    """The fields that one indicator asks for. Names are ``<code>_<what>``, see ``name``."""
    rule = indicator.rule

    def row(what: str, words: str, kind: str, unit: str = "", choices: tuple[str, ...] = (), note: str = "") -> Field:
        label = f"{indicator.code} {words}"
        return Field(
            name(indicator, what), label, kind, unit, "county_supplement", False,  # type: ignore[arg-type]
            group=group, choices=choices, note=note, item=indicator.code,
        )  # fmt: skip

    match rule:
        case Declared():
            yield row("met", f"{indicator.title}：是否达到要求", "choice", choices=tuple(rule.words.values()))
            yield row("proof", f"{indicator.title}：佐证材料", "text", note="、".join(rule.proofs))
        case Veto():
            yield row("found", f"{indicator.title}：有无", "choice", choices=(YES, NO))
            yield row("note", f"{indicator.title}：情况说明", "text")
        case Given():
            for number, part in enumerate(rule.parts, 1):
                choices = (*rule.grades, NOT_MONITORED)
                yield row(f"{number}_grade", f"{part}：学业水平等级", "choice", choices=choices)
                yield row(f"{number}_value", f"{part}：校际差异率", "amount")
        case Survey():
            for number, group_name in enumerate(rule.groups, 1):
                for what, words in SURVEY.items():
                    unit = "人" if what.startswith("visit") else "份"
                    yield row(f"{number}_{what}", f"{group_name}：{words}", "count", unit)
        case Points():
            yield row("points", f"{indicator.title}：得分", "amount", "分", note=f"0—{rule.most} 分")
        case Graded():
            yield from _graded(indicator, rule, row)
    for number, words in enumerate(indicator.also, 1):
        yield row(f"also_{number}", f"{words}：是否达到要求", "choice", choices=(HOLDS, HOLDS_NOT))


def _graded(indicator: Indicator, rule: Graded, row) -> Iterator[Field]:
    if rule.by == "share":
        yield row("short", f"{indicator.title}：未达到的观察点数", "count", "个", note=f"共 {rule.points} 个观察点")
    else:
        for number, clause in enumerate(rule.clauses.get("A", ()), 1):
            yield row(f"a{number}", f"A{number} {clause}：是否达到", "choice", choices=(HOLDS, HOLDS_NOT))
    for number, clause in enumerate(rule.clauses.get("C", ()), 1):
        yield row(f"c{number}", f"C{number} {clause}：有无", "choice", choices=(YES, NO))


def name(indicator: Indicator, what: str) -> str:
    """The name of a field that an indicator asks for: met, proof (declared) · found, note (veto) · N_grade, N_value (given, part
    N from 1) · N_sent, N_valid, N_satisfied, N_visited, N_visit_satisfied (survey, group N) · points · short, aN, cN (graded) ·
    also_N.
    """
    return f"{indicator.code}_{what}"
