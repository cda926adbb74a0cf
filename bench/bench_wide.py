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
            values = _school(rnd, book, row)
            sheet.write_row(row, 0, [values.get(item.name, _rest(item)) for item in fields])
        workbook.close()
    return folder


def _school(rnd: random.Random, book: int, row: int) -> dict[str, object]:
    """A primary school whose figures fit each other, as most returns do."""
    classes = rnd.randint(6, 36)
    pupils = classes * 38
    teachers = classes * 2 + 4
    rooms = -(-classes // 12)
    return {
        "school_name": f"演示第{book}-{row}小学",
        "school_code": f"36{book:02}{row:06}",
        "school_type": "小学",
        "founded": 2018,
        "pupils_primary": pupils,
        "migrant_pupils": pupils // 10,
        "zoned_primary": pupils,
        "classes": classes,
        "classes_40": classes,
        "teachers": teachers,
        "college_primary": 2,
        "bachelor_primary": teachers - 4,
        "master_primary": 2,
        "backbone": classes // 3,
        "certified": teachers,
        "trained_360": teachers,
        "pe_teachers": classes // 5 + 1,
        "music_teachers": classes // 8 + 1,
        "fine_art_teachers": classes // 8 + 1,
        "teaching_area": pupils * 5.25,
        "indoor_sports_area": 400,
        "gym_area": 400,
        "grounds_area": pupils * 8.5,
        "equipment": round(pupils * 0.21, 2),
        "media_rooms": classes + 2,
        "music_rooms": rooms,
        "music_rooms_96": rooms,
        "fine_art_rooms": rooms,
        "fine_art_rooms_90": rooms,
        "budget": round(pupils * 0.12, 2),
        "spending": round(pupils * 0.118, 2),
        "training_budget": round(pupils * 0.007, 2),
    }


def _rest(item) -> object:
    """What a school leaves: 否 for a flag, 0 for a required number, blank otherwise."""
    if item.kind == "flag":
        return "否"
    return 0 if item.required and item.stage in (None, "primary") else ""


def bare(folder: str) -> None:
    """Every workbook of a folder read by the bare reader, every cell once."""
    for path in sorted(Path(folder).rglob("*.xlsx")):
        book = python_calamine.CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)


if __name__ == "__main__":
    bare(sys.argv[1])
