"""The words of an evaluation: its one sentence and its reasons, in Chinese.

Here live texts only; every count comes from the Evaluation. Not here: labels of documents (``dudao.reports``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from dudao.evaluation.item import Item
from dudao.evaluation.judge import Judgement
from dudao.evaluation.terms import Missing
from dudao.standards.model import Limit, SchoolRule, Variation
from dudao.units import rounded

if TYPE_CHECKING:
    from dudao.evaluation.coefficients import Coefficient
    from dudao.evaluation.evaluate import Evaluation
    from dudao.evaluation.values import SchoolResult

_TOLD = 3
"""Missing figures named in a reason; all of them are in ``missing``."""
_MOST_PLACES = 12
"""Decimals shown at most where fewer would hide that a value differs from its limit."""
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


def shown(value: float, places: int, limit: Decimal | None = None) -> str:
    """A value as printed, in the one rounding for display; with more places where it would look like the limit it is told apart from.

    >>> shown(2.675, 2), shown(0.4615, 3), shown(0.50000004, 3, Decimal("0.5"))
    ('2.68', '0.462', '0.50000004')
    """
    while places < _MOST_PLACES and limit is not None and value != limit and rounded(value, places) == limit:
        places += 1
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
    spread = {item.code for item in evaluation.standard.indicators if isinstance(item.rule, Variation)}
    if count := sum(reason.code in ratio_codes or (reason.code in spread and bool(reason.level)) for reason in found):
        yield f"{count} 项差异系数"
    if not schools and any(reason.code in rules | spread and not reason.level for reason in found):
        yield "学校"
    if others := {reason.code for reason in found if reason.code not in ratio_codes | rules | spread}:
        yield f"{len(others)} 项县级指标"


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
            text = f"{name} {shown(item.cv, places, item.limit.value)}，高于 {item.limit.value}。"
        else:
            text = f"{name}{_why(evaluation, item)}。"
        yield Reason(item.indicator.code, item.level.name, None, item.judgement, text)
    whole = next((item.code for item in evaluation.standard.indicators if isinstance(item.rule, Variation)), "")
    for composite in evaluation.composites.values():
        if composite.judgement not in ("not_met", "no_data"):
            continue
        name = f"{composite.level.title}综合差异系数"
        if composite.cv is not None and composite.limit is not None and composite.judgement == "not_met":
            text = f"{name} {shown(composite.cv, places, composite.limit.value)}，高于 {composite.limit.value}。"
        else:
            causes = ["有指标缺学校数据"] if composite.cv is None else []
            causes += [_unreadable(evaluation)] if evaluation.intake.unreadable else []
            causes += [_no_limit(evaluation)] if composite.limit is None else []
            text = f"{name}不能判定：{'；'.join(causes)}。"
        yield Reason(whole, composite.level.name, None, composite.judgement, text)


def _why(evaluation: Evaluation, item: Coefficient) -> str:
    causes = []
    if item.counted > item.n:
        causes.append(f"缺 {item.counted - item.n} 所学校的数据")
    elif item.cv is None and item.counted:
        causes.append("全县平均值为 0，不能计算")
    if evaluation.intake.unreadable:
        causes.append(_unreadable(evaluation))
    if item.limit is None:
        causes.append(_no_limit(evaluation))
    return "不能判定：" + "；".join(causes)


def _no_limit(evaluation: Evaluation) -> str:
    on = evaluation.on
    return f"{on.year}年{on.month}月{on.day}日没有有效的达标值"


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
    lacking = [value.indicator.short for value in values if value.judgement == "no_data" and value.value is None]
    unlimited = [value.indicator.short for value in values if value.judgement == "no_data" and value.value is not None]
    text = f"{name}{met}/{len(values)} 项达标"
    if worse:
        text += f"，{'、'.join(worse)}低于标准的 {share}%"
    if rest := [short for short in below if short not in worse]:
        text += f"，{'、'.join(rest)}未达标"
    if lacking:
        text += f"，{'、'.join(lacking)}无数据"
    if unlimited:
        text += f"，{'、'.join(unlimited)}：{_no_limit(evaluation)}"
    if result.row.school.unit.void:
        text += f"（{result.row.school.unit.void}）"
    return text + "。"


def _items(evaluation: Evaluation) -> Iterator[Reason]:
    """Reasons of the items that the verdict rests on; the others are shown, and decide nothing."""
    rule = evaluation.standard.verdict
    deciding = {*rule.all_of, *rule.vetoes}
    for item in evaluation.items:
        if item.indicator.code not in deciding:
            continue
        if isinstance(item.indicator.rule, Variation | SchoolRule):
            nothing = not evaluation.schools and not evaluation.intake.unreadable
            if isinstance(item.indicator.rule, Variation) and nothing:
                yield Reason(item.indicator.code, None, None, "no_data", "没有计入的学校，不能计算差异系数。")
        elif item.judgement in ("not_met", "no_data"):
            yield from _item(evaluation, item)


def _item(evaluation: Evaluation, item: Item) -> Iterator[Reason]:
    """One reason an item; of an item judged school by school one a school, and one for what no school explains."""
    indicator = item.indicator
    ones = [one for one in item.schools if one.judgement in ("not_met", "no_data")]
    for one in ones:
        name = one.school.name or one.school.code or "未填校名的学校"
        if one.judgement == "not_met" and one.value is not None and one.limit is not None:
            counted = f"（{indicator.note}）" if indicator.note else ""
            value = amount(one.value, indicator.unit, one.limit)
            text = f"{name}：{indicator.title} {value}{counted}，应{bound(one.limit, indicator.unit)}。"
        elif one.value is not None and one.limit is None:
            text = f"{name}：{indicator.title}，{_no_limit(evaluation)}。"
        else:
            text = f"{name}：{indicator.title}，{_lacks(one.missing)}。"
        yield Reason(indicator.code, None, one.school.code, one.judgement, text)
    if not ones or item.note:
        unlimited = item.judgement == "no_data" and bool(indicator.limits) and not item.limit and not item.missing
        text = _no_limit(evaluation) if unlimited else why(item)
        yield Reason(indicator.code, None, None, item.judgement, f"{indicator.title}：{text}。")


def why(item: Item) -> str:
    """Why an item is not met or not judged, in words."""
    unit = item.indicator.unit
    if item.judgement != "not_met":
        return item.note or _lacks(item.missing)
    said = []
    for part in item.parts:
        if part.judgement == "not_met" and part.needed:
            said.append(f"{part.name} {part.value}，应达到{part.needed}")
        elif part.judgement == "not_met" and part.limit is not None and isinstance(part.value, Fraction):
            said.append(f"{part.name} {amount(part.value, unit, part.limit)}，应{bound(part.limit, unit)}".strip())
    decided = not said and not any(part.judgement == "met" for part in item.parts)
    if decided and isinstance(item.value, Fraction) and len(item.limit) == 1:
        sign = next((limit for limit in item.indicator.limits if limit.when is None), None)
        said = [amount(item.value, unit, sign) + (f"，应{bound(sign, unit)}" if sign else "")]
    elif decided and isinstance(item.value, str):
        said = [item.value]
    return "；".join([*said, *([item.note] if item.note else [])]) or "未达标"


def _lacks(missing: Sequence[Missing]) -> str:
    """What keeps an item from being judged: figures that are missing, or of a school handed in twice; else a denominator of 0."""
    void = next((gap.school.unit.void for gap in missing if gap.school is not None and gap.school.unit.void), None)
    if void:
        return void
    return f"缺{_gaps(missing)}" if missing else "分母为 0，不能计算"


def _gaps(missing: Sequence[Missing]) -> str:
    """What is lacking, the first few by name."""
    names = list(dict.fromkeys(gap.field for gap in missing))
    schools = {gap.school.number for gap in missing if gap.school is not None}
    named = "、".join(f"“{name}”" for name in names[:_TOLD]) + (f" 等 {len(names)} 项" if len(names) > _TOLD else "")
    many = f"（{len(schools)} 所学校）" if len(schools) > 1 else ""
    return f"{named}{many}"


def amount(value: Fraction | float, unit: str, limit: Limit | None = None) -> str:
    """A value with its unit, as printed: shares as percent with one decimal, whole numbers whole, others with two decimals; with
    more where it would otherwise look like the limit it is told apart from.

    >>> amount(Fraction(19, 20), "share"), amount(Fraction(2001), "人"), amount(Fraction(1, 3), "比值")
    ('95%', '2001 人', '0.33')
    """
    scale, places = (100, 1) if unit == "share" else (1, 2)
    target = None if limit is None or limit.value is None else Fraction(limit.value)
    exact = Fraction(value)
    while places < _MOST_PLACES and target is not None and exact != target and rounded(float(exact) * scale, places) == target * scale:
        places += 1
    number = trimmed(rounded(float(exact) * scale, places))
    return f"{number}%" if unit == "share" else number if unit in ("", "比值") else f"{number} {unit}"


_SIGNS = {">=": "不低于", "<=": "不高于", ">": "高于", "<": "低于"}


def bound(limit: Limit, unit: str) -> str:
    """A limit in words: 不低于 95%."""
    if limit.value is None:
        return f"{_SIGNS[limit.operator]}规定值"
    share = unit == "share"
    number = trimmed(limit.value * 100 if share else limit.value)
    return f"{_SIGNS[limit.operator]} {number}%" if share else f"{_SIGNS[limit.operator]} {number}{'' if unit in ('', '比值') else ' ' + unit}"


def trimmed(value: object) -> str:
    """A decimal without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
