"""Rows (明细): how figures of a school are counted from raw rows, one row a teacher; data in ``rows.yaml`` of a standard's folder.

Here lives the file's nouns and their reading: unknown keys, columns and words are problems with file and line. A standard without
``rows.yaml`` counts nothing. Not here: the counting (``dudao.indicators.nation``), the fields themselves (``fields.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

import yaml

from dudao.standards.folder import attached, contents
from dudao.standards.model import Field, Operator, Standard
from dudao.standards.nodes import Entry, Keys, Problem, StandardError

FILE = "rows.yaml"
_COMPARISON = re.compile(r"(>=|<=|>|<)\s*([0-9.]+)")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the rows. ``kind``: word (one of ``words``) · flag (是/否) · number (0 to 1e9)."""

    name: str
    label: str
    kind: Literal["word", "flag", "number"]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What a row must have to be counted: one of ``words`` (是/否 for a flag), or a number that compares with ``value``."""

    column: str
    words: tuple[str, ...] = ()
    operator: Operator = ">="
    value: Decimal | None = None


@dataclass(frozen=True)
class Rows:
    """A table of rows: a row belongs to the school of its ``school_code``; ``figures``: field -> conditions, all of which
    a counted row meets."""

    name: str
    title: str
    columns: tuple[Column, ...]
    figures: Mapping[str, tuple[Condition, ...]]

    def column(self, name: str) -> Column:
        """The column of a name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def rows_of(standard: Standard) -> tuple[Rows, ...]:
    """The tables of rows a standard counts from; none without ``rows.yaml``. StandardError with every problem.

    >>> from dudao.standards import load_standard
    >>> rows_of(load_standard("cn-2017-quality-balance"))[0].figures["bachelor_primary"]
    (Condition(column='stage', words=('小学',), operator='>=', value=None), Condition(column='degree', words=('本科',), operator='>=', value=None))
    """
    problems: list[Problem] = []
    found = read(contents(standard.path), standard.fields, problems)
    if problems:
        raise StandardError(sorted(set(problems)))
    return found


def read(files: Mapping[str, bytes], fields: Iterable[Field], problems: list[Problem]) -> tuple[Rows, ...]:
    """The tables of rows of a folder's files, its own ``rows.yaml`` or the nearest base's; what is wrong goes to ``problems``."""
    root = attached(files, FILE, problems)
    if root is None:
        return ()
    keys = Keys(root, "source", "tables")
    keys.text("source")
    numbers = {item.name for item in fields if item.numeric and not item.of_county}
    found = tuple(_rows(item, numbers) for item in keys.items("tables"))
    names = [table.name for table in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        root.problem(f"明细表 {name} 重复")
    counted = [name for table in found for name in table.figures]
    for name in sorted({name for name in counted if counted.count(name) > 1}):
        root.problem(f"数据项 {name} 由两个明细表计数")
    return found


def _rows(entry: Entry, numbers: set[str]) -> Rows:
    keys = Keys(entry, "name", "title", "columns", "figures")
    columns: dict[str, Column] = {}
    for item in keys.items("columns"):
        column = _column(item)
        if column.name in columns or column.name == "school_code":
            item.problem(f"列 {column.name} 重复")
        columns[column.name] = column
    figures = {}
    for name, item in keys.pairs("figures"):
        if name not in numbers:
            item.problem(f"{name} 不是 fields.yaml 中学校的数字项目")
        figures[name] = tuple(_condition(columns, key, value) for key, value in item.pairs())
    return Rows(_name(keys), keys.text("title"), tuple(columns.values()), figures)


def _name(keys: Keys) -> str:
    """The name of a table or a column: plain letters, since files and the engine name it too."""
    name = keys.text("name")
    if not _NAME.fullmatch(name):
        keys.entry.problem(f"名称“{name}”应由小写字母、数字和下划线组成")
    return name


def _column(entry: Entry) -> Column:
    keys = Keys(entry, "name", "label", "kind", "words")
    kind = keys.need("kind")
    words = keys.texts("words")
    read = kind.one_of("word", "flag", "number") if kind else "flag"
    if (read == "word") != bool(words):
        entry.problem("word 列须列出 words，其他列不能有 words")
    return Column(_name(keys), keys.text("label"), read, words)  # type: ignore[arg-type]


def _condition(columns: Mapping[str, Column], name: str, entry: Entry) -> Condition:
    column = columns.get(name)
    if column is None:
        entry.problem(f"没有列 {name}，可用：{'、'.join(columns)}")
        return Condition(name)
    if column.kind == "number":
        text = entry.text()
        match = _COMPARISON.fullmatch(text)
        try:
            return Condition(name, (), match[1], Decimal(match[2]))  # type: ignore[arg-type,index]
        except (TypeError, InvalidOperation):
            entry.problem(f"“{text}”应写成比较，如 \">= 360\"")
            return Condition(name)
    words = entry.texts() if isinstance(entry.node, yaml.SequenceNode) else (entry.text(),)
    allowed = column.words if column.kind == "word" else ("是", "否")
    for word in words:
        if word not in allowed:
            entry.problem(f"列 {name} 没有“{word}”，可用：{'、'.join(allowed)}")
    return Condition(name, words)
