"""What the tests of the checks share: the standard, and returns built of a few figures. Cells are those of the real forms."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from types import ModuleType

import pytest

from dudao.standards import load_standard
from dudao.standards.asked import asked
from dudao.standards.model import Chapter, Field, Graded, Indicator, Points, Standard
from dudao.tables import Figure, Return

Value = str | int | bool | Figure


@pytest.fixture(scope="session")
def standard() -> Standard:
    return load_standard("cn-2017-quality-balance")


@pytest.fixture(scope="session")
def graded_standard(standard: Standard) -> Standard:
    """A standard of its own: an item of 30 points (X1), 5 points of bonus (X2), an item of 40 observation points (X3), one by clauses (X4)."""
    rules = {
        "X1": Points(Decimal(30)),
        "X2": Points(Decimal(5), bonus=True),
        "X3": Graded("share", points=40, short_b=Decimal("0.4"), short_c=Decimal("0.6")),
        "X4": Graded("clauses", clauses={"A": ("甲",), "C": ("丙",)}),
    }
    items = tuple(Indicator(code, f"项目{code}", code, "", "", "", "declared", rule) for code, rule in rules.items())
    chapters = (Chapter("一", "一", "一", items),)
    own = tuple(field for field in standard.fields if field.form == "county" and field.name in ("county_code", "county_name", "year"))
    return replace(standard, id="x", sha256="x" * 64, chapters=chapters, fields=(*own, *asked(chapters)), stages=(), types=())


@pytest.fixture
def graded_return(graded_standard: Standard) -> Callable[..., Return]:
    """A county return of that standard."""
    return lambda **values: _unit(graded_standard, "county", "填报数据", values)


@pytest.fixture
def graded_raised(graded_standard: Standard) -> Callable[..., list[tuple[str, str]]]:
    """What a check says of such a return, and the fields that become unusable."""

    def of(check: ModuleType, unit: Return) -> tuple[list[tuple[str, str]], list[str]]:
        found = [(issue.level, issue.found) for issue in check.check(unit, graded_standard, None)]
        return found, list(check.refuses(unit, graded_standard)) if hasattr(check, "refuses") else []

    return of


@pytest.fixture
def school_return(standard: Standard) -> Callable[..., Return]:
    """A school return of the figures named, all others missing: numbers as text or int, 是/否 as bool, or a whole Figure."""
    return lambda **values: _unit(standard, "school", "学校填报数据", values)


@pytest.fixture
def county_return(standard: Standard) -> Callable[..., Return]:
    """A county return of the figures named."""
    return lambda **values: _unit(standard, "county", "区县填报数据", values)


@pytest.fixture
def raised(standard: Standard) -> Callable[..., list[tuple[str, str | None, str]]]:
    """What a check says of a unit: (level, cell, found) of each issue, in order."""

    def of(check: ModuleType, unit: Return, last: Return | None = None) -> list[tuple[str, str | None, str]]:
        issues = list(check.check(unit, standard, last))
        assert [(i.code, i.file, i.sheet) for i in issues] == [(check.CODE, unit.file, unit.sheet)] * len(
            issues
        )
        return [(issue.level, issue.cell, issue.found) for issue in issues]

    return of


def _unit(standard: Standard, form: str, sheet: str, values: dict[str, Value]) -> Return:
    figures = {name: _figure(standard.field(name), sheet, value) for name, value in values.items()}
    return Return(form, "a.xlsx", "0" * 64, sheet, figures)


def _figure(field: Field, sheet: str, value: Value) -> Figure:
    if isinstance(value, Figure):
        return value
    cell = None if field.no is None else f"E{field.no + 1}"
    read = Decimal(value) if field.numeric else value
    return Figure(read, "given", sheet, cell)
