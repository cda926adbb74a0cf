"""The table of schools and indicators, from the result's JSON: cells, marks, gaps, order, filters, pages.

Values to print only. Not here: any judgement; a mark is what the result says of the value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dudao.standards.model import Indicator, Ratio, SchoolRule, Standard
from dudao_web.evaluations import shown
from dudao_web.evaluations.asked import Asked
from dudao_web.standards import words

PAGE = 200  # rows of one page
ORDER = {"not_met": 0, "no_data": 1, "met": 2, "not_applicable": 3}
FAILING = ("not_met", "no_data")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title and unit, and how to sort by it (``link`` empty: it cannot)."""

    code: str
    title: str
    unit: str = ""
    css: str = ""
    sort: str = "none"
    link: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value. ``state``: of the mark; ``word`` stands for the number where there is none; ``tint``: near, bad, none or ""."""

    code: str
    title: str
    text: str
    limit: str
    state: str
    word: str
    tint: str
    percent: str
    gap: str
    estimated: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One school at one level. ``number``: its place in the result."""

    number: int
    code: str
    name: str
    level: str
    level_title: str
    town: str
    pupils: str
    cells: tuple[Cell, ...]
    met: int
    judged: int
    judgement: str

    @property
    def eyes(self) -> tuple[Cell, ...]:
        """The cells that need eyes."""
        return tuple(cell for cell in self.cells if cell.tint)


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one level, under the limits of that level: (code of the indicator, limit)."""

    title: str
    limits: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What is shown. ``counts``: (level, title, how many, address) of all rows, ``found``: rows that fit the filters; ``ruled``: the
    standard judges each school, else the columns of that are not there."""

    heads: tuple[Column, ...]
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    counts: tuple[tuple[str, str, int, str], ...]
    all: int
    found: int
    eyes: tuple[Row, ...]
    pages: int
    asked: Asked
    ruled: bool

    @property
    def rows(self) -> list[Row]:
        """All rows that are shown, in order."""
        return [row for group in self.groups for row in group.rows]

    @property
    def every_level(self) -> str:
        """The address of all levels."""
        return self.asked.query(level="", page=1)

    @property
    def previous(self) -> str:
        """The address of the page before, "" on the first."""
        return self.asked.query(page=self.asked.page - 1) if self.asked.page > 1 else ""

    @property
    def next(self) -> str:
        """The address of the next page, "" on the last."""
        return self.asked.query(page=self.asked.page + 1) if self.asked.page < self.pages else ""

    @property
    def query(self) -> str:
        """The address part of what is asked, for the same rows as a file."""
        return self.asked.query()


def columns(standard: Standard, result: Mapping[str, Any]) -> list[Indicator]:
    """The indicators that the result has of each school, in the standard's order."""
    codes = {code for school in result["schools"] for code in school["indicators"]}
    found = [item for item in standard.indicators if isinstance(item.rule, Ratio)]
    return [item for item in found if item.code in codes] or found


def build(
    standard: Standard, result: Mapping[str, Any], on: date, towns: Mapping[str, str], asked: Asked
) -> Table:
    """The table as asked. ``towns``: name of the town by school code."""
    heads = columns(standard, result)
    titles = {stage.name: stage.title for stage in standard.levels}
    rows = [
        _row(number, school, heads, titles, towns, standard, asked.percent)
        for number, school in enumerate(result["schools"])
    ]
    wanted = [row for row in rows if _wanted(row, asked)]
    ordered = [
        row for level in titles for row in _sorted([r for r in wanted if r.level == level], result, asked)
    ]
    pages = max(1, -(-len(ordered) // PAGE))
    asked = replace(asked, page=min(asked.page, pages))
    first = (asked.page - 1) * PAGE
    page = ordered[first : first + PAGE]
    groups = [
        Group(title, _limits(heads, level, on), tuple(row for row in page if row.level == level))
        for level, title in titles.items()
    ]
    own = tuple(_column(h.code, h.short, words.unit(h.unit), "num", asked) for h in heads)
    ruled = any(isinstance(item.rule, SchoolRule) for item in standard.indicators)
    judged = (_column("met", "达标项数", "", "num rule", asked), _column("judgement", "结论", "", "", asked))
    return Table(
        heads=(
            _column("name", "学校", "", "", asked),
            Column("town", "乡镇、街道"),
            _column("pupils", "在校生", "人", "num", asked),
            *own,
            *(judged if ruled else ()),
        ),
        columns=own,
        groups=tuple(group for group in groups if group.rows),
        counts=tuple(
            (level, title, sum(row.level == level for row in rows), asked.query(level=level, page=1))
            for level, title in titles.items()
        ),
        all=len(rows),
        found=len(ordered),
        eyes=tuple(
            sorted(
                (r for r in rows if r.judgement in FAILING or (not ruled and r.eyes)),
                key=lambda r: ORDER.get(r.judgement, 9),
            )
        ),
        pages=pages,
        asked=asked,
        ruled=ruled,
    )


def _column(code: str, title: str, unit: str, css: str, asked: Asked) -> Column:
    return Column(code, title, unit, css, asked.sorted_by(code), asked.sort_link(code))


def _limits(heads: Sequence[Indicator], level: str, on: date) -> tuple[tuple[str, str], ...]:
    """The limits of a level as printed in its group row."""
    return tuple((head.code, limit_words(head, level, on)) for head in heads)


def limit_words(indicator: Indicator, level: str | None, on: date) -> str:
    """The plain limit in force for a level, in words: ≥7.5; "" for none."""
    held = [
        item for item in words.limits_on(indicator, on) if item.when is None and item.level in (None, level)
    ]
    return words.limit(held[-1], indicator.unit) if held else ""


def _row(
    number: int,
    school: Mapping[str, Any],
    heads: Sequence[Indicator],
    titles: Mapping[str, str],
    towns: Mapping[str, str],
    standard: Standard,
    percent: bool,
) -> Row:
    cells = tuple(cell(head, school["indicators"][head.code], standard, percent=percent) for head in heads)
    return Row(
        number=number,
        code=school["code"] or "",
        name=school["name"] or school["code"] or "未填校名的学校",
        level=school["level"],
        level_title=titles.get(school["level"], ""),
        town=towns.get(school["code"] or "", ""),
        pupils=shown.plain(school["pupils"]),
        cells=cells,
        met=sum(item["judgement"] == "met" for item in school["indicators"].values()),
        judged=sum(item["judgement"] != "not_applicable" for item in school["indicators"].values()),
        judgement=school["judgement"],
    )


def cell(head: Indicator, item: Mapping[str, Any], standard: Standard, *, percent: bool = False) -> Cell:
    """One value with its mark."""
    state = shown.state(item["judgement"], item["reaches_85"])
    number = shown.value(
        item["value"], standard.rounding.values, item["limit"], met=item["judgement"] == "met"
    )
    part = shown.percent_of(item["value"], item["limit"])
    return Cell(
        code=head.code,
        title=head.short,
        text=part if percent and part else number,
        limit=shown.plain(item["limit"]),
        state=state,
        word={"near": shown.near(part), "not_met": _below(item["reaches_85"])}.get(state, ""),
        tint={"near": "near", "not_met": "bad", "no_data": "none"}.get(state, ""),
        percent=part,
        gap=shown.gap(item["gap"]),
        estimated=bool(item["estimated"]),
    )


def _below(reaches: bool | None) -> str:
    """The words of a value below its limit; without a school rule no share of the limit is asked."""
    return "未达标" if reaches is None else "未达标，低于标准的 85%"


def _wanted(row: Row, asked: Asked) -> bool:
    if asked.level and row.level != asked.level:
        return False
    if asked.only and row.judgement not in FAILING:
        return False
    return not asked.text or any(asked.text in text for text in (row.name, row.town, row.code))


def _sorted(rows: list[Row], result: Mapping[str, Any], asked: Asked) -> list[Row]:
    """Rows of one level in the order asked; those without a value last, whichever way."""
    if not asked.sort:
        return sorted(
            rows, key=lambda row: (ORDER.get(row.judgement, 9), row.met if row.judgement != "met" else 0)
        )
    column, down = asked.sort.removeprefix("-"), asked.sort.startswith("-")

    def key(row: Row) -> Any:
        school = result["schools"][row.number]
        if column == "name":
            return row.code or row.name
        if column == "pupils":
            return school["pupils"]
        if column == "met":
            return row.met
        if column == "judgement":
            return ORDER.get(row.judgement, 9)
        return school["indicators"][column]["value"]

    known = [row for row in rows if key(row) is not None]
    return sorted(known, key=key, reverse=down) + [row for row in rows if key(row) is None]
