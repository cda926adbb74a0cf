"""A standard's rules, formulas and limits in words: what the reading pages print.

Only wording lives here. A formula in words is the library's (``dudao.evaluation.explain.words``), so that a page and an explanation
say the same; what a rule means is computed by the library alone.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from dudao.evaluation.explain.words import COEFFICIENT, COMPOSITE, OPERATORS, formula, label
from dudao.periods import holds
from dudao.standards import asked
from dudao.standards.model import (
    Count,
    Declared,
    Exclusion,
    Formula,
    Given,
    Graded,
    Indicator,
    Instead,
    Limit,
    Points,
    Ratio,
    Relief,
    SchoolRule,
    SchoolType,
    Standard,
    Survey,
    Total,
    Variation,
    Veto,
)
from dudao_web.ui.templatetags.ui import thin

__all__ = ["formula", "label"]


def number(value: Decimal) -> str:
    """A decimal as a document prints it: 4.2, 0.5, 2000."""
    text = format(value.normalize(), "f")
    return text if value == value.to_integral() else text.rstrip("0")


def day(value: date) -> str:
    """2017年4月19日."""
    return f"{value.year}年{value.month}月{value.day}日"


def limit(item: Limit, unit: str, standard: Standard | None = None) -> str:
    """A limit as printed in a table head, with the decimals that the document writes: ≥4.2, ≤0.50, ≥2 000, ≥85%; one that is another
    figure by its label."""
    if item.value is None:
        figure = item.figure or ""
        return f"{OPERATORS[item.operator]}{formula(standard, figure) if standard else figure}"
    value = f"{number(item.value * 100)}%" if unit == "share" else thin(f"{item.value:f}")
    return f"{OPERATORS[item.operator]}{value}"


def unit(text: str) -> str:
    """A unit for display: a share is shown in per cent and needs none, nor does a quotient."""
    return "" if text in ("share", "比值") else text


def limits_on(indicator: Indicator, on: date) -> list[Limit]:
    """The limits in force on a day, plain ones before reliefs, in the order of the text."""
    current = [item for item in indicator.limits if holds(item, on)]
    return sorted(current, key=lambda item: item.when is not None)


def plain_limits(standard: Standard, indicator: Indicator, on: date) -> str:
    """The limits in force on a day without the reliefs, by level where they differ: ≥95%; 小学≤45，初中≤50."""
    titles = {stage.name: stage.title for stage in standard.levels}
    found = [item for item in limits_on(indicator, on) if item.when is None]
    return "，".join(
        f"{titles.get(item.level or '', '')}{limit(item, indicator.unit, standard)}" for item in found
    )


def shares(standard: Standard, rule: Ratio) -> str:
    """How a whole school's resource reaches its levels, "" where nothing is split."""
    if rule.share == "stage":
        return ""
    if rule.share == "pupils":
        return "一贯制学校、完全中学没有分学段数据的，按义务教育各学段学生数折算，标“估”。"
    weights = "：".join(number(stage.weight) for stage in standard.stages)
    names = "：".join(stage.title for stage in standard.stages)
    return f"一贯制学校、完全中学按加权学生数拆分，一名学生的权数 {names}＝{weights}。"


def rule_lines(standard: Standard, indicator: Indicator) -> list[str]:
    """How an indicator is computed and judged, in lines to read, whatever its kind of rule."""
    return [*_lines(standard, indicator), *_also(indicator)]


def _also(indicator: Indicator) -> Iterator[str]:
    if indicator.also:
        said = "；".join(indicator.also)
        yield f"条文另有要求：{said}。申报“{asked.HOLDS_NOT}”的为未达标，没有申报的注明，不入判定。"


def _lines(standard: Standard, indicator: Indicator) -> Iterator[str]:
    match indicator.rule:
        case Ratio() as rule:
            yield from _ratio(standard, rule)
        case Variation() as rule:
            yield from _variation(standard, rule)
        case SchoolRule() as rule:
            share = number(rule.rest * 100)
            yield f"每所学校、每个学段：{names(standard, rule.of)}共 {len(rule.of)} 项中至少 {rule.at_least} 项达标，其余不低于达标值的 {share}%。"
        case Formula() as rule:
            yield from _formula(standard, rule)
        case Declared() as rule:
            yield from _declared(rule)
        case Given() as rule:
            yield f"{'、'.join(rule.parts)}，各科学业水平等级不低于{rule.at_least}（由低到高 {'、'.join(rule.grades)}），且校际差异率符合限值。"
            yield f"填“{asked.NOT_MONITORED}”的学科不计；各科都未监测为无数据。"
        case Veto():
            yield f"申报有无：“{asked.NO}”为达标，“{asked.YES}”为未达标，一票否决；没有申报为无数据。"
        case Survey() as rule:
            yield f"满意度 ＝ 各组满意问卷数之和 ÷ 各组有效问卷数之和；各组：{'、'.join(rule.groups)}。"
            yield "实地走访的满意度同样须符合达标值。" if rule.visits else "实地走访只列出，不判定。"
        case Graded() as rule:
            yield from _graded(rule)
        case Points() as rule:
            yield f"0—{number(rule.most)} 分{'，附加分' if rule.bonus else ''}；没有得分为无数据。"
        case Total() as rule:
            yield from _total(standard, rule)
        case Count() as rule:
            yield from _count(standard, rule)


def _ratio(standard: Standard, rule: Ratio) -> Iterator[str]:
    lines = []
    for stage in standard.levels:
        whole = "*" in rule.resource
        above = formula(standard, rule.resource.get(stage.name) or rule.resource["*"])
        below = "学生数" if whole else label(standard, stage.pupils)
        if "＋" in above or "－" in above:
            above = f"（{above}）"
        factor = "" if rule.scale == 1 else f"{number(rule.scale)} × "
        lines.append(f"{'' if whole else f'{stage.title}：'}{factor}{above} ÷ {below}")
    yield from dict.fromkeys(lines)
    yield from filter(None, [shares(standard, rule)])


def _variation(standard: Standard, rule: Variation) -> Iterator[str]:
    yield f"{COEFFICIENT}，以各校学生数加权。"
    yield f"所含指标：{names(standard, rule.of)}。"
    if rule.judges == "composite":
        yield f"{COMPOSITE}；按学段判定综合差异系数，单项差异系数只列出。"
    elif rule.composite:
        yield f"每项、每个学段单独判定；{COMPOSITE}，只列出，不判定。"


def _formula(standard: Standard, rule: Formula) -> Iterator[str]:
    head = "每校：" if rule.each == "school" else ""
    if rule.text:
        yield head + formula(standard, rule.text)
    for name, text in rule.by_level.items():
        yield f"{head}{standard.stage(name).title}：{formula(standard, text)}"
    if rule.each == "school":
        yield "每所学校单独判定，均符合才达标；值为余量最小的学校的值。"
    if rule.applies:
        yield f"适用：{formula(standard, rule.applies)} 的学校。"
    if rule.schools == "all":
        yield "包括不计入差异系数的教学点，不包括特殊教育、职业学校。"
    for name, words in rule.scope.items():
        yield f"只计{label(standard, name)}为{'、'.join(words)}的学校；这一项没有填的，本指标无数据。"


def _declared(rule: Declared) -> Iterator[str]:
    words = "、".join(f"“{word}”" for word in rule.words.values())
    yield f"申报：{words}。"
    if not rule.needs_proof:
        return
    proofs = f"（{'、'.join(rule.proofs)}）" if rule.proofs else ""
    yield f"申报“{rule.words['met']}”须写明佐证材料{proofs}，没有写明为无数据。"


def _graded(rule: Graded) -> Iterator[str]:
    if rule.by == "clauses":
        yield "A：A 级条款全部达到；C：有一条 C 级情形；其余为 B。"
    else:
        shares = [
            f"{word} {number(share * 100)}% 为 {grade}"
            for grade, word, share in (("B", "不超过", rule.short_b), ("C", "达到", rule.short_c))
            if share is not None
        ]
        yield f"按 {rule.points} 个观察点中未达到的比例：没有为 A，{'，'.join(shares)}；有一条 C 级情形为 C。"
    for grade, clauses in rule.clauses.items():
        yield from (f"{grade}{place}　{clause}" for place, clause in enumerate(clauses, 1))


def _total(standard: Standard, rule: Total) -> Iterator[str]:
    of = [standard.indicator(code) for code in rule.of]
    weights = {item.code: rule.weights.get(item.code) for item in of}
    said = " ＋ ".join(
        f"{item.title}{f' × {number(weight)}' if (weight := weights[item.code]) is not None else ''}"
        for item in of
    )
    yield f"{said}。"
    if any(isinstance(item.rule, Points) and item.rule.bonus for item in of):
        most = f"，最多计 {number(rule.bonus_most)} 分" if rule.bonus_most else ""
        yield f"附加分{'计入' if rule.bonus_counts else '不计入'}{most if rule.bonus_counts else ''}。"
    yield "有一项没有得分即为无数据；即使都得满分也达不到的，为未达标。"


def _count(standard: Standard, rule: Count) -> Iterator[str]:
    yield f"{len(rule.of)} 项的等次：A 合格（达标），B 基本合格，C 不合格；依次取第一个符合的结果，都不符合为未达标。"
    for outcome in rule.outcomes:
        yield f"{outcome.title}：{formula(standard, outcome.when)}"


def names(standard: Standard, codes: Iterable[str]) -> str:
    """Indicators by code and short title: R1 高于规定学历教师、R2 县级以上骨干教师."""
    return "、".join(f"{code} {standard.indicator(code).short}" for code in codes)


def relief_lines(standard: Standard, indicator: Indicator) -> list[str]:
    """Each relief of the rule: under which words, what it lets count, till when, by which source."""
    reliefs: tuple[Relief | Instead, ...] = getattr(indicator.rule, "reliefs", ())
    return [
        f"{item.title}。{f'可计入：{formula(standard, item.adds)}' if isinstance(item, Relief) else f'可按：{formula(standard, item.text)}'}。"
        f"{f'至{day(item.until)}' if item.until else '不设止期'}。{item.source}"
        for item in reliefs
    ]


def excluded_types(types: Iterable[SchoolType]) -> list[str]:
    """The kinds of school that are not counted, with the reason."""
    found = []
    for kind in types:
        if kind.excluded:
            found.append(kind.excluded)
        elif kind.fewest:
            found.append(f"{kind.name}：{kind.fewest[1]}（少于 {kind.fewest[0]} 人）")
    return list(dict.fromkeys(found))


def exclusion(standard: Standard, item: Exclusion) -> str:
    """Schools left out by what they declare."""
    return f"{label(standard, item.field)}为{'、'.join(item.words)}：{item.reason}"
