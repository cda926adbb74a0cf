"""Cross checks of a loaded standard: do the names meet, is every number sourced, can every rule be applied.

Here lives ``check``; what a single file may say is checked where it is read (``nodes``, ``rules``,
``load``). The worked cases are run by ``dudao test``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from dudao.standards import model
from dudao.standards.formula import Tree, parse
from dudao.standards.nodes import Problem


def check(standard: model.Standard) -> list[Problem]:
    """Every problem of meaning in a standard; empty when it is sound."""
    return list(chain(_unique(standard), _stages(standard), _verdict(standard), _indicators(standard)))


def _unique(standard: model.Standard) -> Iterator[Problem]:
    groups = {
        "fields.yaml": ("数据项", [item.name for item in standard.fields]),
        "standard.yaml": ("学校类型", [item.name for item in standard.types]),
    }
    for file, (word, names) in groups.items():
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Problem(file, 1, f"{word} {name} 重复")
    labels = [item.label for item in standard.fields]
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        yield Problem("fields.yaml", 1, f"填报项目“{label}”重复")
    codes: dict[str, model.Indicator] = {}
    for indicator in standard.indicators:
        if indicator.code in codes:
            yield Problem(indicator.file, indicator.line, f"指标代码 {indicator.code} 重复")
        codes[indicator.code] = indicator


def _stages(standard: model.Standard) -> Iterator[Problem]:
    stages = {stage.name for stage in standard.stages}
    fields = {item.name for item in standard.fields}
    for stage in standard.stages:
        if stage.pupils not in fields:
            yield Problem("standard.yaml", 1, f"学段 {stage.name} 的学生数 {stage.pupils} 不在 fields.yaml")
        if stage.weight <= 0:
            yield Problem("standard.yaml", 1, f"学段 {stage.name} 的折算系数应大于 0")
    for kind in standard.types:
        for name in kind.stages:
            if name not in stages:
                yield Problem("standard.yaml", 1, f"学校类型 {kind.name} 的学段 {name} 没有定义")
        for name in kind.needs:
            if name not in fields:
                yield Problem("standard.yaml", 1, f"学校类型 {kind.name} 需要的数据项 {name} 不在 fields.yaml")
    for item in standard.fields:
        if item.stage is not None and item.stage not in stages:
            yield Problem("fields.yaml", 1, f"数据项 {item.name} 的学段 {item.stage} 没有定义")
        if item.kind == "choice" and not item.choices:
            yield Problem("fields.yaml", 1, f"数据项 {item.name} 没有可选的值（choices）")


def _verdict(standard: model.Standard) -> Iterator[Problem]:
    codes = {indicator.code for indicator in standard.indicators}
    rule = standard.verdict
    for code in (*rule.all_of, *rule.vetoes):
        if code not in codes:
            yield Problem("standard.yaml", 1, f"结论规则用到的指标 {code} 不存在")
    if not rule.all_of:
        yield Problem("standard.yaml", 1, "结论规则没有写明怎样算通过（all_of）")
    for item in standard.exclusions:
        yield from (Problem("standard.yaml", 1, f"不计入的学校 {text}") for text in _words(standard, item.field, item.words))


def _words(standard: model.Standard, name: str, words: tuple[str, ...]) -> Iterator[str]:
    """Whether words are among the choices of a school's field."""
    known = {item.name: item for item in standard.fields if not item.of_county}
    if name not in known:
        yield f"用到的数据项 {name} 不是学校的填报项目"
        return
    choices = ("是", "否") if known[name].kind == "flag" else known[name].choices
    for word in words:
        if word not in choices:
            yield f"用到的“{word}”不是 {name} 可选的值"


def _indicators(standard: model.Standard) -> Iterator[Problem]:
    levels = {stage.name for stage in standard.levels}
    judged = {indicator.code for indicator in standard.indicators}
    fields = {item.name for item in standard.fields}
    ruled = {code for item in standard.indicators if isinstance(item.rule, model.SchoolRule) for code in item.rule.of}
    for indicator in standard.indicators:
        of_rule = (*_rule(indicator, judged), *_scope(standard, indicator))
        for text in (*_formulas(indicator), *of_rule, *_limits(indicator, levels, ruled)):
            yield Problem(indicator.file, indicator.line, f"{indicator.code} {text}")
        for name in _names(indicator):
            if name not in fields | standard.derived:
                yield Problem(indicator.file, indicator.line, f"{indicator.code} 用到的数据项 {name} 不在 fields.yaml")


def _texts(indicator: model.Indicator) -> Iterator[str]:
    rule = indicator.rule
    if isinstance(rule, model.Ratio):
        yield from rule.resource.values()
        yield from rule.by_stage.values()
        for relief in rule.reliefs:
            yield relief.adds
            yield relief.flag
            if relief.when is not None:
                yield relief.when
    if isinstance(rule, model.Formula):
        if rule.text:
            yield rule.text
        yield from rule.by_level.values()
        if rule.applies is not None:
            yield rule.applies
        for instead in rule.reliefs:
            yield instead.flag
            yield instead.text
    for limit in indicator.limits:
        yield from (text for text in (limit.figure, limit.when) if text is not None)


def _names(indicator: model.Indicator) -> list[str]:
    return sorted({name for text in _texts(indicator) for name in _parsed(text)})


def _parsed(text: str) -> tuple[str, ...]:
    try:
        return parse(text).names()
    except ValueError:
        return ()


def _formulas(indicator: model.Indicator) -> Iterator[str]:
    for text in _texts(indicator):
        try:
            parse(text)
        except ValueError as error:
            yield f"公式“{text}”：{error}"


def _rule(indicator: model.Indicator, codes: set[str]) -> Iterator[str]:
    rule = indicator.rule
    if isinstance(rule, model.Variation | model.SchoolRule):
        for code in rule.of:
            if code not in codes:
                yield f"用到的指标 {code} 不存在"
    if isinstance(rule, model.SchoolRule):
        if not 0 < rule.at_least <= len(rule.of):
            yield f"at_least {rule.at_least} 应在 1 与 {len(rule.of)} 之间"
        if not 0 <= rule.rest <= 1:
            yield f"rest_reaches {rule.rest} 应在 0 与 1 之间"
    if isinstance(rule, model.Ratio):
        if rule.scale <= 0 or rule.lacks_factor <= 0:
            yield "scale 和 lacks.factor 应大于 0"
        if not indicator.unit:
            yield "缺少 unit"


def _scope(standard: model.Standard, indicator: model.Indicator) -> Iterator[str]:
    """What a formula, a total, a count or a grade may say beyond its own reading."""
    rule = indicator.rule
    if isinstance(rule, model.Formula):
        for name, words in rule.scope.items():
            yield from _words(standard, name, words)
        for level in rule.by_level:
            if level not in {stage.name for stage in standard.levels}:
                yield f"公式的学段 {level} 没有定义"
        yield from _sides(standard, rule)
    if isinstance(rule, model.Total | model.Count):
        known = {item.code: item.rule for item in standard.indicators}
        for code in rule.of:
            if code not in known:
                yield f"用到的指标 {code} 不存在"
            elif isinstance(rule, model.Total) and not isinstance(known[code], model.Points):
                yield f"用到的指标 {code} 不是得分项（points）"
            elif isinstance(known[code], model.Total | model.Count):
                yield f"用到的指标 {code} 本身是合计"
        if isinstance(rule, model.Count):
            for outcome in rule.outcomes:
                for name in sorted(set(_parsed(outcome.when)) - set("ABC")):
                    yield f"等次条件用到的 {name} 不是 A、B、C"
    if isinstance(rule, model.Graded):
        if rule.by == "share" and not (rule.points > 0 and rule.short_b is not None and rule.short_c is not None):
            yield "按比例定等要写明 points、short_b、short_c"
        if rule.by == "clauses" and not rule.clauses.get("A"):
            yield "按条文定等要有 A 级条文"
        for grade in rule.clauses:
            if grade not in ("A", "C"):
                yield f"条文的等次 {grade} 应为 A 或 C"


def _sides(standard: model.Standard, rule: model.Formula) -> Iterator[str]:
    """In a county formula school figures stand inside ``sum``, the county's outside; in a school formula there is no ``sum``."""
    of_county = {item.name for item in standard.fields if item.of_county}
    for text in (rule.text, *rule.by_level.values()):
        for name, inside in _placed(parse(text), False) if text else ():
            if name == "sum" and rule.each == "school":
                yield "逐校的公式里不能用 sum"
            elif name != "sum" and rule.each == "county" and not inside and name not in of_county:
                yield f"用到的 {name} 是学校的数据项，区县的公式里应写 sum({name})"


def _placed(tree: Tree, inside: bool) -> Iterator[tuple[str, bool]]:
    """Every name of a formula and whether it stands in a ``sum``; the word ``sum`` for each of those."""
    if tree.kind == "name":
        yield tree.word, inside
    summing = tree.kind == "call" and tree.word == "sum"
    if summing:
        yield "sum", inside
    for part in tree.parts:
        yield from _placed(part, inside or summing)


def _limits(indicator: model.Indicator, levels: set[str], ruled: set[str]) -> Iterator[str]:
    """A ratio needs a limit where a school rule judges it; else it may only give coefficients (2012: 8 项)."""
    for limit in indicator.limits:
        if limit.level is not None and limit.level not in levels:
            yield f"达标值的学段 {limit.level} 没有定义"
    if isinstance(indicator.rule, model.Ratio) and indicator.code not in ruled and not indicator.limits:
        return
    if isinstance(indicator.rule, model.Ratio | model.Variation | model.Formula | model.Survey | model.Given | model.Total) and not indicator.limits:
        yield "没有达标值（limit）"
    if isinstance(indicator.rule, model.Ratio | model.Variation):
        have = {limit.level for limit in indicator.limits if limit.when is None}
        for level in sorted(levels - have) if None not in have else ():
            yield f"没有 {level} 的达标值"
