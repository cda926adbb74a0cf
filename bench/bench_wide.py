"""Wide tables of many schools for the bench, and the bare reading they are compared with. 演示数据, seeded."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import python_calamine
import xlsxwriter


def wide_folder(folder: Path, standard, books: int, schools: int) -> Path:
    """A folder of ``books`` wide workbooks with ``schools`` rows each, all values in range."""
    folder.mkdir(parents=True)
    rnd = random.Random(7)
    fields = [item for item in standard.fields if item.form in ("school", "supplement")]
    for book in range(books):
        workbook = xlsxwriter.Workbook(folder / f"演示{book}.xlsx", {"constant_memory": True})
        sheet = workbook.add_worksheet("学校数据")
        sheet.write_row(0, 0, [item.label for item in fields])
        for row in range(1, schools + 1):
            sheet.write_row(row, 0, [_value(rnd, item, book, row) for item in fields])
        workbook.close()
    return folder


def _value(rnd: random.Random, item, book: int, row: int) -> object:
    if item.name == "school_name":
        return f"演示第{book}-{row}小学"
    if item.name == "school_code":
        return f"36{book:02}{row:06}"
    if item.name == "school_type":
        return "小学"
    if item.kind == "flag":
        return "否"
    if item.form == "supplement" or item.stage in ("junior", "senior"):
        return ""
    if item.name == "pupils_primary":
        return rnd.randint(200, 1500)
    return (
        rnd.randint(1, 40)
        if item.kind in ("count", "pupils")
        else 2005
        if item.kind == "year"
        else round(rnd.uniform(50, 9000), 2)
    )


def bare(folder: str) -> None:
    """Every workbook of a folder read by the bare reader, every cell once."""
    for path in sorted(Path(folder).rglob("*.xlsx")):
        book = python_calamine.CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)


if __name__ == "__main__":
    bare(sys.argv[1])
