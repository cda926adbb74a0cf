"""An explanation as lines on a terminal: indented, the longest lists cut where the JSON has them whole.

Only layout lives here. Not here: what is said (``schools``, ``items``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dudao.evaluation.explain.step import Leaf, Step, Term
from dudao.evaluation.explain.words import JUDGEMENTS, bound, shown

OVERVIEW = 1
"""``deepest`` of a whole verdict: all its items, those not met with a line for each thing below."""
LISTED = 20
"""Steps of one list that are printed."""
DEEPEST = 3
"""``deepest`` of one number."""
_PAD = "  "


def lines(step: Step, deepest: int = DEEPEST) -> Iterator[str]:
    """The lines of a tree, without line ends. Below a long list only the first step is printed in full; ``deepest``: steps below the
    first that are printed with what is below them."""
    yield from _lines(step, 0, deepest, whole=True)


def _lines(step: Step, depth: int, deepest: int, *, whole: bool) -> Iterator[str]:
    pad = _PAD * depth
    yield pad + _head(step)
    if not whole:
        return
    for word, text in (("条文", step.clause), ("出处", step.source), ("公式", step.formula)):
        if text and (depth == 0 or word == "公式"):
            yield f"{pad}{_PAD}{word}：{text}"
    for term in step.terms:
        yield f"{pad}{_PAD}{_term(term)}"
    if step.leaf is not None:
        yield f"{pad}{_PAD}来源：{_leaf(step.leaf)}"
        yield f"{pad}{_PAD}经办：{step.by}"
    yield from _below(step, depth, deepest)


def _below(step: Step, depth: int, deepest: int) -> Iterator[str]:
    """What a step rests on: cells in full; of a long list of schools or items the first, and one line each of the others."""
    if depth == 0 and deepest == OVERVIEW:
        for inner in step.steps:
            yield from _lines(inner, 1, deepest, whole=inner.judgement != "met")
        return
    long = len(step.steps) > LISTED
    shares = any(inner.share is not None for inner in step.steps)
    ordered = step.steps if shares or not long else sorted(step.steps, key=_settled)
    for number, inner in enumerate(ordered[:LISTED]):
        full = inner.leaf is not None or (depth < deepest and (number == 0 or not (long or shares)))
        yield from _lines(inner, depth + 1, deepest, whole=full)
    if long:
        yield f"{_PAD * (depth + 1)}另有 {len(step.steps) - LISTED} 项，见 --json 的结果。"


def _settled(step: Step) -> int:
    return {"not_met": 0, "no_data": 1}.get(step.judgement, 2)


def _head(step: Step) -> str:
    """Label, code, value, limit, judgement and note in one line."""
    code = f"（{step.code}）" if step.code else ""
    parts = [f"{step.label}{code}"]
    if step.value is not None and not isinstance(step.value, Mapping):  # by level: the steps below say it
        parts.append(shown(step.value, step.unit, step.limit))
    if step.share is not None:
        parts.append(f"占差异 {shown(step.share, 'share')}")
    if step.operator == "==" and step.limit is not None:
        parts.append(f"共 {shown(step.limit, '')}")
    elif step.limit is not None:
        parts.append(bound(step.operator, step.limit, step.unit))
    if step.judgement:
        parts.append(JUDGEMENTS.get(step.judgement, step.judgement))
    if step.note:
        parts.append(step.note)
    return "　".join(parts)


def _term(term: Term) -> str:
    note = f"（{term.note}）" if term.note else ""
    return f"{term.label}：{shown(term.value, term.unit) or '无'}{note}"


def _leaf(leaf: Leaf) -> str:
    place = "!".join(filter(None, [leaf.sheet, leaf.cell]))
    value = "空白或不能采用" if leaf.value is None else f"“{leaf.value}”"
    return f"{leaf.file} {place} {value} sha256 {leaf.sha256}"
