"""A county handed in in every way at once, for the tests of explanations and bundles; and a reader of cells that is not the product's.

Here lives what is handed in, and openpyxl. Not here: expectations. All schools are 演示数据.
"""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

import forms
from dudao.evaluation import Evaluation, evaluate
from dudao.intake import read, template
from dudao.standards import load_standard

ON = date(2025, 9, 1)
PRIMARY, JUNIOR, THROUGH, WIDE, TABLE, TINY = (f"990000000{number}" for number in range(1, 7))
ABOUT = {"sponsor": "7", "location": "城区", "boarding": False}


def school(kind: str, name: str, code: str, *pupils: int, **more: Any) -> dict[str, Any]:
    return forms.filled(kind, f"演示{name}", code, *pupils, **more)


@cache
def files() -> dict[str, bytes]:
    """Vertical forms in folders and a zip, a wide CSV, a wide workbook, a 补充表 of some schools and of the county."""
    through = school("九年一贯制", "实验学校", THROUGH, 300, 200, factors={"R5": "0.9"})
    wide = [school("小学", "宽表小学", WIDE, 420, changes={"校内体育场面积": None}), school("初中", "宽表初中", "9900000007", 0, 330)]
    table = school("小学", "表格小学", TABLE, 510, factors={"R1": "2"})
    tiny = school("教学点", "村小", TINY, 36)
    more = [{"school_code": code, "school_name": "", **ABOUT} for code in (PRIMARY, JUNIOR, THROUGH, WIDE)]
    county = {"county_code": forms.COUNTY_CODE, "G1_met": "达到", "G1_proof": "规划图", "V1_found": "无", "Q9_1_grade": "Ⅲ", "Q9_1_value": "0.1",
              "P1_1_valid": "100", "P1_1_satisfied": "88"}  # fmt: skip
    return {
        "区县填报表.xlsx": forms.county_form(),
        "甲镇/一小.xlsx": forms.school_form(school("小学", "一小", PRIMARY, 640, changes={"网络多媒体教室间数": "１８"})),
        "乙镇.zip/二中.xlsx": forms.school_form(school("初中", "二中", JUNIOR, 0, 450)),
        "乙镇.zip/实验.xlsx": forms.school_form(through),
        "宽表.csv": forms.wide(wide),
        "表格.xlsx": forms.book(("学校数据", [forms.SCHOOL_LABELS, *([row.get(label) for label in forms.SCHOOL_LABELS] for row in (table, tiny))])),
        "补充表.xlsx": template.supplement(load_standard(forms.STANDARD), county=county, schools=more),
    }  # fmt: skip


def evaluated(folder: Path, standard: str | Path = forms.STANDARD) -> Evaluation:
    """The evaluation of a folder."""
    loaded = load_standard(standard)
    (intake,) = read([folder], loaded)
    return evaluate(loaded, intake, ON)


def leaves(tree: object) -> Iterator[Mapping[str, Any]]:
    """Every leaf of a tree in JSON, wherever it stands."""
    if isinstance(tree, dict):
        if set(tree) == {"file", "sha256", "sheet", "cell", "value"}:
            yield tree
            return
        tree = list(tree.values())
    if isinstance(tree, list):
        for inner in tree:
            yield from leaves(inner)


def steps(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A step of a tree in JSON and all below it."""
    yield tree
    for inner in tree.get("steps", ()):
        yield from steps(inner)


class Originals:
    """The files as they were handed in, read by openpyxl and csv."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.cells = cache(self._cells)

    def sha256(self, file: str) -> str:
        return hashlib.sha256(self.files[file]).hexdigest()

    def _cells(self, file: str) -> dict[tuple[str | None, str], Any]:
        if file.endswith(".csv"):
            rows = csv.reader(io.StringIO(self.files[file].decode("utf-8-sig")))
            return {(None, _address(r, c)): value or None for r, row in enumerate(rows) for c, value in enumerate(row)}
        book = load_workbook(io.BytesIO(self.files[file]), data_only=True)
        return {(sheet.title, cell.coordinate): cell.value for sheet in book for row in sheet for cell in row}

    def value(self, leaf: Mapping[str, Any]) -> object:
        """What stands in a leaf's cell, numbers typed as text as numbers."""
        found = self.cells(leaf["file"]).get((leaf["sheet"], leaf["cell"]))
        if isinstance(leaf["value"], int | float) and isinstance(found, str):
            return float(Decimal(unicodedata.normalize("NFKC", found).strip()))
        return found


def _address(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def members(data: bytes) -> dict[str, bytes]:
    """The files of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
