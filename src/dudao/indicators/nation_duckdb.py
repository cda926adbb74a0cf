"""The nation's plan on DuckDB: one process, a memory limit, what does not fit goes to a temporary folder.

Here lives the engine with its files, its progress and its stop. A statement runs in a thread of its own, so that the main one can
tell how far it is and, on Ctrl-C, interrupt it. Not here: the steps (``nation``), what is done between them
(``dudao.evaluation.nation``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
from sqlglot import exp

from dudao.indicators.nation import Step, statement
from dudao.indicators.nation_input import BadTable, Kind

Progress = Callable[[float], None]
"""Told the share done (0–1) of the statement that runs, about twice a second."""

_BATCH = 2000
_WHOLE = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"})


class EngineFailed(Exception):
    """The engine could not do a step: memory, disk, or a damaged file; the message says which."""


class DuckEngine:
    """An empty database in memory. ``memory``: its limit, such as ``300MB``; ``spill``: a folder for what does not fit."""

    dialect = "duckdb"

    def __init__(self, memory: str, spill: Path, progress: Progress | None = None) -> None:
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": memory,
            "temp_directory": str(spill),
            "threads": "2",
        }
        self._connection = duckdb.connect(":memory:", config=config)
        self._connection.execute(f"SET enable_progress_bar = {'true' if progress else 'false'}")
        if progress:
            self._connection.execute("SET enable_progress_bar_print = false")  # ours is on stderr, and on a terminal only
        self._progress = progress

    def columns(self, name: str, path: Path) -> Mapping[str, Kind]:
        """Open a Parquet or CSV file, or a folder of Parquet files, as ``<name>_file``; its columns. BadTable when it is none."""
        if not path.exists():
            raise BadTable(f"没有文件 {path.name}。")
        if path.suffix.lower() == ".csv":
            read = exp.Anonymous(
                this="read_csv",
                expressions=[
                    exp.Literal.string(str(path)),
                    exp.EQ(this=exp.column("all_varchar"), expression=exp.true()),
                    exp.EQ(this=exp.column("header"), expression=exp.true()),
                    exp.EQ(this=exp.column("delim"), expression=exp.Literal.string(",")),
                    exp.EQ(this=exp.column("quote"), expression=exp.Literal.string('"')),
                ],
            )
        else:
            place = path / "*.parquet" if path.is_dir() else path
            read = exp.Anonymous(this="read_parquet", expressions=[exp.Literal.string(str(place))])
        query = exp.select("*").from_(read)
        try:
            self._run(f"CREATE TEMPORARY VIEW {name}_file AS {query.sql(dialect='duckdb')}")
            described = self._connection.execute(f"DESCRIBE {name}_file").fetchall()
        except (EngineFailed, duckdb.Error):
            raise BadTable(f"{path.name} 不能读取。请给出 Parquet 文件，或 UTF-8、逗号分隔、首行为列名的 CSV 文件。") from None
        return {column: _kind(kind) for column, kind, *_ in described}

    def make(self, step: Step) -> None:
        """Run one step. ``spreads`` runs in one thread: sums of doubles then come out the same every time."""
        self._connection.execute(f"SET threads = {1 if step.name == 'spreads' else 2}")
        self._run(statement(step))

    def fetch(self, query: exp.Query) -> Iterator[tuple]:
        """The rows of a query, a batch at a time; to be read to the end before the next statement."""
        self._run(query.sql(dialect="duckdb"))
        while batch := self._connection.fetchmany(_BATCH):
            yield from batch

    def put(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """A table of rows of our own. ``columns``: name -> type."""
        shape = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        self._connection.execute(f"CREATE TEMPORARY TABLE {name} ({shape})")
        lists = ", ".join(f"unnest(${place}::{kind}[])" for place, kind in enumerate(columns.values(), 1))
        for batch in _batches(rows):
            self._connection.execute(f"INSERT INTO {name} SELECT {lists}", [list(column) for column in zip(*batch, strict=True)])

    def write(self, query: exp.Query, path: Path) -> None:
        """A query's rows as one file, Parquet or CSV by its name."""
        form = "FORMAT csv, HEADER" if path.suffix == ".csv" else "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480"
        self._run(f"COPY ({query.sql(dialect='duckdb')}) TO {exp.Literal.string(str(path)).sql(dialect='duckdb')} ({form})")

    def close(self) -> None:
        """Let go of everything."""
        self._connection.close()

    def _run(self, sql: str) -> None:
        connection = self._connection
        failed: list[BaseException] = []

        def work() -> None:
            try:
                connection.execute(sql)
            except BaseException as error:  # handed to the thread that waits
                failed.append(error)
            finally:
                done.set()

        # An event and not join(): a join that Ctrl-C breaks takes the thread for ended.
        done = threading.Event()
        threading.Thread(target=work, daemon=True).start()
        try:
            while not done.wait(0.5):
                if self._progress is not None:
                    self._progress(max(0.0, connection.query_progress()) / 100)
        except KeyboardInterrupt:
            connection.interrupt()
            done.wait()
            raise
        if failed:
            raise _said(failed[0])


def _kind(text: str) -> Kind:
    if text in _WHOLE:
        return "whole"
    if text in ("DOUBLE", "FLOAT", "HUGEINT") or text.startswith("DECIMAL"):
        return "number"
    return {"VARCHAR": "text", "BOOLEAN": "flag"}.get(text, "other")  # type: ignore[return-value]


def _said(error: BaseException) -> BaseException:
    """An error of the engine in our words; any other as it is."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return EngineFailed("内存上限或暂存空间不够。请用 --memory 放宽上限，并查看输出文件夹所在磁盘的余量。")
    if isinstance(error, duckdb.IOException | duckdb.InvalidInputException | duckdb.ConversionException):
        return EngineFailed("文件不完整或不能读写。请查看输入文件和磁盘余量。")
    return error


def _batches(rows: Iterable[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    batch: list[Sequence[object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
