"""The nation's plan on Spark: the same steps, for an office whose data already lives there (docs/how-to/scale.md).

Here lives the engine; pyspark and Java are an extra (``dudao[spark]``). In local mode unless the environment names a master. A step
is a view of rows that are worked out once. Results are folders of Parquet or CSV, as Spark writes them.
Not here: the steps (``nation``), what is done between them (``dudao.evaluation.nation``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sqlglot import exp

from dudao.indicators.nation import Step
from dudao.indicators.nation_input import BadTable, Kind


class SparkEngine:
    """A session of its own; ImportError without pyspark. ``memory``: of the driver, such as ``2GB``; ``spill``: a folder for what does not fit."""

    dialect = "spark"

    def __init__(self, memory: str, spill: Path) -> None:
        from pyspark.sql import SparkSession

        settings = {
            "spark.driver.memory": memory.removesuffix("B").lower(),
            "spark.local.dir": str(spill),
            "spark.sql.warehouse.dir": str(spill / "warehouse"),
            "spark.ui.enabled": "false",
            "spark.sql.ansi.enabled": "true",
            "spark.sql.maxPlanStringLength": "2000",
        }
        builder = SparkSession.builder.appName("dudao")
        if "SPARK_MASTER" not in os.environ:
            settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.sql.shuffle.partitions": "2"}
        builder = builder.master(os.environ.get("SPARK_MASTER", "local[2]"))
        for name, value in settings.items():
            builder = builder.config(name, value)
        self._session = builder.getOrCreate()
        self._session.sparkContext.setLogLevel("ERROR")

    def columns(self, name: str, path: Path) -> Mapping[str, Kind]:
        """Open a Parquet or CSV file, or a folder of Parquet files, as ``<name>_file``; its columns. BadTable when it is none."""
        from pyspark.errors import PySparkException

        try:
            reader = self._session.read
            frame = reader.csv(str(path), header=True) if path.suffix.lower() == ".csv" else reader.parquet(str(path))
            frame.createOrReplaceTempView(f"{name}_file")
        except PySparkException:
            raise BadTable(f"{path.name} 不能读取。请给出 Parquet 文件，或 UTF-8、逗号分隔、首行为列名的 CSV 文件。") from None
        return {column: _kind(kind) for column, kind in frame.dtypes}

    def make(self, step: Step) -> None:
        """Run one step. All but the typed file are worked out at once and cut loose: a view of views of views is planned anew, whole,
        for every reader, and outgrows the driver."""
        frame = self._session.sql(step.query.sql(dialect="spark"))
        if step.name != "schools":
            frame = frame.localCheckpoint()
        frame.createOrReplaceTempView(step.name)

    def fetch(self, query: exp.Query) -> Iterator[tuple]:
        """The rows of a query."""
        for row in self._session.sql(query.sql(dialect="spark")).collect():
            yield tuple(row)

    def put(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """A table of rows of our own. ``columns``: name -> type."""
        shape = ", ".join(f"`{column}` {'string' if kind == 'VARCHAR' else kind.lower()}" for column, kind in columns.items())
        self._session.createDataFrame([tuple(row) for row in rows], shape).createOrReplaceTempView(name)

    def write(self, query: exp.Query, path: Path) -> None:
        """A query's rows as one folder, Parquet or CSV by its name."""
        frame = self._session.sql(query.sql(dialect="spark"))
        if path.suffix == ".csv":
            frame.write.csv(str(path), header=True)
        else:
            frame.write.parquet(str(path), compression="zstd")

    def close(self) -> None:
        """End the session."""
        self._session.stop()


def _kind(text: str) -> Kind:
    if text in ("tinyint", "smallint", "int", "bigint"):
        return "whole"
    if text in ("double", "float") or text.startswith("decimal"):
        return "number"
    return {"string": "text", "boolean": "flag"}.get(text, "other")  # type: ignore[return-value]
