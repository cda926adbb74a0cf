"""A filled 细则录入表 and what becomes of it, for the tests of both kinds. The items are made up; they are those of no county."""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook

from dudao.cli import items as command
from dudao.evaluation.evaluate import Evaluation, evaluate
from dudao.intake import items_book, items_template
from dudao.standards import load_standard
from dudao.standards.items_book import Book, book_of
from dudao.standards.items_check import faults
from dudao.standards.model import Standard
from dudao.tables import Figure, Intake, Return

Change = Callable[[Workbook], None]
RULES = "工作表“等次规则”"
POINTS = [
    ("保障措施", "经费保障", "1.1", "教育经费投入实现“三个增长”。", 25, None),
    (None, None, "1.2", "城市教育费附加全额用于教育。", 15, "否"),
    ("差异程度", "师资差异", "2.1", "小学师资差异程度。", 15, None),
    (None, "条件差异", "2.2", "初中办学条件差异程度。", 15, None),
    ("公众评价", "满意度", "3.1", "公众满意度。", 30, None),
    ("奖励加分", "加分", "4.1", "工作有特色。", 5, "是", "经验材料\n表彰文件"),
]
"""A made-up 细则: its wording and points are those of no county."""


def sheet(book: Workbook, name: str, rows: list[tuple[object, ...]]) -> None:
    for place, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            book[name].cell(place, column).value = value


def bytes_of(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def empty(name: str) -> tuple[Standard, Book, Workbook]:
    standard = load_standard(name)
    book = book_of(standard)
    return standard, book, openpyxl.load_workbook(io.BytesIO(items_template.write(standard, book)))


def points(change: Change | None = None) -> bytes:
    _, _, made = empty("chongqing-county")
    sheet(made, "评估细则", POINTS)
    if change:
        change(made)
    return bytes_of(made)


def grades(by: str | None, change: Change | None = None, count: int = 35) -> bytes:
    _, _, made = empty("zhenjiang-double-creation")
    areas = ("办学条件", "队伍建设", "管理水平", "素质教育", "办学绩效")
    sheet(
        made,
        "评估细则",
        [
            (areas[n * 5 // count], None, f"{n + 1}", f"第{n + 1}项", "有制度\n有落实", "弄虚作假", 10)
            for n in range(count)
        ],
    )
    rules = made["等次规则"]
    rules["B2"], rules["B3"], rules["B4"] = by, 0.4, 0.6
    for row, words in enumerate([("通过", 30, None, 0, "通过"), ("有条件通过", 26, 9, 2, "有条件通过")], 8):
        for column, value in enumerate(words, 1):
            rules.cell(row, column).value = value
    if change:
        change(made)
    return bytes_of(made)


def checks(name: str, rows: list[tuple[object, ...]], change: Change | None = None) -> bytes:
    _, _, made = empty(name)
    sheet(made, "评估细则", rows)
    if change:
        change(made)
    return bytes_of(made)


def found(name: str, data: bytes) -> list[str]:
    """Every fault of a workbook, as it is printed."""
    standard = load_standard(name)
    book = book_of(standard)
    filled = items_book.read("细则.xlsx", data, book)
    return [str(fault) for fault in filled.faults or faults(standard, book, filled.rows, filled.rules)]


def load(tmp_path: Path, name: str, data: bytes, *, identity: str = "own", out: str = "own") -> Standard:
    """Run ``dudao items NAME --load``; the standard that it wrote."""
    (tmp_path / "细则.xlsx").write_bytes(data)
    run(
        name,
        "--load",
        str(tmp_path / "细则.xlsx"),
        "--out",
        str(tmp_path / out),
        "--id",
        identity,
        "--title",
        "本地标准",
    )
    return load_standard(tmp_path / out)


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    options = parser.parse_args(["items", *words])
    return options.run(options)


def evaluated(standard: Standard, **figures: object) -> Evaluation:
    """The evaluation of a county of these answers; numbers are given as texts of decimals."""
    made = {
        name: Figure(Decimal(str(value)) if standard.field(name).numeric else value, "given", "s", "A1")
        for name, value in figures.items()
    }
    return evaluate(
        standard, Intake("1", Return("county", "f", "0" * 64, "s", made), (), (), ()), date(2023, 6, 1)
    )


def put(cell: str, value: object, name: str = "评估细则") -> Change:
    def change(book: Workbook) -> None:
        book[name][cell] = value

    return change
