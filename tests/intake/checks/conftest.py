"""What the tests of the checks share: the standard, and returns built of a few figures. Cells are those of the real forms."""

from collections.abc import Callable
from decimal import Decimal
from types import ModuleType

import pytest

from dudao.standards import load_standard
from dudao.standards.model import Field, Standard
from dudao.tables import Figure, Return

Value = str | int | bool | Figure


@pytest.fixture(scope="session")
def standard() -> Standard:
    return load_standard("cn-2017-quality-balance")


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
