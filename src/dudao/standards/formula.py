"""The formula language of a standard: what may be written, and the tree it becomes.

A whitelist over Python's own expression grammar: + - * /, unary minus, comparison, and/or/not, numbers,
names of figures, and the functions ``sum``, ``min``, ``max``, ``ceil`` and ``where``. No power, attributes,
subscripts, texts or calls of anything else. Not here: what a tree computes
(``dudao.indicators`` makes SQL and exact fractions of it).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

LONGEST = 2000
DEEPEST = 40
FUNCTIONS: Mapping[str, tuple[int, int]] = {"sum": (1, 1), "min": (2, 9), "max": (2, 9), "ceil": (1, 1), "where": (3, 3)}
"""Functions and their least and most arguments; ``where(condition, a, b)`` is a when the condition holds, else b."""

_ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


class FormulaError(ValueError):
    """A text that is no formula; ``column`` counts characters from 1."""

    def __init__(self, text: str, column: int) -> None:
        super().__init__(f"{text}（第 {column} 个字符）")
        self.column = column


@dataclass(frozen=True, slots=True)
class Tree:
    """One step of a formula. ``kind``: number · name · neg · not · arithmetic · compare · and · or · call;
    ``word``: its sign or name."""

    kind: str
    word: str
    parts: tuple[Tree, ...] = ()

    @property
    def number(self) -> Decimal:
        """The value of a number, as written."""
        return Decimal(self.word)

    def names(self) -> tuple[str, ...]:
        """The figures it uses, in order of first use.

        >>> parse("100 * (a + b) / a").names()
        ('a', 'b')
        """
        found: dict[str, None] = {}
        if self.kind == "name":
            found[self.word] = None
        for part in self.parts:
            found.update(dict.fromkeys(part.names()))
        return tuple(found)


def parse(text: str) -> Tree:
    """The tree of a formula; FormulaError names what is not allowed and where.

    >>> parse("a + b * 2").kind
    'arithmetic'
    >>> parse("__import__('os')")
    Traceback (most recent call last):
    dudao.standards.formula.FormulaError: 没有函数 __import__，可用：sum、min、max、ceil、where（第 1 个字符）
    """
    if len(text) > LONGEST:
        raise FormulaError(f"公式超过 {LONGEST} 个字符", LONGEST)
    if not text.isascii():
        column = next(place for place, sign in enumerate(text, 1) if not sign.isascii())
        raise FormulaError("公式只用英文字母、数字和半角符号", column)
    try:
        body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise FormulaError("公式写法有误", getattr(error, "offset", None) or 1) from None
    return _tree(body, text.strip(), 0)


def _tree(node: ast.expr, text: str, depth: int) -> Tree:
    column = node.col_offset + 1
    if depth > DEEPEST:
        raise FormulaError(f"公式嵌套超过 {DEEPEST} 层", column)

    def down(*nodes: ast.expr) -> tuple[Tree, ...]:
        return tuple(_tree(part, text, depth + 1) for part in nodes)

    match node:
        case ast.Constant(value=bool()):
            raise FormulaError("公式里不能写 True、False", column)
        case ast.Constant(value=int() | float()):
            written = ast.get_source_segment(text, node) or ""
            if not written.replace(".", "", 1).isdigit():
                raise FormulaError(f"数字 {written} 请写成普通小数", column)
            return Tree("number", written)
        case ast.Name(id=name):
            return Tree("name", name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Tree("neg", "-", down(operand))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Tree("not", "not", down(operand))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return Tree("arithmetic", _ARITHMETIC[type(op)], down(left, right))
        case ast.BoolOp(op=op, values=values):
            return Tree("and" if isinstance(op, ast.And) else "or", "", down(*values))
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARE for op in ops):
            sides = down(left, *others)
            pairs = tuple(
                Tree("compare", _COMPARE[type(op)], (sides[place], sides[place + 1])) for place, op in enumerate(ops)
            )
            return pairs[0] if len(pairs) == 1 else Tree("and", "", pairs)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _call(name, args, down, column)
    raise FormulaError("公式只用 + - * / 比较 and or not 和数据项名", column)


def _call(name: str, args: list[ast.expr], down, column: int) -> Tree:
    if name not in FUNCTIONS:
        raise FormulaError(f"没有函数 {name}，可用：{'、'.join(FUNCTIONS)}", column)
    least, most = FUNCTIONS[name]
    if not least <= len(args) <= most or any(isinstance(arg, ast.Starred) for arg in args):
        raise FormulaError(f"函数 {name} 的参数个数不对", column)
    return Tree("call", name, down(*args))
