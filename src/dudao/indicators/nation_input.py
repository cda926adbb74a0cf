"""The tables of a whole nation as a plan may use them: files of schools and of raw rows, one expression a column.

Here lives the step from a file's columns, of whatever plain type, to texts, doubles and 是/否 words, and the counting of rows by
school. A number that cannot be read becomes ``REFUSED``, which no range admits; blank is NULL. Not here: which schools count and
what a figure means (``nation``), the engine (``nation_duckdb``, ``nation_spark``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from sqlglot import exp

from dudao.indicators.plan import Used
from dudao.indicators.sql import alias, and_, number, or_
from dudao.standards.model import Field, Standard
from dudao.standards.rows_of import Column, Condition, Rows

Kind = Literal["text", "number", "whole", "flag", "other"]
"""What a column of a file holds: texts, doubles or decimals, whole numbers, booleans, or what no table of figures holds."""

KEYS = ("county_code", "school_code", "school_name")
NEEDED = ("county_code", "school_code", "school_type")
REFUSED = "-1"
MOST = "1000000000"
_PLAIN_NUMBER = r"^[0-9]{1,15}([.][0-9]{1,15})?$"


class BadTable(Exception):
    """A file that cannot be a table of schools or of rows; the message says which column and how to mend it."""


def schools(standard: Standard, made: Used, columns: Mapping[str, Kind], counted: Iterable[str]) -> exp.Select:
    """``schools`` of the file ``schools_file``: KEYS and texts used, a double a number used, 是/否 a flag used.

    ``counted``: figures that the rows give; a column of theirs is not used. BadTable when a school cannot be placed.
    """
    for name in NEEDED:
        if name not in columns:
            raise BadTable(f"学校表缺少列 {name}。请补上这一列。")
    found: list[exp.Expression] = [alias(_text(name, columns.get(name)), name) for name in (*KEYS, *texts(standard))]
    for name in made.flags:
        found.append(alias(_flag(name, columns.get(name)), name))
    skipped = set(counted)
    for name in made.numbers:
        if name not in skipped:
            found.append(alias(_number(standard.field(name), columns.get(name)), name))
    return exp.select(*found).from_(_file("schools"))


def texts(standard: Standard) -> tuple[str, ...]:
    """The texts that say whether and where a school counts: its type, attached classes, what exclusions ask."""
    return tuple(dict.fromkeys(("school_type", "attached_stage", *(item.field for item in standard.exclusions))))


def rows(table: Rows, columns: Mapping[str, Kind], used: Iterable[str]) -> exp.Select:
    """``<table>_counted`` of the file ``<table>_file``: a row a school with its counts, how many rows there are and how many of
    them are sound. A school with an unsound row has no counts: REFUSED. BadTable when a column is not there."""
    for name in ("school_code", *(column.name for column in table.columns)):
        if name not in columns:
            raise BadTable(f"{table.title}明细缺少列 {name}。请补上这一列。")
    code = _code(columns["school_code"])
    sound = and_(*(_sound(column, columns[column.name], table) for column in table.columns))
    counts: list[exp.Expression] = [
        alias(code, "school_code"),
        alias(exp.Count(this=exp.Star()), "rows_all"),
        alias(_how_many(sound), "rows_sound"),
    ]
    figures: list[exp.Expression] = [exp.column(name) for name in ("school_code", "rows_all", "rows_sound")]
    whole = exp.EQ(this=exp.column("rows_all"), expression=exp.column("rows_sound"))
    for name in used:
        met = [_met(condition, table.column(condition.column), columns[condition.column]) for condition in table.figures[name]]
        counts.append(alias(_how_many(and_(*met)) if met else exp.Count(this=exp.Star()), f"n_{name}"))
        count = exp.cast(exp.column(f"n_{name}"), "double")
        figures.append(alias(exp.Case().when(whole.copy(), count).else_(number(REFUSED)), name))
    inner = exp.select(*counts).from_(_file(table.name)).group_by(code.copy())
    return exp.select(*figures).from_(inner.subquery("counts"))


def in_range(value: exp.Expression, whole: bool) -> exp.Expression:
    """Whether a number may be used: 0 to 1e9, and whole where its field is counted in pupils or years (contracts §1)."""
    parts = [exp.GTE(this=value.copy(), expression=number("0")), exp.LTE(this=value.copy(), expression=number(MOST))]
    if whole:
        parts.append(exp.EQ(this=value.copy(), expression=exp.Floor(this=value.copy())))
    return and_(*parts)


def _how_many(condition: exp.Expression) -> exp.Count:
    """COUNT of the rows that meet a condition: a sum would be a decimal of 38 digits in some engines."""
    return exp.Count(this=exp.Case().when(condition, exp.Literal.number(1)))


def _cell(name: str) -> exp.Column:
    """A column of the file. Named with its table: an output of the same name must not stand for it (ClickHouse would)."""
    return exp.column(name, "f")


def _file(name: str) -> exp.Expression:
    return alias(exp.to_table(f"{name}_file"), "f", table=True)


def _text(name: str, kind: Kind | None) -> exp.Expression:
    column = _cell(name)
    if kind is None:
        return exp.cast(exp.null(), "text")
    if kind == "whole":
        return exp.cast(column, "text")
    if kind != "text":
        raise BadTable(f"列 {name} 不是文本。请按文本保存，保留代码前面的 0。")
    return exp.Nullif(this=exp.Trim(this=column), expression=exp.Literal.string(""))


def _code(kind: Kind) -> exp.Expression:
    """The school of a row, as it is written: millions of rows are not trimmed; one that meets no school is an Issue."""
    if kind == "whole":
        return exp.cast(_cell("school_code"), "text")
    if kind != "text":
        raise BadTable("明细的列 school_code 不是文本。请按文本保存，保留代码前面的 0。")
    return _cell("school_code")


def _number(field: Field, kind: Kind | None) -> exp.Expression:
    column = _cell(field.name)
    if kind is None:
        return exp.cast(exp.null(), "double")
    return _double(column, kind, f"列 {field.name} 不是数字。请按数字保存。")


def _double(column: exp.Expression, kind: Kind, fault: str) -> exp.Expression:
    if kind == "whole":
        return exp.cast(column, "double")
    if kind == "number":
        return _finite(exp.cast(column, "double"))
    if kind != "text":
        raise BadTable(fault)
    trimmed = exp.Trim(this=column)
    plain = exp.RegexpLike(this=trimmed, expression=exp.Literal.string(_PLAIN_NUMBER))
    blank = or_(exp.Is(this=column.copy(), expression=exp.null()), exp.EQ(this=trimmed.copy(), expression=exp.Literal.string("")))
    return exp.Case().when(blank, exp.null()).when(plain, exp.cast(trimmed.copy(), "double")).else_(number(REFUSED))


def _finite(value: exp.Expression) -> exp.Expression:
    """A double; REFUSED for NaN and the infinite, of which ``x - x`` is not 0. They go here, where they come in: engines order NaN
    differently, and DuckDB leaves it out of a Parquet file's statistics, so that a later range check may be taken for certain."""
    known = exp.EQ(this=exp.Sub(this=value, expression=value.copy()), expression=number("0"))
    blank = exp.Is(this=value.copy(), expression=exp.null())
    return exp.Case().when(known, value.copy()).when(blank, exp.null()).else_(number(REFUSED))


def _amount(column: exp.Expression, kind: Kind, fault: str) -> exp.Expression:
    """A number of a row; a whole one is compared as it is, since millions need no cast."""
    return column if kind == "whole" else _double(column, kind, fault)


def _flag(name: str, kind: Kind | None) -> exp.Expression:
    """是, 否, NULL where blank, or what else is written."""
    if kind == "text" or kind is None:
        return _text(name, kind)
    if kind != "flag":
        raise BadTable(f"列 {name} 不是是/否。请填“是”或“否”。")
    column = _cell(name)
    return exp.Case().when(column, exp.Literal.string("是")).when(exp.Not(this=column.copy()), exp.Literal.string("否"))


def _said(column: Column, kind: Kind, words: Iterable[str]) -> exp.Expression:
    """Whether a cell says one of some words; a column of booleans says 是 and 否."""
    cell = _cell(column.name)
    if kind == "flag":
        sides = {"是": cell, "否": exp.Not(this=cell.copy())}
        return or_(*(sides[word] for word in words))
    found = [exp.Literal.string(word) for word in words]
    return cell.isin(*found) if len(found) > 1 else exp.EQ(this=cell, expression=found[0])


def _sound(column: Column, kind: Kind, table: Rows) -> exp.Expression:
    """Whether a cell may be used: a blank one would lower a count unseen."""
    if column.kind == "number":
        fault = f"{table.title}明细的列 {column.name} 不是数字。请按数字保存。"
        amount = _amount(_cell(column.name), kind, fault)
        least, most = (exp.Literal.number(bound) if kind == "whole" else number(bound) for bound in ("0", MOST))
        return and_(exp.GTE(this=amount, expression=least), exp.LTE(this=amount.copy(), expression=most))
    if column.kind == "flag" and kind == "flag":
        return exp.Not(this=exp.Is(this=_cell(column.name), expression=exp.null()))
    if kind != "text":
        raise BadTable(f"{table.title}明细的列 {column.name} 不是文本。请填：{'、'.join(column.words or ('是', '否'))}。")
    return _said(column, kind, column.words or ("是", "否"))


def _met(condition: Condition, column: Column, kind: Kind) -> exp.Expression:
    if condition.value is None:
        return _said(column, kind, condition.words)
    sign = {">=": exp.GTE, "<=": exp.LTE, ">": exp.GT, "<": exp.LT}[condition.operator]
    cell = _amount(_cell(condition.column), kind, "")
    return sign(this=cell, expression=number(str(condition.value)))
