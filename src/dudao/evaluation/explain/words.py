"""Formulas and limits in words (公式、限值的文字): the printed labels of the form in place of names.

Only wording lives here. What a formula or a limit means is computed by ``dudao.indicators`` and ``dudao.evaluation``.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from dudao.evaluation.sentences import trimmed
from dudao.standards.formula import Tree, parse
from dudao.standards.model import Indicator, Limit, Ratio, Standard

OPERATORS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜", "==": "＝", "!=": "≠"}
COEFFICIENT = "CV ＝ S ÷ X̄，X̄ ＝ Σ（Pᵢ × xᵢ）÷ P，S² ＝ Σ（Pᵢ ÷ P）（xᵢ － X̄）²"
"""校际差异系数, weighted by pupils."""
COMPOSITE = "综合差异系数 ＝ 各项差异系数之和 ÷ 项数"
JUDGEMENTS = {
    "met": "达标",
    "basically_met": "基本合格",
    "not_met": "未达标",
    "no_data": "无数据",
    "not_applicable": "不适用",
    "undetermined": "待定",
}
_SMALL = Decimal("0.001")
_MOST_PLACES = 12
_SIGNS = {"+": " ＋ ", "-": " － ", "*": " × ", "/": " ÷ "}
_DERIVED = {"compulsory_pupils": "义务教育阶段学生数", "through_school": "一贯制学校"}
_CALLS = {"min": "较小值", "max": "较大值", "ceil": "向上取整", "where": "如果"}
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}


def formula(standard: Standard, text: str) -> str:
    """A formula with the printed labels in place of names.

    >>> from dudao.standards import load_standard
    >>> formula(load_standard("cn-2017-quality-balance"), "100 * (gym_area + grounds_area) / pupils_primary")
    '100 × （学校体育馆面积 ＋ 校内体育场面积） ÷ 小学学生人数'
    """
    return _say(standard, parse(text), 0)


def label(standard: Standard, name: str) -> str:
    """The printed label of a name in a formula; a name that no form has (A, B, C of a count) as it is."""
    if name in _DERIVED:
        return _DERIVED[name]
    if name in standard.derived:
        return f"有{standard.stage(name.removeprefix('has_')).title}"
    try:
        return standard.field(name).label
    except KeyError:
        return name


def _say(standard: Standard, tree: Tree, outer: int) -> str:
    parts = tree.parts
    match tree.kind:
        case "number":
            return trimmed(tree.number)
        case "name":
            return label(standard, tree.word)
        case "neg":
            return f"－{_say(standard, parts[0], 3)}"
        case "not":
            return f"不是（{_say(standard, parts[0], 0)}）"
        case "and" | "or":
            word = " 且 " if tree.kind == "and" else " 或 "
            return word.join(_say(standard, part, 0) for part in parts)
        case "compare":
            left, right = (_say(standard, part, 0) for part in parts)
            return f"{left} {OPERATORS[tree.word]} {right}"
        case "call":
            said = "，".join(_say(standard, part, 0) for part in parts)
            return f"各校（{said}）合计" if tree.word == "sum" else f"{_CALLS[tree.word]}（{said}）"
    rank = _RANK[tree.word]
    # a - (b + c) and a / (b * c) keep their brackets, a + b + c needs none
    said = f"{_say(standard, parts[0], rank)}{_SIGNS[tree.word]}{_say(standard, parts[1], rank + (tree.word in '-/'))}"
    return f"（{said}）" if outer > rank else said


def ratio(standard: Standard, rule: Ratio, text: str, level: str, shared: str, *, adds: bool) -> str:
    """The formula of a ratio at a level: resource, what reliefs add, the share that falls to the level, over its pupils."""
    resource = formula(standard, text) + (" ＋ 放宽计入" if adds else "")
    if "＋" in resource or "－" in resource:
        resource = f"（{resource}）"
    factor = "" if rule.scale == 1 else f"{trimmed(rule.scale)} × "
    part = "" if shared == "stage" else " × 本学段份额"
    return f"{factor}{resource}{part} ÷ {label(standard, standard.stage(level).pupils)}"


def sharing(standard: Standard, shared: str) -> str:
    """How a figure of the whole school reaches a level; empty where it is the level's own."""
    if shared == "pupils":
        return "没有分学段数据，按义务教育各学段学生数折算。"
    if shared == "weighted":
        names = "：".join(stage.title for stage in standard.stages)
        return f"按加权学生数拆分，一名学生的权数 {names}＝{'：'.join(trimmed(stage.weight) for stage in standard.stages)}。"
    return ""


def clause(standard: Standard, indicator: Indicator, limit: Limit | None = None) -> str:
    """Where an indicator's words stand, and from when its limit holds."""
    place = indicator.clause if limit is None else limit.source
    since = "" if limit is None else f"，{limit.since.year}年{limit.since.month}月{limit.since.day}日起"
    until = "" if limit is None or limit.until is None else f"至{limit.until.year}年{limit.until.month}月{limit.until.day}日"
    return f"《{standard.title}》（{standard.number}）{place}{since}{until}"


def bound(operator: str, limit: object, unit: str) -> str:
    """A limit as printed: ≥4.2, ≤0.45, ≥95%.

    >>> bound(">=", Decimal("0.95"), "share"), bound("<=", Decimal("0.50"), "")
    ('≥95%', '≤0.5')
    """
    text = shown(limit, unit)
    return f"{OPERATORS.get(operator, '')}{text}" if text else ""


def shown(value: object, unit: str, limit: object = None) -> str:
    """A value to read: shares in per cent, four decimals at most, of small values three figures; words as they are. With as many decimals
    as it takes to tell it apart from ``limit``.

    >>> shown(2 / 3, "share"), shown(Decimal("4.20"), "㎡/生"), shown(-0.0000034567, "")
    ('66.7%', '4.2 ㎡/生', '-0.00000346')
    """
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return value
    scale, places = (100, 1) if unit == "share" else (1, 4)
    number = Decimal(float(value) * scale)  # type: ignore[arg-type]
    if unit != "share" and number and abs(number) < _SMALL:
        text = trimmed(Decimal(format(number, ".3g")))
    else:
        apart = None if limit is None or Fraction(limit) == Fraction(value) else Fraction(limit) * scale  # type: ignore[arg-type]
        while places < _MOST_PLACES and apart is not None and Fraction(format(number, f".{places}f")) == apart:
            places += 1
        text = trimmed(Decimal(format(number, f".{places}f")))
    if unit == "share":
        return f"{text}%"
    return text if unit in ("", "比值") else f"{text} {unit}"
