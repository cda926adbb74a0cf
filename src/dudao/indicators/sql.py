"""Formula -> SQL: a tree of the formula language as an expression of SQLGlot, which writes it for any engine.

Here lives the one fold from Tree to expression. Division is always of doubles and by NULLIF(x, 0); missing
is NULL, never NaN. Not here: the plan around it.
"""

from __future__ import annotations

from functools import partial

from sqlglot import exp

from dudao.standards.formula import Tree

and_, or_, alias, union = (partial(made, copy=False) for made in (exp.and_, exp.or_, exp.alias_, exp.union))
"""SQLGlot's own, without a deep copy of every part: a plan of a nation would take longer to build than to run."""

_BINARY: dict[str, type[exp.Expression]] = {
    "+": exp.Add,
    "-": exp.Sub,
    "*": exp.Mul,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
    "==": exp.EQ,
    "!=": exp.NEQ,
}


def number(text: str) -> exp.Expression:
    """A decimal literal as a double."""
    return exp.cast(exp.Literal.number(text), "double")


def divide(a: exp.Expression, b: exp.Expression) -> exp.Expression:
    """a / b, NULL where b is 0."""
    return exp.Div(this=exp.paren(a), expression=exp.Nullif(this=b, expression=exp.Literal.number(0)))


def expression(tree: Tree) -> exp.Expression:
    """The SQL of a formula.

    >>> from dudao.standards.formula import parse
    >>> expression(parse("100 * a / b")).sql(dialect="duckdb")
    '((CAST(100 AS DOUBLE) * a)) / NULLIF(b, 0)'
    """
    parts = [expression(part) for part in tree.parts]
    match tree.kind, tree.word:
        case "number", word:
            return number(word)
        case "name", word:
            return exp.column(word)
        case "neg", _:
            return exp.Neg(this=exp.paren(parts[0]))
        case "not", _:
            return exp.Not(this=exp.paren(parts[0]))
        case "and", _:
            return exp.and_(*parts)
        case "or", _:
            return exp.paren(exp.or_(*parts))
        case "arithmetic", "/":
            return divide(*parts)
        case ("arithmetic" | "compare"), sign:
            return exp.paren(_BINARY[sign](this=parts[0], expression=parts[1]))
    return _call(tree.word, parts)


def _call(word: str, parts: list[exp.Expression]) -> exp.Expression:
    match word:
        case "min":
            return exp.Least(this=parts[0], expressions=parts[1:], ignore_nulls=False)
        case "max":
            return exp.Greatest(this=parts[0], expressions=parts[1:], ignore_nulls=False)
        case "ceil":
            return exp.Ceil(this=parts[0])
        case "where":
            return exp.Case().when(parts[0], parts[1]).else_(parts[2])
        case "sum":
            return exp.Sum(this=parts[0])
    raise ValueError(f"no such function: {word}")
