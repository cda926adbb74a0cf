"""Reading YAML without losing its lines: mappings, lists and scalars that know where they stand.

Here lives the strictness every standard's folder is read with: unknown keys, duplicate keys, a missing key
and a value of the wrong kind are problems that name file and line; numbers are taken as decimals from the
text as written, never through a float. Not here: what the keys mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a standard's folder, and where. ``line`` counts from 1.

    >>> str(Problem("fields.yaml", 12, "缺少 unit"))
    'fields.yaml:12 缺少 unit'
    """

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.text}"


class StandardError(Exception):
    """A standard that cannot be used; ``problems`` are all that were found, with file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class Entry:
    """One YAML node with its file and line. Reading a wrong thing adds a Problem and answers with a harmless
    value."""

    def __init__(self, file: str, node: yaml.Node, problems: list[Problem]) -> None:
        self.file, self.node, self.problems = file, node, problems

    @property
    def line(self) -> int:
        """The line the node starts on, from 1."""
        return self.node.start_mark.line + 1

    def problem(self, text: str) -> None:
        """Report something wrong at this node."""
        self.problems.append(Problem(self.file, self.line, text))

    # -- mappings -------------------------------------------------------------------------------------------------
    def pairs(self) -> list[tuple[str, Entry]]:
        """The key-value pairs of a mapping in order; a duplicate key is a problem, its later value is
        dropped."""
        if not isinstance(self.node, yaml.MappingNode):
            self.problem("这里应为“键: 值”的形式")
            return []
        seen: dict[str, Entry] = {}
        for key_node, value_node in self.node.value:
            key = str(key_node.value)
            if key in seen:
                Entry(self.file, key_node, self.problems).problem(f"键 {key} 重复")
            else:
                seen[key] = Entry(self.file, value_node, self.problems)
        return list(seen.items())

    def only(self, *allowed: str) -> dict[str, Entry]:
        """The pairs of a mapping, where no other keys may stand."""
        pairs = dict(self.pairs())
        for key, entry in pairs.items():
            if key not in allowed:
                entry.problem(f"不认识的键 {key}，可用：{'、'.join(allowed)}")
        return {key: entry for key, entry in pairs.items() if key in allowed}

    # -- lists ----------------------------------------------------------------------------------------------------
    def items(self) -> Iterator[Entry]:
        """The members of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.problem("这里应为列表")
            return
        for node in self.node.value:
            yield Entry(self.file, node, self.problems)

    def texts(self) -> tuple[str, ...]:
        """The members of a list of words."""
        return tuple(item.text() for item in self.items())

    # -- scalars --------------------------------------------------------------------------------------------------
    @property
    def empty(self) -> bool:
        """Whether nothing, or null, is written."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag.endswith(":null")

    def text(self) -> str:
        """A text as written."""
        if not isinstance(self.node, yaml.ScalarNode) or self.empty:
            self.problem("这里应为文字")
            return ""
        return str(self.node.value).strip()

    def one_of(self, *words: str) -> str:
        """A text that must be one of some words."""
        text = self.text()
        if text not in words:
            self.problem(f"“{text}”不在可用的值之中：{'、'.join(words)}")
            return words[0]
        return text

    def flag(self) -> bool:
        """true or false."""
        return self.one_of("false", "true") == "true"

    def decimal(self) -> Decimal:
        """A number as the decimal that is written."""
        text = self.text()
        value = plain_decimal(text)
        if value is None:
            self.problem(f"“{text}”不是数字，请写成普通小数")
            return Decimal(0)
        return value

    def whole(self) -> int:
        """A whole number."""
        value = self.decimal()
        if value != value.to_integral_value():
            self.problem(f"“{value}”不是整数")
        return int(value)

    def day(self) -> date:
        """A date, YYYY-MM-DD."""
        return day(self, self.text())


def plain_decimal(text: str) -> Decimal | None:
    """The decimal that a plain number says, at most 15 digits before and after the point; None for anything else.

    >>> plain_decimal("0.85"), plain_decimal("1e9"), plain_decimal("nan")
    (Decimal('0.85'), None, None)
    """
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def day(entry: Entry, text: str) -> date:
    """The date a text says; a problem at ``entry`` when it says none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        entry.problem(f"“{text}”不是日期，应写成 2017-04-19")
        return date.min


class Keys:
    """A mapping read key by key, for the rooms that build the model. ``allowed`` keys only; a required one
    that is missing is a problem."""

    def __init__(self, entry: Entry, *allowed: str) -> None:
        self.entry = entry
        self.found = entry.only(*allowed)

    def __contains__(self, key: str) -> bool:
        return key in self.found and not self.found[key].empty

    def __getitem__(self, key: str) -> Entry:
        return self.found[key]

    def need(self, key: str) -> Entry | None:
        """The entry of a required key, or None after reporting that it is missing."""
        if key not in self:
            self.entry.problem(f"缺少 {key}")
            return None
        return self.found[key]

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required unless a default is given."""
        if default is not None and key not in self:
            return default
        entry = self.need(key)
        return entry.text() if entry else ""

    def decimal(self, key: str, default: Decimal | None = None) -> Decimal:
        """A number; required unless a default is given."""
        if default is not None and key not in self:
            return default
        entry = self.need(key)
        return entry.decimal() if entry else Decimal(0)

    def day(self, key: str) -> date:
        """A required date."""
        entry = self.need(key)
        return entry.day() if entry else date.min

    def day_or_none(self, key: str) -> date | None:
        """An optional date."""
        return self.found[key].day() if key in self else None

    def flag(self, key: str, default: bool = False) -> bool:
        """An optional true or false."""
        return self.found[key].flag() if key in self else default

    def texts(self, key: str) -> tuple[str, ...]:
        """An optional list of words."""
        return self.found[key].texts() if key in self else ()

    def items(self, key: str) -> list[Entry]:
        """The members of an optional list."""
        return list(self.found[key].items()) if key in self else []

    def pairs(self, key: str) -> list[tuple[str, Entry]]:
        """The pairs of an optional mapping."""
        return self.found[key].pairs() if key in self else []


def read_yaml(file: str, text: str, problems: list[Problem]) -> Entry | None:
    """The root of one YAML text; None, with a problem, when it cannot be read. Aliases are refused: data
    says things once, in full."""
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                problems.append(Problem(file, event.start_mark.line + 1, "不能使用 YAML 的引用（*）"))
                return None
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(Problem(file, mark.line + 1 if mark else 1, f"YAML 写法有误：{getattr(error, 'problem', error)}"))
        return None
    except RecursionError:
        problems.append(Problem(file, 1, "YAML 嵌套过深"))
        return None
    if node is None:
        problems.append(Problem(file, 1, "文件是空的"))
        return None
    return Entry(file, node, problems)
