"""A standard's formulas and limits in words: what the reading pages and explanations print.

Only wording lives here. What a formula or a limit means is computed by the library alone.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from dudao.periods import holds
from dudao.standards.formula import Tree, parse
from dudao.standards.model import Formula, Indicator, Limit, Ratio, Relief, Standard, Variation
from dudao_web.ui.templatetags.ui import thin

SIGNS = {"+": " ＋ ", "-": " － ", "*": " × ", "/": " ÷ "}
OPERATORS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜", "==": "＝", "!=": "≠"}
DERIVED = {"compulsory_pupils": "义务教育阶段学生数", "through_school": "一贯制学校"}
CALLS = {"sum": "全县合计", "min": "较小值", "max": "较大值", "ceil": "向上取整", "where": "如果"}
RANK = {"+": 1, "-": 1, "*": 2, "/": 2}


def number(value: Decimal) -> str:
    """A decimal as a document prints it: 4.2, 0.5, 2000."""
    text = format(value.normalize(), "f")
    return text if value == value.to_integral() else text.rstrip("0")


def day(value: date) -> str:
    """2017年4月19日."""
    return f"{value.year}年{value.month}月{value.day}日"


def label(standard: Standard, name: str) -> str:
    """The printed label of a figure used in a formula."""
    if name in DERIVED:
        return DERIVED[name]
    return standard.field(name).label


def formula(standard: Standard, text: str) -> str:
    """A formula with the printed labels in place of names: 教学及辅助用房总面积 － 室内体育用房面积."""
    return _say(standard, parse(text), 0)


def _say(standard: Standard, tree: Tree, outer: int) -> str:
    parts = tree.parts
    match tree.kind:
        case "number":
            return number(tree.number)
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
            return f"{CALLS[tree.word]}（{'，'.join(_say(standard, part, 0) for part in parts)}）"
    rank = RANK[tree.word]
    # a - (b + c) and a / (b * c) keep their brackets, a + b + c needs none
    said = f"{_say(standard, parts[0], rank)}{SIGNS[tree.word]}{_say(standard, parts[1], rank + (tree.word in '-/'))}"
    return f"（{said}）" if outer > rank else said


def limit(item: Limit, unit: str) -> str:
    """A limit as printed in a table head: ≥4.2, ≤0.45, ≥2 000, ≥85%."""
    if item.value is None:
        return f"{OPERATORS[item.operator]} {item.figure}"
    value = f"{number(item.value * 100)}%" if unit == "share" else thin(number(item.value))
    return f"{OPERATORS[item.operator]}{value}"


def unit(text: str) -> str:
    """A unit for display: a share is shown in per cent and needs none."""
    return "" if text == "share" else text


def limits_on(indicator: Indicator, on: date) -> list[Limit]:
    """The limits in force on a day, plain ones before reliefs, in the order of the text."""
    current = [item for item in indicator.limits if holds(item, on)]
    return sorted(current, key=lambda item: item.when is not None)


def ratio(standard: Standard, rule: Ratio, level: str) -> tuple[str, str]:
    """(resource, pupils) of a ratio at a level: what stands above and below the line of its formula."""
    text = rule.resource.get(level) or rule.resource["*"]
    return formula(standard, text), label(standard, standard.stage(level).pupils)


def shares(standard: Standard, rule: Ratio) -> str:
    """How a whole school's resource reaches its levels, "" where nothing is split."""
    if rule.share == "stage":
        return ""
    if rule.share == "pupils":
        return "一贯制学校、完全中学没有分学段数据的，按义务教育各学段学生数折算，标“估”。"
    weights = "：".join(number(stage.weight) for stage in standard.stages)
    names = "：".join(stage.title for stage in standard.stages)
    return f"一贯制学校、完全中学按加权学生数拆分，一名学生的权数 {names}＝{weights}。"


def formula_lines(standard: Standard, indicator: Indicator) -> list[str]:
    """The formula of an indicator in lines to read; empty where it is not computed from figures."""
    rule = indicator.rule
    if isinstance(rule, Ratio):
        lines = []
        for stage in standard.levels:
            above, below = ratio(standard, rule, stage.name)
            if "*" in rule.resource:
                below = "学生数"
            factor = "" if rule.scale == 1 else f"{number(rule.scale)} × "
            head = "" if "*" in rule.resource else f"{stage.title}："
            if "＋" in above or "－" in above:
                above = f"（{above}）"
            line = f"{head}{factor}{above} ÷ {below}"
            if line not in lines:
                lines.append(line)
        return [*lines, *filter(None, [shares(standard, rule)])]
    if isinstance(rule, Variation):
        return ["差异系数 ＝ S ÷ X̄，X̄ ＝ ΣR ÷ ΣP，S² ＝ Σ（Pᵢ ÷ P）（xᵢ － X̄）²，以各校学生数加权。"]
    if isinstance(rule, Formula):
        by_level = [
            f"{standard.stage(name).title}：{formula(standard, text)}" for name, text in rule.by_level.items()
        ]
        whole = [formula(standard, rule.text)] if rule.text else []
        return [f"{'每校：' if rule.each == 'school' else ''}{line}" for line in (*whole, *by_level)]
    return []


def relief_lines(standard: Standard, reliefs: Iterable[Relief]) -> list[str]:
    """Each relief: under which words, what it adds, from when, by which source."""
    lines = []
    for item in reliefs:
        end = f"至{day(item.until)}" if item.until else "不设止期"
        lines.append(f"{item.title}。可计入：{formula(standard, item.adds)}。{end}。{item.source}")
    return lines
