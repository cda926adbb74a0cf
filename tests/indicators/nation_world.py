"""A small nation of generated schools (演示数据), and its evaluation county by county from the same rows: what the bulk path must equal."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from dudao.evaluation import Evaluation, evaluate
from dudao.intake import checks
from dudao.standards import load_standard
from dudao.standards.model import Field, Standard
from dudao.standards.rows_of import Condition, rows_of
from dudao.tables import Figure, Intake, Return
from dudao.units import exact

STANDARD = load_standard("cn-2017-quality-balance")
ON = date(2026, 9, 1)
KINDS = ("小学", "小学", "小学", "初级中学", "初中", "九年一贯制学校", "完全中学", "十二年一贯制", "教学点", "特殊教育学校", "其他学校")
AT_LIMIT = {"teaching_area": ("4.5", "5.8"), "gym_area": ("7.5", "10.2"), "equipment": ("0.2", "0.25")}
FLAGS = ("是", "否", "否", None)

Row = dict[str, object]


def schools(seed: int, counties: int, each: int, holes: bool = True) -> list[Row]:
    """Schools of several counties. Some figures stand exactly at a limit; with ``holes`` some are blank, negative or no number."""
    rnd = random.Random(seed)
    found = []
    for number in range(counties * each):
        pupils = rnd.choice([30, 49, 50, 60, 99, 460, 700, 1200])
        row: Row = {
            "county_code": f"3600{number // each:02}",
            "school_code": f"{number:010}",
            "school_name": f"演示第{number}学校",
            "school_type": rnd.choice(KINDS[:-1]) if number % 40 else KINDS[-1],
            "pupils_primary": float(pupils),
            "pupils_junior": float(rnd.choice([0, 75, 400])),
            "pupils_senior": rnd.choice([300.0, None]) if holes else 300.0,
            "attached_stage": "初中" if number % 29 == 5 else None,
            "dense_centre": rnd.choice(FLAGS),
            "rural_small": rnd.choice(FLAGS),
            "indoor_sports_area": float(rnd.choice([0, 200, 960])),
            "visiting_pe": rnd.choice([None, 1.0]),
            "leased_area": rnd.choice([None, 0.0, 800.0]),
        }
        row |= teachers_of(rnd, pupils)
        for name, (first, second) in AT_LIMIT.items():
            limit = Decimal(first) if "小学" in str(row["school_type"]) else Decimal(second)
            row[name] = float(limit * pupils) if rnd.random() < 0.5 else round(rnd.uniform(1, 9) * pupils, 2)
        row["teaching_area"] = float(row["teaching_area"]) + float(row["indoor_sports_area"]) * rnd.choice([1, 1, 1, 0.2])  # type: ignore[arg-type]
        row |= {"grounds_area": 0.0, "media_rooms": float(-(-pupils * 23 // 1000))}
        if holes and rnd.random() < 0.2:
            row[rnd.choice(["teaching_area", "backbone", "pupils_primary", "media_rooms", "leased_area"])] = rnd.choice([None, -3.0, float("nan")])
        found.append(row)
    if holes and len(found) > 20:
        found[7]["school_code"] = found[9]["school_code"]
        found[11]["school_code"] = None
    return found


def teachers_of(rnd: random.Random, pupils: int) -> Row:
    """Teachers by degree, stage and subject; some by stage."""
    count = max(2, pupils // 14)
    names = ("college_primary", "bachelor_primary", "bachelor_junior", "master_primary", "master_junior", "doctor_primary", "doctor_junior")
    row: Row = {name: float(rnd.randint(0, count)) for name in names}
    row["backbone"] = float(max(1, pupils // 100))
    row |= {name: float(rnd.randint(0, count // 8 + 1)) for name in ("pe_teachers", "music_teachers", "fine_art_teachers", "arts_teachers")}
    if rnd.random() < 0.4:
        row |= {"backbone_primary": 3.0, "backbone_junior": rnd.choice([2.0, None, -1.0])}
    return row


def equal_schools(county: str, n: int) -> list[Row]:
    """A county whose coefficients are exact: ``n`` schools of 100 pupils, values a half above and a half below their mean."""
    found = []
    for number in range(n):
        many = 3 if number % 2 else 1
        row: Row = {"county_code": county, "school_code": f"{county}{number:04}", "school_type": "小学", "pupils_primary": 100.0}
        row |= dict.fromkeys(("college_primary", "master_primary", "doctor_primary", "indoor_sports_area", "gym_area"), 0.0)
        row |= dict.fromkeys(("music_teachers", "fine_art_teachers", "arts_teachers", "pupils_junior"), 0.0)
        row |= {"bachelor_primary": 10.0 * many, "backbone": 3.0 * many, "pe_teachers": 1.0 * many, "teaching_area": 700.1 * many}
        row |= {"grounds_area": 1000.3 * many, "equipment": 33.7 * many, "media_rooms": 7.0 * many}
        found.append(row)
    return found


def write(path: Path, rows: Sequence[Row]) -> Path:
    """Rows as a Parquet or CSV file, numbers as doubles, texts as texts."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    kinds = {name: kind_of([row.get(name) for row in rows]) for name in names}
    with duckdb.connect() as engine:
        engine.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})")
        lines = [[cell_of(row.get(name)) for name in names] for row in rows]
        engine.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(names))})", lines)
        form = "FORMAT csv, HEADER" if path.suffix == ".csv" else "FORMAT parquet"
        engine.execute(f"COPY t TO '{path}' ({form})")
    return path


def cell_of(value: object) -> object:
    """A value as it is written; NaN by its name, which DuckDB would take for NULL."""
    return "nan" if isinstance(value, float) and math.isnan(value) else value


def kind_of(values: Sequence[object]) -> str:
    """The type of a column by its values."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known):
        return "BOOLEAN"
    return "VARCHAR" if any(isinstance(value, str) for value in known) else "DOUBLE"


def read(path: Path) -> list[Row]:
    """The rows of a result."""
    with duckdb.connect() as engine:
        reader = engine.execute(f"SELECT * FROM '{path}'")
        names = [column[0] for column in reader.description]
        return [dict(zip(names, line, strict=True)) for line in reader.fetchall()]


def one_by_one(rows: Sequence[Row], standard: Standard = STANDARD, on: date = ON) -> Iterator[tuple[str, Evaluation]]:
    """Every county by ``evaluate``, from the rows as a return would give them."""
    codes = Counter(row.get("school_code") for row in rows)
    counties: dict[str, list[Row]] = {}
    for row in rows:
        counties.setdefault(str(row["county_code"]), []).append(row)
    for county, own in counties.items():
        units = []
        for row in own:
            code = row.get("school_code")
            units.append(returned(standard, row, None if code is not None and codes[code] == 1 else "代码"))
        yield county, evaluate(standard, Intake(county, None, tuple(units), (), ()), on)


def returned(standard: Standard, row: Row, void: str | None) -> Return:
    """A row as a Return, with what the checks refuse."""
    figures = {item.name: figure(standard, item, row) for item in standard.fields if not item.of_county}
    unit = Return("school", "表", "0" * 64, None, figures, void=void)
    _, refused = checks.run(unit, standard)
    if not refused:
        return unit
    return Return("school", "表", "0" * 64, None, {**figures, **dict.fromkeys(refused, Figure(None, "refused"))}, void=void)


def figure(standard: Standard, field: Field, row: Row) -> Figure:
    """One figure of a row by the rules of a return: contracts §1, Blank cell and Numbers."""
    value = row.get(field.name)
    if field.kind == "flag":
        return Figure(value == "是", "given" if value else "zero") if value in ("是", "否", None) else Figure(None, "refused")
    if value is None:
        zero = field.numeric and not field.required and not field.supplementary
        return Figure(Decimal(0), "zero") if zero else Figure(None, "missing")
    if not field.numeric:
        known = not field.choices or field.name == "school_type" or value in field.choices
        return Figure(str(value), "given") if known else Figure(None, "refused")
    number = float(str(value))
    sound = 0 <= number <= 1e9 and (field.kind not in ("pupils", "year") or number == int(number))
    return Figure(exact(number), "given") if sound else Figure(None, "refused")


def differences(rows: Sequence[Row], out: Mapping[str, list[Row]], standard: Standard = STANDARD) -> list[str]:
    """Where the results of the bulk path differ from the evaluation county by county; empty where they are equal."""
    wrong = []
    by_school = {(row["school_code"], row["level"], row["school_name"]): row for row in out["schools"]}
    by_spread = {(row["county_code"], row["level"], row["code"]): row for row in out["coefficients"]}
    by_county = {row["county_code"]: row for row in out["counties"]}
    counted = 0
    for county, result in one_by_one(rows, standard):
        for school in result.schools:
            counted += 1
            row = by_school[school.row.school.code, school.row.level.name, school.row.school.name]
            pairs = {"judgement": (row["judgement"], school.judgement)}
            for code, value in school.values.items():
                pairs[f"{code}_judgement"] = (row[f"{code}_judgement"], value.judgement)
                pairs[code] = (near(row[code]), near(value.value))
            wrong += [f"{county} {school.row.school.code} {name}: {a} != {b}" for name, (a, b) in pairs.items() if a != b]
        for item in result.coefficients:
            row = by_spread[county, item.level.name, item.indicator.code]
            limit = float(item.limit.value) if item.limit and item.limit.value is not None else None
            mine = (near(row["mean"]), near(row["cv"], 10), row["limit"], row["judgement"], row["n"])
            other = (near(item.mean), near(item.cv, 10), limit, item.judgement, item.n)
            wrong += [] if mine == other else [f"{county} {item.level.name} {item.indicator.code}: {mine} != {other}"]
        for level, whole in result.composites.items():
            row = by_spread[county, level, "composite"]
            mine, other = (near(row["cv"], 10), row["judgement"]), (near(whole.cv, 10), whole.judgement)
            wrong += [] if mine == other else [f"{county} {level} composite: {mine} != {other}"]
        for item in result.items:
            if f"{item.indicator.code}_judgement" in by_county[county]:
                row, code = by_county[county], item.indicator.code
                mine = (row[f"{code}_met"], row[f"{code}_judged"], row[f"{code}_judgement"])
                other = (item.value, next(iter(item.limit.values())), item.judgement)
                wrong += [] if mine == other else [f"{county} {code}: {mine} != {other}"]
    return wrong + ([] if counted == len(out["schools"]) else [f"rows: {len(out['schools'])} != {counted}"])


def near(value: object, digits: int = 11) -> str | None:
    """A double to so many digits; None as it is."""
    return None if value is None else f"{value:.{digits}g}"


TABLES = rows_of(STANDARD)


def teacher_rows(seed: int, given: Sequence[Row]) -> list[Row]:
    """Rows of teachers of some schools; one with a blank, one of a school that is not there; the last school has none."""
    rnd = random.Random(seed)
    found: list[Row] = []
    for row in given[:-1]:
        for _ in range(rnd.randint(3, 25)):
            found.append({
                "school_code": row["school_code"],
                "stage": rnd.choice(["小学", "小学", "初中", "高中"]),
                "degree": rnd.choice(["专科以下", "专科", "本科", "本科", "硕士", "博士"]),
                "subject": rnd.choice(["体育", "音乐", "美术", "艺术", "其他", "其他"]),
                "backbone": rnd.random() < 0.3,
                "certified": True,
                "trained_hours": float(rnd.choice([0, 359, 360, 700])),
            })
    found[3]["degree"] = None
    found[50]["stage"] = "幼儿园"
    found[90]["school_code"] = "9999999999"
    return found


def counted(rows: Sequence[Row], teachers: Sequence[Row]) -> list[Row]:
    """The schools with the figures that the rows give, counted in plain Python; a school with an unsound row has none of them."""
    table = TABLES[0]
    found = []
    for row in rows:
        own = [item for item in teachers if item["school_code"] == row["school_code"] and row["school_code"] is not None]
        sound = all(item[column.name] in column.words for item in own for column in table.columns if column.kind == "word")
        figures: Row = {}
        for name, conditions in table.figures.items():
            figures[name] = float(sum(all(meets(item, condition) for condition in conditions) for item in own)) if sound else -1.0
        found.append(row | (figures if own else dict.fromkeys(table.figures, None)))
    return found


def meets(teacher: Row, condition: Condition) -> bool:
    """Whether a row meets one condition."""
    value = teacher[condition.column]
    if condition.value is not None:
        return float(str(value)) >= condition.value
    return ("是" if value is True else "否" if value is False else value) in condition.words
