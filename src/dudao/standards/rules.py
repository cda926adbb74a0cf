"""The kinds of rule an indicator may have, read from YAML: one function a kind.

Here lives the table KINDS, from the YAML key to the reader of that kind. Not here: the folder as a whole
(``load``), cross checks (``check``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import yaml

from dudao.standards import model
from dudao.standards.formula import FormulaError, parse
from dudao.standards.nodes import Entry, Keys


def formula(entry: Entry) -> str:
    """A formula's text, checked to be one."""
    text = entry.text()
    try:
        parse(text)
    except FormulaError as error:
        entry.problem(f"公式“{text}”：{error}")
        return "0"
    return text


def by_level(entry: Entry) -> dict[str, str]:
    """One formula for all levels (under "*"), or a mapping from level to formula."""
    if isinstance(entry.node, yaml.ScalarNode):
        return {"*": formula(entry)}
    return {level: formula(item) for level, item in entry.pairs()}


def relief(entry: Entry) -> model.Relief:
    """One relief of a ratio."""
    keys = Keys(entry, "code", "title", "flag", "when", "adds", "unit", "since", "until", "source")
    adds = keys.need("adds")
    return model.Relief(
        code=keys.text("code"),
        title=keys.text("title"),
        flag=keys.text("flag"),
        when=formula(keys["when"]) if "when" in keys else None,
        adds=formula(adds) if adds else "0",
        unit=keys.text("unit"),
        since=keys.day("since"),
        until=keys.day_or_none("until"),
        source=keys.text("source"),
    )


def _ratio(entry: Entry) -> model.Rule:
    keys = Keys(entry, "resource", "share", "scale", "lacks", "by_stage", "reliefs")
    resource, share, lacks = keys.need("resource"), keys.need("share"), keys.need("lacks")
    lack = Keys(lacks, "unit", "factor") if lacks else None
    return model.Ratio(
        resource=by_level(resource) if resource else {},
        share=share.one_of("stage", "pupils", "weighted") if share else "stage",  # type: ignore[arg-type]
        scale=keys.decimal("scale"),
        lacks=lack.text("unit") if lack else "",
        lacks_factor=lack.decimal("factor", Decimal(1)) if lack else Decimal(1),
        by_stage={level: formula(item) for level, item in keys.pairs("by_stage")},
        reliefs=tuple(relief(item) for item in keys.items("reliefs")),
    )


def _variation(entry: Entry) -> model.Rule:
    keys = Keys(entry, "of", "composite", "judges")
    judges = keys["judges"].one_of("each", "composite") if "judges" in keys else "each"
    return model.Variation(of=keys.texts("of"), composite=keys.flag("composite", True), judges=judges)  # type: ignore[arg-type]


def _school_rule(entry: Entry) -> model.Rule:
    keys = Keys(entry, "of", "at_least", "rest_reaches")
    return model.SchoolRule(of=keys.texts("of"), at_least=int(keys.decimal("at_least")), rest=keys.decimal("rest_reaches"))


def _formula(entry: Entry) -> model.Rule:
    keys = Keys(entry, "is", "each", "by_level", "schools", "applies", "scope", "reliefs")
    text = formula(keys["is"]) if "is" in keys else ""
    levels = {level: formula(item) for level, item in keys.pairs("by_level")}
    if bool(text) == bool(levels):
        entry.problem("is 和 by_level 应恰有一个")
    each = keys["each"].one_of("county", "school") if "each" in keys else "county"
    if levels and each == "school":
        entry.problem("each: school 的公式写在 is 里，不分学段")
    return model.Formula(
        text=text,
        each=each,  # type: ignore[arg-type]
        by_level=levels,
        schools=keys["schools"].one_of("counted", "all") if "schools" in keys else "counted",  # type: ignore[arg-type]
        applies=formula(keys["applies"]) if "applies" in keys else None,
        scope={name: item.texts() for name, item in keys.pairs("scope")},
        reliefs=tuple(_instead(item) for item in keys.items("reliefs")),
    )


def _instead(entry: Entry) -> model.Instead:
    keys = Keys(entry, "code", "title", "flag", "is", "unit", "since", "until", "source")
    text = keys.need("is")
    return model.Instead(
        code=keys.text("code"),
        title=keys.text("title"),
        flag=keys.text("flag"),
        text=formula(text) if text else "0",
        unit=keys.text("unit"),
        since=keys.day("since"),
        until=keys.day_or_none("until"),
        source=keys.text("source"),
    )


def _declared(entry: Entry) -> model.Rule:
    keys = Keys(entry, "proofs", "words", "needs_proof")
    words = {judgement: item.text() for judgement, item in keys.pairs("words")}
    if words and not {"met", "not_met"} <= set(words) <= {"met", "basically_met", "not_met", "not_applicable"}:
        entry.problem("words 应有 met、not_met，可有 basically_met、not_applicable")
    if len(set(words.values())) < len(words):
        entry.problem("words 的用词不能相同")
    proofs, needed = keys.texts("proofs"), keys.flag("needs_proof", True)
    if proofs and not needed:
        entry.problem("needs_proof: false 的不能再列 proofs")
    return model.Declared(proofs, words or model.Declared().words, needed)


def _given(entry: Entry) -> model.Rule:
    keys = Keys(entry, "parts", "grades", "at_least")
    grades = keys.texts("grades")
    least = keys.text("at_least")
    if least not in grades:
        entry.problem(f"at_least {least} 不在 grades 之中")
    if not keys.texts("parts"):
        entry.problem("缺少 parts")
    return model.Given(keys.texts("parts"), grades, least)


def _veto(entry: Entry) -> model.Rule:
    Keys(entry)
    return model.Veto()


def _survey(entry: Entry) -> model.Rule:
    keys = Keys(entry, "groups", "visits")
    if not keys.texts("groups"):
        entry.problem("缺少 groups")
    return model.Survey(groups=keys.texts("groups"), visits=keys.flag("visits"))


def _graded(entry: Entry) -> model.Rule:
    keys = Keys(entry, "by", "clauses", "points", "short_b", "short_c")
    by = keys.need("by")
    return model.Graded(
        by=by.one_of("clauses", "share") if by else "clauses",  # type: ignore[arg-type]
        clauses={grade: item.texts() for grade, item in keys.pairs("clauses")},
        points=keys["points"].whole() if "points" in keys else 0,
        short_b=keys.decimal("short_b") if "short_b" in keys else None,
        short_c=keys.decimal("short_c") if "short_c" in keys else None,
    )


def _points(entry: Entry) -> model.Rule:
    keys = Keys(entry, "most", "bonus")
    return model.Points(most=keys.decimal("most"), bonus=keys.flag("bonus"))


def _total(entry: Entry) -> model.Rule:
    keys = Keys(entry, "of", "weights", "bonus_most", "bonus_counts")
    return model.Total(
        of=keys.texts("of"),
        weights={code: item.decimal() for code, item in keys.pairs("weights")},
        bonus_most=keys.decimal("bonus_most", Decimal(0)),
        bonus_counts=keys.flag("bonus_counts"),
    )


def _count(entry: Entry) -> model.Rule:
    keys = Keys(entry, "of", "outcomes")
    outcomes = []
    for item in keys.items("outcomes"):
        own = Keys(item, "title", "when", "judgement")
        when, judgement = own.need("when"), own.need("judgement")
        if when and judgement:
            word = judgement.one_of("met", "basically_met", "not_met")
            outcomes.append(model.Outcome(own.text("title"), formula(when), word))
    return model.Count(of=keys.texts("of"), outcomes=tuple(outcomes))


KINDS: Mapping[str, tuple[Callable[[Entry], model.Rule], model.Basis]] = {
    "ratio": (_ratio, "computed"),
    "variation": (_variation, "computed"),
    "school_rule": (_school_rule, "computed"),
    "formula": (_formula, "computed"),
    "declared": (_declared, "declared"),
    "given": (_given, "given"),
    "veto": (_veto, "declared"),
    "survey": (_survey, "given"),
    "graded": (_graded, "declared"),
    "points": (_points, "declared"),
    "total": (_total, "computed"),
    "count": (_count, "computed"),
}
"""YAML key of a kind -> its reader, and where its value comes from."""
