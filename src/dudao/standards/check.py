"""Cross checks of a loaded standard: do the names meet, is every number sourced, can every rule be applied.

Here lives ``check``; what a single file may say is checked where it is read (``nodes``, ``rules``,
``load``). The worked cases are run by ``dudao test``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from dudao.standards import model
from dudao.standards.formula import parse
from dudao.standards.nodes import Problem

DERIVED = frozenset({"compulsory_pupils", "through_school"})
"""Names computed for every school, beside the fields: pupils of all judged stages; whether it has both 小学 and 初中."""


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
    labels = [(item.form == "county", item.label) for item in standard.fields]
    for _, label in sorted({pair for pair in labels if labels.count(pair) > 1}):
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
    chapters = {chapter.title for chapter in standard.chapters}
    rule = standard.verdict
    for code in (*rule.all_of, *rule.vetoes):
        if code not in codes:
            yield Problem("standard.yaml", 1, f"结论规则用到的指标 {code} 不存在")
    for code in () if rule.score is None else (*(code for code, _ in rule.score.floors), *rule.score.weights):
        if code not in codes | chapters:
            yield Problem("standard.yaml", 1, f"结论规则用到的 {code} 不是指标也不是维度")
    if not (rule.all_of or rule.score or rule.grades):
        yield Problem("standard.yaml", 1, "结论规则没有写明怎样算通过（all_of、score 或 grades）")


def _indicators(standard: model.Standard) -> Iterator[Problem]:
    levels = {stage.name for stage in standard.levels}
    judged = {indicator.code for indicator in standard.indicators}
    fields = {item.name for item in standard.fields}
    for indicator in standard.indicators:
        for text in (*_formulas(indicator), *_rule(indicator, judged), *_limits(indicator, levels)):
            yield Problem(indicator.file, indicator.line, f"{indicator.code} {text}")
        for name in _names(indicator):
            if name not in fields | DERIVED:
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


def _limits(indicator: model.Indicator, levels: set[str]) -> Iterator[str]:
    for limit in indicator.limits:
        if limit.level is not None and limit.level not in levels:
            yield f"达标值的学段 {limit.level} 没有定义"
    if isinstance(indicator.rule, model.Ratio | model.Variation | model.Survey) and not indicator.limits:
        yield "没有达标值（limit）"
    if isinstance(indicator.rule, model.Ratio | model.Variation):
        have = {limit.level for limit in indicator.limits if limit.when is None}
        for level in sorted(levels - have) if None not in have else ():
            yield f"没有 {level} 的达标值"
