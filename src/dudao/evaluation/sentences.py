"""The words of an evaluation: its one sentence and its reasons, in Chinese.

Here live texts only; every count comes from the Evaluation. Not here: labels of documents (``dudao.reports``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dudao.evaluation.judge import Judgement
from dudao.standards.model import SchoolRule, Variation
from dudao.units import rounded

if TYPE_CHECKING:
    from dudao.evaluation.evaluate import Coefficient, Evaluation, SchoolResult

NAMED = 50
"""Unreadable files named in a reason; all of them are in the issues."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why the verdict is not met. ``code``: of the item; ``school``: its code, None for the
    county."""

    code: str
    level: str | None
    school: str | None
    judgement: Judgement
    text: str


def shown(value: float, places: int) -> str:
    """A value as printed, in the one rounding for display.

    >>> shown(2.675, 2), shown(0.4615, 3)
    ('2.68', '0.462')
    """
    return str(rounded(value, places))


def reasons(evaluation: Evaluation) -> tuple[Reason, ...]:
    """All reasons, not_met before no_data, in the order of the standard."""
    found = [*_coefficients(evaluation), *_schools(evaluation), *_items(evaluation)]
    return tuple(sorted(found, key=lambda reason: reason.judgement != "not_met"))


def sentence(evaluation: Evaluation) -> str:
    """The verdict in one sentence, with its main reasons and what is missing."""
    if evaluation.status == "met":
        return "各项要求均已达到。"
    failed = [reason for reason in evaluation.reasons if reason.judgement == "not_met"]
    lacking = [reason for reason in evaluation.reasons if reason.judgement == "no_data"]
    parts = "、".join(_counted(evaluation, failed))
    missing = "、".join(_counted(evaluation, lacking))
    if evaluation.status == "undetermined":
        return f"{missing}数据不全，尚不能下结论；就现有数据看，没有不达标的。"
    return f"{parts}未达标" + (f"；另有 {missing}数据不全，补齐后仍不能通过。" if lacking else "。")


def _counted(evaluation: Evaluation, found: list[Reason]) -> Iterator[str]:
    """所学校, 项差异系数, 项其他指标, each with its number."""
    ratio_codes = {item.indicator.code for item in evaluation.coefficients}
    rules = _rule_codes(evaluation)
    of_schools = [reason for reason in found if reason.code in rules and reason.level]
    if schools := {reason.school or reason.text for reason in of_schools}:
        yield f"{len(schools)} 所学校"
    if count := sum(reason.code in ratio_codes for reason in found):
        yield f"{count} 项差异系数"
    if count := len(found) - len(of_schools) - count:
        yield f"{count} 项县级指标"


def _rule_codes(evaluation: Evaluation) -> set[str]:
    return {item.code for item in evaluation.standard.indicators if isinstance(item.rule, SchoolRule)}


def _unreadable(evaluation: Evaluation) -> str:
    files = evaluation.intake.unreadable
    if not files:
        return ""
    names = "、".join(files[:NAMED]) + (f" 等 {len(files)} 个文件" if len(files) > NAMED else "")
    return f"{names}不能读取，可能缺少学校"


def _coefficients(evaluation: Evaluation) -> Iterator[Reason]:
    places = evaluation.standard.rounding.variation
    for item in evaluation.coefficients:
        if item.judgement not in ("not_met", "no_data"):
            continue
        name = f"{item.level.title}“{item.indicator.title}”差异系数"
        if item.judgement == "not_met" and item.cv is not None and item.limit is not None:
            text = f"{name} {shown(item.cv, places)}，高于 {item.limit.value}。"
        else:
            text = f"{name}{_why(evaluation, item)}。"
        yield Reason(item.indicator.code, item.level.name, None, item.judgement, text)


def _why(evaluation: Evaluation, item: Coefficient) -> str:
    causes = []
    if item.counted > item.n:
        causes.append(f"缺 {item.counted - item.n} 所学校的数据")
    elif item.cv is None and item.counted:
        causes.append("全县平均值为 0，不能计算")
    if evaluation.intake.unreadable:
        causes.append(_unreadable(evaluation))
    return "不能判定：" + "；".join(causes)


def _schools(evaluation: Evaluation) -> Iterator[Reason]:
    for rule in evaluation.standard.indicators:
        if not isinstance(rule.rule, SchoolRule):
            continue
        for result in evaluation.schools:
            if result.judgement in ("not_met", "no_data"):
                row = result.row
                yield Reason(rule.code, row.level.name, row.school.code, result.judgement, _school(evaluation, result, rule.rule))
        if evaluation.intake.unreadable:
            yield Reason(rule.code, None, None, "no_data", f"{_unreadable(evaluation)}，不能判定所有学校。")
        elif not evaluation.schools:
            yield Reason(rule.code, None, None, "no_data", "没有计入的学校。")


def _school(evaluation: Evaluation, result: SchoolResult, rule: SchoolRule) -> str:
    name = f"{result.row.school.name or result.row.school.code or '未填校名的学校'}（{result.row.level.title}）"
    values = [result.values[code] for code in rule.of]
    met = sum(value.judgement == "met" for value in values)
    share = f"{rule.rest * 100:f}".rstrip("0").rstrip(".") if "." in f"{rule.rest * 100:f}" else f"{rule.rest * 100:f}"
    below = [value.indicator.short for value in values if value.judgement == "not_met"]
    worse = [value.indicator.short for value in values if value.reaches is False]
    lacking = [value.indicator.short for value in values if value.judgement == "no_data"]
    text = f"{name}{met}/{len(values)} 项达标"
    if worse:
        text += f"，{'、'.join(worse)}低于标准的 {share}%"
    if rest := [short for short in below if short not in worse]:
        text += f"，{'、'.join(rest)}未达标"
    if lacking:
        text += f"，{'、'.join(lacking)}无数据"
    return text + "。"


def _items(evaluation: Evaluation) -> Iterator[Reason]:
    for item in evaluation.items:
        if isinstance(item.indicator.rule, Variation | SchoolRule):
            nothing = not evaluation.schools and not evaluation.intake.unreadable
            if isinstance(item.indicator.rule, Variation) and nothing:
                yield Reason(item.indicator.code, None, None, "no_data", "没有计入的学校，不能计算差异系数。")
            continue
        if item.judgement in ("not_met", "no_data"):
            word = "未达标" if item.judgement == "not_met" else "无数据"
            yield Reason(item.indicator.code, None, None, item.judgement, f"{item.indicator.title}：{word}。")
