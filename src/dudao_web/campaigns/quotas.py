"""The table of how many units are looked at (抽查计划): its columns and sums, beside what the procedure's own table prints.

Not here: the numbers themselves (``Campaign.quotas``, ``launching.Plan``), who types them (``forms_launch``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dudao.procedures import Procedure
from dudao.procedures.model import Stage
from dudao_web.orgs.models import Org

Row = Mapping[str, Any]  # {"district": code, "<stage key>": number}


@dataclass(frozen=True, slots=True)
class Column:
    """A stage that takes only some of the units. ``of``: key of the stage that it is drawn from; ``printed``: sum in the procedure's table."""

    key: str
    title: str
    of: str | None
    printed: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A district with its numbers in the order of the columns."""

    name: str
    code: str
    numbers: tuple[int | None, ...]

    @property
    def total(self) -> int:
        """All its stages together: so many visits."""
        return sum(number or 0 for number in self.numbers)


@dataclass(frozen=True, slots=True)
class Table:
    """Districts and columns with their sums."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def sums(self) -> tuple[int, ...]:
        """Of each column."""
        return tuple(sum(line.numbers[n] or 0 for line in self.lines) for n in range(len(self.columns)))

    @property
    def total(self) -> int:
        """Of the whole."""
        return sum(self.sums)

    @property
    def differences(self) -> list[str]:
        """Columns whose sum is not what the procedure's table prints, in words."""
        return [
            f"“{column.title}”合计 {found}，文件所印为 {column.printed}。"
            for column, found in zip(self.columns, self.sums, strict=True)
            if column.printed is not None and found != column.printed
        ]


def name_of(stage: Stage) -> str:
    """The name of a stage's column in the procedure's table."""
    return stage.cases.removeprefix("quota:") if stage.cases.startswith("quota:") else stage.key


def columns(procedure: Procedure, year: int) -> tuple[Column, ...]:
    """The stages that take only some of the units, with what is printed for the year."""
    printed = (
        {one.stage: one for one in procedure.quotas.columns if one.year == year} if procedure.quotas else {}
    )
    found = []
    for stage in procedure.stages:
        if stage.cases.startswith(("quota:", "sample:")):
            known = printed.get(name_of(stage))
            title = known.title.removeprefix(f"{year}年") if known else stage.title
            found.append(Column(stage.key, title, stage.draws_from, known.total if known else None))
    return tuple(found)


def printed(procedure: Procedure, year: int, district: Org, key: str) -> int | None:
    """What the procedure's table says for a district, by its code or, where that has none there, its name."""
    if procedure.quotas is None:
        return None
    name = name_of(procedure.stage(key))
    found = procedure.quotas.number(district.code, year, name)
    return procedure.quotas.number(district.name, year, name) if found is None else found


def table(procedure: Procedure, year: int, rows: Sequence[Row], only: Iterable[str] | None = None) -> Table:
    """Numbers as a table, districts by the order they were kept in. ``only``: codes of the districts to show; none for all."""
    heads = columns(procedure, year)
    names = dict(Org.objects.filter(code__in=[row["district"] for row in rows]).values_list("code", "name"))
    shown = [row for row in rows if only is None or row["district"] in only]
    return Table(
        heads,
        tuple(
            Line(
                names.get(row["district"], row["district"]),
                row["district"],
                tuple(row.get(one.key) for one in heads),
            )
            for row in shown
        ),
    )


def row_differences(procedure: Procedure, year: int, of: Table) -> list[str]:
    """Districts whose numbers of all years are not what the procedure's table prints as their sum, in words."""
    known = procedure.quotas
    if known is None or year not in known.years:
        return []
    found = []
    for line in of.lines:
        row = next((row for row in known.rows if line.code == row.code or line.name == row.district), None)
        for column, number in zip(of.columns, line.numbers, strict=True):
            name = name_of(procedure.stage(column.key))
            if row is None or name not in row.totals:
                continue
            others = sum(known.number(row.district, one, name) or 0 for one in known.years if one != year)
            if others + (number or 0) != row.totals[name]:
                text = f"各年“{column.title}”合计 {others + (number or 0)}，文件所印为 {row.totals[name]}。"
                found.append(line.name + text)
    return found


def units_of(reached: Iterable[Org]) -> Mapping[str, int]:
    """How many of these units lie in each org above them, by its code."""
    return Counter(code for org in reached for code in org.path.strip("/").split("/"))


def faults(
    procedure: Procedure, year: int, rows: Iterable[Row], units: Mapping[str, int]
) -> list[tuple[str, str, str]]:
    """Numbers that cannot be: (code of the district, key of the stage, what is wrong and how to mend it). ``units``: how many each has."""
    heads = columns(procedure, year)
    titles = {one.key: one.title for one in heads}
    found = []
    for row in rows:
        have = units.get(row["district"], 0)
        for one in heads:
            number = row.get(one.key) or 0
            if number > have:
                found.append((row["district"], one.key, f"{number} 多于参加的单位数 {have}。请改小。"))
            elif one.of in titles and number > (row.get(one.of) or 0):
                text = f"{number} 多于“{titles[one.of]}”的 {row.get(one.of) or 0}，只能从中抽取。请改小。"
                found.append((row["district"], one.key, text))
    return found
