"""Wide tables: our own template, CSV and Parquet, one school a row."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import build
import duckdb
import openpyxl
import pytest

import forms
from dudao.intake import read_file, template

FIRST = build.values("小学", "1", "演示一小")
SECOND = build.values("初中", "2", "演示二中")


def csv_of(rows: list[list[object]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Rows as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(
        [["" if cell is None else cell for cell in row] for row in rows]
    )
    return out.getvalue().encode(encoding)


def parquet_of(
    rows: list[list[object]], folder: Path, kinds: dict[str, str] | None = None, times: int = 1
) -> bytes:
    """A header and rows, each so many times, as Parquet; columns are text or DOUBLE, unless ``kinds`` says otherwise."""
    header, lines = rows[0], rows[1:]
    types = [
        (kinds or {}).get(str(label))
        or ("DOUBLE" if any(isinstance(line[n], int | float) for line in lines) else "VARCHAR")
        for n, label in enumerate(header)
    ]
    with duckdb.connect() as engine:
        engine.execute(f"CREATE TABLE t ({', '.join(f'c{n} {kind}' for n, kind in enumerate(types))})")
        engine.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(header))})", lines)
        for n, label in enumerate(header):
            engine.execute(f"""ALTER TABLE t RENAME COLUMN c{n} TO "{label}" """)
        engine.execute(
            f"COPY (SELECT t.* FROM t, range({times})) TO '{folder / 't.parquet'}' (FORMAT parquet)"
        )
    return (folder / "t.parquet").read_bytes()


def test_our_own_template_is_read(tmp_path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template.write(build.STANDARD)))
    sheet = book[template.SCHOOLS]
    columns = {cell.value: cell.column for cell in sheet[template.LABEL]}
    for number, school in enumerate((FIRST, SECOND)):
        for label, value in school.items():
            sheet.cell(template.FIRST + number, columns[label], value)
    out = io.BytesIO()
    book.save(out)
    reading = read_file("a.xlsx", out.getvalue(), build.STANDARD)
    schools = [unit for unit in reading.returns if unit.form == "school"]
    assert [(unit.text("school_code"), unit.row) for unit in schools] == [("1", 6), ("2", 7)]
    assert build.told(reading) == [("FORM-014", "a.xlsx", template.COUNTY, None)]
    assert schools[0].number("pupils_primary") == 400


def test_the_template_for_one_school_is_read() -> None:
    reading = read_file("a.xlsx", template.school_form(build.STANDARD), build.STANDARD)
    assert [unit.form for unit in reading.returns] == ["school"]
    assert [issue.cell for issue in reading.issues] == ["E2", "E3", "E4", "E11", "E12"]


@pytest.mark.parametrize("units", [True, False])
def test_every_figure_has_its_cell(units) -> None:
    reading = read_file(
        "a.xlsx", build.wide_book(*build.wide_rows(FIRST, SECOND, units=units)), build.STANDARD
    )
    first, second = reading.returns
    row = 3 if units else 2
    assert (first.row, second.row, reading.issues) == (row, row + 1, ())
    assert second.figure("teaching_area").cell == f"{build.column_of('teaching_area')}{row + 1}"
    assert (first.sheet, second.figure("teaching_area").sheet) == ("学校数据", "学校数据")


def test_wide_and_vertical_forms_give_the_same_figures() -> None:
    vertical, _ = build.one(build.school("九年一贯制"))
    wide, _ = build.one(build.wide_book(*build.wide_rows(build.values("九年一贯制"))))
    names = [field.name for field in build.STANDARD.fields if field.form == "school"]
    assert [(vertical.figure(name).value, vertical.figure(name).state) for name in names] == [
        (wide.figure(name).value, wide.figure(name).state) for name in names
    ]


def test_titles_groups_and_notes_may_stand_above_the_labels() -> None:
    rows = [["演示区填报表"], [None, "基本信息"], ["必填", "必填"], *build.wide_rows(FIRST)]
    unit, issues = build.one(build.wide_book(*rows))
    assert (unit.row, unit.text("school_code"), issues) == (6, "1", [])


def test_a_row_of_units_is_told_by_its_content() -> None:
    rows = build.wide_rows(FIRST)
    rows[1] = [None] * len(rows[1])
    unit, issues = build.one(build.wide_book(*rows))
    assert (unit.row, issues) == (3, [])
    rows[1][build.wide_rows()[0].index("小学学生人数")] = "人"
    unit, issues = build.one(build.wide_book(*rows))
    assert unit.row == 3
    assert {code for code, _ in issues} == {"FORM-008"}


@pytest.mark.parametrize(
    ("unit", "code", "state"),
    [("元", "FORM-007", "refused"), ("亩", "FORM-007", "refused"), ("万  元", None, "given")],
)
def test_a_unit_in_the_row_of_units_is_compared(unit, code, state) -> None:
    rows = build.wide_rows(FIRST, SECOND)
    rows[1][rows[0].index("教学仪器设备资产值（账面原值）")] = unit
    reading = read_file("a.xlsx", build.wide_book(*rows), build.STANDARD)
    assert [one.figure("equipment").state for one in reading.returns] == [state, state]
    place = f"{build.column_of('equipment')}2"
    assert [(issue.code, issue.cell) for issue in reading.issues] == ([(code, place)] if code else [])


@pytest.mark.parametrize(
    ("label", "code", "state"),
    [
        ("教学及辅助用房总面积（㎡）", "FORM-008", "given"),
        ("教学及辅助用房总面积(平方米)", None, "given"),
        ("教学及辅助用房总面积（亩）", "FORM-007", "refused"),
    ],
)
def test_a_unit_in_the_label_is_compared(label, code, state) -> None:
    rows = build.wide_rows(FIRST, units=False)
    rows[0][rows[0].index("教学及辅助用房总面积")] = label
    unit, issues = build.one(build.wide_book(*rows))
    place = f"{build.column_of('teaching_area')}1"
    assert (unit.figure("teaching_area").state, issues) == (state, [(code, place)] if code else [])


def test_a_lacking_required_column_is_one_error() -> None:
    rows = [
        [cell for number, cell in enumerate(row) if build.wide_rows()[0][number] != "专任教师总人数"]
        for row in build.wide_rows(FIRST, SECOND)
    ]
    reading = read_file("a.xlsx", build.wide_book(*rows), build.STANDARD)
    assert build.told(reading) == [("FORM-005", "a.xlsx", "学校数据", None)]
    assert [unit.figure("teachers").state for unit in reading.returns] == ["missing", "missing"]


def test_a_lacking_column_is_an_error_even_where_a_blank_cell_counts_as_nothing() -> None:
    names = [field.name for field in build.STANDARD.fields if field.form == "school" and field.name != "leased_area"]
    unit, issues = build.one(build.wide_book(*build.wide_rows(FIRST, fields=names)))
    assert (unit.figure("leased_area").state, issues) == ("missing", [("FORM-005", None)])


def test_a_column_twice_is_an_error() -> None:
    rows = [[*row, row[build.wide_rows()[0].index("专任教师总人数")]] for row in build.wide_rows(FIRST)]
    unit, issues = build.one(build.wide_book(*rows))
    assert (unit.figure("teachers").state, issues) == (
        "refused",
        [("FORM-003", f"{openpyxl.utils.get_column_letter(len(rows[0]))}1")],
    )


def test_columns_of_no_field_are_queried_once_if_filled() -> None:
    beside = (["校车数", "备注", "图书馆", None], [3, "x", None, None], [4, None, None, "旁注"])
    rows = [
        [*row, *more] for row, more in zip(build.wide_rows(FIRST, SECOND, units=False), beside, strict=True)
    ]
    reading = read_file("a.xlsx", build.wide_book(*rows), build.STANDARD)
    width = len(rows[0])
    letters = openpyxl.utils.get_column_letter
    assert [(issue.code, issue.cell) for issue in reading.issues] == [
        ("FORM-009", f"{letters(width - 3)}1"),
        ("FORM-010", f"{letters(width)}3"),
    ]


def test_empty_rows_between_schools_are_no_schools() -> None:
    rows = build.wide_rows(FIRST, {}, SECOND, {})
    reading = read_file("a.xlsx", build.wide_book(*rows), build.STANDARD)
    assert [unit.row for unit in reading.returns] == [3, 5]


def test_a_table_without_schools_is_queried() -> None:
    reading = read_file("a.xlsx", build.wide_book(*build.wide_rows()), build.STANDARD)
    assert (reading.returns, reading.unreadable, build.told(reading)) == (
        (),
        (),
        [("FILE-027", "a.xlsx", None, None)],
    )
    filled = forms.book(
        ("学校数据", build.wide_rows()), (build.SHEET, forms.form_rows(forms.SCHOOL_ROWS, FIRST))
    )
    assert build.told(read_file("a.xlsx", filled, build.STANDARD)) == []


def test_a_formula_without_value_makes_a_row_a_school() -> None:
    rows = build.wide_rows(FIRST, {"学校名称": "=A1"})
    reading = read_file("a.xlsx", build.wide_book(*rows), build.STANDARD)
    assert [unit.row for unit in reading.returns] == [3, 4]
    assert ("FIG-010", "A4") in [(issue.code, issue.cell) for issue in reading.issues]


def test_2000_schools_are_read_and_2001_are_not() -> None:
    def schools(count: int) -> bytes:
        names = ("school_name", "school_code", "school_type", "founded")
        keep = [field.name for field in build.STANDARD.fields if field.form == "school"]
        rows = build.wide_rows({}, fields=keep, units=False)[:1]
        line = [None] * len(rows[0])
        for number in range(count):
            line = list(line)
            for name in names:
                line[keep.index(name)] = {"founded": 2000, "school_type": "特殊教育学校"}.get(
                    name, f"{number}"
                )
            rows.append(line)
        return build.wide_book(*rows)

    assert len(read_file("a.xlsx", schools(2000), build.STANDARD).returns) == 2000
    assert build.refused(schools(2001)) == "FILE-020"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_csv_in_the_encodings_in_use(encoding, delimiter) -> None:
    data = csv_of(build.wide_rows(FIRST, SECOND, units=False), encoding, delimiter)
    reading = read_file("a.csv", data, build.STANDARD)
    assert [(unit.sheet, unit.row, unit.text("school_code")) for unit in reading.returns] == [
        (None, 2, "1"),
        (None, 3, "2"),
    ]
    found = reading.returns[1].figure("teaching_area")
    assert (found.sheet, found.cell, reading.issues) == (None, f"{build.column_of('teaching_area')}3", ())


def test_numbers_in_csv_are_no_text() -> None:
    for value, codes in (
        ("400", []),
        ("400.0", []),
        (" 400", ["FIG-015"]),
        ("４００", ["FIG-015"]),
        ("4E2", ["FIG-015"]),
        ("3,520", ["FIG-004"]),
    ):
        data = csv_of(build.wide_rows(FIRST | {"小学学生人数": value}, units=False))
        assert [code for code, _ in build.one(data, "a.csv")[1]] == codes, value


def test_field_names_are_heads_too() -> None:
    rows = build.wide_rows(FIRST, units=False)
    rows[0] = [field.name for field in build.STANDARD.fields if not field.of_county]
    unit, issues = build.one(csv_of(rows), "a.csv")
    assert (unit.number("pupils_primary"), issues) == (400, [])


def test_a_comma_too_many_spoils_its_row() -> None:
    rows = build.wide_rows(FIRST, SECOND, units=False)
    lines = csv_of(rows).decode().splitlines()
    lines[1] = lines[1].replace("演示一小", "演示,一小") + ",x"
    reading = read_file("a.csv", "\n".join(lines).encode(), build.STANDARD)
    assert [unit.void is None for unit in reading.returns] == [False, True]
    assert ("FORM-012", f"{openpyxl.utils.get_column_letter(len(rows[0]) + 1)}2") in [
        (issue.code, issue.cell) for issue in reading.issues
    ]


def test_csv_that_cannot_be_read_whole_is_unreadable() -> None:
    good = csv_of(build.wide_rows(FIRST, units=False))
    cases = {
        "open quote": (good + b'"x', "FILE-022"),
        "binary": (good + b"\0", "FILE-019"),
        "utf-16": (good.decode().encode("utf-16"), "FILE-019"),
        "no encoding": (good + b"\xff\xff\xff", "FILE-019"),
        "wide": (good + b"," * 101 + b"x", "FILE-020"),
        "long": (good + b"\n" * 2100 + b"x", "FILE-020"),
        "long field": (good + b"x" * 200_000, "FILE-022"),
    }
    assert {name: build.refused(data, "a.csv") for name, (data, _) in cases.items()} == {
        name: code for name, (_, code) in cases.items()
    }


def test_cleared_rows_below_a_csv_do_not_count() -> None:
    unit, issues = build.one(csv_of(build.wide_rows(FIRST, units=False)) + b",,,,\r\n" * 5000, "a.csv")
    assert (unit.row, issues) == (2, [])


def test_a_text_that_is_a_table_is_read_under_any_name_and_others_are_queried() -> None:
    assert build.one(csv_of(build.wide_rows(FIRST, units=False)), "a.txt")[0].row == 2
    assert build.codes(b'"x', "a.txt") == ["FILE-025"]
    assert build.codes("甲,乙\n1,2".encode(), "a.csv") == ["FILE-026"]
    assert build.refused("学校名称,学校代码,学校类型\n甲,1,小学".encode(), "a.csv") == "FILE-024"


def test_parquet_is_read(tmp_path) -> None:
    data = parquet_of(build.wide_rows(FIRST, SECOND, units=False), tmp_path)
    reading = read_file("a.parquet", data, build.STANDARD)
    assert [(unit.sheet, unit.row, unit.text("school_code")) for unit in reading.returns] == [
        (None, 2, "1"),
        (None, 3, "2"),
    ]
    found = reading.returns[1].figure("teaching_area")
    assert (found.value, found.cell, reading.issues) == (
        Decimal(str(SECOND["教学及辅助用房总面积"])),
        f"{build.column_of('teaching_area')}3",
        (),
    )


@pytest.mark.parametrize("kind", ["BIGINT", "INTEGER", "FLOAT", "DECIMAL(10,2)", "HUGEINT"])
def test_numbers_of_any_kind_in_parquet(tmp_path, kind) -> None:
    data = parquet_of(
        build.wide_rows(FIRST, units=False), tmp_path, {"小学学生人数": kind, "学校代码": "BIGINT"}
    )
    unit, issues = build.one(data, "a")
    assert (unit.number("pupils_primary"), unit.text("school_code"), issues) == (400, "1", [])


def test_2000_rows_of_parquet_are_read(tmp_path) -> None:
    data = parquet_of(build.wide_rows(FIRST, units=False), tmp_path, times=2000)
    assert [unit.row for unit in read_file("a.parquet", data, build.STANDARD).returns] == list(range(2, 2002))


def test_parquet_that_is_no_plain_table_is_unreadable(tmp_path) -> None:
    rows = build.wide_rows(FIRST, units=False)
    cases = {
        "list": (parquet_of([[*rows[0], "x"], [*rows[1], [1]]], tmp_path, {"x": "INTEGER[]"}), "FILE-022"),
        "bytes": (parquet_of([[*rows[0], "x"], [*rows[1], b"1"]], tmp_path, {"x": "BLOB"}), "FILE-022"),
        "rows": (parquet_of(rows, tmp_path, times=2001), "FILE-020"),
        "columns": (
            parquet_of([[*rows[0], *map(str, range(30))], [*rows[1], *[1] * 30]], tmp_path),
            "FILE-020",
        ),
        "text": (parquet_of([rows[0], ["x" * 2001, *rows[1][1:]]], tmp_path), "FILE-021"),
        "cut": (parquet_of(rows, tmp_path)[:-200] + b"PAR1", "FILE-022"),
    }
    assert {name: build.refused(data, "a.parquet") for name, (data, _) in cases.items()} == {
        name: code for name, (_, code) in cases.items()
    }


def test_texts_and_no_numbers_in_parquet(tmp_path) -> None:
    rows = build.wide_rows(FIRST | {"小学学生人数": "400"}, units=False)
    assert [code for code, _ in build.one(parquet_of(rows, tmp_path), "a.parquet")[1]] == ["FIG-015"]
    data = parquet_of(build.wide_rows(FIRST | {"专任教师总人数": float("nan")}, units=False), tmp_path)
    assert [code for code, _ in build.one(data, "a.parquet")[1]] == ["FIG-003"]
