"""Running a plan: the figures of a county into an embedded engine, values and coefficients out.

Here lives DuckDB, and nothing else of the library knows it. In memory, without extensions, files
or network. Not here: the SQL (``plan``), exact decisions near a limit (``dudao.evaluation``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from dudao.indicators.plan import plan, ratios
from dudao.indicators.schools import Roll
from dudao.standards.model import Standard

if TYPE_CHECKING:
    import duckdb

_CONFIG = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "enable_external_access": "false", "threads": "2"}


@dataclass(frozen=True, slots=True)
class Spread:
    """One indicator at one level: ``n`` schools with a value, ``mean`` in its unit, ``s2`` the variance
    weighted by pupils (population form)."""

    n: int
    mean: float
    cv2: float | None


@dataclass(frozen=True, slots=True)
class Values:
    """The result of a run. ``by_row``: (school number, level) -> indicator -> value or None; ``spreads``:
    (indicator, level) -> Spread."""

    by_row: dict[tuple[int, str], dict[str, float | None]]
    spreads: dict[tuple[str, str], Spread]


def run(standard: Standard, roll: Roll, on: date) -> Values:
    """The values of every counted row and the spread of every indicator and level, in doubles."""
    if not ratios(standard):  # a standard of declared items, points or grades alone has nothing to compute by school
        return Values({(row.school.number, row.level.name): {} for row in roll.rows}, {})
    made = plan(standard, on)
    columns = _columns(standard, roll, (*made.numbers, *made.flags))
    kinds = {"school": "INTEGER", **dict.fromkeys(made.numbers, "DOUBLE")}
    connection = _engine().cursor()
    try:
        shape = ", ".join(f'"{name}" {kinds.get(name, "BOOLEAN")}' for name in columns)
        connection.execute(f"CREATE TEMP TABLE schools ({shape})")
        if roll.schools:
            spread = ", ".join(f"unnest(${place}::{kinds.get(name, 'BOOLEAN')}[])" for place, name in enumerate(columns, 1))
            connection.execute(f"INSERT INTO schools SELECT {spread}", list(columns.values()))
        connection.execute(f"CREATE TEMP TABLE counted AS {made.values_sql}")
        rows = connection.execute("SELECT * FROM counted").fetchall()
        spreads = connection.execute(made.variation_sql).fetchall()
    finally:
        connection.close()
    found = {
        (code, level): Spread(n, mean, cv2)
        for level, *figures in spreads
        for code, n, mean, cv2 in zip(made.indicators, figures[0::3], figures[1::3], figures[2::3], strict=True)
        if mean is not None
    }
    return Values({(row[0], row[1]): dict(zip(made.indicators, row[3:], strict=True)) for row in rows}, found)


@lru_cache(maxsize=1)
def _engine() -> duckdb.DuckDBPyConnection:
    """The engine of the process, an empty database in memory; each run has a cursor and temporary tables of its own."""
    import duckdb  # only where something is computed: the platform's web server holds standards without it

    return duckdb.connect(":memory:", config=_CONFIG)


def _columns(standard: Standard, roll: Roll, names: tuple[str, ...]) -> dict[str, list[object]]:
    """The table of schools by column."""
    counted = {(row.school.number, row.level.name) for row in roll.rows}
    columns: dict[str, list[object]] = {"school": [school.number for school in roll.schools]}
    for stage in standard.stages:
        columns[f"has_{stage.name}"] = [stage in school.stages for school in roll.schools]
    for level in standard.levels:
        columns[f"row_{level.name}"] = [(school.number, level.name) in counted for school in roll.schools]
    for name in names:
        values = [school.figure(name).value for school in roll.schools]
        columns[name] = [float(value) if isinstance(value, Decimal) else value for value in values]
    return columns
