"""CSV and Parquet: from bytes to a sheet of cells, addressed as a spreadsheet would, the header in row 1.

Not here: what a column means (``wide``). Parquet is read by DuckDB with the file as its only access; its sizes are looked at first.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from dudao.intake.messages import Refusal
from dudao.intake.sheet import HEADINGS, MAX_COLUMNS, MAX_ROWS, Sheet, blank

LONGEST = 2000
"""Bytes of a text in Parquet: a string may be stored once and used by every row."""
_PLAIN_TYPES = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT",
    "DOUBLE", "VARCHAR", "DATE", "TIME", "TIMESTAMP", "INTERVAL",
)  # fmt: skip
_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "512MB",
    "threads": "1",
    "temp_directory": "",
}
"""Nothing is fetched, nothing is written; the file to read is the only one allowed."""
_DECIMAL = re.compile(r"DECIMAL\([0-9]+,[0-9]+\)")
_TOO_LARGE = {"what": "表格", "rows": MAX_ROWS, "columns": MAX_COLUMNS}


def csv_sheet(data: bytes) -> Sheet:
    """A CSV (commas or tabs; UTF-8 with or without BOM, or GB18030). Refusal when it cannot be read whole."""
    text = _decoded(data)
    first = text[: text.find("\n") + 1] or text
    delimiter = "\t" if "\t" in first and "," not in first else ","
    rows: list[list[object]] = []
    last = 0
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1
        ):
            while row and blank(row[-1]):
                row.pop()
            if not row and number > MAX_ROWS + HEADINGS:
                continue  # cleared rows below the table
            if len(row) > MAX_COLUMNS or number > MAX_ROWS + HEADINGS:
                raise Refusal("FILE-020", **_TOO_LARGE)
            rows.append(list(row))
            last = number if row else last
    except csv.Error as fault:
        raise Refusal("FILE-022", what="CSV 文件") from fault
    return Sheet(None, rows[:last], typed=False, widths=[len(row) for row in rows[:last]])


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        raise Refusal("FILE-019", what="UTF-8 或 GB18030")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("FILE-019", what="UTF-8 或 GB18030")


def parquet_sheet(data: bytes) -> Sheet:
    """A Parquet file. Refusal when it is damaged, too large, or holds columns that are no plain values."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        path.write_bytes(data)
        try:
            with duckdb.connect(config=_SETTINGS) as engine:
                engine.execute("SET allowed_paths = [?]", [str(path)])
                engine.execute("SET enable_external_access = false")
                engine.execute("SET lock_configuration = true")
                return _parquet(engine, str(path))
        except (duckdb.Error, OverflowError, ValueError) as fault:  # a date beyond year 9999 overflows
            raise Refusal("FILE-022", what="Parquet 文件") from fault


def _parquet(engine: object, path: str) -> Sheet:
    """Sizes from the metadata, then types, then the length of texts, and only then the values."""
    run = engine.execute  # type: ignore[attr-defined]
    rows = run("SELECT num_rows FROM parquet_file_metadata(?)", [path]).fetchone()[0]
    described = run("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
    if rows > MAX_ROWS or len(described) > MAX_COLUMNS:
        raise Refusal("FILE-020", **_TOO_LARGE)
    if any(kind not in _PLAIN_TYPES and not _DECIMAL.fullmatch(kind) for _, kind, *_ in described):
        raise Refusal("FILE-022", what="Parquet 文件")
    lengths: Sequence[int | None] = run(
        "SELECT max(strlen(CAST(COLUMNS(*) AS VARCHAR))) FROM read_parquet(?)", [path]
    ).fetchone()
    if any(length is not None and length > LONGEST for length in lengths):
        raise Refusal("FILE-021")
    values = run("SELECT * FROM read_parquet(?)", [path]).fetchall()
    header: list[object] = [name for name, *_ in described]
    return Sheet(None, [header, *[["" if cell is None else _cell(cell) for cell in line] for line in values]])


def _cell(value: object) -> object:
    """Whole numbers as doubles where nothing is lost, as a spreadsheet has them."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return float(value)
    return value
