"""Filled school and county forms of the demo (演示数据): real workbooks, in the layout of the forms, from a table of made-up schools.

Pure: a row of ``demo_schools.csv`` in, the bytes of a workbook out. Not here: uploading them (``demo``).
"""

import csv
import io
import math
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlsxwriter

from dudao.standards.model import Field, Standard

TABLE = Path(__file__).parent / "demo_schools.csv"
HEADER = ("序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明")
SHEETS = {"school": "学校填报数据", "county": "区县填报数据"}
CLASS_BANDS = (
    (25, "classes_25"),
    (30, "classes_30"),
    (35, "classes_35"),
    (40, "classes_40"),
    (45, "classes_45"),
)
Values = dict[str, Any]
"""field name -> value as typed; None is a blank cell"""


@lru_cache(maxsize=1)
def schools() -> tuple[dict[str, str], ...]:
    """The made-up schools, in order of their numbers."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def code_of(county: str, row: dict[str, str]) -> str:
    """The school's code in a county."""
    return f"{county}{int(row['no']):04d}"


def school_values(county: str, row: dict[str, str], *, growth: Decimal = Decimal(1)) -> Values:
    """Everything a school fills in. ``growth``: pupils and resources as a share of the table's, for another year."""
    name = {"school_name": row["name"], "school_type": row["type"], "school_code": code_of(county, row)}
    if row["type"] == "特殊教育学校":
        return name
    primary, junior = (_times(row[f"pupils_{level}"], growth) for level in ("primary", "junior"))
    pupils = primary + junior
    teachers = max(math.ceil(pupils / 16), _times(row["degree_primary"]) + _times(row["degree_junior"]) + 1)
    values = name | _flags(row) | _pupils(primary, junior) | _classes(primary, junior)
    values |= _teachers(row, teachers)
    values |= _rooms(row, values["classes"], growth)
    budget = Decimal(max(pupils, 100)) * Decimal("0.128")
    values |= {
        "budget": _money(budget),
        "spending": _money(budget * Decimal("0.985")),
        "training_budget": _money(budget * Decimal("0.055")),
    }
    if junior:
        leavers = junior // 3
        values |= {
            "graduates": leavers - 2,
            "entrants": leavers + 1,
            "moved_in": 2,
            "moved_out": 4,
            "died": 0,
        }
    return values


def county_values(code: str, name: str, year: int) -> Values:
    """Everything a county office fills in."""
    amounts = {
        "quota_primary": 1150,
        "quota_junior": 1350,
        "special_funds": 468000,
        "special_pupils": 72,
        "teacher_pay": Decimal("13.86"),
        "official_pay": Decimal("13.52"),
        "rotation_eligible": 412,
        "rotated": 49,
        "rotated_backbone": 12,
        "good_senior_places": 1060,
        "good_senior_quota": 742,
        "good_senior_rural": 318,
        "migrant_eligible": 1486,
        "migrant_public": 1421,
        "migrant_bought": 0,
        "disabled_all": 138,
        "disabled_enrolled": 135,
    }
    return {"county_name": name, "county_code": code, "year": year} | amounts


def workbook(standard: Standard, form: str, values: Values) -> bytes:
    """The form as given out, with ``values`` filled in; same values, same bytes."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"comments": "演示数据"})
    sheet = book.add_worksheet(SHEETS[form])
    sheet.write_row(0, 0, HEADER)
    text = book.add_format({"num_format": "@"})
    fields = sorted((f for f in standard.fields if f.form == form), key=lambda f: f.no or 0)
    for number, field in enumerate(fields, 1):
        required = "是" if field.required else "否"
        sheet.write_row(number, 0, (number, field.group, field.label, _unit(field)))
        _write(sheet, number, values.get(field.name), text)
        sheet.write_row(number, 5, (required, field.note))
    sheet.set_column(2, 2, 44)
    book.close()
    return out.getvalue()


def _write(sheet: Any, row: int, value: Any, text: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, 4, value, text)
    elif value is not None:
        sheet.write_number(row, 4, float(value))


def _unit(field: Field) -> str:
    if field.kind == "flag":
        return "是/否"
    return field.unit or "/".join(
        choice for choice in field.choices if choice not in ("教学点", "特殊教育学校", "职业学校")
    )


def _flags(row: dict[str, str]) -> Values:
    return {
        "founded": 1958 + int(row["no"]),
        "built_2010": "是",
        "built_2016": "是",
        "dense_centre": "否",
        "rural_small": "否",
        "rural_small_classes": "否",
    }


def _pupils(primary: int, junior: int) -> Values:
    values: Values = {"migrant_pupils": (primary + junior) // 12}
    if primary:
        values |= {"pupils_primary": primary, "zoned_primary": primary}
    if junior:
        values |= {"pupils_junior": junior, "zoned_junior": junior}
    return values


def _classes(primary: int, junior: int) -> Values:
    """Classes of at most 40 in 小学, 43 in 初中, sorted into the form's bands."""
    values: Values = {name: 0 for _, name in CLASS_BANDS}
    values |= {f"classes_{top}": 0 for top in (50, 55, 60, 65, 66)}
    count = 0
    for pupils, most in ((primary, 40), (junior, 43)):
        number = math.ceil(pupils / most)
        for place in range(number):
            size = pupils // number + (place < pupils % number)
            values[next(name for top, name in CLASS_BANDS if size <= top)] += 1
        count += number
    return values | {"classes": count}


def _teachers(row: dict[str, str], teachers: int) -> Values:
    primary, junior = _times(row["degree_primary"]), _times(row["degree_junior"])
    skilled = _times(row["pe_art"])
    values: Values = {
        "teachers": teachers,
        "backbone": _times(row["backbone"]),
        "certified": teachers,
        "trained_360": teachers,
        "pe_teachers": skilled - 2 * (skilled // 3),
        "music_teachers": skilled // 3,
        "fine_art_teachers": skilled // 3,
        "arts_teachers": 0,
    }
    if int(row["pupils_primary"]):
        values |= {
            "college_primary": primary // 5,
            "bachelor_primary": primary - primary // 5 - primary // 20,
            "master_primary": primary // 20,
            "doctor_primary": 0,
        }
    if int(row["pupils_junior"]):
        values |= {"bachelor_junior": junior - junior // 8, "master_junior": junior // 8, "doctor_junior": 0}
    return values


def _rooms(row: dict[str, str], classes: int, growth: Decimal) -> Values:
    sports = int(row["sports_area"])
    gym = min(1200, sports // 12)
    special = max(1, math.ceil(classes / 12))
    equipment = row["equipment"]
    return {
        "teaching_area": int(row["teaching_area"]) + gym,
        "indoor_sports_area": gym,
        "gym_area": gym,
        "grounds_area": sports - gym,
        "equipment": _money(Decimal(equipment) * growth) if equipment else None,
        "media_rooms": _times(row["media_rooms"]),
        "music_rooms": special,
        "music_rooms_96": special,
        "music_rooms_73": 0,
        "music_rooms_61": 0,
        "fine_art_rooms": special,
        "fine_art_rooms_90": special,
        "fine_art_rooms_67": 0,
        "fine_art_rooms_61": 0,
    }


def _times(value: str, growth: Decimal = Decimal(1)) -> int:
    return int((Decimal(value) * growth).to_integral_value(ROUND_HALF_UP))


def _money(value: Decimal) -> Decimal:
    """万元 with two decimals."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)
